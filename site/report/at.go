package report

import (
	"context"
	"errors"
	"fmt"
	"io"

	"temwen/intake"
	"temwen/seal"
)

// At is the office whose reports an intake takes.
func At(in *intake.Intake) Office { return at{in} }

// at says what intake says in this package's words.
type at struct{ in *intake.Intake }

// kinds are the errors of package intake, and this package's for each.
var kinds = map[error]error{
	intake.ErrEpoch: ErrEpoch, intake.ErrReused: ErrReused, intake.ErrUnknown: ErrUnknown,
	intake.ErrBusy: ErrBusy, intake.ErrFull: ErrFull, intake.ErrOffset: ErrOffset,
}

func kindOf(err error) error {
	for theirs, ours := range kinds {
		if errors.Is(err, theirs) {
			return fmt.Errorf("%w: %w", ours, err)
		}
	}
	return err
}

func (a at) Key(ctx context.Context) (Key, error) {
	k, err := a.in.Key(ctx)
	return Key{
		Office: k.Office, Name: k.Name, Epoch: k.Epoch, Recipient: k.Recipient, Fingerprint: k.Fingerprint,
		Challenge: k.Challenge, Bits: k.Bits,
	}, kindOf(err)
}

func (a at) Receive(ctx context.Context, p *seal.Parcel) ([]byte, error) {
	receipt, err := a.in.Receive(ctx, p)
	return receipt, kindOf(err)
}

func (a at) ReceiveHere(ctx context.Context, p *seal.Parcel) ([]byte, error) {
	receipt, err := a.in.ReceiveHere(ctx, p)
	return receipt, kindOf(err)
}

func (a at) Create(ctx context.Context, size int64, first io.Reader) (seal.ID, Upload, error) {
	id, u, err := a.in.CreateUpload(ctx, size, first)
	return id, Upload(u), kindOf(err)
}

func (a at) Append(ctx context.Context, id seal.ID, offset int64, piece io.Reader) (Upload, error) {
	u, err := a.in.AppendUpload(ctx, id, offset, piece)
	return Upload(u), kindOf(err)
}

func (a at) Upload(ctx context.Context, id seal.ID) (Upload, error) {
	u, err := a.in.Upload(ctx, id)
	return Upload(u), kindOf(err)
}

func (a at) Forget(ctx context.Context, id seal.ID) error {
	return kindOf(a.in.ForgetUpload(ctx, id))
}

func (a at) Thread(ctx context.Context, token seal.ID) (*Thread, error) {
	th, err := a.in.PersonThread(ctx, token)
	if err != nil {
		return nil, kindOf(err)
	}
	t := &Thread{State: State(th.Stage), Since: th.Since, Read: th.Read, Asked: th.Asked, Heeded: th.Heeded, Receipt: th.Receipt, Proof: th.Proof}
	for _, i := range th.Items {
		from := seal.FromReporter
		if i.FromOffice {
			from = seal.FromOffice
		}
		t.Items = append(t.Items, Item{N: i.N, From: from, Kind: seal.ParcelKind(i.Kind), Size: i.Size})
	}
	return t, nil
}

func (a at) Item(ctx context.Context, token seal.ID, n int) (io.ReadCloser, int64, error) {
	r, size, err := a.in.PersonItem(ctx, token, n)
	return r, size, kindOf(err)
}

func (a at) Withdraw(ctx context.Context, token seal.ID) error {
	return kindOf(a.in.Withdraw(ctx, token))
}
