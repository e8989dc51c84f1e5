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
	"fmt"
	"io"
	"time"
)

// Office is the oversight office: its officers, its keys and who may open what.
// Package office keeps it on the record.
type Office interface {
	// State is the office as it stands. The caller does not change it.
	State(ctx context.Context) (*State, error)
	// Do does one of the office's commands in an officer's name, which is empty
	// where only a link was shown (Join), and records it. What the state does not
	// allow is a *Refused.
	Do(ctx context.Context, by string, command OfficeCommand) error
}

// Inbox is what was reported, in threads of sealed items. Package intake keeps
// it on the record.
type Inbox interface {
	// Threads are one page of a view, those with the latest item first.
	Threads(ctx context.Context, q Query) (Page, error)
	// Thread is one thread, or a *Refused with the code "unknown".
	Thread(ctx context.Context, id string) (*Thread, error)
	// Envelope hands an officer the sealed bytes of an item, and records that it
	// did. The caller closes it.
	Envelope(ctx context.Context, by, thread string, item int) (io.ReadCloser, int64, error)
	// Do does one of the inbox's commands in an officer's name and records it.
	// What the thread does not allow is a *Refused.
	Do(ctx context.Context, by string, command InboxCommand) error
	// Enter takes a parcel with a report that an officer wrote down, as if the
	// person had sent it, without its work. It returns the text of the receipt.
	Enter(ctx context.Context, by string, parcel io.Reader) (receipt []byte, err error)
}

// Refused is what may not be, as the state stands: somebody else was faster, the
// thread is closed, the link was used.
type Refused struct {
	// Code is one of those in the catalogue under desk.refused.
	Code string
	// By is the officer whose deed stands in the way, where there is one.
	By string
}

// Error is for logs; pages say desk.refused.<Code> in the officer's language.
func (r *Refused) Error() string {
	if r.By == "" {
		return fmt.Sprintf("refused: %s", r.Code)
	}
	return fmt.Sprintf("refused: %s, because of what %s did", r.Code, r.By)
}

// Codes of a Refused.
const (
	Unknown    = "unknown"    // there is no such officer, invitation, thread or item
	Used       = "used"       // the link was used or withdrawn
	Late       = "late"       // the link is too old
	Taken      = "taken"      // another officer has this name
	NotAllow   = "not-allow"  // this officer may not do that, as they stand
	LastOne    = "last"       // nobody would be left who can open the office's key
	OldEpoch   = "old-epoch"  // there is a newer key: seal again
	Incomplete = "incomplete" // a new key must be wrapped to every officer
	Over       = "over"       // the thread was closed, withdrawn or joined to another
	Itself     = "itself"     // a thread cannot be joined to itself
	Moved      = "moved"      // the thread moved on since the page was shown
	TooLarge   = "too-large"
	Malformed  = "malformed"
	Full       = "full" // the office cannot store now
)

// State is the office at one moment.
type State struct {
	ID       string // 16 random bytes, base64url
	Epochs   []Epoch
	Officers []Officer
	Invites  []Invite
	Recovery *Recovery // nil where no shares were given out
}

// Epoch is the time in which one key of the office is published.
type Epoch struct {
	Number    int    // from 1
	Recipient string // age1pq1…
	Since     time.Time
	// Wraps are the epoch's identity as age files, by the ID of the officer who
	// can open each, and Rescue the one for the recovery recipient.
	Wraps  map[string][]byte
	Rescue []byte
}

// Officer is one who works at the office. Officers have names to sign in with,
// which need not be their own.
type Officer struct {
	ID        string // 16 random bytes, base64url
	Name      string // [a-z0-9][a-z0-9.-]{1,31}; see docs/sealed-reports.md
	Standing  Standing
	Recipient string // age1pq1…
	// Keys are the officer's identity, sealed in their browser: once with the
	// passphrase, and once for each passkey that can.
	Keys []SealedKey
	// Login is the SHA-256 of the login secret that their browser makes of the
	// passphrase; TOTP the secret of their second step, base32, or empty.
	Login    []byte
	TOTP     string
	Passkeys []Passkey
	Since    time.Time // joined
}

