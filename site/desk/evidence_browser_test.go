package desk_test

import (
	"bytes"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"temwen/capture"
	"temwen/casework"
	"temwen/seal"
	"temwen/site/sitetest"
)

// evidencePictures is a folder for pictures of the pages of evidence:
//
//	go test ./site/desk -run TestEvidenceInChromium/pictures -evidence-pictures DIR
var evidencePictures = flag.String("evidence-pictures", "", "write pictures of the pages of evidence into this `folder`")

// Evidence in a real browser.
func TestEvidenceInChromium(t *testing.T) {
	b := sitetest.Start(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *sitetest.Browser)
	}{
		{"taken in, opened, saved, handed over", testEvidence},
		{"a file that was changed is said to be", testChangedEvidence},
		{"a file of a report is taken over", testTakeOver},
		{"a letter on paper is kept with its scan", testScan},
		{"a captured web page is recognised", testCaptured},
		{"pictures", testEvidencePictures},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, b) })
	}
}

// unlock opens the officer's key on a page that was loaded anew.
func (w *window) unlock() {
	w.Helper()
	w.write("#unlock-with", passphrase)
	w.press("#unlock button")
	w.isOpen()
}

// file writes a file to attach.
func (w *window) file(name string, content []byte) string {
	w.Helper()
	path := filepath.Join(w.T.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		w.Fatal(err)
	}
	return path
}

// takeIn adds an item through the form of the page.
func (w *window) takeIn(origin, path, words string) {
	w.Helper()
	w.until("the form is there", `document.querySelector("#add-evidence")`)
	w.do("opening the form", chromedp.Evaluate[chromedp.Void](`void (document.querySelector("#add-evidence").closest("details").open = true)`))
	w.Attach("#evidence-file", path)
	w.choose("#evidence-origin", origin)
	w.write("#evidence-text", words)
	w.press("#add-evidence .buttons button")
	w.sees("The evidence is sealed and on the record.")
	w.labelled()
}

// labelled waits until the labels are read, after which nothing moves on the page.
func (w *window) labelled() {
	w.Helper()
	w.until("the labels are read", `[...document.querySelectorAll("[data-exhibit]")].every((i) => i.querySelector("[data-body] code"))`)
}

// custody is what was done in a case with its evidence, without days.
func (k *docket) custody(t testing.TB, id string) (acts []string) {
	t.Helper()
	events, err := k.cases.History(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		switch {
		case e.Evidence != nil:
			acts = append(acts, strconv.Itoa(e.Evidence.N)+" taken "+e.Evidence.Origin)
		case e.Custody != nil:
			act := strconv.Itoa(e.Custody.N) + " " + e.Custody.Act
			if e.Custody.Differs {
				act += " differs"
			}
			acts = append(acts, act)
		}
	}
	return acts
}

