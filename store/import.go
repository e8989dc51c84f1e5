package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"temwen/dossier"
	"temwen/record"
)

// Imported is what an import did.
type Imported struct {
	Dossier                    string
	Facts                      int // that the dossier has
	Stated, Revised, Retracted int
	Edition                    uint64 // entries in the ledger afterwards
}

// Unchanged reports whether the record already said all of it.
func (i Imported) Unchanged() bool { return i.Stated+i.Revised+i.Retracted == 0 }

// Recorded reports whether the import has changed the record, also where Import
// returns an error because the ledger could not follow.
func (i Imported) Recorded() bool { return !i.Unchanged() }

// Progress is told what is being done, and how far it has come.
type Progress struct {
	Record func(done, total int) // events appended to the record
	Ledger func(done, total int) // entries appended to the ledger
}

// Import makes the record hold a dossier exactly as given: all of it in one
// transaction, then the ledger. now is when; its day must not be before that of
// the last event. When Import returns without an error, the events are on disk
// and a checkpoint over them is published. Where the ledger could not follow, it
// returns what was recorded with the error.
func (s *Store) Import(ctx context.Context, d *dossier.Dossier, now time.Time, p Progress) (Imported, error) {
	s.publishing.Lock()
	defer s.publishing.Unlock()
	if err := s.checkClock(ctx, now); err != nil {
		return Imported{}, err
	}
	facts, err := facts(d)
	if err != nil {
		return Imported{}, err
	}
	command := record.Import{Dossier: d.Info.ID, Facts: facts}
	var progress []record.Progress
	if p.Record != nil {
		progress = append(progress, p.Record)
	}
	result, err := s.record.Do(ctx, executionKey(), command, now, progress...)
	if err != nil {
		return Imported{}, err
	}
	done := Imported{
		Dossier: d.Info.ID, Facts: len(command.Facts), Edition: result.To,
		Stated: result.Counts[record.FactStated], Revised: result.Counts[record.FactRevised],
		Retracted: result.Counts[record.FactRetracted],
	}
	if err := s.publish(ctx, now, false, p.Ledger); err != nil {
		return done, err
	}
	done.Edition, err = s.Edition(ctx)
	return done, err
}

// checkClock refuses a day before the last event's: the ledger, whose entries
// carry their day, would refuse it for ever.
func (s *Store) checkClock(ctx context.Context, now time.Time) error {
	size, err := s.record.Size(ctx)
	if err != nil || size == 0 {
		return err
	}
	for last, err := range s.record.Events(ctx, size-1) {
		if err != nil {
			return err
		}
		day, lastDay := now.UTC().Format(time.DateOnly), last.Time.UTC().Format(time.DateOnly)
		if !last.Time.IsZero() && day < lastDay {
			return fmt.Errorf("the clock of this machine says %s, and the record's last event is of %s; set the clock right, for the record must not go back in time", day, lastDay)
		}
	}
	return nil
}

// executionKey names one execution of a command.
func executionKey() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// facts are a dossier's facts as the record keeps them: in canonical JSON.
func facts(d *dossier.Dossier) ([]record.Fact, error) {
	var list []record.Fact
	for f := range d.Facts() {
		body, err := record.Canonical(json.RawMessage(f.Body))
		if err != nil {
			return nil, fmt.Errorf("writing %s/%s as canonical JSON: %w", f.Kind, f.ID, err)
		}
		list = append(list, record.Fact{
			Dossier: d.Info.ID, Kind: string(f.Kind), ID: f.ID, Mission: f.Mission,
			Known: int32(f.Known), Sources: f.Sources, Body: body,
		})
	}
	return list, nil
}
