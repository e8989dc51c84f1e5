package seal

import (
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"temwen/locale"
)

// Version is the value of "v" in every document and head.
const Version = 1

// File describes a file beside a report or message.
type File struct {
	// Member is its name in the archive, [FileMember] of its place.
	Member string `json:"member"`
	// Name is what it was called where it comes from: no path, 255 bytes at most.
	Name string `json:"name"`
	// Type is its media type, as the device told it: "image/jpeg".
	Type string `json:"type"`
	// Size is in bytes.
	Size int64 `json:"size"`
	// SHA256 is that of its content.
	SHA256 Hash `json:"sha256"`
	// Stripped says that hidden data was taken out before it was sealed.
	Stripped bool `json:"stripped,omitzero"`
	// Meta is the hidden data that was found in it.
	Meta Meta `json:"meta,omitzero"`
}

// Meta is what a picture tells beside what it shows, as its device wrote it.
type Meta struct {
	Taken  string `json:"taken,omitzero"`
	Place  string `json:"place,omitzero"`
	Camera string `json:"camera,omitzero"`
}

// Hash is a SHA-256, in JSON as base64url.
type Hash [32]byte

// String is the hash in hexadecimal, as sha256sum prints it.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText writes base64url without padding.
func (h Hash) MarshalText() ([]byte, error) { return b64.AppendEncode(nil, h[:]), nil }

// UnmarshalText reads base64url without padding.
func (h *Hash) UnmarshalText(text []byte) error { return decodeExactly(h[:], text) }

// ID is 16 random bytes that name something, in JSON as base64url.
type ID [16]byte

// String is the ID as base64url, 22 characters.
func (id ID) String() string { return b64.EncodeToString(id[:]) }

// MarshalText writes base64url without padding.
func (id ID) MarshalText() ([]byte, error) { return b64.AppendEncode(nil, id[:]), nil }

// UnmarshalText reads base64url without padding.
func (id *ID) UnmarshalText(text []byte) error { return decodeExactly(id[:], text) }

// decodeExactly fills dst from base64url.
func decodeExactly(dst, text []byte) error {
	// The decoder would skip line breaks, and one value would have two forms.
	if strings.ContainsAny(string(text), "\r\n") || b64.DecodedLen(len(text)) != len(dst) {
		return fmt.Errorf("%w: %d bytes as base64url without padding are expected", ErrMalformed, len(dst))
	}
	if _, err := b64.Decode(dst, text); err != nil {
		return fmt.Errorf("%w: %d bytes as base64url without padding are expected", ErrMalformed, len(dst))
	}
	return nil
}

// Document is the first member of an envelope: one of the two is there.
type Document struct {
	Report  *Report
	Message *Message
}

// Files are the files that are described.
func (d Document) Files() []File {
	if d.Report != nil {
		return d.Report.Files
	}
	return d.Message.Files
}

// encode gives the member's name and content.
func (d Document) encode() (string, []byte, error) {
	if d.Report != nil {
		b, err := d.Report.Encode()
		return ReportMember, b, err
	}
	b, err := d.Message.Encode()
	return MessageMember, b, err
}

func parseDocument(name string, b []byte) (d Document, err error) {
	if name == ReportMember {
		d.Report, err = ParseReport(b)
	} else {
		d.Message, err = ParseMessage(b)
	}
	return d, err
}

// problems gathers what is wrong with a document, to tell it all at once. What
// somebody wrote is never repeated in it.
type problems []string

func (p *problems) add(wrong bool, format string, args ...any) {
	if wrong {
		*p = append(*p, fmt.Sprintf(format, args...))
	}
}

func (p problems) error(document string) error {
	if len(p) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s: %s", ErrMalformed, document, strings.Join(p, "; "))
}

// oneOf checks a member that takes one of several values.
func oneOf[T ~string](p *problems, name string, v T, known []T) {
	p.add(!slices.Contains(known, v), "%s must be one of %s", name, listed(known))
}

func listed[T ~string](known []T) string {
	var words []string
	for _, k := range known {
		words = append(words, string(k))
	}
	return strings.Join(words, ", ")
}

// head checks what every document has.
func (p *problems) head(v int, lang locale.Lang) {
	p.add(v != Version, "v must be %d", Version)
	oneOf(p, "lang", lang, locale.Langs)
}

var mediaType = regexp.MustCompile(`^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$`)

// files checks the descriptions of files.
func (p *problems) files(files []File) {
	p.add(len(files) > MaxFiles, "there may be at most %d files", MaxFiles)
	for i, f := range files {
		n := i + 1
		p.add(f.Member != FileMember(n), "file %d must be named %s", n, FileMember(n))
		p.add(!isFileName(f.Name), "the name of file %d must be 1 to 255 bytes without / and \\ or control characters", n)
		p.add(!mediaType.MatchString(f.Type), "the type of file %d must be a media type such as image/jpeg", n)
		p.add(f.Size < 0 || f.Size > MaxPadded, "the size of file %d must be 0 to %d", n, MaxPadded)
	}
}

func isFileName(s string) bool {
	return s != "" && len(s) <= 255 && s != "." && s != ".." &&
		!strings.ContainsAny(s, `/\`) && !strings.ContainsFunc(s, unicode.IsControl)
}

// encode writes a document that was checked.
func encode(document string, v any) ([]byte, error) {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: its texts must be valid Unicode", ErrMalformed, document)
	}
	if len(b) > MaxDocument {
		return nil, fmt.Errorf("%w: %s has %d bytes, more than %d; put long texts into a file beside it", ErrTooLarge, document, len(b), MaxDocument)
	}
	return b, nil
}

// decode reads a document strictly: one JSON value in UTF-8, no member unknown
// or twice.
func decode(document string, limit int, b []byte, v any) error {
	if len(b) > limit {
		return fmt.Errorf("%w: %s has %d bytes, more than %d", ErrTooLarge, document, len(b), limit)
	}
	err := json.Unmarshal(b, v, json.RejectUnknownMembers(true))
	semantic, syntactic := (*json.SemanticError)(nil), (*jsontext.SyntacticError)(nil)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, json.ErrUnknownName) && errors.As(err, &semantic):
		return fmt.Errorf("%w: %s%s has a member that version %d does not know", ErrMalformed, document, semantic.JSONPointer.Parent(), Version)
	case errors.As(err, &semantic):
		return fmt.Errorf("%w: %s%s holds something of another kind or form", ErrMalformed, document, semantic.JSONPointer)
	case errors.As(err, &syntactic):
		return fmt.Errorf("%w: %s is not JSON in UTF-8 with every member once: see byte %d", ErrMalformed, document, syntactic.ByteOffset)
	}
	return fmt.Errorf("%w: %s is not one JSON value, whole", ErrMalformed, document)
}
