package site_test

import (
	"strings"
	"testing"
)

// Given a reader who chose a day, then the page says what of it they see, and
// leads to the same day as known at the other time, and to today.
func TestChosenDay(t *testing.T) {
	const page = "/en/missions/mss/obligations"
	for _, c := range []struct {
		name, query, line, means string
		other, href              string // the link to the other time; empty where there is none
	}{
		{
			"a day, as known then", "?as_of=2024-06-26&status=overdue",
			"As known on 26 June 2024.", "What became known later is left out.",
			"That day, with what is known today", "?as_of=2024-06-26&known=2026-11-23&status=overdue",
		},
		{
			"the same day, as known today", "?as_of=2024-06-26&known=2026-11-23&status=overdue",
			"As it stood on 26 June 2024, as known today.", "everything published since",
			"That day, as it was known then", "?as_of=2024-06-26&status=overdue",
		},
		{
			"a day, as known on a later one", "?as_of=2024-06-26&known=2025-01-01",
			"As it stood on 26 June 2024, as known on 1 January 2025.", "everything published since",
			"That day, as it was known then", "?as_of=2024-06-26",
		},
		{
			"a day, as known before it", "?as_of=2024-10-02&known=2024-06-26",
			"As it stood on 2 October 2024, as known on 26 June 2024.", "published by 26 June 2024", "", "",
		},
		{
			"today", "?as_of=2026-11-23",
			"As known on 23 November 2026.", "What became known later is left out.", "", "",
		},
		{
			"a day to come, as known today", "?as_of=2027-01-01&known=2026-11-23",
			"As it stood on 1 January 2027, as known on 23 November 2026.", "published by 23 November 2026", "", "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			then := shown(t, page+c.query).Find("p.then")
			if line := words(then.Find("strong")); line != c.line {
				t.Errorf("says %q, want %q", line, c.line)
			}
			if said := words(then); !strings.Contains(said, c.means) {
				t.Errorf("says %q, want %q in it", said, c.means)
			}
			links := then.Find("a")
			today := "?"
			if strings.Contains(c.query, "status") {
				today = "?status=overdue"
			}
			if href, _ := links.Last().Attr("href"); href != today {
				t.Errorf("leads to today at %q, want %q", href, today)
			}
			if c.other == "" {
				if links.Length() != 1 {
					t.Errorf("has %d links, want the one to today", links.Length())
				}
				return
			}
			href, _ := links.First().Attr("href")
			if words(links.First()) != c.other || href != c.href {
				t.Errorf("leads to %q at %q, want %q at %q", words(links.First()), href, c.other, c.href)
			}
			if links.Length() != 2 || get(t, open(t), page+href).Code != 200 {
				t.Errorf("has %d links, and %s answers %d", links.Length(), href, get(t, open(t), page+href).Code)
			}
		})
	}
}

// Given a reader who chose no day, then there is no such line.
func TestNoChosenDay(t *testing.T) {
	if n := shown(t, "/en/missions/mss").Find("p.then").Length(); n != 0 {
		t.Errorf("a page of today has %d lines about a chosen day", n)
	}
}
