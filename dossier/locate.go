package dossier

import (
	"cmp"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v4"
)

// locate turns findings into problems with lines and columns: it parses the
// files that have findings once more, one at a time.
func (l *loading) locate(findings []finding) Problems {
	var problems Problems
	slices.SortStableFunc(findings, func(a, b finding) int { return cmp.Compare(a.place.file, b.place.file) })
	var root *yaml.Node
	last := int32(-1)
	for _, f := range findings {
		if f.list == "" {
			problems = append(problems, Problem{File: l.opts.Name, What: f.what, Do: f.do})
			continue
		}
		if f.place.table > 0 {
			part := l.contents[f.place.file]
			name := l.name(part.beside(part.tables[f.place.table-1].table.File))
			problems = append(problems, Problem{name, int(f.place.line), int(f.place.column), f.what, f.do})
			continue
		}
		if f.place.file != last {
			root, last = l.reparse(l.files[f.place.file].path), f.place.file
		}
		line, column, stands := position(root, f)
		if !stands {
			continue
		}
		problems = append(problems, Problem{l.name(l.files[f.place.file].path), line, column, f.what, f.do})
	}
	// What the schema said of a value goes before what the checks say of it.
	type at struct {
		file         string
		line, column int
	}
	said := map[at]bool{}
	for _, p := range l.problems {
		said[at{p.File, p.Line, p.Column}] = true
	}
	return slices.DeleteFunc(problems, func(p Problem) bool { return p.Line > 0 && said[at{p.File, p.Line, p.Column}] })
}

// reparse is the tree of a file that was read before; nil where it cannot be
// read any more.
func (l *loading) reparse(path string) *yaml.Node {
	data, err := l.bytes(path)
	if err != nil {
		return nil
	}
	return parse(path, data).root
}

// position is the place of the value that a finding is about: of the value
// itself where it is text or a number, of its key where it holds more. stands
// is false where the finding is about a missing key that is there.
func position(root *yaml.Node, f finding) (line, column int, stands bool) {
	line, column = int(f.place.line), max(int(f.place.column), 1)
	if root == nil || root.Kind != yaml.MappingNode {
		return line, column, true
	}
	_, list := member(root, f.list)
	if list == nil {
		return line, column, true
	}
	path := f.path
	if f.list != infoKey {
		path = append([]string{strconv.Itoa(int(f.place.item))}, path...)
	}
	value, key := find(list, path)
	around := value
	if around.Kind != yaml.MappingNode {
		around, _ = find(list, path[:len(path)-1])
	}
	for _, k := range f.refused {
		if _, there := member(around, k); there != nil {
			return 0, 0, false
		}
	}
	if value.Kind != yaml.ScalarNode && len(f.path) > 0 {
		value = key
	}
	return value.Line, value.Column, true
}
