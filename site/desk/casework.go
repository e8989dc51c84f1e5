package desk

import (
	"context"
	"errors"
	"html/template"
	"io"
	"net/http"
	"path"
	"slices"
	"strconv"
	"sync"
	"time"

	"temwen/casework"
	"temwen/conduct"
	"temwen/dossier"
	"temwen/locale"
	"temwen/office"
	"temwen/publish"
	"temwen/seal"
	"temwen/shelf"
	"temwen/when"
)

// Casework is what the pages of incidents and cases need.
type Casework struct {
	Cases Cases
	// Conduct is the tables of conduct. Without it there are no pages of them.
	Conduct Conduct
	// View is the public record as of today: actors, missions, clauses, sources and
	// procedures. See Views.
	View func(context.Context) (*publish.View, error)
	// Today is the day at the place of the office.
	Today func() when.Day
	// Keep is how long closed cases and incidents are kept, from the missions' dossier; nil for
	// without end.
	Keep func(context.Context) (casework.Keep, error)
	// Answers is the address below which Answers is served, such as
	// https://example.org/answer: links in notices begin with it.
	Answers string
	// Invented says on every page of Answers that everything is.
	Invented bool
	// Guesses are wrong codes that were tried on links, of which the desk tells what
	// Answers notes; nil where it is not noted.
	Guesses *Guesses
}

