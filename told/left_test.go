package told_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"temwen/casework"
	"temwen/intake"
	"temwen/ledger"
	"temwen/locale"
	"temwen/seal"
	"temwen/when"
)

// needles are bytes that tell of something, by what they are.
type needles map[string][]byte

// events adds what nobody but these events holds: their salts, and their contents.
func (n needles) events(t testing.TB, w *world, indexes ...uint64) {
	t.Helper()
	for _, index := range indexes {
		e, err := w.store.Event(t.Context(), index)
		if err != nil || len(e.Salt) == 0 {
			t.Fatalf("event %d has no salt (%v)", index, err)
		}
		n[fmt.Sprintf("the salt of event %d, %s", index, e.Inner)] = e.Salt
		if e.Content == "" {
			continue
		}
		content, err := w.store.Content(t.Context(), index)
		if err != nil {
			t.Fatal(err)
		}
		n[fmt.Sprintf("the sum of the content of event %d", index)] = []byte(e.Content)
		n[fmt.Sprintf("the beginning of the content of event %d", index)] = content[len(content)/2:][:48]
		n[fmt.Sprintf("the end of the content of event %d", index)] = content[len(content)-48:]
	}
}

// found are the files of a folder, and their names, in which something is found: as it is,
// or in hexadecimal, or in base64.
func (n needles) found(t testing.TB, dir string) (places []string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		files++
		for what, needle := range n {
			for _, form := range []string{
				string(needle), hex.EncodeToString(needle), base64.StdEncoding.EncodeToString(needle)[:len(needle)], base64.URLEncoding.EncodeToString(needle)[:len(needle)],
			} {
				if strings.Contains(path, form) || bytes.Contains(b, []byte(form)) {
					places = append(places, what+" in "+path)
					break
				}
			}
		}
		return err
	})
	if err != nil || files < 5 {
		t.Fatalf("%d files were searched: %v", files, err)
	}
	slices.Sort(places)
	return places
}

