package record

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Book is a part of the record that a room above keeps: the types of its events,
// and the query tables that they fill. The record appends, commits to, replays
// and compares them without knowing what they mean.
//
// A book's tables hold only what its events say. Where their definition is no
// longer the one they were made by, they are dropped and replayed when the
// record is opened for writing: there are no migrations to write.
type Book interface {
	// Name is one lower-case word; a query writes its table "thread" as {thread},
	// which stands for book_<name>_thread.
	Name() string
	// Types are the types of its events, each "words.joined.by.dots", and of no
	// other book.
	Types() []string
	// Tables are its query tables, those that others refer to first.
	Tables() []Table
	// Enter enters one event in the tables. It must depend on nothing but the
	// event and what is in them, and must bear that earlier events were erased.
	Enter(ctx context.Context, t *Tables, e Event) error
}

// Table defines a query table of a book, in SQL that is not SQLite's alone.
type Table struct {
	Name string // one lower-case word
	// Columns are definitions, such as "idx BIGINT NOT NULL PRIMARY KEY". The
	// first is the index of the event that the row is about.
	Columns []string
	// Indexes are lists of columns; one that begins with "UNIQUE " is.
	Indexes []string
}

// Act is a command of a book.
type Act interface {
	Command
	// Book is the name of its book.
	Book() string
	// Daily reports that the time of its events is kept to the day, UTC: for
	// what a person at risk does.
	Daily() bool
	// Decide reads the book's state and says what happens: nothing where it is
	// so already, a *Refusal where it may not be. It changes nothing.
	Decide(ctx context.Context, t *Tables) ([]Draft, error)
}

// Draft is an event that has yet no place, time and salt.
type Draft struct {
	Type string
	// Public is what anyone may read: canonical JSON. Where it is nil the event
	// is sealed: in the ledger all such look alike.
	Public json.RawMessage
	// Body is what stays in the store: canonical JSON, or nil.
	Body json.RawMessage
	// Content is bytes that belong to the event and are too long for it, at most
	// MaxContent, or nil. The event names their SHA-256.
	Content []byte
}

// MaxContent is how many bytes the content of an event may have.
const MaxContent = 1 << 20

// maxBody is how many bytes the body of an event may have.
const maxBody = 256 << 10

// Books are the books that a store keeps, besides the facts.
func Books(books ...Book) Option {
	return func(s *sqlStore) { s.books = append(s.books, books...) }
}

// check reports what is wrong with a draft.
func (d *Draft) check() error {
	if d.Public != nil {
		if err := isCanonical(d.Public); err != nil {
			return fmt.Errorf("the public part of a %s: %w", d.Type, err)
		}
		if len(d.Public) > MaxPublic {
			return fmt.Errorf("the public part of a %s has %d bytes: it may have %d", d.Type, len(d.Public), MaxPublic)
		}
	}
	if d.Body != nil {
		if err := isCanonical(d.Body); err != nil {
			return fmt.Errorf("the body of a %s: %w", d.Type, err)
		}
	}
	if len(d.Body) > maxBody {
		return fmt.Errorf("the body of a %s has %d bytes: it may have %d", d.Type, len(d.Body), maxBody)
	}
	if len(d.Content) > MaxContent {
		return fmt.Errorf("the content of a %s has %d bytes: it may have %d", d.Type, len(d.Content), MaxContent)
	}
	return nil
}

// Tables are the query tables of one book within a transaction. In a query,
// {thread} stands for the table thread, and values are $1, $2.
type Tables struct {
	q        querier
	prefix   string
	prepared map[string]*sql.Stmt
}

func (t *Tables) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := t.prepared[query]; ok {
		return stmt, nil
	}
	stmt, err := t.q.PrepareContext(ctx, t.named(query))
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, query)
	}
	if t.prepared == nil {
		t.prepared = make(map[string]*sql.Stmt)
	}
	t.prepared[query] = stmt
	return stmt, nil
}

// named is a query with the tables' own names.
func (t *Tables) named(query string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(query, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		b.WriteString(t.prefix)
		b.WriteString(name)
		query = after
	}
}

func (t *Tables) close() {
	for _, stmt := range t.prepared {
		stmt.Close()
	}
	t.prepared = nil
}

