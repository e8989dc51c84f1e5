package gate

import (
	"context"
	"errors"
	"io"
	"slices"

	"temwen/casework"
	"temwen/intake"
	"temwen/office"
	"temwen/record"
	"temwen/told"
	"temwen/when"
)

// Inbox is what was reported, for whoever is at the desk. It has the methods of
// *intake.Intake that the desk needs.
type Inbox struct {
	Gate
	in    *intake.Intake
	cases *casework.Cases
}

// NewInbox is the gate before an inbox. cases are the casework of the same store,
// whose walls stand around threads, too.
func NewInbox(o *office.Office, in *intake.Intake, cases *casework.Cases) *Inbox {
	return &Inbox{Gate{o}, in, cases}
}

// Threads are those of a view that the officer may see.
func (g *Inbox) Threads(ctx context.Context, q intake.Query) (intake.Page, error) {
	a, err := g.asks(ctx, g.cases)
	if err != nil {
		return intake.Page{}, err
	}
	if err := a.some(office.SeeThreads); err != nil {
		return intake.Page{}, err
	}
	if !a.everything(office.SeeThreads) {
		q.Only = a.officer
	}
	q.Without = append(slices.Clone(q.Without), a.walls.Threads...)
	page, err := g.in.Threads(ctx, q)
	for i := range page.Threads {
		a.screen(&page.Threads[i])
	}
	return page, err
}

// screen leaves out of a thread what a wall keeps from the officer.
func (a *asking) screen(t *intake.Thread) {
	t.Joined = slices.DeleteFunc(t.Joined, func(id string) bool { return slices.Contains(a.walls.Threads, id) })
}

// Thread is one that the officer may see.
func (g *Inbox) Thread(ctx context.Context, id string) (*intake.Thread, error) {
	a, err := g.asks(ctx, g.cases)
	if err != nil {
		return nil, err
	}
	t, err := g.in.Thread(ctx, id)
	if err != nil {
		return nil, err
	}
	assigned := []string{t.Assigned}
	if t.Into != "" {
		into, err := g.in.Thread(ctx, t.Into)
		if err != nil {
			return nil, err
		}
		assigned = append(assigned, into.Assigned)
	}
	if err := a.may(office.SeeThreads, a.ofThread(id, assigned...)); err != nil {
		return nil, err
	}
	a.screen(t)
	return t, nil
}

// Envelope hands an item to an officer who may open it.
func (g *Inbox) Envelope(ctx context.Context, by, id string, item int) (io.ReadCloser, int64, error) {
	if _, err := g.asks(ctx, nil, by); err != nil {
		return nil, 0, err
	}
	return g.in.Envelope(g.provided(ctx, []office.Action{office.OpenEnvelopes}, thing{thread: id}), by, id, item)
}

// Do does a deed that the officer may do.
func (g *Inbox) Do(ctx context.Context, by string, d intake.Deed) error {
	if _, err := g.asks(ctx, nil, by); err != nil {
		return err
	}
	actions, threads := deedNeeds(d)
	things := make([]thing, len(threads))
	for i, id := range threads {
		things[i].thread = id
	}
	ctx = g.provided(ctx, actions, things...)
	if assign, ok := d.(intake.Assign); ok {
		ctx = g.given(ctx, assign.Officer, (*office.State).MayHaveThreads)
	}
	if ask, ok := d.(intake.AskErasure); ok && ask.Ground == intake.KeptLongEnough {
		ctx = unneeded(ctx, ask.Thread)
	}
	return g.in.Do(ctx, by, d)
}

