package publish

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNamesThatAreLikelyTheSame(t *testing.T) {
	for _, tt := range []struct {
		a, b    string
		company company
		want    string
	}{
		{"Popular justice", "Population Justice", neverTogether, SameLetters},
		{"Popular justice", "Population Justice", sometimesTogether, ""},
		{"Popular justice", "popular  Justice", alwaysTogether, SameSpelling},
		{"PNH / HNP", "HNP", neverTogether, SameWords},
		{"PNH / HNP", "HNP/PNH", neverTogether, SameSpelling},
		{"PNH", "HNP", neverTogether, SameLetters},
		{"PNH", "HNP", alwaysTogether, ""},
		{"Blessés", "blesses", sometimesTogether, SameSpelling},
		{"Gangs", "Gang", sometimesTogether, SameLetters},
		{"Gangs", "Gang", onePeriod, SameLetters},
		{"Gangs", "Gang", alwaysTogether, ""},
		{"killed", "injured", neverTogether, ""},
		{"men", "women", neverTogether, ""},
		{"Zone 1", "Zone 2", neverTogether, ""},
		{"Zone A", "Zone B", onePeriod, ""},
		{"Sud", "Sud-Est", sometimesTogether, ""},
		{"Unknown", "Not known", neverTogether, ""},
		{"***", "", neverTogether, ""},
		{"***", "---", neverTogether, ""},
	} {
		reason, ok := likely(strings.Fields(plainName(tt.a)), strings.Fields(plainName(tt.b)), tt.company)
		if reason != tt.want || ok != (tt.want != "") {
			t.Errorf("%q and %q (%d): %q, want %q", tt.a, tt.b, tt.company, reason, tt.want)
		}
		back, _ := likely(strings.Fields(plainName(tt.b)), strings.Fields(plainName(tt.a)), tt.company)
		if back != reason {
			t.Errorf("%q and %q: %q the other way round", tt.a, tt.b, back)
		}
	}
}

// slowly is Levenshtein's definition.
func slowly(a, b []rune) int {
	switch {
	case len(a) == 0:
		return len(b)
	case len(b) == 0:
		return len(a)
	case a[0] == b[0]:
		return slowly(a[1:], b[1:])
	}
	return 1 + min(slowly(a[1:], b), slowly(a, b[1:]), slowly(a[1:], b[1:]))
}

func TestEdits(t *testing.T) {
	word := rapid.StringOfN(rapid.RuneFrom([]rune("abé")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		if got, want := edits(a, b), slowly([]rune(a), []rune(b)); got != want {
			t.Fatalf("edits(%q, %q) = %d, want %d", a, b, got, want)
		}
	})
}
