package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

// The crash story.
//
// The record is written, and synced, before the ledger hears of an event. An
// entry depends on nothing but its event. So whatever the ledger loses it can
// write again, byte for byte, and the only question after a crash is from which
// index on. The rule is: what is published stays, what is not published never
// was. Open rolls the log back to its published checkpoint, and Follow goes on
// from there.
//
// Tessera's POSIX driver (v1.0.4) flushes a batch in this order: the entry
// bundles, the hash tiles, .state/treeState (the integrated size and root), and
// later, on its own time, the checkpoint. Each file is written under a
// temporary name with O_SYNC, renamed, and its folder synced; so each is there
// whole or not at all, and a file is never there without those before it. Its
// locks are fcntl locks, which the kernel drops with the process. What a crash
// can leave, and what becomes of it:
//
//   - Between record and ledger: nothing to repair. Follow goes on from the
//     ledger's size.
//   - In the middle of a batch: bundles or tiles beyond treeState. They would be
//     overwritten, with one exception that is a trap: with treeState at a
//     multiple of 256, Tessera takes a left-over full tile at the edge for the
//     state to build on, and writes a partial tile of 256 hashes, which other
//     clients refuse. So they are removed.
//   - After treeState, before the checkpoint: entries that are integrated and
//     not published. They are right if Follow had confirmed them, and the guard
//     has signed nothing else; but if a batch had failed and the next one had
//     taken its place, they are wrong. Nobody outside has seen them, so they
//     are not examined but removed, and treeState set back.
//   - A cosigned checkpoint that was not stored: the witness remembers a tree
//     that Follow will build again, identical, and cosigns the next.
//   - Anywhere: temporary files. They are removed.
//   - During the repair: treeState is set back first; everything after is the
//     removal of what lies beyond it, and the next Open does it again.
//   - At creation, between treeState and the first checkpoint (of size 0):
//     treeState is removed, and Tessera begins anew. It takes no entry before
//     that checkpoint is there, so a log with entries has one.
//   - In garbage collection: it removes partial tiles whose full one is
//     published, and notes how far it came afterwards; it does it again.
//
// What is not a crash is refused with a sentence: a checkpoint that is missing
// or not signed by our key, tiles at the edge that do not give the published
// root, a record that does not go on where the ledger ends. Open does not read
// the rest of the log; Verify does.

// treeState is Tessera's file .state/treeState, in version 1 of its format.
type treeState struct {
	Size uint64 `json:"size"`
	Root []byte `json:"root"`
}

const treeStateFile = stateDir + "/treeState"

// repair brings the log in dir back to its published checkpoint, and returns
// that, its tree, and its last entry (nil if there is none).
func repair(ctx context.Context, dir string, t trust) (c Checkpoint, tree frontier, last []byte, err error) {
	src := folder(dir)
	signed, err := src.read(ctx, checkpointFile, nil, maxCheckpoint)
	if errors.Is(err, fs.ErrNotExist) {
		return c, tree, nil, unpublished(dir)
	}
	if err != nil {
		return c, tree, nil, err
	}
	if c, err = t.open(signed); err != nil {
		return c, tree, nil, fmt.Errorf("%s: %w", checkpointFile, err)
	}
	if tree, err = edge(ctx, src, c); err != nil {
		return c, tree, nil, err
	}
	if c.Size > 0 {
		index := (c.Size - 1) / tileWidth
		entries, err := readBundle(ctx, src, index, int(c.Size-index*tileWidth))
		if err != nil {
			return c, tree, nil, err
		}
		last = entries[len(entries)-1]
		if _, err := ParseEntry(last, c.Size-1); err != nil {
			return c, tree, nil, err
		}
	}
	if err := rollBack(dir, c); err != nil {
		return c, tree, nil, err
	}
	if err := removeBeyond(dir, c.Size); err != nil {
		return c, tree, nil, err
	}
	// Tessera publishes when the checkpoint is old enough by its file's
	// time; one from the future would keep it from ever publishing.
	path := filepath.Join(dir, checkpointFile)
	if info, err := os.Stat(path); err != nil {
		return c, tree, nil, err
	} else if now := time.Now(); info.ModTime().After(now) {
		if err := os.Chtimes(path, now, now); err != nil {
			return c, tree, nil, err
		}
	}
	return c, tree, last, nil
}

