package demo_test

import (
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"temwen/casework"
	"temwen/conduct"
	"temwen/demo"
	"temwen/dossier"
	"temwen/instrument"
	"temwen/intake"
	"temwen/ledger"
	"temwen/locale"
	"temwen/missions"
	"temwen/office"
	"temwen/publish"
	"temwen/record"
	"temwen/seal"
	"temwen/site/desk"
	"temwen/store"
	"temwen/when"
)

// The invented office can be looked around in with what Play tells: the officer's
// passphrase opens every envelope, the code the answered thread; a second play
// does nothing.
func TestPlay(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	dir := filepath.Join(t.TempDir(), "store")
	if err := store.Create(t.Context(), dir, store.Options{}); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), dir, store.Settings{
		Books: []record.Book{office.Book, intake.Book, casework.Book, conduct.Book}, Now: func() time.Time { return now },
		Ledger: ledger.Settings{BatchAge: time.Millisecond, Interval: 100 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sealed := filepath.Join(dir, "sealed")
	haiti, err := fs.Sub(missions.Files, "haiti")
	if err != nil {
		t.Fatal(err)
	}
	d, err := dossier.Load(haiti, dossier.Options{})
	if err != nil {
		t.Fatal(err)
	}
	demo.Invent(d)
	view := publish.See(d, publish.On(when.Today(now)))
	letter := func(office locale.Text, c *casework.Case, step int, n casework.Notice, day when.Day) ([]byte, error) {
		w := desk.Writer{View: view, Office: office}
		return w.Letter(c, c.Step(step), desk.Writing{Lang: locale.Lang(n.Language), Day: day, By: n.By}).Encode()
	}
	played, err := demo.Play(t.Context(), s, sealed, filepath.Join(dir, "evidence"), d.Procedures, letter, now)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := demo.Play(t.Context(), s, sealed, filepath.Join(dir, "evidence"), d.Procedures, letter, now); again != nil || err != nil {
		t.Errorf("played twice: %+v, %v", again, err)
	}

	offices := office.New(s, func() time.Time { return now })
	state, err := offices.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	officer := state.Named(demo.Officer)
	own, err := officer.Unlock(demo.Passphrase)
	if err != nil {
		t.Fatal(err)
	}
	key, err := state.Current().Open(officer.ID, own)
	if err != nil {
		t.Fatal(err)
	}
	in, err := intake.New(s, offices, intake.Options{Dir: sealed, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	threads := 0
	for _, view := range []intake.View{intake.Open, intake.Ended} {
		page, err := in.Threads(t.Context(), intake.Query{View: view, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, head := range page.Threads {
			threads++
			thread, err := in.Thread(t.Context(), head.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range thread.Items {
				r, _, err := in.Envelope(t.Context(), officer.ID, thread.ID, item.N)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := seal.Open(r, key); err != nil {
					t.Errorf("item %d of thread %d: %v", item.N, thread.Number, err)
				}
				r.Close()
			}
		}
	}
	if threads != played.Reports || threads < 40 {
		t.Errorf("%d reports were told, and %d threads are there", played.Reports, threads)
	}
	work := casework.New(s, func() time.Time { return now }, func() when.Day { return when.Today(now) })
	if n := evidenceIn(t, work); n != 2 {
		t.Errorf("%d items of evidence are kept", n)
	}
	waiting, err := work.Requested(t.Context())
	if err != nil || len(waiting) != 1 || waiting[0].Asked.By != state.Named(string(office.LegalOfficer)).ID || waiting[0].SinceAsked() != nil {
		t.Errorf("a publisher finds %d requests (%v)", len(waiting), err)
	}
	if standing, err := work.Standing(t.Context()); err != nil || len(standing) != 3 {
		t.Errorf("%d cases are public (%v)", len(standing), err)
	}
	meets(t, work, in, d, now)
	var silent, ended, outcome, letters int
	for _, closed := range []bool{false, true} {
		page, err := work.List(t.Context(), casework.Query{Closed: closed, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Cases {
			fitsMission(t, work, view, c.ID)
			for i := range c.Steps {
				if c.Steps[i].Silence != nil {
					silent++
					break
				}
			}
			for _, s := range c.Steps {
				for _, n := range s.Notices {
					letters++
					if _, err := work.Letter(t.Context(), c.ID, s.N, n.N); err != nil {
						t.Errorf("letter %d of step %d of case %d: %v", n.N, s.N, c.Number, err)
					}
				}
			}
			if len(c.Ends) > 0 {
				ended++
			}
			for _, e := range c.Ends {
				if c.Procedure.End(e.End).Outcome == instrument.Disciplined {
					outcome++
				}
			}
		}
	}
	if both := besideIn(t, work); both != 1 {
		t.Errorf("%d allegations go through two tracks", both)
	}
	if letters < 5 {
		t.Errorf("%d letters were sent", letters)
	}
	tables, err := conduct.Tables(t.Context(), s, "gsf", 0)
	if err != nil {
		t.Fatal(err)
	}
	shown, revised := 0, 0
	numbers := make(map[string]int)
	for _, p := range tables {
		if !p.Invented {
			t.Errorf("table %s of edition %d is not marked as invented", p.Count, p.Edition)
		}
		for _, row := range p.Cells {
			for _, n := range row {
				if n > 0 {
					shown++
					numbers[p.Count]++
				}
			}
		}
		revised += len(p.Revisions)
		if p.Count == conduct.Open || len(p.Revisions) > 0 {
			t.Log(p.Edition, p.Count, p.Revisions, p.Waits)
		}
	}
	if len(tables) != 4*12 || shown < 30 || revised == 0 {
		t.Errorf("%d tables are published, with %d numbers, %d of them revised", len(tables), shown, revised)
	}
	for _, count := range []string{conduct.Investigations, conduct.Actions, conduct.Departures} {
		if numbers[count] == 0 {
			t.Errorf("no number of %s is shown: %v", count, numbers)
		}
	}
	if _, err := conduct.Recount(s.Events()(t.Context(), 0), tables); err != nil {
		t.Error(err)
	}
	for _, name := range demo.Colleagues() {
		if o := state.Named(name); o == nil || len(o.Roles) != 1 || string(o.Roles[0]) != name {
			t.Errorf("%s is no officer with that role: %+v", name, o)
		}
	}
	if silent != 2 || ended < 3 || outcome < 1 {
		t.Errorf("%d cases are silent, %d have come to an end, %d to discipline", silent, ended, outcome)
	}
	code, err := seal.ParseCode(played.Code)
	if err != nil {
		t.Fatal(err)
	}
	var id seal.ID
	if err := id.UnmarshalText([]byte(state.ID)); err != nil {
		t.Fatal(err)
	}
	keys, err := code.Keys(id)
	if err != nil {
		t.Fatal(err)
	}
	back, err := in.PersonThread(t.Context(), keys.Lookup)
	if err != nil {
		t.Fatal(err)
	}
	wrote := 0
	for _, i := range back.Items {
		if i.FromOffice {
			wrote++
		}
	}
	if wrote != 7 { // opened, a letter, an answer, a letter, the officer’s own, silence, somebody left
		t.Errorf("who has the code reads %d messages of the office", wrote)
	}
}

// fitsMission holds that a case was opened under the mission of the day of its incident.
func fitsMission(t *testing.T, work *casework.Cases, view *publish.View, id string) {
	t.Helper()
	events, err := work.History(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	about, err := work.Allegations(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range about {
		i, err := work.Incident(t.Context(), a.Incident)
		if err != nil {
			t.Fatal(err)
		}
		m := view.Mission(events[0].Opened.Mission)
		if p := view.Period(m); i.When.First() < p.First() || i.When.Last() > p.Last() {
			t.Errorf("case %d of %s is about %s, and that is %s", events[0].Opened.Number, m.ID, i.When, p)
		}
	}
}

// evidenceIn is how many items are kept in all cases.
func evidenceIn(t *testing.T, work *casework.Cases) (n int) {
	t.Helper()
	for _, closed := range []bool{false, true} {
		page, err := work.List(t.Context(), casework.Query{Closed: closed, Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range page.Cases {
			c, err := work.Case(t.Context(), "", one.ID)
			if err != nil {
				t.Fatal(err)
			}
			n += len(c.Evidence)
		}
	}
	return n
}

// besideIn is how many pairs of cases take the same allegation through two tracks.
func besideIn(t *testing.T, work *casework.Cases) (pairs int) {
	t.Helper()
	page, err := work.List(t.Context(), casework.Query{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range page.Cases {
		list, err := work.Beside(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range list {
			if b.Shares && !b.Doubles && b.Case.Number > c.Number {
				pairs++
			}
		}
	}
	return pairs
}

// meets holds what a new officer meets: a short list of open cases, few steps that wait,
// and a few things that are due for erasure.
func meets(t *testing.T, work *casework.Cases, in *intake.Intake, d *dossier.Dossier, now time.Time) {
	t.Helper()
	open, err := work.List(t.Context(), casework.Query{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	steps := 0
	for _, c := range open.Cases {
		steps += len(c.Open())
	}
	if len(open.Cases) < 6 || len(open.Cases) > 11 || steps > 20 {
		t.Errorf("%d cases are open, and %d steps wait", len(open.Cases), steps)
	}
	keep := casework.Keep{Cases: make(map[string]when.Period)}
	for _, m := range d.Missions {
		if m.Keep != nil {
			keep.Cases[m.ID] = m.Keep.Case
		}
	}
	cases, err := work.Due(t.Context(), keep, casework.Query{})
	if err != nil {
		t.Fatal(err)
	}
	k := d.Retention()
	reports, err := in.Due(t.Context(), intake.Keep{Closed: k.Closed, Foreign: k.Foreign, Withdrawn: k.Withdrawn}, when.Today(now), intake.Query{})
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < 1 || len(cases) > 5 || len(reports) < 1 || len(reports) > 10 {
		t.Errorf("%d cases and %d reports are due for erasure", len(cases), len(reports))
	}
}
