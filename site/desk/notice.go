package desk

import (
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"temwen/casework"
	"temwen/instrument"
	"temwen/locale"
	"temwen/office"
	"temwen/publish"
	"temwen/record"
	"temwen/seal"
	"temwen/when"
)

// dispatches are the ways in which a letter is sent.
var dispatches = []string{"post", "courier", "hand", "diplomatic", "email"}

// letterBody is what the page shows on which a letter is made.
type letterBody struct {
	*draft
	CaseID    string
	Number    int    // of the case
	Problem   string // the letter is not what was shown before
	Since     []historyRow
	Seen      uint64
	Languages []option
	Hows      []option
	ByDay     string // of the form, where the text sets no day
	Now       string
	On, Proof string // as they were on the form
	Code      string // to tell by telephone
	Linked    string // the hash of its link: what is printed must be what is recorded
	Answers   bool   // there is a page to answer on
	Against   bool   // who reported does not allow it, or it is unknown
	Unknown   bool   // nothing is against it than that
	Elsewhere bool   // the case rests on something else, too
}

// letterPage shows a letter before it is sent: to print, to send, and then to
// record as sent.
func (w *work) letterPage() error {
	c, s, err := w.step(true)
	if err != nil {
		return err
	}
	pending := w.desk.letters.of(w.letterKey(c.ID, s.N), w.desk.options.Now())
	chosen := w.URL.Query()
	if len(chosen) == 0 {
		chosen = pending.chosen
	}
	d, err := w.draft(c, s, chosen, pending)
	if err != nil && len(w.URL.Query()) == 0 {
		d, err = w.draft(c, s, nil, pending) // what was chosen once is not possible any more
	}
	if err != nil {
		return err
	}
	b := &letterBody{draft: d, On: w.today.String()}
	if pending.sum != "" && pending.sum != d.Sum && pending.chosen.Encode() == d.chosen().Encode() {
		b.Problem = w.words.Say("case.letter.changed", "day", w.words.Day(pending.shown))
	}
	return w.showLetter(c, s, b, http.StatusOK)
}

// showLetter shows a letter that is to be sent.
func (w *work) showLetter(c *casework.Case, s *casework.Step, b *letterBody, status int) error {
	b.CaseID, b.Number, b.Seen, b.ByDay, b.Now = c.ID, c.Number, c.Changed, orDay(b.By), w.today.String()
	b.Hows, b.Answers = w.worded("case.dispatch.", dispatches, w.form.Get("how")), w.desk.options.Casework.Answers != ""
	for _, x := range locale.Langs {
		b.Languages = append(b.Languages, option{string(x), x.Endonym(), x == b.Lang})
	}
	rests, err := w.desk.inbox.RestsOf(w.Context(), c.ID)
	if err != nil {
		return err
	}
	b.Against, b.Unknown, b.Elsewhere = !rests.Lets(seal.ConsentCase), rests.Unknown(seal.ConsentCase), rests.Elsewhere(seal.ConsentCase)
	if b.Link != "" {
		b.Code, b.Linked = grouped(b.pending.code), b.Link
	}
	w.desk.letters.show(w.letterKey(c.ID, s.N), b.chosen(), b.Sum, w.today)
	w.show(&page{visit: w.visit, Template: "case-letter", Nav: "cases", Status: status, Title: w.words.Say("case.letter.title", "number", strconv.Itoa(c.Number)), Body: b})
	return nil
}

// draft is a letter that is not recorded as sent yet.
type draft struct {
	*writ
	kept      []byte // what is kept of it when it is sent
	pending   pendingLetter
	Unclocked bool // the text sets no day, and the office may choose one
	WithFacts bool
}

// chosen is what the officer has chosen for the letter.
func (d *draft) chosen() url.Values {
	v := url.Values{"lang": {string(d.Lang)}, "day": {d.Day.String()}}
	if d.Unclocked {
		v.Set("by", d.By.String())
	}
	if d.WithFacts {
		v.Set("facts", "1")
	}
	return v
}

