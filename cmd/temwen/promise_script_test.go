package main

import (
	"context"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"temwen/ledger"
	"temwen/record"
	"temwen/record/recordtest"
	"temwen/store"
)

// promise STORE FILE BY CONTENT: records something sealed with the content of a
// file, an hour before BY, does not publish it, and writes the receipt that says
// it will be.
func promise(ts *testscript.TestScript, _ bool, args []string) {
	ctx := context.Background()
	by, err := time.Parse(time.RFC3339, args[2])
	ts.Check(err)
	now := by.Add(-time.Hour)
	s, err := store.Open(ctx, ts.MkAbs(args[0]), store.Settings{
		Ledger: newTestProgram().ledger,
		Books:  []record.Book{recordtest.Diary{}},
		Now:    func() time.Time { return now },
	})
	ts.Check(err)
	defer func() { ts.Check(s.Close()) }()
	content, err := os.ReadFile(ts.MkAbs(args[3]))
	ts.Check(err)
	done, err := s.Do(ctx, args[1], recordtest.Write{Titles: []string{args[1]}, Content: content}, now)
	ts.Check(err)
	e, err := s.Event(ctx, done.From)
	ts.Check(err)
	signed, err := s.Promise(e, by)
	ts.Check(err)
	f := ledger.ReceiptFile{Key: s.Key(), Salt: e.Salt, Private: e.Private, Promise: signed}
	ts.Check(f.Write(ts.MkAbs(args[1])))
}
