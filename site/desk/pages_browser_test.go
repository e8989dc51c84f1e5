package desk_test

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"temwen/intake"
	"temwen/office"
	"temwen/seal"
	"temwen/site/desk"
	"temwen/site/sitetest"
	"temwen/when"
)

// pageType is one type of page, by an example of it.
type pageType struct {
	Name    string // the path's pattern, or what is special about the page
	Address string // below the language
	As      string // officer who is signed in, or empty
	Key     bool   // their key is opened on it
	Then    func(*window)
	Status  int
}

// busy is an office in the middle of its work: three officers, one who waits, one
// removed; reports of all kinds.
func busy(t *testing.T) (w *world, thread string) {
	w = found(t, func(o *desk.Options) {
		o.Demo = true
		o.Keep = func(context.Context) (intake.Keep, error) {
			return intake.Keep{Closed: when.Months(60), Foreign: when.Days(1)}, nil
		}
	})
	marasa := w.admit(t, "marasa")
	gone := w.admit(t, "ayizan")
	w.join(t, "loko")
	_, link := desk.NewLink()
	w.do(t, w.first.id, office.InviteOfficer{Invite: office.Invite{ID: link, Name: "simbi", Until: w.Now().Add(desk.LinkTime)}})
	_, closed := w.report(t, simple("Yo te pran moto m lè yo t ap fè fouy."))
	th, err := w.intake.Thread(t.Context(), closed)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.intake.Do(t.Context(), w.first.id, intake.SetStage{Thread: closed, Seen: th.Version, Stage: intake.Closed, Foreign: true}); err != nil {
		t.Fatal(err)
	}
	w.pass(24 * time.Hour)
	person, thread := w.report(t, door, file{"foto.jpg", "image/jpeg", picture(t), seal.Meta{Taken: "2026-11-20T07:30:00", Place: "18.54349, -72.33881", Camera: "A telephone"}})
	w.send(t, seal.Head{Kind: seal.ParcelMessage, Token: person.keys.Lookup}, seal.Document{Message: &seal.Message{From: seal.FromReporter, Kind: seal.KindMessage, Lang: "ht", Text: "Èske nou resevwa foto a?"}}, nil)
	w.tell(t, thread, person, "Wi, nou resevwa l. Ki jou sa te pase?")
	if err := w.intake.Do(t.Context(), w.first.id, intake.WriteNote{Thread: thread, Epoch: 1, Envelope: w.sealed(t, seal.Message{From: seal.FromOffice, Kind: seal.KindNote, Lang: "en", Text: "The vehicle may be the one of report 1."})}); err != nil {
		t.Fatal(err)
	}
	th, err = w.intake.Thread(t.Context(), thread)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.intake.Do(t.Context(), w.first.id, intake.Assign{Thread: thread, Seen: th.Version, Officer: marasa.id}); err != nil {
		t.Fatal(err)
	}
	w.pass(24 * time.Hour)
	for range 2 {
		w.report(t, simple("Yo tire anlè nan katye a, de timoun blese."))
	}
	w.do(t, w.first.id, office.Remove{Officer: gone.id})
	if err := w.intake.Do(t.Context(), marasa.id, intake.AskErasure{Thread: thread, Ground: "asked"}); err != nil {
		t.Fatal(err)
	}
	return w, thread
}

// tell sends a person a letter.
func (w *world) tell(t testing.TB, thread string, p person, text string) {
	t.Helper()
	m := seal.Message{From: seal.FromOffice, Kind: seal.KindMessage, Lang: "ht", Text: text}
	letter := intake.Letter{Epoch: 1, Copy: w.sealed(t, m), Person: map[string][]byte{thread: sealedTo(t, m, p.reply.Recipient())}}
	if err := w.intake.Do(t.Context(), w.first.id, intake.SendReply{Thread: thread, Letter: letter}); err != nil {
		t.Fatal(err)
	}
}

