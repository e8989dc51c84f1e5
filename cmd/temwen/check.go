package main

import (
	"errors"
	"fmt"
	"os"

	"temwen/dossier"
)

// checkCmd is temwen check.
type checkCmd struct {
	Dir   string `arg:"" type:"existingdir" help:"The folder that holds the dossier's YAML files."`
	Quiet bool   `short:"q" help:"Print problems only, no warnings and no summary."`
}

// Help teaches with an example.
func (checkCmd) Help() string {
	return `Checks a dossier: its form, references, dates and sources. Everything that is wrong
is reported at once, one line each: file:line:column: what is wrong; what to do.
The exit status is 0 if the dossier can be imported, 1 if not.

  temwen check missions/haiti`
}

// Run prints the problems, or what the dossier holds.
func (c *checkCmd) Run(p *program) error {
	d, err := dossier.Load(os.DirFS(c.Dir), dossier.Options{})
	var problems dossier.Problems
	if errors.As(err, &problems) {
		fmt.Fprintln(p.stdout, problems.Error())
		return errSaid
	}
	if err != nil {
		return fmt.Errorf("checking %s: %w", c.Dir, err)
	}
	if c.Quiet {
		return nil
	}
	for _, w := range d.Warnings() {
		fmt.Fprintf(p.stdout, "warning: %s\n", w)
	}
	_, err = fmt.Fprintf(p.stdout, "%s: %s\n", c.Dir, holds(d))
	return err
}

// schemaCmd is temwen schema.
type schemaCmd struct{}

// Help teaches with an example.
func (schemaCmd) Help() string {
	return `The JSON Schema of every file of a dossier, for editors that check while one writes.

  temwen schema > dossier.schema.json`
}

// Run prints the schema.
func (schemaCmd) Run(p *program) error {
	_, err := p.stdout.Write(dossier.Schema())
	return err
}
