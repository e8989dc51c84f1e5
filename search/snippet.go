package search

import (
	"strings"
	"unicode/utf8"

	"temwen/locale"
	"temwen/when"
)

// snippetRunes is about how long a snippet is.
const snippetRunes = 200

// hit is an entry as it is shown: its title in the language asked for, and the
// words in the language that has them.
func (x *Index) hit(e *Entry, p *plan, q Query) Hit {
	m := x.marker(p)
	title, lang, own := said(e.Title, q.Lang)
	h := Hit{
		Dossier: e.Dossier, Kind: e.Kind, ID: e.ID, Mission: e.Mission, Known: e.Known, Place: e.place(q.Known),
		Title: Passage{Lang: lang, Own: own, Pieces: m.pieces(title)},
	}
	h.Snippet = m.snippet(e, q.Lang, lang)
	return h
}

// place is the best place that shows the entry on a day.
func (e *Entry) place(day when.Day) Place {
	for _, p := range e.Places {
		if p.From <= day {
			return p
		}
	}
	return Place{}
}

// said is a text in a language, or the nearest it has; a name is in no language,
// and good in all.
func said(t locale.Text, lang locale.Lang) (words string, in locale.Lang, own bool) {
	if name, ok := t[""]; ok {
		return name, "", true
	}
	return t.In(lang)
}

// marker marks the words of a query in texts.
type marker struct {
	weights map[string]float64 // by folded word
}

func (x *Index) marker(p *plan) *marker {
	m := &marker{weights: make(map[string]float64)}
	for i := range p.terms {
		t := &p.terms[i]
		if t.common {
			continue
		}
		for _, f := range t.forms {
			w := x.vocabulary.words[f.word]
			m.weights[w] = max(m.weights[w], t.weight*f.weight)
		}
	}
	return m
}

// pieces are a text cut where marks begin and end.
func (m *marker) pieces(text string) []Piece {
	var list []Piece
	done := 0
	tokens(text, func(t token) bool {
		if m.weights[t.word] == 0 {
			return true
		}
		if t.from > done {
			list = append(list, Piece{Text: text[done:t.from]})
		}
		list = append(list, Piece{Text: text[t.from:t.to], Hit: true})
		done = t.to
		return true
	})
	if done < len(text) {
		list = append(list, Piece{Text: text[done:]})
	}
	return list
}

// value is how much of the query a text has, each word once.
func (m *marker) value(text string) (sum float64) {
	seen := make(map[string]bool)
	tokens(text, func(t token) bool {
		if !seen[t.word] {
			seen[t.word] = true
			sum += m.weights[t.word]
		}
		return true
	})
	return sum
}

// snippet is the passage of an entry that has most of the query: in the
// language asked for, or in another where that one has less of it than title
// and body have there. Where only the title shown has the words, it is the
// first passage, for what it says.
func (m *marker) snippet(e *Entry, lang, titleLang locale.Lang) Passage {
	own := m.value(e.Title[titleLang])
	best, most := Passage{}, 0.0
	consider := func(t locale.Text, in locale.Lang, handicap float64) {
		text := t[in]
		if v := m.value(text) - handicap; text != "" && v > most {
			best, most = Passage{Lang: in, Own: in == lang || in == "", Pieces: m.window(text)}, v
		}
	}
	for _, passage := range e.Body {
		consider(passage, lang, 0)
		consider(passage, "", 0)
	}
	// What another language has counts where it tells more than what is shown.
	each(e.Title, func(in locale.Lang, _ string) {
		if in != titleLang {
			consider(e.Title, in, own)
		}
	})
	for _, passage := range e.Body {
		each(passage, func(in locale.Lang, _ string) {
			if in != lang && in != "" {
				consider(passage, in, own)
			}
		})
	}
	if most > 0 {
		return best
	}
	for _, passage := range e.Body {
		if text, in, ok := said(passage, lang); text != "" {
			return Passage{Lang: in, Own: ok, Pieces: m.window(text)}
		}
	}
	return Passage{}
}

// window is the part of a text around the words that are marked first, with an
// ellipsis where it is cut.
func (m *marker) window(text string) []Piece {
	if utf8.RuneCountInString(text) <= snippetRunes {
		return m.pieces(text)
	}
	start := 0
	tokens(text, func(t token) bool {
		if m.weights[t.word] > 0 {
			start = t.from
			return false
		}
		return true
	})
	from := blankBefore(text, start, snippetRunes/4)
	to := blankAfter(text, from, snippetRunes)
	pieces := m.pieces(text[from:to])
	if from > 0 {
		pieces = append([]Piece{{Text: "… "}}, pieces...)
	}
	if to < len(text) {
		pieces = append(pieces, Piece{Text: " …"})
	}
	return pieces
}

// blankBefore is the start of a word up to n bytes before i.
func blankBefore(text string, i, n int) int {
	if i <= n {
		return 0
	}
	from := i - n
	if k := strings.IndexByte(text[from:i], ' '); k >= 0 {
		return from + k + 1
	}
	return i
}

// blankAfter is the end of a word up to n bytes after i.
func blankAfter(text string, i, n int) int {
	if len(text)-i <= n {
		return len(text)
	}
	if k := strings.LastIndexByte(text[i:i+n], ' '); k > 0 {
		return i + k
	}
	for i += n; i > 0 && !utf8.RuneStart(text[i]); i-- {
	}
	return i
}