// pageTypes are all types of pages, each with its example.
func pageTypes(thread string) []pageType {
	return []pageType{
		{Name: "/sign-in", Address: "/sign-in"},
		{Name: "/join", Address: "/join#nothing", Then: func(w *window) { w.until("it is told", `!document.querySelector("#problem").hidden`) }},
		{Name: "/waiting", Address: "/waiting", As: "loko"},
		{Name: "/second-step", Address: "/second-step", As: "lakay"},
		{Name: "/me", Address: "/me", As: "lakay"},
		{Name: "/office", Address: "/office", As: "lakay"},
		{Name: "/office/remove/{officer}", Address: "/office/remove/MARASA", As: "lakay"},
		{Name: "/office/recovery", Address: "/office/recovery", As: "lakay"},
		{Name: "/inbox", Address: "/inbox?view=open", As: "lakay"},
		{Name: "a list with nothing", Address: "/inbox?view=mine", As: "lakay"},
		{Name: "/threads/{thread}", Address: "/threads/" + thread, As: "lakay"},
		{Name: "an unsealed report", Address: "/threads/" + thread + "?opened", As: "lakay", Key: true, Then: func(w *window) {
			w.sees("The vehicle may be the one of report 1.")
			sitetest.Ask[bool](w.Tab, `(document.querySelectorAll("details").forEach(d => d.open = true), true)`)
			w.press("[data-do=show-file]")
			w.until("the photograph is shown", `document.querySelector(".file img")?.naturalWidth === 320`)
		}},
		{Name: "/enter", Address: "/enter", As: "lakay"},
		{Name: "/due", Address: "/due", As: "lakay"},
		{Name: "/office/roles", Address: "/office/roles", As: "lakay"},
		{Name: "/threads/{thread}/erase", Address: "/threads/" + thread + "/erase", As: "lakay"},
		{Name: "no such page", Address: "/atlantis", As: "lakay", Status: http.StatusNotFound},
		{Name: "no such page, signed out", Address: "/atlantis", Status: http.StatusNotFound},
	}
}

// ways are addresses that lead on and show no page of their own.
var ways = []string{"/{$}", "/sign-in/elsewhere"}

// Given every type of page the desk has, then the browser tests have an example.
func TestEveryTypeOfPageHasAnExample(t *testing.T) {
	have := make(map[string]bool)
	for _, p := range pageTypes("x") {
		have[p.Name] = true
	}
	for _, path := range ways {
		have[path] = true
	}
	for _, room := range desk.Rooms() {
		if room.Method == http.MethodGet && !have[room.Path] {
			t.Errorf("%s has no example in pages_browser_test.go", room.Path)
		}
	}
}

// each shows every type of page to an officer in a language.
func (w *world) each(t *testing.T, b *sitetest.Browser, thread, lang string, r sitetest.Reader, look func(*window, pageType)) {
	t.Helper()
	windows := make(map[string]*window)
	for _, p := range pageTypes(thread) {
		p.Address = strings.Replace(p.Address, "MARASA", w.state(t).Named("marasa").ID, 1)
		win, ok := windows[p.As]
		if !ok {
			win = w.sit(t, b, lang, r)
			if p.As != "" {
				win.signInQuietly(p.As)
			}
			windows[p.As] = win
		}
		if status := win.open(p.Address); p.Status != 0 && status != p.Status || p.Status == 0 && status != http.StatusOK {
			t.Errorf("%s: status %d", p.Address, status)
		}
		if p.Key {
			win.write("#unlock-with", passphrase)
			win.press("#unlock button")
			win.isOpen()
		}
		if p.Then != nil {
			win.Then(p.Then)
		}
		look(win, p)
		if p.Status == 0 {
			win.quiet()
		}
	}
}

// Then runs what is done on a page before it is looked at.
func (w *window) Then(f func(*window)) { w.Helper(); f(w) }

