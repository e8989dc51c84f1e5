package desk

import (
	"crypto/rand"
	"fmt"
	"maps"
	"math/big"
	"net/http"
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
	"temwen/seal"
	"temwen/when"
)

// dispatches are the ways in which a letter is sent.
var dispatches = []string{"post", "courier", "hand", "diplomatic", "email"}

// writ is a notice of the office to who must act, in the recipient's language.
type writ struct {
	Lang       locale.Lang
	Words      *locale.Catalogue // in that language
	Office     text
	Day        string
	Number     int // of the case
	N          int // of the notice in its step
	Step       int
	To         string
	State      text // where the recipient is a State, its name
	Reminder   bool // it is not the first
	Title      text
	Asks       text
	Discharge  text
	Cites      string
	Says       text
	Knowledge  string
	Instrument string
	By         string // the day
	Ours       bool   // the day is the office's own
	Rests      string // what the day rests on, in words
	Facts      []allegationRow
	Link       string // where to answer, on the letter that is to be sent; else empty
	Sent       bool
}

// T says a message in the letter's language.
func (l *writ) T(key string, args ...any) string { return l.Words.Say(key, args...) }

// letterBody is what the page shows on which a letter is made.
type letterBody struct {
	*writ
	CaseID    string
	Seen      uint64
	Languages []option
	Hows      []option
	ByDay     string // of the form, where the text sets no day
	Unclocked bool
	WithFacts bool
	Code      string // to tell by telephone
	Linked    string // the hash of its link: what is printed must be what is recorded
	Now       string
	Answers   bool // there is a page to answer on
	Against   bool // who reported does not allow it, or it is unknown
	Unknown   bool // nothing is against it than that
	Elsewhere bool // the case rests on something else, too
}

// Writ is the letter itself.
func (b *letterBody) Writ() *writ { return b.writ }

