package desk_test

import (
	"fmt"
	"net/http"
	"testing"

	"temwen/casework"
)

// Given a case in which very much has happened, its page shows what came last and leads
// to all of it, which can be printed.
func TestALongCaseShowsItsEnd(t *testing.T) {
	k := withCases(t)
	id := k.open(t, "mss-criminal")
	for range 20 {
		k.act(t, id, casework.SendNotice{Step: 1, Notice: casework.Notice{Language: "fr", How: "post"}})
	}
	for range 40 {
		k.act(t, id, casework.RecordRemedy{Remedy: casework.Remedy{Kind: "apology"}})
	}
	officer := k.signedIn(t, "lakay")
	lines := func(path string) string {
		t.Helper()
		r, doc := officer.page("/en/cases/" + id + path)
		officer.says(r, doc, http.StatusOK)
		return fmt.Sprintf("%d letters, %d remedies and %d deeds, and leads %d times to all of it",
			doc.Find("#step-1 a[href*='/notices/']").Length(), doc.Find("#remedies ~ ul").First().Find("li").Length(),
			doc.Find("#history ~ table").First().Find("tbody tr").Length(), doc.Find("a[href*='?all#']").Length())
	}
	if got, want := lines(""), "12 letters, 12 remedies and 50 deeds, and leads 3 times to all of it"; got != want {
		t.Errorf("the page shows %s, not %s", got, want)
	}
	if got, want := lines("?all"), "20 letters, 40 remedies and 61 deeds, and leads 0 times to all of it"; got != want {
		t.Errorf("the whole page shows %s, not %s", got, want)
	}
	_, doc := officer.page("/en/cases/" + id)
	if newest := doc.Find("#step-1 a[href$='/notices/20']").Length(); newest != 1 {
		t.Error("the last letter is not among those that are shown")
	}
}
