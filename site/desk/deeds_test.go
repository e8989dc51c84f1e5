package desk_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"temwen/intake"
	"temwen/office"
	"temwen/seal"
)

// thread is a thread as it stands.
func (w *world) thread(t testing.TB, id string) *intake.Thread {
	t.Helper()
	th, err := w.intake.Thread(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return th
}

// seen is the version that a page's forms bring along.
func seen(doc *goquery.Document) string {
	v, _ := doc.Find(`input[name=seen]`).First().Attr("value")
	return v
}

// Given an officer without JavaScript, when they work through the pages, then the
// inbox is there with its views, a report can be assigned, moved on, closed as not for
// this office, joined to another and parted again; what is sealed says that it takes
// JavaScript.
func TestWithoutScripts(t *testing.T) {
	w := found(t)
	marasa := w.admit(t, "marasa")
	_, one := w.report(t, simple("youn"))
	_, two := w.report(t, simple("de"))
	d := w.signedIn(t, "lakay")

	_, inbox := d.page("/en/inbox?view=unread")
	if n := inbox.Find("table.inbox tbody tr.unread").Length(); n != 2 {
		t.Errorf("%d reports are unread", n)
	}
	if views := inbox.Find("nav.contents a").Length(); views != 6 {
		t.Errorf("there are %d views", views)
	}
	_, page := d.page("/en/threads/" + one)
	if !strings.Contains(page.Find("[data-plain]").First().Text(), "JavaScript") || page.Find("[data-plain][hidden]").Length() > 0 {
		t.Error("the page does not say that unsealing takes JavaScript")
	}
	if page.Find("[data-scripted]:not([hidden])").Length() > 0 {
		t.Error("something is shown that works only with JavaScript")
	}

	r, page := d.submit("/en/threads/"+one+"/assign", "seen", seen(page), "officer", marasa.id)
	if r.StatusCode != http.StatusOK || !strings.Contains(page.Find(".verdict").Text(), "Assigned to marasa") || page.Find("#status").Text() != "It is assigned." {
		t.Errorf("after assigning: %d %s", r.StatusCode, page.Find("main").Text())
	}
	if _, again := d.page("/en/threads/" + one); again.Find("#status").Text() != "" {
		t.Error("what was done is said twice")
	}
	_, page = d.submit("/en/threads/"+one+"/stage", "seen", seen(page), "stage", "waiting", "since", "2026-10-01")
	if text := page.Find(".verdict").Text(); !strings.Contains(text, "waiting for the answer") || !strings.Contains(text, "since 1 October 2026") {
		t.Errorf("after waiting: %s", text)
	}

	_, page = d.page("/en/threads/" + two)
	r, page = d.submit("/en/threads/"+two+"/join", "seen", seen(page), "into", one)
	if r.Request.URL.Path != "/en/threads/"+one || page.Find("li.item").Length() != 2 || !strings.Contains(page.Find("li.item").Last().Text(), "with the code of report 2") {
		t.Errorf("joined at %s: %s", r.Request.URL.Path, page.Find("ol.items").Text())
	}
	if n := page.Find("input.reporter").Length(); n != 2 {
		t.Errorf("a reply would go to %d codes", n)
	}
	if r, _ := d.page("/en/threads/" + two); r.Request.URL.Path != "/en/threads/"+one {
		t.Errorf("the joined one is at %s", r.Request.URL.Path)
	}
	parting := page.Find(`form[action$="/part"]`)
	version, _ := parting.Find("[name=seen]").Attr("value")
	if _, page = d.submit("/en/threads/"+two+"/part", "seen", version); page.Find("#status").Text() != "The reports are parted again." {
		t.Errorf("after parting: %s", page.Find("main").Text())
	}
	_, page = d.page("/en/threads/" + two)
	_, page = d.submit("/en/threads/"+two+"/stage", "seen", seen(page), "stage", "closed", "foreign", "1")
	if text := page.Find(".verdict").Text(); !strings.Contains(text, "closed") || !strings.Contains(text, "not for this office") {
		t.Errorf("after closing: %s", text)
	}
	if th := w.thread(t, two); !th.Foreign || th.Stage != intake.Closed {
		t.Errorf("the thread is %+v", th)
	}
}

// Given a page that another officer has overtaken, or a form that makes no sense,
// when it is sent, then nothing happens and the answer says why, with who was faster.
func TestDeedsThatAreRefused(t *testing.T) {
	w := found(t)
	marasa := w.admit(t, "marasa")
	gone := w.admit(t, "ayizan")
	w.do(t, w.first.id, office.Remove{Officer: gone.id, Epoch: w.nextEpoch(t, gone.id)})
	person, one := w.report(t, simple("youn"))
	_, two := w.report(t, simple("de"))
	d := w.signedIn(t, "lakay")
	_, page := d.page("/en/threads/" + one)
	old := seen(page)
	if err := w.intake.Do(t.Context(), marasa.id, intake.Assign{Thread: one, Seen: w.thread(t, one).Version, Officer: marasa.id}); err != nil {
		t.Fatal(err)
	}
	_, page = d.page("/en/threads/" + two)
	fresh := seen(page)
	for _, c := range []struct {
		name, address string
		fields        []string
		status        int
		says          string
	}{
		{"somebody was faster", one + "/stage", []string{"seen", old, "stage", "case"}, 409, "marasa was faster"},
		{"no version", two + "/stage", []string{"stage", "case"}, 400, "cannot read this form"},
		{"no stage", two + "/stage", []string{"seen", fresh}, 400, "cannot read this form"},
		{"a stage that is the person’s", two + "/stage", []string{"seen", fresh, "stage", "withdrawn"}, 400, "cannot read this form"},
		{"a stage that is none", two + "/stage", []string{"seen", fresh, "stage", "<b>"}, 400, "cannot read this form"},
		{"foreign and not closed", two + "/stage", []string{"seen", fresh, "stage", "read", "foreign", "1"}, 400, "cannot read this form"},
		{"a day that is none", two + "/stage", []string{"seen", fresh, "stage", "waiting", "since", "2026-02-30"}, 400, "This is not a day"},
		{"nobody of that name", two + "/assign", []string{"seen", fresh, "officer", "nobody"}, 404, "no such officer"},
		{"who was removed", two + "/assign", []string{"seen", fresh, "officer", gone.id}, 404, "no such officer"},
		{"joined to itself", two + "/join", []string{"seen", fresh, "into", two}, 409, "cannot be joined to itself"},
		{"joined to nothing", two + "/join", []string{"seen", fresh, "into", "x"}, 404, ""},
		{"no such thread", "x/stage", []string{"seen", fresh, "stage", "case"}, 404, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, page := d.submit("/en/threads/"+c.address, c.fields...)
			if text := page.Find("main").Text(); r.StatusCode != c.status || !strings.Contains(text, c.says) {
				t.Errorf("%d: %s", r.StatusCode, text)
			}
			if m := regexp.MustCompile(`\[[a-z]+(\.[a-z0-9-]+)+\]|\{[a-z0-9]+\}|%!`).FindString(page.Text()); m != "" {
				t.Errorf("the page shows %q", m)
			}
		})
	}
	if err := w.intake.Withdraw(t.Context(), person.keys.Lookup); err != nil {
		t.Fatal(err)
	}
	_, page = d.page("/en/threads/" + one)
	if !strings.Contains(page.Find(".note").Text(), "withdrawn this report") || page.Find(`#reply, #refer, #move, #not-ours, form[action$="/assign"]`).Length() > 0 {
		t.Errorf("a withdrawn report can still be worked on: %s", page.Find("main").Text())
	}
	if r, page := d.submit("/en/threads/"+one+"/stage", "seen", "1", "stage", "case"); r.StatusCode != http.StatusConflict {
		t.Errorf("a withdrawn report is moved: %d %s", r.StatusCode, page.Find("main").Text())
	}
}

