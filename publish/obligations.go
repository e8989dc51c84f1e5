package publish

import (
	"cmp"
	"slices"
	"strings"

	"temwen/clock"
	"temwen/dossier"
	"temwen/instrument"
	"temwen/locale"
	"temwen/when"
)

// Line is one obligation with what has become of it.
type Line struct {
	ID        string       `json:"id"`
	Fact      string       `json:"fact"` // obligations/ID
	Mission   string       `json:"mission"`
	Title     locale.Text  `json:"title"`
	Topic     string       `json:"topic"`
	Debtor    []ActorRef   `json:"debtor"`
	Creditor  []ActorRef   `json:"creditor,omitempty"`
	Provision ProvisionRef `json:"provision"`
	Standing
	Readings []ReadingLine `json:"readings,omitempty"` // more than one where the clause is open to dispute
	Sources  []string      `json:"sources"`
}

// Standing is a status in numbers that need no computing by the reader.
type Standing struct {
	Status clock.Status `json:"status"`
	// Under is the status behind an inherited or disputed one.
	Under *clock.Status `json:"under,omitempty"`
	Due   *when.Day     `json:"due,omitempty"`
	// Over is how many days the due day has passed; negative while it is to come.
	Over       *int      `json:"days_over,omitempty"`
	Since      *when.Day `json:"owed_since,omitempty"`
	Age        int       `json:"age_days,omitempty"`
	Met        *when.Day `json:"met,omitempty"`
	Missed     int       `json:"missed,omitempty"`
	Occurred   int       `json:"occurred,omitempty"`
	Partly     bool      `json:"partly_performed,omitempty"`
	Benchmark  *when.Day `json:"benchmark_day,omitempty"`
	Holder     string    `json:"holder,omitempty"`    // the mission that carries it now, where not its own
	VagueWords string    `json:"text_says,omitempty"` // how the text sets no date: see dossier.Vague
}

// ReadingLine is what has become of an obligation under one reading.
type ReadingLine struct {
	ID    string      `json:"id"`
	Title locale.Text `json:"title"`
	Standing
	Sources []string `json:"sources,omitempty"`
}

// ProvisionRef is a clause as a line cites it.
type ProvisionRef struct {
	ID         string               `json:"id"` // instrument/provision
	Instrument string               `json:"instrument"`
	Symbol     string               `json:"symbol,omitempty"`
	Title      locale.Text          `json:"title"` // of the instrument
	Ref        string               `json:"ref,omitempty"`
	Says       locale.Text          `json:"says"`
	Knowledge  instrument.Knowledge `json:"knowledge,omitempty"`
	Publicity  instrument.Publicity `json:"publicity,omitempty"` // of the instrument
	Sources    []string             `json:"sources,omitempty"`
}

// Filter chooses obligations; its zero value chooses all. Each list is "any of".
type Filter struct {
	Status     []clock.Status
	Debtor     []string
	Topic      []string
	Instrument []string
	// Holder, where given, leaves out what another mission carries now.
	Holder string
}

// Obligations are the obligations of a mission that match a filter, the most
// pressing first: its own, and those it has inherited.
func (v *View) Obligations(mission string, f Filter) ([]Line, error) {
	if _, err := v.mission(mission); err != nil {
		return nil, err
	}
	var lines []Line
	for _, o := range v.Dossier.Obligations {
		state, i, _ := v.state(o.ID)
		holder := v.missionAt(state.Holder)
		if o.Mission != mission && holder != mission && !v.passedThrough(o, state, mission) {
			continue
		}
		line := v.line(o, state, i, mission)
		if f.match(&line) && (f.Holder == "" || f.Holder == holder) {
			lines = append(lines, line)
		}
	}
	slices.SortStableFunc(lines, byPressure)
	return lines, nil
}

// passedThrough reports whether a mission carried an obligation for a while
// between its own mission and the one that holds it now.
func (v *View) passedThrough(o *dossier.Obligation, s clock.State, mission string) bool {
	i, ok := v.register.Obligation(o.ID)
	if !ok || s.Status != clock.Inherited {
		return false
	}
	at := v.register.Obligations[i].Mission
	for range v.register.Missions {
		if at < 0 || at == s.Holder {
			return false
		}
		if v.missionAt(at) == mission {
			return true
		}
		at = v.register.Missions[at].Successor
	}
	return false
}

func (f Filter) match(l *Line) bool {
	status := func() bool {
		for _, s := range f.Status {
			if l.Status == s || l.Under != nil && *l.Under == s {
				return true
			}
		}
		return len(f.Status) == 0
	}
	debtor := func() bool {
		for _, d := range l.Debtor {
			if slices.Contains(f.Debtor, d.ID) {
				return true
			}
		}
		return len(f.Debtor) == 0
	}
	in := func(list []string, s string) bool { return len(list) == 0 || slices.Contains(list, s) }
	return status() && debtor() && in(f.Topic, l.Topic) && in(f.Instrument, l.Provision.Instrument)
}

