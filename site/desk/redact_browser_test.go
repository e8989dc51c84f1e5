package desk_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"temwen/seal"
	"temwen/site/sitetest"
)

// Redacting in a real browser.
func TestRedactionInChromium(t *testing.T) {
	b := sitetest.Start(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *sitetest.Browser)
	}{
		{"a photograph, by pointer and by numbers", testRedactPhotograph},
		{"a drawing, in a small window", testRedactDrawing},
		{"a text", testRedactText},
		{"a recording", testRedactSound},
		{"a recording that is not played here", testUnreadableSound},
		{"what cannot be redacted here", testRedactOther},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, b) })
	}
}

// plain is an item's file, opened with the office's key.
func (k *docket) plain(t testing.TB, id string, n int) (seal.File, []byte) {
	t.Helper()
	r, _, err := k.cases.OpenEvidence(t.Context(), k.first.id, id, n, "check")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	opened, err := seal.Open(r, k.epoch)
	if err != nil {
		t.Fatal(err)
	}
	d, err := opened.Document()
	if err != nil {
		t.Fatal(err)
	}
	m, err := opened.Next()
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(m.Content)
	if err != nil {
		t.Fatal(err)
	}
	return d.Message.Files[0], content
}

// board is a picture of coloured fields, each of 40 by 40 pixels.
func board(w, h int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for x := range w {
		for y := range h {
			m.Set(x, y, color.RGBA{uint8(60 + 40*(x/40%5)), uint8(60 + 40*(y/40%5)), 200, 255})
		}
	}
	return m
}

// black fails where a part of a picture is not black to the last pixel, or the rest is.
func black(t *testing.T, m image.Image, box image.Rectangle, tolerance uint32) {
	t.Helper()
	for x := box.Min.X; x < box.Max.X; x++ {
		for y := box.Min.Y; y < box.Max.Y; y++ {
			if r, g, b, _ := m.At(x, y).RGBA(); r>>8 > tolerance || g>>8 > tolerance || b>>8 > tolerance {
				t.Fatalf("the pixel at %d, %d is left: %d %d %d", x, y, r>>8, g>>8, b>>8)
			}
		}
	}
}

// openItem opens the first item of the page, and the form for a redacted copy.
func (w *window) openItem() {
	w.Helper()
	w.labelled()
	w.press("#item-1 [data-do=open-exhibit]")
	w.until("it is open", `document.querySelector("#item-1 [data-do=redact]")?.offsetParent`)
	w.press("#item-1 [data-do=redact]")
}

// Given a photograph that says where it was taken, when an officer draws a box with the
// pointer and writes another by its numbers, then the copy has black there and nothing
// else, and does not say where the photograph was taken; the original is as it was.
func testRedactPhotograph(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	var made bytes.Buffer
	if err := jpeg.Encode(&made, board(400, 320), &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x0f\x00\x02\x00\x00\x00\x10\x00\x00\x00\x1aINVENTED-CAMERA\x00"
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(2+len(exif)))
	photograph := slices.Concat(made.Bytes()[:2], segment, []byte(exif), made.Bytes()[2:])

	w := k.sit(t, b, "en", atDesk)
	w.signIn("lakay")
	w.open("/cases/" + id + "/evidence")
	w.unlock()
	w.takeIn("person", w.file("photograph.jpg", photograph), "An invented gate.")
	w.openItem()
	w.press("[data-do=keep-redacted]")
	w.sees("Draw a box over what must not be seen.")
	w.until("the picture is drawn", `document.querySelector(".redact canvas")?.width === 400`)
	w.do("the picture comes into view", chromedp.Evaluate[chromedp.Void](`document.querySelector(".redact canvas").scrollIntoView({block: "center"})`))
	at := sitetest.Ask[[]float64](w.Tab, `(() => { const r = document.querySelector(".redact canvas").getBoundingClientRect(); return [r.left, r.top, r.width / 400] })()`)
	for _, step := range []struct {
		kind input.DispatchMouseEventType
		x, y float64
	}{{chromedp.MousePressed, 40, 40}, {chromedp.MouseMoved, 90, 90}, {chromedp.MouseMoved, 120, 120}, {chromedp.MouseReleased, 120, 120}} {
		w.do("drawing", chromedp.MouseEvent(step.kind, at[0]+step.x*at[2], at[1]+step.y*at[2], chromedp.Button("left")))
	}
	w.until("the box is listed", `document.querySelectorAll("[data-boxes] li").length === 1`)
	box := sitetest.Ask[[]int](w.Tab, `[...document.querySelectorAll("[data-boxes] li:first-child input")].map((i) => Number(i.value))`)
	w.press("[data-do=add-box]")
	for side, n := range map[string]string{"left": "240", "top": "160", "width": "80", "height": "400"} {
		w.write("[data-boxes] li:last-child [name="+side+"]", n)
	}
	w.write("[data-redacting] [name=text]", "Without the faces.")
	w.press("[data-do=keep-redacted]")
	w.sees("redacted-1.jpg")
	w.sees("Copy of Item 1: with parts taken out.")

	about, content := k.plain(t, id, 2)
	for _, word := range []string{"INVENTED", "Exif", "photograph"} {
		if bytes.Contains(content, []byte(word)) || strings.Contains(about.Name, word) {
			t.Errorf("the copy says %s", word)
		}
	}
	if about.Meta != (seal.Meta{}) {
		t.Errorf("the copy tells %+v", about.Meta)
	}
	m, err := jpeg.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if len(box) != 4 || box[2] < 70 || box[3] < 70 || m.Bounds() != image.Rect(0, 0, 400, 320) {
		t.Fatalf("the box is %v in %v", box, m.Bounds())
	}
	// A JPEG's blocks blur at their edges: what is within is black in full.
	black(t, m, image.Rect(box[0], box[1], box[0]+box[2], box[1]+box[3]).Inset(16), 0)
	black(t, m, image.Rect(240, 160, 320, 320).Inset(16), 0)
	if r, _, _, _ := m.At(200, 20).RGBA(); r>>8 < 40 {
		t.Error("what should be left is black")
	}
	if _, original := k.plain(t, id, 1); !bytes.Equal(original, photograph) {
		t.Error("the original is not as it was")
	}
	w.quiet()
}

