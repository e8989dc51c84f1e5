package office

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"temwen/locale"
	"temwen/record"
)

const bookName = "office"

// Book is what this package keeps on the record: open the store with it.
var Book record.Book = book{}

// book keeps the state in parts, each a row, so that an event that is about one
// officer reads and writes no more than that officer. What a row says is the
// state's own JSON; how it changes is Apply's alone to know.
type book struct{}

func (book) Name() string { return bookName }

func (book) Types() []string {
	var types []string
	for _, e := range eventTypes {
		types = append(types, e.Type())
	}
	return types
}

func (book) Tables() []record.Table {
	return []record.Table{{
		Name: "part",
		Columns: []string{
			"idx BIGINT NOT NULL",   // of the event that changed it last
			"kind TEXT NOT NULL",    // see below
			"id TEXT NOT NULL",      // its ID or number
			"place BIGINT NOT NULL", // index of the event that made it
			"body BLOB NOT NULL",    // JSON; of a wrap, the file
		},
		Indexes: []string{"UNIQUE kind, id"},
	}, {
		Name: "deed",
		Columns: []string{
			"idx BIGINT NOT NULL PRIMARY KEY",
			"officer TEXT NOT NULL", // who did it; Operator, or empty
			"type TEXT NOT NULL",
			"about TEXT NOT NULL", // the officer it was done to, or empty
			"micros BIGINT NOT NULL",
		},
		Indexes: []string{"officer, idx"},
	}}
}

// The kinds of parts.
const (
	partOffice   = "office"
	partEpoch    = "epoch"
	partWrap     = "wrap" // its ID is "epoch officer", without officer for the recovery recipient
	partOfficer  = "officer"
	partInvite   = "invite"
	partRecovery = "recovery"
)

// Enter implements record.Book.
func (book) Enter(ctx context.Context, t *record.Tables, e record.Event) error {
	n, err := parseNote(e.What(), e.Body)
	if err != nil {
		return err
	}
	if _, err := t.Exec(ctx, `INSERT INTO {deed} (idx, officer, type, about, micros) VALUES ($1, $2, $3, $4, $5)`,
		e.Index, n.By, e.What(), about(n.Event), e.Time.UnixMicro()); err != nil {
		return err
	}
	if changesNothing(n.Event) {
		return nil
	}
	p, err := loadParts(ctx, t, touched(n))
	if err != nil {
		return err
	}
	s, err := p.state()
	if err != nil {
		return err
	}
	s.Apply(n, e.Time)
	after, err := partsOf(s)
	if err != nil {
		return err
	}
	return p.save(ctx, t, after, e.Index)
}

// about is the officer whom an event is done to.
func about(e Event) string {
	switch e := e.(type) {
	case *HasJoined:
		return e.Officer.ID
	case *WasAdmitted:
		return e.Officer
	case *WasRemoved:
		return e.Officer
	case *RolesGiven:
		return e.Officer
	case *Recovered:
		return e.Officer
	}
	return ""
}

func changesNothing(e Event) bool {
	switch e.(type) {
	case *SignedIn, *SignedOut:
		return true
	}
	return false
}

// touched is the officer who alone is changed by an event, or empty where more
// may be.
func touched(n Note) string {
	switch n.Event.(type) {
	case *PassphraseChanged, *TOTPSet, *PasskeyAdded, *PasskeyUsed, *PasskeyDropped:
		return n.By
	}
	return ""
}

// partKey names a part.
type partKey struct{ kind, id string }

// part is a row of the table.
type part struct {
	place uint64 // orders those of a kind
	body  string
}

// parts are rows by their key.
type parts map[partKey]part

// loadParts reads all parts, or only those of an officer and of the office
// itself.
func loadParts(ctx context.Context, t *record.Tables, officer string) (parts, error) {
	query, args := `SELECT kind, id, place, body FROM {part}`, []any(nil)
	if officer != "" {
		query, args = query+` WHERE kind = $1 AND id = $2 OR kind = $3`, []any{partOfficer, officer, partOffice}
	}
	rows, err := t.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	p := make(parts)
	for rows.Next() {
		var k partKey
		var place uint64
		var body sql.RawBytes
		if err := rows.Scan(&k.kind, &k.id, &place, &body); err != nil {
			return nil, err
		}
		p[k] = part{place, string(body)}
	}
	return p, rows.Err()
}

