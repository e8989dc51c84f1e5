package dossier

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
)

func one(name string, data []byte) fstest.MapFS {
	return fstest.MapFS{name: {Data: data}}
}

// harmful is files made to cost much, and what is said of each.
func harmful() map[string]harm {
	bomb := &strings.Builder{}
	bomb.WriteString("a0: &a0 [x]\n")
	for i := 1; i < 1000; i++ {
		fmt.Fprintf(bomb, "a%d: &a%[1]d [*a%d, *a%[2]d, *a%[2]d, *a%[2]d, *a%[2]d, *a%[2]d, *a%[2]d, *a%[2]d, *a%[2]d]\n", i, i-1)
	}
	many := fstest.MapFS{}
	for i := range 129 {
		many[fmt.Sprintf("%d.yaml", i)] = &fstest.MapFile{Data: make([]byte, 0), Mode: 0}
	}
	return map[string]harm{
		"50 MB":             {one("a.yaml", make([]byte, 50_000_000)), "the file has 47 MiB; a file may have 4.0 MiB"},
		"bomb":              {one("a.yaml", []byte(bomb.String())), "anchors and aliases"},
		"deep flow":         {one("a.yaml", bytes.Repeat([]byte("["), 4_000_000)), "nested deeper than 20"},
		"deep mappings":     {one("a.yaml", bytes.Repeat([]byte("{a: "), 1_000_000)), "nested deeper than 20"},
		"deep list":         {one("a.yaml", bytes.Repeat([]byte("- "), 2_000_000)), "nested deeper than 20"},
		"long line":         {one("a.yaml", append([]byte("actors: "), bytes.Repeat([]byte("x"), 4_000_000)...)), "must be a list"},
		"one huge fact":     {one("a.yaml", []byte("actors:\n  - {id: big, kind: state, name: \""+strings.Repeat("x", 3_000_000)+"\"}\n")), "it may have 8000"},
		"huge number":       {one("a.yaml", []byte("figures:\n  - {value: 1e999999999, max: "+strings.Repeat("9", 100_000)+"}\n")), "must be a number"},
		"too much together": {&huge{many}, "the files have 516 MiB together; a dossier may have 512 MiB"},
	}
}

type harm struct {
	fsys fs.FS
	want string
}

// What is made to cost much is refused, and costs no more than a few times the memory of
// the largest file that there may be: work is counted, for time says how busy a machine is.
func TestHarmIsRefused(t *testing.T) {
	for name, c := range harmful() {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Load(c.fsys, Options{})
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > mostWork {
				t.Errorf("it took %d MiB, and may take %d", took>>20, mostWork>>20)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, want one with %q", err, c.want)
			}
		})
	}
}

// mostWork is how many bytes may be allocated, in all, to refuse a file.
const mostWork = 16 * MaxFile

// BenchmarkHarm says how long each takes.
func BenchmarkHarm(b *testing.B) {
	for name, c := range harmful() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Load(c.fsys, Options{}); err == nil {
					b.Fatal("it is not refused")
				}
			}
		})
	}
}

// huge claims that every file has the largest size allowed, and cannot be read.
type huge struct{ fstest.MapFS }

func (h *huge) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := h.MapFS.ReadDir(name)
	for i := range entries {
		entries[i] = hugeEntry{entries[i]}
	}
	return entries, err
}

func (h *huge) Open(name string) (fs.File, error) {
	if name != "." {
		return nil, fmt.Errorf("%s was opened though the total is too large", name)
	}
	return h.MapFS.Open(name)
}

type hugeEntry struct{ fs.DirEntry }

func (e hugeEntry) Info() (fs.FileInfo, error) {
	info, err := e.DirEntry.Info()
	return hugeInfo{info}, err
}

type hugeInfo struct{ fs.FileInfo }

func (hugeInfo) Size() int64 { return MaxFile }

