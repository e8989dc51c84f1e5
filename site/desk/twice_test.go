package desk_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"temwen/casework"
	"temwen/instrument"
	"temwen/locale"
	"temwen/site/desk"
	"temwen/when"
)

// Given a letter whose button is pressed twice, then it is on the record once, both are told
// that it is recorded as sent, and its link can be answered; another letter with the same
// link is not taken for it.
func TestLetterSentTwiceIsRecordedOnce(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	at := "/en/cases/" + id + "/steps/1/letter"
	officer := k.signedIn(t, "lakay")
	_, doc := officer.page(at)
	link := doc.Find(".letter-link code").Text()
	fields := inForm(doc, "/letter", "how", "post", "proof", "RR 1")
	_, doc = officer.page(at + "?lang=es")
	spanish := inForm(doc, "/letter", "how", "post", "proof", "RR 2")
	once := func() {
		t.Helper()
		if c := k.caseOf(t, id); len(c.Step(1).Notices) != 1 {
			t.Fatalf("%d letters are on the record", len(c.Step(1).Notices))
		}
	}
	for range 2 {
		r, doc := officer.submit(at, fields...)
		officer.says(r, doc, http.StatusOK, "The letter is recorded as sent.")
		if r.Request.URL.Path != "/en/cases/"+id || r.Request.URL.Fragment != "step-1" {
			t.Errorf("it goes on at %s", r.Request.URL)
		}
		once()
	}
	r, doc := officer.submit(at, spanish...)
	officer.says(r, doc, http.StatusConflict, "This letter is not the one that you had before you")
	if text := doc.Find("main").Text(); strings.Contains(text, "is lost") || strings.Contains(text, "faster") {
		t.Errorf("it says what is not so: %s", text)
	}
	once()
	recipient := k.answerer(t)
	_, answer, _ := strings.Cut(link, "/answer/fr/")
	r, doc = recipient.submit("/answer/en/"+answer, "code", k.noticeOf(t, id, 1, 1).Code)
	recipient.says(r, doc, http.StatusOK, "Give this answer")

	// At the same moment, too.
	_, doc = officer.page(at)
	fields = inForm(doc, "/letter", "how", "post", "proof", "RR 3")
	together(4, func(int) {
		if r, doc := officer.submit(at, fields...); r.StatusCode != http.StatusOK || r.Request.URL.Path != "/en/cases/"+id {
			t.Errorf("at once it answers %d: %.300s", r.StatusCode, doc.Find("main").Text())
		}
	})
	if c := k.caseOf(t, id); len(c.Step(1).Notices) != 2 {
		t.Errorf("of one reminder %d are on the record", len(c.Step(1).Notices)-1)
	}
}

// together does something some times at once.
func together(n int, do func(i int)) {
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-begin
			do(i)
		})
	}
	close(begin)
	all.Wait()
}

// overtaken is casework in which somebody does something before each deed of a recipient, or
// which refuses it.
type overtaken struct {
	desk.Cases
	first   func()
	refused *casework.Refused
}

func (o *overtaken) Do(ctx context.Context, by, id string, seen uint64, c casework.Command, on when.Day) error {
	if o.refused != nil {
		return o.refused
	}
	o.first()
	return o.Cases.Do(ctx, by, id, seen, c, on)
}

// overtake serves the pages of recipients on casework in which others are faster.
func (k *docket) overtake(t *testing.T, o *overtaken) *desker {
	t.Helper()
	o.Cases = k.cases
	views := desk.Views(k.dossiers, k.Now, k.today)
	server := httptest.NewServer(desk.NewAnswers(k.office, &desk.Casework{Cases: o, View: views, Today: k.today, Answers: k.answers}, k.Now, nil))
	t.Cleanup(server.Close)
	return &desker{TB: t, Client: server.Client(), home: server.URL}
}

// whole holds that a page has no word that is missing, and no place that is empty.
func whole(t *testing.T, doc *goquery.Document) {
	t.Helper()
	text := strings.Join(strings.Fields(doc.Find("title, main").Text()), " ")
	if m := regexp.MustCompile(`\[[a-z]+(\.[a-z0-9-]+)+\]|\{[a-z0-9]+\}`).FindString(text); m != "" {
		t.Errorf("the page shows %q: %s", m, text)
	}
}

