// Package store is one folder that holds a record, the ledger that commits to
// it, and the ledger's key: it creates the folder, opens it, repairs what a
// crash left, imports dossiers and reads them back as of any edition.
//
// It must never let two processes write one folder, never write the ledger
// before the record, and never keep a fact that is not in the record. Start
// with Create, then Store.
package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"time"

	"temwen/ledger"
	"temwen/record"
)

// Where things are in a store's folder.
const (
	recordFile = "record.db"  // the events and query tables
	ledgerDir  = "ledger"     // C2SP tlog-tiles, as published
	keyFile    = "ledger.key" // the ledger's secret key, in keysDir
	keysDir    = "keys"
	vkeyFile   = "ledger.vkey" // the ledger's public key, in ledgerDir
	lockFile   = "lock"        // record.TakeLock's
)

// Store is a store open for writing. One process has it at a time. Its methods
// may be called concurrently.
type Store struct {
	Reader
	lock   *record.Lock
	log    *ledger.Log
	signer ledger.Key

	publishing sync.Mutex // held while the ledger follows
}

// Settings are how a store is opened for writing.
type Settings struct {
	Ledger ledger.Settings
	// Books are what is kept on the record besides facts.
	Books []record.Book
	// Now is the time for what opening publishes: that of the machine where nil.
	Now func() time.Time
	// Repair opens also a store whose query tables are damaged, for Rebuild.
	Repair bool
	// Progress is told how far the repair of the ledger has come: entries
	// written, of how many.
	Progress func(done, total int)
}

// Open opens a store for writing: it takes the folder's lock, opens the record,
// and lets the ledger follow what a crash may have kept from it.
func Open(ctx context.Context, dir string, settings Settings) (_ *Store, err error) {
	if err := Look(dir); err != nil {
		return nil, err
	}
	lock, err := record.TakeLock(dir)
	if errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("opening the store %s for writing: %w; run temwen as the user it belongs to", dir, err)
	}
	if err != nil {
		return nil, err
	}
	s := &Store{Reader: Reader{dir: dir}, lock: lock}
	defer func() {
		if err != nil {
			_ = s.Close()
		}
	}()
	key, err := readKey(dir)
	if err != nil {
		return nil, err
	}
	mode := record.ReadWrite
	if settings.Repair {
		mode = record.Repair
	}
	if s.record, err = record.OpenSQLite(ctx, filepath.Join(dir, recordFile), mode, record.Books(releases{}), record.Books(settings.Books...)); err != nil {
		return nil, err
	}
	s.key, s.signer = key.Public(), key
	if s.log, err = ledger.Open(ctx, filepath.Join(dir, ledgerDir), key, settings.Ledger); err != nil {
		return nil, err
	}
	now := settings.Now
	if now == nil {
		now = time.Now
	}
	return s, s.Publish(ctx, now(), false, settings.Progress)
}

// readKey reads the key that signs the ledger.
func readKey(dir string) (ledger.Key, error) {
	path := filepath.Join(dir, keysDir, keyFile)
	key, err := ledger.ReadKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		return key, fmt.Errorf("the store %s has lost the key that signs its ledger: put %s back from your copy; without it nothing can be added, and everything can still be read and verified", dir, path)
	}
	return key, err
}

// follow lets the ledger catch up with the record.
func (s *Store) follow(ctx context.Context, progress func(done, total int)) error {
	total, err := s.record.Size(ctx)
	if err != nil {
		return err
	}
	_, err = s.log.Follow(ctx, s.record.Events, func(size uint64) {
		if progress != nil {
			progress(int(size), int(total))
		}
	})
	return err
}

// Close releases the store.
func (s *Store) Close() error {
	var errs []error
	if s.log != nil {
		errs = append(errs, s.log.Close())
	}
	errs = append(errs, s.Reader.Close())
	if s.lock != nil {
		errs = append(errs, s.lock.Release())
		s.lock = nil
	}
	return errors.Join(errs...)
}

// Rebuild replays the record into fresh query tables and compares them with
// the old: see record.Store.
func (s *Store) Rebuild(ctx context.Context, progress record.Progress) (record.Rebuilt, error) {
	return s.record.Rebuild(ctx, progress)
}
