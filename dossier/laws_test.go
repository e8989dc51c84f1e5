package dossier

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"temwen/instrument"
	"temwen/locale"
	"temwen/when"
)

// The days that generated dossiers live on.
const firstDay, lastDay = when.Day(19700), when.Day(19730)

// anyDossier draws a small dossier whose references all lead somewhere, with
// facts and parts of facts that become known on many days.
func anyDossier(t *rapid.T) *Dossier {
	g := &drawing{t}
	d := &Dossier{Info: Info{ID: "drawn", Title: locale.Text{"en": "Drawn"}, TimeZone: "UTC"}}
	for i := range g.n("sources", 1, 5) {
		d.Sources = append(d.Sources, &Source{ID: id("s", i), Title: "T", Published: when.On(g.day())})
	}
	ns := len(d.Sources)
	for i := range 5 {
		a := &Actor{ID: id("a", i), Kind: "state"}
		if i > 0 && g.yes() {
			a.Of = id("a", g.n("parent", 0, i-1))
		}
		d.Actors = append(d.Actors, a)
	}
	d.Metrics = []*Metric{{ID: "metric", Kind: "level", Topic: "people"}}
	d.Matters = []*Matter{{ID: "matter", Positions: []Position{{ID: "p0"}, {ID: "p1"}, {ID: "p2"}}}}
	d.Calendars = []*Calendar{{
		ID: "calendar", Valid: when.MustParse("2023/2024"), Sources: g.some(ns, 0),
		Holidays: []Holiday{{Date: when.On(firstDay), Sources: g.some(ns, 0)}, {Date: when.On(lastDay), Sources: g.some(ns, 0)}},
	}}
	d.Missions = []*Mission{{ID: "m0", Sources: g.some(ns, 1)}, {
		ID: "m1", Began: "e0", Ended: "e1", Sources: g.some(ns, 1),
		Force: g.actor(), Succeeds: []Succeeds{{Mission: "m0", How: "follows", Sources: g.some(ns, 0)}},
	}}
	d.Instruments = []*Instrument{{
		ID: "i0", By: []string{g.actor()}, Missions: []string{"m0", "m1"}, Sources: g.some(ns, 1),
		Provisions: []instrument.Provision{{ID: "p0", Knowledge: "reported", Sources: g.some(ns, 0)}, {ID: "p1", Knowledge: "unverified"}},
	}}
	for i := range g.n("procedures", 0, 2) {
		p := &Procedure{
			ID: id("c", i), Instrument: "i0", Track: instrument.Criminal, Start: "ask", Sources: g.some(ns, 1),
			Steps: []instrument.Step{{
				ID: "ask", Provision: id("p", g.n("cited", 0, 1)), Clock: instrument.Clock{Words: locale.Text{"en": "soon"}},
				Answers: []instrument.Branch{{ID: "done", Then: []string{"over"}}}, Silence: &instrument.Branch{Then: []string{"ask"}},
			}},
			Ends: []instrument.End{{ID: "over", Outcome: instrument.NoAction}},
		}
		if g.yes() {
			p.Missions, p.Provisions = []string{"m0", "m1"}, []string{"p0", "i0/p1"}
			p.Steps[0].Clock.Benchmark, p.Steps[0].Clock.Of = when.Days(10), "i0/p0"
		}
		d.Procedures = append(d.Procedures, p)
	}
	for i := range 3 {
		e := &Milestone{ID: id("e", i), Mission: g.mission(), Expected: []Expectation{
			{Date: when.On(g.day()), By: g.actor(), Sources: g.some(ns, 1)}, {Date: when.On(g.day()), Sources: g.some(ns, 1)},
		}}
		if g.yes() {
			e.Happened, e.Sources, e.Note = when.On(g.day()), g.some(ns, 1), locale.Text{"en": "It came late"}
		}
		d.Milestones = append(d.Milestones, e)
	}
	for i := range g.n("obligations", 0, 4) {
		o := &Obligation{ID: id("o", i), Mission: g.mission(), Topic: "review", Debtor: []string{g.actor()}, Provision: "i0/" + id("p", g.n("provision", 0, 1)), Sources: g.some(ns, 1)}
		due := Due{Within: when.Months(1), Of: id("e", g.n("trigger", 0, 2))}
		if o.Due = &due; g.yes() {
			o.Due, o.Benchmark = nil, &Benchmark{Within: when.Days(10), Provision: "i0/p0"}
			o.Readings = []Reading{{ID: "r0", Due: due, Sources: g.some(ns, 0)}, {ID: "r1", Due: due, Sources: g.some(ns, 0)}}
		}
		d.Obligations = append(d.Obligations, o)
		ev := &Event{ID: id("v", i), Obligation: o.ID, Kind: "ask", Date: when.On(g.day()), By: g.actor(), Sources: g.some(ns, 1)}
		if len(o.Readings) > 0 && g.yes() {
			ev.Reading = id("r", g.n("reading", 0, 1))
		}
		d.Events = append(d.Events, ev)
		d.Requests = append(d.Requests, &Request{
			ID: id("q", i), Mission: g.mission(), AskedBy: []string{g.actor()}, AskedOf: []string{g.actor()},
			Date: when.On(g.day()), Instrument: "i0", Obligation: o.ID, Sources: g.some(ns, 1),
			Outcomes: []Outcome{{Kind: "leaked", Date: when.On(g.day()), By: g.actor(), Sources: g.some(ns, 1)}},
		})
	}
	for i := range g.n("figures", 0, 3) {
		value := float64(i)
		f := &Figure{ID: id("f", i), Mission: g.mission(), Actor: g.actor(), Amount: Amount{Metric: "metric", Value: &value, Unit: "persons", Modality: "pledged"}, Sources: g.some(ns, 1)}
		if g.yes() {
			f.Milestone = id("e", g.n("milestone", 0, 2))
		}
		d.Figures = append(d.Figures, f)
		d.Statements = append(d.Statements, &Statement{ID: id("t", i), Mission: g.mission(), By: g.actor(), Matter: "matter", Position: id("p", i%2), Sources: g.some(ns, 1)})
		d.Parts = append(d.Parts, &Part{ID: id("x", i), Mission: g.mission(), Actor: g.actor(), Part: "pays", Sources: g.some(ns, 1)})
		d.Deployments = append(d.Deployments, &Deployment{ID: id("d", i), Mission: g.mission(), Place: "P", Contributors: []Contributor{{Country: "Chile"}}, Sources: g.some(ns, 1)})
	}
	for i := range g.n("services", 0, 2) {
		d.Services = append(d.Services, &Service{ID: id("w", i), Name: locale.Text{"en": "Clinic"}, Needs: []string{"medical"}, Sources: g.some(ns, 1)})
	}
	return d
}

