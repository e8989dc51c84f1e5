package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// What Look finds where a store cannot be opened. Both come with what to do.
var (
	// ErrNoStore says that there never was a store in a folder.
	ErrNoStore = errors.New("there is no store")
	// ErrIncomplete says that a part of a store is gone.
	ErrIncomplete = errors.New("the store is not whole")
)

// Look says whether there is a store in dir: nil, or a sentence that wraps
// ErrNoStore or ErrIncomplete, or what kept it from looking. It opens nothing.
func Look(dir string) error {
	none := func(why string) error {
		return fmt.Errorf("%w in %s: %s; create one with: temwen init --dir %s", ErrNoStore, dir, why, dir)
	}
	switch info, err := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		return none("there is no such folder")
	case err != nil:
		return fmt.Errorf("looking for a store: %w", err)
	case !info.IsDir():
		return fmt.Errorf("%s is a file, and a store is a folder; name the folder", dir)
	}
	has := make(map[string]bool)
	for _, name := range []string{unfinishedFile, recordFile, ledgerDir, filepath.Join(ledgerDir, vkeyFile), keysDir} {
		_, err := os.Stat(filepath.Join(dir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("looking for a store in %s: %w; run temwen as the user it belongs to", dir, err)
		}
		has[name] = err == nil
	}
	lost := func(name string) error {
		return fmt.Errorf("%w: %s has lost %s; restore the folder from a backup, and then check it with: temwen verify %s", ErrIncomplete, dir, name, dir)
	}
	switch {
	case has[unfinishedFile]:
		return none("making it was interrupted")
	case has[recordFile] && has[filepath.Join(ledgerDir, vkeyFile)]:
		return nil
	case has[recordFile] && has[ledgerDir]:
		return lost(filepath.Join(ledgerDir, vkeyFile))
	case has[recordFile]:
		return lost("its ledger, the folder " + ledgerDir)
	case has[keysDir]:
		return lost("its record, the file " + recordFile)
	}
	return none("the folder holds something else, or nothing")
}
