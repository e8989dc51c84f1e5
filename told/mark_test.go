package told

import (
	"fmt"
	"testing"
)

// What is in the file of the mark may be anything.
func FuzzMark(f *testing.F) {
	f.Add([]byte("12 0123456789abcdef0123456789abcdef\n"))
	f.Add([]byte("0 0123456789abcdef0123456789abcdef\n"))
	f.Add([]byte("-1"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if seen, ok := parseMark(text); ok {
			again, ok := parseMark(fmt.Appendf(nil, "%d %032x\n", seen, 1))
			if !ok || again != seen {
				t.Errorf("%q is a mark of %d, and that of %d", text, seen, again)
			}
		}
	})
}
