package intake

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"strconv"

	"temwen/record"
)

// View is a part of the inbox.
type View string

// The views. Of threads that were joined to another only the other is listed;
// closed and withdrawn ones are in Ended alone.
const (
	Unread View = "unread" // something the person sent was not opened by anybody
	Mine   View = "mine"   // assigned to Query.Officer
	Ours   View = "ours"   // the person said the last word
	Theirs View = "theirs" // the office did
	Open   View = "open"   // all of the above
	Ended  View = "ended"
)

// Views are all views.
var Views = []View{Unread, Mine, Ours, Theirs, Open, Ended}

// where is the view's condition on the table t; parameter $1 is the officer.
func (v View) where() (string, bool) {
	conditions := map[View]string{
		Unread: `t.listed = 1 AND t.unread > 0`,
		Mine:   `t.listed = 1 AND t.assigned = $1`,
		Ours:   `t.listed = 1 AND t.ours = 1`,
		Theirs: `t.listed = 1 AND t.ours = 0`,
		Open:   `t.listed = 1`,
		Ended:  `t.listed = 0 AND t.joined IS NULL`,
	}
	c, ok := conditions[v]
	return c, ok
}

// Query asks for a page of a view.
type Query struct {
	View    View
	Officer string // for Mine, and for the counts
	After   string // Page.Next of the page before, or empty
	Limit   int    // 50 where 0
	// Only leaves out all but what is assigned to an officer, and Without the
	// threads of these IDs, from the page and from its counts.
	Only    string
	Without []string
}

// limits is the condition of Only and Without on the table t, with its parameters
// from $at on.
func (q *Query) limits(at int) (where string, args []any) {
	if q.Only != "" {
		where, args = fmt.Sprintf(` AND t.assigned = $%d`, at), []any{q.Only}
	}
	for _, id := range q.Without {
		where, args = where+fmt.Sprintf(` AND t.id <> $%d`, at+len(args)), append(args, id)
	}
	return where, args
}

// Page is a page of a view, and how many threads each view has.
type Page struct {
	Threads []Thread
	Next    string // empty at the end
	Counts  map[View]int
}

// Thread is one person's report and what followed, by one receipt code.
type Thread struct {
	ID       string   // opaque; fit for an address
	Number   int      // short, for people to name it: the first is 1
	Since    string   // day, YYYY-MM-DD, that the stage counts from
	Assigned string   // officer, or empty
	Foreign  bool     // marked as not for this office
	Into     string   // the thread it was joined to, or empty
	Joined   []string // threads that were joined to it
	Reply    string   // the person's recipient, age1pq1…
	Items    []Item   // in the order they came; of joined threads, only their own
	Unread   int      // items from the person that nobody opened
	Came     string   // day on which the report came
	Said     string   // day of the last word that both sides know
	Ours     bool     // it was the person's
	Version  uint64   // grows with every deed; see Seen
	Allowing
	// ErasureBy is the officer who has asked that it be erased, and Erasure on
	// what ground; empty where nobody has.
	Erasure, ErasureBy string

	index, last uint64
	asked       uint64 // index of the change of consent that nobody has heeded, or 0
}

// Item is one sealed envelope of a thread.
type Item struct {
	N      int // from 1
	Kind   ItemKind
	Epoch  int // whose key opens it
	Size   int64
	Day    string // YYYY-MM-DD
	By     string // officer, or empty for the person
	Opened bool   // by anybody at the office
}

const threadColumns = `t.idx, t.id, t.number, t.stage, t.since, t.assigned, t.isforeign, COALESCE(j.id, ''), t.reply, t.unread, t.version, t.last, t.ours, t.erasure, t.erasureby, t.held, t.asked, t.allows, t.heeded,
	COALESCE((SELECT day FROM {item} WHERE idx = t.idx), ''), COALESCE((SELECT day FROM {item} WHERE idx = t.last), '')`

const fromThreads = ` FROM {thread} t LEFT JOIN {thread} j ON j.idx = t.joined `

func (th *Thread) scan(rows interface{ Scan(...any) error }) error {
	err := rows.Scan(&th.index, &th.ID, &th.Number, &th.Stage, &th.Since, &th.Assigned, &th.Foreign, &th.Into, &th.Reply, &th.Unread, &th.Version, &th.last, &th.Ours, &th.Erasure, &th.ErasureBy, &th.Held, &th.asked, &th.Allows, &th.Heeded, &th.Came, &th.Said)
	th.Asked = th.asked != 0
	return err
}

