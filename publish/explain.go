package publish

import (
	"slices"

	"temwen/clock"
	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

// Explained is one obligation with everything behind its status: the clause,
// each reading with the steps that lead to its status, and what happened.
type Explained struct {
	Line
	DischargedBy locale.Text        `json:"discharged_by,omitempty"`
	Quantity     *dossier.Amount    `json:"quantity,omitempty"`
	Note         locale.Text        `json:"note,omitempty"`
	Benchmark    *dossier.Benchmark `json:"benchmark,omitempty"`
	Explanations []ReadingExplained `json:"explanations"`
	Overall      []Step             `json:"overall,omitempty"` // what concerns the whole, after its readings
	History      []HistoryLine      `json:"history"`
}

// ReadingExplained is one reading with its steps.
type ReadingExplained struct {
	ID     string       `json:"id,omitempty"`
	Title  locale.Text  `json:"title,omitempty"`
	Status clock.Status `json:"status"`
	Steps  []Step       `json:"steps"`
}

// Step is a step of an explanation with the names of what it is about.
type Step struct {
	Code     clock.Code   `json:"code"`
	Trigger  *TriggerRef  `json:"trigger,omitempty"`
	Event    *HistoryLine `json:"event,omitempty"`
	Mission  *MissionRef  `json:"mission,omitempty"`
	Mission2 *MissionRef  `json:"mission2,omitempty"`
	Day      *when.Day    `json:"day,omitempty"`
	Day2     *when.Day    `json:"day2,omitempty"`
	Period   *when.Period `json:"period,omitempty"`
	Working  bool         `json:"working_days,omitempty"`
	N        int          `json:"n,omitempty"`
	N2       int          `json:"n2,omitempty"`
	Sources  []string     `json:"sources,omitempty"` // of the trigger or the event
}

// TriggerRef names the event that a clock waits for.
type TriggerRef struct {
	Kind    string      `json:"kind"` // milestone, discharge, ask
	ID      string      `json:"id,omitempty"`
	Title   locale.Text `json:"title,omitempty"`
	Sources []string    `json:"sources,omitempty"`
}

// HistoryLine is something that happened to an obligation.
type HistoryLine struct {
	ID      string      `json:"id"`
	Kind    string      `json:"kind"`
	Date    when.Date   `json:"date"`
	By      *ActorRef   `json:"by,omitempty"`
	Title   locale.Text `json:"title"`
	Ground  locale.Text `json:"ground,omitempty"`
	Sources []string    `json:"sources"`
}

// Explain is the full account of one obligation of a mission. It errs with a
// NotFoundError where the mission, or the obligation, was not known on the day.
func (v *View) Explain(mission, id string) (*Explained, error) {
	if _, err := v.mission(mission); err != nil {
		return nil, err
	}
	o := v.Obligation(id)
	if o == nil {
		return nil, &NotFoundError{Kind: "obligation", ID: mission + "/" + id, AsOf: v.AsOf}
	}
	state, i, _ := v.state(id)
	if o.Mission != mission && v.missionAt(state.Holder) != mission && !v.passedThrough(o, state, mission) {
		return nil, &NotFoundError{
			Kind: "obligation", ID: mission + "/" + id, AsOf: v.AsOf, Known: []string{o.Mission + "/" + id},
		}
	}
	x := v.register.Explain(i, v.AsOf.World)
	e := &Explained{
		Line: v.line(o, state, i, mission), DischargedBy: o.DischargedBy, Quantity: o.Quantity,
		Note: o.Note, Benchmark: o.Benchmark, Overall: v.steps(i, x.Steps), History: v.history(id),
	}
	for k, r := range x.Readings {
		re := ReadingExplained{ID: r.ID, Status: r.State.Status, Steps: v.steps(i, r.Steps)}
		if k < len(o.Readings) {
			re.Title = o.Readings[k].Title
		}
		e.Explanations = append(e.Explanations, re)
	}
	return e, nil
}

// history is what had happened to an obligation by the day, in order.
func (v *View) history(id string) []HistoryLine {
	lines := []HistoryLine{}
	for _, e := range v.events[id] {
		if e.Date.First() <= v.AsOf.World {
			lines = append(lines, v.historyLine(e))
		}
	}
	slices.SortStableFunc(lines, func(a, b HistoryLine) int { return int(a.Date.First()) - int(b.Date.First()) })
	return lines
}

func (v *View) historyLine(e *dossier.Event) HistoryLine {
	l := HistoryLine{ID: e.ID, Kind: e.Kind, Date: e.Date, Title: e.Title, Ground: e.Ground, Sources: e.Sources}
	if e.By != "" {
		by := v.actor(e.By)
		l.By = &by
	}
	return l
}

func (v *View) steps(i int, steps []clock.Step) []Step {
	out := make([]Step, 0, len(steps))
	for _, s := range steps {
		out = append(out, v.step(i, s))
	}
	return out
}

// step turns the clock's indexes into names.
func (v *View) step(i int, s clock.Step) Step {
	p := Step{Code: s.Code, Working: s.Working, N: s.N, N2: s.N2}
	if s.Day != 0 && !s.Day.Open() {
		p.Day = &s.Day
	}
	if (s.Day2 != 0 || s.HasDay2) && !s.Day2.Open() {
		p.Day2 = &s.Day2
	}
	if !s.Period.IsZero() {
		p.Period = &s.Period
	}
	if s.Trigger.Kind != clock.NoTrigger {
		p.Trigger = v.trigger(i, s.Trigger)
		p.Sources = p.Trigger.Sources
	}
	if k, ok := s.Event.Index(); ok {
		if e := v.event(v.register.Obligations[i].Events[k].ID, v.register.Obligations[i].ID); e != nil {
			line := v.historyLine(e)
			p.Event, p.Sources = &line, line.Sources
		}
	}
	if s.Code == clock.PassedOn {
		p.Mission, p.Mission2 = v.missionRef(v.missionAt(s.Mission)), v.missionRef(v.missionAt(s.Mission2))
	}
	return p
}

func (v *View) event(id, obligation string) *dossier.Event {
	for _, e := range v.events[obligation] {
		if e.ID == id {
			return e
		}
	}
	return nil
}

func (v *View) trigger(i int, t clock.Trigger) *TriggerRef {
	switch t.Kind {
	case clock.OnDischarge:
		ref := &TriggerRef{Kind: "discharge", ID: v.register.Obligations[t.Index].ID}
		if o := v.Obligation(ref.ID); o != nil {
			ref.Title = o.Title
		}
		return ref
	case clock.OnAsk:
		return &TriggerRef{Kind: "ask"}
	}
	ref := &TriggerRef{Kind: "milestone", ID: v.register.Milestones[t.Index].ID}
	if m := v.Milestone(ref.ID); m != nil {
		ref.Title, ref.Sources = m.Title, m.Sources
	}
	return ref
}

func (v *View) missionRef(id string) *MissionRef {
	m := v.Mission(id)
	if m == nil {
		return &MissionRef{ID: id, Short: id}
	}
	return &MissionRef{m.ID, m.Short, m.Name}
}
