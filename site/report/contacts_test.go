package report_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"temwen/dossier"
	"temwen/seal"
	"temwen/site/report"
	"temwen/when"
)

// someServices is a dossier with services that help.
const someServices = `
dossier: {id: lakeland, title: Lakeland, time_zone: America/Port-au-Prince}
sources:
  - {id: early, title: List, publisher: Ministry of Health, published: 2024-01-01, language: en, address: "https://example.org/a", read: full}
  - {id: late, title: List, publisher: Ministry of Justice, published: 2024-06-01, language: en, address: "https://example.org/b", read: full}
services:
  - {id: clinic, name: Clinic, needs: [medical], phone: "+000 111", sources: [early]}
  - {id: home, name: Home, needs: [shelter, medical], children: true, sources: [late]}
`

// Given a dossier, then its services are those that were published by the day, with
// who published them; in the form about a child, those for children come first.
func TestServicesOfADossier(t *testing.T) {
	d, err := dossier.Load(fstest.MapFS{"d.yaml": {Data: []byte(someServices)}}, dossier.Options{})
	if err != nil {
		t.Fatal(err)
	}
	names := func(list []report.Contact) (names []string) {
		for _, c := range list {
			names = append(names, c.Name["en"]+" by "+c.Source)
		}
		return names
	}
	day := func(s string) when.Day { return when.MustParse(s).First() }
	for day, want := range map[when.Day][]string{
		day("2023-12-31"): nil, day("2024-01-01"): {"Clinic by Ministry of Health"},
		day("2024-06-01"): {"Clinic by Ministry of Health", "Home by Ministry of Justice"},
	} {
		if diff := cmp.Diff(want, names(report.ContactsOf([]*dossier.Dossier{d}, day))); diff != "" {
			t.Errorf("%s:\n%s", day, diff)
		}
	}
	s := serveWith(t, func(o *report.Options) {
		o.Contacts = report.ContactsOf([]*dossier.Dossier{d}, day("2024-06-01"))
	})
	for address, want := range map[string][]string{"/en/1": {"Clinic", "Home"}, "/en/3": {"Home", "Clinic"}} {
		got := s.get(t, address).Find(".need:has([value=medical]) b").Map(func(_ int, e *selection) string { return e.Text() })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", address, diff)
		}
	}
	help := s.get(t, "/en/5")
	if call := help.Find("a[href='tel:+000111']"); call.Length() != 1 || call.Text() != "+000 111" || !strings.Contains(help.text("main"), "Published by Ministry of Health") {
		t.Errorf("the page of those who help says %q", help.text("main"))
	}
}

// Given the words of a dossier for what somebody needs, then they are those of a
// report.
func TestNeedsAreTheSame(t *testing.T) {
	for i, n := range seal.Needs {
		if dossier.Needs[i] != string(n) {
			t.Errorf("%s is %s in a dossier", n, dossier.Needs[i])
		}
	}
}
