package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"temwen/seal"
)

// UploadLimits bound what is unfinished. The zero value of each means its
// default.
type UploadLimits struct {
	Count int           // uploads at once: 4096
	Bytes int64         // of all that has come: 16 GiB
	Idle  time.Duration // after which an upload is forgotten: 7 days
	Grace time.Duration // for which one is never given up for another: 10 minutes
}

func (l UploadLimits) withDefaults() UploadLimits {
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

// maxParcel is the length of the longest parcel, in bytes.
var maxParcel = 4 + seal.MaxHead + seal.MaxEnvelope

// uploads are parcels that come in pieces, each a file named by its ID and
// length; how far it has come is the length of the file. When something last
// came is known in memory only: on disk no time is finer than a day.
type uploads struct {
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

	touched time.Time // guarded by uploads.mu
}

// Upload is how far an upload has come.
type Upload struct {
	Offset, Size int64 // bytes that are there, of how many
	// Receipt is the text of the receipt, once the parcel was taken.
	Receipt []byte
}

func (in *Intake) uploadFile(u *upload) string {
	return filepath.Join(in.unfinished(), u.id.String()+"."+strconv.FormatInt(u.size, 10))
}

// openUploads finds the uploads that an earlier process has left.
func (in *Intake) openUploads() error {
	in.options.Uploads = in.options.Uploads.withDefaults()
	in.uploads.all = make(map[seal.ID]*upload)
	entries, err := os.ReadDir(in.unfinished())
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
			if err := os.Remove(filepath.Join(in.unfinished(), e.Name())); err != nil {
				return err
			}
			continue
		}
		in.uploads.all[u.id] = u
		in.uploads.bytes += u.offset
	}
	return nil
}

// CreateUpload begins the upload of a parcel of size bytes with its first bytes,
// which hold its whole head and the beginning of the envelope. What these allow
// to refuse is refused, as by Receive; the work of a report is taken here, for the
// rest may come much later. ErrBusy says also that there are too many unfinished
// uploads.
func (in *Intake) CreateUpload(ctx context.Context, size int64, first io.Reader) (seal.ID, Upload, error) {
	start, err := io.ReadAll(io.LimitReader(first, min(size, maxPiece)))
	if err != nil {
		return seal.ID{}, Upload{}, fmt.Errorf("beginning an upload: %w", err)
	}
	if err := in.admit(ctx, size, start); err != nil {
		return seal.ID{}, Upload{}, err
	}
	id, err := in.beginUpload(size)
	if err != nil {
		return id, Upload{}, err
	}
	at, err := in.AppendUpload(ctx, id, 0, bytes.NewReader(start))
	return id, at, err
}

// admit refuses an upload by what its first bytes say.
func (in *Intake) admit(ctx context.Context, size int64, start []byte) error {
	if size > maxParcel {
		return fmt.Errorf("%w: a parcel has at most %d bytes", seal.ErrTooLarge, maxParcel)
	}
	p, err := seal.ReadParcel(bytes.NewReader(start), size)
	if err != nil {
		return err
	}
	return in.mayCome(ctx, &p.Head, true)
}

func (in *Intake) beginUpload(size int64) (seal.ID, error) {
	if err := in.makeRoom(); err != nil {
		return seal.ID{}, err
	}
	u := &upload{id: newID(), size: size, touched: in.options.Now()}
	f, err := os.OpenFile(in.uploadFile(u), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return seal.ID{}, full(fmt.Errorf("beginning an upload: %w", err))
	}
	if err := f.Close(); err != nil {
		return seal.ID{}, full(err)
	}
	in.uploads.mu.Lock()
	defer in.uploads.mu.Unlock()
	in.uploads.all[u.id] = u
	return u.id, nil
}

// makeRoom forgets uploads that have been idle for long, and, where there are too
// many or too much, those idle longest.
func (in *Intake) makeRoom() error {
	for {
		u, why := in.spare()
		if u == nil {
			return why
		}
		if err := in.forget(u); err != nil {
			return err
		}
	}
}

// spare is an upload to be forgotten; or nil, and an error where there is no
// room either.
func (in *Intake) spare() (*upload, error) {
	limits, now := in.options.Uploads, in.options.Now()
	in.uploads.mu.Lock()
	defer in.uploads.mu.Unlock()
	var oldest *upload
	for _, u := range in.uploads.all {
		if oldest == nil || u.touched.Before(oldest.touched) {
			oldest = u
		}
	}
	crowded := len(in.uploads.all) >= limits.Count || in.uploads.bytes >= limits.Bytes
	switch {
	case oldest == nil:
		return nil, nil
	case now.Sub(oldest.touched) > limits.Idle, crowded && now.Sub(oldest.touched) > limits.Grace:
		return oldest, nil
	case crowded:
		return nil, fmt.Errorf("%w: there are %d unfinished uploads", ErrBusy, len(in.uploads.all))
	}
	return nil, nil
}