// exhibit takes words in as evidence of a case, and adds to the needles what is kept of it.
func (w *world) exhibit(t testing.TB, n needles, id string, h casework.Head, name, words string) {
	t.Helper()
	h.Epoch = 1
	parcel, err := casework.Pack(w.key.Recipient(), h, locale.Creole, seal.Exhibit{Name: name, Type: "text/plain"}, "", []byte(words))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.cases.BeginEvidence(t.Context(), "o1", id, int64(len(parcel)), bytes.NewReader(parcel)); err != nil {
		t.Fatal(err)
	}
	c, err := w.cases.Case(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	item := c.Evidence[len(c.Evidence)-1]
	n["the sum of the file of "+name], n["the parcel of "+name] = item.SHA256[:], item.ID[:]
	n["the file of "+name] = parcel[len(parcel)-64:]
}

// Given a case with everything, among others that stay, when it is erased, and then its
// incident and the report, then nothing of them is in any file of the store: no word, no
// salt, no content, no sum of a file, nor that anybody was told of it; and the record and
// the ledger hold.
func TestNothingIsLeft(t *testing.T) {
	w := found(t)
	keep := func() {
		if err := w.cases.KeepEvidence(filepath.Join(w.dir, "evidence"), w); err != nil {
			t.Fatal(err)
		}
	}
	keep()
	p, other := w.report(t), w.report(t)
	for range 20 { // so that its rows stand among others
		w.docket(t, w.incident(t, other), "mss-criminal")
	}
	inc := w.incident(t, p)
	id := w.docket(t, inc, "mss-criminal")
	stays := w.docket(t, w.incident(t, other), "mss-criminal")
	all := make(needles)
	markers := map[string]string{}
	mark := func(what string) string {
		m := "zxqvi" + casework.NewID()
		all[what], markers[what] = []byte(m), m
		return m
	}

	// Letters that are kept, with links; answers with their scans; evidence with copies.
	w.act(t, id, answer(1, "informed"))
	w.act(t, id, answer(2, "official"))
	by := when.Today(w.now) + 20
	number := func(id string) int {
		c, err := w.cases.Case(t.Context(), "", id)
		if err != nil {
			t.Fatal(err)
		}
		return c.Number
	}
	for i := range 3 {
		n := casework.Notice{N: i + 1, Language: "fr", How: "post", Proof: mark(fmt.Sprintf("the proof of letter %d", i+1)), By: &by, Link: casework.LinkHash(casework.NewID()), Code: "482913"}
		all[fmt.Sprintf("the link of letter %d", i+1)] = []byte(n.Link)
		l := casework.Letter{V: casework.LetterVersion, Lang: "fr", Case: number(id), Step: 3, Notice: n.N, Day: when.Today(w.now), By: &by, Link: n.Link, Parts: []casework.Part{
			{Is: casework.PartTitle, Words: []casework.Phrase{{Words: mark(fmt.Sprintf("the words of letter %d", i+1))}}},
			{Is: casework.PartLink, Words: []casework.Phrase{{Words: "https://example.org/answer/fr/"}}},
		}}
		letter, err := l.Encode()
		if err != nil {
			t.Fatal(err)
		}
		w.act(t, id, casework.SendNotice{Step: 3, Notice: n, Letter: letter})
		w.act(t, stays, casework.RecordRemedy{Remedy: casework.Remedy{Kind: "apology"}})
	}
	w.exhibit(t, all, id, casework.Head{Origin: "report", Thread: p.thread, Item: 1}, "a file of the report", mark("a word of the evidence"))
	w.exhibit(t, all, id, casework.Head{Origin: "office", Of: 1, Made: "redacted"}, "a redacted copy", strings.Repeat(mark("a word of the copy"), 2000))
	w.exhibit(t, all, id, casework.Head{Origin: "recipient"}, "the scan of an answer", mark("a word of the scan"))
	scanned := answer(3, "accepts")
	scanned.Answer.Evidence = 3
	w.act(t, id, scanned)
	opened, _, err := w.cases.OpenEvidence(t.Context(), "o1", id, 1, "work")
	if err != nil {
		t.Fatal(err)
	}
	_ = opened.Close()
	w.act(t, id, casework.AskPublication{Fields: []string{"state"}})
	if _, err := w.teller.Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.replied(t, "A letter")
	half, err := casework.Pack(w.key.Recipient(), casework.Head{Epoch: 1, Origin: "report", Thread: p.thread, Item: 1}, locale.Creole, seal.Exhibit{Name: "x", Type: "text/plain"}, "", make([]byte, 200<<10))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.cases.BeginEvidence(t.Context(), "o1", id, int64(len(half)), bytes.NewReader(half[:len(half)/2])); err != nil {
		t.Fatal(err)
	}
	all["what came of a file that is not whole"] = half[len(half)/3:][:64]
	// A row of a spreadsheet, with a case of its own.
	imported := w.imported(t, mark("the number in the spreadsheet"))

	of := func(ids ...string) {
		for _, id := range ids {
			events, err := w.cases.History(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				all.events(t, w, e.Index)
			}
		}
	}
	of(id, imported)
	said, err := w.intake.ToldOf(t.Context(), id)
	if err != nil || len(said) < 5 {
		t.Fatalf("people were told %d things (%v)", len(said), err)
	}
	for e, err := range w.store.Events()(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Inner == "word.sent" && bytes.Contains(e.Body, []byte(id)) {
			all.events(t, w, e.Index)
		}
	}
	before := strings.Join(all.found(t, w.dir), "\n")
	for what := range all {
		if sealed := strings.HasPrefix(what, "a word of"); strings.Contains(before, what) == sealed {
			t.Errorf("before, %s is found: %v; the test shows nothing", what, !sealed)
		}
	}

	w.erase(t, id)
	w.erase(t, imported)
	kept := map[string]bool{"the number in the spreadsheet": true} // its incident has it
	for _, place := range all.found(t, w.dir) {
		if what, _, _ := strings.Cut(place, " in /"); !kept[what] {
			t.Errorf("after the case was erased: %s", place)
		}
	}
	// The number that names it stands in its stone: in the event, the row and an index.
	if n := w.count(t, id); n != 3 {
		t.Errorf("its ID stands in %d places", n)
	}

	// Its incident, and the report, go in the same way.
	of2 := func(kind casework.Kind, thing string) {
		if err := w.cases.AskErasure(t.Context(), "o1", kind, thing, "safety"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.cases.Erase(t.Context(), "o2", kind, thing, 0, false); err != nil {
			t.Fatal(err)
		}
	}
	incidents, err := w.cases.Incidents(t.Context(), 1)
	if err != nil || len(incidents) != 1 {
		t.Fatal(incidents, err)
	}
	of2(casework.OfIncident, incidents[0].ID) // that of the spreadsheet is the newest
	of2(casework.OfIncident, inc)
	all["the thread of the report"], all["its recipient"] = []byte(p.thread), []byte(p.reply.Recipient().String())
	w.deed(t, intake.AskErasure{Thread: p.thread, Ground: "safety"})
	if _, err := w.intake.Erase(t.Context(), "o2", p.thread, false); err != nil {
		t.Fatal(err)
	}
	for _, place := range all.found(t, w.dir) {
		t.Errorf("after all was erased: %s", place)
	}

	// What stays is whole.
	if _, err := w.store.Rebuild(t.Context(), nil); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
	if err := w.store.Publish(t.Context(), w.now, false, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Verify(t.Context(), w.store.LedgerDir(), ledger.Options{Events: w.store.Events()}); err != nil {
		t.Errorf("verifying: %v", err)
	}
	if c, err := w.cases.Case(t.Context(), "", stays); err != nil || len(c.Remedies) != 3 {
		t.Errorf("another case is %+v (%v)", c, err)
	}
	w.close(t)
	for _, place := range all.found(t, w.dir) {
		t.Errorf("after the store was closed: %s", place)
	}
	w.open(t)
}

// imported puts a case from a spreadsheet on the record, under a number of its own.
func (w *world) imported(t testing.TB, ref string) string {
	t.Helper()
	row := casework.Told{
		Ref: ref,
		Incident: casework.Incident{
			Acts: []string{"injury"}, Terms: casework.CurrentTerms().Version, Sources: []casework.Basis{{Kind: "source", ID: casework.OwnFile + ref, Grade: "B2"}},
		},
		Allegations: []casework.Allegation{{Actor: "mss-force", Act: "injury", Confidence: "likely"}},
		Case:        &casework.Opened{Procedure: procedureOf(t, "mss-criminal"), Mission: "mss"}, On: when.Today(w.now),
	}
	if _, err := w.cases.Import(t.Context(), "o1", []casework.Told{row}); err != nil {
		t.Fatal(err)
	}
	list, err := w.cases.Allegations(t.Context(), w.newest(t), "")
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	return list[0].Cases[0]
}

func (w *world) newest(t testing.TB) string {
	t.Helper()
	list, err := w.cases.Incidents(t.Context(), 1)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	return list[0].ID
}

// count is how often some bytes stand in the record's files.
func (w *world) count(t testing.TB, word string) (n int) {
	t.Helper()
	for _, name := range []string{"record.db", "record.db-wal"} {
		b, err := os.ReadFile(filepath.Join(w.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		n += bytes.Count(b, []byte(word))
	}
	return n
}

// A process that is killed at any moment while it erases leaves each case whole, with its
// file and what people were told, or nothing of it but its stone; and whoever goes on
// completes it.
func TestKilledWhileErasing(t *testing.T) {
	if dir := os.Getenv(victimDir); dir != "" {
		eraseUntilKilled(t, dir)
		return
	}
	w := found(t)
	keep := func() {
		if err := w.cases.KeepEvidence(filepath.Join(w.dir, "evidence"), w); err != nil {
			t.Fatal(err)
		}
	}
	keep()
	p := w.report(t)
	ids := make([]string, 16)
	for i := range ids {
		ids[i] = w.docket(t, w.incident(t, p), "mss-criminal")
		w.act(t, ids[i], answer(1, "informed"))
		w.exhibit(t, make(needles), ids[i], casework.Head{Origin: "person"}, "x", "a statement")
	}
	w.pass(t, 2*len(ids))
	for _, id := range ids {
		if err := w.cases.AskErasure(t.Context(), "o1", casework.OfCase, id, "safety"); err != nil {
			t.Fatal(err)
		}
	}
	// whole fails where a case is neither, and reports whether it is.
	whole := func(id string) bool {
		t.Helper()
		stone, err := w.cases.Stone(t.Context(), casework.OfCase, id)
		if err != nil {
			t.Fatal(err)
		}
		said, err := w.intake.ToldOf(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		f, _, opens := w.cases.OpenEvidence(t.Context(), "o1", id, 1, "work")
		if opens == nil {
			_ = f.Close()
		}
		if stone == nil && (len(said) != 2 || opens != nil) || stone != nil && (len(said) != 0 || opens == nil) {
			t.Errorf("case %s has the stone %+v, %d things that were told, and opening its file gives %v", id, stone, len(said), opens)
		}
		return stone == nil
	}
	erased := 0
	for range 4 {
		w.close(t)
		runVictim(t, "TestKilledWhileErasing", w.dir, rand.IntN(3), rand.IntN(40_000))
		w.open(t)
		keep()
		left := 0
		for _, id := range ids {
			if whole(id) {
				left++
			}
		}
		erased = len(ids) - left
		files, err := os.ReadDir(filepath.Join(w.dir, "evidence", "files"))
		if err != nil || len(files) != left {
			t.Errorf("%d cases have %d files (%v)", left, len(files), err)
		}
		if _, err := w.store.Rebuild(t.Context(), nil); err != nil {
			t.Errorf("rebuilding: %v", err)
		}
	}
	t.Logf("%d cases were erased when it was killed", erased)
	for _, id := range ids {
		_, err := w.cases.Erase(t.Context(), "o2", casework.OfCase, id, 0, false)
		var refused *casework.Refused
		if errors.As(err, &refused) && refused.Code == casework.CodeErased {
			continue // before
		}
		if err != nil || whole(id) {
			t.Errorf("going on: %v", err)
		}
	}
	if len(p.hears(t, locale.English)) != len(ids) {
		t.Error("the person does not hear of each case that it was erased")
	}
	if err := w.store.Publish(t.Context(), w.now, false, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Verify(t.Context(), w.store.LedgerDir(), ledger.Options{Events: w.store.Events()}); err != nil {
		t.Errorf("verifying: %v", err)
	}
}

func eraseUntilKilled(t *testing.T, dir string) {
	w := newWorld(t, dir)
	w.open(t)
	if err := w.cases.KeepEvidence(filepath.Join(w.dir, "evidence"), w); err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			fmt.Println("alive")
		}
	}()
	asked, err := w.cases.Askings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range asked {
		if _, err := w.cases.Erase(t.Context(), "o2", a.Kind, a.ID, 0, false); err != nil {
			t.Fatal(err)
		}
		fmt.Println("done")
	}
	select {} // until it is killed
}