// Given a recipient who is overtaken, on the same link or by the office, then they read in
// their language what stands now, with its day and its answer.
func TestRecipientWhoIsOvertakenReadsWhatStands(t *testing.T) {
	answer := []string{"code", "123456", "do", "answer", "answer", "not-official", "standard", "not-stated"}
	for _, lang := range locale.Langs {
		for _, c := range []struct {
			name   string
			deed   casework.Command
			by     bool // an officer does it
			fields []string
			status int
			says   string
		}{
			{"an answer", casework.RecordAnswer{Step: 2, Answer: casework.Answer{Answer: "official", How: casework.ByLink, Notice: 1, Standard: casework.NotStated}}, false, answer, http.StatusGone, "The answer of 28 November 2026 is: "},
			{"a withdrawal", casework.WithdrawNotice{Step: 2, Notice: 1}, true, answer, http.StatusGone, "Since 28 November 2026 it need not be answered."},
			{"a withdrawal before a receipt", casework.WithdrawNotice{Step: 2, Notice: 1}, true, []string{"code", "123456", "do", "acknowledge"}, http.StatusGone, "Since 28 November 2026 it need not be answered."},
			{"an answer before more time", casework.RecordAnswer{Step: 2, Answer: casework.Answer{Answer: "official", How: casework.ByLink, Notice: 1, Standard: casework.NotStated}}, false, []string{"code", "123456", "do", "more-time", "to", "2027-01-15", "ground", "asked"}, http.StatusGone, "The answer of 28 November 2026 is: "},
			{"a request for more time", casework.AskTime{Step: 2, Notice: 1, To: when.DayOf(2027, 1, 15), Ground: "asked"}, false, []string{"code", "123456", "do", "more-time", "to", "2027-01-15", "ground", "asked"}, http.StatusConflict, "This request is on the record already"},
			{"the office moves on", casework.RecordAnswer{Step: 2, Answer: casework.Answer{Answer: "official", How: "letter", Standard: casework.NotStated}}, true, []string{"code", "123456", "do", "more-time", "to", "2027-01-15", "ground", "asked"}, http.StatusConflict, "The office has moved on"},
		} {
			k := withCases(t)
			id := k.open(t, "mss-criminal")
			k.act(t, id, casework.RecordAnswer{Step: 1, Answer: casework.Answer{Answer: "informed", How: "letter"}})
			k.write(t, id, 2, "en", "one", 30)
			by := ""
			if c.by {
				by = k.first.id
			}
			r := k.overtake(t, &overtaken{first: func() {
				if err := k.cases.Do(t.Context(), by, id, 0, c.deed, 0); err != nil {
					t.Errorf("%s: %v", c.name, err)
				}
			}})
			response, doc := r.submit("/answer/"+string(lang)+"/one", c.fields...)
			r.says(response, doc, c.status)
			if whole(t, doc); lang == locale.English {
				r.says(response, doc, c.status, c.says)
			}
		}
	}
}

// Of parallel answers on one link one is recorded; every other reads which.
func TestParallelAnswersOnOneLink(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	k.act(t, id, casework.RecordAnswer{Step: 1, Answer: casework.Answer{Answer: "informed", How: "letter"}})
	k.write(t, id, 2, "en", "one", 30)
	var mu sync.Mutex
	var statuses []int
	together(6, func(i int) {
		r := k.answerer(t)
		response, doc := r.submit("/answer/en/one", "code", "123456", "do", "answer", "answer", []string{"official", "not-official"}[i%2], "standard", "not-stated")
		whole(t, doc)
		mu.Lock()
		defer mu.Unlock()
		if statuses = append(statuses, response.StatusCode); response.StatusCode != http.StatusOK {
			r.says(response, doc, http.StatusGone, "The answer of 28 November 2026 is: ")
		}
	})
	if slices.Sort(statuses); statuses[0] != http.StatusOK || statuses[1] != http.StatusGone {
		t.Errorf("they answer %v", statuses)
	}
	if c := k.caseOf(t, id); len(c.Step(2).Answers) != 1 {
		t.Errorf("%d answers are on the record", len(c.Step(2).Answers))
	}
}

// Whatever code a deed of a recipient is refused with, the page says it in whole words, in
// every language.
func TestRecipientHasWordsForEveryRefusal(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	k.write(t, id, 1, "en", "one", 30)
	o := new(overtaken)
	r := k.overtake(t, o)
	for _, code := range casework.Codes {
		o.refused = &casework.Refused{Code: code, Day: k.today(), Leave: &casework.Leave{Until: k.today() + 1}}
		for _, lang := range locale.Langs {
			for _, fields := range [][]string{
				{"do", "answer", "answer", "informed"}, {"do", "acknowledge"}, {"do", "more-time", "to", "2027-01-15", "ground", "mood"},
			} {
				response, doc := r.submit("/answer/"+string(lang)+"/one", append([]string{"code", "123456"}, fields...)...)
				whole(t, doc)
				if text := doc.Find("h1").Text(); response.StatusCode < 400 || response.StatusCode >= 500 || text == "" {
					t.Errorf("%s, %s: %d %q", code, lang, response.StatusCode, text)
				}
			}
		}
	}
}

