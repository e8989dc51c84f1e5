package intake

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"temwen/seal"
)

// workLasts is how long work on a challenge is taken: a slow phone on a slow
// network must manage.
const workLasts = time.Hour

// works gives out challenges and takes each once. It keeps nothing of a
// challenge until work on it comes: the challenge itself says when it was given,
// under a key that this process has drawn. So a restart makes all challenges old.
type works struct {
	key [32]byte

	mu    sync.Mutex
	taken [2]map[seal.Challenge]struct{} // in this interval and the one before
	since time.Time                      // of this interval
}

func (w *works) init() {
	rand.Read(w.key[:]) // never fails
	w.taken[0], w.taken[1] = make(map[seal.Challenge]struct{}), make(map[seal.Challenge]struct{})
}

// give makes a challenge: 4 bytes of seconds, 4 random ones, and 16 of a MAC.
func (w *works) give(now time.Time) seal.Challenge {
	var c seal.Challenge
	binary.BigEndian.PutUint32(c[:4], uint32(now.Unix()))
	rand.Read(c[4:8]) // never fails
	w.sign(&c)
	return c
}

func (w *works) sign(c *seal.Challenge) {
	mac := hmac.New(sha256.New, w.key[:])
	mac.Write(c[:8])
	copy(c[8:], mac.Sum(nil))
}

// take checks work, and that its challenge is ours, recent and not used yet.
func (w *works) take(work string, bits int, now time.Time) error {
	if err := seal.CheckWork(work, bits); err != nil {
		return err
	}
	c, err := seal.ParseWork(work)
	if err != nil {
		return err
	}
	ours := c
	w.sign(&ours)
	age := now.Sub(time.Unix(int64(binary.BigEndian.Uint32(c[:4])), 0))
	if !hmac.Equal(ours[:], c[:]) || age < -time.Minute || age > workLasts {
		return fmt.Errorf("%w: the challenge is old, or not ours; ask for another", seal.ErrWork)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if now.Sub(w.since) > workLasts+time.Minute {
		w.taken[1], w.taken[0], w.since = w.taken[0], make(map[seal.Challenge]struct{}), now
	}
	for _, taken := range w.taken {
		if _, ok := taken[c]; ok {
			return fmt.Errorf("%w: the challenge was used; ask for another", seal.ErrWork)
		}
	}
	w.taken[0][c] = struct{}{}
	return nil
}
