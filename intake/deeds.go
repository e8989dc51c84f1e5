package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"temwen/record"
	"temwen/seal"
	"temwen/when"
)

// Refused is what may not be, as a thread stands: somebody else was faster, the
// thread is closed.
type Refused struct {
	Code string // one of the constants below
	By   string // the officer whose deed stands in the way, where there is one
}

func (r *Refused) Error() string {
	if r.By == "" {
		return fmt.Sprintf("refused: %s", r.Code)
	}
	return fmt.Sprintf("refused: %s, because of what %s did", r.Code, r.By)
}

// Codes of a Refused.
const (
	CodeUnknown   = "unknown"   // there is no such thread or item
	CodeOver      = "over"      // the thread was closed, withdrawn or joined to another
	CodeItself    = "itself"    // a thread cannot be joined to itself
	CodeMoved     = "moved"     // the thread moved on since the page was shown
	CodeOldEpoch  = "old-epoch" // there is a newer key: seal again
	CodeStale     = "stale"     // somebody who was removed knows the key: a new one must begin first
	CodeTooLarge  = "too-large"
	CodeMalformed = "malformed"
	CodeFull      = "full" // the office cannot store now
)

// Letter is a reply, sealed twice: to the office's key of an epoch, and to the
// reply key of each thread that it goes to.
type Letter struct {
	Epoch  int
	Copy   []byte
	Person map[string][]byte // by the thread's ID: the one named and those joined to it
}

// Deed is something that an officer does with threads. Each is an event.
type Deed interface {
	// drafts are the events, on the thread as it stands, which d names.
	drafts(d *deed) error
	// thread is the ID of the thread it is about.
	thread() string
}

// The deeds. Thread is the ID, Seen the Thread.Version of the page that the
// officer saw: where it has changed since, the deed is refused as CodeMoved.
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
	// one and keeps a note where there is one. Since is a day, for Waiting.
	SetStage struct {
		Thread  string
		Seen    uint64
		Stage   Stage
		Since   string
		Foreign bool // with Closed: it was not for this office
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
	// AskErasure asks that a thread be erased, on one of Grounds. Another officer
	// does it: see Intake.Erase.
	AskErasure struct {
		Thread string
		Ground string
	}
	// DropErasure takes that back, or refuses it.
	DropErasure struct{ Thread string }
	// handed notes that an officer's browser got an envelope.
	handed struct {
		Thread string
		Item   int
	}
)

func (m MarkOpened) thread() string  { return m.Thread }
func (m SendReply) thread() string   { return m.Thread }
func (m WriteNote) thread() string   { return m.Thread }
func (m SetStage) thread() string    { return m.Thread }
func (m Assign) thread() string      { return m.Thread }
func (m JoinThreads) thread() string { return m.Thread }
func (m PartThreads) thread() string { return m.Thread }
func (m handed) thread() string      { return m.Thread }
func (m AskErasure) thread() string  { return m.Thread }
func (m DropErasure) thread() string { return m.Thread }

// Do does a deed in an officer's name. What the thread does not allow is a
// *Refused.
func (in *Intake) Do(ctx context.Context, by string, what Deed) error {
	current, err := in.office.Current(ctx)
	if err != nil {
		return err
	}
	d := &deed{in: in, by: by, what: what, epoch: current.Epoch, stale: current.Stale}
	_, err = in.store.Do(ctx, newKey(), d, in.options.Now())
	return full(err)
}

// deed is a Deed on its way to the record.
type deed struct {
	in    *Intake
	by    string
	what  Deed
	epoch int  // of the office's present key
	stale bool // nothing is sealed to it

	// Of one decision.
	ctx    context.Context
	tables *record.Tables
	at     *Thread
	made   []record.Draft
}

func (*deed) Book() string { return bookName }
func (*deed) Daily() bool  { return false }

// Digest implements record.Command.
func (d *deed) Digest() record.Hash {
	b, err := json.Marshal(d.what)
	if err != nil {
		panic(err) // the deeds are plain structures
	}
	return sha256.Sum256(append(fmt.Appendf(nil, "%q %T ", d.by, d.what), b...))
}

// Decide implements record.Act.
func (d *deed) Decide(ctx context.Context, t *record.Tables) ([]record.Draft, error) {
	at, err := loadThread(ctx, t, d.what.thread())
	if err != nil {
		return nil, &Refused{Code: CodeUnknown}
	}
	d.ctx, d.tables, d.at, d.made = ctx, t, at, nil
	if err := d.what.drafts(d); err != nil {
		return nil, err
	}
	return d.made, nil
}

// add adds an event about a thread.
func (d *deed) add(eventType string, thread *Thread, b body, envelope []byte) error {
	b.By, b.Thread = d.by, thread.index+1
	if envelope != nil {
		b.Size = int64(len(envelope))
		if len(envelope) > inRecord {
			hash, err := d.in.shelf.Keep(bytes.NewReader(envelope), b.Size)
			if err != nil {
				return err
			}
			b.File, envelope = &envelopeRef{hash}, nil
		}
	}
	made, err := draft(eventType, d.in.today(), &b, envelope)
	d.made = append(d.made, made)
	return err
}

