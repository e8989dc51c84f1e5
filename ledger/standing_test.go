package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"temwen/record"
)

// sealedEvent is a report that waits for its entry.
func sealedEvent(index uint64, at time.Time) record.Event {
	return record.Event{
		Index: index, Type: record.Sealed, Time: at, Public: []byte("{}"),
		Private: fmt.Appendf(nil, `{"at":%q,"body":{"epoch":1},"content":%q,"type":"report.received"}`, at.Format(time.RFC3339Nano), strings.Repeat("ab", 32)),
		Salt:    bytes.Repeat([]byte{7}, saltSize),
	}
}

// keptFile is what its sender keeps.
func keptFile(t rapid.TB, key Key, e record.Event, by time.Time) *ReceiptFile {
	t.Helper()
	signed, err := key.Promise(e, by)
	must(t, err)
	return &ReceiptFile{Key: key.Public(), Salt: e.Salt, Private: e.Private, Promise: signed}
}

// logWith writes a log of n test events, of which the one at an index is replaced
// by e, if there is one.
func logWith(t testing.TB, key Key, n uint64, e *record.Event) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "ledger")
	writeLog(t, dir, key, n, func(i uint64) []byte {
		if e != nil && e.Index == i {
			return mustEntry(*e)
		}
		return testEntry(i)
	})
	return dir
}

// Law: a receipt's standing follows from where its entry is and which days the
// ledger shows, and from the clock only where they do not tell. Nothing else of
// the report changes by it.
func TestStandingLaw(t *testing.T) {
	few(t, 40)
	key := testKey(t)
	start := testEvent(0).Time
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.Uint64Range(0, 700).Draw(rt, "entries")
		index := rapid.Uint64Range(0, n+1).Draw(rt, "index") // n and more: not published
		e := sealedEvent(index, testEvent(index).Time)
		by := start.Add(time.Duration(rapid.IntRange(-1000, 10000).Draw(rt, "minutes")) * time.Minute)
		now := start.Add(time.Duration(rapid.IntRange(-1000, 12000).Draw(rt, "clock")) * time.Minute)
		want := Promised
		last := ""
		if n > 0 {
			last = testEvent(n - 1).Time.Format(time.DateOnly)
		}
		switch day := by.Format(time.DateOnly); {
		case index < n && e.Time.Format(time.DateOnly) <= day:
			want = Published
		case index < n || last > day:
			want = Broken
		case now.After(by):
			want = Late
		}
		dir := logWith(t, key, n, &e)
		keep := t.TempDir()
		o := Options{Key: key.Public(), Keep: keep, Now: now, Receipts: []NamedReceipt{{Name: "mine", Data: keptFile(rt, key, e, by).Marshal()}}}
		r, err := Verify(rt.Context(), dir, o)
		if (want == Broken) != errors.Is(err, ErrRefused) || want != Broken && err != nil || !r.Saved || r.Entries != n {
			rt.Fatalf("%s: %+v, %v", want, r, err)
		}
		if len(r.Standings) != 1 || r.Standings[0].State != want || !r.Standings[0].By.Equal(by) {
			rt.Fatalf("%+v, and it should be %s", r.Standings, want)
		}
		if got := r.Standings[0].Index; (got != nil) != (index < n) || got != nil && *got != index || r.Receipts != len(r.Standings)-b2i(got == nil) {
			rt.Fatalf("found at %v of %d, and it is at %d", got, n, index)
		}
	})
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Many receipts are found in one pass, wherever they are, by folder and address.
func TestReceiptsAreFound(t *testing.T) {
	key := testKey(t)
	dir := filepath.Join(t.TempDir(), "ledger")
	writeLog(t, dir, key, 1000, testEntry)
	var o Options
	for _, i := range []uint64{0, 255, 256, 511, 700, 999, 700} {
		f := keptFile(t, key, testEvent(i), testEvent(i).Time.Add(time.Hour))
		o.Receipts = append(o.Receipts, NamedReceipt{Name: fmt.Sprint(i), Data: f.Marshal()})
		proof, err := Receipt(t.Context(), dir, i)
		must(t, err)
		f.Proof = proof
		o.Receipts = append(o.Receipts, NamedReceipt{Name: fmt.Sprint(i), Data: f.Marshal()}, NamedReceipt{Name: fmt.Sprint(i), Data: proof})
	}
	r, err := Verify(t.Context(), dir, o)
	must(t, err)
	if r.Receipts != len(o.Receipts) || len(r.Standings) != len(o.Receipts) {
		t.Errorf("%d of %d found", r.Receipts, len(o.Receipts))
	}
	for _, s := range r.Standings {
		if s.State != Published || fmt.Sprint(*s.Index) != s.Name || s.Day != testEvent(*s.Index).Time.Format(time.DateOnly) {
			t.Errorf("%+v", s)
		}
	}
}

