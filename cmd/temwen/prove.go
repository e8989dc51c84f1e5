package main

import (
	"errors"
	"fmt"
	"os"

	"temwen/ledger"
)

// proveCmd is temwen prove.
type proveCmd struct {
	File   string `arg:"" placeholder:"FILE" help:"A receipt that holds a promise."`
	Source string `arg:"" placeholder:"DIR-or-URL" help:"A store, a ledger's folder, or the address of one."`
	Out    string `placeholder:"FILE" help:"Where the receipt with its proof is written; where absent, in place of the old one."`
}

// Help teaches with an example.
func (proveCmd) Help() string {
	return `Finds in a published ledger the entry that a receipt promises, and adds the proof: from then
on the receipt shows by itself, offline and for ever, that what it opens is in the ledger.

Who serves a ledger at an address can see about where one looks in it. Over Tor, or with a
copy of the ledger in a folder, that tells nothing about you.

  temwen prove mine.receipt https://example.org/ledger/
  temwen prove mine.receipt ./copy-of-the-ledger --out proven.receipt
  temwen verify --receipt mine.receipt`
}

// Run adds the proof.
func (c *proveCmd) Run(p *program) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("reading the receipt: %w", err)
	}
	f, err := ledger.ParseReceiptFile(data)
	if err != nil {
		return err
	}
	proven, err := f.Prove(p.ctx, c.Source)
	if errors.Is(err, ledger.ErrUnpublished) {
		return fmt.Errorf("%w; whether the promise is kept tells: temwen verify %s --receipt %s", err, c.Source, c.File)
	}
	if err != nil {
		return err
	}
	out := c.Out
	if out == "" {
		out = c.File
	}
	if err := f.Write(out); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%s proves entry %d, of %s, under a checkpoint of %d entries\n", out, proven.Leaf.Index, proven.Leaf.Day, proven.Checkpoint.Size)
	return err
}