// signInQuietly signs an officer in without opening their key.
func (w *window) signInQuietly(name string) {
	w.Helper()
	w.world.pass(time.Minute)
	w.open("/sign-in")
	answer := sitetest.Ask[string](w.Tab, fmt.Sprintf(`fetch("/en/sign-in", {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({name: %q, login: %q, code: %q})}).then(r => r.text())`,
		name, w.world.login(name), w.world.code(w.T)))
	if !strings.Contains(answer, "next") {
		w.Fatalf("signing %s in: %s", name, answer)
	}
}

var looks = []struct {
	name, lang string
	reader     sitetest.Reader
}{
	{"phone-light", "ht", sitetest.Reader{Width: 360, Phone: true}},
	{"phone-dark", "fr", sitetest.Reader{Width: 360, Phone: true, Dark: true}},
	{"desk-light", "en", sitetest.Reader{Width: 1200}},
	{"desk-dark", "es", sitetest.Reader{Width: 1200, Dark: true}},
}

// Given every type of page, light and dark, in every language, in a window of 320 pixels,
// which is also what 400 % zoom leaves of a common screen, of 640 or of a desk's, when it is read,
// then axe-core finds nothing against WCAG 2.2 AA, nothing has to be scrolled sideways, and there is a heading.
func testPages(t *testing.T, b *sitetest.Browser) {
	w, thread := busy(t)
	for _, c := range []struct {
		lang   string
		reader sitetest.Reader
	}{
		{"ht", sitetest.Reader{Width: 320, Phone: true}},
		{"fr", sitetest.Reader{Width: 320, Phone: true, Dark: true}},
		{"es", sitetest.Reader{Width: 640, Dark: true}},
		{"en", sitetest.Reader{Width: 1200}},
	} {
		t.Run(fmt.Sprint(c.lang, c.reader.Width), func(t *testing.T) {
			w.each(t, b, thread, c.lang, c.reader, func(win *window, p pageType) {
				for _, wide := range sitetest.Ask[[]string](win.Tab, beyond) {
					t.Errorf("%s: %s", p.Name, wide)
				}
				if win.text("h1") == "" {
					t.Errorf("%s has no heading", p.Name)
				}
				win.Thin()
				for _, f := range win.Axe(sitetest.AllRules) {
					t.Errorf("%s: %v", p.Name, f)
				}
			})
		})
	}
}

// beyond are the elements that reach past the window's right edge.
const beyond = `(() => {
	const width = document.documentElement.clientWidth, list = [];
	if (document.documentElement.scrollWidth > width) list.push("the page is " + document.documentElement.scrollWidth + " wide");
	for (const e of document.body.querySelectorAll("*")) {
		const r = e.getBoundingClientRect();
		if (r.width && r.right > width + 1 && getComputedStyle(e).clipPath == "none") list.push(e.tagName.toLowerCase() + "." + (e.getAttribute("class") || "") + " " + Math.round(r.right) + ": " + e.textContent.trim().slice(0, 40));
	}
	return list.slice(0, 5);
})()`

// pictures is a folder for a picture of every type of page:
//
//	go test ./site/desk -run TestInChromium/pictures -pictures DIR
var pictures = flag.String("pictures", "", "write a picture of every type of page into this `folder`")

// Given a folder, then a picture of every type of page is in it, on a phone and at a
// desk, light and dark, in the four languages.
func testPictures(t *testing.T, b *sitetest.Browser) {
	if *pictures == "" {
		t.Skip("skipped: no folder for pictures was given (-pictures DIR)")
	}
	w, thread := busy(t)
	for _, c := range looks {
		t.Run(c.name, func(t *testing.T) {
			w.each(t, b, thread, c.lang, c.reader, func(win *window, p pageType) {
				name := strings.NewReplacer("/", "_", "{", "", "}", "", " ", "-").Replace(p.Name)
				win.Picture(filepath.Join(*pictures, name+"_"+c.name+".png"))
			})
		})
	}
}