type drawing struct{ t *rapid.T }

func id(prefix string, i int) string                { return fmt.Sprintf("%s%d", prefix, i) }
func (g *drawing) n(what string, low, high int) int { return rapid.IntRange(low, high).Draw(g.t, what) }
func (g *drawing) yes() bool                        { return rapid.Bool().Draw(g.t, "yes") }
func (g *drawing) day() when.Day                    { return when.Day(g.n("day", int(firstDay), int(lastDay))) }
func (g *drawing) actor() string                    { return id("a", g.n("actor", 0, 4)) }
func (g *drawing) mission() string                  { return id("m", g.n("mission", 0, 1)) }
func (g *drawing) some(sources, atLeast int) (s []string) {
	for len(s) < g.n("cited", atLeast, 3) {
		s = append(s, id("s", g.n("source", 0, sources-1)))
	}
	slices.Sort(s)
	return slices.Compact(s)
}

func all(d *Dossier) []Fact { return slices.Collect(d.Facts()) }

// keys are the facts of a dossier, and those of their parts that come and go.
func keys(d *Dossier) map[string]bool {
	k := map[string]bool{}
	for f := range d.Facts() {
		k[f.Kind+"/"+f.ID] = true
		for _, s := range f.Sources {
			k[f.Kind+"/"+f.ID+"/cites/"+s] = true
		}
	}
	for _, f := range d.Instruments {
		for _, p := range f.Provisions {
			k["provision/"+f.ID+"/"+p.ID] = true
		}
	}
	for _, f := range d.Procedures {
		k["benchmark/"+f.ID] = f.Steps[0].Clock.Of != ""
		for _, m := range append(f.Missions, f.Provisions...) {
			k["procedure/"+f.ID+"/"+m] = true
		}
	}
	for _, f := range d.Milestones {
		k["happened/"+f.ID] = !f.Happened.IsZero()
		for i := range f.Expected {
			k[fmt.Sprintf("expected/%s/%d", f.ID, i)] = true
		}
	}
	for _, f := range d.Matters {
		for _, p := range f.Positions {
			k["position/"+f.ID+"/"+p.ID] = true
		}
	}
	for _, f := range d.Obligations {
		k["benchmark/"+f.ID] = f.Benchmark != nil
		for _, r := range f.Readings {
			k["reading/"+f.ID+"/"+r.ID] = true
		}
	}
	for _, f := range d.Missions {
		k["began/"+f.ID], k["ended/"+f.ID] = f.Began != "", f.Ended != ""
		for _, s := range f.Succeeds {
			k["succeeds/"+f.ID+"/"+s.Mission] = true
		}
	}
	return k
}