// draft writes the next letter of a step, with what is chosen; what is not, is what is
// usual. The same choices give the same letter, as long as nothing that it is made of
// changes.
func (w *work) draft(c *casework.Case, s *casework.Step, chosen url.Values, pending pendingLetter) (*draft, error) {
	d := &draft{pending: pending, Unclocked: c.Procedure.Step(s.ID).Clock.Unclocked(), WithFacts: chosen.Get("facts") == "1"}
	o := Writing{Lang: locale.Lang(chosen.Get("lang")), Day: w.today, Answers: w.desk.options.Casework.Answers}
	if !slices.Contains(locale.Langs, o.Lang) {
		o.Lang = locale.French
		if recipientIsAbroad(c.Procedure.Step(s.ID).Who) {
			o.Lang = locale.English
		}
	}
	var err error
	if given := chosen.Get("day"); given != "" {
		if o.Day, err = dayOf(given); err != nil {
			return nil, err
		}
		if o.Day > w.today || o.Day < s.Begun {
			return nil, &casework.Refused{Code: casework.CodeDay}
		}
	}
	if _, ours := c.Rule(s); ours {
		// A reminder asks for the day that is in force: to give more time is another
		// deed.
		if due, has := c.Due(s, w.today); has && due > w.today {
			o.By, d.Unclocked = &due, false
		}
	}
	if d.Unclocked {
		by := o.Day + 30
		if given := chosen.Get("by"); given != "" {
			if by, err = dayOf(given); err != nil {
				return nil, err
			}
		}
		if by <= w.today {
			return nil, &casework.Refused{Code: casework.CodeDay}
		}
		o.By = &by
	}
	if o.Answers != "" {
		o.Link = casework.LinkHash(pending.token)
	}
	if d.WithFacts {
		if o.Facts, err = w.facts(c, o.Lang); err != nil {
			return nil, err
		}
	}
	writer := Writer{w.view, w.state.Name}
	d.writ = &writ{Letter: writer.Letter(c, s, o), Token: pending.token}
	if d.kept, err = d.Encode(); err != nil {
		return nil, fmt.Errorf("writing a letter: %w", err)
	}
	d.Sum = casework.LetterSum(d.kept)
	return d, nil
}

// recipientIsAbroad reports whether who must act is not of the country.
func recipientIsAbroad(r instrument.Role) bool {
	return r == instrument.Command || r == instrument.SendState || r == instrument.Leadership
}

// step is the case and the step of the address; with waits, one that waits.
func (w *work) step(waits bool) (*casework.Case, *casework.Step, error) {
	action := office.SeeCases
	if waits {
		action = office.SendNotices
	}
	c, err := w.docket(action)
	if err != nil {
		return nil, nil, err
	}
	n, err := w.number("step")
	if err != nil {
		return nil, nil, err
	}
	s := c.Step(n)
	switch {
	case s == nil:
		return nil, nil, &casework.Refused{Code: casework.CodeUnknown}
	case waits && s.Over:
		return nil, nil, &casework.Refused{Code: casework.CodeOver}
	}
	return c, s, nil
}

// facts are the coded facts of a case, in the language of its letter.
func (w *work) facts(c *casework.Case, lang locale.Lang) ([][]casework.Phrase, error) {
	allegations, err := w.cases.Allegations(w.Context(), "", c.ID)
	if err != nil {
		return nil, err
	}
	said := *w.visit
	said.lang, said.words = lang, locale.In(lang)
	in := *w
	in.visit = &said
	in.said = publish.In(lang)
	also := casework.Phrase{Words: said.words.Say("joined.also", "first", "", "second", "")}
	var list [][]casework.Phrase
	for _, a := range allegations {
		row := in.allegationRow(a)
		fact := []casework.Phrase{phrase(row.Act), also, phrase(row.Actor)}
		if i, err := w.cases.Incident(w.Context(), a.Incident); err == nil {
			about := slices.DeleteFunc([]string{said.words.Date(i.When), in.place(i.Where)}, func(s string) bool { return s == "" })
			if len(about) > 0 {
				fact = append(fact, also, casework.Phrase{Words: strings.Join(about, ", ")})
			}
		}
		list = append(list, fact)
	}
	return list, nil
}

// letters are the links and codes of letters that are not recorded as sent yet, by
// officer, case and step. They outlast a session, for a letter is printed today and
// posted tomorrow; they do not outlast the server.
type letters struct {
	mu   sync.Mutex
	held map[string]pendingLetter
}

