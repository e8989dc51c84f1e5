package seal

import (
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAnyShareholdersMakeTheKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		need := rapid.IntRange(2, 6).Draw(t, "need")
		of := rapid.IntRange(need, 8).Draw(t, "of")
		key, shares, err := SplitKey(need, of)
		if err != nil {
			t.Fatal(err)
		}
		present := rapid.Permutation(shares).Draw(t, "present")[:rapid.IntRange(0, of).Draw(t, "of whom")]
		got, err := JoinShares(present)
		if len(present) < need {
			if !errors.Is(err, ErrShares) {
				t.Fatalf("%d of %d made a key: %v", len(present), need, err)
			}
			return
		}
		if err != nil || got.String() != key.String() {
			t.Fatalf("%d of %d: %v", len(present), need, err)
		}
	})
}

// TestSharesAreShamirs adds them up with other arithmetic: the value at zero of
// the line through two points is 2·y1 - y2.
func TestSharesAreShamirs(t *testing.T) {
	key, shares, err := SplitKey(2, 2)
	if err != nil {
		t.Fatal(err)
	}
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	number := func(le [32]byte) *big.Int {
		be := slices.Clone(le[:])
		slices.Reverse(be)
		return new(big.Int).SetBytes(be)
	}
	y := new(big.Int).Lsh(number(shares[0].Value), 1)
	y.Sub(y, number(shares[1].Value)).Mod(y, order)
	var seed [32]byte
	y.FillBytes(seed[:])
	slices.Reverse(seed[:])
	got, err := IdentityFromSeed(seed)
	if err != nil || got.String() != key.String() {
		t.Errorf("another key: %v", err)
	}
}

func TestSharesAreRead(t *testing.T) {
	_, shares, err := SplitKey(3, MaxShares)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range shares {
		text := s.String()
		if len(text) != 88 {
			t.Errorf("share %d has %d characters", s.Index, len(text))
		}
		for _, typed := range []string{text, strings.ToUpper(text), " " + text[:30] + "\n\t" + text[30:] + "\r\n"} {
			if got, err := ParseShare(typed); err != nil || got != s {
				t.Errorf("share %d: %v", s.Index, err)
			}
		}
	}
}

func TestSharesAreFoundOnPaper(t *testing.T) {
	_, shares, err := SplitKey(2, 3)
	if err != nil {
		t.Fatal(err)
	}
	a, b := shares[0].String(), shares[1].String()
	for name, text := range map[string]string{
		"in two lines":  "Share 1 of 3\n\n  " + a[:40] + "\n  " + a[40:] + "\n\nKeep it.",
		"in groups":     a[:13] + " " + a[13:30] + " " + a[30:] + "\nmore words",
		"upper case":    "SHARE: " + strings.ToUpper(a),
		"and the other": a + "\n" + b,
	} {
		got, err := FindShares(text)
		if err != nil || got[0] != shares[0] || len(got) == 2 && got[1] != shares[1] {
			t.Errorf("%s: %d shares, %v", name, len(got), err)
		}
	}
	for _, text := range []string{"", "nothing", a[:80], "temwen-share1", a[:50] + "!" + a[51:]} {
		if _, err := FindShares(text); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestWrongCharactersAreFound changes up to four of a share.
func TestWrongCharactersAreFound(t *testing.T) {
	_, shares, err := SplitKey(2, 3)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(rapid.SampledFrom(shares).Draw(t, "share").String())
		for range rapid.IntRange(1, 4).Draw(t, "wrong") {
			at := rapid.IntRange(13, len(text)-1).Draw(t, "at")
			text[at] = rapid.SampledFrom([]byte(bech32Alphabet)).Draw(t, "character")
		}
		if slices.ContainsFunc(shares, func(s Share) bool { return s.String() == string(text) }) {
			return
		}
		if _, err := ParseShare(string(text)); !errors.Is(err, ErrMalformed) {
			t.Fatalf("%s was read", text)
		}
	})
}

func TestSharesThatDoNotBelongTogether(t *testing.T) {
	_, ours, err := SplitKey(2, 3)
	if err != nil {
		t.Fatal(err)
	}
	_, theirs, err := SplitKey(2, 3)
	if err != nil {
		t.Fatal(err)
	}
	forged, beyond := ours[1], ours[1]
	forged.Value[0] ^= 1
	for i := range beyond.Value {
		beyond.Value[i] = 0xff
	}
	for name, shares := range map[string][]Share{
		"none":          nil,
		"one":           ours[:1],
		"one, twice":    {ours[0], ours[0]},
		"of two keys":   {ours[0], theirs[1]},
		"two numbers 2": {ours[1], forged},
		"forged":        {ours[0], forged},
		"not reduced":   {ours[0], beyond},
	} {
		if _, err := JoinShares(shares); !errors.Is(err, ErrShares) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSplitsThatAreRefused(t *testing.T) {
	for _, tt := range [][2]int{{0, 0}, {1, 1}, {1, 3}, {3, 2}, {2, MaxShares + 1}} {
		if _, _, err := SplitKey(tt[0], tt[1]); err == nil {
			t.Errorf("%d of %d", tt[0], tt[1])
		}
	}
}

func FuzzParseShare(f *testing.F) {
	_, shares, err := SplitKey(2, 2)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(shares[0].String())
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseShare(text)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		if again, err := ParseShare(s.String()); err != nil || again != s {
			t.Fatalf("%v is read as %v, %v", s, again, err)
		}
	})
}
