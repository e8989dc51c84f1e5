package desk_test

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"temwen/site/sitetest"
)

// PDFs in a real browser.
func TestPDFInChromium(t *testing.T) {
	b := sitetest.StartWhole(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *sitetest.Browser)
	}{
		{"a certificate, redacted", testRedactPDF},
		{"scans, as they come", testScannedPDF},
		{"PDFs that cannot be drawn", testUnreadablePDF},
		{"one that takes too long is stopped", testStoppedPDF},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, b) })
	}
}

// sheaf is a PDF of these objects, the first being its catalogue.
func sheaf(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, len(objects), start)
	return b.Bytes()
}

// flow is an object with a stream.
func flow(entries, content string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", entries, len(content), content)
}

// certificate is a PDF of two pages with a word in each of the places in which a PDF keeps words,
// and everything that a hostile one tries.
func certificate(elsewhere string) []byte {
	page := func(content, annotations string) string {
		return "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 9 0 R >> >> /Contents " + content + " /Annots [" + annotations + "] /AA << /O 12 0 R >> >>"
	}
	return sheaf(
		"<< /Type /Catalog /Pages 2 0 R /OpenAction 12 0 R /AA << /WC 12 0 R >> /Metadata 7 0 R /Names << /EmbeddedFiles << /Names [(INVENTED-ATTACHED.txt) 10 0 R] >> /JavaScript << /Names [(x) 12 0 R] >> >> >>",
		"<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
		page("5 0 R", "8 0 R 13 0 R 14 0 R"),
		page("6 0 R", ""),
		flow("", "BT /F 24 Tf 72 720 Td (INVENTED-NAME of the patient) Tj ET BT /F 24 Tf 72 400 Td (was seen on this day) Tj ET 0 0 1 rg 72 100 200 50 re f"),
		flow("", "BT /F 24 Tf 72 720 Td (INVENTED-SECOND page) Tj ET"),
		flow("/Type /Metadata /Subtype /XML", "<x:xmpmeta xmlns:x='adobe:ns:meta/'>INVENTED-XMP</x:xmpmeta>"),
		"<< /Type /Annot /Subtype /Text /Rect [400 700 420 720] /Contents (INVENTED-NOTE) >>",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
		"<< /Type /Filespec /F (INVENTED-ATTACHED.txt) /EF << /F 11 0 R >> >>",
		flow("/Type /EmbeddedFile", "INVENTED-ATTACHMENT"),
		"<< /S /JavaScript /JS (app.launchURL\\('"+elsewhere+"/script'\\); this.submitForm\\('"+elsewhere+"/form'\\); fetch\\('"+elsewhere+"/fetch'\\); document.title = 'INVENTED-TITLE') >>",
		"<< /Type /Annot /Subtype /Link /Rect [0 0 595 842] /A << /S /URI /URI ("+elsewhere+"/link) >> >>",
		"<< /Type /Annot /Subtype /Link /Rect [0 0 595 842] /A << /S /Launch /F (INVENTED-PROGRAM) >> /AA << /PV 12 0 R >> >>",
		"<< /Title (INVENTED-INFO) /Author (INVENTED-AUTHOR) >>",
	)
}

var dct = regexp.MustCompile(`(?s)/Width (\d+) /Height (\d+) .{0,80}/DCTDecode /Length (\d+) >>\nstream\n`)

