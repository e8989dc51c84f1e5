package main

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"temwen/seal"
	"temwen/site/sitetest"
)

// The whole story, with the program as it runs, in a real browser.
func TestInChromium(t *testing.T) {
	b := sitetest.Start(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *sitetest.Browser)
	}{
		{"a State's silence in public", testSilence},
		{"from a report to a proof", testStory},
		{"the same without JavaScript", testPlainStory},
		{"consent taken back halfway", testConsent},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, b) })
	}
}

const (
	happened = "Yon machin ak kat jandam kraze pòt lakay mwen nan mitan lannwit."
	asked    = "Nou li sa ou voye a. Èske moun yo te gen yon nimewo sou machin nan?"
	answer   = "Wi: li te ekri 42 sou pòt la."
)

// testStory: the person's browser has JavaScript, and their network breaks.
func testStory(t *testing.T, b *sitetest.Browser) {
	// Given an office, and a person whose network will break after 300 KB
	p := serve(t, newOffice(t), "--publish-every", "300ms")
	network := newNetwork(t, p.Report)
	network.breakAfter(300 << 10)
	phone := b.Open(t, network.home, sitetest.Reader{Width: 360, Phone: true})
	kept := downloads(phone)

	// When they tell in Creole what happened, with a photograph
	phone.Visit("/ht/1")
	phone.Until("the script has taken over", `document.querySelector("#report")?.closest("body").querySelector("[data-scripted]:not([hidden])")`)
	phone.Write("#what", happened)
	sitetest.Ask[bool](phone, `document.querySelectorAll("details").forEach(d => d.open = true), true`)
	phone.Attach("#files", photograph(t))
	phone.Until("they see what the photograph tells", `document.querySelector("#file-list")?.innerText.includes("2024-07-09 21:40:00")`)
	phone.Press("#report .send")

	// Then it waits, sealed, on the phone when the network breaks, and the code is shown
	phone.Until("it waits", `document.querySelector("#done [data-when=waiting]")?.checkVisibility()`)
	if !network.isBroken() {
		t.Error("the network did not break: the story shows less than it says")
	}
	code := strings.Join(strings.Fields(phone.Text("#code")), " ")
	if _, err := seal.ParseCode(code); err != nil {
		t.Fatalf("%q is no code: %v", code, err)
	}

	// And arrives when it is back
	network.mend()
	phone.Until("it arrived", `document.querySelector("#done [data-when=sent]")?.checkVisibility() && !document.querySelector("#outbox")?.checkVisibility()`)
	phone.Press("#done [data-do=receipt]")
	promise := kept.next(t)
	phone.Press("#done [data-do=kept]")
	phone.Until("nothing is left on the screen", `location.pathname.endsWith("/calendar")`)

	// When an officer unseals it, then they see what was told, and the photograph
	desk := officer(t, b, p)
	desk.Press("table.inbox a")
	desk.Sees(happened)
	desk.Sees("2024-07-09 21:40:00")
	desk.Sees("Temwen Test Camera")
	desk.Press("[data-do=show-file]")
	desk.Until("the photograph is shown", `document.querySelector(".file img")?.naturalWidth === 1600`)

	// When they answer, and the person comes back with the code
	desk.Write("#reply-text", asked)
	desk.Press("#reply button")
	desk.Sees("Repons ou a ale.")
	phone.Visit("/ht/4")
	phone.Write("#code", code)
	phone.Press("#return .send")
	phone.Sees(asked)

	// Then they read it, and answer
	phone.Write("#text", answer)
	phone.Press("#answer .send")
	phone.Until("their answer is among the messages", `document.querySelectorAll("#messages .mine").length === 2`)
	desk.Load(chromedp.Reload())
	unlock(desk)
	desk.Sees(answer)

	// And once the batch is published, their receipt has a proof
	for range 50 {
		phone.Visit("/ht/4")
		phone.Write("#code", code)
		phone.Press("#return .send")
		phone.Until("the thread is open", `document.querySelector("#thread")?.checkVisibility()`)
		if phone.Is(`!document.querySelector("#receipt [data-when=proof]").hidden`) {
			break
		}
	}
	sitetest.Ask[bool](phone, `document.querySelector("#receipt").open = true`)
	phone.Until("it is proven, and the browser says so", `["proof", "good"].every(w => document.querySelector("#receipt [data-when="+w+"]").checkVisibility())`)
	phone.Press("#receipt [data-do=receipt]")
	proof := kept.next(t)
	quiet(t, desk)

	// Which holds without any server
	key := ledgerKey(p)
	p.signal(os.Interrupt, 0)
	checkReceipts(t, key, promise, proof)
	if said := p.stderr.String(); said != "" {
		t.Errorf("the server says: %s", said)
	}
}

