package main

import (
	"strings"
	"testing"
	"time"

	"temwen/ledger"
)

// What is proven of an entry is said in full, and no more than that.
func TestPublishedWords(t *testing.T) {
	entry := uint64(7)
	by := time.Date(2026, 11, 28, 14, 0, 0, 0, time.UTC)
	proof := ledger.Checkpoint{Size: 48, Cosigners: []ledger.Cosigner{{Name: "one.example"}, {Name: "two.example"}}}
	for want, r := range map[string]ledger.ReceiptReport{
		"not proven yet: this is a promise":                                                 {Standing: ledger.Standing{By: by.Add(time.Hour)}},
		"not proven: the time is past, and only the ledger tells; see: temwen prove --help": {Standing: ledger.Standing{By: by.Add(-time.Hour)}},
		"as entry 7, of 2026-11-28, under a checkpoint of 48 entries, which the policy's quorum has cosigned: one.example, two.example": {
			Standing: ledger.Standing{Index: &entry, Day: "2026-11-28"}, Policy: true, Checkpoint: proof,
		},
		"as entry 7, of 2026-11-28, under a checkpoint of 48 entries; witnesses not asked for (see --policy)": {
			Standing: ledger.Standing{Index: &entry, Day: "2026-11-28"}, Checkpoint: ledger.Checkpoint{Size: 48},
		},
	} {
		c := newCheckedReceipt(&r, nil)
		if got := c.published(by); got != want {
			t.Errorf("%q, and it should be %q", got, want)
		}
	}
}

// A private part that nobody can read is shown as it is, and moves no cursor.
func TestStrangeWords(t *testing.T) {
	var b strings.Builder
	s := newReceiptStanding(&ledger.Standing{Said: ledger.Said{Raw: []byte("\x1b[2J\u202e")}})
	s.says(sayer(&b))
	if got, want := b.String(), `says         "\x1b[2J\u202e"`+"\n"; got != want {
		t.Errorf("%q, and it should be %q", got, want)
	}
}
