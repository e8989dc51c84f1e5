package report_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"temwen/site/sitetest"
)

// The pages with their scripts in a real browser, each test a file of its own.
func TestScriptsInChromium(t *testing.T) {
	b := sitetest.StartWhole(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *sitetest.Browser)
	}{
		{"the story with a script", testScriptedStory},
		{"without a network it waits on the device", testOffline},
		{"what waits can be erased", testErased},
		{"50 MB over a link that breaks ten times", testBrokenLink},
		{"quick exit leaves nothing behind", testQuickExit},
		{"a mistyped code is told by its group", testMistyped},
		{"the server never sees the code", testCodeStays},
		{"a browser that cannot seal", testOldBrowser},
		{"a browser that fails to seal", testFailsToSeal},
		{"a browser that keeps nothing", testNoStorage},
		{"what is refused gives the form back", testRefused},
		{"whatever a parcel is named", testAnyName},
		{"a voice note", testVoice},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, b) })
	}
}

// until waits until an expression is true, on this page or on one that follows.
func (v *visitor) until(expression string) {
	v.Helper()
	ctx, cancel := context.WithTimeout(v.Ctx, sitetest.Patience)
	defer cancel()
	look := chromedp.Evaluate[bool](`(async () => { try { return !!(await (`+expression+`)) } catch { return false } })()`, chromedp.EvalAwaitPromise)
	for {
		if is, err := chromedp.Run(ctx, look); err == nil && is { // an error: the page was left meanwhile
			return
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			v.Fatalf("it never came to be that %s; the page says:\n%s", expression, v.text("body"))
		}
	}
}

// shown waits until an element is shown.
func (v *visitor) shown(selector string) {
	v.Helper()
	v.until(`document.querySelector("` + selector + `").offsetParent`)
}

// hidden reports whether an element is not shown.
func (v *visitor) hidden(selector string) bool {
	v.Helper()
	return sitetest.Ask[bool](v.Tab, `!document.querySelector("`+selector+`")?.offsetParent`)
}

// click presses what leads nowhere.
func (v *visitor) click(selector string) {
	v.Helper()
	for {
		_, err := chromedp.Run(v.Ctx, chromedp.Click(chromedp.CSS(selector)))
		if err == nil {
			return
		}
		if !strings.Contains(err.Error(), "Could not find node") { // else the page drew it anew between finding and pressing
			v.Fatal(err)
		}
	}
}

// digits is the code that the page shows, without what parts its groups.
func (v *visitor) digits() string {
	v.Helper()
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, v.code())
}

// choose chooses files for the form.
func (v *visitor) choose(files ...string) {
	v.Helper()
	v.unfold()
	v.do(chromedp.SetUploadFiles(chromedp.CSS("#files"), files))
}

// kept is what the browser keeps of the visit: databases, cookies, storage.
func (v *visitor) kept() string {
	v.Helper()
	return sitetest.Ask[string](v.Tab, `(async () => JSON.stringify([
		(await indexedDB.databases()).map((d) => d.name), document.cookie, localStorage.length, sessionStorage.length,
	]))()`)
}

const nothingKept = `[[],"",0,0]`

// photograph writes a picture with a camera's notes in it.
func photograph(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 48)), nil); err != nil {
		t.Fatal(err)
	}
	const model = "Egzanp X1\x00"
	notes := "Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x10\x00\x02\x00\x00\x00\x0a\x00\x00\x00\x1a\x00\x00\x00\x00" + model
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(notes)+2))
	picture := append(b.Bytes()[:2:2], append(segment, notes...)...)
	path := filepath.Join(t.TempDir(), "IMG_20240626_140322.jpg")
	if err := os.WriteFile(path, append(picture, b.Bytes()[2:]...), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
