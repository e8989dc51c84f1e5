package instrument

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"temwen/locale"
	"temwen/when"
)

// small is a procedure without fault: a notice, a decision, silence.
func small() *Procedure {
	words := locale.Text{"en": "x"}
	return &Procedure{
		ID: "p", Track: Criminal, Start: "ask",
		Steps: []Step{
			{
				ID: "ask", Who: HostState, Toward: Command, Form: Notice, Provision: "a", Clock: Clock{Words: words},
				Answers: []Branch{{ID: "sent", Kind: Done, Then: []string{"decide"}}},
				Silence: &Branch{Then: []string{"ask"}},
			},
			{
				ID: "decide", Who: Command, Toward: HostState, Form: Decision, Provision: "b",
				Clock:   Clock{Words: words, Benchmark: when.Period{Days: 10}, BenchmarkWorking: true, Of: "model/x"},
				Answers: []Branch{{ID: "yes", Kind: Official, Then: []string{"none"}}, {ID: "no", Kind: NotOfficial, Then: []string{"ask"}}},
				Silence: &Branch{Then: []string{"decide"}},
			},
		},
		Ends: []End{{ID: "none", Outcome: NoForum}},
	}
}

// extended gives the first step a period, and says how far it may be extended.
func extended(e Extension) func(*Procedure) {
	return func(p *Procedure) { p.Steps[0].Clock = Clock{Within: when.Period{Days: 30}, Extension: &e} }
}

// holidays names the holidays of a procedure.
func holidays(h Holidays) func(*Procedure) {
	return func(p *Procedure) { p.Holidays = &h }
}

