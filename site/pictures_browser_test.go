package site_test

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"
)

// pictures is a folder for a picture of every type of page, for whoever changes
// how they look:
//
//	go test ./site -run TestInChromium/pictures -pictures DIR
var (
	pictures = flag.String("pictures", "", "write a picture of every type of page into this `folder`")
	pictured = flag.String("pictured", "", "only of pages whose address has this `text`")
)

// Given a folder, then a picture of every type of page is in it, as on a phone
// in Creole and at a desk in English, light and dark.
func testPictures(t *testing.T, b *browser) {
	if *pictures == "" {
		t.Skip("skipped: no folder for pictures was given (-pictures DIR)")
	}
	for _, c := range []struct {
		name, lang string
		reader     reader
	}{
		{"phone-light", "ht", reader{Width: 360, Phone: true}},
		{"phone-dark", "fr", reader{Width: 360, Phone: true, Dark: true}},
		{"desk-light", "en", reader{Width: 1200}},
		{"desk-dark", "es", reader{Width: 1200, Dark: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			window := b.open(t, c.reader)
			for _, s := range pageTypes(t) {
				if strings.Contains(s.Address, *pictured) {
					window.Visit("/" + c.lang + s.Address)
					window.Picture(filepath.Join(*pictures, strings.NewReplacer("/", "_", "?", "-", "&", "-").Replace(s.Address+"_")+c.name+".png"))
				}
			}
		})
	}
}
