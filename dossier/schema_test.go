package dossier

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"temwen/instrument"
	"temwen/locale"
	"temwen/when"
)

// TestSchemaHasTheKeysOfTheTypes keeps the schema and the types from drifting
// apart: the same keys everywhere, each explained, and required exactly where a
// type always writes it.
func TestSchemaHasTheKeysOfTheTypes(t *testing.T) {
	s := loadSchema()
	types := map[string]any{
		"info": Info{}, "places": Places{}, "bounds": Bounds{}, "commune": Commune{}, "source": Source{}, "actor": Actor{}, "metric": Metric{}, "matter": Matter{}, "position": Position{},
		"calendar": Calendar{}, "holiday": Holiday{}, "instrument": instrument.Instrument{}, "provision": instrument.Provision{},
		"mission": Mission{}, "conduct": Conduct{}, "keep": Keep{}, "succeeds": Succeeds{}, "part": Part{}, "milestone": Milestone{}, "expectation": Expectation{},
		"obligation": Obligation{}, "reading": Reading{}, "due": Due{}, "benchmark": Benchmark{}, "event": Event{},
		"amount": Amount{}, "figure": Figure{}, "statement": Statement{}, "request": Request{}, "outcome": Outcome{},
		"procedure": Procedure{}, "step": instrument.Step{}, "step-clock": instrument.Clock{}, "extension": instrument.Extension{}, "holidays": instrument.Holidays{}, "branch": instrument.Branch{}, "end": instrument.End{},
		"deployment": Deployment{}, "service": Service{}, "contributor": Contributor{}, "table": Table{},
	}
	for def, shape := range s.root.Defs {
		if shape.Properties == nil || def == "text" {
			continue
		}
		value, ok := types[def]
		if !ok {
			t.Errorf("the definition %s has no type", def)
			continue
		}
		delete(types, def)
		if got, want := shape.keys(), typeKeys(reflect.TypeOf(value), func(string) bool { return true }); !slices.Equal(got, want) {
			t.Errorf("%s has the keys %v in the schema and %v in its type", def, got, want)
		}
		required := slices.Sorted(slices.Values(shape.Required))
		if want := typeKeys(reflect.TypeOf(value), func(tag string) bool { return !strings.Contains(tag, ",omit") }); !slices.Equal(required, want) && !slices.Contains([]string{}, def) {
			t.Errorf("%s requires %v in the schema, and its type always writes %v", def, required, want)
		}
		for key := range shape.Properties {
			if p := s.at(def, []string{key}); p.Title == "" || p.Description == "" {
				t.Errorf("%s.%s has no title or no description", def, key)
			}
		}
	}
	for def := range types {
		t.Errorf("the type of %s is not in the schema", def)
	}
	want := slices.Sorted(slices.Values(topKeys()))
	if got := s.root.keys(); !slices.Equal(got, want) {
		t.Errorf("the schema of a file has the keys %v, want %v", got, want)
	}
}

func typeKeys(t reflect.Type, want func(tag string) bool) []string {
	var keys []string
	for _, f := range reflect.VisibleFields(t) {
		if tag := f.Tag.Get("json"); tag != "" && want(tag) {
			name, _, _ := strings.Cut(tag, ",")
			keys = append(keys, name)
		}
	}
	slices.Sort(keys)
	return keys
}

