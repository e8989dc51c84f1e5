package casework_test

import (
	"maps"
	"slices"
	"testing"

	"temwen/casework"
	"temwen/intake"
	"temwen/locale"
)

// Everything that can go with an erasure, and that stays, has words in every language.
func TestErasuresHaveWords(t *testing.T) {
	stays := slices.Concat(append(slices.Collect(maps.Values(casework.Stays)), intake.Stays)...)
	for _, lang := range locale.Langs {
		words := locale.In(lang)
		for _, what := range slices.Concat(casework.Parts, intake.Parts) {
			if !words.Has("erasure.part." + what) {
				t.Errorf("%s has no words for %q that goes", lang, what)
			}
		}
		for _, what := range stays {
			if !words.Has("erasure.stays." + what) {
				t.Errorf("%s has no words for %q that stays", lang, what)
			}
		}
	}
}