// Exec changes rows and returns how many. Only Enter may call it.
func (t *Tables) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	stmt, err := t.prepare(ctx, query)
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// Query finds rows. The caller closes them.
func (t *Tables) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := t.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// Scan reads the first row that a query finds, and reports whether there is one.
func (t *Tables) Scan(ctx context.Context, query string, args []any, into ...any) (bool, error) {
	stmt, err := t.prepare(ctx, query)
	if err != nil {
		return false, err
	}
	switch err := stmt.QueryRowContext(ctx, args...).Scan(into...); {
	case errors.Is(err, sql.ErrNoRows):
		return false, nil
	case err != nil:
		return false, err
	}
	return true, nil
}

// name is the table's name under a prefix.
func (t *Table) name(prefix string) string { return prefix + t.Name }

// columns are the names of the columns, as a query lists them.
func (t *Table) columns() string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i], _, _ = strings.Cut(c, " ")
	}
	return strings.Join(names, ", ")
}

// make are the statements that create the table and its indexes.
func (t *Table) make(prefix string, temporary bool) []string {
	create := `CREATE TABLE `
	if temporary {
		create = `CREATE TEMPORARY TABLE `
	}
	statements := []string{create + t.name(prefix) + ` (` + strings.Join(t.Columns, ", ") + `)`}
	for i, columns := range t.Indexes {
		columns, unique := strings.CutPrefix(columns, "UNIQUE ")
		kind := `CREATE INDEX `
		if unique {
			kind = `CREATE UNIQUE INDEX `
		}
		statements = append(statements, fmt.Sprintf(`%s%s_%d ON %s (%s)`, kind, t.name(prefix), i, t.name(prefix), columns))
	}
	return statements
}

// bookPrefix begins the names of all tables of books.
const bookPrefix = "book_"

func livePrefix(b Book) string  { return bookPrefix + b.Name() + "_" }
func freshPrefix(b Book) string { return "fresh_" + livePrefix(b) }

// bookSum identifies the definition of a book's tables.
func bookSum(b Book) []byte {
	h := sha256.New()
	for _, t := range b.Tables() {
		fmt.Fprintf(h, "%q\n", t.make(livePrefix(b), false))
	}
	return h.Sum(nil)
}

// bookOf is the book of an event, or nil.
func (s *sqlStore) bookOf(eventType string) Book {
	for _, b := range s.books {
		if slices.Contains(b.Types(), eventType) {
			return b
		}
	}
	return nil
}

// book is the book of that name.
func (s *sqlStore) book(name string) (Book, error) {
	for _, b := range s.books {
		if b.Name() == name {
			return b, nil
		}
	}
	return nil, fmt.Errorf("%w: the record %s was opened without the book %q", ErrNoBook, s.name, name)
}

// ErrNoBook says that a record was opened without a book that is asked for.
var ErrNoBook = errors.New("no such book")

// View implements Store.
func (s *sqlStore) View(ctx context.Context, book string, f func(t *Tables) error) error {
	b, err := s.book(book)
	if err != nil {
		return err
	}
	err = s.Together(ctx, func(ctx context.Context) error {
		t := &Tables{q: s.reading(ctx).tx, prefix: livePrefix(b)}
		defer t.close()
		return f(t)
	})
	return s.wrap(err, "reading the book %q", book)
}

// readingKey is where a context has the transaction in which a store is read.
type readingKey struct{ *sqlStore }

// reading is the transaction in which a context has the store read, with its size once
// that was asked for.
type reading struct {
	tx    *sql.Tx
	size  uint64
	sized bool
}

// reading is that of a context; nil where it has none.
func (s *sqlStore) reading(ctx context.Context) *reading {
	r, _ := ctx.Value(readingKey{s}).(*reading)
	return r
}

// Together implements Store.
func (s *sqlStore) Together(ctx context.Context, f func(ctx context.Context) error) error {
	if s.reading(ctx) != nil {
		return f(ctx)
	}
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return s.wrap(err, "reading")
	}
	defer tx.Rollback()
	return f(context.WithValue(ctx, readingKey{s}, &reading{tx: tx}))
}

