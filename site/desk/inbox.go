package desk

import (
	"net/url"
	"slices"

	"temwen/intake"
)

// views are the parts of the inbox, in the order they are offered.
var views = []intake.View{intake.Ours, intake.Unread, intake.Mine, intake.Theirs, intake.Open, intake.Ended}

// pageSize is how many threads a page of the inbox has.
const pageSize = 25

// inboxBody is what the inbox shows. What is in a thread only the officer's
// browser can tell.
type inboxBody struct {
	View    intake.View
	Tabs    []tab
	Threads []intake.Thread
	Next    string // address of the next page, or empty
}

// tab is a view that can be chosen.
type tab struct {
	View intake.View
	Href string
	N    int
	Here bool
}

func (d *Desk) inboxPage(v *visit) error {
	q := v.URL.Query()
	view := intake.View(q.Get("view"))
	if view == "" {
		view = views[0]
	}
	if !slices.Contains(views, view) {
		return errNoPage
	}
	p, err := d.inbox.Threads(v.Context(), intake.Query{View: view, Officer: v.officer.ID, After: q.Get("after"), Limit: pageSize})
	if err != nil {
		return err
	}
	body := &inboxBody{View: view, Threads: p.Threads}
	for _, w := range views {
		body.Tabs = append(body.Tabs, tab{w, v.viewHref(w, ""), p.Counts[w], w == view})
	}
	if p.Next != "" {
		body.Next = v.viewHref(view, p.Next)
	}
	v.show(&page{visit: v, Template: "inbox", Nav: "inbox", Title: v.words.Say("desk.view." + string(view)), Body: body})
	return nil
}

// viewHref is the address of a page of a view.
func (v *visit) viewHref(view intake.View, after string) string {
	q := url.Values{"view": {string(view)}}
	if after != "" {
		q.Set("after", after)
	}
	return v.href("inbox") + "?" + q.Encode()
}
