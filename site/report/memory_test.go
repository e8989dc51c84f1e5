package report_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"temwen/site/report"
	"temwen/site/report/reporttest"
)

// childVariable makes this test's process the server whose memory is searched.
const childVariable = "TEMWEN_TEST_SERVER"

// sentence is what people tell in this test.
func sentence(name string) string {
	return "mango" + name + " papaya" + name + " kowosol" + name + " zaboka" + name + " kachiman" + name + " siwèl" + name + " grenadya" + name
}

// Given a server to which people without a script wrote, then not one of their
// words is in its memory.
func TestMemoryHoldsNoWord(t *testing.T) {
	if os.Getenv(childVariable) != "" {
		serveUntilClosed(t)
		return
	}
	if runtime.GOOS != "linux" {
		t.Skip("skipped: the memory of another process can be read on Linux only")
	}
	s, pid := child(t)
	code := s.told(t, sentence("report"))
	s.told(t, strings.Repeat(sentence("long")+" ", 1000))
	s.post(t, "/ht/2", with(fields("what", "x", "commune", sentence("commune")), "tèks.txt", strings.Repeat(sentence("file")+" ", 5000)))
	if a := s.post(t, "/ht/1", fields("commune", sentence("wrong"), "place", "<"+sentence("escaped"))); a.Status != 422 || !strings.Contains(a.raw, sentence("wrong")) {
		t.Fatalf("a mistake is answered with %d", a.Status)
	}
	if a := s.post(t, "/en/4", fields("do", "say", "code", code, "text", sentence("answer"))); a.Status != 200 {
		t.Fatalf("an answer is answered with %d", a.Status)
	}
	if n := search(t, pid, "temwen code v1"); n == 0 {
		t.Fatal("the memory does not hold what it must: it was not read")
	}
	for _, name := range []string{"report", "long", "commune", "file", "wrong", "escaped", "answer"} {
		if n := search(t, pid, "papaya"+name); n > 0 {
			t.Errorf("of what was told as %s %d words are in memory", name, n)
		}
	}
}

// serveUntilClosed serves an office until standard input ends.
func serveUntilClosed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o := reporttest.New(t)
	server := report.NewServer(report.New(o, o.Options()))
	defer server.Close()
	go func() { _ = server.Serve(l) }() // until Close
	fmt.Printf("\nserving http://%s\n", l.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// child starts the server.
func child(t *testing.T) (served, int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestMemoryHoldsNoWord$", "-test.v")
	cmd.Env = append(os.Environ(), childVariable+"=1", "GODEBUG=asyncpreemptoff=1") // as cmd/temwen serves
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the server ends with %v", err)
		}
	})
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if home, ok := strings.CutPrefix(lines.Text(), "serving "); ok {
			go func() { _, _ = io.Copy(io.Discard, stdout) }()
			return served{home: home}, cmd.Process.Pid
		}
	}
	t.Fatal("the server did not start")
	return served{}, 0
}

// search counts how often text is in what a process can write to in its memory.
func search(t *testing.T, pid int, text string) int {
	t.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", pid))
	if err != nil {
		t.Fatal(err)
	}
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if errors.Is(err, fs.ErrPermission) {
		t.Skip("skipped: this system does not let a process read its child's memory")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer memory.Close()
	n := 0
	for line := range strings.Lines(string(maps)) {
		var from, to int64
		var mode string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &mode); err != nil || !strings.HasPrefix(mode, "r") || strings.Contains(line, "[v") {
			continue
		}
		region := make([]byte, to-from)
		got, err := memory.ReadAt(region, from)
		if err != nil && got == 0 {
			continue // reserved, not there
		}
		n += bytes.Count(region[:got], []byte(text))
	}
	return n
}
