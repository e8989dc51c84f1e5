package dossier

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

// filling turns a YAML mapping into a fact. What the schema already refuses
// (a list for a word) is left empty in silence; what only a type knows (that
// there is no 31 June) is reported at its place.
type filling struct {
	size   int // of the fact as JSON, roughly
	report func(n *yaml.Node, what string)
}

// fact fills what target points to from n.
func (f *filling) fact(n *yaml.Node, target any) {
	f.value(n, reflect.ValueOf(target).Elem())
}

func (f *filling) value(n *yaml.Node, v reflect.Value) {
	if t, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if n.Kind == yaml.ScalarNode && n.Tag != "!!null" && n.Value != "" {
			if err := t.UnmarshalText([]byte(strings.TrimSpace(n.Value))); err != nil {
				f.report(n, err.Error())
			}
			f.size += len(n.Value) + 2
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		f.value(n, p.Elem())
		v.Set(p)
	case reflect.Struct:
		f.structure(n, v)
	case reflect.Map:
		f.words(n, v)
	case reflect.Slice:
		if n.Kind == yaml.SequenceNode && len(n.Content) > 0 {
			v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
			for i, c := range n.Content {
				f.value(c, v.Index(i))
			}
		}
	default:
		f.scalar(n, v)
	}
}

func (f *filling) structure(n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		return
	}
	fields := fieldsOf(v.Type())
	for i := 0; i+1 < len(n.Content); i += 2 {
		if index, ok := fields[n.Content[i].Value]; ok {
			f.size += len(n.Content[i].Value) + 4
			f.value(n.Content[i+1], v.FieldByIndex(index))
		}
	}
}

// words fills a map from text to text: locale.Text, where plain words are
// English, and the columns and missions of a table.
func (f *filling) words(n *yaml.Node, v reflect.Value) {
	set := func(key, value string) {
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), reflect.ValueOf(value))
		f.size += len(key) + len(value) + 8
	}
	if n.Kind == yaml.ScalarNode && n.Tag != "!!null" {
		set("en", strings.TrimSpace(n.Value))
	}
	if n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if value := n.Content[i+1]; value.Kind == yaml.ScalarNode && value.Tag != "!!null" {
			set(n.Content[i].Value, strings.TrimSpace(value.Value))
		}
	}
}

func (f *filling) scalar(n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return
	}
	f.size += len(n.Value) + 2
	switch v.Kind() {
	case reflect.String:
		v.SetString(strings.TrimSpace(n.Value))
	case reflect.Bool:
		v.SetBool(n.Value == "true")
	case reflect.Int:
		if i, err := strconv.Atoi(n.Value); err == nil {
			v.SetInt(int64(i))
		}
	case reflect.Float64:
		if isNumber(n.Value) {
			if x, err := strconv.ParseFloat(n.Value, 64); err == nil {
				v.SetFloat(x)
			}
		}
	}
}

// fieldsOf are the fields of a struct by their keys in YAML and JSON, those of
// an embedded struct among them.
func fieldsOf(t reflect.Type) map[string][]int {
	if known, ok := fieldCache.Load(t); ok {
		return known.(map[string][]int)
	}
	fields := map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.IsExported() && name != "" && name != "-" {
			fields[name] = f.Index
		}
	}
	fieldCache.Store(t, fields)
	return fields
}

var fieldCache sync.Map // of reflect.Type to map[string][]int

// bodyOf is a fact as JSON: keys in the order of its type, words by language in
// the order of the alphabet, so that equal facts have equal bytes.
func bodyOf(fact any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(fact); err != nil {
		return nil, err
	}
	return []byte(strings.TrimSuffix(b.String(), "\n")), nil
}
