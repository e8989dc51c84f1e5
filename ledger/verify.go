package ledger

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"temwen/record"
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
	// Receipts are to be found in the log.
	Receipts []NamedReceipt
	// Events is the record of the log's own store, to be compared entry by
	// entry.
	Events Events
	// Progress, if not nil, is called from time to time with how many
	// entries are checked.
	Progress func(done, of uint64)
}

// NamedReceipt is a receipt with a name for messages: its file.
type NamedReceipt struct {
	Name string
	Data []byte
}

// Pin is where the key came from that the log was verified under.
type Pin string

const (
	PinGiven  Pin = "given"            // by the caller
	PinKept   Pin = "kept"             // from last time
	PinPolicy Pin = "policy"           // named by the witness policy
	PinFound  Pin = "found at the log" // not pinned: trust on first use
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
// kept stays. Other errors say what kept Verify from checking.
func Verify(ctx context.Context, where string, o Options) (Report, error) {
	v, err := prepare(ctx, where, o)
	if err == nil {
		err = v.run(ctx)
	}
	if err == nil {
		err = v.keep(o.Keep)
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
	receipts []namedProof
	events   Events
	progress func(done, of uint64)

	// What is learned on the way, by the collector alone.
	tree    frontier
	bundles []tlog.Hash          // roots of the full bundles, if they are to be kept
	roots   map[uint64]tlog.Hash // of the tree at the sizes wanted
	leaves  map[uint64]tlog.Hash // at the indexes wanted
	upper   upperTiles
	later   *Damage // damage to an upper tile, reported unless there is worse
}

type namedProof struct {
	name       string
	proof      proof
	checkpoint Checkpoint
}

// prepare reads and checks all but the entries.
func prepare(ctx context.Context, where string, o Options) (*verification, error) {
	v := &verification{
		report:   Report{Source: where},
		events:   o.Events,
		progress: o.Progress,
		roots:    make(map[uint64]tlog.Hash),
		leaves:   make(map[uint64]tlog.Hash),
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
	vkey, pin := o.Key, PinGiven
	if vkey == "" && len(v.kept) > 0 {
		vkey, pin = v.kept[0].vkey, PinKept
	}
	if vkey == "" {
		logs, err := policyLogs(o.Policy)
		if err != nil {
			return err
		}
		if len(logs) == 1 {
			vkey, pin = logs[0], PinPolicy
		}
	}
	if vkey == "" {
		vkey, pin = found, PinFound
	}
	if vkey == "" {
		return errors.New("there is no key: give the ledger's key, which the operator publishes, for there is none beside the log")
	}
	for _, k := range v.kept {
		if k.vkey != vkey {
			return &Damage{What: fmt.Sprintf("the key kept from last time is %s, and now it is %s: the log has changed its key or its name", k.vkey, vkey)}
		}
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

// addReceipt checks a receipt by itself, and asks for what will show whether it
// is one of this log.
func (v *verification) addReceipt(r NamedReceipt) error {
	p, err := parseReceipt(r.Data)
	if err != nil {
		return &Damage{What: fmt.Sprintf("receipt %s: %v", r.Name, err)}
	}
	// Its checkpoint may be from before there were witnesses.
	own, err := newTrust(v.trust.vkey, nil)
	if err != nil {
		return err
	}
	c, err := own.open(p.checkpoint)
	if err != nil {
		return &Damage{What: fmt.Sprintf("receipt %s: its checkpoint: %v", r.Name, err)}
	}
	if p.index >= c.Size {
		return &Damage{What: fmt.Sprintf("receipt %s: it is for entry %d of a log of %d", r.Name, p.index, c.Size)}
	}
	if c.Size > v.size {
		return &Damage{
			Found: true, First: v.size,
			What: fmt.Sprintf("receipt %s shows that the log had %d entries, and it has %d: it was cut, or this is an older copy", r.Name, c.Size, v.size),
		}
	}
	v.roots[c.Size], v.leaves[p.index] = tlog.Hash{}, tlog.Hash{}
	v.receipts = append(v.receipts, namedProof{name: r.Name, proof: p, checkpoint: c})
	return nil
}

// fetchers is how many bundles are in work at once where they come from afar.
const fetchers = 8

// run checks every entry. Bundles are read and hashed by several workers; the
// collector takes their results in order, so that what it finds wrong first is
// the first that is wrong.
func (v *verification) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	if _, far := v.src.(*site); far {
		workers = max(workers, fetchers)
	}
	work := make(chan *bundleJob)
	ordered := make(chan *bundleJob, 2*workers)
	var done sync.WaitGroup
	done.Go(func() {
		defer close(ordered)
		defer close(work)
		v.dispatch(ctx, work, ordered)
	})
	for range workers {
		done.Go(func() {
			w := bundleWorker{v: v}
			for job := range work {
				w.check(ctx, job)
				close(job.done)
			}
		})
	}
	err := v.collect(ctx, ordered)
	stop()
	for range ordered { // let the dispatcher end
	}
	done.Wait()
	return err
}

// bundleJob is one bundle on its way through.
type bundleJob struct {
	index  uint64
	width  int
	events []record.Event // to compare with, if the record is given
	leaves bool           // the collector wants the leaves
	err    error          // from the record
	ahead  uint64         // events after the last entry, on the last job

	done   chan struct{}
	result bundleResult
}

func (j *bundleJob) first() uint64 { return j.index * tileWidth }

// dispatch makes the jobs, in order, with the events that belong to them.
func (v *verification) dispatch(ctx context.Context, work, ordered chan<- *bundleJob) {
	next := func() (record.Event, error, bool) { return record.Event{}, nil, false }
	if v.events != nil {
		pull, stop := iter.Pull2(v.events(ctx, 0))
		defer stop()
		next = pull
	}
	wanted := v.wanted()
	jobs := (v.size + tileWidth - 1) / tileWidth
	for i := range max(jobs, 1) { // one, empty, where the log is
		job := &bundleJob{index: i, done: make(chan struct{})}
		job.width = int(min(tileWidth, v.size-job.first()))
		for len(wanted) > 0 && wanted[0] < job.first() {
			wanted = wanted[1:]
		}
		job.leaves = job.width < tileWidth || len(wanted) > 0 && wanted[0] < job.first()+tileWidth
		if v.events != nil {
			for range job.width {
				e, err, ok := next()
				if job.err = err; err != nil || !ok {
					break
				}
				job.events = append(job.events, e)
			}
			for i+1 >= jobs && job.err == nil {
				_, err, ok := next()
				if job.err = err; err != nil || !ok {
					break
				}
				job.ahead++
			}
		}
		select {
		case ordered <- job:
		case <-ctx.Done():
			return
		}
		select {
		case work <- job:
		case <-ctx.Done():
			close(job.done)
			return
		}
	}
}

// wanted are the indexes of the leaves that must be added one by one: those
// asked for, and those where a size asked for ends.
func (v *verification) wanted() []uint64 {
	var list []uint64
	for i := range v.leaves {
		list = append(list, i)
	}
	for n := range v.roots {
		if n > 0 && n%tileWidth != 0 {
			list = append(list, n-1)
		}
	}
	slices.Sort(list)
	return list
}

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
		if err := v.grow(ctx, job); err != nil {
			return err
		}
		if job.err != nil {
			return fmt.Errorf("reading the record: %w", job.err)
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
	for _, r := range v.receipts {
		if err := v.checkReceipt(r); err != nil {
			return err
		}
		v.report.Receipts++
	}
	return nil
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

// checkReceipt checks that a receipt is one of this log: its checkpoint is of
// this history, and its entry is in it.
func (v *verification) checkReceipt(r namedProof) error {
	leaf := v.leaves[r.proof.index]
	if r.proof.entry != nil && tlog.RecordHash(r.proof.entry) != leaf {
		return damagedAt(r.proof.index, "", "receipt %s carries another entry than the log has", r.name)
	}
	if v.roots[r.checkpoint.Size] != r.checkpoint.Root {
		return &Damage{What: fmt.Sprintf("receipt %s was signed for another history: the log had %d entries then, and they are not these", r.name, r.checkpoint.Size)}
	}
	if tlog.CheckRecord(r.proof.path, int64(r.checkpoint.Size), r.checkpoint.Root, int64(r.proof.index), leaf) != nil {
		return damagedAt(r.proof.index, "", "receipt %s does not prove the entry the log has", r.name)
	}
	return nil
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
