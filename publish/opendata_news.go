package publish

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"

	"temwen/clock"
	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

// News is one thing that changed on one day: a fact that became known, or an
// obligation whose status became another.
type News struct {
	ID      string // the same for ever: a URN
	Day     when.Day
	Kind    string // of the fact, plural; obligations for a status
	FactID  string
	Title   locale.Text
	Mission string
	Was     *clock.Status // of a status; nil where it was not known yet
	Now     *clock.Status // nil where a fact became known
	Claim   *Claim        // of a figure
	By      *ActorRef     // of a statement or an event: who spoke or acted
	Date    when.Date     // of a statement, an event or a milestone
	Sources []string
}

// NewsScope says whose news is asked for; an empty field stands for any.
type NewsScope struct {
	Mission    string
	Actor      string
	Obligation string
}

// NewsDays is how many days back news goes.
const NewsDays = 365

// NewsOf is what became known and changed in a dossier in the days before a day,
// as the record of today tells it: the latest first, at most n. Vocabulary and
// who stood where are left out.
func NewsOf(d *dossier.Dossier, asOf AsOf, scope NewsScope, n int) []News {
	r := &newsroom{dossier: d, asOf: asOf, scope: scope, from: asOf.World - NewsDays}
	r.facts()
	r.statuses()
	slices.SortStableFunc(r.news, func(a, b News) int {
		return cmp.Or(cmp.Compare(b.Day, a.Day), cmp.Compare(rankOfNews(a), rankOfNews(b)), cmp.Compare(a.FactID, b.FactID))
	})
	return r.news[:min(n, len(r.news))]
}

// rankOfNews puts statuses before facts of the same day.
func rankOfNews(n News) int {
	if n.Now != nil {
		return 0
	}
	return 1
}

// newsroom gathers news.
type newsroom struct {
	dossier *dossier.Dossier
	asOf    AsOf
	scope   NewsScope
	from    when.Day // the first day that counts
	news    []News
}

// facts finds what became known, as the last day's view names it.
func (r *newsroom) facts() {
	v := See(r.dossier, r.asOf)
	for f := range v.Facts() {
		switch f.Kind {
		case "dossiers", "metrics", "matters", "calendars", "actors", "deployments":
			continue
		case "obligations":
			continue // told with its first status
		}
		if f.Known < r.from || f.Known > r.asOf.World || !r.concerns(v, &f) {
			continue
		}
		n := News{Day: f.Known, Kind: f.Kind, FactID: f.ID, Mission: f.Mission}
		n.Title, _, n.Sources = v.Named(f.Kind, f.ID)
		n.tell(v)
		n.ID = r.urn(n, "known")
		r.news = append(r.news, n)
	}
}

// tell adds what a fact says beside its title.
func (n *News) tell(v *View) {
	by := ""
	switch n.Kind {
	case "figures":
		c := v.figure(v.Figure(n.FactID))
		n.Claim = &c
	case "statements":
		s := v.Statement(n.FactID)
		by, n.Date = s.By, s.Date
	case "events":
		e := v.Event(n.FactID)
		by, n.Date = e.By, e.Date
	case "milestones":
		n.Date = v.Milestone(n.FactID).Happened
	}
	if by != "" {
		a := v.actor(by)
		n.By = &a
	}
}

// concerns reports whether a fact is within the scope.
func (r *newsroom) concerns(v *View, f *dossier.Fact) bool {
	s := &r.scope
	if s.Mission != "" && f.Mission != s.Mission {
		return false
	}
	switch f.Kind {
	case "events":
		e := v.Event(f.ID)
		o := v.Obligation(e.Obligation)
		return s.Actor != "" && s.Obligation == "" && e.By == s.Actor || o != nil && s.owes(o)
	}
	return s.Obligation == "" && (s.Actor == "" || slices.Contains(actorsOf(v, f), s.Actor))
}

// owes reports whether an obligation is within the scope.
func (s *NewsScope) owes(o *dossier.Obligation) bool {
	return (s.Obligation == "" || o.ID == s.Obligation) &&
		(s.Actor == "" || slices.Contains(o.Debtor, s.Actor) || slices.Contains(o.Creditor, s.Actor))
}

// actorsOf are the actors that a fact is about.
func actorsOf(v *View, f *dossier.Fact) []string {
	switch f.Kind {
	case "parts":
		return []string{v.Part(f.ID).Actor}
	case "figures":
		return []string{v.Figure(f.ID).Actor, v.Figure(f.ID).SaidBy}
	case "statements":
		return []string{v.Statement(f.ID).By, v.Statement(f.ID).About}
	case "requests":
		return slices.Concat(v.Request(f.ID).AskedBy, v.Request(f.ID).AskedOf)
	}
	return nil
}

// statuses finds the days on which statuses became others. What is known
// changes on few days; between them only the clocks run, and no view is made.
func (r *newsroom) statuses() {
	day := r.from
	was := r.standing(See(r.dossier, r.seen(day)), day)
	for _, next := range append(r.knownDays(), r.asOf.World+1) {
		v := See(r.dossier, r.seen(day))
		for ; day < next; day++ {
			now := r.standing(v, day)
			r.compare(v, day, was, now)
			was = now
		}
	}
}

// seen is a day as the record of then would have shown it.
func (r *newsroom) seen(day when.Day) AsOf {
	return AsOf{World: day, Known: min(day, r.asOf.Known), Edition: r.asOf.Edition}
}

// knownDays are the days on which something became known, in order.
func (r *newsroom) knownDays() []when.Day {
	var days []when.Day
	for _, s := range r.dossier.Sources {
		if d := s.Published.Last(); d > r.from && d <= r.asOf.World && d <= r.asOf.Known {
			days = append(days, d)
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// standing are the statuses of the obligations within the scope, by ID.
func (r *newsroom) standing(v *View, day when.Day) map[string]clock.Status {
	statuses := make(map[string]clock.Status)
	for _, o := range v.Dossier.Obligations {
		if r.scope.Mission != "" && o.Mission != r.scope.Mission || !r.scope.owes(o) {
			continue
		}
		if i, ok := v.register.Obligation(o.ID); ok {
			statuses[o.ID] = v.register.Status(i, day).Status
		}
	}
	return statuses
}

func (r *newsroom) compare(v *View, day when.Day, was, now map[string]clock.Status) {
	for _, o := range v.Dossier.Obligations {
		status, ok := now[o.ID]
		before, known := was[o.ID]
		if !ok || known && before == status {
			continue
		}
		n := News{Day: day, Kind: "obligations", FactID: o.ID, Title: o.Title, Mission: o.Mission, Now: &status, Sources: o.Sources}
		if known {
			n.Was = &before
		}
		n.ID = r.urn(n, status.String())
		r.news = append(r.news, n)
	}
}

// urn names a piece of news for ever: a version 8 UUID (RFC 9562) from what it
// tells.
func (r *newsroom) urn(n News, what string) string {
	h := sha256.Sum256(fmt.Appendf(nil, "temwen\x00%s\x00%s\x00%s\x00%s\x00%s", r.dossier.Info.ID, n.Kind, n.FactID, n.Day, what))
	h[6] = h[6]&0x0f | 0x80
	h[8] = h[8]&0x3f | 0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}
