package record

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// freshTables are the query tables that Rebuild replays the record into. They
// are temporary, and their unique indexes are those of the live ones, so that a
// record that does not hang together is found here.
var freshTables = tables{fact: "fresh_fact", cites: "fresh_cites", mission: "fresh_mission"}

var makeFresh = []string{
	`CREATE TEMPORARY TABLE fresh_fact AS SELECT * FROM fact WHERE 1 = 0`,
	`CREATE UNIQUE INDEX fresh_fact_current ON fresh_fact (dossier, kind, id) WHERE to_idx IS NULL`,
	`CREATE TEMPORARY TABLE fresh_cites AS SELECT * FROM cites WHERE 1 = 0`,
	`CREATE TEMPORARY TABLE fresh_mission AS SELECT * FROM mission WHERE 1 = 0`,
	`CREATE UNIQUE INDEX fresh_mission_id ON fresh_mission (id)`,
}

var dropFresh = []string{`DROP TABLE fresh_mission`, `DROP TABLE fresh_cites`, `DROP TABLE fresh_fact`}

// swapFresh fills the emptied tables.
var swapFresh = []string{
	`INSERT INTO fact (from_idx, to_idx, dossier, kind, id, hash)
		SELECT from_idx, to_idx, dossier, kind, id, hash FROM fresh_fact ORDER BY from_idx`,
	`INSERT INTO cites (source, from_idx) SELECT source, from_idx FROM fresh_cites ORDER BY source, from_idx`,
	`INSERT INTO mission (id, dossier) SELECT id, dossier FROM fresh_mission ORDER BY id`,
}

// Rebuild implements Store. All of it is one transaction: who reads meanwhile
// sees the old tables, and a crash leaves them.
func (s *sqlStore) Rebuild(ctx context.Context, progress ...Progress) (Rebuilt, error) {
	var rebuilt Rebuilt
	var different *Difference
	err := s.update(ctx, func(steady context.Context, tx *sql.Tx) error {
		if err := execAll(steady, tx, makeFresh); err != nil {
			return err
		}
		size, err := s.checkCommands(steady, tx)
		if err != nil {
			return err
		}
		books, err := s.freshBooks(ctx, steady, tx)
		if err != nil {
			return err
		}
		if err := s.replay(ctx, steady, tx, freshTables, books, 0, size, progress); err != nil {
			return err
		}
		rebuilt.Events = size
		if err := tx.QueryRowContext(steady, `SELECT COUNT(*) FROM fresh_fact`).Scan(&rebuilt.Versions); err != nil {
			return err
		}
		if different, err = s.compare(steady, tx, size); err != nil {
			return err
		}
		if different != nil {
			if err := s.swap(steady, tx, size); err != nil {
				return err
			}
		}
		for _, t := range books {
			t.close()
		}
		return execAll(steady, tx, append(s.dropFreshBooks(), dropFresh...))
	})
	if err != nil {
		return Rebuilt{}, s.wrap(err, "rebuilding the query tables")
	}
	if different != nil {
		return rebuilt, different
	}
	return rebuilt, nil
}

// swap puts the fresh query tables in the place of those in use.
func (s *sqlStore) swap(ctx context.Context, tx *sql.Tx, size uint64) error {
	if err := s.dialect.renew(ctx, tx, "cites", "fact", "mission"); err != nil {
		return fmt.Errorf("emptying the query tables: %w", err)
	}
	if err := execAll(ctx, tx, swapFresh); err != nil {
		return fmt.Errorf("replacing the query tables: %w", err)
	}
	for _, b := range s.books {
		for _, t := range slices.Backward(b.Tables()) {
			if err := s.dialect.renew(ctx, tx, t.name(livePrefix(b))); err != nil {
				return fmt.Errorf("emptying the tables of the book %q: %w", b.Name(), err)
			}
		}
		for _, t := range b.Tables() {
			columns := t.columns()
			_, err := tx.ExecContext(ctx, `INSERT INTO `+t.name(livePrefix(b))+` (`+columns+`) SELECT `+columns+` FROM `+t.name(freshPrefix(b)))
			if err != nil {
				return fmt.Errorf("replacing the tables of the book %q: %w", b.Name(), err)
			}
		}
	}
	if _, err := tx.ExecContext(ctx, `UPDATE projection SET events = $1`, size); err != nil {
		return err
	}
	return s.booksHold(ctx, tx, size)
}

