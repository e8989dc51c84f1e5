package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"temwen/ledger"
)

// checkedReceipt is what temwen verify has to say about a receipt without the
// ledger.
type checkedReceipt struct {
	receiptStanding
	Refused   string     `json:"refused,omitempty"`
	Key       string     `json:"key,omitempty"`
	KeyFrom   ledger.Pin `json:"key_from,omitempty"`
	Size      uint64     `json:"size,omitempty"` // of the checkpoint that has the entry
	Witnessed bool       `json:"witnessed"`
	Witnesses []string   `json:"witnesses,omitempty"`
}

// checkedReceipts is what it has to say about all.
type checkedReceipts struct {
	Verified bool             `json:"verified"`
	Receipts []checkedReceipt `json:"receipts_checked"`
}

// receiptsAlone checks the receipts without a ledger.
func (c *verifyCmd) receiptsAlone(p *program, o ledger.Options) error {
	all := checkedReceipts{Verified: true}
	for _, r := range o.Receipts {
		report, err := ledger.CheckReceipt(r, o)
		if err != nil && !errors.Is(err, ledger.ErrRefused) {
			return err
		}
		checked := newCheckedReceipt(&report, err)
		all.Verified = all.Verified && err == nil
		all.Receipts = append(all.Receipts, checked)
	}
	var err error
	if c.Format == "json" {
		err = p.json(all)
	} else {
		err = all.print(p)
	}
	if err == nil && !all.Verified {
		return errSaid
	}
	return err
}

func newCheckedReceipt(r *ledger.ReceiptReport, refused error) checkedReceipt {
	c := checkedReceipt{
		receiptStanding: newReceiptStanding(&r.Standing),
		Key:             r.Key, KeyFrom: r.Pin, Size: r.Checkpoint.Size, Witnessed: r.Policy,
	}
	for _, w := range r.Checkpoint.Cosigners {
		c.Witnesses = append(c.Witnesses, w.Name)
	}
	if refused != nil {
		c.Refused = refused.Error()
	}
	return c
}

// print writes it in words: to stderr what is refused.
func (a *checkedReceipts) print(p *program) error {
	var b strings.Builder
	for i := range a.Receipts {
		r := &a.Receipts[i]
		if r.Refused != "" {
			fmt.Fprintf(p.stderr, "REFUSED: %s\n", r.Refused)
			continue
		}
		r.print(&b, p.now())
	}
	if a.Verified {
		b.WriteString("VERIFIED\n")
	}
	_, err := p.stdout.Write([]byte(b.String()))
	return err
}

func (r *checkedReceipt) print(b *strings.Builder, now time.Time) {
	say := sayer(b)
	say("receipt", "%s", r.Receipt)
	say("ledger", "%s", r.Key)
	say("signature", "good, by %s", pins[r.KeyFrom])
	r.says(say)
	r.inHand(say)
	if r.By != "" {
		say("promised", "to be in the ledger by %s", r.By)
	}
	say("published", "%s", r.published(now))
}

// published says what is proven of the entry.
func (r *checkedReceipt) published(now time.Time) string {
	if r.Entry == nil {
		if by, err := time.Parse(time.RFC3339, r.By); err == nil && now.After(by) {
			return "not proven: the time is past, and only the ledger tells; see: temwen prove --help"
		}
		return "not proven yet: this is a promise"
	}
	witnesses := "; witnesses not asked for (see --policy)"
	if r.Witnessed {
		witnesses = ", which the policy's quorum has cosigned"
		if len(r.Witnesses) > 0 {
			witnesses += ": " + strings.Join(r.Witnesses, ", ")
		}
	}
	return fmt.Sprintf("as entry %d, of %s, under a checkpoint of %d entries%s", *r.Entry, r.EntryDay, r.Size, witnesses)
}
