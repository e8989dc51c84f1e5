package main

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"os"
	"testing"

	"temwen/dossier"
	"temwen/record"
	"temwen/site"
)

// missionsRecord is a record of many dossiers, in memory.
type missionsRecord struct{ dossiers []*dossier.Dossier }

var _ site.Record = missionsRecord{}

// manyMissions is a record with n dossiers of the size of Haiti's; the first is
// Haiti's.
func manyMissions(b *testing.B, n int) site.Record {
	b.Helper()
	var r missionsRecord
	for i := range n {
		d, err := dossier.Load(os.DirFS("../missions/haiti"), dossier.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if i > 0 {
			d.Info.ID = fmt.Sprintf("haiti-%d", i)
		}
		r.dossiers = append(r.dossiers, d)
	}
	return r
}

func (r missionsRecord) Edition(context.Context) (uint64, error) { return 1, nil }
func (r missionsRecord) Dossiers(context.Context, uint64) ([]*dossier.Dossier, error) {
	return r.dossiers, nil
}

func (r missionsRecord) Facts(context.Context, record.Query) iter.Seq2[record.Version, error] {
	return func(func(record.Version, error) bool) {}
}

func (r missionsRecord) Ledger() http.Handler                            { return http.NotFoundHandler() }
func (r missionsRecord) Key() string                                     { return "" }
func (r missionsRecord) Checkpoint(context.Context) ([]byte, error)      { return nil, nil }
func (r missionsRecord) Receipt(context.Context, uint64) ([]byte, error) { return nil, nil }

// View has no book.
func (r missionsRecord) View(context.Context, string, func(*record.Tables) error) error {
	return record.ErrNoBook
}
