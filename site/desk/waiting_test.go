package desk_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
	_, doc = officer.page("/en/board")
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

// Of what falls due, and of what nobody answered, the board shows the first, and a page
// lists all of it, each once.
func TestBoardLeadsToAllThatFallsDue(t *testing.T) {
	k := withCases(t)
	const cases = 53
	for i := range cases {
		id := k.open(t, "mss-criminal")
		k.act(t, id, casework.SendNotice{Step: 1, Notice: casework.Notice{Language: "fr", How: "post", By: soon(k, 2+i%2)}})
	}
	officer := k.signedIn(t, "lakay")
	all := func(part string) {
		t.Helper()
		r, doc := officer.page("/en/board")
		officer.says(r, doc, http.StatusOK)
		if n := doc.Find("h2#" + part + " ~ table").First().Find("tbody tr").Length(); n != 50 {
			t.Errorf("the board shows %d rows of %s", n, part)
		}
		seen := make(map[string]int)
		for at := doc.Find("h2#"+part+" ~ p.turn a").First().AttrOr("href", ""); at != ""; {
			r, doc = officer.page(at)
			officer.says(r, doc, http.StatusOK)
			doc.Find("tbody tr").Each(func(_ int, s *goquery.Selection) { seen[s.Find("a").Text()]++ })
			at = doc.Find("p.turn a").AttrOr("href", "")
		}
		for name, n := range seen {
			if n != 1 {
				t.Errorf("%s is listed %d times in %s", name, n, part)
			}
		}
		if len(seen) != cases {
			t.Errorf("the pages list %d of %d steps in %s", len(seen), cases, part)
		}
	}
	all("week")
	k.pass(6 * 24 * time.Hour)
	if n, err := k.cases.NoteSilences(t.Context()); n != cases || err != nil {
		t.Fatalf("%d silences (%v)", n, err)
	}
	officer = k.signedIn(t, "lakay")
	all("silent")
	r, doc := officer.page("/en/board/week?after=nonsense")
	officer.says(r, doc, http.StatusNotFound)
}

// A day of the month on which more falls due than is counted says so, in the calendar and
// below it; a day that is counted says how much of it is not shown.
func TestMonthSaysThatThereIsMore(t *testing.T) {
	k := withCases(t)
	officer := k.signedIn(t, "lakay")
	due := soon(k, 2)
	k.act(t, k.open(t, "mss-criminal"), casework.SendNotice{Step: 1, Notice: casework.Notice{Language: "fr", How: "post", By: due}})
	db, err := sql.Open("sqlite", "file:"+filepath.Join(k.dir, "record.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	more := func(n int) {
		t.Helper()
		_, err := db.ExecContext(t.Context(), `WITH RECURSIVE copy(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM copy WHERE k < $1)
			INSERT INTO book_casework_step (docket, n, step, due, waits, silent, officer, reminder, wait, since, ground)
			SELECT docket, (SELECT MAX(n) FROM book_casework_step) + k, step, due, waits, silent, officer, reminder, wait, since, ground
			FROM copy, (SELECT * FROM book_casework_step WHERE n = 1)`, n)
		if err != nil {
			t.Fatal(err)
		}
	}
	says := func(lang, count, rest string) {
		t.Helper()
		r, doc := officer.page("/" + lang + "/board?month=" + due.String()[:7])
		officer.says(r, doc, http.StatusOK)
		if n := doc.Find(`table.month a[href="#day-` + due.String() + `"] .n`).Text(); n != count {
			t.Errorf("the calendar says %q of the day, and should %q", n, count)
		}
		if p := doc.Find("h3#day-" + due.String() + " ~ p.help").First().Text(); p != rest {
			t.Errorf("below the calendar it says %q, and should %q", p, rest)
		}
	}
	says("en", "(1)", "")
	more(149)
	says("en", "(150)", "50 more are not shown here.")
	more(851)
	says("en", "(more than 1,000)", "More than 1,000 fall due on this day; not all are shown here.")
	says("ht", "(plis pase 1\u202f000)", "Plis pase 1\u202f000 etap rive nan delè jou sa a; se pa tout ki parèt isit la.")
	says("fr", "(plus de 1\u202f000)", "Plus de 1\u202f000 échoient ce jour-là\u202f; toutes ne sont pas affichées ici.")
	says("es", "(más de 1000)", "Más de 1000 vencen este día; no todos se muestran aquí.")
}
