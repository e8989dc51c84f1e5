package seal

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// stockAge builds the age program as its authors wrote it, and returns its path.
func stockAge(t *testing.T) string {
	t.Helper()
	return strings.TrimSpace(string(run(t, nil, "go", "tool", "-n", "age")))
}

func run(t *testing.T, stdin []byte, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, &stderr)
	}
	return out
}

// TestStockProgramsOpenAnEnvelope: whoever has the key needs nothing of ours.
func TestStockProgramsOpenAnEnvelope(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	age, dir := stockAge(t), t.TempDir()
	office := testIdentity(t, "office")
	key := filepath.Join(dir, "office.key")
	if err := os.WriteFile(key, []byte(office.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	photo := bytes.Repeat([]byte("photo"), 30_000)
	report := testReport(photo)
	tar := run(t, seal(t, office, Document{Report: report}, photo), age, "-d", "-i", key)
	if got, want := string(run(t, tar, "tar", "-t")), "report.json\nfiles/01\n"; got != want {
		t.Errorf("tar lists %q, want %q", got, want)
	}
	if got := run(t, tar, "tar", "-xO", "files/01"); !bytes.Equal(got, photo) {
		t.Errorf("the photo has %d bytes, and %d came out", len(photo), len(got))
	}
	want, err := report.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if got := run(t, tar, "tar", "-xO", "report.json"); !bytes.Equal(got, want) {
		t.Errorf("report.json is %s", got)
	}
}
