package casework

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"testing"

	"filippo.io/age"

	"temwen/intake"
	"temwen/locale"
	"temwen/seal"
	"temwen/shelf"
)

// item is an invented item of evidence.
func item() Evidence {
	e := Evidence{Origin: "person", Grade: "B2", Size: 9000, Epoch: 1}
	rand.Read(e.ID[:])
	rand.Read(e.SHA256[:])
	return e
}

func TestEvidenceIsTakenInAndHandled(t *testing.T) {
	k := begin(t)
	changed := k.c.Changed
	k.do("o1", "2025-01-11", TakeIn{item()})
	k.do("o1", "2025-01-12", Handle{Custody{N: 1, Act: ActOpened, Why: "work"}})
	redacted := item()
	redacted.Origin, redacted.Of, redacted.Made = "office", 1, "redacted"
	k.do("o2", "2025-01-12", TakeIn{redacted})
	k.do("o2", "2025-01-13", Handle{Custody{N: 2, Act: ActHanded, Why: "request", To: "prosecutor"}})
	if k.c.Item(2).Held != "prosecutor" || k.c.Item(2).Of != 1 || k.c.Item(2).By != "o2" {
		t.Errorf("%+v", k.c.Item(2))
	}
	k.do("o2", "2025-01-20", Handle{Custody{N: 2, Act: ActReturned}})
	k.do("o2", "2025-01-20", Handle{Custody{N: 1, Act: ActChecked, Differs: true}})
	if k.c.Item(2).Held != "" || !k.c.Item(1).Differs {
		t.Errorf("%+v", k.c.Evidence)
	}
	if k.c.Changed != changed {
		t.Error("what is done with evidence makes other officers’ pages old")
	}
}

func TestEvidenceRefused(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-11", TakeIn{item()})
	k.do("o1", "2025-01-11", Handle{Custody{N: 1, Act: ActHanded, Why: "request", To: "judge"}})
	with := func(change func(*Evidence)) Command {
		e := item()
		change(&e)
		return TakeIn{e}
	}
	act := func(c Custody) Command { return Handle{c} }
	for _, tt := range []struct {
		name string
		c    Command
		code string
	}{
		{"from nowhere", with(func(e *Evidence) { e.Origin = "dream" }), CodeMalformed},
		{"a grade that is none", with(func(e *Evidence) { e.Grade = "Z9" }), CodeMalformed},
		{"from a report that is not named", with(func(e *Evidence) { e.Origin = "report" }), CodeMalformed},
		{"a report that it is not from", with(func(e *Evidence) { e.Thread, e.Item = "t", 1 }), CodeMalformed},
		{"a copy of nothing", with(func(e *Evidence) { e.Origin, e.Of, e.Made = "office", 9, "redacted" }), CodeUnknown},
		{"a copy made nohow", with(func(e *Evidence) { e.Origin, e.Of = "office", 1 }), CodeMalformed},
		{"a copy that a person handed over", with(func(e *Evidence) { e.Of, e.Made = 1, "redacted" }), CodeMalformed},
		{"the same again", with(func(e *Evidence) { e.SHA256 = k.c.Evidence[0].SHA256 }), CodeTwice},
		{"nothing is opened", act(Custody{N: 2, Act: ActOpened, Why: "work"}), CodeUnknown},
		{"opened for no reason", act(Custody{N: 1, Act: ActOpened}), CodeMalformed},
		{"opened for a reason that is none", act(Custody{N: 1, Act: ActOpened, Why: "curious"}), CodeMalformed},
		{"an act that is none", act(Custody{N: 1, Act: "burnt", Why: "work"}), CodeMalformed},
		{"handed to nobody", act(Custody{N: 1, Act: ActHanded, Why: "request"}), CodeMalformed},
		{"handed to a person", act(Custody{N: 1, Act: ActHanded, Why: "request", To: "a person"}), CodeMalformed},
		{"handed on while it is away", act(Custody{N: 1, Act: ActHanded, Why: "request", To: "inquiry"}), CodeTwice},
		{"an opening that differs", act(Custody{N: 1, Act: ActOpened, Why: "work", Differs: true}), CodeMalformed},
		{"an answer in a letter that there is not", RecordAnswer{1, Answer{Answer: "informed", How: "letter", Evidence: 7}}, CodeUnknown},
	} {
		k.refused("o1", "2025-01-12", tt.c, tt.code)
		_ = tt.name
	}
	k.refused("o1", "2025-01-10", Handle{Custody{N: 1, Act: ActReturned}}, CodeDay)
	k.do("o1", "2025-01-12", Handle{Custody{N: 1, Act: ActReturned}})
	k.refused("o1", "2025-01-12", Handle{Custody{N: 1, Act: ActReturned}}, CodeTwice)
	k.do("o1", "2025-01-12", RecordAnswer{1, Answer{Answer: "informed", How: "letter", Evidence: 1}})
	if k.c.Steps[0].Answers[0].Evidence != 1 {
		t.Error("the answer does not say which letter it came in")
	}
}

