package casework

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"time"

	"temwen/instrument"
	"temwen/when"
)

// told is what was worked on before: a case in which nobody answered in time.
func told(ref string) Told {
	return Told{
		Ref: ref, Incident: *coded(), On: day("2024-10-01"),
		Allegations: []Allegation{{Actor: "police", Act: "injury", Confidence: "likely"}, {Actor: "police", Act: "detention", Confidence: "likely"}},
		Case:        &Opened{Procedure: criminal(), Mission: "mss", State: "a"},
		Deeds: []Later{
			{On: day("2024-10-02"), Step: "inform", Answer: &Answer{Answer: "informed", How: "letter"}},
			{On: day("2024-10-03"), Step: "determine", Notice: &Notice{By: by("2024-10-13"), How: "post", Language: "en"}},
			{On: day("2024-11-20"), Step: "determine", Answer: &Answer{Answer: "official", How: "letter"}},
			{On: day("2024-11-20"), Departure: &Departure{How: "rotated", Source: "state"}},
			{On: day("2024-11-21"), Remedy: &Remedy{Kind: "apology"}},
		},
	}
}

func by(s string) *when.Day {
	d := day(s)
	return &d
}

// What is told is on the record once, with the silences between its deeds, and is
// left as it is where other facts stand there.
func TestImport(t *testing.T) {
	o := newOffice(t)
	o.open(t) // what was there before
	list := []Told{told("1"), told("2")}
	list[1].Case, list[1].Deeds = nil, nil
	would, err := Look(t.Context(), o.store, list)
	if err != nil || !slices.Equal(would.New, []string{"1", "2"}) {
		t.Fatalf("it would import %+v (%v)", would, err)
	}
	done, err := o.Import(t.Context(), "o1", list)
	if err != nil || !slices.Equal(done.New, []string{"1", "2"}) {
		t.Fatalf("imported %+v (%v)", done, err)
	}
	page, err := o.List(t.Context(), Query{})
	if err != nil || len(page.Cases) != 2 {
		t.Fatalf("%d cases are there (%v)", len(page.Cases), err)
	}
	c := page.Cases[slices.IndexFunc(page.Cases, func(c *Case) bool { return c.State == "a" })]
	determine := c.Step(2)
	if c.Number != 2 || c.Opened != day("2024-10-01") || len(c.Allegations) != 2 || determine.Silence == nil ||
		*determine.Silence != day("2024-10-14") || !determine.Answers[0].Late || len(c.Remedies) != 1 || len(c.Away()) != 1 {
		t.Errorf("the case is %+v, its step %+v", c, determine)
	}
	before, err := o.store.Recorded(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	list[1].Incident.Acts = []string{"theft"}
	done, err = o.Import(t.Context(), "o2", list)
	after, sized := o.store.Recorded(t.Context())
	if err != nil || sized != nil || after != before || !slices.Equal(done.Known, []string{"1"}) || !slices.Equal(done.Other, []string{"2"}) {
		t.Errorf("imported twice: %+v, %d events, then %d (%v, %v)", done, before, after, err, sized)
	}
	if _, err := o.store.Rebuild(t.Context(), nil); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
}

// All is told or nothing, and which deed cannot have been.
func TestImportIsWhole(t *testing.T) {
	o := newOffice(t)
	bad := told("2")
	bad.Deeds = append(bad.Deeds, Later{On: day("2024-12-01"), Step: "refer", Answer: &Answer{Answer: "dance"}})
	var undone *Undone
	if err := bad.Try(o.today); !errors.As(err, &undone) || undone.N != 5 {
		t.Errorf("the deed that cannot be is %v", err)
	}
	if _, err := o.Import(t.Context(), "o1", []Told{told("1"), bad}); err == nil {
		t.Error("it was imported")
	}
	if page, err := o.List(t.Context(), Query{}); err != nil || len(page.Cases) != 0 {
		t.Errorf("%d cases are there (%v)", len(page.Cases), err)
	}
}

// What was told in the words of one version is on the record in them, and is known again
// after a newer one has come.
func TestImportInTwoVocabularies(t *testing.T) {
	o := newOffice(t)
	old := told("1")
	if _, err := o.Import(t.Context(), "o1", []Told{old}); err != nil {
		t.Fatal(err)
	}
	TryTerms(t, invented(t))
	later, fresh, wrong := told("2"), told("3"), told("4")
	later.Incident.Acts, later.Allegations = []string{"traffic"}, []Allegation{{Actor: "police", Act: "traffic", Confidence: "likely"}}
	fresh.Incident.Terms, fresh.Incident.Acts, fresh.Allegations = "2099-1", []string{"road"}, []Allegation{{Actor: "police", Act: "road", Confidence: "likely"}}
	wrong.Incident.Terms, wrong.Incident.Acts = "2099-1", []string{"traffic"}
	flawedAs(t, wrong.Try(o.today), Flaw{"acts", "no-such-word"})
	again := old
	again.Incident.Terms = "2099-1" // the same file, read when the newer version was the newest
	done, err := o.Import(t.Context(), "o1", []Told{again, later, fresh})
	if err != nil || !slices.Equal(done.Known, []string{"1"}) || !slices.Equal(done.New, []string{"2", "3"}) {
		t.Fatalf("imported: %+v (%v)", done, err)
	}
	list, err := o.Loose(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []Told{old, later, fresh} {
		a, err := o.Allegation(t.Context(), d.allegations()[0].ID)
		if err != nil || a.Terms != d.Incident.Terms || a.Act != d.Allegations[0].Act {
			t.Errorf("%s is alleged as %+v (%v)", d.Ref, a, err)
		}
	}
	if len(list) != 0 {
		t.Errorf("%+v are in no case", list)
	}
	o.rebuilds(t)
}

// beside is what was told, through the civil track.
func beside(d Told, ref string) Told {
	d.About, d.Ref, d.Case, d.Deeds = d.Ref, ref, &Opened{Procedure: civil(), Mission: "mss", State: "a"}, d.Deeds[:1]
	d.Allegations = d.Allegations[:1]
	return d
}

// What is told of one incident under several numbers is one incident, with a case in each
// track, whichever comes first, in one import or in two, and is known again.
func TestImportOfTwoTracks(t *testing.T) {
	first := told("1")
	second := beside(first, "1-c")
	for name, parts := range map[string][][]Told{
		"at once": {{first, second}}, "the other way round": {{second, first}}, "one after the other": {{first}, {second}}, "the second first": {{second}, {first}},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			var sum, would Imported
			for _, part := range parts {
				w, err := Look(t.Context(), o.store, part)
				if err != nil {
					t.Fatal(err)
				}
				done, err := o.Import(t.Context(), "o1", part)
				if err != nil {
					t.Fatal(err)
				}
				sum.Add(&done)
				would.Add(&w)
			}
			if sum.Incidents != 1 || sum.Allegations != 2 || sum.Cases != 2 || sum.Deeds != 6 || len(sum.New) != 2 {
				t.Errorf("imported %+v", sum)
			}
			if !reflect.DeepEqual(sum, would) {
				t.Errorf("it would have imported %+v, and did %+v", would, sum)
			}
			list, err := o.Incidents(t.Context(), 10)
			if err != nil || len(list) != 1 {
				t.Fatalf("%d incidents are there, %v", len(list), err)
			}
			a, err := o.Allegation(t.Context(), first.allegations()[0].ID)
			if err != nil || len(a.Cases) != 2 || a.Incident != list[0].ID {
				t.Errorf("the allegation is %+v, %v", a, err)
			}
			if again, err := o.Import(t.Context(), "o1", []Told{second, first}); err != nil || len(again.Known) != 2 || again.Cases != 0 {
				t.Errorf("imported twice: %+v, %v", again, err)
			}
			o.rebuilds(t)
			o.erase(t, OfCase, second.caseID())
			if again, err := o.Import(t.Context(), "o1", []Told{first, second}); err != nil || len(again.Known) != 1 || len(again.Erased) != 1 {
				t.Errorf("after one was erased: %+v, %v", again, err)
			}
		})
	}
}

