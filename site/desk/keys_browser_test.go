package desk_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"

	"temwen/intake"
	"temwen/office"
	"temwen/seal"
	"temwen/site/desk"
	"temwen/site/sitetest"
)

// device gives a window a device that keeps passkeys; some have no PRF.
func (w *window) device(prf bool) {
	w.Helper()
	sitetest.Call(w.Tab, webauthn.Enable, webauthn.EnableParams{})
	sitetest.Call(w.Tab, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
		Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: "ctap2", Ctap2version: "ctap2_1", Transport: "internal",
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true, HasPrf: prf,
		},
	})
}

// Given an officer whose device keeps passkeys, when they add one, then it signs
// them in and opens their key; one of a device without PRF signs in and asks for the
// passphrase; one that was removed does neither.
func testPasskeys(t *testing.T, b *sitetest.Browser) {
	w := found(t)
	_, thread := w.report(t, door)
	for _, c := range []struct {
		name string
		prf  bool
	}{{"with PRF", true}, {"without PRF", false}} {
		t.Run(c.name, func(t *testing.T) {
			win := w.sit(t, b, "en", atDesk)
			win.device(c.prf)
			win.signIn("lakay")
			win.press(`nav a[href="/en/me"]`)
			win.write("#label", c.name)
			win.press("#add-passkey button")
			win.sees("The passkey is added.")
			opens := "the door only"
			if c.prf {
				opens = "the door and your key"
			}
			win.until("what it opens is told", `[...document.querySelectorAll("td")].some(c => c.innerText === `+quoted(opens)+`)`)

			win.press(".who button")
			win.until("signed out", `location.pathname === "/en/sign-in"`)
			win.press("[data-do=sign-in-passkey]")
			win.until("signed in", `location.pathname === "/en/inbox"`)
			if !c.prf {
				win.sees("This passkey does not open your key")
				win.write("#unlock-with", passphrase)
				win.press("#unlock button")
			}
			win.isOpen()
			win.press("table.inbox a")
			win.sees(door.What)
			if c.prf {
				win.press("[data-do=lock]")
				win.press("[data-do=unlock-passkey]")
				win.isOpen()
				win.sees(door.What)
			}
			win.press(`nav a[href="/en/me"]`)
			win.press("td button")
			win.sees("The passkey is removed.")
			win.press(".who button")
			win.press("[data-do=sign-in-passkey]")
			win.sees("This passkey is not known here")
			win.quiet()
		})
	}
	if th, err := w.intake.Thread(t.Context(), thread); err != nil || th.Unread != 0 {
		t.Errorf("%+v, %v", th, err)
	}
}

// Given a link and a device whose passkeys have a PRF, when somebody joins with a
// passkey alone and is admitted, then it signs them in and opens what came before; a
// device without PRF is told to take a passphrase.
func testPasskeyAlone(t *testing.T, b *sitetest.Browser) {
	w := found(t)
	w.report(t, door)
	for _, prf := range []bool{false, true} {
		token, id := desk.NewLink()
		name := map[bool]string{false: "ayida", true: "marasa"}[prf]
		if err := w.office.Do(t.Context(), w.state(t).Named("lakay").ID, office.InviteOfficer{Invite: office.Invite{ID: id, Name: name, Until: w.Now().Add(desk.LinkTime)}}); err != nil {
			t.Fatal(err)
		}
		win := w.sit(t, b, "en", atDesk)
		win.device(prf)
		win.Visit(desk.LinkAddress("", "en", token))
		win.sees("You join as " + name)
		win.press("[data-do=join-passkey]")
		if !prf {
			win.sees("This passkey cannot lock keys.")
			continue
		}
		win.until("they wait to be admitted", `location.pathname === "/en/waiting"`)
		o := w.state(t).Named(name)
		if len(o.Login) > 0 || len(o.Passkeys) != 1 || len(o.Keys) != 1 {
			t.Errorf("they join as %+v", o)
		}
		first := w.sit(t, b, "en", atDesk)
		first.signIn("lakay")
		first.press(`nav a[href="/en/office"]`)
		first.press("form[data-newcomer] input[type=checkbox]")
		first.press("form[data-newcomer] button")
		first.sees("They are admitted and can read.")

		win.press(".who button")
		win.until("signed out", `location.pathname === "/en/sign-in"`)
		win.press("[data-do=sign-in-passkey]")
		win.until("signed in", `location.pathname === "/en/inbox"`)
		win.isOpen()
		win.press("table.inbox a")
		win.sees(door.What)
		win.quiet()
	}
}

