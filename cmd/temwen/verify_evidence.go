package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"

	"temwen/casework"
	"temwen/ledger"
	"temwen/record"
	"temwen/store"
)

// evidenceCheck compares the sealed files of evidence with what the record says of them.
type evidenceCheck struct{ files casework.Files }

// evidenceCompared is what it compared.
type evidenceCompared struct {
	Files int  `json:"files"`
	Here  bool `json:"here"` // there are files to compare
}

// String says it in words.
func (e *evidenceCompared) String() string {
	if !e.Here {
		return "not compared: its sealed files are not here"
	}
	return fmt.Sprintf("%d sealed files compared with the record", e.Files)
}

// watch passes events on, and takes in those about evidence.
func (c *evidenceCheck) watch(events ledger.Events) ledger.Events {
	return func(ctx context.Context, from uint64) iter.Seq2[record.Event, error] {
		return func(yield func(record.Event, error) bool) {
			for e, err := range events(ctx, from) {
				if err == nil {
					err = c.files.Enter(&e)
				}
				if !yield(e, err) {
					return
				}
			}
		}
	}
}

// finish compares the files, where nothing else was refused.
func (c *evidenceCheck) finish(p *program, r *store.Reader, dir string, v *verified) error {
	if r == nil || v.Refused != "" {
		return nil
	}
	erased := func(ctx context.Context, index uint64) (bool, error) {
		e, err := r.Event(ctx, index)
		return len(e.Body) == 0, err
	}
	n, here, err := c.files.Compare(p.ctx, filepath.Join(dir, evidenceDir), erased)
	if changed := (*casework.Changed)(nil); errors.As(err, &changed) {
		v.Verified, v.Refused = false, err.Error()
		return nil
	}
	if n > 0 || !here {
		v.Evidence = &evidenceCompared{n, here}
	}
	return err
}