func hashOf(b []byte) seal.Hash { return sha256.Sum256(b) }

// keys is an office with one key.
type keys struct {
	id    *age.HybridIdentity
	epoch int
}

func (k keys) Current(context.Context) (intake.Current, error) {
	return intake.Current{Epoch: k.epoch, Recipient: k.id.Recipient().String()}, nil
}

// parcel is an item of evidence as a browser hands it in.
func (k keys) parcel(t testing.TB, h Head, content []byte) []byte {
	t.Helper()
	h.Epoch = k.epoch
	b, err := Pack(k.id.Recipient(), h, locale.English, seal.Exhibit{Name: "a.bin", Type: "application/octet-stream"}, "", content)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// withLocker is an office that keeps evidence.
func withLocker(t testing.TB) (*office, keys, string) {
	t.Helper()
	o := newOffice(t)
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	k := keys{id, 1}
	dir := filepath.Join(t.TempDir(), "evidence")
	if err := o.KeepEvidence(dir, k); err != nil {
		t.Fatal(err)
	}
	return o, k, dir
}

// Given a file that comes in pieces, when the last is there, then it is an item of
// the case; asked again, it is the same one; opened, it is what was sealed; and the
// record says so.
func TestEvidenceComesInPieces(t *testing.T) {
	o, k, dir := withLocker(t)
	docket := o.open(t)
	content := bytes.Repeat([]byte("invented "), 40_000)
	parcel := k.parcel(t, Head{Origin: "person"}, content)
	id, at, err := o.BeginEvidence(t.Context(), "o1", docket, int64(len(parcel)), bytes.NewReader(parcel[:30_000]))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.GoOnEvidence(t.Context(), "o1", docket, id, 5, bytes.NewReader(nil)); !errors.Is(err, shelf.ErrOffset) {
		t.Errorf("elsewhere: %v", err)
	}
	for at.Receipt == nil {
		piece := parcel[at.Offset:min(at.Offset+100_000, at.Size)]
		if at, err = o.GoOnEvidence(t.Context(), "o1", docket, id, at.Offset, bytes.NewReader(piece)); err != nil {
			t.Fatal(err)
		}
	}
	if string(at.Receipt) != "1" {
		t.Errorf("the receipt is %s", at.Receipt)
	}
	if again, err := o.GoOnEvidence(t.Context(), "o1", docket, id, at.Size, bytes.NewReader(nil)); err != nil || string(again.Receipt) != "1" {
		t.Errorf("asked again: %+v, %v", again, err)
	}
	_, twice, err := o.BeginEvidence(t.Context(), "o1", docket, int64(len(parcel)), bytes.NewReader(parcel))
	if err != nil || string(twice.Receipt) != "1" {
		t.Errorf("sent again: %+v, %v", twice, err)
	}

	c, err := o.Case(t.Context(), "o1", docket)
	if err != nil || len(c.Evidence) != 1 {
		t.Fatalf("%+v, %v", c.Evidence, err)
	}
	r, size, err := o.OpenEvidence(t.Context(), "o2", docket, 1, "work")
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := io.ReadAll(r)
	if err = errors.Join(err, r.Close()); err != nil || int64(len(sealed)) != size || hashOf(sealed) != c.Evidence[0].SHA256 {
		t.Errorf("what is opened is not what was kept: %v", err)
	}
	opened, err := seal.Open(bytes.NewReader(sealed), k.id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := opened.Document(); err != nil {
		t.Fatal(err)
	}
	m, err := opened.Next()
	if got, _ := io.ReadAll(m.Content); err != nil || !bytes.Equal(got, content) {
		t.Errorf("the file is another: %v", err)
	}
	label, err := o.Label(t.Context(), docket, 1)
	if err != nil {
		t.Fatal(err)
	}
	if opened, err = seal.Open(bytes.NewReader(label), k.id); err != nil {
		t.Fatal(err)
	}
	if d, err := opened.Document(); err != nil || d.Message.Exhibit == nil || d.Message.Exhibit.SHA256 != hashOf(content) {
		t.Errorf("the label is %+v, %v", d, err)
	}

	events, err := o.History(t.Context(), docket)
	if err != nil {
		t.Fatal(err)
	}
	var did []string
	for _, e := range events[1:] {
		did = append(did, e.Type+" "+e.By)
	}
	if !slices.Equal(did, []string{"evidence.taken o1", "evidence.handled o2"}) {
		t.Errorf("on the record stands %q", did)
	}

	// A restart keeps what is on the record, and what was left by a crash goes.
	left, err := o.kept.shelf.Keep(bytes.NewReader([]byte("left by a crash")), 15)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.KeepEvidence(dir, k); err != nil {
		t.Fatal(err)
	}
	if _, err := o.kept.shelf.Open(left); !errors.Is(err, shelf.ErrUnknown) {
		t.Errorf("what no event speaks of is still there: %v", err)
	}
	if r, _, err = o.OpenEvidence(t.Context(), "o1", docket, 1, "check"); err != nil {
		t.Fatal(err)
	}
	r.Close()
	if _, err := o.store.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if c, err = o.Case(t.Context(), "o1", docket); err != nil || len(c.Evidence) != 1 {
		t.Errorf("after a rebuild %+v, %v", c.Evidence, err)
	}
}

// Given evidence in a case, when two officers erase the case, then its sealed files, its
// labels and its custody log are gone, and the record can be told again.
func TestEraseEvidence(t *testing.T) {
	o, k, dir := withLocker(t)
	docket := o.open(t)
	other := o.open(t)
	for _, id := range []string{docket, other} {
		parcel := k.parcel(t, Head{Origin: "person"}, []byte("invented"))
		if _, at, err := o.BeginEvidence(t.Context(), "o1", id, int64(len(parcel)), bytes.NewReader(parcel)); err != nil || at.Receipt == nil {
			t.Fatalf("%+v, %v", at, err)
		}
	}
	r, _, err := o.OpenEvidence(t.Context(), "o1", docket, 1, "work")
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	would, err := o.Erase(t.Context(), "o2", OfCase, docket, 0, true)
	if err != nil || would.Evidence != 1 || would.Bytes == 0 {
		t.Errorf("%+v, %v would go", would, err)
	}
	o.erase(t, OfCase, docket)
	if _, _, err := o.OpenEvidence(t.Context(), "o1", docket, 1, "work"); err == nil {
		t.Error("it can still be opened")
	}
	files, err := filepath.Glob(filepath.Join(dir, "files", "*"))
	if err != nil || len(files) != 1 {
		t.Errorf("%q are left, and should be that of the other case (%v)", files, err)
	}
	o.rebuilds(t)
	if c, err := o.Case(t.Context(), "o1", other); err != nil || len(c.Evidence) != 1 {
		t.Errorf("the other case has %+v, %v", c, err)
	}
}

// Given evidence that is on its way into a case, when the case is erased meanwhile, then
// whoever sends it is told so, and nothing of it is kept.
func TestEvidenceOfAnErasedCase(t *testing.T) {
	o, k, dir := withLocker(t)
	docket := o.open(t)
	parcel := k.parcel(t, Head{Origin: "person"}, bytes.Repeat([]byte("invented "), 1000))
	half := len(parcel) - 100
	id, _, err := o.BeginEvidence(t.Context(), "o1", docket, int64(len(parcel)), bytes.NewReader(parcel[:half]))
	if err != nil {
		t.Fatal(err)
	}
	o.erase(t, OfCase, docket)
	_, err = o.GoOnEvidence(t.Context(), "o1", docket, id, int64(half), bytes.NewReader(parcel[half:]))
	refusedAs(t, err, CodeErased, "o2")
	for _, folder := range []string{"files", "uploads"} {
		left, err := filepath.Glob(filepath.Join(dir, folder, "*"))
		if err != nil || len(left) > 0 {
			t.Errorf("in %s is left %q (%v)", folder, left, err)
		}
	}
}

// Given a process that dies when a case is erased and its files are not yet, when the
// locker is opened again, then they are gone.
func TestErasedEvidenceAfterACrash(t *testing.T) {
	o, k, dir := withLocker(t)
	docket := o.open(t)
	parcel := k.parcel(t, Head{Origin: "person"}, []byte("invented"))
	if _, _, err := o.BeginEvidence(t.Context(), "o1", docket, int64(len(parcel)), bytes.NewReader(parcel)); err != nil {
		t.Fatal(err)
	}
	o.kept = nil // the record is changed, and the shelf is not
	o.erase(t, OfCase, docket)
	left := func() int {
		files, err := filepath.Glob(filepath.Join(dir, "files", "*"))
		if err != nil {
			t.Fatal(err)
		}
		return len(files)
	}
	if left() != 1 {
		t.Fatal("the file is gone already: the test shows nothing")
	}
	if err := o.KeepEvidence(dir, k); err != nil || left() != 0 {
		t.Errorf("%d files are left (%v)", left(), err)
	}
}

// TestEvidenceThatIsRefused is refused before the rest of it is sent.
func TestEvidenceThatIsRefused(t *testing.T) {
	o, k, _ := withLocker(t)
	docket := o.open(t)
	good := k.parcel(t, Head{Origin: "person"}, []byte("x"))
	begin := func(parcel []byte) error {
		_, _, err := o.BeginEvidence(t.Context(), "o1", docket, int64(len(parcel)), bytes.NewReader(parcel[:min(len(parcel), 20_000)]))
		return err
	}
	old := k
	old.epoch = 7
	var refused *Refused
	var notSo *intake.Refused
	if err := begin(old.parcel(t, Head{Origin: "person"}, []byte("x"))); !errors.As(err, &notSo) || notSo.Code != intake.CodeOldEpoch {
		t.Errorf("an old key: %v", err)
	}
	if err := begin(k.parcel(t, Head{Origin: "dream"}, []byte("x"))); !errors.As(err, &refused) || refused.Code != CodeMalformed {
		t.Errorf("no origin: %v", err)
	}
	if err := begin(good[:9000]); !errors.Is(err, seal.ErrMalformed) {
		t.Errorf("cut: %v", err)
	}
	if err := o.Do(t.Context(), "o1", docket, 0, Wall{"o1"}, 0); err != nil {
		t.Fatal(err)
	}
	if err := begin(good); !errors.As(err, &refused) || refused.Code != CodeWalled {
		t.Errorf("by one who is kept from the case: %v", err)
	}
}

func FuzzReadParcel(f *testing.F) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		f.Fatal(err)
	}
	k := keys{id, 1}
	f.Add(k.parcel(f, Head{Origin: "web"}, []byte("x")))
	f.Add([]byte("\x00\x00\x00\x02{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ReadParcel(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			if !errors.Is(err, seal.ErrMalformed) && !errors.Is(err, seal.ErrTooLarge) && !errors.Is(err, seal.ErrUnpadded) && !errors.Is(err, seal.ErrRecipient) {
				t.Fatal(err)
			}
			return
		}
		rest, err := io.ReadAll(p.Sealed)
		if err != nil || int64(len(rest)) != p.Size || len(p.Label) != p.Head.Label {
			t.Fatalf("%d of %d bytes: %v", len(rest), p.Size, err)
		}
	})
}

