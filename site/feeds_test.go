package site_test

import (
	"encoding/xml"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"

	"temwen/locale"
)

// feed is an Atom feed as a reader of RFC 4287 sees it.
type feed struct {
	XMLName xml.Name  `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string    `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      string    `xml:"http://www.w3.org/2005/Atom id"`
	Title   string    `xml:"http://www.w3.org/2005/Atom title"`
	Updated time.Time `xml:"http://www.w3.org/2005/Atom updated"`
	Author  string    `xml:"http://www.w3.org/2005/Atom author>name"`
	Links   []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"http://www.w3.org/2005/Atom link"`
	Entries []struct {
		ID      string    `xml:"http://www.w3.org/2005/Atom id"`
		Title   string    `xml:"http://www.w3.org/2005/Atom title"`
		Updated time.Time `xml:"http://www.w3.org/2005/Atom updated"`
		Summary string    `xml:"http://www.w3.org/2005/Atom summary"`
		Links   []struct {
			Rel  string `xml:"rel,attr"`
			Href string `xml:"href,attr"`
		} `xml:"http://www.w3.org/2005/Atom link"`
	} `xml:"http://www.w3.org/2005/Atom entry"`
}

var fedPages = []string{"missions/mss", "missions/mss/obligations/mss-authorisation-2024", "dossiers/haiti/actors/security-council"}

// Given a mission, an obligation and an actor, then each has a feed in every
// language, whose entries each have a name of their own, a day, words and a page
// that is there.
func TestFeeds(t *testing.T) {
	h := open(t)
	names := make(map[string]bool)
	for _, path := range fedPages {
		for _, lang := range locale.Langs {
			address := "/" + string(lang) + "/" + path + "/changes.atom?as_of=2024-08-01"
			w := get(t, h, address)
			if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/atom+xml") {
				t.Fatalf("%s: status %d, %s", address, w.Code, w.Header().Get("Content-Type"))
			}
			if m := missing.FindString(w.Body.String()); m != "" {
				t.Errorf("%s shows %q", address, m)
			}
			var f feed
			if err := xml.Unmarshal(w.Body.Bytes(), &f); err != nil {
				t.Fatalf("%s: %v", address, err)
			}
			if f.Lang != string(lang) || f.Title == "" || f.Author == "" || names[f.ID] || len(f.Entries) == 0 || len(f.Links) != 2 {
				t.Errorf("%s: %q %q %q, %d entries", address, f.Lang, f.Title, f.ID, len(f.Entries))
			}
			names[f.ID] = true
			entries := make(map[string]bool)
			for _, e := range f.Entries {
				if entries[e.ID] || e.Title == "" || e.Summary == "" || e.Updated.After(f.Updated) || len(e.Links) == 0 {
					t.Errorf("%s: the entry %q of %s", address, e.Title, e.Updated)
				}
				entries[e.ID] = true
			}
			page := strings.TrimPrefix(f.Entries[0].Links[0].Href, "http://example.com")
			if w := get(t, h, page); w.Code != http.StatusOK {
				t.Errorf("%s: its first entry leads to %s: status %d", address, page, w.Code)
			}
		}
	}
}

// Given a mission, an obligation and an actor, then each has a calendar that a
// reader of RFC 5545 understands: events of a whole day, each with a name of its
// own, without alarms, in lines that are short enough.
func TestCalendars(t *testing.T) {
	h := open(t)
	for _, path := range fedPages {
		for _, lang := range locale.Langs {
			address := "/" + string(lang) + "/" + path + "/due.ics?as_of=2024-08-01"
			w := get(t, h, address)
			if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/calendar") {
				t.Fatalf("%s: status %d, %s", address, w.Code, w.Header().Get("Content-Type"))
			}
			checkLines(t, w.Body.String())
			c, err := ics.ParseCalendar(w.Body)
			if err != nil {
				t.Fatalf("%s: %v", address, err)
			}
			if len(c.Events()) == 0 {
				t.Errorf("%s has no event", address)
			}
			seen := make(map[string]bool)
			for _, e := range c.Events() {
				start := e.GetProperty(ics.ComponentPropertyDtStart)
				if seen[e.Id()] || len(e.Alarms()) > 0 || !slices.Equal(start.ICalParameters["VALUE"], []string{"DATE"}) || len(start.Value) != len("20240801") {
					t.Errorf("%s: the event %s on %s", address, e.Id(), start.Value)
				}
				seen[e.Id()] = true
				if e.GetProperty(ics.ComponentPropertySummary).Value == "" || e.GetProperty(ics.ComponentPropertyDtstamp).Value != "20240801T000000Z" {
					t.Errorf("%s: %s", address, e.Serialize(&ics.SerializationConfiguration{}))
				}
				page := strings.TrimPrefix(e.GetProperty(ics.ComponentPropertyUrl).Value, "http://example.com")
				if w := get(t, h, page); w.Code != http.StatusOK {
					t.Errorf("%s leads to %s: status %d", address, page, w.Code)
				}
			}
		}
	}
}

// checkLines checks how a calendar is written: RFC 5545, 3.1.
func checkLines(t *testing.T, body string) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(body, "\r\n"), "\r\n")
	name := regexp.MustCompile(`^(?: |[A-Z-]+(?:;[A-Z-]+=[A-Za-z-]+)*:)`)
	for _, l := range lines {
		if len(l) > 75 || strings.ContainsAny(l, "\r\n") || !utf8.ValidString(l) || !name.MatchString(l) {
			t.Errorf("the line %q", l)
		}
	}
}

// Words that would break a calendar come back as they were, whatever they are.
func TestCalendarsEscape(t *testing.T) {
	h := open(t)
	c, err := ics.ParseCalendar(get(t, h, "/en/missions/mss/due.ics?as_of=2024-08-01").Body)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, e := range c.Events() {
		description := e.GetProperty(ics.ComponentPropertyDescription).Value
		found = found || strings.Contains(description, "\n") && strings.Contains(description, ",")
		if strings.Contains(description, `\,`) || strings.Contains(description, `\n`) {
			t.Errorf("escaped twice: %q", description)
		}
	}
	if !found {
		t.Error("no description has a comma and two lines")
	}
}

func TestBadFeeds(t *testing.T) {
	h := open(t)
	for address, status := range map[string]int{
		"/en/missions/atlantis/changes.atom":             404,
		"/en/missions/mss/obligations/none/due.ics":      404,
		"/fr/dossiers/haiti/actors/nobody/changes.atom":  404,
		"/en/dossiers/none/actors/kenya/changes.atom":    404,
		"/ht/missions/mss/due.ics?as_of=2024-02-30":      400,
		"/ht/missions/mss/changes.atom?as_of=2001-01-01": 404,
	} {
		w := get(t, h, address)
		if w.Code != status || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			t.Errorf("%s: status %d, %s", address, w.Code, w.Header().Get("Content-Type"))
		}
	}
}

// Given a page, then it points to its feed, its calendar and its data, and all
// are there.
func TestPagesNameTheirFeeds(t *testing.T) {
	h := open(t)
	alternate := regexp.MustCompile(`<link rel="alternate" type="([^"]+)" href="([^"]+)"`)
	for path, want := range map[string]int{
		"/en/missions/mss?as_of=2024-06-26": 3, "/ht/missions/mss/words": 3, "/fr/missions/mss/figures": 3, "/en/missions/mss/people": 3,
		"/es/missions/mss/obligations/mss-review": 3, "/en/dossiers/haiti/actors/kenya": 3,
		"/en/dossiers/haiti/sources/cepr-2024-06-26": 1, "/en/": 0, "/en/record": 0, "/en/missions/atlantis": 0,
	} {
		found := alternate.FindAllStringSubmatch(get(t, h, path).Body.String(), -1)
		if len(found) != want {
			t.Errorf("%s names %d, want %d", path, len(found), want)
		}
		for _, m := range found {
			w := get(t, h, html.UnescapeString(m[2]))
			if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), html.UnescapeString(m[1])) {
				t.Errorf("%s names %s: status %d, %s", path, m[2], w.Code, w.Header().Get("Content-Type"))
			}
		}
	}
}

// Given nothing that falls due, then the calendar is one that programs read all
// the same: RFC 5545 wants a component in each.
func TestCalendarOfNothing(t *testing.T) {
	w := get(t, open(t), "/en/missions/minustah/due.ics?as_of=2024-06-26")
	c, err := ics.ParseCalendar(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Events()) != 0 || len(c.Components) == 0 {
		t.Errorf("%d events, %d components", len(c.Events()), len(c.Components))
	}
}