// A track that is taken is left out, by a case of the same import or of the desk, and
// another incident under the same number is not made.
func TestImportOfATakenTrack(t *testing.T) {
	o := newOffice(t)
	first := told("1")
	twin := first
	twin.Ref, twin.About = "2", "1"
	done, err := o.Import(t.Context(), "o1", []Told{first, twin})
	if err != nil || !slices.Equal(done.New, []string{"1"}) || !slices.Equal(done.Taken, []string{"2"}) {
		t.Fatalf("imported %+v, %v", done, err)
	}
	o.through(t, civil(), first.allegations()[0].ID)
	second := beside(first, "3")
	for _, imports := range []func() (Imported, error){
		func() (Imported, error) { return Look(t.Context(), o.store, []Told{second}) },
		func() (Imported, error) { return o.Import(t.Context(), "o1", []Told{second}) },
	} {
		if done, err := imports(); err != nil || !slices.Equal(done.Taken, []string{"3"}) || done.Cases != 0 {
			t.Errorf("beside a case of the desk: %+v, %v", done, err)
		}
	}
	other := second
	other.Incident.Circumstances = []string{"patrol"}
	if done, err := o.Import(t.Context(), "o1", []Told{other}); err != nil || !slices.Equal(done.Other, []string{"3"}) {
		t.Errorf("with other facts: %+v, %v", done, err)
	}
	o.rebuilds(t)
}

