package desk

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"temwen/casework"
	"temwen/office"
	"temwen/publish"
	"temwen/seal"
	"temwen/shelf"
	"temwen/when"
)

// evidenceBody is what the page of a case's evidence shows, and its custody log.
type evidenceBody struct {
	Case    string
	Number  int
	Items   []itemOfEvidence
	Origins []option
	Makings []option
	Reasons []option
	Offices []option
	Grades  grades
	Today   string
	Most    int64 // bytes that a file may have
	Epoch   *office.Epoch
	Can     map[string]bool // keep, open
	Office  string
	Printed string
}

// grades are the two letters of a grade.
type grades struct{ Reliability, Credibility []option }

// itemOfEvidence is one item. What is sealed of it, the officer's browser fills in.
type itemOfEvidence struct {
	casework.Evidence
	From, Made   string // words
	MadeOn       string
	TakenOn, Who string
	Out          string // the office that has it
	Copies       []int
	Thread       string // where the officer may see it
	Letter       text   // the answer that it is the letter of
	LetterOf     string
	Sealed       string // SHA-256, hexadecimal
	Acts         []custodyRow
}

// Sides are the numbers of a box on a picture.
func (*evidenceBody) Sides() []string { return []string{"left", "top", "width", "height"} }

// Ends are the numbers of a part of a recording.
func (*evidenceBody) Ends() []string { return []string{"from", "to"} }

// custodyRow is one line of the custody log.
type custodyRow struct{ On, By, Did, Why string }

// MaxEvidence is the length of the longest file that is taken in, in bytes.
const MaxEvidence = seal.MaxPadded - 64<<10

func (w *work) evidencePage() error {
	b, err := w.evidence()
	if err != nil {
		return err
	}
	w.show(&page{visit: w.visit, Template: "case-evidence", Nav: "cases", Title: w.words.Say("evidence.title", "number", strconv.Itoa(b.Number)), Body: b})
	return nil
}

// custodyPage is the custody log, to print.
func (w *work) custodyPage() error {
	b, err := w.evidence()
	if err != nil {
		return err
	}
	w.show(&page{visit: w.visit, Template: "case-custody", Nav: "cases", Title: w.words.Say("custody.title", "number", strconv.Itoa(b.Number)), Body: b})
	return nil
}

func (w *work) evidence() (*evidenceBody, error) {
	c, err := w.docket(office.SeeEvidence)
	if err != nil {
		return nil, err
	}
	events, err := w.cases.History(w.Context(), c.ID)
	if err != nil {
		return nil, err
	}
	relation := w.relation(c.Officer, c.Walled)
	b := &evidenceBody{
		Case: c.ID, Number: c.Number, Today: w.today.String(), Most: MaxEvidence, Epoch: w.state.Current(), Printed: w.words.Day(w.today),
		Origins: w.worded("evidence.origin.", casework.Origins[1:]), Makings: w.worded("evidence.made.", casework.Makings),
		Reasons: w.worded("evidence.why.", casework.Reasons), Offices: w.worded("case.investigator.", casework.Investigators),
		Grades: grades{w.graded("case.reliability.", "ABCDEF", ""), w.graded("case.credibility.", "123456", "")},
		Can: map[string]bool{
			"keep": office.May(w.state, w.officer.ID, office.KeepEvidence, relation),
			"open": office.May(w.state, w.officer.ID, office.OpenEvidence, relation),
		},
	}
	b.Office = textIn(w.state.Name, w.lang).Words
	for i := range c.Evidence {
		b.Items = append(b.Items, w.itemOfEvidence(c, &c.Evidence[i], events))
	}
	return b, nil
}

func (w *work) itemOfEvidence(c *casework.Case, e *casework.Evidence, events []casework.Event) itemOfEvidence {
	row := itemOfEvidence{
		Evidence: *e, From: w.words.Say("evidence.origin." + e.Origin), TakenOn: w.words.Day(e.Taken), Who: w.Name(e.By), Sealed: e.SHA256.String(),
	}
	if !e.Day.IsZero() {
		row.MadeOn = w.words.Date(e.Day)
	}
	if e.Made != "" {
		row.Made = w.words.Say("evidence.made." + e.Made)
	}
	if e.Held != "" {
		row.Out = w.words.Say("case.investigator." + e.Held)
	}
	if w.seesThread(e.Thread) {
		row.Thread = e.Thread
	}
	for _, other := range c.Evidence {
		if other.Of == e.N {
			row.Copies = append(row.Copies, other.N)
		}
	}
	for i := range c.Steps {
		s := &c.Steps[i]
		for _, a := range s.Answers {
			if a.Evidence == e.N {
				row.Letter, row.LetterOf = w.answerTitle(c, s, a.Answer), strconv.Itoa(s.N)
			}
		}
		for _, m := range s.Asked {
			if m.Evidence == e.N {
				row.Letter, row.LetterOf = text{Words: w.words.Say("evidence.more-time")}, strconv.Itoa(s.N)
			}
		}
	}
	row.Acts = w.custody(e, events)
	return row
}