// Cases is the casework of the office: a *gate.Cases, which asks whether the officer
// may; for Answers a *casework.Cases, for recipients are no officers. What may not be
// is a *casework.Refused or an *office.Refused, and faults in coded facts are a *casework.Flawed.
type Cases interface {
	Case(ctx context.Context, officer, id string) (*casework.Case, error)
	Do(ctx context.Context, by, id string, seen uint64, c casework.Command, on when.Day) error
	Open(ctx context.Context, by string, o casework.Opened, on when.Day) (string, error)
	// Numbered is the ID of what has a number of its kind, where the officer may see it.
	Numbered(ctx context.Context, kind casework.Kind, number int) (id string, err error)
	History(ctx context.Context, id string) ([]casework.Event, error)
	Latest(ctx context.Context, id string, before uint64, limit int) (events []casework.Event, next uint64, err error)
	List(ctx context.Context, q casework.Query) (casework.Page, error)
	Requested(ctx context.Context) ([]*casework.Case, error)
	Standing(ctx context.Context) ([]*casework.Case, error)

	// Together has all that do asks be in one state of the record.
	Together(ctx context.Context, do func(ctx context.Context) error) error
	Board(ctx context.Context, span casework.Span) ([]casework.Falling, error)
	PerDay(ctx context.Context, span casework.Span) (map[when.Day]int, error)
	Unanswered(ctx context.Context, span casework.Span) ([]casework.Falling, error)
	ToRemind(ctx context.Context, span casework.Span) ([]casework.Falling, error)
	// Waiting are the steps that fall due on no day, and Unworked the cases on which nobody
	// works.
	Waiting(ctx context.Context, q casework.Waiting) (casework.WaitingPage, error)
	Unworked(ctx context.Context, q casework.Unworked) (casework.Page, int, error)
	// Handing are the cases whose next track is not open, and Doubled those that take an act
	// through a track that another one takes it through, too.
	Handing(ctx context.Context, q casework.Handings) ([]*casework.Case, error)
	Doubled(ctx context.Context, limit int) ([][]*casework.Case, error)
	// Parts are the hand-overs that a split of an incident would undo.
	Parts(ctx context.Context, incident string) ([]casework.Parted, error)
	// ByConsent are the open cases whose consent stands in a way.
	ByConsent(ctx context.Context, q casework.Consenting) ([]*casework.Case, error)
	GiveCalendar(ctx context.Context, officer string) (token string, err error)
	DropCalendar(ctx context.Context, officer string) error
	HasCalendar(ctx context.Context, officer string) (bool, error)
	CalendarOf(ctx context.Context, token string) (officer string, err error)
	// Dates are what is in it.
	Dates(ctx context.Context, span casework.Span) ([]casework.Dated, error)

	Code(ctx context.Context, by string, i casework.Incident) (string, error)
	Revise(ctx context.Context, by string, i casework.Incident) error
	Reclass(ctx context.Context, by string, r casework.Reclassing) error
	Merge(ctx context.Context, by, id, into string, seen uint64) error
	Split(ctx context.Context, by, id string, seen uint64) error
	Allege(ctx context.Context, by string, a casework.Allegation, seen uint64) (string, error)
	Incident(ctx context.Context, id string) (*casework.Incident, error)
	Incidents(ctx context.Context, limit int) ([]*casework.Incident, error)
	Older(ctx context.Context, than, limit int) ([]*casework.Incident, error)
	Allegations(ctx context.Context, incident, docket string) ([]casework.Allegation, error)
	Beside(ctx context.Context, id string) ([]casework.Beside, error)
	Takeable(ctx context.Context, id string, limit int) ([]casework.Allegation, error)
	Allegation(ctx context.Context, id string) (casework.Allegation, error)

	// Erase destroys something as the second of two officers; with dry set it only
	// says what would go.
	Erase(ctx context.Context, by string, kind casework.Kind, id string, seen uint64, dry bool) (casework.Erasing, error)
	AskErasure(ctx context.Context, by string, kind casework.Kind, id, ground string) error
	DropErasure(ctx context.Context, by string, kind casework.Kind, id string) error
	Asking(ctx context.Context, kind casework.Kind, id string) (*casework.Asking, error)
	Askings(ctx context.Context) ([]casework.Asking, error)
	Stone(ctx context.Context, kind casework.Kind, id string) (*casework.Stone, error)
	Stones(ctx context.Context, kind casework.Kind, limit int) ([]casework.Stone, error)
	// Doomed are the cases that are due for erasure.
	Doomed(ctx context.Context, keep casework.Keep, q casework.Query) ([]casework.Doomed, error)
	DueIncidents(ctx context.Context, keep casework.Keep, q casework.Query) ([]casework.DueIncident, error)

	// BeginEvidence begins to take a sealed item of evidence into a case, and
	// GoOnEvidence adds a piece; with the last the receipt is its number.
	BeginEvidence(ctx context.Context, by, docket string, size int64, first io.Reader) (seal.ID, shelf.Upload, error)
	GoOnEvidence(ctx context.Context, by, docket string, id seal.ID, offset int64, piece io.Reader) (shelf.Upload, error)
	EvidenceStands(ctx context.Context, by, docket string, id seal.ID) (shelf.Upload, error)
	// Label is the sealed label of an item. OpenEvidence hands out its sealed file, and
	// records that it did; the caller closes it.
	Label(ctx context.Context, docket string, n int) ([]byte, error)
	OpenEvidence(ctx context.Context, by, docket string, n int, why string) (io.ReadCloser, int64, error)

	// Letter is the bytes of a notice as it was sent.
	Letter(ctx context.Context, docket string, step, notice int) ([]byte, error)
	// Linked is where a link to answer on leads.
	Linked(ctx context.Context, token string) (c *casework.Case, step, notice int, err error)
}

// Views is all dossiers of a record together as known today, for Casework.View. It is
// read again where a minute has passed, so that what is imported shows soon.
func Views(dossiers func(ctx context.Context) ([]*dossier.Dossier, error), now func() time.Time, today func() when.Day) func(context.Context) (*publish.View, error) {
	var mu sync.Mutex
	var read time.Time
	var view *publish.View
	return func(ctx context.Context) (*publish.View, error) {
		mu.Lock()
		defer mu.Unlock()
		day := today()
		if view != nil && view.AsOf.World == day && now().Sub(read) < time.Minute {
			return view, nil
		}
		list, err := dossiers(ctx)
		if err != nil {
			return nil, err
		}
		view, read = publish.See(dossier.Together(list), publish.On(day)), now()
		return view, nil
	}
}