// Given a drawing larger than the window that has a note in its file, when a box is made
// by numbers alone, then the copy is exact to the pixel, and has no note.
func testRedactDrawing(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	var made bytes.Buffer
	if err := png.Encode(&made, board(2000, 400)); err != nil {
		t.Fatal(err)
	}
	note := []byte("tEXtComment\x00INVENTED-NOTE")
	chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(note)-4)), note...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(note))
	drawing := slices.Concat(made.Bytes()[:33], chunk, made.Bytes()[33:])
	w := k.sit(t, b, "ht", sitetest.Reader{Width: 360, Phone: true})
	w.signIn("lakay")
	w.open("/cases/" + id + "/evidence")
	w.unlock()
	w.do("opening the form", chromedp.Evaluate[chromedp.Void](`void (document.querySelector("#add-evidence").closest("details").open = true)`))
	w.Attach("#evidence-file", w.file("drawing.png", drawing))
	w.press("#add-evidence .buttons button")
	w.sees("Prèv la sele")
	w.openItem()
	w.press("[data-do=add-box]")
	for side, n := range map[string]string{"left": "1001", "top": "3", "width": "333", "height": "77"} {
		w.write("[data-boxes] li [name="+side+"]", n)
	}
	if over := sitetest.Ask[int](w.Tab, `document.documentElement.scrollWidth - 360`); over > 0 {
		t.Errorf("the page is %d pixels too wide", over)
	}
	for _, found := range w.Axe(sitetest.AllRules) {
		t.Errorf("while redacting: %v", found)
	}
	if *evidencePictures != "" {
		w.Picture(*evidencePictures + "/redact-phone.png")
	}
	w.press("[data-do=keep-redacted]")
	w.sees("redacted-1.png")
	_, content := k.plain(t, id, 2)
	if bytes.Contains(content, []byte("INVENTED")) {
		t.Error("the note is in the copy")
	}
	m, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	box := image.Rect(1001, 3, 1334, 80)
	black(t, m, box, 0)
	was := board(2000, 400)
	for x := range 2000 {
		for y := range 400 {
			if p := image.Pt(x, y); !p.In(box) && color.RGBAModel.Convert(m.At(x, y)) != was.At(x, y) {
				t.Fatalf("the pixel at %v is %v, and was %v", p, m.At(x, y), was.At(x, y))
			}
		}
	}
	w.quiet()
}

// Given a statement, when names of different length are blacked out, then the copy has
// bars of one length, and no letter of them.
func testRedactText(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	w := k.sit(t, b, "en", atDesk)
	w.signIn("lakay")
	w.open("/cases/" + id + "/evidence")
	w.unlock()
	w.takeIn("person", w.file("statement.txt", []byte("The baker saw the vehicle.\r\nThe teacher of the third class saw it too.\n")), "")
	w.openItem()
	w.press("[data-do=keep-redacted]")
	w.sees("Black out a passage first.")
	for _, words := range []string{"baker", "teacher of the third class"} {
		w.do("selecting", chromedp.Evaluate[chromedp.Void](`void (() => { const a = document.querySelector(".redacting"), at = a.value.indexOf("`+words+`"); a.focus(); a.setSelectionRange(at, at + `+
			sitetest.Ask[string](w.Tab, `String("`+words+`".length)`)+`) })()`))
		w.press("[data-do=black-out]")
	}
	w.do("typing", chromedp.KeyEvent("typed"))
	w.press("[data-do=keep-redacted]")
	w.sees("redacted-1.txt")
	if _, content := k.plain(t, id, 2); string(content) != "The █████ saw the vehicle.\nThe █████ saw it too.\n" {
		t.Errorf("the copy is %q", content)
	}
	w.quiet()
}