// openBooks makes the tables of books that are new or have changed, and enters
// the events that are not in them yet.
func (s *sqlStore) openBooks(ctx context.Context) error {
	for _, b := range s.books {
		err := s.update(ctx, func(steady context.Context, tx *sql.Tx) error {
			from, err := s.openBook(steady, tx, b)
			if err != nil {
				return err
			}
			return s.catchUpBook(ctx, steady, tx, b, from)
		})
		if err != nil {
			return fmt.Errorf("opening the book %q: %w", b.Name(), err)
		}
	}
	return nil
}

// readBooks refuses a record whose books are not as this version defines them,
// when it is opened for reading only.
func (s *sqlStore) readBooks(ctx context.Context) error {
	for _, b := range s.books {
		var sum []byte
		err := s.read.QueryRowContext(ctx, `SELECT sum FROM book WHERE name = $1`, b.Name()).Scan(&sum)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err != nil || string(sum) != string(bookSum(b)) {
			return fmt.Errorf("the record %s is %w: its book %q is not as this Temwen keeps it; run \"temwen rebuild\" on its folder once, which brings it up to date", s.name, ErrSchema, b.Name())
		}
	}
	return nil
}

// openBook returns how many events are in the book's tables, which are there and
// as defined afterwards.
func (s *sqlStore) openBook(ctx context.Context, tx *sql.Tx, b Book) (uint64, error) {
	var sum []byte
	var events uint64
	err := tx.QueryRowContext(ctx, `SELECT sum, events FROM book WHERE name = $1`, b.Name()).Scan(&sum, &events)
	switch {
	case err == nil && string(sum) == string(bookSum(b)):
		return events, nil
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return 0, err
	}
	if err := dropBook(ctx, tx, b); err != nil {
		return 0, err
	}
	for _, t := range b.Tables() {
		if err := execAll(ctx, tx, t.make(livePrefix(b), false)); err != nil {
			return 0, err
		}
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM book WHERE name = $1`, b.Name()); err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO book (name, sum, events) VALUES ($1, $2, 0)`, b.Name(), bookSum(b))
	return 0, err
}

// dropBook drops whatever tables a book has in the database.
func dropBook(ctx context.Context, tx *sql.Tx, b Book) error {
	rows, err := tx.QueryContext(ctx, `SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, $1) = $2`,
		len(livePrefix(b)), livePrefix(b))
	if err != nil {
		return err
	}
	defer rows.Close()
	var drop []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		drop = append(drop, `DROP TABLE `+name)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	return execAll(ctx, tx, drop)
}

func (s *sqlStore) catchUpBook(ctx, steady context.Context, tx *sql.Tx, b Book, from uint64) error {
	size, err := countEvents(steady, tx)
	if err != nil || from >= size {
		return err
	}
	t := &Tables{q: tx, prefix: livePrefix(b)}
	defer t.close()
	for from < size {
		if err := ctx.Err(); err != nil {
			return err
		}
		page, err := s.events(steady, tx, from, size)
		if err != nil {
			return err
		}
		for _, e := range page {
			if !slices.Contains(b.Types(), e.What()) {
				continue
			}
			if err := b.Enter(steady, t, e); err != nil {
				return s.damagedEvents("event %d does not follow from those before it: %v", e.Index, err)
			}
		}
		from += uint64(len(page))
	}
	_, err = tx.ExecContext(steady, `UPDATE book SET events = $1 WHERE name = $2`, size, b.Name())
	return err
}

// booksHold notes that the tables of all books hold the first size events.
func (s *sqlStore) booksHold(ctx context.Context, tx *sql.Tx, size uint64) error {
	for _, b := range s.books {
		if _, err := tx.ExecContext(ctx, `UPDATE book SET events = $1 WHERE name = $2`, size, b.Name()); err != nil {
			return err
		}
	}
	return nil
}

// settledBook refuses a book whose tables do not hold all events.
func (s *sqlStore) settledBook(ctx context.Context, tx *sql.Tx, b Book, size uint64) error {
	var events uint64
	if err := tx.QueryRowContext(ctx, `SELECT events FROM book WHERE name = $1`, b.Name()).Scan(&events); err != nil {
		return err
	}
	if events != size {
		return s.damagedTables("those of the book %q hold %d of %d events", b.Name(), events, size)
	}
	return nil
}
