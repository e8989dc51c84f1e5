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
	// Rescoped are the editions that count others than the one before, as they came.
	Rescoped []*Rescoped

	missions map[string]*audited
}

// audited is how far the tables of a mission have been read.
type audited struct {
	last map[string]*Published // of the last full edition, by count
	now  map[string]*Published // of the one that is being read
	head *Published            // its first table
	over []string              // versions of the vocabulary that a later one has followed
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
	want, terms, rules := 1, p.Terms, p.Rules
	var before *Published
	for _, last := range m.last {
		before = last
		want, terms, rules = last.Edition+1, last.Terms, last.Rules
	}
	switch {
	case p.Edition != want:
		return bad("edition %d comes next", want)
	case m.now[p.Count] != nil:
		return bad("it is published twice")
	case slices.Contains(m.over, p.Terms):
		return bad("it goes back to the vocabulary %s, after %s", p.Terms, terms)
	case RulesOf(p.Rules).before(RulesOf(rules)):
		return bad("it goes back to the counting rules %s, after %s", p.Rules, rules)
	case p.Counted > index:
		return bad("it counts %d events, and only %d came before", p.Counted, index)
	}
	if m.head == nil {
		m.head = p
		if r := p.rescoped(before); r != nil {
			a.Rescoped = append(a.Rescoped, r)
		}
	} else if !sameEdition(m.head, p) {
		return bad("it is not of one edition with the tables before it")
	}
	if err := cmp.Or(p.follows(m.last[p.Count]), p.explained(m.last[p.Count])); err != nil {
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
	if p.Terms != terms {
		m.over = append(m.over, terms)
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
	return a.Rules == b.Rules && a.Terms == b.Terms && a.Tables == b.Tables && a.Counted == b.Counted && a.Least == b.Least && a.Delay == b.Delay &&
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
	if p.Invented != before.Invented {
		return fmt.Errorf("it is %s, and the one that it follows is %s", about(p.Invented), about(before.Invented))
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

// explained refuses a table that revises numbers, or does not count somebody any more, without
// a word why.
func (p *Published) explained(before *Published) error {
	switch {
	case p.Why != nil && slices.Contains(ReasonCodes, p.Why.Code) && p.Why.Text != "":
		return nil
	case len(p.Revisions) > 0:
		return errors.New("it revises numbers, and does not say why")
	case p.Count != Open && p.drops(before):
		return fmt.Errorf("%s, and it does not say why", p.rescoped(before))
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
	Tables int // counted again, and found as they were published
	// Erased are tables that counted something that was erased since. What they
	// show follows from what they stand for, and what they stand for was counted
	// again as far as it is left.
	Erased  int
	Events  int // that were erased, of those that a table counted
	Numbers int // of such tables, that what is left does not give
}

// Recount counts every table again from the events of the record and compares. A
// table that differs is refused, unless something that it counted was erased since:
// then its numbers must still be such that what is shown follows from them, and
// must not be further from what is left than what was erased can explain. events can
// be read again, and has then what was recorded meanwhile.
func Recount(events iter.Seq2[record.Event, error], tables []Stored) (Recounted, error) {
	r := &recounting{past: casework.NewPast(), sheets: make(map[[2]string][]*Sheet), was: make(map[[2]string][]*Grid)}
	order := slices.Clone(tables)
	slices.SortStableFunc(order, func(a, b Stored) int { return cmp.Compare(a.Counted, b.Counted) })
	until := func(index uint64) error {
		for ; len(order) > 0 && order[0].Counted <= index; order = order[1:] {
			if err := r.compare(&order[0]); err != nil {
				return err
			}
		}
		return nil
	}
	for e, err := range events {
		if err != nil {
			return r.done, err
		}
		if err := until(e.Index); err != nil {
			return r.done, err
		}
		if len(order) == 0 && len(r.erased.empty) == 0 {
			break
		}
		if err := r.erased.enter(&e); err != nil {
			return r.done, err
		}
		if len(order) == 0 {
			continue // only what says what was erased is still looked for
		}
		if err := r.past.Enter(&e); err != nil {
			return r.done, err
		}
	}
	if err := until(^uint64(0)); err != nil {
		return r.done, err
	}
	if !r.erased.named(r.size) {
		// What was erased while they were read is named by events that came since.
		for e, err := range events {
			if err != nil {
				return r.done, err
			}
			if err := r.erased.names(&e); err != nil {
				return r.done, err
			}
		}
	}
	return r.done, r.excuse()
}

type recounting struct {
	past   *casework.Past
	size   uint64 // the most events that a table has counted
	erased erasures
	done   Recounted

	tallied string // mission and number of events of grids
	grids   map[string]*Grid
	sheets  map[[2]string][]*Sheet // by mission and count
	was     map[[2]string][]*Grid  // as they are counted now
	differ  []differing
}

// differing is a table that is not what is left of the record gives.
type differing struct {
	table   *Stored
	why     string
	numbers int
	// first is by how much the numbers differ that the table was the first to show, and
	// loose how many allegations were of an incident that was erased by being found to
	// be the same: they are there, and not counted.
	first, loose int
}

func (r *recounting) compare(t *Stored) error {
	if casework.TermsOf(t.Terms) == nil {
		return fmt.Errorf("event %d, edition %d for %s, is classed by the vocabulary %s, which this version of Temwen does not know: count it again with a newer one", t.Index, t.Edition, t.Scope.Mission, t.Terms)
	}
	r.size = max(r.size, t.Counted)
	if t.Count == Open {
		waits := Waiting(r.past, &t.Scope, t.Through, t.Least)
		if fmt.Sprint(waits, since(waits)) == fmt.Sprint(t.Waits, since(t.Waits)) {
			r.done.Tables++
		} else {
			r.differ = append(r.differ, differing{table: t, why: notGiven, numbers: len(t.Waits)})
		}
		return nil
	}
	key := [2]string{t.Scope.Mission, t.Count}
	if id := fmt.Sprint(t.Scope.Mission, " ", t.Counted); id != r.tallied {
		r.grids, r.tallied = Tally(r.past, &t.Scope, t.Through, RulesOf(t.Rules), t.Terms), id
	}
	earlier, now := r.sheets[key], r.grids[t.Count]
	g := now
	if len(r.erased.empty) > 0 {
		g = standing(earlier, r.was[key], now)
	}
	stands, s := t.sheet(), Next(earlier, g, t.Least)
	if len(t.Sealed.N) == 0 {
		stands = s
	}
	r.sheets[key], r.was[key] = append(earlier, stands), append(r.was[key], now)
	switch {
	case fmt.Sprint(s.N) != fmt.Sprint(stands.N):
		// What it shows must follow from what it stands for in any case.
		if again := Next(earlier, &stands.Grid, t.Least); fmt.Sprint(again.N) != fmt.Sprint(stands.N) || !t.shows(again) {
			return r.refuse(t, "what it shows does not follow from what it stands for")
		}
		numbers, first := difference(earlier, s, stands)
		r.differ = append(r.differ, differing{t, "what it stands for is not what the record says", numbers, first, r.loose()})
	case !t.shows(s):
		return r.refuse(t, notGiven)
	default:
		r.done.Tables++
	}
	return nil
}

// loose is how many allegations are of an incident that was found to be the same as
// one that is not there.
func (r *recounting) loose() (n int) {
	for _, a := range r.past.Allegations {
		if r.past.Stands(a.Incident) == nil {
			n++
		}
	}
	return n
}

const notGiven = "it is not what the record's events give by its rules"

// shows reports whether a table shows what a sheet does.
func (p *Published) shows(s *Sheet) bool {
	return fmt.Sprint(s.Months, s.Columns, s.Face) == fmt.Sprint(p.Months, p.Columns, p.Face)
}

// difference is how many numbers of two sheets differ, and by how much those do
// whose month no earlier edition has counted.
func difference(earlier []*Sheet, a, b *Sheet) (numbers, first int) {
	for _, m := range b.Months {
		counted := len(earlier) > 0 && earlier[len(earlier)-1].row(m) >= 0
		columns := slices.Concat(a.Columns, b.Columns)
		slices.Sort(columns)
		for _, c := range slices.Compact(columns) {
			d := abs(a.At(m, c) - b.At(m, c))
			if d > 0 {
				numbers++
			}
			if !counted {
				first += d
			}
		}
	}
	return numbers, first
}

// oneEach are the counts to which one event of the record adds one at most. Where
// it was erased, one is missing, and perhaps one is counted later than it was.
var oneEach = []string{Allegations, Investigations}

// excuse decides of the tables that differ: what was erased explains them, or they
// are refused.
func (r *recounting) excuse() error {
	if _, err := r.erased.counted(r.size); err != nil {
		return err
	}
	for i := range r.differ {
		d := &r.differ[i]
		n, err := r.erased.counted(d.table.Counted)
		switch {
		case err != nil:
			return err
		case n == 0:
			return r.refuse(d.table, d.why)
		case slices.Contains(oneEach, d.table.Count) && d.first > 2*n+d.loose:
			return r.refuse(d.table, fmt.Sprintf("it differs from the record by %d, and only %d events were erased", d.first, n))
		}
		r.done.Erased++
		r.done.Numbers += d.numbers
		r.done.Events = max(r.done.Events, n)
	}
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
