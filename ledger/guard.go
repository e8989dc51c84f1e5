package ledger

import (
	"errors"
	"fmt"
	"sync"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// guard is the note signer we hand to Tessera. Tessera's publisher runs on its
// own time; the guard makes it wait until Follow has seen that every entry got
// the index of its event, and then signs only the root that Follow computed
// itself. So whatever goes wrong in between (a batch that failed while the next
// one was stored in its place, a bad disk, a bug), a wrong tree is never signed;
// it dies with the process, and Open rolls it back.
//
// mu is held for moments only; Sign waits on the condition, not on mu.
type guard struct {
	signer note.Signer

	mu      sync.Mutex
	changed *sync.Cond
	vouched frontier    // of all entries whose index is confirmed
	base    frontier    // some entries before vouched
	recent  []tlog.Hash // the leaves from base to vouched
	stopped error       // set once: nothing is signed any more
	signed  uint64      // size of the last checkpoint signed
}

func newGuard(signer note.Signer, published frontier) *guard {
	g := &guard{signer: signer, vouched: published, base: published.clone(), signed: published.n}
	g.changed = sync.NewCond(&g.mu)
	return g
}

func (g *guard) Name() string    { return g.signer.Name() }
func (g *guard) KeyHash() uint32 { return g.signer.KeyHash() }

// keepLeaves is how many leaves the guard keeps, to know the roots of the sizes
// a little behind: where a batch was flushed in two, Tessera asks for the first
// half's.
const keepLeaves = 4096

// vouch confirms that the log holds these leaves next.
func (g *guard) vouch(leaves []tlog.Hash) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.recent) > keepLeaves {
		g.base, g.recent = g.vouched.clone(), g.recent[:0]
	}
	for _, l := range leaves {
		g.vouched.add(l)
	}
	g.recent = append(g.recent, leaves...)
	g.changed.Broadcast()
}

// stop makes every signature, waiting or to come, fail with err.
func (g *guard) stop(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.stopped == nil {
		g.stopped = err
	}
	g.changed.Broadcast()
}

// lastSigned is the size of the last checkpoint that was signed.
func (g *guard) lastSigned() uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.signed
}

// Sign waits until the tree of this size is vouched for, and signs it if its
// root is the one computed here.
func (g *guard) Sign(msg []byte) ([]byte, error) {
	c, err := torchwood.ParseCheckpoint(string(msg))
	if err != nil {
		return nil, fmt.Errorf("refusing to sign: %w", err)
	}
	size := uint64(c.N)
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.stopped == nil && g.vouched.n < size {
		g.changed.Wait()
	}
	if g.stopped != nil {
		return nil, g.stopped
	}
	if size < g.base.n {
		// The publisher looked long ago; it will ask again with a larger tree.
		return nil, errors.New("the log has grown meanwhile")
	}
	at := g.base.clone()
	for _, l := range g.recent[:size-g.base.n] {
		at.add(l)
	}
	if at.root() != c.Hash {
		g.stopped = fmt.Errorf("refusing to sign a tree of %d entries that is not the one computed from the record", size)
		return nil, g.stopped
	}
	sig, err := g.signer.Sign(msg)
	if err == nil {
		g.signed = size
	}
	return sig, err
}