// custody is what was done with an item, the first first.
func (w *work) custody(item *casework.Evidence, events []casework.Event) []custodyRow {
	var rows []custodyRow
	for _, e := range events {
		row := custodyRow{On: w.words.Day(e.On)}
		if e.By != "" {
			row.By = w.Name(e.By)
		}
		switch {
		case e.Evidence != nil && e.Evidence.N == item.N:
			row.Did = w.words.Say("custody.did.taken", "origin", w.words.Say("evidence.origin."+item.Origin))
			if item.Of > 0 {
				row.Did = w.words.Say("custody.did.copy", "number", strconv.Itoa(item.Of), "made", w.words.Say("evidence.made."+item.Made))
			}
		case e.Evidence != nil && e.Evidence.Of == item.N:
			row.Did = w.words.Say("custody.did.copied", "number", strconv.Itoa(e.Evidence.N), "made", w.words.Say("evidence.made."+e.Evidence.Made))
		case e.Custody != nil && e.Custody.N == item.N:
			act := e.Custody.Act
			if e.Custody.Differs {
				act = "differs"
			}
			to := ""
			if e.Custody.To != "" {
				to = w.words.Say("case.investigator." + e.Custody.To)
			}
			row.Did = w.words.Say("custody.did."+act, "to", to)
			if e.Custody.Why != "" {
				row.Why = w.words.Say("evidence.why." + e.Custody.Why)
			}
		default:
			continue
		}
		rows = append(rows, row)
	}
	return rows
}

// letters are the items that can be the letter of an answer.
func (w *work) letters(c *casework.Case) []option {
	var list []option
	for _, e := range c.Evidence {
		if e.Origin == "recipient" {
			list = append(list, option{Value: strconv.Itoa(e.N), Label: w.words.Say("evidence.item", "number", strconv.Itoa(e.N)) + ", " + w.words.Day(e.Taken)})
		}
	}
	return list
}

// letterItem is the item that a form names as the letter of what it records, or 0.
func (w *work) letterItem() (int, error) {
	s := w.form.Get("evidence")
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, errBadForm
	}
	return n, nil
}

// Graded are the choices of one half of a grade.
func (p *page) Graded(prefix, grades string) []option {
	return (&work{visit: p.visit, said: publish.In(p.lang)}).graded(prefix, grades, "")
}

// maxPiece is how many bytes of a parcel come at once at most.
const maxPiece = 2 << 20

// handedIn answers a script how far a parcel of evidence has come: the number of the
// item once it is taken in.
func (w *work) handedIn(id seal.ID, u shelf.Upload) error {
	n, _ := strconv.Atoi(string(u.Receipt)) // empty until then
	return w.answer(http.StatusOK, map[string]any{
		"upload": w.href("cases", w.PathValue("case"), "evidence", "uploads", id.String()), "offset": u.Offset, "item": n,
	})
}

// piece is the body of a request, and a number of bytes in its address.
func (w *work) piece(name string) (io.Reader, int64, error) {
	n, err := strconv.ParseInt(w.URL.Query().Get(name), 10, 64)
	if err != nil || n < 0 || !w.streams() {
		return nil, 0, errBadForm
	}
	return http.MaxBytesReader(w.w, w.Body, maxPiece), n, nil
}

// beginEvidence begins to take in what an officer's browser has sealed.
func (w *work) beginEvidence() error {
	first, size, err := w.piece("size")
	if err != nil {
		return err
	}
	id, u, err := w.cases.BeginEvidence(w.Context(), w.officer.ID, w.PathValue("case"), size, first)
	if err != nil {
		return err
	}
	return w.handedIn(id, u)
}

func (w *work) upload() (id seal.ID, err error) {
	if id.UnmarshalText([]byte(w.PathValue("upload"))) != nil {
		return id, errNoPage
	}
	return id, nil
}

// goOnEvidence adds a piece.
func (w *work) goOnEvidence() error {
	id, err := w.upload()
	if err != nil {
		return err
	}
	piece, at, err := w.piece("at")
	if err != nil {
		return err
	}
	u, err := w.cases.GoOnEvidence(w.Context(), w.officer.ID, w.PathValue("case"), id, at, piece)
	if err != nil && !errors.Is(err, shelf.ErrOffset) {
		return err
	}
	return w.handedIn(id, u)
}

