package record

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"
)

// sqlStore is a Store in an SQL database: SQLite, which is the only one there is. Its
// statements keep to what PostgreSQL has too, with parameters written $1, $2, and what
// is SQLite's own is behind dialect; nothing of it was tried on another.
//
// The crash story: Do writes events, query tables and the command's key in one
// transaction, and returns after its commit is on disk. A process that dies
// before has changed nothing; one that dies between the commit and the answer
// finds the answer again under the same key.
type sqlStore struct {
	name    string  // what to call it in messages
	write   *sql.DB // one connection; nil where the store is open for reading
	read    *sql.DB
	salts   io.Reader // read under the write connection only
	dialect dialect
	size    knownSize
	books   []Book
	lingers atomic.Bool // what was erased may still be in the database's log
}

// dialect is what differs between databases. A dialect whose transactions let
// two writers in at once must add the lock that SQLite's "immediate" ones take.
type dialect interface {
	// damage says whether err is the database's way of saying that its file is
	// not what was written.
	damage(err error) bool
	// scrub empties the database's log of what was erased.
	scrub(ctx context.Context, db *sql.DB) error
	// full says whether err is the database's way of saying that the disk is.
	full(err error) bool
	// renew empties tables, also where they can no longer be read.
	renew(ctx context.Context, tx *sql.Tx, tables ...string) error
	// inspect looks at the structure of the given tables and their indexes, or
	// of the whole database, and says what is wrong; empty: nothing.
	inspect(ctx context.Context, q querier, tables ...string) (string, error)
	// scratch lets a connection that reads make temporary tables.
	scratch(ctx context.Context, conn *sql.Conn) error
}

// querier is what *sql.DB, *sql.Conn and *sql.Tx have in common.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// What to do about damage, where it can only have hit the query tables, and
// where it may have hit the record.
const (
	doRebuild = `run "temwen rebuild" on its folder, which makes the query tables anew from the record`
	doRestore = `restore its folder from a backup; "temwen verify" then says whether that is the record that was published`
)

func (s *sqlStore) damagedEvents(format string, args ...any) error {
	return fmt.Errorf("the record %s is %w: %s; %s", s.name, ErrDamaged, fmt.Sprintf(format, args...), doRestore)
}

func (s *sqlStore) damagedTables(format string, args ...any) error {
	return fmt.Errorf("the query tables of the record %s are %w: %s; %s", s.name, ErrDamaged, fmt.Sprintf(format, args...), doRebuild)
}

// wrap says what was being done when err came up, unless err is a sentence about
// the record by itself.
func (s *sqlStore) wrap(err error, doing string, args ...any) error {
	if err == nil {
		return nil
	}
	for _, kind := range []error{ErrDamaged, ErrRefused, ErrNoRecord, ErrSchema, ErrLingers} {
		if errors.Is(err, kind) {
			return err
		}
	}
	if s.dialect.damage(err) {
		// SQLite quotes what it cannot read, over several lines.
		return s.damagedEvents("%s", strings.Join(strings.Fields(err.Error()), " "))
	}
	if s.dialect.full(err) {
		return fmt.Errorf("the record %s: %s: %w; free some space, nothing was lost (%v)", s.name, fmt.Sprintf(doing, args...), ErrFull, err)
	}
	return fmt.Errorf("the record %s: %s: %w", s.name, fmt.Sprintf(doing, args...), err)
}

// Close closes the readers first, so that the writer, as the last to leave,
// puts everything into the one file.
func (s *sqlStore) Close() error {
	err := s.read.Close()
	if s.write != nil {
		err = errors.Join(err, s.write.Close())
	}
	if err != nil {
		return fmt.Errorf("closing the record %s: %w", s.name, err)
	}
	return nil
}

