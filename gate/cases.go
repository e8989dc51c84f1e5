package gate

import (
	"context"
	"math"
	"slices"

	"temwen/casework"
	"temwen/office"
	"temwen/record"
	"temwen/when"
)

// Cases is the casework, for whoever is at the desk. It has the methods of
// *casework.Cases that the desk needs.
type Cases struct {
	Gate
	cases *casework.Cases
}

// NewCases is the gate before a casework.
func NewCases(o *office.Office, cases *casework.Cases) *Cases { return &Cases{Gate{o}, cases} }

// Case is one that the officer may see.
func (g *Cases) Case(ctx context.Context, officer, id string) (*casework.Case, error) {
	a, err := g.asks(ctx, nil, officer)
	if err != nil {
		return nil, err
	}
	c, err := g.cases.Case(ctx, officer, id)
	if err != nil {
		return nil, err
	}
	if a.may(office.SeeEvidence, a.ofCase(c)) != nil {
		c.Evidence = nil
	}
	return c, a.may(office.SeeCases, a.ofCase(c))
}

// Do does a command that the officer may do.
func (g *Cases) Do(ctx context.Context, by, id string, seen uint64, c casework.Command, on when.Day) error {
	if _, err := g.asks(ctx, nil, by); err != nil {
		return err
	}
	about := []thing{{docket: id}}
	if add, ok := c.(casework.AddAllegation); ok {
		about = append(about, thing{allegation: add.Allegation})
	}
	ctx = g.provided(ctx, []office.Action{commandNeeds(c)}, about...)
	if assign, ok := c.(casework.Assign); ok {
		ctx = g.given(ctx, assign.Officer, (*office.State).MayHaveCases)
	}
	if wall, ok := c.(casework.Wall); ok {
		ctx = g.someLeft(ctx, id, wall.Officer)
	}
	return g.cases.Do(allowed(ctx, id, c), by, id, seen, c, on)
}

// someLeft returns a context in which an officer is kept from a case, and so from all
// about the same incident, only where for each of them somebody is left who takes it
// further, and an auditor, if there is one, who sees it: walls are there to keep somebody
// out, and hide no case from all.
func (g *Gate) someLeft(ctx context.Context, docket, officer string) context.Context {
	return record.Provided(ctx, func(ctx context.Context, book func(string) (*record.Tables, error)) error {
		state, err := g.stateIn(ctx, book)
		if err != nil {
			return err
		}
		t, err := book(caseworkBook)
		if err != nil {
			return err
		}
		cases, err := casework.AboutIn(ctx, t, docket)
		if err != nil {
			return err
		}
		auditors := false
		works, audits := make(map[string]bool), make(map[string]bool) // by the case
		for i := range state.Officers {
			o := &state.Officers[i]
			if o.Standing != office.Admitted {
				continue
			}
			auditor := slices.Contains(o.Roles, office.Auditor)
			auditors = auditors || auditor
			if o.ID == officer {
				continue
			}
			walls, err := casework.WallsIn(ctx, t, o.ID)
			if err != nil {
				return err
			}
			for _, id := range cases {
				if slices.Contains(walls.Cases, id) {
					continue
				}
				works[id] = works[id] || office.May(state, o.ID, office.SteerCases, office.Unrelated)
				audits[id] = audits[id] || auditor
			}
		}
		for _, id := range cases {
			if !works[id] || auditors && !audits[id] {
				return &office.Refused{Code: office.CodeNobodyLeft}
			}
		}
		return nil
	})
}

