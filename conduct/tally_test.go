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
	grid := conduct.Tally(past, scope, conduct.MonthOf(day), "2026-1")[conduct.Actions]
	if len(grid.N) != 1 || len(grid.N[0]) != 1 || grid.N[0][0] != 5 {
		t.Errorf("the actions are %+v, and should be 5", grid)
	}
}