// update runs f in a transaction of the one writer. The context given to f is
// never cancelled, since cancelling it would break the connection in mid-write;
// f watches ctx itself.
func (s *sqlStore) update(ctx context.Context, f func(steady context.Context, tx *sql.Tx) error) error {
	if s.write == nil {
		return ErrReadOnly
	}
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	steady := context.WithoutCancel(ctx)
	tx, err := conn.BeginTx(steady, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := f(steady, tx); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.commit(steady, tx)
}

// Do implements Store.
func (s *sqlStore) Do(ctx context.Context, key string, cmd Command, now time.Time, progress ...Progress) (Result, error) {
	var result Result
	if err := checkName(key); err != nil {
		return result, fmt.Errorf("recording a command: its idempotency key %w", err)
	}
	private, err := newPrivate(now, key)
	if err != nil {
		return result, fmt.Errorf("recording a command: %w", err)
	}
	err = s.update(ctx, func(steady context.Context, tx *sql.Tx) error {
		digest := cmd.Digest()
		var err error
		if result, err = s.earlier(steady, tx, key, digest); err != nil || result.Repeated {
			return err
		}
		size, err := s.settled(steady, tx)
		if err != nil {
			return err
		}
		if _, ok := cmd.(Import); !ok {
			if result, err = s.act(steady, tx, cmd, size, now); err != nil {
				return err
			}
			return insertCommand(steady, tx, key, digest, result, actTime(cmd, now))
		}
		state, err := s.state(steady, tx, cmd)
		if err != nil {
			return err
		}
		changes, err := Decide(state, cmd)
		if err != nil {
			return err
		}
		result = Result{From: size, To: size + uint64(len(changes)), Counts: make(map[string]int)}
		for i := range changes {
			result.Counts[changes[i].Type]++
		}
		if err := s.append(ctx, steady, tx, size, changes, private, progress); err != nil {
			return err
		}
		return insertCommand(steady, tx, key, digest, result, now)
	})
	if err != nil {
		return Result{}, s.wrap(err, "recording a command under the key %q", key)
	}
	switch cmd.(type) {
	case Erase:
		return result, s.wrap(s.scrub(ctx), "erasing")
	case Pad:
		if s.lingers.Load() {
			_ = s.scrub(ctx) // the next one tries again
		}
	}
	return result, nil
}

// settled is the number of events, provided that the query tables hold all.
func (s *sqlStore) settled(ctx context.Context, q querier) (uint64, error) {
	size, err := countEvents(ctx, q)
	if err != nil {
		return 0, err
	}
	var projected uint64
	if err := q.QueryRowContext(ctx, `SELECT events FROM projection`).Scan(&projected); err != nil {
		return 0, err
	}
	if projected != size {
		return 0, s.damagedTables("they hold %d of %d events", projected, size)
	}
	return size, nil
}

func countEvents(ctx context.Context, q querier) (size uint64, err error) {
	err = q.QueryRowContext(ctx, `SELECT COALESCE(MAX(idx) + 1, 0) FROM event`).Scan(&size)
	return size, err
}

// earlier is the result of the command that was done under key, with Repeated
// set, or the zero Result.
func (s *sqlStore) earlier(ctx context.Context, q querier, key string, digest Hash) (Result, error) {
	var r Result
	var was, sum []byte
	var at int64
	err := q.QueryRowContext(ctx, `SELECT digest, from_idx, to_idx, at_micros, sum FROM command WHERE key = $1`, key).
		Scan(&was, &r.From, &r.To, &at, &sum)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return Result{}, nil
	case err != nil:
		return Result{}, err
	case !bytes.Equal(sum, commandSum(key, was, r, at)):
		return Result{}, s.damagedEvents("the result of the command with the key %q has another checksum", key)
	case len(was) > 0 && !bytes.Equal(was, digest[:]): // none: its events were erased
		return Result{}, ErrKeyReused
	}
	r.Repeated = true
	r.Counts = make(map[string]int)
	for from := r.From; from < r.To; {
		page, err := s.events(ctx, q, from, r.To)
		if err != nil {
			return Result{}, err
		}
		for i := range page {
			if what := page[i].What(); what != "" {
				r.Counts[what]++
			}
		}
		from += uint64(len(page))
	}
	return r, nil
}

func insertCommand(ctx context.Context, q querier, key string, digest Hash, r Result, now time.Time) error {
	at := now.UnixMicro()
	_, err := q.ExecContext(ctx, `INSERT INTO command (key, digest, from_idx, to_idx, at_micros, sum) VALUES ($1, $2, $3, $4, $5, $6)`,
		key, digest[:], r.From, r.To, at, commandSum(key, digest[:], r, at))
	return err
}

func commandSum(key string, digest []byte, r Result, at int64) []byte {
	return checksum("command", uint64(at), []byte(key), digest, fmt.Appendf(nil, "%d %d", r.From, r.To))
}