// commandNeeds is what a command on a case takes. What is not known here nobody
// may do; the silences are the clock's to note.
func commandNeeds(c casework.Command) office.Action {
	switch c := c.(type) {
	case casework.Assign:
		return office.AssignCases
	case casework.Wall:
		return office.WallOff
	case casework.SendNotice, casework.WithdrawNotice:
		return office.SendNotices
	case casework.RecordAnswer, casework.AskTime:
		return office.RecordAnswers
	case casework.SetAside:
		return office.SetAside
	case casework.Handle:
		return handlingNeeds(c.Custody.Act)
	case casework.MoveClock, casework.TakeBack:
		return office.MoveClocks
	case casework.Reopen, casework.Stop, casework.Succeed, casework.Adopt, casework.AddAllegation, casework.NameState:
		return office.SteerCases
	case casework.RecordDeparture, casework.SetDepartureAside:
		return office.RecordAnswers
	case casework.RecordRemedy:
		return office.RecordRemedies
	case casework.AskPublication, casework.AskRetraction:
		return office.AskPublication
	case casework.Publish, casework.Retract:
		return office.Publish
	case casework.WithdrawRequest:
		return office.DropPublication
	}
	return "an unknown command"
}

// Open opens a case, where the officer may.
func (g *Cases) Open(ctx context.Context, by string, o casework.Opened, on when.Day) (string, error) {
	if _, err := g.asks(ctx, nil, by); err != nil {
		return "", err
	}
	about := []thing{{}}
	for _, id := range o.Allegations {
		about = append(about, thing{allegation: id})
	}
	ctx = g.provided(ctx, []office.Action{office.OpenCases}, about...)
	if o.From != "" {
		ctx = g.provided(ctx, []office.Action{office.SeeCases}, thing{docket: o.From})
	}
	return g.cases.Open(ctx, by, o, on)
}

// importing is what an import does, to any case.
var importing = []office.Action{
	office.CodeIncidents, office.Allege, office.OpenCases, office.SendNotices, office.RecordAnswers, office.RecordRemedies,
}

// MayImport refuses who may not import.
func (g *Cases) MayImport(ctx context.Context) error {
	a, err := g.asks(ctx, nil)
	if err != nil {
		return err
	}
	for _, action := range importing {
		if err := a.may(action, office.Unrelated); err != nil {
			return err
		}
	}
	return nil
}

// Import puts what is told on the record, for an officer who may do all of it to all
// cases.
func (g *Cases) Import(ctx context.Context, by string, list []casework.Told) (casework.Imported, error) {
	if _, err := g.asks(ctx, nil, by); err != nil {
		return casework.Imported{}, err
	}
	return g.cases.Import(g.provided(ctx, importing, thing{}), by, list)
}

// History is what happened to a case that the officer may see.
func (g *Cases) History(ctx context.Context, id string) ([]casework.Event, error) {
	a, err := g.asks(ctx, nil)
	if err != nil {
		return nil, err
	}
	relation, err := a.sees(ctx, g.cases, id)
	if err != nil {
		return nil, err
	}
	events, err := g.cases.History(ctx, id)
	return a.events(events, relation), err
}

// Latest is what happened last to a case that the officer may see.
func (g *Cases) Latest(ctx context.Context, id string, before uint64, limit int) (events []casework.Event, next uint64, err error) {
	a, err := g.asks(ctx, nil)
	if err != nil {
		return nil, 0, err
	}
	relation, err := a.sees(ctx, g.cases, id)
	if err != nil {
		return nil, 0, err
	}
	events, next, err = g.cases.Latest(ctx, id, before, limit)
	return a.events(events, relation), next, err
}

// events are those of a case that the officer may see.
func (a *asking) events(events []casework.Event, relation office.Relation) []casework.Event {
	if a.may(office.SeeEvidence, relation) == nil {
		return events
	}
	return slices.DeleteFunc(events, func(e casework.Event) bool { return e.Evidence != nil || e.Custody != nil })
}

// Letter is the bytes of a notice as it was sent, of a case that the officer may see.
func (g *Cases) Letter(ctx context.Context, docket string, step, notice int) ([]byte, error) {
	a, err := g.asks(ctx, nil)
	if err != nil {
		return nil, err
	}
	if _, err := a.sees(ctx, g.cases, docket); err != nil {
		return nil, err
	}
	return g.cases.Letter(ctx, docket, step, notice)
}

