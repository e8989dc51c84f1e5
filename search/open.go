package search

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	sqlite "modernc.org/sqlite"

	"temwen/when"
)

// ErrStale says that an index was made from something else, or by another
// version; it is to be built anew.
var ErrStale = errors.New("the search index is of something else")

// ErrClosed says that an index was closed.
var ErrClosed = errors.New("the search index is closed")

// Index finds entries. Its methods may be called concurrently.
type Index struct {
	mu     sync.RWMutex // held for writing by Close
	closed bool
	db     *sql.DB
	keep   *sql.DB // keeps an index in memory alive

	entries     int
	title, body float64 // average words of a text
	vocabulary  vocabulary
	days        []firstOf // the latest first
}

// firstOf is the lowest number of the entries known from a day.
type firstOf struct {
	known when.Day
	id    int64
}

// Open opens the index in a file for reading. It errs with ErrStale where the
// file was made with another stamp, and with fs.ErrNotExist where there is none.
func Open(ctx context.Context, path, stamp string) (*Index, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("opening a search index: %w", err)
	}
	// Nobody changes a file under its name: a new one takes its place.
	return open(ctx, fileName(path)+"&mode=ro&immutable=1", stamp, nil)
}

func open(ctx context.Context, name, stamp string, keep *sql.DB) (*Index, error) {
	db, err := connect(name+"&_query_only=1&_pragma=mmap_size(4294967296)&_pragma=cache_size(-8192)", max(4, runtime.GOMAXPROCS(0)))
	x := &Index{db: db, keep: keep}
	if err == nil {
		err = x.load(ctx, stamp)
	}
	if err != nil {
		_ = x.Close() // the first error is the one to tell
		return nil, fmt.Errorf("opening a search index: %w", err)
	}
	return x, nil
}

// load reads what is kept in memory: the words and the days.
func (x *Index) load(ctx context.Context, stamp string) error {
	var made int
	var from string
	err := x.db.QueryRowContext(ctx, `SELECT format, stamp, entries, title, body FROM about`).
		Scan(&made, &from, &x.entries, &x.title, &x.body)
	if err != nil {
		return err
	}
	if made != format || from != stamp {
		return ErrStale
	}
	err = x.each(ctx, `SELECT known, first FROM day ORDER BY known DESC`, func(rows *sql.Rows) error {
		var d firstOf
		err := rows.Scan(&d.known, &d.id)
		x.days = append(x.days, d)
		return err
	})
	if err != nil {
		return err
	}
	return x.each(ctx, `SELECT id, word, shown, entries, known FROM word ORDER BY word`, func(rows *sql.Rows) error {
		var id, entries uint32
		var word, shown string
		var known when.Day
		err := rows.Scan(&id, &word, &shown, &entries, &known)
		x.vocabulary.add(id, word, shown, entries, known)
		return err
	})
}

// each calls f for each row of a query.
func (x *Index) each(ctx context.Context, query string, f func(*sql.Rows) error, args ...any) error {
	rows, err := x.db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Entries is how many entries the index has.
func (x *Index) Entries() int { return x.entries }

// Close ends the index once every search that is under way has ended.
func (x *Index) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		return nil
	}
	x.closed = true
	var errs []error
	for _, db := range []*sql.DB{x.db, x.keep} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// from is the lowest number of the entries known by a day, and whether any is.
func (x *Index) from(day when.Day) (int64, bool) {
	i, _ := slices.BinarySearchFunc(x.days, day, func(d firstOf, day when.Day) int {
		if d.known > day {
			return -1
		}
		return 1
	})
	if i == len(x.days) {
		return 0, false
	}
	return x.days[i].id, true
}

// entry is the stored entry of a number.
func (x *Index) entry(ctx context.Context, id int64) (*Entry, error) {
	var blob []byte
	if err := x.db.QueryRowContext(ctx, `SELECT entry FROM entry WHERE id = $1`, id).Scan(&blob); err != nil {
		return nil, err
	}
	var s stored
	if err := json.Unmarshal(blob, &s); err != nil {
		return nil, err
	}
	e := &Entry{Dossier: s.Dossier, Kind: s.Kind, ID: s.ID, Mission: s.Mission, Known: when.Day(s.Known), Title: s.Title, Body: s.Body}
	for _, p := range s.Places {
		p.Place.From = when.Day(p.From)
		e.Places = append(e.Places, p.Place)
	}
	return e, nil
}

// connect is a pool of connections to a database of that name.
func connect(name string, connections int) (*sql.DB, error) {
	connector, err := sqlite.NewConnector(name + "&_busy_timeout=10000&_defensive=1&_dqs=0&_pragma=trusted_schema(0)")
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// fileName names the database in a file.
func fileName(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/...
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: "_txlock=immediate"}
	return u.String()
}

var memories atomic.Int64

// memoryName names a new database in memory, which lasts as long as somebody is
// connected to it.
func memoryName() string {
	return "file:/search-" + strconv.FormatInt(memories.Add(1), 10) + "?vfs=memdb"
}