var pressure = func() map[clock.Status]int {
	rank := make(map[clock.Status]int)
	for i, s := range clock.Statuses {
		rank[s] = i
	}
	return rank
}()

// byPressure orders lines by status, then by due day, then by age.
func byPressure(a, b Line) int {
	far := func(d *when.Day) when.Day {
		if d == nil {
			return when.Latest
		}
		return *d
	}
	return cmp.Or(
		cmp.Compare(pressure[a.Status], pressure[b.Status]),
		cmp.Compare(far(a.Due), far(b.Due)),
		cmp.Compare(b.Age, a.Age),
		cmp.Compare(a.ID, b.ID),
	)
}

// line is an obligation as a mission's page shows it. To the mission that
// carries it now, it is not inherited away: it has the status it came with.
func (v *View) line(o *dossier.Obligation, state clock.State, i int, mission string) Line {
	if state.Status == clock.Inherited && v.missionAt(state.Holder) == mission {
		state.Status, state.Under = state.Under, 0
	}
	l := Line{
		ID: o.ID, Fact: "obligations/" + o.ID, Mission: o.Mission, Title: o.Title, Topic: o.Topic,
		Debtor: v.actors(o.Debtor), Creditor: v.actors(o.Creditor),
		Provision: v.provision(o.Provision), Standing: v.standing(o.Mission, state), Sources: o.Sources,
	}
	if o.Due != nil {
		l.VagueWords = o.Due.Unclocked
	}
	if len(o.Readings) > 1 {
		for k := range o.Readings {
			r := &o.Readings[k]
			s := v.standing(o.Mission, v.register.Reading(i, k, v.AsOf.World))
			s.VagueWords = r.Due.Unclocked
			l.Readings = append(l.Readings, ReadingLine{ID: r.ID, Title: r.Title, Standing: s, Sources: r.Sources})
		}
	}
	return l
}

func (v *View) standing(mission string, s clock.State) Standing {
	st := Standing{
		Status: s.Status, Missed: int(s.Missed), Occurred: int(s.Occurred), Partly: s.Partly,
		Age: s.Age(v.AsOf.World),
	}
	if s.Under != 0 {
		st.Under = &s.Under
	}
	if s.HasDue {
		over := s.DaysOver(v.AsOf.World)
		st.Due, st.Over = &s.Due, &over
	}
	if !s.Since.Open() {
		st.Since = &s.Since
	}
	met := s.Status
	if s.Under != 0 {
		met = s.Under
	}
	if met == clock.Discharged || met == clock.DischargedLate {
		st.Met = &s.Met
	}
	if s.HasBenchmark {
		st.Benchmark = &s.Benchmark
	}
	if h := v.missionAt(s.Holder); h != mission && s.Status == clock.Inherited {
		st.Holder = h
	}
	return st
}

func (v *View) provision(id string) ProvisionRef {
	ref := ProvisionRef{ID: id}
	var clause string
	ref.Instrument, clause, _ = strings.Cut(id, "/")
	in := v.Instrument(ref.Instrument)
	if in == nil {
		return ref
	}
	ref.Symbol, ref.Title, ref.Publicity = in.Symbol, in.Title, in.Publicity
	for _, p := range in.Provisions {
		if p.ID == clause {
			ref.Ref, ref.Says, ref.Knowledge, ref.Sources = p.Ref, p.Says, p.Knowledge, p.Sources
		}
	}
	if len(ref.Sources) == 0 {
		ref.Sources = in.Sources
	}
	return ref
}

// Count is how many obligations have a status.
type Count struct {
	Status clock.Status `json:"status"`
	N      int          `json:"n"`
}

// Tally counts lines by status, the most pressing first, leaving out what there
// is none of.
func Tally(lines []Line) []Count {
	n := make(map[clock.Status]int)
	for i := range lines {
		n[lines[i].Status]++
	}
	var counts []Count
	for _, s := range clock.Statuses {
		if n[s] > 0 {
			counts = append(counts, Count{s, n[s]})
		}
	}
	return counts
}

// Pressing reports whether a standing calls for somebody to act: overdue,
// silent, contested, owed without a date, or due; of what another mission has
// inherited, as it came to that mission.
func (s *Standing) Pressing() bool {
	status := s.Status
	if status == clock.Inherited && s.Under != nil {
		status = *s.Under
	}
	switch status {
	case clock.Overdue, clock.Silent, clock.Contested, clock.UnclockedOwed, clock.Due:
		return true
	}
	return false
}

// Behind counts the statuses with which lines were passed on to another mission.
func Behind(lines []Line) []Count {
	var passed []Line
	for _, l := range lines {
		if l.Status == clock.Inherited && l.Under != nil {
			l.Status = *l.Under
			passed = append(passed, l)
		}
	}
	return Tally(passed)
}
