package dossier

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// document is one YAML file after parsing: its tree, and what is wrong with it
// as text.
type document struct {
	file     string
	root     *yaml.Node // nil where the file is empty or cannot be read
	problems Problems
}

func (d *document) problem(line, column int, what, do string) {
	if len(d.problems) < maxFileProblems {
		d.problems = append(d.problems, Problem{d.file, line, column, what, do})
	}
}

// parse reads one YAML file, in this order: its characters, its syntax, and
// what this format leaves out of YAML (several documents, anchors, tags, merge
// keys, keys that stand twice).
func parse(file string, data []byte) *document {
	d := &document{file: file}
	data, ok := d.characters(data)
	if !ok {
		return d
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithPlugin(depthLimit{}))
	if err != nil {
		d.problem(1, 1, "the YAML reader does not start: "+err.Error(), "")
		return d
	}
	var first, second yaml.Node
	if err := loader.Load(&first); err == io.EOF {
		return d
	} else if err != nil {
		d.syntax(data, err)
		return d
	}
	if err := loader.Load(&second); err == nil {
		d.problem(second.Line, second.Column, "a second document starts here (---)", "put it in a file of its own")
	} else if err != io.EOF {
		d.syntax(data, err)
		return d
	}
	if n := plain(&first); n != nil {
		d.problem(n.Line, n.Column, "anchors and aliases (& and *) are not part of this format", "write the value out where it belongs")
		return d
	}
	d.root = first.Content[0]
	d.escapes(d.root)
	d.keys(d.root)
	return d
}

// escapes finds the characters that a quoted text writes as \0 or \u202e,
// unseen by whoever looks at the file.
func (d *document) escapes(n *yaml.Node) {
	if n.Style&yaml.DoubleQuotedStyle != 0 {
		if what := firstUnprintable(n.Value); what != "" {
			d.problem(n.Line, n.Column, what, "remove it")
		}
	}
	for _, c := range n.Content {
		d.escapes(c)
	}
}

// characters finds the first character that is not UTF-8 or not printable. It
// returns data fit to be parsed all the same, so that other problems are found.
func (d *document) characters(data []byte) ([]byte, bool) {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		d.problem(1, 1, "the file is UTF-16, not UTF-8", "save it as UTF-8")
		return nil, false
	}
	if line, column, c, bad := firstInvalid(data); bad {
		d.problem(line, column, fmt.Sprintf("the byte 0x%02X is not UTF-8; the file looks like Latin-1 or Windows-1252", c), "save it as UTF-8")
		data = bytes.ToValidUTF8(data, []byte("\uFFFD"))
	}
	line, column := 1, 0
	for _, r := range string(data) {
		column++
		switch {
		case r == '\n':
			line, column = line+1, 0
		case unprintable(r) != "":
			d.problem(line, column, unprintable(r), "remove it")
			return nil, false
		}
	}
	return data, true
}

// firstInvalid is the place of the first byte of data that is not UTF-8.
func firstInvalid(data []byte) (line, column int, c byte, bad bool) {
	if utf8.Valid(data) {
		return 0, 0, 0, false
	}
	line, column = 1, 1
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return line, column, data[i], true
		}
		if column++; r == '\n' {
			line, column = line+1, 1
		}
		i += n
	}
	return 0, 0, 0, false
}

// syntax reports an error of the YAML reader in plain words.
func (d *document) syntax(data []byte, err error) {
	var e *yaml.LoadError
	if !errors.As(err, &e) {
		d.problem(1, 1, "this is not YAML: "+err.Error(), "correct it")
		return
	}
	line, column := e.Mark.Line, e.Mark.Column
	if line == 0 {
		line, column = lineOf(data, e.Mark.Index)
	}
	for _, known := range syntaxWords {
		if strings.Contains(e.Message, known.message) {
			d.problem(line, column, known.what, known.do)
			return
		}
	}
	what := "this is not YAML: " + e.Message
	if e.ContextMsg != "" && e.ContextMark.Line > 0 {
		what = fmt.Sprintf("this is not YAML: %s, %s that starts in line %d", e.Message, e.ContextMsg, e.ContextMark.Line)
	}
	d.problem(line, column, what, "look at the indentation and the quotes here and in the line above")
}

// syntaxWords say the commonest errors of the YAML reader in plain words.
var syntaxWords = []struct{ message, what, do string }{
	{errDeep.Error(), fmt.Sprintf("mappings and lists are nested deeper than %d", MaxDepth), "write it flatter"},
	{
		"mapping values are not allowed", "a second `:` stands in this line, or the line is indented wrongly",
		"put quotes around a text that holds a colon, or line it up with its neighbours",
	},
	{"did not find expected key", "a key is expected here", "line it up with the keys above; put quotes around a text that goes on here"},
	{"did not find expected '-' indicator", "this line belongs neither to the list nor to the item above it", "indent it like its neighbours"},
	{"could not find expected ':'", "this line has no `:`", "write `key: value`, or indent it as part of the text above"},
	{"cannot start any token", "a value cannot start with this character", "put quotes around the value; indent with spaces, not tabs"},
	{"tab character", "a tab is not indentation in YAML", "indent with spaces"},
	{"unknown anchor", "anchors and aliases (& and *) are not part of this format", "write the value out where it belongs, or put quotes around a text that starts with *"},
	{"unexpected end of stream", "a quote is opened and never closed", "close it"},
}

func lineOf(data []byte, index int) (line, column int) {
	before := data[:min(max(index, 0), len(data))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}
