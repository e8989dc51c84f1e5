package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// bundleResult is what a worker found.
type bundleResult struct {
	err      error // *Damage, or what kept it from reading
	entries  int   // checked before err
	bytes    uint64
	erased   uint64
	partials uint64
	first    [daySize]byte // day of the first entry
	last     [daySize]byte
	root     tlog.Hash   // of a full bundle
	leaves   []tlog.Hash // if asked for
	found    []sighting  // of what is sought
	read     []Leaf      // that are to be read
}

// bundleWorker checks bundles. Its buffers are reused.
type bundleWorker struct {
	v      *verification
	bundle []byte
	tile   []byte
	part   []byte
	hashes [tileBytes]byte
}

// check reads a bundle and its hash tile and fills the job's result.
func (w *bundleWorker) check(ctx context.Context, job *bundleJob) {
	res := &job.result
	if job.width == 0 {
		return
	}
	first := job.first()
	stored, tileFile, tileErr := readTile(ctx, w.v.src, 0, job.index, job.width, w.tile)
	w.tile = grown(w.tile, stored)
	bundleFile, longer, data, err := readPartial(ctx, w.v.src, entriesLevel, job.index, job.width, w.bundle, maxBundle)
	w.bundle = grown(w.bundle, data)
	longer = longer && job.width < tileWidth
	if err != nil {
		res.err = w.unreadable(ctx, first, bundleFile, err)
		return
	}
	var broken string // why data ends early
	rest := data
	width := 0
	for ; width < job.width; width++ {
		h, entry, after, ok := cutLeaf(rest)
		if !ok {
			broken = fmt.Sprintf("it ends in the middle of this entry, after %d bytes", len(data))
			break
		}
		rest = after
		copy(w.hashes[width*tlog.HashSize:], h[:])
		if at := width * tlog.HashSize; tileErr == nil && !bytes.Equal(h[:], stored[at:at+tlog.HashSize]) {
			break
		}
		if res.err = w.entry(job, width, entry, bundleFile); res.err != nil {
			return
		}
		res.entries++
		res.bytes += uint64(len(entry))
	}
	computed := w.hashes[:width*tlog.HashSize]
	switch {
	case tileErr != nil:
		res.err = w.badTile(ctx, first, tileFile, stored, computed, tileErr)
	case broken != "":
		res.err = damagedAt(first+uint64(width), bundleFile, "%s", broken)
	case width < job.width:
		res.err = w.v.whichIsWrong(ctx, job, width, bundleFile, tileFile)
	case len(rest) > 0 && !longer:
		res.err = damagedAt(first+uint64(width)-1, bundleFile, "%d bytes follow after its last entry", len(rest))
	}
	if res.err == nil {
		res.err = w.bundlePartials(ctx, job, data)
	}
	if res.err == nil {
		res.err = w.tilePartials(ctx, job, computed)
	}
	if res.err != nil {
		return
	}
	if job.leaves {
		res.leaves = make([]tlog.Hash, width)
		for i := range res.leaves {
			res.leaves[i] = tlog.Hash(computed[i*tlog.HashSize:])
		}
	}
	if width == tileWidth {
		res.root = subtreeRoot(computed)
	}
}

// grown returns the larger of a buffer and what was read with it.
func grown(buf, read []byte) []byte {
	if cap(read) > cap(buf) {
		return read[:0]
	}
	return buf
}

// cutLeaf cuts the next entry off a bundle, a length in two bytes and as many
// bytes of entry, and hashes it as RFC 6962 does: a zero byte and the entry. The
// zero is lent the place of the length's second byte, so that nothing is copied.
func cutLeaf(bundle []byte) (hash tlog.Hash, entry, rest []byte, ok bool) {
	if len(bundle) < 2 {
		return hash, nil, nil, false
	}
	end := 2 + int(binary.BigEndian.Uint16(bundle))
	if len(bundle) < end {
		return hash, nil, nil, false
	}
	lent := bundle[1]
	bundle[1] = 0
	hash = sha256.Sum256(bundle[1:end])
	bundle[1] = lent
	return hash, bundle[2:end], bundle[end:], true
}

