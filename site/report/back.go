package report

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"

	"temwen/seal"
)

// back shows where one comes back with a code.
func (s *Site) back(*visit) (*page, error) { return s.backPage(), nil }

func (s *Site) backPage() *page {
	return &page{Template: "back", Scripted: "return", Listens: true}
}

// PromiseKey verifies receipts.
func (p *page) PromiseKey() string { return p.site.options.PromiseKey }

// Kinds are what a person may have sent.
func (p *page) Kinds() []option {
	return options(p, "report.message.", seal.ParcelKinds)
}

// typedGroup is a group of a code that was typed in.
type typedGroup struct {
	Digits string
	Wrong  bool // this is where the mistake is
}

// Groups are those of a mistyped code, with the one that looks wrong.
func (p *page) Groups() []typedGroup {
	groups, _ := p.Body.([]typedGroup)
	return groups
}

// caller is somebody who came back: their code and what it opens.
type caller struct {
	site  *Site
	visit *visit
	key   Key
	form  *form
	code  seal.Code
	keys  seal.CodeKeys
}

// open takes what somebody does who came back, without a script: what is asked
// for stands in the form.
func (s *Site) open(v *visit) (*page, error) {
	release, ok := s.take(v.Context())
	if ok {
		defer release()
	}
	c := &caller{site: s, visit: v}
	var err error
	if c.key, err = s.office.Key(v.Context()); err != nil {
		return nil, fmt.Errorf("opening a thread: %w", err)
	}
	c.form, err = s.readForm(v, func(f *form) bool {
		c.form = f
		return ok && string(f.first("do")) == "say" && c.enter() == nil
	})
	if err == nil && !ok {
		err = ErrBusy
	}
	p, err := c.answer(err)
	if p != nil {
		p.Private = true
	}
	return p, err
}

// answer does what was asked for.
func (c *caller) answer(err error) (*page, error) {
	if c.keys == (seal.CodeKeys{}) {
		if refused := c.enter(); refused != nil {
			return c.again(refused)
		}
	}
	if err != nil {
		return c.thread("", err)
	}
	switch string(c.form.first("do")) {
	case "say":
		return c.say()
	case "consent":
		return c.consent()
	case "sure":
		return &page{Template: "sure", Key: c.key, form: c.form, Body: c.code.String()}, nil
	case "withdraw":
		err := c.site.office.Withdraw(c.visit.Context(), c.keys.Lookup)
		return c.thread("report.done.withdrawn", err)
	case "receipt":
		return c.receipt()
	case "file":
		return c.file()
	}
	return c.thread("", nil)
}

// opening is how many codes are turned into keys at a time: that is work for a
// processor.
var opening = make(chan struct{}, runtime.GOMAXPROCS(0))

// enter reads the code and finds what it opens.
func (c *caller) enter() error {
	if c.keys != (seal.CodeKeys{}) {
		return nil
	}
	if !c.form.Filled("code") {
		return &seal.CodeError{}
	}
	var err error
	if c.code, err = seal.ParseCode(string(c.form.first("code"))); err != nil {
		return err
	}
	if !c.site.visits.allow(c.visit.Request, c.site.options.AddressHeader, costCode) {
		return ErrBusy
	}
	opening <- struct{}{}
	keys, err := c.code.Keys(c.key.Office)
	<-opening
	if err != nil {
		return err
	}
	if _, err := c.site.office.Thread(c.visit.Context(), keys.Lookup); err != nil {
		return err
	}
	c.keys = keys
	return nil
}

// again asks for the code again and says what looks wrong.
func (c *caller) again(err error) (*page, error) {
	p := c.site.backPage()
	p.Key, p.form, p.Status = c.key, c.form, http.StatusUnprocessableEntity
	var mistyped *seal.CodeError
	switch words := c.visit.words; {
	case errors.As(err, &mistyped):
		p.wrong("code", words.Say(codeKey(mistyped), "have", mistyped.Digits, "missing", codeLength-mistyped.Digits, "group", mistyped.Group))
		p.Body = typedGroups(string(c.form.first("code")), mistyped)
	case errors.Is(err, ErrUnknown):
		p.Status = http.StatusNotFound
		p.wrong("code", words.Say("report.say.code-unknown"))
	case errors.Is(err, ErrBusy):
		p.Status = http.StatusTooManyRequests
		c.visit.w.Header().Set("Retry-After", retryAfter)
		p.wrong("", words.Say("report.wrong.busy"))
	default:
		return nil, err
	}
	return p, nil
}

