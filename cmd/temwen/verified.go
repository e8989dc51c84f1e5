package main

import (
	"errors"
	"fmt"
	"strings"

	"temwen/ledger"
)

// verified is what temwen verify has to say: what it checked and how many, and,
// where it refuses, why. Then the numbers say how far it came.
type verified struct {
	Verified   bool    `json:"verified"`
	Refused    string  `json:"refused,omitempty"`
	Late       string  `json:"late,omitempty"`        // not verified, and not refused: a promise may be broken
	FirstWrong *uint64 `json:"first_wrong,omitempty"` // index of an entry

	Source    string     `json:"source"`
	Key       string     `json:"key"`
	KeyFrom   ledger.Pin `json:"key_from"`
	Witnessed bool       `json:"witnessed"` // a policy's quorum has cosigned

	Size     uint64   `json:"size"`    // of the signed tree
	Entries  uint64   `json:"entries"` // checked
	Bytes    uint64   `json:"bytes"`
	FirstDay string   `json:"first_day,omitempty"`
	LastDay  string   `json:"last_day,omitempty"`
	Tiles    uint64   `json:"tiles"`
	Partials uint64   `json:"partial_tiles"`
	Earlier  []uint64 `json:"continues"` // sizes of the checkpoints kept from earlier
	Kept     bool     `json:"kept"`      // this one is, for next time

	Record   bool   `json:"record"` // there was a record to compare with
	Compared uint64 `json:"events_compared"`
	Erased   uint64 `json:"events_erased"`
	Ahead    uint64 `json:"events_ahead"`
	Versions uint64 `json:"versions_compared"` // of facts, in the tables that answer questions

	Conduct *conductCounted `json:"conduct,omitempty"` // absent: no table of conduct was published

	Evidence *evidenceCompared `json:"evidence,omitempty"` // absent: there is none

	Letters *lettersCompared `json:"letters,omitempty"` // absent: none is kept

	Receipts      int               `json:"receipts"`
	ReceiptsGiven int               `json:"receipts_given"`
	Standings     []receiptStanding `json:"receipts_checked,omitempty"`

	remembers bool // something may be kept from earlier
}

// newVerified is what a report says, with the error that refuses, if any.
func newVerified(r *ledger.Report, refused error, o ledger.Options) *verified {
	v := &verified{
		Verified: refused == nil,
		Source:   r.Source, Key: r.Key, KeyFrom: r.Pin, Witnessed: r.Policy,
		Size: r.Checkpoint.Size, Entries: r.Entries, Bytes: r.Bytes, FirstDay: r.FirstDay, LastDay: r.LastDay,
		Tiles: r.Tiles, Partials: r.Partials, Earlier: append([]uint64{}, r.Kept...), Kept: r.Saved,
		Record: o.Events != nil, Compared: r.Compared, Erased: r.Erased, Ahead: r.Ahead,
		Receipts: r.Receipts, ReceiptsGiven: len(o.Receipts),
		remembers: o.Keep != "",
	}
	for i := range r.Standings {
		s := newReceiptStanding(&r.Standings[i])
		v.Standings = append(v.Standings, s)
		if refused == nil && s.State == ledger.Late && v.Late == "" {
			v.Verified, v.Late = false, s.late(r.Checkpoint.Size)
		}
	}
	if refused != nil {
		v.Refused = refused.Error()
	}
	var damage *ledger.Damage
	if errors.As(refused, &damage) && damage.Found {
		v.FirstWrong = &damage.First
	}
	return v
}

// pins say where the key came from, and what that is worth.
var pins = map[ledger.Pin]string{
	ledger.PinGiven:  "the key given",
	ledger.PinKept:   "the key kept from last time",
	ledger.PinPolicy: "the key of the witness policy",
	ledger.PinFound:  "the key found at the ledger, which proves nothing by itself: compare it with one from elsewhere, and give it with --key",
	ledger.PinFile:   "the key that the file itself names, which proves nothing by itself: compare it with one from elsewhere, and give it with --key",
}

// print writes it in words: to stderr where the ledger is refused.
func (v *verified) print(p *program) error {
	if v.Refused != "" {
		fmt.Fprintf(p.stderr, "REFUSED: %s\n", v.Refused)
		return nil
	}
	var b strings.Builder
	say := sayer(&b)
	say("ledger", "%s", v.Key)
	say("signature", "good, by %s", pins[v.KeyFrom])
	say("witnesses", "%s", either(v.Witnessed, "the policy's quorum has cosigned", "not asked for (see --policy)"))
	say("continuity", "%s", v.continuity())
	say("entries", "%d checked (%d bytes), all under the signed root", v.Entries, v.Bytes)
	if v.FirstDay != "" {
		say("days", "%s to %s", v.FirstDay, v.LastDay)
	}
	say("hash tiles", "%d compared, and %d parts of tiles", v.Tiles, v.Partials)
	if v.Record {
		say("record", "%d events compared with their entries", v.Compared)
		say("tables", "%d versions of facts compared with the record", v.Versions)
	} else {
		say("record", "not compared: there is none here, but a ledger alone")
	}
	if v.Conduct != nil {
		say("conduct", "%s", v.Conduct)
	}
	if v.Evidence != nil {
		say("evidence", "%s", v.Evidence)
	}
	if v.Letters != nil {
		say("letters", "%s", v.Letters)
	}
	if v.Erased > 0 {
		say("erased", "%d events have had their private part destroyed", v.Erased)
	}
	if v.Ahead > 0 {
		say("behind", "%d events are not in the ledger yet; opening the store for writing adds them", v.Ahead)
	}
	if v.ReceiptsGiven > 0 {
		say("receipts", "%d of %d found in the ledger", v.Receipts, v.ReceiptsGiven)
	}
	for i := range v.Standings {
		v.Standings[i].inLedger(say)
	}
	if v.Kept {
		say("kept", "this checkpoint, for next time")
	}
	if v.Late != "" {
		fmt.Fprintf(p.stderr, "LATE: %s\n", v.Late)
	} else {
		b.WriteString("VERIFIED\n")
	}
	_, err := p.stdout.Write([]byte(b.String()))
	return err
}

// sayer writes lines that begin with what they are about.
func sayer(b *strings.Builder) func(what, format string, args ...any) {
	return func(what, format string, args ...any) {
		fmt.Fprintf(b, "%-12s %s\n", what, fmt.Sprintf(format, args...))
	}
}

func (v *verified) continuity() string {
	switch n := len(v.Earlier); {
	case !v.remembers:
		return "not checked: --forget"
	case n == 0:
		return "nothing was kept from earlier: this is the first time"
	case n == 1:
		return fmt.Sprintf("continues the checkpoint of %d entries kept from last time", v.Earlier[0])
	default:
		return fmt.Sprintf("continues %d checkpoints kept from earlier, the last of %d entries", n, v.Earlier[n-1])
	}
}

func either(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}
