package report

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"temwen/seal"
)

// send takes a form from a browser without a script: seals it while it is read,
// hands it in, and answers with the code.
func (s *Site) send(path seal.Path) pageFunc {
	return func(v *visit) (*page, error) {
		key, err := s.office.Key(v.Context())
		if err != nil {
			return nil, fmt.Errorf("taking a form: %w", err)
		}
		e := &entry{site: s, visit: v, key: key, path: path}
		release, ok := s.take(v.Context())
		if ok {
			defer release()
		}
		e.busy = !ok
		e.form, err = s.readForm(v, e.worthKeeping)
		if err == nil {
			err = e.submit()
		}
		return e.answer(err)
	}
}

// entry is a form on its way to the office.
type entry struct {
	site  *Site
	visit *visit
	key   Key
	path  seal.Path
	form  *form
	busy  bool // too many others are writing

	code  seal.Code
	keys  seal.CodeKeys
	ready bool // code and keys are there
	known bool // it arrived before
}

// Kinds of what is wrong with a form that arrived whole.
var errNothing = errors.New("there is not one sentence in the form")

// worthKeeping decides about the files of a form, when all before them was read.
func (e *entry) worthKeeping(f *form) bool {
	return e.accept(f) == nil && !e.known
}

// accept checks what is typed, and whether the same form came before. It costs
// something only once.
func (e *entry) accept(f *form) error {
	switch {
	case e.ready:
		return nil
	case !f.Filled("what"):
		return errNothing
	case e.busy, !e.site.visits.allow(e.visit.Request, e.site.options.AddressHeader, costForm):
		e.busy = true
		return ErrBusy
	}
	var err error
	if e.code, err = seal.ParseCode(string(f.first("token"))); err != nil {
		e.code = seal.NewCode() // a form that is not ours, or too long ago
	}
	if e.keys, err = e.code.Keys(e.key.Office); err != nil {
		return err
	}
	e.ready = true
	_, err = e.site.office.Thread(e.visit.Context(), e.keys.Lookup)
	switch {
	case err == nil:
		e.known = true
	case !errors.Is(err, ErrUnknown):
		return fmt.Errorf("looking whether a form came before: %w", err)
	}
	return nil
}

// submit seals the form and hands it in, unless it came before.
func (e *entry) submit() error {
	if err := e.accept(e.form); err != nil || e.known {
		return err
	}
	reply, err := e.keys.Reply()
	if err != nil {
		return err
	}
	document := e.form.report(e.path, e.visit.lang)
	defer func() { clear(document[:cap(document)]) }()
	members, err := e.form.members(seal.ReportMember, document)
	if err != nil {
		return err
	}
	_, err = e.site.submit(e.visit.Context(), e.key, seal.Head{
		ID: reportID(e.keys), Kind: seal.ParcelReport,
		Lookup: seal.LookupHash(e.keys.Lookup), Reply: reply.Recipient().String(),
	}, members)
	if errors.Is(err, ErrReused) { // the same form at the same time: one of the two was first
		e.known = true
		return nil
	}
	return err
}

// answer is the page with the code, or the form again with what is wrong.
func (e *entry) answer(err error) (*page, error) {
	if err == nil {
		return e.codePage(), nil
	}
	status, words := e.site.refusal(e.visit, err)
	code := e.code
	if !e.ready {
		if code, err = seal.ParseCode(string(e.form.first("token"))); err != nil {
			code = seal.NewCode()
		}
	}
	p := e.site.formPage(e.path, code, e.form)
	p.Key, p.Private, p.Status = e.key, true, status
	field := ""
	if status == http.StatusUnprocessableEntity {
		field = "what"
	}
	p.wrong(field, words)
	if e.form.dropped || len(e.form.files) > 0 {
		p.wrong("files", e.visit.words.Say("report.wrong.files-again"))
	}
	if status == http.StatusTooManyRequests {
		e.visit.w.Header().Set("Retry-After", retryAfter)
	}
	return p, nil
}

// refusal is the status and the sentence for what is wrong with a form. A fault
// of the server goes to the log.
func (s *Site) refusal(v *visit, err error) (int, string) {
	key, status := "server", http.StatusInternalServerError
	var large *http.MaxBytesError
	switch code := codeOf(err); {
	case errors.Is(err, errNothing):
		key, status = "need-what", http.StatusUnprocessableEntity
	case errors.Is(err, errNoWords):
		key, status = "need-words", http.StatusUnprocessableEntity
	case errors.Is(err, errNoChoice):
		key, status = "need-choice", http.StatusUnprocessableEntity
	case errors.Is(err, errTyped):
		key, status = "too-long", http.StatusRequestEntityTooLarge
	case errors.Is(err, errManyOf):
		key, status = "too-many-files", http.StatusRequestEntityTooLarge
	case errors.As(err, &large):
		key, status = "too-large", http.StatusRequestEntityTooLarge
	case errors.Is(err, errCut):
		key, status = "cut", http.StatusBadRequest
	case code != "" && v.words.Has("report.wrong."+code):
		key, status = code, statuses[code]
	default:
		s.options.Log.Error("taking a form", "error", err)
	}
	return status, v.words.Say("report.wrong." + key)
}

// codePage shows the code: to copy, to hear, to print.
func (e *entry) codePage() *page {
	p := &page{Template: "code", Private: true, Key: e.key, Token: digits(e.code), Status: http.StatusCreated}
	if e.known {
		p.Status = http.StatusOK
	}
	if e.known && e.site.kept.has(keptHash(e.keys.Lookup)) {
		return &page{Template: "gone", Private: true, Key: e.key}
	}
	p.Body = codeBody{Repeated: e.known, Code: e.code.String(), Groups: strings.Fields(e.code.String()), Spoken: spoken(e.code)}
	return p
}

// codeBody is what the page with the code shows.
type codeBody struct {
	Repeated bool // it was not sent a second time
	Code     string
	Groups   []string
	Spoken   string
}

// spoken is a code digit by digit, as a screen reader is to say it.
func spoken(c seal.Code) string {
	var groups []string
	for group := range strings.FieldsSeq(c.String()) {
		groups = append(groups, strings.Join(strings.Split(group, ""), " "))
	}
	return strings.Join(groups, ", ")
}

// keptHash is what is remembered of a code that was said to be kept.
func keptHash(lookup seal.ID) seal.Hash { return seal.LookupHash(lookup) }

// keep is told that somebody kept their code: it is not shown again, though the
// browser should send the form again. Then comes a page that says nothing.
func (s *Site) keep(v *visit) (*page, error) {
	f, err := s.readForm(v, func(*form) bool { return false })
	if err != nil {
		return nil, err
	}
	if code, err := seal.ParseCode(string(f.first("token"))); err == nil && s.visits.allow(v.Request, s.options.AddressHeader, costCode) {
		if err := s.remember(v.Context(), code); err != nil {
			return nil, err
		}
	}
	v.w.Header().Set("Clear-Site-Data", `"cache"`)
	return &page{redirect: "/" + string(v.lang) + "/calendar"}, nil
}

// remember notes that a code was kept.
func (s *Site) remember(ctx context.Context, code seal.Code) error {
	key, err := s.office.Key(ctx)
	if err != nil {
		return err
	}
	keys, err := code.Keys(key.Office)
	if err != nil {
		return err
	}
	s.kept.add(keptHash(keys.Lookup))
	return nil
}
