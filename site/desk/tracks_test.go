package desk_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"temwen/casework"
	"temwen/conduct"
	"temwen/told"
	"temwen/when"
)

// counted is how much a count has in all, of what is on the record.
func (k *docket) counted(t testing.TB, count string) (n int) {
	t.Helper()
	past := casework.NewPast()
	for e, err := range k.store.Events()(t.Context(), 0) {
		if err == nil {
			err = past.Enter(&e)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	scope := &conduct.Scope{Mission: "mss", Actors: []string{"kenya", "mss-force"}, From: when.DayOf(2024, 1, 1)}
	for _, row := range conduct.Tally(past, scope, conduct.MonthOf(k.today()), conduct.CurrentRules(), casework.CurrentTerms().Version)[count].N {
		for _, cell := range row {
			n += cell
		}
	}
	return n
}

// Given an injury that somebody reported, and a criminal case about it
// when an officer opens the civil track beside it
// then each case knows the other and goes on by itself, a second criminal case is refused
// by the number of the first, the person can tell the two apart in what they are told,
// and the figures count the allegation and that it was looked into once.
func TestCriminalAndCivilSideBySide(t *testing.T) {
	k := withCases(t)
	_, thread := k.report(t, door)
	criminal := k.resting(t, thread, "mss-criminal")
	a, err := k.cases.Allegations(t.Context(), "", criminal)
	if err != nil || len(a) != 1 {
		t.Fatal(a, err)
	}
	officer := k.signedIn(t, "lakay")
	for _, lang := range []string{"ht", "fr", "es", "en"} {
		_, doc := officer.page("/" + lang + "/incidents/" + a[0].Incident)
		if doc.Find(`a[href$="/cases/new?allegation=`+a[0].ID+`"]`).Length() != 1 {
			t.Errorf("in %s the incident offers no other track", lang)
		}
	}
	r, doc := officer.page("/en/cases/new?mission=mss&allegation=" + a[0].ID)
	officer.says(r, doc, http.StatusOK, "Case 1 takes the allegation through this track already.")
	if has(doc, "#p-mss-criminal:not([disabled])") || !has(doc, "#p-mss-civil:not([disabled])") {
		t.Error("the form offers the wrong procedures")
	}
	open := []string{"mission", "mss", "state", "kenya", "allegation", a[0].ID, "procedure"}
	r, doc = officer.submit("/en/cases", append(open, "mss-criminal")...)
	officer.says(r, doc, http.StatusConflict, "lakay has opened a case for this allegation in this track", "Case 1 takes the allegation through the same track.")
	r, doc = officer.submit("/en/cases", append(open, "mss-civil")...)
	officer.says(r, doc, http.StatusOK, "Case 2", "Other tracks of this", "Case 1", "takes the same allegation")
	civil := k.beside(t, criminal)
	for _, lang := range []string{"ht", "fr", "es", "en"} {
		r, doc := officer.page("/" + lang + "/cases/" + criminal)
		officer.says(r, doc, http.StatusOK)
		if doc.Find(`#beside a[href$="/cases/`+civil+`"]`).Length() != 1 {
			t.Errorf("in %s the criminal case does not lead to the civil one", lang)
		}
	}
	r, doc = officer.page("/en/incidents/" + a[0].Incident)
	officer.says(r, doc, http.StatusOK, "Case 1", "(criminal)", "Case 2", "(civil)", "Open another track beside it")

	answer := func(id string, step int, answer string) {
		k.act(t, id, casework.RecordAnswer{Step: step, Answer: casework.Answer{Answer: answer, How: "letter", Standard: casework.NotStated}})
	}
	answer(criminal, 1, "informed")
	answer(civil, 1, "official")
	if _, err := told.New(k.store, k.intake, k.cases).Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	r, doc = officer.page("/en/threads/" + thread)
	officer.says(r, doc, http.StatusOK, "About punishment by a court: The office opened a case", "About payment for the harm: The office opened a case", "About payment for the harm: Those who decide it say, with a certificate")
	answer(criminal, 2, "not-official")
	answer(criminal, 3, "accepts")
	answer(criminal, 4, "named")
	if n := k.counted(t, conduct.Allegations); n != 1 {
		t.Errorf("%d allegations are counted", n)
	}
	if n := k.counted(t, conduct.Investigations); n != 1 {
		t.Errorf("%d investigations are counted", n)
	}
}

// beside is the only case that takes the allegation of another one, too.
func (k *docket) beside(t testing.TB, id string) string {
	t.Helper()
	list, err := k.cases.Beside(t.Context(), id)
	if err != nil || len(list) != 1 || !list[0].Shares {
		t.Fatal(list, err)
	}
	return list[0].Case.ID
}

// Given a person taken in the act, about whom somebody reported
// when one officer records that the mission has the person and the evidence
// then the case is handed over and waits for its next track: on the board, in the list of
// open cases and on its page; the person is told that the office has to open it
// when another officer opens it from there, with all filled in
// then both cases lead to each other, the first is closed, the first step of the next
// counts from the hand-over, and the person is told that it goes on.
func TestFlagranteIsHandedOnByTwo(t *testing.T) {
	k := withCases(t)
	k.admit(t, "marasa")
	_, thread := k.report(t, door)
	id := k.resting(t, thread, "mss-flagrante")
	one := k.signedIn(t, "lakay")
	tells := func(words ...string) {
		t.Helper()
		if _, err := told.New(k.store, k.intake, k.cases).Pass(t.Context()); err != nil {
			t.Fatal(err)
		}
		r, doc := one.page("/en/threads/" + thread)
		one.says(r, doc, http.StatusOK, words...)
	}
	at := "/en/cases/" + id
	for step, answer := range []string{"handed-over", "confirmed", "informed"} {
		r, doc := one.submit(at+"/steps/"+strconv.Itoa(step+1)+"/answer", "seen", k.changed(t, id), "answer", answer, "how", "letter")
		one.says(r, doc, http.StatusOK)
	}
	handed := k.today()
	tells("About the first steps after an arrest: This part ends here. It has to go on in another one: the office must open that")
	k.pass(5 * 24 * time.Hour)
	one = k.signedIn(t, "lakay")
	other := k.signedIn(t, "marasa")
	for _, lang := range []string{"ht", "fr", "es", "en"} {
		for _, page := range []string{"/board", "/cases", "/cases/" + id, "/cases/new?from=" + id + "&end=criminal"} {
			r, doc := other.page("/" + lang + page)
			if other.says(r, doc, http.StatusOK); strings.Contains(doc.Find("main").Text(), "[") {
				t.Errorf("%s%s lacks words: %s", lang, page, doc.Find("main").Text())
			}
		}
	}
	r, doc := other.page("/en/board")
	other.says(r, doc, http.StatusOK, "Handed over, next track not opened", "Case 1: handed over on", "Criminal track of the status agreement")
	r, doc = other.page("/en/cases")
	other.says(r, doc, http.StatusOK, "Case 1", "handed over, next track not opened")
	r, doc = other.page(at)
	other.says(r, doc, http.StatusOK, "Until the office opens the next case, nobody must answer for it.")
	link, there := doc.Find("main a:contains('Open the next track')").Attr("href")
	if !there {
		t.Fatal("the page offers no next track")
	}
	r, doc = other.page(strings.TrimPrefix(link, k.home))
	other.says(r, doc, http.StatusOK, "Case 1", "the day of the hand-over", "Allegation 1")
	if doc.Find("#p-mss-criminal[checked]").Length() != 1 || doc.Find(`[name="procedure"]`).Length() != 1 || doc.Find(`#state option[selected]`).AttrOr("value", "") != "kenya" {
		t.Errorf("the form is not filled in: %s", doc.Find("main").Text())
	}
	form := append(inForm(doc, "/cases"), "procedure", "mss-criminal", "state", "kenya")
	r, doc = other.submit("/en/cases", form...)
	other.says(r, doc, http.StatusOK, "Case 2", "Handed on from", "Case 1")
	next := k.beside(t, id)
	c, err := k.cases.Case(t.Context(), "", next)
	if err != nil || c.From != id || c.Steps[0].Begun != handed || c.Opened != k.today() {
		t.Errorf("the next case is %+v, %v", c, err)
	}
	r, doc = one.page(at)
	one.says(r, doc, http.StatusOK, "It goes on in Case 2", "Goes on in the next track: The allegation goes on in the criminal track", "marasa")
	if has(doc, "a:contains('Open the next track')") {
		t.Error("it is offered again")
	}
	if c, err := k.cases.Case(t.Context(), "", id); err != nil || !c.Closed() {
		t.Errorf("the first case is %+v, %v", c, err)
	}
	if _, doc = one.page("/en/board"); has(doc, "#handing") {
		t.Error("the board still lists it")
	}
	tells("About punishment by a court: The office has opened what comes next. What you told goes on here.")
	r, doc = one.submit("/en/cases", form...)
	one.says(r, doc, http.StatusConflict, "marasa has opened a case for this allegation in this track", "Case 2 takes the allegation")
	r, doc = one.page("/en/cases/new?from=" + id + "&end=criminal")
	one.says(r, doc, http.StatusConflict)
}

// Given two criminal cases about incidents that an officer finds to be the same
// then the board and both pages say so, name the other case and what to do; the second is
// not made public beside the first; and the figures count the act, that it was looked into
// and what was done once, though both cases record it.
func TestOneActTwiceInOneTrack(t *testing.T) {
	k := withCases(t)
	first, second := k.open(t, "mss-criminal"), k.open(t, "mss-criminal")
	of := func(id string) string {
		a, err := k.cases.Allegations(t.Context(), "", id)
		if err != nil || len(a) != 1 {
			t.Fatal(a, err)
		}
		return a[0].Incident
	}
	if n := k.counted(t, conduct.Allegations); n != 2 {
		t.Errorf("%d allegations are counted before", n)
	}
	officer := k.signedIn(t, "lakay")
	r, doc := officer.submit("/en/incidents/"+of(second)+"/merge", "seen", "0", "into", of(first))
	officer.says(r, doc, http.StatusOK)
	for _, lang := range []string{"ht", "fr", "es", "en"} {
		for page, links := range map[string][]string{"/board": {first, second}, "/cases/" + first: {second}, "/cases/" + second: {first}} {
			r, doc := officer.page("/" + lang + page)
			if officer.says(r, doc, http.StatusOK); strings.Contains(doc.Find("main").Text(), "[") {
				t.Errorf("%s%s lacks words: %s", lang, page, doc.Find("main").Text())
			}
			for _, id := range links {
				if !has(doc, `a[href$="/cases/`+id+`#doubled"]`) {
					t.Errorf("%s%s does not name %s", lang, page, id)
				}
			}
		}
	}
	r, doc = officer.page("/en/board")
	officer.says(r, doc, http.StatusOK, "Twice in one track", "Case 1, Case 2 (criminal)", "Decide which one goes on.")
	r, doc = officer.page("/en/cases/" + first)
	officer.says(r, doc, http.StatusOK, "Another case takes the same act through this track", "Case 2: an incident was found to be the same", "take back the letters")

	for _, id := range []string{first, second} {
		for step, answer := range []string{"informed", "not-official", "accepts", "named"} {
			k.act(t, id, casework.RecordAnswer{Step: step + 1, Answer: casework.Answer{Answer: answer, How: "letter", Standard: casework.NotStated}})
		}
		k.act(t, id, casework.RecordRemedy{Remedy: casework.Remedy{Kind: "apology"}})
	}
	for count, want := range map[string]int{conduct.Allegations: 1, conduct.Investigations: 1, conduct.Actions: 1} {
		if n := k.counted(t, count); n != want {
			t.Errorf("%d %s are counted, and should be %d", n, count, want)
		}
	}

	r, doc = officer.submit("/en/cases/"+first+"/ask-publication", "seen", k.changed(t, first), "field", "opened")
	officer.says(r, doc, http.StatusOK)
	r, doc = officer.submit("/en/cases/"+second+"/ask-publication", "seen", k.changed(t, second), "field", "opened")
	officer.says(r, doc, http.StatusConflict, "lakay has a case about the same act in public", "Case 1 takes this act through the same track", "Nothing was asked for or published.")

	for _, step := range k.waitingIn(t, second) {
		k.act(t, second, casework.MoveClock{Step: step, Move: casework.Move{Kind: casework.Paused, Ground: "mistake"}})
	}
	if _, doc = officer.page("/en/board"); has(doc, "#doubled") {
		t.Error("the board still lists it")
	}
	if _, doc = officer.page("/en/cases/" + first); !has(doc, "#doubled") {
		t.Error("the page of the case does not name the other any more")
	}
}

// waitingIn are the numbers of the steps of a case that wait.
func (k *docket) waitingIn(t testing.TB, id string) (steps []int) {
	t.Helper()
	c, err := k.cases.Case(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Open() {
		steps = append(steps, s.N)
	}
	return steps
}