// caseRooms are the addresses of incidents and cases.
func (d *Desk) caseRooms() []room {
	if d.options.Casework == nil {
		return nil
	}
	return slices.Concat(d.conductRooms(), d.erasureRooms(), d.evidenceRooms(), []room{
		{"GET", "/board", admitted, d.work(may(office.SeeCases, (*work).boardPage))},
		{"GET", "/board/{wait}", admitted, d.work(may(office.SeeCases, (*work).waitingPage))},
		{"POST", "/board/calendar", admitted, d.work(may(office.SeeCases, (*work).giveCalendar))},
		{"POST", "/board/calendar/drop", admitted, d.work(may(office.SeeCases, (*work).dropCalendar))},
		{"GET", "/calendar/{token}", anybody, d.work((*work).calendar)},

		{"GET", "/incidents", admitted, d.work(may(office.SeeIncidents, (*work).incidentsPage))},
		{"GET", "/incidents/new", admitted, d.work(may(office.CodeIncidents, (*work).newIncidentPage))},
		{"POST", "/incidents", admitted, d.work(may(office.CodeIncidents, (*work).codeIncident))},
		{"GET", "/incidents/{incident}", admitted, d.work(may(office.SeeIncidents, (*work).incidentPage))},
		{"GET", "/incidents/{incident}/revise", admitted, d.work(may(office.CodeIncidents, (*work).reviseIncidentPage))},
		{"POST", "/incidents/{incident}/revise", admitted, d.work(may(office.CodeIncidents, (*work).reviseIncident))},
		{"GET", "/incidents/{incident}/reclass", admitted, d.work(may(office.CodeIncidents, (*work).reclassPage))},
		{"POST", "/incidents/{incident}/reclass", admitted, d.work(may(office.CodeIncidents, (*work).reclass))},
		{"POST", "/incidents/{incident}/merge", admitted, d.work(may(office.MergeIncidents, (*work).mergeIncident))},
		{"POST", "/incidents/{incident}/split", admitted, d.work(may(office.MergeIncidents, (*work).splitIncident))},
		{"POST", "/incidents/{incident}/allege", admitted, d.work(may(office.Allege, (*work).allege))},

		{"GET", "/decisions", admitted, d.work(may(office.SeeCases, (*work).decisionsPage))},

		{"GET", "/cases", admitted, d.work(may(office.SeeCases, (*work).casesPage))},
		{"GET", "/cases/new", admitted, d.work(may(office.OpenCases, (*work).openCasePage))},
		{"POST", "/cases", admitted, d.work(may(office.OpenCases, (*work).openCase))},
		{"GET", "/cases/{case}", admitted, d.work((*work).casePage)},
		{"POST", "/cases/{case}/{deed}", admitted, d.work((*work).caseDeed)},
		{"POST", "/cases/{case}/steps/{step}/{deed}", admitted, d.work((*work).stepDeed)},
		{"GET", "/cases/{case}/steps/{step}/letter", admitted, d.work((*work).letterPage)},
		{"GET", "/cases/{case}/steps/{step}/notices/{notice}", admitted, d.work((*work).noticePage)},
		{"GET", "/cases/{case}/steps/{step}/notices/{notice}/letter.json", admitted, d.work((*work).noticeFile)},
		{"POST", "/cases/{case}/steps/{step}/answers/{answer}/set-aside", admitted, d.work((*work).setAside)},
		{"POST", "/cases/{case}/steps/{step}/extensions/{move}/take-back", admitted, d.work((*work).takeBack)},
		{"POST", "/cases/{case}/steps/{step}/notices/{notice}/withdraw", admitted, d.work((*work).withdrawNotice)},
	})
}

