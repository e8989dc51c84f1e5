package site

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"temwen/clock"
)

//go:embed templates assets
var files embed.FS

// assets are the style sheet, the icon and the scripts (made by package web)
// under names that carry their hash, so that a browser may keep them for ever.
var assets, assetNames = loadAssets()

func loadAssets() (byName map[string][]byte, names map[string]string) {
	byName, names = make(map[string][]byte), make(map[string]string)
	entries, err := files.ReadDir("assets")
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		b, err := files.ReadFile("assets/" + e.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(b)
		ext := path.Ext(e.Name())
		name := strings.TrimSuffix(e.Name(), ext) + "-" + hex.EncodeToString(sum[:6]) + ext
		byName[name], names[e.Name()] = b, "/assets/"+name
	}
	return byName, names
}

var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8",
}

func serveAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	b, ok := assets[name]
	if !ok {
		http.Error(w, "There is no such file.", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", contentTypes[path.Ext(name)])
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write(b) // the reader has gone; there is nobody to tell
}

// templates are the pages, each together with the frame. They are read when the
// first page is shown: a command that shows none does without.
var templates = sync.OnceValue(loadTemplates)

func loadTemplates() map[string]*template.Template {
	pages, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		panic(err)
	}
	set := make(map[string]*template.Template)
	for _, file := range pages {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if name == "page" || name == "parts" {
			continue
		}
		set[name] = template.Must(template.New(name).Funcs(template.FuncMap{
			"asset": func(file string) string { return assetNames[file] },
			"dict":  dict,
			"words": hyphened,
			"sign":  func(s clock.Status) string { return characters[s] },
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

// hyphened makes a status's word fit for a class name.
func hyphened(s interface{ String() string }) string { return strings.ReplaceAll(s.String(), " ", "-") }
