package desk_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"temwen/casework"
	"temwen/instrument"
	"temwen/when"
)

// leave is what a recipient's page says of more time.
func leave(doc *goquery.Document) string {
	return strings.Join(strings.Fields(doc.Find("details.card").Text()), " ")
}

// askFor asks on the link "one" for time until a day; the page answers with a status and
// says some words.
func (d *desker) askFor(to string, status int, words ...string) *goquery.Document {
	d.Helper()
	r, doc := d.submit("/answer/en/one", "code", "123456", "do", "more-time", "to", to, "ground", "evidence")
	d.says(r, doc, status, words...)
	return doc
}

// caseOf is a case as the record has it.
func (k *docket) caseOf(t testing.TB, id string) *casework.Case {
	t.Helper()
	c, err := k.cases.Case(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Who asks for more time on the link is told what the agreement allows, how much of it was
// had, and that the office decides; what cannot be given cannot be asked for, and why not
// is said on the form.
func TestRecipientIsToldHowMuchTimeThereMayBe(t *testing.T) {
	k := withCases(t)
	id := k.extendable(t, &instrument.Extension{AtMost: when.Days(20), Times: 1}) // due on 28 December 2026
	k.write(t, id, 1, "en", "one", 30)
	r := k.answerer(t)
	_, doc := r.submit("/answer/en/one", "code", "123456")
	for _, want := range []string{
		"The time can be extended once, by at most 20 days: ", "Extensions given: 0.", "You can ask for a day until 17 January 2027 at the latest.",
		"The office decides. Until it agrees, the day stays the same.",
	} {
		if !strings.Contains(leave(doc), want) {
			t.Errorf("of more time the page does not say %q: %s", want, leave(doc))
		}
	}
	if to := doc.Find("#to"); to.AttrOr("min", "") != "2026-12-29" || to.AttrOr("max", "") != "2027-01-17" {
		t.Errorf("it takes days from %q to %q", to.AttrOr("min", ""), to.AttrOr("max", ""))
	}
	doc = r.askFor("2027-01-18", http.StatusUnprocessableEntity, "That is more time than may be given. Choose a day until 17 January 2027. Nothing was recorded.")
	form := doc.Find("details.card")
	if _, open := form.Attr("open"); !open || form.Find("#to").AttrOr("value", "") != "2027-01-18" || form.Find("#ground option[selected]").AttrOr("value", "") != "evidence" {
		t.Error("the form is not shown as it was filled in")
	}
	r.askFor("2026-12-28", http.StatusUnprocessableEntity, "You have time until 28 December 2026 already. Choose a later day.")
	r.askFor("2026-11-28", http.StatusUnprocessableEntity, "Choose a day to come.")
	response, doc := r.submit("/answer/en/one", "code", "123456", "do", "more-time", "to", "2027-01-10", "ground", "mood")
	r.says(response, doc, http.StatusUnprocessableEntity, "Choose one of the grounds.")
	if c := k.caseOf(t, id); len(c.Step(1).Asked) > 0 {
		t.Errorf("what was refused stands on the record: %+v", c.Step(1).Asked)
	}
	r.askFor("2027-01-17", http.StatusOK, "Your request for more time is on the record.")

	k.act(t, id, casework.MoveClock{Step: 1, Move: casework.Move{Kind: casework.Extended, To: when.DayOf(2027, 1, 17), Ground: "asked"}})
	doc = r.askFor("2027-01-20", http.StatusUnprocessableEntity, "That is all the time that there may be: no more can be asked for.", "One extension was given.")
	if doc.Find("#to").Length() > 0 {
		t.Error("the page asks for what there may not be")
	}
	k.days(t, 60)
	doc = r.askFor("2027-03-20", http.StatusUnprocessableEntity, "The day was 17 January 2027: time that has run out cannot be extended. You can still answer")
	if doc.Find("#to").Length() > 0 || doc.Find(`input[name="answer"]`).Length() == 0 {
		t.Error("after the day the page does not ask for the answer alone")
	}
}

// Where the agreement does not say, the page says that it does not, and that the office
// decides: of any extension, of how long one may be, and where no day is set at all.
func TestRecipientIsToldThatTheAgreementSaysNothing(t *testing.T) {
	k := withCases(t)
	says := func(max string, words ...string) {
		t.Helper()
		for _, lang := range []string{"en", "ht", "fr", "es"} {
			r := k.answerer(t)
			response, doc := r.submit("/answer/"+lang+"/one", "code", "123456")
			r.says(response, doc, http.StatusOK)
			said := leave(doc)
			if strings.Contains(said, "answer.time") || doc.Find("#to").AttrOr("max", "") != max {
				t.Errorf("in %s, until %q, the page says of more time: %s", lang, doc.Find("#to").AttrOr("max", ""), said)
			}
			if missing := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return strings.Contains(said, w) }); lang == "en" && len(missing) > 0 {
				t.Errorf("of more time the page does not say %q: %s", missing, said)
			}
		}
	}
	k.write(t, k.open(t, "mss-criminal"), 1, "en", "one", 30)
	says("2027-11-28", "the agreement says nothing of more time. So the office decides.", "until 28 November 2027 at the latest", "Until it agrees, the day stays the same.")
	r := k.answerer(t)
	r.askFor("2027-11-29", http.StatusUnprocessableEntity, "That is more time than may be given. Choose a day until 28 November 2027.")

	k = withCases(t)
	k.write(t, k.extendable(t, &instrument.Extension{Times: 2}), 1, "en", "one", 30)
	says("2027-11-28", "The time can be extended 2 times: ", "For how long at once, the agreement does not say")

	k = withCases(t)
	k.act(t, k.open(t, "mss-criminal"), casework.SendNotice{Step: 1, Notice: casework.Notice{Language: "en", How: "post", Proof: "RR", Link: casework.LinkHash("one"), Code: "123456"}})
	says("2027-11-28", "No day is set by which you must answer.", "the agreement says nothing of more time.")
	k.answerer(t).askFor("2027-03-01", http.StatusOK, "Your request for more time is on the record.")
}

