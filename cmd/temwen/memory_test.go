package main

import "testing"

// An operator who has set how much garbage may grow is not overruled.
func TestGarbageIsSparedUnlessTheOperatorDecides(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want int
	}{{nil, spared}, {map[string]string{"GOGC": "50"}, 0}, {map[string]string{"GOMEMLIMIT": "100MiB"}, 0}} {
		p := &program{getenv: func(key string) string { return c.env[key] }}
		if got := len(p.spare()); got != c.want {
			t.Errorf("with %v %d bytes are kept, and not %d", c.env, got, c.want)
		}
	}
}
