package search

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	sqlite "modernc.org/sqlite"
)

// Limits of a search.
const (
	maxFound = 1000 // entries that are ranked for one expression
	fewFound = 5    // so few that entries with not all of the words are looked for
	maxMost  = 6    // terms of which one may be missing; each costs an expression
	maxSome  = 3    // terms of which any one will do
)

// Search finds what was known by the day and has the words of a query. It errs
// with ErrClosed, with ctx, or where the index is damaged; never because of
// what was typed, which no error repeats.
func (x *Index) Search(ctx context.Context, q Query) (*Answer, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.closed {
		return nil, ErrClosed
	}
	p := x.understand(q.Words, q.Known)
	a := &Answer{
		Words: len(p.terms) + len(p.missing), Cut: p.cut, Taken: p.taken, Missing: p.missing, Meant: p.meant, Near: p.near,
		Kinds: []Count{}, Hits: []Hit{},
	}
	found, more, err := x.found(ctx, p, q)
	if err != nil {
		return nil, silent(ctx, err)
	}
	a.More = more
	ranked := x.rank(p, found)
	a.Kinds = kinds(ranked)
	if q.Kind != "" {
		ranked = slices.DeleteFunc(ranked, func(r rankedFact) bool { return Kinds[r.kind] != q.Kind })
	}
	a.turn(ranked, q)
	for _, r := range a.shown(ranked, q) {
		e, err := x.entry(ctx, r.id)
		if err != nil {
			return nil, silent(ctx, err)
		}
		a.Hits = append(a.Hits, x.hit(e, p, q))
	}
	return a, nil
}

// ErrDamaged says that an index cannot be read. It is to be made anew.
var ErrDamaged = errors.New("the search index cannot be read")

// silent is an error of the database without the words that it may repeat.
func silent(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var e *sqlite.Error
	if errors.As(err, &e) {
		return fmt.Errorf("%w: SQLite error %d", ErrDamaged, e.Code())
	}
	return ErrDamaged
}

// turn counts the hits and chooses the page.
func (a *Answer) turn(list []rankedFact, q Query) {
	size := q.size()
	a.Total = len(list)
	for _, r := range list {
		if r.whole {
			a.Whole++
		}
	}
	a.Pages = (a.Total + size - 1) / size
	a.Page = max(q.Page, 1)
}

// shown are the hits of the page.
func (a *Answer) shown(list []rankedFact, q Query) []rankedFact {
	size := q.size()
	from := min((a.Page-1)*size+max(q.Skip, 0), len(list))
	return list[from:min(from+size, len(list))]
}

func (q *Query) size() int {
	if q.Size <= 0 {
		return DefaultSize
	}
	return min(q.Size, maxFound)
}

// candidate is an entry that has words of the query.
type candidate struct {
	id   int64
	kind int   // its place in Kinds
	fact int64 // the same for all entries of a fact
	blob []byte
}

// found are the entries to rank, and whether there are more than those. First
// those with all words; where these are few, those with all but one, and then
// those with some. Where they are very many, those known last, and those with
// all words in the title.
func (x *Index) found(ctx context.Context, p *plan, q Query) (found []candidate, more bool, err error) {
	first, ok := x.from(q.Known)
	terms := p.required()
	if !ok || len(terms) == 0 {
		return nil, false, nil
	}
	f := &finder{x: x, first: first, seen: make(map[int64]bool)}
	f.run(ctx, x.all(terms))
	if f.full {
		f.run(ctx, "{title} : ("+x.all(terms)+")")
		if q.Kind != "" {
			f.run(ctx, "("+x.all(terms)+") AND kind : "+quote(q.Kind))
		}
		return f.found, true, f.err
	}
	if n := len(terms); n > 2 && len(f.found) < fewFound {
		f.run(ctx, x.most(terms[:min(n, maxMost)]))
	}
	if n := len(terms); n > 1 && len(f.found) < fewFound {
		f.run(ctx, x.some(terms[:min(n, maxSome)]))
	}
	return f.found, f.full, f.err
}

// finder gathers entries.
type finder struct {
	x     *Index
	first int64 // entries from this number on
	found []candidate
	seen  map[int64]bool
	full  bool // an expression had as many as are looked at
	err   error
}

// run adds the entries that match an expression, the newest first.
func (f *finder) run(ctx context.Context, match string) {
	if f.err != nil {
		return
	}
	n := 0
	f.err = f.x.each(ctx, `SELECT r.id, r.kind, r.fact, r.words FROM found CROSS JOIN rank r ON r.id = found.rowid
		WHERE found MATCH $1 AND found.rowid >= $2 LIMIT $3`, func(rows *sql.Rows) error {
		var c candidate
		err := rows.Scan(&c.id, &c.kind, &c.fact, &c.blob)
		if n++; err == nil && !f.seen[c.id] {
			f.seen[c.id] = true
			f.found = append(f.found, c)
		}
		return err
	}, match, f.first, maxFound)
	f.full = f.full || n == maxFound
}
