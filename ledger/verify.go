package ledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Options say what Verify checks against. All are optional.
type Options struct {
	// Key is the log's verifier key (vkey), from somewhere else than the log.
	// Without it, the key kept from last time is used, then that of Policy,
	// then the one found beside the log, which proves nothing by itself.
	Key string
	// Policy is a witness policy whose quorum must have cosigned.
	Policy []byte
	// Keep is a folder where the checkpoint is kept for next time; where one
	// is kept, the log must be a continuation of it.
	Keep string
	// Receipts are to be found in the log: receipt files and tlog-proofs.
	Receipts []NamedReceipt
	// Now is this machine's time, by which a promise is late that is not
	// proven broken. Where it is zero, none is.
	Now time.Time
	// Events is the record of the log's own store, to be compared entry by
	// entry.
	Events Events
	// Read, if not nil, is given each entry of the types of Types, in order, once
	// it and all before it are checked. An error refuses the log.
	Read  func(Leaf) error
	Types []string
	// Progress, if not nil, is called from time to time with how many
	// entries are checked.
	Progress func(done, of uint64)
}

// NamedReceipt is a receipt with a name for messages: its file.
type NamedReceipt struct {
	Name string
	Data []byte
	// Envelope, if it is not empty, is the SHA-256 in hexadecimal of the sealed
	// envelope that the receipt must be for.
	Envelope string
}

// Pin is where the key came from that the log was verified under.
type Pin string

const (
	PinGiven  Pin = "given"            // by the caller
	PinKept   Pin = "kept"             // from last time
	PinPolicy Pin = "policy"           // named by the witness policy
	PinFound  Pin = "found at the log" // not pinned: trust on first use
	PinFile   Pin = "in the receipt"   // the same, of a receipt file without its ledger
)

// Report says what Verify checked, also when it found damage: then up to where.
type Report struct {
	Source     string
	Key        string
	Pin        Pin
	Checkpoint Checkpoint
	Policy     bool // a witness policy was satisfied

	Entries  uint64 // entries whose hash, form, index and day were checked
	Bytes    uint64 // their size
	Bundles  uint64
	Tiles    uint64 // hash tiles compared
	Partials uint64 // partial tiles and bundles of earlier sizes compared
	FirstDay string // of the first and last entry; "" if there is none
	LastDay  string

	Kept     []uint64 // sizes of the checkpoints kept from earlier that it continues
	Saved    bool     // this checkpoint was kept for next time
	Receipts int      // receipts found in the log

	// Standings are how things stand with each receipt, in the order given,
	// once every entry was checked. One may be late: that is no error.
	Standings []Standing

	Compared uint64 // entries compared with the record's events
	Erased   uint64 // of them: events whose private part was erased, so that only the rest could be compared
	Ahead    uint64 // events the record has after the last entry
}

// Verify checks a log in a folder or at an http(s) address, as an auditor who
// trusts nobody: the signature and the witness policy; that it continues what
// was kept from last time; every entry, its bytes under the signed root, its
// canonical form, its index, its day; every stored hash tile; every receipt
// given; and the record's events, if given. It needs no server, and memory only
// for a few bundles.
//
// An error that wraps ErrRefused says what is wrong; where it is a *Damage, it
// names the first wrong entry and the file. Then nothing is kept, and what was
// kept stays: unless it is only a promise that is proven broken, where the
// checkpoint that proves it is kept. Other errors say what kept Verify from
// checking.
func Verify(ctx context.Context, where string, o Options) (Report, error) {
	v, err := prepare(ctx, where, o)
	if err == nil {
		err = v.run(ctx)
	}
	if err == nil {
		err = v.keep(o.Keep)
	}
	if err == nil {
		err = v.broken()
	}
	if err != nil {
		return v.report, fmt.Errorf("verifying %s: %w", where, err)
	}
	return v.report, nil
}

// verification is one run of Verify.
type verification struct {
	src      source
	trust    trust
	size     uint64
	report   Report
	kept     []kept
	receipts []*held
	sought   map[string]bool // commitments in base64, to be found in the log
	events   Events
	now      time.Time
	read     func(Leaf) error
	types    map[string]bool
	progress func(done, of uint64)

	// What is learned on the way, by the collector alone.
	tree    frontier
	bundles []tlog.Hash          // roots of the full bundles, if they are to be kept
	roots   map[uint64]tlog.Hash // of the tree at the sizes wanted
	leaves  map[uint64]tlog.Hash // at the indexes wanted
	found   map[string]sighting  // what was sought
	upper   upperTiles
	later   *Damage // damage to an upper tile, reported unless there is worse
}

