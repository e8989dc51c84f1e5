package record

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Fact is one fact of a dossier as the record keeps it. What is in Body is the
// dossier's affair; the record needs only what it is filed under.
type Fact struct {
	Dossier, Kind, ID string
	// Mission is the ID of the mission it belongs to; empty where it belongs to
	// the dossier as a whole.
	Mission string
	// Known is the day it became known, counted from 1970-01-01, or
	// AlwaysKnown for what needs no source, such as an actor's name.
	Known int32
	// Sources are the IDs of the sources it cites, each once.
	Sources []string
	// Body is the fact itself: a JSON object in canonical form (see Canonical).
	Body json.RawMessage
}

// AlwaysKnown is the Known of a fact that was never unknown. It equals
// when.Earliest.
const AlwaysKnown = math.MinInt32

// KindMission is the one kind of fact that the record treats in a special way:
// a mission's ID belongs to one dossier at a time, since addresses of pages and
// references from other dossiers start from it. It is the kind's name in package
// dossier.
const KindMission = "missions"

// Ref names a fact.
type Ref struct{ Dossier, Kind, ID string }

func (r Ref) String() string { return fmt.Sprintf("%s %q of dossier %q", r.Kind, r.ID, r.Dossier) }

// Ref is what the fact is filed under.
func (f *Fact) Ref() Ref { return Ref{f.Dossier, f.Kind, f.ID} }

// Hash is the SHA-256 of a fact: of the public part of the fact.stated event
// that would state it.
type Hash [sha256.Size]byte

// String is the hash in lower-case hexadecimal, as events write it.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Hash identifies the fact's content.
func (f *Fact) Hash() Hash {
	return sha256.Sum256(appendPublic(make([]byte, 0, len(f.Body)+256), f, nil))
}

// appendPublic appends the public part of the event that states f or, where
// replaces is given, revises it: canonical JSON with the members
//
//	body      the fact
//	dossier   what it is filed under
//	id
//	kind
//	known     day it became known, YYYY-MM-DD; absent: always known
//	mission   absent: none
//	replaces  only in fact.revised: hash of the fact it replaces, hexadecimal
//	sources   IDs of the sources it cites; absent: none
//
// Body and names must have been checked.
func appendPublic(b []byte, f *Fact, replaces *Hash) []byte {
	b = append(b, `{"body":`...)
	b = append(b, f.Body...)
	b = appendMember(b, "dossier", f.Dossier)
	b = appendMember(b, "id", f.ID)
	b = appendMember(b, "kind", f.Kind)
	if f.Known != AlwaysKnown {
		b = appendMember(b, "known", formatDay(f.Known))
	}
	if f.Mission != "" {
		b = appendMember(b, "mission", f.Mission)
	}
	if replaces != nil {
		b = appendMember(b, "replaces", replaces.String())
	}
	if len(f.Sources) > 0 {
		b = append(b, `,"sources":[`...)
		for i, s := range f.Sources {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(b, s)
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

// appendMember appends a further member of an object. Its name must need no
// escape.
func appendMember(b []byte, name, value string) []byte {
	b = append(b, ',', '"')
	b = append(b, name...)
	b = append(b, '"', ':')
	return appendString(b, value)
}

func appendString(b []byte, s string) []byte {
	b, _ = jsontext.AppendQuote(b, s) // errs on invalid UTF-8 only, which check refuses
	return b
}

const secondsPerDay = 24 * 60 * 60

// firstDay and lastDay bound what can be written as YYYY-MM-DD.
var (
	firstDay = time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay
	lastDay  = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay
)

func formatDay(day int32) string {
	return time.Unix(int64(day)*secondsPerDay, 0).UTC().Format(time.DateOnly)
}

func parseDay(s string) (int32, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, err
	}
	return int32(t.Unix() / secondsPerDay), nil
}

// MaxPublic is how many bytes the public part of an event may have. A ledger's
// entry is at most 65,535 bytes; what the ledger adds around the public part
// has room in the rest.
const MaxPublic = 60 << 10

// maxName is how many bytes a name (dossier, kind, ID, mission, source, key)
// may have, and maxSources how many sources a fact may cite.
const (
	maxName    = 200
	maxSources = 500
)

// check reports what is wrong with the fact in itself.
func (f *Fact) check() error {
	var errs []error
	name := func(what, s string) {
		if err := checkName(s); err != nil {
			errs = append(errs, fmt.Errorf("%s %w", what, err))
		}
	}
	name("its dossier", f.Dossier)
	name("its kind", f.Kind)
	name("its ID", f.ID)
	if f.Mission != "" {
		name("its mission", f.Mission)
	}
	if len(f.Sources) > maxSources {
		return fmt.Errorf("it cites %d sources: it may cite %d", len(f.Sources), maxSources)
	}
	for i, s := range f.Sources {
		name("a source", s)
		if slices.Contains(f.Sources[:i], s) {
			errs = append(errs, fmt.Errorf("it cites source %q twice", s))
		}
	}
	if f.Known != AlwaysKnown && (int64(f.Known) < firstDay || int64(f.Known) > lastDay) {
		errs = append(errs, errors.New("the day it became known is not in the years 0 to 9999: it needs a source with a date"))
	}
	if err := isCanonical(f.Body); err != nil {
		errs = append(errs, fmt.Errorf("its body: %w", err))
	} else if f.Body[0] != '{' {
		errs = append(errs, errors.New("its body is not a JSON object"))
	}
	return errors.Join(errs...)
}

func checkName(s string) error {
	switch {
	case s == "":
		return errors.New("is empty")
	case len(s) > maxName:
		return fmt.Errorf("has %d bytes: it may have %d", len(s), maxName)
	case !utf8.ValidString(s):
		return fmt.Errorf("%q is not valid UTF-8", s)
	case strings.ContainsFunc(s, unicode.IsControl):
		return fmt.Errorf("%q has a control character", s)
	case strings.TrimSpace(s) != s:
		return fmt.Errorf("%q starts or ends with a space", s)
	}
	return nil
}
