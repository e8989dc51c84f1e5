package told_test

import (
	"testing"

	"temwen/casework"
	"temwen/intake"
	"temwen/seal"
)

// Given a case that is public, and rests on one report, when its person does not
// allow that any more, in whatever way, then the program takes it back by itself and
// says in public no more than that; where it rests on something else, too, the
// officers decide.
func TestRetractedWithConsent(t *testing.T) {
	withdraw := func(w *world, p *person) {
		if err := w.intake.Withdraw(t.Context(), p.keys.Lookup); err != nil {
			t.Fatal(err)
		}
	}
	heeds := func(w *world, p *person, c seal.Consent) {
		head, err := w.intake.Head(t.Context(), p.thread)
		if err != nil {
			t.Fatal(err)
		}
		w.deed(t, intake.HeedConsent{Thread: p.thread, Seen: head.Version, Consent: c})
	}
	for name, s := range map[string]struct {
		take  func(w *world, p *person)
		other bool // the case rests on a public source, too
		stays bool
	}{
		"nothing":             {take: func(*world, *person) {}, stays: true},
		"withdrawn":           {take: withdraw},
		"changed, and unread": {take: func(_ *world, p *person) { p.allows(t, seal.ConsentCase) }},
		"less, as entered":    {take: func(w *world, p *person) { heeds(w, p, seal.ConsentCase) }},
		"the report is erased": {take: func(w *world, p *person) {
			w.deed(t, intake.AskErasure{Thread: p.thread, Ground: "asked"})
			if _, err := w.intake.Erase(t.Context(), "o2", p.thread, false); err != nil {
				t.Fatal(err)
			}
		}},
		"withdrawn, another source": {take: withdraw, other: true, stays: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := found(t)
			p := w.report(t)
			heeds(w, p, seal.ConsentPublic)
			incident := w.incident(t, p)
			if s.other {
				i, err := w.cases.Incident(t.Context(), incident)
				if err != nil {
					t.Fatal(err)
				}
				i.Sources = append(i.Sources, casework.Basis{Kind: "source", ID: "unscr-2699", Grade: "B2"})
				if err := w.cases.Revise(t.Context(), "o1", *i); err != nil {
					t.Fatal(err)
				}
			}
			id := w.docket(t, incident, "mss-complaint")
			w.act(t, id, casework.AskPublication{Fields: []string{"track", "state"}})
			c, err := w.cases.Case(t.Context(), "", id)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.cases.Do(t.Context(), "o2", id, 0, casework.Publish{Asked: c.Asked.Index}, 0); err != nil {
				t.Fatal(err)
			}
			w.pass(t, 2)
			s.take(w, p)
			for range 2 {
				if _, err := w.teller.Pass(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			size, err := w.store.Edition(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			public, err := casework.PublishedCases(t.Context(), w.store, 0)
			if err != nil {
				t.Fatal(err)
			}
			if stays := len(public.Cases) == 1 && len(public.Stones) == 0; stays != s.stays {
				t.Fatalf("in public stand %+v", public)
			}
			if !s.stays {
				stone := public.Stones[0]
				if stone.Ground != "safety" || stone.Entry >= size {
					t.Errorf("the stone is %+v, and the ledger has %d entries", stone, size)
				}
				events, err := w.cases.History(t.Context(), id)
				if err != nil || events[len(events)-1].By != "" {
					t.Errorf("it was taken back by %q (%v)", events[len(events)-1].By, err)
				}
			}
		})
	}
}
