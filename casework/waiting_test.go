package casework

import (
	"fmt"
	"testing"

	"temwen/when"
)

// waits is what an officer finds that waits in one way: the number of the case, the step,
// since when, and why.
func (o *office) waits(t *testing.T, w Wait, officer string) (list []string) {
	t.Helper()
	q := Waiting{Wait: w, Limit: 1, For: officer, Own: officer != ""}
	for {
		page, err := o.Waiting(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range page.Steps {
			if f.Case == "" || f.N == 0 || f.Officer != "o1" {
				t.Errorf("the step is %+v", f)
			}
			list = append(list, fmt.Sprint(f.Number, " ", f.Step, " ", f.Since, " ", f.Ground))
		}
		if q.After = page.Next; q.After == "" {
			if page.Count != len(list) {
				t.Errorf("%d wait as %s, and %d are listed", page.Count, w, len(list))
			}
			return list
		}
	}
}

// A step without a day is found by what it waits for: the office's own next move, somebody
// who was asked without a day, or that its clock goes on; each page by page, those of old first.
func TestWaiting(t *testing.T) {
	o := newOffice(t)
	start := o.today
	first, second := o.open(t), o.open(t)
	holds := func(w Wait, officer string, want ...string) {
		t.Helper()
		if got := o.waits(t, w, officer); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("on %s there wait as %s of %q\n%v, and should\n%v", o.today, w, officer, got, want)
		}
	}
	holds(WaitOffice, "", "1 inform 2025-01-10 ", "2 inform 2025-01-10 ")

	o.today = start + 1
	o.do(t, second, SendNotice{Step: 1, Notice: Notice{Language: "en"}})
	holds(WaitOffice, "", "1 inform 2025-01-10 ")
	holds(WaitAsked, "", "2 inform 2025-01-11 ")
	o.today = start + 2
	o.do(t, second, WithdrawNotice{1, 1})
	holds(WaitOffice, "", "1 inform 2025-01-10 ", "2 inform 2025-01-12 ")
	by := start + 20
	o.do(t, second, SendNotice{Step: 1, Notice: Notice{Language: "en", By: &by}})
	holds(WaitOffice, "", "1 inform 2025-01-10 ")
	holds(WaitAsked, "")

	o.today = start + 3
	o.do(t, second, MoveClock{1, Move{Kind: Paused, Ground: "safety"}})
	holds(WaitPaused, "", "2 inform 2025-01-13 safety")
	holds(WaitPaused, "o1", "2 inform 2025-01-13 safety")
	holds(WaitPaused, "o2")
	o.do(t, second, MoveClock{1, Move{Kind: Resumed, Ground: "safety"}})
	holds(WaitPaused, "")

	o.do(t, first, RecordAnswer{1, answer("informed")})
	o.do(t, first, RecordAnswer{2, answer("official")})
	holds(WaitOffice, "")
	page, err := o.Waiting(t.Context(), Waiting{Wait: WaitOffice, Limit: 1, After: "x"})
	refusedAs(t, err, CodeUnknown, "")
	if page.Count != 0 {
		t.Error(page)
	}
	o.rebuilds(t)
}

// The open cases of some officers, or of nobody, are listed together, the first to fall
// due first, and page by page.
func TestUnworked(t *testing.T) {
	o := newOffice(t)
	var ids []string
	for i, officer := range []string{"gone", "", "o1", "gone", "apart"} {
		id := o.open(t)
		by := o.today + 30 - when.Day(i)
		o.do(t, id, SendNotice{Step: 1, Notice: Notice{Language: "en", By: &by}})
		o.do(t, id, Assign{officer})
		ids = append(ids, id)
	}
	q := Unworked{Officers: []string{"", "gone", "apart"}, Limit: 2}
	var got []string
	for {
		page, count, err := o.Unworked(t.Context(), q)
		if err != nil || count != 4 {
			t.Fatalf("%d cases (%v)", count, err)
		}
		for _, c := range page.Cases {
			got = append(got, c.ID)
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	if want := []string{ids[4], ids[3], ids[1], ids[0]}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("nobody works on %v, and should on %v", got, want)
	}
	o.do(t, ids[1], Wall{"o9"})
	if page, count, err := o.Unworked(t.Context(), Unworked{Officers: q.Officers, Limit: 9, For: "o9"}); err != nil || count != 3 || len(page.Cases) != 3 {
		t.Errorf("behind the wall are %d of %d cases (%v)", len(page.Cases), count, err)
	}
}