func TestLawsOfKnowledge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { lawsOfKnowledge(t, anyDossier(t)) })
}

func lawsOfKnowledge(t *rapid.T, d *Dossier) {
	before := all(d)
	day := when.Day(rapid.IntRange(int(firstDay)-1, int(lastDay)+1).Draw(t, "as of"))
	later := when.Day(rapid.IntRange(int(day), int(lastDay)+2).Draw(t, "later"))
	at := d.At(day)

	if diff := cmp.Diff(before, all(d.At(when.Latest))); diff != "" {
		t.Fatalf("at the end of time not everything is known:\n%s", diff)
	}
	if diff := cmp.Diff(all(at), all(at.At(day))); diff != "" {
		t.Fatalf("what was known at %s is not known at %[1]s:\n%s", day, diff)
	}
	if diff := cmp.Diff(all(at), all(d.At(later).At(day))); diff != "" {
		t.Fatalf("looking back from %s to %s differs from looking at %[2]s:\n%s", later, day, diff)
	}
	then := keys(d.At(later))
	for k, is := range keys(at) {
		if is && !then[k] {
			t.Fatalf("%s is known at %s and gone at %s", k, day, later)
		}
	}
	for _, o := range at.Obligations {
		if o.Due == nil && len(o.Readings) == 0 {
			t.Fatalf("at %s the obligation %s has no rule", day, o.ID)
		}
	}
	kept := keys(at)
	for _, f := range before {
		if kept[f.Kind+"/"+f.ID] != (f.Known <= day) {
			t.Fatalf("%s/%s says it is known from %s; at %s it is there: %t", f.Kind, f.ID, f.Known, day, kept[f.Kind+"/"+f.ID])
		}
	}
	for f := range at.Facts() {
		for _, s := range f.Sources {
			if d.Source(s).Published.Last() > day {
				t.Fatalf("%s/%s cites %s at %s, before it was published", f.Kind, f.ID, s, day)
			}
		}
		for _, s := range d.Sources {
			if s.Published.Last() > day && bytes.Contains(f.Body, []byte(`"`+s.ID+`"`)) {
				t.Fatalf("%s/%s names %s at %s, before it was published: %s", f.Kind, f.ID, s.ID, day, f.Body)
			}
		}
	}
	if diff := cmp.Diff(before, all(d)); diff != "" {
		t.Fatalf("At changed the dossier it looks at:\n%s", diff)
	}
}

// TestNothingDangles checks that what was known on a day is a dossier by
// itself: only triggers may name what was not known yet.
func TestNothingDangles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDossier(t)
		at := d.At((&drawing{t}).day())
		c := &checker{d: at, loading: &loading{files: []inFile{{}}, contents: []*content{{}}}}
		for _, k := range kinds {
			c.places[k.index] = make([]place, k.len(at))
		}
		c.check()
		for _, f := range c.findings {
			broken := strings.Contains(f.what, "there is no") || strings.Contains(f.what, " has no ")
			if !broken || slices.Contains(f.path, "due") {
				continue
			}
			t.Errorf("%s %v: %s", f.list, f.path, f.what)
		}
	})
}