// freshBooks makes temporary tables for every book, and those in use where they
// are missing. They are by the name of the book.
func (s *sqlStore) freshBooks(ctx, steady context.Context, tx *sql.Tx) (map[string]*Tables, error) {
	fresh := make(map[string]*Tables)
	for _, b := range s.books {
		from, err := s.openBook(steady, tx, b)
		if err != nil {
			return nil, err
		}
		if err := s.catchUpBook(ctx, steady, tx, b, from); err != nil {
			return nil, err
		}
		for _, t := range b.Tables() {
			if err := execAll(steady, tx, t.make(freshPrefix(b), true)); err != nil {
				return nil, err
			}
		}
		fresh[b.Name()] = &Tables{q: tx, prefix: freshPrefix(b)}
	}
	return fresh, nil
}

func (s *sqlStore) dropFreshBooks() (statements []string) {
	for _, b := range s.books {
		for _, t := range slices.Backward(b.Tables()) {
			statements = append(statements, `DROP TABLE `+t.name(freshPrefix(b)))
		}
	}
	return statements
}

func execAll(ctx context.Context, q querier, statements []string) error {
	for _, statement := range statements {
		if _, err := q.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// replay enters the events from <= index < size in a set of query tables, and in
// those of the books given.
func (s *sqlStore) replay(ctx, steady context.Context, tx *sql.Tx, t tables, books map[string]*Tables, from, size uint64, progress []Progress) error {
	project, err := newProjector(steady, tx, t)
	if err != nil {
		return err
	}
	defer project.close()
	for from < size {
		if err := ctx.Err(); err != nil {
			return err
		}
		report(progress, int(from), int(size))
		page, err := s.events(steady, tx, from, size)
		if err != nil {
			return err
		}
		for _, e := range page {
			if err := s.replayOne(steady, project, books, &e); err != nil {
				return err
			}
		}
		from += uint64(len(page))
	}
	report(progress, int(size), int(size))
	return nil
}

func (s *sqlStore) replayOne(ctx context.Context, project *projector, books map[string]*Tables, e *Event) error {
	var err error
	switch b := s.bookOf(e.What()); {
	case b != nil && books[b.Name()] != nil:
		err = b.Enter(ctx, books[b.Name()], *e)
	case b != nil || e.Type == Sealed:
		return nil // not ours to enter, or a filler, or erased
	default:
		var c Change
		if c, err = parse(e.Type, e.Public); err != nil {
			return s.damagedEvents("event %d: %v", e.Index, err)
		}
		err = project.apply(ctx, e.Index, &c)
	}
	if err != nil {
		return s.damagedEvents("event %d does not follow from those before it: %v", e.Index, err)
	}
	return nil
}

// checkCommands checks that the commands done account for every event, in order
// and without gaps, and returns the number of events.
func (s *sqlStore) checkCommands(ctx context.Context, q querier) (uint64, error) {
	size, err := countEvents(ctx, q)
	if err != nil {
		return 0, err
	}
	rows, err := q.QueryContext(ctx, `SELECT c.key, c.digest, c.from_idx, c.to_idx, c.at_micros, c.sum, e.private
		FROM command c LEFT JOIN event e ON e.idx = c.from_idx AND c.from_idx < c.to_idx
		ORDER BY c.from_idx, c.to_idx`)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var next uint64
	for rows.Next() {
		var key string
		var r Result
		var at int64
		var digest, sum, private []byte
		if err := rows.Scan(&key, &digest, &r.From, &r.To, &at, &sum, &private); err != nil {
			return 0, err
		}
		first := Event{Private: private}
		if err := first.open(); err != nil {
			return 0, s.damagedEvents("event %d: %v", r.From, err)
		}
		switch {
		case !bytes.Equal(sum, commandSum(key, digest, r, at)):
			return 0, s.damagedEvents("the result of the command with the key %q has another checksum", key)
		case r.From != next:
			return 0, s.damagedEvents("no command accounts for event %d", min(next, r.From))
		case first.Key != "" && first.Key != key:
			return 0, s.damagedEvents("event %d belongs to the command with the key %q, not %q", r.From, first.Key, key)
		}
		next = r.To
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	if next != size {
		return 0, s.damagedEvents("the commands done account for %d events, but there are %d", next, size)
	}
	return size, nil
}

// compare finds the first row in which the query tables differ from the fresh
// ones.
func (s *sqlStore) compare(ctx context.Context, tx *sql.Tx, size uint64) (*Difference, error) {
	different, err := s.compareRows(ctx, tx)
	if err != nil && !s.dialect.damage(err) {
		return nil, err
	}
	if err != nil {
		return &Difference{Table: "fact, cites or mission", Was: "bytes that cannot be read (" + err.Error() + ")", Is: "rows"}, nil
	}
	if different != nil {
		return different, nil
	}
	wrong, err := s.dialect.inspect(ctx, tx, "fact", "cites", "mission")
	if err != nil && !s.dialect.damage(err) {
		return nil, err
	}
	if err != nil {
		wrong = err.Error()
	}
	if wrong != "" {
		return &Difference{Table: "fact, cites or mission", Was: "a damaged index (" + wrong + ")", Is: "a whole one"}, nil
	}
	var projected uint64
	if err := tx.QueryRowContext(ctx, `SELECT events FROM projection`).Scan(&projected); err != nil {
		return nil, err
	}
	if projected != size {
		return &Difference{
			Table: "projection", Event: size,
			Was: fmt.Sprintf("%d events", projected), Is: fmt.Sprintf("%d", size),
		}, nil
	}
	return nil, nil
}

// comparison is a query table, its fresh twin, and their columns, the first of
// which is an event.
type comparison struct{ live, fresh, columns string }

// compared are the query tables of the facts.
var compared = []comparison{
	{"fact", "fresh_fact", "from_idx, to_idx, dossier, kind, id, hash"},
	{"cites", "fresh_cites", "from_idx, source"},
	{"mission", "fresh_mission", "id, dossier"},
}

func (s *sqlStore) compareRows(ctx context.Context, tx *sql.Tx) (*Difference, error) {
	all := slices.Clone(compared)
	for _, b := range s.books {
		for _, t := range b.Tables() {
			all = append(all, comparison{t.name(livePrefix(b)), t.name(freshPrefix(b)), t.columns()})
		}
	}
	return firstDifference(ctx, tx, all)
}

// firstDifference is the first row in which one of the tables differs from its
// fresh twin, or nil.
func firstDifference(ctx context.Context, tx *sql.Tx, all []comparison) (*Difference, error) {
	for _, t := range all {
		was, err := firstOnlyIn(ctx, tx, t.live, t.fresh, t.columns)
		if err != nil {
			return nil, err
		}
		is, err := firstOnlyIn(ctx, tx, t.fresh, t.live, t.columns)
		if err != nil {
			return nil, err
		}
		switch {
		case was == nil && is == nil:
			continue
		case was == nil || is != nil && is.event < was.event:
			return &Difference{Table: t.live, Event: is.event, Is: is.text}, nil
		case is == nil || was.event < is.event:
			return &Difference{Table: t.live, Event: was.event, Was: was.text}, nil
		}
		return &Difference{Table: t.live, Event: was.event, Was: was.text, Is: is.text}, nil
	}
	return nil, nil
}

// tableRow is a row of a query table, in words, and the event it is about.
type tableRow struct {
	event uint64
	text  string
}

// firstOnlyIn is the first row that table has and other has not, or nil.
func firstOnlyIn(ctx context.Context, tx *sql.Tx, table, other, columns string) (*tableRow, error) {
	names := strings.Split(columns, ", ")
	values := make([]any, len(names))
	args := make([]any, len(names))
	for i := range values {
		args[i] = &values[i]
	}
	err := tx.QueryRowContext(ctx, `SELECT `+columns+` FROM `+table+` EXCEPT SELECT `+columns+` FROM `+other+
		` ORDER BY `+columns+` LIMIT 1`).Scan(args...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	row := &tableRow{}
	for i, v := range values {
		switch v := v.(type) {
		case int64:
			if i == 0 {
				row.event = uint64(v)
			}
			row.text += fmt.Sprintf(" %s=%d", names[i], v)
		case nil:
			row.text += " " + names[i] + "=none"
		case []byte:
			row.text += fmt.Sprintf(" %s=%x", names[i], v)
		default:
			row.text += fmt.Sprintf(" %s=%q", names[i], v)
		}
	}
	row.text = "(" + strings.TrimSpace(row.text) + ")"
	return row, nil
}
