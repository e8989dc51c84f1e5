package conduct_test

import (
	"testing"

	"temwen/casework"
	"temwen/conduct"
	"temwen/instrument"
	"temwen/when"
)

// That a suspect was sent home, or that a court has the matter, is an action, though the
// case goes on; that somebody did not want what was offered, or that a claim was dismissed, is none.
func TestActions(t *testing.T) {
	day := when.DayOf(2026, 3, 5)
	p := &instrument.Procedure{
		ID: "p", Start: "judge",
		Steps: []instrument.Step{{ID: "judge", Answers: []instrument.Branch{
			{ID: "repatriated", Kind: instrument.SentHome, Then: []string{"judge"}},
			{ID: "pending", Kind: instrument.Prosecuted, Then: []string{"judge"}},
			{ID: "convicts", Kind: instrument.OutcomeReported, Then: []string{"convicted"}},
			{ID: "no", Kind: instrument.Declined, Then: []string{"not-wished"}},
		}}},
		Ends: []instrument.End{{ID: "dismissed", Outcome: instrument.Rejected}, {ID: "granted", Outcome: instrument.Judged}, {ID: "convicted", Outcome: instrument.Convicted}, {ID: "not-wished", Outcome: instrument.NotWished}},
	}
	past := casework.NewPast()
	c := &casework.Case{ID: "c", Procedure: p, Mission: "m", State: "kenya", Allegations: []string{"a"}, Ends: []casework.Reached{{End: "dismissed"}, {End: "granted"}, {End: "convicted"}, {End: "not-wished"}}}
	past.Cases["c"] = c
	past.Did["c"] = []casework.Deed{
		{On: day, Answer: "repatriated"},
		{On: day, Answer: "prosecuted"},
		{On: day, Answer: "reported"},
		{On: day, End: "convicted"},
		{On: day, Answer: "declined"},
		{On: day, End: "not-wished"},
		{On: day, Remedy: "apology"},
		{On: day, End: "dismissed"},
		{On: day, End: "granted"},
	}
	scope := &conduct.Scope{Mission: "m", Actors: []string{"kenya"}, From: when.DayOf(2026, 1, 1)}
	grid := conduct.Tally(past, scope, conduct.MonthOf(day), conduct.CurrentRules(), "2026-1")[conduct.Actions]
	if len(grid.N) != 1 || len(grid.N[0]) != 1 || grid.N[0][0] != 5 {
		t.Errorf("the actions are %+v, and should be 5", grid)
	}
}

// Given one injury that goes through a criminal and a civil track, and another case
// when both record that it was looked into, that somebody was sent home, and an end each
// then the investigation counts once, that somebody was sent home once in all for what
// both tell, and each end of another sort once.
func TestOneAllegationThroughTwoTracksCountsOnce(t *testing.T) {
	day := func(d int) when.Day { return when.DayOf(2026, 3, d) }
	procedure := func(end instrument.Outcome) *instrument.Procedure {
		return &instrument.Procedure{ID: string(end), Ends: []instrument.End{{ID: "end", Outcome: end}}}
	}
	past := casework.NewPast()
	past.Incidents["i"] = &casework.Incident{ID: "i"}
	past.Incidents["same"] = &casework.Incident{ID: "same", Into: "i"}
	for id, incident := range map[string]string{"a": "i", "alike": "same", "other": "i"} {
		act := "injury"
		if id == "other" {
			act = "detention"
		}
		past.Allegations[id] = &casework.Allegation{ID: id, Incident: incident, Actor: "kenya", Act: act, Terms: "2026-1"}
		past.On[id], past.On[incident] = day(1), day(1)
	}
	open := func(id string, end instrument.Outcome, allegation string, deeds ...casework.Deed) {
		past.Cases[id] = &casework.Case{ID: id, Procedure: procedure(end), Mission: "m", State: "kenya", Allegations: []string{allegation}, Ends: []casework.Reached{{End: "end"}}}
		past.Did[id] = deeds
	}
	open("criminal", instrument.Convicted, "a",
		casework.Deed{On: day(3), Answer: "investigator-named"}, casework.Deed{On: day(4), Answer: "repatriated"}, casework.Deed{On: day(9), End: "end"})
	open("civil", instrument.Compensated, "alike",
		casework.Deed{On: day(2), Answer: "substantiated"}, casework.Deed{On: day(5), Answer: "repatriated"}, casework.Deed{On: day(6), Answer: "repatriated"}, casework.Deed{On: day(9), End: "end"})
	scope := &conduct.Scope{Mission: "m", Actors: []string{"kenya"}, From: when.DayOf(2026, 1, 1)}
	count := func(id string) (n int) {
		for _, row := range conduct.Tally(past, scope, conduct.MonthOf(day(1)), conduct.CurrentRules(), "2026-1")[id].N {
			for _, cell := range row {
				n += cell
			}
		}
		return n
	}
	if allegations, looked, actions := count(conduct.Allegations), count(conduct.Investigations), count(conduct.Actions); allegations != 2 || looked != 1 || actions != 4 {
		t.Errorf("%d allegations, %d investigations and %d actions, and should be 2, 1 and 4", allegations, looked, actions)
	}
	open("third", instrument.Disciplined, "other", casework.Deed{On: day(7), Answer: "substantiated"}, casework.Deed{On: day(8), Answer: "repatriated"})
	if looked, actions := count(conduct.Investigations), count(conduct.Actions); looked != 2 || actions != 5 {
		t.Errorf("with another matter %d investigations and %d actions, and should be 2 and 5", looked, actions)
	}
}
