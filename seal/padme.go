package seal

import "math/bits"

// MinPadded is the length in bytes that any shorter content is padded to, so
// that short reports, which are most, look alike.
const MinPadded = 8192

// MaxPadded is how long a padded content may be, in bytes: 256 MiB.
const MaxPadded = 256 << 20

// Padded is the length, in bytes, that n bytes of content are padded to:
// max([MinPadded], Padmé(n)). It leaks O(log log n) bits and costs at most 12 %
// (Nikitin et al., Reducing Metadata Leakage from Encrypted Files and
// Communication with PURBs, 2019).
func Padded(n int64) int64 {
	return max(MinPadded, padme(n))
}

// IsPadded reports whether n is a length that [Padded] returns.
func IsPadded(n int64) bool {
	return n >= MinPadded && padme(n) == n
}

// padme rounds n up so that only as many of its leading bits are free as its
// bit length has bits.
func padme(n int64) int64 {
	if n < 2 {
		return n
	}
	e := bits.Len64(uint64(n)) - 1
	s := bits.Len(uint(e))
	mask := int64(1)<<(e-s) - 1
	return (n + mask) &^ mask
}
