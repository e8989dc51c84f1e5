package report

import (
	"context"
	"errors"
	"io"

	"temwen/locale"
	"temwen/seal"
	"temwen/when"
)

// Office is the oversight office as somebody who tells something needs it.
// Package intake keeps it on the record. Every method may be called by many at
// once.
//
// Errors wrap one of those below, or one of package seal's about the bytes that
// were sent; anything else is a fault of the server. No error repeats what
// somebody sent.
type Office interface {
	// Key is what envelopes are sealed to now.
	Key(ctx context.Context) (Key, error)
	// Receive takes a parcel that was sealed in a browser: stored for good, on the
	// record and acknowledged by the text of its receipt. The same ID with the same
	// bytes is stored once and acknowledged each time. The work of a report is
	// checked. Errors: ErrEpoch, ErrReused, ErrUnknown, ErrBusy, ErrFull and
	// seal.ErrWork.
	Receive(ctx context.Context, p *seal.Parcel) (receipt []byte, err error)
	// ReceiveHere is Receive for a parcel that this program sealed for a browser
	// without JavaScript. Its head has no work, for such a browser cannot do any.
	ReceiveHere(ctx context.Context, p *seal.Parcel) (receipt []byte, err error)

	// Uploads are parcels that come in pieces.
	Uploads

	// Thread is what became of a report. The token is the lookup of its code. A
	// token that opens nothing is ErrUnknown, after the same work.
	Thread(ctx context.Context, token seal.ID) (*Thread, error)
	// Item is the envelope of an item of a thread that the office sent, and its
	// length in bytes. The caller closes it. What the person sent themself, and what
	// is not there, is ErrUnknown.
	Item(ctx context.Context, token seal.ID, n int) (io.ReadCloser, int64, error)
	// Withdraw says that the office must stop. Twice is once.
	Withdraw(ctx context.Context, token seal.ID) error
}

// Uploads are parcels that come in pieces, as tus 1.0.0 sends them. What is
// unfinished is forgotten after some days.
type Uploads interface {
	// Create begins the upload of a parcel of size bytes with its first bytes, which
	// hold the whole head; what the head allows to refuse is refused. Errors: those
	// of Receive and of package seal; ErrBusy too where there are too many
	// unfinished ones.
	Create(ctx context.Context, size int64, first io.Reader) (seal.ID, Upload, error)
	// Append adds bytes at an offset, which must be where the upload stands
	// (ErrOffset). What came before piece failed is kept. With the last byte the
	// parcel is taken as by Receive, with its errors; one that is refused is
	// forgotten, except for ErrBusy and ErrFull. Appending nothing to an upload that
	// is complete tries, or acknowledges, again.
	Append(ctx context.Context, id seal.ID, offset int64, piece io.Reader) (Upload, error)
	// Upload is how far an upload has come, or ErrUnknown.
	Upload(ctx context.Context, id seal.ID) (Upload, error)
	// Forget ends an unfinished upload and erases its pieces.
	Forget(ctx context.Context, id seal.ID) error
}

// Upload is how far an upload has come.
type Upload struct {
	Offset, Size int64 // bytes that are there, of how many
	// Receipt is the text of the receipt, once the parcel was taken.
	Receipt []byte
}

// Kinds of errors of an office.
var (
	ErrEpoch   = errors.New("this epoch is over: fetch the key and seal again")
	ErrReused  = errors.New("the ID was used for another parcel")
	ErrUnknown = errors.New("nothing is known under this token or ID")
	ErrBusy    = errors.New("too many at once: try again later")
	ErrFull    = errors.New("the office cannot store anything now")
	ErrOffset  = errors.New("the upload stands at another offset: ask where, and go on from there")
)

// Key is what envelopes are sealed to.
type Key struct {
	Office      seal.ID
	Name        locale.Text // of the office
	Epoch       int
	Recipient   string // age1pq1…
	Fingerprint string
	// Challenge is fresh work for the next report, and Bits how much of it.
	Challenge seal.Challenge
	Bits      int
}

// Thread is what became of a report.
type Thread struct {
	State State
	// Since is the day on which the state began; when.Earliest where it says nothing.
	Since when.Day
	// Read reports that the office has read what was sent last.
	Read bool
	// Asked reports that the person has changed or withdrawn what the office may do,
	// and that it has not said yet that it does so; Heeded is the day on which it did,
	// 0 where it has not.
	Asked  bool
	Heeded when.Day
	Items  []Item
	// Receipt is the report's receipt file, with the proof once there is one, and
	// Proof that C2SP tlog-proof alone, nil until the report is published.
	Receipt, Proof []byte
}

// Item is one envelope of a thread.
type Item struct {
	N    int // from 1
	From seal.From
	Kind seal.ParcelKind // what the office sends is a message
	Size int64           // of the envelope, in bytes
}

// State is how a report stands.
type State string

// The states of a report.
const (
	Received  State = "received"
	Seen      State = "read"
	Referred  State = "referred" // help was asked for
	InCase    State = "case"     // a case was opened
	Noticed   State = "notice"   // those who must answer were written to
	Waiting   State = "waiting"  // for their answer
	Closed    State = "closed"
	Withdrawn State = "withdrawn"
)

// States are all states, in their usual order.
var States = []State{Received, Seen, Referred, InCase, Noticed, Waiting, Closed, Withdrawn}