// Standing is how far an officer has come.
type Standing string

// The standings of an officer.
const (
	Joined   Standing = "joined"   // has a key, waits to be admitted
	Admitted Standing = "admitted" // can open the office's key
	Removed  Standing = "removed"
)

// SealedKey is an age file with an officer's identity.
type SealedKey struct {
	Passkey []byte // ID of the passkey whose PRF opens it; nil for the passphrase
	File    []byte
}

// Passkey is a WebAuthn credential.
type Passkey struct {
	ID         []byte
	Label      string // by the officer
	Credential []byte // as JSON of github.com/go-webauthn/webauthn
	Added      time.Time
}

// Invite is a link that is good once.
type Invite struct {
	ID    string // base64url of the SHA-256 of the link's token
	Name  string // of the officer to be
	By    string // officer
	Until time.Time
}

// Recovery says who can open the office's keys together when all officers'
// keys are lost.
type Recovery struct {
	Recipient string // age1pq1…
	Need, Of  int
	Since     time.Time
}

// OfficeCommand is something that is done at the office. Each is an event.
type OfficeCommand interface{ office() }

// The office's commands.
type (
	// InviteOfficer makes a link.
	InviteOfficer struct{ Invite Invite }
	// WithdrawInvite makes a link worthless.
	WithdrawInvite struct{ ID string }
	// Join uses a link. The officer's standing becomes Joined.
	Join struct {
		Invite  string // its ID
		Officer Officer
	}
	// Admit gives an officer the keys of epochs, wrapped to them.
	Admit struct {
		Officer string
		Wraps   map[int][]byte // by the epoch's number
	}
	// Remove ends an officer's work. They can still open what was sealed to the
	// epochs they know, so that a Rotate should follow.
	Remove struct{ Officer string }
	// Rotate begins an epoch: its Wraps are to all who are admitted, and its
	// Rescue is there if there is a Recovery.
	Rotate struct{ Epoch Epoch }
	// ArrangeRecovery gives out new shares; Rescues are all epochs wrapped to the new
	// recipient, by number.
	ArrangeRecovery struct {
		Recovery Recovery
		Rescues  map[int][]byte
	}
	// Recover gives the officer who does it the keys of epochs that they opened with
	// the shares. They may only be Joined.
	Recover struct{ Wraps map[int][]byte }
	// ChangePassphrase seals an officer's own identity anew.
	ChangePassphrase struct {
		Login []byte
		Key   SealedKey
	}
	// SetTOTP sets an officer's own second step.
	SetTOTP struct{ Secret string }
	// AddPasskey adds one to an officer's own; Key is nil where it has no PRF.
	AddPasskey struct {
		Passkey Passkey
		Key     *SealedKey
	}
	// UsePasskey keeps what changed in a credential by its use, its counter above all.
	UsePasskey struct{ ID, Credential []byte }
	// DropPasskey removes one of an officer's own.
	DropPasskey struct{ ID []byte }
	// SignIn and SignOut are noted.
	SignIn  struct{ With string } // "passkey", "password", "oidc"
	SignOut struct{}
)

func (InviteOfficer) office()    {}
func (WithdrawInvite) office()   {}
func (Join) office()             {}
func (Admit) office()            {}
func (Remove) office()           {}
func (Rotate) office()           {}
func (ArrangeRecovery) office()  {}
func (Recover) office()          {}
func (ChangePassphrase) office() {}
func (SetTOTP) office()          {}
func (AddPasskey) office()       {}
func (UsePasskey) office()       {}
func (DropPasskey) office()      {}
func (SignIn) office()           {}
func (SignOut) office()          {}

// Stage is how far the office has come with a thread. It is what the person is
// told when they come back.
type Stage string

// The stages of a thread, as docs/sealed-reports.md has them.
const (
	Received  Stage = "received"
	Read      Stage = "read"
	Referred  Stage = "referred"
	Case      Stage = "case"
	Notice    Stage = "notice"
	Waiting   Stage = "waiting" // for the State's answer, since Thread.Since
	Closed    Stage = "closed"
	Withdrawn Stage = "withdrawn" // by the person
)

