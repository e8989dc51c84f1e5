package ledger

import (
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// Law: the frontier has the root that x/mod computes from the same leaves, at
// every size, whether they were added one by one or in subtrees.
func TestFrontier(t *testing.T) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, i := range indexes {
			out = append(out, stored[i])
		}
		return out, nil
	})
	var leaves []tlog.Hash
	var one frontier
	var roots []tlog.Hash
	for n := range int64(1200) {
		want, err := tlog.TreeHash(n, reader)
		if err != nil {
			t.Fatal(err)
		}
		if got := one.root(); got != want {
			t.Fatalf("tree of %d leaves: root %v, want %v", n, got, want)
		}
		roots = append(roots, want)
		leaf := tlog.RecordHash([]byte{byte(n), byte(n >> 8)})
		leaves = append(leaves, leaf)
		one.add(leaf)
		hashes, err := tlog.StoredHashesForRecordHash(n, leaf, reader)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, hashes...)
	}
	rapid.Check(t, func(t *rapid.T) {
		var f frontier
		for f.n < 800 {
			switch before := f.clone(); {
			case f.n%256 == 0 && rapid.Bool().Draw(t, "tile"):
				var tile []byte
				for _, l := range leaves[f.n : f.n+256] {
					tile = append(tile, l[:]...)
				}
				f.addSubtree(subtreeRoot(tile), 8)
			case before.n != f.n:
				t.Fatal("a clone is not a copy")
			default:
				for range rapid.IntRange(1, 256).Draw(t, "leaves") {
					f.add(leaves[f.n])
					if f.n%256 == 0 {
						break
					}
				}
			}
			if f.root() != roots[f.n] {
				t.Fatalf("wrong root at %d", f.n)
			}
		}
	})
}
