package intake_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"

	"temwen/ledger"
)

// Whoever has a receipt and the envelope can show that they belong together,
// whether the envelope is in the record or beside it, before it is published and
// after, with nothing but the public ledger.
func TestReceiptNamesItsEnvelope(t *testing.T) {
	for name, text := range map[string]string{"short": "sa k te pase", "long": strings.Repeat("x", 3<<20)} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			parcel := d.report(t, newPerson(t, d), newID(1), text)
			sealed, err := io.ReadAll(parcel.Envelope)
			if err != nil {
				t.Fatal(err)
			}
			parcel.Envelope = bytes.NewReader(sealed)
			sum := sha256.Sum256(sealed)
			given := ledger.NamedReceipt{Name: "mine", Data: d.receive(t, parcel), Envelope: hex.EncodeToString(sum[:])}
			options := ledger.Options{Key: d.store.Key()}

			r, err := ledger.CheckReceipt(given, options)
			if err != nil || r.State != ledger.Promised || !r.Envelope || r.Said.Kind != "report.received" || r.Said.Day != "2026-11-28" {
				t.Errorf("the promise: %+v, %v", r, err)
			}
			other := given
			other.Envelope = hex.EncodeToString(make([]byte, sha256.Size))
			if _, err := ledger.CheckReceipt(other, options); !errors.Is(err, ledger.ErrRefused) {
				t.Errorf("another envelope: %v", err)
			}

			d.publish(t)
			file, err := ledger.ParseReceiptFile(given.Data)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := file.Prove(t.Context(), d.store.LedgerDir()); err != nil {
				t.Fatal(err)
			}
			given.Data = file.Marshal()
			if r, err = ledger.CheckReceipt(given, options); err != nil || r.State != ledger.Published || !r.Envelope {
				t.Errorf("the proof: %+v, %v", r, err)
			}
		})
	}
}