// save writes what differs from p.
func (p parts) save(ctx context.Context, t *record.Tables, after parts, index uint64) error {
	for _, k := range sortedKeys(p) {
		if _, kept := after[k]; kept {
			continue
		}
		if _, err := t.Exec(ctx, `DELETE FROM {part} WHERE kind = $1 AND id = $2`, k.kind, k.id); err != nil {
			return err
		}
	}
	for _, k := range sortedKeys(after) {
		is := after[k].body
		switch was, there := p[k]; {
		case !there:
			_, err := t.Exec(ctx, `INSERT INTO {part} (idx, kind, id, place, body) VALUES ($1, $2, $3, $4, $5)`, index, k.kind, k.id, index, []byte(is))
			if err != nil {
				return err
			}
		case was.body != is:
			_, err := t.Exec(ctx, `UPDATE {part} SET idx = $1, body = $2 WHERE kind = $3 AND id = $4`, index, []byte(is), k.kind, k.id)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func sortedKeys(p parts) []partKey {
	return slices.SortedFunc(maps.Keys(p), func(a, b partKey) int {
		return strings.Compare(a.kind+" "+a.id, b.kind+" "+b.id)
	})
}

// officePart is what is in the part of the kind office.
type officePart struct {
	ID      string      `json:"id"`
	Name    locale.Text `json:"name"`
	Divided bool        `json:"divided,omitempty"`
}

// partsOf takes a state apart.
func partsOf(s *State) (parts, error) {
	p := make(parts)
	var failed error
	add := func(kind, id string, v any) {
		b, err := record.Canonical(v)
		if err != nil && failed == nil {
			failed = fmt.Errorf("keeping the %s %s: %w", kind, id, err)
		}
		p[partKey{kind, id}] = part{body: string(b)}
	}
	if s.ID != "" {
		add(partOffice, "", officePart{s.ID, s.Name, s.Divided})
	}
	for _, o := range s.Officers {
		add(partOfficer, o.ID, o)
	}
	for _, v := range s.Invites {
		add(partInvite, v.ID, v)
	}
	if s.Recovery != nil {
		add(partRecovery, "", s.Recovery)
	}
	for _, e := range s.Epochs {
		number := strconv.Itoa(e.Number)
		add(partEpoch, number, e)
		for id, file := range e.Wraps {
			p[partKey{partWrap, number + " " + id}] = part{body: string(file)}
		}
		if e.Rescue != nil {
			p[partKey{partWrap, number}] = part{body: string(e.Rescue)}
		}
	}
	return p, failed
}

// state puts a state together.
func (p parts) state() (*State, error) {
	s := new(State)
	keys := slices.SortedStableFunc(slices.Values(sortedKeys(p)), func(a, b partKey) int { return cmp.Compare(p[a].place, p[b].place) })
	for _, k := range keys {
		if err := s.put(k, []byte(p[k].body)); err != nil {
			return nil, fmt.Errorf("reading the %s %s: %w", k.kind, k.id, err)
		}
	}
	for _, k := range keys { // now that their epochs are there
		if k.kind == partWrap {
			s.putWrap(k.id, []byte(p[k].body))
		}
	}
	return s, nil
}

// put adds a part that is not a wrap.
func (s *State) put(k partKey, body []byte) error {
	switch k.kind {
	case partOffice:
		var o officePart
		err := json.Unmarshal(body, &o)
		s.ID, s.Name, s.Divided = o.ID, o.Name, o.Divided
		return err
	case partEpoch:
		return unmarshalInto(&s.Epochs, body)
	case partOfficer:
		return unmarshalInto(&s.Officers, body)
	case partInvite:
		return unmarshalInto(&s.Invites, body)
	case partRecovery:
		return json.Unmarshal(body, &s.Recovery)
	}
	return nil
}

func unmarshalInto[T any](list *[]T, body []byte) error {
	var v T
	err := json.Unmarshal(body, &v)
	*list = append(*list, v)
	return err
}

func (s *State) putWrap(id string, file []byte) {
	number, officer, toOfficer := strings.Cut(id, " ")
	n, _ := strconv.Atoi(number)
	e := s.Epoch(n)
	switch {
	case e == nil:
	case !toOfficer:
		e.Rescue = file
	default:
		if e.Wraps == nil {
			e.Wraps = make(map[string][]byte)
		}
		e.Wraps[officer] = file
	}
}
