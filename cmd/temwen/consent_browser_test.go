package main

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"temwen/casework"
	"temwen/intake"
	"temwen/office"
	"temwen/record"
	"temwen/site/sitetest"
	"temwen/store"
)

// hire lets somebody into an office, and divides it: the first officer takes what
// comes and looks after the officers, the other leads cases.
func hire(t *testing.T, dir, name string) {
	t.Helper()
	now := newTestProgram().now
	s, err := store.Open(t.Context(), dir, store.Settings{Books: []record.Book{intake.Book, office.Book, casework.Book}, Now: now, Ledger: newTestProgram().ledger})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	o := office.New(s, now)
	hand, err := o.Unlock(t.Context(), testOfficer, testPassphrase)
	if err != nil {
		t.Fatal(err)
	}
	state, err := o.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	colleague, _, err := office.NewOfficer(state.ID, name, testPassphrase)
	if err != nil {
		t.Fatal(err)
	}
	_, link := office.NewLink()
	do := func(by string, c office.Command) {
		t.Helper()
		if err := o.Do(t.Context(), by, c); err != nil {
			t.Fatalf("%T: %v", c, err)
		}
	}
	do(hand.ID(), office.InviteOfficer{Invite: office.Invite{ID: link, Name: name, Until: now().Add(time.Hour)}})
	do("", office.Join{Invite: link, Officer: colleague})
	if err := hand.Admit(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	do(hand.ID(), office.AssignRoles{Roles: map[string][]office.Role{
		hand.ID(): {office.IntakeOfficer, office.Administrator, office.Publisher}, colleague.ID: {office.LegalOfficer},
	}})
}

// codes codes the incident of the report on the page, in three facts, and alleges
// it. It returns the incident's address below the language.
func codes(desk *sitetest.Tab, act, on string) (incident string) {
	desk.Helper()
	goes(desk, `a[href*="incidents/new?thread"]`)
	desk.Until("the form is there", `document.querySelector(`+strconv.Quote(act)+`)`)
	desk.Write("#when", on)
	desk.Press(act)
	chooses(desk, "#aa-1", "mss-force")
	chooses(desk, "#sr-1", "B")
	chooses(desk, "#sc-1", "2")
	goes(desk, "form[method=post]:not(.who) .buttons button:not([name])")
	desk.Until("the incident is there", `document.querySelector("aside .deed button")`)
	goes(desk, "aside .deed button")
	return strings.TrimPrefix(desk.Path(), "/ht")
}

// picks goes from an incident to the procedures of the support mission.
func picks(legal *sitetest.Tab) {
	legal.Helper()
	goes(legal, "#allegations ~ table a, .stack a[href*=cases]")
	legal.Until("the procedures are there", `document.querySelector("input[name=procedure]")`)
	goes(legal, `.contents a[href*="mission=mss"]`)
	legal.Until("it is the support mission’s", `document.querySelector("input[name=mission]").value === "mss"`)
}

// goes presses what leads to another page, and waits until that is there.
func goes(tab *sitetest.Tab, selector string) {
	tab.Helper()
	tab.Until(selector+" is there", `document.querySelector(`+strconv.Quote(selector)+`)`)
	tab.Load(chromedp.Click(chromedp.CSS(selector)))
}

// chooses chooses a value of a select.
func chooses(tab *sitetest.Tab, selector, value string) {
	tab.Helper()
	tab.Until(selector+" is there", `document.querySelector(`+strconv.Quote(selector)+`)`)
	tab.Do("choosing in "+selector, chromedp.SetValue(chromedp.CSS(selector), value))
}

// comesBack opens the thread of a code on the phone, until it says all of some words.
func comesBack(phone *sitetest.Tab, code string, words ...string) {
	phone.Helper()
	text := ""
	for deadline := time.Now().Add(sitetest.Patience); time.Now().Before(deadline); {
		phone.Visit("/ht/4")
		phone.Write("#code", code)
		phone.Press("#return .send")
		phone.Until("the thread is open", `document.querySelector("#thread")?.checkVisibility() && document.querySelector("#status")?.innerText === ""`)
		text = phone.Text("#thread")
		missing := false
		for _, w := range words {
			missing = missing || !strings.Contains(text, w)
		}
		if !missing {
			return
		}
	}
	phone.Fatalf("the person never reads all of %q:\n%s", words, text)
}

// letterTo makes the letter of a step and records it as sent; it returns its link and
// what the office tells by telephone.
func letterTo(desk *sitetest.Tab, step string) (link, code string) {
	desk.Helper()
	goes(desk, "#step-"+step+" .todo a[href$=letter]")
	desk.Until("the letter is there", `document.querySelector(".letter-link code")`)
	link, code = desk.Text(".letter-link code"), desk.Text(".said-code")
	desk.Write("#proof", "RR 123 456 789")
	goes(desk, "form[method=post].card button")
	desk.Sees("The letter is recorded as sent.")
	return link, code
}

// answers records an answer that came as a letter.
func answers(desk *sitetest.Tab, step, answer string) {
	desk.Helper()
	at := "#step-" + step + " .todo details.deed:first-child"
	desk.Do("opening the form", chromedp.Click(chromedp.CSS(at+" > summary")))
	desk.Press(at + " input[value=" + answer + "]")
	desk.Until("no standard of proof is stated", `(s => { if (s) s.value = "not-stated"; return true })(document.querySelector(`+strconv.Quote(at+" select[name=standard]")+`))`)
	goes(desk, at+" button")
	desk.Sees("The answer is on the record.")
}

// testConsent: sexual exploitation, by the short path, in Creole. The case runs
// when the person takes back what they allowed, and then all.
func testConsent(t *testing.T, b *sitetest.Browser) {
	t.Setenv(testNow, "2026-11-28")
	dir := foundOffice(t, newStoreOf(t, "../../missions/haiti"))
	hire(t, dir, "odile")
	p := serve(t, dir, "--publish-every", "300ms")

	// Given a person who tells of it on a phone, and lets the office ask for an answer
	phone := b.Open(t, strings.TrimSuffix(p.Report, "/"), sitetest.Reader{Width: 360, Phone: true})
	phone.Visit("/ht")
	goes(phone, `main a[href$="/2"]`)
	phone.Sees("Sa ki rive a se pa fòt ou.")
	phone.Until("the script has taken over", `document.querySelector("[data-scripted]:not([hidden])")`)
	phone.Write("#what", exploited)
	phone.Press("input[name=consent][value=case]")
	phone.Press("#report .send")
	phone.Until("it arrived", `document.querySelector("#done [data-when=sent]")?.checkVisibility()`)
	code := strings.Join(strings.Fields(phone.Text("#code")), " ")
	phone.Press("#done [data-do=kept]")

	// When an intake officer opens it, and codes what happened
	desk := officer(t, b, p)
	goes(desk, "table.inbox a")
	desk.Sees(exploited)
	thread := desk.Path()
	desk.Until("what the person allows is chosen", `document.querySelector("form[action$=heed] select")?.value === "case"`)
	goes(desk, "form[action$=heed] button") // one press enters it
	desk.Sees("Moun nan ka wè sa kounye a.")
	incident := codes(desk, "#act-exploitation", "2026-11-20~")

	// And a legal officer opens a case by the complaint mechanism, and writes to it
	legal := colleague(t, b, p, "odile")
	legal.Visit("/en" + incident)
	legal.Sees("Sexual exploitation")
	picks(legal)
	legal.Press("#p-mss-complaint")
	chooses(legal, "#state", "kenya")
	goes(legal, "form .buttons button")
	legal.Sees("The case is open.")
	docket := legal.Path()
	link, said := letterTo(legal, "1")

	// Then the person reads, in Creole, what happened
	comesBack(phone, code, "Biwo a louvri yon dosye sou sa ou te di a.", "28 novanm 2026. ", "Biwo a ekri moun ki dwe bay repons yo. Yo dwe reponn pa pita pase 28 desanm 2026.",
		"Biwo a ekri moun ki dwe bay repons yo.")
	for _, word := range []string{"Kenya", "MSS", "Misyon", "polis", "Dosye 1"} {
		if strings.Contains(phone.Text("#thread"), word) {
			t.Errorf("who reads over the shoulder reads %q", word)
		}
	}

	// When the mechanism answers on the link of the letter, and the office goes on
	mission := b.Open(t, "", sitetest.Reader{Width: 1000})
	mission.Visit(link)
	mission.Write("#code", said)
	goes(mission, "form button")
	mission.Press("input[value=received]")
	goes(mission, "form button")
	mission.Sees("Your answer is on the record")
	legal.Load(chromedp.Reload())
	answers(legal, "2", "sea")
	legal.Sees("Safety and assistance are offered first")
	second, _ := letterTo(legal, "4")

	// Then the person reads that, too, and takes back what they allowed
	comesBack(phone, code, "Yon repons vini, epi dosye a kontinye.")
	sitetest.Ask[bool](phone, `document.querySelectorAll("details").forEach(d => d.open = true), true`)
	phone.Press("#consent input[value=office]")
	phone.Press("#consent button")
	phone.Sees("Chwa ou a rive.")
	phone.Sees("Biwo a poko li sa ou deside a. Jiskaske l li l, li p ap bay lòt moun anyen.")

	// And the desk says so wherever the case is seen: no letter goes out any more
	legal.Until("the program has noted it in the case", `location.pathname === "/en/board" && document.querySelector("#consent") || document.readyState === "complete" && (location.href = "/en/board", false)`)
	legal.Sees("Consent has changed")
	legal.Sees("A clock still runs.")
	goes(legal, `#consent ~ ul a`)
	legal.Sees("Stop: who reported does not allow this case")
	legal.Sees("Report 1: the person changed what may be done with it. No officer has acted on that yet.")
	legal.Sees("The case rests on nothing else.")
	legal.Sees("The office opened a case about what you told.") // told, and when
	legal.Visit(docket + "/steps/4/letter")
	legal.Sees("The person who reported does not allow this letter.")
	if legal.Is(`document.querySelector("#proof")`) {
		t.Error("a letter can still be recorded as sent")
	}

	// When the legal officer takes the open letter back, lets the clock stand still,
	// and stops the case
	legal.Visit(docket)
	legal.Sees("Withdraw this letter")
	sitetest.Ask[bool](legal, `document.querySelectorAll("#step-4 details").forEach(d => d.open = true), true`)
	goes(legal, `#step-4 form[action$=withdraw] button`)
	legal.Sees("The letter is withdrawn.")
	sitetest.Ask[bool](legal, `document.querySelectorAll("#step-4 details").forEach(d => d.open = true), true`)
	chooses(legal, "#pg-4", "consent")
	goes(legal, `#step-4 form[action$=pause] button`)
	sitetest.Ask[bool](legal, `document.querySelectorAll("section.note details").forEach(d => d.open = true), true`)
	goes(legal, `form[action$=stop] button`)
	legal.Sees("The case is stopped.")
	legal.Sees("The office stops, for want of the person’s consent")

	// And the intake officer reads the person's word, and says that the office does so
	desk.Visit(thread)
	unlock(desk)
	desk.Sees("Rapò 1: moun nan chanje sa yo gen dwa fè.")
	desk.Until("the person's word is chosen", `document.querySelector("section.note select[data-heed]")?.value === "office"`)
	goes(desk, "section.note form button")
	desk.Sees("Moun nan ka wè sa kounye a.")

	// Then the person sees that it was done, and the recipient that nothing is asked
	comesBack(phone, code, "Biwo a retire yon lèt li te voye.", "Biwo a kanpe tout bagay pou kounye a, poutèt sa ou te deside.", "Biwo a kanpe, poutèt sa ou te deside.", "Biwo a li mesaj ou a.",
		"Biwo a li sa ou deside a, epi li fè sa ou mande a depi 28 novanm 2026.")
	mission.Visit(second)
	mission.Sees("The office has withdrawn this letter")

	// When the person stops everything
	messages := sitetest.Ask[int](phone, `document.querySelectorAll("#messages .theirs").length`)
	sitetest.Ask[bool](phone, `document.querySelectorAll("details").forEach(d => d.open = true), true`)
	phone.Press("[data-do=withdraw]")
	phone.Press("[data-do=withdraw-yes]")
	phone.Sees("Tout bagay kanpe.")

	// Then nothing more is told them, whatever happens, but that the office has seen it
	legal.Visit(docket)
	sitetest.Ask[bool](legal, `document.querySelectorAll("details").forEach(d => d.open = true), true`)
	chooses(legal, "#kind", "assistance")
	goes(legal, `form[action$=remedy] button`)
	legal.Sees("Report 1: the person withdrew it.")
	desk.Visit(thread)
	desk.Sees("Rapò 1: moun nan retire l.")
	goes(desk, "section.note form button")
	comesBack(phone, code, "Ou mande kanpe.", "Biwo a li sa ou deside a, epi li fè sa ou mande a depi 28 novanm 2026.")
	if n := sitetest.Ask[int](phone, `document.querySelectorAll("#messages .theirs").length`); n != messages {
		t.Errorf("%d messages were there, and %d are after the person stopped everything", messages, n)
	}
	for _, tab := range []*sitetest.Tab{desk, legal, phone, mission} {
		quiet(t, tab)
	}
	p.signal(os.Interrupt, 0)
	temwen(t, 0, "verify", "--forget", dir)
	if said := p.stderr.String(); said != "" {
		t.Errorf("the server says: %s", said)
	}
}

const exploited = "Yon moun ki gen zam mande m kouche avè l pou l ban m manje."
