// Package desk is the officers' side of the oversight office over HTTP, on a
// listener of its own: signing in, the office's keys, the inbox of sealed
// reports and what an officer does with them.
//
// It must never see a report, a note, a passphrase or the secret of a key: what
// is sealed is fetched, opened and sealed again in an officer's browser, and
// passes through here as bytes. (What a gateway for text messages sends is the
// one exception: it is sealed on arrival.) It must never log who asked or from
// where. Start with this file, which says what the desk needs of the rooms below
// (Office, Inbox), then New in server.go, then the handler of a page: one file each.
package desk

import (
	"context"
	"io"

	"temwen/casework"
	"temwen/intake"
	"temwen/office"
	"temwen/told"
	"temwen/when"
)

// Office is the oversight office: its officers, its keys and who may open what;
// an *office.Office. What its state does not allow is an *office.Refused.
type Office interface {
	// State is the office as it stands. The caller does not change it.
	State(ctx context.Context) (*office.State, error)
	// Do does a command in an officer's name, which is empty where only a link was
	// shown, and records it.
	Do(ctx context.Context, by string, command office.Command) error
	// Deeds are what was done before the event with an index, the latest first; 0
	// stands for all.
	Deeds(ctx context.Context, before uint64, limit int) ([]office.Deed, error)
}

// Inbox is what was reported, in threads of sealed items: a *gate.Inbox, which asks
// whether the officer may. Who that is stands in the context: see gate.As. Its
// errors are those of package intake, and *office.Refused.
type Inbox interface {
	Threads(ctx context.Context, q intake.Query) (intake.Page, error)
	Thread(ctx context.Context, id string) (*intake.Thread, error)
	// Envelope hands an officer the sealed bytes of an item, and records that it
	// did. The caller closes it.
	Envelope(ctx context.Context, by, thread string, item int) (io.ReadCloser, int64, error)
	// Do does a deed in an officer's name, and records it.
	Do(ctx context.Context, by string, deed intake.Deed) error
	// Erase destroys a thread, as the second of two officers; with dry set it only
	// says what would go.
	Erase(ctx context.Context, by, thread string, dry bool) (intake.Erasing, error)
	// Due are the threads that were kept as long as a rule says.
	Due(ctx context.Context, k intake.Keep, today when.Day, q intake.Query) ([]intake.Due, error)
	// RestsOf is what a case rests on, with what the people who reported allow, and
	// ToldOf what they were told of it. ToldIn is what one was told in a thread.
	RestsOf(ctx context.Context, docket string) (*told.Rests, error)
	ToldOf(ctx context.Context, docket string) ([]intake.Told, error)
	ToldIn(ctx context.Context, thread string) ([]intake.Told, error)
	// RestOn are the cases that rest on the report of a thread.
	RestOn(ctx context.Context, thread string) ([]*casework.Case, error)
	// EnterParcel takes a report that an officer wrote down, size bytes long with
	// its head. It returns the text of the receipt.
	EnterParcel(ctx context.Context, by string, parcel io.Reader, size int64) (receipt []byte, err error)
}
