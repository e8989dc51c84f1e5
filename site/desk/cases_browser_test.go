package desk_test

import (
	"flag"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"temwen/casework"
	"temwen/office"
	"temwen/seal"
	"temwen/site/report"
	"temwen/site/sitetest"
	"temwen/told"
	"temwen/when"
)

// casePictures is a folder for pictures of the pages of casework:
//
//	go test ./site/desk -run TestCasesInChromium/pictures -case-pictures DIR
var casePictures = flag.String("case-pictures", "", "write pictures of the pages of casework into this `folder`")

// Casework in a real browser.
func TestCasesInChromium(t *testing.T) {
	b := sitetest.Start(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *sitetest.Browser)
	}{
		{"from a report to silence and a late answer", testSilence},
		{"a claim that no forum hears", testNoForum},
		{"two officers erase a case", testErasure},
		{"two people decide what is public", testDecisions},
		{"one track hands on to the next", testTracks},
		{"a recipient asks for more time", testMoreTime},
		{"who presses twice sends once", testPressedTwice},
		{"nothing is in the way", testCaseAxe},
		{"pictures", testCasePictures},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, b) })
	}
}

// Given a button that is pressed twice before the server has answered, then the form is sent
// once; on the page that comes, it is sent again where it is pressed again.
func testPressedTwice(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	w := k.sit(t, b, "en", atDesk)
	w.signIn("lakay")
	w.open("/cases/" + id)
	sitetest.Ask[bool](w.Tab, `(() => { const open = XMLHttpRequest.prototype.open; window.posts = 0;
		XMLHttpRequest.prototype.open = function (method, ...more) { if (method === "POST") window.posts++; return open.call(this, method, ...more) }; return true })()`)
	for n := 1; n <= 2; n++ {
		if posts := sitetest.Ask[int](w.Tab, `(f => { f.elements.kind.value = "assistance"; f.requestSubmit(); f.requestSubmit(); return window.posts })(document.querySelector("form[action$='/remedy']"))`); posts != n {
			t.Errorf("pressed %d times twice, %d forms are sent", n, posts)
		}
		w.until("the remedies are shown", `document.querySelector("#status")?.innerText === "The remedy is on the record." && document.body.innerText.split("assistance").length > `+strconv.Itoa(n))
		w.until("it is the page that came", `document.querySelector("form[action$='/remedy'] [name=seen]").value !== window.before && (window.before = document.querySelector("form[action$='/remedy'] [name=seen]").value)`)
		if c := k.caseOf(t, id); len(c.Remedies) != n {
			t.Errorf("%d remedies are on the record, and should be %d", len(c.Remedies), n)
		}
	}
}

