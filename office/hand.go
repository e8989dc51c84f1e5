package office

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"filippo.io/age"

	"temwen/locale"
	"temwen/seal"
)

// NewLink is the token of a link that is good once, and the ID of its
// invitation. The token is handed on, and not kept.
func NewLink() (token, id string) {
	var b [24]byte
	rand.Read(b[:]) // never fails
	token = base64.RawURLEncoding.EncodeToString(b[:])
	return token, LinkID(token)
}

// LinkID is the ID of the invitation that a link's token is for: the SHA-256 of
// the token's ASCII.
func LinkID(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Hand is an officer who can open the office's keys, on a machine that has the
// store: what an officer's browser does otherwise.
type Hand struct {
	office *Office
	self   Officer
	open   func(e *Epoch) (*age.HybridIdentity, error)
}

// ID is the officer's.
func (h *Hand) ID() string { return h.self.ID }

// hand is an officer with their own identity.
func (o *Office) hand(self Officer, id *age.HybridIdentity) *Hand {
	return &Hand{o, self, func(e *Epoch) (*age.HybridIdentity, error) { return e.Open(self.ID, id) }}
}

// Founding is what an office begins with.
type Founding struct {
	Name       locale.Text
	Officer    string // name of the first
	Passphrase string // theirs
	// Need and Of are those of the recovery key's shares; 0 for no recovery.
	Need, Of int
}

// Begin founds an office, and returns its first officer and the shares of its
// recovery key, which are kept nowhere.
func (o *Office) Begin(ctx context.Context, f Founding) (*Hand, []seal.Share, error) {
	s, err := o.State(ctx)
	if err != nil {
		return nil, nil, err
	}
	if s.ID != "" { // before a passphrase is worked on
		return nil, nil, refuse(CodeFounded)
	}
	c := Found{ID: NewID(), Name: f.Name}
	var id *age.HybridIdentity
	if c.Officer, id, err = NewOfficer(c.ID, f.Officer, f.Passphrase); err != nil {
		return nil, nil, err
	}
	var shares []seal.Share
	if f.Of > 0 {
		var r Recovery
		if r, shares, err = NewRecovery(f.Need, f.Of); err != nil {
			return nil, nil, err
		}
		c.Recovery = &r
	}
	if c.Epoch, _, err = NewEpoch(1, []Officer{c.Officer}, c.Recovery); err != nil {
		return nil, nil, err
	}
	if err := o.Do(ctx, c.Officer.ID, c); err != nil {
		return nil, nil, err
	}
	return o.hand(c.Officer, id), shares, nil
}

// Invite makes a link for an officer in the operator's name, and returns its
// token.
func (o *Office) Invite(ctx context.Context, name string, until time.Time) (token string, err error) {
	token, id := NewLink()
	return token, o.Do(ctx, Operator, InviteOfficer{Invite{ID: id, Name: name, Until: until}})
}

// Unlock opens the key of an officer who is admitted and holds the office's keys.
// Where the passphrase is wrong, the error wraps seal.ErrWrongKey.
func (o *Office) Unlock(ctx context.Context, name, passphrase string) (*Hand, error) {
	return o.hold(ctx, name, passphrase, true)
}

// Prove is the ID of an officer who is admitted, whose passphrase opens their own key:
// proof that it is they. They need none of the office's keys, for what opens nothing
// that is sealed. Where the passphrase is wrong, the error wraps seal.ErrWrongKey.
func (o *Office) Prove(ctx context.Context, name, passphrase string) (string, error) {
	h, err := o.hold(ctx, name, passphrase, false)
	if err != nil {
		return "", err
	}
	return h.ID(), nil
}

// hold opens the key of an officer, who must hold the office's keys where these are to
// be used.
func (o *Office) hold(ctx context.Context, name, passphrase string, keys bool) (*Hand, error) {
	s, err := o.State(ctx)
	if err != nil {
		return nil, err
	}
	officer, err := s.named(name)
	if err != nil {
		return nil, err
	}
	if officer.Standing != Admitted {
		return nil, fmt.Errorf("the officer %s was not admitted yet, and can do nothing; see: temwen office admit --help", name)
	}
	if keys && !s.holds(officer) {
		return nil, fmt.Errorf("the officer %s has no key of the office: their roles open nothing that is sealed, or nobody gave them the keys yet", name)
	}
	id, err := officer.Unlock(passphrase)
	if err != nil {
		return nil, fmt.Errorf("opening the key of %s: %w", name, err)
	}
	return o.hand(*officer, id), nil
}

// named is the present officer with a name, or an error that says who is there.
func (s *State) named(name string) (*Officer, error) {
	if s.ID == "" {
		return nil, refuse(CodeNone)
	}
	if o := s.Named(name); o != nil {
		return o, nil
	}
	return nil, fmt.Errorf("there is no officer %q here; temwen office list tells who is", name)
}

// Admit gives the keys of all epochs to an officer who waits.
func (h *Hand) Admit(ctx context.Context, name string) error {
	s, err := h.office.State(ctx)
	if err != nil {
		return err
	}
	o, err := s.named(name)
	if err != nil {
		return err
	}
	wraps, err := s.Rewrap(h.open, o.Recipient)
	if err != nil {
		return err
	}
	return h.office.Do(ctx, h.self.ID, Admit{o.ID, wraps})
}

// Remove ends an officer's work, and begins an epoch that they cannot open.
func (h *Hand) Remove(ctx context.Context, name string, stolen bool) error {
	s, err := h.office.State(ctx)
	if err != nil {
		return err
	}
	o, err := s.named(name)
	if err != nil {
		return err
	}
	e, err := s.nextEpoch(o.ID)
	if err != nil {
		return err
	}
	return h.office.Do(ctx, h.self.ID, Remove{o.ID, e, stolen})
}

// Rotate begins an epoch.
func (h *Hand) Rotate(ctx context.Context, stolen bool) error {
	s, err := h.office.State(ctx)
	if err != nil {
		return err
	}
	e, err := s.nextEpoch("")
	if err != nil {
		return err
	}
	return h.office.Do(ctx, h.self.ID, Rotate{*e, stolen})
}

// nextEpoch makes the next epoch's key, wrapped to all who are admitted but one.
func (s *State) nextEpoch(without string) (*Epoch, error) {
	var officers []Officer
	for _, o := range s.Holders() {
		if o.ID != without {
			officers = append(officers, o)
		}
	}
	e, _, err := NewEpoch(s.Current().Number+1, officers, s.Recovery)
	return &e, err
}

// Share makes a new recovery key and returns its shares, which are kept nowhere.
// Those of the key before are worth nothing afterwards.
func (h *Hand) Share(ctx context.Context, need, of int) ([]seal.Share, error) {
	s, err := h.office.State(ctx)
	if err != nil {
		return nil, err
	}
	r, shares, err := NewRecovery(need, of)
	if err != nil {
		return nil, err
	}
	rescues, err := s.Rewrap(h.open, r.Recipient)
	if err != nil {
		return nil, err
	}
	return shares, h.office.Do(ctx, h.self.ID, ArrangeRecovery{r, rescues})
}

// Rescue opens the office's keys with shares of the recovery key, for an officer
// who is here, or for a new one whose passphrase newPassphrase asks for. The key
// may have been seen by others where the shares were joined: Share should follow.
// The Hand is good until then.
func (o *Office) Rescue(ctx context.Context, shares []seal.Share, name string, newPassphrase func() (string, error)) (*Hand, error) {
	s, err := o.State(ctx)
	if err != nil {
		return nil, err
	}
	if s.ID == "" {
		return nil, refuse(CodeNone)
	}
	key, err := seal.JoinShares(shares)
	if err != nil {
		return nil, err
	}
	if s.Recovery == nil || s.Recovery.Recipient != key.Recipient().String() {
		return nil, fmt.Errorf("%w: they are of another office, or newer ones were given out", seal.ErrShares)
	}
	self, err := o.rescuer(ctx, s, name, newPassphrase)
	if err != nil {
		return nil, err
	}
	h := &Hand{o, *self, func(e *Epoch) (*age.HybridIdentity, error) { return e.OpenRescue(key) }}
	wraps, err := s.Rewrap(h.open, self.Recipient)
	if err != nil {
		return nil, err
	}
	proof := seal.Proof(key)
	return h, o.Do(ctx, self.ID, Recover{proof[:], wraps})
}

// rescuer is the officer for whom keys are opened, who joins if they are not here.
func (o *Office) rescuer(ctx context.Context, s *State, name string, newPassphrase func() (string, error)) (*Officer, error) {
	if here := s.Named(name); here != nil {
		return here, nil
	}
	passphrase, err := newPassphrase()
	if err != nil {
		return nil, err
	}
	officer, _, err := NewOfficer(s.ID, name, passphrase)
	if err != nil {
		return nil, err
	}
	token, err := o.Invite(ctx, name, o.now().Add(time.Hour))
	if err != nil {
		return nil, err
	}
	return &officer, o.Do(ctx, "", Join{LinkID(token), officer})
}