// pendingLetter is a letter as its officer saw it last.
type pendingLetter struct {
	token, code string
	since       time.Time
	chosen      url.Values
	sum         string // of the letter, or empty where it was not shown yet
	shown       when.Day
}

// What is held: a letter is posted within a month, and an office has not so many.
const (
	holdLetters = 31 * 24 * time.Hour
	maxLetters  = 10_000
)

// of is the letter of a key; a new one where it is not held.
func (l *letters) of(key string, now time.Time) pendingLetter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p, ok := l.held[key]; ok && now.Sub(p.since) < holdLetters {
		return p
	}
	if len(l.held) >= maxLetters {
		maps.DeleteFunc(l.held, func(_ string, p pendingLetter) bool { return now.Sub(p.since) >= holdLetters })
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	p := pendingLetter{token: random(18), code: fmt.Sprintf("%06d", n), since: now}
	if l.held == nil {
		l.held = make(map[string]pendingLetter)
	}
	if len(l.held) < maxLetters {
		l.held[key] = p
	}
	return p
}

// show notes what the officer has chosen for the letter of a key, and was shown.
func (l *letters) show(key string, chosen url.Values, sum string, on when.Day) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p, ok := l.held[key]; ok {
		p.chosen, p.sum, p.shown = chosen, sum, on
		l.held[key] = p
	}
}

// drop forgets the letter of a key.
func (l *letters) drop(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.held, key)
}

// letterKey names the letter that the officer makes for a step.
func (w *work) letterKey(id string, step int) string {
	return w.officer.ID + " " + id + " " + strconv.Itoa(step)
}

// sendLetter records a letter as sent, and keeps it. It is the one that the officer saw:
// where it would be another by now, they are shown that one, and nothing is recorded.
func (w *work) sendLetter(step int) error {
	f := w.form
	n := casework.Notice{Language: f.Get("lang"), How: f.Get("how"), Proof: strings.TrimSpace(f.Get("proof")), Apart: f.Get("apart") == "1"}
	if !slices.Contains(locale.Langs, locale.Lang(n.Language)) || !slices.Contains(dispatches, n.How) {
		return &casework.Refused{Code: casework.CodeMalformed}
	}
	if n.Proof == "" || len(n.Proof) > 200 {
		return &userError{http.StatusBadRequest, "no-proof"}
	}
	// Before the case is looked at: once the letter is dropped it stands on the record.
	key := w.letterKey(w.PathValue("case"), step)
	pending := w.desk.letters.of(key, w.desk.options.Now())
	c, s, err := w.step(true)
	if err != nil {
		return err
	}
	seen, err := w.seen()
	if err != nil {
		return err
	}
	if w.recorded(s) {
		return w.wasSent(c, s)
	}
	if w.linked(s) { // another letter with this link was sent meanwhile
		return w.letterAgain(pending, w.words.Say("case.letter.not-seen"), w.since(c.ID))
	}
	if w.desk.options.Casework.Answers != "" {
		n.Link, n.Code = casework.LinkHash(pending.token), pending.code
		if n.Link != f.Get("linked") { // the letter on paper has another
			return w.letterAgain(pending, w.words.Say("desk.error.letter-lost")+". "+w.words.Say("desk.error.letter-lost.means"), nil)
		}
	}
	d, err := w.draft(c, s, f, pending)
	if err != nil {
		return err
	}
	if (seen == 0 || seen == c.Changed) && d.Sum != f.Get("letter") {
		return w.letterAgain(pending, w.words.Say("case.letter.not-seen"), nil)
	}
	on, err := w.day("on")
	if err != nil {
		return err
	}
	if on < d.Day { // it was sent before it was written
		return &casework.Refused{Code: casework.CodeDay}
	}
	n.By = d.By
	err = w.deal(casework.SendNotice{Step: step, Notice: n, Letter: d.kept}, "notice-sent", "#step-"+strconv.Itoa(step))
	if moved := (*casework.Refused)(nil); errors.As(err, &moved) && moved.Code == casework.CodeMoved {
		if c, s, err = w.step(true); err != nil {
			return err
		}
		if w.recorded(s) {
			return w.wasSent(c, s)
		}
		title, _ := w.refusal(moved)
		return w.letterAgain(pending, title+". "+w.words.Say("case.letter.not-seen"), w.since(c.ID))
	}
	if err != nil {
		return err
	}
	w.desk.letters.drop(key)
	return nil
}

