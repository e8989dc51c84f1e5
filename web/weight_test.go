package web

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// bounds are what scripts of the reporter's side may weigh over the wire, in
// bytes with gzip: of the 60 KB that a first visit to the form may take in all,
// the script may have 40. An onion service has no better compression.
var bounds = map[string]int{
	"report/main.ts":   40_000,
	"report/return.ts": 42_000,
	"report/exit.ts":   1_000,
}

func TestScriptsForOldPhonesAreLight(t *testing.T) {
	needNode(t)
	for source, bound := range bounds {
		_, name := filepath.Split(source)
		script, err := os.ReadFile("../site/report/assets/" + strings.TrimSuffix(name, ".ts") + ".js")
		if err != nil {
			t.Fatal(err)
		}
		packed := zipped(t, script)
		t.Logf("%s: %d bytes, %d with gzip; its parts before minifying together:\n%s", source, len(script), packed, parts(t, source))
		if packed > bound {
			t.Errorf("%s has %d bytes with gzip, more than %d; -v shows what weighs", source, packed, bound)
		}
	}
}

func zipped(t *testing.T, b []byte) int {
	t.Helper()
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

// parts lists what a bundle is made of, by package, the heaviest first: bytes in
// the bundle, minified, not compressed.
func parts(t *testing.T, source string) string {
	t.Helper()
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{source}, Bundle: true, Format: api.FormatESModule, Target: api.ES2020, Outdir: "out", Metafile: true,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, Plugins: []api.Plugin{lighter},
	})
	if len(result.Errors) > 0 {
		t.Fatal(sentence(result.Errors[0]))
	}
	var meta struct {
		Outputs map[string]struct {
			Inputs map[string]struct{ BytesInOutput int }
		}
	}
	if err := json.Unmarshal([]byte(result.Metafile), &meta); err != nil {
		t.Fatal(err)
	}
	sums := make(map[string]int)
	for _, out := range meta.Outputs {
		for path, in := range out.Inputs {
			sums[packageOf(path)] += in.BytesInOutput
		}
	}
	var lines []string
	for name, n := range sums {
		lines = append(lines, fmt.Sprintf("%8d %s", n, name))
	}
	slices.Sort(lines)
	slices.Reverse(lines)
	return strings.Join(lines, "\n")
}

// packageOf is the npm package or the folder that a file is in.
func packageOf(path string) string {
	dir, _, _ := strings.Cut(strings.TrimPrefix(path, "node_modules/"), "/")
	if strings.HasPrefix(dir, "@") {
		return strings.Join(strings.SplitN(strings.TrimPrefix(path, "node_modules/"), "/", 3)[:2], "/")
	}
	return dir
}