// Given three officers, when one is removed with their colleague's key open, then a
// new key is made in that browser and wrapped to who is left: what comes later opens for
// them and not for who was removed, what came before still opens, and the others'
// tabs learn of it.
func testRotation(t *testing.T, b *sitetest.Browser) {
	w := found(t)
	marasa := w.admit(t, "marasa")
	gone := w.admit(t, "ayizan")
	w.report(t, door)
	first, second := w.sit(t, b, "en", atDesk), w.sit(t, b, "fr", atDesk)
	first.signIn("lakay")
	second.signIn("marasa")
	first.press(`nav a[href="/en/office"]`)
	first.press(`a[href$="` + gone.id + `"]`)
	first.press("#remove #sure")
	first.press("#remove button")
	first.sees("They are removed, and a new key is in use.")

	s := w.state(t)
	e := s.Current()
	if e.Number != 2 || s.Stale() || s.Officer(gone.id).Standing != office.Removed || len(e.Wraps) != 2 {
		t.Fatalf("the office is at epoch %d, wrapped to %d, stale: %t", e.Number, len(e.Wraps), s.Stale())
	}
	key, err := e.Open(marasa.id, marasa.key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := seal.UnwrapIdentity(e.Wraps[marasa.id], gone.key); !errors.Is(err, seal.ErrWrongKey) {
		t.Errorf("who was removed opens the new key: %v", err)
	}
	w.epoch, w.number = key, 2
	w.report(t, simple("Yon bagay ki rive apre."))

	second.press(`nav a[href="/fr/inbox"]`)
	second.until("the new report is listed", `document.querySelectorAll("table.inbox tbody tr").length === 2`)
	second.press("table.inbox tbody tr:first-child a")
	second.sees("Yon bagay ki rive apre.")
	second.press(`nav a[href="/fr/inbox"]`)
	second.until("the inbox is there", `location.pathname === "/fr/inbox"`)
	second.press("table.inbox tbody tr:last-child a")
	second.sees(door.What)
	second.write("#note-text", "C’est noté.")
	second.press("#note button")
	second.sees("La note est gardée.")
	first.press(`nav a[href="/en/inbox"]`)
	first.until("the inbox is there", `location.pathname === "/en/inbox"`)
	first.press("table.inbox tbody tr:last-child a")
	first.sees("C’est noté.")
	first.quiet()
	second.quiet()
}

// Given shares that were given out, when every officer has lost their key, then a
// newcomer opens the office's keys with enough of them, in their own browser.
func testRecovery(t *testing.T, b *sitetest.Browser) {
	w := found(t)
	w.report(t, door)
	first := w.sit(t, b, "ht", atDesk)
	first.signIn("lakay")
	first.press(`nav a[href="/ht/office"]`)
	first.press(`#recovery ~ p a`)
	first.write("#need", "6")
	first.press("#arrange-form button")
	first.sees("Fòk gen omwen de, e pa plis pase sa ki genyen.")
	first.write("#need", "2")
	first.write("#of", "3")
	first.press("#arrange-form button")
	first.until("the shares are shown", `document.querySelectorAll(".share").length === 3`)
	shares := sitetest.Ask[[]string](first.Tab, `[...document.querySelectorAll(".share code")].map(c => c.textContent)`)
	first.press("#given")
	first.press("#shares-done button")
	first.sees("Rekiperasyon an an plas.")
	for _, s := range shares {
		if _, err := seal.ParseShare(s); err != nil {
			t.Error(err)
		}
	}

	newcomer := w.join(t, "loko")
	second := w.sit(t, b, "en", atDesk)
	second.signIn("loko")
	second.press(`a[href="/en/office/recovery"]`)
	second.write("#typed", shares[0])
	second.press("#recover-form button")
	second.sees("These are 1 shares, and 2 are needed.")
	second.write("#typed", shares[0]+" "+strings.Replace(shares[2], "q", "p", 1))
	second.press("#recover-form button")
	second.sees("Line 2 is not a share, or a letter in it is wrong.")
	second.write("#typed", shares[0]+" "+shares[2])
	second.press("#recover-form button")
	second.until("they are in", `location.pathname === "/en/inbox"`)
	second.press("table.inbox a")
	second.sees(door.What)
	if _, err := w.state(t).Current().Open(newcomer.id, newcomer.key); err != nil {
		t.Error(err)
	}
	first.quiet()
	second.quiet()
}

// Given an officer who takes a report down by phone, when they send the form, then
// it is sealed like any other, the person has a code that opens their thread, and the
// code is nowhere but on the page.
func testEnter(t *testing.T, b *sitetest.Browser) {
	w := found(t)
	win := w.sit(t, b, "en", atDesk)
	win.signIn("lakay")
	win.press(`nav a[href="/en/enter"]`)
	win.press("#enter .buttons button")
	win.sees("Write what happened: one sentence is enough.")
	win.choose("#lang", "ht")
	win.write("#what", "Yo mete dife nan de kay.")
	win.press("#still")
	win.choose("#department", "HT-AR")
	win.press("#need-shelter")
	win.press("#consent-case")
	win.press("#enter .buttons button")
	win.until("the code is shown", `document.querySelector("#entered:not([hidden]) #receipt-code span")`)
	code, err := seal.ParseCode(win.text("#receipt-code"))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := code.Keys(w.id)
	if err != nil {
		t.Fatal(err)
	}
	back, err := w.intake.PersonThread(t.Context(), keys.Lookup)
	if err != nil || back.Stage != intake.Received {
		t.Fatalf("with the code the person finds %+v (%v)", back, err)
	}
	win.press(`nav a[href="/en/inbox"]`)
	win.press("table.inbox a")
	for _, words := range []string{"Yo mete dife nan de kay.", "a place to stay", "Artibonite", "told by phone", "Haitian Creole", "the facts may be put to the mission"} {
		win.sees(words)
	}
	if strings.Contains(win.text("body"), code.String()[:9]) {
		t.Error("the code is still on the page")
	}
	win.quiet()
}

// Given keys that are open in a tab, when nothing is done for the time that the
// office has set, or the officer locks or signs out, then nothing that was unsealed is
// left on the page, and a reload asks for the key anew.
func testLocking(t *testing.T, b *sitetest.Browser) {
	w := found(t, func(o *desk.Options) { o.Lock = 3 * time.Second })
	_, thread := w.report(t, door, file{"foto.jpg", "image/jpeg", picture(t), seal.Meta{}})
	win := w.sit(t, b, "en", atDesk)
	win.signIn("lakay")
	win.press("table.inbox a")
	win.sees(door.What)
	win.press("[data-do=show-file]")
	win.until("it locks by itself", `!document.querySelector("#lock [data-when=locked]").hidden`)
	win.gone(door.What)
	if left := sitetest.Ask[int](win.Tab, `document.querySelectorAll("img, [href^=blob]").length`); left != 0 {
		t.Errorf("%d pictures and files are left on the page", left)
	}
	win.write("#unlock-with", passphrase)
	win.press("#unlock button")
	win.sees(door.What)
	win.press("[data-do=lock]")
	win.gone(door.What)
	win.open("/threads/" + thread)
	win.sees("Sealed. Open your key to read and write.")
	stored := sitetest.Ask[string](win.Tab, `indexedDB.databases().then(d => JSON.stringify([d.length, localStorage.length, sessionStorage.length, document.cookie, history.state]))`)
	if stored != `[0,0,0,"",null]` {
		t.Errorf("the browser keeps %s", stored)
	}
	win.quiet()
}

// gone holds that words are not on the page, nor in its source.
func (w *window) gone(words string) {
	w.Helper()
	if strings.Contains(sitetest.Ask[string](w.Tab, `document.documentElement.outerHTML`), words) {
		w.Errorf("the page still has %q", words)
	}
}

func quoted(s string) string { return `"` + s + `"` }