// Given a case, when an officer adds a large file, then it is sealed in pieces, its
// name is read by who has the key alone, and each thing that is done with it stands
// in the custody log.
func testEvidence(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	w := k.sit(t, b, "en", atDesk)
	w.signIn("lakay")
	w.open("/cases/" + id + "/evidence")
	w.sees("Nothing is kept in this case yet.")

	// When the key is not open, then the form says so
	large := []byte(strings.Repeat("an invented statement, line after line\n", 80_000)) // three pieces
	path := w.file("statement of the baker.txt", large)
	w.do("opening the form", chromedp.Evaluate[chromedp.Void](`void (document.querySelector("#add-evidence").closest("details").open = true)`))
	w.Attach("#evidence-file", path)
	w.press("#add-evidence .buttons button")
	w.sees("Open your key first")
	w.unlock()
	w.takeIn("person", path, "Written down in an invented market.")

	// Then the label is read, and nothing of it is on the server in clear
	w.sees("statement of the baker.txt")
	w.sees("Written down in an invented market.")
	for _, folder := range []string{k.evidence, filepath.Dir(k.evidence)} {
		err := filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			if err == nil && (strings.Contains(string(b), "invented statement") || strings.Contains(string(b), "baker")) {
				t.Errorf("%s has it in clear", path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}

	// When it is opened, then it is whole, and can be read and saved
	w.choose("#why-1", "request")
	w.press("#item-1 [data-do=open-exhibit]")
	w.sees("The sealed file and what is in it are what was taken in.")
	w.press("#item-1 [data-do=show-exhibit]")
	w.sees("an invented statement, line after line")
	saved := t.TempDir()
	w.DownloadTo(saved)
	w.press("#item-1 [data-do=export-exhibit]")
	w.until("it is saved", `document.querySelector("#status").textContent === "" && !document.querySelector("[data-do=export-exhibit]").disabled`)
	w.press("#item-1 [data-do=check-exhibit]")
	w.until("it is checked", `!document.querySelector("#item-1 [data-do=export-exhibit]")?.offsetParent && document.querySelector("#item-1 .good")?.offsetParent`)

	// And it is handed over and comes back
	w.press("#item-1 details.deed summary")
	w.choose("#to-1", "prosecutor")
	w.press("#item-1 form[action$=handed] button")
	w.sees("It is recorded as handed over.")
	w.sees("It is at:")
	w.labelled()
	w.press("#item-1 form[action$=returned] button")
	w.sees("It is recorded as returned.")
	want := []string{"1 taken person", "1 opened", "1 exported", "1 opened", "1 checked", "1 handed", "1 returned"}
	if got := k.custody(t, id); strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("the custody log has %q", got)
	}

	// When a copy is added, then it names its original
	w.labelled()
	w.press("#item-1 details.deed:last-of-type summary")
	w.Attach("#copy-1", w.file("translation.txt", []byte("an invented translation")))
	w.choose("#made-1", "translated")
	w.press("#item-1 form.copy button")
	w.sees("translation.txt")
	w.sees("Copy of Item 1: translated.")

	// And locking takes the names off the page
	w.press("[data-do=lock]")
	w.until("the names are gone", `!document.body.innerText.includes("translation.txt")`)
	w.open("/cases/" + id + "/evidence/custody")
	for _, words := range []string{"handed to: prosecutor", "an office asked for it", "copied as item 2: translated", "SHA-256 of the sealed file"} {
		w.sees(words)
	}
	w.open("/cases/" + id)
	w.sees("2 items are kept.")
	w.quiet()
}

// Given a sealed file that was changed on the server, when it is opened, then the page
// says so plainly, and so does the custody log.
func testChangedEvidence(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	w := k.sit(t, b, "en", sitetest.Reader{Width: 360, Phone: true})
	w.signIn("lakay")
	w.open("/cases/" + id + "/evidence")
	w.unlock()
	w.takeIn("office", w.file("a.txt", []byte("invented")), "")
	files, err := filepath.Glob(filepath.Join(k.evidence, "files", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%q, %v", files, err)
	}
	sealed, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	sealed[len(sealed)-1]++
	if err := os.WriteFile(files[0], sealed, 0o600); err != nil {
		t.Fatal(err)
	}
	w.press("#item-1 [data-do=open-exhibit]")
	w.sees("The sealed bytes that came are not those on the record.")
	w.open("/cases/" + id + "/evidence")
	w.sees("When it was last checked, this file was not the one that was taken in.")
	if got := strings.Join(k.custody(t, id), ", "); got != "1 taken office, 1 opened, 1 checked differs" {
		t.Errorf("the custody log has %q", got)
	}
	w.quiet()
}

// Given a report with a photograph, when an officer who has opened it takes the
// photograph over, then it is evidence of the case, and the report is named.
func testTakeOver(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	said := door
	said.Consent = seal.ConsentOffice
	_, thread := k.report(t, said, file{"foto.jpg", "image/jpeg", picture(t), seal.Meta{Camera: "A telephone"}})
	w := k.sit(t, b, "en", sitetest.Reader{Width: 360, Phone: true})
	w.signIn("lakay")
	w.open("/threads/" + thread)
	w.unlock()
	w.press("[data-do=take-file]")
	w.sees("The person allows only this office to read it")
	w.choose(".take-over [name=reliability]", "B")
	w.press(".take-over button")
	w.sees("Give both grades, or none.")
	w.choose(".take-over [name=credibility]", "2")
	w.write(".take-over [name=text]", "An invented gate.")
	w.press(".take-over button")
	w.sees("The evidence is sealed and on the record.")
	c, err := k.cases.Case(t.Context(), k.first.id, id)
	if err != nil || len(c.Evidence) != 1 {
		t.Fatalf("%+v, %v", c, err)
	}
	if e := c.Evidence[0]; e.Origin != "report" || e.Thread != thread || e.Item != 1 || e.Grade != "B2" {
		t.Errorf("%+v", e)
	}
	w.open("/cases/" + id + "/evidence")
	w.unlock()
	w.sees("foto.jpg")
	w.sees("The report it came with")
	w.quiet()
}

// Given a step that waits, when a request for more time and then an answer come on
// paper, then each is recorded with its scan, which is evidence and linked.
func testScan(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	w := k.sit(t, b, "en", atDesk)
	w.signIn("lakay")
	w.open("/cases/" + id)
	w.unlock()
	open := func(form string) {
		w.do("opening the form", chromedp.Evaluate[chromedp.Void](`void (document.querySelector("form[action$='`+form+`']").closest("details").open = true)`))
	}
	open("ask-time")
	w.Attach("#scan-t-1", w.file("letter 1.pdf", []byte("%PDF-1.4 invented")))
	w.do("choosing a day", chromedp.SetValue(chromedp.CSS("#at-to-1"), (k.today()+40).String()))
	w.press("form[action$=ask-time] .buttons button")
	w.sees("The request for more time is on the record.")
	w.sees("The letter: item 1")
	open("steps/1/answer")
	w.press("#step-1 input[value=informed]")
	w.Attach("#scan-a-1", w.file("letter 2.pdf", []byte("%PDF-1.4 invented, too")))
	w.press("form[action$='steps/1/answer'] .buttons button")
	w.sees("The answer is on the record.")
	w.sees("The letter: item 2")
	w.press("a[href$='evidence#item-2']")
	w.sees("letter 2.pdf")
	w.sees("Letter of step 1:")
	if got := strings.Join(k.custody(t, id), ", "); got != "1 taken recipient, 2 taken recipient" {
		t.Errorf("the custody log has %q", got)
	}
	w.quiet()
}

// Given a web page that was captured on an officer's machine, when the file is added, then
// the form knows the day and the address; the record has the day, and the seal the
// address.
func testCaptured(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<title>Invented</title>")
	}))
	defer page.Close()
	var file bytes.Buffer
	if _, err := capture.Capture(t.Context(), &file, []string{page.URL + "/statement"}, capture.Options{Now: k.Now}); err != nil {
		t.Fatal(err)
	}
	w := k.sit(t, b, "en", atDesk)
	w.signIn("lakay")
	w.open("/cases/" + id + "/evidence")
	w.unlock()
	w.do("opening the form", chromedp.Evaluate[chromedp.Void](`void (document.querySelector("#add-evidence").closest("details").open = true)`))
	w.Attach("#evidence-file", w.file("capture.warc.gz", file.Bytes()))
	w.until("it is recognised", `document.querySelector("#evidence-origin").value === "web" && document.querySelector("#evidence-day").value === "2026-11-28" && document.querySelector("#evidence-address").value.endsWith("/statement")`)
	w.press("#add-evidence .buttons button")
	w.sees("a public web page, 28 November 2026")
	w.sees(page.URL + "/statement")
	c, err := k.cases.Case(t.Context(), k.first.id, id)
	if err != nil || len(c.Evidence) != 1 || c.Evidence[0].Origin != "web" || c.Evidence[0].Day.String() != "2026-11-28" {
		t.Fatalf("%+v, %v", c, err)
	}
	if _, content := k.plain(t, id, 1); !bytes.Equal(content, file.Bytes()) {
		t.Error("the file is another one")
	}
	w.quiet()
}

