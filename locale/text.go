// Package locale holds the four languages the record speaks (Haitian Creole,
// French, English, Spanish): the catalogue of messages, the names of months,
// how dates, numbers and plurals are written, and Text, words that a dossier
// gives in several languages.
//
// It must never decide what is said, only how; it knows no fact of any
// mission. Start with Lang and Text, then Catalogue.
package locale

import (
	"bytes"
	"encoding/json"
)

// Lang is a language of the record, as its BCP 47 primary subtag.
type Lang string

// The languages every page exists in, in the order they are offered.
const (
	Creole  Lang = "ht"
	French  Lang = "fr"
	English Lang = "en"
	Spanish Lang = "es"
)

// Langs are the languages every page exists in, in the order they are offered.
var Langs = []Lang{Creole, French, English, Spanish}

// Text is words in one or more languages, as a dossier gives them. In YAML and
// JSON a plain string stands for English.
type Text map[Lang]string

// In returns the words in lang and true or, where lang is missing, the words in
// the first language that has them (English, French, Spanish, Creole), with
// that language and false, so that a page can mark it.
func (t Text) In(lang Lang) (words string, in Lang, ok bool) {
	if s := t[lang]; s != "" {
		return s, lang, true
	}
	for _, l := range []Lang{English, French, Spanish, Creole} {
		if s := t[l]; s != "" {
			return s, l, false
		}
	}
	for l, s := range t {
		return s, l, false
	}
	return "", lang, false
}

// String returns the English words, or the nearest there are.
func (t Text) String() string { s, _, _ := t.In(English); return s }

// UnmarshalJSON accepts an object of words by language, or a string, which is
// taken as English.
func (t *Text) UnmarshalJSON(b []byte) error {
	if b = bytes.TrimSpace(b); len(b) > 0 && b[0] == '"' {
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = Text{English: s}
		return nil
	}
	return json.Unmarshal(b, (*map[Lang]string)(t))
}
