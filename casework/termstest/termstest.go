// Package termstest is an invented version of the vocabulary of coded facts that follows
// those that come with the program, for tests: in it a word is renamed, one split, two
// merged, two retired and one new.
//
// It must never be used by the program. Start with Use.
package termstest

import (
	"embed"

	"temwen/casework"
)

// Version is the invented version.
const Version = "2099-1"

//go:embed *.yaml
var files embed.FS

// Use lets a test run with the invented version as the newest, until it ends, and
// returns it. No two such tests can run at once.
func Use(t interface {
	Cleanup(func())
	Fatal(args ...any)
},
) *casework.Terms {
	v, err := casework.LoadTerms(casework.OwnTerms(), files, "casework/termstest")
	if err != nil {
		t.Fatal(err)
	}
	casework.TryTerms(t, v)
	return v.Newest()
}
