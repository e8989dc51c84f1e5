// Package record is the single source of truth: the append-only list of what
// happened in the system, and the query tables that are derived from it. A
// command is decided against the state by a pure function (Decide), and what it
// yields is appended in one transaction together with the query tables, so that
// a dossier is on the record whole or not at all. The package must never change
// or remove an event, never keep anything in a query table that the events do
// not say, and never read a clock: the caller gives the time. Start with Event
// (what the record is made of), Change (what an event says), Decide (how a
// command becomes events) and Store (what other packages use); OpenSQLite opens
// one, and package recordtest holds what every backend must pass.
package record

import (
	"context"
	"errors"
	"iter"
	"time"
)

// Store is a record that is kept somewhere. All methods may be called
// concurrently, and a stream may be left early or call other methods while it
// runs. Whatever is read is checked on the way: bytes that are not the bytes
// written yield an error that is ErrDamaged, never another value.
type Store interface {
	// Do decides cmd against the record and appends what it yields, all of it
	// or nothing. It returns when the events are on disk.
	//
	// key names this one execution: 1 to 200 bytes of the caller's choice, for
	// example a random UUID kept until the result is in hand. The same key with
	// the same command returns the earlier result with Repeated set and appends
	// nothing, also where the earlier one appended nothing; the same key with
	// another command is ErrKeyReused. Do not derive it from the command's
	// content: importing A, then B, then A again are three executions.
	//
	// now is when it happens; it is kept in UTC, cut to microseconds. What the
	// command may not do is ErrRefused, with every reason. progress, where
	// given, is called while events are appended.
	Do(ctx context.Context, key string, cmd Command, now time.Time, progress ...Progress) (Result, error)

	// Size is the number of events on the record, which is also its latest
	// edition.
	Size(ctx context.Context) (uint64, error)

	// Events streams the events from index from up to the last one that was on
	// the record when the stream began. To start beyond the end is ErrEdition.
	Events(ctx context.Context, from uint64) iter.Seq2[Event, error]

	// Event is one event; beyond the end, the error is ErrEdition.
	Event(ctx context.Context, index uint64) (Event, error)

	// Several are the events with these indexes, each once, in order; one beyond
	// the end is ErrEdition.
	Several(ctx context.Context, indexes []uint64) ([]Event, error)

	// Facts streams the facts that q asks for, ordered by dossier, kind and ID
	// (bytewise). All of them are of one edition, also while others write.
	Facts(ctx context.Context, q Query) iter.Seq2[Version, error]

	// History is every version of one fact, oldest first; none where the record
	// never held it.
	History(ctx context.Context, ref Ref) ([]Version, error)

	// Dossiers lists the dossiers on file as of an edition (0: the latest), by
	// ID.
	Dossiers(ctx context.Context, edition uint64) ([]OnFile, error)

	// View runs f on the query tables of a book, in one state of the record. f
	// must only read.
	View(ctx context.Context, book string, f func(t *Tables) error) error

	// Together runs f with a context in which every View is in the same state of the
	// record, of whatever book, and Size is that state's: what is remembered by the size is
	// never of another one. They are for one goroutine; one may be within another.
	Together(ctx context.Context, f func(ctx context.Context) error) error

	// Content is the content of an event, checked against its SHA-256; where it
	// has none, or it was erased, the error is ErrNoContent.
	Content(ctx context.Context, index uint64) ([]byte, error)

	// Rebuild reads every event, replays the record into fresh query tables and
	// compares them with those in use, row by row. Where they differ it puts the
	// fresh ones in their place, and then returns a *Difference, which names the
	// first row.
	Rebuild(ctx context.Context, progress ...Progress) (Rebuilt, error)

	// Audit does what Rebuild does for the query tables of the facts, and changes
	// nothing: it may be called on a store that is open for reading. Where they
	// differ from the record, the error is ErrDamaged and names the first row.
	Audit(ctx context.Context, progress ...Progress) (Rebuilt, error)

	// Close releases the store. The record is safe without it.
	Close() error
}

// Progress is told how much of a command is done: done events of total. It is
// called on the goroutine that called Do or Rebuild, and must be quick. That
// all are done does not mean that they are on disk: only a return of Do does.
type Progress func(done, total int)

