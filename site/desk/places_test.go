package desk_test

import (
	"net/http"
	"testing"

	"temwen/casework"
)

// A commune is one of the list of the dossier, which the form offers: what is none is turned
// back with the nearest by code or by name, and the department follows from it. An exactness
// goes with the place that it is about.
func TestPlacesAreChecked(t *testing.T) {
	k := withCases(t)
	officer := k.signedIn(t, "lakay")
	r, doc := officer.page("/en/incidents/new")
	officer.says(r, doc, http.StatusOK)
	if o := doc.Find("datalist#communes option"); o.Length() != 140 || o.First().AttrOr("value", "") != "HT0111" || o.First().Text() != "Port-au-Prince, Ouest" {
		t.Errorf("%d communes are offered, first %q", o.Length(), o.First().Text())
	}
	code := func(department, commune, precision string) []string {
		return []string{
			"terms", casework.CurrentTerms().Version, "acts", "injury", "source-public", "unscr-2699", "source-thread", "", "source-reliability", "B", "source-credibility", "2",
			"department", department, "commune", commune, "precision", precision,
		}
	}
	for _, tt := range []struct{ department, commune, precision, says string }{
		{"HT01", "HT0119", "commune", "there is no commune with this code; is HT0111 meant, Port-au-Prince, Ouest?"},
		{"", "delmas", "commune", "is HT0112 meant, Delmas, Ouest?"},
		{"", "somewhere else", "", "there is no commune with this code"},
		{"HT05", "HT0112", "commune", "the commune is not in this department"},
		{"HT01", "", "commune", "needs the commune’s code"},
		{"", "", "department", "needs the department"},
	} {
		r, doc := officer.submit("/en/incidents", code(tt.department, tt.commune, tt.precision)...)
		officer.says(r, doc, http.StatusUnprocessableEntity, tt.says)
	}
	r, doc = officer.submit("/en/incidents", code("", "ht0112", "commune")...)
	officer.says(r, doc, http.StatusOK, "Delmas (HT0112), Ouest")
}

// A point outside of the country and its waters is taken, for ships are elsewhere, and the
// page asks whether another is meant: the sign that was left away, the other order.
func TestPointOutsideOfTheCountryIsPointedOut(t *testing.T) {
	k := withCases(t)
	officer := k.signedIn(t, "lakay")
	for _, tt := range []struct{ point, says string }{
		{"18.540, -72.340", ""},
		{"20.2, -74.6", ""}, // at sea
		{"18.540, 72.340", "The point 18.540, 72.340 lies outside of the country and its waters. Is 18.540, -72.340 meant?"},
		{"-72.340, 18.540", "Is 18.540, -72.340 meant?"},
		{"40.7, -74.0", "The point 40.700, -74.000 lies outside of the country and its waters. If it is right, nothing need be done."},
	} {
		r, doc := officer.submit(
			"/en/incidents", "terms", casework.CurrentTerms().Version, "acts", "injury", "source-public", "unscr-2699", "source-thread", "",
			"source-reliability", "B", "source-credibility", "2", "department", "HT01", "point", tt.point, "within", "100", "precision", "point",
		)
		officer.says(r, doc, http.StatusOK, tt.says)
		if far := doc.Find("#far").Length() > 0; far != (tt.says != "") {
			t.Errorf("%s: pointed out is %v", tt.point, far)
		}
	}
}
