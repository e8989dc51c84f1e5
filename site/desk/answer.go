package desk

import (
	"bytes"
	"context"
	"crypto/subtle"
	"errors"
	"html/template"
	"io"
	"log/slog"
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
	"temwen/publish"
	"temwen/site/asset"
)

// AnswersPath is below which address Answers is served.
const AnswersPath = "/answer/"

// Answers is where the recipients of notices answer. It is an http.Handler for
// addresses below AnswersPath, on the listener of the public record or of the desk:
// who comes there is nobody's officer.
//
// The link of a notice leads there. It opens with the code that the office told by
// telephone, so that a link that was forwarded or found is good for nothing; after
// an answer that leads on it is used up. It sets no cookie and logs no address.
type Answers struct {
	office   Office
	casework *Casework
	log      *slog.Logger
	tries    tries
	handler  http.Handler
}

// NewAnswers are the pages of an office's recipients.
func NewAnswers(office Office, c *Casework, now func() time.Time, log *slog.Logger) *Answers {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	a := &Answers{office: office, casework: c, log: log, tries: tries{now: now}}
	mux := http.NewServeMux()
	mux.Handle("GET "+strings.TrimSuffix(AnswersPath, "/")+asset.Prefix, http.StripPrefix(strings.TrimSuffix(AnswersPath, "/"), assets))
	for _, lang := range locale.Langs {
		mux.HandleFunc("GET "+AnswersPath+string(lang)+"/{token}", a.serve)
		mux.HandleFunc("POST "+AnswersPath+string(lang)+"/{token}", a.serve)
	}
	mux.HandleFunc(AnswersPath, a.serve)
	protection := http.NewCrossOriginProtection()
	a.handler = protection.Handler(mux)
	return a
}

// answerPolicy is the content security policy: these pages have no script.
const answerPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// ServeHTTP answers one request.
func (a *Answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", answerPolicy)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	a.handler.ServeHTTP(w, r)
}

// answering is one visit of a recipient.
type answering struct {
	*Answers
	r      *http.Request
	w      http.ResponseWriter
	lang   locale.Lang
	said   publish.Words
	office string
	form   url.Values
	token  string
	c      *casework.Case
	step   *casework.Step
	notice *casework.Notice
}

// answerPage is what a page of a recipient shows.
type answerPage struct {
	*answering
	Status  int
	Title   string
	Sorry   string // what is in the way, and what to do
	Did     string // what was done
	Aside   string // that an earlier answer on the link does not count
	Letter  *sentLetter
	AskCode bool
	Code    string
	Choices []answerChoice
	Chosen  string // that was chosen on the form already
	Names   bool   // some answer names who will look into it
	Found   bool   // some answer is a finding
	// Investigators, Standards and Grounds are choices of the form.
	Investigators, Standards, Grounds []option
	MoreTime                          *moreTime // nil where the step waits no more
	Received                          bool      // the recipient has said that they have the letter
}

// Demo reports whether everything is invented.
func (p *answerPage) Demo() bool { return p.casework.Invented }

// answerChoice is an answer that can be given.
type answerChoice struct {
	ID    string
	Title text
	Then  []text
}

// T says a message in the recipient's language.
func (p *answerPage) T(key string, args ...any) string { return p.said.Say(key, args...) }

// Lang is the language of the page.
func (p *answerPage) Lang() locale.Lang { return p.lang }

// Office is the name of the office.
func (p *answerPage) Office() string { return p.office }

// Number is the number of the case.
func (p *answerPage) Number() string { return strconv.Itoa(p.c.Number) }

// Style is the address of the style sheets.
func (p *answerPage) Style(name string) string {
	return strings.TrimSuffix(AnswersPath, "/") + assets.Href(name)
}

var answerTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("answer.html").Funcs(functions).ParseFS(files, "templates/answer/answer.html", "templates/case-parts.html"))
})

func (a *Answers) serve(w http.ResponseWriter, r *http.Request) {
	v := &answering{Answers: a, r: r, w: w, token: r.PathValue("token")}
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, AnswersPath), "/")
	if v.lang = locale.Lang(first); !slices.Contains(locale.Langs, v.lang) {
		v.lang = locale.Match(r.Header.Get("Accept-Language"))
	}
	v.said = publish.In(v.lang)
	page, err := v.page()
	if refused := (*casework.Refused)(nil); errors.As(err, &refused) {
		page, err = v.refused(refused)
	}
	switch {
	case errors.Is(err, context.Canceled):
		return
	case err != nil:
		a.log.Error("answering a recipient", "error", err)
		page = v.sorry("server", http.StatusInternalServerError)
	}
	v.show(page)
}

// sorry is a page that says in a sentence why something cannot be.
func (v *answering) sorry(code string, status int) *answerPage {
	return &answerPage{
		answering: v, Status: status, Title: v.said.Say("answer.sorry." + code), Sorry: v.said.Say("answer.sorry." + code + ".means"),
	}
}

