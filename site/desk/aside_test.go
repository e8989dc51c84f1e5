package desk_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"temwen/casework"
)

// An officer sets an answer aside on the case's page; the page, the history and who has
// the link are told, and whoever does it at the same time is told who was faster.
func TestAnswerSetAsideOnThePage(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	k.admit(t, "marasa")
	k.act(t, id, casework.RecordAnswer{Step: 1, Answer: casework.Answer{Answer: "informed", How: "letter"}})
	k.write(t, id, 2, "en", "one", 30)
	r := k.answerer(t)
	code := func(more ...string) []string { return append([]string{"code", "123456"}, more...) }
	response, doc := r.submit("/answer/en/one", code("do", "answer", "answer", "official", "standard", "not-stated")...)
	r.says(response, doc, http.StatusOK, "Your answer is on the record")
	k.write(t, id, 3, "en", "two", 30)

	at := "/en/cases/" + id
	officer, second := k.signedIn(t, "lakay"), k.signedIn(t, "marasa")
	c, err := k.cases.Case(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	seen := strconv.FormatUint(c.Changed, 10)
	response, doc = officer.page(at)
	officer.says(response, doc, http.StatusOK, "Set this answer aside", "Later answers rest on this one: step 2.")
	if n := doc.Find(`form[action$="/answers/1/set-aside"]`).Length(); n != 1 {
		t.Errorf("%d answers can be set aside: the first cannot, for the second rests on it", n)
	}
	response, doc = officer.submit(at+"/steps/1/answers/1/set-aside", "seen", seen, "ground", "mistake")
	officer.says(response, doc, http.StatusConflict, "Later answers rest on this one")
	response, doc = officer.submit(at+"/steps/2/answers/1/set-aside", "seen", seen, "ground", "other")
	officer.says(response, doc, http.StatusBadRequest, "Another ground is said in words")
	response, doc = officer.submit(at+"/steps/2/answers/1/set-aside", "seen", seen, "ground", "other", "note", "The State wrote that it meant another case.")
	officer.says(response, doc, http.StatusOK, "The answer is set aside.", "Set aside on 28 November 2026 by lakay: another ground, in words The State wrote",
		"Waits again since 28 November 2026", "Dropped on 28 November 2026", "withdrawn on 28 November 2026")
	if history := doc.Find("#history ~ table").Text(); !strings.Contains(history, "Answer set aside: ") {
		t.Errorf("the history says %s", history)
	}
	response, doc = second.submit(at+"/steps/2/answers/1/set-aside", "seen", seen, "ground", "mistake")
	second.says(response, doc, http.StatusConflict, "lakay was faster, and set an answer aside")
	response, doc = second.submit(at+"/steps/2/answers/1/set-aside", "seen", "0", "ground", "mistake")
	second.says(response, doc, http.StatusConflict, "lakay was faster, and set an answer aside")
	response, doc = second.submit(at+"/steps/3/answer", "seen", "0", "answer", "accepts", "how", "letter")
	second.says(response, doc, http.StatusConflict, "This step was dropped")

	response, doc = r.submit("/answer/en/two", code()...)
	r.says(response, doc, http.StatusGone, "The office has withdrawn this letter")
	response, doc = r.submit("/answer/en/one", code()...)
	r.says(response, doc, http.StatusOK, "Your answer of 28 November 2026 does not count any more", "the office set an answer aside")
	response, doc = r.submit("/answer/en/one", code("do", "answer", "answer", "not-official", "standard", "not-stated")...)
	r.says(response, doc, http.StatusOK, "Your answer is on the record")
	for _, lang := range []string{"ht", "fr", "es"} {
		response, doc = officer.page("/" + lang + "/cases/" + id)
		officer.says(response, doc, http.StatusOK)
		if text := doc.Text(); strings.Contains(text, "case.aside") {
			t.Errorf("in %s words are missing", lang)
		}
	}
}