// Result is what a command did.
type Result struct {
	// From and To are the events it appended, From <= index < To. To is also
	// the first edition that holds them.
	From, To uint64
	// Counts are how many events of each type it appended.
	Counts map[string]int
	// Events are the events that an Act appended; nil where Repeated is set.
	Events []Event
	// Repeated says that the key was used before, and that this is the result
	// of that time.
	Repeated bool
}

// Query says which facts are wanted. The zero Query wants all current ones.
type Query struct {
	// Edition is the number of events that count: 0 for all, and beyond the
	// end of the record an error that is ErrEdition.
	Edition uint64
	// Dossier, Kind and ID, where given, are those of the fact.
	Dossier, Kind, ID string
	// Mission, where given, is the mission that the fact belongs to.
	Mission string
	// Source, where given, is a source that the fact cites.
	Source string
	// KnownBy, where given, is a day counted from 1970-01-01: only facts that
	// were known on that day.
	KnownBy *int32
}

// Version is a fact as it was on the record for a time.
type Version struct {
	Fact
	// From is the index of the event that stated this version; its entry in the
	// ledger has the same index. It is part of all editions greater than From.
	From uint64
	// Until is the index of the event that revised or retracted it, and 0 while
	// nothing has (no event 0 ever does). Facts leaves it 0: as of its edition
	// nothing had.
	Until uint64
	// Recorded is when event From was recorded, UTC. It is private: publish its
	// day at most. It is zero where it was erased.
	Recorded time.Time
}

// OnFile is a dossier that the record holds.
type OnFile struct {
	Dossier  string
	Missions []string // IDs of its missions, sorted
	Facts    int
	Changed  uint64 // index of the last event that stated one of these facts
}

// Rebuilt says how much Rebuild or Audit compared.
type Rebuilt struct {
	Events   uint64 // replayed
	Versions uint64 // versions of facts
}

// Difference is the first row in which a query table was not what the record
// says. When it is returned, the tables have been replaced and are right again.
type Difference struct {
	Table string // name of the query table
	Event uint64 // index of the event that the row is about
	Was   string // the row as it was, or empty
	Is    string // the row as the record says, or empty
}

func (d *Difference) Error() string {
	return "query " + d.what() + "; all query tables have been replaced by what the record says, and nothing else needs doing"
}

// what names the row, and says what is wrong with it.
func (d *Difference) what() string {
	row := func(s string) string {
		if s == "" {
			return "no row"
		}
		return s
	}
	return "table " + d.Table + " had " + row(d.Was) + " where the record says " + row(d.Is)
}

// The kinds of error that a caller may want to tell apart with errors.Is.
var (
	// ErrRefused: the command may not be done; the record is unchanged. The
	// error is a *Refusal.
	ErrRefused = errors.New("refused")
	// ErrKeyReused: the idempotency key was used for another command.
	ErrKeyReused = errors.New("idempotency key was used for another command")
	// ErrEdition: the record does not have that many events.
	ErrEdition = errors.New("no such edition")
	// ErrReadOnly: the store was opened for reading.
	ErrReadOnly = errors.New("the record is open for reading only")
	// ErrDamaged: what is stored is not what was written.
	ErrDamaged = errors.New("damaged")
	// ErrNoRecord: there is no record at that place, or something else is.
	ErrNoRecord = errors.New("no record")
	// ErrSchema: the record was written by another version of Temwen.
	ErrSchema = errors.New("of another version")
	// ErrFull: the disk is full, and nothing was written.
	ErrFull = errors.New("the disk is full")
	// ErrLingers: what was to be erased is, and nothing gives it back; but some of its
	// bytes are on the disk for a while, for somebody reads the database. They go with
	// the next Pad that nobody stands in the way of, and when the store is closed.
	ErrLingers = errors.New("it is erased, but some of its bytes are still on the disk")
	// ErrNoContent: an event has no content, or no longer.
	ErrNoContent = errors.New("no content")
	// ErrLocked: another process holds the store's folder.
	ErrLocked = errors.New("locked")
)