func (v *answering) show(p *answerPage) {
	var b bytes.Buffer
	if err := answerTemplate().ExecuteTemplate(&b, "answer.html", p); err != nil {
		v.log.Error("showing a recipient's page", "error", err)
		http.Error(v.w, v.said.Say("answer.sorry.server"), http.StatusInternalServerError)
		return
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.Header().Set("Content-Language", string(v.lang))
	if p.Status != 0 {
		v.w.WriteHeader(p.Status)
	}
	_, _ = v.w.Write(b.Bytes()) // the reader has gone; there is nobody to tell
}

// page finds where the link leads and does what is asked there.
func (v *answering) page() (*answerPage, error) {
	if v.token == "" {
		return v.sorry("no-link", http.StatusNotFound), nil
	}
	state, err := v.Answers.office.State(v.r.Context())
	if err != nil {
		return nil, err
	}
	v.office, _, _ = state.Name.In(v.lang)
	if gone, err := v.load(); gone != nil || err != nil {
		return gone, err
	}
	switch {
	case v.r.Method != http.MethodPost && v.c.Answered(v.step, v.notice.N):
		p := v.askCode(v.said.Say("answer.sorry.used") + ". " + v.said.Say("answer.used-code"))
		p.Status = http.StatusGone
		return p, nil
	case v.r.Method != http.MethodPost:
		return v.askCode(""), nil
	}
	return v.post()
}

// load reads where the link leads, as it stands now; where it leads nowhere, or its letter
// was withdrawn, it is the page that says so.
func (v *answering) load() (gone *answerPage, err error) {
	c, step, notice, err := v.casework.Cases.Linked(v.r.Context(), v.token)
	var refused *casework.Refused
	if errors.As(err, &refused) {
		return v.sorry("no-link", http.StatusNotFound), nil
	}
	if err != nil {
		return nil, err
	}
	v.c, v.step = c, c.Step(step)
	v.notice = &v.step.Notices[notice-1]
	if v.notice.Withdrawn != nil {
		gone = v.sorry("withdrawn", http.StatusGone)
		gone.Sorry = v.said.Say("answer.sorry.withdrawn.means", "day", *v.notice.Withdrawn)
	}
	return gone, nil
}

// refused says why something cannot be. Where somebody else was faster, by the same link or
// at the office, it is what a recipient reads who comes after that.
func (v *answering) refused(r *casework.Refused) (*answerPage, error) {
	gone, err := v.load()
	switch {
	case gone != nil || err != nil:
		return gone, err
	case v.c.Answered(v.step, v.notice.N):
		return v.used(), nil
	case slices.Contains(answerCodes, r.Code):
		return v.sorry(r.Code, http.StatusConflict), nil
	}
	return v.sorry("malformed", http.StatusBadRequest), nil
}

// answerCodes are the codes of a refusal that a recipient is told in words of its own,
// without a form or what stands on the record.
var answerCodes = []string{casework.CodeTwice, casework.CodeOver, casework.CodeDropped}

// used says what was answered on a link that is used up, to who has the code.
func (v *answering) used() *answerPage {
	p := v.sorry("used", http.StatusGone)
	for _, a := range slices.Backward(v.step.Answers) {
		if a.Stands() && a.Notice == v.notice.N && a.How == casework.ByLink {
			p.Sorry = v.said.Say("answer.sorry.used.means", "day", a.On, "answer", textIn(v.c.AnswerOf(v.step, a.Answer).Title, v.lang).Words)
			break
		}
	}
	return p
}

// askCode asks for the code that the office told by telephone. Before it is given
// nothing of the case is shown but that there is a letter.
func (v *answering) askCode(problem string) *answerPage {
	p := &answerPage{answering: v, Title: v.said.Say("answer.title", "office", v.office), AskCode: true, Sorry: problem}
	if problem != "" {
		p.Status = http.StatusForbidden
	}
	return p
}

// maxAnswer is how many bytes a recipient's form may have.
const maxAnswer = 16 << 10

func (v *answering) post() (*answerPage, error) {
	body, err := io.ReadAll(http.MaxBytesReader(v.w, v.r.Body, maxAnswer))
	if err != nil {
		return v.sorry("malformed", http.StatusBadRequest), nil
	}
	if v.form, err = url.ParseQuery(string(body)); err != nil {
		return v.sorry("malformed", http.StatusBadRequest), nil
	}
	given := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, v.form.Get("code"))
	if v.tries.wait(v.notice.Link) > 0 {
		return v.askCode(v.said.Say("answer.wait")), nil
	}
	if v.notice.Code == "" || subtle.ConstantTimeCompare([]byte(given), []byte(v.notice.Code)) != 1 {
		v.tries.wrong(v.notice.Link)
		v.casework.Guesses.note(v.notice.Link, v.c.ID, v.step.N, v.notice.N, v.casework.Today())
		return v.askCode(v.said.Say("answer.wrong-code")), nil
	}
	v.tries.right(v.notice.Link)
	v.casework.Guesses.forget(v.notice.Link)
	if v.c.Answered(v.step, v.notice.N) {
		return v.used(), nil
	}
	switch v.form.Get("do") {
	case "answer":
		return v.answer()
	case "acknowledge":
		err := v.casework.Cases.Do(v.r.Context(), "", v.c.ID, 0, casework.Acknowledge{Step: v.step.N, Notice: v.notice.N}, 0)
		return v.again("acknowledged", err)
	case "more-time":
		return v.askTime()
	}
	return v.open("", 0)
}

