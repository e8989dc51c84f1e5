package dossier

import (
	"iter"
	"slices"
	"unicode/utf8"
)

// nearest is the candidate that is most like word, where one is like enough to
// be meant: at most a third of its letters wrong, missing, added or swapped.
// Of two equally near the first in the alphabet is taken.
func nearest(word string, candidates iter.Seq[string]) (string, bool) {
	limit := max(1, utf8.RuneCountInString(word)/3)
	best, found := "", false
	for c := range candidates {
		if c == word {
			continue
		}
		n := distance(word, c, limit)
		if n > limit {
			continue
		}
		if n < limit || !found || c < best {
			best, found, limit = c, true, n
		}
	}
	return best, found
}

// distance is the number of letters to change, add, leave out or swap with
// their neighbour to make b from a (optimal string alignment); more than limit
// where it is more than limit.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if n := len(x) - len(y); n > limit || -n > limit {
		return limit + 1
	}
	before, last, now := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		now[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		// The least of a row is at most one more than that of the row before, so
		// that a swap, which reaches over a row, cannot lead back either.
		if slices.Min(now) > limit {
			return limit + 1
		}
		before, last, now = last, now, before
	}
	return last[len(y)]
}
