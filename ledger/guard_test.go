package ledger

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// exitWithParent returns a context that ends when the parent process closes our
// standard input, or is gone.
func exitWithParent() (context.Context, context.CancelFunc) {
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	return ctx, stop
}

// testCosigner returns the vkey of a witness that nobody runs.
func testCosigner(t *testing.T) string {
	t.Helper()
	s, err := torchwood.NewCosignatureSigner("witness.example", testPrivateKey(t))
	if err != nil {
		t.Fatal(err)
	}
	return s.Verifier().String()
}

func checkpointText(n uint64, root tlog.Hash) []byte {
	return []byte(torchwood.Checkpoint{Origin: testOrigin, Tree: tlog.Tree{N: int64(n), Hash: root}}.String())
}

func testGuard(t *testing.T) (*guard, note.Verifier) {
	t.Helper()
	key := testKey(t)
	signer, err := key.signer()
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return newGuard(signer, frontier{}), verifier
}

// The guard signs the tree of every size it knows, and no other.
func TestGuardSigns(t *testing.T) {
	t.Parallel()
	g, verifier := testGuard(t)
	var tree frontier
	roots := []tlog.Hash{tree.root()}
	for i := range uint64(3 * keepLeaves) {
		leaf := tlog.RecordHash(testEntry(i % 100))
		tree.add(leaf)
		if i%97 == 0 || i < 300 {
			roots = append(roots, tree.root())
		} else {
			roots = append(roots, tlog.Hash{})
		}
		g.vouch([]tlog.Hash{leaf})
	}
	for n, root := range roots {
		if root == (tlog.Hash{}) {
			continue
		}
		text := checkpointText(uint64(n), root)
		sig, err := g.Sign(text)
		switch {
		case err == nil && verifier.Verify(text, sig):
			if g.lastSigned() != uint64(n) {
				t.Fatalf("last signed %d, not %d", g.lastSigned(), n)
			}
		case err != nil && strings.Contains(err.Error(), "has grown meanwhile") && n < 2*keepLeaves:
		default:
			t.Fatalf("tree of %d: %v", n, err)
		}
	}
	if _, err := g.Sign(checkpointText(3*keepLeaves, tlog.Hash{1})); err == nil {
		t.Fatal("signed a tree it did not compute")
	}
	if _, err := g.Sign(checkpointText(3*keepLeaves, tree.root())); err == nil {
		t.Error("goes on signing after a wrong tree")
	}
	if _, err := g.Sign([]byte("no checkpoint\n")); err == nil {
		t.Error("signed what is no checkpoint")
	}
}

// The guard does not sign a tree before it is vouched for.
func TestGuardWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, _ := testGuard(t)
		leaf := tlog.RecordHash(testEntry(0))
		tree := frontier{}
		tree.add(leaf)
		done := make(chan error, 1)
		go func() {
			_, err := g.Sign(checkpointText(1, tree.root()))
			done <- err
		}()
		synctest.Wait()
		select {
		case err := <-done:
			t.Fatalf("signed before (%v)", err)
		default:
		}
		g.vouch([]tlog.Hash{leaf})
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	})
}

func TestGuardStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, _ := testGuard(t)
		done := make(chan error, 1)
		go func() {
			_, err := g.Sign(checkpointText(1, tlog.Hash{}))
			done <- err
		}()
		synctest.Wait()
		g.stop(errClosed)
		if err := <-done; !errors.Is(err, errClosed) {
			t.Fatal(err)
		}
	})
}
