package desk_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"temwen/casework"
)

// What may not be is said in a sentence, under a status of its own, and changes
// nothing; who lost a race is told what the winner did, and by whom.
func TestCaseRefusalsAreSaid(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	second := k.admit(t, "marasa")
	k.act(t, id, casework.RecordAnswer{Step: 1, Answer: casework.Answer{Answer: "informed", How: "letter"}})
	c, err := k.cases.Case(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	seen := strconv.FormatUint(c.Changed, 10)
	if err := k.cases.Do(t.Context(), second.id, id, c.Changed, casework.Assign{Officer: second.id}, 0); err != nil {
		t.Fatal(err)
	}
	officer := k.signedIn(t, "lakay")
	at := "/en/cases/" + id
	for _, s := range []struct {
		name, address string
		fields        []string
		status        int
		words         []string
	}{
		{"the loser of a race", at + "/assign", []string{"seen", seen, "officer", k.first.id}, http.StatusConflict, []string{"marasa was faster, and changed who handles it", "What happened since your page", "Assigned to marasa"}},
		{"no version", at + "/assign", []string{"officer", k.first.id}, http.StatusBadRequest, []string{"The server cannot read this form"}},
		{"no such deed", at + "/dance", []string{"seen", "0"}, http.StatusNotFound, []string{"There is no such page"}},
		{"no such step", at + "/steps/9/answer", []string{"seen", "0", "answer", "official", "how", "letter", "standard", "not-stated"}, http.StatusNotFound, []string{"There is no such thing"}},
		{"no such answer", at + "/steps/2/answer", []string{"seen", "0", "answer", "dance", "how", "letter"}, http.StatusNotFound, []string{"There is no such thing"}},
		{"an answer by a link that is none", at + "/steps/2/answer", []string{"seen", "0", "answer", "official", "how", "link", "standard", "not-stated"}, http.StatusBadRequest, []string{"Something is missing in the form"}},
		{"a finding without its standard of proof", at + "/steps/2/answer", []string{"seen", "0", "answer", "official", "how", "letter", "standard", ""}, http.StatusBadRequest, []string{"A finding needs its standard of proof"}},
		{"a day to come", at + "/steps/2/answer", []string{"seen", "0", "answer", "official", "how", "letter", "standard", "not-stated", "on", "2027-01-01"}, http.StatusBadRequest, []string{"This day cannot be"}},
		{"no day", at + "/steps/2/answer", []string{"seen", "0", "answer", "official", "how", "letter", "standard", "not-stated", "on", "soon"}, http.StatusBadRequest, []string{"This is not a day"}},
		{"nothing to extend", at + "/steps/2/extend", []string{"seen", "0", "to", "2027-01-01", "ground", "asked"}, http.StatusConflict, []string{"The time has run out, or there is none"}},
		{"no ground", at + "/steps/2/pause", []string{"seen", "0", "ground", "mood"}, http.StatusBadRequest, []string{"A ground is needed"}},
		{"not paused", at + "/steps/2/resume", []string{"seen", "0", "ground", "asked"}, http.StatusConflict, []string{"It is so already"}},
		{"a letter without proof", at + "/steps/2/letter", []string{"seen", "0", "lang", "fr", "how", "post"}, http.StatusBadRequest, []string{"A proof of dispatch is needed"}},
		{"a letter to a step that is over", at + "/steps/1/letter", []string{"seen", "0", "lang", "fr", "how", "post", "proof", "RR"}, http.StatusConflict, []string{"This step is over"}},
		{"no such notice", at + "/steps/2/notices/1/withdraw", []string{"seen", "0"}, http.StatusNotFound, []string{"There is no such thing"}},
		{"no such end", at + "/reopen", []string{"seen", "0", "end", "dance"}, http.StatusNotFound, []string{"There is no such thing"}},
		{"another mission", at + "/succeed", []string{"seen", "0", "mission", "minustah"}, http.StatusBadRequest, []string{"Something is missing in the form"}},
		{"the same procedure", at + "/adopt", []string{"seen", "0"}, http.StatusConflict, []string{"It is so already"}},
		{"nothing to publish", at + "/ask-publication", []string{"seen", "0"}, http.StatusBadRequest, []string{"Something is missing in the form"}},
		{"nothing asked", at + "/publish", []string{"seen", "0", "asked", "1"}, http.StatusNotFound, []string{"There is no such thing"}},
		{"not sure", at + "/wall", []string{"seen", "0", "officer", second.id}, http.StatusBadRequest, []string{"Nobody was kept from the case", "Go back, mark it"}},
		{"a departure before the incident", at + "/left", []string{"seen", "0", "how", "rotated", "source", "state", "when", "1900"}, http.StatusBadRequest, []string{"Somebody cannot have left before it happened", "did not happen before 12 March 2026"}},
		{"no State", "/en/cases", []string{"mission", "mss", "procedure", "mss-criminal", "allegation", c.Allegations[0]}, http.StatusBadRequest, []string{"A State is to be chosen", "none, or not known yet"}},
		{"an allegation twice", "/en/cases", []string{"mission", "mss", "procedure", "mss-criminal", "state", "none", "allegation", c.Allegations[0]}, http.StatusConflict, []string{"lakay has opened a case for this allegation in this track", "Case 1 takes the allegation through the same track"}},
		{"no procedure", "/en/cases", []string{"mission", "mss", "procedure", "dance", "allegation", c.Allegations[0]}, http.StatusConflict, []string{"This procedure cannot be followed"}},
		{"a model", "/en/cases", []string{"mission", "mss", "procedure", "un-memorandum", "allegation", c.Allegations[0]}, http.StatusConflict, []string{"This procedure cannot be followed"}},
		{"no such case", "/en/cases/x/assign", []string{"seen", "0", "officer", k.first.id}, http.StatusNotFound, []string{"There is no such thing"}},
	} {
		t.Run(s.name, func(t *testing.T) {
			officer.TB = t
			r, doc := officer.submit(s.address, s.fields...)
			officer.says(r, doc, s.status, s.words...)
		})
	}
	officer.TB = t

	// Publication takes a second person.
	k.act(t, id, casework.AskPublication{Fields: []string{"silence"}})
	events, err := k.cases.History(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	asked := strconv.FormatUint(events[len(events)-1].Index, 10)
	r, doc := officer.submit(at+"/publish", "seen", "0", "asked", asked)
	officer.says(r, doc, http.StatusForbidden, "A second person must do this")
	r, doc = k.signedIn(t, "marasa").submit(at+"/publish", "seen", "0", "asked", asked)
	officer.says(r, doc, http.StatusOK, "Public since")

	// Who is kept from a case sees nothing of it.
	r, doc = officer.submit(at+"/wall", "seen", "0", "officer", k.first.id, "sure", "1")
	officer.says(r, doc, http.StatusOK, "No case is open.")
	for _, page := range []string{at, at + "/steps/2/letter", "/en/board"} {
		if _, doc := officer.page(page); strings.Contains(doc.Text(), "Kenya") || strings.Contains(doc.Text(), "Case 1") {
			t.Errorf("%s tells of a case that the officer is kept from", page)
		}
	}
}

// answerer is a recipient's browser, without JavaScript.
func (k *docket) answerer(t testing.TB) *desker {
	return &desker{TB: t, Client: &http.Client{}, home: k.home}
}

// A recipient's answer after the case moved on, twice, by a forwarded link, to a
// withdrawn notice, and what else can go wrong: a clear sentence each.
func TestAnswers(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	send := func(step int, token string) { k.write(t, id, step, "en", token, 30) }
	k.act(t, id, casework.RecordAnswer{Step: 1, Answer: casework.Answer{Answer: "informed", How: "letter"}})
	send(2, "one")
	send(2, "two")
	send(2, "withdrawn")
	k.act(t, id, casework.WithdrawNotice{Step: 2, Notice: 3})
	r := k.answerer(t)
	say := func(name, token string, fields []string, status int, words ...string) {
		t.Helper()
		response, doc := r.submit("/answer/en/"+token, fields...)
		r.says(response, doc, status, words...)
		if strings.Contains(response.Header.Get("Set-Cookie"), "=") {
			t.Errorf("%s: a cookie is set", name)
		}
	}
	response, doc := r.page("/answer/en/one")
	r.says(response, doc, http.StatusOK, "write the code that the office told you by telephone", "only who was called by the office can answer")
	if text := doc.Text(); strings.Contains(text, "official duty") || strings.Contains(text, "Kenya") {
		t.Errorf("without the code the page tells %q", text)
	}
	if mark := doc.Find(".demo").Text(); !strings.Contains(mark, "Everything here is invented.") {
		t.Errorf("of invented letters the page says %q", mark)
	}
	response, doc = r.page("/answer/en/nowhere")
	r.says(response, doc, http.StatusNotFound, "This link leads nowhere")
	response, doc = r.page("/answer/")
	r.says(response, doc, http.StatusNotFound)
	response, doc = r.page("/answer/en/withdrawn")
	r.says(response, doc, http.StatusGone, "The office has withdrawn this letter", "28 November 2026")
	code := func(more ...string) []string { return append([]string{"code", "123 456"}, more...) }
	say("a withdrawn notice", "withdrawn", code("do", "answer", "answer", "official", "standard", "not-stated"), http.StatusGone, "The office has withdrawn this letter")
	say("a forwarded link", "one", []string{"code", "000000", "do", "answer", "answer", "official"}, http.StatusForbidden, "This code is wrong.")
	say("the code", "one", code(), http.StatusOK, "Please answer by 28 December 2026.", "We need more time")
	say("nothing chosen", "one", code("do", "answer"), http.StatusUnprocessableEntity, "Choose an answer.")
	say("an answer that is none", "one", code("do", "answer", "answer", "convicted"), http.StatusUnprocessableEntity, "Choose an answer.")
	say("receipt", "one", code("do", "acknowledge"), http.StatusOK, "The record says that you have received the letter.")
	say("no day", "one", code("do", "more-time", "to", "soon", "ground", "asked"), http.StatusUnprocessableEntity, "Choose a day.")
	say("too early a day", "one", code("do", "more-time", "to", "2026-12-01", "ground", "asked"), http.StatusUnprocessableEntity, "You have time until 28 December 2026 already. Choose a later day.")
	say("more time", "one", code("do", "more-time", "to", "2027-01-15", "ground", "evidence"), http.StatusOK, "Your request for more time is on the record.")
	say("more time, twice", "one", code("do", "more-time", "to", "2027-01-15", "ground", "evidence"), http.StatusConflict, "This request is on the record already: you have asked today for time until 15 January 2027.")
	say("a finding without its standard of proof", "one", code("do", "answer", "answer", "official", "standard", ""), http.StatusUnprocessableEntity, "Your answer is a finding.", "Standard of proof of your finding")
	say("the answer", "one", code("do", "answer", "answer", "official", "standard", "not-stated"), http.StatusOK, "Your answer is on the record")
	say("twice", "one", code("do", "answer", "answer", "not-official", "standard", "not-stated"), http.StatusGone, "This link has been answered on already", "A link is good for one answer.")
	response, doc = r.page("/answer/en/one")
	r.says(response, doc, http.StatusGone, "This link has been answered on already. To read what the answer was, give the code.")
	if text := doc.Text(); strings.Contains(text, "The answer of") {
		t.Errorf("without the code the page of a used link tells %q", text)
	}
	say("a used link with a wrong code", "one", []string{"code", "000000"}, http.StatusForbidden, "This code is wrong.")
	say("after the case moved on", "two", code(), http.StatusOK, "The office has moved on meanwhile.")
	say("more time after it moved on", "two", code("do", "more-time", "to", "2027-01-15", "ground", "asked"), http.StatusConflict, "The office has moved on")
	say("an answer after it moved on", "two", code("do", "answer", "answer", "not-official", "standard", "not-stated"), http.StatusOK, "The case had moved on: the answer stands on the record")
	say("too much", "two", []string{"code", strings.Repeat("1", 20_000)}, http.StatusBadRequest)

	k.act(t, id, casework.WithdrawNotice{Step: 2, Notice: 2}) // it went to a wrong address
	say("withdrawn once the step is over", "two", code("do", "answer", "answer", "official", "standard", "not-stated"), http.StatusGone, "The office has withdrawn this letter")
	response, doc = r.page("/answer/en/two")
	r.says(response, doc, http.StatusGone, "The office has withdrawn this letter", "28 November 2026")

	send(3, "three")
	for range 6 {
		say("guessing", "three", []string{"code", "000000"}, http.StatusForbidden)
	}
	say("guessing on", "three", code(), http.StatusForbidden, "There were too many wrong tries.")
	k.pass(time.Hour)
	say("after a while", "three", code(), http.StatusOK)
	k.days(t, 40)
	say("late", "three", code("do", "answer", "answer", "accepts"), http.StatusOK, "It stands on the record as late")
	c, err := k.cases.Case(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	if a := c.Step(2).Answers; len(a) != 2 || a[0].Moved || !a[1].Moved || a[0].How != casework.ByLink {
		t.Errorf("the answers to step 2 are %+v", a)
	}
	if n := c.Step(2).Notices[0]; n.Acknowledged == nil || len(c.Step(2).Asked) != 1 {
		t.Errorf("notice 1 is %+v", n)
	}
	if a := c.Step(3).Answers; len(a) != 1 || !a[0].Late || a[0].Moved {
		t.Errorf("the late answer is %+v", a)
	}
}

// A calendar's secret address gives numbers and days, nothing else, until it is
// taken back.
func TestCaseCalendar(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	k.act(t, id, casework.SendNotice{Step: 1, Notice: casework.Notice{Language: "fr", How: "post", Proof: "RR", By: soon(k, 10)}})
	officer := k.signedIn(t, "lakay")
	r, doc := officer.submit("/en/board/calendar")
	officer.says(r, doc, http.StatusOK, "You have a new address.")
	link, err := url.Parse(doc.Find("#feed ~ .note code").Text())
	if err != nil || link.Path == "" {
		t.Fatalf("the address is %q (%v)", link, err)
	}
	stranger := k.answerer(t)
	r, doc = stranger.page(link.Path)
	text := doc.Text()
	if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "text/calendar; charset=utf-8" || r.Header.Get("Set-Cookie") != "" {
		t.Errorf("the calendar answers %d %v", r.StatusCode, r.Header)
	}
	for _, want := range []string{"BEGIN:VCALENDAR\r\n", "SUMMARY:Case 1: step due", "DTSTART;VALUE=DATE:20261208"} {
		if !strings.Contains(strings.ReplaceAll(text, "\r\n", "\n"), strings.ReplaceAll(want, "\r\n", "\n")) {
			t.Errorf("the calendar lacks %q: %s", want, text)
		}
	}
	for _, secret := range []string{"Kenya", id, "commander", "Government", "RR"} {
		if strings.Contains(text, secret) {
			t.Errorf("the calendar tells %q", secret)
		}
	}
	officer.submit("/en/board/calendar/drop")
	if r, _ := stranger.page(link.Path); r.StatusCode != http.StatusNotFound {
		t.Errorf("an address that was taken back answers %d", r.StatusCode)
	}
}