// conductRooms are the addresses of the tables of conduct.
func (d *Desk) conductRooms() []room {
	if d.options.Casework.Conduct == nil {
		return nil
	}
	return []room{
		{"GET", "/conduct", admitted, d.work(overall((*work).figuresPage))},
		{"GET", "/conduct/{mission}", admitted, d.work(overall((*work).editionPage))},
		{"POST", "/conduct/{mission}/ask", admitted, d.work(may(office.AskPublication, (*work).askEdition))},
		{"POST", "/conduct/{mission}/withdraw", admitted, d.work(may(office.DropPublication, (*work).withdrawEdition))},
		{"POST", "/conduct/{mission}/publish", admitted, d.work(may(office.Publish, (*work).publishEdition))},
	}
}

// HasCases reports whether there are pages of incidents and cases.
func (p *page) HasCases() bool { return p.desk.options.Casework != nil }

// work is a visit to a page of incidents or cases.
type work struct {
	*visit
	cases   Cases
	conduct Conduct
	view    *publish.View
	said    publish.Words
	today   when.Day
	guesses *Guesses
}

// work is the handler of such a page. What may not be, it says in words.
func (d *Desk) work(serve func(*work) error) func(*visit) error {
	return func(v *visit) error {
		c := d.options.Casework
		view, err := c.View(v.Context())
		if err != nil {
			return err
		}
		w := &work{visit: v, cases: c.Cases, conduct: c.Conduct, view: view, said: publish.In(v.lang), today: c.Today(), guesses: c.Guesses}
		err = serve(w)
		if refused := (*casework.Refused)(nil); errors.As(err, &refused) {
			if v.scripted() {
				return w.refusedScript(refused)
			}
			return w.refused(refused)
		}
		if refused := (*conduct.Refused)(nil); errors.As(err, &refused) {
			return w.notTold(refused)
		}
		return err
	}
}

// may is a handler for those whose role may do an action, of something at least.
func may(a office.Action, serve func(*work) error) func(*work) error {
	return func(w *work) error {
		if office.May(w.state, w.officer.ID, a, office.Assigned) {
			return serve(w)
		}
		return &office.Refused{Code: office.CodeRole, Action: a}
	}
}

// docket is the case of the address, for an officer who may do an action in it.
func (w *work) docket(a office.Action) (*casework.Case, error) {
	c, err := w.cases.Case(w.Context(), w.officer.ID, w.PathValue("case"))
	if err != nil {
		return nil, err
	}
	return c, office.Allow(w.state, w.officer.ID, a, w.relation(c.Officer, c.Walled))
}

// relation is what the officer has to do with a case.
func (w *work) relation(officer string, walled []string) office.Relation {
	switch {
	case slices.Contains(walled, w.officer.ID):
		return office.Walled
	case officer == w.officer.ID:
		return office.Assigned
	}
	return office.Unrelated
}

// sees reports whether the officer may see a case at all.
func (w *work) sees(officer string, walled []string) bool {
	return office.May(w.state, w.officer.ID, office.SeeCases, w.relation(officer, walled))
}

// refusedBody says what may not be, why, and who was faster.
type refusedBody struct {
	Title, Do string
	Back      string       // where to go on
	Since     []historyRow // what happened since the page was shown
}

