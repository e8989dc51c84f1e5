// Package asset serves the style sheet, the scripts and the pictures of pages
// under names that carry their hash, so that a browser may keep them for ever.
//
// It must never serve anything that changes or that is not part of the program.
// Start with Load.
package asset

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// Set is the files of one folder. It is an http.Handler for addresses whose last
// part is the name that Href gives.
type Set struct {
	content map[string]content // by the name in the address
	files   map[string]file    // by the name in the folder
}

type file struct{ href, integrity string }

// content is a file as it is, and compressed once, when it is first asked for.
type content struct {
	plain  []byte
	packed func() []byte // gzip
}

// Prefix is below which address a set is served.
const Prefix = "/assets/"

// Load reads the files of a folder that is part of the program; so it panics
// where that cannot be read.
func Load(files fs.FS, dir string) *Set {
	s := &Set{content: make(map[string]content), files: make(map[string]file)}
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		b, err := fs.ReadFile(files, path.Join(dir, e.Name()))
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(b)
		ext := path.Ext(e.Name())
		name := strings.TrimSuffix(e.Name(), ext) + "-" + hex.EncodeToString(sum[:6]) + ext
		long := sha512.Sum384(b)
		s.content[name] = content{b, sync.OnceValue(func() []byte { return pack(b) })}
		s.files[e.Name()] = file{Prefix + name, "sha384-" + base64.StdEncoding.EncodeToString(long[:])}
	}
	return s
}

// Href is the address of a file of the folder, empty where there is none.
func (s *Set) Href(name string) string { return s.files[name].href }

// Integrity is the hash of a file of the folder, as the attribute integrity has
// it (Subresource Integrity).
func (s *Set) Integrity(name string) string { return s.files[name].integrity }

var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8",
}

// ServeHTTP implements http.Handler.
func (s *Set) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, Prefix)
	c, ok := s.content[name]
	if !ok {
		http.Error(w, "There is no such file.", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", contentTypes[path.Ext(name)])
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Add("Vary", "Accept-Encoding")
	b := c.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		b = c.packed()
	}
	_, _ = w.Write(b) // the reader has gone; there is nobody to tell
}

// pack compresses as well as gzip can.
func pack(b []byte) []byte {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is wrong
	}
	_, _ = w.Write(b) // a buffer takes everything
	_ = w.Close()
	return packed.Bytes()
}

// Sums are the SHA-256 of all files, in hexadecimal, by their address.
func (s *Set) Sums() map[string]string {
	sums := make(map[string]string, len(s.content))
	for name, c := range s.content {
		sum := sha256.Sum256(c.plain)
		sums[Prefix+name] = hex.EncodeToString(sum[:])
	}
	return sums
}
