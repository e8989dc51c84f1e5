package search

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"temwen/when"
)

// slowly is the distance by its definition.
func slowly(a, b []rune) int {
	switch {
	case len(a) == 0:
		return len(b)
	case len(b) == 0:
		return len(a)
	}
	x, y := len(a)-1, len(b)-1
	d := min(slowly(a[:x], b)+1, slowly(a, b[:y])+1)
	if a[x] == b[y] {
		d = min(d, slowly(a[:x], b[:y]))
	} else {
		d = min(d, slowly(a[:x], b[:y])+1)
	}
	if x > 0 && y > 0 && a[x] == b[y-1] && a[x-1] == b[y] {
		d = min(d, slowly(a[:x-1], b[:y-1])+1)
	}
	return d
}

func TestDistanceIsItsDefinition(t *testing.T) {
	word := rapid.StringOfN(rapid.RuneFrom([]rune("abcé1")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b, limit := []rune(word.Draw(t, "a")), []rune(word.Draw(t, "b")), rapid.IntRange(0, 3).Draw(t, "limit")
		want := min(slowly(a, b), limit+1)
		if got := distance(a, b, limit); got != want {
			t.Fatalf("%q and %q: %d, want %d", string(a), string(b), got, want)
		}
		if got := distance(b, a, limit); got != want {
			t.Fatalf("%q and %q: %d the other way round, want %d", string(b), string(a), got, want)
		}
		if want <= limit && !mayBeNear(letters(string(a)), letters(string(b)), limit) {
			t.Fatalf("%q and %q are passed over, and their distance is %d", string(a), string(b), want)
		}
	})
}

func TestNearWords(t *testing.T) {
	v := &vocabulary{}
	for i, w := range []string{"commission", "commissions", "comision", "committee", "2699", "suppression", "tomorrow"} {
		v.add(uint32(i), w, w, uint32(10-i), when.Day(i))
	}
	sortVocabulary(v)
	for _, c := range []struct {
		word string
		day  when.Day
		want []string
	}{
		{"comission", 10, []string{"commission", "comision"}}, // one error each
		{"comission", 1, []string{"commission"}},              // before comision was written
		{"commisison", 10, []string{"commission"}},
		{"suprression", 10, []string{"suppression"}},
		{"suprresion", 10, []string{"suppression"}}, // two in a long word
		{"tomorow", 10, []string{"tomorrow"}},
		{"tmorow", 10, nil}, // two in a short one
		{"2698", 10, nil},
		{"suppression", 4, nil},
	} {
		var got []string
		for _, i := range v.near(c.word, c.day, edits(len(c.word)), 3) {
			got = append(got, v.words[i])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("near %s on day %d: %q, want %q", c.word, c.day, got, c.want)
		}
	}
}

// sortVocabulary puts the words of a test in order.
func sortVocabulary(v *vocabulary) {
	sorted := &vocabulary{}
	words := slices.Sorted(slices.Values(v.words))
	for _, w := range words {
		i := slices.Index(v.words, w)
		sorted.add(v.ids[i], w, v.words[i], v.entries[i], v.known[i])
	}
	*v = *sorted
}
