package search

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"temwen/when"
)

// plan is how a query is understood.
type plan struct {
	terms   []term
	cut     bool
	taken   []Taken
	missing []string
	meant   string
	near    []string
}

// term is one word of a query, with what counts as it.
type term struct {
	token
	forms   []form  // the word itself, longer and shorter ones; or near ones
	entries int     // that have one of the forms, at most
	weight  float64 // how much the word tells entries apart
	common  bool    // so many entries have it that they need not
}

// form is a word that counts as a term, with how much it does.
type form struct {
	word   int // its place in the vocabulary
	weight float64
}

// Limits of a plan. What a query costs is bounded by them.
const (
	maxTyped   = 4096 // bytes of a query that are read
	maxForms   = 8    // forms of a term
	minPrefix  = 3    // letters of a word that may be the start of another
	rareWord   = 2    // entries with a word that may be a misspelling
	farMore    = 8    // times as many entries have the word that may be meant
	maxNear    = 5    // words offered in place of a missing one
	commonness = 5    // a word that one in so many entries has is common
)

// understand reads a query as of a day.
func (x *Index) understand(words string, day when.Day) *plan {
	if len(words) > maxTyped {
		words = strings.ToValidUTF8(words[:maxTyped], "")
	}
	p := &plan{}
	typed := x.typed(words, day)
	if p.cut = len(typed) > MaxWords; p.cut {
		typed = typed[:MaxWords]
	}
	meant, changed := words, false
	for i := len(typed) - 1; i >= 0; i-- { // from the end, so that places stay
		t := typed[i]
		if better := x.read(p, t, words, day); better != "" {
			meant, changed = meant[:t.from]+better+meant[t.to:], true
		}
	}
	if changed {
		p.meant = meant
	}
	slices.Reverse(p.terms)
	slices.Reverse(p.taken)
	slices.Reverse(p.missing)
	x.common(p.terms)
	return p
}

// typed are the different words of a query. Digits in groups, typed with a
// blank, are one number where the record has it.
func (x *Index) typed(words string, day when.Day) []token {
	var list []token
	tokens(words, func(t token) bool {
		if n := len(list) - 1; n >= 0 && words[list[n].to:t.from] == " " && len(t.word) == 3 && digits(t.word, 0) == 3 {
			joined := list[n].word + t.word
			if _, ok := x.vocabulary.find(joined, day); ok && digits(joined, 0) == len(joined) {
				list[n] = token{joined, list[n].from, t.to}
				return true
			}
		}
		if !slices.ContainsFunc(list, func(u token) bool { return u.word == t.word }) {
			list = append(list, t)
		}
		return len(list) <= MaxWords
	})
	return list
}

// read adds a word to the plan, and returns the word that may be meant instead,
// if there is a much more frequent one near it.
func (x *Index) read(p *plan, t token, words string, day when.Day) (better string) {
	v := &x.vocabulary
	forms := x.forms(t.word, day)
	runes := utf8.RuneCountInString(t.word)
	if len(forms) > 0 {
		term := x.term(t, forms)
		p.terms = append(p.terms, term)
		return x.better(&term, runes, day)
	}
	typed := words[t.from:t.to]
	near := v.near(t.word, day, edits(runes), 3)
	if len(near) == 0 {
		p.missing = append(p.missing, typed)
		p.near = append(p.near, x.far(t.word, runes, day)...)
		p.near = p.near[:min(maxNear, len(p.near))]
		return ""
	}
	taken := Taken{Typed: typed}
	for _, i := range near {
		taken.As = append(taken.As, v.written(i))
		forms = append(forms, form{i, 0.8})
	}
	for _, i := range near {
		for _, f := range x.forms(v.words[i], day) {
			if !slices.ContainsFunc(forms, func(g form) bool { return g.word == f.word }) {
				forms = append(forms, form{f.word, 0.8 * f.weight})
			}
		}
	}
	forms = forms[:min(maxForms, len(forms))]
	p.taken = append(p.taken, taken)
	p.terms = append(p.terms, x.term(t, forms))
	return ""
}

