package shelf

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"temwen/seal"
)

// Limits bound what is unfinished. The zero value of each means its default.
type Limits struct {
	Count int           // uploads at once: 4096
	Bytes int64         // of all that has come: 16 GiB
	Idle  time.Duration // after which an upload is forgotten: 7 days
	Grace time.Duration // for which one is never given up for another: 10 minutes
}

func (l Limits) withDefaults() Limits {
	if l.Count == 0 {
		l.Count = 4096
	}
	if l.Bytes == 0 {
		l.Bytes = 16 << 30
	}
	if l.Idle == 0 {
		l.Idle = 7 * 24 * time.Hour
	}
	if l.Grace == 0 {
		l.Grace = 10 * time.Minute
	}
	return l
}

// maxPiece is how many bytes of an upload come at once at most.
const maxPiece = 1 << 20

// Taker is who takes what comes in pieces.
type Taker interface {
	// Admit refuses an upload of size bytes by what its first bytes say.
	Admit(ctx context.Context, size int64, start []byte) error
	// Take takes it when all its bytes are there, and returns what acknowledges it.
	// What it does not take is forgotten, except for ErrBusy and ErrFull.
	Take(ctx context.Context, all io.Reader, size int64) (receipt []byte, err error)
}

// Uploads are parcels that come in pieces, each a file named by its ID and
// length; how far it has come is the length of the file. When something last
// came is known in memory only: on disk no time is finer than a day. Its methods
// may be called concurrently.
type Uploads struct {
	dir    string
	limits Limits
	now    func() time.Time
	taker  Taker

	mu    sync.Mutex // taken after an upload's own
	all   map[seal.ID]*upload
	bytes int64 // that are on disk
}

type upload struct {
	mu      sync.Mutex
	id      seal.ID
	size    int64
	offset  int64
	held    int64 // bytes on disk
	receipt []byte
	gone    bool

	touched time.Time // guarded by Uploads.mu
}

// Upload is how far an upload has come.
type Upload struct {
	Offset, Size int64 // bytes that are there, of how many
	// Receipt is the text of the receipt, once the parcel was taken.
	Receipt []byte
}

func (us *Uploads) file(u *upload) string {
	return filepath.Join(us.dir, u.id.String()+"."+strconv.FormatInt(u.size, 10))
}

// OpenUploads are those of a folder, which is made where there is none, with
// the ones that an earlier process has left.
func OpenUploads(dir string, limits Limits, now func() time.Time, taker Taker) (*Uploads, error) {
	us := &Uploads{dir: dir, limits: limits.withDefaults(), now: now, taker: taker, all: make(map[seal.ID]*upload)}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making room for uploads: %w", err)
	}
	if err := us.find(); err != nil {
		return nil, fmt.Errorf("reading unfinished uploads: %w", err)
	}
	return us, nil
}

func (us *Uploads) find() error {
	entries, err := os.ReadDir(us.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return err
		}
		u := &upload{offset: info.Size(), held: info.Size(), touched: info.ModTime()}
		id, size, _ := strings.Cut(e.Name(), ".")
		if u.size, err = strconv.ParseInt(size, 10, 64); err != nil || u.id.UnmarshalText([]byte(id)) != nil || u.offset > u.size {
			if err := os.Remove(filepath.Join(us.dir, e.Name())); err != nil {
				return err
			}
			continue
		}
		us.all[u.id] = u
		us.bytes += u.offset
	}
	return nil
}

// Create begins the upload of a parcel of size bytes with its first bytes, which
// hold its whole head and the beginning of the envelope. What the taker does not
// admit by these is refused. ErrBusy says also that there are too many unfinished
// uploads.
func (us *Uploads) Create(ctx context.Context, size int64, first io.Reader) (seal.ID, Upload, error) {
	start, err := io.ReadAll(io.LimitReader(first, min(size, maxPiece)))
	if err != nil {
		return seal.ID{}, Upload{}, fmt.Errorf("beginning an upload: %w", err)
	}
	if err := us.taker.Admit(ctx, size, start); err != nil {
		return seal.ID{}, Upload{}, err
	}
	id, err := us.begin(size)
	if err != nil {
		return id, Upload{}, err
	}
	at, err := us.Append(ctx, id, 0, bytes.NewReader(start))
	return id, at, err
}

func (us *Uploads) begin(size int64) (seal.ID, error) {
	if err := us.makeRoom(); err != nil {
		return seal.ID{}, err
	}
	u := &upload{id: newID(), size: size, touched: us.now()}
	f, err := os.OpenFile(us.file(u), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return seal.ID{}, Full(fmt.Errorf("beginning an upload: %w", err))
	}
	if err := f.Close(); err != nil {
		return seal.ID{}, Full(err)
	}
	us.mu.Lock()
	defer us.mu.Unlock()
	us.all[u.id] = u
	return u.id, nil
}

// makeRoom forgets uploads that have been idle for long, and, where there are too
// many or too much, those idle longest.
func (us *Uploads) makeRoom() error {
	for {
		u, why := us.spare()
		if u == nil {
			return why
		}
		if err := us.forget(u); err != nil {
			return err
		}
	}
}

