package casework

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"temwen/ledger"
	"temwen/record"
)

// erase has two officers erase something.
func (o *office) erase(t testing.TB, kind Kind, id string) Erasing {
	t.Helper()
	if err := o.AskErasure(t.Context(), "o1", kind, id, "safety"); err != nil {
		t.Fatalf("asking to erase: %v", err)
	}
	done, err := o.Erase(t.Context(), "o2", kind, id, 0, false)
	if err != nil {
		t.Fatalf("erasing: %v", err)
	}
	return done
}

// rebuilds fails where the record does not give the tables that are in use.
func (o *office) rebuilds(t testing.TB) {
	t.Helper()
	if _, err := o.store.Rebuild(t.Context(), nil); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
}

// verifies checks the ledger against the record, and returns how many events were
// erased.
func (o *office) verifies(t testing.TB) uint64 {
	t.Helper()
	if err := o.store.Publish(t.Context(), time.Now(), false, nil); err != nil {
		t.Fatal(err)
	}
	report, err := ledger.Verify(t.Context(), o.store.LedgerDir(), ledger.Options{Events: o.store.Events()})
	if err != nil {
		t.Errorf("verifying: %v", err)
	}
	return report.Erased
}

// onDisk are the files of a store in which some bytes are found.
func (o *office) onDisk(t testing.TB, want string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(o.dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, []byte(want)) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Two officers erase a case: nothing of it is on the disk any more, its allegation
// is free, its link leads nowhere, and a stone stands in its place.
func TestEraseCase(t *testing.T) {
	o := newOffice(t)
	id, other := o.open(t), o.open(t)
	o.do(t, id, SendNotice{Step: 1, Notice: Notice{Language: "en", Link: LinkHash("token"), Proof: "registered letter 4711"}})
	o.do(t, id, RecordAnswer{1, answer("informed")})
	o.do(t, id, Wall{"o9"})
	c, err := o.Case(t.Context(), "o1", id)
	if err != nil {
		t.Fatal(err)
	}
	if len(o.onDisk(t, "registered letter 4711")) == 0 {
		t.Fatal("the case is not on the disk: the test shows nothing")
	}

	_, err = o.Erase(t.Context(), "o2", OfCase, id, 0, false)
	refusedAs(t, err, CodeFourEyes, "")
	refusedAs(t, o.AskErasure(t.Context(), "o1", OfCase, id, "because"), CodeGround, "")
	refusedAs(t, o.AskErasure(t.Context(), "o9", OfCase, id, "law"), CodeWalled, "")
	if err := o.AskErasure(t.Context(), "o1", OfCase, id, "law"); err != nil {
		t.Fatal(err)
	}
	_, err = o.Erase(t.Context(), "o1", OfCase, id, 0, false)
	refusedAs(t, err, CodeFourEyes, "o1")
	_, err = o.Erase(t.Context(), "o9", OfCase, id, 0, false)
	refusedAs(t, err, CodeWalled, "")
	history, err := o.History(t.Context(), id)
	if err != nil || history[len(history)-1].Type != "casework.erasure.asked" || history[len(history)-1].Ground != "law" {
		t.Errorf("its history ends with %+v (%v)", history[len(history)-1], err)
	}

	dry, err := o.Erase(t.Context(), "o2", OfCase, id, 0, true)
	if err != nil || dry.Events != 5 || dry.Links != 1 || dry.Allegations != 1 || dry.Number != 1 {
		t.Errorf("it would erase %+v (%v)", dry, err)
	}
	o.do(t, id, Assign{"o3"})
	_, err = o.Erase(t.Context(), "o2", OfCase, id, dry.Seen, false)
	refusedAs(t, err, CodeMoved, "o1")
	if _, err := o.Erase(t.Context(), "o2", OfCase, id, 0, false); err != nil {
		t.Fatal(err)
	}

	_, err = o.Case(t.Context(), "o1", id)
	refusedAs(t, err, CodeErased, "o2")
	refusedAs(t, o.Do(t.Context(), "o1", id, 0, Assign{"o1"}, o.today), CodeErased, "o2")
	_, err = o.Erase(t.Context(), "o3", OfCase, id, 0, false)
	refusedAs(t, err, CodeErased, "o2")
	_, _, _, err = o.Linked(t.Context(), "token")
	refusedAs(t, err, CodeUnknown, "")
	if files := o.onDisk(t, "registered letter 4711"); len(files) > 0 {
		t.Errorf("what was in the case is still in %q", files)
	}
	stone, err := o.Stone(t.Context(), OfCase, id)
	if want := (Stone{OfCase, id, 1, o.today, "law", "o1", "o2"}); err != nil || stone == nil || *stone != want {
		t.Errorf("in its place stands %+v (%v)", stone, err)
	}
	if a, err := o.Allegation(t.Context(), c.Allegations[0]); err != nil || len(a.Cases) != 0 {
		t.Errorf("its allegation is %+v (%v)", a, err)
	}
	if walls, err := o.Walls(t.Context(), "o9"); err != nil || len(walls.Cases) > 0 {
		t.Errorf("a wall still stands: %+v (%v)", walls, err)
	}
	if left, err := o.Case(t.Context(), "o1", other); err != nil || left.Procedure.Step("inform") == nil {
		t.Errorf("the other case is %+v (%v)", left, err)
	}
	o.rebuilds(t)
	if erased := o.verifies(t); erased != 6 {
		t.Errorf("%d events are erased", erased)
	}
}

// What is made public while somebody looks at what would go is seen before it is
// erased; in public a stone takes its place.
func TestErasePublicCase(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	o.do(t, id, AskPublication{Fields: []string{"state"}})
	if err := o.AskErasure(t.Context(), "o1", OfCase, id, "law"); err != nil {
		t.Fatal(err)
	}
	dry, err := o.Erase(t.Context(), "o2", OfCase, id, 0, true)
	if err != nil || len(dry.Public) > 0 {
		t.Fatalf("it would erase %+v (%v)", dry, err)
	}
	if err := o.Do(t.Context(), "o3", id, 0, Publish{Asked: o.look(t, id).Asked.Index}, o.today); err != nil {
		t.Fatal(err)
	}
	_, err = o.Erase(t.Context(), "o2", OfCase, id, dry.Seen, false)
	refusedAs(t, err, CodeMoved, "o3")
	if again, err := o.Erase(t.Context(), "o2", OfCase, id, 0, false); err != nil || again.Events != dry.Events+1 || len(again.Public) != 1 {
		t.Fatalf("it erased %+v (%v)", again, err)
	}
	o.rebuilds(t)
	if erased := o.verifies(t); erased != uint64(dry.Events+1) {
		t.Errorf("%d events are erased", erased)
	}
}

// The procedure of a case stands in its own events: another that follows the same
// version is read without those that were erased, also by who has not seen it.
func TestErasedProcedureIsSharedByNobody(t *testing.T) {
	o := newOffice(t)
	first, second := o.open(t), o.open(t)
	o.erase(t, OfCase, first)
	procedures = versions{} // as after a restart
	if c, err := o.Case(t.Context(), "o1", second); err != nil || c.Procedure.ID != "p" {
		t.Errorf("the second case: %+v (%v)", c, err)
	}
	o.rebuilds(t)
}

// A number is given once, also where the newest that had one was erased.
func TestErasedNumberIsNotGivenAgain(t *testing.T) {
	o := newOffice(t)
	o.open(t)
	newest := o.open(t)
	c, err := o.Case(t.Context(), "o1", newest)
	if err != nil {
		t.Fatal(err)
	}
	a, err := o.Allegation(t.Context(), c.Allegations[0])
	if err != nil {
		t.Fatal(err)
	}
	o.erase(t, OfCase, newest)
	o.erase(t, OfIncident, a.Incident)
	c, err = o.Case(t.Context(), "o1", o.open(t))
	if err != nil || c.Number != 3 {
		t.Errorf("the next case has number %d (%v)", c.Number, err)
	}
	again, err := o.Allegation(t.Context(), c.Allegations[0])
	if err != nil || again.Number != 3 {
		t.Errorf("the next allegation has number %d (%v)", again.Number, err)
	}
	if i, err := o.Incident(t.Context(), again.Incident); err != nil || i.Number != 3 {
		t.Errorf("the next incident has number %d (%v)", i.Number, err)
	}
	o.rebuilds(t)
}

// An incident goes with its allegations, and not while a case takes one, nor where it is
// the same as another; an allegation goes alone.
func TestEraseIncident(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	c, err := o.Case(t.Context(), "o1", id)
	if err != nil {
		t.Fatal(err)
	}
	a, err := o.Allegation(t.Context(), c.Allegations[0])
	if err != nil {
		t.Fatal(err)
	}
	dry := func(kind Kind, id string) error {
		_, err := o.Erase(t.Context(), "o2", kind, id, 0, true)
		return err
	}
	refusedAs(t, dry(OfIncident, a.Incident), CodeTied, "")
	refusedAs(t, dry(OfAllegation, a.ID), CodeTied, "")
	o.erase(t, OfCase, id)

	same, err := o.Code(t.Context(), "o1", *coded())
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Merge(t.Context(), "o1", same, a.Incident, 0); err != nil {
		t.Fatal(err)
	}
	refusedAs(t, dry(OfIncident, same), CodeJoined, "")
	if would, err := o.Erase(t.Context(), "o2", OfIncident, a.Incident, 0, true); err != nil || would.Incidents != 2 || would.Events != 4 || would.Number != 1 {
		t.Errorf("an incident would go with the other that is the same as %+v (%v)", would, err)
	}
	if err := o.Split(t.Context(), "o1", same, 0); err != nil {
		t.Fatal(err)
	}
	more, err := o.Allege(t.Context(), "o1", Allegation{Incident: a.Incident, Actor: "force", Act: "injury", Confidence: "likely"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if done := o.erase(t, OfAllegation, more); done.Events != 2 || done.Number != 2 {
		t.Errorf("erasing an allegation has erased %+v", done)
	}
	if done := o.erase(t, OfIncident, a.Incident); done.Events != 3 || done.Allegations != 1 {
		t.Errorf("erasing an incident has erased %+v", done)
	}
	_, err = o.Incident(t.Context(), a.Incident)
	refusedAs(t, err, CodeErased, "o2")
	_, err = o.Allegation(t.Context(), a.ID)
	refusedAs(t, err, CodeErased, "o2")
	_, err = o.Allege(t.Context(), "o1", Allegation{Incident: a.Incident, Actor: "force", Act: "injury", Confidence: "likely"}, 0)
	refusedAs(t, err, CodeErased, "o2")
	refusedAs(t, o.Merge(t.Context(), "o1", same, a.Incident, 0), CodeErased, "o2")
	if i, err := o.Incident(t.Context(), same); err != nil || i.Into != "" {
		t.Errorf("the other incident is %+v (%v)", i, err)
	}
	o.rebuilds(t)
}

// What was found to be the same goes with the incident that it is the same as, and each
// leaves a stone; while a case takes one of them, none goes.
func TestEraseWhatIsTheSame(t *testing.T) {
	o := newOffice(t)
	head := o.incidentOf(t, o.open(t))
	id := o.open(t)
	child := o.incidentOf(t, id)
	grandchild, err := o.Code(t.Context(), "o1", *coded())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range [][2]string{{grandchild, child}, {child, head}} {
		if err := o.Merge(t.Context(), "o1", m[0], m[1], 0); err != nil {
			t.Fatal(err)
		}
	}
	o.erase(t, OfCase, o.caseAbout(t, head))
	_, err = o.Erase(t.Context(), "o2", OfIncident, head, 0, true)
	refusedAs(t, err, CodeTied, "")
	o.erase(t, OfCase, id)
	if done := o.erase(t, OfIncident, head); done.Incidents != 3 || done.Allegations != 2 || done.Number != 1 || done.Events != 8 {
		t.Errorf("it has erased %+v", done)
	}
	for i, id := range []string{head, child, grandchild} {
		if s, err := o.Stone(t.Context(), OfIncident, id); err != nil || s == nil || s.Number != i+1 {
			t.Errorf("in the place of incident %d stands %+v (%v)", i+1, s, err)
		}
	}
	if left, err := o.Incidents(t.Context(), 10); err != nil || len(left) > 0 {
		t.Errorf("left are %+v (%v)", left, err)
	}
	o.rebuilds(t)
}

// Asking can be taken back; asking twice changes nothing.
func TestDropErasure(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	for _, ground := range []string{"safety", "law"} {
		if err := o.AskErasure(t.Context(), "o1", OfCase, id, ground); err != nil {
			t.Fatal(err)
		}
	}
	if a, err := o.Asking(t.Context(), OfCase, id); err != nil || a == nil || a.Ground != "safety" {
		t.Errorf("asked is %+v (%v)", a, err)
	}
	for range 2 {
		if err := o.DropErasure(t.Context(), "o2", OfCase, id); err != nil {
			t.Fatal(err)
		}
	}
	if a, err := o.Asking(t.Context(), OfCase, id); err != nil || a != nil {
		t.Errorf("asked is %+v (%v)", a, err)
	}
	_, err := o.Erase(t.Context(), "o2", OfCase, id, 0, false)
	refusedAs(t, err, CodeFourEyes, "")
	history, err := o.History(t.Context(), id)
	if err != nil || len(history) != 3 {
		t.Errorf("its history is %+v (%v)", history, err)
	}
	o.rebuilds(t)
}

// Nobody can take one allegation through two cases of one track, so that erasing one
// leaves nothing of it in the other.
func TestAllegationIsAddedOnce(t *testing.T) {
	o := newOffice(t)
	first, second := o.open(t), o.open(t)
	c, err := o.Case(t.Context(), "o1", first)
	if err != nil {
		t.Fatal(err)
	}
	refusedAs(t, o.Do(t.Context(), "o1", second, 0, AddAllegation{c.Allegations[0]}, o.today), CodeTrack, "o1")
	refusedAs(t, o.Do(t.Context(), "o1", second, 0, AddAllegation{"none"}, o.today), CodeUnknown, "")
	o.erase(t, OfCase, first)
	o.do(t, second, AddAllegation{c.Allegations[0]})
	if a, err := o.Allegation(t.Context(), c.Allegations[0]); err != nil || !slices.Equal(a.Cases, []string{second}) {
		t.Errorf("the allegation is %+v (%v)", a, err)
	}
	o.rebuilds(t)
}

// Whatever is done and erased, in whatever order, the record gives the tables that
// are in use.
func TestErasuresReplay(t *testing.T) {
	o := newOffice(t)
	r := rand.New(rand.NewPCG(7, 7))
	var cases, incidents, allegations []string
	pick := func(ids []string) string { return ids[r.IntN(len(ids))] }
	drop := func(ids []string, id string) []string {
		return slices.DeleteFunc(ids, func(s string) bool { return s == id })
	}
	for range 150 {
		var err error
		switch do := r.IntN(10); {
		case do < 2 || len(incidents) < 2:
			var id string
			id, err = o.Code(t.Context(), "o1", *coded())
			incidents = append(incidents, id)
		case do < 4 || len(allegations) < 2:
			var id string
			id, err = o.Allege(t.Context(), "o1", Allegation{Incident: pick(incidents), Actor: "police", Act: "injury", Confidence: "likely"}, 0)
			allegations = append(allegations, id)
		case do < 5 || len(cases) == 0:
			var id string
			id, err = o.Open(t.Context(), "o1", Opened{Procedure: criminal(), Allegations: []string{pick(allegations)}, Mission: "mss"}, o.today)
			if err == nil {
				cases = append(cases, id)
			}
		case do < 6:
			id := pick(cases)
			err = errors.Join(o.Do(t.Context(), "o1", id, 0, SendNotice{Step: 1, Notice: Notice{Language: "en", Link: LinkHash(NewID())}}, o.today),
				o.Do(t.Context(), "o1", id, 0, AddAllegation{pick(allegations)}, o.today))
		case do < 7:
			err = errors.Join(o.Merge(t.Context(), "o1", pick(incidents), pick(incidents), 0), o.Split(t.Context(), "o1", pick(incidents), 0))
		default:
			kind := []Kind{OfCase, OfIncident, OfAllegation}[do-7]
			id := pick(map[Kind][]string{OfCase: cases, OfIncident: incidents, OfAllegation: allegations}[kind])
			if err = o.AskErasure(t.Context(), "o1", kind, id, "law"); err == nil {
				_, err = o.Erase(t.Context(), "o2", kind, id, 0, false)
			}
			if err == nil {
				cases, incidents, allegations = drop(cases, id), drop(incidents, id), drop(allegations, id)
			}
		}
		var refused *Refused
		if err != nil && !errors.As(err, &refused) {
			t.Fatal(err)
		}
	}
	o.rebuilds(t)
	if erased := o.verifies(t); erased == 0 {
		t.Error("nothing was erased: the test shows nothing")
	}
}

// What erased is not read as more than it says.
func TestRecordSaysWhatWasErased(t *testing.T) {
	o := newOffice(t)
	o.erase(t, OfCase, o.open(t))
	var of string
	var events []uint64
	for e, err := range o.store.Events()(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		book, indexes, err := record.ErasedBy(&e)
		if err != nil {
			t.Fatal(err)
		}
		if len(indexes) > 0 {
			of, events = book, indexes
		}
	}
	if of != bookName || len(events) != 2 {
		t.Errorf("erased are %v of the book %q", events, of)
	}
}
