package report

import (
	"bytes"
	"embed"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"

	"temwen/site/asset"
)

//go:embed templates assets
var files embed.FS

// assets are the style sheet, the icon and the scripts (made by package web).
// Their addresses carry their hash, so that whoever reads the list of scripts in
// the ledger can tell which one a page loaded.
var assets = asset.Load(files, "assets")

// templates are the pages, each together with the frame.
var templates = sync.OnceValue(loadTemplates)

func loadTemplates() map[string]*template.Template {
	names, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		panic(err)
	}
	set := make(map[string]*template.Template)
	for _, file := range names {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if name == "page" || name == "parts" {
			continue
		}
		t := template.New(name)
		set[name] = template.Must(t.Funcs(template.FuncMap{
			"dict": dict,
			"part": func(name string, p *page) (template.HTML, error) { return part(t, name, p) },
		}).ParseFS(files, "templates/page.html", "templates/parts.html", file))
	}
	return set
}

// dict hands several named values to a template.
func dict(pairs ...any) map[string]any {
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1]
	}
	return m
}

// pack compresses a page.
func pack(b []byte) []byte {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(b) // a buffer takes everything
	_ = w.Close()
	return packed.Bytes()
}

// Files are the SHA-256, in hexadecimal, of all that a page has a browser load,
// by address: what the operator notes in the ledger.
func Files() map[string]string { return assets.Sums() }