// What one case that is told hands on goes on in the next, from the day of the hand-over
// where the procedure says so, and does not stand on the board.
func TestImportOfAHandOver(t *testing.T) {
	first := told("1")
	first.Case = &Opened{Procedure: taken(), Mission: "mss"}
	first.Deeds = []Later{
		{On: day("2024-10-02"), Step: "hand", Answer: &Answer{Answer: "done", How: "letter"}},
		{On: day("2024-10-05"), Step: "receipt", Answer: &Answer{Answer: "done", How: "letter"}},
	}
	second := told("2")
	second.About, second.On, second.Deeds = "1", day("2024-11-01"), nil
	second.Follow(&first, day("2025-01-10"))
	if second.Case.Begun != day("2024-10-05") {
		t.Fatalf("the next case is %+v", second.Case)
	}
	for name, parts := range map[string][][]Told{"at once": {{first, second}}, "one after the other": {{first}, {second}}, "the next first": {{second}, {first}}} {
		o := newOffice(t)
		for _, part := range parts {
			if _, err := o.Import(t.Context(), "o1", part); err != nil {
				t.Fatal(err)
			}
		}
		c, err := o.Case(t.Context(), "", second.caseID())
		if err != nil || c.From != first.caseID() || c.Steps[0].Begun != day("2024-10-05") || c.Opened != day("2024-11-01") {
			t.Errorf("%s: the next case is %+v, %v", name, c, err)
		}
		if c, err = o.Case(t.Context(), "", first.caseID()); err != nil || len(c.Handing()) != 0 || len(c.Ends[0].Goes) != 1 {
			t.Errorf("%s: the first case is %+v, %v", name, c, err)
		}
		if list, err := o.Handing(t.Context(), Handings{}); err != nil || len(list) != 0 {
			t.Errorf("%s: still waiting: %+v, %v", name, list, err)
		}
		o.rebuilds(t)
	}
}

