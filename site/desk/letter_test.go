package desk_test

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"temwen/casework"
	"temwen/dossier"
	"temwen/locale"
	"temwen/office"
	"temwen/publish"
	"temwen/site/desk"
)

// write writes and sends the letter of a step, to be answered on the link of a token within some
// days, as the desk writes it.
func (k *docket) write(t testing.TB, id string, step int, lang locale.Lang, token string, days int) {
	t.Helper()
	c, err := k.cases.Case(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	by := soon(k, days)
	w := desk.Writer{View: publish.See(k.dossier, publish.On(k.today())), Office: k.state(t).Name}
	letter, err := w.Letter(c, c.Step(step), desk.Writing{Lang: lang, Day: k.today(), By: by, Answers: k.answers, Link: casework.LinkHash(token)}).Encode()
	if err != nil {
		t.Fatal(err)
	}
	k.act(t, id, casework.SendNotice{Step: step, Letter: letter, Notice: casework.Notice{
		Language: string(lang), How: "post", Proof: "RR", By: by, Link: casework.LinkHash(token), Code: "123456",
	}})
}

// revise has the dossier say something else from now on.
func (k *docket) revise(t testing.TB, change func(*dossier.Dossier)) {
	t.Helper()
	d, err := dossier.Load(os.DirFS("../../missions/haiti"), dossier.Options{})
	if err != nil {
		t.Fatal(err)
	}
	change(d)
	k.dossier = d
	k.pass(2 * time.Minute) // the desk reads it again
}

// renamed and otherwise are changes of a dossier.
func renamed(d *dossier.Dossier) {
	for _, a := range d.Actors {
		a.Name = locale.Text{"fr": "Autre nom", "en": "Another name"}
	}
}

func otherwise(d *dossier.Dossier) {
	for _, in := range d.Instruments {
		for i := range in.Provisions {
			in.Provisions[i].Says = locale.Text{"en": "The clause says something else."}
		}
	}
}

// words are those of the letter on a page.
func words(doc *goquery.Document) string {
	letter := doc.Find("article.letter").Clone()
	letter.Find(".letter-sum, .letter-link").Remove()
	return strings.Join(strings.Fields(letter.Text()), " ")
}

// Given a letter that an officer has seen and sent, when the procedure, a name, a clause
// and the clock change, then every page shows the letter as it was sent, and what
// happened since beside it, and its bytes have the SHA-256 that the paper has.
func TestSentLetterStays(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	k.act(t, id, casework.RecordAnswer{Step: 1, Answer: casework.Answer{Answer: "informed", How: "letter", Standard: casework.NotStated}})
	k.act(t, id, casework.RecordAnswer{Step: 2, Answer: casework.Answer{Answer: "official", How: "letter", Standard: casework.NotStated}})
	at := "/en/cases/" + id + "/steps/3/"
	officer := k.signedIn(t, "lakay")
	_, doc := officer.page(at + "letter?lang=fr&facts=1")
	link, sum := doc.Find(".letter-link code").Text(), doc.Find(".letter-sum code").Text()
	paper := words(doc)
	r, doc := officer.submit(at+"letter", inForm(doc, "/letter", "how", "post", "proof", "RR 1")...)
	officer.says(r, doc, 200, "The letter is recorded as sent", "SHA-256 of the letter that is kept: "+sum)
	for _, want := range []string{"Kenya", "À :", "allégations", "28 novembre 2026"} {
		if !strings.Contains(paper, want) {
			t.Errorf("the letter does not say %q: %s", want, paper)
		}
	}

	k.revise(t, func(d *dossier.Dossier) {
		renamed(d)
		otherwise(d)
		for _, p := range d.Procedures {
			for i := range p.Steps {
				p.Steps[i].Title, p.Steps[i].Asks = locale.Text{"en": "Another title"}, locale.Text{"en": "Something else is asked"}
			}
		}
	})
	officer = k.signedIn(t, "lakay")
	r, doc = officer.submit("/en/cases/"+id+"/adopt", "seen", "0")
	officer.says(r, doc, 200, "Another title")
	c, err := k.cases.Case(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	due, _ := c.Due(c.Step(3), k.today())
	k.act(t, id, casework.MoveClock{Step: 3, Move: casework.Move{Kind: casework.Extended, To: due + 20, Ground: "asked"}})
	if _, doc = officer.page(at + "letter?lang=fr"); !strings.Contains(words(doc), "Another title") {
		t.Fatal("the next letter is as the last: the test shows nothing")
	}

	for _, name := range []string{"resevwa", "piblik", "odit"} {
		k.admit(t, name)
	}
	k.roles(t, map[string][]office.Role{
		"lakay": {office.LegalOfficer, office.Administrator}, "resevwa": {office.IntakeOfficer, office.LegalOfficer}, "piblik": {office.Publisher}, "odit": {office.Auditor},
	})
	for _, name := range []string{"lakay", "odit"} {
		who := k.signedIn(t, name)
		r, doc = who.page(at + "notices/1")
		who.says(r, doc, 200, "The letter as it was sent, word for word", "Since the letter was sent", "more time was given", "How to check the letter")
		if later := doc.Find(".later").Text(); words(doc) != paper || strings.Contains(paper, "more time") || !strings.Contains(later, "due by") {
			t.Errorf("%s is shown %q, and %q was sent; beside it %q", name, words(doc), paper, later)
		}
		if doc.Find(".letter-sum code").Text() != sum || strings.Contains(doc.Text(), link) {
			t.Errorf("%s is shown another SHA-256, or the link", name)
		}
		r, err := who.Get(who.home + doc.Find("a[download]").AttrOr("href", ""))
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r.Body)
		if got := sha256.Sum256(b); err != nil || hex.EncodeToString(got[:]) != sum {
			t.Errorf("%s downloads other bytes than the paper's SHA-256 says: %.200q (%v)", name, b, err)
		}
		_ = r.Body.Close()
	}
	for _, lang := range []string{"/fr/", "/es/"} {
		recipient := k.answerer(t)
		_, answer, _ := strings.Cut(link, "/answer/fr/")
		r, doc = recipient.submit("/answer"+lang+answer, "code", strings.ReplaceAll(k.noticeOf(t, id, 3, 1).Code, " ", ""))
		if recipient.says(r, doc, 200); words(doc) != paper || !has(doc, ".later li") || doc.Find(".letter-sum code").Text() != sum {
			t.Errorf("at %s the recipient is shown %q, and %q was sent", lang, words(doc), paper)
		}
	}

	// Damaged, it is not shown; withdrawn and erased, it is withdrawn and erased.
	k.act(t, id, casework.WithdrawNotice{Step: 3, Notice: 1})
	r, doc = officer.page(at + "notices/1")
	officer.says(r, doc, 200, "withdrawn on 28 November 2026", "the office withdrew the letter")
	db, err := sql.Open("sqlite", "file:"+filepath.Join(k.dir, "record.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `UPDATE content SET bytes = CAST(replace(bytes, 'Kenya', 'Qenya') AS BLOB)`); err != nil {
		t.Fatal(err)
	}
	r, doc = officer.page(at + "notices/1")
	if officer.says(r, doc, 200, "What is kept is not the letter that was sent", "temwen verify"); has(doc, "article.letter") {
		t.Error("a letter that was changed is shown")
	}
}

// noticeOf is a notice of a case.
func (k *docket) noticeOf(t testing.TB, id string, step, notice int) casework.Notice {
	t.Helper()
	c, err := k.cases.Case(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	return c.Step(step).Notices[notice-1]
}

// What an officer records as sent is the letter that they saw: where the text or the
// case has changed since the page was shown, they are told, are shown the letter as it
// is now, and nothing is recorded.
func TestLetterThatWasNotSeenIsNotSent(t *testing.T) {
	k := withCases(t)
	k.admit(t, "marasa")
	id := k.open(t, "mss-criminal")
	at := "/en/cases/" + id + "/steps/1/letter"
	officer := k.signedIn(t, "lakay")
	_, doc := officer.page(at)
	fields := inForm(doc, "/letter", "how", "courier", "proof", "RR 1")
	k.pass(24 * time.Hour)
	officer = k.signedIn(t, "lakay")
	seen := func(name string) *goquery.Document {
		t.Helper()
		r, doc := officer.submit(at, fields...)
		if officer.says(r, doc, 409, "This letter is not the one that you had before you", "Nothing was recorded"); doc.Find("#proof").AttrOr("value", "") != "RR 1" || doc.Find("#how option[selected]").AttrOr("value", "") != "courier" {
			t.Errorf("%s: what was written on the form is lost", name)
		}
		if c, err := k.cases.Case(t.Context(), "", id); err != nil || len(c.Step(1).Notices) > 0 && c.Step(1).Notices[0].Proof == "RR 1" {
			t.Fatalf("%s: it was recorded (%v)", name, err)
		}
		return doc
	}

	// The clause is another.
	k.revise(t, otherwise)
	officer = k.signedIn(t, "lakay")
	doc = seen("a clause")
	if !strings.Contains(words(doc), "The clause says something else.") {
		t.Errorf("the new text is not shown: %s", words(doc))
	}

	// Another officer was faster.
	fields = inForm(doc, "/letter", "how", "courier", "proof", "RR 1")
	other := k.signedIn(t, "marasa")
	_, doc = other.page(at)
	r, doc := other.submit(at, inForm(doc, "/letter", "how", "post", "proof", "RR 2")...)
	other.says(r, doc, 200, "The letter is recorded as sent")
	doc = seen("another officer")
	officer.says(r, doc, 200, "marasa was faster")
	if !strings.Contains(words(doc), "lettre 2") || !strings.Contains(words(doc), "Rappel") {
		t.Errorf("the new text is no reminder: %s", words(doc))
	}

	// What is shown then can be sent; and a day in advance cannot, nor a made up letter.
	fields = inForm(doc, "/letter", "how", "courier", "proof", "RR 3")
	for _, wrong := range [][]string{{"day", "2027-01-01"}, {"on", "2026-11-01"}, {"day", "soon"}, {"day", "2026-11-01"}} {
		r, _ = officer.submit(at, append(slices.Clone(fields), wrong...)...)
		if r.StatusCode != 400 && r.StatusCode != 409 {
			t.Errorf("with %q it answers %d", wrong, r.StatusCode)
		}
	}
	r, doc = officer.submit(at, append(slices.Clone(fields), "letter", strings.Repeat("0", 64))...)
	officer.says(r, doc, 409, "Nothing was recorded")
	r, doc = officer.submit(at, fields...)
	officer.says(r, doc, 200, "The letter is recorded as sent")
	if n := k.noticeOf(t, id, 1, 2); n.Letter == "" || n.Proof != "RR 3" {
		t.Errorf("the reminder is %+v", n)
	}

	// Nothing can be reminded of once both are withdrawn.
	k.act(t, id, casework.WithdrawNotice{Step: 1, Notice: 1})
	if _, doc := officer.page(at); !strings.Contains(words(doc), "Rappel") {
		t.Error("a letter is no reminder though one stands")
	}
	k.act(t, id, casework.WithdrawNotice{Step: 1, Notice: 2})
	if _, doc := officer.page(at); strings.Contains(words(doc), "Rappel") {
		t.Error("a letter reminds of withdrawn ones")
	}
	_, doc = officer.page("/en/cases/" + id)
	if offered := doc.Find("#step-1").Text(); !strings.Contains(offered, "Write a letter") || strings.Contains(offered, "Write a reminder") {
		t.Errorf("the case offers to remind of withdrawn letters: %s", offered)
	}
}

// A letter that was printed and has changed before the officer comes back is told of.
func TestPrintedLetterThatChangedIsToldOf(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	at := "/en/cases/" + id + "/steps/1/letter"
	_, doc := k.signedIn(t, "lakay").page(at + "?lang=es&day=2026-11-28&facts=1")
	first := words(doc)
	k.pass(3 * 24 * time.Hour)
	officer := k.signedIn(t, "lakay")
	r, doc := officer.page(at)
	if officer.says(r, doc, 200); words(doc) != first || has(doc, ".problem.screen") {
		t.Errorf("three days later the letter is %q, and was %q", words(doc), first)
	}
	k.revise(t, otherwise)
	r, doc = officer.page(at)
	officer.says(r, doc, 200, "This letter is not as it was when you saw it on 1 December 2026", "The clause says something else.")
	if _, doc = officer.page(at); has(doc, ".problem.screen") {
		t.Error("it is told of again")
	}
	r, doc = officer.page(at + "?lang=ht")
	if officer.says(r, doc, 200); has(doc, ".problem.screen") {
		t.Error("what the officer has chosen is told of as a change")
	}
}

// Of a letter of which only the dispatch was recorded, every page says plainly that it is
// not kept, and none makes one up.
func TestLetterThatIsNotKept(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	k.act(t, id, casework.SendNotice{Step: 1, Notice: casework.Notice{Language: "en", How: "post", Proof: "RR", By: soon(k, 30), Link: casework.LinkHash("one"), Code: "123456"}})
	officer := k.signedIn(t, "lakay")
	for _, page := range []string{"", "/steps/1/notices/1"} {
		r, doc := officer.page("/en/cases/" + id + page)
		if officer.says(r, doc, 200, "The letter as it was sent is not kept here."); has(doc, "article.letter") {
			t.Errorf("%s makes a letter up", page)
		}
	}
	if r, _ := officer.page("/en/cases/" + id + "/steps/1/notices/1/letter.json"); r.StatusCode != http.StatusNotFound {
		t.Errorf("the file of a letter that is not kept answers %d", r.StatusCode)
	}
	r, doc := k.answerer(t).submit("/answer/en/one", "code", "123456")
	if officer.says(r, doc, 200, "The letter as it was sent is not kept here. The one that you have counts.", "Give this answer"); has(doc, "article.letter") {
		t.Error("the recipient is shown a letter that was made up")
	}
}