// state is what Decide needs to know for cmd.
func (s *sqlStore) state(ctx context.Context, q querier, cmd Command) (State, error) {
	state := State{Facts: make(map[Ref]Hash), Missions: make(map[string]string)}
	c, ok := cmd.(Import)
	if !ok {
		return state, nil
	}
	rows, err := q.QueryContext(ctx, `SELECT kind, id, hash FROM fact WHERE dossier = $1 AND to_idx IS NULL`, c.Dossier)
	if err != nil {
		return state, err
	}
	defer rows.Close()
	for rows.Next() {
		ref := Ref{Dossier: c.Dossier}
		var hash []byte
		if err := rows.Scan(&ref.Kind, &ref.ID, &hash); err != nil {
			return state, err
		}
		if len(hash) != len(Hash{}) {
			return state, s.damagedTables("the hash of %s has %d bytes", ref, len(hash))
		}
		state.Facts[ref] = Hash(hash)
	}
	if err := rows.Err(); err != nil {
		return state, err
	}
	missions, err := q.QueryContext(ctx, `SELECT id, dossier FROM mission`)
	if err != nil {
		return state, err
	}
	defer missions.Close()
	for missions.Next() {
		var id, dossier string
		if err := missions.Scan(&id, &dossier); err != nil {
			return state, err
		}
		state.Missions[id] = dossier
	}
	return state, missions.Err()
}

// progressStep is how many events pass between two calls of a Progress.
const progressStep = 256

// append writes changes as events from index size on, and into the query
// tables. It stops when ctx is done.
func (s *sqlStore) append(ctx, steady context.Context, tx *sql.Tx, size uint64, changes []Change, private []byte, progress []Progress) error {
	if len(changes) == 0 {
		return nil
	}
	insert, err := tx.PrepareContext(steady, insertEvent)
	if err != nil {
		return err
	}
	defer insert.Close()
	prior, err := tx.PrepareContext(steady, selectPrior)
	if err != nil {
		return err
	}
	defer prior.Close()
	project, err := newProjector(steady, tx, liveTables)
	if err != nil {
		return err
	}
	defer project.close()
	for i := range changes {
		if i%progressStep == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			report(progress, i, len(changes))
		}
		c := &changes[i]
		if c.Type != FactStated {
			if err := s.checkPrior(steady, prior, c); err != nil {
				return err
			}
		}
		e := Event{Index: size + uint64(i), Type: c.Type, Public: c.Public(), Private: private, Salt: make([]byte, saltSize)}
		if _, err := io.ReadFull(s.salts, e.Salt); err != nil {
			return fmt.Errorf("drawing the salt of event %d: %w", e.Index, err)
		}
		if _, err := insert.ExecContext(steady, e.row()...); err != nil {
			return fmt.Errorf("appending event %d: %w", e.Index, err)
		}
		if err := project.apply(steady, e.Index, c); err != nil {
			return fmt.Errorf("entering event %d in the query tables: %w", e.Index, err)
		}
	}
	size += uint64(len(changes))
	if _, err := tx.ExecContext(steady, `UPDATE projection SET events = $1`, size); err != nil {
		return err
	}
	if err := s.booksHold(steady, tx, size); err != nil {
		return err
	}
	report(progress, len(changes), len(changes))
	return nil
}

func report(progress []Progress, done, total int) {
	for _, p := range progress {
		if p != nil {
			p(done, total)
		}
	}
}

// selectPrior finds the event that stated the current version of a fact.
const selectPrior = `SELECT e.idx, e.type, e.public, e.private, e.salt, e.sum
	FROM fact f JOIN event e ON e.idx = f.from_idx
	WHERE f.dossier = $1 AND f.kind = $2 AND f.id = $3 AND f.to_idx IS NULL`

// checkPrior reads the event that c revises or retracts, so that a damaged query
// table cannot put a wrong hash on the record.
func (s *sqlStore) checkPrior(ctx context.Context, prior *sql.Stmt, c *Change) error {
	ref := c.Fact.Ref()
	var row eventRow
	err := prior.QueryRowContext(ctx, ref.Dossier, ref.Kind, ref.ID).Scan(row.columns()...)
	if errors.Is(err, sql.ErrNoRows) {
		return s.damagedTables("they lack the event that stated %s", ref)
	}
	if err != nil {
		return err
	}
	e, err := row.event(uint64(row.index.V))
	if err != nil {
		return s.damagedEvents("%v", err)
	}
	was, err := parse(e.Type, e.Public)
	if err != nil {
		return s.damagedEvents("event %d: %v", e.Index, err)
	}
	if was.Fact.Ref() != ref || was.Fact.Hash() != c.Prior {
		return s.damagedTables("they have another version of %s than its event %d", ref, e.Index)
	}
	return nil
}
