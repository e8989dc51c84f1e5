package main

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptCommands are what the scripts can do beside what testscript knows.
var scriptCommands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"exits":     exits,
	"json":      checkJSON,
	"copy":      copyCommand,
	"snapshot":  snapshot,
	"unchanged": unchanged,
	"bytes":     writeBytes,
	"repeat":    repeat,
	"edit":      edit,
	"flip":      flip,
	"cut":       cut,
	"sql":       runSQL,
	"forge":     forge,
	"stockage":  stockAge,
	"joins":     joins,
	"reports":   reports,
	"closes":    closes,
	"public":    makesPublic,
	"takesback": takesBack,
	"logsdue":   logsDue,
	"keeps":     keeps,
	"promise":   promise,
	"page":      servePage,
}

// exits STATUS COMMAND...: the command ends with that exit status.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("%s ended with exit status %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

var snakeCase = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// json: what was written to stdout is one JSON value with keys in snake case.
// json KEY...: and it has these keys somewhere.
func checkJSON(ts *testscript.TestScript, _ bool, args []string) {
	d := json.NewDecoder(strings.NewReader(ts.ReadFile("stdout")))
	var value any
	ts.Check(d.Decode(&value))
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		ts.Fatalf("more follows after the JSON value")
	}
	keys := make(map[string]bool)
	var look func(any)
	look = func(value any) {
		switch v := value.(type) {
		case []any:
			for _, e := range v {
				look(e)
			}
		case map[string]any:
			for k, e := range v {
				if !snakeCase.MatchString(k) {
					ts.Fatalf("the key %q is not in snake case", k)
				}
				keys[k] = true
				look(e)
			}
		}
	}
	look(value)
	for _, k := range args {
		if !keys[k] {
			ts.Fatalf("there is no key %q", k)
		}
	}
}

// copy FROM TO: copies a folder to one that is not there yet.
func copyCommand(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.RemoveAll(ts.MkAbs(args[1])))
	ts.Check(copyFolder(ts.MkAbs(args[0]), ts.MkAbs(args[1])))
}

// state is what a store holds: every file that is not a trace of having looked.
func state(dir string) (string, error) {
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "-shm") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if rel, _ := filepath.Rel(dir, path); len(data) > 0 || rel != "record.db-wal" {
			fmt.Fprintf(&b, "%x %s\n", sha256.Sum256(data), rel)
		}
		return nil
	})
	return b.String(), err
}

// snapshot DIR FILE: notes what a store holds.
func snapshot(ts *testscript.TestScript, _ bool, args []string) {
	held, err := state(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(held), 0o600))
}

// unchanged DIR FILE: the store holds what it held then.
func unchanged(ts *testscript.TestScript, neg bool, args []string) {
	held, err := state(ts.MkAbs(args[0]))
	ts.Check(err)
	if was := ts.ReadFile(args[1]); (held == was) == neg {
		ts.Fatalf("%s holds\n%s\nand held\n%s", args[0], held, was)
	}
}

// bytes FILE TEXT: writes a file with any bytes; TEXT is a Go string without
// its quotes.
func writeBytes(ts *testscript.TestScript, _ bool, args []string) {
	text, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// repeat FILE SIZE TEXT: writes a file of at least that many bytes.
func repeat(ts *testscript.TestScript, _ bool, args []string) {
	size, err := strconv.Atoi(args[1])
	ts.Check(err)
	line := []byte(args[2] + "\n")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), bytes.Repeat(line, size/len(line)+1), 0o600))
}

// edit FILE OLD NEW: replaces text that must be there.
func edit(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o600))
}

// flip FILE OFFSET: turns one bit of a byte over.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	at, err := strconv.Atoi(args[1])
	ts.Check(err)
	data := []byte(ts.ReadFile(args[0]))
	data[at] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o600))
}

// cut FILE SIZE: keeps the first bytes of a file.
func cut(ts *testscript.TestScript, _ bool, args []string) {
	size, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), size))
}

// sql DATABASE STATEMENT: runs a statement that must change something.
func runSQL(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	result, err := db.Exec(args[1])
	ts.Check(err)
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		ts.Fatalf("%s changed no row (%v)", args[1], err)
	}
	ts.Check(db.Close())
}

// forge DATABASE INDEX OLD NEW: edits an event as one would who knows how the
// record keeps it: with its checksum.
func forge(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	index, err := strconv.ParseUint(args[1], 10, 64)
	ts.Check(err)
	var eventType, public, private string
	var salt []byte
	ts.Check(db.QueryRow(`SELECT type, public, private, salt FROM event WHERE idx = $1`, index).Scan(&eventType, &public, &private, &salt))
	forged := strings.Replace(public, args[2], args[3], 1)
	if forged == public {
		ts.Fatalf("event %d does not hold %q: %s", index, args[2], public)
	}
	_, err = db.Exec(`UPDATE event SET public = $1, sum = $2 WHERE idx = $3`, forged, eventSum(index, eventType, forged, private, string(salt)), index)
	ts.Check(err)
	ts.Check(db.Close())
}

// eventSum is the checksum that the record keeps with an event.
func eventSum(index uint64, parts ...string) []byte {
	h := sha256.New()
	h.Write(binary.BigEndian.AppendUint64([]byte("event\x00"), index))
	for _, p := range parts {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p))))
		h.Write([]byte(p))
	}
	return h.Sum(nil)
}
