package desk_test

import (
	"net/http"
	"strings"
	"testing"

	"temwen/dossier"
	"temwen/instrument"
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

// So it says where the case would hand on.
func TestWhereANewerVersionHandsOnIsShown(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-flagrante")
	k.revise(t, func(d *dossier.Dossier) {
		for _, p := range d.Procedures {
			for i := range p.Ends {
				if on := p.Ends[i].HandsOn; p.ID == "mss-flagrante" && on != nil {
					p.Ends[i].HandsOn = &instrument.HandOn{To: "mss-discipline", FromHandOver: true}
				}
			}
		}
	})
	officer := k.signedIn(t, "lakay")
	for _, lang := range []string{"ht", "fr", "es", "en"} {
		_, doc := officer.page("/" + lang + "/cases/" + id)
		if doc.Find("#newer-hands del").Length() == 0 || strings.Contains(doc.Find("#newer-hands").Text(), "[") {
			t.Errorf("in %s it says %q", lang, doc.Find("#newer-hands").Text())
		}
	}
	r, doc := officer.page("/en/cases/" + id)
	officer.says(r, doc, http.StatusOK, "goes on in Criminal track of the status agreement, then Discipl")
}
