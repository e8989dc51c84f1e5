package casework

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"temwen/locale"
	"temwen/record"
	"temwen/when"
)

// Letter is a notice as it was sent, in the recipient's language: its paragraphs,
// word for word. A procedure, a name or a catalogue that changes afterwards changes
// nothing in it, for whoever shows it has no words to add.
//
// Its bytes, canonical JSON (RFC 8785), are the content of the event that says that it
// was sent, and go with the case when that is erased. Their SHA-256 stands in the
// Notice and at the foot of the paper.
type Letter struct {
	V    int         `json:"v"` // LetterVersion
	Lang locale.Lang `json:"lang"`
	// Case is its number; Step and Notice are as in Step.N and Notice.N.
	Case   int `json:"case"`
	Step   int `json:"step"`
	Notice int `json:"notice"`
	// Day is the one that it bears, which may be before the day it was dispatched.
	Day when.Day `json:"day"`
	// By and Link are those of the Notice. The token of the link stands on the paper
	// alone: who can read what is kept cannot answer in the recipient's place.
	By    *when.Day `json:"by,omitempty"`
	Link  string    `json:"link,omitempty"`
	Parts []Part    `json:"parts"`
}

// LetterVersion is the version of the form of a Letter.
const LetterVersion = 1

// Part is a paragraph, a line or a heading of a letter.
type Part struct {
	Is    string   `json:"is"` // see PartKinds
	Words []Phrase `json:"words"`
}

// Phrase is some words of a part; Lang is given where they are in another language
// than the letter.
type Phrase struct {
	Words string      `json:"words"`
	Lang  locale.Lang `json:"lang,omitempty"`
}

// The kinds of Part.
const (
	PartFrom    = "from"    // the office, at the head
	PartDay     = "day"     // that the letter bears
	PartTo      = "to"      // who must act
	PartRef     = "ref"     // the number of the case, step and notice
	PartTitle   = "title"   // what it is about
	PartHeading = "heading" // of what follows
	PartText    = "text"    // a paragraph
	PartItem    = "item"    // of a list
	PartKnown   = "known"   // how the office knows the clause
	PartBy      = "by"      // by when
	PartLink    = "link"    // where to answer, without the token that follows
	PartEnd     = "end"     // the office, at the foot
)

// PartKinds are all kinds of Part.
var PartKinds = []string{
	PartFrom, PartDay, PartTo, PartRef, PartTitle, PartHeading, PartText, PartItem, PartKnown, PartBy, PartLink, PartEnd,
}

// Encode is the bytes that are kept.
func (l *Letter) Encode() ([]byte, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	b, err := record.Canonical(l)
	if err == nil && len(b) > record.MaxContent {
		err = fmt.Errorf("a letter has %d bytes: it may have %d", len(b), record.MaxContent)
	}
	return b, err
}

// ParseLetter reads the bytes of a letter. It is strict: there is one form of each.
func ParseLetter(b []byte) (*Letter, error) {
	if len(b) > record.MaxContent {
		return nil, fmt.Errorf("a letter has %d bytes: it may have %d", len(b), record.MaxContent)
	}
	l := new(Letter)
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(l); err != nil {
		return nil, fmt.Errorf("a letter: %w", err)
	}
	again, err := l.Encode()
	switch {
	case err != nil:
		return nil, err
	case !bytes.Equal(again, b):
		return nil, errors.New("a letter is not in its canonical form")
	}
	return l, nil
}

func (l *Letter) check() error {
	switch {
	case l.V != LetterVersion:
		return fmt.Errorf("a letter has the version %d", l.V)
	case !slices.Contains(locale.Langs, l.Lang):
		return fmt.Errorf("a letter has the language %q", l.Lang)
	case l.Case < 1 || l.Step < 1 || l.Notice < 1:
		return errors.New("a letter does not say of which case, step and notice it is")
	case l.Day.Open() || l.By != nil && l.By.Open():
		return errors.New("a letter has no day")
	case len(l.Parts) == 0:
		return errors.New("a letter has no words")
	}
	links := 0
	for i := range l.Parts {
		if err := l.Parts[i].check(); err != nil {
			return err
		}
		if l.Parts[i].Is == PartLink {
			links++
		}
	}
	if links > 1 || (links == 1) != (l.Link != "") {
		return errors.New("a letter says of a link what it has not, or has one that it does not say")
	}
	return nil
}

