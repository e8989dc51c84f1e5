package desk

import (
	"html/template"
	"net/url"
	"slices"

	"temwen/casework"
	"temwen/office"
	"temwen/when"
)

// What no clock brings to mind: steps that fall due on no day, and cases on which nobody
// works. The board shows the first of each and how many there are; a page has all.

// firstWaiting is how many of each the board shows.
const firstWaiting = 10

// seesAll reports whether the officer sees more than the cases that are assigned to them.
func (w *work) seesAll() bool {
	return office.May(w.state, w.officer.ID, office.SeeCases, office.Unrelated)
}

// count says how many there are, as far as they are counted.
func (w *work) count(n int) string {
	if n > casework.MostCounted {
		return w.words.Say("case.board.over", "n", casework.MostCounted)
	}
	return w.words.Say("case.board.n", "n", n)
}

// waitingParts adds to the board what falls due on no day, after what does.
func (w *work) waitingParts(b *boardBody) error {
	for _, wait := range casework.Waits {
		page, err := w.cases.Waiting(w.Context(), casework.Waiting{Wait: wait, Limit: firstWaiting})
		if err != nil {
			return err
		}
		part := boardPart{Key: string(wait), Since: true, Count: w.count(page.Count)}
		for i := range page.Steps {
			part.Rows = append(part.Rows, w.waitingRow(&page.Steps[i]))
		}
		if page.Next != "" {
			part.All = w.href("board", part.Key)
		}
		b.Parts = append(b.Parts, part)
	}
	return nil
}

// waitingRow is a step that falls due on no day.
func (w *work) waitingRow(f *casework.Falling) template.HTML {
	ground := ""
	if f.Ground != "" {
		ground = w.words.Say("case.ground." + f.Ground)
	}
	return w.row(f, nil, w.sinceDay(f.Since), ground)
}

// sinceDay says from which day something stands as it does, and for how long.
func (w *work) sinceDay(d when.Day) string {
	return w.words.Say("case.board.since-day", "day", d, "n", int(w.today-d))
}

// unworkedPart is the part of the board with cases on which nobody works.
type unworkedPart struct {
	Rows       []caseRow
	Count, All string
}

// unworked are the first cases on which nobody works.
func (w *work) unworked() (part unworkedPart, err error) {
	if !w.seesAll() {
		return part, nil
	}
	page, n, err := w.cases.Unworked(w.Context(), casework.Unworked{Limit: firstWaiting})
	for _, c := range page.Cases {
		part.Rows = append(part.Rows, w.caseRow(c))
	}
	part.Count = w.count(n)
	if page.Next != "" {
		part.All = w.href("cases") + "?view=" + viewUnworked
	}
	return part, err
}

// waitingBody is a page of the steps that wait in one way.
type waitingBody struct {
	boardPart
	Next string
}

// waitingPage is all of a part of the board, some at a time.
func (w *work) waitingPage() error {
	if key := w.PathValue("wait"); slices.Contains(fallingKeys, key) {
		part, next, err := w.fallingPart(key, w.URL.Query().Get("after"), pageSize)
		if err != nil {
			return err
		}
		return w.showPart(part, next)
	}
	wait := casework.Wait(w.PathValue("wait"))
	if !slices.Contains(casework.Waits, wait) {
		return errNoPage
	}
	list, err := w.cases.Waiting(w.Context(), casework.Waiting{Wait: wait, After: w.URL.Query().Get("after"), Limit: pageSize})
	if err != nil {
		return err
	}
	part := boardPart{Key: string(wait), Since: true, Count: w.count(list.Count)}
	for i := range list.Steps {
		part.Rows = append(part.Rows, w.waitingRow(&list.Steps[i]))
	}
	return w.showPart(part, list.Next)
}

// showPart shows a page of a part of the board.
func (w *work) showPart(part boardPart, next string) error {
	b := &waitingBody{boardPart: part}
	if next != "" {
		b.Next = w.href("board", b.Key) + "?" + url.Values{"after": {next}}.Encode()
	}
	w.show(&page{visit: w.visit, Template: "case-waiting", Nav: "board", Title: w.words.Say("case.board." + b.Key), Body: b})
	return nil
}
