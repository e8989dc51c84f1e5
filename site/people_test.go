package site_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// shown is a page as a document to be asked by CSS selector.
func shown(t *testing.T, address string) *goquery.Document {
	t.Helper()
	w := get(t, open(t), address)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: status %d", address, w.Code)
	}
	d, err := goquery.NewDocumentFromReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// words are the words of what a selector finds, with single spaces.
func words(s *goquery.Selection) string { return strings.Join(strings.Fields(s.Text()), " ") }

// holds checks that the words of what a selector finds have these in them.
func holds(t *testing.T, d *goquery.Document, selector string, want ...string) {
	t.Helper()
	found := d.Find(selector)
	if found.Length() == 0 {
		t.Errorf("nothing is at %q", selector)
		return
	}
	for _, w := range want {
		if !strings.Contains(words(found), w) {
			t.Errorf("%q does not say %q:\n%.900s", selector, w, words(found))
		}
	}
}

// Given the day of the article, when a reader asks how many came, then both
// numbers stand there, as contradicting, beside what was expected.
func TestPeopleShowsReportsThatDiffer(t *testing.T) {
	d := shown(t, "/en/missions/mss/people?as_of=2024-06-26")
	holds(t, d, "#share", "2,500 people authorised", "about 200 people deployed", "400 people deployed", "8 to 16 percent", "as read sets no number")
	holds(t, d, "#reports table", "about 200 people", "400 people", "reports differ")
	holds(t, d, "#contradictions", "Numbers that do not agree")
	if d.Find("#places").Length() > 0 {
		t.Error("a mission without people by place has a map")
	}
	if d.Find("a[href*='/actors/guatemala']").Length() > 0 {
		t.Error("Guatemala stands there before anybody knew")
	}
}

// Given the mission's end, when a reader looks at the picture, then it says in
// words what the table beside it says, and marks what differs by more than
// colour.
func TestPeopleChart(t *testing.T) {
	d := shown(t, "/en/missions/mss/people")
	svg := d.Find("svg[role=img]").First()
	if svg.Find("title").Length() == 0 || svg.Find("desc").Length() == 0 {
		t.Error("the picture has no title or no description")
	}
	if bars, reports := svg.Find("g.whole, g.one").Length(), d.Find("#reports tbody tr").Length(); bars == 0 || bars > reports {
		t.Errorf("%d bars for %d rows", bars, reports)
	}
	holds(t, d, "#reports svg", "Ceiling: 2,500", "◆ 970 to 991", "◆ 200 to 400")
	for _, s := range []string{"[style]", "script", "[onclick]"} {
		if n := d.Find("main").Find(s).Length(); n > 0 {
			t.Errorf("%d elements with %s, which the content security policy forbids", n, s)
		}
	}
}

func TestContributorsPledgedAndArrived(t *testing.T) {
	d := shown(t, "/en/missions/mss/people")
	holds(t, d, "#c-kenya", "1,000 people", "785 to 1,017 people", "168 to 200 people deployed", "735 people", "reports differ")
	holds(t, d, "#c-benin", "1,500 to 2,000 people", "no arrival on record", "discharged", "28 February 2024")
	holds(t, d, "#c-barbados", "no number on record")
	holds(t, d, "#not-kept", "150 people of the Bahamas", "Advance team of six", "passed on to GSF")
}

// Every row with a number has a link to its source, and every link carries the
// chosen day.
func TestPeopleNumbersHaveSources(t *testing.T) {
	for _, address := range []string{"/en/missions/mss/people", "/ht/missions/gsf/people", "/fr/missions/minustah/people/2010", "/en/missions/gsf/predecessors"} {
		d := shown(t, address+"?as_of=2026-06-01")
		d.Find("main tbody tr").Each(func(_ int, row *goquery.Selection) {
			if strings.ContainsAny(words(row), "0123456789") && row.Find("a.src, a[href*='/obligations']").Length() == 0 {
				t.Errorf("%s: no source in %q", address, words(row))
			}
		})
		d.Find("main a[href^='/']").Each(func(_ int, a *goquery.Selection) {
			if href := a.AttrOr("href", ""); !strings.Contains(href, "as_of=2026-06-01") {
				t.Errorf("%s: %s has lost the day", address, href)
			}
		})
	}
}

func TestPlacesOfAYear(t *testing.T) {
	d := shown(t, "/en/missions/minustah/people")
	holds(t, d, "#places h3", "People in 2011", "at least 12,245 people")
	holds(t, d, "#places", "13 contributors whose number is not known", "Brache stands twice in 2012 with Sri Lanka", "Korea (ROK)")
	if n := d.Find(".map path.part").Length(); n != 10 {
		t.Errorf("the map has %d departments", n)
	}
	spots, rows := d.Find(".map circle:has(title)").Length(), d.Find("#places table").First().Find("tbody tr").Length()
	if spots != rows || spots != 26 {
		t.Errorf("%d places on the map, %d in the table beside it, want 26", spots, rows)
	}
	holds(t, d, "#places table", "Port-au-Prince, Ouest", "Hinche, Centre", "at least 3,985", "number not known: Bangladesh, China")
	d = shown(t, "/ht/missions/unmih/people/1995")
	holds(t, d, "#places", "10 944 moun", "Multinational ak CARICOM", "USA ak Us", "Lwès")
	d = shown(t, "/en/missions/minujusth/people/2018")
	holds(t, d, "#places h3", "number not known")
	if d.Find(".map .blank").Length() != 5+1 { // the places, and the sign's meaning
		t.Error("places without a number are not shown as such")
	}
}

