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

// keptCheck compares what is kept in cases with what the record says of it: the sealed
// files of evidence, and the letters as they were sent.
type keptCheck struct {
	files   casework.Files
	letters casework.Letters
}

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

// lettersCompared is how many letters are kept as they were sent.
type lettersCompared struct {
	Letters int `json:"letters"`
}

// String says it in words.
func (l *lettersCompared) String() string {
	return fmt.Sprintf("%d are kept as they were sent", l.Letters)
}

// watch passes events on, and takes in those about evidence and letters.
func (c *keptCheck) watch(events ledger.Events) ledger.Events {
	return func(ctx context.Context, from uint64) iter.Seq2[record.Event, error] {
		return func(yield func(record.Event, error) bool) {
			for e, err := range events(ctx, from) {
				if err == nil {
					err = errors.Join(c.files.Enter(&e), c.letters.Enter(&e))
				}
				if !yield(e, err) {
					return
				}
			}
		}
	}
}

// finish compares the letters and the files, where nothing else was refused.
func (c *keptCheck) finish(p *program, r *store.Reader, dir string, v *verified) error {
	if r == nil || v.Refused != "" {
		return nil
	}
	erased := func(ctx context.Context, index uint64) (bool, error) {
		e, err := r.Event(ctx, index)
		return len(e.Body) == 0, err
	}
	letters, err := c.letters.Compare(p.ctx, r.Content, erased)
	if errors.Is(err, record.ErrDamaged) {
		v.Verified, v.Refused = false, err.Error()
		return nil
	}
	if err != nil {
		return err
	}
	if letters > 0 {
		v.Letters = &lettersCompared{letters}
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
