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

// Options are how a store is created.
type Options struct {
	// Origin names the ledger: it stands in every checkpoint, and auditors know
	// the ledger by it. A host name and path of the operator's, without a
	// scheme, as in "record.example.org/haiti". Where empty, one is made up.
	Origin string
}

var originForm = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._/:-]{0,98}[A-Za-z0-9_-])?$`)

// unfinishedFile marks a folder whose store is still being made. A process that
// dies meanwhile leaves it, and the next Create starts over: nothing can have
// been recorded.
const unfinishedFile = "unfinished"

// Create makes a store in dir, which may exist if it is empty. It errs, and
// leaves everything as it is, where dir holds something else or a store.
func Create(ctx context.Context, dir string, options Options) error {
	if err := create(ctx, dir, options.Origin); err != nil {
		return fmt.Errorf("creating a store in %s: %w", dir, err)
	}
	return nil
}

func create(ctx context.Context, dir, origin string) (err error) {
	if origin == "" {
		origin = "temwen.local/" + randomHex()
	}
	key, err := ledger.GenerateKey(origin)
	if err != nil || !originForm.MatchString(origin) {
		return fmt.Errorf("%q cannot be a ledger's origin: write a host name and path, such as record.example.org/haiti", origin)
	}
	if err := vacant(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	lock, err := record.TakeLock(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	if err := vacant(dir); err != nil { // another process may have been faster
		return err
	}
	marker := filepath.Join(dir, unfinishedFile)
	if err := os.WriteFile(marker, []byte("This store is being made. If no program is at it, run temwen init again.\n"), 0o600); err != nil {
		return err
	}
	if err := clear(dir); err != nil {
		return err
	}
	if err := furnish(ctx, dir, key); err != nil {
		return err
	}
	if err := os.Remove(marker); err != nil {
		return err
	}
	return syncFolder(dir)
}

// vacant reports why no store can be made in dir, if none can.
func vacant(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	others := 0
	for _, e := range entries {
		switch e.Name() {
		case unfinishedFile:
			return nil
		case lockFile:
		default:
			others++
		}
	}
	switch looked := Look(dir); {
	case others == 0:
		return nil
	case looked == nil:
		return errors.New("there is a store already; use it, or choose another folder")
	case errors.Is(looked, ErrIncomplete):
		return looked
	}
	return errors.New("the folder is not empty; choose an empty or new one")
}

// clear removes what an interrupted Create has left.
func clear(dir string) error {
	for _, name := range []string{keysDir, ledgerDir, recordFile, recordFile + "-wal", recordFile + "-shm", recordFile + "-journal"} {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// furnish makes the key's file, the ledger and the record of a store.
func furnish(ctx context.Context, dir string, key ledger.Key) error {
	if err := os.Mkdir(filepath.Join(dir, keysDir), 0o700); err != nil {
		return err
	}
	if err := key.Write(filepath.Join(dir, keysDir, keyFile)); err != nil {
		return err
	}
	path := filepath.Join(dir, ledgerDir)
	if err := ledger.Create(path, key); err != nil {
		return err
	}
	// Opened once, it has a checkpoint that can be verified: of no entry.
	log, err := ledger.Open(ctx, path, key, ledger.Settings{})
	if err != nil {
		return err
	}
	if err := log.Close(); err != nil {
		return err
	}
	r, err := record.OpenSQLite(ctx, filepath.Join(dir, recordFile), record.Create, record.Books(releases{}))
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

// syncFolder makes what was done to a folder's names last.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