// recorded reports whether the very letter of the form stands on the record as sent:
// it was sent twice.
func (w *work) recorded(s *casework.Step) bool {
	sum := w.form.Get("letter")
	return sum != "" && slices.ContainsFunc(s.Notices, func(n casework.Notice) bool { return n.Letter == sum })
}

// linked reports whether a letter on the record has the link of the one on the form.
func (w *work) linked(s *casework.Step) bool {
	link := w.form.Get("linked")
	return link != "" && slices.ContainsFunc(s.Notices, func(n casework.Notice) bool { return n.Link == link })
}

// wasSent goes on where a letter is recorded as sent already: it is what the officer
// wanted, and what is on paper can be answered.
func (w *work) wasSent(c *casework.Case, s *casework.Step) error {
	w.done("notice-sent")
	return w.next(w.href("cases", c.ID) + "#step-" + strconv.Itoa(s.N))
}

// letterAgain shows a letter as it is now to who wanted to record another as sent, with
// what they have written.
func (w *work) letterAgain(pending pendingLetter, problem string, since []historyRow) error {
	c, s, err := w.step(true)
	if err != nil {
		return err
	}
	d, err := w.draft(c, s, w.form, pending)
	if err != nil {
		if d, err = w.draft(c, s, nil, pending); err != nil {
			return err
		}
	}
	b := &letterBody{draft: d, Problem: problem, Since: since, On: w.form.Get("on"), Proof: strings.TrimSpace(w.form.Get("proof"))}
	return w.showLetter(c, s, b, http.StatusConflict)
}

// noticeBody is what the page of a letter shows that was sent.
type noticeBody struct {
	*sentLetter
	CaseID    string
	Number    int // of the case
	Step, N   int
	Sent      string // when, and how
	Proof     string
	Withdrawn string
}

// noticePage shows a letter that was sent, without its link: of that the record
// keeps a hash only.
func (w *work) noticePage() error {
	c, s, n, err := w.notice()
	if err != nil {
		return err
	}
	l, err := sent(w.Context(), w.cases, w.said, w.today, c, s, n)
	if err != nil {
		return err
	}
	b := &noticeBody{
		sentLetter: l, CaseID: c.ID, Number: c.Number, Step: s.N, N: n.N, Proof: n.Proof, Withdrawn: w.maybe(n.Withdrawn),
		Sent: w.words.Say("case.notice.sent", "day", w.words.Day(n.Sent), "how", w.words.Say("case.dispatch."+n.How)),
	}
	w.show(&page{visit: w.visit, Template: "case-notice", Nav: "cases", Title: w.words.Say("case.letter.title", "number", strconv.Itoa(c.Number)), Body: b})
	return nil
}

// notice is the case, the step and the notice of the address.
func (w *work) notice() (*casework.Case, *casework.Step, *casework.Notice, error) {
	c, s, err := w.step(false)
	if err != nil {
		return nil, nil, nil, err
	}
	n, err := w.number("notice")
	if err != nil {
		return nil, nil, nil, err
	}
	if n > len(s.Notices) {
		return nil, nil, nil, &casework.Refused{Code: casework.CodeUnknown}
	}
	return c, s, &s.Notices[n-1], nil
}

// noticeFile is the very bytes of a letter that was sent, to compare with their SHA-256.
func (w *work) noticeFile() error {
	c, s, n, err := w.notice()
	if err != nil {
		return err
	}
	b, err := w.cases.Letter(w.Context(), c.ID, s.N, n.N)
	if errors.Is(err, record.ErrNoContent) {
		return errNoPage
	}
	if err != nil {
		return err
	}
	h := w.w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="case-%d-step-%d-letter-%d.json"`, c.Number, s.N, n.N))
	_, _ = w.w.Write(b) // the reader has gone; there is nobody to tell
	return nil
}
