package casework

import (
	"reflect"
	"slices"
	"testing"

	"temwen/when"
)

// A closed case is due when it was kept as long as its mission says, counted from
// the last thing that happened in it; one that is open never is, and without a rule
// nothing is; nor while another office holds its evidence.
func TestDue(t *testing.T) {
	o := newOffice(t)
	closed, remedied, open, again, held := o.open(t), o.open(t), o.open(t), o.open(t), o.open(t)
	start := o.today
	for _, id := range []string{closed, remedied, again, held} {
		o.do(t, id, RecordAnswer{1, answer("informed")})
		o.do(t, id, RecordAnswer{2, answer("official")})
		o.do(t, id, RecordAnswer{3, answer("declines")})
	}
	o.do(t, open, RecordAnswer{1, answer("informed")})
	o.today = start + 10
	o.do(t, remedied, RecordRemedy{Remedy{Kind: "apology"}})
	o.do(t, again, Reopen{"nothing"})
	o.do(t, held, TakeIn{item()})
	o.do(t, held, Handle{Custody{N: 1, Act: ActHanded, To: "prosecutor", Why: "request"}})
	for _, tt := range []struct {
		name string
		keep Keep
		days when.Day
		want []string
	}{
		{"too soon", Keep{Cases: map[string]when.Period{"mss": when.Days(100)}}, 99, nil},
		{"the first", Keep{Cases: map[string]when.Period{"mss": when.Days(100)}}, 100, []string{closed}},
		{"what happened later counts", Keep{Cases: map[string]when.Period{"mss": when.Days(100)}}, 110, []string{closed, remedied}},
		{"no rule", Keep{}, 40_000, nil},
		{"a rule of another mission", Keep{Cases: map[string]when.Period{"gsf": when.Days(100)}}, 40_000, nil},
		{"an open case, however old", Keep{Cases: map[string]when.Period{"mss": when.Days(30)}}, 40_000, []string{closed, remedied}},
	} {
		o.today = start + tt.days
		due, err := o.Due(t.Context(), tt.keep, Query{})
		if err != nil {
			t.Fatal(err)
		}
		doomed, err := o.Doomed(t.Context(), tt.keep, Query{For: "o1"})
		if err != nil || len(doomed) != len(due) {
			t.Fatalf("%s: of %d cases it is known what would go, and %d are due (%v)", tt.name, len(doomed), len(due), err)
		}
		var got []string
		for i, d := range due {
			got = append(got, d.Case.ID)
			would, err := o.Erase(t.Context(), "o1", OfCase, d.Case.ID, 0, true)
			if err != nil {
				t.Fatal(err)
			}
			would.stands, doomed[i].Would.stands = nil, nil // read anew, each with its own
			if of := &doomed[i]; of.Case.ID != d.Case.ID || of.On != d.On || of.Asked != nil || !reflect.DeepEqual(of.Would, would) {
				t.Errorf("%s: of %s would go %+v, and is said to %+v", tt.name, d.Case.ID, would, of.Would)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v are due, want %v", tt.name, got, tt.want)
		}
	}
	o.do(t, held, Handle{Custody{N: 1, Act: ActReturned}})
	if due, err := o.Due(t.Context(), Keep{Cases: map[string]when.Period{"mss": when.Days(100)}}, Query{}); err != nil || len(due) != 3 {
		t.Errorf("after another office has given its evidence back %d are due (%v)", len(due), err)
	}
	for _, tt := range []struct {
		q    Query
		want int
	}{{Query{Limit: 2}, 2}, {Query{Limit: 9}, 3}, {Query{Officer: "o1"}, 3}, {Query{Officer: "o2"}, 0}} {
		due, err := o.Due(t.Context(), Keep{Cases: map[string]when.Period{"mss": when.Days(100)}}, tt.q)
		if err != nil || len(due) != tt.want || tt.want > 0 && due[0].Case.ID != closed {
			t.Errorf("%+v finds %d cases (%v)", tt.q, len(due), err)
		}
	}
	o.rebuilds(t)
}

// An incident that no case takes is due when it was kept as long as the rule for what
// was reported says, or that for what rests on public sources alone; counted from the
// last thing that happened to it, or to what was found to be the same.
func TestDueIncidents(t *testing.T) {
	o := newOffice(t)
	start := o.today
	code := func(kinds ...string) string {
		i := coded()
		i.Sources = nil
		for _, kind := range kinds {
			i.Sources = append(i.Sources, map[string]Basis{
				"thread": {Kind: "thread", ID: "t", Grade: "B2"}, "source": {Kind: "source", ID: "s", Grade: "B2"}, "own": {Kind: "source", ID: OwnFile + "14", Grade: "B2"},
			}[kind])
		}
		id, err := o.Code(t.Context(), "o1", *i)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	reported, public, both, same := code("thread"), code("source"), code("source", "own"), code("source")
	if err := o.Merge(t.Context(), "o1", same, reported, 0); err != nil {
		t.Fatal(err)
	}
	docket := o.open(t)
	taken := o.incidentOf(t, docket)
	names := map[string]string{reported: "reported", public: "public", both: "both", taken: "taken"}
	due := func(days when.Day, keep Keep) (list []string) {
		t.Helper()
		o.today = start + days
		found, err := o.DueIncidents(t.Context(), keep, Query{})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range found {
			if d.Last != start || d.On > o.today || d.Public != (d.Incident.ID == public) || (d.Same == 1) != (d.Incident.ID == reported) {
				t.Errorf("due is %+v", d)
			}
			list = append(list, names[d.Incident.ID])
		}
		return list
	}
	rule := Keep{Reported: when.Days(100), Public: when.Days(200)}
	for _, tt := range []struct {
		name string
		days when.Day
		keep Keep
		want []string
	}{
		{"too soon", 99, rule, nil},
		{"reported ones", 100, rule, []string{"reported", "both"}},
		{"public ones", 200, rule, []string{"reported", "both", "public"}},
		{"no rule", 40_000, Keep{}, nil},
		{"a rule for public ones alone", 40_000, Keep{Public: when.Days(200)}, []string{"public"}},
	} {
		if got := due(tt.days, tt.keep); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v are due, want %v", tt.name, got, tt.want)
		}
	}
	o.today = start
	if _, err := o.Allege(t.Context(), "o1", Allegation{Incident: same, Actor: "police", Act: "injury", Confidence: "likely"}, 0); err != nil {
		t.Fatal(err)
	}
	o.erase(t, OfCase, docket)
	if got := due(100, rule); !slices.Equal(got, []string{"reported", "both", "taken"}) {
		t.Errorf("after the case was erased %v are due", got)
	}
	for _, id := range []string{reported, public, both, taken} {
		o.erase(t, OfIncident, id)
	}
	if got := due(40_000, rule); len(got) > 0 {
		t.Errorf("after all were erased %v are due", got)
	}
	if left, err := o.Incidents(t.Context(), 10); err != nil || len(left) > 0 {
		t.Errorf("left are %+v (%v)", left, err)
	}
	o.rebuilds(t)
}
