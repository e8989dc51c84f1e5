package desk_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/pquerna/otp/totp"

	"temwen/intake"
	"temwen/seal"
	"temwen/site/sitetest"
)

// picture is a small photograph.
func picture(t testing.TB) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for x := range 320 {
		for y := range 240 {
			m.Set(x, y, color.RGBA{uint8(x * y), uint8(x), uint8(y), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// door is a report with all that a person can say.
var door = seal.Report{
	Path: seal.PathGeneral, Lang: "ht", What: "Yon machin ak kat jandam kraze pòt lakay mwen.",
	When: "semèn pase a", Still: true,
	Where: seal.Where{Department: "HT-OU", Words: "toupre mache a"}, Who: seal.Who{Uniform: "vèt", Vehicle: "blenda"},
	Harmed: seal.Harmed{Count: "2", Words: "manman m ak mwen"},
	Needs:  []seal.Need{"medical", "safety"}, Witness: "self", Consent: seal.ConsentRefer, Channel: seal.ChannelBrowser,
}

// Given an office with one officer and a report in Creole with a photograph, when a
// second officer joins by a link, is admitted, unseals the report, replies, notes,
// refers and takes it over, then the person reads the reply with their code.
func testStory(t *testing.T, b *sitetest.Browser) {
	w := found(t)
	person, thread := w.report(t, door, file{"foto.jpg", "image/jpeg", picture(t), seal.Meta{Taken: "2026-11-20T07:30:00", Camera: "A telephone"}})

	// When the first officer makes a link
	first := w.sit(t, b, "en", atDesk)
	first.signIn("lakay")
	first.open("/office")
	first.write("#invite-name", "marasa")
	first.press(".inline button")
	first.until("the link is shown", `document.querySelector("#link code")`)
	link := strings.TrimPrefix(first.text("#link code"), w.home)

	// And the newcomer opens it, in Creole, and makes their key
	second := w.sit(t, b, "ht", atDesk)
	second.Visit(strings.Replace(link, "/en/", "/ht/", 1))
	second.sees("Ou antre sou non marasa")
	second.press("[data-do=take-proposal]")
	second.press("#join > p > button")
	second.sees("Ekri fraz sekrè ou a anvan")
	second.press("#kept")
	second.press("#join > p > button")
	second.until("the second step is asked for", `location.pathname === "/ht/second-step"`)
	second.isOpen()
	late := w.sit(t, b, "en", atDesk)
	late.Visit(link)
	late.sees("This link is not good any more")
	code, err := totp.GenerateCode(strings.ReplaceAll(second.text("form.card code"), " ", ""), w.Now())
	if err != nil {
		t.Fatal(err)
	}
	second.write("#code", code)
	second.press("form.card button")
	second.until("they wait to be admitted", `location.pathname === "/ht/waiting"`)
	fingerprint := second.text(".fingerprint")

	// And the first compares the fingerprint and admits them
	first.open("/office") // a page of its own: the key is not open in it
	first.sees(fingerprint)
	first.press("form[data-newcomer] input[type=checkbox]")
	first.press("form[data-newcomer] button")
	first.sees("Open your key first")
	first.write("#unlock-with", passphrase)
	first.press("#unlock button")
	first.isOpen()
	first.press("form[data-newcomer] button")
	first.sees("They are admitted and can read.")

	// Then the newcomer unseals the report
	second.press("a.button")
	second.until("the inbox is there", `location.pathname === "/ht/inbox"`)
	second.press("table.inbox a")
	for _, words := range []string{
		door.What, "swen doktè, sekirite", "toupre mache a, Lwès", "manman m ak mwen", "se li menm sa te rive",
		"sèvis k ap ede yo gen dwa konnen sa moun nan bezwen", "2026-11-20 07:30:00", "jan l te sele a",
	} {
		second.sees(words)
	}
	second.press("[data-do=show-file]")
	second.until("the photograph is shown", `document.querySelector(".file img")?.naturalWidth === 320`)

	// And writes to the person, with a photograph
	second.write("#reply-text", "Nou li sa ou voye a. Ale nan sant la, y ap tann ou.")
	sketch := filepath.Join(t.TempDir(), "kat.jpg")
	if err := os.WriteFile(sketch, picture(t), 0o600); err != nil {
		t.Fatal(err)
	}
	second.Attach("#files", sketch)
	second.until("the file is listed", `document.querySelector("#file-list li")?.innerText.includes("kat.jpg")`)
	second.press("#reply .buttons button")
	second.sees("Repons ou a ale.")
	second.sees("Nou li sa ou voye a. Ale nan sant la, y ap tann ou.")
	if got := w.letters(t, person); len(got) != 1 || got[0].Text != "Nou li sa ou voye a. Ale nan sant la, y ap tann ou." || got[0].Lang != "ht" {
		t.Errorf("the person reads %+v", got)
	} else if f := got[0].Files; len(f) != 1 || !f[0].Stripped || f[0].Type != "image/jpeg" {
		t.Errorf("with the files %+v", f)
	}

	// And keeps a note that the person never sees
	second.write("#note-text", "Rele sant la demen.")
	second.press("#note button")
	second.sees("Nòt la kenbe.")
	second.sees("Rele sant la demen.")

	// And refers them to a service of the dossier, with the words that are proposed
	second.press(".deed:nth-of-type(1) summary, details.deed summary")
	second.choose("#refer-service", "Sant Sante Egzanp")
	second.press("#refer .buttons button")
	second.sees("Voye pou: swen doktè, sekirite. Bay: Sant Sante Egzanp")
	second.until("the stage has changed", `document.querySelector(".verdict .s-referred")`)

	// And takes it over
	second.choose("#assign-to", w.state(t).Named("marasa").ID)
	second.press("form.deed button")
	second.until("it is theirs", `document.querySelector(".verdict").innerText.includes("marasa")`)
	second.open("/inbox?view=mine")
	second.sees("Rapò 1")

	letters := w.letters(t, person)
	if len(letters) != 2 || !strings.HasPrefix(letters[1].Text, "Sant Sante Egzanp ka ede w.") || !strings.Contains(letters[1].Text, "Ki lè: lajounen kou lannwit.") {
		t.Errorf("the person reads %+v", letters)
	}
	back, err := w.intake.PersonThread(t.Context(), person.keys.Lookup)
	if err != nil || back.Stage != intake.Referred {
		t.Errorf("the person sees %+v (%v)", back, err)
	}
	th, err := w.intake.Thread(t.Context(), thread)
	if err != nil {
		t.Fatal(err)
	}
	if th.Unread != 0 || th.Ours || len(th.Items) != 5 {
		t.Errorf("the thread is %+v", th)
	}
	first.quiet()
	second.quiet()
}

// letters are what the office wrote to a person, opened with their code.
func (w *world) letters(t testing.TB, p person) []seal.Message {
	t.Helper()
	thread, err := w.intake.PersonThread(t.Context(), p.keys.Lookup)
	if err != nil {
		t.Fatal(err)
	}
	var list []seal.Message
	for _, i := range thread.Items {
		if !i.FromOffice {
			continue
		}
		envelope, _, err := w.intake.PersonItem(t.Context(), p.keys.Lookup, i.N)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := seal.Open(envelope, p.reply)
		if err != nil {
			t.Fatal(err)
		}
		d, err := opened.Document()
		if err != nil || d.Message == nil {
			t.Fatalf("letter %s: %v", strconv.Itoa(i.N), err)
		}
		list = append(list, *d.Message)
		if err := envelope.Close(); err != nil {
			t.Error(err)
		}
	}
	return list
}
