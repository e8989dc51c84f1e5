package record

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/pressly/goose/v3"
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
// index. What is in a row is checked when it is read, and all of it by Rebuild.
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
		"_busy_timeout=10000", // milliseconds; another process is at most finishing
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
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

func (s *sqlStore) openSQLite(ctx context.Context, path string, mode Mode) error {
	dsn, err := sqliteDSN(path, "mode=ro", "_query_only=1", "_pragma=cell_size_check(1)")
	if err != nil {
		return err
	}
	if s.read, err = openPool(dsn, max(4, runtime.GOMAXPROCS(0))); err != nil {
		return err
	}
	if mode == ReadOnly {
		return s.check(ctx, s.read, mode)
	}
	foreignKeys, cellCheck := "_foreign_keys=1", "_pragma=cell_size_check(1)"
	if mode == Repair {
		// So that dropping a table reads as little of it as possible.
		foreignKeys, cellCheck = "_foreign_keys=0", "_pragma=cell_size_check(0)"
	}
	dsn, err = sqliteDSN(path, "mode=rw", "_journal_mode=WAL", "_synchronous=FULL", "_txlock=immediate", foreignKeys, cellCheck,
		"_pragma=journal_size_limit(67108864)", // bytes; an import's log is not kept at its full size
		"_pragma=fullfsync(1)",                 // macOS: to the platter
	)
	if err != nil {
		return err
	}
	if s.write, err = openPool(dsn, 1); err != nil {
		return err
	}
	if mode != Create {
		return s.check(ctx, s.write, mode)
	}
	if tables, err := countTables(ctx, s.write); err != nil {
		return err
	} else if tables > 0 {
		return errors.New("there is a record already: use it, or choose another folder")
	}
	return s.migrate(ctx)
}

// countTables counts tables and indexes, but for the list of migrations, which
// is there before the first one is done.
func countTables(ctx context.Context, q querier) (n int, err error) {
	err = q.QueryRowContext(ctx, `SELECT COUNT(*) FROM sqlite_master
		WHERE tbl_name <> $1 AND name NOT LIKE 'sqlite~_%' ESCAPE '~'`, versionTable).Scan(&n)
	return n, err
}

//go:embed schema/sqlite/*.sql
var sqliteSchema embed.FS

const (
	// sqliteApplication is the application_id of a record's file: "Temw".
	sqliteApplication = 1415933303
	// sqliteVersion is the version of the schema, which is the last migration,
	// and sqliteSum the hash of what they make, as schemaSum finds it.
	sqliteVersion = 2
	sqliteSum     = "dfc417477a68699466b8e681cdca8c085c2fa65e526f87ae94aa41b4329360ce"
	// versionTable is where the migrations done are listed.
	versionTable = "schema_version"
)

func migrations(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(sqliteSchema, "schema/sqlite")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, files,
		goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
}

// migrate brings the schema up to this version, and then the query tables,
// which a migration may have made anew, up to the record.
func (s *sqlStore) migrate(ctx context.Context) error {
	provider, err := migrations(s.write)
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bringing its schema up to version %d: %w", sqliteVersion, err)
	}
	return s.catchUp(ctx)
}

// catchUp enters the events that are not yet in the query tables.
func (s *sqlStore) catchUp(ctx context.Context) error {
	return s.update(ctx, func(steady context.Context, tx *sql.Tx) error {
		size, err := countEvents(steady, tx)
		if err != nil {
			return err
		}
		var projected uint64
		if err := tx.QueryRowContext(steady, `SELECT events FROM projection`).Scan(&projected); err != nil {
			return err
		}
		if projected == size {
			return nil
		}
		if err := s.replay(ctx, steady, tx, liveTables, projected, size, nil); err != nil {
			return err
		}
		_, err = tx.ExecContext(steady, `UPDATE projection SET events = $1`, size)
		return err
	})
}