// List is a page of the cases that the officer may see.
func (g *Cases) List(ctx context.Context, q casework.Query) (casework.Page, error) {
	a, err := g.asks(ctx, nil)
	if err != nil {
		return casework.Page{}, err
	}
	if err := a.some(office.SeeCases); err != nil {
		return casework.Page{}, err
	}
	q.For = a.officer
	if !a.everything(office.SeeCases) {
		if q.Officer != "" && q.Officer != a.officer {
			return casework.Page{}, nil
		}
		q.Officer = a.officer
	}
	return g.cases.List(ctx, q)
}

// Requested are the cases of which somebody asks to make something public, or to
// take it back, of those that the officer may see.
func (g *Cases) Requested(ctx context.Context) ([]*casework.Case, error) {
	return g.seen(ctx, g.cases.Requested)
}

// Standing are the cases of which something is public, of those that the officer may
// see.
func (g *Cases) Standing(ctx context.Context) ([]*casework.Case, error) {
	return g.seen(ctx, g.cases.Standing)
}

// seen are some cases, of those that the officer may see.
func (g *Cases) seen(ctx context.Context, list func(context.Context) ([]*casework.Case, error)) ([]*casework.Case, error) {
	a, err := g.asks(ctx, nil)
	if err != nil {
		return nil, err
	}
	if err := a.some(office.SeeCases); err != nil {
		return nil, err
	}
	cases, err := list(ctx)
	if err != nil || len(cases) == 0 {
		return nil, err // the walls are asked for only where they may stand before something
	}
	if a.walls, err = g.cases.Walls(ctx, a.officer); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(cases, func(c *casework.Case) bool { return a.may(office.SeeCases, a.ofCase(c)) != nil }), err
}

// Together has all that do asks be in one state of the record. Whether the officer may is
// asked of each.
func (g *Cases) Together(ctx context.Context, do func(ctx context.Context) error) error {
	return g.cases.Together(ctx, do)
}

// Board is what falls due in the cases that the officer may see.
func (g *Cases) Board(ctx context.Context, span casework.Span) ([]casework.Falling, error) {
	if err := g.narrow(ctx, &span); err != nil {
		return nil, err
	}
	return g.cases.Board(ctx, span)
}

// Dates are the days on which something falls due in the cases that the officer may see.
func (g *Cases) Dates(ctx context.Context, span casework.Span) ([]casework.Dated, error) {
	if err := g.narrow(ctx, &span); err != nil {
		return nil, err
	}
	return g.cases.Dates(ctx, span)
}

// PerDay is how much of it falls due on each day.
func (g *Cases) PerDay(ctx context.Context, span casework.Span) (map[when.Day]int, error) {
	if err := g.narrow(ctx, &span); err != nil {
		return nil, err
	}
	return g.cases.PerDay(ctx, span)
}

// Unanswered are the silences in the cases that the officer may see.
func (g *Cases) Unanswered(ctx context.Context, span casework.Span) ([]casework.Falling, error) {
	if err := g.narrow(ctx, &span); err != nil {
		return nil, err
	}
	return g.cases.Unanswered(ctx, span)
}

// ToRemind are the steps to send a reminder of in the cases that the officer may see.
func (g *Cases) ToRemind(ctx context.Context, span casework.Span) ([]casework.Falling, error) {
	if err := g.narrow(ctx, &span); err != nil {
		return nil, err
	}
	return g.cases.ToRemind(ctx, span)
}

// Waiting is a page of the steps that fall due on no day in the cases that the officer
// may see.
func (g *Cases) Waiting(ctx context.Context, q casework.Waiting) (casework.WaitingPage, error) {
	var span casework.Span
	if err := g.narrow(ctx, &span); err != nil {
		return casework.WaitingPage{}, err
	}
	q.For, q.Own = span.For, span.Own
	return g.cases.Waiting(ctx, q)
}

