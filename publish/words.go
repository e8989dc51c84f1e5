package publish

import (
	"strings"

	"temwen/clock"
	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

// Words says the structures of this package in one language.
type Words struct{ *locale.Catalogue }

// In is the words of a language.
func In(lang locale.Lang) Words { return Words{locale.In(lang)} }

// Text is t in the language, or in the nearest it has.
func (w Words) Text(t locale.Text) string {
	s, _, _ := t.In(w.Lang())
	return s
}

// Status is the word for a status.
func (w Words) Status(s clock.Status) string {
	return w.Say("status." + strings.ReplaceAll(s.String(), " ", "-"))
}

// Label is "label: words", in the language's punctuation.
func (w Words) Label(label, words string) string {
	return w.Say("joined.label", "label", label, "words", words)
}

// Also is "first; second", in the language's punctuation, or the one that is
// not empty.
func (w Words) Also(first, second string) string {
	if first == "" || second == "" {
		return first + second
	}
	return w.Say("joined.also", "first", first, "second", second)
}

// Due says when an obligation is or was due, and how its text sets no date.
func (w Words) Due(l *Line) string {
	due := w.When(&l.Standing)
	if l.VagueWords != "" && l.Status == clock.UnclockedOwed {
		return w.Also(w.Say("vague."+l.VagueWords), due)
	}
	return due
}

// Actors names actors, joined.
func (w Words) Actors(actors []ActorRef) string {
	names := make([]string, len(actors))
	for i, a := range actors {
		names[i] = w.Text(a.Name)
	}
	return w.List(names)
}

// Amount is a number with its unit, bound and rate.
func (w Words) Amount(a dossier.Amount) string {
	lo, hi := Bounds(a)
	return w.Catalogue.Amount(lo, hi, a.Unit, a.Bound, a.Per)
}

// Clause cites a provision: the instrument's symbol or title, and the
// paragraph.
func (w Words) Clause(p ProvisionRef) string {
	s := p.Symbol
	if s == "" {
		s = w.Text(p.Title)
	}
	if p.Ref != "" {
		s += ", " + p.Ref
	}
	return s
}

// When says the due day of a standing, in relation to the day asked about.
func (w Words) When(s *Standing) string {
	switch {
	case s.Met != nil:
		return w.Label(w.Say("event.discharge"), w.Day(*s.Met))
	case s.Status == clock.Lapsed:
		return ""
	case s.Due == nil && s.Since != nil && s.Age > 0:
		return w.Say("age", "n", s.Age)
	case s.Due == nil:
		return ""
	case *s.Over > 0:
		return w.Also(w.Say("due.on", "day", *s.Due), w.Say("due.overdue-by", "n", *s.Over))
	case *s.Over == 0:
		return w.Say("due.on", "day", *s.Due)
	}
	return w.Also(w.Say("due.on", "day", *s.Due), w.Say("due.in", "n", -*s.Over))
}

// Trigger names the event that a clock waits for.
func (w Words) Trigger(t *TriggerRef) string {
	switch {
	case t == nil:
		return ""
	case t.Kind == "ask":
		return w.Say("trigger.ask")
	case t.Kind == "discharge":
		return w.Say("trigger.discharge", "obligation", t.Title)
	case len(t.Title) == 0:
		return t.ID
	}
	return w.Text(t.Title)
}

// Step says one step of an explanation.
func (w Words) Step(s *Step) string {
	day := func(d *when.Day) when.Day {
		if d == nil {
			return when.Earliest
		}
		return *d
	}
	period, event := "", ""
	if s.Period != nil {
		period = w.Period(*s.Period, s.Working)
	}
	if s.Event != nil {
		event = w.Text(s.Event.Title)
	}
	key, n := "step."+string(s.Code), s.N
	if s.Code == clock.MetWith {
		key += ".early"
		if n < 0 {
			key, n = "step.met-with.late", -n
		}
	}
	return w.Say(key,
		"trigger", w.Trigger(s.Trigger), "event", event, "period", period,
		"day", day(s.Day), "day2", day(s.Day2), "from", day(s.Day), "to", day(s.Day2),
		"n", n, "n2", s.N2, "mission", w.mission(s.Mission), "mission2", w.mission(s.Mission2))
}

// Between says from when until when.
func (w Words) Between(from, until when.Date) string {
	if from.IsZero() && until.IsZero() {
		return ""
	}
	end := func(d when.Date) string {
		if d.IsZero() || d.IsInterval() {
			return ".."
		}
		return d.String()
	}
	d, err := when.Parse(end(from) + "/" + end(until))
	if err != nil {
		return w.Also(w.Date(from), w.Date(until))
	}
	return w.Date(d)
}

// mission names a mission in a sentence.
func (w Words) mission(m *MissionRef) string {
	switch {
	case m == nil:
		return ""
	case len(m.Name) > 0:
		return w.Text(m.Name)
	}
	return m.Short
}
