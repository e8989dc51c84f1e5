package dossier

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// tableKind is what a table of one kind may say.
type tableKind struct {
	keys, columns, values []string
}

var (
	figureWords = []string{"actor", "as_of", "bound", "category", "metric", "milestone", "mission", "modality", "said_by", "unit", "wording"}
	allValues   = append([]string{"budget_metric"}, figureWords...)
	tableKinds  = map[string]tableKind{
		"deployments": {
			keys:    []string{"columns", "missions"},
			columns: []string{"as_of", "contributors", "latitude", "longitude", "mission", "place"},
		},
		"figures": {
			keys:    []string{"columns", "values", "missions", "actors", "modalities", "thousands", "totals", "note"},
			columns: append([]string{"id", "max", "min", "value"}, figureWords...),
			values:  figureWords,
		},
		"iati": {
			keys:   []string{"values", "missions", "actors", "note"},
			values: []string{"budget_metric", "metric", "mission"},
		},
	}
)

// keys reports what a table says that its kind does not know, and what a table
// of figures leaves open. The schema cannot say it in words one can act on.
func (r *tableReader) keys() bool {
	before := len(r.content.problems)
	kind := tableKinds[r.table.Kind]
	for i := 0; i+1 < len(r.node.Content); i += 2 {
		switch key := r.node.Content[i].Value; key {
		case "id", "file", "kind", "sources":
		case "columns", "values", "missions", "actors", "modalities", "thousands", "totals", "note":
			if !slices.Contains(kind.keys, key) {
				r.refuse(key, nil, append([]string{"id", "file", "kind", "sources"}, kind.keys...))
			}
		}
	}
	for _, field := range slices.Sorted(maps.Keys(r.table.Columns)) {
		if kind.columns != nil && !slices.Contains(kind.columns, field) && (slices.Contains(tableKinds["figures"].columns, field) || slices.Contains(tableKinds["deployments"].columns, field)) {
			r.refuse("columns", []string{field}, kind.columns)
		}
	}
	for _, field := range slices.Sorted(maps.Keys(r.table.Values)) {
		switch {
		case r.table.Columns[field] != "":
			r.inTable([]string{"values", field}, fmt.Sprintf("`%s` stands in `columns` and in `values`", field), "keep one of them")
		case kind.values != nil && slices.Contains(allValues, field) && !slices.Contains(kind.values, field):
			r.refuse("values", []string{field}, kind.values)
		}
	}
	if r.table.Kind == "figures" && len(r.table.Columns) > 0 && len(r.content.problems) == before {
		r.complete()
	}
	return len(r.content.problems) == before
}

// complete reports what every figure needs and the table never says.
func (r *tableReader) complete() {
	for _, field := range []string{"mission", "metric", "unit", "modality", "as_of"} {
		if r.table.Columns[field] == "" && r.table.Values[field] == "" {
			r.inTable(nil, fmt.Sprintf("the table does not say `%s`", field), "add it to `columns`, or to `values` where it is the same in every row")
		}
	}
	if c := r.table.Columns; c["value"] == "" && (c["min"] == "" || c["max"] == "") {
		r.inTable([]string{"columns"}, "no column holds the number", "add `value`, or `min` and `max`")
	}
	if r.table.Totals != "" && (r.table.Columns["category"] == "" || r.table.Columns["value"] == "") {
		r.inTable([]string{"totals"}, "a total is found by its category and checked by its value, and no column holds them", "add `category` and `value` to `columns`")
	}
}

func (r *tableReader) refuse(key string, path, known []string) {
	r.inTable(append([]string{key}, path...), fmt.Sprintf("a table of the kind %s has no `%s`", r.table.Kind, strings.Join(append([]string{key}, path...), ": ")),
		"use one of "+strings.Join(slices.Sorted(slices.Values(known)), ", "))
}

// inTable reports a problem of the table itself, in its YAML file.
func (r *tableReader) inTable(path []string, what, do string) {
	at, key := find(r.node, path)
	if len(path) > 0 && at.Kind != yaml.ScalarNode {
		at = key
	}
	r.content.problem(at.Line, at.Column, what, do)
}
