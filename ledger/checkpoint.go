package ledger

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is a signed tree head of the log (C2SP tlog-checkpoint): how many
// entries there are, and the hash of the tree over them.
type Checkpoint struct {
	Origin string
	Size   uint64
	Root   tlog.Hash
	// Cosigners are the witnesses of the policy that signed it too.
	Cosigners []Cosigner
	// Signed is the signed note itself.
	Signed []byte
}

// Cosigner is a witness that has cosigned a checkpoint (C2SP tlog-cosignature).
type Cosigner struct {
	Name string
	Unix int64 // when, by the witness's clock: seconds since 1970 UTC
	hash uint32
}

// tree returns the checkpoint's tree in the form x/mod uses.
func (c Checkpoint) tree() tlog.Tree {
	return tlog.Tree{N: int64(c.Size), Hash: c.Root}
}

// trust is what a checkpoint must satisfy: the log's own signature under one
// key and its origin, and the quorum of a witness policy where there is one.
type trust struct {
	vkey   string
	name   string
	hash   uint32
	policy torchwood.Policy
	// witnesses are those that the policy names, as they sign.
	witnesses []note.Signature
}

// newTrust makes the trust in a log's key, with the witness policy if it is not
// empty. A policy is a text of lines as Sigsum, Tessera and torchwood read it:
//
//	log VKEY
//	witness NAME VKEY [URL]
//	group NAME any|all|N MEMBER…
//	quorum NAME|none
//
// A policy that names logs must name this one.
func newTrust(vkey string, policy []byte) (trust, error) {
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return trust{}, fmt.Errorf("the ledger's key %q is not a verifier key (origin+hash+base64): %w", vkey, err)
	}
	if strings.ContainsFunc(v.Name(), func(r rune) bool { return !unicode.IsPrint(r) }) {
		return trust{}, fmt.Errorf("the ledger's key %q has a name that cannot be shown", vkey)
	}
	// note accepts the hash in capitals too; keys are compared as texts.
	if form := fmt.Sprintf("%s+%08x+", v.Name(), v.KeyHash()); !strings.HasPrefix(vkey, form) {
		return trust{}, fmt.Errorf("the ledger's key %q is not in canonical form: it starts %s", vkey, form)
	}
	t := trust{vkey: vkey, name: v.Name(), hash: v.KeyHash()}
	own := torchwood.ThresholdPolicy(2, torchwood.OriginPolicy(v.Name()), torchwood.SingleVerifierPolicy(v))
	if len(policy) == 0 {
		t.policy = own
		return t, nil
	}
	t.policy, err = torchwood.ParsePolicy(policy)
	if err != nil {
		return trust{}, fmt.Errorf("witness policy: %w", err)
	}
	if t.witnesses, err = policyWitnesses(policy); err != nil {
		return trust{}, err
	}
	keys, err := policyLogs(policy)
	if err != nil {
		return trust{}, err
	}
	switch {
	case len(keys) == 0:
		t.policy = torchwood.ThresholdPolicy(2, own, t.policy)
	case len(keys) > 1:
		// torchwood would ask for the signatures of all of them at once.
		return trust{}, fmt.Errorf("witness policy: it names %d logs; give a policy for one log", len(keys))
	case keys[0] != vkey:
		return trust{}, fmt.Errorf("witness policy: it is for the log %s, not for %s", keys[0], vkey)
	}
	return t, nil
}

// policyLogs returns the log keys a policy names.
func policyLogs(policy []byte) ([]string, error) {
	return policyKeys(policy, "log", 1)
}

// policyKeys returns the keys on the lines of a policy that begin with a word,
// where the key is the field of that number.
func policyKeys(policy []byte, word string, field int) ([]string, error) {
	var keys []string
	for n, line := range strings.Split(string(policy), "\n") {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] != word {
			continue
		}
		if len(fields) <= field {
			return nil, fmt.Errorf("witness policy: line %d: a %s needs a key", n+1, word)
		}
		keys = append(keys, fields[field])
	}
	return keys, nil
}

// policyWitnesses returns the witnesses a policy names, as they sign.
func policyWitnesses(policy []byte) ([]note.Signature, error) {
	keys, err := policyKeys(policy, "witness", 2)
	if err != nil {
		return nil, err
	}
	var witnesses []note.Signature
	for _, k := range keys {
		v, err := torchwood.NewCosignatureVerifier(k)
		if err != nil {
			return nil, fmt.Errorf("witness policy: the key %q: %w", k, err)
		}
		witnesses = append(witnesses, note.Signature{Name: v.Name(), Hash: v.KeyHash()})
	}
	return witnesses, nil
}

// open verifies a signed checkpoint.
func (t trust) open(signed []byte) (Checkpoint, error) {
	c, n, err := torchwood.VerifyCheckpoint(signed, t.policy)
	if err != nil {
		var unverified *note.UnverifiedNoteError
		var invalid *note.InvalidSignatureError
		switch {
		case errors.As(err, &invalid):
			return Checkpoint{}, fmt.Errorf("the signature by %s is wrong: the checkpoint was altered, or signed with another key of that name", invalid.Name)
		case errors.As(err, &unverified) && len(unverified.Note.Sigs) == 0:
			return Checkpoint{}, fmt.Errorf("it is not signed by the key %s", t.vkey)
		}
		return Checkpoint{}, err
	}
	if n.Text != c.String() {
		return Checkpoint{}, errors.New("it is not in canonical form")
	}
	out := Checkpoint{Origin: c.Origin, Size: uint64(c.N), Root: c.Hash, Signed: signed}
	for _, s := range n.Sigs {
		// note.Open ignores the last bits of a signature's base64.
		if _, err := base64.StdEncoding.Strict().DecodeString(s.Base64); err != nil {
			return Checkpoint{}, fmt.Errorf("the signature by %s is not in canonical base64", s.Name)
		}
		if s.Name == t.name && s.Hash == t.hash {
			continue
		}
		at, err := torchwood.CosignatureTimestamp(s)
		if err != nil {
			return Checkpoint{}, fmt.Errorf("the cosignature by %s: %w", s.Name, err)
		}
		out.Cosigners = append(out.Cosigners, Cosigner{Name: s.Name, Unix: at, hash: s.Hash})
	}
	return out, nil
}