// deedNeeds is what a deed takes, and the threads it is about. What is not known
// here nobody may do.
func deedNeeds(d intake.Deed) (actions []office.Action, threads []string) {
	switch d := d.(type) {
	case intake.MarkOpened:
		return []office.Action{office.OpenEnvelopes}, []string{d.Thread}
	case intake.SendReply:
		return []office.Action{office.WriteReplies}, []string{d.Thread}
	case intake.WriteNote:
		return []office.Action{office.KeepNotes}, []string{d.Thread}
	case intake.SetStage:
		actions = []office.Action{office.MoveThreads}
		if d.Letter != nil {
			actions = append(actions, office.WriteReplies)
		}
		if d.Note != nil {
			actions = append(actions, office.KeepNotes)
		}
		return actions, []string{d.Thread}
	case intake.Assign:
		return []office.Action{office.AssignThreads}, []string{d.Thread}
	case intake.JoinThreads:
		return []office.Action{office.JoinReports}, []string{d.Thread, d.Into}
	case intake.PartThreads:
		return []office.Action{office.JoinReports}, []string{d.Thread}
	case intake.AskErasure:
		return []office.Action{office.AskErasure}, []string{d.Thread}
	case intake.HoldWords:
		return []office.Action{office.WriteReplies}, []string{d.Thread}
	case intake.HeedConsent:
		return []office.Action{office.MoveThreads}, []string{d.Thread}
	case intake.DropErasure:
		return []office.Action{office.DropErasure}, []string{d.Thread}
	}
	return []office.Action{"an unknown deed"}, []string{""}
}

// EnterParcel takes a report from an officer who may enter one.
func (g *Inbox) EnterParcel(ctx context.Context, by string, parcel io.Reader, size int64) ([]byte, error) {
	a, err := g.asks(ctx, nil, by)
	if err != nil {
		return nil, err
	}
	if err := a.may(office.EnterReports, office.Unrelated); err != nil { // before its bytes are read
		return nil, err
	}
	return g.in.EnterParcel(g.provided(ctx, []office.Action{office.EnterReports}, thing{}), by, parcel, size)
}

// Erase erases a thread, as the second of two officers who may; dry only says what
// would go, to whoever may see that.
func (g *Inbox) Erase(ctx context.Context, by, id string, dry bool) (intake.Erasing, error) {
	a, err := g.asks(ctx, nil, by)
	if err != nil {
		return intake.Erasing{}, err
	}
	if dry {
		if _, err := g.Thread(ctx, id); err != nil {
			return intake.Erasing{}, err
		}
		if err := a.some(office.SeeErasures); err != nil {
			return intake.Erasing{}, err
		}
		return g.in.Erase(ctx, by, id, true)
	}
	bare := context.WithoutCancel(ctx)
	ctx = g.provided(ctx, []office.Action{office.EraseForGood}, thing{thread: id})
	ctx = g.asker(ctx, func(ctx context.Context, book func(string) (*record.Tables, error)) (string, thing, error) {
		t, err := book(intakeBook)
		if err != nil {
			return "", thing{}, err
		}
		by, err := intake.AskerIn(ctx, t, id)
		return by, thing{thread: id}, err
	}, func(by string) error { return &intake.Refused{Code: intake.CodeAsker, By: by} })
	th, err := g.in.Head(ctx, id)
	if err != nil {
		return intake.Erasing{}, err
	}
	if th != nil && th.Erasure == intake.KeptLongEnough {
		ctx = unneeded(ctx, id)
	}
	rest, err := g.cases.RestOn(ctx, id)
	if err != nil {
		return intake.Erasing{}, err
	}
	erased, err := g.in.Erase(ctx, by, id, false)
	if err != nil && !errors.Is(err, record.ErrLingers) {
		return erased, err
	}
	for _, docket := range rest {
		err = errors.Join(err, told.Stand(bare, g.in, g.cases, docket))
	}
	return erased, err
}

// unneeded returns a context in which something is done with a thread only where no case
// that is open rests on its report.
func unneeded(ctx context.Context, thread string) context.Context {
	return record.Provided(ctx, func(ctx context.Context, book func(string) (*record.Tables, error)) error {
		t, err := book(caseworkBook)
		if err != nil {
			return err
		}
		needed, err := casework.NeedsIn(ctx, t, thread)
		if err == nil && needed {
			err = &intake.Refused{Code: intake.CodeNeeded}
		}
		return err
	})
}

// Due are the threads that are due for erasure, of those of which the officer may see
// that; none on which a case rests that is not closed.
func (g *Inbox) Due(ctx context.Context, k intake.Keep, today when.Day, q intake.Query) ([]intake.Due, error) {
	a, err := g.asks(ctx, g.cases)
	if err != nil {
		return nil, err
	}
	if err := a.some(office.SeeErasures); err != nil {
		return nil, err
	}
	if !a.everything(office.SeeErasures) {
		q.Only = a.officer
	}
	q.Without = append(slices.Clone(q.Without), a.walls.Threads...)
	return g.cases.DueReports(ctx, g.in, k, today, q)
}
