package desk_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"temwen/intake"
	"temwen/office"
	"temwen/site/desk"
	"temwen/when"
)

// roles gives officers their roles by name, as the first officer.
func (w *world) roles(t testing.TB, roles map[string][]office.Role) {
	t.Helper()
	c := office.AssignRoles{Roles: make(map[string][]office.Role)}
	for name, list := range roles {
		c.Roles[w.state(t).Named(name).ID] = list
	}
	w.do(t, w.first.id, c)
}

// parted is an office with somebody of each role, and a report in it.
func parted(t testing.TB) (w *world, thread string) {
	w = found(t)
	for _, name := range []string{"resevwa", "anketa", "legba", "piblik", "odit"} {
		w.admit(t, name)
	}
	w.roles(t, map[string][]office.Role{
		"lakay": {office.LegalOfficer, office.Administrator}, "resevwa": {office.IntakeOfficer}, "anketa": {office.Investigator},
		"legba": {office.LegalOfficer}, "piblik": {office.Publisher}, "odit": {office.Auditor},
	})
	_, thread = w.report(t, simple("Yo kraze pòt kay la."))
	return w, thread
}

func has(doc *goquery.Document, selector string) bool { return doc.Find(selector).Length() > 0 }

// Given an office with roles, when each looks at the desk, then they are offered
// what they may do, and nothing else.
func TestWhatIsOffered(t *testing.T) {
	w, thread := parted(t)
	for _, tt := range []struct {
		name         string
		report       int    // status of its page
		opens, asks  bool   // are offered an envelope, and to ask for an erasure
		menu         string // addresses in the menu
		roles, rests bool   // may give roles, and see the office's deeds
	}{
		{"resevwa", 200, true, true, "inbox enter office me", false, false},
		{"anketa", 403, false, false, "inbox enter office me", false, false},
		{"legba", 200, false, true, "inbox enter office me", false, false},
		{"piblik", 403, false, false, "office me", false, false},
		{"odit", 200, false, false, "inbox office me", false, true},
		{"lakay", 200, false, true, "inbox enter office me", true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := w.signedIn(t, tt.name)
			r, doc := d.page("/en/threads/" + thread)
			if r.StatusCode != tt.report {
				t.Errorf("the report: %d", r.StatusCode)
			}
			if has(doc, "[data-item]") != tt.opens || has(doc, "#erasure form") != tt.asks {
				t.Errorf("offered: to open %v, to ask for an erasure %v", has(doc, "[data-item]"), has(doc, "#erasure form"))
			}
			if tt.report == 403 && !strings.Contains(doc.Find("main").Text(), "intake officer") {
				t.Errorf("the refusal does not say who may: %s", doc.Find("main").Text())
			}
			_, doc = d.page("/en/office")
			menu := doc.Find(".menu a").Map(func(_ int, s *goquery.Selection) string {
				return strings.TrimPrefix(s.AttrOr("href", ""), "/en/")
			})
			if got := strings.Join(menu, " "); got != tt.menu {
				t.Errorf("the menu has %s", got)
			}
			if has(doc, "#deeds") != tt.rests || has(doc, "#invite") != tt.roles {
				t.Errorf("the office page shows deeds %v, inviting %v", has(doc, "#deeds"), has(doc, "#invite"))
			}
			_, doc = d.page("/en/office/roles")
			if has(doc, `form[action$="/roles"]`) != tt.roles {
				t.Error("giving roles is offered to whom it is not for, or not to whom it is")
			}
		})
	}
}

// Given an office with roles, when an officer goes to the page of an act that their
// role is refused, then the page is, too, and says who may.
func TestPagesOfWhatIsRefused(t *testing.T) {
	w, _ := parted(t)
	for page, may := range map[string]string{
		"/office/recovery": "lakay legba", "/office/remove/" + w.first.id: "lakay", "/enter": "lakay resevwa anketa legba",
		"/due": "lakay resevwa anketa legba odit", "/inbox": "lakay resevwa anketa legba odit",
	} {
		for _, name := range []string{"lakay", "resevwa", "anketa", "legba", "piblik", "odit"} {
			r, doc := w.signedIn(t, name).page("/en" + page)
			allowed := slices.Contains(strings.Fields(may), name)
			if allowed != (r.StatusCode == http.StatusOK) || !allowed && (r.StatusCode != http.StatusForbidden || has(doc, "main form")) {
				t.Errorf("%s sees %s: %d", name, page, r.StatusCode)
			}
		}
	}
}