// drawnPages are those of the pages of a copy.
func drawnPages(t *testing.T, pdf []byte) (all []image.Image) {
	t.Helper()
	for _, at := range dct.FindAllSubmatchIndex(pdf, -1) {
		m, err := jpeg.Decode(bytes.NewReader(pdf[at[1]:]))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

// Given a certificate whose PDF has words in its text, its data, a note and an attachment, and which tries
// to run and open things, when an officer covers the name on the first page and leaves the second out, then the
// copy is a PDF of one picture with black there, and has none of the words.
func testRedactPDF(t *testing.T, b *sitetest.Browser) {
	var tried atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { tried.Add(1) }))
	t.Cleanup(elsewhere.Close)
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	w := k.sit(t, b, "en", atDesk)
	w.signIn("lakay")
	w.open("/cases/" + id + "/evidence")
	w.unlock()
	w.takeIn("person", w.file("certificate.pdf", certificate(elsewhere.URL)), "An invented certificate.")
	w.openItem()
	w.until("the frame is there", `document.querySelector("iframe[sandbox='allow-scripts']")`)
	w.do("forging what the frame says", chromedp.Evaluate[chromedp.Void](`void postMessage({problem: "locked"}, "*")`))
	w.sees("In the copy: 1 of 2 pages. Left out: 0. Not looked at yet, and therefore not in it: 1.")
	w.press("[data-do=leaf-on]")
	w.sees("In the copy: 2 of 2 pages.")
	w.press("[data-do=keep-redacted]")
	w.sees("Draw a box over what must not be seen.")
	w.press("[name=out]")
	w.sees("In the copy: 1 of 2 pages. Left out: 1.")
	w.press("[data-do=leaf-back]")
	w.until("the first page is there", `document.querySelector(".turn [name=leaf]").value === "1" && document.querySelector(".redact canvas").checkVisibility()`)
	w.press("[data-do=add-box]")
	for side, n := range map[string]string{"left": "180", "top": "250", "width": "1200", "height": "130"} {
		w.write("[data-boxes] li:last-child [name="+side+"]", n)
	}
	if *evidencePictures != "" {
		w.Picture(filepath.Join(*evidencePictures, "redact-pdf.png"))
	}
	w.press("[data-do=keep-redacted]")
	w.sees("redacted-1.pdf")
	about, content := k.plain(t, id, 2)
	if about.Name != "redacted-1.pdf" {
		t.Errorf("the copy is named %s", about.Name)
	}
	if bytes.Contains(content, []byte("INVENTED")) {
		t.Error("the copy has a word of the original")
	}
	pages := drawnPages(t, content)
	if len(pages) != 1 || pages[0].Bounds() != image.Rect(0, 0, 1652, 2338) {
		t.Fatalf("the copy has %d pages, %v", len(pages), pages)
	}
	black(t, pages[0], image.Rect(180, 250, 1380, 380).Inset(16), 0)
	if path, err := exec.LookPath("pdftotext"); err == nil {
		words, err := exec.Command(path, w.file("copy.pdf", content), "-").CombinedOutput()
		if err != nil || strings.TrimSpace(string(words)) != "" {
			t.Errorf("poppler reads %q, %v", words, err)
		}
	}
	if asked := tried.Load(); asked != 0 {
		t.Errorf("the PDF reached the network %d times", asked)
	}
	w.quiet()
}

// scan is one of the PDFs in testdata/pdf.
func scan(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", "pdf", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// at is the page of the evidence of a case with these files, with the officer's key open.
func (k *docket) at(t *testing.T, b *sitetest.Browser, files map[string][]byte) *window {
	t.Helper()
	id := k.open(t, "mss-criminal")
	w := k.sit(t, b, "en", atDesk)
	w.signIn("lakay")
	w.open("/cases/" + id + "/evidence")
	w.unlock()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w.takeIn("person", w.file(name, files[name]), "An invented page.")
	}
	return w
}

// show opens an item and shows its PDF.
func (w *window) show(n int) {
	w.Helper()
	item := fmt.Sprintf("#item-%d ", n)
	w.press(item + "[data-do=open-exhibit]")
	w.until("it is open", fmt.Sprintf(`document.querySelector(%q)?.offsetParent`, item+"[data-do=show-exhibit]"))
	w.press(item + "[data-do=show-exhibit]")
}

// Given scans in the codings that scanners and fax machines write, and one that is locked against changes only,
// when an officer looks at them, then the page is there as it was scanned, and nothing says that it may not be.
func testScannedPDF(t *testing.T, b *sitetest.Browser) {
	files := map[string][]byte{}
	for _, name := range []string{"fax.pdf", "jbig2.pdf", "jpeg2000.pdf", "owner.pdf"} {
		files[name] = scan(t, name)
	}
	w := withCases(t).at(t, b, files)
	for i, name := range slices.Sorted(maps.Keys(files)) {
		w.show(i + 1)
		item := fmt.Sprintf("#item-%d ", i+1)
		w.until(name+" is drawn", fmt.Sprintf(`document.querySelector(%q)?.checkVisibility()`, item+".leaves canvas"))
		said := sitetest.Ask[string](w.Tab, fmt.Sprintf(`(() => {
			const canvas = document.querySelector(%q), {width, height} = canvas;
			const {data} = canvas.getContext("2d").getImageData(0, 0, width, height);
			let rows = "";
			for (let y = 6; y < 20; y += 2) {
				for (let x = 1; x < 20; x += 2) {
					const red = data[4 * (Math.floor(y * height / 20) * width + Math.floor(x * width / 20))];
					rows += red < 64 ? "#" : red > 192 ? "." : "?";
				}
				rows += "|";
			}
			return rows;
		})()`, item+".leaves canvas"))
		if want := "..........|..........|..........|..........|.....####.|.....####.|..........|"; said != want {
			t.Errorf("%s is drawn as %s, not as %s", name, said, want)
		}
		if sitetest.Ask[bool](w.Tab, fmt.Sprintf(`document.querySelector(%q).checkVisibility()`, item+".leaves [data-when=unsure]")) {
			t.Errorf("of %s it is said that it may be drawn otherwise than it is", name)
		}
	}
	w.quiet()
}

