package report_test

import (
	"flag"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"temwen/locale"
	"temwen/site/report"
	"temwen/site/sitetest"
)

// pictures is a folder for a picture of every page, for whoever changes how they
// look:
//
//	go test ./site/report -run TestInChromium/pictures -pictures DIR
var (
	pictures = flag.String("pictures", "", "write a picture of every page into this `folder`")
	pictured = flag.String("pictured", "", "only of these `pages`, parted by commas")
)

// Given a folder, then a picture of every page is in it, as on a phone in Creole
// and at a desk in English, light and dark, without a script.
func testPictures(t *testing.T, b *sitetest.Browser) {
	if *pictures == "" {
		t.Skip("skipped: no folder for pictures was given (-pictures DIR)")
	}
	t.Run("scripted", func(t *testing.T) { picturesScripted(t, b) })
	for _, c := range []struct {
		name   string
		lang   locale.Lang
		reader sitetest.Reader
	}{
		{"phone-light", locale.Creole, oldPhone},
		{"phone-dark", locale.French, sitetest.Reader{Width: 360, Phone: true, Dark: true, NoScript: true}},
		{"desk-light", locale.English, sitetest.Reader{Width: 1200, NoScript: true}},
		{"desk-dark", locale.Spanish, sitetest.Reader{Width: 1200, Dark: true, NoScript: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := serve(t).visitor(t, b, c.lang, c.reader)
			for _, p := range pageTypes {
				if *pictured == "" || slices.Contains(strings.Split(*pictured, ","), p.name) {
					p.open(v)
					v.Picture(filepath.Join(*pictures, p.name+"_"+c.name+".png"))
				}
			}
		})
	}
}

// picturesScripted takes pictures of what pages show only with their script.
func picturesScripted(t *testing.T, b *sitetest.Browser) {
	v := serve(t).visitor(t, b, locale.Creole, newPhone)
	picture := func(name string) {
		if *pictured == "" || slices.Contains(strings.Split(*pictured, ","), "scripted") {
			v.Picture(filepath.Join(*pictures, "scripted-"+name+".png"))
		}
	}
	v.Visit("/ht/1")
	v.until(`!document.querySelector("[data-scripted]").hidden`)
	picture("form")
	v.click("#report .send")
	v.until(`!document.querySelector("#problem").hidden`)
	picture("mistake")
	v.fill("#what", "Yo kraze pòt la.")
	v.click("#report .send")
	v.until(`!document.querySelector("#done").hidden && !document.querySelector("#done [data-when=sent]").hidden`)
	picture("done")
	code := v.code()
	v.office.Reply(t, report.Seen, locale.Creole, "Mèsi paske ou pale.", "papye.txt", []byte("papye"))
	v.Load(chromedp.Click(chromedp.CSS("[data-do=kept]")))
	v.until(`!!document.querySelector(".month")`)
	v.Visit("/ht/4")
	v.fill("#code", code)
	v.click("#return .send")
	v.until(`!document.querySelector("#thread").hidden && !!document.querySelector("#messages .theirs")`)
	v.unfold()
	picture("thread")
}
