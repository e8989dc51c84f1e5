package dossier

import "temwen/when"

// Keep is how long a mission's oversight office keeps what it was told, by what has
// become of it. After that it is due for erasure, which two officers decide: a
// machine erases nothing. A member that is zero sets no end.
type Keep struct {
	// Closed is after a report was closed, Foreign where it was not for this office,
	// Withdrawn after the person withdrew it.
	Closed    when.Period `json:"closed,omitzero"`
	Foreign   when.Period `json:"foreign,omitzero"`
	Withdrawn when.Period `json:"withdrawn,omitzero"`
	// Case is after nothing of a case waits for anybody any more.
	Case when.Period `json:"case,omitzero"`
	// Incident is after the last thing that happened to the coded facts of an incident
	// that no case takes, and that somebody reported; Public where it rests on public
	// sources alone.
	Incident when.Period `json:"incident,omitzero"`
	Public   when.Period `json:"public,omitzero"`
}

// Retention is how long reports and incidents are kept, which belong to no one mission:
// for each kind as long as the mission that keeps longest says, so that nothing is erased
// that one of them wants kept. It is zero where no mission says.
func (d *Dossier) Retention() Keep {
	var k Keep
	for _, m := range d.Missions {
		if m.Keep == nil {
			continue
		}
		for _, p := range []struct{ longest, own *when.Period }{
			{&k.Closed, &m.Keep.Closed},
			{&k.Foreign, &m.Keep.Foreign},
			{&k.Withdrawn, &m.Keep.Withdrawn},
			{&k.Case, &m.Keep.Case},
			{&k.Incident, &m.Keep.Incident},
			{&k.Public, &m.Keep.Public},
		} {
			if longer(*p.own, *p.longest) {
				*p.longest = *p.own
			}
		}
	}
	return k
}

// longer compares by the days that a period takes from a day of no short month.
func longer(p, q when.Period) bool {
	from := when.DayOf(2001, 1, 1)
	return p.After(from) > q.After(from)
}

// leastKept is the shortest time that something may be kept: who withdrew a report
// by mistake can say so.
var leastKept = when.Days(30)

// check refuses what would be erased too soon.
func (k *Keep) check(s spot) {
	for _, p := range []struct {
		name string
		is   when.Period
	}{{"closed", k.Closed}, {"foreign", k.Foreign}, {"withdrawn", k.Withdrawn}, {"case", k.Case}, {"incident", k.Incident}, {"public", k.Public}} {
		if !p.is.IsZero() && longer(leastKept, p.is) {
			s.problem("keep/"+p.name, p.is.String()+" is too short to keep something", "write P30D or more")
		}
	}
}
