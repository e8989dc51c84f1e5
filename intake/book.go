package intake

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"

	"temwen/record"
)

const bookName = "intake"

// Book is what this package keeps on the record: open the store with it.
var Book record.Book = book{}

type book struct{}

func (book) Name() string { return bookName }

func (book) Types() []string { return eventTypes }

// Sides of an item: who it is from, and for whom this copy is.
const (
	fromPerson = "person"
	forPerson  = "reply"  // from the office
	forOffice  = "office" // its copies and notes
)

func (book) Tables() []record.Table {
	return []record.Table{{
		Name: "thread",
		Columns: []string{
			"idx BIGINT NOT NULL PRIMARY KEY", // of the event that opened it
			"id TEXT NOT NULL",                // fit for an address
			"number BIGINT NOT NULL",          // 1, 2, 3, ...
			"lookup BLOB NOT NULL",            // SHA-256 of what the person comes back with
			"reply TEXT NOT NULL",
			"stage TEXT NOT NULL",
			"since TEXT NOT NULL",    // day that the stage counts from
			"assigned TEXT NOT NULL", // officer, or empty
			"isforeign BIGINT NOT NULL",
			"joined BIGINT", // idx of the thread it was joined to
			"version BIGINT NOT NULL",
			"last BIGINT NOT NULL", // idx of the last item that both sides know
			"ours BIGINT NOT NULL", // 1: the person said the last word
			"unread BIGINT NOT NULL",
			"items BIGINT NOT NULL",                            // numbers given to the office's items
			"seen BIGINT NOT NULL",                             // numbers given to the person's items
			"listed BIGINT NOT NULL",                           // 1: open and not joined to another
			"erasure TEXT NOT NULL", "erasureby TEXT NOT NULL", // ground and officer, where it was asked for
			"held BIGINT NOT NULL",  // 1: the program tells the person nothing
			"asked BIGINT NOT NULL", // index of the change of consent that no officer has heeded, or 0
			"allows TEXT NOT NULL",  // consent, as an officer read it, or empty
			"heeded TEXT NOT NULL",  // day on which they did, or empty
		},
		Indexes: []string{
			"UNIQUE id", "UNIQUE lookup", "UNIQUE number",
			"listed, last", "listed, ours, last", "listed, assigned, last", "listed, unread, last", "joined", "stage, since", "version", "asked",
		},
	}, {
		Name: "item",
		Columns: []string{
			"idx BIGINT NOT NULL PRIMARY KEY", "thread BIGINT NOT NULL",
			"n BIGINT", "pn BIGINT", // its number for the office and for the person
			"kind TEXT NOT NULL", "side TEXT NOT NULL", "epoch BIGINT NOT NULL", "size BIGINT NOT NULL",
			"day TEXT NOT NULL", "officer TEXT NOT NULL", "opened BIGINT NOT NULL",
			"file BLOB", // SHA-256 of an envelope that is a file of its own
		},
		Indexes: []string{"UNIQUE thread, n", "UNIQUE thread, pn", "file"},
	}, {
		// What the program told the person of a case.
		Name: "word",
		Columns: []string{
			"idx BIGINT NOT NULL PRIMARY KEY", "thread BIGINT NOT NULL",
			"docket TEXT NOT NULL", "about BIGINT NOT NULL", // the case, and the index of what happened to it
			"words TEXT NOT NULL", "ondate TEXT NOT NULL", "until TEXT NOT NULL", "day TEXT NOT NULL",
		},
		Indexes: []string{"UNIQUE thread, about", "docket"},
	}, {
		// Every event about a thread, so that all can be erased.
		Name:    "did",
		Columns: []string{"idx BIGINT NOT NULL PRIMARY KEY", "thread BIGINT NOT NULL"},
		Indexes: []string{"thread"},
	}, {
		Name:    "parcel",
		Columns: []string{"idx BIGINT NOT NULL PRIMARY KEY", "id BLOB NOT NULL", "digest BLOB NOT NULL"},
		Indexes: []string{"UNIQUE id"},
	}}
}

