package desk_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"temwen/casework"
)

// post sends a form in which names come again.
func (d *desker) post(address string, form url.Values) (*http.Response, map[string][]string) {
	d.Helper()
	form.Set("token", d.token)
	r, err := d.PostForm(d.home+address, form)
	if err != nil {
		d.Fatal(err)
	}
	doc := d.read(r)
	shown := make(map[string][]string)
	for _, name := range []string{"harm-kind", "harm-min", "actor", "source-public", "when", "point"} {
		for _, s := range doc.Find(`[name="` + name + `"]`).EachIter() {
			value := s.AttrOr("value", "")
			if s.Is("select") {
				value = s.Find("option[selected]").AttrOr("value", "")
			}
			shown[name] = append(shown[name], value)
		}
	}
	return r, shown
}

// Given the form of an incident, when the officer asks for a row, with or without a
// script, then the form comes back with one more, and everything that was typed, also
// what cannot be read.
func TestIncidentFormGrows(t *testing.T) {
	k := withCases(t)
	officer := k.signedIn(t, "lakay")
	_, doc := officer.page("/en/incidents/new")
	if rows := doc.Find(`[name="harm-kind"]`).Length(); rows != 1 {
		t.Errorf("a new form has %d rows of harm", rows)
	}
	form := url.Values{
		"terms": {casework.CurrentTerms().Version}, "seen": {"0"}, "acts": {"injury"}, "when": {"last spring"}, "point": {"somewhere"},
		"harm-kind": {"injured"}, "harm-sex": {"male"}, "harm-age": {"adult"}, "harm-min": {"two"}, "harm-max": {""},
		"actor": {"mss-force"}, "actor-confidence": {"likely"}, "actor-share": {"led"},
		"source-thread": {""}, "source-public": {"unscr-2699"}, "source-reliability": {"B"}, "source-credibility": {"2"},
		"more": {"harm"},
	}
	r, shown := officer.post("/en/incidents", form)
	if r.StatusCode != http.StatusOK || len(shown["harm-kind"]) != 2 || shown["harm-kind"][0] != "injured" || shown["harm-min"][0] != "two" ||
		len(shown["actor"]) != 1 || shown["actor"][0] != "mss-force" || shown["source-public"][0] != "unscr-2699" ||
		shown["when"][0] != "last spring" || shown["point"][0] != "somewhere" {
		t.Errorf("the form comes back as %d with %v", r.StatusCode, shown)
	}
	if list, err := k.cases.Incidents(t.Context(), 10); err != nil || len(list) != 0 {
		t.Errorf("%d incidents were coded (%v)", len(list), err)
	}
	form.Del("more")
	r, shown = officer.post("/en/incidents", form)
	if r.StatusCode != http.StatusUnprocessableEntity || shown["harm-min"][0] != "two" || shown["when"][0] != "last spring" {
		t.Errorf("with faults it comes back as %d with %v", r.StatusCode, shown)
	}
	form.Set("when", "2026-03")
	form.Set("harm-min", "2")
	form.Del("point")
	for range 6 {
		form.Add("harm-kind", "detained")
		form.Add("harm-sex", "unknown")
		form.Add("harm-age", "unknown")
		form.Add("harm-min", "1")
	}
	if r, _ = officer.post("/en/incidents", form); r.StatusCode != http.StatusOK {
		t.Errorf("seven rows are answered with %d", r.StatusCode)
	}
	if list, err := k.cases.Incidents(t.Context(), 10); err != nil || len(list) != 1 || len(list[0].Harm) != 7 {
		t.Errorf("the incident is %+v (%v)", list, err)
	}
}

