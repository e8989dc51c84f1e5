package desk_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"temwen/casework"
	"temwen/conduct"
	"temwen/dossier"
	"temwen/gate"
	"temwen/intake"
	"temwen/publish"
	"temwen/site/desk"
	"temwen/when"
)

// haiti is the dossier that comes with the program.
var haiti = sync.OnceValues(func() (*dossier.Dossier, error) {
	return dossier.Load(os.DirFS("../../missions/haiti"), dossier.Options{})
})

// docket is an office with casework, whose cases are about the missions in Haiti.
type docket struct {
	*world
	cases    *casework.Cases
	answers  string // the address below which recipients answer
	keep     casework.Keep
	dossier  *dossier.Dossier
	evidence string // the folder of sealed evidence
	broken   error  // by which every thread cannot be read, where it is given
}

// reading is an inbox whose threads cannot be read when the docket is broken.
type reading struct {
	desk.Inbox
	k *docket
}

func (r reading) Thread(ctx context.Context, id string) (*intake.Thread, error) {
	if r.k.broken != nil {
		return nil, r.k.broken
	}
	return r.Inbox.Thread(ctx, id)
}

// today is the day of the tests' clock.
func (w *world) today() when.Day {
	y, m, d := w.Now().Date()
	return when.DayOf(y, m, d)
}

// withCases serves the desk of an office that has casework, and the page on which
// recipients answer.
func withCases(t testing.TB) *docket {
	t.Helper()
	d, err := haiti()
	if err != nil {
		t.Fatal(err)
	}
	k := &docket{world: found(t), dossier: d}
	k.cases = casework.New(k.store, k.Now, k.today)
	k.evidence = filepath.Join(t.TempDir(), "evidence")
	if err := k.cases.KeepEvidence(k.evidence, k.office); err != nil {
		t.Fatal(err)
	}
	views := desk.Views(k.dossiers, k.Now, k.today)
	server := httptest.NewUnstartedServer(nil)
	port := server.Listener.Addr().String()[strings.LastIndex(server.Listener.Addr().String(), ":")+1:]
	k.home = "http://localhost:" + port
	k.answers = k.home + "/answer"
	c := &desk.Casework{
		Cases: k.cases, View: views, Today: k.today, Answers: k.answers, Invented: true, Guesses: new(desk.Guesses),
		Keep: func(context.Context) (casework.Keep, error) { return k.keep, nil },
	}
	passed := *c
	passed.Cases = gate.NewCases(k.office, k.cases)
	passed.Conduct = gate.NewConduct(k.office, conduct.New(k.store, k.Now))
	pages, err := desk.New(k.office, reading{gate.NewInbox(k.office, k.intake, k.cases), k}, desk.Options{Origin: k.home, Now: k.Now, Casework: &passed})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	mux.Handle(desk.AnswersPath, desk.NewAnswers(k.office, c, k.Now, nil))
	server.Config.Handler = mux
	server.Start()
	t.Cleanup(server.Close)
	return k
}

// dossiers are those of the record.
func (k *docket) dossiers(context.Context) ([]*dossier.Dossier, error) {
	return []*dossier.Dossier{k.dossier}, nil
}