// Unworked is a page of the open cases on which nobody works, and how many there are:
// they are nobody's, or those of an officer who was removed, or whose role works on no
// case any more. Who sees only their own cases sees none of these.
func (g *Cases) Unworked(ctx context.Context, q casework.Unworked) (casework.Page, int, error) {
	a, err := g.asks(ctx, nil)
	if err != nil {
		return casework.Page{}, 0, err
	}
	if !a.everything(office.SeeCases) {
		return casework.Page{}, 0, a.some(office.SeeCases)
	}
	q.For, q.Officers = a.officer, []string{""}
	for _, o := range a.state.Officers {
		if !a.state.MayHaveCases(o.ID) {
			q.Officers = append(q.Officers, o.ID)
		}
	}
	return g.cases.Unworked(ctx, q)
}

// ByConsent are the open cases whose consent stands in a way, of those that the
// officer may see.
func (g *Cases) ByConsent(ctx context.Context, q casework.Consenting) ([]*casework.Case, error) {
	var span casework.Span
	if err := g.narrow(ctx, &span); err != nil {
		return nil, err
	}
	q.For, q.Own = span.For, span.Own
	return g.cases.ByConsent(ctx, q)
}

// Handing are the cases that were handed over, and whose next one is not open, of those
// that the officer may see.
func (g *Cases) Handing(ctx context.Context, q casework.Handings) ([]*casework.Case, error) {
	var span casework.Span
	if err := g.narrow(ctx, &span); err != nil {
		return nil, err
	}
	q.For, q.Own = span.For, span.Own
	return g.cases.Handing(ctx, q)
}

// Doubled are the cases that take an act through a track that another one takes it
// through, too, of those that the officer may see; of each act one is left, at least.
func (g *Cases) Doubled(ctx context.Context, limit int) ([][]*casework.Case, error) {
	a, err := g.sees(ctx)
	if err != nil {
		return nil, err
	}
	groups, err := g.cases.Doubled(ctx, limit)
	for i, group := range groups {
		groups[i] = slices.DeleteFunc(group, func(c *casework.Case) bool { return a.may(office.SeeCases, a.ofCase(c)) != nil })
	}
	return slices.DeleteFunc(groups, func(group []*casework.Case) bool { return len(group) == 0 }), err
}

// narrow has a span ask for what the officer may see.
func (g *Cases) narrow(ctx context.Context, span *casework.Span) error {
	a, err := g.asks(ctx, nil)
	if err != nil {
		return err
	}
	span.For, span.Own = a.officer, !a.everything(office.SeeCases)
	return a.some(office.SeeCases)
}

// Linked is where a link to answer on leads, if the officer may see the case.
// Recipients of notices are no officers, and do not come through here.
func (g *Cases) Linked(ctx context.Context, token string) (c *casework.Case, step, notice int, err error) {
	c, step, notice, err = g.cases.Linked(ctx, token)
	if err == nil {
		_, err = g.Case(ctx, By(ctx), c.ID)
	}
	return c, step, notice, err
}

// Code puts coded facts on the record, where the officer may.
func (g *Cases) Code(ctx context.Context, by string, i casework.Incident) (string, error) {
	if _, err := g.asks(ctx, nil, by); err != nil {
		return "", err
	}
	return g.cases.Code(g.provided(ctx, []office.Action{office.CodeIncidents}, sources(i)...), by, i)
}

// Revise replaces the coded facts of an incident that the officer may see.
func (g *Cases) Revise(ctx context.Context, by string, i casework.Incident) error {
	if _, err := g.asks(ctx, nil, by); err != nil {
		return err
	}
	return g.cases.Revise(g.provided(ctx, []office.Action{office.CodeIncidents}, append(sources(i), thing{incident: i.ID})...), by, i)
}

