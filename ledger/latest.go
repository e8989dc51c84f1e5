package ledger

import (
	"cmp"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// latestAt is the time until which a checkpoint was the largest that can have had
// the policy's quorum, by its cosignatures: zero where they do not tell.
//
// A witness signs a checkpoint again only while it has seen no larger one. So one
// late cosignature says little: that witness may have been away, and somebody may
// have shown it an old checkpoint. But where the others together are no quorum,
// none larger can have been published by then.
func (t trust) latestAt(c Checkpoint) time.Time {
	signers := slices.Clone(c.Cosigners)
	slices.SortFunc(signers, func(a, b Cosigner) int { return cmp.Compare(b.Unix, a.Unix) })
	others := append([]note.Signature{{Name: t.name, Hash: t.hash}}, t.witnesses...)
	for _, s := range signers {
		others = slices.DeleteFunc(others, func(o note.Signature) bool { return o.Name == s.Name && o.Hash == s.hash })
		if t.policy.Check(t.name, others) != nil {
			return time.Unix(s.Unix, 0).UTC()
		}
	}
	return time.Time{}
}
