package record

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
)

// identify refuses a database that is not a record, or is of a version that
// cannot be opened in that mode, and returns the version of its schema. It only
// reads: the file may be another program's.
func (s *sqlStore) identify(ctx context.Context, mode Mode) (version int64, err error) {
	tables, err := countTables(ctx, s.read)
	switch {
	case err != nil:
		return 0, err
	case mode == Create && tables > 0:
		return 0, errors.New("there is a record already: use it, or choose another folder")
	case mode == Create:
		return 0, nil
	case tables == 0:
		return 0, fmt.Errorf("%w at %s: the database is empty; if there was a record, restore its folder from a backup", ErrNoRecord, s.name)
	}
	var application int64
	if err := s.read.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&application); err != nil {
		return 0, err
	}
	if application != sqliteApplication {
		return 0, fmt.Errorf("%w at %s: the file is a database of another program", ErrNoRecord, s.name)
	}
	if err := s.read.QueryRowContext(ctx, `SELECT COALESCE(MAX(version_id), 0) FROM `+versionTable).Scan(&version); err != nil {
		return 0, s.damagedEvents("its schema has no version (%v)", err)
	}
	refuse := func(needs, doing string) error {
		return fmt.Errorf("the record %s is %w: it has schema version %d, and this Temwen %s %d; %s", s.name, ErrSchema, version, needs, sqliteVersion, doing)
	}
	switch {
	case version > sqliteVersion:
		return 0, refuse("knows", "use the newer Temwen that wrote it")
	case version < sqliteVersion && mode == ReadOnly:
		return 0, refuse("needs", `run "temwen rebuild" on its folder once, which brings it up to date`)
	}
	return version, nil
}

// countTables counts tables and indexes, but for the list of migrations, which
// is there before the first one is done.
func countTables(ctx context.Context, q querier) (n int, err error) {
	err = q.QueryRowContext(ctx, `SELECT COUNT(*) FROM sqlite_master
		WHERE tbl_name <> $1 AND name NOT LIKE 'sqlite~_%' ESCAPE '~'`, versionTable).Scan(&n)
	return n, err
}

// check refuses a record that is damaged in a way that shows without reading
// all of it.
func (s *sqlStore) check(ctx context.Context, db *sql.DB, mode Mode) error {
	tx, err := db.BeginTx(ctx, nil) // another process may be writing: see one state of it
	if err != nil {
		return err
	}
	defer tx.Rollback()
	sum, err := schemaSum(ctx, tx)
	if err != nil {
		return err
	}
	if sum != sqliteSum {
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
		WHERE tbl_name <> $1 AND name NOT LIKE 'sqlite~_%' ESCAPE '~' AND tbl_name NOT LIKE 'book~_%' ESCAPE '~' ORDER BY type, name`, versionTable)
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
		var missing uint64
		if err := q.QueryRowContext(ctx, `SELECT CASE WHEN MIN(idx) > 0 THEN 0 ELSE (SELECT MIN(e.idx) + 1 FROM event e
			WHERE NOT EXISTS (SELECT 1 FROM event n WHERE n.idx = e.idx + 1)) END FROM event`).Scan(&missing); err != nil {
			return err
		}
		return s.damagedEvents("event %d is missing: there are %d events, but the last has the index %d", missing, count, size-1)
	}
	if err := q.QueryRowContext(ctx, `SELECT COALESCE(SUM(to_idx - from_idx), 0), COALESCE(MAX(to_idx), 0) FROM command`).Scan(&done, &last); err != nil {
		return err
	}
	if done != size || last != size {
		return s.damagedEvents("the commands done account for %d events and end before the index %d, but there are %d", done, last, size)
	}
	if mode != Repair {
		_, err = s.settled(ctx, q)
	}
	return err
}