// Given a report, when an officer who may not open it asks for its envelope anyway,
// then they get none.
func TestNoEnvelopeForOthers(t *testing.T) {
	w, thread := parted(t)
	for name, want := range map[string]int{"odit": 403, "piblik": 403, "legba": 403, "anketa": 403, "lakay": 403} {
		d := w.signedIn(t, name)
		if status, answer := d.say("/en/threads/"+thread+"/items/1", struct{}{}); status != want || answer["error"] != "role" {
			t.Errorf("%s: %d %v", name, status, answer)
		}
	}
}

// Given an undivided office, when its first officer gives roles on the page, then
// it is divided; a form from before somebody else changed the roles is refused, and
// one that would leave nobody for something is, too, with the reason.
func TestGivingRoles(t *testing.T) {
	w := found(t)
	marasa := w.admit(t, "marasa")
	ayizan := w.admit(t, "ayizan")
	d := w.signedIn(t, "lakay")
	form := func(lakay, marasaHas, ayizanHas []string, seen string) (*http.Response, *goquery.Document) {
		t.Helper()
		values := map[string][]string{
			"token": {d.token}, "officer": {w.first.id, marasa.id, ayizan.id},
			"role-" + w.first.id: lakay, "role-" + marasa.id: marasaHas, "role-" + ayizan.id: ayizanHas,
		}
		if seen != "" {
			values["seen-"+marasa.id] = []string{seen}
		}
		r, err := d.PostForm(d.home+"/en/office/roles", values)
		if err != nil {
			t.Fatal(err)
		}
		return r, d.read(r)
	}
	lead, read, out := []string{"legal", "administrator"}, []string{"intake"}, []string{"publisher"}
	if r, doc := form(lead, read, nil, ""); r.StatusCode != http.StatusConflict || !strings.Contains(doc.Find("main").Text(), "make a case public") {
		t.Errorf("without a publisher: %d %s", r.StatusCode, doc.Find("main").Text())
	}
	if r, _ := form(lead, read, out, ""); r.StatusCode != 200 || !w.state(t).Divided {
		t.Fatalf("dividing: %d", r.StatusCode)
	}
	if r, _ := form(lead, []string{"intake", "investigator"}, out, "publisher"); r.StatusCode != http.StatusConflict {
		t.Errorf("over a change of somebody else: %d", r.StatusCode)
	}
	if !w.state(t).Stale() {
		t.Error("the publisher knows the key, and no new one is due")
	}
}

// Given a report that is asked to be erased, when the second officer looks at it
// and is sure, then it is gone; not before, and not by the first.
func TestErasingOnThePage(t *testing.T) {
	w, thread := parted(t)
	address := "/en/threads/" + thread
	asks, does, reads := w.signedIn(t, "legba"), w.signedIn(t, "lakay"), w.signedIn(t, "odit")
	if r, _ := does.page(address + "/erase"); r.StatusCode != http.StatusConflict {
		t.Errorf("before it was asked for: %d", r.StatusCode)
	}
	if r, _ := asks.submit(address+"/erasure", "ground", "whim"); r.StatusCode != http.StatusConflict {
		t.Errorf("on no ground: %d", r.StatusCode)
	}
	if r, doc := asks.submit(address+"/erasure", "ground", "safety"); r.StatusCode != 200 || !strings.Contains(doc.Find("#erasure").Text(), "another officer must do it") {
		t.Errorf("asking: %d %s", r.StatusCode, doc.Find("#erasure").Text())
	}
	if r, _ := asks.page(address + "/erase"); r.StatusCode != http.StatusConflict {
		t.Errorf("the first looks at it: %d", r.StatusCode)
	}
	if r, _ := reads.submit(address+"/erase", "sure", "1"); r.StatusCode != http.StatusForbidden {
		t.Errorf("the auditor erases: %d", r.StatusCode)
	}
	r, doc := does.page(address + "/erase")
	if r.StatusCode != 200 || !strings.Contains(doc.Find("main").Text(), "1 sealed envelope") {
		t.Errorf("the dry run: %d %s", r.StatusCode, doc.Find("main").Text())
	}
	if r, _ := does.submit(address + "/erase"); r.StatusCode != http.StatusBadRequest {
		t.Errorf("not sure: %d", r.StatusCode)
	}
	if _, err := w.intake.Thread(t.Context(), thread); err != nil {
		t.Fatalf("it is gone too early: %v", err)
	}
	if r, _ := does.submit(address+"/erase", "sure", "1"); r.StatusCode != 200 {
		t.Errorf("erasing: %d", r.StatusCode)
	}
	if r, _ := does.page(address); r.StatusCode != http.StatusNotFound {
		t.Errorf("afterwards: %d", r.StatusCode)
	}
}

