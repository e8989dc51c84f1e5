package seal

import (
	"math/bits"
	"testing"

	"pgregory.net/rapid"
)

// TestPadmeExamples has values that were worked out by hand: 9 has E = 3 and
// S = 2, and is rounded up to a multiple of 2.
func TestPadmeExamples(t *testing.T) {
	for _, tt := range []struct{ n, want int64 }{
		{0, 0},
		{1, 1},
		{9, 10},
		{15, 16},
		{100, 104},
		{1000, 1024},
		{9000, 9216},
		{65_537, 67_584},
		{1_000_000, 1_015_808},
		{50_000_000, 50_331_648},
	} {
		if got := padme(tt.n); got != tt.want {
			t.Errorf("padme(%d) = %d, want %d", tt.n, got, tt.want)
		}
	}
}

func TestPaddedLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, MaxPadded).Draw(t, "n")
		p := Padded(n)
		if p < n || p < MinPadded || p > MaxPadded {
			t.Fatalf("Padded(%d) = %d", n, p)
		}
		if n >= MinPadded && float64(p-n) > 0.12*float64(n) {
			t.Fatalf("Padded(%d) = %d costs more than 12 %%", n, p)
		}
		if !IsPadded(p) || Padded(p) != p || IsPadded(n) != (p == n) {
			t.Fatalf("Padded(%d) = %d: IsPadded(%d) = %v, IsPadded(%d) = %v", n, p, p, IsPadded(p), n, IsPadded(n))
		}
		if q := Padded(n + 1); q < p {
			t.Fatalf("Padded(%d) = %d, Padded(%d) = %d", n, p, n+1, q)
		}
		if p%blockSize != 0 {
			t.Fatalf("Padded(%d) = %d is no whole number of blocks", n, p)
		}
	})
}

// TestPaddedTellsLittle counts the lengths that a watcher can tell apart.
func TestPaddedTellsLittle(t *testing.T) {
	lengths := 0
	for n := int64(MinPadded); n <= MaxPadded; n = Padded(n + 1) {
		lengths++
	}
	if bits.Len(uint(lengths)) > 9 {
		t.Errorf("there are %d lengths up to 256 MiB", lengths)
	}
}
