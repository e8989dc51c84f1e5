package office

import (
	"time"

	"temwen/locale"
)

// Command is something that is done at the office. Each becomes events.
type Command interface {
	// decide says what happens, or refuses. It changes nothing.
	decide(d *decision) error
}

// The office's commands. In a map of wraps, key files with the identities of
// epochs are found by the epoch's number.
type (
	// Found makes the office. The first officer needs no admission: the only wrap
	// of the first epoch is theirs, and its Rescue is there if there is a
	// Recovery.
	Found struct {
		ID       string
		Name     locale.Text
		Officer  Officer
		Epoch    Epoch
		Recovery *Recovery
	}
	// InviteOfficer makes a link.
	InviteOfficer struct{ Invite Invite }
	// WithdrawInvite makes a link worthless.
	WithdrawInvite struct{ ID string }
	// Join uses a link. The officer's standing becomes Joined.
	Join struct {
		Invite  string // its ID
		Officer Officer
	}
	// Admit gives an officer the keys of all epochs, wrapped to them. In an office
	// that is divided it is two deeds: without Wraps an administrator lets the
	// officer in, who may do nothing before they have a role; with Wraps somebody
	// who has the keys gives them to an officer whose role opens what is sealed.
	Admit struct {
		Officer string
		Wraps   map[int][]byte
	}
	// Remove ends an officer's work. They can still open what was sealed to the
	// epochs they know. Where Epoch is there it begins at once; otherwise a
	// Rotate must follow.
	Remove struct {
		Officer string
		Epoch   *Epoch
		Stolen  bool // as in Rotate
	}
	// Rotate begins an epoch: its Wraps are to all who are admitted, and its
	// Rescue is there if there is a Recovery.
	Rotate struct {
		Epoch Epoch
		// Stolen says that the key before is known to others: nothing more that
		// is sealed to it is taken.
		Stolen bool
	}
	// AssignRoles makes the roles of officers those that it names, and leaves those
	// of others as they are. The first one divides the office. Where an action
	// would be left without anybody it is refused.
	// Seen are the roles that officers had on the page that was looked at, for those
	// whose roles must still be these.
	AssignRoles struct{ Roles, Seen map[string][]Role } // by the officer's ID
	// ArrangeRecovery gives out new shares; Rescues are all epochs wrapped to the
	// new recipient.
	ArrangeRecovery struct {
		Recovery Recovery
		Rescues  map[int][]byte
	}
	// Recover gives the officer who does it the keys of all epochs, which they
	// opened with the shares. Proof is seal.Proof of the recovery key. They may
	// only be Joined. In an office that is divided they are given Rescuer's roles:
	// together, those who hold the shares can rebuild it.
	Recover struct {
		Proof []byte
		Wraps map[int][]byte
	}
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
	// UsePasskey keeps what changed in a credential by its use, its counter above
	// all.
	UsePasskey struct{ ID, Credential []byte }
	// DropPasskey removes one of an officer's own.
	DropPasskey struct{ ID []byte }
	// SignIn and SignOut are noted.
	SignIn  struct{ With string } // see Ways
	SignOut struct{}
)

// Ways are how officers sign in.
var Ways = []string{"passkey", "password", "oidc"}

// MaxInviteTime is how long a link may be good.
const MaxInviteTime = 30 * 24 * time.Hour