// A receipt that does not hold is refused before any entry is read.
func TestFalseReceiptsAreRefused(t *testing.T) {
	key, other := testKey(t), testKey(t)
	e := sealedEvent(3, testEvent(3).Time)
	by := e.Time.Add(time.Hour)
	dir := logWith(t, key, 300, &e)
	proofOf := func(index uint64) []byte {
		proof, err := Receipt(t.Context(), dir, index)
		must(t, err)
		return proof
	}
	good := func() *ReceiptFile { return keptFile(t, key, e, by) }
	change := func(f *ReceiptFile, how func(*ReceiptFile)) *ReceiptFile { how(f); return f }
	for name, c := range map[string]struct {
		file     *ReceiptFile
		envelope string
		says     string
	}{
		"good":                     {good(), "", ""},
		"its envelope":             {good(), strings.Repeat("ab", 32), ""},
		"another envelope":         {good(), strings.Repeat("ba", 32), "it is another, or was altered"},
		"another key":              {keptFile(t, other, e, by), "", "it is another ledger's"},
		"another key's signature":  {change(keptFile(t, other, e, by), func(f *ReceiptFile) { f.Key = key.Public() }), "", "is not signed by the key"},
		"another salt":             {change(good(), func(f *ReceiptFile) { f.Salt = make([]byte, saltSize) }), "", "does not open what was promised"},
		"other words":              {change(good(), func(f *ReceiptFile) { f.Private = []byte(`{}`) }), "", "does not open what was promised"},
		"its proof":                {change(good(), func(f *ReceiptFile) { f.Proof = proofOf(3) }), "", ""},
		"another's proof":          {change(good(), func(f *ReceiptFile) { f.Proof = proofOf(4) }), "", "for another entry than the one it opens"},
		"no promise":               {change(good(), func(f *ReceiptFile) { f.Promise, f.Proof = nil, proofOf(3) }), "", ""},
		"no promise and no words":  {change(good(), func(f *ReceiptFile) { f.Promise, f.Proof, f.Private = nil, proofOf(3), []byte("{}") }), "", "for another entry"},
		"a proof that is nonsense": {change(good(), func(f *ReceiptFile) { f.Proof = []byte("x\n") }), "", "this is no receipt"},
		"a promise of nothing":     {change(good(), func(f *ReceiptFile) { f.Promise = proofOf(3) }), "", "promise is not signed"},
		"a checkpoint as promise":  {change(good(), func(f *ReceiptFile) { f.Promise = signCheckpoint(t, key, 300, tlog.Hash{}) }), "", "not one in form"},
	} {
		given := NamedReceipt{Name: "mine", Data: c.file.Marshal(), Envelope: c.envelope}
		_, err := Verify(t.Context(), dir, Options{Key: key.Public(), Receipts: []NamedReceipt{given}})
		_, alone := CheckReceipt(given, Options{Key: key.Public()})
		for how, err := range map[string]error{"with the ledger": err, "alone": alone} {
			if c.says == "" && err != nil || c.says != "" && (!errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "receipt mine: ") || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("%s, %s: %v", name, how, err)
			}
		}
	}
}

