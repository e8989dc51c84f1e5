package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"temwen/casework"
	"temwen/casework/termstest"
	"temwen/conduct"
	"temwen/conduct/conducttest"
	"temwen/store"
	"temwen/when"
)

// Given editions and public cases of two versions of the vocabulary, when the store is
// verified, then each is counted again by its own.
func TestVerifyAcrossVocabularies(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	p := newTestProgram()
	p.stdout, p.stderr = new(bytes.Buffer), new(bytes.Buffer)
	if err := store.Create(t.Context(), dir, store.Options{Origin: "record.example.org/words"}); err != nil {
		t.Fatal(err)
	}
	s, err := p.openStore(dir, store.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	o := conducttest.New(s, time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC))
	p.now = func() time.Time { return o.Now }
	scope := conducttest.Scope("support", "alfa", "bravo")
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		check(o.Month(t.Context(), "support", scope.Actors...))
	}
	_, err = o.Publish(t.Context(), scope, nil)
	check(err)
	id, _, err := o.Public(t.Context(), "support", "alfa", when.Today(o.Now), "state")
	check(err)
	old := casework.CurrentTerms().Version
	termstest.Use(t)
	o.Now = o.Now.AddDate(0, 2, 0)
	tables, err := o.Publish(t.Context(), scope, &conduct.Reason{Code: "classed", Text: "Invented: a newer vocabulary."})
	check(err)
	if tables[0].Terms != termstest.Version {
		t.Fatalf("the second edition is classed by %s", tables[0].Terms)
	}
	check(o.Decide(t.Context(), id, casework.AskPublication{Fields: []string{"opened"}, Why: "fields"}))
	check(s.Publish(t.Context(), o.Now, true, nil))
	shown, err := casework.PublishedCases(t.Context(), s, 0)
	check(err)
	if len(shown.Cases) != 2 || shown.Cases[0].Terms != old || shown.Cases[1].Terms != termstest.Version {
		t.Errorf("public are %+v", shown.Cases)
	}
	check(s.Close())

	out := p.stdout.(*bytes.Buffer)
	out.Reset()
	if err := (&verifyCmd{Source: dir, Forget: true, Format: "text"}).Run(p); err != nil {
		t.Fatalf("%v\n%s%s", err, out, p.stderr)
	}
	for _, says := range []string{
		"24 tables of 2 editions add up", "2 entries make a case public or take it back, in hashes alone", "2 are what the record says",
		"24 counted again from the record", "VERIFIED",
	} {
		if !strings.Contains(out.String(), says) {
			t.Errorf("it does not say %q:\n%s", says, out)
		}
	}
}