// better is a word near a term that is far more frequent, where the term is
// rare, or only the start of other words.
func (x *Index) better(t *term, runes int, day when.Day) string {
	v := &x.vocabulary
	_, whole := v.find(t.word, day)
	if edits(runes) == 0 || whole && t.entries > rareWord {
		return ""
	}
	for _, i := range v.near(t.word, day, 1, 1) {
		isForm := slices.ContainsFunc(t.forms, func(f form) bool { return f.word == i })
		if !isForm && int(v.entries[i]) >= farMore*t.entries {
			return v.written(i)
		}
	}
	return ""
}

// forms are the words that count as a word: itself, those that it begins, and
// those that it is the plural of.
func (x *Index) forms(word string, day when.Day) []form {
	v := &x.vocabulary
	var forms []form
	if i, ok := v.find(word, day); ok {
		forms = append(forms, form{i, 1})
	}
	runes := utf8.RuneCountInString(word)
	if runes < minPrefix || digits(word, 0) == len(word) {
		return forms
	}
	for _, i := range v.longer(word, day, maxForms-2) {
		forms = append(forms, form{i, 0.9 * float64(runes) / float64(v.runes[i])})
	}
	for _, i := range v.shorter(word, day, edits(runes)) {
		forms = append(forms, form{i, 0.8})
	}
	return forms[:min(maxForms, len(forms))]
}

// far are words that resemble a missing one from farther off than is searched
// for: with one more typing error, or with the same beginning.
func (x *Index) far(word string, runes int, day when.Day) []string {
	v := &x.vocabulary
	if runes < minPrefix {
		return nil
	}
	places := v.near(word, day, edits(runes)+1, maxNear)
	if runes > 4 {
		places = append(places, v.longer(word[:prefixLen(word, 4)], day, 2)...)
	}
	var list []string
	for _, i := range places {
		if w := v.written(i); !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	return list
}

// prefixLen is how many bytes the first n letters of a word have.
func prefixLen(word string, n int) int {
	for i := range word {
		if n--; n < 0 {
			return i
		}
	}
	return len(word)
}

// term weighs a word by how few entries have it.
func (x *Index) term(t token, forms []form) term {
	out := term{token: t, forms: forms}
	for _, f := range forms {
		out.entries += int(x.vocabulary.entries[f.word])
	}
	n, has := float64(x.entries), float64(min(out.entries, x.entries))
	out.weight = math.Log(1 + (n-has+0.5)/(has+0.5))
	return out
}

// common marks the terms that an entry may lack, since so many have them: the
// articles of a language without a list of them. Where all are common, none is.
func (x *Index) common(terms []term) {
	rare := false
	for i := range terms {
		terms[i].common = terms[i].entries*commonness > x.entries
		rare = rare || !terms[i].common
	}
	for i := range terms {
		terms[i].common = terms[i].common && rare
	}
}

// required are the terms that are looked up, the rarest first.
func (p *plan) required() []term {
	var list []term
	for _, t := range p.terms {
		if !t.common {
			list = append(list, t)
		}
	}
	slices.SortStableFunc(list, func(a, b term) int { return cmp.Compare(a.entries, b.entries) })
	return list
}

// match writes FTS5 expressions. Words come from the vocabulary, where they are
// letters and digits, and are quoted all the same.

func (x *Index) any(t *term) string {
	words := make([]string, len(t.forms))
	for i, f := range t.forms {
		words[i] = quote(x.vocabulary.words[f.word])
	}
	return "(" + strings.Join(words, " OR ") + ")"
}

// all wants every term.
func (x *Index) all(terms []term) string {
	parts := make([]string, len(terms))
	for i := range terms {
		parts[i] = x.any(&terms[i])
	}
	return strings.Join(parts, " AND ")
}

// most wants every term but one, whichever.
func (x *Index) most(terms []term) string {
	parts := make([]string, len(terms))
	for i := range terms {
		parts[i] = "(" + x.all(slices.Delete(slices.Clone(terms), i, i+1)) + ")"
	}
	return strings.Join(parts, " OR ")
}

// some wants one term, whichever.
func (x *Index) some(terms []term) string {
	parts := make([]string, len(terms))
	for i := range terms {
		parts[i] = x.any(&terms[i])
	}
	return strings.Join(parts, " OR ")
}

func quote(word string) string { return `"` + strings.ReplaceAll(word, `"`, `""`) + `"` }
