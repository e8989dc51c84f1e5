package dossier

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

// Change is one fact that differs between two dossiers, or two states of one.
type Change struct {
	How    How
	Kind   string
	ID     string
	Fields []FieldChange // of a changed fact, in the order of their paths
}

// How says what became of a fact.
type How string

// What can become of a fact.
const (
	Added   How = "added"
	Changed How = "changed"
	Removed How = "removed"
)

// FieldChange is one value of a fact that differs. Path is keys joined by
// points; an item of a list stands in brackets, by its ID where it has one:
// provisions[art-47].says.en. Old or New is nil where there was or is nothing.
type FieldChange struct {
	Path string
	Old  json.RawMessage
	New  json.RawMessage
}

// Diff says what changed from old to new: by kind and ID, sorted. It looks at
// bodies only, so a fact that merely became known earlier has not changed. Facts
// of one kind and ID are taken as one; the last counts.
func Diff(old, new iter.Seq[Fact]) []Change {
	before, after := map[factKey][]byte{}, map[factKey][]byte{}
	for f := range old {
		before[factKey{f.Kind, f.ID}] = f.Body
	}
	for f := range new {
		after[factKey{f.Kind, f.ID}] = f.Body
	}
	var changes []Change
	for key, body := range after {
		was, stood := before[key]
		switch {
		case !stood:
			changes = append(changes, Change{How: Added, Kind: key.kind, ID: key.id})
		case !bytes.Equal(was, body):
			if fields := fieldChanges(was, body); len(fields) > 0 {
				changes = append(changes, Change{Changed, key.kind, key.id, fields})
			}
		}
	}
	for key := range before {
		if _, stands := after[key]; !stands {
			changes = append(changes, Change{How: Removed, Kind: key.kind, ID: key.id})
		}
	}
	slices.SortFunc(changes, func(a, b Change) int {
		if c := strings.Compare(a.Kind, b.Kind); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return changes
}

// fieldChanges compares two bodies. Bodies that are no JSON differ as a whole.
func fieldChanges(old, new []byte) []FieldChange {
	var a, b any
	if unmarshal(old, &a) != nil || unmarshal(new, &b) != nil {
		return []FieldChange{{"", bytes.Clone(old), bytes.Clone(new)}}
	}
	var found []FieldChange
	compare("", a, b, &found)
	return found
}

func unmarshal(body []byte, into *any) error {
	r := json.NewDecoder(bytes.NewReader(body))
	r.UseNumber()
	return r.Decode(into)
}

func compare(path string, a, b any, found *[]FieldChange) {
	x, xok := members(a)
	y, yok := members(b)
	if !xok || !yok || isList(a) != isList(b) {
		old, new := raw(a), raw(b)
		if !bytes.Equal(old, new) {
			*found = append(*found, FieldChange{path, old, new})
		}
		return
	}
	keys := maps.Clone(x)
	maps.Copy(keys, y)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		step := key
		if !isList(a) {
			step = strings.TrimPrefix(path+"."+key, ".")
		} else {
			step = path + key
		}
		compare(step, x[key], y[key], found)
	}
}

// members are the values of a mapping by key, or the items of a list of
// mappings by their place or ID, in brackets.
func members(v any) (map[string]any, bool) {
	switch v := v.(type) {
	case map[string]any:
		return v, true
	case []any:
		if !slices.ContainsFunc(v, func(item any) bool { _, ok := item.(map[string]any); return ok }) {
			return nil, false // a list of words is one value
		}
		items := make(map[string]any, len(v))
		for i, item := range v {
			key := fmt.Sprintf("[%d]", i)
			if m, ok := item.(map[string]any); ok {
				if id, ok := m["id"].(string); ok {
					key = "[" + id + "]"
				}
			}
			items[key] = item
		}
		return items, true
	}
	return nil, false
}

func isList(v any) bool { _, ok := v.([]any); return ok }

func raw(v any) json.RawMessage {
	if v == nil {
		return nil
	}
	b, _ := json.Marshal(v)
	return b
}
