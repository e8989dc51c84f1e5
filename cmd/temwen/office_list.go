package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"temwen/office"
	"temwen/record"
	"temwen/seal"
	"temwen/store"
)

// officeListCmd is temwen office list.
type officeListCmd struct {
	officeStore
	Format string `enum:"text,json" default:"text" placeholder:"FORMAT" help:"text or json; text where absent."`
}

// Help teaches with an example.
func (officeListCmd) Help() string {
	return `Who is here and how far they have come, who is invited, since when each key is in use and who
can open it, and whether shares of a recovery key were given out. Can be run beside a server.

  temwen office list --dir /var/lib/temwen`
}

// officeListed is the office as JSON: nothing secret, not even what is sealed.
type officeListed struct {
	ID       string            `json:"id"`
	Name     map[string]string `json:"name"`
	Stale    bool              `json:"stale"`
	Officers []listedOfficer   `json:"officers"`
	Invites  []listedInvite    `json:"invitations"`
	Epochs   []listedEpoch     `json:"epochs"`
	Recovery *listedRecovery   `json:"recovery,omitempty"`
}

type listedOfficer struct {
	Name        string    `json:"name"`
	ID          string    `json:"id"`
	Standing    string    `json:"standing"`
	Since       time.Time `json:"since"`
	Fingerprint string    `json:"fingerprint"`
	Passphrase  bool      `json:"passphrase"`
	SecondStep  bool      `json:"second_step"`
	Passkeys    int       `json:"passkeys"`
}

type listedInvite struct {
	Name  string    `json:"name"`
	By    string    `json:"by"`
	Until time.Time `json:"until"`
}

type listedEpoch struct {
	Number      int       `json:"number"`
	Since       time.Time `json:"since"`
	Recipient   string    `json:"recipient"`
	Fingerprint string    `json:"fingerprint"`
	Stolen      bool      `json:"stolen"`
	Accepts     bool      `json:"accepts"`
	Openers     []string  `json:"openers"`
}

type listedRecovery struct {
	Need        int       `json:"need"`
	Of          int       `json:"of"`
	Since       time.Time `json:"since"`
	Used        bool      `json:"used"`
	Fingerprint string    `json:"fingerprint"`
}

// Run lists the office.
func (c *officeListCmd) Run(p *program) error {
	r, err := store.OpenReader(p.ctx, c.Dir, office.Book)
	if errors.Is(err, record.ErrSchema) {
		return &office.Refused{Code: office.CodeNone} // nobody has opened it as an office yet
	}
	if err != nil {
		return err
	}
	s, err := office.New(r, p.now).State(p.ctx)
	if err := errors.Join(err, r.Close()); err != nil {
		return err
	}
	if s.ID == "" {
		return &office.Refused{Code: office.CodeNone}
	}
	listed := listOffice(s, p.now())
	if c.Format == "json" {
		return p.json(listed)
	}
	return listed.text(p.stdout)
}

// listOffice is what there is to tell of an office.
func listOffice(s *office.State, now time.Time) officeListed {
	l := officeListed{
		ID: s.ID, Name: make(map[string]string), Stale: s.Stale(),
		Officers: []listedOfficer{}, Invites: []listedInvite{}, Epochs: []listedEpoch{},
	}
	for lang, name := range s.Name {
		l.Name[string(lang)] = name
	}
	for _, o := range s.Officers {
		one := listedOfficer{
			Name: o.Name, ID: o.ID, Standing: string(o.Standing), Since: o.Since, Fingerprint: fingerprint(o.Recipient),
			Passphrase: len(o.Login) > 0, SecondStep: o.TOTP != "", Passkeys: len(o.Passkeys),
		}
		l.Officers = append(l.Officers, one)
	}
	for _, v := range s.Invites {
		if now.Before(v.Until) {
			l.Invites = append(l.Invites, listedInvite{v.Name, officerName(s, v.By), v.Until})
		}
	}
	for _, e := range s.Epochs {
		one := listedEpoch{
			Number: e.Number, Since: e.Since, Recipient: e.Recipient, Fingerprint: fingerprint(e.Recipient),
			Stolen: e.Stolen, Accepts: s.Accepts(e.Number, now), Openers: []string{},
		}
		for _, o := range s.Officers {
			if _, has := e.Wraps[o.ID]; has {
				one.Openers = append(one.Openers, o.Name)
			}
		}
		l.Epochs = append(l.Epochs, one)
	}
	if r := s.Recovery; r != nil {
		l.Recovery = &listedRecovery{r.Need, r.Of, r.Since, r.Used, fingerprint(r.Recipient)}
	}
	return l
}

func officerName(s *office.State, id string) string {
	if o := s.Officer(id); o != nil {
		return o.Name
	}
	return id
}

// fingerprint is that of a key on the record.
func fingerprint(recipient string) string {
	r, err := seal.ParseRecipient(recipient)
	if err != nil {
		return "not a key"
	}
	return seal.Fingerprint(r)
}

// text prints the office as tables.
func (l officeListed) text(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "OFFICER\tSTANDING\tSINCE (UTC)\tSIGNS IN BY\tKEY\n")
	for _, o := range l.Officers {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", o.Name, o.Standing, day(o.Since), o.ways(), o.Fingerprint)
	}
	if len(l.Invites) > 0 {
		fmt.Fprintf(w, "\nINVITED\tBY\tUNTIL\n")
	}
	for _, v := range l.Invites {
		fmt.Fprintf(w, "%s\t%s\t%s\n", v.Name, v.By, v.Until.UTC().Format("2006-01-02 15:04 UTC"))
	}
	fmt.Fprintf(w, "\nEPOCH\tSINCE (UTC)\tTAKES REPORTS\tKEY\tOPENED BY\n")
	for _, e := range l.Epochs {
		takes := "yes"
		if !e.Accepts {
			takes = "no"
		}
		if e.Stolen {
			takes = "no, stolen"
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", e.Number, day(e.Since), takes, e.Fingerprint, listNames(e.Openers))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(to, "\n%s%s", l.recoveryLine(), l.staleLine())
	return err
}

// ways is how an officer signs in.
func (o listedOfficer) ways() string {
	var ways []string
	if o.Passphrase && o.SecondStep {
		ways = append(ways, "passphrase and code")
	} else if o.Passphrase {
		ways = append(ways, "passphrase")
	}
	if o.Passkeys > 0 {
		ways = append(ways, fmt.Sprintf("passkey (%d)", o.Passkeys))
	}
	return listNames(ways)
}

func (l officeListed) recoveryLine() string {
	r := l.Recovery
	switch {
	case r == nil:
		return "recovery: none; if all officers lose their keys, nothing can be read any more; see: temwen office shares --help\n"
	case r.Used:
		return fmt.Sprintf("recovery: any %d of %d shares, which were brought together once since %s; give out new ones: temwen office shares\n", r.Need, r.Of, day(r.Since))
	}
	return fmt.Sprintf("recovery: any %d of %d shares, since %s; key %s\n", r.Need, r.Of, day(r.Since), r.Fingerprint)
}

func (l officeListed) staleLine() string {
	if !l.Stale {
		return ""
	}
	return "somebody who was removed knows the key of the present epoch; begin a new one: temwen office rotate\n"
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// listNames joins words, or says that there is none.
func listNames(names []string) string {
	s := ""
	for i, n := range names {
		if i > 0 {
			s += ", "
		}
		s += n
	}
	if s == "" {
		return "nobody"
	}
	return s
}
