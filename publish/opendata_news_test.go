package publish_test

import (
	"regexp"
	"slices"
	"testing"

	"temwen/publish"
	"temwen/when"
)

// What the news of a year says of a status on any day of it is what the record
// of that day shows.
func TestNewsTellsTheStatusOfEveryDay(t *testing.T) {
	d := haiti(t)
	last := day("2024-12-31")
	news := publish.NewsOf(d, publish.On(last))
	checked := 0
	for at := last - publish.NewsDays + 1; at <= last; at += 13 {
		table := publish.See(d, publish.On(at)).DataTable("obligations")
		for _, row := range table.Rows {
			id, held := row[table.Column("id")].(string), row[table.Column("status")]
			if held == "inherited" {
				held = row[table.Column("status_behind")]
			}
			for i := range news {
				n := &news[i]
				if n.Day > at || n.Now == nil || !n.Within(publish.NewsScope{Obligation: id}) {
					continue
				}
				if n.Now.String() != held {
					t.Errorf("%s: the news says %s, the record of that day %v", at, n.Now, held)
				}
				checked++
				break
			}
		}
	}
	if checked < 200 {
		t.Errorf("only %d statuses were compared", checked)
	}
}

// A piece of news has the same name for ever, and no other has it.
func TestNewsKeepsItsName(t *testing.T) {
	d := haiti(t)
	urn := regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	earlier, later := publish.NewsOf(d, publish.On(day("2024-07-01"))), publish.NewsOf(d, publish.On(day("2024-09-01")))
	names := make(map[string]when.Day)
	for _, n := range later {
		if _, twice := names[n.ID]; twice || !urn.MatchString(n.ID) {
			t.Errorf("%s of %s/%s is no name, or there twice", n.ID, n.Kind, n.FactID)
		}
		names[n.ID] = n.Day
	}
	if !slices.IsSortedFunc(later, func(a, b publish.News) int { return int(b.Day) - int(a.Day) }) {
		t.Error("the latest is not first")
	}
	for _, n := range earlier {
		if n.Day < day("2024-09-01")-publish.NewsDays {
			continue
		}
		if at, ok := names[n.ID]; !ok || at != n.Day {
			t.Errorf("%s/%s of %s is called otherwise two months later", n.Kind, n.FactID, n.Day)
		}
	}
}

// An actor's and an obligation's news is part of the dossier's; a mission's is
// what is its own.
func TestNewsWithin(t *testing.T) {
	news := publish.NewsOf(haiti(t), publish.On(day("2025-12-31")))
	some := news[slices.IndexFunc(news, func(n publish.News) bool { return n.Now != nil })].Obligation
	count := func(s publish.NewsScope) (n int) {
		for i := range news {
			if news[i].Within(s) {
				n++
			}
		}
		return n
	}
	all := count(publish.NewsScope{})
	for name, s := range map[string]publish.NewsScope{
		"a mission": {Mission: "mss"}, "an actor": {Actor: "kenya"}, "an obligation": {Obligation: some},
	} {
		if n := count(s); n == 0 || n >= all {
			t.Errorf("%s has %d of %d", name, n, all)
		}
	}
	passed := 0
	for i := range news {
		n := &news[i]
		if n.Now != nil && n.Now.String() == "inherited" {
			passed++
			if n.Within(publish.NewsScope{Obligation: n.Obligation}) || !n.Within(publish.NewsScope{Mission: n.Missions[0]}) {
				t.Errorf("that %s passed to the next mission is news of the mission alone", n.Obligation)
			}
		}
	}
	if passed == 0 {
		t.Error("nothing passed to the next mission")
	}
}

func TestFalls(t *testing.T) {
	v := publish.See(small(t), publish.On(day("2024-06-26")))
	var got []string
	for _, f := range v.Falls(publish.NewsScope{Mission: "support"}) {
		got = append(got, f.Day.String()+" "+f.UID+" "+f.Status.String())
	}
	want := []string{
		"2024-04-02 small.reports.2024-04-02 overdue",
		"2024-06-14 small.papers.first overdue",
		"2024-07-02 small.review due",
	}
	if !slices.Equal(got, want) {
		t.Errorf("falls due:\n%q, want\n%q", got, want)
	}
	if n := len(v.Falls(publish.NewsScope{Actor: "police"})); n != 1 {
		t.Errorf("the police owe %d things with a day, want 1", n)
	}
	if n := len(v.Falls(publish.NewsScope{Obligation: "review"})); n != 1 {
		t.Errorf("the review falls due %d times, want 1", n)
	}
}

// A due day keeps its name while the obligation is owed, and no two share one.
func TestFallsKeepTheirNames(t *testing.T) {
	d := haiti(t)
	for at := day("2023-11-01"); at < day("2026-11-01"); at += 29 {
		v := publish.See(d, publish.On(at))
		now := make(map[string]bool)
		for _, f := range v.Falls(publish.NewsScope{}) {
			if now[f.UID] {
				t.Errorf("%s: %s is there twice", at, f.UID)
			}
			now[f.UID] = true
			if f.Status.Over() || v.Obligation(f.Line.ID) == nil {
				t.Errorf("%s: %s is %s", at, f.UID, f.Status)
			}
		}
		for _, m := range v.Missions {
			for _, f := range v.Falls(publish.NewsScope{Mission: m.ID}) {
				if !now[f.UID] {
					t.Errorf("%s: %s of %s is not among all", at, f.UID, m.ID)
				}
				delete(now, f.UID)
			}
		}
		if len(now) > 0 {
			t.Errorf("%s: no mission carries %v", at, now)
		}
	}
}