func (p *Part) check() error {
	if !slices.Contains(PartKinds, p.Is) || len(p.Words) == 0 {
		return fmt.Errorf("a letter has a part %q that is none", p.Is)
	}
	for _, w := range p.Words {
		if w.Words == "" || !utf8.ValidString(w.Words) || w.Lang != "" && !slices.Contains(locale.Langs, w.Lang) {
			return fmt.Errorf("a letter has a part %q without words, or in no language", p.Is)
		}
	}
	return nil
}

// LetterSum is the SHA-256 of a letter's bytes in hexadecimal, as sha256sum prints it.
func LetterSum(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// of reports whether the letter is that of a notice of a case.
func (l *Letter) of(number, step int, n *Notice) bool {
	sameBy := (l.By == nil) == (n.By == nil) && (l.By == nil || *l.By == *n.By)
	return l.Case == number && l.Step == step && l.Notice == n.N && string(l.Lang) == n.Language && l.Link == n.Link && l.Day <= n.Sent && sameBy
}

// Letter is the bytes of a notice as it was sent. Those that are not what was sent are
// record.ErrDamaged; where none were kept the error is record.ErrNoContent.
func (k *Cases) Letter(ctx context.Context, docket string, step, notice int) ([]byte, error) {
	c, err := k.Case(ctx, "", docket)
	if err != nil {
		return nil, err
	}
	s := c.Step(step)
	if s == nil || notice < 1 || notice > len(s.Notices) {
		return nil, refuse(CodeUnknown)
	}
	n := &s.Notices[notice-1]
	if n.Letter == "" {
		return nil, fmt.Errorf("%w: a letter as it was sent is not kept", record.ErrNoContent)
	}
	b, err := k.store.Content(ctx, n.Index)
	if errors.Is(err, record.ErrNoContent) {
		return nil, fmt.Errorf("%w: the letter of event %d is not there", record.ErrDamaged, n.Index)
	}
	if err != nil {
		return nil, err
	}
	return b, n.agrees(c.Number, step, b)
}

// agrees reports whether bytes are the letter of the notice.
func (n *Notice) agrees(number, step int, b []byte) error {
	l, err := ParseLetter(b)
	switch {
	case LetterSum(b) != n.Letter:
		err = errors.New("it has another SHA-256")
	case err == nil && !l.of(number, step, n):
		err = errors.New("it is another letter")
	case err == nil:
		return nil
	}
	return fmt.Errorf("%w: the letter that was kept with event %d is not the one that was sent: %w", record.ErrDamaged, n.Index, err)
}

// Letters are the letters that a record speaks of, for a check of what is kept.
type Letters struct {
	numbers map[string]int // of cases, by ID
	sent    []sentLetter
}

type sentLetter struct {
	notice *Notice
	number int // of its case
	step   int
}

// Enter takes in an event: one that sends no letter, or was erased, says nothing.
func (l *Letters) Enter(e *record.Event) error {
	if what := e.What(); what != caseOpened && what != noticeSent || len(e.Body) == 0 {
		return nil
	}
	var what struct { // not the procedure, which is long
		Case   string
		Opened *struct{ Number int }
		Step   int
		Notice *Notice
	}
	if err := json.Unmarshal(e.Body, &what); err != nil {
		return fmt.Errorf("reading event %d: %w", e.Index, err)
	}
	switch n := what.Notice; {
	case what.Opened != nil:
		if l.numbers == nil {
			l.numbers = make(map[string]int)
		}
		l.numbers[what.Case] = what.Opened.Number
	case n.Letter != "" || e.Content != "":
		n.Index = e.Index
		l.sent = append(l.sent, sentLetter{n, l.numbers[what.Case], what.Step})
	}
	return nil
}

// Compare compares what is kept with what the record says was sent, and returns how
// many letters are as they were. What differs is record.ErrDamaged. erased reports
// whether an event was erased meanwhile, and its letter with it.
func (l *Letters) Compare(ctx context.Context, content func(context.Context, uint64) ([]byte, error), erased func(context.Context, uint64) (bool, error)) (whole int, err error) {
	for i := range l.sent {
		n := l.sent[i].notice
		b, err := content(ctx, n.Index)
		if errors.Is(err, record.ErrNoContent) {
			err = fmt.Errorf("%w: the letter of event %d is not there", record.ErrDamaged, n.Index)
		}
		if err == nil {
			err = n.agrees(l.sent[i].number, l.sent[i].step, b)
		}
		if err == nil {
			whole++
			continue
		}
		if gone, gerr := erased(ctx, n.Index); gerr != nil || !gone {
			return whole, errors.Join(err, gerr)
		}
	}
	return whole, nil
}
