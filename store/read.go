package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"temwen/dossier"
	"temwen/ledger"
	"temwen/record"
	"temwen/when"
)

// Reader is a store open for reading, beside the process that writes it.
type Reader struct {
	dir    string
	record record.Store
	key    string // the ledger's public key
}

// OpenReader opens a store for reading.
func OpenReader(ctx context.Context, dir string, books ...record.Book) (*Reader, error) {
	if err := Look(dir); err != nil {
		return nil, err
	}
	key, err := os.ReadFile(filepath.Join(dir, ledgerDir, vkeyFile))
	if err != nil {
		return nil, fmt.Errorf("reading the ledger's public key: %w", err)
	}
	r, err := record.OpenSQLite(ctx, filepath.Join(dir, recordFile), record.ReadOnly, record.Books(releases{}), record.Books(books...))
	if err != nil {
		return nil, err
	}
	return &Reader{dir: dir, record: r, key: strings.TrimSpace(string(key))}, nil
}

// Close releases the store.
func (r *Reader) Close() error {
	if r.record == nil {
		return nil
	}
	return r.record.Close()
}

// Size is the number of events on the record. In the process that writes it the database
// is not asked.
func (r *Reader) Size(ctx context.Context) (uint64, error) { return r.record.Size(ctx) }

// Audit compares the tables that answer questions with the record: see
// record.Store.
func (r *Reader) Audit(ctx context.Context, progress record.Progress) (record.Rebuilt, error) {
	return r.record.Audit(ctx, progress)
}

// Dossiers are all dossiers as of an edition; 0 stands for the latest.
func (r *Reader) Dossiers(ctx context.Context, edition uint64) ([]*dossier.Dossier, error) {
	files, err := r.record.Dossiers(ctx, edition)
	if err != nil {
		return nil, err
	}
	var dossiers []*dossier.Dossier
	for _, f := range files {
		d, err := r.dossier(ctx, f.Dossier, edition)
		if err != nil {
			return nil, fmt.Errorf("reading dossier %s: %w", f.Dossier, err)
		}
		dossiers = append(dossiers, d)
	}
	return dossiers, nil
}

func (r *Reader) dossier(ctx context.Context, id string, edition uint64) (*dossier.Dossier, error) {
	var failed error
	facts := func(yield func(dossier.Fact) bool) {
		for v, err := range r.record.Facts(ctx, record.Query{Dossier: id, Edition: edition}) {
			if err != nil {
				failed = err
				return
			}
			f := dossier.Fact{
				Kind: v.Kind, ID: v.ID, Mission: v.Mission, Known: when.Day(v.Known),
				Sources: v.Sources, Body: v.Body,
			}
			if !yield(f) {
				return
			}
		}
	}
	d, err := dossier.FromFacts(facts)
	if failed != nil {
		return nil, failed
	}
	return d, err
}

// Facts streams the facts that a query asks for, each with the index of its
// entry in the ledger.
func (r *Reader) Facts(ctx context.Context, q record.Query) iter.Seq2[record.Version, error] {
	return r.record.Facts(ctx, q)
}

// Events streams the record's events, for a check of the ledger against them.
func (r *Reader) Events() ledger.Events { return r.record.Events }

// LastDay is the day, in UTC, on which the last published event was recorded:
// the day of the edition. It errs where there is no event.
func (r *Reader) LastDay(ctx context.Context) (when.Day, error) {
	size, err := r.Edition(ctx)
	if err != nil {
		return 0, err
	}
	if size == 0 {
		return 0, errors.New("the record is empty; import a dossier first")
	}
	for size--; ; size-- {
		e, err := r.record.Event(ctx, size)
		if err != nil {
			return 0, err
		}
		if !e.Time.IsZero() {
			return when.Today(e.Time.UTC()), nil
		}
		if size == 0 {
			return 0, errors.New("all events of the record were erased")
		}
	}
}

// LedgerDir is the folder of the ledger's files.
func (r *Reader) LedgerDir() string { return filepath.Join(r.dir, ledgerDir) }

// Ledger serves the ledger's files as C2SP tlog-tiles.
func (r *Reader) Ledger() http.Handler { return ledger.Handler(r.LedgerDir()) }

// Key is the ledger's public key, as verification takes it.
func (r *Reader) Key() string { return r.key }

// Checkpoint is the latest signed checkpoint.
func (r *Reader) Checkpoint(context.Context) ([]byte, error) {
	b, err := os.ReadFile(filepath.Join(r.LedgerDir(), "checkpoint"))
	if err != nil {
		return nil, fmt.Errorf("reading the checkpoint: %w", err)
	}
	return b, nil
}

// Receipt is the proof that an entry is in the ledger: C2SP tlog-proof.
func (r *Reader) Receipt(ctx context.Context, index uint64) ([]byte, error) {
	return ledger.Receipt(ctx, r.LedgerDir(), index)
}