// recording is a WAV of three seconds of one tone, with a word beside the sound.
func recording() []byte {
	const rate = 16_000
	samples := make([]int16, 3*rate)
	for i := range samples {
		samples[i] = int16(12_000 * math.Sin(2*math.Pi*440*float64(i)/rate))
	}
	note := []byte("INFOICMT\x10\x00\x00\x00INVENTED-COMMENT")
	var b bytes.Buffer
	b.WriteString("RIFF")
	put := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&b, binary.LittleEndian, v) // into memory
		}
	}
	put(uint32(36+8+len(note)+2*len(samples)), []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(rate), uint32(2*rate), uint16(2), uint16(16))
	put([]byte("LIST"), uint32(len(note)), note, []byte("data"), uint32(2*len(samples)), samples)
	return b.Bytes()
}

// Given a recording of a voice, when an officer names seconds that must not be heard, then the copy has silence
// there to the sample, the rest as it was, and no word that stood beside the sound.
func testRedactSound(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	w := k.sit(t, b, "ht", sitetest.Reader{Width: 360, Phone: true, Dark: true})
	w.signIn("lakay")
	w.open("/cases/" + id + "/evidence")
	w.unlock()
	w.do("opening the form", chromedp.Evaluate[chromedp.Void](`void (document.querySelector("#add-evidence").closest("details").open = true)`))
	w.Attach("#evidence-file", w.file("voice.wav", recording()))
	w.press("#add-evidence .buttons button")
	w.sees("Prèv la sele")
	w.openItem()
	w.sees("Anrejistreman an gen 3 segonn.")
	w.press("[data-do=keep-redacted]")
	w.sees("Di anvan ki segonn y ap retire.")
	w.press("[data-do=add-span]")
	w.write("[data-spans] [name=from]", "1.2")
	w.write("[data-spans] [name=to]", "1.9")
	if over := sitetest.Ask[int](w.Tab, `document.documentElement.scrollWidth - 360`); over > 0 {
		t.Errorf("the page is %d pixels too wide", over)
	}
	for _, found := range w.Axe(sitetest.AllRules) {
		t.Errorf("while redacting: %v", found)
	}
	if *evidencePictures != "" {
		w.Picture(*evidencePictures + "/redact-sound.png")
	}
	w.press("[data-do=keep-redacted]")
	w.sees("redacted-1.wav")
	_, content := k.plain(t, id, 2)
	if bytes.Contains(content, []byte("INVENTED")) {
		t.Error("the comment is in the copy")
	}
	const rate = 22_050
	if len(content) < 44 || string(content[36:40]) != "data" || binary.LittleEndian.Uint32(content[24:]) != rate {
		t.Fatalf("the copy is no recording as it should be: %q", content[:min(44, len(content))])
	}
	loudest := func(from, to float64) (most int) {
		for i := int(from * rate); i < int(to*rate); i++ {
			most = max(most, int(math.Abs(float64(int16(binary.LittleEndian.Uint16(content[44+2*i:]))))))
		}
		return most
	}
	if n := len(content[44:]) / 2; n < 3*rate-100 || n > 3*rate+100 {
		t.Fatalf("the copy has %d samples", n)
	}
	if before, out, after := loudest(0, 1.1), loudest(1.2, 1.9), loudest(2, 2.9); out != 0 || before < 9_000 || after < 9_000 {
		t.Errorf("loudest before, in and after what was taken out: %d, %d, %d", before, out, after)
	}
	w.quiet()
}

// Given a recording that the browser does not play, then the page says so, and what to do.
func testUnreadableSound(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	w := k.sit(t, b, "en", atDesk)
	w.signIn("lakay")
	w.open("/cases/" + id + "/evidence")
	w.unlock()
	w.takeIn("person", w.file("call.amr", []byte("#!AMR\n\x3c\x91\x17\x16\xbe\x66\x78\x00")), "")
	w.openItem()
	w.sees("This browser cannot read the recording")
}

// Given a file that is neither picture nor PDF nor text, then the page says that it cannot be
// redacted here, and what to do.
func testRedactOther(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	w := k.sit(t, b, "en", atDesk)
	w.signIn("lakay")
	w.open("/cases/" + id + "/evidence")
	w.unlock()
	w.takeIn("person", w.file("letter.docx", []byte("PK\x03\x04\x00\xff")), "")
	w.labelled()
	w.press("#item-1 [data-do=open-exhibit]")
	w.sees("A copy of this kind of file cannot be redacted here.")
	if w.is(`document.querySelector("#item-1 [data-do=redact]").offsetParent`) {
		t.Error("the button to redact is there")
	}
	w.quiet()
}