// nextEpoch is a new key for all but one.
func (w *world) nextEpoch(t testing.TB, without string) *office.Epoch {
	t.Helper()
	s := w.state(t)
	left := slices.DeleteFunc(s.Admitted(), func(o office.Officer) bool { return o.ID == without })
	e, key, err := office.NewEpoch(s.Current().Number+1, left, s.Recovery)
	if err != nil {
		t.Fatal(err)
	}
	w.epoch, w.number = key, e.Number
	return &e
}

// Given scripts that say what makes no sense, then nothing is kept and the answer is a
// code that the page has words for.
func TestScriptsThatAreRefused(t *testing.T) {
	w := found(t)
	_, one := w.report(t, simple("youn"))
	w.join(t, "loko")
	d := w.signedIn(t, "lakay")
	_, page := d.page("/ht/threads/" + one)
	known := page.Find("template[data-say]").Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("data-say", "") })
	good := b64(w.sealed(t, seal.Message{From: seal.FromOffice, Kind: seal.KindNote, Lang: "ht", Text: "x"}))
	for _, c := range []struct {
		name, address string
		what          any
		status        int
		error         string
	}{
		{"a note that is none", "/threads/" + one + "/note", map[string]any{"epoch": 1, "envelope": b64([]byte("x"))}, 400, "malformed"},
		{"a note to an old key", "/threads/" + one + "/note", map[string]any{"epoch": 7, "envelope": good}, 409, "old-epoch"},
		{"a note with more", "/threads/" + one + "/note", map[string]any{"epoch": 1, "envelope": good, "x": 1}, 400, "bad-form"},
		{"padded base64", "/threads/" + one + "/note", map[string]any{"epoch": 1, "envelope": "eA=="}, 400, "bad-form"},
		{"a letter to nobody", "/threads/" + one + "/reply", map[string]any{"letter": map[string]any{"epoch": 1, "copy": good, "person": map[string]string{}}}, 400, "malformed"},
		{"a letter to another", "/threads/" + one + "/reply", map[string]any{"letter": map[string]any{"epoch": 1, "copy": good, "person": map[string]string{"x": good}}}, 404, "unknown"},
		{"an envelope of no item", "/threads/" + one + "/items/9", map[string]any{}, 404, "no-page"},
		{"an envelope of no number", "/threads/" + one + "/items/x", map[string]any{}, 404, "no-page"},
		{"admitting nobody", "/office/admit", map[string]any{"officer": "x", "wraps": map[string]string{}}, 404, "unknown"},
		{"admitting without keys", "/office/admit", map[string]any{"officer": w.state(t).Named("loko").ID, "wraps": map[string]string{}}, 409, "incomplete"},
		{"a wrap of epoch 01", "/office/admit", map[string]any{"officer": "x", "wraps": map[string]string{"01": good}}, 400, "bad-form"},
		{"a key for nobody", "/office/rotate", map[string]any{"number": 2, "recipient": hybrid(t).Recipient().String(), "wraps": map[string]string{}}, 409, "incomplete"},
		{"a key that is none", "/office/rotate", map[string]any{"number": 2, "recipient": "age1x", "wraps": map[string]string{}}, 400, "malformed"},
		{"a key of the past", "/office/rotate", map[string]any{"number": 1, "recipient": "age1x", "wraps": map[string]string{}}, 409, "old-epoch"},
		{"shares of one", "/office/recovery", map[string]any{"recipient": hybrid(t).Recipient().String(), "need": 1, "of": 1, "proof": b64(make([]byte, 32)), "rescues": map[string]string{}}, 400, "malformed"},
		{"recovering what is not there", "/office/recover", map[string]any{"proof": b64(make([]byte, 32)), "wraps": map[string]string{}}, 403, "not-allow"},
		{"a passphrase without the one in use", "/me/passphrase", map[string]any{"login": b64(make([]byte, 32)), "key": good}, 403, "wrong"},
		{"a passkey that nobody asked for", "/me/passkeys", map[string]any{"label": "x", "credential": map[string]any{}}, 403, "passkey"},
		{"no JSON", "/me/passkeys", []int{1}, 400, "bad-form"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, said := d.say("/ht"+c.address, c.what)
			if status != c.status || said["error"] != c.error {
				t.Errorf("%d %v", status, said)
			}
			if code, _ := said["error"].(string); !slices.Contains(known, "error-"+code) {
				t.Errorf("the page has no words for %q", code)
			}
		})
	}
	if th := w.thread(t, one); len(th.Items) != 1 {
		t.Errorf("the thread has %d items", len(th.Items))
	}
}

