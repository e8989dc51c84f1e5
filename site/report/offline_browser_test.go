package report_test

import (
	"strings"
	"testing"

	"temwen/locale"
	"temwen/site/sitetest"
)

// testOffline: what is sealed without a network waits on the device, survives
// that the page is closed, cannot be read there, and is sent on the next visit.
func testOffline(t *testing.T, b *sitetest.Browser) {
	office, link := serve(t).connect(t)
	v := office.visitor(t, b, locale.French, newPhone)

	// Given a report that was sent while there was no network, and a page that was left,
	v.Visit(v.at("1"))
	v.fill("#what", "Ils ont brûlé la maison voisine.")
	link.set(true)
	v.click("#report .send")
	v.shown("#outbox")
	if !strings.Contains(v.text("#outbox"), "1") {
		t.Errorf("the page says %q", v.text("#outbox"))
	}
	// what is on the device has no word of it, and no code,
	left := sitetest.Ask[string](v.Tab, `new Promise((resolve) => {
		const open = indexedDB.open("o");
		open.onsuccess = () => {
			const parts = [];
			const all = open.result.transaction(["a", "b"]).objectStore("b").getAll();
			open.result.transaction("a").objectStore("a").getAll().onsuccess = (e) => parts.push(JSON.stringify(e.target.result));
			all.onsuccess = () => setTimeout(() => {
				open.result.close();
				resolve(parts.join() + all.result.map((b) => new TextDecoder("latin1").decode(b)).join());
			}, 100);
		};
	})`)
	if len(left) < 9000 || !strings.Contains(left, `"kind":"report"`) {
		t.Fatalf("on the device are %d characters", len(left))
	}
	code := v.digits()
	for _, secret := range []string{"maison", "brûl", code, code[:8], "token"} {
		if strings.Contains(left, secret) {
			t.Errorf("on the device stands %q", secret)
		}
	}
	// when they say that they have kept the code, then it is gone from the page, which waits;
	v.click("[data-do=kept]")
	v.until(`!document.querySelector("#done").offsetParent && document.querySelector("#code").textContent === ""`)
	if v.hidden("#outbox") || office.Len() != 0 {
		t.Error("the page does not wait")
	}
	// and when they come again with a network, then it arrives, once, and nothing is left.
	link.set(false)
	sitetest.Ask[bool](v.Tab, `(onbeforeunload = null, true)`)
	v.Visit(v.at("3"))
	v.until(`document.querySelector("#status").textContent && document.querySelector("#outbox").hidden`)
	if got := office.Latest(t).Report; got.What != "Ils ont brûlé la maison voisine." || office.Len() != 1 {
		t.Errorf("the office has %d parcels and reads %+v", office.Len(), got)
	}
	v.until(`(async () => (await indexedDB.databases()).length === 0)()`)
	if got := v.kept(); got != nothingKept {
		t.Errorf("the browser keeps %s", got)
	}
	v.comeBackScripted(code)
}

// comeBackScripted opens a thread with a code.
func (v *visitor) comeBackScripted(code string) {
	v.Helper()
	v.Visit(v.at("4"))
	v.fill("#return [name=code]", code)
	v.click("#return .send")
	v.shown("#thread")
}

// testErased: what waits is erased by one press, and not sent.
func testErased(t *testing.T, b *sitetest.Browser) {
	office, link := serve(t).connect(t)
	v := office.visitor(t, b, locale.English, newPhone)
	v.Visit(v.at("2"))
	v.fill("#what", "Something that I do not want to tell after all.")
	link.set(true)
	v.click("#report .send")
	v.shown("#outbox [data-do=erase]")
	v.click("#outbox [data-do=erase]")
	v.shown("#report")
	v.until(`document.querySelector("#outbox").hidden`)
	if v.text("#code") != "" || sitetest.Ask[string](v.Tab, `document.querySelector("#what").value`) != "" || !v.hidden("#outbox") {
		t.Errorf("the page still shows:\n%s", v.text("main"))
	}
	v.until(`(async () => (await indexedDB.databases()).length === 0)()`)
	link.set(false)
	v.Visit(v.at("2"))
	v.shown("#report")
	if got := v.kept(); got != nothingKept || office.Len() != 0 {
		t.Errorf("the browser keeps %s, the office %d parcels", got, office.Len())
	}
}