// By itself a file proves its promise, and, with a proof of a later day than
// promised, that it was broken.
func TestCheckReceipt(t *testing.T) {
	key := testKey(t)
	e := sealedEvent(290, testEvent(290).Time)
	dir := logWith(t, key, 300, &e)
	proof, err := Receipt(t.Context(), dir, 290)
	must(t, err)
	check := func(by time.Time, proof []byte) (ReceiptReport, error) {
		f := keptFile(t, key, e, by)
		f.Proof = proof
		return CheckReceipt(NamedReceipt{Name: "mine", Data: f.Marshal()}, Options{})
	}
	soon := e.Time.Add(time.Hour).Truncate(time.Minute)
	r, err := check(soon, nil)
	if err != nil || r.State != Promised || !r.By.Equal(soon) || r.Index != nil || r.Pin != PinFile || r.Key != key.Public() ||
		r.Said.Kind != "report.received" || r.Said.Day != e.Time.Format(time.DateOnly) || r.Said.Envelope != strings.Repeat("ab", 32) {
		t.Errorf("a promise: %+v, %v", r, err)
	}
	if r, err = check(soon, proof); err != nil || r.State != Published || *r.Index != 290 || r.Checkpoint.Size != 300 {
		t.Errorf("a proof: %+v, %v", r, err)
	}
	if r, err = check(e.Time.AddDate(0, 0, -1), proof); !errors.Is(err, ErrRefused) || r.State != Broken || !strings.Contains(err.Error(), "it is there as entry 290, which is of ") {
		t.Errorf("a late proof: %+v, %v", r, err)
	}
	r, err = CheckReceipt(NamedReceipt{Name: "mine", Data: proof}, Options{Key: key.Public()})
	if err != nil || r.State != Published || *r.Index != 290 || r.Said.Raw != nil || r.Pin != PinGiven {
		t.Errorf("a proof alone: %+v, %v", r, err)
	}
}

