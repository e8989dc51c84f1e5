package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"temwen/when"
)

// vocabulary is every word of the index, in order, with how many entries have
// it and from which day it was there: a word that nobody had written yet is
// neither guessed nor offered.
type vocabulary struct {
	words   []string // folded, sorted
	shown   []string // as it is written; empty where that is the folded word
	ids     []uint32 // by which entries name it
	entries []uint32 // that have it
	known   []when.Day
	sets    []uint32 // see letters
	runes   []uint8
}

func (v *vocabulary) add(id uint32, word, shown string, entries uint32, known when.Day) {
	if shown == word {
		shown = ""
	}
	v.words, v.shown, v.ids = append(v.words, word), append(v.shown, shown), append(v.ids, id)
	v.entries, v.known = append(v.entries, entries), append(v.known, known)
	v.sets, v.runes = append(v.sets, letters(word)), append(v.runes, uint8(utf8.RuneCountInString(word)))
}

// find is the place of a word that was there on the day.
func (v *vocabulary) find(word string, day when.Day) (int, bool) {
	i, ok := slices.BinarySearch(v.words, word)
	return i, ok && v.known[i] <= day
}

// written is how a word is written in the record.
func (v *vocabulary) written(i int) string {
	if v.shown[i] == "" {
		return v.words[i]
	}
	return v.shown[i]
}

// longer are the words that begin with a word, the most frequent first: at most
// n.
func (v *vocabulary) longer(word string, day when.Day, n int) []int {
	first, _ := slices.BinarySearch(v.words, word)
	var list []int
	for i := first; i < len(v.words) && strings.HasPrefix(v.words[i], word); i++ {
		if v.known[i] <= day && v.words[i] != word {
			list = append(list, i)
		}
	}
	return v.most(list, n)
}

// shorter are the words that a word begins with, which are up to cut letters
// shorter: the singular of a plural.
func (v *vocabulary) shorter(word string, day when.Day, cut int) []int {
	var list []int
	for range cut {
		_, size := utf8.DecodeLastRuneInString(word)
		word = word[:len(word)-size]
		if i, ok := v.find(word, day); ok {
			list = append(list, i)
		}
	}
	return list
}

// near are the words at the least distance from a word, which is at most limit,
// those with the same first letter first, then the most frequent: at most n.
func (v *vocabulary) near(word string, day when.Day, limit, n int) []int {
	if strings.ContainsFunc(word, unicode.IsNumber) {
		return nil // 2699 is no misspelling of 2793
	}
	set, typed := letters(word), []rune(word)
	var list []int
	for i, s := range v.sets {
		if !mayBeNear(set, s, limit) || v.known[i] > day || abs(int(v.runes[i])-len(typed)) > limit {
			continue
		}
		if strings.ContainsFunc(v.words[i], unicode.IsNumber) {
			continue
		}
		d := distance(typed, []rune(v.words[i]), limit)
		if d > limit || d == 0 {
			continue
		}
		if d < limit {
			list, limit = list[:0], d
		}
		list = append(list, i)
	}
	same := func(i int) int {
		if v.words[i][0] == word[0] {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b int) int {
		return cmp.Or(cmp.Compare(same(a), same(b)), cmp.Compare(v.entries[b], v.entries[a]))
	})
	return list[:min(n, len(list))]
}

// most are the n most frequent of some words.
func (v *vocabulary) most(list []int, n int) []int {
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(v.entries[b], v.entries[a]) })
	return list[:min(n, len(list))]
}

func abs(n int) int { return max(n, -n) }
