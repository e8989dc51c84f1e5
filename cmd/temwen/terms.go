package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"temwen/casework"
	"temwen/dossier"
	"temwen/store"
)

// termsCmd is temwen terms: the vocabulary in which incidents are coded.
type termsCmd struct {
	Check   termsCheckCmd   `cmd:"" help:"Check the versions of the vocabulary of coded facts, and what each says of the words before it."`
	Touches termsTouchesCmd `cmd:"" help:"List the incidents that are coded in an earlier version, and how many of their words are others now."`
}

// Help teaches with an example.
func (termsCmd) Help() string {
	return `The vocabulary has the words in which incidents are coded: acts, harm and circumstances. A
version is a YAML file; what was coded in one stays so. See docs/desk.md, "The vocabulary".

  temwen terms check drafts
  temwen terms touches drafts --dir D`
}

// versions are those that come with the program, and those of a folder.
type versions struct {
	Folder string `arg:"" optional:"" placeholder:"FOLDER" help:"A folder with versions that follow those that come with the program; these alone where absent."`
}

func (c *versions) load() (casework.Vocabulary, error) {
	if c.Folder == "" {
		return casework.OwnTerms(), nil
	}
	if _, err := os.Stat(c.Folder); err != nil {
		return nil, err
	}
	return casework.LoadTerms(casework.OwnTerms(), os.DirFS(c.Folder), c.Folder)
}

// termsCheckCmd is temwen terms check.
type termsCheckCmd struct {
	versions
	Format string `enum:"text,json" default:"text" placeholder:"FORMAT" help:"text or json; text where absent."`
}

// Help teaches with an example.
func (termsCheckCmd) Help() string {
	return `Words that no change tells of, changes to words that do not exist, codes that come back with
another meaning, names that lack a language, acts without their class: one line each, with
file and line. The exit status is 1 if anything is wrong.

  temwen terms check drafts`
}

// versionChecked is what is known of a version, for other programs.
type versionChecked struct {
	Version       string `json:"version"`
	Follows       string `json:"follows,omitempty"`
	Acts          int    `json:"acts"`
	Harms         int    `json:"harms"`
	Circumstances int    `json:"circumstances"`
	Changes       int    `json:"changes"`
}

// Run prints the problems, or what the versions have.
func (c *termsCheckCmd) Run(p *program) error {
	v, err := c.load()
	var problems dossier.Problems
	if err != nil && !errors.As(err, &problems) {
		return err
	}
	list := []versionChecked{}
	for _, t := range v {
		list = append(list, versionChecked{t.Version, t.Follows, len(t.Acts), len(t.Harms), len(t.Circumstances), len(t.Changes)})
	}
	if c.Format == "json" {
		err = p.json(struct {
			Problems dossier.Problems `json:"problems"`
			Versions []versionChecked `json:"versions"`
		}{append(dossier.Problems{}, problems...), list})
	} else {
		err = c.text(p, problems, list)
	}
	if err == nil && len(problems) > 0 {
		err = errSaid
	}
	return err
}

func (c *termsCheckCmd) text(p *program, problems dossier.Problems, list []versionChecked) error {
	if len(problems) > 0 {
		_, err := fmt.Fprintln(p.stdout, problems.Error())
		return err
	}
	for _, v := range list {
		follows := "the first version"
		if v.Follows != "" {
			follows = fmt.Sprintf("follows %s with %d %s", v.Follows, v.Changes, plural(v.Changes, "change", "changes"))
		}
		if _, err := fmt.Fprintf(p.stdout, "%s: good: %d acts, %d harms, %d circumstances; %s\n", v.Version, v.Acts, v.Harms, v.Circumstances, follows); err != nil {
			return err
		}
	}
	return nil
}

// termsTouchesCmd is temwen terms touches.
type termsTouchesCmd struct {
	versions
	Dir    string `required:"" type:"path" placeholder:"D" help:"The store."`
	Format string `enum:"text,json" default:"text" placeholder:"FORMAT" help:"text or json; text where absent."`
}

// Help teaches with an example.
func (termsTouchesCmd) Help() string {
	return `Compares the newest version with those in which incidents are coded: the number of each
incident that is coded in an earlier one, and how many of its words were renamed, split or
retired; not which. It changes nothing, and the server may go on: an incident stays in its
version until an officer classes it anew.

  temwen terms touches drafts --dir /var/lib/temwen`
}

// touchedIncident is one incident, for other programs. It does not say which words the
// incident has: that is for who may read it.
type touchedIncident struct {
	Number  int    `json:"number"`
	Version string `json:"version"`
	Renamed int    `json:"renamed"`
	Split   int    `json:"split"`
	Retired int    `json:"retired"`
}

// Run lists the incidents.
func (c *termsTouchesCmd) Run(p *program) (err error) {
	v, err := c.load()
	if err != nil {
		return err
	}
	r, err := store.OpenReader(p.ctx, c.Dir, casework.Book)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	earlier, err := casework.LookEarlier(p.ctx, r, v)
	if err != nil {
		return err
	}
	list := []touchedIncident{}
	for _, e := range earlier {
		one := touchedIncident{Number: e.Incident.Number, Version: e.Incident.Terms}
		for _, f := range e.Fates {
			*map[string]*int{"renamed": &one.Renamed, "split": &one.Split, "retired": &one.Retired}[f.Word()]++
		}
		list = append(list, one)
	}
	if c.Format == "json" {
		return p.json(list)
	}
	return printTouchedIncidents(p, v.Newest().Version, list)
}

func printTouchedIncidents(p *program, newest string, list []touchedIncident) error {
	if len(list) == 0 {
		_, err := fmt.Fprintf(p.stdout, "no incident is coded in an earlier version than %s\n", newest)
		return err
	}
	var b strings.Builder
	same := slices.DeleteFunc(slices.Clone(list), func(i touchedIncident) bool { return i.Renamed+i.Split+i.Retired > 0 })
	fmt.Fprintf(&b, "%d %s coded in an earlier version than %s; a word is another in %d\n",
		len(list), plural(len(list), "incident is", "incidents are"), newest, len(list)-len(same))
	for _, i := range list {
		if i.Renamed+i.Split+i.Retired > 0 {
			fmt.Fprintf(&b, "incident %d (%s): %d renamed, %d split, %d retired\n", i.Number, i.Version, i.Renamed, i.Split, i.Retired)
		}
	}
	b.WriteString("Nothing was changed. Each stays in its version until it is classed anew, on its page at the desk.\n")
	_, err := fmt.Fprint(p.stdout, b.String())
	return err
}
