package conduct

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"

	"temwen/casework"
	"temwen/record"
	"temwen/when"
)

// Audit reads the published tables of a ledger, entry by entry, and refuses one
// that does not add up, shows what must not be shown, or is not what the edition
// before showed without saying so.
type Audit struct {
	Editions int // that were read in full
	Tables   int

	missions map[string]*audited
}

// audited is how far the tables of a mission have been read.
type audited struct {
	last map[string]*Published // of the last full edition, by count
	now  map[string]*Published // of the one that is being read
	head *Published            // its first table
}

// EventType is the type of the events and entries that Audit reads.
const EventType = "conduct.published"

// Enter reads the public part of an entry of EventType.
func (a *Audit) Enter(index uint64, public []byte) error {
	p, err := ParsePublished(public)
	if err != nil {
		return err
	}
	return a.enter(index, p)
}

func (a *Audit) enter(index uint64, p *Published) error {
	if a.missions == nil {
		a.missions = make(map[string]*audited)
	}
	m := a.missions[p.Scope.Mission]
	if m == nil {
		m = &audited{last: make(map[string]*Published), now: make(map[string]*Published)}
		a.missions[p.Scope.Mission] = m
	}
	bad := func(format string, args ...any) error {
		return fmt.Errorf("the table %q of edition %d for %s: %s", p.Count, p.Edition, p.Scope.Mission, fmt.Sprintf(format, args...))
	}
	want := 1
	for _, last := range m.last {
		want = last.Edition + 1
	}
	switch {
	case p.Edition != want:
		return bad("edition %d comes next", want)
	case m.now[p.Count] != nil:
		return bad("it is published twice")
	case p.Counted > index:
		return bad("it counts %d events, and only %d came before", p.Counted, index)
	}
	if m.head == nil {
		m.head = p
	} else if !sameEdition(m.head, p) {
		return bad("it is not of one edition with the tables before it")
	}
	if err := cmp.Or(p.follows(m.last[p.Count]), p.explained()); err != nil {
		return bad("%v", err)
	}
	m.now[p.Count] = p
	a.Tables++
	if len(m.now) < p.Tables {
		return nil
	}
	for count := range m.last {
		if m.now[count] == nil {
			return fmt.Errorf("edition %d for %s has no table %q, which the one before has", p.Edition, p.Scope.Mission, count)
		}
	}
	m.last, m.now, m.head = m.now, make(map[string]*Published), nil
	a.Editions++
	return nil
}

// Finish refuses a ledger that ends in the middle of an edition.
func (a *Audit) Finish() error {
	for mission, m := range a.missions {
		if m.head != nil {
			return fmt.Errorf("edition %d for %s has %d of its %d tables", m.head.Edition, mission, len(m.now), m.head.Tables)
		}
	}
	return nil
}

// sameEdition reports whether two tables were published together.
func sameEdition(a, b *Published) bool {
	return a.Rules == b.Rules && a.Tables == b.Tables && a.Counted == b.Counted && a.Least == b.Least && a.Delay == b.Delay &&
		a.Invented == b.Invented && a.Through == b.Through && a.Scope.From == b.Scope.From && a.Scope.Until == b.Scope.Until &&
		slices.Equal(a.Scope.Actors, b.Scope.Actors)
}

// follows finds what is wrong in a table as the one after another, nil for the
// first.
func (p *Published) follows(before *Published) error {
	if before == nil {
		if len(p.Revisions) > 0 {
			return errors.New("it revises what was never published")
		}
		return nil
	}
	if p.Through < before.Through || p.Counted < before.Counted {
		return errors.New("it ends before the one that it follows")
	}
	if p.Count == Open {
		return nil
	}
	for _, m := range before.Months {
		if p.row(m) < 0 {
			return fmt.Errorf("the month %s is gone", m)
		}
	}
	for j, c := range before.Columns {
		now := slices.Index(p.Columns, c)
		if now < 0 {
			return fmt.Errorf("the column %s is gone", c)
		}
		if err := p.apart(before.Foot[j], p.Foot[now]); err != nil {
			return fmt.Errorf("the total of %s %w", c, err)
		}
	}
	if err := p.apart(before.All, p.All); err != nil {
		return fmt.Errorf("the total %w", err)
	}
	changed := revisions(before, p)
	for _, r := range changed {
		if !slices.Contains(p.Revisions, r) {
			return fmt.Errorf("it shows %s for %s %s, where the one before showed %s, and does not say so", r.New, r.Month, r.Column, r.Old)
		}
	}
	if len(p.Revisions) != len(changed) {
		return errors.New("it lists a revision that is none")
	}
	return nil
}

// explained refuses a table that revises numbers without a word why.
func (p *Published) explained() error {
	if len(p.Revisions) > 0 && (p.Why == nil || !slices.Contains(ReasonCodes, p.Why.Code) || p.Why.Text == "") {
		return errors.New("it revises numbers, and does not say why")
	}
	return nil
}

