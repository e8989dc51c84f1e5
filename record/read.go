package record

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"iter"
	"math/bits"
	"slices"
	"strings"
)

// Reading goes page by page, each page a query of its own, so that a slow
// reader holds neither a connection nor a snapshot. That is sound because what
// an edition holds never changes. While a page of many events is worked on, the
// next one is read.
const pageSize = 256

// edition is the edition asked for: the latest where it is 0.
func (s *sqlStore) edition(ctx context.Context, asked uint64) (uint64, error) {
	size, err := countEvents(ctx, s.read)
	switch {
	case err != nil:
		return 0, err
	case asked > size:
		return 0, fmt.Errorf("%w: %d was asked for, and the record has %d events", ErrEdition, asked, size)
	case asked == 0:
		return size, nil
	}
	return asked, nil
}

// Events implements Store.
func (s *sqlStore) Events(ctx context.Context, from uint64) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		size, err := s.edition(ctx, 0)
		if err == nil && from > size {
			err = fmt.Errorf("%w: event %d was asked for, and the record has %d", ErrEdition, from, size)
		}
		if err != nil {
			yield(Event{}, s.wrap(err, "reading events"))
			return
		}
		for page, err := range s.pages(ctx, from, size) {
			for _, e := range page {
				if !yield(e, nil) {
					return
				}
			}
			from += uint64(len(page))
			if err != nil {
				yield(Event{}, s.wrap(err, "reading event %d", from))
				return
			}
		}
	}
}

// pages are the pages of the events from <= index < size, up to the first that cannot
// be read whole. When it ends nothing is read any more.
func (s *sqlStore) pages(ctx context.Context, from, size uint64) iter.Seq2[[]Event, error] {
	type page struct {
		events []Event
		err    error
	}
	return func(yield func([]Event, error) bool) {
		read, enough := make(chan page), make(chan struct{})
		go func() {
			defer close(read)
			for from < size {
				var p page
				p.events, p.err = s.events(ctx, s.read, from, size)
				select {
				case read <- p:
				case <-enough:
					return
				}
				if p.err != nil {
					return
				}
				from += uint64(len(p.events))
			}
		}()
		defer func() {
			close(enough)
			for range read { // until it has ended
			}
		}()
		for p := range read {
			if !yield(p.events, p.err) {
				return
			}
		}
	}
}

// Event implements Store.
func (s *sqlStore) Event(ctx context.Context, index uint64) (Event, error) {
	if size, err := countEvents(ctx, s.read); err != nil || index >= size {
		if err == nil {
			err = fmt.Errorf("%w: event %d was asked for, and the record has %d", ErrEdition, index, size)
		}
		return Event{}, s.wrap(err, "reading event %d", index)
	}
	page, err := s.events(ctx, s.read, index, index+1)
	if err != nil {
		return Event{}, s.wrap(err, "reading event %d", index)
	}
	return page[0], nil
}

// Several implements Store.
func (s *sqlStore) Several(ctx context.Context, indexes []uint64) ([]Event, error) {
	wanted := slices.Compact(slices.Sorted(slices.Values(indexes)))
	all := make([]Event, 0, len(wanted))
	for page := range slices.Chunk(wanted, pageSize) {
		found, err := s.several(ctx, page)
		if err != nil {
			return nil, s.wrap(err, "reading %d events", len(wanted))
		}
		all = append(all, found...)
	}
	return all, nil
}