func TestProcedureCheck(t *testing.T) {
	if found := small().Check(); len(found) > 0 {
		t.Fatalf("a procedure without fault has %q", found)
	}
	good := small()
	old := small()
	old.Steps[1].Clock = Clock{Within: when.Months(30 * 12)}
	if found := old.Check(); len(found) > 0 {
		t.Errorf("thirty years are %q", found)
	}
	if holidays(Holidays{Yearly: []string{"02-29"}, Days: []when.Date{when.MustParse("2025-05-19")}, Provision: "c"})(good); len(good.Check()) > 0 {
		t.Errorf("with holidays it has %q", good.Check())
	}
	for _, e := range []Extension{{AtMost: when.Period{Days: 90}, Provision: "c"}, {Times: 1, Provision: "c"}, {AtMost: when.Period{Days: 9}, Working: true, Provision: "c"}, {AtMost: when.Period{Months: 3}, Times: 2, Provision: "c"}} {
		if extended(e)(good); len(good.Check()) > 0 {
			t.Errorf("the extension %+v has %q", e, good.Check())
		}
	}
	for name, c := range map[string]struct {
		spoil func(*Procedure)
		path  string
		want  string
	}{
		"a holiday that is no day":  {holidays(Holidays{Yearly: []string{"01-01", "02-30"}, Provision: "c"}), "holidays/yearly/1", `"02-30" is no day of the year`},
		"a holiday that is a month": {holidays(Holidays{Days: []when.Date{when.MustParse("2025-05")}, Provision: "c"}), "holidays/days/0", "is not one day"},
		"no holiday":                {holidays(Holidays{Provision: "c"}), "holidays", "no holiday is named"},
		"holidays without a clause": {holidays(Holidays{Yearly: []string{"01-01"}}), "holidays/provision", "cite no clause"},
		"holidays that nothing counts": {func(p *Procedure) {
			holidays(Holidays{Yearly: []string{"01-01"}, Provision: "c"})(p)
			p.Steps[1].Clock.BenchmarkWorking = false
		}, "holidays", "no clock of this procedure counts working days"},
		"months as working days":    {extended(Extension{AtMost: when.Period{Months: 1}, Working: true, Provision: "c"}), "steps/0/clock/extension/working", "has no days"},
		"working days of no length": {extended(Extension{Times: 1, Working: true, Provision: "c"}), "steps/0/clock/extension/working", "has no days"},
		"no start":                  {func(p *Procedure) { p.Start = "x" }, "start", `there is no step "x" to start with`},
		"two of one name":           {func(p *Procedure) { p.Ends[0].ID = "ask" }, "ends/0/id", `two steps or ends "ask"`},
		"no clause":                 {func(p *Procedure) { p.Steps[0].Provision = "" }, "steps/0/provision", "cites no clause"},
		"no answer":                 {func(p *Procedure) { p.Steps[0].Answers = nil }, "steps/0/answers", "could never leave it"},
		"an answer to nobody":       {func(p *Procedure) { p.Steps[0].Answers[0].Then = []string{"y"} }, "steps/0/answers/0/then/0", `no step or end "y"`},
		"an answer nowhere":         {func(p *Procedure) { p.Steps[0].Answers[0].Then = nil }, "steps/0/answers/0/then", "leads nowhere"},
		"two answers of one":        {func(p *Procedure) { p.Steps[1].Answers[1].ID = "yes" }, "steps/1/answers/1/id", "no ID of its own"},
		"no such role":              {func(p *Procedure) { p.Steps[0].Who = "king" }, "steps/0/who", `there is no role "king"`},
		"no such outcome":           {func(p *Procedure) { p.Ends[0].Outcome = "x" }, "ends/0/outcome", `there is no outcome "x"`},
		"no clock at all":           {func(p *Procedure) { p.Steps[0].Clock = Clock{} }, "steps/0/clock", "neither a period nor"},
		"benchmark of nobody":       {func(p *Procedure) { p.Steps[1].Clock.Of = "" }, "steps/1/clock/of", "has no source"},
		"benchmark and clock":       {func(p *Procedure) { p.Steps[1].Clock.Within = when.Period{Days: 1} }, "steps/1/clock/benchmark", "has a period of its own"},
		"from, of nothing":          {func(p *Procedure) { p.Steps[1].Clock = Clock{Within: when.Period{Days: 1}, From: FromIncident} }, "steps/1/clock/from", "and has none"},
		"extension of none":         {func(p *Procedure) { p.Steps[1].Clock.Extension = &Extension{Times: 1, Provision: "c"} }, "steps/1/clock/extension", "and has none"},
		"extension unsaid":          {extended(Extension{Provision: "c"}), "steps/0/clock/extension", "neither how long an extension may be nor how many"},
		"extension backward":        {extended(Extension{AtMost: when.Period{Days: -1}, Provision: "c"}), "steps/0/clock/extension/at_most", "would be"},
		"extensions below 0":        {extended(Extension{Times: -1, Provision: "c"}), "steps/0/clock/extension/times", "could be extended -1 times"},
		"extension of nobody":       {extended(Extension{Times: 1}), "steps/0/clock/extension/provision", "cites no clause"},
		"silence unsaid":            {func(p *Procedure) { p.Steps[1].Silence = nil }, "steps/1/silence", "nothing is said of silence"},
		"silence ends it":           {func(p *Procedure) { p.Steps[1].Silence.Then = []string{"decide", "none"} }, "steps/1/silence/then/1", `leads to the end "none"`},
		"nothing leads there":       {func(p *Procedure) { p.Steps[0].Answers[0].Then = []string{"none"} }, "steps/1/id", `nothing leads to the step "decide"`},
		"period of nobody":          {func(p *Procedure) { p.Steps[1].Clock = Clock{Within: when.Days(60), Of: "model/x"} }, "steps/1/clock/of", "still cites model/x"},
		"of no benchmark":           {func(p *Procedure) { p.Steps[0].Clock.Of = "model/x" }, "steps/0/clock/of", "and has none"},
		"working for nothing":       {func(p *Procedure) { p.Steps[1].Clock = Clock{Within: when.Days(60), BenchmarkWorking: true} }, "steps/1/clock/benchmark_working", "there is no `benchmark`"},
		"none are working":          {func(p *Procedure) { p.Steps[0].Clock.Working = true }, "steps/0/clock/working", "there is no `within`"},
		"working months":            {func(p *Procedure) { p.Steps[1].Clock.Benchmark = when.Months(6) }, "steps/1/clock/benchmark", "cannot be counted in working days"},
		"nine centuries":            {func(p *Procedure) { p.Steps[0].Clock = Clock{Within: when.Months(900 * 12)} }, "steps/0/clock/within", "a period of P900Y"},
		"a long benchmark":          {func(p *Procedure) { p.Steps[1].Clock.Benchmark = when.Days(99_999) }, "steps/1/clock/benchmark", "longer than any"},
		"extended for ever":         {extended(Extension{AtMost: when.Months(361), Provision: "c"}), "steps/0/clock/extension/at_most", "longer than any"},
		"no way out": {func(p *Procedure) {
			p.Steps[1].Answers = p.Steps[1].Answers[1:]
		}, "steps/0/id", `no end can be reached from the step "ask"`},
	} {
		p := small()
		c.spoil(p)
		found := p.Check()
		if !slices.ContainsFunc(found, func(f Problem) bool { return f.Path == c.path && strings.Contains(f.What, c.want) && f.Do != "" }) {
			t.Errorf("%s: found %q", name, found)
		}
	}
}

// An end that hands on says into which procedure, which is another one; what ends hands
// nothing on.
func TestEndsHandOn(t *testing.T) {
	for _, tt := range []struct {
		end  End
		want string
	}{
		{End{ID: "e", Outcome: Handed}, "does not say into which procedure"},
		{End{ID: "e", Outcome: Handed, HandsOn: &HandOn{}}, "does not say into which procedure"},
		{End{ID: "e", Outcome: Handed, HandsOn: &HandOn{To: "p"}}, "to its own procedure"},
		{End{ID: "e", Outcome: Convicted, HandsOn: &HandOn{To: "q"}}, "its outcome is convicted"},
		{End{ID: "e", Outcome: Handed, HandsOn: &HandOn{To: "q", FromHandOver: true}}, ""},
	} {
		p := &Procedure{ID: "p", Ends: []End{tt.end}}
		c := &procedureCheck{p: p, at: make(map[string]string)}
		c.handsOn("ends/0/", &p.Ends[0])
		if got := fmt.Sprint(c.found); (tt.want == "") != (len(c.found) == 0) || !strings.Contains(got, tt.want) {
			t.Errorf("%+v: %s, and should be %q", tt.end, got, tt.want)
		}
	}
}