// Reclass says the words of an incident that the officer may see in the newest version of
// the vocabulary.
func (g *Cases) Reclass(ctx context.Context, by string, r casework.Reclassing) error {
	if _, err := g.asks(ctx, nil, by); err != nil {
		return err
	}
	return g.cases.Reclass(g.provided(ctx, []office.Action{office.CodeIncidents}, thing{incident: r.Incident}), by, r)
}

// sources are the threads that an incident rests on, and nothing where it rests on
// none.
func sources(i casework.Incident) []thing {
	about := []thing{{}}
	for _, s := range i.Sources {
		if s.Kind == "thread" {
			about = append(about, thing{thread: s.ID})
		}
	}
	return about
}

// Merge says that an incident is the same as another.
func (g *Cases) Merge(ctx context.Context, by, id, into string, seen uint64) error {
	if _, err := g.asks(ctx, nil, by); err != nil {
		return err
	}
	return g.cases.Merge(g.provided(ctx, []office.Action{office.MergeIncidents}, thing{incident: id}, thing{incident: into}), by, id, into, seen)
}

// Split undoes it.
func (g *Cases) Split(ctx context.Context, by, id string, seen uint64) error {
	if _, err := g.asks(ctx, nil, by); err != nil {
		return err
	}
	return g.cases.Split(g.provided(ctx, []office.Action{office.MergeIncidents}, thing{incident: id}), by, id, seen)
}

// Parts are the hand-overs that a split of an incident which the officer may see would
// undo, of the cases that they may see.
func (g *Cases) Parts(ctx context.Context, incident string) ([]casework.Parted, error) {
	a, err := g.asks(ctx, g.cases)
	if err != nil {
		return nil, err
	}
	if _, err := g.Incident(ctx, incident); err != nil {
		return nil, err
	}
	list, err := g.cases.Parts(ctx, incident)
	return slices.DeleteFunc(list, func(p casework.Parted) bool { return a.may(office.SeeCases, a.ofCase(p.From)) != nil }), err
}

// Allege puts an allegation on the record.
func (g *Cases) Allege(ctx context.Context, by string, al casework.Allegation, seen uint64) (string, error) {
	if _, err := g.asks(ctx, nil, by); err != nil {
		return "", err
	}
	return g.cases.Allege(g.provided(ctx, []office.Action{office.Allege}, thing{incident: al.Incident}), by, al, seen)
}

// sees finds who asks, and refuses who may not see incidents.
func (g *Cases) sees(ctx context.Context) (*asking, error) {
	a, err := g.asks(ctx, g.cases)
	if err != nil {
		return nil, err
	}
	return a, a.may(office.SeeIncidents, office.Unrelated)
}

// Incident is one that the officer may see. Threads that they are kept from are not
// among its sources.
func (g *Cases) Incident(ctx context.Context, id string) (*casework.Incident, error) {
	a, err := g.sees(ctx)
	if err != nil {
		return nil, err
	}
	if slices.Contains(a.walls.Incidents, id) {
		return nil, &office.Refused{Code: office.CodeWalled}
	}
	return g.cases.Incident(ctx, id)
}

// Incidents are those that the officer may see, at most limit.
func (g *Cases) Incidents(ctx context.Context, limit int) ([]*casework.Incident, error) {
	return g.Older(ctx, math.MaxInt64, limit)
}

// Older are the incidents below a number that the officer may see, at most limit.
func (g *Cases) Older(ctx context.Context, than, limit int) ([]*casework.Incident, error) {
	a, err := g.sees(ctx)
	if err != nil {
		return nil, err
	}
	list, err := g.cases.Older(ctx, than, limit+len(a.walls.Incidents))
	list = slices.DeleteFunc(list, func(i *casework.Incident) bool { return slices.Contains(a.walls.Incidents, i.ID) })
	return list[:min(len(list), limit)], err
}