// View is a part of the inbox.
type View string

// The views. Of threads that were joined to another only the other is shown;
// closed and withdrawn ones are in Ended alone.
const (
	Unread View = "unread" // something the person sent was not opened by anybody
	Mine   View = "mine"   // assigned to Query.Officer
	Ours   View = "ours"   // the person said the last word
	Theirs View = "theirs" // the office did
	Open   View = "open"   // all of the above
	Ended  View = "ended"
)

// Query asks for a page of a view.
type Query struct {
	View    View
	Officer string // for Mine, and for the counts
	After   string // Page.Next of the page before, or empty
	Limit   int
}

// Page is a page of a view, and how many threads each view has.
type Page struct {
	Threads []Thread
	Next    string // empty at the end
	Counts  map[View]int
}

// Thread is one person's report and what followed, by one receipt code.
type Thread struct {
	ID       string // opaque; fit for an address
	Number   int    // short, for people to name it: the first is 1
	Stage    Stage
	Since    string   // day, YYYY-MM-DD, that Waiting counts from, or empty
	Assigned string   // officer, or empty
	Foreign  bool     // marked as not for this office
	Into     string   // the thread it was joined to, or empty
	Joined   []string // threads that were joined to it
	Reply    string   // the person's recipient, age1pq1…
	Items    []Item   // in the order they came; of joined threads, only their own
	Unread   int      // items from the person that nobody opened
	Version  uint64   // changes with every deed; see Seen
}

// Item is one sealed envelope of a thread.
type Item struct {
	N      int // from 1
	Kind   ItemKind
	Epoch  int // whose key opens it
	Size   int64
	Day    string // YYYY-MM-DD
	By     string // officer, or empty for the person
	Opened bool   // by anybody at the office
}

// ItemKind is what an item is.
type ItemKind string

// The kinds of items. Those of the office are sealed to the office's key: a
// reply is the office's copy.
const (
	Report   ItemKind = "report"
	Message  ItemKind = "message"
	Addition ItemKind = "addition"
	Consent  ItemKind = "consent"
	Reply    ItemKind = "reply"
	Note     ItemKind = "note"
)

// InboxCommand is something that is done with threads. Each is an event.
type InboxCommand interface{ inbox() }

// Letter is a reply, sealed twice: to the office's key of an epoch, and to the
// reply key of each thread that it goes to.
type Letter struct {
	Epoch  int
	Copy   []byte
	Person map[string][]byte // by the thread's ID: the one named and those joined to it
}

// The inbox's commands. Thread is the ID, Seen the Thread.Version of the page
// that the officer saw: where it has changed and the command would do something
// else than they saw, it is refused as Moved.
type (
	// MarkOpened says that an officer opened items, after their browser did.
	MarkOpened struct {
		Thread string
		Items  []int
	}
	// SendReply sends a letter.
	SendReply struct {
		Thread string
		Letter Letter
	}
	// WriteNote keeps a note, sealed to the office's key of an epoch.
	WriteNote struct {
		Thread   string
		Epoch    int
		Envelope []byte
	}
	// SetStage moves a thread on, and tells the person in a letter where there is
	// one and keeps a note where there is one. Since is for Waiting.
	SetStage struct {
		Thread string
		Seen   uint64
		Stage  Stage
		Since  string
		// Foreign says, with Closed, that it was not for this office.
		Foreign bool
		Letter  *Letter
		Note    *WriteNote
	}
	// Assign gives a thread to an officer, or to nobody.
	Assign struct {
		Thread  string
		Seen    uint64
		Officer string
	}
	// JoinThreads joins what one person sent under two codes. Both codes go on.
	JoinThreads struct {
		Thread string
		Seen   uint64
		Into   string
	}
	// PartThreads undoes JoinThreads.
	PartThreads struct {
		Thread string
		Seen   uint64
	}
)

func (MarkOpened) inbox()  {}
func (SendReply) inbox()   {}
func (WriteNote) inbox()   {}
func (SetStage) inbox()    {}
func (Assign) inbox()      {}
func (JoinThreads) inbox() {}
func (PartThreads) inbox() {}
