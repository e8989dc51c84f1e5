package site

import "temwen/clock"

// characters are the signs before a status's word, in a text.
var characters = map[clock.Status]string{
	clock.Overdue: "■", clock.Silent: "◌", clock.Contested: "◆", clock.UnclockedOwed: "○",
	clock.Due: "▲", clock.Running: "▸", clock.Suspended: "‖", clock.Dormant: "–",
	clock.Inherited: "↪", clock.Lapsed: "×", clock.Discharged: "✓", clock.DischargedLate: "✓",
}

// sign is the mark of a status in a picture: the same shape as its character,
// about ten units wide around the origin, so that no picture tells a status by
// colour alone.
type sign struct {
	Class string // s-overdue and so on, for the colour
	Path  string
	Draw  string // "", "open" for an outline with paper inside, "line" for a stroke
}

// circle is an outline for what has no date or no answer.
const circle = "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z"

// shapes are how a status is drawn.
var shapes = map[clock.Status]sign{
	clock.Overdue:        {Path: "M-4.5-4.5h9v9h-9z"},
	clock.Silent:         {Path: circle, Draw: "open"},
	clock.Contested:      {Path: "M0-6L6 0 0 6-6 0z"},
	clock.UnclockedOwed:  {Path: circle, Draw: "open"},
	clock.Due:            {Path: "M0-5.5L5.5 4.5h-11z"},
	clock.Running:        {Path: "M-3.5-5L4.5 0-3.5 5z"},
	clock.Suspended:      {Path: "M-2.5-5v10M2.5-5v10", Draw: "line"},
	clock.Dormant:        {Path: "M-5 0h10", Draw: "line"},
	clock.Inherited:      {Path: "M-5 3v-3h9M1-3.5L4.5 0 1 3.5", Draw: "line"},
	clock.Lapsed:         {Path: "M-4-4l8 8M4-4l-8 8", Draw: "line"},
	clock.Discharged:     {Path: "M-5 0l3.5 4L5-4.5", Draw: "line"},
	clock.DischargedLate: {Path: "M-5 0l3.5 4L5-4.5", Draw: "line"},
}

// signOf is the sign of a status.
func signOf(s clock.Status) sign {
	drawn := shapes[s]
	drawn.Class = "s-" + hyphened(s)
	return drawn
}
