package dossier

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// id makes an ID from mission, time and place.
func (r *tableReader) id(f *Deployment) string {
	return r.unique(f.Mission + "-" + f.AsOf.String() + "-" + f.Place)
}

// unique makes an ID from words; a second fact of the same words gets a number,
// in the order of the file.
func (r *tableReader) unique(words string) string {
	base := clipID(slug(words), MaxID-6)
	id := base
	for n := 2; r.taken[id]; n++ {
		id = fmt.Sprintf("%s-%d", base, n)
	}
	r.taken[id] = true
	return id
}

// slug writes s with the letters of an ID: accents are left out, and everything
// that is neither letter nor digit becomes one hyphen.
func slug(s string) string {
	var b strings.Builder
	gap := false
	for _, c := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(c)
		case unicode.Is(unicode.Mn, c) || c == utf8.RuneError:
		default:
			gap = true
		}
	}
	if b.Len() == 0 {
		return "x"
	}
	return b.String()
}

func clipID(id string, n int) string { return strings.TrimRight(id[:min(len(id), n)], "-") }