// open shows the letter as it was sent, and what can be answered; problem is what is in
// the way, if anything is.
func (v *answering) open(problem string, status int) (*answerPage, error) {
	letter, err := sent(v.r.Context(), v.casework.Cases, v.said, v.casework.Today(), v.c, v.step, v.notice)
	if err != nil {
		return nil, err
	}
	p := &answerPage{
		answering: v, Title: v.said.Say("answer.title", "office", v.office), Code: v.notice.Code, Letter: letter, Chosen: v.form.Get("answer"),
		Received: v.notice.Acknowledged != nil,
	}
	if p.MoreTime, err = v.time(); err != nil {
		return nil, err
	}
	step := v.c.Procedure.Step(v.step.ID)
	for i := range step.Answers {
		a := &step.Answers[i]
		if a.Kind == instrument.Acknowledged {
			continue // there is a form of its own for that
		}
		choice := answerChoice{ID: a.ID, Title: textIn(a.Title, v.lang)}
		p.Choices = append(p.Choices, choice)
		p.Names, p.Found = p.Names || a.Kind == instrument.Named, p.Found || a.Kind.Finds()
	}
	for _, s := range casework.Standards {
		p.Standards = append(p.Standards, option{Value: string(s), Label: v.said.Say("case.standard." + string(s)), Chosen: v.form.Get("standard") == string(s)})
	}
	for _, i := range casework.Investigators {
		p.Investigators = append(p.Investigators, option{Value: i, Label: v.said.Say("case.investigator." + i)})
	}
	for _, g := range []string{"asked", "evidence", "court", "force-majeure"} {
		p.Grounds = append(p.Grounds, option{Value: g, Label: v.said.Say("case.ground." + g), Chosen: v.form.Get("ground") == g})
	}
	from, silent := v.c.SilentFrom(v.step)
	answered := slices.ContainsFunc(v.step.Answers, func(a casework.Answer) bool { return a.Stands() })
	switch {
	case silent && !answered:
		p.Sorry = v.said.Say("answer.late", "day", from-1)
	case v.step.Over:
		p.Sorry = v.said.Say("answer.moved-on")
	}
	for _, a := range v.step.Answers {
		if !a.Stands() && a.Notice == v.notice.N && a.How == casework.ByLink {
			p.Aside = v.said.Say("answer.aside", "day", a.On, "on", a.Aside.On)
		}
	}
	if problem != "" {
		p.Sorry, p.Status = problem, status
	}
	return p, nil
}

// answer records what the recipient answers.
func (v *answering) answer() (*answerPage, error) {
	a := casework.Answer{
		Answer: v.form.Get("answer"), How: casework.ByLink, Notice: v.notice.N, Reasons: v.form.Get("reasons") == "1", Investigator: v.form.Get("investigator"),
		Standard: casework.Standard(v.form.Get("standard")),
	}
	b := v.c.AnswerOf(v.step, a.Answer)
	if b == nil {
		return v.open(v.said.Say("answer.choose"), http.StatusUnprocessableEntity)
	}
	if b.Kind != instrument.Named {
		a.Investigator = ""
	}
	if b.Kind.Finds() && !slices.Contains(casework.Standards, a.Standard) {
		return v.open(v.said.Say("answer.standard.choose"), http.StatusUnprocessableEntity)
	}
	moved, late := v.step.Over, v.c.Late(v.step, v.casework.Today())
	if err := v.casework.Cases.Do(v.r.Context(), "", v.c.ID, 0, casework.RecordAnswer{Step: v.step.N, Answer: a}, 0); err != nil {
		return nil, err
	}
	did := "answered"
	switch {
	case late:
		did = "answered.late"
	case moved:
		did = "answered.moved"
	}
	return &answerPage{
		answering: v, Title: v.said.Say("answer.did.title"),
		Did: v.said.Say("answer.did."+did, "answer", textIn(b.Title, v.lang).Words, "day", v.casework.Today()),
	}, nil
}

// again shows the page anew, and says what was done.
func (v *answering) again(did string, err error) (*answerPage, error) {
	if err != nil {
		return nil, err
	}
	if gone, err := v.load(); gone != nil || err != nil {
		return gone, err
	}
	p, err := v.open("", 0)
	if err == nil {
		p.Did = v.said.Say("answer.did." + did)
	}
	return p, err
}