// allegation codes an incident, with an allegation of the force. It rests on what is
// given, and else on a public source.
func (k *docket) allegation(t testing.TB, sources ...casework.Basis) string {
	t.Helper()
	if len(sources) == 0 {
		sources = []casework.Basis{{Kind: "source", ID: "unscr-2699", Grade: "B2"}}
	}
	i, err := k.cases.Code(t.Context(), k.first.id, casework.Incident{
		When: date(t, "2026-03-12"), Where: casework.Place{Department: "HT01", Precision: "department"},
		Acts: []string{"injury", "detention"}, Terms: casework.CurrentTerms().Version,
		Harm:    []casework.Harm{{Kind: "injured", Sex: "male", Age: "adult", Min: 1, Max: 3}},
		Actors:  []casework.Alleged{{Actor: "haitian-national-police", Confidence: "likely", Share: "led"}, {Actor: "mss-force", Confidence: "possible", Share: "supported"}},
		Sources: sources,
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := k.cases.Allege(t.Context(), k.first.id, casework.Allegation{Incident: i, Actor: "mss-force", Act: "injury", Confidence: "possible"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func date(t testing.TB, s string) when.Date {
	t.Helper()
	d, err := when.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// open opens a case of the support mission under one of its procedures.
func (k *docket) open(t testing.TB, procedure string, sources ...casework.Basis) string {
	t.Helper()
	d, err := haiti()
	if err != nil {
		t.Fatal(err)
	}
	p := publish.See(d, publish.On(k.today())).Procedure(procedure)
	id, err := k.cases.Open(t.Context(), k.first.id, casework.Opened{Procedure: p, Allegations: []string{k.allegation(t, sources...)}, Mission: "mss", State: "kenya"}, k.today())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// act does a command in the first officer's name.
func (k *docket) act(t testing.TB, id string, c casework.Command) {
	t.Helper()
	if err := k.cases.Do(t.Context(), k.first.id, id, 0, c, 0); err != nil {
		t.Fatalf("%T: %v", c, err)
	}
}

// says holds that a page has words, and is answered with a status.
func (d *desker) says(r *http.Response, doc *goquery.Document, status int, words ...string) {
	d.Helper()
	text := strings.Join(strings.Fields(doc.Find("main").Text()), " ")
	if r.StatusCode != status {
		d.Errorf("%s answers %d, and should %d: %.300s", r.Request.URL.Path, r.StatusCode, status, text)
	}
	for _, w := range words {
		if !strings.Contains(text, w) {
			d.Errorf("%s does not say %q: %.2000s", r.Request.URL.Path, w, text)
		}
	}
}

// Given a case, every page of casework is shown in every language, whole and
// without a word that is missing.
func TestCasePagesAreShown(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	list, err := k.cases.Incidents(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	incident := list[0].ID
	k.write(t, id, 1, "fr", "l", 20)
	k.act(t, id, casework.SendNotice{Step: 1, Notice: casework.Notice{Language: "fr", How: "post", Proof: "RR 2", By: soon(k, 20)}})
	k.act(t, id, casework.MoveClock{Step: 1, Move: casework.Move{Kind: casework.Extended, To: k.today() + 30, Ground: "asked"}})
	k.act(t, id, casework.MoveClock{Step: 1, Move: casework.Move{Kind: casework.Paused, Ground: "safety"}})
	k.act(t, id, casework.MoveClock{Step: 1, Move: casework.Move{Kind: casework.Resumed, Ground: "safety"}})
	k.act(t, id, casework.RecordRemedy{Remedy: casework.Remedy{Kind: "assistance"}})
	k.act(t, id, casework.RecordDeparture{Departure: casework.Departure{How: "rotated", Source: "state"}})
	k.act(t, id, casework.AskPublication{Fields: []string{"state", "silence"}})
	k.act(t, id, casework.Succeed{Mission: "gsf"})
	officer := k.signedIn(t, "lakay")
	for _, lang := range []string{"ht", "fr", "en", "es"} {
		for _, page := range []string{
			"/board", "/board?month=2026-12", "/cases", "/cases?view=mine", "/cases?view=away", "/cases?view=closed", "/cases/" + id, "/cases/" + id + "/steps/1/letter?facts=1",
			"/cases/" + id + "/steps/1/letter?lang=" + lang, "/cases/" + id + "/evidence", "/cases/" + id + "/evidence/custody", "/cases/" + id + "/steps/1/notices/1", "/cases/" + id + "/steps/1/notices/2", "/incidents", "/incidents/new", "/incidents/" + incident,
			"/incidents/" + incident + "/revise", "/cases/new?allegation=" + k.allegation(t),
		} {
			r, doc := officer.page("/" + lang + page)
			officer.says(r, doc, http.StatusOK)
			if text := doc.Text(); strings.Contains(text, "[") && strings.Contains(text, ".") {
				for _, word := range strings.Fields(text) {
					if strings.HasPrefix(word, "[") || strings.Contains(word, "{") {
						t.Errorf("%s%s says %s", lang, page, word)
					}
				}
			}
		}
	}
}

// A step that an officer is to send a reminder of stands on the board as that, until
// a letter has gone out.
func TestBoardSaysToRemind(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	letter := casework.SendNotice{Step: 1, Notice: casework.Notice{Language: "fr", How: "post", Proof: "RR 1", By: soon(k, 5)}}
	k.act(t, id, letter)
	k.pass(24 * time.Hour)
	officer := k.signedIn(t, "lakay")
	says := func(want bool) {
		t.Helper()
		if _, doc := officer.page("/en/board"); strings.Contains(doc.Text(), "Remind now") != want {
			t.Errorf("the board says to remind: %t, and should: %t", !want, want)
		}
	}
	says(false)
	if n, err := k.cases.NoteReminders(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d reminders (%v)", n, err)
	}
	says(true)
	k.act(t, id, letter)
	says(false)
}

func soon(k *docket, days int) *when.Day {
	d := k.today() + when.Day(days)
	return &d
}

// Without casework there are no pages of it, and with it none is for those who
// did not sign in but the calendar.
func TestCasePagesAreForOfficers(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	stranger := k.visitor(t)
	for _, page := range []string{"/en/cases", "/en/cases/" + id, "/en/board", "/en/incidents"} {
		r, doc := stranger.page(page)
		if !strings.HasSuffix(r.Request.URL.Path, "/sign-in") || strings.Contains(doc.Text(), "Kenya") {
			t.Errorf("a stranger sees %s at %s", r.Request.URL, page)
		}
	}
	without := found(t)
	r, _ := without.signedIn(t, "lakay").page("/en/cases")
	if r.StatusCode != http.StatusNotFound {
		t.Errorf("an office without casework answers %d", r.StatusCode)
	}
}

// Given a case whose end two steps have led to
// then its page lists the end once, with one way to reopen it, and so does the list.
func TestEndIsListedOnce(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-flagrante")
	for step, answer := range []string{"handed-over", "confirmed", "informed"} {
		k.act(t, id, casework.RecordAnswer{Step: step + 1, Answer: casework.Answer{Answer: answer, How: "letter", Standard: casework.NotStated}})
	}
	officer := k.signedIn(t, "lakay")
	_, doc := officer.page("/en/cases/" + id)
	if n := doc.Find(`form[action$="/reopen"]`).Length(); n != 1 {
		t.Errorf("the page has %d ways to reopen the case", n)
	}
	_, doc = officer.page("/en/cases") // it waits for its next track
	if n := strings.Count(doc.Find("main").Text(), "The allegation goes on in the criminal track"); n != 1 {
		t.Errorf("the list names the end %d times", n)
	}
}

// That somebody has left stands beside a case in the list, in words, and such cases can be
// listed by themselves.
func TestTheListSaysWhoLeft(t *testing.T) {
	k := withCases(t)
	gone := casework.RecordDeparture{Departure: casework.Departure{How: "rotated", Source: "state"}}
	one, two, none := k.open(t, "mss-criminal"), k.open(t, "mss-criminal"), k.open(t, "mss-criminal")
	k.act(t, one, gone)
	k.act(t, two, gone)
	k.act(t, two, gone)
	officer := k.signedIn(t, "lakay")
	marks := func(page string) map[string]string {
		t.Helper()
		r, doc := officer.page(page)
		officer.says(r, doc, http.StatusOK)
		list := make(map[string]string)
		doc.Find("tbody tr").Each(func(_ int, row *goquery.Selection) {
			id := row.Find("a").AttrOr("href", "")
			list[id[strings.LastIndex(id, "/")+1:]] = strings.TrimSpace(row.Find(".away").Text())
		})
		return list
	}
	want := map[string]string{one: "→ Somebody has left the country", two: "→ 2 people have left the country"}
	if got := marks("/en/cases?view=away"); !maps.Equal(got, want) {
		t.Errorf("listed are %v, and should be %v", got, want)
	}
	want[none] = ""
	if got := marks("/en/cases"); !maps.Equal(got, want) {
		t.Errorf("of all are listed %v, and should be %v", got, want)
	}
	k.act(t, one, casework.SetDepartureAside{N: 1})
	for lang, says := range map[string]string{"ht": "2 moun kite peyi a", "fr": "2 personnes ont quitté le pays", "es": "2 personas han salido del país"} {
		if got := marks("/" + lang + "/cases?view=away"); !maps.Equal(got, map[string]string{two: "→ " + says}) {
			t.Errorf("%s lists %v", lang, got)
		}
	}
}
