package dossier

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed schema.json
var schemaJSON []byte

// Schema is the JSON Schema (2020-12) of a file of a dossier, with a sentence
// on every key, for editors that check and explain while one writes.
func Schema() []byte { return bytes.Clone(schemaJSON) }

// schema is the schema twice: compiled, to validate with, and as shapes, to
// explain with.
type schema struct {
	root     *shape
	compiled map[string]*jsonschema.Schema // by the name of the definition
}

// shape is what the schema says of one value, as far as messages need it.
type shape struct {
	Ref         string            `json:"$ref"`
	Title       string            `json:"title"`
	Description string            `json:"description"`
	Properties  map[string]*shape `json:"properties"`
	Items       *shape            `json:"items"`
	Required    []string          `json:"required"`
	Defs        map[string]*shape `json:"$defs"`
}

const schemaURL = "urn:temwen:dossier:1"

// loadSchema compiles the embedded schema once; only a mistake in the program
// makes it fail, and a test would see it.
var loadSchema = sync.OnceValue(func() *schema {
	s := &schema{root: new(shape), compiled: map[string]*jsonschema.Schema{}}
	if err := json.Unmarshal(schemaJSON, s.root); err != nil {
		panic(fmt.Errorf("reading the embedded schema: %w", err))
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaJSON))
	if err != nil {
		panic(fmt.Errorf("reading the embedded schema: %w", err))
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource(schemaURL, doc); err != nil {
		panic(fmt.Errorf("adding the embedded schema: %w", err))
	}
	for _, def := range definitions() {
		if s.compiled[def], err = c.Compile(schemaURL + "#/$defs/" + def); err != nil {
			panic(fmt.Errorf("compiling the schema of %s: %w", def, err))
		}
	}
	return s
})

// definitions are the definitions that a file's entries are validated by.
func definitions() []string {
	defs := []string{"info", "table"}
	for _, k := range kinds {
		defs = append(defs, k.one)
	}
	return defs
}

// at is what the schema says of the value at a path below a definition. What is
// said where the value is used goes before what its definition says.
func (s *schema) at(def string, path []string) shape {
	here := s.resolve(&shape{Ref: "#/$defs/" + def})
	for _, step := range path {
		next := here.Items
		if p, ok := here.Properties[step]; ok {
			next = p
		}
		if next == nil {
			return shape{}
		}
		here = s.resolve(next)
	}
	return here
}

func (s *schema) resolve(p *shape) shape {
	name, ok := strings.CutPrefix(p.Ref, "#/$defs/")
	if !ok || s.root.Defs[name] == nil {
		return *p
	}
	full := *s.root.Defs[name]
	if p.Title != "" {
		full.Title = p.Title
	}
	if p.Description != "" {
		full.Description = p.Description
	}
	return full
}

// keys are the keys that the mapping described by p may have, sorted.
func (p shape) keys() []string {
	keys := make([]string, 0, len(p.Properties))
	for k := range p.Properties {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
