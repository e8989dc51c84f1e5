package desk_test

import (
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"

	"temwen/casework"
	"temwen/site"
	"temwen/site/sitetest"
	"temwen/store"
	"temwen/when"
)

// asks asks on a case's page to make some of its fields public.
func (w *window) asks(id string, fields ...string) {
	w.Helper()
	w.open("/cases/" + id)
	w.do("opening the form", chromedp.Click(chromedp.CSS("#ask-publication > summary")))
	for _, field := range fields {
		w.press("#f-" + field)
	}
	w.send("#ask-publication button")
	w.sees("It is asked for. Another officer must decide.")
}

// reader is the phone of a reader of the public record.
func (k *docket) reader(t *testing.T, b *sitetest.Browser) *window {
	t.Helper()
	if _, err := k.store.Import(t.Context(), k.dossier, k.Now(), store.Progress{}); err != nil {
		t.Fatal(err)
	}
	if err := k.store.Publish(t.Context(), k.Now(), true, nil); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site.New(k.store, site.Options{Today: func(string) when.Day { return k.today() }}))
	t.Cleanup(server.Close)
	return &window{b.Open(t, server.URL, sitetest.Reader{Width: 360, Phone: true}), k.world, "en"}
}

// Given a case, when one person asks to make it public, then they cannot decide on it
// themselves, also not by a form of their own; they can withdraw it; and once another
// agrees on the page of decisions, the public page shows what was asked for, until the
// two take it back.
func testDecisions(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	k.admit(t, "marasa")
	id := k.open(t, "mss-civil")
	one, two := k.sit(t, b, "en", atDesk), k.sit(t, b, "en", sitetest.Reader{Width: 360, Phone: true})
	one.signIn("lakay")
	two.signIn("marasa")

	two.open("/decisions")
	two.sees("No request about a case waits.")
	one.asks(id, "state", "opened")
	one.open("/decisions")
	one.sees("Another officer must decide: it takes two people.")
	if one.is(`document.querySelector('main form[action$="/publish"]')`) {
		t.Error("who asked is offered to decide")
	}
	one.is(`(() => { const f = document.querySelector('main form[action$="/drop-publication"]'); f.action = f.action.replace("drop-publication", "publish"); return true })()`)
	one.send(`main form[action$="/publish"] button`)
	one.sees("A second person must do this")

	one.open("/decisions")
	two.open("/decisions")
	one.send(`main form[action$="/drop-publication"] button`)
	one.sees("The request is off the table.")
	two.send(`main form[action$="/publish"] button`)
	two.sees("lakay was faster, and withdrew or refused the request")
	two.open("/decisions")
	two.sees("No request about a case waits.")

	one.asks(id, "state", "opened")
	two.open("/decisions")
	two.sees("lakay asks since")
	two.send(`main form[action$="/publish"] button`)
	two.sees("Decided: it is public.")

	reader := k.reader(t, b)
	reader.open("/missions/mss/conduct")
	reader.until("the case is public", `document.querySelector("#cases article")?.innerText.includes("Kenya")`)
	reader.send("#cases article a[href*='/conduct/']")
	reader.sees("made public")

	one.open("/cases/" + id)
	one.do("opening the form", chromedp.Click(chromedp.CSS("#ask-retraction > summary")))
	one.choose("#retract-ground", "safety")
	one.send("#ask-retraction button")
	two.open("/decisions")
	two.send(`main form[action$="/retract"] button`)
	two.sees("Decided: it is taken back.")
	s, err := casework.PublishedCases(t.Context(), k.store, 0)
	if err != nil || len(s.Stones) != 1 {
		t.Fatalf("in public stand %+v (%v)", s, err)
	}
	if status := reader.open("/missions/mss/conduct"); status != 200 {
		t.Errorf("the page answers %d", status)
	}
	reader.sees("A case stood here.")
	reader.send("#cases .stone a[href*='/conduct/']")
	reader.sees("They prove that something stood here")
}