// entry checks one entry that is under its leaf hash.
func (w *bundleWorker) entry(job *bundleJob, i int, entry []byte, file string) error {
	res := &job.result
	index := job.first() + uint64(i)
	p, err := scanEntry(entry, index)
	if err != nil {
		return damagedAt(index, file, "the log holds what no ledger may hold: %v", err)
	}
	if i == 0 {
		copy(res.first[:], p.day)
	} else if bytes.Compare(p.day, res.last[:]) < 0 {
		return damagedAt(index, file, "it is dated %s, before the entry before it (%s)", p.day, res.last[:])
	}
	copy(res.last[:], p.day)
	if w.v.sought != nil && w.v.sought[string(p.commitment)] {
		res.found = append(res.found, sighting{commitment: string(p.commitment), index: index, day: string(p.day)})
	}
	if w.v.types[string(p.typ)] {
		leaf, err := ParseEntry(entry, index)
		if err != nil {
			return damagedAt(index, file, "%v", err)
		}
		res.read = append(res.read, leaf)
	}
	if w.v.events == nil {
		return nil
	}
	if i >= len(job.events) {
		if job.err != nil {
			return job.err
		}
		return &Damage{Found: true, First: index, What: fmt.Sprintf("the record ends here, with %d events, and the ledger has %d entries: events were taken from the record, or it is an older copy", index, w.v.size)}
	}
	e := job.events[i]
	if err := matches(e, entry, index); err != nil {
		return damagedAt(index, "", "%v", err)
	}
	if erased(e) {
		res.erased++
	}
	return nil
}

// unreadable turns an error of reading a file into damage where it is.
func (w *bundleWorker) unreadable(ctx context.Context, first uint64, file string, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, fs.ErrNotExist):
		return damagedAt(first, file, "it is missing")
	}
	return damagedAt(first, file, "it cannot be read: %v", err)
}

// badTile says from which entry on a hash tile of the wrong length, or that
// could not be read, is wrong.
func (w *bundleWorker) badTile(ctx context.Context, first uint64, file string, stored, computed []byte, err error) error {
	if stored == nil {
		return w.unreadable(ctx, first, file, err)
	}
	same := 0
	for at := tlog.HashSize; at <= min(len(stored), len(computed)) && bytes.Equal(stored[:at], computed[:at]); at += tlog.HashSize {
		same++
	}
	if same > 0 && same == len(computed)/tlog.HashSize {
		same-- // bytes follow after the hash of the last
	}
	return damagedAt(first+uint64(same), file, "%v", err)
}

// bundlePartials compares the partial bundles that are stored beside a bundle
// for who has an older checkpoint. data is the bundle, whose entries are right.
func (w *bundleWorker) bundlePartials(ctx context.Context, job *bundleJob, data []byte) error {
	return w.partials(ctx, job, entriesLevel, maxBundle, func(width int) []byte {
		rest := data
		for range width {
			rest = rest[2+int(binary.BigEndian.Uint16(rest)):]
		}
		return data[:len(data)-len(rest)]
	})
}

// tilePartials compares the partial tiles stored beside a hash tile.
func (w *bundleWorker) tilePartials(ctx context.Context, job *bundleJob, hashes []byte) error {
	return w.partials(ctx, job, 0, tileBytes, func(width int) []byte { return hashes[:width*tlog.HashSize] })
}

func (w *bundleWorker) partials(ctx context.Context, job *bundleJob, level, limit int, prefix func(width int) []byte) error {
	widths, err := w.v.src.partials(tlog.Tile{H: 8, L: level, N: int64(job.index), W: tileWidth})
	if err != nil {
		return err
	}
	slices.Sort(widths)
	for _, width := range widths {
		if width >= job.width {
			break // the one that was checked, and what is not published yet
		}
		file := tilePath(level, job.index, width)
		part, err := w.v.src.read(ctx, file, w.part, limit)
		w.part = grown(w.part, part)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue // collected meanwhile
		case err != nil:
			return w.unreadable(ctx, job.first(), file, err)
		case !bytes.Equal(part, prefix(width)):
			return damagedAt(job.first(), file, "it is not the beginning of what has replaced it, %s", tilePath(level, job.index, job.width))
		}
		job.result.partials++
	}
	return nil
}