// spare is an upload to be forgotten; or nil, and an error where there is no
// room either.
func (us *Uploads) spare() (*upload, error) {
	limits, now := us.limits, us.now()
	us.mu.Lock()
	defer us.mu.Unlock()
	var oldest *upload
	for _, u := range us.all {
		if oldest == nil || u.touched.Before(oldest.touched) {
			oldest = u
		}
	}
	crowded := len(us.all) >= limits.Count || us.bytes >= limits.Bytes
	switch {
	case oldest == nil:
		return nil, nil
	case now.Sub(oldest.touched) > limits.Idle, crowded && now.Sub(oldest.touched) > limits.Grace:
		return oldest, nil
	case crowded:
		return nil, fmt.Errorf("%w: there are %d unfinished uploads", ErrBusy, len(us.all))
	}
	return nil, nil
}

func (us *Uploads) forget(u *upload) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	return us.remove(u)
}

// remove erases an upload, whose lock is held.
func (us *Uploads) remove(u *upload) error {
	err := os.Remove(us.file(u))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	us.mu.Lock()
	defer us.mu.Unlock()
	if !u.gone {
		u.gone = true
		delete(us.all, u.id)
		us.bytes -= u.held
	}
	return nil
}

// upload finds an upload and takes its lock.
func (us *Uploads) upload(id seal.ID) (*upload, error) {
	us.mu.Lock()
	u := us.all[id]
	if u != nil {
		u.touched = us.now()
	}
	us.mu.Unlock()
	if u == nil {
		return nil, ErrUnknown
	}
	u.mu.Lock()
	if u.gone {
		u.mu.Unlock()
		return nil, ErrUnknown
	}
	return u, nil
}

// Upload is how far an upload has come, or ErrUnknown.
func (us *Uploads) Upload(_ context.Context, id seal.ID) (Upload, error) {
	u, err := us.upload(id)
	if err != nil {
		return Upload{}, err
	}
	defer u.mu.Unlock()
	return Upload{u.offset, u.size, u.receipt}, nil
}

// IDs are those of all uploads that are known.
func (us *Uploads) IDs() []seal.ID {
	us.mu.Lock()
	defer us.mu.Unlock()
	return slices.Collect(maps.Keys(us.all))
}

// Forget ends an unfinished upload and erases its pieces.
func (us *Uploads) Forget(_ context.Context, id seal.ID) error {
	u, err := us.upload(id)
	if err != nil {
		return err
	}
	defer u.mu.Unlock()
	return us.remove(u)
}

// Append adds bytes at an offset, which must be where the upload stands
// (ErrOffset). What came before piece failed is kept. With the last byte the
// parcel is taken, with the taker's errors. Appending nothing to an upload that
// is complete tries, or acknowledges, again.
func (us *Uploads) Append(ctx context.Context, id seal.ID, offset int64, piece io.Reader) (Upload, error) {
	u, err := us.upload(id)
	if err != nil {
		return Upload{}, err
	}
	defer u.mu.Unlock()
	if offset != u.offset {
		return Upload{Offset: u.offset, Size: u.size}, ErrOffset
	}
	if u.receipt == nil && u.offset < u.size {
		if err := us.write(u, piece); err != nil {
			return Upload{Offset: u.offset, Size: u.size}, err
		}
	}
	if u.receipt == nil && u.offset == u.size {
		if err := us.finish(ctx, u); err != nil {
			return Upload{Offset: u.offset, Size: u.size}, err
		}
	}
	return Upload{u.offset, u.size, u.receipt}, nil
}

// write adds what comes to the file, also where it fails later on.
func (us *Uploads) write(u *upload, piece io.Reader) error {
	f, err := os.OpenFile(us.file(u), os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("going on with an upload: %w", err)
	}
	defer f.Close()
	if _, err := f.Seek(u.offset, io.SeekStart); err != nil {
		return err
	}
	n, err := io.Copy(f, io.LimitReader(piece, u.size-u.offset))
	u.offset, u.held = u.offset+n, u.held+n
	us.mu.Lock()
	us.bytes += n
	us.mu.Unlock()
	if cerr := blur(f, us.now()); err == nil {
		err = cerr
	}
	if err != nil {
		return Full(fmt.Errorf("going on with an upload: %w", err))
	}
	return nil
}

// finish takes the parcel whose bytes are all there.
func (us *Uploads) finish(ctx context.Context, u *upload) error {
	f, err := os.Open(us.file(u))
	if err != nil {
		return fmt.Errorf("finishing an upload: %w", err)
	}
	defer f.Close()
	u.receipt, err = us.taker.Take(ctx, f, u.size)
	switch {
	case errors.Is(err, ErrBusy), errors.Is(err, ErrFull), err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		return errors.Join(err, us.remove(u))
	}
	// Its receipt is remembered until it has been idle for long; its bytes are not.
	us.mu.Lock()
	us.bytes -= u.held
	us.mu.Unlock()
	u.held = 0
	return os.Remove(us.file(u))
}

func newID() (id seal.ID) {
	rand.Read(id[:]) // never fails
	return id
}
