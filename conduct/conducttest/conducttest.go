// Package conducttest plays an invented office's work into a store, for tests,
// benchmarks and pictures: incidents, allegations and cases over some months,
// many small numbers among them. Nothing in it is about anybody.
//
// It must never be used by the program. Start with Play.
package conducttest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"temwen/casework"
	"temwen/conduct"
	"temwen/instrument"
	"temwen/intake"
	"temwen/locale"
	"temwen/record"
	"temwen/store"
	"temwen/when"
)

// Books are what a store must be opened with.
func Books() []record.Book { return []record.Book{intake.Book, casework.Book, conduct.Book} }

// Office is an invented office, whose time a test sets.
type Office struct {
	*casework.Cases
	Conduct *conduct.Office
	Now     time.Time
	store   *store.Store
	random  *rand.Rand
	leaves  *rand.Rand // of who leaves the country
	threads int
	Coded   []string // incidents
}

// New is an invented office on a store that was opened with Books.
func New(s *store.Store, start time.Time) *Office {
	o := &Office{Now: start, store: s, random: rand.New(rand.NewPCG(1, 2)), leaves: rand.New(rand.NewPCG(3, 4))}
	now := func() time.Time { return o.Now }
	o.Cases = casework.New(s, now, func() when.Day { return when.Today(o.Now) })
	o.Conduct = conduct.New(s, now)
	return o
}

// Scope is a mission's with some actors.
func Scope(mission string, actors ...string) conduct.Scope {
	return conduct.Scope{Mission: mission, Actors: actors, From: when.DayOf(2020, 1, 1)}
}

// Month plays a month of work about the actors of a mission, and goes on to the
// next month.
func (o *Office) Month(ctx context.Context, mission string, actors ...string) error {
	for k, actor := range actors {
		for range o.random.IntN(4 + 9*k) {
			if err := o.incident(ctx, mission, actor, actors[0]); err != nil {
				return err
			}
		}
	}
	o.Now = time.Date(o.Now.Year(), o.Now.Month()+1, 1, 12, 0, 0, 0, time.UTC)
	_, err := o.NoteSilences(ctx)
	return err
}

var acts = []string{"injury", "detention", "rape", "property", "theft"}

func (o *Office) incident(ctx context.Context, mission, actor, other string) error {
	o.threads++
	r := o.random
	act := acts[r.IntN(len(acts))]
	i := casework.Incident{
		Acts: []string{act}, Terms: casework.CurrentTerms().Version,
		Harm:    []casework.Harm{{Kind: "injured", Sex: "unknown", Age: "adult", Min: 1 + r.IntN(3), Max: 3 + r.IntN(3)}},
		Actors:  []casework.Alleged{{Actor: actor, Confidence: casework.Confidences[r.IntN(4)], Share: "led", Least: 1, Most: 1 + r.IntN(3)}},
		Sources: []casework.Basis{{Kind: "thread", ID: fmt.Sprint("t", o.threads), Grade: "B2"}},
	}
	if r.IntN(6) == 0 && other != actor {
		i.Actors = append(i.Actors, casework.Alleged{Actor: other, Confidence: "likely", Share: "supported"})
	}
	id, err := o.Code(ctx, "invented", i)
	if err != nil {
		return err
	}
	o.Coded = append(o.Coded, id)
	a, err := o.Allege(ctx, "invented", casework.Allegation{Incident: id, Actor: actor, Act: act, Confidence: "likely"}, 0)
	if err != nil || r.IntN(2) == 0 {
		return err
	}
	return o.open(ctx, mission, actor, a)
}

func (o *Office) open(ctx context.Context, mission, actor, allegation string) error {
	today := when.Today(o.Now)
	id, err := o.Open(ctx, "invented", casework.Opened{
		Procedure: Procedure(), Allegations: []string{allegation}, Mission: mission, State: actor,
	}, today)
	if err != nil {
		return err
	}
	if err := o.leave(ctx, id); err != nil {
		return err
	}
	for n, answer := range []string{"named", "disciplined"} {
		if o.random.IntN(2) == 0 {
			return nil
		}
		if err := o.Do(ctx, "invented", id, 0, casework.RecordAnswer{
			Step: n + 1, Answer: casework.Answer{Answer: answer, How: "letter", Standard: casework.NotStated},
		}, today); err != nil {
			return err
		}
	}
	return nil
}

// leave has some of those leave the country whom a case is about; some of it is noted by
// mistake.
func (o *Office) leave(ctx context.Context, id string) error {
	for n := range o.leaves.IntN(3) {
		left := casework.Departure{How: "rotated", Source: "state"}
		if err := o.Do(ctx, "invented", id, 0, casework.RecordDeparture{Departure: left}, 0); err != nil {
			return err
		}
		if o.leaves.IntN(6) > 0 {
			continue
		}
		if err := o.Do(ctx, "invented", id, 0, casework.SetDepartureAside{N: n + 1}, 0); err != nil {
			return err
		}
	}
	return nil
}

