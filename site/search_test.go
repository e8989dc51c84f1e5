package site_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"temwen/site"
	"temwen/when"
)

// Given any page, in any language and of any day, when a reader looks for the
// search, then it is a plain form in the head that stays in the language and on
// the day.
func TestEveryPageHasTheSearchBox(t *testing.T) {
	for _, address := range []string{"/ht/", "/fr/missions/mss", "/en/record", "/es/missions/mss/money", "/en/search"} {
		d := shown(t, address)
		form := d.Find("header form[role=search]")
		if form.Length() != 1 || form.AttrOr("method", "") != "get" || form.AttrOr("action", "") != address[:3]+"/search" {
			t.Errorf("%s: the form is %q %q", address, form.AttrOr("method", ""), form.AttrOr("action", ""))
		}
		if d.Find("header form[role=search] label[for=q]").Text() == "" || form.Find("input#q[type=search][name=q]").Length() != 1 {
			t.Errorf("%s: the box has no label, or is no box", address)
		}
		if form.Find("input[name=as_of]").Length() != 0 {
			t.Errorf("%s: a day is carried that nobody chose", address)
		}
	}
	d := shown(t, "/en/missions/mss?as_of=2024-06-26&known=2025-01-01")
	for name, want := range map[string]string{"as_of": "2024-06-26", "known": "2025-01-01"} {
		if got := d.Find("header form[role=search] input[name="+name+"]").AttrOr("value", ""); got != want {
			t.Errorf("%s is carried as %q, want %q", name, got, want)
		}
	}
}

// Given words, when a reader searches, then the best comes first, marked, with
// what it is, and one tap leads to the page that shows it.
func TestSearchPage(t *testing.T) {
	for _, c := range []struct{ address, title, href, about string }{
		{"/en/search?q=nine-month+review", "Review of the authorisation after nine months", "/en/missions/mss/obligations/mss-review", "obligation · MSS · known since 2 October 2023"},
		{"/ht/search?q=revizyon+nef+mwa", "Revizyon otorizasyon an apre nèf mwa", "/ht/missions/mss/obligations/mss-review", "obligasyon · MSS"},
		{"/fr/search?q=regles+engagement&kind=requests", "Les règles d’engagement", "/fr/missions/mss/documents#", "demande de document"},
		{"/es/search?q=kenya&kind=actors", "Kenya", "/es/dossiers/haiti/actors/kenya", "actor"},
		{"/en/search?q=who+said+the+money+had+been+paid", "Has the 300 million US dollars been paid?", "/en/missions/mss/words#m-us-300-million", "matter"},
		{"/en/search?q=2699&kind=instruments", "Security Council resolution 2699 (2023), authorising", "/en/missions/mss/obligations?instrument=s-res-2699", "instrument"},
		{"/en/search?q=jeremie+2010", "Jérémie", "/en/missions/minustah/people/2010", "people at a place"},
		{"/en/search?q=annual+cost+600+million&kind=figures", "US$600 million a year, estimated", "/en/missions/mss/money", "figure"},
	} {
		d := shown(t, c.address)
		first := d.Find("main ol.results li").First()
		if got := words(first.Find("h2 a")); !strings.Contains(got, c.title) {
			t.Errorf("%s: first is %q, want %q", c.address, got, c.title)
		}
		if got := first.Find("h2 a").AttrOr("href", ""); !strings.HasPrefix(got, c.href) {
			t.Errorf("%s: it leads to %q, want %q", c.address, got, c.href)
		}
		if got := words(first.Find("p.help")); !strings.Contains(got, c.about) {
			t.Errorf("%s: it is said to be %q, want %q", c.address, got, c.about)
		}
		if first.Find("mark").Length() == 0 {
			t.Errorf("%s: nothing is marked", c.address)
		}
	}
}

