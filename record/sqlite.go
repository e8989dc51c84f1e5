package record

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	sqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Mode is what a record is opened for.
type Mode int

const (
	// ReadOnly opens a record that is there. Any number of processes may, also
	// while another one writes.
	ReadOnly Mode = iota
	// ReadWrite opens a record that is there, and brings its schema up to this
	// version. One process may at a time: see TakeLock.
	ReadWrite
	// Create makes a new, empty record; it is an error where one is there.
	Create
	// Repair is ReadWrite for Rebuild: it also opens a record whose query tables
	// are damaged, if only the events are whole.
	Repair
)

// Option is a setting of a store that has a good default.
type Option func(*sqlStore)

// Salts makes a store draw the salts of events from r instead of crypto/rand.
// Only tests have a reason to.
func Salts(r io.Reader) Option { return func(s *sqlStore) { s.salts = r } }

// OpenSQLite opens the record in the SQLite file at path. A file that is
// missing or something else is ErrNoRecord, one that was damaged is ErrDamaged,
// and one of a newer Temwen (or of an older one, in mode ReadOnly) is ErrSchema;
// each error is a sentence that says what to do.
//
// It checks that the schema is the one it knows, that the indexes of the events
// have no gap, and, in a file of up to 64 MiB, the structure of every table and
// index: in a larger one, a fact that a damaged index no longer leads to is
// missed only by Rebuild. What is in a row is checked whenever it is read.
// Damage to the write-ahead log beside the file looks as if its last commits
// had not been; that the ledger has more entries than the record has events
// tells.
func OpenSQLite(ctx context.Context, path string, mode Mode, options ...Option) (Store, error) {
	s := &sqlStore{name: path, salts: rand.Reader, dialect: sqliteDialect{}}
	for _, option := range options {
		option(s)
	}
	if err := checkFile(path, mode); err != nil {
		return nil, err
	}
	if err := s.openSQLite(ctx, path, mode); err != nil {
		s.closeAll()
		return nil, s.wrap(err, "opening")
	}
	return s, nil
}

// closeAll closes what was opened of a store that will not do.
func (s *sqlStore) closeAll() {
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			db.Close()
		}
	}
}

// checkFile looks at a file before SQLite does, and makes it where it is wanted,
// readable by its owner only.
func checkFile(path string, mode Mode) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		if mode == Create {
			f, err = os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_EXCL, 0o600)
			if err != nil {
				return fmt.Errorf("creating a record: %w", err)
			}
			return f.Close()
		}
		return fmt.Errorf("%w at %s: make one with \"temwen init\", or name the folder that has it with --dir", ErrNoRecord, path)
	}
	if err != nil {
		return fmt.Errorf("opening a record: %w", err)
	}
	defer f.Close()
	const magic = "SQLite format 3\x00"
	start := make([]byte, len(magic))
	n, err := io.ReadFull(f, start)
	switch {
	case n == 0 && mode == Create:
		return nil // left by a Create that was killed
	case err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("reading the record %s: %w", path, err)
	case n == 0:
		return fmt.Errorf("%w at %s: the file is empty; if there was a record, restore its folder from a backup", ErrNoRecord, path)
	case !bytes.Equal(start[:n], []byte(magic)[:n]) || n < len(magic):
		return fmt.Errorf("%w at %s: the file is not a database; if there was a record, restore its folder from a backup", ErrNoRecord, path)
	}
	return nil
}

// still reports whether a file does not change while it is read: its folder
// cannot be written by this process, so that it cannot tell a writer that it
// reads, and no writer has it open, for then its write-ahead log is there.
func still(path string) bool {
	_, err := os.Stat(path + "-wal")
	return errors.Is(err, fs.ErrNotExist) && !writable(filepath.Dir(path))
}

// busyTimeout is how long a lock is waited for, in milliseconds: another process is at
// most finishing.
const busyTimeout = "10000"

// sqliteDSN is the address of a database file with the settings that every
// connection has.
func sqliteDSN(path string, settings ...string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/...
	}
	settings = append(settings,
		"_busy_timeout="+busyTimeout,
		"_defensive=1",
		"_dqs=0",
		"_pragma=trusted_schema(0)",
		"_pragma=cache_size(-16000)", // KiB
	)
	u := url.URL{Scheme: "file", Path: path, RawQuery: strings.Join(settings, "&")}
	return u.String(), nil
}

