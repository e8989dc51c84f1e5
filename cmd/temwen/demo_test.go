package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestDemoIsStopped: Ctrl-C ends a demo at any time, without a complaint, and
// with its temporary folder.
func TestDemoIsStopped(t *testing.T) {
	t.Parallel()
	for _, moment := range []string{"the dossier of Haiti: ", "edition", "Overdue", "Press Ctrl-C"} {
		t.Run(moment, func(t *testing.T) {
			t.Parallel()
			tmp := t.TempDir()
			p := start(t, []string{"TMPDIR=" + tmp}, append([]string{"demo"}, free...)...)
			p.until(moment)
			p.signal(os.Interrupt, 0)
			if said := p.stderr.String(); said != "" {
				t.Errorf("it complains: %s", said)
			}
			left, err := os.ReadDir(tmp)
			if err != nil || len(left) > 0 {
				t.Errorf("it leaves %v (%v)", left, err)
			}
		})
	}
}

// TestDemoGoesOn: a kept demo that was stopped goes on where it ended.
func TestDemoGoesOn(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "demo")
	p := start(t, nil, append([]string{"demo", "--dir", dir}, free...)...)
	_, p.Home, _ = strings.Cut(p.until("http://"), "http://")
	p.Home = "http://" + p.Home
	if res, body := p.get("GET", "/en/missions/mss?as_of=2024-06-26"); res.StatusCode != 200 || !strings.Contains(body, "Multinational") {
		t.Errorf("it answers %s", res.Status)
	}
	p.signal(os.Interrupt, 0)
	p = start(t, nil, append([]string{"demo", "--dir", dir}, free...)...)
	says(t, p.until("edition"), "nothing new")
	if said := p.until("Press Ctrl-C"); strings.Contains(said, "with the code") {
		t.Error("a second start invents a second office")
	}
	p.signal(syscall.SIGTERM, 0)
	stdout, _ := temwen(t, 0, "verify", "--forget", dir)
	says(t, stdout, "VERIFIED")
}
