package main

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"temwen/casework"
	"temwen/record"
	"temwen/site/sitetest"
	"temwen/store"
	"temwen/when"
)

// testSilence: a State is asked in the criminal track and says nothing. Its silence is
// published, in the public record, until its answer comes, late, and to the mission that
// succeeded. All of it is invented.
func testSilence(t *testing.T, b *sitetest.Browser) {
	t.Setenv(testNow, "2026-11-28")
	dir := foundOffice(t, newStoreOf(t, "../../missions/haiti"))
	hire(t, dir, "odile")
	p := serve(t, dir, "--publish-every", "300ms")
	stop := func() {
		t.Helper()
		p.signal(os.Interrupt, 0)
		if said := p.stderr.String(); said != "" {
			t.Errorf("the server says: %s", said)
		}
	}

	// Given a report, which an officer codes
	phone := b.Open(t, strings.TrimSuffix(p.Report, "/"), sitetest.Reader{Width: 360, Phone: true})
	phone.Visit("/ht/1")
	phone.Until("the script has taken over", `document.querySelector("[data-scripted]:not([hidden])")`)
	phone.Write("#what", happened)
	phone.Press("input[name=consent][value=case]")
	phone.Press("#report .send")
	phone.Until("it arrived", `document.querySelector("#done [data-when=sent]")?.checkVisibility()`)
	desk := officer(t, b, p)
	goes(desk, "table.inbox a")
	desk.Sees(happened)
	chooses(desk, "form[action$=heed] select", "case")
	goes(desk, "form[action$=heed] button")
	desk.Sees("Moun nan ka wè sa kounye a.")
	incident := codes(desk, "#act-injury", "2025-09-20~") // while the mission was there

	// When a legal officer opens a case by the criminal track, and a letter asks the State
	legal := colleague(t, b, p, "odile")
	legal.Visit("/en" + incident)
	picks(legal)
	legal.Press("#p-mss-criminal")
	chooses(legal, "#state", "kenya")
	goes(legal, "form .buttons button")
	legal.Sees("The case is open.")
	docket := legal.Path()[strings.LastIndex(legal.Path(), "/")+1:]
	answers(legal, "1", "informed")
	answers(legal, "2", "official")
	letter, said := letterTo(legal, "3") // by 28 December
	for _, tab := range []*sitetest.Tab{phone, desk, legal} {
		quiet(t, tab)
	}
	stop()

	// And it says nothing
	t.Setenv(testNow, "2027-02-05")
	p = serve(t, dir)
	state := b.Open(t, strings.TrimSuffix(p.Home, "/"), sitetest.Reader{Width: 360, Phone: true})
	follow(t, state, letter, said)
	for deadline := time.Now().Add(sitetest.Patience); !strings.Contains(state.Text("main"), "as late") && time.Now().Before(deadline); {
		state.Load(chromedp.Reload())
	}
	state.Sees("You can still answer: it will stand on the record, as late.")
	stop()

	// Then its silence is in the next edition of the public tables, since its month, and
	// how often is kept back
	publishEdition(t, dir, "mss")
	passOn(t, dir, docket, "gsf")
	p = serve(t, dir)
	public := b.Open(t, strings.TrimSuffix(p.Home, "/"), sitetest.Reader{Width: 1000})
	silent := func(mission string) string {
		t.Helper()
		public.Visit("/en/missions/" + mission + "/conduct")
		public.Until("the tables are there", `document.querySelector("#open")`)
		return sitetest.Ask[string](public, `[...document.querySelectorAll("#open tbody tr")].filter(r => r.querySelector(".s-silent")).map(r => r.innerText.replace(/\s+/g, " ")).join("; ")`)
	}
	if row := silent("mss"); !strings.HasPrefix(row, "Kenya ◌ silent since December 2026 steps: fewer than 5") {
		t.Errorf("in public is silent %q", row)
	}
	if n := strings.Join(strings.Fields(public.Text("#allegations tbody tr")), " "); !strings.Contains(n, "fewer than 5") || !strings.Contains(n, "withheld") {
		t.Errorf("of the one allegation is told %q", n)
	}

	// When the State answers, on the link of the first letter, after the mission was
	// succeeded
	state = b.Open(t, strings.TrimSuffix(p.Home, "/"), sitetest.Reader{Width: 360, Phone: true})
	follow(t, state, letter, said)
	state.Press("input[value=accepts]")
	goes(state, "form button")
	state.Sees("It stands on the record as late")
	stop()

	// Then the next editions name it no more, of neither mission
	t.Setenv(testNow, "2027-04-05")
	publishEdition(t, dir, "mss")
	publishEdition(t, dir, "gsf")
	p = serve(t, dir)
	public = b.Open(t, strings.TrimSuffix(p.Home, "/"), sitetest.Reader{Width: 1000})
	for _, mission := range []string{"mss", "gsf"} {
		if row := silent(mission); row != "" {
			t.Errorf("of %s is silent %q, and the answer is there", mission, row)
		}
	}
	quiet(t, public)
	stop()

	// And all of them are counted again
	stdout, _ := temwen(t, 0, "verify", "--forget", dir)
	says(t, stdout, "36 tables of 3 editions add up, and change only with a word why; 36 counted again from the record")
	says(t, stdout, "VERIFIED")
}

// follow opens the link of a letter with its code, at the server that now runs.
func follow(t *testing.T, tab *sitetest.Tab, letter, code string) {
	t.Helper()
	link, err := url.Parse(letter)
	if err != nil {
		t.Fatal(err)
	}
	tab.Visit(link.RequestURI() + "#" + link.Fragment)
	tab.Write("#code", code)
	goes(tab, "form button")
}

// publishEdition has one officer ask for the next edition of a mission's tables, and
// another publish it.
func publishEdition(t *testing.T, dir, mission string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "passphrase")
	if err := os.WriteFile(file, []byte(testPassphrase), 0o600); err != nil {
		t.Fatal(err)
	}
	temwen(t, 0, "conduct", "ask", mission, "--dir", dir, "--as", "odile", "--passphrase-file", file, "--invented")
	temwen(t, 0, "conduct", "publish", mission, "--dir", dir, "--as", testOfficer, "--passphrase-file", file)
}

// passOn passes a case on to the mission that succeeded its own.
func passOn(t *testing.T, dir, docket, mission string) {
	t.Helper()
	now := newTestProgram().now
	s, err := store.Open(t.Context(), dir, store.Settings{Books: []record.Book{casework.Book}, Now: now, Ledger: newTestProgram().ledger})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	cases := casework.New(s, now, func() when.Day { return when.Today(now()) })
	if err := cases.Do(t.Context(), "invented", docket, 0, casework.Succeed{Mission: mission}, 0); err != nil {
		t.Fatal(err)
	}
}