// Given an officer who invites, then the link is shown once, works once, and can be
// withdrawn; a name that is none is refused.
func TestInviting(t *testing.T) {
	w := found(t)
	d := w.signedIn(t, "lakay")
	_, page := d.submit("/en/office/invite", "name", "Marasa!")
	if !strings.Contains(page.Find("main").Text(), "This cannot be a name") {
		t.Errorf("a bad name: %s", page.Find("main").Text())
	}
	_, page = d.submit("/en/office/invite", "name", "marasa")
	link := page.Find("#link code").Text()
	if !strings.HasPrefix(link, w.home+"/en/join#") {
		t.Fatalf("the link is %q", link)
	}
	if _, again := d.page("/en/office"); again.Find("#link").Length() > 0 {
		t.Error("the link is shown twice")
	}
	token := link[strings.Index(link, "#")+1:]
	if status, said := w.visitor(t).say("/fr/join/look", map[string]any{"token": token}); status != http.StatusOK || said["name"] != "marasa" {
		t.Errorf("the link tells %d %v", status, said)
	}
	_, page = d.submit("/en/office/withdraw", "id", page.Find(`form[action$="/withdraw"] [name=id]`).AttrOr("value", ""))
	if page.Find("#status").Text() != "The link is withdrawn." {
		t.Errorf("after withdrawing: %s", page.Find("main").Text())
	}
	if status, said := w.visitor(t).say("/fr/join/look", map[string]any{"token": token}); status != http.StatusGone || said["error"] != "used" {
		t.Errorf("a withdrawn link tells %d %v", status, said)
	}
}
