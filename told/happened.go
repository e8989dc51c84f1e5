package told

import (
	"slices"

	"temwen/casework"
	"temwen/instrument"
	"temwen/intake"
	"temwen/when"
)

// Codes are all that a word can say, for those who must have words for each.
func Codes() []string {
	list := []string{
		"opened", "opened-next", "goes-on", "goes-on-not", "notice", "notice-by", "reminder", "reminder-by", "notice-withdrawn", "received", "time-asked", "more-time", "time-back", "time-back-by",
		"paused", "paused-consent", "resumed", "silent", "silent-office", "silent-no-more", "late", "in-time", "answered", "official", "certificate", "not-official",
		"accepted", "forum", "declined", "named", "substantiated", "repatriated", "prosecuted", "your-turn", "claim-filed",
		"moved", "aside-mistake", "aside-forged", "aside-other", "aside-office", "counts-now", "waits-again", "open-again", "reopened", "succeeded", "left", "not-left", "published", "retracted", "closed", "erased",
	}
	for _, o := range instrument.Outcomes {
		if o != instrument.Informed {
			list = append(list, "end-"+string(o))
		}
	}
	for _, kind := range casework.RemedyKinds {
		list = append(list, "remedy-"+kind, "promised-"+kind)
	}
	for _, t := range instrument.Tracks {
		list = append(list, "of-"+string(t))
	}
	return list
}

// happened is what a person should know of what happened to a case, in order: the
// case is followed from its beginning, for what an event means is seen from before
// and after it.
func happened(events []casework.Event) []intake.Word {
	var list []intake.Word
	c := new(casework.Case)
	for i := range events {
		e := &events[i]
		if e.Type == "" || c.Procedure == nil && e.Opened == nil {
			continue // it, or how the case began, was erased
		}
		was := len(c.Ends)
		steps, closed := len(c.Steps), c.Closed()
		letters, idle := standing(c), moved(c, e)
		w := intake.Word{Case: e.Case, About: e.Index, On: e.On.String()}
		lifted := unsaid(c)
		before(c, e, &w)
		c.Apply(e)
		if e.Type == "answer.set-aside" {
			asided(c, e, &w, idle)
			if standing(c) < letters {
				w.Words = append(w.Words, "notice-withdrawn")
			}
			if closed && !c.Closed() {
				w.Words, w.Stage = append(w.Words, "open-again"), intake.InCase
			}
		}
		if slices.ContainsFunc(unsaid(c), func(l *casework.Lifted) bool { return !slices.Contains(lifted, l) }) {
			w.Words = append(w.Words, "silent-no-more")
		}
		after(c, e, &w, was, steps)
		if c.Closed() && !closed && e.Type != "case.handed" { // which goes on
			w.Words = append(w.Words, "closed")
		}
		if len(w.Words) > 0 {
			// What was done to them may be a matter of several cases: each message says which.
			w.Words = slices.Insert(w.Words, 0, "of-"+string(c.Procedure.Track))
			list = append(list, w)
		}
	}
	return list
}

// before finds the words for an event on the case as it was when it happened.
func before(c *casework.Case, e *casework.Event, w *intake.Word) {
	say := func(code string) { w.Words = append(w.Words, code) }
	until := func(code string, day when.Day) {
		say(code)
		w.Until = day.String()
	}
	role := instrument.Role("")
	s := c.Step(e.Step)
	if s != nil {
		role = c.Procedure.Step(s.ID).Who
	}
	switch e.Type {
	case "case.opened":
		if e.Opened.From != "" {
			say("opened-next")
		} else {
			say("opened")
		}
		w.Stage = intake.InCase
	case "notice.withdrawn":
		say("notice-withdrawn")
	case "notice.acknowledged":
		say("received")
	case "time.asked":
		until("time-asked", e.Move.To)
	case "clock.moved":
		switch {
		case e.Move.Kind == casework.Extended:
			until("more-time", e.Move.To)
		case e.Move.Kind == casework.Resumed:
			say("resumed")
		case e.Move.Ground == "consent":
			say("paused-consent")
		default:
			say("paused")
		}
	case "step.silent":
		switch role {
		case instrument.Oversight:
			say("silent-office")
		case instrument.Claimant: // they know
		default:
			say("silent")
		}
	case "answer.received":
		w.Words = answered(c, s, e.Answer, role)
	case "person.left":
		say("left")
	case "departure.mistaken":
		say("not-left")
	case "answer.set-aside":
		if role == instrument.Oversight {
			say("aside-office")
		} else {
			say("aside-" + e.Aside.Ground)
		}
	case "remedy.recorded":
		kind := "remedy-"
		if e.Remedy.Promise {
			kind = "promised-"
		}
		say(kind + e.Remedy.Kind)
	case "case.reopened":
		say("reopened")
		w.Stage = intake.InCase
	case "case.handed":
		if !e.Handed.Next { // else it is told of the case that was opened
			say("goes-on")
		}
	case "case.parted":
		say("goes-on-not")
		w.Stage = intake.InCase
	case "case.succeeded":
		say("succeeded")
	case "case.published":
		say("published")
	case "case.retracted":
		say("retracted")
	}
}

// standing is how many letters of a case were not withdrawn.
func standing(c *casework.Case) (n int) {
	for i := range c.Steps {
		for _, l := range c.Steps[i].Notices {
			if l.Withdrawn == nil {
				n++
			}
		}
	}
	return n
}

