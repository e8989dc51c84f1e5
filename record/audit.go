package record

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
)

// Audit implements Store. It only reads: the fresh tables are temporary, and go
// with the transaction.
func (s *sqlStore) Audit(ctx context.Context, progress ...Progress) (Rebuilt, error) {
	audited, err := s.audit(ctx, progress)
	return audited, s.wrap(err, "comparing the query tables with the record")
}

func (s *sqlStore) audit(ctx context.Context, progress []Progress) (Rebuilt, error) {
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return Rebuilt{}, err
	}
	defer conn.Close()
	// The connection is thrown away, since others that read may not have
	// temporary tables.
	defer func() { _ = conn.Raw(func(any) error { return driver.ErrBadConn }) }()
	steady := context.WithoutCancel(ctx)
	if err := s.dialect.scratch(steady, conn); err != nil {
		return Rebuilt{}, err
	}
	tx, err := conn.BeginTx(steady, nil)
	if err != nil {
		return Rebuilt{}, err
	}
	defer tx.Rollback()
	return s.auditIn(ctx, steady, tx, progress)
}

func (s *sqlStore) auditIn(ctx, steady context.Context, tx *sql.Tx, progress []Progress) (Rebuilt, error) {
	size, err := s.checkCommands(steady, tx)
	if err != nil {
		return Rebuilt{}, err
	}
	if _, err := s.settled(steady, tx); err != nil {
		return Rebuilt{}, err
	}
	if err := execAll(steady, tx, makeFresh); err != nil {
		return Rebuilt{}, err
	}
	if err := s.replayFacts(ctx, steady, tx, size, progress); err != nil {
		return Rebuilt{}, err
	}
	different, err := firstDifference(steady, tx, compared)
	if err != nil {
		return Rebuilt{}, err
	}
	if different != nil {
		return Rebuilt{}, s.damagedTables("%s", different.what())
	}
	audited := Rebuilt{Events: size}
	err = tx.QueryRowContext(steady, `SELECT COUNT(*) FROM fresh_fact`).Scan(&audited.Versions)
	return audited, err
}

// replayFacts enters the events of facts in the fresh tables. Those of books are
// left alone: who audits need not know all of them.
func (s *sqlStore) replayFacts(ctx, steady context.Context, tx *sql.Tx, size uint64, progress []Progress) error {
	project, err := newProjector(steady, tx, freshTables)
	if err != nil {
		return err
	}
	defer project.close()
	for from := uint64(0); from < size; {
		if err := ctx.Err(); err != nil {
			return err
		}
		report(progress, int(from), int(size))
		page, err := s.events(steady, tx, from, size)
		if err != nil {
			return err
		}
		for i := range page {
			if err := s.replayFact(steady, project, &page[i]); err != nil {
				return err
			}
		}
		from += uint64(len(page))
	}
	report(progress, int(size), int(size))
	return nil
}

func (s *sqlStore) replayFact(ctx context.Context, project *projector, e *Event) error {
	switch e.Type {
	case FactStated, FactRevised, FactRetracted:
	default:
		return nil
	}
	c, err := parse(e.Type, e.Public)
	if err != nil {
		return s.damagedEvents("event %d: %v", e.Index, err)
	}
	if err := project.apply(ctx, e.Index, &c); err != nil {
		return s.damagedEvents("event %d does not follow from those before it: %v", e.Index, err)
	}
	return nil
}

// scratch lets the connection make temporary tables. The record itself stays
// out of its reach, for the file is open for reading.
func (sqliteDialect) scratch(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, `PRAGMA query_only = 0`); err != nil {
		return fmt.Errorf("making room for temporary tables: %w", err)
	}
	return nil
}