const (
	codeLength  = 24
	groupLength = 4
)

// codeKey is the key of the sentence about a mistyped code.
func codeKey(e *seal.CodeError) string {
	switch {
	case e.Digits < codeLength:
		return "report.say.code-short"
	case e.Digits > codeLength:
		return "report.say.code-long"
	case e.Group > 0:
		return "report.say.code-group"
	}
	return "report.say.code-wrong"
}

// typedGroups are the groups of a code of the right length that is wrong.
func typedGroups(typed string, e *seal.CodeError) []typedGroup {
	if e.Digits != codeLength {
		return nil
	}
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, typed)
	var groups []typedGroup
	for i := 0; i < len(digits); i += groupLength {
		groups = append(groups, typedGroup{digits[i : i+groupLength], e.Group == i/groupLength+1})
	}
	return groups
}

// errNoWords is for a message without a word or a file.
var errNoWords = errors.New("there is nothing in the message")

// say takes a message.
func (c *caller) say() (*page, error) {
	if !c.form.Filled("text") && len(c.form.files) == 0 {
		return c.thread("", errNoWords)
	}
	return c.send(seal.KindMessage, seal.ParcelMessage, "report.done.said")
}

// errNoChoice is for a consent that was not chosen.
var errNoChoice = errors.New("no consent is chosen")

// consent takes a change of consent. None is chosen beforehand: this program
// cannot read what was chosen before.
func (c *caller) consent() (*page, error) {
	if choice(c.form, "consent", seal.Consents) == "" {
		return c.thread("", errNoChoice)
	}
	return c.send(seal.KindConsent, seal.ParcelConsent, "report.done.consent")
}

// send seals a message to the office and hands it in.
func (c *caller) send(kind seal.MessageKind, as seal.ParcelKind, done string) (*page, error) {
	document := c.form.message(kind, c.visit.lang)
	defer func() { clear(document[:cap(document)]) }()
	members, err := c.form.members(seal.MessageMember, document)
	if err != nil {
		return c.thread("", err)
	}
	var id seal.ID
	if err := id.UnmarshalText(c.form.first("id")); err != nil {
		rand.Read(id[:])
	}
	_, err = c.site.submit(c.visit.Context(), c.key, seal.Head{ID: id, Kind: as, Token: c.keys.Lookup}, members)
	if err == nil || errors.Is(err, ErrReused) { // sent twice is sent
		c.form.drop("text")
		c.form.drop("consent")
		return c.thread(done, nil)
	}
	return c.thread("", err)
}

// receipt answers with the receipt as a file.
func (c *caller) receipt() (*page, error) {
	t, err := c.site.office.Thread(c.visit.Context(), c.keys.Lookup)
	if err != nil {
		return nil, err
	}
	h := c.visit.w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="receipt.txt"`)
	answerPrivately(c.visit.w, http.StatusOK, slices.Clone(t.Receipt))
	return nil, nil
}

// thread shows what became of the report. done is the key of what was done, and
// err what went wrong.
func (c *caller) thread(done string, err error) (*page, error) {
	p := &page{Template: "thread", Key: c.key, form: c.form}
	if err != nil {
		var words string
		p.Status, words = c.site.refusal(c.visit, err)
		field := ""
		switch {
		case errors.Is(err, errNoWords):
			field = "text"
		case errors.Is(err, errNoChoice):
			field = "consent-choice"
		}
		p.wrong(field, words)
		if c.form.dropped || len(c.form.files) > 0 {
			p.wrong("files", c.visit.words.Say("report.wrong.files-again"))
		}
	}
	body, err := c.read(c.visit.Context())
	if err != nil {
		return nil, err
	}
	if done != "" {
		body.done = c.visit.words.Say(done)
	}
	p.Body = body
	return p, nil
}

// read gathers the thread.
func (c *caller) read(ctx context.Context) (*threadBody, error) {
	t, err := c.site.office.Thread(ctx, c.keys.Lookup)
	if err != nil {
		return nil, fmt.Errorf("reading a thread: %w", err)
	}
	body := &threadBody{thread: t, code: c.code.String(), id: newID()}
	for _, item := range t.Items {
		m := &message{N: item.N, Office: item.From == seal.FromOffice, kind: item.Kind}
		if m.Office {
			c.unseal(ctx, m)
		}
		body.messages = append(body.messages, m)
	}
	return body, nil
}

// newID names a message that is not yet written.
func newID() string {
	var id seal.ID
	rand.Read(id[:])
	return id.String()
}
