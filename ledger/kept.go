package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// kept is what an auditor remembers of a log between two verifications: enough
// to find out that it shrank, forked or changed its key, and in which bundle a
// fork begins. It is a text file:
//
//	temwen/ledger-kept@v1
//	source https://example.org/ledger
//	key example.org/haiti+1234abcd+base64
//	bundles 2
//	base64 of the root of bundle 0
//	base64 of the root of bundle 1
//
//	the signed checkpoint
type kept struct {
	source     string
	vkey       string
	bundles    []tlog.Hash // roots of the full bundles of the checkpoint's tree
	checkpoint Checkpoint
}

const (
	keptHeader = "temwen/ledger-kept@v1"
	keptSuffix = ".kept"
)

func (k kept) marshal() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\nsource %s\nkey %s\nbundles %d\n", keptHeader, k.source, k.vkey, len(k.bundles))
	for _, h := range k.bundles {
		fmt.Fprintf(&b, "%s\n", h)
	}
	b.WriteByte('\n')
	b.Write(k.checkpoint.Signed)
	return b.Bytes()
}

// parseKept reads what marshal wrote, strictly, and checks the signature and
// that the bundles are those of the signed tree.
func parseKept(data []byte) (kept, error) {
	var k kept
	rest := string(data)
	line := 0
	field := func(name string) (string, error) {
		line++
		text, after, ok := strings.Cut(rest, "\n")
		rest = after
		value, has := strings.CutPrefix(text, name)
		if !ok || !has {
			return "", fmt.Errorf("line %d is not %q", line, strings.TrimSpace(name))
		}
		return value, nil
	}
	var count string
	for _, f := range []struct {
		name string
		to   *string
	}{{keptHeader, new(string)}, {"source ", &k.source}, {"key ", &k.vkey}, {"bundles ", &count}} {
		value, err := field(f.name)
		if err != nil {
			return k, err
		}
		*f.to = value
	}
	n, err := strconv.ParseUint(count, 10, 40)
	if err != nil || n > uint64(len(rest)) {
		return k, fmt.Errorf("line %d does not give a number of bundles", line)
	}
	var tree frontier
	for range n {
		text, err := field("")
		if err != nil {
			return k, err
		}
		h, err := strictBase64(text)
		if err != nil || len(h) != tlog.HashSize {
			return k, fmt.Errorf("line %d is not a hash in base64", line)
		}
		k.bundles = append(k.bundles, tlog.Hash(h))
		tree.addSubtree(tlog.Hash(h), 8)
	}
	if blank, err := field(""); err != nil || blank != "" {
		return k, fmt.Errorf("line %d is not empty", line)
	}
	t, err := newTrust(k.vkey, nil)
	if err != nil {
		return k, err
	}
	if k.checkpoint, err = t.open([]byte(rest)); err != nil {
		return k, err
	}
	if k.checkpoint.Size/tileWidth != n || k.checkpoint.Size%tileWidth == 0 && tree.root() != k.checkpoint.Root {
		return k, errors.New("its bundles are not those of its checkpoint")
	}
	return k, nil
}

// firstBundle returns the first bundle whose root is not the one kept, or false
// if they are all the same.
func (k kept) firstBundle(now []tlog.Hash) (int, bool) {
	for i, h := range k.bundles {
		if i >= len(now) || now[i] != h {
			return i, true
		}
	}
	return 0, false
}

// keptName is the name of the file for a log.
func keptName(source, origin string) string {
	sum := sha256.Sum256([]byte(source + "\n" + origin))
	return hex.EncodeToString(sum[:8]) + keptSuffix
}

// readKept returns what is kept in a folder of logs of this source or origin: a
// log is known again by either, so that it can change neither in silence, and a
// mirror is held to what the original showed.
func readKept(dir, source, origin string) ([]kept, error) {
	files, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading what was kept of the ledger: %w", err)
	}
	var all []kept
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), keptSuffix) {
			continue
		}
		path := filepath.Join(dir, f.Name())
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("reading what was kept of the ledger: %w", err)
		}
		k, err := parseKept(data)
		if err != nil {
			return nil, fmt.Errorf("reading what was kept of the ledger: %s was damaged: %w; put it back from a copy, or remove it, and know that with it goes what you knew", path, err)
		}
		if k.source == source || k.checkpoint.Origin == origin {
			all = append(all, k)
		}
	}
	return all, nil
}

// save stores what is kept, replacing what was.
func (k kept) save(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("keeping the checkpoint: %w", err)
	}
	path := filepath.Join(dir, keptName(k.source, k.checkpoint.Origin))
	if err := writeFile(path, k.marshal(), 0o644, os.Rename); err != nil {
		return fmt.Errorf("keeping the checkpoint: %w", err)
	}
	return nil
}