// Given PDFs that are locked, broken, too long, or have what is not drawn here, when an officer wants to see them,
// then a sentence says what is wrong and what to do, and the file can still be saved.
func testUnreadablePDF(t *testing.T, b *sitetest.Browser) {
	long := []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [" + strings.Repeat("3 0 R ", 5001) + "] /Count 5001 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] >>", "<< >>"}
	form := []string{"<< /Type /Catalog /Pages 2 0 R /AcroForm << /XFA 4 0 R /Fields [] >> >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] >>", flow("", "<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><template/></xdp:xdp>"), "<< >>"}
	const unreadable = "This PDF cannot be read here: it is damaged, or no PDF."
	const unsure = "Something in this PDF may not be drawn here as it is in the file."
	all := []struct {
		name    string
		content []byte
		want    string
	}{
		{"a-beginning.pdf", []byte("%PDF-1.7\n"), unreadable},
		{"b-form.pdf", sheaf(form...), unsure},
		{"c-locked.pdf", scan(t, "locked.pdf"), "This PDF is locked with a password."},
		{"d-noise.pdf", append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("\x00\xff(<<[ obj"), 2000)...), unreadable},
		{"e-jpeg2000.pdf", bytes.ReplaceAll(scan(t, "jpeg2000.pdf"), []byte{0xff, 0x4f, 0xff, 0x51}, []byte{0, 0, 0, 0}), unsure},
		{"f-long.pdf", sheaf(long...), "PDFs of more than 5000 pages cannot be drawn here."},
		{"g-half.pdf", scan(t, "jpeg2000.pdf")[:5000], unreadable},
	}
	files := map[string][]byte{}
	for _, f := range all {
		files[f.name] = f.content
	}
	w := withCases(t).at(t, b, files)
	for i, f := range all {
		w.show(i + 1)
		w.sees(f.want)
		w.until("the file can be saved", fmt.Sprintf(`document.querySelector("#item-%d [data-do=export-exhibit]").checkVisibility()`, i+1))
		w.do("putting it away", chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`void document.querySelector("#item-%d").remove()`, i+1)))
	}
}

// Given a PDF that takes very long to draw, when an officer stops it, then it is stopped at once, and what
// they do next works.
func testStoppedPDF(t *testing.T, b *sitetest.Browser) {
	tiles := strings.Repeat("q 1 0 0 1 0.1 0.1 cm /F Do Q\n", 3000)
	endless := []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>"}
	page := "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Resources << /XObject << /F %s 0 R >> >> /Contents %d 0 R >>"
	endless = append(endless, fmt.Sprintf(page, "7", 5), fmt.Sprintf(page, "7", 6), flow("", "0 0 10 10 re f"), flow("", tiles))
	for n := range 3 { // forms in forms, 3000 each
		endless = append(endless, flow(fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 300 400] /Resources << /XObject << /F %d 0 R >> >>", 8+n), tiles))
	}
	endless = append(endless, flow("/Type /XObject /Subtype /Form /BBox [0 0 300 400]", "0 0 10 10 re f"), "<< >>")
	w := withCases(t).at(t, b, map[string][]byte{"endless.pdf": sheaf(endless...)})
	w.show(1)
	w.until("the first page is drawn", `document.querySelector("#item-1 .leaves canvas")?.checkVisibility()`)
	w.press("#item-1 [data-do=leaf-on]")
	w.sees("Drawing page 2 of 2…")
	w.press("#item-1 [data-do=leaf-stop]")
	w.sees("Stopped. Nothing is lost: choose a page to go on.")
	w.press("#item-1 [data-do=leaf-back]")
	w.until("the first page is drawn again", `document.querySelector("#item-1 .leaves canvas")?.checkVisibility() && document.querySelector("#item-1 [name=leaf]").value === "1"`)
	w.quiet()
}
