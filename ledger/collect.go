package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"golang.org/x/mod/sumdb/tlog"
)

// collect takes the results in order, grows the tree with them, and at the end
// compares it with everything that was signed.
func (v *verification) collect(ctx context.Context, ordered <-chan *bundleJob) error {
	var day [daySize]byte
	for job := range ordered {
		select {
		case <-job.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		res := &job.result
		v.report.Entries += uint64(res.entries)
		v.report.Bytes += res.bytes
		v.report.Erased += res.erased
		v.report.Partials += res.partials
		v.report.Ahead = job.ahead
		if v.events != nil {
			v.report.Compared += uint64(res.entries)
		}
		if res.entries > 0 {
			if bytes.Compare(res.first[:], day[:]) < 0 {
				return damagedAt(job.first(), tilePath(entriesLevel, job.index, job.width), "it is dated %s, before the entry before it (%s)", res.first[:], day[:])
			}
			if job.index == 0 {
				v.report.FirstDay = string(res.first[:])
			}
			day = res.last
			v.report.LastDay = string(day[:])
		}
		if res.err != nil {
			return res.err
		}
		v.note(res.found)
		if err := v.grow(ctx, job); err != nil {
			return err
		}
		if job.err != nil {
			return fmt.Errorf("reading the record: %w", job.err)
		}
		for _, leaf := range res.read {
			if err := v.read(leaf); err != nil {
				return damagedAt(leaf.Index, "", "%v", err)
			}
		}
		if v.progress != nil {
			v.progress(v.report.Entries, v.size)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return v.conclude(ctx)
}

// grow adds a checked bundle to the tree.
func (v *verification) grow(ctx context.Context, job *bundleJob) error {
	if job.width == 0 {
		v.noteRoot()
		return nil
	}
	v.report.Bundles++
	v.report.Tiles++
	if job.index == 0 {
		v.noteRoot() // of the empty tree
	}
	res := &job.result
	if res.leaves == nil {
		v.tree.addSubtree(res.root, 8)
	}
	for i, leaf := range res.leaves {
		index := job.first() + uint64(i)
		if _, ok := v.leaves[index]; ok {
			v.leaves[index] = leaf
		}
		v.tree.add(leaf)
		v.noteRoot()
	}
	v.noteRoot()
	if job.width == tileWidth {
		v.bundles = append(v.bundles, res.root)
		return v.raise(ctx, 1, job.index, res.root)
	}
	return nil
}

func (v *verification) noteRoot() {
	if _, ok := v.roots[v.tree.n]; ok {
		v.roots[v.tree.n] = v.tree.root()
	}
}

// upperTiles are the hashes of the tile at the edge of each level from 1 on.
type upperTiles [8][]byte

// raise adds the root of a full tile to the tile above it, and compares that
// with the stored one when it is full.
func (v *verification) raise(ctx context.Context, level int, index uint64, root tlog.Hash) error {
	v.upper[level] = append(v.upper[level], root[:]...)
	if len(v.upper[level]) < tileBytes {
		return nil
	}
	if err := v.compareUpper(ctx, level, index/tileWidth); err != nil {
		return err
	}
	full := v.upper[level]
	v.upper[level] = nil
	return v.raise(ctx, level+1, index/tileWidth, subtreeRoot(full))
}

// compareUpper compares a stored tile of level 1 or more with the computed one.
// Where they differ and the stored one is under the signed root, entries and
// leaf hashes were both replaced: the tile shows where. Otherwise it is the tile
// that was altered, unless something worse comes to light.
func (v *verification) compareUpper(ctx context.Context, level int, index uint64) error {
	computed := v.upper[level]
	width := len(computed) / tlog.HashSize
	span := uint64(1) << (8 * level) // entries under one hash of it
	stored, file, err := readTile(ctx, v.src, level, index, width, nil)
	v.report.Tiles++
	if ctx.Err() != nil {
		return ctx.Err()
	}
	same := 0
	for same < width && len(stored) >= (same+1)*tlog.HashSize && bytes.Equal(stored[same*tlog.HashSize:(same+1)*tlog.HashSize], computed[same*tlog.HashSize:(same+1)*tlog.HashSize]) {
		same++
	}
	first := (index*tileWidth + uint64(min(same, width-1))) * span
	switch {
	case err == nil && same == width:
		return v.upperPartials(ctx, level, index)
	case errors.Is(err, fs.ErrNotExist):
		return damagedAt(index*tileWidth*span, file, "it is missing")
	case err != nil:
		return damagedAt(first, file, "%v", err)
	}
	if v.authentic(ctx, level, index*tileWidth+uint64(same), nil) {
		bundle := first / tileWidth
		return damagedAt(first, tilePath(entriesLevel, bundle, int(min(tileWidth, v.size-first))),
			"one of the %d entries from here on was replaced, together with the hashes over it: %s, which is under the signed root, shows another", span, file)
	}
	if v.later == nil {
		v.later = damagedAt(first, file, "the hash it holds for the %d entries from here on is not theirs", span)
	}
	return nil
}

// upperPartials compares the partial tiles stored beside an upper tile.
func (v *verification) upperPartials(ctx context.Context, level int, index uint64) error {
	job := &bundleJob{index: index, width: len(v.upper[level]) / tlog.HashSize}
	w := bundleWorker{v: v}
	err := w.partials(ctx, job, level, tileBytes, func(width int) []byte { return v.upper[level][:width*tlog.HashSize] })
	v.report.Partials += job.result.partials
	var d *Damage
	if errors.As(err, &d) {
		d.First = index * tileWidth << (8 * level)
	}
	return err
}

// authentic says whether the stored hash at a level of tiles is under the
// signed root, with one tile replaced if instead is given.
func (v *verification) authentic(ctx context.Context, level int, index uint64, instead map[tlog.Tile][]byte) bool {
	reader := tlog.TileHashReader(v.report.Checkpoint.tree(), tiles{ctx: ctx, src: v.src, instead: instead})
	_, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(8*level, int64(index))})
	return err == nil
}

// whichIsWrong decides, where an entry and its stored leaf hash disagree, which
// of the two was altered: the other is under the signed root.
func (v *verification) whichIsWrong(ctx context.Context, job *bundleJob, i int, bundleFile, tileFile string) error {
	index := job.first() + uint64(i)
	if v.authentic(ctx, 0, index, nil) {
		return damagedAt(index, bundleFile, "its bytes are not those that the log has signed")
	}
	// Hash the whole bundle, and see whether that is under the root.
	entries, err := readBundle(ctx, v.src, job.index, job.width)
	if err == nil {
		hashes := make([]byte, 0, tileBytes)
		for _, e := range entries {
			h := tlog.RecordHash(e)
			hashes = append(hashes, h[:]...)
		}
		tile := tlog.Tile{H: 8, L: 0, N: int64(job.index), W: job.width}
		if v.authentic(ctx, 0, index, map[tlog.Tile][]byte{tile: hashes}) {
			return damagedAt(index, tileFile, "the hash it holds is not that of the entry, which is the one the log has signed")
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return damagedAt(index, bundleFile, "it and its hash in %s do not belong together, and neither is under the signed root", tileFile)
}
