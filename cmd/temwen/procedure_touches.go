package main

import (
	"errors"
	"fmt"
	"strings"

	"temwen/casework"
	"temwen/store"
	"temwen/when"
)

// procedureTouchesCmd is temwen procedure touches.
type procedureTouchesCmd struct {
	Dossier string `arg:"" help:"The folder that holds the dossier's YAML files, as they are or as you mean to change them."`
	Dir     string `required:"" type:"path" placeholder:"D" help:"The store."`
	Format  string `enum:"text,json" default:"text" placeholder:"FORMAT" help:"text or json; text where absent."`
}

// Help teaches with an example.
func (procedureTouchesCmd) Help() string {
	return `Compares the procedures of a dossier with those that open cases follow. For each case that
follows another version it says which steps wait, when they fall due, and when they would
under this version. It changes nothing: a case keeps the version that it was opened under
until an officer adopts the newer one.

  temwen procedure touches missions/haiti --dir /var/lib/temwen`
}

// touchedCase is one case, for other programs.
type touchedCase struct {
	Number    int           `json:"number"`
	Procedure string        `json:"procedure"`
	Steps     []touchedStep `json:"steps"`
}

type touchedStep struct {
	Step string    `json:"step"`
	Was  *when.Day `json:"was,omitempty"`
	Is   *when.Day `json:"is,omitempty"`
	Gone bool      `json:"gone,omitempty"` // the version has no such step
}

// Run lists the cases.
func (c *procedureTouchesCmd) Run(p *program) (err error) {
	d, err := p.loadFolder(c.Dossier)
	if err != nil {
		return err
	}
	s, err := p.openStore(c.Dir, store.Settings{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	work := casework.New(s, p.now, func() when.Day { return today(p.now(), d.Info.TimeZone) })
	touched, err := work.Touched(p.ctx, d.Procedures)
	if err != nil {
		return err
	}
	list := make([]touchedCase, len(touched))
	for i, t := range touched {
		list[i] = newTouchedCase(&t)
	}
	if c.Format == "json" {
		return p.json(list)
	}
	return printTouched(p, list)
}

func newTouchedCase(t *casework.Touched) touchedCase {
	one := touchedCase{Number: t.Case.Number, Procedure: t.Case.Procedure.ID, Steps: []touchedStep{}}
	for _, s := range t.Steps {
		step := touchedStep{Step: s.Step, Gone: s.Forgotten}
		if s.Had {
			step.Was = &s.Was
		}
		if s.Has {
			step.Is = &s.Is
		}
		one.Steps = append(one.Steps, step)
	}
	return one
}

func printTouched(p *program, list []touchedCase) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(p.stdout, "no open case follows another version of these procedures")
		return err
	}
	due := func(d *when.Day) string {
		if d == nil {
			return "no date"
		}
		return d.String()
	}
	var b strings.Builder
	for _, t := range list {
		fmt.Fprintf(&b, "case %d follows another version of %s\n", t.Number, t.Procedure)
		for _, s := range t.Steps {
			switch {
			case s.Gone:
				fmt.Fprintf(&b, "  %s: due %s; this version has no such step\n", s.Step, due(s.Was))
			case due(s.Was) == due(s.Is):
				fmt.Fprintf(&b, "  %s: due %s, under this version too\n", s.Step, due(s.Was))
			default:
				fmt.Fprintf(&b, "  %s: due %s, under this version %s\n", s.Step, due(s.Was), due(s.Is))
			}
		}
	}
	_, err := fmt.Fprint(p.stdout, b.String())
	return err
}