// prepare reads and checks all but the entries.
func prepare(ctx context.Context, where string, o Options) (*verification, error) {
	v := &verification{
		report:   Report{Source: where},
		events:   o.Events,
		now:      o.Now,
		progress: o.Progress,
		read:     o.Read,
		types:    make(map[string]bool),
		roots:    make(map[uint64]tlog.Hash),
		leaves:   make(map[uint64]tlog.Hash),
	}
	for _, t := range o.Types {
		v.types[t] = o.Read != nil
	}
	src, err := openSource(ctx, where)
	if err != nil {
		return v, err
	}
	v.src, v.report.Source = src, src.String()
	signed, err := src.read(ctx, checkpointFile, nil, maxCheckpoint)
	if err != nil {
		return v, err
	}
	origin, _, _ := strings.Cut(string(signed), "\n")
	if o.Keep != "" {
		if v.kept, err = readKept(o.Keep, src.String(), origin); err != nil {
			return v, err
		}
	}
	if err := v.pin(ctx, o); err != nil {
		return v, err
	}
	c, err := v.trust.open(signed)
	if err != nil {
		return v, damaged(checkpointFile, "%v", err)
	}
	v.size, v.report.Checkpoint, v.report.Policy = c.Size, c, len(o.Policy) > 0
	if err := v.continues(); err != nil {
		return v, err
	}
	for _, r := range o.Receipts {
		if err := v.addReceipt(r); err != nil {
			return v, err
		}
	}
	return v, nil
}

// pin decides under which key the log is verified, and that it has not changed.
func (v *verification) pin(ctx context.Context, o Options) error {
	found, err := foundKey(ctx, v.src)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	vkey, pin, err := chooseKey(o, v.kept)
	if err != nil {
		return err
	}
	if vkey == "" {
		vkey, pin = found, PinFound
	}
	if vkey == "" {
		return errors.New("there is no key: give the ledger's key, which the operator publishes, for there is none beside the log")
	}
	if err := contradicts(v.kept, vkey); err != nil {
		return err
	}
	if found != "" && found != vkey {
		return damaged(vkeyFile, "it shows the key %s, and the log is verified under %s: visitors are shown a wrong key", found, vkey)
	}
	v.report.Key, v.report.Pin = vkey, pin
	v.trust, err = newTrust(vkey, o.Policy)
	return err
}

// continues checks the size against what was kept, and asks for the roots that
// will show whether the log is a continuation.
func (v *verification) continues() error {
	for _, k := range v.kept {
		if v.size < k.checkpoint.Size {
			return &Damage{
				File: checkpointFile, Found: true, First: v.size,
				What: fmt.Sprintf("the log has %d entries now and had %d last time: it was cut, or this is an older copy", v.size, k.checkpoint.Size),
			}
		}
		v.roots[k.checkpoint.Size] = tlog.Hash{}
	}
	return nil
}

// conclude compares the tree with all that was signed.
func (v *verification) conclude(ctx context.Context) error {
	if v.tree.n != v.size {
		return fmt.Errorf("internal error: %d of %d entries were checked", v.tree.n, v.size)
	}
	for level := 1; level < len(v.upper); level++ {
		if len(v.upper[level]) > 0 {
			if err := v.compareUpper(ctx, level, v.size>>(8*(level+1))); err != nil {
				return err
			}
		}
	}
	// A fork first: it says where the history parts.
	slices.SortFunc(v.kept, func(a, b kept) int { return cmp.Compare(a.checkpoint.Size, b.checkpoint.Size) })
	for _, k := range v.kept {
		if v.roots[k.checkpoint.Size] != k.checkpoint.Root {
			return v.fork(k)
		}
		v.report.Kept = append(v.report.Kept, k.checkpoint.Size)
	}
	if v.tree.root() != v.report.Checkpoint.Root {
		return damaged(checkpointFile, "the %d entries do not give the root it signs: entries and all hashes over them were replaced together", v.size)
	}
	if v.later != nil {
		return v.later
	}
	return v.settle()
}

// fork reports that the log is not a continuation of what was kept.
func (v *verification) fork(k kept) error {
	first, last := uint64(len(k.bundles))*tileWidth, k.checkpoint.Size
	if i, ok := k.firstBundle(v.bundles); ok {
		first, last = uint64(i)*tileWidth, uint64(i+1)*tileWidth
	}
	width := int(min(tileWidth, v.size-first))
	return damagedAt(first, tilePath(entriesLevel, first/tileWidth, width),
		"the log has forked: one of the entries %d to %d is not the one it was when the log was verified last, with %d entries", first, last-1, k.checkpoint.Size)
}

// keep stores the checkpoint for next time.
func (v *verification) keep(dir string) error {
	if dir == "" {
		return nil
	}
	k := kept{source: v.src.String(), vkey: v.trust.vkey, bundles: v.bundles, checkpoint: v.report.Checkpoint}
	if err := k.save(dir); err != nil {
		return err
	}
	v.report.Saved = true
	return nil
}