// testPlainStory: the person's browser has no JavaScript, and their network
// breaks, so that they send once more.
func testPlainStory(t *testing.T, b *sitetest.Browser) {
	p := serve(t, newOffice(t), "--publish-every", "300ms")
	network := newNetwork(t, p.Report)
	phone := b.Open(t, network.home, sitetest.Reader{Width: 320, Phone: true, NoScript: true})
	photo := photograph(t)
	write := func() {
		phone.Visit("/ht/1")
		phone.Sees("Telefòn sa a pa ka fèmen mesaj la") // before one types
		phone.Write("#what", happened)
		sitetest.Ask[bool](phone, `document.querySelectorAll("details").forEach(d => d.open = true), true`)
		phone.Attach("#files", photo)
	}

	// When they send a report and the network breaks, then their browser says so
	write()
	network.breakAfter(300 << 10)
	phone.Press("#report .send")
	phone.Until("the browser tells that the network is gone", `location.protocol === "chrome-error:"`)

	// And when they send it again, it arrives, and they have a code
	network.mend()
	write()
	if status := phone.Load(chromedp.Click(chromedp.CSS("#report .send"))); status != http.StatusCreated {
		t.Fatalf("sending is answered with %d: %s", status, phone.Text("main"))
	}
	code := strings.Join(strings.Fields(phone.Text(".code")), " ")
	if _, err := seal.ParseCode(code); err != nil {
		t.Fatalf("%q is no code: %v", code, err)
	}

	// When an officer answers the one report that is there
	desk := officer(t, b, p)
	if n := sitetest.Ask[int](desk, `document.querySelectorAll("table.inbox tbody tr").length`); n != 1 {
		t.Errorf("%d reports are there", n)
	}
	desk.Press("table.inbox a")
	desk.Sees(happened)
	desk.Press("[data-do=show-file]")
	desk.Until("the photograph is shown", `document.querySelector(".file img")?.naturalWidth === 1600`)
	desk.Write("#reply-text", asked)
	desk.Press("#reply button")
	desk.Sees("Repons ou a ale.")

	// Then the person reads that, and answers
	phone.Visit("/ht/4")
	phone.Write("#code", code)
	phone.Load(chromedp.Click(chromedp.CSS("#return .send")))
	phone.Sees(asked)
	phone.Write("#text", answer)
	phone.Load(chromedp.Click(chromedp.CSS(`form:has([value="say"]) .send`)))
	phone.Sees("Mesaj ou a rive.")
	desk.Load(chromedp.Reload())
	unlock(desk)
	desk.Sees(answer)

	// And once the batch is published, their receipt has a proof, which holds without
	// any server
	var proof []byte
	for range 500 {
		if proof = plainReceipt(t, p.Report, code); bytes.Contains(proof, []byte("\nproof\n")) {
			break
		}
	}
	quiet(t, desk)
	key := ledgerKey(p)
	p.signal(os.Interrupt, 0)
	file := filepath.Join(t.TempDir(), "receipt.txt")
	if err := os.WriteFile(file, proof, 0o600); err != nil {
		t.Fatal(err)
	}
	checkReceipts(t, key, "", file)
	if said := p.stderr.String(); said != "" {
		t.Errorf("the server says: %s", said)
	}
}

