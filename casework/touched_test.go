package casework

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"temwen/instrument"
	"temwen/when"
)

// A changed time limit touches the open cases that follow the version before, and
// says what it would change; a case keeps its own.
func TestTouched(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	o.do(t, id, RecordAnswer{Step: 1, Answer: answer("informed")})
	o.do(t, id, RecordAnswer{Step: 2, Answer: answer("official")})
	touched := func(p *instrument.Procedure) (list []*Touched) {
		t.Helper()
		for one, err := range LookTouched(t.Context(), o.store, []*instrument.Procedure{p}, o.today, nil) {
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, one)
		}
		return list
	}
	if list := touched(criminal()); len(list) != 0 {
		t.Errorf("the same version touches %+v", list)
	}
	changed := criminal()
	changed.Step("refer").Clock.Within = when.Days(60)
	list := touched(changed)
	if len(list) != 1 || len(list[0].Steps) != 1 {
		t.Fatalf("a longer limit touches %+v", list)
	}
	if s := list[0].Steps[0]; s.Step != "refer" || s.Was != day("2025-02-09") || s.Is != day("2025-03-11") {
		t.Errorf("it changes %+v", s)
	}
	other := criminal()
	other.ID = "another"
	if list := touched(other); len(list) != 0 {
		t.Errorf("another procedure touches %+v", list)
	}
}

// A hand-over that is changed, taken out or added touches the open cases that have come
// to it, or can still, and no others.
func TestTouchedHandOver(t *testing.T) {
	hands := func(c *Case, p *instrument.Procedure) string {
		var b strings.Builder
		for _, h := range c.TouchesHands(p) {
			fmt.Fprintf(&b, "%s %v→%v %v ", h.End, h.Was, h.Is, h.Waits)
		}
		return b.String()
	}
	at := func(steps ...int) *Case {
		k := &course{t, new(Case)}
		k.do("o1", "2025-01-10", Open{ID: "c", Number: 1, Opened: Opened{Procedure: taken(), Allegations: []string{"a"}, Mission: "mss"}})
		for _, n := range steps {
			k.do("o1", "2025-01-11", RecordAnswer{n, answer("done")})
		}
		return k.c
	}
	changed, out := taken(), taken()
	changed.Ends[0].HandsOn = &instrument.HandOn{To: "other"}
	out.Ends[0].Outcome, out.Ends[0].HandsOn = instrument.NoAction, nil
	added := taken()
	added.Ends = append(added.Ends, instrument.End{ID: "discipline", Outcome: instrument.Handed, HandsOn: &instrument.HandOn{To: "d"}})
	added.Step("receipt").Answers[0].Then = []string{"criminal", "discipline"}
	for _, tt := range []struct {
		name string
		c    *Case
		p    *instrument.Procedure
		want string
	}{
		{"the same", at(), taken(), ""},
		{"changed, to come", at(), changed, "criminal &{p true}→&{other false} false "},
		{"changed, handed over", at(1, 2), changed, "criminal &{p true}→&{other false} true "},
		{"taken out, handed over", at(1, 2, 3), out, "criminal &{p true}→<nil> true "},
		{"added", at(1), added, "discipline <nil>→&{d false} false "},
		{"added where nothing leads any more", at(1, 2), added, ""},
	} {
		if got := hands(tt.c, tt.p); got != tt.want {
			t.Errorf("%s: it touches %q, and should %q", tt.name, got, tt.want)
		}
	}
}

// A case says where it is as a step goes, and what a version lacks of its past.
func TestWhereACaseIsAsAStepGoes(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.do("o1", "2025-01-11", RecordAnswer{2, answer("official")})
	for id, want := range map[string]Stage{
		"inform": StagePassed, "determine": StagePassed, "refer": StageWaits, "report": StageComing, "remind": StageComing, "convicted": StageComing, "civil": StageNever, "judged": StageNever,
	} {
		if got := k.c.StageOf(criminal(), id); got != want {
			t.Errorf("at %s it is %s, and should be %s", id, got, want)
		}
	}
	p := criminal()
	p.Steps[0].ID, p.Steps[1].Answers[0].ID = "tell", "duty"
	if got, want := k.c.Lacks(p), []Lack{{Step: "inform"}, {Step: "determine", Answer: "official"}}; !slices.Equal(got, want) || k.c.Fits(p) {
		t.Errorf("the version lacks %+v, and should %+v", got, want)
	}
	if got := k.c.Lacks(criminal()); len(got) > 0 {
		t.Errorf("its own version lacks %+v", got)
	}
}

// Open cases whose procedure is not among those given are counted, and a benchmark that is
// changed says the days of both.
func TestTouchedByABenchmarkAndByNoProcedure(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	o.do(t, id, RecordAnswer{Step: 1, Answer: answer("informed")})
	var list []Unheld
	for one, err := range LookTouched(t.Context(), o.store, nil, o.today, func(u Unheld) { list = append(list, u) }) {
		t.Errorf("no procedure touches %+v, %v", one, err)
	}
	if len(list) != 1 || list[0].Procedure != "p" || list[0].Cases != 1 {
		t.Errorf("without a procedure are %+v", list)
	}
	changed := criminal()
	changed.Step("determine").Clock.Benchmark = when.Days(5)
	for one, err := range LookTouched(t.Context(), o.store, []*instrument.Procedure{changed}, o.today, nil) {
		if err != nil || one.Moves() || len(one.Steps) != 1 || len(one.Changes) != 1 {
			t.Fatalf("it touches %+v, %v", one, err)
		}
		s := one.Steps[0]
		if s.Mark == nil || s.Would == nil || *s.Mark != s.Since+10 || *s.Would != s.Since+5 {
			t.Errorf("the benchmark ends %v, then %v, since %v", s.Mark, s.Would, s.Since)
		}
	}
}
