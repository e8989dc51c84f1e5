package desk_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"temwen/seal"
	"temwen/site/sitetest"
)

// evil is markup that would run, load or lead away, if it became markup anywhere.
const evil = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script><a href="javascript:document.title='owned'">x</a><svg onload="document.title='owned'"></svg><iframe src="https://example.org/"></iframe><style>body{display:none}</style><template data-say="opening"></template><form action="https://example.org/"></form>{{.}}{{template "words"}}${alert(1)}`

// svg is a picture that would run a script.
const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="document.title='owned'"><script>document.title='owned'</script><rect width="10" height="10"/></svg>`

// Given a report in which every field and file is an attack, when an officer opens it
// and downloads what came, then all of it is text: nothing runs, nothing is loaded,
// nothing covers the desk, what steers the direction of text is made visible, and files
// get names and types that do no harm.
func testHostile(t *testing.T, b *sitetest.Browser) {
	w := found(t)
	steer := "rapò \u202egpj.exe\u202c \u2066x\u2069 \u200b\ufeff\x00\x1b[31m"
	person, _ := w.report(t, seal.Report{
		Path: seal.PathGeneral, Lang: "ht", What: evil + strings.Repeat("Z\u0351\u0352\u0353", 200) + strings.Repeat(" tèks", 40000),
		When: evil, Where: seal.Where{Department: "HT-OU", Commune: evil, Words: evil},
		Who:    seal.Who{Force: evil, Uniform: evil, Vehicle: steer, Unit: evil, Nationality: evil},
		Harmed: seal.Harmed{Count: evil, Words: evil}, Contact: evil, Consent: seal.ConsentOffice, Channel: seal.ChannelBrowser,
	},
		file{"foto.svg", "image/svg+xml", []byte(svg), seal.Meta{Camera: evil}},
		file{"foto\u202egpj.html", "image/jpeg", []byte("<script>document.title='owned'</script>"), seal.Meta{}},
		file{`<img src=x onerror="document.title='owned'">.jpg`, "text/html", picture(t), seal.Meta{}},
		file{"rapport.pdf", "application/pdf", []byte("%PDF-1.7"), seal.Meta{}},
	)
	w.send(t, seal.Head{Kind: seal.ParcelMessage, Token: person.keys.Lookup}, seal.Document{Message: &seal.Message{From: seal.FromReporter, Kind: seal.KindMessage, Lang: "ht", Text: evil}}, nil)

	win := w.sit(t, b, "en", atDesk)
	win.signIn("lakay")
	win.press("table.inbox a")
	win.sees("as it was sealed")
	win.until("all sums are told", `[...document.querySelectorAll(".file [data-slot=sum]")].every(s => s.textContent.length === 64)`)

	title := "Report 1 · Temwen desk"
	if got := sitetest.Ask[string](win.Tab, "document.title"); got != title {
		t.Errorf("the title is %q", got)
	}
	inside := sitetest.Ask[[]string](win.Tab, `[...document.querySelectorAll(".opened *")].map(e => e.tagName.toLowerCase()).filter((n, i, all) => all.indexOf(n) === i)`)
	for _, tag := range inside {
		if !strings.Contains(" dl dt dd div p span strong ul li h4 code button a ", " "+tag+" ") {
			t.Errorf("a report has become <%s>", tag)
		}
	}
	if got := win.text(`[data-field=vehicle] dd`); got != "rapò U+202Egpj.exeU+202C U+2066xU+2069 U+200BU+FEFFU+0000U+001B[31m" {
		t.Errorf("what steers text is shown as %q", got)
	}
	// Marks upon marks stay in their box.
	if sitetest.Ask[string](win.Tab, `getComputedStyle(document.querySelector("[data-field=what] dd")).contain`) == "none" {
		t.Error("text can reach out of its box")
	}
	if n := sitetest.Ask[int](win.Tab, `document.querySelector("[data-field=what] dd").textContent.length`); n > 6000 {
		t.Errorf("%d characters are shown at once", n)
	}
	win.press("[data-field=what] button")
	win.until("all is shown when it is asked for", `document.querySelector("[data-field=what] dd").textContent.length > 200000`)

	// Only the real picture can be shown, and the PDF as pictures.
	shown := sitetest.Ask[[]bool](win.Tab, `[...document.querySelectorAll(".file [data-do=show-file]")].map(b => !b.hidden)`)
	if len(shown) != 4 || shown[0] || shown[1] || !shown[2] || !shown[3] {
		t.Errorf("files can be shown: %v", shown)
	}
	names := sitetest.Ask[[]string](win.Tab, `[...document.querySelectorAll(".file a[download]")].map(a => a.download)`)
	want := []string{"foto.svg", "fotogpj.html", `_img src=x onerror=_document.title='owned'__.jpg`, "rapport.pdf"}
	if strings.Join(names, "|") != strings.Join(want, "|") {
		t.Errorf("the names of files are %q", names)
	}
	dir := t.TempDir()
	sitetest.Call(win.Tab, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: dir, BrowserContextID: chromedp.FromContext(win.Ctx).BrowserContextID, EventsEnabled: new(true)})
	ctx, cancel := context.WithTimeout(win.Ctx, sitetest.Patience)
	defer cancel()
	progress := chromedp.Events(ctx, browser.DownloadProgress)
	win.press(".file a[download]")
	for p, err := range progress {
		if err != nil {
			t.Fatalf("the file never came: %v", err)
		}
		if p.State == browser.DownloadProgressStateCompleted {
			break
		}
	}
	if got, err := os.ReadFile(filepath.Join(dir, "foto.svg")); err != nil || string(got) != svg {
		t.Errorf("the original is %q (%v)", got, err)
	}
	// Opened as a page, it would be no page of the desk: a blob of bytes without type.
	if kinds := sitetest.Ask[[]string](win.Tab, `Promise.all([...document.querySelectorAll(".file a[download]")].map(a => fetch(a.href).then(r => r.blob()).then(b => b.type).catch(e => "kept out")))`); strings.Join(kinds, "|") != "kept out|kept out|kept out|kept out" {
		t.Errorf("the blobs are of the types %q", kinds)
	}
	if got := sitetest.Ask[string](win.Tab, "document.title"); got != title {
		t.Errorf("at the end the title is %q", got)
	}
	for _, f := range win.Settle() {
		// The field for a day has a picture of Chromium's own.
		if !strings.HasPrefix(f.Address, w.home+"/") && !strings.HasPrefix(f.Address, "blob:"+w.home) && !strings.HasPrefix(f.Address, "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSIxNiI") {
			t.Errorf("the page asked %s", f.Address)
		}
	}
}