// days lets days pass, and the clocks be gone over.
func (k *docket) days(t testing.TB, n int) casework.Pass {
	t.Helper()
	k.pass(time.Duration(n) * 24 * time.Hour)
	p, err := k.cases.Pass(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// answer answers the step that waits, on its own page, as an officer does who
// holds a letter in their hand.
func (w *window) answer(step int, answer string) {
	w.Helper()
	at := "#step-" + strconv.Itoa(step)
	w.do("opening the form", chromedp.Click(chromedp.CSS(at+" .todo details.deed:first-child > summary")))
	w.press(at + " input[value=" + answer + "]")
	w.until("no standard of proof is stated", `(s => { if (s) s.value = "not-stated"; return true })(document.querySelector(`+strconv.Quote(at+" select[name=standard]")+`))`)
	w.send(at + " .todo details.deed:first-child button")
	w.sees("The answer is on the record.")
}

// replies chooses an answer on the recipient's page, whose finding states no standard of proof.
func (w *window) replies(answer string) {
	w.Helper()
	w.press("input[value=" + answer + "]")
	w.until("no standard of proof is stated", `(s => { if (s) s.value = "not-stated"; return true })(document.querySelector("#standard"))`)
}

// send presses what leads to another page, and waits until that is there.
func (w *window) send(selector string) {
	w.Helper()
	w.until(selector+" is there", `document.querySelector(`+strconv.Quote(selector)+`)`)
	w.Load(chromedp.Click(chromedp.CSS(selector)))
}

// letter makes the letter of a step and records it as sent; it returns its link
// and code.
func (w *window) letter(step int) (link, code string) {
	w.Helper()
	w.send("#step-" + strconv.Itoa(step) + " .todo a[href$=letter]")
	w.until("the letter is there", `document.querySelector(".letter-link code")`)
	link, code = w.text(".letter-link code"), w.text(".said-code")
	w.write("#proof", "RR 123 456 789")
	w.send("form[method=post].card button")
	w.sees("The letter is recorded as sent.")
	return link, code
}

// divide gives the first officer what comes, and another the cases, who is let in
// for that.
func (k *docket) divide(t testing.TB, name string) {
	t.Helper()
	other := k.admit(t, name)
	k.do(t, k.first.id, office.AssignRoles{Roles: map[string][]office.Role{
		k.first.id: {office.IntakeOfficer, office.Administrator, office.Publisher}, other.id: {office.LegalOfficer},
	}})
}

// phone is the phone of somebody who reported, in Creole, on the reporter's pages.
func (k *docket) phone(t *testing.T, b *sitetest.Browser) *window {
	t.Helper()
	server := httptest.NewServer(report.New(report.At(k.intake), report.Options{PromiseKey: k.store.Key(), Now: k.Now, Today: k.today, Spool: t.TempDir()}))
	t.Cleanup(server.Close)
	return &window{b.Open(t, server.URL, sitetest.Reader{Width: 360, Phone: true}), k.world, "ht"}
}

// reads lets the program tell what there is to tell, and the person come back with
// their code: the last of the messages says these words, and no message says who is
// accused.
func (w *window) reads(k *docket, p person, words ...string) {
	w.Helper()
	if _, err := told.New(k.store, k.intake, k.cases).Pass(w.Context()); err != nil {
		w.Fatal(err)
	}
	w.open("/4")
	w.write("#code", p.code.String())
	w.press("#return .send")
	w.until("the thread is open", `document.querySelector("#thread")?.checkVisibility() && document.querySelector("#status")?.innerText === ""`)
	last := w.text("#messages li:last-child")
	for _, said := range words {
		if !strings.Contains(last, said) {
			w.Errorf("the last message is %q, and should say %q", last, said)
		}
	}
	if all := w.text("#messages"); strings.Contains(all, "Kenya") || strings.Contains(all, "MSS") {
		w.Errorf("who reads over the shoulder learns who is accused: %s", all)
	}
}

// follow opens the link of a letter with its code, as its recipient.
func (w *window) follow(link, code string) {
	w.Helper()
	w.Visit(link)
	w.write("#code", code)
	w.send("form button")
}

// Given a report, when an officer codes an incident, and another opens a case, and
// asks, then the State's silence is on the record by itself; and when the State
// answers on the link after the mission was succeeded, the answer is late, leads on, and
// is good once. The case goes to its end, and the person is told at each step.
func testSilence(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	k.divide(t, "marasa")
	p, thread := k.report(t, door)
	phone := k.phone(t, b)
	intake := k.sit(t, b, "en", atDesk)
	intake.signIn("lakay")
	intake.open("/threads/" + thread)
	officer := intake
	intake.until("what the person allows is there to enter", `document.querySelector("form[action$=heed] select")`)
	intake.choose("form[action$=heed] select", "case")
	intake.send("form[action$=heed] button")
	intake.sees("The person can see it now.")

	// When the officer codes an incident from the report
	officer.open("/threads/" + thread)
	officer.send(`a[href*="incidents/new?thread"]`)
	officer.until("the form is there", `document.querySelector("#act-injury")`)
	officer.send("form .buttons button:not([name])") // too early
	officer.sees("This is not right yet:")
	officer.write("#when", "2026-11-20~")
	officer.choose("#department", "HT01")
	officer.press("#act-injury")
	officer.choose("#hk-1", "injured")
	officer.write("#hl-1", "1")
	officer.write("#hm-1", "2")
	officer.choose("#aa-1", "mss-force")
	officer.choose("#sr-1", "B")
	officer.choose("#sc-1", "2")
	officer.send("form[method=post]:not(.who) .buttons button:not([name])")
	officer.sees("The incident is on the record.")
	officer.sees("injured: 1 to 2")

	// And makes an allegation, and opens a case under the criminal track
	officer.send("aside .deed button")
	officer.sees("The allegation is on the record.")
	incident := strings.TrimPrefix(officer.Path(), "/en")
	officer = k.sit(t, b, "en", atDesk)
	officer.signIn("marasa")
	officer.open(incident)
	officer.send("#allegations ~ table a, .stack a[href*=cases]")
	officer.until("the procedures are there", `document.querySelector("input[name=procedure]")`)
	officer.send(`.contents a[href*="mission=mss"]`)
	officer.until("it is the support mission’s", `document.querySelector("input[name=mission]").value === "mss"`)
	officer.press("#p-mss-criminal")
	officer.choose("#state", "kenya")
	officer.send("form .buttons button")
	officer.sees("The case is open.")
	officer.sees("The Government informs the commander")
	phone.reads(k, p, "Biwo a louvri yon dosye sou sa ou te di a.")

	// And the Government informs, and the commander determines, on the link of a letter
	officer.answer(1, "informed")
	phone.reads(k, p, "Yon repons vini, epi dosye a kontinye.")
	link, code := officer.letter(2)
	phone.reads(k, p, "Biwo a ekri moun ki dwe bay repons yo. Yo dwe reponn pa pita pase")
	commander := &window{b.Open(t, "", sitetest.Reader{Width: 1000}), k.world, "en"}
	commander.follow(link, code)
	commander.replies("official")
	commander.send("form button")
	commander.sees("Your answer is on the record")
	phone.reads(k, p, "di se te nan travay la. Sa pa fini dosye a.")
	officer.Load(chromedp.Reload())
	officer.sees("The State that sent the personnel")

	// And a letter asks the State
	link, code = officer.letter(3)
	officer.sees("RR 123 456 789")
	officer.press("#step-3 .why summary")
	officer.sees("This one is the office’s own")

	// Then a week before the day a reminder is noted, and after it the silence
	if p := k.days(t, 24); p.Reminders != 1 || p.Silences != 0 {
		t.Errorf("before the day %+v is noted", p)
	}
	if p := k.days(t, 7); p.Silences != 1 {
		t.Errorf("after the day %+v is noted", p)
	}
	officer.open("/board")
	officer.sees("The time ran out without an answer.")
	officer.send("#silent ~ table a")
	officer.sees("Silent since")
	phone.reads(k, p, "Moun ki dwe bay repons yo pa reponn a tan.")

	// When the suspect went home with the contingent
	sitetest.Ask[bool](officer.Tab, `document.querySelectorAll("aside details").forEach(d => d.open = true), true`)
	officer.write("#left-when", "2026-11~")
	officer.choose("#left-how", "rotated")
	officer.choose("#left-source", "public")
	officer.send("form[action$=\"/left\"] button")
	officer.sees("It is on the record. The case goes on.")
	officer.sees("about November 2026: relieved with their contingent. A public source says so.")
	phone.reads(k, p, "Yon moun yo akize kite peyi a. Sa pa fini dosye a.")

	// And when the mission was succeeded
	sitetest.Ask[bool](officer.Tab, `document.querySelectorAll("aside details").forEach(d => d.open = true), true`)
	officer.send("form[action$=succeed] button")
	officer.sees("The duties are passed on.")
	phone.reads(k, p, "Dosye a pa fini: kounye a se lòt moun sa yo ki dwe reponn.")

	// And the State follows the link
	state := b.Open(t, "", sitetest.Reader{Width: 360, Phone: true})
	recipient := &window{state, k.world, "en"}
	recipient.Visit(link)
	recipient.sees("write the code that the office told you by telephone")
	if strings.Contains(recipient.text("body"), "Kenya") {
		t.Error("a link without the code tells of the case")
	}
	recipient.write("#code", "000 000")
	if code == "000 000" {
		recipient.write("#code", "111 111")
	}
	recipient.send("form button")
	recipient.sees("This code is wrong.")
	recipient.write("#code", code)
	recipient.send("form button")
	recipient.sees("You can still answer: it will stand on the record, as late.")
	recipient.replies("accepts")
	recipient.send("form button")
	recipient.sees("It stands on the record as late")

	// Then the link is used up, and the case has moved on
	recipient.Visit(link)
	recipient.sees("This link has been answered on already")
	officer.Load(chromedp.Reload())
	officer.sees("late")
	officer.sees("the recipient")
	phone.reads(k, p, "Yon repons vini, men li vin ta.")
	if strings.Contains(phone.text("#messages li:last-child"), "Dosye a fèmen") {
		t.Error("a late answer closes the case")
	}

	// And the case goes on to its end: what the State did, and what was done for who
	// was harmed
	officer.answer(5, "named")
	phone.reads(k, p, "Kounye a nou konnen ki moun k ap fè ankèt la.")
	officer.answer(6, "substantiated")
	officer.answer(7, "repatriated")
	phone.reads(k, p, "Yo voye yon moun yo akize tounen lakay li. Sa pa fini dosye a.")
	officer.answer(7, "convicts")
	phone.reads(k, p, "Yon tribinal di yon moun koupab.")
	sitetest.Ask[bool](officer.Tab, `document.querySelectorAll("aside details").forEach(d => d.open = true), true`)
	officer.choose("#kind", "compensation")
	officer.send("form[action$=remedy] button")
	phone.reads(k, p, "Yo peye lajan pou mal ki te fèt la.")
	officer.answer(8, "told")
	phone.reads(k, p, "Dosye a fèmen.")

	// And the officer sees what the person was told, and when
	officer.sees("What the people who reported were told")
	officer.sees("A court found somebody guilty.")
	for _, w := range []*window{intake, officer, recipient, commander, phone} {
		w.quiet()
	}
}

// Given a civil claim, when the commander certifies that it was official duty and
// nobody names a body for claims, then the case ends with nobody to hear it, and
// says so; and it can be opened again. The person is told what the certificate does.
func testNoForum(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	k.divide(t, "marasa")
	p, thread := k.report(t, door)
	k.allows(t, thread, seal.ConsentCase)
	id := k.resting(t, thread, "mss-civil")
	phone := k.phone(t, b)
	phone.reads(k, p, "Biwo a louvri yon dosye sou sa ou te di a.")
	officer := k.sit(t, b, "en", sitetest.Reader{Width: 360, Phone: true})
	officer.signIn("marasa")
	officer.open("/cases/" + id)

	// When the commander certifies, on the link of a letter
	link, code := officer.letter(1)
	phone.reads(k, p, "Biwo a ekri moun ki dwe bay repons yo.")
	commander := &window{b.Open(t, "", sitetest.Reader{Width: 1000}), k.world, "en"}
	commander.follow(link, code)
	commander.replies("official")
	commander.send("form button")
	commander.sees("Your answer is on the record")

	// Then no court of the country hears it, and the office asks who will
	officer.Load(chromedp.Reload())
	officer.sees("certificate")
	phone.reads(k, p, "yon sètifika ki di se te nan travay la. Dapre sa yo konnen nan akò a, lè sa a tribinal peyi a pa gen dwa jije demann ou an.", "biwo a ap mande ki lòt moun k ap tande l")
	link, code = officer.letter(2)
	commander.follow(link, code)
	commander.replies("none")
	commander.send("form button")
	commander.sees("Your answer is on the record")

	// And where nobody will, that is what came of it, for all to see at the desk, and
	// for the person
	officer.Load(chromedp.Reload())
	officer.sees("nobody to hear it")
	phone.reads(k, p, "Dapre sa biwo a konnen, pa gen pèsonn k ap tande l: ni tribinal ni lòt kote. Sa rete ekri nan rejis la.")

	// When there is somebody after all, the case is opened again
	officer.open("/cases/" + id)
	officer.press("#ends ~ .card summary")
	officer.send("form[action$=reopen] button")
	officer.sees("The case is reopened.")
	officer.sees("reopened on")
	phone.reads(k, p, "Biwo a reprann dosye a.")
	officer.answer(4, "named")
	phone.reads(k, p, "Gen yon kote yo tande demann konsa.", "Kounye a se ou ki pou di si ou vle fè yon demann.")
	for _, w := range []*window{officer, commander, phone} {
		w.quiet()
	}
}

// Given a case, when one officer asks for its erasure and another looks at what would
// go and confirms, then a stone stands at its address, and who still has its page
// open is told by whom it was erased.
func testErasure(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	k.admit(t, "marasa")
	id := k.open(t, "mss-civil")
	one, two := k.sit(t, b, "en", atDesk), k.sit(t, b, "ht", sitetest.Reader{Width: 360, Phone: true})
	one.signIn("lakay")
	two.signIn("marasa")
	one.open("/cases/" + id)
	one.send(`aside a[href$="/erase"]`)
	one.sees("Erase case 1?")
	one.choose("#ground", "law")
	one.send("form[action$=erasure] button")
	one.sees("another officer must do it")
	two.open("/due")
	two.send(`#asked ~ ul a`)
	two.sees("lakay mande pou efase l")
	two.press("#sure")
	one.open("/cases/" + id)
	two.send("form[action$=erase] button")
	two.sees("Dosye 1 efase")
	two.sees("Pa rete anyen")
	one.send("form[action$=assign] button")
	one.sees("marasa has erased it")
	one.send("main a[href*=cases]")
	one.sees("Case 1 was erased")
}

// casePages are the pages of casework, and what stands in them.
func casePages(t *testing.T, k *docket) []string {
	t.Helper()
	id := k.open(t, "mss-criminal")
	k.act(t, id, casework.RecordAnswer{Step: 1, Answer: casework.Answer{Answer: "informed", How: "letter", Standard: casework.NotStated}})
	k.write(t, id, 2, "en", "l", 5)
	other := k.open(t, "mss-civil")
	k.act(t, other, casework.SendNotice{Step: 1, Notice: casework.Notice{Language: "fr", How: "courier", Proof: "RR 2", By: soon(k, 2)}})
	k.keep = casework.Keep{Cases: map[string]when.Period{"mss": when.Days(30)}, Reported: when.Days(30), Public: when.Months(1)}
	k.allegation(t)
	kept := k.open(t, "mss-civil")
	k.act(t, kept, casework.RecordAnswer{Step: 1, Answer: casework.Answer{Answer: "official", How: "letter", Standard: casework.NotStated}})
	k.act(t, kept, casework.RecordAnswer{Step: 2, Answer: casework.Answer{Answer: "none", How: "letter", Standard: casework.NotStated}})
	k.act(t, kept, casework.RecordAnswer{Step: 3, Answer: casework.Answer{Answer: "told", How: "letter", Standard: casework.NotStated}})
	k.days(t, 31)
	k.act(t, id, casework.AskPublication{Fields: []string{"silence"}})
	list, err := k.cases.Incidents(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	erased := k.open(t, "mss-civil")
	marasa := k.admit(t, "marasa").id
	for _, asked := range []string{id, erased} {
		if err := k.cases.AskErasure(t.Context(), marasa, casework.OfCase, asked, "safety"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := k.cases.Erase(t.Context(), k.first.id, casework.OfCase, erased, 0, false); err != nil {
		t.Fatal(err)
	}
	p, thread := k.report(t, door)
	resting := k.resting(t, thread, "mss-complaint")
	k.act(t, resting, casework.SendNotice{Step: 1, Notice: casework.Notice{Language: "en", How: "post", Proof: "RR 3", By: soon(k, 5)}})
	if _, err := told.New(k.store, k.intake, k.cases).Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := k.intake.Withdraw(t.Context(), p.keys.Lookup); err != nil {
		t.Fatal(err)
	}
	twin := k.open(t, "mss-civil")
	of := func(id string) string {
		a, err := k.cases.Allegations(t.Context(), "", id)
		if err != nil || len(a) == 0 {
			t.Fatal(a, err)
		}
		return a[0].Incident
	}
	if err := k.cases.Merge(t.Context(), k.first.id, of(twin), of(other), 0); err != nil {
		t.Fatal(err)
	}
	return []string{
		"/cases/" + twin, "/cases/" + resting, "/cases/" + resting + "/steps/1/letter", "/threads/" + thread,
		"/cases/" + id + "/erase", "/cases/" + erased, "/cases/" + other + "/erase", "/due", "/cases?view=closed",
		"/board", "/cases", "/cases/" + id, "/cases/" + other + "/steps/1/letter", "/cases/new?allegation=" + k.allegation(t),
		"/incidents", "/incidents/" + list[0].ID, "/incidents/new", "/cases/" + id + "/steps/2/notices/1", "/cases/" + other + "/steps/1/notices/1",
	}
}

// Given every page of casework, then axe-core finds nothing, in either scheme, and
// it fits a window of 320 pixels.
func testCaseAxe(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	pages := casePages(t, k)
	narrow := k.sit(t, b, "ht", sitetest.Reader{Width: 320, Phone: true})
	narrow.signIn("lakay")
	for _, page := range pages {
		narrow.FindNothing("/ht"+page, false)
	}
}

// Given a folder, then pictures of the pages of casework are in it.
func testCasePictures(t *testing.T, b *sitetest.Browser) {
	if *casePictures == "" {
		t.Skip("skipped: no folder for pictures was given (-case-pictures DIR)")
	}
	k := withCases(t)
	pages := casePages(t, k)
	for _, c := range []struct {
		name, lang string
		reader     sitetest.Reader
	}{
		{"phone-light", "ht", sitetest.Reader{Width: 360, Phone: true}},
		{"desk-dark", "en", sitetest.Reader{Width: 1200, Dark: true}},
		{"desk-light", "en", sitetest.Reader{Width: 1200}},
	} {
		w := k.sit(t, b, c.lang, c.reader)
		w.signIn("lakay")
		for i, page := range pages {
			w.open(page)
			w.Picture(filepath.Join(*casePictures, strconv.Itoa(i)+strings.ReplaceAll(strings.SplitN(page, "?", 2)[0], "/", "_")+"-"+c.name+".png"))
		}
	}
}
