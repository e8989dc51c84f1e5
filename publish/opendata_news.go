package publish

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"temwen/clock"
	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

// News is one thing that changed on one day: a fact that became known, or an
// obligation whose status became another.
type News struct {
	ID         string // the same for ever: a URN
	Day        when.Day
	Kind       string // of the fact, plural; obligations for a status
	FactID     string
	Title      locale.Text
	Missions   []string // that it is news of
	Obligation string   // that it is about; empty where it is about none
	Actors     []string // that it is about: debtors and creditors, who spoke, who acted
	Was        *clock.Status
	Now        *clock.Status // of a status; Was is nil where the obligation was not known yet
	Claim      *Claim        // of a figure
	By         *ActorRef     // of a statement or an event: who spoke or acted
	Date       when.Date     // of a statement, an event or a milestone
	Sources    []string
	passed     bool // the status of one that a later mission carries now, as its own mission shows it
}

// NewsScope says whose news, or whose due days, are asked for; an empty field
// stands for any.
type NewsScope struct {
	Mission    string
	Actor      string
	Obligation string
}

// Within reports whether a piece of news is within a scope. That an obligation
// passed to a later mission is news of its own mission only: nothing changed for
// those who owe it.
func (n *News) Within(s NewsScope) bool {
	return (s.Mission == "" || slices.Contains(n.Missions, s.Mission)) &&
		(s.Obligation == "" || n.Obligation == s.Obligation) &&
		(s.Actor == "" || slices.Contains(n.Actors, s.Actor)) &&
		(!n.passed || s.Mission != "" && s.Obligation == "" && s.Actor == "")
}

// NewsDays is how many days back news goes.
const NewsDays = 365

// NewsOf is what became known and changed in a dossier in the NewsDays days
// before a day, the latest first, statuses as each day showed them. Vocabulary,
// sources and who stood where are left out.
func NewsOf(d *dossier.Dossier, asOf AsOf) []News {
	r := &newsroom{dossier: d, asOf: asOf, from: asOf.World - NewsDays}
	r.facts()
	r.statuses()
	slices.SortStableFunc(r.news, func(a, b News) int {
		return cmp.Or(cmp.Compare(b.Day, a.Day), cmp.Compare(rankOfNews(a), rankOfNews(b)), cmp.Compare(a.FactID, b.FactID))
	})
	return r.news
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
	from    when.Day // the first day that counts
	news    []News
}

// facts finds what became known, as the last day's view names it. An obligation
// is told with its first status.
func (r *newsroom) facts() {
	v := See(r.dossier, r.asOf)
	for f := range v.Facts() {
		switch f.Kind {
		case "dossiers", "metrics", "matters", "calendars", "actors", "deployments", "sources", "obligations":
			continue
		}
		if f.Known < r.from || f.Known > r.asOf.World {
			continue
		}
		n := News{Day: f.Known, Kind: f.Kind, FactID: f.ID, Missions: []string{f.Mission}}
		n.Title, _, n.Sources = v.Named(f.Kind, f.ID)
		n.tell(v)
		n.ID = r.urn(&n, "known")
		r.news = append(r.news, n)
	}
}

// tell adds what a fact says beside its title, and whom it is about.
func (n *News) tell(v *View) {
	by := ""
	switch n.Kind {
	case "instruments":
		n.Missions, n.Actors = v.Instrument(n.FactID).Missions, v.Instrument(n.FactID).By
	case "procedures":
		n.Missions = v.Procedure(n.FactID).Missions
	case "parts":
		n.Actors = []string{v.Part(n.FactID).Actor}
	case "figures":
		c := v.figure(v.Figure(n.FactID))
		n.Claim, n.Actors = &c, []string{actorID(c.Actor), actorID(c.SaidBy)}
	case "statements":
		s := v.Statement(n.FactID)
		by, n.Date, n.Actors = s.By, s.Date, []string{s.By, s.About}
	case "requests":
		q := v.Request(n.FactID)
		n.Obligation, n.Actors = q.Obligation, slices.Concat(q.AskedBy, q.AskedOf)
	case "events":
		e := v.Event(n.FactID)
		by, n.Date, n.Obligation, n.Actors = e.By, e.Date, e.Obligation, []string{e.By}
		if o := v.Obligation(e.Obligation); o != nil {
			n.Actors = slices.Concat(n.Actors, o.Debtor, o.Creditor)
		}
	case "milestones":
		n.Date = v.Milestone(n.FactID).Happened
	}
	if by != "" {
		a := v.actor(by)
		n.By = &a
	}
}

// stand is how an obligation stands on a day.
type stand struct {
	own    clock.Status // as its own mission shows it
	held   clock.Status // as the mission that carries it shows it
	holder string
}

// statuses finds the days on which statuses became others. What is known
// changes on few days; between them only the clocks run, and no view is made.
func (r *newsroom) statuses() {
	day := r.from
	was := standings(See(r.dossier, r.seen(day)), day)
	for _, next := range append(r.knownDays(), r.asOf.World+1) {
		v := See(r.dossier, r.seen(day))
		for ; day < next; day++ {
			now := standings(v, day)
			for _, o := range v.Dossier.Obligations {
				r.compare(o, day, was, now)
			}
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

// standings are how all obligations of a view stand on a day.
func standings(v *View, day when.Day) map[string]stand {
	all := make(map[string]stand, len(v.register.Obligations))
	for i := range v.register.Obligations {
		s := v.register.Status(i, day)
		st := stand{s.Status, s.Status, v.missionAt(s.Holder)}
		if s.Status == clock.Inherited {
			st.held = s.Under
		}
		all[v.register.Obligations[i].ID] = st
	}
	return all
}

// compare tells what became of an obligation from one day to the next.
func (r *newsroom) compare(o *dossier.Obligation, day when.Day, was, now map[string]stand) {
	before, known := was[o.ID]
	after := now[o.ID]
	if !known || before.held != after.held {
		n := r.status(o, day, after.holder, after.held)
		if known {
			n.Was = &before.held
		}
		r.news = append(r.news, n)
	}
	if known && after.own == clock.Inherited && before.own != clock.Inherited {
		n := r.status(o, day, o.Mission, after.own)
		n.Was, n.passed = &before.own, true
		r.news = append(r.news, n)
	}
}

func (r *newsroom) status(o *dossier.Obligation, day when.Day, mission string, status clock.Status) News {
	n := News{
		Day: day, Kind: "obligations", FactID: o.ID, Title: o.Title, Missions: []string{mission}, Obligation: o.ID,
		Actors: slices.Concat(o.Debtor, o.Creditor), Now: &status, Sources: o.Sources,
	}
	n.ID = r.urn(&n, mission+" "+status.String())
	return n
}

func (r *newsroom) urn(n *News, what string) string {
	return URN("news", r.dossier.Info.ID, n.Kind, n.FactID, n.Day.String(), what)
}

// URN names something for ever by what it is: a UUID of version 8 (RFC 9562).
func URN(parts ...string) string {
	h := sha256.Sum256([]byte("temwen\x00" + strings.Join(parts, "\x00")))
	h[6] = h[6]&0x0f | 0x80
	h[8] = h[8]&0x3f | 0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}
