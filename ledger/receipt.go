package ledger

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

const receiptHeader = "c2sp.org/tlog-proof@v1\n"

// Receipt returns the receipt of the entry at an index: a C2SP tlog-proof@v1
// with the entry as its extra data, the path from it to the root, and the
// published checkpoint. source is the log's folder or address, as for Verify;
// no writer is needed or disturbed. The receipt proves what it says to who has
// the log's key (and witness policy), offline and for ever. An entry that is
// not published yet is an error that wraps fs.ErrNotExist.
func Receipt(ctx context.Context, where string, index uint64) ([]byte, error) {
	r, err := receipt(ctx, where, index)
	if err != nil {
		return nil, fmt.Errorf("making the receipt of entry %d: %w", index, err)
	}
	return r, nil
}

func receipt(ctx context.Context, where string, index uint64) ([]byte, error) {
	p, err := openPublished(ctx, where, "")
	if err != nil {
		return nil, err
	}
	return p.receipt(ctx, index)
}

// published is a log as its checkpoint commits to it.
type published struct {
	where      string // as it was named
	src        source
	checkpoint Checkpoint
}

// openPublished opens a log under a key, or where that is empty under the one
// beside it.
func openPublished(ctx context.Context, where, vkey string) (published, error) {
	p := published{where: where}
	var err error
	if p.src, err = openSource(ctx, where); err != nil {
		return p, err
	}
	if vkey == "" {
		if vkey, err = foundKey(ctx, p.src); err != nil {
			return p, err
		}
	}
	trust, err := newTrust(vkey, nil)
	if err != nil {
		return p, err
	}
	signed, err := p.src.read(ctx, checkpointFile, nil, maxCheckpoint)
	if err != nil {
		return p, err
	}
	if p.checkpoint, err = trust.open(signed); err != nil {
		return p, fmt.Errorf("%s: %w", checkpointFile, err)
	}
	return p, nil
}

// receipt makes the receipt of an entry.
func (p published) receipt(ctx context.Context, index uint64) ([]byte, error) {
	c := p.checkpoint
	if index >= c.Size {
		return nil, fmt.Errorf("the published ledger has %d entries: %w", c.Size, fs.ErrNotExist)
	}
	entries, err := p.bundle(ctx, index/tileWidth)
	if err != nil {
		return nil, err
	}
	entry := entries[index%tileWidth]
	proof, err := tlog.ProveRecord(int64(c.Size), int64(index), tlog.TileHashReader(c.tree(), tiles{ctx: ctx, src: p.src}))
	if err != nil {
		return nil, fmt.Errorf("%w; run temwen verify on %s", err, p.where)
	}
	if err := tlog.CheckRecord(proof, int64(c.Size), c.Root, int64(index), tlog.RecordHash(entry)); err != nil {
		return nil, fmt.Errorf("the entry is not the one the checkpoint commits to; run temwen verify on %s", p.where)
	}
	return torchwood.FormatProofWithExtraData(int64(index), entry, proof, c.Signed), nil
}

// bundle reads the entries of a bundle that the checkpoint commits to.
func (p published) bundle(ctx context.Context, index uint64) ([][]byte, error) {
	return readBundle(ctx, p.src, index, int(min(tileWidth, p.checkpoint.Size-index*tileWidth)))
}

// foundKey reads the key that lies beside a log.
func foundKey(ctx context.Context, src source) (string, error) {
	data, err := src.read(ctx, vkeyFile, nil, maxVkey)
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(string(data), "\n"), nil
}

// Receipted is what a receipt proves.
type Receipted struct {
	Entry      []byte // as the ledger holds it
	Leaf       Leaf
	Checkpoint Checkpoint
}