// plainReceipt asks for the receipt as a browser without scripts does.
func plainReceipt(t *testing.T, home, code string) []byte {
	t.Helper()
	res, err := http.PostForm(home+"ht/4", url.Values{"do": {"receipt"}, "code": {code}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(res.Header.Get("Content-Disposition"), "receipt.txt") {
		t.Fatalf("the receipt is %s (%v)\n%s", res.Status, err, b)
	}
	return b
}

// checkReceipts checks a promise, where there is one, and a proof, with the key of
// the ledger, without a server.
func checkReceipts(t *testing.T, key, promise, proof string) {
	t.Helper()
	if promise != "" {
		stdout, _ := temwen(t, 0, "verify", "--receipt", promise, "--key", key)
		says(t, stdout, "not proven yet: this is a promise")
		says(t, stdout, "VERIFIED")
	}
	stdout, _ := temwen(t, 0, "verify", "--receipt", proof, "--key", key)
	says(t, stdout, "good, by the key given")
	says(t, stdout, "VERIFIED")
	if strings.Contains(stdout, "not proven") {
		t.Errorf("the receipt has no proof:\n%s", stdout)
	}
	b, err := os.ReadFile(proof)
	if err != nil {
		t.Fatal(err)
	}
	altered := filepath.Join(t.TempDir(), "altered.txt")
	if err := os.WriteFile(altered, bytes.Replace(b, []byte("2024-07-10"), []byte("2024-07-11"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	_, stderr := temwen(t, 1, "verify", "--receipt", altered, "--key", key)
	says(t, stderr, "REFUSED")
}

// ledgerKey is the public key of what is served.
func ledgerKey(p *process) string {
	p.t.Helper()
	_, key := p.get("GET", "/ledger/ledger.vkey")
	return strings.TrimSpace(key)
}

// officer is the desk in the browser of the officer, who has signed in for the
// first time and set up a second step.
func officer(t *testing.T, b *sitetest.Browser, p *process) *sitetest.Tab {
	t.Helper()
	desk := colleague(t, b, p, testOfficer)
	desk.Until("something is in the inbox", `document.querySelector("table.inbox a")`)
	return desk
}

// colleague is the same for another officer.
func colleague(t *testing.T, b *sitetest.Browser, p *process, name string) *sitetest.Tab {
	t.Helper()
	desk := b.Open(t, strings.TrimSuffix(p.Desk, "/"), sitetest.Reader{Width: 1200})
	desk.Visit("/ht/sign-in")
	desk.Write("#name", name)
	desk.Write("#passphrase", testPassphrase)
	desk.Press("#sign-in button")
	desk.Until("the second step is asked for", `location.pathname === "/ht/second-step" && document.querySelector("form.card code")`)
	isOpen(desk)
	code, err := totp.GenerateCode(strings.ReplaceAll(desk.Text("form.card code"), " ", ""), newTestProgram().now())
	if err != nil {
		t.Fatal(err)
	}
	desk.Write("#code", code)
	desk.Press("form.card button")
	desk.Until("the inbox is there", `location.pathname === "/ht/inbox"`)
	return desk
}

func isOpen(desk *sitetest.Tab) {
	desk.Helper()
	desk.Until("the key is open", `[...document.querySelectorAll("#lock [data-when=open]")].some(e => !e.hidden)`)
}

// unlock opens the officer's key in a page that was loaded anew.
func unlock(desk *sitetest.Tab) {
	desk.Helper()
	desk.Write("#unlock-with", testPassphrase)
	desk.Press("#unlock button")
	isOpen(desk)
}

// quiet holds that the desk's page had nothing to complain about.
func quiet(t *testing.T, desk *sitetest.Tab) {
	t.Helper()
	for _, line := range desk.Complaints() {
		if !strings.Contains(line, "Failed to load resource") {
			t.Errorf("the browser says: %s", line)
		}
	}
}

// downloaded is a folder in which a window's downloads arrive.
type downloaded struct{ dir string }

// downloads keeps what a window downloads.
func downloads(tab *sitetest.Tab) *downloaded {
	tab.Helper()
	d := &downloaded{tab.TempDir()}
	tab.DownloadTo(d.dir)
	return d
}

// next is the next file that arrives whole.
func (d *downloaded) next(t *testing.T) string {
	t.Helper()
	deadline := time.Now().Add(sitetest.Patience)
	for time.Now().Before(deadline) {
		entries, err := os.ReadDir(d.dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Name() != "receipt.txt" { // still on its way
				continue
			}
			if info, err := e.Info(); err != nil || info.Size() == 0 {
				continue // a name that is kept free for it
			}
			kept := filepath.Join(t.TempDir(), e.Name()) // the next has the same name
			if err := os.Rename(filepath.Join(d.dir, e.Name()), kept); err != nil {
				t.Fatal(err)
			}
			return kept
		}
	}
	t.Fatal("nothing was downloaded")
	return ""
}

// network is a way to the server that breaks.
type network struct {
	home string
	to   string

	mu     sync.Mutex
	left   int // bytes until it breaks; negative: it does not
	broken bool
	open   map[net.Conn]bool
}

func newNetwork(t *testing.T, to string) *network {
	t.Helper()
	at, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := &network{home: "http://" + l.Addr().String(), to: at.Host, left: -1, open: make(map[net.Conn]bool)}
	t.Cleanup(func() {
		_ = l.Close()
		n.cut()
	})
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go n.carry(c)
		}
	}()
	return n
}

// breakAfter breaks it when so many more bytes were sent to the server.
func (n *network) breakAfter(bytes int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.left = bytes
}

func (n *network) isBroken() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.broken
}

func (n *network) mend() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.left, n.broken = -1, false
}

// cut breaks all connections.
func (n *network) cut() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.broken = true
	for c := range n.open {
		_ = c.Close()
	}
	clear(n.open)
}

