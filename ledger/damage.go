package ledger

import (
	"errors"
	"fmt"
)

// ErrRefused is wrapped by every error of Verify that says that what was checked
// is not what it should be, as opposed to one that kept it from checking.
var ErrRefused = errors.New("the ledger is refused")

// Damage is the first thing Verify found wrong. It wraps ErrRefused.
type Damage struct {
	// File is the file of the log that is wrong, or "" where it is none of
	// the log's files (a receipt, the record, a kept checkpoint).
	File string
	// Found is whether First is known.
	Found bool
	// First is the index of the first wrong entry, or the first entry that
	// the wrong file covers.
	First uint64
	// What says what is wrong.
	What string
}

func (d *Damage) Error() string {
	where := ""
	switch {
	case d.Found && d.File != "":
		where = fmt.Sprintf("entry %d, file %s: ", d.First, d.File)
	case d.Found:
		where = fmt.Sprintf("entry %d: ", d.First)
	case d.File != "":
		where = fmt.Sprintf("file %s: ", d.File)
	}
	return where + d.What
}

func (d *Damage) Unwrap() error { return ErrRefused }

func damagedAt(index uint64, file, format string, args ...any) *Damage {
	return &Damage{File: file, Found: true, First: index, What: fmt.Sprintf(format, args...)}
}

func damaged(file, format string, args ...any) *Damage {
	return &Damage{File: file, What: fmt.Sprintf(format, args...)}
}