func (s *sqlStore) several(ctx context.Context, indexes []uint64) ([]Event, error) {
	// A power of two of marks, so that few statements serve all.
	marks := make([]string, 1<<bits.Len(uint(len(indexes)-1)))
	args := make([]any, len(marks))
	for i := range marks {
		marks[i], args[i] = fmt.Sprintf("$%d", i+1), indexes[min(i, len(indexes)-1)]
	}
	rows, err := s.read.QueryContext(ctx, `SELECT idx, type, public, private, salt, sum FROM event
		WHERE idx IN (`+strings.Join(marks, ", ")+`) ORDER BY idx`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []Event
	for rows.Next() {
		var row eventRow
		if err := rows.Scan(row.columns()...); err != nil {
			return nil, err
		}
		e, err := row.event(uint64(row.index.V))
		if err != nil {
			return nil, s.damagedEvents("%v", err)
		}
		found = append(found, e)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if len(found) < len(indexes) {
		return nil, fmt.Errorf("%w: of the events %d to %d some are not there", ErrEdition, indexes[0], indexes[len(indexes)-1])
	}
	return found, nil
}

// events is a page of the events from <= index < size, at least one. With an
// error it returns those before it.
func (s *sqlStore) events(ctx context.Context, q querier, from, size uint64) ([]Event, error) {
	rows, err := q.QueryContext(ctx, `SELECT idx, type, public, private, salt, sum FROM event
		WHERE idx >= $1 AND idx < $2 ORDER BY idx LIMIT $3`, from, size, pageSize)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	page := make([]Event, 0, min(pageSize, size-from))
	for rows.Next() {
		var row eventRow
		if err := rows.Scan(row.columns()...); err != nil {
			return page, err
		}
		next := from + uint64(len(page))
		if row.index.Valid && row.index.V != int64(next) {
			return page, s.damagedEvents("event %d is missing", next)
		}
		e, err := row.event(next)
		if err != nil {
			return page, s.damagedEvents("%v", err)
		}
		page = append(page, e)
	}
	if err := rows.Err(); err != nil {
		return page, err
	}
	if len(page) == 0 {
		return page, s.damagedEvents("event %d is missing", from)
	}
	return page, nil
}

// eventRow is a row of the table event, or what an outer join has in its place.
type eventRow struct {
	index           sql.Null[int64]
	eventType       sql.Null[string]
	public, private []byte
	salt, sum       []byte
}

func (r *eventRow) columns() []any {
	return []any{&r.index, &r.eventType, &r.public, &r.private, &r.salt, &r.sum}
}

// event is the event with that index, checked.
func (r *eventRow) event(index uint64) (Event, error) {
	if !r.index.Valid {
		return Event{}, fmt.Errorf("event %d is missing", index)
	}
	e := Event{Index: index, Type: r.eventType.V, Public: r.public, Private: r.private, Salt: r.salt}
	if r.index.V != int64(index) || !bytes.Equal(r.sum, e.sum()) {
		return Event{}, fmt.Errorf("event %d has another checksum", index)
	}
	if err := e.open(); err != nil {
		return Event{}, fmt.Errorf("event %d: %w", index, err)
	}
	return e, nil
}

// versions is the versions of facts that meet a condition on the table f (fact),
// each read from its event, and compared with it. rest is the end of the query:
// order and limit.
func (s *sqlStore) versions(ctx context.Context, q querier, condition, rest string, args ...any) ([]Version, error) {
	rows, err := q.QueryContext(ctx, `SELECT f.from_idx, f.to_idx, f.dossier, f.kind, f.id, f.hash,
		e.idx, e.type, e.public, e.private, e.salt, e.sum
		FROM fact f LEFT JOIN event e ON e.idx = f.from_idx WHERE `+condition+` `+rest, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []Version
	for rows.Next() {
		var from uint64
		var until sql.Null[int64]
		var ref Ref
		var hash []byte
		var row eventRow
		if err := rows.Scan(append([]any{&from, &until, &ref.Dossier, &ref.Kind, &ref.ID, &hash}, row.columns()...)...); err != nil {
			return nil, err
		}
		e, err := row.event(from)
		if err != nil {
			return nil, s.damagedEvents("%v", err)
		}
		c, err := parse(e.Type, e.Public)
		if err != nil {
			return nil, s.damagedEvents("event %d: %v", from, err)
		}
		own := c.Fact.Hash()
		if c.Type == FactRetracted || c.Fact.Ref() != ref || !bytes.Equal(own[:], hash) {
			return nil, s.damagedTables("they have %s, but its event %d says otherwise", ref, from)
		}
		found = append(found, Version{Fact: c.Fact, From: from, Until: uint64(until.V), Recorded: e.Time})
	}
	return found, rows.Err()
}

// Facts implements Store.
func (s *sqlStore) Facts(ctx context.Context, query Query) iter.Seq2[Version, error] {
	return func(yield func(Version, error) bool) {
		edition, err := s.edition(ctx, query.Edition)
		if err != nil {
			yield(Version{}, s.wrap(err, "reading facts"))
			return
		}
		query.Edition = edition
		if query.Dossier != "" {
			s.factsOf(ctx, query, yield)
			return
		}
		for {
			// From one dossier to the next: there are few.
			query.Dossier, err = s.nextDossier(ctx, query.Dossier)
			if err != nil {
				yield(Version{}, s.wrap(err, "reading facts"))
				return
			}
			if query.Dossier == "" || !s.factsOf(ctx, query, yield) {
				return
			}
		}
	}
}

// nextDossier is the ID of the next dossier that the record ever held, in order,
// or empty.
func (s *sqlStore) nextDossier(ctx context.Context, after string) (string, error) {
	var next sql.Null[string]
	err := s.read.QueryRowContext(ctx, `SELECT MIN(dossier) FROM fact WHERE dossier > $1`, after).Scan(&next)
	return next.V, err
}

// factsOf streams facts of one dossier, and reports whether to go on.
func (s *sqlStore) factsOf(ctx context.Context, query Query, yield func(Version, error) bool) bool {
	var after *Ref
	for {
		page, err := s.factPage(ctx, query, after)
		if err != nil {
			yield(Version{}, s.wrap(err, "reading facts"))
			return false
		}
		for _, v := range page {
			if query.wants(&v.Fact) {
				v.Until = 0
				if !yield(v, nil) {
					return false
				}
			}
		}
		if len(page) < pageSize {
			return true
		}
		last := page[len(page)-1].Ref()
		after = &last
	}
}

// wants applies the conditions that only the event itself can answer.
func (q *Query) wants(f *Fact) bool {
	return (q.Mission == "" || f.Mission == q.Mission) && (q.KnownBy == nil || f.Known <= *q.KnownBy)
}

// factPage is the next facts of a dossier and edition after one of them.
func (s *sqlStore) factPage(ctx context.Context, query Query, after *Ref) ([]Version, error) {
	var where []string
	var args []any
	// and adds a condition, in which ? stands for the next value.
	and := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(args)), 1)
		}
		where = append(where, condition)
	}
	and(`f.from_idx < ?`, query.Edition)
	and(`(f.to_idx IS NULL OR f.to_idx >= ?)`, query.Edition)
	and(`f.dossier = ?`, query.Dossier)
	if query.Kind != "" {
		and(`f.kind = ?`, query.Kind)
	}
	if query.ID != "" {
		and(`f.id = ?`, query.ID)
	}
	if query.Source != "" {
		and(`f.from_idx IN (SELECT from_idx FROM cites WHERE source = ?)`, query.Source)
	}
	switch { // by what is not fixed, so that the index leads straight there
	case after == nil:
	case query.Kind == "":
		and(`(f.kind, f.id) > (?, ?)`, after.Kind, after.ID)
	default:
		and(`f.id > ?`, after.ID)
	}
	args = append(args, pageSize)
	rest := fmt.Sprintf(`ORDER BY f.dossier, f.kind, f.id LIMIT $%d`, len(args))
	return s.versions(ctx, s.read, strings.Join(where, " AND "), rest, args...)
}