// unmoved refuses a deed on a thread that is not as it was seen.
func (d *deed) unmoved(seen uint64) error {
	if seen == d.at.Version {
		return nil
	}
	e, err := d.in.store.Event(d.ctx, d.at.Version)
	if err != nil {
		return err
	}
	b, err := said(&e)
	if err != nil {
		return err
	}
	return &Refused{Code: CodeMoved, By: b.By}
}

// sealed checks an envelope for the office's present key, or for a person where
// epoch is 0.
func (d *deed) sealed(epoch int, envelope []byte) error {
	if epoch != 0 && epoch != d.epoch {
		return &Refused{Code: CodeOldEpoch}
	}
	if epoch != 0 && d.stale {
		return &Refused{Code: CodeStale}
	}
	if len(envelope) > maxLetter {
		return &Refused{Code: CodeTooLarge}
	}
	if err := seal.CheckEnvelope(envelope, int64(len(envelope))); err != nil {
		return &Refused{Code: CodeMalformed}
	}
	return nil
}

// maxLetter is the longest envelope of the office, in bytes.
const maxLetter = 32 << 20

func (m MarkOpened) drafts(d *deed) error {
	var items []int
	for _, i := range d.at.Items {
		if slices.Contains(m.Items, i.N) && !i.Opened {
			items = append(items, i.N)
		}
	}
	if len(items) == 0 {
		return nil
	}
	return d.add(itemsOpened, d.at, body{Items: items}, nil)
}

func (m SendReply) drafts(d *deed) error {
	if d.at.Into != "" {
		return &Refused{Code: CodeOver}
	}
	return d.letter(&m.Letter)
}

// letter adds the person's copies and the office's.
func (d *deed) letter(l *Letter) error {
	if err := d.sealed(l.Epoch, l.Copy); err != nil {
		return err
	}
	to := append([]string{d.at.ID}, d.at.Joined...)
	if len(l.Person) == 0 {
		return &Refused{Code: CodeMalformed}
	}
	for id := range l.Person {
		if !slices.Contains(to, id) {
			return &Refused{Code: CodeUnknown}
		}
	}
	for _, id := range to {
		envelope, ok := l.Person[id]
		if !ok {
			continue
		}
		if err := d.sealed(0, envelope); err != nil {
			return err
		}
		thread, err := headOf(d.ctx, d.tables, id)
		if err != nil {
			return err
		}
		if err := d.add(replySent, thread, body{}, envelope); err != nil {
			return err
		}
	}
	return d.add(replyKept, d.at, body{Epoch: l.Epoch}, l.Copy)
}

func (m WriteNote) drafts(d *deed) error {
	if err := d.sealed(m.Epoch, m.Envelope); err != nil {
		return err
	}
	return d.add(noteKept, d.at, body{Epoch: m.Epoch}, m.Envelope)
}

func (m SetStage) drafts(d *deed) error {
	if err := d.unmoved(m.Seen); err != nil {
		return err
	}
	switch {
	case d.at.Into != "" || d.at.Stage == Withdrawn:
		return &Refused{Code: CodeOver}
	case !slices.Contains(Stages, m.Stage) || m.Stage == Withdrawn || m.Foreign && m.Stage != Closed:
		return &Refused{Code: CodeMalformed}
	}
	if m.Since != "" {
		if since, err := when.ParseDay(m.Since); err != nil || since.Open() {
			return &Refused{Code: CodeMalformed}
		}
	}
	if err := d.add(threadStaged, d.at, body{Stage: m.Stage, Since: m.Since, Foreign: m.Foreign}, nil); err != nil {
		return err
	}
	if m.Letter != nil {
		if err := d.letter(m.Letter); err != nil {
			return err
		}
	}
	if m.Note != nil {
		return m.Note.drafts(d)
	}
	return nil
}

func (m Assign) drafts(d *deed) error {
	switch {
	case d.at.Assigned == m.Officer:
		return nil
	case d.at.Into != "":
		return &Refused{Code: CodeOver}
	}
	if err := d.unmoved(m.Seen); err != nil {
		return err
	}
	return d.add(threadAssigned, d.at, body{Officer: m.Officer}, nil)
}

func (m JoinThreads) drafts(d *deed) error {
	if m.Into == m.Thread {
		return &Refused{Code: CodeItself}
	}
	into, err := headOf(d.ctx, d.tables, m.Into)
	if err != nil {
		return &Refused{Code: CodeUnknown}
	}
	if d.at.Into == into.ID {
		return nil
	}
	if d.at.Into != "" || into.Into != "" || len(d.at.Joined) > 0 {
		return &Refused{Code: CodeOver}
	}
	if err := d.unmoved(m.Seen); err != nil {
		return err
	}
	return d.add(threadJoined, d.at, body{Into: into.index + 1}, nil)
}

func (m PartThreads) drafts(d *deed) error {
	if d.at.Into == "" {
		return nil
	}
	if err := d.unmoved(m.Seen); err != nil {
		return err
	}
	return d.add(threadParted, d.at, body{}, nil)
}

func (m handed) drafts(d *deed) error {
	return d.add(envelopeHanded, d.at, body{Items: []int{m.Item}}, nil)
}

// EnterParcel is Enter for a parcel as it comes from an officer's browser.
func (in *Intake) EnterParcel(ctx context.Context, by string, parcel io.Reader, size int64) ([]byte, error) {
	p, err := seal.ReadParcel(parcel, size)
	if err != nil {
		return nil, err
	}
	return in.Enter(ctx, by, p)
}
