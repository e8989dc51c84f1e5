package report_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"temwen/locale"
	"temwen/site/report"
	"temwen/site/sitetest"
)

// pageType is a page by how one comes to it.
type pageType struct {
	name string
	open func(*visitor) // leads to it
}

// pageTypes are all pages, those that answer a form too.
var pageTypes = []pageType{
	{"entrance", func(v *visitor) { v.Visit(v.at("")) }},
	{"general", func(v *visitor) { v.Visit(v.at("1")) }},
	{"general-open", func(v *visitor) { v.Visit(v.at("1")); v.unfold() }},
	{"exploitation", func(v *visitor) { v.Visit(v.at("2")); v.unfold() }},
	{"child", func(v *visitor) { v.Visit(v.at("3")); v.unfold() }},
	{"mistake", func(v *visitor) { v.Visit(v.at("1")); v.press("#report .send") }},
	{"code", func(v *visitor) { v.write("Yon machin blende kraze miray lakay mwen.") }},
	{"back", func(v *visitor) { v.Visit(v.at("4")) }},
	{"mistyped", func(v *visitor) { v.write("X"); code := v.code(); v.comeBack(swap(code)) }},
	{"help", func(v *visitor) { v.Visit(v.at("5")) }},
	{"thread", func(v *visitor) {
		v.write("X")
		code := v.code()
		v.office.Reply(v.T, report.Seen, locale.Creole, "Mèsi paske ou pale.\n\nKi jou sa te pase?", "papye.txt", []byte("papye"))
		v.comeBack(code)
		v.unfold()
	}},
	{"sure", func(v *visitor) {
		v.write("X")
		v.comeBack(v.code())
		v.unfold()
		v.press(`form:has([value="sure"]) button`)
	}},
	{"withdrawn", func(v *visitor) {
		v.write("X")
		v.comeBack(v.code())
		v.unfold()
		v.press(`form:has([value="sure"]) button`)
		v.press(".send")
	}},
	{"calendar", func(v *visitor) { v.Visit(v.at("calendar")) }},
	{"no such page", func(v *visitor) { v.Visit(v.at("none")) }},
}

// visitor is somebody in front of the pages.
type visitor struct {
	*sitetest.Tab
	office served
	lang   locale.Lang
}

func (s served) visitor(t *testing.T, b *sitetest.Browser, lang locale.Lang, r sitetest.Reader) *visitor {
	t.Helper()
	return &visitor{Tab: b.Open(t, s.home, r), office: s, lang: lang}
}

// at is the address of a page in the visitor's language.
func (v *visitor) at(page string) string { return "/" + string(v.lang) + "/" + page }

// press presses what leads to another page.
func (v *visitor) press(selector string) int {
	v.Helper()
	return v.Load(chromedp.Click(chromedp.CSS(selector)))
}

// fill types into a field.
func (v *visitor) fill(selector, text string) {
	v.Helper()
	v.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// empty takes out what stands in a field.
func (v *visitor) empty(selector string) {
	v.Helper()
	sitetest.Ask[bool](v.Tab, `document.querySelector("`+selector+`").value = "", true`)
}

// do does something that leads nowhere.
func (v *visitor) do(action chromedp.Action[chromedp.Void]) {
	v.Helper()
	if _, err := chromedp.Run(v.Ctx, action); err != nil {
		v.Fatal(err)
	}
}

// unfold opens all that is folded.
func (v *visitor) unfold() {
	v.Helper()
	sitetest.Ask[bool](v.Tab, `document.querySelectorAll("details").forEach(d => d.open = true), true`)
}

// text is what stands in an element.
func (v *visitor) text(selector string) string {
	v.Helper()
	return sitetest.Ask[string](v.Tab, `document.querySelector("`+selector+`").innerText`)
}

// write sends a report of one sentence.
func (v *visitor) write(what string) {
	v.Helper()
	v.Visit(v.at("1"))
	v.fill("#what", what)
	if status := v.press("#report .send"); status != 201 {
		v.Fatalf("sending is answered with %d: %s", status, v.text("main"))
	}
}

// code is the code that the page shows.
func (v *visitor) code() string {
	v.Helper()
	return strings.Join(strings.Fields(v.text(".code")), " ")
}

// comeBack opens a thread with a code.
func (v *visitor) comeBack(code string) int {
	v.Helper()
	v.Visit(v.at("4"))
	v.fill("#code", code)
	return v.press("#return .send")
}

// swap exchanges the second and third digit of a code's fourth group, or changes
// one where they are the same.
func swap(code string) string {
	var digits []byte
	for _, c := range []byte(code) {
		if '0' <= c && c <= '9' {
			digits = append(digits, c)
		}
	}
	if digits[13] == digits[14] {
		digits[13] = '0' + (digits[13]-'0'+1)%10
	} else {
		digits[13], digits[14] = digits[14], digits[13]
	}
	return string(digits)
}