// Who has only the link, and not the code, can keep the letter closed for a quarter of an
// hour after a wrong code, and nothing more: trying on makes the wait no longer, nothing of
// it stands on the record, other letters open, and so does a new one of the same step.
func TestWrongCodesCloseALetterForAQuarterOfAnHour(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	k.write(t, id, 1, "en", "one", 30)
	k.write(t, id, 1, "en", "two", 30)
	changed := k.caseOf(t, id).Changed
	outsider, recipient := k.answerer(t), k.answerer(t)
	forge := func(token string, fields ...string) {
		t.Helper()
		r, doc := outsider.submit("/answer/en/"+token, append([]string{"code", "000000"}, fields...)...)
		outsider.says(r, doc, http.StatusForbidden)
		if text := doc.Text(); strings.Contains(text, "Kenya") || doc.Find("article.letter").Length() > 0 {
			t.Errorf("without the code the page tells %s", text)
		}
	}
	opens := func(token string, status int, words ...string) {
		t.Helper()
		r, doc := recipient.submit("/answer/en/"+token, "code", "123456")
		recipient.says(r, doc, status, words...)
	}
	for range 30 { // as long as the wait can become
		forge("one", "do", "answer", "answer", "informed")
		forge("one", "do", "acknowledge")
		k.pass(20 * time.Minute)
	}
	for range 30 {
		forge("one", "do", "more-time", "to", "2027-01-15", "ground", "asked")
		k.pass(20 * time.Second) // ten minutes in all: those after the first prolong nothing
	}
	opens("one", http.StatusForbidden, "There were too many wrong tries. Wait a quarter of an hour, or call the office.")
	opens("two", http.StatusOK)
	k.pass(5*time.Minute + time.Second)
	opens("one", http.StatusOK)
	if c := k.caseOf(t, id); c.Changed != changed || c.Step(1).Notices[0].Withdrawn != nil {
		t.Errorf("wrong codes have changed the case: %+v", c.Step(1))
	}
	for range 30 {
		forge("one")
		k.pass(20 * time.Minute)
	}
	forge("one")
	opens("one", http.StatusForbidden, "There were too many wrong tries.")
	officer := k.signedIn(t, "lakay")
	for _, page := range []string{"/en/board", "/en/cases/" + id} {
		r, doc := officer.page(page)
		officer.says(r, doc, http.StatusOK, "Wrong codes tried on its link: 31", "its recipient may be kept out")
	}
	k.write(t, id, 1, "en", "three", 30) // what the office does when it is called
	opens("three", http.StatusOK)
	k.pass(20 * time.Minute)
	opens("one", http.StatusOK)
	r, doc := officer.page("/en/board")
	officer.says(r, doc, http.StatusOK)
	if doc.Find("#closed").Length() > 0 {
		t.Error("the board tells of a link that its recipient has opened")
	}
}
