package site_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"temwen/casework"
	"temwen/conduct/conducttest"
	"temwen/dossier"
	"temwen/publish"
	"temwen/site"
	"temwen/store"
	"temwen/when"
)

// publicOffice is an invented office with two public cases, of which one is taken back
// by takeBack; their months are nobody else's.
type publicOffice struct {
	*conducttest.Office
	t        *testing.T
	store    *store.Store
	dir      string
	stays    uint64 // entries that show them
	goes     uint64
	takeBack func()
}

func newPublicOffice(t *testing.T) *publicOffice {
	t.Helper()
	o := emptyOffice(t)
	var gone string
	var err error
	if _, o.stays, err = o.Public(t.Context(), "mss", "jamaica", when.DayOf(2025, 7, 1), "state", "opened"); err != nil {
		t.Fatal(err)
	}
	if gone, o.goes, err = o.Public(t.Context(), "mss", "kenya", when.DayOf(2025, 3, 1), "state", "opened"); err != nil {
		t.Fatal(err)
	}
	both := func(ask casework.Command) {
		t.Helper()
		if err := o.Decide(t.Context(), gone, ask); err != nil {
			t.Fatal(err)
		}
	}
	both(casework.AskPublication{Fields: []string{"state", "opened", "track", "step"}, Why: "fields"})
	o.takeBack = func() { both(casework.AskRetraction{Ground: "safety"}) }
	if err := o.store.Publish(t.Context(), o.Now, true, nil); err != nil {
		t.Fatal(err)
	}
	return o
}

// emptyOffice is an invented office with nothing public yet.
func emptyOffice(t *testing.T) *publicOffice {
	t.Helper()
	o := &publicOffice{t: t, dir: filepath.Join(t.TempDir(), "store")}
	start := time.Date(2025, 9, 1, 12, 0, 0, 0, time.UTC)
	err := store.Create(t.Context(), o.dir, store.Options{Origin: "temwen.local/test"})
	if err == nil {
		o.store, err = store.Open(t.Context(), o.dir, store.Settings{Books: conducttest.Books(), Now: func() time.Time { return start }})
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.store.Close() })
	d, err := dossier.Load(os.DirFS("../missions/haiti"), dossier.Options{})
	if err == nil {
		_, err = o.store.Import(t.Context(), d, start, store.Progress{})
	}
	if err != nil {
		t.Fatal(err)
	}
	o.Office = conducttest.New(o.store, start)
	return o
}

// tells are the forms of the record, and whether each tells when the case was opened.
func (o *publicOffice) tells(h http.Handler) (list []string) {
	for _, address := range []string{
		"/en/missions/mss/conduct", "/ht/missions/mss/conduct", fmt.Sprintf("/en/missions/mss/conduct/%d", o.goes),
		"/api/v1/missions/mss/conduct", fmt.Sprintf("/api/v1/missions/mss/conduct/%d", o.goes), "/data/haiti/cases.csv", "/data/haiti/cases.jsonl",
		"/api/v1/dossiers/haiti/tables/cases", "/en/missions/mss/changes.atom", "/api/v1/search?q=2025-03",
		fmt.Sprintf("/receipts/%d", o.goes), fmt.Sprintf("/receipts/%d", o.goes+2),
	} {
		body := get(o.t, h, address).Body.String()
		for _, told := range []string{"2025-03\"", ",2025-03,", "March 2025</dd>", "mas 2025</dd>"} {
			if strings.Contains(body, told) {
				list = append(list, address)
				break
			}
		}
	}
	return list
}

