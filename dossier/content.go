package dossier

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"regexp"

	"go.yaml.in/yaml/v4"
)

// content is what one file holds.
type content struct {
	file     inFile
	name     string // in messages
	info     *Info
	infoLine int32
	facts    []placed
	tables   []tableItem
	problems Problems
	// maybe are IDs that stand in a file that could not be read as YAML: a
	// reference to one of them is not called broken.
	maybe map[string]bool
}

// placed is a fact and where it stands.
type placed struct {
	kind  *kind
	value any
	place place
}

// place is where a fact stands.
type place struct {
	file   int32 // index of the file
	line   int32
	column int32
	item   int32 // its place in the file's list of its kind
	table  int32 // 0, or the place plus 1 of the table whose row it is
}

type tableItem struct {
	table *Table
	item  int32
}

// read reads, parses, validates and fills one file.
func (l *loading) read(f inFile) *content {
	c := &content{file: f, name: l.name(f.path)}
	if l.facts.Load() > MaxFacts {
		return c
	}
	data, err := l.bytes(f.path)
	if err != nil {
		c.problem(0, 0, "it cannot be read: "+err.Error(), "")
		return c
	}
	if len(data) > MaxFile {
		c.problem(1, 1, fmt.Sprintf("the file has %s; a file may have %s", bytesOf(max(f.size, int64(len(data)))), bytesOf(MaxFile)), "split it")
		c.maybe = idsIn(data)
		return c
	}
	doc := parse(c.name, data)
	c.problems = doc.problems
	switch {
	case doc.root == nil:
		if len(doc.problems) > 0 {
			c.maybe = idsIn(data)
		}
	case doc.root.Kind != yaml.MappingNode:
		c.problem(doc.root.Line, doc.root.Column, "the file must be a mapping from kinds of facts to lists of them", "start with a kind, such as `sources:`, and write its facts below it")
	default:
		l.sections(c, doc.root)
	}
	return c
}

// bytes reads a file, and of one that is too large only so much that it shows.
func (l *loading) bytes(name string) ([]byte, error) {
	f, err := l.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b bytes.Buffer
	if info, err := f.Stat(); err == nil {
		b.Grow(int(min(info.Size(), MaxFile)) + bytes.MinRead)
	}
	_, err = b.ReadFrom(io.LimitReader(f, MaxFile+1))
	return b.Bytes(), err
}

// sections reads the kinds of a file.
func (l *loading) sections(c *content, root *yaml.Node) {
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		k := kindNamed(key.Value)
		switch {
		case key.Value == infoKey:
			c.info, c.infoLine = new(Info), int32(key.Line)
			c.entry("info", value, c.info)
			continue
		case k == nil && key.Value != tablesKey:
			what, do := unknownKey(key.Value, topKeys())
			c.problem(key.Line, key.Column, what, do)
			continue
		case value.Kind != yaml.SequenceNode || len(value.Content) == 0:
			c.problem(value.Line, value.Column, fmt.Sprintf("`%s` must be a list of facts", key.Value), "write each as `- id: ...`, or leave the key out")
			continue
		}
		for item, n := range value.Content {
			if l.facts.Add(1) > MaxFacts {
				return
			}
			if k == nil {
				t := new(Table)
				c.entry("table", n, t)
				c.tables = append(c.tables, tableItem{t, int32(item)})
				l.rows(c, n, t)
				continue
			}
			fact := k.blank()
			c.entry(k.one, n, fact)
			c.facts = append(c.facts, placed{k, fact, place{line: int32(n.Line), column: int32(n.Column), item: int32(item)}})
		}
	}
}

// entry validates n by the schema of def and fills target from it.
func (c *content) entry(def string, n *yaml.Node, target any) {
	for _, r := range loadSchema().refusals(def, valueOf(n)) {
		at, _ := find(n, r.path)
		if r.key != "" {
			if key, _ := member(at, r.key); key != nil {
				at = key
			}
		}
		c.problem(at.Line, at.Column, r.what, r.do)
	}
	f := filling{report: func(n *yaml.Node, what string) { c.problem(n.Line, n.Column, what, "") }}
	f.fact(n, target)
	if f.size > MaxFact/2 {
		if body, err := bodyOf(target); err == nil && len(body) > MaxFact {
			c.problem(n.Line, n.Column, fmt.Sprintf("this %s has %d bytes as JSON; a fact may have %d", def, len(body), MaxFact), "split it")
		}
	}
}

func (c *content) problem(line, column int, what, do string) {
	if len(c.problems) < maxFileProblems {
		c.problems = append(c.problems, Problem{c.name, line, column, what, do})
	}
}

// beside is the path of a file beside this one.
func (c *content) beside(name string) string { return path.Join(path.Dir(c.file.path), name) }

var idLine = regexp.MustCompile(`(?m)^[ \t]*(?:-[ \t]+)?(?:\{[ \t]*)?id:[ \t]*["']?([a-z0-9-]{1,80})`)

// idsIn are the IDs that seem to stand in a text that cannot be parsed.
func idsIn(data []byte) map[string]bool {
	ids := map[string]bool{}
	for _, m := range idLine.FindAllSubmatch(data[:min(len(data), MaxFile)], -1) {
		ids[string(m[1])] = true
	}
	return ids
}