// unpublished brings a log without a checkpoint back to where it was created,
// if that is where it was: then Tessera begins with publishing the checkpoint of
// size 0, before it takes any entry.
func unpublished(dir string) error {
	state, err := readTreeState(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, err := os.Lstat(filepath.Join(dir, "tile")); err == nil || state.Size > 0 {
		return fmt.Errorf("%s holds entries but no checkpoint; put the file back from a copy of the log", dir)
	}
	if err := os.Remove(filepath.Join(dir, treeStateFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// edge reads the right edge of the tree from the tiles and checks that it has
// the checkpoint's root.
func edge(ctx context.Context, src source, c Checkpoint) (frontier, error) {
	tree := frontier{n: c.Size}
	if c.Size > 0 {
		// TileHashReader authenticates what it reads against the root.
		hashes := tlog.TileHashReader(c.tree(), tiles{ctx: ctx, src: src})
		roots, err := hashes.ReadHashes(torchwood.RightEdge(int64(c.Size)))
		if err != nil {
			return frontier{}, fmt.Errorf("the tiles do not give the root of the published checkpoint: %w", err)
		}
		tree.roots = roots
	}
	if tree.root() != c.Root {
		return frontier{}, errors.New("the tiles do not give the root of the published checkpoint")
	}
	return tree, nil
}

func readTreeState(dir string) (treeState, error) {
	data, err := os.ReadFile(filepath.Join(dir, treeStateFile))
	if err != nil {
		return treeState{}, err
	}
	var s treeState
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return treeState{}, fmt.Errorf("%s: %w", treeStateFile, err)
	}
	return s, nil
}

// rollBack sets Tessera's tree state to the published checkpoint, which we
// signed and whose tiles we have read: it says all that the state has to say. So
// a state that is missing (a log copied without its hidden folder), unreadable
// or from another day is made anew as well.
func rollBack(dir string, c Checkpoint) error {
	if s, err := readTreeState(dir); err == nil && s.Size == c.Size && bytes.Equal(s.Root, c.Root[:]) {
		return nil
	}
	data, err := json.Marshal(treeState{Size: c.Size, Root: c.Root[:]})
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, treeStateFile), data, 0o644, os.Rename)
}

// removeBeyond removes all tiles and bundles that no tree of this size has, and
// all temporary files. Partial tiles of smaller sizes stay: who has an older
// checkpoint may still ask for them.
func removeBeyond(dir string, size uint64) error {
	root := filepath.Join(dir, "tile")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		t, err := torchwood.ParseTilePath(filepath.ToSlash(rel))
		if err == nil && within(t, size) || err != nil && !digits(d.Name()) {
			return nil // ours, or no business of ours
		}
		return os.Remove(path)
	})
	if err != nil {
		return err
	}
	for _, where := range []string{dir, filepath.Join(dir, stateDir)} {
		entries, err := os.ReadDir(where)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, e := range entries {
			if !e.IsDir() && temporary(e.Name()) {
				if err := os.Remove(filepath.Join(where, e.Name())); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// within says whether a tree of this size has the tile, as a whole or as a
// part of its own.
func within(t tlog.Tile, size uint64) bool {
	level := max(t.L, 0)
	if level > 7 {
		return false
	}
	hashes := size >> (8 * level)
	full, rest := hashes/tileWidth, hashes%tileWidth
	return uint64(t.N) < full || uint64(t.N) == full && uint64(t.W) <= rest
}

// temporary recognises the names Tessera and writeFile give to files they have
// not finished: the final name and a random number, or .new- and one.
func temporary(name string) bool {
	if strings.HasPrefix(name, ".new-") {
		return true
	}
	for _, final := range []string{checkpointFile, "treeState", "gcState", "version"} {
		if rest, ok := strings.CutPrefix(name, final); ok && rest != "" && digits(rest) {
			return true
		}
	}
	return false
}

// digits says whether a name has no other characters, as those of tiles and of
// their temporary files.
func digits(name string) bool { return strings.Trim(name, "0123456789") == "" }

// lock makes this process the only writer of the log, until it ends or unlock
// is called. It is an flock, which the kernel drops with the process: there are
// no stale locks.
func lock(dir string) (unlock func() error, err error) {
	path := filepath.Join(dir, stateDir, "writer.lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, ErrLocked
		}
		return nil, fmt.Errorf("locking %s: %w", path, err)
	}
	return func() error {
		// Said, and not only by closing: a child that is being forked has the
		// file too until it becomes another program.
		return errors.Join(syscall.Flock(int(f.Fd()), syscall.LOCK_UN), f.Close())
	}, nil
}