func openPool(dsn string, connections int) (*sql.DB, error) {
	connector, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(keeping{connector})
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

func (s *sqlStore) openSQLite(ctx context.Context, path string, mode Mode) error {
	settings := []string{"mode=ro", "_query_only=1", "_pragma=cell_size_check(1)"}
	if mode == ReadOnly && still(path) {
		settings = append(settings, "immutable=1")
	}
	dsn, err := sqliteDSN(path, settings...)
	if err != nil {
		return err
	}
	if s.read, err = openPool(dsn, max(4, runtime.GOMAXPROCS(0))); err != nil {
		return err
	}
	version, err := s.identify(ctx, mode)
	if err != nil {
		return err
	}
	if mode == ReadOnly {
		if err := s.check(ctx, s.read, mode); err != nil {
			return err
		}
		return s.readBooks(ctx)
	}
	foreignKeys, cellCheck := "_foreign_keys=1", "_pragma=cell_size_check(1)"
	if mode == Repair {
		// So that dropping a table reads as little of it as possible.
		foreignKeys, cellCheck = "_foreign_keys=0", "_pragma=cell_size_check(0)"
	}
	dsn, err = sqliteDSN(path, "mode=rw", "_journal_mode=WAL", "_synchronous=FULL", "_txlock=immediate", foreignKeys, cellCheck,
		"_pragma=journal_size_limit(67108864)", // bytes; an import's log is not kept at its full size
		"_pragma=fullfsync(1)",                 // macOS: to the platter
		"_pragma=secure_delete(1)",             // what is erased is overwritten
	)
	if err != nil {
		return err
	}
	if s.write, err = openPool(dsn, 1); err != nil {
		return err
	}
	s.lingers.Store(true) // a process that was killed may have left something
	if version < sqliteVersion {
		if err := s.migrate(ctx); err != nil {
			return err
		}
	}
	if err := s.check(ctx, s.write, mode); err != nil || mode == Repair {
		return err
	}
	return s.openBooks(ctx)
}

// sqliteDialect is what SQLite has of its own.
type sqliteDialect struct{}

func (sqliteDialect) damage(err error) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Code() & 0xff { // without the extension
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return true
	case sqlite3.SQLITE_ERROR: // a header that no SQLite ever wrote
		return strings.Contains(e.Error(), "unsupported file format")
	}
	return false
}

func (sqliteDialect) scrub(ctx context.Context, db *sql.DB) (err error) {
	// Whoever reads a page is gone in a moment; whoever reads everything is not waited for.
	if _, err := db.ExecContext(ctx, `PRAGMA busy_timeout = 1000`); err != nil {
		return err
	}
	defer func() {
		_, set := db.ExecContext(context.WithoutCancel(ctx), `PRAGMA busy_timeout = `+busyTimeout)
		err = errors.Join(err, set)
	}()
	var busy, log, done int
	if err := db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &log, &done); err != nil {
		return err
	}
	if busy != 0 {
		return errors.New("somebody reads the database")
	}
	return nil
}

func (sqliteDialect) full(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code()&0xff == sqlite3.SQLITE_FULL || e.Code() == sqlite3.SQLITE_IOERR_WRITE)
}

// renew drops the tables and makes them again by the same words, since deleting
// from a table reads it.
func (sqliteDialect) renew(ctx context.Context, tx *sql.Tx, tables ...string) error {
	var statements []string
	for _, table := range tables {
		statements = append(statements, `DROP TABLE `+table)
	}
	for _, table := range tables {
		made, err := definition(ctx, tx, table)
		if err != nil {
			return err
		}
		statements = append(statements, made...)
	}
	return execAll(ctx, tx, statements)
}

// definition is the statements that made a table and its indexes.
func definition(ctx context.Context, tx *sql.Tx, table string) (statements []string, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT sql FROM sqlite_master WHERE tbl_name = $1 AND sql IS NOT NULL ORDER BY type DESC`, table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var statement string
		if err := rows.Scan(&statement); err != nil {
			return nil, err
		}
		statements = append(statements, statement)
	}
	return statements, rows.Err()
}

func (sqliteDialect) inspect(ctx context.Context, q querier, tables ...string) (string, error) {
	if len(tables) == 0 {
		tables = []string{"1"} // of the whole database, the first thing that is wrong
	}
	for _, table := range tables {
		var wrong string
		if err := q.QueryRowContext(ctx, `PRAGMA integrity_check(`+table+`)`).Scan(&wrong); err != nil {
			return "", err
		}
		if wrong != "ok" {
			return strings.ReplaceAll(strings.TrimPrefix(wrong, "*** in database main ***\n"), "\n", "; "), nil
		}
	}
	return "", nil
}