// Given an erasure that was asked for, when one officer drops it while another does
// it, then one of the two happens, and the other is told.
func TestDroppedWhileErasing(t *testing.T) {
	w := found(t)
	w.admit(t, "marasa")
	_, thread := w.report(t, simple("Yo kraze pòt kay la."))
	address := "/en/threads/" + thread
	one, two := w.signedIn(t, "lakay"), w.signedIn(t, "marasa")
	if err := w.intake.Do(t.Context(), w.first.id, intake.AskErasure{Thread: thread, Ground: "law"}); err != nil {
		t.Fatal(err)
	}
	var dropped, erased int
	var both sync.WaitGroup
	both.Go(func() { r, _ := one.submit(address + "/erasure/drop"); dropped = r.StatusCode })
	both.Go(func() { r, _ := two.submit(address+"/erase", "sure", "1"); erased = r.StatusCode })
	both.Wait()
	_, err := w.intake.Thread(t.Context(), thread)
	if gone := err != nil; gone != (erased == 200) || erased == 200 && dropped == 200 && !gone {
		t.Errorf("dropping: %d, erasing: %d, gone: %v", dropped, erased, gone)
	}
}

// Given an office with roles, when somebody joins, then an administrator lets them in
// without a key, and they are given one only after a role that needs it.
func TestLettingIn(t *testing.T) {
	w, _ := parted(t)
	loko := w.join(t, "loko")
	d := w.signedIn(t, "lakay")
	_, doc := d.page("/en/office")
	if !has(doc, `form[action$="let-in/`+loko.id+`"]`) || has(doc, `form[data-newcomer]`) {
		t.Error("letting in is not offered, or the key is")
	}
	if r, _ := d.submit("/en/office/let-in/" + loko.id); r.StatusCode != 200 {
		t.Fatal(r.StatusCode)
	}
	w.roles(t, map[string][]office.Role{"loko": {office.Investigator}})
	// The key is known to who has no role for it: a new one is due first.
	if !w.state(t).Stale() {
		t.Error("the key is not stale")
	}
	_, doc = d.page("/en/office")
	if !has(doc, `#keyless ~ ul form[data-newcomer="`+loko.id+`"]`) {
		t.Error("nobody is asked to give the key")
	}
}

// Given a rule of how long is kept, when a report that ended is old enough, then it
// is listed, and nothing is erased by itself.
func TestDueForErasure(t *testing.T) {
	w := found(t, func(o *desk.Options) {
		o.Keep = func(context.Context) (intake.Keep, error) { return intake.Keep{Closed: when.Days(30)}, nil }
	})
	_, thread := w.report(t, simple("Yo kraze pòt kay la."))
	th, err := w.intake.Thread(t.Context(), thread)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.intake.Do(t.Context(), w.first.id, intake.SetStage{Thread: thread, Seen: th.Version, Stage: intake.Closed}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		days int
		due  bool
	}{{0, false}, {31, true}} {
		w.pass(time.Duration(tt.days) * 24 * time.Hour)
		d := w.signedIn(t, "lakay")
		_, doc := d.page("/en/due")
		if has(doc, `a[href*="`+thread+`"]`) != tt.due || !strings.Contains(doc.Find("main").Text(), "30 days after they were closed") {
			t.Errorf("after %d days: %s", tt.days, doc.Find("main").Text())
		}
	}
	if _, err := w.intake.Thread(t.Context(), thread); err != nil {
		t.Errorf("it was erased by itself: %v", err)
	}
}