// TestSchemaHasTheWordsOfTheTypes compares the lists of words that the types
// export with those of the schema.
func TestSchemaHasTheWordsOfTheTypes(t *testing.T) {
	var doc struct {
		Defs map[string]struct {
			Enum       []string
			Properties map[string]struct{ Enum []string }
		} `json:"$defs"`
	}
	if err := json.Unmarshal(Schema(), &doc); err != nil {
		t.Fatal(err)
	}
	compare := func(what string, got, want []string) {
		if !slices.Equal(got, want) {
			t.Errorf("%s is %v in the schema and %v in Go", what, got, want)
		}
	}
	compare("topic", doc.Defs["topic"].Enum, Topics)
	compare("modality", doc.Defs["modality"].Enum, words(Modalities))
	compare("unclocked", doc.Defs["due"].Properties["unclocked"].Enum, Vague)
	compare("kind of instrument", doc.Defs["instrument"].Properties["kind"].Enum, words(instrument.Kinds))
	compare("publicity", doc.Defs["instrument"].Properties["publicity"].Enum, words(instrument.Publicities))
	compare("knowledge", doc.Defs["provision"].Properties["knowledge"].Enum, words(instrument.Knowledges))
	compare("needs", doc.Defs["need"].Enum, Needs)
	compare("track", doc.Defs["procedure"].Properties["track"].Enum, words(instrument.Tracks))
	compare("who", doc.Defs["step"].Properties["who"].Enum, words(instrument.Roles))
	compare("toward", doc.Defs["step"].Properties["toward"].Enum, words(instrument.Roles))
	compare("form", doc.Defs["step"].Properties["form"].Enum, words(instrument.Forms))
	compare("kind of answer", doc.Defs["branch"].Properties["kind"].Enum, words(instrument.AnswerKinds))
	compare("outcome of a procedure", doc.Defs["end"].Properties["outcome"].Enum, words(instrument.Outcomes))
	langs := slices.Sorted(slices.Values(words(locale.Langs)))
	compare("languages", loadSchema().root.Defs["text"].keys(), langs)
	kinds := doc.Defs["event"].Properties["kind"].Enum
	for _, k := range grounded {
		if !slices.Contains(kinds, k) {
			t.Errorf("events of the kind %s need a ground, and there is no such kind", k)
		}
	}
}

func words[T ~string](list []T) []string {
	s := make([]string, len(list))
	for i, w := range list {
		s[i] = string(w)
	}
	return s
}

// TestFillingIsDecoding checks that YAML read into a fact is what its own JSON
// read into a fact is: facts come back from the record the same.
func TestFillingIsDecoding(t *testing.T) {
	d := load(t, base(t))
	for f := range d.Facts() {
		if f.Kind == infoKind {
			continue
		}
		again := kindNamed(f.Kind).blank()
		if err := decode(f.Body, again); err != nil {
			t.Errorf("%s/%s: %v", f.Kind, f.ID, err)
			continue
		}
		if body, err := bodyOf(again); err != nil || !bytes.Equal(body, f.Body) {
			t.Errorf("%s/%s is %s from YAML and %s from JSON (%v)", f.Kind, f.ID, f.Body, body, err)
		}
	}
}

func TestValues(t *testing.T) {
	fsys := base(t)
	fsys["values.yaml"] = &fstest.MapFile{Data: []byte("\uFEFF" + `
actors:
  - {id: norway, kind: state, name: {en: Norway, fr: Norvège}, country: NO}
  - id: yes
    kind: group
    name: 1st Battalion
    note: >
      two
      lines

figures:
  - {id: by-year, mission: support, metric: people, value: 12.50, unit: persons, modality: pledged, as_of: 2024, sources: [early]}
  - {id: by-day, mission: support, metric: people, value: -3, unit: persons, modality: pledged, as_of: 2024-01-02, sources: [early]}
  - {id: long-ago, mission: support, metric: people, value: 0, unit: persons, modality: pledged, as_of: 0044, sources: [early]}
`)}
	d := load(t, fsys)
	if got := d.Actor("norway"); got.Country != "NO" || got.Name["fr"] != "Norvège" {
		t.Errorf("Norway is read as %+v", got)
	}
	if got := d.Actor("yes"); got.Name["en"] != "1st Battalion" || got.Note["en"] != "two lines" {
		t.Errorf("an actor is read as %+v", got)
	}
	for id, want := range map[string]struct {
		value float64
		asOf  string
	}{"by-year": {12.5, "2024"}, "by-day": {-3, "2024-01-02"}, "long-ago": {0, "0044"}} {
		f := d.Figure(id)
		if f == nil || *f.Value != want.value || f.AsOf != when.MustParse(want.asOf) {
			t.Errorf("%s is read as %+v", id, f)
		}
	}
}

func TestSchemaFileIsWhatIsPublished(t *testing.T) {
	file, err := os.ReadFile("schema.json")
	if err != nil || !bytes.Equal(file, Schema()) {
		t.Errorf("Schema differs from schema.json: %v", err)
	}
	Schema()[0] = 'x'
	if Schema()[0] != '{' {
		t.Error("a caller can change the schema")
	}
}
