package site

import (
	"embed"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"sync"

	"temwen/clock"
	"temwen/site/asset"
)

//go:embed templates assets
var files embed.FS

// assets are the style sheet, the icon and the scripts (made by package web).
var assets = asset.Load(files, "assets")

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
		if name == "page" || name == "parts" || name == "check" {
			continue
		}
		set[name] = template.Must(template.New(name).Funcs(template.FuncMap{
			"asset": assets.Href,
			"dict":  dict,
			"words": hyphened,
			"sign":  func(s clock.Status) string { return characters[s] },
		}).ParseFS(files, "templates/page.html", "templates/parts.html", "templates/check.html", file))
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