// Allegations are those that the officer may see, of an incident or a case.
func (g *Cases) Allegations(ctx context.Context, incident, docket string) ([]casework.Allegation, error) {
	a, err := g.sees(ctx)
	if err != nil {
		return nil, err
	}
	if slices.Contains(a.walls.Cases, docket) {
		return nil, &office.Refused{Code: office.CodeWalled}
	}
	list, err := g.cases.Allegations(ctx, incident, docket)
	return slices.DeleteFunc(list, func(al casework.Allegation) bool { return slices.Contains(a.walls.Incidents, al.Incident) }), err
}

// Beside are the other cases about the same incidents as a case that the officer may see,
// of those that they may see, too.
func (g *Cases) Beside(ctx context.Context, id string) ([]casework.Beside, error) {
	a, err := g.asks(ctx, g.cases)
	if err != nil {
		return nil, err
	}
	if _, err := a.sees(ctx, g.cases, id); err != nil {
		return nil, err
	}
	list, err := g.cases.Beside(ctx, id)
	return slices.DeleteFunc(list, func(b casework.Beside) bool { return a.may(office.SeeCases, a.ofCase(b.Case)) != nil }), err
}

// Takeable are the allegations that a case that the officer may see could take, too, of
// those that the officer may see, at most limit.
func (g *Cases) Takeable(ctx context.Context, id string, limit int) ([]casework.Allegation, error) {
	a, err := g.sees(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := a.sees(ctx, g.cases, id); err != nil {
		return nil, err
	}
	list, err := g.cases.Takeable(ctx, id, limit+len(a.walls.Incidents))
	list = slices.DeleteFunc(list, func(al casework.Allegation) bool { return slices.Contains(a.walls.Incidents, al.Incident) })
	return list[:min(len(list), limit)], err
}

// Loose are the allegations without a case that the officer may see, at most limit.
func (g *Cases) Loose(ctx context.Context, limit int) ([]casework.Allegation, error) {
	a, err := g.sees(ctx)
	if err != nil {
		return nil, err
	}
	list, err := g.cases.Loose(ctx, limit)
	return slices.DeleteFunc(list, func(al casework.Allegation) bool { return slices.Contains(a.walls.Incidents, al.Incident) }), err
}

// Allegation is one that the officer may see.
func (g *Cases) Allegation(ctx context.Context, id string) (casework.Allegation, error) {
	a, err := g.sees(ctx)
	if err != nil {
		return casework.Allegation{}, err
	}
	al, err := g.cases.Allegation(ctx, id)
	if err == nil && slices.Contains(a.walls.Incidents, al.Incident) {
		return casework.Allegation{}, &office.Refused{Code: office.CodeWalled}
	}
	return al, err
}

// Walls are what is kept from the officer.
func (g *Cases) Walls(ctx context.Context) (*casework.Walls, error) {
	return g.cases.Walls(ctx, By(ctx))
}

// GiveCalendar gives the officer a calendar of their own.
func (g *Cases) GiveCalendar(ctx context.Context, officer string) (string, error) {
	a, err := g.asks(ctx, nil, officer)
	if err != nil {
		return "", err
	}
	if err := a.some(office.SeeCases); err != nil {
		return "", err
	}
	return g.cases.GiveCalendar(ctx, officer)
}

// DropCalendar takes it back.
func (g *Cases) DropCalendar(ctx context.Context, officer string) error {
	if _, err := g.asks(ctx, nil, officer); err != nil {
		return err
	}
	return g.cases.DropCalendar(ctx, officer)
}

// HasCalendar reports whether the officer has one.
func (g *Cases) HasCalendar(ctx context.Context, officer string) (bool, error) {
	if _, err := g.asks(ctx, nil, officer); err != nil {
		return false, err
	}
	return g.cases.HasCalendar(ctx, officer)
}

// CalendarOf is whose calendar a token is of. What is in it is then asked for As
// that officer.
func (g *Cases) CalendarOf(ctx context.Context, token string) (string, error) {
	return g.cases.CalendarOf(ctx, token)
}
