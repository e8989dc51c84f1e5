package dossier

import (
	"fmt"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	refused "github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// refusal is one thing that the schema refuses, in plain words.
type refusal struct {
	path []string // from the fact to the value, or to the mapping for a key
	key  string   // the key on which it is reported, where it is about a key
	what string
	do   string
}

// refusals says what the schema has against value, an entry of kind def.
func (s *schema) refusals(def string, value any) []refusal {
	err := s.compiled[def].Validate(value)
	if err == nil {
		return nil
	}
	e, ok := err.(*jsonschema.ValidationError)
	if !ok {
		return []refusal{{what: err.Error()}}
	}
	var found []refusal
	s.collect(def, e, &found)
	return found
}

func (s *schema) collect(def string, e *jsonschema.ValidationError, found *[]refusal) {
	if len(e.Causes) > 0 {
		for _, cause := range e.Causes {
			s.collect(def, cause, found)
		}
		return
	}
	path := e.InstanceLocation
	here := s.at(def, path)
	name := nameOf(def, path)
	add := func(key, what, do string) { *found = append(*found, refusal{path, key, what, do}) }
	switch k := e.ErrorKind.(type) {
	case *refused.AdditionalProperties:
		for _, key := range k.Properties {
			what, do := unknownKey(key, here.keys())
			add(key, what, do)
		}
	case *refused.Required:
		for _, key := range k.Missing {
			add("", fmt.Sprintf("`%s` is missing", key), "add it: "+s.at(def, append(slices.Clone(path), key)).Description)
		}
	case *refused.Type:
		s.wrongType(k, name, here, add)
	case *refused.Enum:
		words := wordsOf(k.Want)
		if k.Got == nil {
			add("", name+" is empty", "write one of "+strings.Join(words, ", "))
			return
		}
		got := fmt.Sprint(k.Got)
		add("", fmt.Sprintf("%s cannot be %q", name, clip(got, 40)), "write one of "+strings.Join(words, ", ")+didYouMean(got, words))
	case *refused.Pattern:
		add("", fmt.Sprintf("%s cannot be %q", name, clip(k.Got, 60)), "write "+here.Description)
	case *refused.MinLength, *refused.MinItems, *refused.MinProperties:
		add("", name+" is empty", "write "+here.Description)
	case *refused.MaxLength:
		add("", fmt.Sprintf("%s has %d characters; it may have %d", name, k.Got, k.Want), "shorten or split it")
	case *refused.MaxItems:
		add("", fmt.Sprintf("%s has %d items; it may have %d", name, k.Got, k.Want), "split it")
	case *refused.UniqueItems:
		add("", fmt.Sprintf("%s says the same twice, in items %d and %d", name, k.Duplicates[0]+1, k.Duplicates[1]+1), "keep one of them")
	case *refused.Minimum, *refused.Maximum:
		add("", name+" is out of range", "write "+here.Description)
	default:
		add("", name+" is not as the format has it", "write "+here.Description)
	}
}

// wrongType says what should stand where a value of another type does.
func (s *schema) wrongType(k *refused.Type, name string, here shape, add func(key, what, do string)) {
	if k.Got == "null" {
		add("", name+" is empty", "write "+here.Description+", or leave the key out")
		return
	}
	got := typeWords[k.Got]
	switch want := k.Want[0]; {
	case len(k.Want) > 1:
		add("", fmt.Sprintf("%s cannot be %s", name, got), "write "+here.Description)
	case want == "object" && here.Required != nil:
		add("", fmt.Sprintf("%s must be a mapping, not %s", name, got), "write `key: value` for each of "+strings.Join(here.Required, ", "))
	case want == "integer" && k.Got == "number":
		add("", name+" must be a whole number", "write digits only: 1500")
	case want == "array" && k.Got != "object":
		add("", fmt.Sprintf("%s must be a list, not %s", name, got), "put it in square brackets: [...]")
	case want == "number" || want == "integer":
		add("", fmt.Sprintf("%s must be %s, not %s", name, typeWords[want], got), "write digits without quotes, separators or words: 1500")
	case want == "string" && k.Got == "number":
		add("", name+" must be text, not a number", "put it in quotes")
	default:
		add("", fmt.Sprintf("%s must be %s, not %s", name, typeWords[want], got), "write "+here.Description)
	}
}

var typeWords = map[string]string{
	"string": "text", "number": "a number", "integer": "a whole number", "object": "a mapping (key: value)",
	"array": "a list", "boolean": "yes or no", "null": "empty",
}

// nameOf names the value at a path for a sentence: its key, or its place in the
// list of that key.
func nameOf(def string, path []string) string {
	if len(path) == 0 {
		return "this " + strings.ReplaceAll(def, "-", " ")
	}
	last := path[len(path)-1]
	if strings.Trim(last, "0123456789") != "" || len(path) == 1 {
		return "`" + last + "`"
	}
	return "an item of `" + path[len(path)-2] + "`"
}

func unknownKey(key string, known []string) (what, do string) {
	what = fmt.Sprintf("the key `%s` is unknown here", clip(key, 60))
	if hint := didYouMean(key, known); hint != "" {
		return what, strings.TrimPrefix(hint, "; ")
	}
	return what, "use one of " + strings.Join(known, ", ")
}

// didYouMean is "; did you mean ...?" where a candidate is like word, otherwise
// nothing.
func didYouMean(word string, candidates []string) string {
	if len(word) > MaxID {
		return ""
	}
	if best, ok := nearest(word, slices.Values(candidates)); ok {
		return fmt.Sprintf("; did you mean %s?", best)
	}
	return ""
}

func wordsOf(values []any) []string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprint(v)
	}
	return words
}