func (in *Intake) forget(u *upload) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	return in.remove(u)
}

// remove erases an upload, whose lock is held.
func (in *Intake) remove(u *upload) error {
	err := os.Remove(in.uploadFile(u))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	in.uploads.mu.Lock()
	defer in.uploads.mu.Unlock()
	if !u.gone {
		u.gone = true
		delete(in.uploads.all, u.id)
		in.uploads.bytes -= u.held
	}
	return nil
}

// upload finds an upload and takes its lock.
func (in *Intake) upload(id seal.ID) (*upload, error) {
	in.uploads.mu.Lock()
	u := in.uploads.all[id]
	if u != nil {
		u.touched = in.options.Now()
	}
	in.uploads.mu.Unlock()
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
func (in *Intake) Upload(_ context.Context, id seal.ID) (Upload, error) {
	u, err := in.upload(id)
	if err != nil {
		return Upload{}, err
	}
	defer u.mu.Unlock()
	return Upload{u.offset, u.size, u.receipt}, nil
}

// ForgetUpload ends an unfinished upload and erases its pieces.
func (in *Intake) ForgetUpload(_ context.Context, id seal.ID) error {
	u, err := in.upload(id)
	if err != nil {
		return err
	}
	defer u.mu.Unlock()
	return in.remove(u)
}

// AppendUpload adds bytes at an offset, which must be where the upload stands
// (ErrOffset). What came before piece failed is kept. With the last byte the
// parcel is taken as by Receive, with its errors; one that is not taken is
// forgotten, except for ErrBusy and ErrFull. Appending nothing to an upload that
// is complete tries, or acknowledges, again.
func (in *Intake) AppendUpload(ctx context.Context, id seal.ID, offset int64, piece io.Reader) (Upload, error) {
	u, err := in.upload(id)
	if err != nil {
		return Upload{}, err
	}
	defer u.mu.Unlock()
	if offset != u.offset {
		return Upload{Offset: u.offset, Size: u.size}, ErrOffset
	}
	if u.receipt == nil && u.offset < u.size {
		if err := in.write(u, piece); err != nil {
			return Upload{Offset: u.offset, Size: u.size}, err
		}
	}
	if u.receipt == nil && u.offset == u.size {
		if err := in.finish(ctx, u); err != nil {
			return Upload{Offset: u.offset, Size: u.size}, err
		}
	}
	return Upload{u.offset, u.size, u.receipt}, nil
}

// write adds what comes to the file, also where it fails later on.
func (in *Intake) write(u *upload, piece io.Reader) error {
	f, err := os.OpenFile(in.uploadFile(u), os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("going on with an upload: %w", err)
	}
	defer f.Close()
	if _, err := f.Seek(u.offset, io.SeekStart); err != nil {
		return err
	}
	n, err := io.Copy(f, io.LimitReader(piece, u.size-u.offset))
	u.offset, u.held = u.offset+n, u.held+n
	in.uploads.mu.Lock()
	in.uploads.bytes += n
	in.uploads.mu.Unlock()
	if cerr := in.blur(f); err == nil {
		err = cerr
	}
	if err != nil {
		return full(fmt.Errorf("going on with an upload: %w", err))
	}
	return nil
}

// blur closes a file and leaves no time on it that is finer than the day.
func (in *Intake) blur(f *os.File) error {
	at := in.options.Now().UTC().Truncate(24 * time.Hour)
	return errors.Join(f.Close(), os.Chtimes(f.Name(), at, at))
}

// finish takes the parcel whose bytes are all there.
func (in *Intake) finish(ctx context.Context, u *upload) error {
	f, err := os.Open(in.uploadFile(u))
	if err != nil {
		return fmt.Errorf("finishing an upload: %w", err)
	}
	defer f.Close()
	p, err := seal.ReadParcel(f, u.size)
	if err == nil {
		u.receipt, err = in.receive(ctx, p, "", false) // it was admitted
	}
	switch {
	case errors.Is(err, ErrBusy), errors.Is(err, ErrFull), err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		return errors.Join(err, in.remove(u))
	}
	// Its receipt is remembered until it has been idle for long; its bytes are not.
	in.uploads.mu.Lock()
	in.uploads.bytes -= u.held
	in.uploads.mu.Unlock()
	u.held = 0
	return os.Remove(in.uploadFile(u))
}
