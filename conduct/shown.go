package conduct

import (
	"encoding/json"
	"fmt"
)

// Shown is what a reader is shown of a number: the number, or that it is kept
// back and why. It never tells more than that.
type Shown int

// What is shown instead of a number.
const (
	// Few is a number from 1 to one less than the least that is shown.
	Few Shown = -1
	// Withheld is any number, which would tell another that is kept back.
	Withheld Shown = -2
)

// Number is the number, and whether it is shown.
func (s Shown) Number() (n int, ok bool) { return int(s), s >= 0 }

// Hidden reports whether the number is kept back.
func (s Shown) Hidden() bool { return s < 0 }

// String is the number in digits, "few" or "withheld".
func (s Shown) String() string {
	switch s {
	case Few:
		return "few"
	case Withheld:
		return "withheld"
	}
	return fmt.Sprint(int(s))
}

// MarshalJSON writes a number, "few" or "withheld".
func (s Shown) MarshalJSON() ([]byte, error) {
	if s.Hidden() {
		return json.Marshal(s.String())
	}
	return json.Marshal(int(s))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Shown) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case `"few"`:
		*s = Few
	case `"withheld"`:
		*s = Withheld
	default:
		var n int
		if err := json.Unmarshal(b, &n); err != nil || n < 0 || string(b) == "null" {
			return fmt.Errorf("%s is neither a whole number from 0 nor \"few\" nor \"withheld\"", b)
		}
		*s = Shown(n)
	}
	return nil
}