// TestFilesAreCompared: what a record speaks of is found in its folder, byte for byte.
func TestFilesAreCompared(t *testing.T) {
	o, k, dir := withLocker(t)
	docket := o.open(t)
	for range 2 {
		parcel := k.parcel(t, Head{Origin: "person"}, []byte("invented"))
		if _, at, err := o.BeginEvidence(t.Context(), "o1", docket, int64(len(parcel)), bytes.NewReader(parcel)); err != nil || at.Receipt == nil {
			t.Fatalf("%+v, %v", at, err)
		}
	}
	var files Files
	for e, err := range o.store.Events()(t.Context(), 0) {
		if err = errors.Join(err, files.Enter(&e)); err != nil {
			t.Fatal(err)
		}
	}
	erased := func(yes bool) func(context.Context, uint64) (bool, error) {
		return func(context.Context, uint64) (bool, error) { return yes, nil }
	}
	compare := func(dir string, gone bool) (int, bool, error) { return files.Compare(t.Context(), dir, erased(gone)) }
	if n, here, err := compare(dir, false); n != 2 || !here || err != nil {
		t.Errorf("%d are whole, %v, %v", n, here, err)
	}
	if n, here, err := compare(t.TempDir(), false); n != 0 || here || err != nil {
		t.Errorf("where there is no folder: %d, %v, %v", n, here, err)
	}
	c, err := o.Case(t.Context(), "o1", docket)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.kept.shelf.Remove(c.Evidence[1].SHA256); err != nil {
		t.Fatal(err)
	}
	var changed *Changed
	if _, _, err := compare(dir, false); !errors.As(err, &changed) || !changed.Gone || changed.Event != c.Evidence[1].Index {
		t.Errorf("one that is gone: %v", err)
	}
	if n, _, err := compare(dir, true); n != 1 || err != nil {
		t.Errorf("one that was erased meanwhile: %d, %v", n, err)
	}
}