func TestFactsGoBackAndForth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDossier(t)
		again, err := FromFacts(d.Facts())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(all(d), all(again)); diff != "" {
			t.Fatalf("facts change on their way there and back:\n%s", diff)
		}
	})
}

// TestRealDossier holds the laws on the dossier of Haiti, once it is there.
func TestRealDossier(t *testing.T) {
	if _, err := os.Stat("../missions/haiti/dossier.yaml"); err != nil {
		t.Skip("missions/haiti is not there yet")
	}
	fsys := os.DirFS("../missions/haiti")
	d, err := Load(fsys, Options{Name: "missions/haiti"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := FromFacts(d.Facts())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(all(d), all(again)); diff != "" {
		t.Errorf("facts change on their way there and back:\n%s", diff)
	}
	if changes := Diff(d.Facts(), again.Facts()); len(changes) > 0 {
		t.Errorf("an unchanged dossier has %d changes: %v", len(changes), changes[0])
	}
	asOf := when.MustParse("2024-06-26").First()
	at := d.At(asOf)
	for _, s := range at.Sources {
		if s.Published.Last() > asOf {
			t.Errorf("the source %s of %s shows on %s", s.ID, s.Published, asOf)
		}
	}
	if len(at.Obligations) == 0 || len(at.Obligations) >= len(d.Obligations) {
		t.Errorf("on %s %d of %d obligations are known", asOf, len(at.Obligations), len(d.Obligations))
	}
	if diff := cmp.Diff(all(at), all(at.At(asOf))); diff != "" {
		t.Errorf("what was known on %s is not known on it:\n%s", asOf, diff)
	}
	if diff := cmp.Diff(all(d), all(d.At(when.Latest))); diff != "" {
		t.Errorf("at the end of time not everything is known:\n%s", diff)
	}
}

// TestNotesTellNothingLater holds a rule of the handbook that no check can
// know: a note comes with its fact, so it does not tell what was learned after.
func TestNotesTellNothingLater(t *testing.T) {
	d, err := Load(os.DirFS("../missions/haiti"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	years := regexp.MustCompile(`\b20\d\d\b`)
	for year := 2010; year <= 2026; year++ {
		for id, note := range notes(d.At(when.MustParse(strconv.Itoa(year)).Last())) {
			for _, named := range years.FindAllString(note, -1) {
				if named > strconv.Itoa(year) {
					t.Errorf("at the end of %d the note of %s tells of %s: %s", year, id, named, note)
				}
			}
		}
	}
	for id, note := range notes(d) {
		for _, word := range []string{" later gives", " later found", "came in "} {
			if strings.Contains(note, word) {
				t.Errorf("the note of %s tells what was learned after it: %s", id, note)
			}
		}
	}
	const day, id = "2024-06-26", "figure first-arrival-200"
	if note := notes(d.At(when.MustParse(day).Last()))[id]; note != "" {
		t.Errorf("as of %s the note of the %s tells what was published in July: %s", day, id, note)
	}
}

// notes are the English notes of a dossier's facts, by kind and ID.
func notes(d *Dossier) map[string]string {
	all := make(map[string]string)
	for _, f := range d.Figures {
		if !strings.HasPrefix(f.ID, "ca-3-p014129001-") { // the project's note says when it is to end
			all["figure "+f.ID] = f.Note["en"]
		}
	}
	for _, o := range d.Obligations {
		all["obligation "+o.ID] = o.Note["en"]
	}
	for _, p := range d.Parts {
		all["part "+p.ID] = p.Note["en"]
	}
	for _, m := range d.Milestones {
		all["milestone "+m.ID] = m.Note["en"]
	}
	for _, p := range d.Procedures {
		all["procedure "+p.ID] = p.Note["en"]
		for i := range p.Steps {
			all["procedure "+p.ID+"/"+p.Steps[i].ID] = p.Steps[i].Note["en"]
		}
	}
	for _, i := range d.Instruments {
		all["instrument "+i.ID] = i.Note["en"]
		for _, p := range i.Provisions {
			all["provision "+i.ID+"/"+p.ID] = p.Note["en"]
		}
	}
	return all
}