// Given many searches, when a reader follows any hit of any of them, then there
// is a page that shows it, on the chosen day too.
func TestEveryHitLeadsToItsPage(t *testing.T) {
	h := open(t)
	seen := make(map[string]bool)
	for _, asOf := range []string{"", "&as_of=2024-06-26", "&as_of=2012-01-01"} {
		for _, q := range []string{"review", "mission", "police", "cholera", "money", "Kenya", "Konsèy", "jeremie", "fund", "report", "2004"} {
			w := get(t, h, "/en/search?q="+url.QueryEscape(q)+asOf)
			if w.Code != http.StatusOK {
				t.Fatalf("%s%s: %d", q, asOf, w.Code)
			}
			d, err := goquery.NewDocumentFromReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			d.Find("main ol.results h2 a").Each(func(_ int, a *goquery.Selection) {
				address, fragment, _ := strings.Cut(a.AttrOr("href", ""), "#")
				if seen[address+fragment] {
					return
				}
				seen[address+fragment] = true
				if asOf != "" && !strings.Contains(address, asOf[1:]) {
					t.Errorf("%s%s: %s has lost the day", q, asOf, address)
				}
				w := get(t, h, address)
				if w.Code != http.StatusOK {
					t.Errorf("%s%s: %q leads to %s, which answers %d", q, asOf, words(a), address, w.Code)
				}
				if fragment != "" && !strings.Contains(w.Body.String(), `id="`+fragment+`"`) {
					t.Errorf("%s%s: %q leads to %s, which has no part %q", q, asOf, words(a), address, fragment)
				}
			})
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d addresses were tried", len(seen))
	}
}

// Given a chosen day, when something is searched that became known later, then
// nothing of it is found or offered, and the page says what it is about.
func TestSearchAsOf(t *testing.T) {
	d := shown(t, "/en/search?q=Suprression&as_of=2024-06-26")
	if n := d.Find("main ol.results li").Length(); n != 0 {
		t.Errorf("%d results", n)
	}
	holds(t, d, "main", "As known on 26 June 2024", "Nothing on record has these words", "Not on record: Suprression")
	if strings.Contains(strings.ToLower(words(d.Find("main"))), "suppression") {
		t.Error("the page knows of the suppression force")
	}
	today := d.Find("main .found a").AttrOr("href", "")
	if today != "?q=Suprression" {
		t.Errorf("the way to today is %q", today)
	}
	d = shown(t, "/en/search?q=Suprression")
	holds(t, d, "main .found", "“Suprression” is not on record. Looked for instead: suppression")
	if got := d.Find("header form[role=search] input#q").AttrOr("value", ""); got != "Suprression" {
		t.Errorf("the box holds %q", got)
	}
	if got := d.Find("header details.asof input[name=q]").AttrOr("value", ""); got != "Suprression" {
		t.Errorf("choosing another day searches %q", got)
	}
}

// Given words or parameters that make no sense, when they are searched, then
// the page says so plainly, with the right status, and keeps nothing.
func TestOddSearches(t *testing.T) {
	s, err := record()
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	h := site.New(s, site.Options{Today: func(string) when.Day { return today }, Log: slog.New(slog.NewTextHandler(&log, nil))})
	for _, c := range []struct {
		name, query string
		status      int
		says        string
	}{
		{"nothing", "", 200, "Accents and capital letters do not matter"},
		{"blanks", "?q=+++", 200, "How it works"},
		{"no words", "?q=%3F%21", 200, "no word in this"},
		{"emoji", "?q=%F0%9F%99%82", 200, "no word in this"},
		{"not UTF-8", "?q=%ff%fereview", 200, "results"},
		{"nowhere", "?q=xyzzyqqq", 200, "Not on record: xyzzyqqq"},
		{"operators", "?q=%22review%22+OR+NOT+title%3A*", 200, "results"},
		{"markup", "?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E", 200, "Search"},
		{"page 0", "?q=police&page=0", 404, "no page 0"},
		{"page of letters", "?q=police&page=two", 404, "no page two"},
		{"a page too far", "?q=police&page=99", 404, "no page 99"},
		{"a page beyond all", "?q=police&page=99999999999999999999", 404, "no page"},
		{"no such kind", "?q=police&kind=weather", 400, "“weather” is no kind"},
		{"nothing of a kind", "?q=jeremie&kind=missions", 200, "Nothing of this kind"},
		{"too long", "?q=" + strings.Repeat("review+", 2000), 400, "too long"},
		{"many words", "?q=" + strings.Repeat("review+nine+month+", 200), 200, "results"},
		{"twice", "?q=review&q=money", 200, "results"},
		{"an impossible day", "?q=review&as_of=2024-02-30", 400, "Write the day as"},
		{"long ago", "?q=review&as_of=0001-01-01", 200, "Nothing on record"},
	} {
		w := get(t, h, "/en/search"+c.query)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: status %d, want %d saying %q:\n%.300s", c.name, w.Code, c.status, c.says, w.Body)
		}
		if strings.Contains(w.Body.String(), "<script>alert") {
			t.Errorf("%s: what was typed is not escaped", c.name)
		}
	}
	if log.Len() > 0 {
		t.Errorf("the log has %s", log.String())
	}
}

// Given more results than a page has, when a reader turns pages and chooses a
// kind, then the numbers go on and agree.
func TestTurningPages(t *testing.T) {
	first := shown(t, "/en/search?q=police")
	if n := first.Find("main ol.results li").Length(); n != 20 {
		t.Errorf("the first page has %d", n)
	}
	next := first.Find("main nav.turn a[rel=next]").AttrOr("href", "")
	second := shown(t, next)
	if got := second.Find("main ol.results").AttrOr("start", ""); got != "21" {
		t.Errorf("the second page starts at %q", got)
	}
	if second.Find("main nav.turn a[rel=prev]").Length() != 1 {
		t.Error("no way back")
	}
	var kinds []string
	first.Find("main ul.tally a").Each(func(_ int, a *goquery.Selection) { kinds = append(kinds, a.AttrOr("href", "")) })
	if !slices.Contains(kinds, "/en/search?kind=obligations&q=police") {
		t.Fatalf("the kinds lead to %q", kinds)
	}
	one := shown(t, "/en/search?kind=obligations&q=police")
	chosen := one.Find("main ul.tally a[aria-current]")
	holds(t, one, "main .found", words(chosen.Find("b"))+" results")
	one.Find("main ol.results p.help").Each(func(_ int, p *goquery.Selection) {
		if !strings.HasPrefix(words(p), "obligation ") {
			t.Errorf("among obligations there is %q", words(p))
		}
	})
}
