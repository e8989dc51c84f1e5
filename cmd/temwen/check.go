package main

import (
	"errors"
	"fmt"

	"temwen/dossier"
)

// checkCmd is temwen check.
type checkCmd struct {
	Dir    string `arg:"" help:"The folder that holds the dossier's YAML files."`
	Quiet  bool   `short:"q" help:"Print problems only, no warnings and no summary."`
	Format string `enum:"text,json" default:"text" placeholder:"FORMAT" help:"text or json; text where absent."`
}

// Help teaches with an example.
func (checkCmd) Help() string {
	return `Its form, references, dates and sources, everything at once, one line each:
file:line:column: what is wrong; what to do. The exit status is 0 if the dossier can be
imported, and 1 if not.

  temwen check missions/haiti`
}

// checked is what temwen check found, for other programs.
type checked struct {
	Dossier  string           `json:"dossier"`
	Good     bool             `json:"good"`
	Problems dossier.Problems `json:"problems"`
	Warnings dossier.Problems `json:"warnings"`
	Facts    map[string]int   `json:"facts"`
}

// Run prints the problems, or what the dossier holds.
func (c *checkCmd) Run(p *program) error {
	d, err := p.loadFolder(c.Dir)
	found := checked{Dossier: c.Dir, Problems: dossier.Problems{}, Warnings: dossier.Problems{}, Facts: map[string]int{}}
	if err != nil && !errors.As(err, &found.Problems) {
		return err
	}
	if err == nil {
		found.Good = true
		if !c.Quiet {
			found.Warnings = append(found.Warnings, d.Warnings()...)
		}
		for _, k := range d.Counts() {
			found.Facts[k.Kind] = k.Facts
		}
	}
	if err := c.print(p, d, found); err != nil {
		return err
	}
	if !found.Good {
		return errSaid
	}
	return nil
}

func (c *checkCmd) print(p *program, d *dossier.Dossier, found checked) error {
	if c.Format == "json" {
		return p.json(found)
	}
	if !found.Good {
		_, err := fmt.Fprintln(p.stdout, found.Problems.Error())
		return err
	}
	for _, w := range found.Warnings {
		if _, err := fmt.Fprintf(p.stdout, "warning: %s\n", w); err != nil {
			return err
		}
	}
	if c.Quiet {
		return nil
	}
	_, err := fmt.Fprintf(p.stdout, "%s: good: %s\n", c.Dir, holds(d))
	return err
}

// schemaCmd is temwen schema.
type schemaCmd struct{}

// Help teaches with an example.
func (schemaCmd) Help() string {
	return `One schema for every file of a dossier, for editors that check while one writes.

  temwen schema > dossier.schema.json`
}

// Run prints the schema.
func (schemaCmd) Run(p *program) error {
	_, err := p.stdout.Write(dossier.Schema())
	return err
}