// keep remembers a connection, if there is a network.
func (n *network) keep(c net.Conn) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.broken {
		_ = c.Close()
		return false
	}
	n.open[c] = true
	return true
}

func (n *network) carry(from net.Conn) {
	if !n.keep(from) {
		return
	}
	to, err := net.Dial("tcp", n.to)
	if err != nil || !n.keep(to) {
		_ = from.Close()
		return
	}
	go func() {
		_, _ = io.Copy(from, to) // until one of them ends
		_ = from.Close()
	}()
	_, _ = io.Copy(to, io.TeeReader(from, n))
	_ = to.Close()
}

// Write counts what is sent.
func (n *network) Write(p []byte) (int, error) {
	n.mu.Lock()
	if n.left >= 0 {
		n.left = max(0, n.left-len(p))
	}
	over := n.left == 0
	n.mu.Unlock()
	if over {
		n.cut()
		return 0, net.ErrClosed
	}
	return len(p), nil
}

// photograph is a file of more than a megabyte that tells when and with what it
// was taken.
func photograph(t *testing.T) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 1600, 1200))
	noise := uint32(1)
	for y := range 1200 {
		for x := range 1600 {
			noise = noise*1664525 + 1013904223
			m.Set(x, y, color.RGBA{uint8(noise >> 24), uint8(x), uint8(y), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	if b.Len() < 1<<20+1<<18 {
		t.Fatalf("the photograph has only %d bytes: it is sent in one piece", b.Len())
	}
	whole := append(b.Bytes()[:2:2], exif("Temwen Test Camera", "2024:07:09 21:40:00")...)
	whole = append(whole, b.Bytes()[2:]...)
	file := filepath.Join(t.TempDir(), "foto.jpg")
	if err := os.WriteFile(file, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// exif is a segment of a JPEG file (EXIF 2.3) with the camera's model and when the
// picture was taken.
func exif(model, taken string) []byte {
	const header, entry = 8, 12
	model, taken = model+"\x00", taken+"\x00"
	sub := header + 2 + 2*entry + 4 // where the second directory is
	texts := sub + 2 + entry + 4
	order := binary.LittleEndian
	field := func(b []byte, tag, kind uint16, count, value int) []byte {
		b = order.AppendUint16(b, tag)
		b = order.AppendUint16(b, kind)
		b = order.AppendUint32(b, uint32(count))
		return order.AppendUint32(b, uint32(value))
	}
	tiff := []byte("II*\x00\x08\x00\x00\x00\x02\x00")
	tiff = field(tiff, 0x0110, 2, len(model), texts)
	tiff = field(tiff, 0x8769, 4, 1, sub)
	tiff = append(tiff, 0, 0, 0, 0, 1, 0)
	tiff = field(tiff, 0x9003, 2, len(taken), texts+len(model))
	tiff = append(tiff, 0, 0, 0, 0)
	tiff = append(append(tiff, model...), taken...)
	segment := []byte{0xff, 0xe1}
	segment = binary.BigEndian.AppendUint16(segment, uint16(2+6+len(tiff)))
	return append(append(segment, "Exif\x00\x00"...), tiff...)
}
