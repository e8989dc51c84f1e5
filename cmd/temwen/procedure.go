package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"temwen/dossier"
	"temwen/locale"
	"temwen/publish"
)

// procedureCmd is temwen procedure: what instruments prescribe for allegations.
type procedureCmd struct {
	Check   procedureCheckCmd   `cmd:"" help:"Check the procedures of a dossier and list what they leave open."`
	Draw    procedureDrawCmd    `cmd:"" help:"Draw a procedure as a picture (SVG)."`
	Explain procedureExplainCmd `cmd:"" help:"Say a procedure step by step, with each clause and how well it is known."`
	Touches procedureTouchesCmd `cmd:"" help:"List the open cases that follow another version of a procedure, and what would change."`
}

// Help teaches with an example.
func (procedureCmd) Help() string {
	return `A procedure is what an instrument prescribes for an allegation: who must act, toward
whom, by when, and what follows each answer and silence. It is data in a dossier; see
docs/dossier.md, "Write a procedure".

  temwen procedure check missions/haiti
  temwen procedure draw mss/mss-criminal -o criminal.svg
  temwen procedure explain mss/mss-criminal --lang fr
  temwen procedure touches missions/haiti --dir D`
}

// procedureCheckCmd is temwen procedure check.
type procedureCheckCmd struct {
	Dir    string `arg:"" help:"The folder that holds the dossier's YAML files."`
	Format string `enum:"text,json" default:"text" placeholder:"FORMAT" help:"text or json; text where absent."`
}

// Help teaches with an example.
func (procedureCheckCmd) Help() string {
	return `Steps that nothing leads to, steps without a way to an end, clauses that do not exist,
silence that is forgotten: one line each, file:line:column. Where nothing is wrong it
counts what the procedures leave open. The exit status is 1 if anything is wrong.

  temwen procedure check missions/haiti`
}

// procedureChecked is what is known of one procedure, for other programs.
type procedureChecked struct {
	ID         string `json:"id"`
	Steps      int    `json:"steps"`
	Ends       int    `json:"ends"`
	Unclocked  int    `json:"unclocked"` // steps without a period in the text
	Benchmarks int    `json:"benchmarks"`
	publish.ClausesKnown
}

// Run prints the problems, or what the procedures leave open.
func (c *procedureCheckCmd) Run(p *program) error {
	d, err := p.loadFolder(c.Dir)
	var problems dossier.Problems
	if err != nil && !errors.As(err, &problems) {
		return err
	}
	list := []procedureChecked{}
	if err == nil {
		list = checkedProcedures(d)
	}
	if c.Format == "json" {
		err = p.json(struct {
			Problems   dossier.Problems   `json:"problems"`
			Procedures []procedureChecked `json:"procedures"`
		}{append(dossier.Problems{}, problems...), list})
	} else {
		err = c.text(p, problems, list)
	}
	if err == nil && len(problems) > 0 {
		err = errSaid
	}
	return err
}

func (c *procedureCheckCmd) text(p *program, problems dossier.Problems, list []procedureChecked) error {
	if len(problems) > 0 {
		_, err := fmt.Fprintln(p.stdout, problems.Error())
		return err
	}
	if len(list) == 0 {
		_, err := fmt.Fprintf(p.stdout, "%s: good, and holds no procedure; docs/dossier.md says how to write one\n", c.Dir)
		return err
	}
	for _, x := range list {
		if _, err := fmt.Fprintf(p.stdout, "%s: good: %d steps, %d ends; on a clause read in its text: %d, only reported: %d, not verified: %d; without a period in the text: %d; with a benchmark: %d\n",
			x.ID, x.Steps, x.Ends, x.Text, x.Reported, x.Unverified, x.Unclocked, x.Benchmarks); err != nil {
			return err
		}
	}
	return nil
}

func checkedProcedures(d *dossier.Dossier) []procedureChecked {
	list := []procedureChecked{}
	for _, p := range d.Procedures {
		x := procedureChecked{ID: p.ID, Steps: len(p.Steps), Ends: len(p.Ends), ClausesKnown: publish.KnownClauses(d, p)}
		for i := range p.Steps {
			s := &p.Steps[i]
			if s.Clock.Unclocked() {
				x.Unclocked++
			}
			if s.Clock.Of != "" {
				x.Benchmarks++
			}
		}
		list = append(list, x)
	}
	return list
}

// procedureName is MISSION/PROCEDURE.
type procedureName struct{ mission, id string }

// UnmarshalText reads what a user wrote.
func (n *procedureName) UnmarshalText(text []byte) error {
	mission, id, ok := strings.Cut(string(text), "/")
	if !ok || mission == "" || id == "" {
		return fmt.Errorf("%q is not MISSION/PROCEDURE: write mss/mss-criminal, for example", text)
	}
	n.mission, n.id = mission, id
	return nil
}

// procedureExplainCmd is temwen procedure explain.
type procedureExplainCmd struct {
	Procedure procedureName `arg:"" help:"The procedure, MISSION/PROCEDURE: mss/mss-criminal."`
	asOf
	storeDir
	output
}

// Help teaches with examples.
func (procedureExplainCmd) Help() string {
	return `Each step: who must act, what is asked, the clause and whether it was read in the text,
reported or neither, by when, and what follows each answer and silence.

  temwen procedure explain mss/mss-criminal
  temwen procedure explain mss/un-memorandum --lang fr --format markdown`
}

// Run prints the explanation.
func (c *procedureExplainCmd) Run(p *program) error {
	v, err := c.view(p, c.Procedure.mission, c.asOf)
	if err != nil {
		return err
	}
	e, err := v.ExplainProcedure(c.Procedure.mission, c.Procedure.id)
	if err != nil {
		return err
	}
	return c.print(p, e, func(l locale.Lang) *publish.Sheet { return e.Sheet(v, l) })
}

// procedureDrawCmd is temwen procedure draw.
type procedureDrawCmd struct {
	Procedure procedureName `arg:"" help:"The procedure, MISSION/PROCEDURE: mss/mss-criminal."`
	Out       string        `short:"o" type:"path" placeholder:"FILE" help:"The file to write; to the terminal or pipe where absent. A file that is there is written over."`
	Narrow    bool          `help:"For a phone or a column of text."`
	Lang      locale.Lang   `enum:"ht,fr,en,es" default:"en" placeholder:"LANG" help:"Language of the words: ht, fr, en or es; en where absent."`
	asOf
	storeDir
}

// Help teaches with an example.
func (procedureDrawCmd) Help() string {
	return `One box for each step, a row for each answer, lines at the right that lead to what
follows; from silence they are broken. The picture is text, for light and dark, and any
browser opens it.

  temwen procedure draw mss/mss-criminal -o criminal.svg
  temwen procedure draw mss/mss-civil --lang ht --narrow -o sivil.svg`
}

// Run draws.
func (c *procedureDrawCmd) Run(p *program) error {
	v, err := c.view(p, c.Procedure.mission, c.asOf)
	if err != nil {
		return err
	}
	e, err := v.ExplainProcedure(c.Procedure.mission, c.Procedure.id)
	if err != nil {
		return err
	}
	measures := publish.WideDrawing
	if c.Narrow {
		measures = publish.NarrowDrawing
	}
	picture := e.Draw(publish.In(c.Lang), measures).File()
	if c.Out == "" {
		_, err := p.stdout.Write(picture)
		return err
	}
	if err := os.WriteFile(c.Out, picture, 0o644); err != nil {
		return fmt.Errorf("writing the picture: %w", err)
	}
	_, err = fmt.Fprintf(p.stdout, "drawn: %s\n", c.Out)
	return err
}