// A file that tells of the next track alone names the case on the record that handed it on,
// and counts from there; so the dry run finds. Where two handed it on, where it takes more
// than was handed on, or where what it tells cannot have happened from that day on, it names
// none, and is listed.
func TestImportGoesOnFromTheRecord(t *testing.T) {
	flagrante := func(p *instrument.Procedure) Told {
		d := told("1")
		d.Allegations = d.Allegations[:1]
		d.Case = &Opened{Procedure: p, Mission: "mss"}
		d.Deeds = []Later{
			{On: day("2024-10-02"), Step: "hand", Answer: &Answer{Answer: "done", How: "letter"}},
			{On: day("2024-10-05"), Step: "receipt", Answer: &Answer{Answer: "done", How: "letter"}},
		}
		return d
	}
	next := func() Told {
		d := told("2")
		d.About, d.On, d.Deeds, d.Allegations = "1", day("2024-11-01"), nil, d.Allegations[:1]
		return d
	}
	also := flagrante(taken())
	also.Ref, also.About = "1-b", "1"
	p := taken()
	p.ID, p.Track = "other", instrument.Complaint
	also.Case = &Opened{Procedure: p, Mission: "mss"}
	more := next()
	more.Allegations = told("2").Allegations
	early := next()
	early.On, early.Deeds = day("2024-10-04"), []Later{{On: day("2024-10-04"), Step: "inform", Answer: &Answer{Answer: "informed", How: "letter"}}}
	for name, c := range map[string]struct {
		before []Told
		next   Told
		from   bool
		apart  bool
	}{
		"one":                       {[]Told{flagrante(taken())}, next(), true, false},
		"two handed it on":          {[]Told{flagrante(taken()), also}, next(), false, true},
		"it takes more":             {[]Told{flagrante(taken())}, more, false, true},
		"opened before it was over": {[]Told{flagrante(taken())}, early, false, false},
		"none":                      {[]Told{told("1")}, beside(told("1"), "2"), false, false},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			if _, err := o.Import(t.Context(), "o1", c.before); err != nil {
				t.Fatal(err)
			}
			would, err := Look(t.Context(), o.store, []Told{c.next})
			if err != nil {
				t.Fatal(err)
			}
			done, err := o.Import(t.Context(), "o1", []Told{c.next})
			if err != nil || !reflect.DeepEqual(done, would) || done.Cases != 1 || slices.Contains(done.Apart, c.next.Ref) != c.apart {
				t.Errorf("imported is %+v (%v), and the dry run said %+v", done, err, would)
			}
			is := o.look(t, c.next.caseID())
			if from := is.From != ""; from != c.from || from && (is.From != c.before[0].caseID() || is.FromEnd != "criminal" || is.Steps[0].Begun != day("2024-10-05") || is.Opened != c.next.On) {
				t.Errorf("the next case is %+v", is)
			}
			if again, err := o.Import(t.Context(), "o1", []Told{c.next}); err != nil || !slices.Equal(again.Known, []string{c.next.Ref}) {
				t.Errorf("again it is %+v, %v", again, err)
			}
			o.rebuilds(t)
		})
	}
}

// Many rows cost what so many cost each: a hundred more, late, take no longer than early
// ones, and hold no more memory. How long each hundred took is printed with -v.
func BenchmarkImport(b *testing.B) {
	rows := 10_000
	o := newOffice(b)
	var list []Told
	for n := range rows {
		d := told(fmt.Sprintf("2024-%d", n/2))
		if n%2 == 1 { // every second incident goes through two tracks
			d = beside(d, fmt.Sprintf("2024-%d-c", n/2))
		}
		list = append(list, d)
	}
	var m runtime.MemStats
	for b.Loop() {
		began := time.Now()
		for n := 0; n < rows; n += 100 {
			if _, err := o.Import(b.Context(), "o1", list[n:n+100]); err != nil {
				b.Fatal(err)
			}
			if n%2000 == 1900 {
				runtime.GC()
				runtime.ReadMemStats(&m)
				b.Logf("%d rows: %v, %d MB in use", n+100, time.Since(began).Round(time.Millisecond), m.HeapAlloc>>20)
			}
		}
		b.ReportMetric(float64(rows)/time.Since(began).Seconds(), "rows/s")
	}
}