// Given a public case, when it is taken back, then no page, answer, file, feed or
// search tells it any more, though they were asked for before; its address answers that
// it is gone, since when and why, with the hashes by which the ledger proves that it was
// there; and the ledger never told it.
func TestTakenBack(t *testing.T) {
	o := newPublicOffice(t)
	h := site.New(o.store, site.Options{Today: func(string) when.Day { return when.Today(o.Now) }})
	before := o.tells(h)
	if len(before) != 8 {
		t.Errorf("it is told by %q", before)
	}
	own := fmt.Sprintf("/en/missions/mss/conduct/%d", o.goes)
	if w := get(t, h, own); w.Code != http.StatusOK || missing.MatchString(w.Body.String()) || !strings.Contains(w.Body.String(), "Kenya") {
		t.Errorf("its page answers %d:\n%s", w.Code, w.Body)
	}
	receipt := get(t, h, fmt.Sprintf("/receipts/%d", o.goes)).Body.String()
	o.takeBack()
	if after := o.tells(h); len(after) != 0 {
		t.Errorf("taken back, it is told by %q", after)
	}
	for _, lang := range []string{"ht", "fr", "en", "es"} {
		w := get(t, h, fmt.Sprintf("/%s/missions/mss/conduct/%d", lang, o.goes))
		body := w.Body.String()
		if w.Code != http.StatusGone || missing.MatchString(body) || strings.Contains(body, "Kenya") {
			t.Errorf("%s: its page answers %d:\n%s", lang, w.Code, body)
		}
		if n := strings.Count(body, `<code class="hash">`); n != 2 {
			t.Errorf("%s: it has %d hashes", lang, n)
		}
	}
	if w := get(t, h, own+"?as_of=2025-09-01"); w.Code != http.StatusGone {
		t.Errorf("as of the day it was public it answers %d", w.Code)
	}
	w := get(t, h, "/api/v1/missions/mss/conduct/"+fmt.Sprint(o.goes))
	var p struct{ Detail string }
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != http.StatusGone || !strings.Contains(p.Detail, "taken back on 1 September 2025") {
		t.Errorf("programs are answered %d, %s (%v)", w.Code, w.Body, err)
	}
	if w := get(t, h, "/en/missions/mss/conduct"); !strings.Contains(w.Body.String(), fmt.Sprintf(`id="case-%d"`, o.goes)) {
		t.Error("who has its old address does not come to the stone")
	}
	for address, status := range map[string]int{
		fmt.Sprintf("/en/missions/mss/conduct/%d", o.stays): 200, "/en/missions/mss/conduct/0": 404, "/en/missions/mss/conduct/x": 404,
		fmt.Sprintf("/en/missions/gsf/conduct/%d", o.goes): 404,
		"/api/v1/missions/mss/conduct/0":                   404, "/api/v1/missions/mss/conduct/x": 400,
	} {
		if w := get(t, h, address); w.Code != status {
			t.Errorf("%s answers %d, want %d", address, w.Code, status)
		}
	}
	entry := func(receipt string) string {
		_, entry, _ := strings.Cut(receipt, "extra ")
		entry, _, _ = strings.Cut(entry, "\n")
		return entry
	}
	if again := get(t, h, fmt.Sprintf("/receipts/%d", o.goes)).Body.String(); entry(again) == "" || entry(again) != entry(receipt) {
		t.Error("the entry is not the same any more")
	}
	err := fs.WalkDir(os.DirFS(filepath.Join(o.dir, "ledger")), "tile/entries", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(o.dir, "ledger", path))
		if strings.Contains(string(b), `"2025-03"`) {
			t.Errorf("%s has always told it", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Given a static edition, then it has the page of each public case, and of what was
// taken back one that says so; and none of it tells more.
func TestTakenBackInAStaticEdition(t *testing.T) {
	o := newPublicOffice(t)
	own, other := fmt.Sprintf("en/missions/mss/conduct/%d/index.html", o.goes), fmt.Sprintf("en/missions/mss/conduct/%d/index.html", o.stays)
	o.takeBack()
	files := make(map[string]string)
	_, err := site.Static(t.Context(), o.store, when.Today(o.Now), func(name string, data []byte) error {
		files[name] = string(data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(files[own], "A case stood here.") || strings.Contains(files[own], "Kenya") || !strings.Contains(files[other], "Jamaica") {
		t.Errorf("the file of what was taken back is\n%s", files[own])
	}
	if strings.Contains(files["data/haiti/cases.csv"], ",2025-03,") {
		t.Error("the data has it still")
	}
}

// Given two public cases about one allegation, of which the later says so
// then the page of each leads to the other, in all languages, and the data names it
// when one is taken back
// then its address answers 410, the other tells of it no more, and data that still does is
// refused.
func TestPublicCasesOfTwoTracks(t *testing.T) {
	o := emptyOffice(t)
	ctx := t.Context()
	id, first, err := o.Public(ctx, "mss", "jamaica", when.DayOf(2025, 7, 1), "track", "opened")
	if err != nil {
		t.Fatal(err)
	}
	h := site.New(o.store, site.Options{Today: func(string) when.Day { return when.Today(o.Now) }})
	page := func(lang string, entry uint64) *httptest.ResponseRecorder {
		return get(t, h, fmt.Sprintf("/%s/missions/mss/conduct/%d", lang, entry))
	}
	link := func(entry uint64) string {
		return fmt.Sprintf(`class="also"><dt>Also goes through</dt><dd><div><a href="/en/missions/mss/conduct/%d">`, entry)
	}
	_, second, err := o.PublicBeside(ctx, id, when.DayOf(2025, 8, 1), "track", "beside")
	if err != nil {
		t.Fatal(err)
	}
	if err := o.store.Publish(ctx, o.Now, true, nil); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"ht", "fr", "en", "es"} {
		for _, entry := range []uint64{first, second} {
			if w := page(lang, entry); w.Code != http.StatusOK || missing.MatchString(w.Body.String()) || !strings.Contains(w.Body.String(), `class="also"`) {
				t.Errorf("%s: the page of entry %d answers %d:\n%s", lang, entry, w.Code, w.Body)
			}
		}
	}
	for entry, other := range map[uint64]uint64{first: second, second: first} {
		if body := page("en", entry).Body.String(); !strings.Contains(body, link(other)) {
			t.Errorf("entry %d does not lead to %d:\n%s", entry, other, body)
		}
	}
	data := func() (cases, lines []byte) {
		return get(t, h, "/data/haiti/cases.jsonl").Body.Bytes(), get(t, h, "/data/haiti/case-lines.jsonl").Body.Bytes()
	}
	cases, lines := data()
	if !strings.Contains(string(cases), fmt.Sprintf(`"beside":"%d"`, first)) {
		t.Errorf("the data is %s", cases)
	}
	if _, err := publish.CheckCases(cases, lines, o.chain()); err != nil {
		t.Error(err)
	}
	var own []byte // the row of the second alone
	for line := range bytes.Lines(cases) {
		if bytes.Contains(line, []byte(`"beside":"`)) {
			own = line
		}
	}

	if err := o.Decide(ctx, id, casework.AskRetraction{Ground: "safety"}); err != nil {
		t.Fatal(err)
	}
	if w := page("en", first); w.Code != http.StatusGone {
		t.Errorf("what was taken back answers %d", w.Code)
	}
	if w := page("en", second); w.Code != http.StatusOK || strings.Contains(w.Body.String(), `class="also"`) || strings.Contains(w.Body.String(), fmt.Sprintf("/conduct/%d\"", first)) {
		t.Errorf("beside what was taken back it answers %d:\n%s", w.Code, w.Body)
	}
	if api := get(t, h, fmt.Sprintf("/api/v1/missions/mss/conduct/%d", second)).Body.String(); strings.Contains(api, `"beside":[`) || strings.Contains(api, `"also"`) {
		t.Errorf("the API answers %s", api)
	}
	if _, err := publish.CheckCases(own, nil, o.chain()); err == nil || !strings.Contains(err.Error(), "which does not stand") {
		t.Errorf("data that tells of what was taken back is refused as %v", err)
	}
	cases, lines = data()
	if _, err := publish.CheckCases(cases, lines, o.chain()); err != nil || strings.Contains(string(cases), `"beside":"`) {
		t.Errorf("the data is %s (%v)", cases, err)
	}
}

// chain is what the ledger has of public cases.
func (o *publicOffice) chain() *casework.Chain {
	o.t.Helper()
	in := new(casework.Chain)
	for e, err := range o.store.Events()(o.t.Context(), 0) {
		if err == nil && (e.Type == casework.PublishedType || e.Type == casework.RetractedType) {
			err = in.Enter(e.Index, when.Today(e.Time.UTC()), e.Type, e.Public)
		}
		if err != nil {
			o.t.Fatal(err)
		}
	}
	return in
}
