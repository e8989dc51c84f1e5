package demo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"temwen/casework"
	"temwen/conduct"
	"temwen/dossier"
	"temwen/locale"
	"temwen/office"
	"temwen/when"
)

// Invent adds to a dossier, in memory, what the invented office needs: the States of its
// cases, so that pages have a name for them, and how long the office keeps what it was told
// of the missions of its cases, where the dossier does not say.
func Invent(d *dossier.Dossier) {
	for i, id := range states {
		letter := string(rune('A' + i))
		d.Actors = append(d.Actors, &dossier.Actor{ID: id, Kind: "state", Name: locale.Text{
			"en": "State " + letter + " (invented)", "fr": "État " + letter + " (inventé)",
			"ht": "Eta " + letter + " (envante)", "es": "Estado " + letter + " (inventado)",
		}})
	}
	for _, m := range d.Missions {
		if (m.ID == "mss" || m.ID == "gsf") && m.Keep == nil {
			m.Keep = &dossier.Keep{Closed: when.Months(9), Foreign: when.Months(3), Withdrawn: when.Months(3), Case: when.Months(12), Incident: when.Months(60), Public: when.Months(60)}
		}
	}
}

var states = []string{"example-a", "example-b", "example-c"}

// year lays out what is counted besides the cases that are told one by one, so that the
// public figures have numbers that are large enough to be shown: a year of incidents
// about the invented States, always the same, on which nobody works any more. Most have
// no case, and the cases of the others, all about one State and of some months, were
// closed long ago. One month has many reports that turn out to be about one thing.
func (p *player) year() {
	r := rand.New(rand.NewPCG(2699, 1))
	for ago := 352; ago > 4; ago -= r.IntN(3) {
		s := &staged{Procedure: "mss-complaint", Mission: "gsf", State: states[[]int{0, 0, 1, 1, 1, 2}[r.IntN(6)]], Ago: ago}
		s.invent(r)
		if s.State == relievedState && ago <= workedFrom && ago > workedTo && r.IntN(3) > 0 {
			s.Then = relieved(s)
			p.stage(s)
			continue
		}
		p.scenes = append(p.scenes, scene{ago, func(ctx context.Context, p *player) error {
			_, _, err := p.code(ctx, s)
			return err
		}})
	}
	twice := make([]string, 8) // incidents that were one
	one := &staged{State: "example-b"}
	one.invent(r)
	for k := range 15 {
		s := &staged{State: "example-b", Incident: one.Incident, Ago: 205 - k/3}
		if k >= len(twice) {
			s.invent(r)
		}
		p.scenes = append(p.scenes, scene{s.Ago, func(ctx context.Context, p *player) error {
			incident, _, err := p.code(ctx, s)
			if k < len(twice) {
				twice[k] = incident
			}
			return err
		}})
	}
	p.scenes = append(p.scenes, scene{120, func(ctx context.Context, p *player) error {
		for _, id := range twice[1:] {
			if err := p.work.Merge(ctx, p.by, id, twice[0], 0); err != nil {
				return err
			}
		}
		return nil
	}})
	for _, ago := range []int{230, 145, 90, 45} {
		p.scenes = append(p.scenes, scene{ago, func(ctx context.Context, p *player) error { return p.publish(ctx) }})
	}
}

// The incidents of one State that were told of between these days have cases.
const workedFrom, workedTo = 330, 205

// course is what followed in each of these cases, to its end.
var course = []act{
	{After: 2, Step: "receive", Answer: "received"},
	{After: 5, Step: "classify", Answer: "serious"},
	{After: 6, Step: "investigate", Notice: 60},
	{After: 55, Step: "investigate", Answer: "substantiated", Reasons: true, Standard: "balance-of-probabilities"},
	{After: 56, Step: "tell", Answer: "told"},
	{After: 58, Step: "refer", Answer: "referred"},
	{After: 60, Step: "state-acts", Notice: 45},
	{After: 95, Step: "state-acts", Answer: "disciplines", Standard: casework.NotStated},
	{After: 97, Step: "tell", Answer: "told"},
}

// On a day of the year the troops of one State are relieved.
const (
	relievedState = "example-b"
	relievedAgo   = 165
)

// relieved is the course of a case, in which a suspect leaves when the troops of the State
// are relieved, if it has not come to its end by then.
func relieved(s *staged) []act {
	after := s.Ago - relievedAgo
	if after >= course[len(course)-1].After {
		return course
	}
	with := append(slices.Clone(course), act{After: after, Left: &left{How: "rotated", Source: "mission", Before: 2}})
	slices.SortStableFunc(with, func(a, b act) int { return a.After - b.After })
	return with
}

// invent makes coded facts up.
func (s *staged) invent(r *rand.Rand) {
	one := func(list ...string) string { return list[r.IntN(len(list))] }
	in := &s.Incident
	in.Acts = []string{one("injury", "detention", "property", "theft", "ill-treatment", "traffic")}
	in.Department = one("HT01", "HT01", "HT01", "HT05", "HT03")
	in.Circumstances = []string{one("checkpoint", "operation", "custody", "vehicle")}
	in.Confidence, in.Share = one("confirmed", "likely", "likely", "possible"), one("alone", "joined", "led")
	in.Grade = one("A2", "B2", "B3", "C3")
	least := 1 + r.IntN(2)
	in.Harm = []harm{{Kind: one("injured", "deprived"), Sex: one("female", "male", "unknown"), Age: one("adult", "adult", "child"), Min: least, Max: least + r.IntN(2)}}
}

// merged is why numbers are revised.
var merged = &conduct.Reason{Code: "merged", Text: "Eight reports were found to be about one incident (invented)."}

// publish publishes the mission's next edition of tables, by two officers, as
// invented.
func (p *player) publish(ctx context.Context) error {
	tables := conduct.New(p.store, p.now)
	delay := when.Days(30)
	ask, _, err := tables.Prepare(ctx, conduct.Ask{
		Scope: conduct.Scope{Mission: "gsf", Actors: slices.Clone(states), From: when.DayOf(1900, 1, 1)},
		Least: 5, Delay: delay, Through: conduct.Through(p.day(), delay), Invented: true,
	})
	if refused := (*conduct.Refused)(nil); errors.As(err, &refused) && refused.Code == conduct.CodeWhy {
		ask.Why = merged
		ask, _, err = tables.Prepare(ctx, ask)
	}
	if err != nil {
		return err
	}
	if err := tables.Ask(ctx, p.colleagues[office.LegalOfficer], ask); err != nil {
		return err
	}
	asked, err := tables.Asked(ctx, "gsf")
	if err != nil {
		return err
	}
	_, err = tables.Publish(ctx, p.colleagues[office.Publisher], "gsf", asked.Index)
	return err
}

// basis is a source of an invented incident: a report of its own.
func (p *player) basis(grade string) []casework.Basis {
	p.told++
	return []casework.Basis{{Kind: "source", ID: fmt.Sprintf("invented-%d", p.told), Grade: grade}}
}