// Threads are one page of a view, those with the latest item first, without
// their items. An unknown view is ErrUnknown.
func (in *Intake) Threads(ctx context.Context, q Query) (Page, error) {
	page := Page{Counts: make(map[View]int)}
	where, ok := q.View.where()
	if !ok {
		return page, fmt.Errorf("%w: there is no view %q", ErrUnknown, q.View)
	}
	after := int64(1) << 62
	if q.After != "" {
		var err error
		if after, err = strconv.ParseInt(q.After, 10, 64); err != nil {
			return page, fmt.Errorf("%w: there is no such page", ErrUnknown)
		}
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	err := in.view(ctx, func(t *record.Tables) error {
		// Parameter $1 stands in every query, so that all take the same values.
		limits, args := q.limits(4)
		query := `SELECT ` + threadColumns + fromThreads + `WHERE ` + where + limits + ` AND $1 = $1 AND t.last < $2 ORDER BY t.last DESC LIMIT $3`
		rows, err := t.Query(ctx, query, append([]any{q.Officer, after, limit + 1}, args...)...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var th Thread
			if err := th.scan(rows); err != nil {
				return err
			}
			page.Threads = append(page.Threads, th)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		if len(page.Threads) > limit {
			page.Threads = page.Threads[:limit]
			page.Next = strconv.FormatUint(page.Threads[limit-1].last, 10)
		}
		return page.count(ctx, t, &q)
	})
	return page, err
}

// count counts the threads of each view.
func (p *Page) count(ctx context.Context, t *record.Tables, q *Query) error {
	limits, args := q.limits(2)
	args = append([]any{q.Officer}, args...)
	for _, v := range Views {
		where, _ := v.where()
		var n int
		if _, err := t.Scan(ctx, `SELECT COUNT(*) FROM {thread} t WHERE `+where+limits+` AND $1 = $1`, args, &n); err != nil {
			return err
		}
		p.Counts[v] = n
	}
	return nil
}

// Thread is one thread with its items, or ErrUnknown.
func (in *Intake) Thread(ctx context.Context, id string) (*Thread, error) {
	var th *Thread
	err := in.view(ctx, func(t *record.Tables) (err error) {
		th, err = loadThread(ctx, t, id)
		return err
	})
	return th, err
}

func loadThread(ctx context.Context, t *record.Tables, id string) (*Thread, error) {
	th, err := headOf(ctx, t, id)
	if err != nil {
		return nil, err
	}
	rows, err := t.Query(ctx, `SELECT n, kind, epoch, size, day, officer, opened FROM {item} WHERE thread = $1 AND n IS NOT NULL ORDER BY n`, th.index)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var i Item
		if err := rows.Scan(&i.N, &i.Kind, &i.Epoch, &i.Size, &i.Day, &i.By, &i.Opened); err != nil {
			return nil, err
		}
		th.Items = append(th.Items, i)
	}
	return th, rows.Err()
}

// headOf is a thread without its items.
func headOf(ctx context.Context, t *record.Tables, id string) (*Thread, error) {
	rows, err := t.Query(ctx, `SELECT `+threadColumns+fromThreads+`WHERE t.id = $1`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%w: there is no such thread", ErrUnknown)
	}
	th := new(Thread)
	if err := th.scan(rows); err != nil {
		return nil, err
	}
	if err := rows.Close(); err != nil {
		return nil, err
	}
	return th, joinedTo(ctx, t, th)
}

// AssignedIn is to whom a thread is assigned, and the one it was joined to, as the
// tables of Book say, within the transaction of another command; nobody where there
// is no such thread.
func AssignedIn(ctx context.Context, t *record.Tables, thread string) (officers []string, err error) {
	var own string
	var into sql.Null[string]
	there, err := t.Scan(ctx, `SELECT t.assigned, j.assigned`+fromThreads+`WHERE t.id = $1`, []any{thread}, &own, &into)
	if err != nil || !there {
		return nil, err
	}
	for _, o := range []string{own, into.V} {
		if o != "" {
			officers = append(officers, o)
		}
	}
	return officers, nil
}

func joinedTo(ctx context.Context, t *record.Tables, th *Thread) error {
	rows, err := t.Query(ctx, `SELECT id FROM {thread} WHERE joined = $1 ORDER BY idx`, th.index)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		th.Joined = append(th.Joined, id)
	}
	return rows.Err()
}

// Envelope hands an officer the sealed bytes of an item, and records that it
// did. The caller closes it.
func (in *Intake) Envelope(ctx context.Context, by, thread string, item int) (io.ReadCloser, int64, error) {
	var index sql.Null[uint64]
	err := in.view(ctx, func(t *record.Tables) error {
		there, err := t.Scan(ctx, `SELECT i.idx FROM {item} i JOIN {thread} t ON t.idx = i.thread WHERE t.id = $1 AND i.n = $2`, []any{thread, item}, &index)
		if err == nil && !there {
			err = fmt.Errorf("%w: there is no such item", ErrUnknown)
		}
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	if err := in.Do(ctx, by, handed{Thread: thread, Item: item}); err != nil {
		return nil, 0, err
	}
	return in.open(ctx, index.V)
}
