package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is a word of a text: folded, and where it stands in the text.
type token struct {
	word     string
	from, to int // bytes
}

// maxRunes is how much of a word counts: the rest of a longer one, such as a
// fingerprint, is cut.
const maxRunes = 40

// tokens are the words of a text, in order. The same folding makes the index,
// reads a question and finds what to mark, so that they never differ:
//
//   - a word is letters and digits together; accents and case do not count, œ
//     is oe, ß is ss;
//   - an elision or genitive is cut off: “l’accord” is l and accord;
//   - digits in groups of three are one number, however they are grouped: 1,000
//     and 1 000 (with a no-break space) are 1000; a decimal stays: 1.5, 1,5.
//
// Bytes that are not UTF-8 separate words.
func tokens(s string, yield func(token) bool) {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !inWord(r) {
			i += size
			continue
		}
		t := number(s, i)
		if t.to == i {
			t = word(s, i)
		}
		if t.word != "" && !yield(t) {
			return
		}
		i = t.to
	}
}

// folded are the words of a text without their places.
func folded(s string) []string {
	var list []string
	tokens(s, func(t token) bool { list = append(list, t.word); return true })
	return list
}

func inWord(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsNumber(r)) }

// inside reports whether r belongs to the word it stands in without being seen:
// a combining accent, a soft hyphen, a joiner.
func inside(r rune) bool {
	return unicode.Is(unicode.Mn, r) || r == '\u00ad' || r == '\u2060' || r >= '\u200b' && r <= '\u200d'
}

// word is the word that starts at i.
func word(s string, i int) token {
	var b strings.Builder
	t, runes := token{from: i, to: i}, 0
	for t.to < len(s) {
		r, size := utf8.DecodeRuneInString(s[t.to:])
		if !inWord(r) && !inside(r) {
			break
		}
		t.to += size
		for _, f := range fold(r) {
			if runes++; runes <= maxRunes {
				b.WriteRune(f)
			}
		}
	}
	t.word = b.String()
	return t
}

// number is the grouped or decimal number that starts at i; an empty token
// where there is none, for plain digits are a word like any other.
func number(s string, i int) token {
	j := digits(s, i)
	listed := i > 1 && separator(s[i-1:], ",.") > 0 && digits(s, i-2) > i-2 // 2.1 of 3.2.1
	if j == i || j-i > maxRunes || listed {
		return token{from: i, to: i}
	}
	b := []byte(s[i:j])
	grouped := false
	for len(b) <= 3 || grouped {
		gap := separator(s[j:], ",.'’\u202f\u00a0")
		if k := digits(s, j+gap); gap == 0 || k-j-gap != 3 {
			break
		}
		b = append(b, s[j+gap:j+gap+3]...)
		j, grouped = j+gap+3, true
	}
	if k := decimals(s, j); k > j {
		b = append(append(b, '.'), s[j+1:k]...)
		j, grouped = k, true
	}
	if !grouped || len(b) > maxRunes {
		return token{from: i, to: i}
	}
	return token{word: string(b), from: i, to: j}
}

// decimals is where the one or two decimals end that start with the separator
// at i; i where there are none, as in 2.10.2023.
func decimals(s string, i int) int {
	if separator(s[i:], ",.") == 0 {
		return i
	}
	k := digits(s, i+1)
	if n := k - i - 1; n < 1 || n > 2 {
		return i
	}
	if next := separator(s[k:], ",."); next > 0 && digits(s, k+next) > k+next {
		return i
	}
	return k
}

// digits is where the ASCII digits that start at i end.
func digits(s string, i int) int {
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	return i
}

// separator is the size of the first character of s where it is one of these,
// otherwise 0.
func separator(s, of string) int {
	r, size := utf8.DecodeRuneInString(s)
	if size > 0 && r != utf8.RuneError && strings.ContainsRune(of, r) {
		return size
	}
	return 0
}

// ligatures are letters that decomposition leaves as they are.
var ligatures = map[rune]string{
	'œ': "oe", 'æ': "ae", 'ß': "ss", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'þ': "th", 'ı': "i",
}

// latin is the folding of the characters that nearly all texts are made of.
var latin = func() (table [0x250]string) {
	for r := range table {
		table[r] = foldSlowly(rune(r))
	}
	return table
}()

func fold(r rune) string {
	if int(r) < len(latin) {
		return latin[r]
	}
	return foldSlowly(r)
}

// foldSlowly is a character in its plain form: decomposed, in lower case,
// without what is neither letter nor digit.
func foldSlowly(r rune) string {
	var b strings.Builder
	for _, d := range norm.NFKD.String(string(r)) {
		d = unicode.ToLower(d)
		if s, ok := ligatures[d]; ok {
			b.WriteString(s)
		} else if inWord(d) {
			b.WriteRune(d)
		}
	}
	return b.String()
}
