package main

import (
	"errors"
	"fmt"
	"io/fs"

	"temwen/store"
)

// receiptCmd is temwen receipt.
type receiptCmd struct {
	Index uint64 `arg:"" help:"The number of the entry, from 0."`
	Dir   string `required:"" type:"path" placeholder:"D" help:"The store."`
}

// Help teaches with an example.
func (receiptCmd) Help() string {
	return `A C2SP tlog-proof with the entry in it: whoever has the ledger's key can check it offline.

  temwen receipt 12 --dir ./store > entry-12.tlog-proof
  temwen verify ./store --receipt entry-12.tlog-proof`
}

// Run writes the receipt to the standard output.
func (c *receiptCmd) Run(p *program) (err error) {
	r, err := store.OpenReader(p.ctx, c.Dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	size, err := r.Edition(p.ctx)
	if err != nil {
		return err
	}
	if c.Index >= size {
		return fmt.Errorf("there is no entry %d: the record has %d events, and the first is number 0", c.Index, size)
	}
	receipt, err := r.Receipt(p.ctx, c.Index)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w; if the ledger is just being written, try again, and else run: temwen verify %s", err, c.Dir)
	}
	if err != nil {
		return err
	}
	_, err = p.stdout.Write(receipt)
	return err
}