// History implements Store.
func (s *sqlStore) History(ctx context.Context, ref Ref) ([]Version, error) {
	versions, err := s.versions(ctx, s.read, `f.dossier = $1 AND f.kind = $2 AND f.id = $3`, `ORDER BY f.from_idx`,
		ref.Dossier, ref.Kind, ref.ID)
	return versions, s.wrap(err, "reading the history of %s", ref)
}

// Dossiers implements Store.
func (s *sqlStore) Dossiers(ctx context.Context, edition uint64) ([]OnFile, error) {
	edition, err := s.edition(ctx, edition)
	if err != nil {
		return nil, s.wrap(err, "listing the dossiers")
	}
	found, err := s.dossiers(ctx, edition)
	if err != nil {
		return nil, s.wrap(err, "listing the dossiers")
	}
	for v, err := range s.Facts(ctx, Query{Edition: edition, Kind: KindMission}) {
		if err != nil {
			return nil, err
		}
		i, ok := slices.BinarySearchFunc(found, v.Dossier, func(d OnFile, id string) int { return strings.Compare(d.Dossier, id) })
		if !ok {
			return nil, s.damagedTables("they have no dossier %q", v.Dossier)
		}
		found[i].Missions = append(found[i].Missions, v.ID)
	}
	return found, nil
}

func (s *sqlStore) dossiers(ctx context.Context, edition uint64) ([]OnFile, error) {
	if edition == 0 {
		return nil, nil // an empty record
	}
	rows, err := s.read.QueryContext(ctx, `SELECT dossier,
		SUM(CASE WHEN to_idx IS NULL OR to_idx >= $1 THEN 1 ELSE 0 END),
		MAX(CASE WHEN to_idx < $2 THEN to_idx ELSE from_idx END)
		FROM fact WHERE from_idx < $3 GROUP BY dossier ORDER BY dossier`, edition, edition, edition)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []OnFile
	for rows.Next() {
		var d OnFile
		if err := rows.Scan(&d.Dossier, &d.Facts, &d.Changed); err != nil {
			return nil, err
		}
		found = append(found, d)
	}
	return found, rows.Err()
}
