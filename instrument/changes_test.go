package instrument

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"temwen/locale"
	"temwen/when"
)

// What a version says otherwise is said of the step or end that it concerns; the same
// version says nothing otherwise.
func TestChangesSayWhatAndWhere(t *testing.T) {
	if found := small().Changes(small()); len(found) > 0 {
		t.Fatalf("the same version changes %v", found)
	}
	for _, tt := range []struct {
		name   string
		change func(*Procedure)
		want   []Change
	}{
		{"benchmark", func(p *Procedure) {
			p.Steps[1].Clock.Benchmark, p.Steps[1].Clock.BenchmarkWorking = when.Months(3), false
		}, []Change{{Step: "decide", What: InBench, Was: "P10D working", Is: "P3M"}}},
		{"period", func(p *Procedure) { p.Steps[0].Clock = Clock{Within: when.Days(60), Words: p.Steps[0].Clock.Words} }, []Change{{Step: "ask", What: InPeriod, Is: "P60D"}}},
		{"words", func(p *Procedure) { p.Steps[0].Asks = locale.Text{"en": "y"} }, []Change{{Step: "ask", What: InWords}}},
		{"words of an answer", func(p *Procedure) { p.Steps[1].Answers[0].Title = locale.Text{"en": "y"} }, []Change{{Step: "decide", What: InWords}}},
		{"words of the whole", func(p *Procedure) { p.Note = locale.Text{"en": "y"} }, []Change{{What: InWords}}},
		{"renamed", func(p *Procedure) { p.Steps[1].ID = "judge" }, []Change{{Step: "decide", What: IsGone}, {Step: "judge", What: IsAdded}}},
		{"answer leads elsewhere", func(p *Procedure) { p.Steps[1].Answers[1].Then = []string{"none"} }, []Change{{Step: "decide", What: InAnswers, Was: "yes (official-duty) to none, no (not-official-duty) to ask", Is: "yes (official-duty) to none, no (not-official-duty) to none"}}},
		{"silence", func(p *Procedure) { p.Steps[1].Silence.Then = []string{"ask"} }, []Change{{Step: "decide", What: InSilence, Was: "to decide", Is: "to ask"}}},
		{"hands on", func(p *Procedure) { p.Ends[0].HandsOn = &HandOn{To: "q"} }, []Change{{End: "none", What: InHandOn, Is: "q"}}},
		{"holidays", func(p *Procedure) { p.Holidays = &Holidays{Yearly: []string{"01-01"}, Provision: "c"} }, []Change{{What: InHolidays}, {Step: "decide", What: InHolidays}}},
		{"order", func(p *Procedure) { slices.Reverse(p.Steps) }, []Change{{What: InWords}}},
	} {
		p := small()
		tt.change(p)
		if got := small().Changes(p); !slices.Equal(got, tt.want) {
			t.Errorf("%s: it says %+v, and should %+v", tt.name, got, tt.want)
		}
	}
}

// Nothing that a version says otherwise goes unsaid: each value of a procedure is altered by
// itself, and something is said.
func TestNoChangeGoesUnsaid(t *testing.T) {
	full := small()
	full.Title, full.Instrument, full.Missions, full.Provisions, full.Sources = locale.Text{"en": "x"}, "i", []string{"m"}, []string{"c"}, []string{"s"}
	full.Steps[0].Clock = Clock{Within: when.Days(30), Working: true, Words: locale.Text{"en": "x"}, Extension: &Extension{AtMost: when.Days(9), Times: 2, Provision: "c"}}
	full.Steps[1].Clock.From = FromIncident
	full.Holidays = &Holidays{Yearly: []string{"01-01"}, Days: []when.Date{when.MustParse("2025-04-18")}, Provision: "c"}
	full.Ends[0].HandsOn = &HandOn{To: "q", FromHandOver: true}
	b, err := json.Marshal(full)
	if err != nil {
		t.Fatal(err)
	}
	altered := 0
	var alter func(at any, set func(any), whole any)
	alter = func(at any, set func(any), whole any) {
		try := func(v any) {
			set(v)
			other := new(Procedure)
			if text, err := json.Marshal(whole); err == nil && json.Unmarshal(text, other) == nil {
				altered++
				if len(full.Changes(other)) == 0 {
					t.Errorf("nothing is said where %v is %v", at, v)
				}
			}
			set(at)
		}
		switch v := at.(type) {
		case map[string]any:
			for key, one := range v {
				alter(one, func(x any) { v[key] = x }, whole)
			}
		case []any:
			for i, one := range v {
				alter(one, func(x any) { v[i] = x }, whole)
			}
		case string:
			try("P7D") // also where a day stands: then it cannot be read, and is left
		case bool:
			try(!v)
		case float64:
			try(v + 1)
		}
	}
	var whole map[string]any
	if err := json.Unmarshal(b, &whole); err != nil {
		t.Fatal(err)
	}
	id := whole["id"]
	delete(whole, "id") // a procedure of another ID is another one
	for _, key := range slices.Sorted(maps.Keys(whole)) {
		alter(whole[key], func(x any) { whole[key], whole["id"] = x, id }, whole)
	}
	if altered < 30 {
		t.Errorf("%d values were altered", altered)
	}
}