// Public opens an invented case on a day and has two people make fields of it public. It
// returns its ID, and the entry that shows it.
func (o *Office) Public(ctx context.Context, mission, actor string, opened when.Day, fields ...string) (id string, entry uint64, err error) {
	incident, err := o.Code(ctx, "first", casework.Incident{
		Acts: []string{"theft"}, Terms: casework.CurrentTerms().Version, Sources: []casework.Basis{{Kind: "source", ID: "x", Grade: "B2"}},
	})
	if err != nil {
		return "", 0, err
	}
	a, err := o.Allege(ctx, "first", casework.Allegation{Incident: incident, Actor: actor, Act: "theft", Confidence: "likely"}, 0)
	if err != nil {
		return "", 0, err
	}
	return o.public(ctx, casework.Opened{Procedure: Procedure(), Allegations: []string{a}, Mission: mission, State: actor}, opened, fields)
}

// PublicBeside does as Public does, with a case that takes the allegation of another one
// through the civil track.
func (o *Office) PublicBeside(ctx context.Context, other string, opened when.Day, fields ...string) (id string, entry uint64, err error) {
	c, err := o.Case(ctx, "", other)
	if err != nil {
		return "", 0, err
	}
	p := Procedure()
	p.ID, p.Track = "invented-civil", instrument.Civil
	return o.public(ctx, casework.Opened{Procedure: p, Allegations: c.Allegations, Mission: c.Mission, State: c.State}, opened, fields)
}

func (o *Office) public(ctx context.Context, opened casework.Opened, on when.Day, fields []string) (id string, entry uint64, err error) {
	if id, err = o.Open(ctx, "first", opened, on); err != nil {
		return "", 0, err
	}
	if err := o.Decide(ctx, id, casework.AskPublication{Fields: fields}); err != nil {
		return "", 0, err
	}
	c, err := o.Case(ctx, "", id)
	if err != nil {
		return "", 0, err
	}
	return id, c.Shown, nil
}

// Decide has one person ask to make something of a case public, or to take it back, and
// another decide that it is done.
func (o *Office) Decide(ctx context.Context, id string, ask casework.Command) error {
	if err := o.Do(ctx, "first", id, 0, ask, 0); err != nil {
		return err
	}
	c, err := o.Case(ctx, "", id)
	if err != nil {
		return err
	}
	var decide casework.Command = casework.Publish{Asked: c.Asked.Index, Invented: true}
	if _, back := ask.(casework.AskRetraction); back {
		decide = casework.Retract{Asked: c.Asked.Index}
	}
	return o.Do(ctx, "second", id, 0, decide, 0)
}

// Procedure is a short invented procedure.
func Procedure() *instrument.Procedure {
	english := func(s string) locale.Text { return locale.Text{locale.English: s} }
	return &instrument.Procedure{
		ID: "invented", Title: english("An invented procedure"), Track: instrument.Discipline, Start: "name",
		Steps: []instrument.Step{
			{
				ID: "name", Title: english("Name an investigator"), Asks: english("Say which office investigates."),
				Provision: "a", Who: instrument.SendState, Clock: instrument.Clock{Within: when.Days(10)},
				Answers: []instrument.Branch{{ID: "named", Title: english("An investigator is named"), Kind: instrument.Named, Then: []string{"report"}}},
				Silence: &instrument.Branch{Title: english("Nobody is named"), Then: []string{"name"}},
			},
			{
				ID: "report", Title: english("Report what came of it"), Asks: english("Say what the investigation found."),
				Provision: "b", Who: instrument.SendState, Clock: instrument.Clock{Words: english("without delay")},
				Answers: []instrument.Branch{{ID: "disciplined", Title: english("There was a sanction"), Kind: instrument.OutcomeReported, Then: []string{"disciplined"}}},
				Silence: &instrument.Branch{Title: english("Nothing is reported"), Then: []string{"report"}},
			},
		},
		Ends: []instrument.End{{ID: "disciplined", Title: english("Disciplined"), Outcome: instrument.Disciplined}},
	}
}

// Publish asks for the next edition as one officer and publishes it as another,
// marked as invented.
func (o *Office) Publish(ctx context.Context, scope conduct.Scope, why *conduct.Reason) ([]conduct.Published, error) {
	delay := when.Days(30)
	a, _, err := o.Conduct.Prepare(ctx, conduct.Ask{
		Scope: scope, Least: 5, Delay: delay, Through: conduct.Through(when.Today(o.Now), delay), Invented: true, Why: why,
	})
	if err != nil {
		return nil, err
	}
	if err := o.Conduct.Ask(ctx, "first", a); err != nil {
		return nil, err
	}
	asked, err := o.Conduct.Asked(ctx, scope.Mission)
	if err != nil {
		return nil, err
	}
	return o.Conduct.Publish(ctx, "second", scope.Mission, asked.Index)
}
