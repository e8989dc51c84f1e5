package main

import (
	"temwen/locale"
	"temwen/publish"
)

// briefCmd is temwen brief.
type briefCmd struct {
	Mission string `arg:"" help:"The mission's ID: mss, gsf, minustah, ..."`
	asOf
	storeDir
	output
}

// Help teaches with examples.
func (briefCmd) Help() string {
	return `What a journalist asks first, on a few pages, every line with its source.

  temwen brief mss
  temwen brief mss --as-of 2024-06-26
  temwen brief gsf --lang ht

What is known later of a day:

  temwen brief mss --as-of 2024-06-26 --known 2025-03-01

The contradictions alone:

  temwen brief mss --format json | jq '.contradictions[].title.en'`
}

// Run prints the brief.
func (c *briefCmd) Run(p *program) error {
	v, err := c.view(p, c.Mission, c.asOf)
	if err != nil {
		return err
	}
	b, err := v.Brief(c.Mission)
	if err != nil {
		return err
	}
	return c.print(p, b, func(l locale.Lang) *publish.Sheet { return b.Sheet(v, l) })
}
