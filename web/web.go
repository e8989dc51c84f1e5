// Package web makes the scripts of the pages: it bundles the TypeScript of its
// folders into single files, which are committed where the pages embed them, so that a
// user of Temwen needs no Node. Start at Entries: a script is one line there.
//
//	go generate ./web     bundles, after npm ci where it is needed
//	npm run check         in this folder: checks the types
//	go test ./web         runs the tests, */*.test.ts, with Node
//
// It must never be imported by another package: the bundler is no part of the
// program.
package web

//go:generate go run ./build

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

// An Entry is a script that pages load: its source, seen from here, and the folder
// it goes to, seen from the top of the repository. The bundle has the name of the
// source, with .js.
type Entry struct {
	Source string
	Into   string
}

// Entries are all scripts. Every one is an ES module without imports: pages load
// it with <script type="module" src>, which no content security policy but
// script-src 'self' has to allow.
var Entries = []Entry{
	{"src/check.ts", "site/assets"},            // the public record: inclusion of the shown facts
	{"report/main.ts", "site/report/assets"},   // the reporter's side: the form
	{"report/return.ts", "site/report/assets"}, // the reporter's side: coming back with the code
	{"report/exit.ts", "site/report/assets"},   // the reporter's side: every other page
	{"desk/main.ts", "site/desk/assets"},       // the officers' side
	{"desk/worker.ts", "site/desk/assets"},     // the officers' side: a worker, for passphrases
	{"desk/pdf.ts", "site/desk/assets"},        // the officers' side: a frame, for PDFs
}

// Bundle makes the scripts of all entries: bytes by path, seen from the top of
// the repository. dir is this package's folder. The same sources and packages
// give the same bytes.
func Bundle(dir string) (map[string][]byte, error) {
	made := make(map[string][]byte)
	for _, e := range Entries {
		source := filepath.Join(dir, filepath.FromSlash(e.Source))
		script, err := bundle(dir, []string{source}, api.BuildOptions{
			Platform:          api.PlatformBrowser,
			Target:            api.ES2020,
			MinifyWhitespace:  true,
			MinifyIdentifiers: true,
			MinifySyntax:      true,
		})
		if err != nil {
			return nil, fmt.Errorf("bundling %s: %w", e.Source, err)
		}
		for name, data := range script {
			made[filepath.ToSlash(filepath.Join(e.Into, name))] = data
		}
	}
	return made, nil
}

// Tests makes the tests, FOLDER/*.test.ts, fit for Node's own test runner: bytes
// by name.
func Tests(dir string) (map[string][]byte, error) {
	sources, err := filepath.Glob(filepath.Join(dir, "*", "*.test.ts"))
	if err != nil {
		return nil, err
	}
	return bundle(dir, sources, api.BuildOptions{
		Platform:     api.PlatformNode,
		Target:       api.ES2022,
		OutExtension: map[string]string{".js": ".mjs"},
		Sourcemap:    api.SourceMapInline,
	})
}

// bundle runs esbuild and names every error with its file and line. Notices of
// licences stay, at the end of the bundle.
func bundle(dir string, sources []string, options api.BuildOptions) (map[string][]byte, error) {
	root, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	options.AbsWorkingDir = root
	for _, s := range sources {
		abs, err := filepath.Abs(s)
		if err != nil {
			return nil, err
		}
		options.EntryPoints = append(options.EntryPoints, abs)
	}
	options.Outdir = filepath.Join(root, "out") // names only: nothing is written
	options.Bundle = true
	options.Format = api.FormatESModule
	options.Charset = api.CharsetUTF8
	options.LegalComments = api.LegalCommentsEndOfFile
	options.Plugins = []api.Plugin{lighter, pdfjs}
	options.Loader = map[string]api.Loader{".pfb": api.LoaderBinary}
	result := api.Build(options)
	var problems []error
	for _, m := range result.Errors {
		problems = append(problems, sentence(m))
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	files := make(map[string][]byte)
	for _, f := range result.OutputFiles {
		files[filepath.Base(f.Path)] = f.Contents
	}
	return files, nil
}

func sentence(m api.Message) error {
	if m.Location == nil {
		return errors.New(m.Text)
	}
	return fmt.Errorf("%s:%d:%d: %s", m.Location.File, m.Location.Line, m.Location.Column+1, m.Text)
}

// Write puts the bundles where they belong below the top of the repository.
func Write(top string, files map[string][]byte) error {
	for name, data := range files {
		path := filepath.Join(top, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return fmt.Errorf("writing a bundle: %w", err)
		}
	}
	return nil
}
