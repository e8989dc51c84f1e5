package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"temwen/casework"
	"temwen/instrument"
	"temwen/locale"
	"temwen/publish"
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
under this version, where it changes how far their time can be extended, and where the case hands on otherwise. It changes nothing, and the server may go on: a case keeps the version that
it was opened under until an officer adopts the newer one.

  temwen procedure touches missions/haiti --dir /var/lib/temwen`
}

// touchedCase is one case, for other programs.
type touchedCase struct {
	Number    int    `json:"number"`
	Procedure string `json:"procedure"`
	// Changes says that a day changes, or a step is gone, and Extends that it changes how
	// far a time may be extended.
	Changes bool          `json:"changes"`
	Extends bool          `json:"extends"`
	Steps   []touchedStep `json:"steps"`
	// Hands are the ends at which it hands on otherwise, or would.
	Hands []touchedHand `json:"hands,omitempty"`
}

type touchedHand struct {
	End   string             `json:"end"`
	Was   *instrument.HandOn `json:"was,omitempty"`
	Is    *instrument.HandOn `json:"is,omitempty"`
	Waits bool               `json:"waits,omitempty"` // the case was handed over, and its next one is not open
}

type touchedStep struct {
	Step string    `json:"step"`
	Was  *when.Day `json:"was,omitempty"`
	Is   *when.Day `json:"is,omitempty"`
	Gone bool      `json:"gone,omitempty"` // the version has no such step
	// Could and Can are how far the time may be extended, now and under this version.
	Could *instrument.Extension `json:"could,omitempty"`
	Can   *instrument.Extension `json:"can,omitempty"`
}

// Run lists the cases.
func (c *procedureTouchesCmd) Run(p *program) (err error) {
	d, err := p.loadFolder(c.Dossier)
	if err != nil {
		return err
	}
	r, err := store.OpenReader(p.ctx, c.Dir, casework.Book)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	list := []touchedCase{}
	for t, err := range casework.LookTouched(p.ctx, r, d.Procedures, today(p.now(), d.Info.TimeZone)) {
		if err != nil {
			return err
		}
		list = append(list, newTouchedCase(t))
	}
	slices.SortFunc(list, func(a, b touchedCase) int { return a.Number - b.Number })
	if c.Format == "json" {
		return p.json(list)
	}
	return printTouched(p, list)
}

func newTouchedCase(t *casework.Touched) touchedCase {
	one := touchedCase{Number: t.Case.Number, Procedure: t.Case.Procedure.ID, Changes: t.Changes(), Extends: t.Extends(), Steps: []touchedStep{}}
	for _, s := range t.Steps {
		step := touchedStep{Step: s.Step, Gone: s.Forgotten, Could: s.Could, Can: s.Can}
		if s.Had {
			step.Was = &s.Was
		}
		if s.Has {
			step.Is = &s.Is
		}
		one.Steps = append(one.Steps, step)
	}
	for _, h := range t.Hands {
		one.Hands = append(one.Hands, touchedHand(h))
	}
	return one
}

// extension says how far a time can be extended.
func extension(e *instrument.Extension) string {
	if e == nil {
		return "it says of no extension"
	}
	return "the time " + publish.In(locale.English).ExtensionLimit(e.AtMost, e.Working, e.Times) + " (" + e.Provision + ")"
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
	to := func(h *instrument.HandOn) string {
		switch {
		case h == nil:
			return "nothing"
		case h.FromHandOver:
			return h.To + " from the day of the hand-over"
		}
		return h.To
	}
	var b strings.Builder
	var same []string
	days, hands, extends := 0, 0, 0
	for _, t := range list {
		if t.Extends {
			extends++
		}
		if t.Changes {
			days++
		} else {
			same = append(same, strconv.Itoa(t.Number))
		}
		if len(t.Hands) > 0 {
			hands++
		}
	}
	fmt.Fprintf(&b, "%d open %s another version of these procedures; a day changes in %d, a hand-over in %d\n",
		len(list), plural(len(list), "case follows", "cases follow"), days, hands)
	if extends > 0 {
		fmt.Fprintf(&b, "how far a time can be extended changes in %d\n", extends)
	}
	for _, t := range list {
		if !t.Changes && !t.Extends && len(t.Hands) == 0 {
			continue
		}
		fmt.Fprintf(&b, "case %d (%s)\n", t.Number, t.Procedure)
		for _, s := range t.Steps {
			switch {
			case s.Gone:
				fmt.Fprintf(&b, "  %s: due %s; this version has no such step, so the case cannot take it\n", s.Step, due(s.Was))
			case due(s.Was) == due(s.Is):
				fmt.Fprintf(&b, "  %s: due %s, under this version too\n", s.Step, due(s.Was))
			default:
				fmt.Fprintf(&b, "  %s: due %s, under this version %s\n", s.Step, due(s.Was), due(s.Is))
			}
			if could, can := extension(s.Could), extension(s.Can); could != can && !s.Gone {
				fmt.Fprintf(&b, "  %s: %s; under this version %s\n", s.Step, could, can)
			}
		}
		for _, h := range t.Hands {
			waits := ""
			if h.Waits {
				waits = "; the case is handed over there, and its next one is not open"
			}
			fmt.Fprintf(&b, "  at %s: hands on to %s, under this version to %s%s\n", h.End, to(h.Was), to(h.Is), waits)
		}
	}
	if len(same) > 0 {
		fmt.Fprintf(&b, "no day changes in %s %s\n", plural(len(same), "case", "cases"), strings.Join(same, ", "))
	}
	b.WriteString("Nothing was changed. To take the new version: temwen import the dossier, then adopt it on the page of each case.\n")
	_, err := fmt.Fprint(p.stdout, b.String())
	return err
}