// refused shows why something may not be. Who lost a race is told what the winner
// did.
func (w *work) refused(r *casework.Refused) error {
	if r.Code == casework.CodeErased && w.Method == http.MethodGet {
		if shown, err := w.stone(); shown || err != nil {
			return err
		}
	}
	title, do := w.refusal(r)
	b := &refusedBody{Title: title, Do: do, Back: w.href("cases")}
	switch id, incident := w.PathValue("case"), w.PathValue("incident"); {
	case r.Case != "" && r.Code != casework.CodeMoved && w.mayLookAt(r.Case):
		b.Back = w.href("cases", r.Case)
	case id != "" && r.Code != casework.CodeUnknown && r.Code != casework.CodeWalled:
		b.Back = w.href("cases", id)
		b.Since = w.since(id)
	case incident != "" && r.Code != casework.CodeUnknown:
		b.Back = w.href("incidents", incident)
	case w.PathValue("allegation") != "":
		b.Back = w.href("incidents")
	}
	status := http.StatusConflict
	switch r.Code {
	case casework.CodeUnknown:
		status = http.StatusNotFound
	case casework.CodeErased:
		status = http.StatusGone
	case casework.CodeWalled, casework.CodeFourEyes:
		status = http.StatusForbidden
	case casework.CodeMalformed, casework.CodeDay, casework.CodeEarly, casework.CodeGround, casework.CodeNote, casework.CodeStandard:
		status = http.StatusBadRequest
	}
	w.show(&page{visit: w.visit, Template: "case-refused", Nav: "cases", Title: b.Title, Status: status, Body: b})
	return nil
}

// refusal says what may not be, and why or what to do. Who was overtaken by a deed of their
// own is not told that somebody was faster.
func (w *work) refusal(r *casework.Refused) (title, do string) {
	by, did, number, into := w.nameOf(r.By), "", w.numberOf(r.Case), ""
	if r.Did != "" {
		did = w.words.Say("case.brief." + r.Did)
	}
	if r.Incident > 0 {
		number, into = strconv.Itoa(r.Incident), strconv.Itoa(r.Into)
	}
	key := "case.refused." + r.Code
	if r.By == w.officer.ID {
		switch r.Code {
		case casework.CodeMerged, casework.CodeAlike:
			by = "" // by whom, they know
		case casework.CodeMoved, casework.CodeTwice:
			if key = "case.refused.yourself"; w.asks(r.Did) {
				key = "case.refused.again"
			}
		}
	}
	return w.words.Say(key, "by", by, "did", did, "number", number, "into", into),
		w.words.Say(key+".means", "number", number, "into", into, "day", w.words.Day(r.Day), "leave", w.leaveOf(r))
}

// deedEvents are the types of event that a deed makes, by the last part of its address. A
// letter is known by its words: see sendLetter.
var deedEvents = map[string]string{
	"assign": "case.assigned", "wall": "case.walled", "succeed": "case.succeeded", "state": "state.named", "adopt": "procedure.adopted", "add": "allegation.added",
	"reopen": "case.reopened", "stop": "case.stopped", "remedy": "remedy.recorded", "left": "person.left", "not-left": "departure.mistaken",
	"ask-publication": "publication.asked", "publish": "case.published", "ask-retraction": "retraction.asked", "retract": "case.retracted",
	"drop-publication": "publication.withdrawn",
	"answer":           "answer.received", "ask-time": "time.asked", "withdraw": "notice.withdrawn", "set-aside": "answer.set-aside",
	"extend": "clock.moved", "pause": "clock.moved", "resume": "clock.moved", "take-back": "extension.taken-back",
	"revise": "incident.revised", "reclass": "incident.reclassed", "merge": "incident.merged", "split": "incident.split", "allege": "allegation.made",
}

// asks reports whether the address asks for just what an event of a type has done: the form
// was sent twice.
func (w *work) asks(did string) bool {
	deed := path.Base(w.URL.Path)
	if deedEvents[deed] != did {
		return false
	}
	if did != "clock.moved" {
		return true
	}
	last, _, err := w.cases.Latest(w.Context(), w.PathValue("case"), 0, 1)
	return err == nil && len(last) == 1 && last[0].Move != nil && string(last[0].Move.Kind) == deed
}

// numberOf is the number of a case that the officer may see; empty for another.
func (w *work) numberOf(id string) string {
	if id == "" {
		return ""
	}
	c, err := w.cases.Case(w.Context(), w.officer.ID, id)
	if err != nil || !w.sees(c.Officer, c.Walled) {
		return ""
	}
	return strconv.Itoa(c.Number)
}