// unsaid are the silences of a case that do not count any more, for the letters on which
// they rested were withdrawn.
func unsaid(c *casework.Case) (list []*casework.Lifted) {
	for i := range c.Steps {
		if l := c.Steps[i].Lifted; l != nil && l.Notice > 0 {
			list = append(list, l)
		}
	}
	return list
}

// moved are the answers of a case that lead nowhere, because it had moved on, where one
// is set aside.
func moved(c *casework.Case, e *casework.Event) (list []casework.Led) {
	if e.Type != "answer.set-aside" {
		return nil
	}
	for i := range c.Steps {
		for k, a := range c.Steps[i].Answers {
			if a.Moved {
				list = append(list, casework.Led{Step: i + 1, Answer: k + 1})
			}
		}
	}
	return list
}

// asided adds the words for what follows where an answer was set aside: another counts
// in its place, or who must act has to again.
func asided(c *casework.Case, e *casework.Event, w *intake.Word, idle []casework.Led) {
	counts := false
	for _, l := range idle {
		s := c.Step(l.Step)
		if a := &s.Answers[l.Answer-1]; !a.Moved {
			counts = true
			w.Words = append(w.Words, "counts-now")
			w.Words = append(w.Words, answered(c, s, a, c.Procedure.Step(s.ID).Who)...)
		}
	}
	if s := c.Step(e.Step); !counts && !s.Over {
		switch c.Procedure.Step(s.ID).Who {
		case instrument.Oversight:
		case instrument.Claimant:
			w.Words = append(w.Words, "your-turn")
		default:
			w.Words = append(w.Words, "waits-again")
		}
	}
}

// answered are the words for an answer, without those for an end that it leads to.
func answered(c *casework.Case, s *casework.Step, a *casework.Answer, role instrument.Role) []string {
	b := c.AnswerOf(s, a.Answer)
	switch {
	case b == nil || role == instrument.Oversight:
		return nil // it is the office's own deed
	case role == instrument.Claimant:
		if b.Kind == instrument.Done {
			return []string{"claim-filed"}
		}
		return nil
	}
	var list []string
	if a.Late {
		list = append(list, "late")
	}
	if a.Lifts != nil {
		list = append(list, "in-time")
	}
	if a.Moved {
		return append(list, "moved")
	}
	civil := c.Procedure.Track == instrument.Civil
	code := map[instrument.AnswerKind]string{
		instrument.Acknowledged: "received", instrument.Official: "official", instrument.NotOfficial: "not-official", instrument.Accepted: "accepted",
		instrument.Declined: "declined", instrument.Named: "named", instrument.Substantiated: "substantiated",
		instrument.OutcomeReported: "answered", instrument.Done: "answered", instrument.SentHome: "repatriated", instrument.Prosecuted: "prosecuted",
	}[b.Kind]
	switch {
	case b.Kind == instrument.Official && civil:
		code = "certificate"
	case b.Kind == instrument.Accepted && civil:
		code = "forum"
	case b.Kind == instrument.Declined && ends(c, b, instrument.NotWished):
		code = "" // it is the person who did
	case code == "answered" && (a.Late || ends(c, b)):
		code = "" // it is said already, or what came of it says more
	}
	if code != "" {
		list = append(list, code)
	}
	return list
}

// ends reports whether an answer leads to an end that does not stand yet: with one of
// some outcomes, where they are given.
func ends(c *casework.Case, b *instrument.Branch, outcomes ...instrument.Outcome) bool {
	for _, id := range b.Then {
		stands := slices.ContainsFunc(c.Ends, func(r casework.Reached) bool { return r.End == id && r.Reopened == nil })
		if end := c.Procedure.End(id); end != nil && !stands && (len(outcomes) == 0 || slices.Contains(outcomes, end.Outcome)) {
			return true
		}
	}
	return false
}

// after adds the words for what an event has led to: a notice's day, ends, and a
// step in which it is for the person to act. was and steps are how many ends and
// steps there were.
func after(c *casework.Case, e *casework.Event, w *intake.Word, was, steps int) {
	if e.Type == "notice.sent" {
		noticed(c, e, w)
	}
	if e.Type == "extension.taken-back" {
		// Whoever is told of this was told of the extension: all is told in order.
		s, code := c.Step(e.Step), "time-back"
		if due, has := c.Due(s, e.On); has && !c.Paused(s) {
			code, w.Until = "time-back-by", due.String()
		}
		w.Words = append(w.Words, code)
	}
	if e.Type == "case.stopped" {
		w.Stage = intake.Read
	}
	for _, r := range c.Ends[was:] {
		if o := c.Procedure.End(r.End).Outcome; o != instrument.Informed {
			w.Words = append(w.Words, "end-"+string(o))
		}
	}
	for i := range c.Steps[steps:] {
		if c.Procedure.Step(c.Steps[steps+i].ID).Who == instrument.Claimant {
			w.Words = append(w.Words, "your-turn")
		}
	}
}

// noticed are the words for a letter to who must act.
func noticed(c *casework.Case, e *casework.Event, w *intake.Word) {
	s := c.Step(e.Step)
	if who := c.Procedure.Step(s.ID).Who; who == instrument.Oversight || who == instrument.Claimant {
		return
	}
	code := "notice"
	if e.Notice.N > 1 {
		code = "reminder"
	}
	if due, has := c.Due(s, e.On); has && due >= e.On {
		code, w.Until = code+"-by", due.String()
	}
	w.Words, w.Stage = append(w.Words, code), intake.Noticed
}
