package dossier

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

var errDeep = errors.New("nested too deep for a dossier")

// depthLimit stops the YAML reader at once where a file nests too deep.
type depthLimit struct{}

func (depthLimit) CheckDepth(depth int, _ *yaml.DepthContext) error {
	if depth > MaxDepth {
		return errDeep
	}
	return nil
}

// CheckAlias allows aliases, since reading a tree does not follow them; parse
// refuses them as soon as it has the tree.
func (depthLimit) CheckAlias(int, int) error { return nil }

// plain returns the first node that is an alias or has an anchor, or nil. It
// does not follow aliases, so a YAML bomb costs no more than its own size.
func plain(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return n
	}
	for _, c := range n.Content {
		if found := plain(c); found != nil {
			return found
		}
	}
	return nil
}

// keys reports keys that stand twice, merge keys, keys that are no words, and
// tags, everywhere below n.
func (d *document) keys(n *yaml.Node) {
	if n.Style&yaml.TaggedStyle != 0 {
		d.problem(n.Line, n.Column, fmt.Sprintf("the tag %s is not part of this format", clip(n.Tag, 40)), "remove it; put quotes around what is text")
	}
	if n.Kind != yaml.MappingNode {
		for _, c := range n.Content {
			d.keys(c)
		}
		return
	}
	first := make(map[string]int, len(n.Content)/2)
	kept := n.Content[:0] // without the keys that are refused here
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		switch line, twice := first[k.Value]; {
		case k.Kind != yaml.ScalarNode:
			d.problem(k.Line, k.Column, "a mapping or list cannot be a key", "write a word")
			continue
		case k.Tag == "!!merge":
			d.problem(k.Line, k.Column, "merge keys (<<) are not part of this format", "write the values out")
			continue
		case twice:
			d.problem(k.Line, k.Column, fmt.Sprintf("the key `%s` stands twice; it is already in line %d", clip(k.Value, 40), line), "keep one of them")
		default:
			first[k.Value] = k.Line
		}
		d.keys(n.Content[i+1])
		kept = append(kept, k, n.Content[i+1])
	}
	n.Content = kept
}

// valueOf is n as JSON values, for the schema: text as string, numbers as
// json.Number, true and false as such, nothing as nil. Dates and words such as yes
// stay text.
func valueOf(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = valueOf(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		l := make([]any, len(n.Content))
		for i, c := range n.Content {
			l[i] = valueOf(c)
		}
		return l
	case yaml.ScalarNode:
		switch n.Tag {
		case "!!null":
			return nil
		case "!!bool":
			if n.Value == "true" || n.Value == "false" {
				return n.Value == "true"
			}
		case "!!int", "!!float":
			if isNumber(n.Value) {
				return json.Number(n.Value)
			}
		}
		return strings.TrimSpace(n.Value)
	}
	return nil
}

// isNumber reports whether s is digits with at most one point and a sign in
// front: what JSON calls a number, without an exponent (1e999999999 is short to
// write and long to compute with).
func isNumber(s string) bool {
	whole, fraction, point := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if point && fraction == "" || whole == "" || len(s) > 24 || len(whole) > 1 && whole[0] == '0' {
		return false
	}
	return strings.Trim(whole+fraction, "0123456789") == ""
}

// find is the node at a path of keys and places in lists below n; where the
// path leads nowhere, the last node on it that there is. key is the node of the
// last key on the path, n itself where there is none.
func find(n *yaml.Node, path []string) (value, key *yaml.Node) {
	value, key = n, n
	for _, step := range path {
		switch value.Kind {
		case yaml.SequenceNode:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(value.Content) {
				return value, key
			}
			value = value.Content[i]
			key = value
		case yaml.MappingNode:
			k, v := member(value, step)
			if v == nil {
				return value, key
			}
			value, key = v, k
		default:
			return value, key
		}
	}
	return value, key
}

// member is the key and the value of that name in a mapping, or nil; of a key
// that stands twice, the last.
func member(n *yaml.Node, name string) (key, value *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := len(n.Content) - 2; i >= 0; i -= 2 {
		if n.Content[i].Value == name {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "..."
}
