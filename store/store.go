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
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

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
)

// ErrNoStore says that a folder is no store.
var ErrNoStore = errors.New("there is no store")

// Options are how a store is created.
type Options struct {
	// Origin names the ledger: it stands in every checkpoint, and auditors know
	// the ledger by it. A host name and path of the operator's, without a
	// scheme, as in "record.example.org/haiti". Where empty, one is made up.
	Origin string
}

var originForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/:-]{0,99}$`)

// Create makes a store in dir, which may exist if it is empty. It errs, and
// leaves everything as it is, where dir holds something else or a store.
func Create(ctx context.Context, dir string, options Options) error {
	if err := create(ctx, dir, options); err != nil {
		return fmt.Errorf("creating a store in %s: %w", dir, err)
	}
	return nil
}

func create(ctx context.Context, dir string, options Options) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case isStore(dir):
		return errors.New("there is a store already; use it, or choose another folder")
	case len(entries) > 0:
		return errors.New("the folder is not empty; choose an empty or new one")
	}
	origin := options.Origin
	if origin == "" {
		origin = "temwen.local/" + randomHex()
	}
	if !originForm.MatchString(origin) {
		return fmt.Errorf("%q cannot be a ledger's origin: write a host name and path, such as record.example.org/haiti", origin)
	}
	key, err := ledger.GenerateKey(origin)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, keysDir), 0o700); err != nil {
		return err
	}
	if err := key.Write(filepath.Join(dir, keysDir, keyFile)); err != nil {
		return err
	}
	if err := ledger.Create(filepath.Join(dir, ledgerDir), key); err != nil {
		return err
	}
	// The record comes last: a folder is a store once it has one.
	r, err := record.OpenSQLite(ctx, filepath.Join(dir, recordFile), record.Create)
	if err != nil {
		return err
	}
	return r.Close()
}

func randomHex() string {
	var b [6]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

func isStore(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, recordFile))
	return err == nil
}

// Exists reports whether dir is a store.
func Exists(dir string) bool { return isStore(dir) }

// Store is a store open for writing. One process has it at a time. Its methods
// may be called concurrently.
type Store struct {
	Reader
	lock *record.Lock
	log  *ledger.Log
}

// Settings are how a store is opened for writing.
type Settings struct {
	Ledger ledger.Settings
	// Progress is told how far the repair of the ledger has come: entries
	// written, of how many.
	Progress func(done, total int)
}

// Open opens a store for writing: it takes the folder's lock, opens the record,
// and lets the ledger follow what a crash may have kept from it.
func Open(ctx context.Context, dir string, settings Settings) (_ *Store, err error) {
	if !isStore(dir) {
		return nil, fmt.Errorf("%w in %s: create one with: temwen init --dir %s", ErrNoStore, dir, dir)
	}
	lock, err := record.TakeLock(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{Reader: Reader{dir: dir}, lock: lock}
	defer func() {
		if err != nil {
			_ = s.Close()
		}
	}()
	if s.record, err = record.OpenSQLite(ctx, filepath.Join(dir, recordFile), record.ReadWrite); err != nil {
		return nil, err
	}
	key, err := ledger.ReadKey(filepath.Join(dir, keysDir, keyFile))
	if err != nil {
		return nil, err
	}
	s.key = key.Public()
	if s.log, err = ledger.Open(ctx, filepath.Join(dir, ledgerDir), key, settings.Ledger); err != nil {
		return nil, err
	}
	return s, s.follow(ctx, settings.Progress)
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
