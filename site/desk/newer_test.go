package desk_test

import (
	"net/http"
	"testing"

	"temwen/dossier"
	"temwen/when"
)

// Beside the button that takes a newer version the page says what changes.
func TestWhatANewerVersionChangesIsShown(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	k.revise(t, func(d *dossier.Dossier) {
		for _, p := range d.Procedures {
			if p.ID == "mss-criminal" {
				p.Steps[0].Clock.Within = when.Days(10)
			}
		}
	})
	officer := k.signedIn(t, "lakay")
	for _, lang := range []string{"ht", "fr", "es", "en"} {
		r, doc := officer.page("/" + lang + "/cases/" + id)
		officer.says(r, doc, http.StatusOK)
		if lang == "en" {
			officer.says(r, doc, http.StatusOK, "What it would change today", "due until now no day, then 8 December 2026", "Nobody becomes silent in the past")
		}
	}
	r, doc := officer.submit("/en/cases/"+id+"/adopt", "seen", "0")
	officer.says(r, doc, http.StatusOK, "The case follows the newer version.", "due on 8 December 2026")
}
