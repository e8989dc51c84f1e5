package intake_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"temwen/intake"
	"temwen/ledger"
	"temwen/seal"
)

// onDisk is the files of a store in which some bytes are found.
func (d *desk) onDisk(t *testing.T, want []byte) (files []string) {
	t.Helper()
	err := filepath.WalkDir(d.dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, want) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Two officers erase a thread: nothing of it is on the disk any more, the rest is
// as it was, and the ledger still verifies.
func TestErase(t *testing.T) {
	d := newDesk(t)
	ayida, other := newPerson(t, d), newPerson(t, d)
	parcel := d.report(t, ayida, newID(1), strings.Repeat("x", 500<<10))
	sealed, err := io.ReadAll(parcel.Envelope)
	if err != nil {
		t.Fatal(err)
	}
	parcel.Envelope = bytes.NewReader(sealed)
	d.receive(t, parcel)
	thread := d.only(t, intake.Open)
	d.receive(t, d.report(t, other, newID(2), "another"))
	message := d.message(t, ayida, newID(3), seal.ParcelMessage, "more")
	short, err := io.ReadAll(message.Envelope)
	if err != nil {
		t.Fatal(err)
	}
	message.Envelope = bytes.NewReader(short)
	d.receive(t, message)
	d.deed(t, intake.MarkOpened{Thread: thread.ID, Items: []int{1}})
	long, brief := sealed[5000:5100], short[5000:5100]
	if len(d.onDisk(t, long)) == 0 || len(d.onDisk(t, brief)) == 0 {
		t.Fatal("the envelopes are not on the disk: the test shows nothing")
	}

	refused := func(by, code string) {
		t.Helper()
		var r *intake.Refused
		if _, err := d.Erase(t.Context(), by, thread.ID, false); !errors.As(err, &r) || r.Code != code {
			t.Errorf("erasing by %s: %v", by, err)
		}
	}
	refused("o2", intake.CodeFourEyes)
	d.deed(t, intake.AskErasure{Thread: thread.ID, Ground: "safety"})
	refused("o1", intake.CodeFourEyes)
	dry, err := d.Erase(t.Context(), "o2", thread.ID, true)
	if err != nil || dry.Envelopes != 2 || dry.Events != 4 || dry.Bytes != int64(len(sealed)+len(short)) {
		t.Errorf("it would erase %+v (%v)", dry, err)
	}
	if _, err := d.Thread(t.Context(), thread.ID); err != nil {
		t.Errorf("after a dry run: %v", err)
	}
	if done, err := d.Erase(t.Context(), "o2", thread.ID, false); err != nil || !reflect.DeepEqual(done, dry) {
		t.Fatalf("it erased %+v (%v)", done, err)
	}

	for what, b := range map[string][]byte{"the file": long, "the record": brief} {
		if files := d.onDisk(t, b); len(files) > 0 {
			t.Errorf("what was in %s is still in %q", what, files)
		}
	}
	if _, err := d.PersonThread(t.Context(), ayida.keys.Lookup); !errors.Is(err, intake.ErrUnknown) {
		t.Errorf("its code: %v", err)
	}
	if left := d.only(t, intake.Open); left.Number != 2 {
		t.Errorf("left is %+v", left)
	}
	d.publish(t)
	report, err := ledger.Verify(t.Context(), d.store.LedgerDir(), ledger.Options{Events: d.store.Events()})
	if err != nil || report.Erased != 4 {
		t.Errorf("verifying: %d erased, %v", report.Erased, err)
	}
	if _, err := d.store.Rebuild(t.Context(), nil); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
	d.close(t)
	d.open(t)
	d.receive(t, d.report(t, newPerson(t, d), newID(4), "a third"))
	page, err := d.Threads(t.Context(), intake.Query{View: intake.Open})
	if err != nil || len(page.Threads) != 2 || page.Threads[0].Number != 3 {
		t.Errorf("then there are %+v (%v)", page.Threads, err)
	}
}