// mayLookAt reports whether the officer's role lets them look at a case, or at the stone
// in its place.
func (w *work) mayLookAt(id string) bool {
	_, err := w.cases.Case(w.Context(), w.officer.ID, id)
	refused := (*office.Refused)(nil)
	return !errors.As(err, &refused)
}

// since is what happened to a case since the version that the form saw.
func (w *work) since(id string) (rows []historyRow) {
	seen, err := w.seen()
	if err != nil || seen == 0 {
		return nil
	}
	c, err := w.docket(office.SeeCases)
	if err != nil {
		return nil // the refusal itself is said
	}
	events, _, err := w.cases.Latest(w.Context(), id, 0, mostHistory)
	if err != nil {
		return nil
	}
	for _, e := range events {
		if e.Index > seen {
			rows = append(rows, w.historyRow(c, &e))
		}
	}
	return rows
}

// text is words of a dossier or a procedure, marked where they are not in the
// page's language.
type text struct {
	Words string
	Lang  locale.Lang // empty where it is the page's
}

// markup is the words as the template "words-of" writes them.
func (t text) markup() template.HTML {
	words := template.HTMLEscapeString(t.Words)
	if t.Lang != "" {
		words = `<span lang="` + string(t.Lang) + `">` + words + `</span>`
	}
	return template.HTML(words)
}

func (w *work) text(t locale.Text) text { return textIn(t, w.lang) }

func textIn(t locale.Text, lang locale.Lang) text {
	s, in, ok := t.In(lang)
	if ok {
		in = ""
	}
	return text{s, in}
}

// actor names an actor of the dossier; its ID where it is not known.
func (w *work) actor(id string) text {
	if a := w.view.Actor(id); a != nil {
		return w.text(a.Name)
	}
	return text{Words: id}
}

// mission names a mission.
func (w *work) mission(id string) text {
	if m := w.view.Mission(id); m != nil {
		return w.text(m.Name)
	}
	return text{Words: id}
}

// term names a word of a version of the vocabulary: what was coded in one is always
// read in that.
func (w *work) term(version, kind, code string) text {
	if terms := casework.TermsOf(version); terms != nil {
		if name := terms.Name(kind, code); name != nil {
			return w.text(name)
		}
	}
	return text{Words: code}
}

// termed are choices among the words of a version.
func (w *work) termed(terms *casework.Terms, kind string, chosen ...string) []option {
	var list []option
	for _, t := range terms.Words(kind) {
		list = append(list, option{t.ID, w.said.Text(t.Name), slices.Contains(chosen, t.ID)})
	}
	return list
}

// option is one choice of a select or of a set of boxes.
type option struct {
	Value, Label string
	Chosen       bool
}

// worded are choices whose words stand in the catalogue below a prefix.
func (w *work) worded(prefix string, values []string, chosen ...string) []option {
	list := make([]option, len(values))
	for i, v := range values {
		list[i] = option{Value: v, Label: w.words.Say(prefix + v)}
		for _, c := range chosen {
			list[i].Chosen = list[i].Chosen || c == v
		}
	}
	return list
}

// officers are who can have a case.
func (w *work) officers(chosen string) []option {
	var list []option
	for _, o := range w.state.Officers {
		if o.Standing == office.Admitted {
			list = append(list, option{o.ID, o.Name, o.ID == chosen})
		}
	}
	return list
}

// day is a day of a form: today where it is empty.
func (w *work) day(field string) (when.Day, error) {
	s := w.form.Get(field)
	if s == "" {
		return w.today, nil
	}
	return dayOf(s)
}

// dayOf is a day that somebody chose.
func dayOf(chosen string) (when.Day, error) {
	d, err := when.ParseDay(chosen)
	if err != nil || d.Open() {
		return 0, &userError{http.StatusBadRequest, "bad-day"}
	}
	return d, nil
}
