package desk_test

import (
	"bytes"
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"temwen/casework"
	"temwen/intake"
	"temwen/locale"
	"temwen/office"
	"temwen/seal"
)

// offer is a form that a page shows.
type offer struct {
	page, action string
	fields       []string
	scripted     bool // a script sends it
}

// crawl follows every link of the desk from some pages on, and returns all forms that
// are shown on the way. A link to what the officer's role is refused is an error.
func (d *desker) crawl(from ...string) []offer {
	d.Helper()
	var offers []offer
	led := make(map[string]string) // which page leads to one
	for len(from) > 0 {
		page := from[0]
		from = from[1:]
		r, doc := d.page(page)
		if refusedForRole(r, doc) {
			d.Errorf("%s leads to %s, which is refused", led[page], page)
			continue
		}
		offers = append(offers, formsOf(page, doc)...)
		doc.Find("main a[href], nav a[href]").Each(func(_ int, a *goquery.Selection) {
			u, err := url.Parse(a.AttrOr("href", ""))
			if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/en/") || strings.HasSuffix(u.Path, ".json") || u.Query().Has("month") {
				return
			}
			u.Fragment = ""
			if to := u.String(); led[to] == "" {
				led[to] = page
				from = append(from, to)
			}
		})
	}
	return offers
}

// formsOf are the forms of a page, filled in somehow. Where a form says what was seen, it
// says something old, so that a press that is allowed changes nothing.
func formsOf(page string, doc *goquery.Document) []offer {
	var offers []offer
	doc.Find("main form[action]").Each(func(_ int, f *goquery.Selection) {
		o := offer{page: page, action: f.AttrOr("action", ""), scripted: f.AttrOr("method", "") != "post"}
		if f.AttrOr("method", "") == "get" {
			return
		}
		f.Find("input[name], select[name], textarea[name]").Each(func(_ int, in *goquery.Selection) {
			name, value := in.AttrOr("name", ""), in.AttrOr("value", "")
			switch {
			case name == "token":
				return
			case name == "seen":
				value = "1"
			case goquery.NodeName(in) == "select":
				value = in.Find("option:not([value=''])").First().AttrOr("value", "")
			case value == "" && in.AttrOr("type", "") == "date":
				value = "2027-03-01"
			case value == "" && in.AttrOr("type", "") != "checkbox":
				value = "x"
			}
			o.fields = append(o.fields, name, value)
		})
		offers = append(offers, o)
	})
	return offers
}

// refusedForRole reports whether an answer is that the officer's role may not.
func refusedForRole(r *http.Response, doc *goquery.Document) bool {
	return r.StatusCode == http.StatusForbidden && strings.Contains(doc.Find("main").Text(), "Your role may not do that")
}

// Given an office with somebody of each role, and work of every sort in it, when each
// goes through every page that they are led to, then none is refused for their role, and
// no form is shown whose press is.
func TestNothingIsOfferedThatIsRefused(t *testing.T) {
	for name, roles := range map[string][]office.Role{
		"resevwa": {office.IntakeOfficer}, "anketa": {office.Investigator}, "legba": {office.LegalOfficer}, "piblik": {office.Publisher}, "odit": {office.Auditor},
		"lakay": {office.LegalOfficer, office.Administrator},
	} {
		t.Run(name, func(t *testing.T) {
			k, pages := everySort(t)
			if got := k.state(t).Named(name).Roles; !slices.Equal(got, roles) {
				t.Fatalf("%s has the roles %q", name, got)
			}
			d := k.signedIn(t, name)
			offers := d.crawl(pages...)
			t.Logf("%d forms are offered", len(offers))
			// What cannot be undone comes last, so that it takes nothing away.
			grave := func(o offer) int {
				return slices.IndexFunc([]string{"/wall", "/erase", "/office/remove"}, func(s string) bool { return strings.Contains(o.action, s) })
			}
			slices.SortStableFunc(offers, func(a, b offer) int { return cmp.Compare(grave(a), grave(b)) })
			for _, o := range offers {
				if o.scripted {
					if status, answer := d.say(o.action, map[string]any{}); status == http.StatusForbidden && answer["error"] == office.CodeRole {
						t.Errorf("%s offers %s, which is refused", o.page, o.action)
					}
					continue
				}
				if strings.Contains(o.action, "/office/remove/"+k.first.id) {
					continue
				}
				if r, doc := d.submit(o.action, o.fields...); refusedForRole(r, doc) {
					t.Errorf("%s offers %s, which is refused", o.page, o.action)
				}
			}
		})
	}
}

// everySort is an office with somebody of each role and work of every sort, and the pages
// from which an officer begins.
func everySort(t *testing.T) (*docket, []string) {
	t.Helper()
	k := withCases(t)
	for _, name := range []string{"resevwa", "anketa", "legba", "piblik", "odit"} {
		k.admit(t, name)
	}
	_, thread := k.report(t, door)
	k.report(t, simple("Yo kraze pòt kay la."))
	id, other := k.resting(t, thread, "mss-criminal"), k.open(t, "mss-civil")
	k.act(t, id, casework.Assign{Officer: k.state(t).Named("anketa").ID})
	k.write(t, id, 1, "fr", "l", 5)
	k.act(t, id, casework.MoveClock{Step: 1, Move: casework.Move{Kind: casework.Extended, To: k.today() + 30, Ground: "asked"}})
	k.act(t, id, casework.AskPublication{Fields: []string{"state"}})
	k.act(t, other, casework.RecordAnswer{Step: 1, Answer: casework.Answer{Answer: "official", How: "letter", Standard: casework.NotStated}})
	if err := k.cases.AskErasure(t.Context(), k.first.id, casework.OfCase, other, "law"); err != nil {
		t.Fatal(err)
	}
	parcel, err := casework.Pack(k.epoch.Recipient(), casework.Head{Epoch: 1, Origin: "person"}, locale.English, seal.Exhibit{Name: "a.txt", Type: "text/plain"}, "", []byte("invented"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := k.cases.BeginEvidence(t.Context(), k.first.id, id, int64(len(parcel)), bytes.NewReader(parcel)); err != nil {
		t.Fatal(err)
	}
	k.allegation(t)
	k.allegation(t)
	list, err := k.cases.Incidents(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.cases.Merge(t.Context(), k.first.id, list[0].ID, list[2].ID, 0); err != nil {
		t.Fatal(err)
	}
	if err := k.cases.AskErasure(t.Context(), k.first.id, casework.OfIncident, list[1].ID, "law"); err != nil {
		t.Fatal(err)
	}
	if err := k.intake.Do(t.Context(), k.first.id, intake.AskErasure{Thread: thread, Ground: "law"}); err != nil {
		t.Fatal(err)
	}
	k.roles(t, map[string][]office.Role{
		"lakay": {office.LegalOfficer, office.Administrator}, "resevwa": {office.IntakeOfficer}, "anketa": {office.Investigator},
		"legba": {office.LegalOfficer}, "piblik": {office.Publisher}, "odit": {office.Auditor},
	})
	return k, []string{"/en/", "/en/office", "/en/me"}
}
