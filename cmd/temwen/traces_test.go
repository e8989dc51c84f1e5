//go:build linux

package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unicode/utf16"

	"temwen/seal"
)

// trace is a word that nothing but one report holds, so that where it is found
// something of the report was left.
type trace string

func newTrace() trace {
	return trace(stem + strings.ToLower(rand.Text())[:16])
}

// stem begins every such word, and no other.
const stem = "zxqvi"

// text says the word so often that no piece of the text is without it.
func (w trace) text(size int) string {
	return strings.Repeat(string(w)+" ", size/(len(w)+1)+1)[:size]
}

// place is where a word, or a text of it, was found.
type place struct {
	length int // in bytes
	where  string
}

func (p place) String() string { return fmt.Sprintf("%d bytes %s", p.length, p.where) }

// found are the places in b where the word stands, in UTF-8 or UTF-16, with what
// is around them.
func (w trace) found(b []byte) (places []place) {
	for _, form := range forms(string(w)) {
		first, last := -1, -1
		tell := func() {
			if first >= 0 {
				places = append(places, place{last - first, fmt.Sprintf("at %#x: %q", first, b[max(0, first-80):min(len(b), last+80)])})
			}
		}
		for from := 0; ; {
			at := bytes.Index(b[from:], form)
			if at < 0 {
				break
			}
			at += from
			if first < 0 || at > last+len(form) { // not the same piece of text
				tell()
				first = at
			}
			from, last = at+len(form), at+len(form)
		}
		tell()
	}
	return places
}

// forms are a word in UTF-8, and in UTF-16 of both kinds.
func forms(w string) [3][]byte {
	big, little := make([]byte, 0, 2*len(w)), make([]byte, 0, 2*len(w))
	for _, u := range utf16.Encode([]rune(w)) {
		big, little = append(big, byte(u>>8), byte(u)), append(little, byte(u), byte(u>>8))
	}
	return [3][]byte{[]byte(w), big, little}
}

// maybe reports whether any such word can stand in b.
func maybe(b []byte) bool {
	return slices.ContainsFunc(stems[:], func(form []byte) bool { return bytes.Contains(b, form) })
}

var stems = forms(stem)

// onDisk are the places below a folder where a word is found.
func (w trace) onDisk(t *testing.T, dir string) (places []place) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) { // a server at work removes what it wrote
			return nil
		}
		files++
		for _, found := range append(w.found(b), w.found([]byte(path))...) {
			places = append(places, place{found.length, path + " " + found.where})
		}
		return err
	})
	if err != nil || files < 3 {
		t.Fatalf("%d files were searched: %v", files, err)
	}
	return places
}

var mapped = regexp.MustCompile(`^([0-9a-f]+)-([0-9a-f]+) (r...) \S+ \S+ \S+ *(.*)$`)

// inMemory are the places in the memory of a process, which is held still
// meanwhile, where words are found, by word.
func inMemory(t *testing.T, p *os.Process, words ...trace) map[trace][]place {
	t.Helper()
	if err := p.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := p.Signal(syscall.SIGCONT); err != nil {
			t.Error(err)
		}
	}()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", p.Pid))
	if err != nil {
		t.Fatal(err)
	}
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", p.Pid))
	if err != nil {
		t.Skipf("skipped: the memory of another process cannot be read here: %v", err)
	}
	defer memory.Close()
	all, searched := make(map[trace][]place), int64(0)
	for line := range strings.Lines(string(maps)) {
		m := mapped.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if m == nil || m[4] == "[vvar]" || m[4] == "[vsyscall]" || m[4] == "[vvar_vclock]" {
			continue
		}
		var from, to int64
		if _, err := fmt.Sscanf(m[1]+" "+m[2], "%x %x", &from, &to); err != nil {
			t.Fatal(err)
		}
		const step = 4 << 20
		region := make([]byte, step+256)
		for at := from; at < to; at += step {
			n, err := memory.ReadAt(region[:min(step+256, to-at)], at)
			if n == 0 && err != nil { // nothing is there
				continue
			}
			searched += int64(n)
			if !maybe(region[:n]) {
				continue
			}
			for _, w := range words {
				for _, found := range w.found(region[:n]) {
					all[w] = append(all[w], place{found.length, fmt.Sprintf("%x %s %s", at, m[4], found.where)})
				}
			}
		}
	}
	if searched < 1<<20 {
		t.Fatalf("only %d bytes of memory could be read", searched)
	}
	return all
}

