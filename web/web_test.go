package web

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// needNode skips the test where Node or its packages are not there. Under CI
// they must be.
func needNode(t *testing.T) {
	t.Helper()
	_, err := exec.LookPath("node")
	if err == nil {
		err = ready(".")
	}
	if err == nil {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("the scripts cannot be tested: %v", err)
	}
	t.Skipf("the scripts are not tested here: %v", err)
}

// ready says whether the packages of the lock file are installed.
func ready(dir string) error {
	want, err := lockSum(dir)
	if err != nil {
		return err
	}
	have, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(installed)))
	if err != nil || !bytes.Equal(have, want) {
		return fmt.Errorf("the npm packages are not installed; run: go generate ./web")
	}
	return nil
}

func TestScriptsAreCurrent(t *testing.T) {
	needNode(t)
	made, err := Bundle(".")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range made {
		have, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(name)))
		if err != nil || !bytes.Equal(have, want) {
			t.Errorf("%s is not what its source makes; run: go generate ./web", name)
		}
	}
	if len(made) != len(Entries) {
		t.Errorf("%d entries make %d files", len(Entries), len(made))
	}
}

func TestWithNode(t *testing.T) {
	needNode(t)
	scripts, err := Tests(".")
	if err != nil {
		t.Fatal(err)
	}
	if len(scripts) == 0 {
		t.Fatal("there is no test")
	}
	dir := t.TempDir()
	names := []string{"--test"}
	for name, data := range scripts {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	writeLogs(t, filepath.Join(dir, "logs.json"))
	writeRecorded(t, filepath.Join(dir, "recorded.json"))
	cmd := exec.Command("node", names...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("\n# fail 0\n")) && !bytes.Contains(out, []byte("ℹ fail 0\n")) {
		t.Fatalf("%v\n%s", err, out)
	}
}

// testLog is a log as test/tiles.test.ts reads it; Go's sumdb packages make it.
type testLog struct {
	VKey       string            `json:"vkey"`
	Checkpoint string            `json:"checkpoint"`
	Entries    []string          `json:"entries"`
	Files      map[string][]byte `json:"files"`
}

func writeLogs(t *testing.T, path string) {
	t.Helper()
	var logs []testLog
	for _, size := range []int64{1, 2, 3, 7, 255, 256, 257, 511, 513, 70_001} {
		logs = append(logs, makeLog(t, size))
	}
	writeJSON(t, path, logs)
}

// hashes keeps a tree's hashes in the order of tlog.StoredHashIndex.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		found[i] = h[at]
	}
	return found, nil
}

func makeLog(t *testing.T, size int64) testLog {
	t.Helper()
	log := testLog{Files: make(map[string][]byte)}
	var tree hashes
	bundles := make(map[int64][]byte)
	for i := range size {
		entry := fmt.Sprintf(`{"n":%d,"é":"%s"}`, i, strings.Repeat("x", int(i%300)))
		if size > 1000 {
			entry = fmt.Sprint(i)
		}
		log.Entries = append(log.Entries, entry)
		more, err := tlog.StoredHashes(i, []byte(entry), tree)
		if err != nil {
			t.Fatal(err)
		}
		tree = append(tree, more...)
		bundles[i/256] = append(binary.BigEndian.AppendUint16(bundles[i/256], uint16(len(entry))), entry...)
	}
	for _, tile := range tlog.NewTiles(8, 0, size) {
		data, err := tlog.ReadTileData(tile, tree)
		if err != nil {
			t.Fatal(err)
		}
		log.Files[tilePath(tile)] = data
	}
	for n, data := range bundles {
		log.Files[tilePath(tlog.Tile{H: 8, L: -1, N: n, W: int(min(256, size-n*256))})] = data
	}
	log.VKey, log.Checkpoint = signed(t, tree, size)
	return log
}

// tilePath is a tile's path in C2SP tlog-tiles, which is Go's without the height.
func tilePath(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), "tile/8/")
	return "tile/" + strings.Replace(path, "data/", "entries/", 1)
}

func signed(t *testing.T, tree hashes, size int64) (vkey, checkpoint string) {
	t.Helper()
	root, err := tlog.TreeHash(size, tree)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("log.example/%d", size)
	skey, vkey, err := note.GenerateKey(nil, name)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("%s\n%d\n%s\n", name, size, base64.StdEncoding.EncodeToString(root[:]))
	msg, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		t.Fatal(err)
	}
	return vkey, string(msg)
}
