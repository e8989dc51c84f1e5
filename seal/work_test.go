package seal

import (
	"crypto/rand"
	"errors"
	"testing"
)

func TestWorkIsChecked(t *testing.T) {
	var c Challenge
	rand.Read(c[:])
	work := DoWork(c, 12)
	if err := CheckWork(work, 12); err != nil {
		t.Error(err)
	}
	if got, err := ParseWork(work); err != nil || got != c {
		t.Errorf("ParseWork(%q) = %v, %v", work, got, err)
	}
	if err := CheckWork(work, 64); !errors.Is(err, ErrWork) {
		t.Errorf("%q is good for 64 bits: %v", work, err)
	}
}

// TestWorkExample was worked out with sha256sum: 00005f8a begins with 17 zero
// bits, and no nonce before it gives so many.
func TestWorkExample(t *testing.T) {
	const work = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.12286"
	if got := DoWork(Challenge{}, 17); got != work {
		t.Errorf("%q", got)
	}
	if err := CheckWork(work, 17); err != nil {
		t.Error(err)
	}
	if err := CheckWork(work, 18); !errors.Is(err, ErrWork) {
		t.Errorf("%v", err)
	}
}

func TestWorkHasOneForm(t *testing.T) {
	c := Challenge{}.String()
	for _, work := range []string{"", ".", c, c + ".", c + ".01", c + ".-1", c + ".+1", c + ". 1", c + ".1 ", c + ".1.2", c + ".12345678901234567", c[1:] + ".1", c + "=.1"} {
		if err := CheckWork(work, 0); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %v", work, err)
		}
	}
}

func FuzzCheckWork(f *testing.F) {
	f.Add(DoWork(Challenge{1}, 4), 4)
	f.Fuzz(func(t *testing.T, work string, zeroBits int) {
		if err := CheckWork(work, zeroBits); err != nil && !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrWork) {
			t.Fatal(err)
		}
	})
}