// Given a folder, then pictures of the pages of evidence are in it, and nothing is in
// anybody's way there.
func testEvidencePictures(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	w := k.sit(t, b, "en", atDesk)
	w.signIn("lakay")
	w.open("/cases/" + id + "/evidence")
	w.unlock()
	w.takeIn("person", w.file("photograph.jpg", picture(t)), "An invented photograph of a gate.")
	w.takeIn("web", w.file("page.warc.gz", []byte("invented")), "An invented page.")
	k.act(t, id, casework.Handle{Custody: casework.Custody{N: 1, Act: casework.ActHanded, Why: "request", To: "inquiry"}})
	k.act(t, id, casework.RecordAnswer{Step: 1, Answer: casework.Answer{Answer: "informed", How: "letter"}})
	pages := []string{"/cases/" + id + "/evidence", "/cases/" + id + "/evidence/custody", "/cases/" + id}
	narrow := k.sit(t, b, "ht", sitetest.Reader{Width: 320, Phone: true})
	narrow.signIn("lakay")
	for _, page := range pages {
		narrow.FindNothing("/ht"+page, false)
		narrow.open(page)
		narrow.do("opening the forms", chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("details.deed").forEach((d) => { d.open = true })`))
		if over := sitetest.Ask[int](narrow.Tab, `document.documentElement.scrollWidth - 320`); over > 0 {
			t.Errorf("%s is %d pixels too wide", page, over)
		}
	}
	if *evidencePictures == "" {
		return
	}
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
			if i == 2 {
				w.do("opening the forms", chromedp.Evaluate[chromedp.Void](`document.querySelectorAll("#step-2 details.deed").forEach((d, i) => { d.open = i < 2 })`))
			}
			if i == 0 {
				w.unlock()
				w.labelled()
			}
			w.Picture(filepath.Join(*evidencePictures, strconv.Itoa(i)+"-"+c.name+".png"))
			if i == 1 && c.name == "desk-light" {
				w.Media("print", false)
				w.Picture(filepath.Join(*evidencePictures, "custody-print.png"))
				w.Media("", false)
			}
		}
	}
}
