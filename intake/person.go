package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"

	"temwen/ledger"
	"temwen/record"
	"temwen/seal"
	"temwen/when"
)

// Key is what envelopes are sealed to, and work for the next report.
type Key struct {
	Current
	Fingerprint string
	Challenge   seal.Challenge
	Bits        int
}

// Key is what envelopes are sealed to now.
func (in *Intake) Key(ctx context.Context) (Key, error) {
	current, err := in.office.Current(ctx)
	if err != nil {
		return Key{}, err
	}
	r, err := seal.ParseRecipient(current.Recipient)
	if err != nil {
		return Key{}, err
	}
	return Key{
		Current: current, Fingerprint: seal.Fingerprint(r),
		Challenge: in.works.give(in.options.Now()), Bits: in.options.WorkBits,
	}, nil
}

// PersonThread is what became of a report, for the person.
type PersonThread struct {
	Stage Stage
	// Since is the day on which the stage began.
	Since when.Day
	// Read reports that the office has read what was sent last.
	Read bool
	// Asked reports that the person has changed or withdrawn consent and the office
	// has not said yet that it does as they say; Heeded is the day on which it did,
	// 0 where it has not.
	Asked  bool
	Heeded when.Day
	Items  []PersonItem
	// Receipt is the text of the report's receipt, with the proof once the entry
	// is published; Proof is that proof by itself, or nil.
	Receipt, Proof []byte
}

// PersonItem is one envelope that the person sent or was sent.
type PersonItem struct {
	N          int // from 1
	FromOffice bool
	Kind       ItemKind // of the office always Message
	Size       int64    // of the envelope, in bytes
}

// PersonThread is what became of the report whose code has this lookup. One that
// opens nothing is ErrUnknown.
func (in *Intake) PersonThread(ctx context.Context, token seal.ID) (*PersonThread, error) {
	p := new(PersonThread)
	var index uint64
	err := in.view(ctx, func(t *record.Tables) error {
		var err error
		if index, err = findThread(ctx, t, token); err != nil {
			return err
		}
		var unread int
		var asked uint64
		var since, heeded string
		if _, err := t.Scan(ctx, `SELECT stage, since, unread, asked, heeded FROM {thread} WHERE idx = $1`, []any{index}, &p.Stage, &since, &unread, &asked, &heeded); err != nil {
			return err
		}
		p.Read, p.Asked = unread == 0, asked != 0
		if heeded != "" && !p.Asked {
			if p.Heeded, err = when.ParseDay(heeded); err != nil {
				return err
			}
		}
		if p.Since, err = when.ParseDay(since); err != nil {
			return err
		}
		p.Items, err = personItems(ctx, t, index)
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Receipt, p.Proof, err = in.receipt(ctx, index)
	return p, err
}

func personItems(ctx context.Context, t *record.Tables, thread uint64) ([]PersonItem, error) {
	rows, err := t.Query(ctx, `SELECT pn, side, kind, size FROM {item} WHERE thread = $1 AND pn IS NOT NULL ORDER BY pn`, thread)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var items []PersonItem
	for rows.Next() {
		var i PersonItem
		var side string
		if err := rows.Scan(&i.N, &side, &i.Kind, &i.Size); err != nil {
			return nil, err
		}
		i.FromOffice = side == forPerson
		items = append(items, i)
	}
	return items, rows.Err()
}

// receipt is the receipt of an event as it stands: with its promise until it is
// published, and with its proof from then on.
func (in *Intake) receipt(ctx context.Context, index uint64) (receipt, proof []byte, err error) {
	e, err := in.store.Event(ctx, index)
	if err != nil {
		return nil, nil, err
	}
	proof, err = in.store.Receipt(ctx, index)
	if errors.Is(err, fs.ErrNotExist) {
		receipt, err = in.promise(&e)
		return receipt, nil, err
	}
	if err != nil {
		return nil, nil, err
	}
	f := ledger.ReceiptFile{Key: in.store.Key(), Salt: e.Salt, Private: e.Private, Proof: proof}
	return f.Marshal(), proof, nil
}

// PersonItem opens the envelope of an item that the office sent, and its length
// in bytes. The caller closes it. What the person sent, and what is not there, is
// ErrUnknown.
func (in *Intake) PersonItem(ctx context.Context, token seal.ID, n int) (io.ReadCloser, int64, error) {
	var index uint64
	err := in.view(ctx, func(t *record.Tables) error {
		thread, err := findThread(ctx, t, token)
		if err != nil {
			return err
		}
		there, err := t.Scan(ctx, `SELECT idx FROM {item} WHERE thread = $1 AND pn = $2 AND side = $3`, []any{thread, n, forPerson}, &index)
		if err == nil && !there {
			err = ErrUnknown
		}
		return err
	})
	if err != nil {
		return nil, 0, err
	}
	return in.open(ctx, index)
}

// Withdraw says that the office must stop. Twice is once.
func (in *Intake) Withdraw(ctx context.Context, token seal.ID) error {
	if err := in.view(ctx, func(t *record.Tables) error { _, err := findThread(ctx, t, token); return err }); err != nil {
		return err
	}
	_, err := in.store.Do(ctx, newKey(), withdraw{token, in.today()}, in.options.Now())
	return full(err)
}

// withdraw is the command of a person.
type withdraw struct {
	token seal.ID
	day   when.Day
}

func (withdraw) Book() string { return bookName }
func (withdraw) Daily() bool  { return true }

func (w withdraw) Digest() record.Hash {
	return sha256.Sum256(append([]byte("withdraw"), w.token[:]...))
}

// Decide implements record.Act.
func (w withdraw) Decide(ctx context.Context, t *record.Tables) ([]record.Draft, error) {
	thread, err := findThread(ctx, t, w.token)
	if errors.Is(err, ErrUnknown) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var stage Stage
	if _, err := t.Scan(ctx, `SELECT stage FROM {thread} WHERE idx = $1`, []any{thread}, &stage); err != nil || stage == Withdrawn {
		return nil, err
	}
	d, err := draft(threadWithdrawn, w.day, &body{Thread: thread + 1}, nil)
	return []record.Draft{d}, err
}

// bytesReader reads bytes that are in memory.
func bytesReader(b []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(b)) }