// Enter enters an event in the tables. Where the thread that it is about was
// erased, nothing happens.
func (book) Enter(ctx context.Context, t *record.Tables, e record.Event) error {
	b, err := said(&e)
	if err != nil {
		return err
	}
	en := entering{ctx, t, &e, b}
	if err := en.enter(); err != nil {
		return err
	}
	thread := en.thread()
	if e.What() == reportReceived {
		thread = e.Index
	}
	return en.exec(`INSERT INTO {did} (idx, thread) SELECT $1, idx FROM {thread} WHERE idx = $2`, e.Index, int64(thread))
}

// Forget implements record.Forgetter: all events of a thread are erased together, or
// what the program told of a case.
func (book) Forget(ctx context.Context, t *record.Tables, e record.Event) error {
	if e.What() == wordSent {
		if err := unnumber(ctx, t, e.Index); err != nil {
			return err
		}
	}
	for _, table := range []string{"did", "item", "parcel", "word", "thread"} {
		if _, err := t.Exec(ctx, `DELETE FROM {`+table+`} WHERE idx = $1`, e.Index); err != nil {
			return err
		}
	}
	return nil
}

func (en entering) enter() error {
	switch b := en.b; en.e.What() {
	case reportReceived:
		return en.opened()
	case messageReceived:
		return en.received()
	case threadWithdrawn:
		if err := en.set(`asked = $1`, en.e.Index); err != nil {
			return err
		}
		return en.staged(Withdrawn)
	case replySent:
		return en.replied()
	case replyKept:
		return en.kept(Reply)
	case noteKept:
		return en.kept(Note)
	case envelopeHanded:
		return nil // it is on the record; no page asks for it
	case itemsOpened:
		return en.read()
	case threadStaged:
		return en.staged(b.Stage)
	case threadAssigned:
		return en.set(`assigned = $1`, b.Officer)
	case threadJoined, threadParted:
		return en.joined()
	case erasureAsked:
		return en.set(`erasure = $1, erasureby = $2`, b.Ground, b.By)
	case erasureDropped:
		return en.set(`erasure = '', erasureby = ''`)
	case wordSent:
		return en.worded()
	case wordsHeld:
		return en.set(`held = 1`)
	case wordsReleased:
		return en.set(`held = 0`)
	case consentHeeded:
		return en.set(`asked = 0, allows = $1, heeded = $2`, b.Consent, en.day())
	}
	return fmt.Errorf("%q is not an event of the book %q", en.e.What(), bookName)
}

// entering is one event on its way into the tables.
type entering struct {
	ctx context.Context
	t   *record.Tables
	e   *record.Event
	b   *body
}

// day is the one at the place of the office: the event's own time is in UTC, and to the
// day for what a person did, so that nothing follows from it for a place.
func (en entering) day() string { return en.b.Day }

// thread is the index of the thread that the event is about.
func (en entering) thread() uint64 { return en.b.Thread - 1 }

func (en entering) exec(query string, args ...any) error {
	_, err := en.t.Exec(en.ctx, query, args...)
	return err
}

