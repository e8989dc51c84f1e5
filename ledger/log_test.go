package ledger

import "testing"

func TestFollowGrows(t *testing.T) {
	dir, key := newLog(t)
	for _, n := range []uint64{0, 1, 2, 255, 256, 257, 511, 512, 1000} {
		if got := follow(t, dir, key, testEvents(n), quick); got != n {
			t.Fatalf("Follow over %d events returns a checkpoint of %d", n, got)
		}
		recheck(t, dir, key, n)
	}
}