// evidenceStands says how far it has come.
func (w *work) evidenceStands() error {
	id, err := w.upload()
	if err != nil {
		return err
	}
	u, err := w.cases.EvidenceStands(w.Context(), w.officer.ID, w.PathValue("case"), id)
	if err != nil {
		return err
	}
	return w.handedIn(id, u)
}

// label hands out the sealed label of an item: what the list of evidence shows.
func (w *work) label() error {
	n, err := w.number("item")
	if err != nil {
		return err
	}
	label, err := w.cases.Label(w.Context(), w.PathValue("case"), n)
	if err != nil {
		return err
	}
	w.w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.w.Write(label) // the reader has gone; there is nobody to tell
	return nil
}

// openEvidence hands out the sealed file of an item, and notes it.
func (w *work) openEvidence() error {
	n, err := w.number("item")
	if err != nil {
		return err
	}
	var said struct{ Why string }
	if err := w.read(&said); err != nil {
		return err
	}
	body, size, err := w.cases.OpenEvidence(w.Context(), w.officer.ID, w.PathValue("case"), n, said.Why)
	if err != nil {
		return err
	}
	return w.hand(body, size)
}

// handle records an act of custody: by a plain form, or by a script.
func (w *work) handle() error {
	n, err := w.number("item")
	if err != nil {
		return err
	}
	c := casework.Custody{N: n, Act: w.PathValue("act"), Why: w.form.Get("why"), To: w.form.Get("to")}
	if w.scripted() {
		var said struct {
			Why     string
			Differs bool
		}
		if err := w.read(&said); err != nil {
			return err
		}
		c.Why, c.Differs = said.Why, said.Differs
	}
	on := when.Day(0)
	if !w.scripted() {
		if on, err = w.day("on"); err != nil {
			return err
		}
	}
	if err := w.cases.Do(w.Context(), w.officer.ID, w.PathValue("case"), 0, casework.Handle{Custody: c}, on); err != nil {
		return err
	}
	if w.scripted() {
		return w.answer(http.StatusOK, struct{}{})
	}
	w.done("evidence-" + c.Act)
	return w.next(w.href("cases", w.PathValue("case"), "evidence") + "#item-" + strconv.Itoa(n))
}

// keepers are the open cases into which the officer may take evidence.
func (v *visit) keepers() ([]option, error) {
	c := v.desk.options.Casework
	if c == nil || !(&page{visit: v}).May("see-cases") {
		return nil, nil
	}
	list, err := c.Cases.List(v.Context(), casework.Query{})
	if err != nil {
		return nil, err
	}
	var cases []option
	for _, k := range list.Cases {
		if office.May(v.state, v.officer.ID, office.KeepEvidence, (&work{visit: v}).relation(k.Officer, k.Walled)) {
			cases = append(cases, option{Value: v.href("cases", k.ID, "evidence"), Label: v.words.Say("case.title", "number", strconv.Itoa(k.Number))})
		}
	}
	return cases, nil
}

// refusedScript answers a script that something may not be.
func (w *work) refusedScript(r *casework.Refused) error {
	status, code := http.StatusConflict, r.Code
	switch code {
	case casework.CodeUnknown:
		status, code = http.StatusNotFound, "no-page"
	case casework.CodeMalformed:
		status = http.StatusBadRequest
	case casework.CodeWalled:
		status = http.StatusForbidden
	}
	return w.answer(status, map[string]string{"error": code, "by": w.nameOf(r.By)})
}

// evidenceRooms are the addresses of evidence.
func (d *Desk) evidenceRooms() []room {
	return []room{
		{"GET", "/cases/{case}/evidence", admitted, d.work(may(office.SeeEvidence, (*work).evidencePage))},
		{"GET", "/cases/{case}/evidence/custody", admitted, d.work(may(office.SeeEvidence, (*work).custodyPage))},
		{"POST", "/cases/{case}/evidence", admitted, d.work(may(office.KeepEvidence, (*work).beginEvidence))},
		{"POST", "/cases/{case}/evidence/uploads/{upload}", admitted, d.work(may(office.KeepEvidence, (*work).goOnEvidence))},
		{"POST", "/cases/{case}/evidence/uploads/{upload}/stands", admitted, d.work(may(office.KeepEvidence, (*work).evidenceStands))},
		{"POST", "/cases/{case}/evidence/items/{item}/label", admitted, d.work(may(office.OpenEvidence, (*work).label))},
		{"POST", "/cases/{case}/evidence/items/{item}/open", admitted, d.work(may(office.OpenEvidence, (*work).openEvidence))},
		{"POST", "/cases/{case}/evidence/items/{item}/acts/{act}", admitted, d.work((*work).handle)},
	}
}
