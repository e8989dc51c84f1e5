package report

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"slices"
)

// form is what somebody typed and attached, from its arrival until it is sealed
// or shown back. What was typed is never made a string, which could not be
// overwritten; wipe overwrites it.
type form struct {
	values  []value
	length  int // of all values, in bytes
	files   []*spooled
	spool   *spool
	tracked []*tracked
	dropped bool // there were files, and they were not kept
}

// value is one value of a field.
type value struct {
	name string
	text []byte
}

// first is a field's first value, nil where there is none.
func (f *form) first(name string) []byte {
	for _, v := range f.values {
		if v.name == name {
			return v.text
		}
	}
	return nil
}

// all are a field's values.
func (f *form) all(name string) [][]byte {
	var list [][]byte
	for _, v := range f.values {
		if v.name == name {
			list = append(list, v.text)
		}
	}
	return list
}

// choice is a field's value where it is one of those that can be chosen, or the
// empty string. It is safe to keep: it says nothing that the page did not say.
func choice[T ~string](f *form, name string, from []T) T {
	first := f.first(name)
	for _, c := range from {
		if string(c) == string(first) {
			return c
		}
	}
	return ""
}

// choices are a field's values that can be chosen, in the order of from.
func choices[T ~string](f *form, name string, from []T) []T {
	var list []T
	for _, c := range from {
		if slices.ContainsFunc(f.all(name), func(v []byte) bool { return string(v) == string(c) }) {
			list = append(list, c)
		}
	}
	return list
}

// set replaces a field's values; for choices of the page's own.
func (f *form) set(name, text string) {
	f.drop(name)
	f.values = append(f.values, value{name, []byte(text)})
}

// drop overwrites a field's values and takes them out.
func (f *form) drop(name string) {
	f.values = slices.DeleteFunc(f.values, func(v value) bool {
		if v.name == name {
			clear(v.text[:cap(v.text)])
		}
		return v.name == name
	})
}

// Value stands in a template for what was typed into a field; fill puts it in
// when the page is made.
func (f *form) Value(name string) string {
	if len(f.first(name)) == 0 {
		return ""
	}
	return slotMark + name + "."
}

// Chosen reports whether a value of a field was chosen.
func (f *form) Chosen(name, text string) bool {
	return slices.ContainsFunc(f.all(name), func(v []byte) bool { return string(v) == text })
}

// Filled reports whether anything stands in one of these fields.
func (f *form) Filled(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return len(f.first(name)) > 0 })
}

// slotMark begins what stands for a value in a page. Nobody who types knows it.
var slotMark = "slot" + rand.Text()

// fill puts what was typed in its places, escaped for text and for attributes in
// double quotes. The result is to be overwritten by who wrote it out.
func (f *form) fill(page []byte) []byte {
	size := len(page)
	for _, v := range f.values {
		size += 6 * len(v.text) // the longest escape
	}
	out := make([]byte, 0, size)
	mark := []byte(slotMark)
	for {
		before, after, found := bytes.Cut(page, mark)
		out = append(out, before...)
		if !found {
			return out
		}
		name, rest, _ := bytes.Cut(after, []byte("."))
		out = appendEscaped(out, f.first(string(name)))
		page = rest
	}
}

// wipe overwrites all that was typed, and ends the files.
func (f *form) wipe() {
	for _, v := range f.values {
		clear(v.text[:cap(v.text)])
	}
	for _, t := range f.tracked {
		t.wipe()
	}
	for _, file := range f.files {
		clear(file.name)
		clear(file.kind)
		clear(file.key[:])
	}
	f.values, f.tracked, f.files, f.length = nil, nil, nil, 0
	if f.spool != nil {
		f.spool.close()
		f.spool = nil
	}
}

// track makes a reader whose copies wipe overwrites.
func (f *form) track(r io.Reader) io.Reader {
	t := &tracked{r: r}
	f.tracked = append(f.tracked, t)
	return t
}

// tracked reads, and remembers where it put what it read, so that it can be
// overwritten there: in the buffers of readers and copiers above it, which belong
// to one request and are not used again.
type tracked struct {
	r    io.Reader
	into map[*byte][]byte // by the last byte that each could grow to
}

func (t *tracked) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	if n > 0 {
		if t.into == nil {
			t.into = make(map[*byte][]byte)
		}
		whole := p[:cap(p)]
		if end := &whole[len(whole)-1]; len(whole) > len(t.into[end]) {
			t.into[end] = whole
		}
	}
	return n, err
}

func (t *tracked) wipe() {
	for _, p := range t.into {
		clear(p)
	}
	t.into = nil
}

// String keeps what was typed out of any log.
func (f *form) String() string { return fmt.Sprintf("a form of %d bytes", f.length) }

// GoString is String, for %#v.
func (f *form) GoString() string { return f.String() }

// appendEscaped appends text as HTML has it in text and in attributes.
func appendEscaped(dst, text []byte) []byte {
	for _, c := range text {
		switch c {
		case '&':
			dst = append(dst, "&amp;"...)
		case '<':
			dst = append(dst, "&lt;"...)
		case '>':
			dst = append(dst, "&gt;"...)
		case '"':
			dst = append(dst, "&#34;"...)
		case '\'':
			dst = append(dst, "&#39;"...)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}