// Given an officer who sends one form twice, then they are told that they did it already, and
// what; who did something else in another tab is told that. Nobody is faster than themselves.
func TestWhoPressesTwiceIsToldWhatTheyDid(t *testing.T) {
	k := withCases(t)
	id := k.extendable(t, &instrument.Extension{AtMost: when.Days(20), Times: 3})
	k.write(t, id, 1, "en", "one", 30)
	officer := k.signedIn(t, "lakay")
	at := "/en/cases/" + id
	twice := func(address, did string, fields ...string) {
		t.Helper()
		r, doc := officer.submit(address, fields...)
		officer.says(r, doc, http.StatusOK)
		r, doc = officer.submit(address, fields...)
		officer.says(r, doc, http.StatusConflict, "You did this already: lakay "+did, "Nothing was done a second time.")
		if text := doc.Find("main").Text(); strings.Contains(text, "faster") {
			t.Errorf("%s: who was faster than themselves? %s", address, text)
		}
	}
	now := func() string {
		_, doc := officer.page(at)
		return seen(doc)
	}
	twice(at+"/remedy", "recorded a remedy", "seen", now(), "kind", "assistance")
	twice(at+"/steps/1/extend", "moved the clock", "seen", now(), "to", "2027-01-10", "ground", "asked")
	old := now()
	twice(at+"/steps/1/pause", "moved the clock", "seen", old, "ground", "safety")
	r, doc := officer.submit(at+"/steps/1/extend", "seen", old, "to", "2027-01-12", "ground", "asked")
	officer.says(r, doc, http.StatusConflict, "You have changed it yourself meanwhile: lakay moved the clock", "Nothing of this was done")
	twice(at+"/steps/1/notices/1/withdraw", "withdrew a letter", "seen", now())

	ids := k.incidents(t, 2)
	if err := k.cases.Merge(t.Context(), k.first.id, ids[0], ids[1], 0); err != nil {
		t.Fatal(err)
	}
	_, doc = officer.page("/en/incidents/" + ids[0])
	twice("/en/incidents/"+ids[0]+"/split", "split the incident", inForm(doc, "/split")...)
}

// Of two officers who merge across each other, or into what was merged meanwhile, the later
// is told who found what to be the same, and what to choose.
func TestLoserOfAMergeIsToldWhatTheWinnerFound(t *testing.T) {
	k := withCases(t)
	k.admit(t, "marasa")
	one, other := k.signedIn(t, "lakay"), k.signedIn(t, "marasa")
	for range 5 {
		ids := k.incidents(t, 2)
		_, a := one.page("/en/incidents/" + ids[0])
		_, b := other.page("/en/incidents/" + ids[1])
		forms := [][]string{inForm(a, "/merge", "into", ids[1]), inForm(b, "/merge", "into", ids[0])}
		var said [2]string
		var status [2]int
		together(2, func(i int) {
			r, doc := []*desker{one, other}[i].submit("/en/incidents/"+ids[i]+"/merge", forms[i]...)
			status[i], said[i] = r.StatusCode, strings.Join(strings.Fields(doc.Find("main").Text()), " ")
		})
		loser := slices.Index(status[:], http.StatusConflict)
		if loser < 0 || status[1-loser] != http.StatusOK {
			t.Fatalf("they answer %v: %q", status, said)
		}
		if winner := []string{"marasa", "lakay"}[loser]; !strings.Contains(said[loser], winner+" has found incident") || !strings.Contains(said[loser], "the two are one already") {
			t.Errorf("the loser reads: %s", said[loser])
		}
	}

	ids := k.incidents(t, 3) // numbers 11 to 13
	_, doc := one.page("/en/incidents/" + ids[0])
	fields := inForm(doc, "/merge", "into", ids[1])
	_, doc = other.page("/en/incidents/" + ids[1])
	r, doc := other.submit("/en/incidents/"+ids[1]+"/merge", inForm(doc, "/merge", "into", ids[2])...)
	other.says(r, doc, http.StatusOK)
	r, doc = one.submit("/en/incidents/"+ids[0]+"/merge", fields...)
	one.says(r, doc, http.StatusConflict, "marasa has found incident 12 to be the same as incident 13", "Nothing was done.", "choose incident 13")
	r, doc = other.submit("/en/incidents/"+ids[0]+"/merge", fields...)
	other.says(r, doc, http.StatusConflict, "Incident 12 is the same as incident 13", "choose incident 13")
}

// A case whose procedure asks the State for something opens with its State, or with the plain
// choice of none; a procedure that asks none of it opens without.
func TestCaseOpensWithAStateOrWithNoneByChoice(t *testing.T) {
	k := withCases(t)
	officer := k.signedIn(t, "lakay")
	open := func(procedure string, status int, words string, state ...string) {
		t.Helper()
		fields := append([]string{"mission", "mss", "procedure", procedure, "allegation", k.allegation(t)}, state...)
		r, doc := officer.submit("/en/cases", fields...)
		officer.says(r, doc, status, words)
	}
	open("mss-criminal", http.StatusBadRequest, "A State is to be chosen")
	open("mss-criminal", http.StatusBadRequest, "A State is to be chosen", "state", "")
	open("mss-criminal", http.StatusOK, "The case is open.", "state", "none")
	open("mss-criminal", http.StatusOK, "Kenya", "state", "kenya")
	open("mss-civil", http.StatusOK, "The case is open.")
	open("mss-criminal", http.StatusBadRequest, "The server cannot read this form", "state", "atlantis")
}
