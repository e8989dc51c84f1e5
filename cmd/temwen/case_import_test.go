package main

import (
	"errors"
	"testing"
)

// An import that stops says how many rows are on the record only after it has put some
// there.
func TestImportStops(t *testing.T) {
	c, full := &caseImportCmd{File: "cases.csv"}, errors.New("the disk is full")
	for n, want := range map[int]string{
		0:   "importing cases.csv: the disk is full",
		100: "importing cases.csv: the disk is full\n100 of 400 rows are on the record; import the file again to go on",
	} {
		if err := c.stopped(full, n, 400); err.Error() != want || !errors.Is(err, full) {
			t.Errorf("after %d rows it says %q, and should %q", n, err, want)
		}
	}
}