// threadID is a thread's name in addresses, which nobody can guess and which
// says nothing.
func threadID(opening *record.Event) string {
	sum := sha256.Sum256(append([]byte("temwen thread\n"), opening.Salt...))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

func (en entering) opened() error {
	err := en.exec(`INSERT INTO {thread} (idx, id, number, lookup, reply, stage, since, assigned, isforeign, version, last, ours, unread, items, seen, listed, erasure, erasureby, held, asked, allows, heeded)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '', 0, $8, $9, 1, 1, 1, 1, 1, '', '', 0, 0, '', '')`,
		en.e.Index, threadID(en.e), en.b.Number, en.b.Lookup[:], en.b.Reply, Received, en.day(), en.e.Index, en.e.Index)
	if err != nil {
		return err
	}
	return en.item(en.e.Index, Report, fromPerson, 1, 1)
}

// item adds an item; n and pn are its numbers, 0 for none.
func (en entering) item(thread uint64, kind ItemKind, side string, n, pn int64) error {
	number := func(n int64) any {
		if n == 0 {
			return nil
		}
		return n
	}
	var file []byte
	if en.b.File != nil {
		file = en.b.File.SHA256[:]
	}
	err := en.exec(`INSERT INTO {item} (idx, thread, n, pn, kind, side, epoch, size, day, officer, opened, file) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11)`,
		en.e.Index, thread, number(n), number(pn), kind, side, en.b.Epoch, en.b.Size, en.day(), en.b.By, file)
	if err != nil || en.b.ID == nil {
		return err
	}
	return en.exec(`INSERT INTO {parcel} (idx, id, digest) VALUES ($1, $2, $3)`, en.e.Index, en.b.ID[:], en.b.Digest[:])
}

// numbers are those given so far in a thread, and whether it is there.
func (en entering) numbers() (n, pn int64, there bool, err error) {
	there, err = en.t.Scan(en.ctx, `SELECT items, seen FROM {thread} WHERE idx = $1`, []any{en.thread()}, &n, &pn)
	return n, pn, there, err
}

func (en entering) received() error {
	n, pn, there, err := en.numbers()
	if err != nil || !there {
		return err
	}
	if err := en.item(en.thread(), en.b.Kind, fromPerson, n+1, pn+1); err != nil {
		return err
	}
	if en.b.Kind == Consent {
		if err := en.set(`asked = $1`, en.e.Index); err != nil {
			return err
		}
	}
	return en.set(`items = items + 1, seen = seen + 1, unread = unread + 1, ours = 1, last = $1`, en.e.Index)
}

func (en entering) replied() error {
	_, pn, there, err := en.numbers()
	if err != nil || !there {
		return err
	}
	if err := en.item(en.thread(), Message, forPerson, 0, pn+1); err != nil {
		return err
	}
	return en.set(`seen = seen + 1, ours = 0, last = $1`, en.e.Index)
}

func (en entering) kept(kind ItemKind) error {
	n, _, there, err := en.numbers()
	if err != nil || !there {
		return err
	}
	if err := en.item(en.thread(), kind, forOffice, n+1, 0); err != nil {
		return err
	}
	return en.set(`items = items + 1`)
}

// set changes columns of the event's thread. The last parameters are its own.
func (en entering) set(columns string, args ...any) error {
	n := len(args)
	return en.exec(fmt.Sprintf(`UPDATE {thread} SET %s, version = $%d WHERE idx = $%d`, columns, n+1, n+2),
		append(slices.Clone(args), en.e.Index, en.thread())...)
}

func (en entering) read() error {
	for _, n := range en.b.Items {
		if err := en.exec(`UPDATE {item} SET opened = 1 WHERE thread = $1 AND n = $2`, en.thread(), n); err != nil {
			return err
		}
	}
	// The version stays: nothing has changed that another officer decides by.
	if err := en.exec(`UPDATE {thread} SET unread = (SELECT COUNT(*) FROM {item} i WHERE i.thread = {thread}.idx AND i.side = 'person' AND i.opened = 0) WHERE idx = $1`, en.thread()); err != nil {
		return err
	}
	return en.exec(`UPDATE {thread} SET stage = $1, since = $2 WHERE idx = $3 AND stage = $4`, Read, en.day(), en.thread(), Received)
}

func (en entering) staged(stage Stage) error {
	since := en.b.Since
	if since == "" {
		since = en.day()
	}
	isForeign := 0
	if en.b.Foreign {
		isForeign = 1
	}
	if err := en.set(`stage = $1, since = $2, isforeign = $3`, stage, since, isForeign); err != nil {
		return err
	}
	return en.list()
}

// list brings the column by which threads are listed up to date.
func (en entering) list() error {
	return en.exec(`UPDATE {thread} SET listed = CASE WHEN joined IS NULL AND stage NOT IN ('closed', 'withdrawn') THEN 1 ELSE 0 END WHERE idx = $1`, en.thread())
}

func (en entering) joined() error {
	var into any
	if en.b.Into > 0 {
		into = en.b.Into - 1
	}
	if err := en.set(`joined = $1`, into); err != nil {
		return err
	}
	return en.list()
}
