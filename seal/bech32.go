package seal

import "strings"

// bech32Alphabet has the 32 digits of Bech32 (BIP 173).
const bech32Alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// bech32 writes data with its kind before it and a checksum behind, in lower
// case: how age writes a key, and this package a share.
func bech32(kind string, data []byte) string {
	digits := fiveBits(data)
	sum := bech32Sum(kind, append(digits, 0, 0, 0, 0, 0, 0)) ^ 1
	for shift := 25; shift >= 0; shift -= 5 {
		digits = append(digits, byte(sum>>shift)&31)
	}
	var s strings.Builder
	s.WriteString(kind + "1")
	for _, d := range digits {
		s.WriteByte(bech32Alphabet[d])
	}
	return s.String()
}

// readBech32 reads what bech32 has written of that kind, or says that it is not.
func readBech32(kind, s string) ([]byte, bool) {
	s, ok := strings.CutPrefix(s, kind+"1")
	if !ok || len(s) < 6 {
		return nil, false
	}
	digits := make([]byte, len(s))
	for i := range digits {
		d := strings.IndexByte(bech32Alphabet, s[i])
		if d < 0 {
			return nil, false
		}
		digits[i] = byte(d)
	}
	if bech32Sum(kind, digits) != 1 {
		return nil, false
	}
	return eightBits(digits[:len(digits)-6])
}

// fiveBits cuts data into groups of five bits, the last filled with zeros.
func fiveBits(data []byte) (groups []byte) {
	acc, n := uint32(0), 0
	for _, b := range data {
		acc, n = acc<<8|uint32(b), n+8
		for ; n >= 5; n -= 5 {
			groups = append(groups, byte(acc>>(n-5))&31)
		}
	}
	if n > 0 {
		groups = append(groups, byte(acc<<(5-n))&31)
	}
	return groups
}

// eightBits undoes fiveBits.
func eightBits(groups []byte) (data []byte, ok bool) {
	acc, n := uint32(0), 0
	for _, g := range groups {
		if acc, n = acc<<5|uint32(g), n+5; n >= 8 {
			n -= 8
			data = append(data, byte(acc>>n))
		}
	}
	return data, n < 5 && acc&(1<<n-1) == 0
}

// bech32Sum is the checksum's remainder over a kind and groups of five bits.
func bech32Sum(kind string, groups []byte) uint32 {
	var expanded []byte
	for _, c := range []byte(kind) {
		expanded = append(expanded, c>>5)
	}
	expanded = append(expanded, 0)
	for _, c := range []byte(kind) {
		expanded = append(expanded, c&31)
	}
	sum := uint32(1)
	for _, g := range append(expanded, groups...) {
		top := sum >> 25
		sum = (sum&0x1ffffff)<<5 ^ uint32(g)
		for i, c := range [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				sum ^= c
			}
		}
	}
	return sum
}