// letterPage shows a letter before it is sent: to print, to send, and then to
// record as sent.
func (w *work) letterPage() error {
	c, s, err := w.step(true)
	if err != nil {
		return err
	}
	q := w.URL.Query()
	lang := locale.Lang(q.Get("lang"))
	if !slices.Contains(locale.Langs, lang) {
		lang = locale.French
		if recipientIsAbroad(c.Procedure.Step(s.ID).Who) {
			lang = locale.English
		}
	}
	unclocked := c.Procedure.Step(s.ID).Clock.Unclocked()
	var by *when.Day
	if _, ours := c.Rule(s); ours {
		// A reminder asks for the day that is in force: to give more time is another
		// deed.
		if due, has := c.Due(s, w.today); has && due > w.today {
			by, unclocked = &due, false
		}
	}
	if unclocked {
		day := w.today + 30
		if given := q.Get("by"); given != "" {
			if day, err = when.ParseDay(given); err != nil || day.Open() {
				return &userError{http.StatusBadRequest, "bad-day"}
			}
			if day <= w.today {
				return &casework.Refused{Code: casework.CodeDay}
			}
		}
		by = &day
	}
	l := w.letter(c, s, lang, by)
	b := &letterBody{
		writ: l, CaseID: c.ID, Seen: c.Changed, Unclocked: unclocked, ByDay: orDay(by), WithFacts: q.Get("facts") == "1", Now: w.today.String(),
		Hows: w.worded("case.dispatch.", dispatches), Answers: w.desk.options.Casework.Answers != "",
	}
	for _, x := range locale.Langs {
		b.Languages = append(b.Languages, option{string(x), x.Endonym(), x == lang})
	}
	rests, err := w.desk.inbox.RestsOf(w.Context(), c.ID)
	if err != nil {
		return err
	}
	b.Against, b.Unknown, b.Elsewhere = !rests.Lets(seal.ConsentCase), rests.Unknown(seal.ConsentCase), rests.Elsewhere(seal.ConsentCase)
	if b.WithFacts {
		if err := w.facts(l, c); err != nil {
			return err
		}
	}
	if b.Answers {
		p := w.desk.letters.of(w.letterKey(c.ID, s.N), w.desk.options.Now())
		l.Link = strings.TrimSuffix(w.desk.options.Casework.Answers, "/") + "/" + string(lang) + "/" + p.token
		b.Code, b.Linked = grouped(p.code), casework.LinkHash(p.token)
	}
	w.show(&page{visit: w.visit, Template: "case-letter", Nav: "cases", Title: w.words.Say("case.letter.title", "number", strconv.Itoa(c.Number)), Body: b})
	return nil
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

// letter is the letter of a step in a language. by is the office's own day, or
// nil where the text sets one.
func (w *work) letter(c *casework.Case, s *casework.Step, lang locale.Lang, by *when.Day) *writ {
	p := c.Procedure.Step(s.ID)
	words := publish.In(lang)
	clause := w.view.Clause(c.Procedure.Clause(p.Provision))
	l := &writ{
		Lang: lang, Words: words.Catalogue, Office: textIn(w.state.Name, lang), Day: words.Day(w.today), Number: c.Number, Step: s.N, N: len(s.Notices) + 1,
		To: words.Say("procedure.role." + string(p.Who)), Reminder: len(s.Notices) > 0,
		Title: textIn(p.Title, lang), Asks: textIn(p.Asks, lang), Discharge: textIn(p.Discharge, lang), Cites: words.Clause(clause.ProvisionRef), Says: textIn(clause.Says, lang),
		Ours: by != nil,
	}
	if a := w.view.Actor(c.State); p.Who == instrument.SendState && a != nil {
		l.State = textIn(a.Name, lang)
	}
	if clause.Knowledge != "" && clause.Knowledge != instrument.ReadInText {
		l.Knowledge = words.Say("case.letter.knowledge." + string(clause.Knowledge))
	}
	if in := w.view.Instrument(c.Procedure.Instrument); in != nil {
		l.Instrument = words.Text(in.Title)
	}
	if by != nil {
		l.By = words.Day(*by)
		if says, _, ok := p.Clock.Words.In(lang); says != "" && ok {
			l.Rests = words.Say("case.letter.ours", "words", strings.TrimSuffix(says, "."))
		} else {
			l.Rests = words.Say("case.letter.ours.plain")
		}
	} else if due, has := c.Due(s, w.today); has {
		l.By = words.Day(due)
		l.Rests = words.Say("case.letter.text", "period", words.Period(p.Clock.Within, p.Clock.Working))
	}
	return l
}

// facts adds the coded facts of a case to its letter.
func (w *work) facts(l *writ, c *casework.Case) error {
	allegations, err := w.cases.Allegations(w.Context(), "", c.ID)
	if err != nil {
		return err
	}
	then := w.visit
	said := *then
	said.lang, said.words = l.Lang, locale.In(l.Lang)
	in := *w
	in.visit = &said
	in.said = publish.In(l.Lang)
	for _, a := range allegations {
		row := in.allegationRow(a)
		if i, err := w.cases.Incident(w.Context(), a.Incident); err == nil {
			row.Incident = strings.TrimPrefix(strings.Join([]string{said.words.Date(i.When), in.place(i.Where)}, ", "), ", ")
			row.Incident = strings.TrimSuffix(row.Incident, ", ")
		}
		l.Facts = append(l.Facts, row)
	}
	return nil
}

// letters are the links and codes of letters that are not recorded as sent yet, by
// officer, case and step. They outlast a session, for a letter is printed today and
// posted tomorrow; they do not outlast the server.
type letters struct {
	mu   sync.Mutex
	held map[string]pendingLetter
}

type pendingLetter struct {
	token, code string
	since       time.Time
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
	p := pendingLetter{random(18), fmt.Sprintf("%06d", n), now}
	if l.held == nil {
		l.held = make(map[string]pendingLetter)
	}
	if len(l.held) < maxLetters {
		l.held[key] = p
	}
	return p
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

// sendLetter records a letter as sent.
func (w *work) sendLetter(step int) error {
	f := w.form
	n := casework.Notice{Language: f.Get("lang"), How: f.Get("how"), Proof: strings.TrimSpace(f.Get("proof")), Apart: f.Get("apart") == "1"}
	if !slices.Contains(locale.Langs, locale.Lang(n.Language)) || !slices.Contains(dispatches, n.How) {
		return &casework.Refused{Code: casework.CodeMalformed}
	}
	if n.Proof == "" || len(n.Proof) > 200 {
		return &userError{http.StatusBadRequest, "no-proof"}
	}
	if f.Get("by") != "" {
		by, err := w.day("by")
		if err != nil {
			return err
		}
		n.By = &by
	}
	if _, _, err := w.step(true); err != nil {
		return err
	}
	id := w.PathValue("case")
	key := w.letterKey(id, step)
	if w.desk.options.Casework.Answers != "" {
		p := w.desk.letters.of(key, w.desk.options.Now())
		n.Link, n.Code = casework.LinkHash(p.token), p.code
		if n.Link != f.Get("linked") { // the letter on paper has another
			return &userError{http.StatusConflict, "letter-lost"}
		}
	}
	if err := w.deal(casework.SendNotice{Step: step, Notice: n}, "notice-sent", "#step-"+strconv.Itoa(step)); err != nil {
		return err
	}
	w.desk.letters.drop(key)
	return nil
}

// noticePage shows a letter that was sent, without its link: of that the record
// keeps a hash only.
func (w *work) noticePage() error {
	c, s, err := w.step(false)
	if err != nil {
		return err
	}
	n, err := w.number("notice")
	if err != nil {
		return err
	}
	if n > len(s.Notices) {
		return &casework.Refused{Code: casework.CodeUnknown}
	}
	notice := &s.Notices[n-1]
	l := w.letter(c, s, locale.Lang(notice.Language), notice.By)
	l.N, l.Reminder, l.Day, l.Sent = n, n > 1, l.Words.Day(notice.Sent), true
	b := &letterBody{writ: l, CaseID: c.ID}
	w.show(&page{visit: w.visit, Template: "case-letter", Nav: "cases", Title: w.words.Say("case.letter.title", "number", strconv.Itoa(c.Number)), Body: b})
	return nil
}