func TestYearsThatAreNotThere(t *testing.T) {
	for _, address := range []string{
		"/en/missions/minustah/people/1850", "/en/missions/minustah/people/soon", "/en/missions/mss/people/2024",
		"/en/missions/minustah/people/02011", "/en/missions/minustah/people/%3Cscript%3E", "/en/missions/minustah/people/%ff",
		"/en/missions/minustah/people/" + strings.Repeat("9", 3000), "/en/missions/minustah/people/2010?as_of=2018-01-01",
	} {
		w := get(t, open(t), address)
		if w.Code != http.StatusNotFound && w.Code != http.StatusBadRequest {
			t.Errorf("%.60s: status %d", address, w.Code)
		}
		if body := w.Body.String(); strings.Contains(body, "<script>") || len(body) > 20_000 {
			t.Errorf("%.60s: what was asked for is shown as it came", address)
		}
	}
	w := get(t, open(t), "/en/missions/minustah/people/1850")
	if !strings.Contains(w.Body.String(), "choose one of the years there") {
		t.Error("the page does not say what to do")
	}
}

// Given the force of today, when a reader asks what came before, then each
// mission answers the same questions, or plainly does not.
func TestPredecessorsAnswerTheSameQuestions(t *testing.T) {
	d := shown(t, "/en/missions/gsf/predecessors")
	if n := d.Find("#compared tbody tr").Length(); n != 8 {
		t.Errorf("%d missions are compared, want 8", n)
	}
	d.Find("#compared td, #harm td").Each(func(_ int, cell *goquery.Selection) {
		if words(cell) == "" {
			t.Error("a cell is neither answered nor plainly empty")
		}
	})
	holds(t, d, "#m-minustah", "13 years and 4 months", "UN Security Council", "12,552 people", "reported, December 2011", "at least 12,245 people", "added up over places, 2011", "nearly US$10 billion spent")
	holds(t, d, "#m-mnf-1994", "1994 to about 1995", "Nothing on record.")
	holds(t, d, "#harm", "Deaths from cholera: more than 10,000 people", "6 promised; met: 0", "reports differ")
	holds(t, d, "#remedies", "400 million dollars for the response to cholera", "About 2 million dollars in the fund", "inherited", "passed on to BINUH")
	for _, others := range []string{"homicides", "Homicides", "People displaced"} {
		if strings.Contains(words(d.Find("#harm table")), others) {
			t.Errorf("%s stands under the harm of a mission", others)
		}
	}
}

func TestPredecessorsStrength(t *testing.T) {
	d := shown(t, "/en/missions/gsf/predecessors")
	holds(t, d, "#strength", "at least 9,780", "number not known: 13", "Not countries: Multinational and CARICOM", "USA and Us", "counted twice, the year would have 150 people more")
	if n := d.Find("#strength svg").Length(); n != 3 {
		t.Errorf("%d pictures, want one for each mission with a number", n)
	}
	if n := d.Find("#strength a[href='/en/missions/minustah/people/2012#places']").Length(); n != 1 {
		t.Errorf("%d links to the map of 2012", n)
	}
	if d := shown(t, "/en/missions/mss/predecessors?as_of=2015-01-01&known=2024-07-01"); d.Find("#strength .tight").Length() == 0 {
		t.Error("what was known later of an earlier day is not shown")
	}
}

// In every language the pages are whole: nothing is said as a key, and tables
// have captions.
func TestPeopleInEveryLanguage(t *testing.T) {
	for _, lang := range []string{"ht", "fr", "en", "es"} {
		for _, page := range []string{"mss/people", "gsf/people", "minustah/people", "minujusth/people", "binuh/people", "mnf-1994/people", "gsf/predecessors", "mnf-1994/predecessors"} {
			t.Run(fmt.Sprint(lang, "/", page), func(t *testing.T) {
				d := shown(t, "/"+lang+"/missions/"+page)
				if m := missing.FindString(d.Text()); m != "" {
					t.Errorf("it says %q", m)
				}
				d.Find("main table").Each(func(_ int, table *goquery.Selection) {
					if words(table.Find("caption")) == "" {
						t.Error("a table has no caption")
					}
				})
				html, err := d.Html()
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(html, "NaN") {
					t.Error("it shows what is no number")
				}
			})
		}
	}
}