func TestFiles(t *testing.T) {
	cases := map[string]struct {
		fsys fs.FS
		want string
	}{
		"empty folder":    {fstest.MapFS{}, "d: there is no .yaml file in this folder; name the folder that holds the dossier"},
		"no dossier":      {one("a.yaml", []byte("sources: [{id: a, title: T, publisher: P, published: 2024, language: en, address: \"https://e.org\", read: full}]\n")), "d: no file of the folder has `dossier:`; add it to one of them: its id, title and time_zone"},
		"link":            {fstest.MapFS{"a.yaml": {Mode: fs.ModeSymlink, Data: []byte("/etc/passwd")}}, "d/a.yaml: it is not a plain file; put the file itself here, not a link to it"},
		"utf-16":          {one("a.yaml", []byte("\xff\xfea\x00")), "d/a.yaml:1:1: the file is UTF-16, not UTF-8; save it as UTF-8"},
		"control":         {one("a.yaml", []byte("a: b\nc: d\x00\n")), "d/a.yaml:2:5: the control character U+0000 is not text; remove it"},
		"terminal":        {one("a.yaml", []byte("a: \"b\\e[2J\"\n")), "d/a.yaml:1:4: the control character U+001B is not text; remove it"},
		"nul by escape":   {one("a.yaml", []byte("a: b\nc: [\"d\\0\"]\n")), "d/a.yaml:2:5: the control character U+0000 is not text; remove it"},
		"high control":    {one("a.yaml", []byte("a: b\u009b\n")), "d/a.yaml:1:5: the control character U+009B is not text; remove it"},
		"turned around":   {one("a.yaml", []byte("a: b\u202ec\n")), "d/a.yaml:1:5: the invisible character U+202E turns the text around it; remove it"},
		"turned, escaped": {one("a.yaml", []byte("\"\\u2067a\": b\n")), "d/a.yaml:1:1: the invisible character U+2067 turns the text around it; remove it"},
		"latin-1 in file": {one("a.yaml", []byte("# fran\xe7ais\nactors: x\n")), "d/a.yaml:1:7: the byte 0xE7 is not UTF-8; the file looks like Latin-1 or Windows-1252; save it as UTF-8\nd/a.yaml:2:9: `actors` must be a list of facts; write each as `- id: ...`, or leave the key out"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := Load(c.fsys, Options{Name: "d"})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}

func TestHiddenAndOtherFilesAreLeftAlone(t *testing.T) {
	fsys := base(t)
	for _, name := range []string{".git/config.yaml", "sub/.swap.yaml", "README.md", "sub/data.csv", "script.yaml.bak"} {
		fsys[name] = &fstest.MapFile{Data: []byte("{")}
	}
	fsys["sub/deeper/more.yml"] = &fstest.MapFile{Data: []byte("actors: [{id: extra, kind: group, name: Extra}]")}
	d := load(t, fsys)
	if d.Actor("extra") == nil {
		t.Error("a .yml file in a folder below is not read")
	}
	if at, ok := d.Where("actors", "extra"); !ok || at != (Place{"sub/deeper/more.yml", 1}) {
		t.Errorf("the extra actor stands in %v", at)
	}
}

func TestProgressReachesTheEnd(t *testing.T) {
	fsys := base(t)
	total := 0
	for _, f := range fsys {
		total += len(f.Data)
	}
	calls, last := 0, 0
	_, err := Load(fsys, Options{Progress: func(done, all int) {
		if calls++; done < last || all != total {
			t.Errorf("progress is %d of %d after %d; the files have %d", done, all, last, total)
		}
		last = done
	}})
	if err != nil || calls != len(fsys) || last != total {
		t.Errorf("%d calls for %d files, the last of %d bytes of %d: %v", calls, len(fsys), last, total, err)
	}
}

func TestMessagesAreOneLineAndNotEndless(t *testing.T) {
	var p Problems
	for i := range 250 {
		p = append(p, Problem{File: "a\nb.yaml", Line: i + 1, What: "wrong\x1b[31m\u2028", Do: "mend\r\nit"})
	}
	lines := strings.Split(p.Error(), "\n")
	if len(lines) != MaxPrinted+1 || lines[MaxPrinted] != "and 150 more" {
		t.Errorf("250 problems print %d lines, the last is %q", len(lines), lines[len(lines)-1])
	}
	if want := "a b.yaml:1:1: wrong [31m ; mend  it"; lines[0] != want {
		t.Errorf("a message is %q, want %q", lines[0], want)
	}
}

func TestWarnings(t *testing.T) {
	fsys := base(t)
	data := string(fsys["mission.yaml"].Data)
	data = strings.Replace(data, "  - {id: council-authorised, mission: earlier, actor: council, part: authorises, sources: [early]}\n", "", 1)
	data = strings.Replace(data, "title: First arrival", "title: "+strings.Repeat("First ", 20)+"arrival", 1)
	data = strings.Replace(data, "sources: [late]}\n      - {id: water", "sources: [cited]}\n      - {id: water", 1)
	data = strings.Replace(data, "due: {before: arrival}}", "due: {before: arrival}, sources: [later]}", 1)
	data = strings.Replace(data, "since: adoption}}", "since: adoption}, sources: [later]}", 1)
	data += `sources:
  - {id: cited, title: T, publisher: P, published: 2024-01, language: en, address: "https://example.org/cited", read: cited}
  - {id: later, title: T, publisher: P, published: 2024-08, language: en, address: "https://example.org/later", read: full}
`
	fsys["mission.yaml"] = &fstest.MapFile{Data: []byte(data)}
	got := load(t, fsys).Warnings().Error()
	want := strings.Join([]string{
		"38 of 38 texts are not in French; translate titles first",
		"38 of 38 texts are not in Haitian Creole; translate titles first",
		"38 of 38 texts are not in Spanish; translate titles first",
		"4 of 4 sources have neither an archived copy nor a SHA-256; archive them: pages disappear",
		"mission.yaml:11:65: the provision resolution/papers is said to be read in the text, but none of its sources was read; write `reported`, or cite the source in which it was read",
		"mission.yaml:12:62: the provision resolution/water is unverified; find the text, or a source that reports it",
		"mission.yaml:15:5: nobody plays a part in the mission earlier; say under `parts:` who authorises, leads, contributes, pays and hosts",
		"mission.yaml:37:12: the title has 127 characters in English; over 120 it no longer fits a list; say the rest in a note",
		"mission.yaml:58:5: the obligation is known from 2024-06-30, but the first of its readings from 2024-08-31, and shows from then on; give the reading that follows from the text no sources of its own, or earlier ones",
	}, "\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLargeFact(t *testing.T) {
	fsys := base(t)
	var b strings.Builder
	b.WriteString("matters:\n  - id: long\n    title: Long\n    positions:\n")
	for i := range 40 {
		fmt.Fprintf(&b, "      - {id: p%d, title: \"%s\"}\n", i, strings.Repeat("word ", 400))
	}
	fsys["long.yaml"] = &fstest.MapFile{Data: []byte(b.String())}
	want := "long.yaml:2:5: this matter has 81239 bytes as JSON; a fact may have 60000; split it"
	if got := problems(t, fsys).Error(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// generated is a dossier of about n facts in files of a few hundred kilobytes.
func generated(n int) fstest.MapFS {
	fsys := fstest.MapFS{}
	var b strings.Builder
	b.WriteString(`dossier: {id: generated, title: Generated, time_zone: UTC}
sources:
  - {id: s, title: T, publisher: P, published: 2024-01-01, language: en, address: "https://example.org/", read: full}
actors: [{id: a, kind: state, name: A}]
metrics: [{id: m, name: M, kind: level, topic: people}]
instruments: [{id: i, kind: resolution, title: I, publicity: public, sources: [s], provisions: [{id: p, says: P, knowledge: reported}]}]
missions: [{id: x, name: X, short: X, sources: [s]}]
parts: [{id: x-a, mission: x, actor: a, part: pays, sources: [s]}]
milestones: [{id: start, mission: x, title: Start, happened: 2023-01-01, sources: [s]}]
`)
	flush := func() {
		fsys[fmt.Sprintf("f%05d.yaml", len(fsys))] = &fstest.MapFile{Data: []byte(b.String())}
		b.Reset()
	}
	flush()
	for i := 0; i < n; i += 3 {
		if i%1500 == 0 && i > 0 {
			flush()
		}
		fmt.Fprintf(&b, `obligations:
  - id: obligation-%d
    mission: x
    title: {en: "A promise number %[1]d", fr: "Une promesse numéro %[1]d"}
    topic: people
    debtor: [a]
    provision: i/p
    due: {within: P9M, of: start}
    sources: [s]
events:
  - id: event-%[1]d
    obligation: obligation-%[1]d
    kind: perform
    date: 2023-05
    by: a
    title: Part of it was done
    sources: [s]
figures:
  - id: figure-%[1]d
    mission: x
    metric: m
    value: %[1]d
    unit: persons
    modality: pledged
    as_of: 2023-05-04
    actor: a
    sources: [s]
`, i)
		if i%1500 != 1497 {
			b.WriteString("---\n")
		}
	}
	flush()
	for name, f := range fsys {
		fsys[name].Data = joinSections(f.Data)
	}
	return fsys
}

// joinSections puts the lists of the same kind in a generated file together.
func joinSections(data []byte) []byte {
	sections := bytes.Split(data, []byte("---\n"))
	if len(sections) == 1 {
		return data
	}
	var out bytes.Buffer
	keys := []string{"obligations:\n", "events:\n", "figures:\n"}
	for i, key := range keys {
		out.WriteString(key)
		for _, s := range sections {
			_, rest, _ := bytes.Cut(s, []byte(key))
			if i+1 < len(keys) {
				rest, _, _ = bytes.Cut(rest, []byte(keys[i+1]))
			}
			out.Write(rest)
		}
	}
	return out.Bytes()
}

// BenchmarkLoad100k loads 100,000 facts and reports the peak of the heap.
func BenchmarkLoad100k(b *testing.B) {
	fsys := generated(100_000)
	size := 0
	for _, f := range fsys {
		size += len(f.Data)
	}
	b.SetBytes(int64(size))
	var peak uint64
	for b.Loop() {
		d, err := Load(fsys, Options{Progress: func(done, total int) {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
		}})
		if err != nil {
			b.Fatal(err)
		}
		if len(d.Obligations) < 33_000 {
			b.Fatalf("%d obligations", len(d.Obligations))
		}
	}
	b.ReportMetric(float64(peak)/(1<<20), "MiB-peak")
}

// BenchmarkLoadHaiti loads the real dossier, as a command does when it starts.
func BenchmarkLoadHaiti(b *testing.B) {
	fsys := os.DirFS("../missions/haiti")
	for b.Loop() {
		if _, err := Load(fsys, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAtHaiti looks at the real dossier as of a day, once the days of
// knowledge are computed.
func BenchmarkAtHaiti(b *testing.B) {
	d, err := Load(os.DirFS("../missions/haiti"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		d.At(19900)
	}
}