// realProgram builds the program as it is shipped.
func realProgram(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "temwen")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("building the program: %v\n%s", err, out)
	}
	return path
}

// plain is somebody whose browser has no script, and sends forms.
type plain struct {
	testing.TB
	home string // of the reporter's pages
}

// field is one field of a form: a file where it has a name.
type field struct{ name, value, file string }

// body is a form as browsers send it.
func body(fields []field) (kind string, b []byte) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for _, f := range fields {
		h := textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name=%q`, f.name)}}
		if f.file != "" {
			h.Set("Content-Disposition", fmt.Sprintf(`form-data; name=%q; filename=%q`, f.name, f.file))
			h.Set("Content-Type", "image/jpeg")
		}
		part, err := w.CreatePart(h)
		if err == nil {
			_, err = io.WriteString(part, f.value)
		}
		if err != nil {
			panic(err) // a buffer takes everything
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return w.FormDataContentType(), form.Bytes()
}

// send sends a form and returns the page that answers it.
func (p *plain) send(page string, status int, fields ...field) string {
	p.Helper()
	kind, form := body(fields)
	return p.post(page, status, kind, form)
}

func (p *plain) post(page string, status int, kind string, form []byte) string {
	p.Helper()
	res, err := http.Post(p.home+page, kind, bytes.NewReader(form))
	if err != nil {
		p.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != status {
		p.Fatalf("%s answers %s (%v)\n%.3000s", page, res.Status, err, answer)
	}
	return string(answer)
}

// cut sends the beginning of a form, and leaves.
func (p *plain) cut(page string, part float64, fields ...field) {
	p.Helper()
	at, err := url.Parse(p.home)
	if err != nil {
		p.Fatal(err)
	}
	conn, err := net.Dial("tcp", at.Host)
	if err != nil {
		p.Fatal(err)
	}
	kind, form := body(fields)
	_, err = fmt.Fprintf(conn, "POST /%s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
		page, at.Host, kind, len(form), form[:int(part*float64(len(form)))])
	if err != nil {
		p.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		p.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, bufio.NewReader(conn)) // until the server has done with it
	if err := conn.Close(); err != nil {
		p.Fatal(err)
	}
}

var (
	codeShown  = regexp.MustCompile(`name="code" value="([0-9 ]+)"`)
	tokenShown = regexp.MustCompile(`name="token" value="([0-9 ]+)"`)
)

// TestTraces looks for the words of reports where nobody may find them: in the
// store, in what the program writes, and in its memory.
//
// What was sealed in a browser is nowhere. What came without a script, the names
// of its files included, is in memory while it is sealed, and nowhere else ever;
// once the answer is there, it is nowhere.
func TestTraces(t *testing.T) {
	t.Parallel()
	dir := newOffice(t)
	p := served(startAs(t, realProgram(t), nil, append([]string{"serve", "--dir", dir, "--publish-every", "100ms"}, free...)...))
	var stdout bytes.Buffer
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for p.lines.Scan() {
			stdout.Write(p.lines.Bytes())
		}
	}()

	words := make(map[string]trace)
	say := func(what string) trace { w := newTrace(); words[what] = w; return w }

	// Sealed, short and long.
	someone := &person{client: http.DefaultClient, home: p.Report}
	for _, size := range []int{2 << 10, 600 << 10} {
		w := say(fmt.Sprintf("a sealed report of %d KB", size>>10))
		s, err := someone.seal(t.Context(), &seal.Report{
			V: seal.Version, Path: seal.PathGeneral, Lang: "ht", What: w.text(1 << 10), Consent: seal.ConsentOffice, Channel: seal.ChannelBrowser,
		}, []byte(w.text(size)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := someone.send(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}

	// Without a script.
	page := &plain{t, p.Report}
	report := func(w trace, typed, file int, more ...field) []field {
		return append([]field{
			{name: "lang", value: "ht"},
			{name: "what", value: w.text(typed)},
			{name: "place", value: w.text(500)},
			{name: "consent", value: "office"},
			{name: "files", value: w.text(file), file: "foto.jpg"},
		}, more...)
	}
	code := func(answer string) string {
		m := codeShown.FindStringSubmatch(answer)
		if m == nil {
			t.Fatalf("there is no code in\n%s", answer)
		}
		return m[1]
	}
	page.send("ht/1", 201, report(say("a short form"), 300, 100)...)
	page.send("ht/1", 201, report(say("a form with a photograph"), 3000, 700<<10)...)
	page.send("ht/1", 201, report(say("a form with a video"), 30000, 5<<20)...)

	_, form := page.get("ht/1")
	token := field{name: "token", value: tokenShown.FindStringSubmatch(form)[1]}
	twice := say("a form that is sent twice")
	page.send("ht/1", 201, append([]field{token}, report(twice, 3000, 200<<10)...)...)
	page.send("ht/1", 200, append([]field{token}, report(twice, 3000, 200<<10)...)...)

	wrong := say("a form with nothing in its first field")
	page.send("ht/1", 422, field{name: "what"}, field{name: "place", value: wrong.text(900)}, field{name: "files", value: wrong.text(200 << 10), file: "foto.jpg"})
	long := say("a form that is too long")
	page.send("ht/1", 413, field{name: "what", value: long.text(300 << 10)})
	page.cut("ht/1", 0.9, report(say("a form that is cut in its file"), 3000, 300<<10)...)
	page.cut("ht/1", 0.5, report(say("a form that is cut in its words"), 9000, 10)...)

	page.send("ht/1", 201, field{name: "what", value: "X"}, field{name: "files", value: "X", file: string(say("the name of a file")) + ".jpg"})

	mine := code(page.send("ht/1", 201, report(say("a form that is followed"), 300, 100)...))
	more := say("a message with a file")
	id := field{name: "code", value: mine}
	page.send("ht/4", 200, id, field{name: "do", value: "say"}, field{name: "text", value: more.text(2000)},
		field{name: "files", value: more.text(300 << 10), file: "foto.jpg"})
	page.send("ht/4", 422, field{name: "code", value: "1234"}, field{name: "do", value: "say"},
		field{name: "text", value: say("a message under a wrong code").text(2000)})

	// Others come after them, whose pages have buffers of their own.
	for range 20 {
		page.get("ht/")
	}

	for what, w := range words {
		for _, place := range w.onDisk(t, dir) {
			t.Errorf("%s is on the disk: %s", what, place)
		}
	}
	var list []trace
	for _, w := range words {
		list = append(list, w)
	}
	found := inMemory(t, p.cmd.Process, list...)
	for what, w := range words {
		for _, place := range found[w] {
			t.Errorf("%s is in memory: %s", what, place)
		}
	}

	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	<-ended
	_ = p.cmd.Wait() // the state tells
	for what, w := range words {
		if places := append(w.found(stdout.Bytes()), w.found([]byte(p.stderr.String()))...); len(places) > 0 {
			t.Errorf("%s is in what the program writes: %v", what, places)
		}
		for _, place := range w.onDisk(t, dir) {
			t.Errorf("%s is on the disk after the end: %s", what, place)
		}
	}
}

func (p *plain) get(page string) (status int, answer string) {
	p.Helper()
	res, err := http.Get(p.home + page)
	if err != nil {
		p.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// TestTracesAreFound: the search finds what is there.
func TestTracesAreFound(t *testing.T) {
	t.Parallel()
	w := newTrace()
	dir := t.TempDir()
	wide := make([]byte, 0, 100)
	for _, r := range string(w) {
		wide = append(wide, 0, byte(r))
	}
	for name, content := range map[string][]byte{"plain": []byte("x" + w.text(100)), "wide": wide, "none": {}} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	places := fmt.Sprint(w.onDisk(t, dir))
	says(t, places, "87 bytes "+filepath.Join(dir, "plain")+" at 0x1")
	says(t, places, "42 bytes "+filepath.Join(dir, "wide")+" at 0x0")
	if strings.Contains(places, "none") {
		t.Errorf("it finds %s", places)
	}

	child := exec.Command("cat")
	in, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close(); _ = child.Wait() }()
	if _, err := io.WriteString(in, string(w)+"\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if found := inMemory(t, child.Process, w); len(found[w]) == 0 {
		t.Error("what a process has read is not found in its memory")
	}
}
