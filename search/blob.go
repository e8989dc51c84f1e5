package search

import (
	"encoding/binary"
	"slices"

	"temwen/locale"
)

// field is a part of an entry; words count differently in each.
type field byte

const (
	inTitle field = iota
	inBody
	inKeys
	fieldCount
)

// languages are those of a segment: the four, and any other.
const languages = 5

func languageIndex(lang locale.Lang) int {
	if i := slices.Index(locale.Langs, lang); i >= 0 {
		return i
	}
	return languages - 1
}

// A blob is the words of an entry as their numbers, in order, so that an entry
// is ranked without reading its texts: for each segment a byte with its field
// and language, the number of its words, the words.

// appendSegment adds a segment to a blob.
func appendSegment(blob []byte, f field, lang locale.Lang, words []uint32) []byte {
	if len(words) == 0 {
		return blob
	}
	blob = append(blob, byte(f)|byte(languageIndex(lang))<<4)
	blob = binary.AppendUvarint(blob, uint64(len(words)))
	for _, w := range words {
		blob = binary.AppendUvarint(blob, uint64(w))
	}
	return blob
}

// segment is one of a blob.
type segment struct {
	field field
	lang  int
	words []uint32
}

// segments yields the segments of a blob; words is only good until the next.
// What is not a blob ends it.
func segments(blob []byte, words []uint32, yield func(segment)) {
	for len(blob) > 0 {
		s := segment{field: field(blob[0] & 0xf), lang: int(blob[0] >> 4), words: words[:0]}
		n, size := binary.Uvarint(blob[1:])
		if size <= 0 || s.field >= fieldCount || s.lang >= languages {
			return
		}
		blob = blob[1+size:]
		for range n {
			w, size := binary.Uvarint(blob)
			if size <= 0 {
				return
			}
			blob = blob[size:]
			s.words = append(s.words, uint32(w))
		}
		yield(s)
		words = s.words
	}
}
