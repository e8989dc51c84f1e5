package search

import "math/bits"

// edits is how many typing errors a word of so many letters may have: one in
// words of four letters and more, two from eight on.
func edits(runes int) int {
	switch {
	case runes >= 8:
		return 2
	case runes >= 4:
		return 1
	}
	return 0
}

// distance is how many typing errors lie between two words: a letter left out,
// put in, changed, or exchanged with its neighbour (optimal string alignment).
// Beyond limit it is limit+1.
func distance(a, b []rune, limit int) int {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(a)-len(b) > limit || len(b) > maxRunes {
		return limit + 1
	}
	var rows [3][maxRunes + 1]int // of i-2, i-1 and i
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, before
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			d := min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if least > limit {
			return limit + 1
		}
	}
	return min(row[len(b)], limit+1)
}

// letters is the set of characters of a word. One typing error changes at most
// two of its bits, so that sets tell most words apart without looking at them.
func letters(word string) (set uint32) {
	for _, r := range word {
		switch {
		case 'a' <= r && r <= 'z':
			set |= 1 << (r - 'a')
		case '0' <= r && r <= '9':
			set |= 1 << 26
		default:
			set |= 1 << (27 + r%5)
		}
	}
	return set
}

// mayBeNear reports whether two words with these sets can be that near.
func mayBeNear(a, b uint32, limit int) bool { return bits.OnesCount32(a^b) <= 2*limit }