// check refuses a database that is not a record, is of another version, or is
// damaged in a way that shows without reading all of it; an older one that may
// be written is migrated.
func (s *sqlStore) check(ctx context.Context, db *sql.DB, mode Mode) error {
	tables, err := countTables(ctx, db)
	if err != nil {
		return err
	}
	if tables == 0 {
		return fmt.Errorf("%w at %s: the database is empty; if there was a record, restore its folder from a backup", ErrNoRecord, s.name)
	}
	var application int64
	if err := db.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&application); err != nil {
		return err
	}
	if application != sqliteApplication {
		return fmt.Errorf("%w at %s: the file is a database of another program", ErrNoRecord, s.name)
	}
	var version int64
	if err := db.QueryRowContext(ctx, `SELECT COALESCE(MAX(version_id), 0) FROM `+versionTable).Scan(&version); err != nil {
		return s.damagedEvents("its schema has no version (%v)", err)
	}
	switch {
	case version > sqliteVersion:
		return fmt.Errorf("the record %s is %w: it has schema version %d, and this Temwen knows %d; use the newer Temwen that wrote it", s.name, ErrSchema, version, sqliteVersion)
	case version < sqliteVersion && mode == ReadOnly:
		return fmt.Errorf("the record %s is %w: it has schema version %d, and this Temwen needs %d; run \"temwen rebuild\" on its folder once, which brings it up to date", s.name, ErrSchema, version, sqliteVersion)
	case version < sqliteVersion:
		if err := s.migrate(ctx); err != nil {
			return err
		}
	}
	tx, err := db.BeginTx(ctx, nil) // another process may be writing: see one state of it
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if sum, err := schemaSum(ctx, tx); err != nil {
		return err
	} else if sum != sqliteSum {
		return s.damagedEvents("its schema is not the one of version %d", sqliteVersion)
	}
	if err := s.checkStructure(ctx, tx, mode); err != nil {
		return err
	}
	return s.checkGaps(ctx, tx, mode)
}

// schemaSum is the hash of the schema as the database has it.
func schemaSum(ctx context.Context, q querier) (string, error) {
	rows, err := q.QueryContext(ctx, `SELECT type, name, tbl_name, COALESCE(sql, '') FROM sqlite_master
		WHERE tbl_name <> $1 AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY type, name`, versionTable)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	h := sha256.New()
	for rows.Next() {
		var kind, name, table, text string
		if err := rows.Scan(&kind, &name, &table, &text); err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%q %q %q %q\n", kind, name, table, text)
	}
	return hex.EncodeToString(h.Sum(nil)), rows.Err()
}

// checkedOnOpen is the size in bytes up to which a file is looked through when
// it is opened: it takes about 7 ms for each MiB.
const checkedOnOpen = 64 << 20

func (s *sqlStore) checkStructure(ctx context.Context, q querier, mode Mode) error {
	var pages, size int64
	if err := q.QueryRowContext(ctx, `PRAGMA page_count`).Scan(&pages); err != nil {
		return err
	}
	if err := q.QueryRowContext(ctx, `PRAGMA page_size`).Scan(&size); err != nil {
		return err
	}
	if pages*size > checkedOnOpen && mode != Repair {
		return nil
	}
	inEvents, err := s.dialect.inspect(ctx, q, "event", "command")
	if err != nil {
		return err
	}
	if inEvents != "" {
		return s.damagedEvents("%s", inEvents)
	}
	if mode == Repair {
		return nil
	}
	anywhere, err := s.dialect.inspect(ctx, q)
	if err != nil {
		return err
	}
	if anywhere != "" {
		return s.damagedTables("%s", anywhere)
	}
	return nil
}

// checkGaps compares the number of events with their last index, with what the
// commands done account for, and with what is in the query tables. None of it
// reads the events themselves.
func (s *sqlStore) checkGaps(ctx context.Context, q querier, mode Mode) error {
	size, err := countEvents(ctx, q)
	if err != nil {
		return err
	}
	var count, done, last uint64
	if err := q.QueryRowContext(ctx, `SELECT COUNT(*) FROM event`).Scan(&count); err != nil {
		return err
	}
	if count != size {
		return s.damagedEvents("there are %d events, but the last has the index %d", count, size-1)
	}
	if err := q.QueryRowContext(ctx, `SELECT COALESCE(SUM(to_idx - from_idx), 0), COALESCE(MAX(to_idx), 0) FROM command`).Scan(&done, &last); err != nil {
		return err
	}
	if done != size || last != size {
		return s.damagedEvents("the commands done account for %d events, the last with the index %d, but there are %d", done, last-1, size)
	}
	if mode != Repair {
		_, err = s.settled(ctx, q)
	}
	return err
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

// renew drops the tables and makes them again by the same words, since deleting
// from a table reads it.
func (sqliteDialect) renew(ctx context.Context, tx *sql.Tx, tables ...string) error {
	var again []string
	for _, table := range tables {
		rows, err := tx.QueryContext(ctx, `SELECT sql FROM sqlite_master WHERE tbl_name = $1 AND sql IS NOT NULL ORDER BY type DESC`, table)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var statement string
			if err := rows.Scan(&statement); err != nil {
				return err
			}
			again = append(again, statement)
		}
		if err := rows.Err(); err != nil {
			return err
		}
	}
	for _, table := range tables {
		if _, err := tx.ExecContext(ctx, `DROP TABLE `+table); err != nil {
			return err
		}
	}
	return execAll(ctx, tx, again)
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
