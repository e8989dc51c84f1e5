package publish

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Alike is two names that are likely the same, and were counted as two: cuts,
// or categories of one cut.
type Alike struct {
	Cut     string   `json:"cut,omitempty"` // of which they are categories; absent: they are cuts
	A       string   `json:"a"`
	B       string   `json:"b"`
	Reason  string   `json:"reason"`     // spelling, letters, words
	Periods []string `json:"periods"`    // where A stands
	Other   []string `json:"periods_of"` // where B stands
}

// The reasons why two names are likely the same.
const (
	SameSpelling = "spelling" // but for case, accents, signs and the order of words
	SameLetters  = "letters"  // but for a few letters
	SameWords    = "words"    // but for some words
)

// maxNames is how many names of one cut are compared, each with each.
const maxNames = 150

// alike looks for names that are likely the same among the categories of each
// cut, among the totals, and among the cuts.
func (g *grid) alike(r *Reconciliation) {
	totals, cuts := g.names(""), g.names("")
	totals.cut = g.table.TotalCut
	for _, s := range g.series {
		if s.total {
			totals.periods[s.categories[0]] = s.at
			continue
		}
		cuts.periods[s.cut] = s.at
		n := g.names(s.cut)
		for _, p := range s.at {
			for _, category := range s.categories {
				if s.cells[cellAt{p, category}] != nil {
					n.periods[category] = append(n.periods[category], p)
				}
			}
		}
		n.find(r)
	}
	totals.find(r)
	cuts.find(r)
}

// nameSet is names, each with the periods it stands in.
type nameSet struct {
	*grid
	cut     string
	periods map[string][]int
}

func (g *grid) names(cut string) *nameSet {
	return &nameSet{grid: g, cut: cut, periods: make(map[string][]int)}
}

// find compares each name with each.
func (n *nameSet) find(r *Reconciliation) {
	names := make([]string, 0, len(n.periods))
	for name := range n.periods {
		names = append(names, name)
	}
	if len(names) > maxNames {
		r.NotCompared = append(r.NotCompared, NotCompared{Reason: ManyNames, Cut: n.cut})
		return
	}
	slices.Sort(names)
	words := make([][]string, len(names))
	for i, name := range names {
		words[i] = strings.Fields(plainName(name))
	}
	for i, a := range names {
		for j := i + 1; j < len(names); j++ {
			if reason, ok := likely(words[i], words[j], n.company(a, names[j])); ok {
				r.Alike = append(r.Alike, Alike{
					Cut: n.cut, A: a, B: names[j], Reason: reason,
					Periods: n.labels(n.periods[a]), Other: n.labels(n.periods[names[j]]),
				})
			}
		}
	}
}

// company is how two names stand with each other.
type company int

const (
	neverTogether     company = iota // never in one period: one may have taken the other's place
	sometimesTogether                // in one period, but not in all
	alwaysTogether                   // side by side in each of several periods: two things
	onePeriod                        // the table has one period for them
)

func (n *nameSet) company(a, b string) company {
	p, q := n.periods[a], n.periods[b]
	shared := 0
	for _, period := range p {
		if _, both := slices.BinarySearch(q, period); both {
			shared++
		}
	}
	switch {
	case shared == 0:
		return neverTogether
	case shared < len(p) || shared < len(q):
		return sometimesTogether
	case shared == 1:
		return onePeriod
	}
	return alwaysTogether
}

// likely reports whether two names, as folded words, are likely the same. The
// more often they stand side by side the less likely that is.
func likely(a, b []string, c company) (reason string, ok bool) {
	switch {
	case len(a) == 0 || len(b) == 0 || !slices.Equal(numerals(a), numerals(b)):
		return "", false
	case slices.Equal(inOrder(a), inOrder(b)):
		return SameSpelling, true
	case c == alwaysTogether:
		return "", false
	case slip(a, b):
		return SameLetters, true
	case c != neverTogether:
		return "", false
	case swapped(a, b), nearly(strings.Join(a, " "), strings.Join(b, " ")):
		return SameLetters, true
	case shareWords(a, b):
		return SameWords, true
	}
	return "", false
}

// plainName is a name without case, accents and signs, its words one blank apart.
func plainName(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func inOrder(words []string) []string {
	words = slices.Clone(words)
	slices.Sort(words)
	return words
}

// numerals are the words with a digit: "Zone 1" and "Zone 2" are two things.
func numerals(words []string) []string {
	return slices.DeleteFunc(inOrder(words), func(w string) bool { return strings.IndexFunc(w, unicode.IsDigit) < 0 })
}

// slip reports whether two names differ in one letter of one word of at least
// four.
func slip(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	slips := 0
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		slips++
		m, n := utf8.RuneCountInString(a[i]), utf8.RuneCountInString(b[i])
		if min(m, n) < 4 || max(m, n)-min(m, n) > 1 || edits(a[i], b[i]) > 1 {
			return false
		}
	}
	return slips == 1
}

// swapped reports whether two names are one word each with the same letters, as
// the initials of one body in two languages: PNH and HNP.
func swapped(a, b []string) bool {
	if len(a) != 1 || len(b) != 1 {
		return false
	}
	x, y := []rune(a[0]), []rune(b[0])
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// nearly reports whether at most a quarter of the letters of the longer name must
// be changed.
func nearly(a, b string) bool {
	longest := max(utf8.RuneCountInString(a), utf8.RuneCountInString(b))
	return longest <= 100 && edits(a, b) <= longest/4
}

// shareWords reports whether one name has all words of the other, or they share
// at least half of theirs.
func shareWords(a, b []string) bool {
	shared := 0
	for _, w := range a {
		if slices.Contains(b, w) {
			shared++
		}
	}
	return shared == min(len(a), len(b)) || 2*shared >= len(a)+len(b)-shared
}

// edits is the number of letters to change, add or leave out to make b from
// a (Levenshtein).
func edits(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			change := diagonal
			if x[i] != y[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(y)]
}