// Of two who merge, split or allege at the same time, the later is told what the
// other did; nothing is alleged twice.
func TestRacesAboutIncidents(t *testing.T) {
	k := withCases(t)
	second := k.admit(t, "marasa")
	ids := k.incidents(t, 3)
	officer := k.signedIn(t, "lakay")
	at := "/en/incidents/" + ids[0]
	_, doc := officer.page(at)
	seen := inForm(doc, "/merge")
	if err := k.cases.Merge(t.Context(), second.id, ids[0], ids[1], 0); err != nil {
		t.Fatal(err)
	}
	says := func(status int, words string, address string, fields ...string) {
		t.Helper()
		r, doc := officer.submit(address, fields...)
		officer.says(r, doc, status, words)
	}
	says(409, "marasa was faster, and merged the incident", at+"/merge", append(seen, "into", ids[2])...)
	says(409, "marasa was faster, and merged the incident", at+"/allege", append(seen, "actor", "mss-force", "act", "injury", "confidence", "likely")...)
	_, doc = officer.page(at)
	seen = inForm(doc, "/split")
	if err := k.cases.Split(t.Context(), second.id, ids[0], 0); err != nil {
		t.Fatal(err)
	}
	says(409, "marasa was faster, and split the incident", at+"/split", seen...)
	says(409, "You did this already: lakay made an allegation", "/en/incidents/"+ids[1]+"/allege", "seen", "0", "actor", "mss-force", "act", "injury", "confidence", "possible")
	says(400, "The server cannot read this form", at+"/merge", "into", ids[2])
}

// Given an open case, when a legal officer adds an allegation that no case takes, then
// it is in the case, and the case says so.
func TestAddAllegation(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	loose := k.allegation(t)
	officer := k.signedIn(t, "lakay")
	r, doc := officer.page("/en/cases/" + id)
	officer.says(r, doc, 200, "Add an allegation", "Allegation 2: ")
	r, doc = officer.submit("/en/cases/"+id+"/add", inForm(doc, "/add", "allegation", loose)...)
	officer.says(r, doc, 200, "The allegation is in the case")
	if c, err := k.cases.Case(t.Context(), "", id); err != nil || len(c.Allegations) != 2 {
		t.Errorf("the case has %+v (%v)", c, err)
	}
	other := k.open(t, "mss-criminal")
	r, doc = officer.submit("/en/cases/"+other+"/add", "seen", "0", "allegation", loose)
	officer.says(r, doc, 409, "lakay has opened a case for this allegation in this track")
	if _, doc = officer.page("/en/cases/" + id); has(doc, `form[action$="/add"]`) {
		t.Error("it is offered again")
	}
}

// The link of a letter outlasts the session in which it was made; where it is lost, the
// officer is told before a letter is on the record that cannot be answered.
func TestLinkOfALetterIsKept(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	c, err := k.cases.Case(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	at := "/en/cases/" + id + "/steps/1/letter"
	_, doc := k.signedIn(t, "lakay").page(at)
	link, fields := doc.Find(".letter-link code").Text(), inForm(doc, "/letter")
	if link == "" || len(fields) == 0 {
		t.Fatal("the letter has no link")
	}
	k.pass(24 * time.Hour)
	officer := k.signedIn(t, "lakay")
	if _, doc = officer.page(at); doc.Find(".letter-link code").Text() != link {
		t.Error("the link is another the next day")
	}
	sent := []string{"how", "post", "proof", "RR 1", "seen", strconv.FormatUint(c.Changed, 10)}
	r, doc := officer.submit(at, append(fields, append(sent, "linked", casework.LinkHash("another"))...)...)
	officer.says(r, doc, 409, "The link on the letter that you prepared is lost", "Nothing was recorded")
	r, doc = officer.submit(at, append(fields, sent...)...)
	officer.says(r, doc, 200, "The letter is recorded as sent")
	k.pass(40 * 24 * time.Hour)
	officer = k.signedIn(t, "lakay")
	_, doc = officer.page(at)
	fields = inForm(doc, "/letter")
	k.pass(32 * 24 * time.Hour)
	officer = k.signedIn(t, "lakay")
	r, doc = officer.submit(at, append(fields, "how", "post", "proof", "RR 2")...)
	officer.says(r, doc, 409, "is lost")
}
