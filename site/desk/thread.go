package desk

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"temwen/casework"
	"temwen/intake"
	"temwen/office"
)

// threadBody is what the page of a thread shows.
type threadBody struct {
	*intake.Thread
	Threads  []*intake.Thread // itself and those joined to it, in the order of their numbers
	Items    []itemRow        // of all of them, in the order of their days
	Stages   []intake.Stage   // that it can be moved to
	Officers []office.Officer
	Current  *office.Epoch
	// Others are threads that it could be joined to.
	Others  []intake.Thread
	Erasing *erasing // nil where the officer may not see what would go
	// Keepers are the cases into which a file can be taken as evidence, by address.
	Keepers []option
	Told    []toldRow
	Cases   []*casework.Case // that rest on it

	// For Can.
	state    *office.State
	officer  string
	relation office.Relation
}

// itemRow is an item and the thread it came in.
type itemRow struct {
	intake.Item
	Thread string
	Number int // of the thread, where it is another than the page's; else 0
}

// stages are those an officer can choose. A thread is read when somebody opened
// it, and withdrawn by the person alone.
var stages = []intake.Stage{intake.Read, intake.Referred, intake.InCase, intake.Noticed, intake.Waiting, intake.Closed}

// thread is the thread that the address names.
func (v *visit) thread() (*intake.Thread, error) {
	return v.desk.inbox.Thread(v.Context(), v.PathValue("thread"))
}

func (d *Desk) threadPage(v *visit) error {
	t, err := v.thread()
	if err != nil {
		return err
	}
	if t.Into != "" {
		http.Redirect(v.w, v.Request, v.href("threads", t.Into), http.StatusSeeOther)
		return nil
	}
	body := &threadBody{
		Thread: t, Stages: stages, Current: v.state.Current(), state: v.state, officer: v.officer.ID, relation: relationTo(v, t),
	}
	if body.Erasing, err = v.toErase(t); err != nil {
		return err
	}
	if err := v.gather(body); err != nil {
		return err
	}
	if body.Keepers, err = v.keepers(); err != nil {
		return err
	}
	if err := v.follow(body); err != nil {
		return err
	}
	for _, o := range v.state.Officers {
		if v.state.MayHaveThreads(o.ID) {
			body.Officers = append(body.Officers, o)
		}
	}
	if err := v.candidates(body); err != nil {
		return err
	}
	v.show(&page{visit: v, Template: "thread", Nav: "inbox", Title: v.words.Say("desk.thread.title", "number", strconv.Itoa(t.Number)), Body: body})
	return nil
}

// gather reads the threads that were joined to the page's, and puts the items of
// all in one order.
func (v *visit) gather(body *threadBody) error {
	body.Threads = []*intake.Thread{body.Thread}
	for _, id := range body.Joined {
		t, err := v.desk.inbox.Thread(v.Context(), id)
		if err != nil {
			return err
		}
		body.Threads = append(body.Threads, t)
	}
	for _, t := range body.Threads {
		for _, item := range t.Items {
			row := itemRow{Item: item, Thread: t.ID}
			if t != body.Thread {
				row.Number = t.Number
			}
			if row.Number > 0 && item.Kind == intake.Reply {
				continue // the same letter stands in the page's own thread
			}
			body.Items = append(body.Items, row)
		}
	}
	slices.SortStableFunc(body.Items, func(a, b itemRow) int { return strings.Compare(a.Day, b.Day) })
	return nil
}

// candidates are the latest open threads, to which the page's could be joined.
func (v *visit) candidates(body *threadBody) error {
	p, err := v.desk.inbox.Threads(v.Context(), intake.Query{View: intake.Open, Officer: v.officer.ID, Limit: pageSize})
	if err != nil {
		return err
	}
	for _, t := range p.Threads {
		if t.ID != body.ID {
			body.Others = append(body.Others, t)
		}
	}
	return nil
}

// Over reports whether nothing more can be said in the thread.
func (b *threadBody) Over() bool { return b.Stage == intake.Withdrawn }

// envelope hands out the sealed bytes of an item. It is a POST, for it is noted.
func (d *Desk) envelope(v *visit) error {
	n, err := strconv.Atoi(v.PathValue("item"))
	if err != nil {
		return errNoPage
	}
	body, size, err := d.inbox.Envelope(v.Context(), v.officer.ID, v.PathValue("thread"), n)
	if err != nil {
		return err
	}
	return v.hand(body, size)
}

// hand hands out sealed bytes.
func (v *visit) hand(body io.ReadCloser, size int64) error {
	h := v.w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	_, err := io.Copy(v.w, body)
	if err = errors.Join(err, body.Close()); err != nil {
		v.desk.options.Log.Error("handing out an envelope", "error", err)
		panic(http.ErrAbortHandler) // the beginning is sent: the browser must see that the rest is missing
	}
	return nil
}

// opened notes what an officer's browser opened.
func (d *Desk) opened(v *visit) error {
	var said struct{ Items []int }
	if err := v.read(&said); err != nil {
		return err
	}
	if err := v.deal(intake.MarkOpened{Thread: v.PathValue("thread"), Items: said.Items}); err != nil {
		return err
	}
	return v.answer(http.StatusOK, struct{}{})
}