// VerifyReceipt checks a receipt offline, under the log's key and, where it is
// not empty, a witness policy, and returns what it proves: that the log has
// this entry at this index, and that it said so to the witnesses. entry may be
// nil where the receipt carries it, as those made here do; if it is given, it
// must be the receipt's.
func VerifyReceipt(receipt, entry []byte, vkey string, policy []byte) (Receipted, error) {
	t, err := newTrust(vkey, policy)
	if err != nil {
		return Receipted{}, fmt.Errorf("checking the receipt: %w", err)
	}
	p, err := parseReceipt(receipt)
	if err != nil {
		return Receipted{}, fmt.Errorf("checking the receipt: %w", err)
	}
	r, err := p.verify(entry, t)
	if err != nil {
		return Receipted{}, fmt.Errorf("checking the receipt for entry %d: %w", p.index, err)
	}
	return r, nil
}

// proof is a tlog-proof@v1 taken apart.
type proof struct {
	index      uint64
	entry      []byte // nil: it has no extra line
	path       tlog.RecordProof
	checkpoint []byte // signed
}

// parseReceipt reads a tlog-proof@v1 strictly: what it accepts has one form.
func parseReceipt(data []byte) (proof, error) {
	var p proof
	rest, ok := strings.CutPrefix(string(data), receiptHeader)
	if !ok {
		return p, errors.New("line 1 is not c2sp.org/tlog-proof@v1; this is no receipt")
	}
	line := 1
	next := func() (string, bool) {
		line++
		text, after, ok := strings.Cut(rest, "\n")
		rest = after
		return text, ok
	}
	bad := func(why string) (proof, error) { return proof{}, fmt.Errorf("line %d %s", line, why) }

	text, ok := next()
	if extra, has := strings.CutPrefix(text, "extra "); ok && has {
		entry, err := strictBase64(extra)
		if err != nil || len(entry) > MaxEntry {
			return bad("has extra data that is not an entry in base64")
		}
		p.entry = entry
		text, ok = next()
	}
	number, has := strings.CutPrefix(text, "index ")
	if !ok || !has {
		return bad("does not give the index")
	}
	n, err := strconv.ParseUint(number, 10, 63)
	if err != nil || number != strconv.FormatUint(n, 10) {
		return bad("has an index that is not a number")
	}
	p.index = n
	for {
		text, ok := next()
		if !ok {
			return bad("is missing: the receipt was cut")
		}
		if text == "" {
			break
		}
		hash, err := strictBase64(text)
		if err != nil || len(hash) != tlog.HashSize || len(p.path) >= 64 {
			return bad("is not a hash in base64")
		}
		p.path = append(p.path, tlog.Hash(hash))
	}
	p.checkpoint = []byte(rest)
	return p, nil
}

// strictBase64 accepts only the one way to write some bytes.
func strictBase64(s string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err == nil && base64.StdEncoding.EncodeToString(b) != s {
		err = errors.New("not canonical")
	}
	return b, err
}

func (p proof) verify(entry []byte, t trust) (Receipted, error) {
	switch {
	case entry == nil && p.entry == nil:
		return Receipted{}, errors.New("it does not carry the entry; give it too")
	case entry == nil:
		entry = p.entry
	case p.entry != nil && !bytes.Equal(entry, p.entry):
		return Receipted{}, errors.New("it is for another entry than the one given")
	}
	c, err := t.open(p.checkpoint)
	if err != nil {
		return Receipted{}, fmt.Errorf("its checkpoint: %w", err)
	}
	if p.index >= c.Size {
		return Receipted{}, fmt.Errorf("its checkpoint has only %d entries", c.Size)
	}
	if tlog.CheckRecord(p.path, int64(c.Size), c.Root, int64(p.index), tlog.RecordHash(entry)) != nil {
		return Receipted{}, errors.New("the entry is not in the tree of its checkpoint; the receipt or the entry was altered")
	}
	leaf, err := ParseEntry(entry, p.index)
	if err != nil {
		return Receipted{}, err
	}
	return Receipted{Entry: entry, Leaf: leaf, Checkpoint: c}, nil
}
