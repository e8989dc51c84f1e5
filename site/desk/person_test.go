package desk_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"temwen/casework"
	"temwen/intake"
	"temwen/office"
	"temwen/seal"
	"temwen/site/report"
	"temwen/told"
)

// resting opens a case that rests on the report of a thread.
func (k *docket) resting(t testing.TB, thread, procedure string) string {
	t.Helper()
	return k.open(t, procedure, casework.Basis{Kind: "thread", ID: thread, Grade: "B2"})
}

// thread is a thread as it stands, and changed when a case was changed last, as forms
// say it.
func (k *docket) thread(t testing.TB, id string) string {
	t.Helper()
	th, err := k.intake.Thread(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return strconv.FormatUint(th.Version, 10)
}

func (k *docket) changed(t testing.TB, id string) string {
	t.Helper()
	c, err := k.cases.Case(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	return strconv.FormatUint(c.Changed, 10)
}

// allows enters what a person allows.
func (k *docket) allows(t testing.TB, thread string, c seal.Consent) {
	t.Helper()
	th, err := k.intake.Thread(t.Context(), thread)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.intake.Do(t.Context(), k.first.id, intake.HeedConsent{Thread: thread, Seen: th.Version, Consent: c}); err != nil {
		t.Fatal(err)
	}
}

// Given a case that rests on a report, before an officer has entered what the person
// allows no letter goes out. When the person changes it, then the case, the board, the letter and the report say so, in every language; no letter
// goes out; and once an officer has heeded it the person can see that.
func TestConsentIsSeenEverywhere(t *testing.T) {
	k := withCases(t)
	p, thread := k.report(t, door)
	id := k.resting(t, thread, "mss-complaint")
	officer := k.signedIn(t, "lakay")
	at := func(page string, words ...string) {
		t.Helper()
		for _, lang := range []string{"ht", "fr", "es", "en"} {
			r, doc := officer.page("/" + lang + page)
			if lang == "en" {
				officer.says(r, doc, http.StatusOK, words...)
			} else if officer.says(r, doc, http.StatusOK); strings.Contains(doc.Text(), "[case.") || strings.Contains(doc.Text(), "[desk.") {
				t.Errorf("%s%s lacks words: %s", lang, page, doc.Find("main").Text())
			}
		}
	}
	teller := told.New(k.store, k.intake, k.cases)
	passes := func() {
		t.Helper()
		if _, err := teller.Pass(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	passes()
	at("/board", "What people allow is not entered", "Case 1")
	at("/cases/"+id, "What somebody who reported allows is not entered", "Not entered yet: what the person who reported allows", "Report 1: nobody has entered yet what the person allows", "The office opened a case about what you told.")
	at("/threads/"+thread, "Report 1: nobody has entered yet what the person allows.", "What the program told the person", "The office opened a case about what you told.")
	at("/cases/"+id+"/steps/1/letter", "Nobody has entered yet whether the person who reported allows this letter.")
	r, doc := officer.submit("/en/cases/"+id+"/ask-publication", "seen", k.changed(t, id), "field", "track")
	officer.says(r, doc, http.StatusConflict, "Nobody has entered yet what who reported allows", "Open the report that the case rests on")
	r, doc = officer.submit("/en/threads/"+thread+"/heed", "seen", k.thread(t, thread), "consent", "case")
	officer.says(r, doc, http.StatusOK, "The person can see it now.")
	at("/cases/"+id, "Report 1: the facts may be put to the mission or the State")
	_, doc = officer.page("/en/cases/" + id + "/steps/1/letter")
	letter := inForm(doc, "/letter", "how", "post", "proof", "RR 1", "apart", "1")

	k.send(t, seal.Head{Kind: seal.ParcelConsent, Token: p.keys.Lookup},
		seal.Document{Message: &seal.Message{From: seal.FromReporter, Kind: seal.KindConsent, Lang: "ht", Consent: seal.ConsentOffice}}, nil)
	passes()
	at("/cases/"+id, "Somebody who reported does not allow a case now", "Stop: who reported does not allow this case", "No officer has acted on that yet.", "The case rests on nothing else.")
	at("/board", "Consent has changed", "A clock still runs.")
	at("/cases/"+id+"/steps/1/letter", "The person who reported does not allow this letter.")
	at("/threads/"+thread, "Report 1: the person changed what may be done.", "Case 1")
	r, doc = officer.submit("/en/cases/"+id+"/steps/1/letter", append(letter, "seen", k.changed(t, id))...)
	officer.says(r, doc, http.StatusConflict, "Who reported does not allow this")

	r, doc = officer.submit("/en/threads/"+thread+"/heed", "seen", k.thread(t, thread), "consent", "office")
	officer.says(r, doc, http.StatusOK, "The person can see it now.")
	at("/cases/"+id, "Report 1: only this office may read it.", "the person can see that the office does as they say")
	r, doc = officer.submit("/en/cases/"+id+"/stop", "seen", k.changed(t, id))
	officer.says(r, doc, http.StatusOK, "The case is stopped.", "no consent")
	if th, err := k.intake.PersonThread(t.Context(), p.keys.Lookup); err != nil || th.Asked || th.Heeded == 0 {
		t.Errorf("the person sees %+v (%v)", th, err)
	}
}

// Given an incident that rests on a report, when somebody who may not see the report,
// and then somebody after it was erased, looks at the incident, then each is told what
// is so; where it cannot be read, that is an error.
func TestSourceThatIsNotSeen(t *testing.T) {
	k := withCases(t)
	_, thread := k.report(t, door)
	allegation := k.allegation(t, casework.Basis{Kind: "thread", ID: thread, Grade: "B2"})
	a, err := k.cases.Allegation(t.Context(), allegation)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"resevwa", "anketa", "legba", "piblik", "odit"} {
		k.admit(t, name)
	}
	k.roles(t, map[string][]office.Role{
		"lakay": {office.LegalOfficer, office.Administrator}, "resevwa": {office.IntakeOfficer}, "anketa": {office.Investigator},
		"legba": {office.LegalOfficer}, "piblik": {office.Publisher}, "odit": {office.Auditor},
	})
	publisher, legal := k.signedIn(t, "piblik"), k.signedIn(t, "legba")
	at := "/en/incidents/" + a.Incident
	r, doc := legal.page(at)
	legal.says(r, doc, http.StatusOK, "Report 1")
	r, doc = publisher.page(at)
	publisher.says(r, doc, http.StatusOK, "a report that you may not see")
	k.broken = errors.New("the disk is gone")
	for _, page := range []string{at, at + "/revise"} {
		r, doc = legal.page(page)
		legal.says(r, doc, http.StatusInternalServerError)
	}
	k.broken = nil
	if err := k.intake.Do(t.Context(), k.first.id, intake.AskErasure{Thread: thread, Ground: "safety"}); err != nil {
		t.Fatal(err)
	}
	if _, err := k.intake.Erase(t.Context(), "another", thread, false); err != nil {
		t.Fatal(err)
	}
	for _, page := range []string{at, at + "/revise"} {
		r, doc = legal.page(page)
		legal.says(r, doc, http.StatusOK, "a report that was erased")
	}
}

// An officer holds the program's messages back, and lets them go.
func TestMessagesAreHeld(t *testing.T) {
	k := withCases(t)
	_, thread := k.report(t, door)
	id := k.resting(t, thread, "mss-complaint")
	teller := told.New(k.store, k.intake, k.cases)
	officer := k.signedIn(t, "lakay")
	r, doc := officer.submit("/en/threads/"+thread+"/hold", "held", "1")
	officer.says(r, doc, http.StatusOK, "Messages of the program are held back.")
	if n, err := teller.Pass(t.Context()); n != 0 || err != nil {
		t.Errorf("%d messages are sent (%v)", n, err)
	}
	r, doc = officer.page("/en/cases/" + id)
	officer.says(r, doc, http.StatusOK, "Report 1: an officer holds the messages back.", "Nothing yet.")
	r, doc = officer.submit("/en/threads/" + thread + "/hold")
	officer.says(r, doc, http.StatusOK, "Messages go out again.")
	if n, err := teller.Pass(t.Context()); n != 1 || err != nil {
		t.Errorf("%d messages are sent (%v)", n, err)
	}
}

// Given a browser without JavaScript, then the person reads what they were told in the
// language of the page, and sees whether the office does as they decided.
func TestToldWithoutJavaScript(t *testing.T) {
	k := withCases(t)
	p, thread := k.report(t, door)
	k.resting(t, thread, "mss-complaint")
	if _, err := told.New(k.store, k.intake, k.cases).Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(report.New(report.At(k.intake), report.Options{PromiseKey: k.store.Key(), Now: k.Now, Today: k.today, Spool: t.TempDir()}))
	t.Cleanup(server.Close)
	opens := func(lang string, words ...string) {
		t.Helper()
		r, err := http.PostForm(server.URL+"/"+lang+"/4", url.Values{"do": {"open"}, "code": {p.code.String()}})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		doc, err := goquery.NewDocumentFromReader(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(doc.Find("main").Text()), " ")
		for _, w := range words {
			if !strings.Contains(text, w) {
				t.Errorf("the page in %s does not say %q: %s", lang, w, text)
			}
		}
		if in := doc.Find(".theirs .words").AttrOr("lang", ""); in != lang {
			t.Errorf("the words are said to be in %q, on a page in %s", in, lang)
		}
	}
	opens("ht", "Biwo a louvri yon dosye sou sa ou te di a.", "28 novanm 2026")
	opens("fr", "Le bureau a ouvert un dossier sur ce que vous avez raconté.")
	opens("es", "La oficina abrió un caso sobre lo que usted contó.")
	if err := k.intake.Withdraw(t.Context(), p.keys.Lookup); err != nil {
		t.Fatal(err)
	}
	opens("en", "The office opened a case about what you told.", "The office has not read yet what you decided.")
	if err := k.intake.Do(t.Context(), k.first.id, intake.HeedConsent{Thread: thread, Seen: 1 << 40}); err != nil {
		t.Fatal(err)
	}
	opens("en", "The office read what you decided, and does as you say since 28 November 2026.")
}
