package instrument

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"temwen/locale"
	"temwen/when"
)

// Change is one thing that another version of a procedure says otherwise: of a step, of an
// end, or of the procedure where both are empty.
type Change struct {
	Step string `json:"step,omitempty"` // ID
	End  string `json:"end,omitempty"`  // ID
	What Aspect `json:"what"`
	// Was and Is are what the versions say, as a file has it; empty where they say nothing, and
	// for words. Working days stand as "P10D working".
	Was string `json:"was,omitempty"`
	Is  string `json:"is,omitempty"`
}

// Aspect is what a version says otherwise.
type Aspect string

// The aspects. Words are titles, questions and notes: what no clock and no answer goes by.
const (
	IsAdded    Aspect = "added"
	IsGone     Aspect = "gone"
	InWords    Aspect = "words"
	InTrack    Aspect = "track"
	InStart    Aspect = "start"
	InRole     Aspect = "who"
	InForm     Aspect = "form"
	InClause   Aspect = "clause"
	InPeriod   Aspect = "within"
	InBench    Aspect = "benchmark"
	InBenchOf  Aspect = "benchmark-of"
	InBenchDay Aspect = "benchmark-from"
	InExtend   Aspect = "extension"
	InAnswers  Aspect = "answers"
	InSilence  Aspect = "silence"
	InOutcome  Aspect = "outcome"
	InHandOn   Aspect = "hands-on"
	InHolidays Aspect = "holidays" // of the procedure, and of each step that counts working days
)

// Changes are what another version says otherwise, the procedure first, then its steps and
// ends in their order; none where they say the same.
func (p *Procedure) Changes(other *Procedure) (list []Change) {
	if p.Track != other.Track {
		list = append(list, Change{What: InTrack, Was: string(p.Track), Is: string(other.Track)})
	}
	if p.Start != other.Start {
		list = append(list, Change{What: InStart, Was: p.Start, Is: other.Start})
	}
	holidays := !reflect.DeepEqual(p.Holidays, other.Holidays)
	if holidays {
		list = append(list, Change{What: InHolidays})
	}
	for i := range p.Steps {
		s := &p.Steps[i]
		if o := other.Step(s.ID); o != nil {
			list = append(list, s.changes(o)...)
			if holidays && (s.Clock.Counts() || o.Clock.Counts()) {
				list = append(list, Change{Step: s.ID, What: InHolidays})
			}
		} else {
			list = append(list, Change{Step: s.ID, What: IsGone})
		}
	}
	for i := range other.Steps {
		if id := other.Steps[i].ID; p.Step(id) == nil {
			list = append(list, Change{Step: id, What: IsAdded})
		}
	}
	for i := range p.Ends {
		e := &p.Ends[i]
		if o := other.End(e.ID); o != nil {
			list = append(list, e.changes(o)...)
		} else {
			list = append(list, Change{End: e.ID, What: IsGone})
		}
	}
	for i := range other.Ends {
		if id := other.Ends[i].ID; p.End(id) == nil {
			list = append(list, Change{End: id, What: IsAdded})
		}
	}
	head := func(p *Procedure) Procedure {
		h := *p
		h.Track, h.Start, h.Steps, h.Ends, h.Holidays = "", "", nil, nil, nil
		return h
	}
	if !reflect.DeepEqual(head(p), head(other)) || len(list) == 0 && !reflect.DeepEqual(p, other) {
		list = slices.Insert(list, 0, Change{What: InWords})
	}
	return list
}

func (s *Step) changes(o *Step) (list []Change) {
	add := func(what Aspect, was, is string) {
		if was != is {
			list = append(list, Change{Step: s.ID, What: what, Was: was, Is: is})
		}
	}
	add(InPeriod, days(s.Clock.Within, s.Clock.Working), days(o.Clock.Within, o.Clock.Working))
	add(InBench, days(s.Clock.Benchmark, s.Clock.BenchmarkWorking), days(o.Clock.Benchmark, o.Clock.BenchmarkWorking))
	add(InBenchOf, s.Clock.Of, o.Clock.Of)
	add(InBenchDay, string(s.Clock.From), string(o.Clock.From))
	add(InExtend, s.Clock.Extension.short(), o.Clock.Extension.short())
	add(InRole, string(s.Who)+" toward "+string(s.Toward), string(o.Who)+" toward "+string(o.Toward))
	add(InForm, string(s.Form), string(o.Form))
	add(InClause, s.Provision, o.Provision)
	add(InAnswers, leading(s.Answers), leading(o.Answers))
	add(InSilence, s.Silence.short(), o.Silence.short())
	texts := func(s *Step) []locale.Text {
		list := []locale.Text{s.Title, s.Asks, s.Discharge, s.Note, s.Clock.Words}
		for _, b := range s.Branches() {
			list = append(list, b.Title)
		}
		return list
	}
	if !slices.EqualFunc(texts(s), texts(o), func(a, b locale.Text) bool { return maps.Equal(a, b) }) {
		list = append(list, Change{Step: s.ID, What: InWords})
	}
	return list
}

func (e *End) changes(o *End) (list []Change) {
	if e.Outcome != o.Outcome {
		list = append(list, Change{End: e.ID, What: InOutcome, Was: string(e.Outcome), Is: string(o.Outcome)})
	}
	if was, is := e.HandsOn.short(), o.HandsOn.short(); was != is {
		list = append(list, Change{End: e.ID, What: InHandOn, Was: was, Is: is})
	}
	if !maps.Equal(e.Title, o.Title) {
		list = append(list, Change{End: e.ID, What: InWords})
	}
	return list
}

// days is a period as Change has it.
func days(p when.Period, working bool) string {
	switch {
	case p.IsZero():
		return ""
	case working:
		return p.String() + " working"
	}
	return p.String()
}

func (e *Extension) short() string {
	if e == nil {
		return ""
	}
	list := []string{}
	if !e.AtMost.IsZero() {
		list = append(list, "at most "+days(e.AtMost, e.Working))
	}
	if e.Times > 0 {
		list = append(list, strconv.Itoa(e.Times)+" times")
	}
	return strings.Join(list, ", ") + " (" + e.Provision + ")"
}

func (h *HandOn) short() string {
	switch {
	case h == nil:
		return ""
	case h.FromHandOver:
		return h.To + " from the day of the hand-over"
	}
	return h.To
}

// short is where a branch leads, and what kind of answer it is.
func (b *Branch) short() string {
	if b == nil {
		return ""
	}
	kind := ""
	if b.Kind != "" {
		kind = " (" + string(b.Kind) + ")"
	}
	return strings.TrimSpace(b.ID + kind + " to " + strings.Join(b.Then, " and "))
}

func leading(answers []Branch) string {
	list := make([]string, len(answers))
	for i := range answers {
		list[i] = answers[i].short()
	}
	return strings.Join(list, ", ")
}