// apart refuses two totals whose difference would tell a small number.
func (p *Published) apart(old, now Shown) error {
	a, okA := old.Number()
	b, okB := now.Number()
	if okA && okB && small(abs(b-a), p.Least) {
		return fmt.Errorf("was %d and is %d: the difference tells a number under %d", a, b, p.Least)
	}
	return nil
}

// Stored is a published table with what the record has of it.
type Stored struct {
	Index uint64
	Day   int64 // of its event, UTC, from 1970
	Published
	Sealed Sealed // zero where it was erased
}

// Sealed is the part of a publication that stays in the store.
type Sealed struct {
	N     [][]int `json:"n,omitempty"` // what the table stands for
	By    string  `json:"by"`          // the officer who published it
	Asked uint64  `json:"asked"`       // index of the event that asked for it
}

// FromEvent is the table of an event of EventType.
func FromEvent(e record.Event) (Stored, error) {
	p, err := ParsePublished(e.Public)
	if err != nil {
		return Stored{}, fmt.Errorf("event %d: %w", e.Index, err)
	}
	s := Stored{Index: e.Index, Day: int64(when.Today(e.Time.UTC())), Published: *p}
	if len(e.Body) > 0 {
		if err := json.Unmarshal(e.Body, &s.Sealed); err != nil {
			return s, fmt.Errorf("event %d: %w", e.Index, err)
		}
	}
	return s, nil
}

// sheet is a stored table as Next takes it.
func (s *Stored) sheet() *Sheet {
	return &Sheet{Grid: Grid{Months: s.Months, Columns: s.Columns, N: s.Sealed.N}, Least: s.Least, Face: s.Face}
}

// Recounted is what Recount did.
type Recounted struct {
	Tables  int // counted again, and found as they were published
	Skipped int // of which something that they counted was erased since
}

// Recount counts every table again from the events of the record and compares. A
// table that differs is refused, unless something that it counted may have been
// erased since.
func Recount(events iter.Seq2[record.Event, error], tables []Stored) (Recounted, error) {
	r := &recounting{past: casework.NewPast(), sheets: make(map[[2]string][]*Sheet)}
	order := slices.Clone(tables)
	slices.SortStableFunc(order, func(a, b Stored) int { return int(int64(a.Counted) - int64(b.Counted)) })
	for e, err := range events {
		if err != nil {
			return r.done, err
		}
		for len(order) > 0 && order[0].Counted <= e.Index {
			if err := r.compare(&order[0]); err != nil {
				return r.done, err
			}
			order = order[1:]
		}
		if len(order) == 0 {
			break
		}
		if e.Type == record.Sealed && e.Inner == "" {
			r.erased++
		}
		if err := r.past.Enter(&e); err != nil {
			return r.done, err
		}
	}
	for i := range order {
		if err := r.compare(&order[i]); err != nil {
			return r.done, err
		}
	}
	return r.done, nil
}

type recounting struct {
	past   *casework.Past
	erased int
	done   Recounted

	tallied string // mission and number of events of grids
	grids   map[string]*Grid
	sheets  map[[2]string][]*Sheet // by mission and count
}

func (r *recounting) compare(t *Stored) error {
	var now Published
	key := [2]string{t.Scope.Mission, t.Count}
	if t.Count == Open {
		now = Published{Waits: Waiting(r.past, &t.Scope, t.Through, t.Least)}
	} else {
		if id := fmt.Sprint(t.Scope.Mission, " ", t.Counted); id != r.tallied {
			r.grids, r.tallied = Tally(r.past, &t.Scope, t.Through), id
		}
		s := Next(r.sheets[key], r.grids[t.Count], t.Least)
		r.sheets[key] = append(r.sheets[key], s)
		now = s.published(t.Count)
		if len(t.Sealed.N) > 0 && fmt.Sprint(s.N) != fmt.Sprint(t.Sealed.N) && r.erased == 0 {
			return r.refuse(t, "what it stands for is not what the record says")
		}
	}
	if fmt.Sprint(now.Months, now.Columns, now.Face, now.Waits, since(now.Waits)) !=
		fmt.Sprint(t.Months, t.Columns, t.Face, t.Waits, since(t.Waits)) {
		if r.erased > 0 {
			r.done.Skipped++
			r.sheets[key] = nil
			return nil
		}
		return r.refuse(t, "it is not what the record's events give by its rules")
	}
	r.done.Tables++
	return nil
}

func (r *recounting) refuse(t *Stored, why string) error {
	return fmt.Errorf("%w: event %d, the table %q of edition %d for %s: %s", record.ErrDamaged, t.Index, t.Count, t.Edition, t.Scope.Mission, why)
}

func since(waits []Wait) (list []Month) {
	for _, w := range waits {
		if w.Since != nil {
			list = append(list, *w.Since)
		}
	}
	return list
}
