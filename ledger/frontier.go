package ledger

import (
	"crypto/sha256"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// frontier is a Merkle tree (RFC 6962) of which only what is needed to grow it
// is kept: the roots of the perfect subtrees it is made of, the largest first.
// Its zero value is the empty tree.
type frontier struct {
	n     uint64
	roots []tlog.Hash
}

// add appends one leaf.
func (f *frontier) add(leaf tlog.Hash) { f.addSubtree(leaf, 0) }

// addSubtree appends a perfect subtree of 2^level leaves. The tree's size must
// be a multiple of that.
func (f *frontier) addSubtree(root tlog.Hash, level int) {
	if f.n&(1<<level-1) != 0 {
		panic("ledger: a subtree is added where it does not fit")
	}
	f.roots = append(f.roots, root)
	f.n += 1 << level
	for range bits.TrailingZeros64(f.n) - level {
		last := len(f.roots) - 1
		f.roots[last-1] = tlog.NodeHash(f.roots[last-1], f.roots[last])
		f.roots = f.roots[:last]
	}
}

// root returns the hash of the tree.
func (f *frontier) root() tlog.Hash {
	if len(f.roots) == 0 {
		return sha256.Sum256(nil)
	}
	h := f.roots[len(f.roots)-1]
	for i := len(f.roots) - 2; i >= 0; i-- {
		h = tlog.NodeHash(f.roots[i], h)
	}
	return h
}

// clone returns a copy that grows on its own.
func (f *frontier) clone() frontier {
	return frontier{n: f.n, roots: append([]tlog.Hash(nil), f.roots...)}
}

// subtreeRoot returns the root over the hashes of a full tile, side by side in
// data. It overwrites data.
func subtreeRoot(data []byte) tlog.Hash {
	var node [1 + 2*tlog.HashSize]byte
	node[0] = 1 // RFC 6962: an inner node
	for n := len(data); n > tlog.HashSize; n /= 2 {
		for i := 0; i < n; i += 2 * tlog.HashSize {
			copy(node[1:], data[i:i+2*tlog.HashSize])
			h := sha256.Sum256(node[:])
			copy(data[i/2:], h[:])
		}
	}
	return tlog.Hash(data[:tlog.HashSize])
}
