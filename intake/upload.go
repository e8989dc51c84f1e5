package intake

import (
	"context"
	"fmt"
	"io"

	"temwen/seal"
	"temwen/shelf"
)

// UploadLimits bound what is unfinished. The zero value of each means its
// default.
type UploadLimits = shelf.Limits

// Upload is how far an upload has come.
type Upload = shelf.Upload

// maxParcel is the length of the longest parcel, in bytes.
var maxParcel = 4 + seal.MaxHead + seal.MaxEnvelope

// CreateUpload begins the upload of a parcel of size bytes with its first bytes,
// which hold its whole head and the beginning of the envelope. What these allow
// to refuse is refused, as by Receive; the work of a report is taken here, for the
// rest may come much later. ErrBusy says also that there are too many unfinished
// uploads.
func (in *Intake) CreateUpload(ctx context.Context, size int64, first io.Reader) (seal.ID, Upload, error) {
	return in.uploads.Create(ctx, size, first)
}

// Upload is how far an upload has come, or ErrUnknown.
func (in *Intake) Upload(ctx context.Context, id seal.ID) (Upload, error) {
	return in.uploads.Upload(ctx, id)
}

// ForgetUpload ends an unfinished upload and erases its pieces.
func (in *Intake) ForgetUpload(ctx context.Context, id seal.ID) error {
	return in.uploads.Forget(ctx, id)
}

// AppendUpload adds bytes at an offset, which must be where the upload stands
// (ErrOffset). What came before piece failed is kept. With the last byte the
// parcel is taken as by Receive, with its errors; one that is not taken is
// forgotten, except for ErrBusy and ErrFull. Appending nothing to an upload that
// is complete tries, or acknowledges, again.
func (in *Intake) AppendUpload(ctx context.Context, id seal.ID, offset int64, piece io.Reader) (Upload, error) {
	return in.uploads.Append(ctx, id, offset, piece)
}

// taker takes uploads for the intake.
type taker struct{ in *Intake }

// Admit implements shelf.Taker.
func (t taker) Admit(ctx context.Context, size int64, start []byte) error {
	if size > maxParcel {
		return fmt.Errorf("%w: a parcel has at most %d bytes", seal.ErrTooLarge, maxParcel)
	}
	p, err := seal.ReadParcel(bytesReader(start), size)
	if err != nil {
		return err
	}
	return t.in.mayCome(ctx, &p.Head, true)
}

// Take implements shelf.Taker.
func (t taker) Take(ctx context.Context, all io.Reader, size int64) ([]byte, error) {
	p, err := seal.ReadParcel(all, size)
	if err != nil {
		return nil, err
	}
	return t.in.receive(ctx, p, "", false) // it was admitted
}
