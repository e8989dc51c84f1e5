// Package search finds facts, sources and provisions by their words: with
// typing errors, without accents, in four languages, as known on a day.
//
// An index is derived from dossiers: deleting it loses nothing.
//
// It must never tell of what was not known on the day that is asked about,
// neither in hits nor in the words that it offers; never decide what is owed;
// and never keep or log what was asked, not even in an error. Start with Entry,
// then Of, then Index.Search; Shelf is what a server uses.
package search

import (
	"temwen/locale"
	"temwen/when"
)

// Query is what is looked for.
type Query struct {
	Words string      // as typed: anything
	Known when.Day    // only what was known by this day
	Lang  locale.Lang // in which hits are shown, where they have it
	Kind  string      // only entries of this kind; empty for all
	Page  int         // from 1
	Size  int         // hits on a page; DefaultSize where 0
	Skip  int         // hits that are left out before the first page
}

// DefaultSize is how many hits a page has.
const DefaultSize = 20

// MaxWords is how many different words of a query count.
const MaxWords = 16

// Answer is what was found.
type Answer struct {
	// Words are how many words were looked for; 0 where a query has none.
	Words int `json:"words"`
	// Cut says that the query had more words than count.
	Cut bool `json:"cut,omitempty"`
	// Taken are words that nothing on record has, with the words nearest to
	// them that were looked for instead.
	Taken []Taken `json:"taken,omitempty"`
	// Missing are words that nothing on record has or comes near to.
	Missing []string `json:"missing,omitempty"`
	// Meant is the query with rare words replaced by near ones that are
	// frequent; empty where there is nothing to offer.
	Meant string `json:"meant,omitempty"`
	// Near are words of the record that resemble missing ones from farther off.
	Near []string `json:"near,omitempty"`

	Total int `json:"total"` // hits
	// More says that there are more than Total: of very many, those that became
	// known last and those with the words in their title were ranked.
	More bool `json:"more,omitempty"`
	// Whole is how many of them have every word that tells entries apart.
	Whole int     `json:"whole"`
	Kinds []Count `json:"kinds"` // of all hits, whatever kind was asked for
	Page  int     `json:"page"`
	Pages int     `json:"pages"`
	Hits  []Hit   `json:"hits"`
}

// Taken is a word with those that were looked for in its place.
type Taken struct {
	Typed string   `json:"typed"`
	As    []string `json:"as"`
}

// Count is how many hits there are of a kind.
type Count struct {
	Kind string `json:"kind"`
	N    int    `json:"n"`
}

// Hit is one fact that was found.
type Hit struct {
	Dossier string   `json:"dossier"`
	Kind    string   `json:"kind"`
	ID      string   `json:"id"`
	Mission string   `json:"mission,omitempty"`
	Known   when.Day `json:"known"`   // since when
	Place   Place    `json:"place"`   // where it is shown
	Title   Passage  `json:"title"`   // in the language asked for, or the nearest
	Snippet Passage  `json:"snippet"` // around the words, in the language that has them
}

// Passage is a text in one language, with what was looked for marked.
type Passage struct {
	Lang   locale.Lang `json:"lang,omitempty"` // empty for a name
	Own    bool        `json:"-"`              // in the language asked for
	Pieces []Piece     `json:"pieces"`
}

// Piece is a part of a passage that is marked, or not.
type Piece struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit,omitempty"`
}

// String is the passage without marks.
func (p Passage) String() string {
	s := ""
	for _, piece := range p.Pieces {
		s += piece.Text
	}
	return s
}
