package desk_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"temwen/casework"
)

// What no clock brings to mind stands on the board: what nobody was asked for, what was
// asked without a day, clocks that are stopped, and cases on which nobody works. Of many
// the first are shown, with how many there are, and a page lists all.
func TestBoardShowsWhatNoClockBringsToMind(t *testing.T) {
	k := withCases(t)
	officer := k.signedIn(t, "lakay")
	parts := func(want string) {
		t.Helper()
		_, doc := officer.page("/en/board")
		var got []string
		for _, id := range []string{"unworked", "office", "asked", "paused"} {
			if h := doc.Find("h2#" + id); h.Length() > 0 {
				got = append(got, id+" "+h.Find(".n").Text())
			}
		}
		if s := strings.Join(got, ", "); s != want {
			t.Errorf("the board shows %q, and should %q", s, want)
		}
	}
	id := k.open(t, "mss-criminal")
	parts("office (1)")
	k.act(t, id, casework.SendNotice{Step: 1, Notice: casework.Notice{Language: "fr", How: "post", Proof: "RR 1"}})
	parts("asked (1)")
	k.act(t, id, casework.MoveClock{Step: 1, Move: casework.Move{Kind: casework.Paused, Ground: "safety"}})
	parts("paused (1)")
	r, doc := officer.page("/en/board")
	officer.says(r, doc, http.StatusOK, "Clock stopped", "somebody’s safety", "today")
	k.act(t, id, casework.Assign{})
	parts("unworked (1), paused (1)")

	for range 30 {
		k.open(t, "mss-criminal")
	}
	parts("unworked (1), office (30), paused (1)")
	r, doc = officer.page("/en/board")
	if n := doc.Find("h2#office ~ table").First().Find("tbody tr").Length(); n != 10 {
		t.Errorf("the board shows %d of the office's own moves", n)
	}
	seen := make(map[string]bool)
	for at := doc.Find("h2#office ~ p.turn a").First().AttrOr("href", ""); at != ""; {
		r, doc = officer.page(at)
		officer.says(r, doc, http.StatusOK, "The office’s own next move (30)")
		doc.Find("tbody tr").Each(func(_ int, s *goquery.Selection) { seen[s.Find("a").Text()] = true })
		at = doc.Find("p.turn a").AttrOr("href", "")
	}
	if len(seen) != 30 {
		t.Errorf("the pages list %d of 30 steps: %v", len(seen), seen)
	}
	r, doc = officer.page("/en/cases?view=unworked")
	officer.says(r, doc, http.StatusOK, "Case 1")
	for _, lang := range []string{"ht", "fr", "en", "es"} {
		for _, w := range casework.Waits {
			r, doc := officer.page(fmt.Sprint("/", lang, "/board/", w))
			officer.says(r, doc, http.StatusOK)
			if text := doc.Text(); strings.Contains(text, "case.board") {
				t.Errorf("%s in %s lacks words", w, lang)
			}
		}
	}
	r, doc = officer.page("/en/board/nothing")
	officer.says(r, doc, http.StatusNotFound)
}