// The key is the one given, or kept, or that of the policy, or the file's; and
// looking leaves no trace.
func TestCheckReceiptKey(t *testing.T) {
	key, other := testKey(t), testKey(t)
	e := sealedEvent(3, testEvent(3).Time)
	keep := filepath.Join(t.TempDir(), "kept")
	mine := NamedReceipt{Name: "mine", Data: keptFile(t, key, e, promisedBy).Marshal()}
	none := filepath.Join(t.TempDir(), "none")
	_, err := Verify(t.Context(), logWith(t, key, 3, nil), Options{Keep: keep})
	must(t, err)
	policy := func(k Key) []byte { return []byte("log " + k.Public() + "\nquorum none\n") }
	for name, c := range map[string]struct {
		o    Options
		pin  Pin
		says string // of a refusal
	}{
		"given":                  {Options{Key: key.Public(), Keep: none}, PinGiven, ""},
		"given, another":         {Options{Key: other.Public(), Keep: none}, PinGiven, "another ledger's"},
		"given, and not kept":    {Options{Key: other.Public(), Keep: keep}, PinGiven, "changed its key"},
		"kept":                   {Options{Keep: keep}, PinKept, ""},
		"kept, with the policy":  {Options{Keep: keep, Policy: policy(key)}, PinKept, ""},
		"policy":                 {Options{Keep: none, Policy: policy(key)}, PinPolicy, ""},
		"policy of another":      {Options{Policy: policy(other)}, PinPolicy, "another ledger's"},
		"nothing but the file's": {Options{Keep: none}, PinFile, ""},
	} {
		r, err := CheckReceipt(mine, c.o)
		if c.says == "" && (err != nil || r.Pin != c.pin) || c.says != "" && (!errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	forged := NamedReceipt{Name: "forged", Data: keptFile(t, other, e, promisedBy).Marshal()}
	if _, err := CheckReceipt(forged, Options{Keep: keep}); !errors.Is(err, ErrRefused) {
		t.Errorf("signed by another key of that name: %v", err)
	}
	if found, err := filepath.Glob(none); err != nil || found != nil {
		t.Errorf("%v was made (%v)", found, err)
	}
	if _, err := CheckReceipt(mine, Options{Policy: []byte("nonsense")}); err == nil || errors.Is(err, ErrRefused) {
		t.Errorf("a policy of nonsense: %v", err)
	}
}

// Law: with t of n witnesses for a quorum, a checkpoint was the latest until the
// time by which fewer than t witnesses are left that had not signed it then.
func TestLatestAtLaw(t *testing.T) {
	key := testKey(t)
	var witnesses []Cosigner
	policy := "log " + key.Public() + "\n"
	names := ""
	for i := range 5 {
		s, err := torchwood.NewCosignatureSigner(fmt.Sprintf("witness.example/%d", i), testPrivateKey(t))
		must(t, err)
		policy += fmt.Sprintf("witness w%d %s\n", i, s.Verifier())
		names += fmt.Sprintf(" w%d", i)
		witnesses = append(witnesses, Cosigner{Name: s.Name(), hash: s.KeyHash()})
	}
	rapid.Check(t, func(rt *rapid.T) {
		quorum := rapid.IntRange(1, 5).Draw(rt, "quorum")
		own, err := newTrust(key.Public(), fmt.Appendf(nil, "%sgroup g %d%s\nquorum g\n", policy, quorum, names))
		must(rt, err)
		var c Checkpoint
		var times []int64
		for _, w := range witnesses {
			if w.Unix = rapid.Int64Range(0, 9).Draw(rt, "time"); w.Unix > 0 {
				c.Cosigners, times = append(c.Cosigners, w), append(times, w.Unix)
			}
		}
		slices.SortFunc(times, func(a, b int64) int { return int(b - a) })
		var want time.Time
		if k := 5 - quorum; k < len(times) {
			want = time.Unix(times[k], 0).UTC()
		}
		if got := own.latestAt(c); !got.Equal(want) {
			rt.Fatalf("%d of 5, signed at %v: the latest until %s, and should be %s", quorum, times, got, want)
		}
	})
	own, err := newTrust(key.Public(), nil)
	must(t, err)
	if got := own.latestAt(Checkpoint{Cosigners: witnesses}); !got.IsZero() {
		t.Errorf("without a policy: %s", got)
	}
}

// Witnesses who knew of nothing later prove a promise broken before the ledger
// shows another day. One that may have been away does not.
func TestWitnessesProveBroken(t *testing.T) {
	key := testKey(t)
	day := time.Date(2020, 1, 1, 12, 0, 0, 0, time.UTC)
	e := sealedEvent(9, day)
	dir := filepath.Join(t.TempDir(), "ledger")
	writeLog(t, dir, key, 5, func(i uint64) []byte {
		return mustEntry(record.Event{Index: i, Type: "a", Time: day, Public: []byte("{}"), Salt: e.Salt})
	})
	signed, err := folder(dir).read(t.Context(), checkpointFile, nil, maxCheckpoint)
	must(t, err)
	text, _, _ := strings.Cut(string(signed), "\n\n")
	signer, err := key.signer()
	must(t, err)
	one, err := torchwood.NewCosignatureSigner("witness.example/one", testPrivateKey(t))
	must(t, err)
	cosigned, err := note.Sign(&note.Note{Text: text + "\n"}, signer, one)
	must(t, err)
	must(t, writeFile(filepath.Join(dir, checkpointFile), cosigned, 0o644, os.Rename))
	two := testCosigner(t)
	mine := NamedReceipt{Name: "mine", Data: keptFile(t, key, e, day.Add(time.Hour)).Marshal()}
	for policy, want := range map[string]State{
		"witness one %[1]s\nquorum one\n":                                       Broken,
		"witness one %[1]s\nwitness two %[2]s\ngroup g any one two\nquorum g\n": Promised,
		"witness one %[1]s\nquorum none\n":                                      Promised,
	} {
		r, err := Verify(t.Context(), dir, Options{Policy: fmt.Appendf(nil, policy, one.Verifier(), two), Receipts: []NamedReceipt{mine}})
		if (err != nil) != (want == Broken) || len(r.Standings) != 1 || r.Standings[0].State != want {
			t.Errorf("%s: %+v, %v", policy, r.Standings, err)
		}
		if want == Broken && !strings.Contains(err.Error(), "though the witnesses knew of no more entries at 20") {
			t.Error(err)
		}
	}
}

// A context that ends does.
func TestProveStops(t *testing.T) {
	key := testKey(t)
	e := sealedEvent(0, testEvent(0).Time)
	dir := logWith(t, key, 300, &e)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	f := keptFile(t, key, e, promisedBy)
	if _, err := f.Prove(ctx, dir); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
