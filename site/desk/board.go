package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"temwen/casework"
	"temwen/clock"
	"temwen/gate"
	"temwen/instrument"
	"temwen/office"
	"temwen/when"
)

// How many steps a part of the board shows, with a page that has all, a month, and a
// calendar for programs.
const (
	firstFalling = 50
	mostInMonth  = 100
	mostInFeed   = 1000
)

// row is a row of the template "falls" about a step: status is nil where it waits without a
// day, and day says since when then. There are hundreds on a page, so that it is markup
// already.
func (w *work) row(f *casework.Falling, status *owed, day, ground string) template.HTML {
	e := template.HTMLEscapeString
	var b strings.Builder
	cell := func(attributes string, markup template.HTML) {
		b.WriteString(`<td role="cell"` + attributes + `>` + string(markup) + `</td>`)
	}
	label := func(key string) string { return ` data-label="` + e(w.words.Say(key)) + `"` }
	b.WriteString(`<tr role="row">`)
	since := label("case.board.since")
	if status != nil {
		since = ""
		cell("", status.markup())
	}
	link := `<a href="` + e(w.href("cases", f.Case)) + `#step-` + strconv.Itoa(f.N) + `">` + e(w.words.Say("case.title", "number", strconv.Itoa(f.Number))) + `</a>`
	cell("", template.HTML(link))
	cell(` class="wide"`, w.text(f.Title).markup())
	cell(label("case.board.who"), w.mustAct(f).markup())
	if day = e(day); ground != "" {
		day += `<div class="help">` + e(ground) + `</div>`
	}
	cell(since, template.HTML(day))
	b.WriteString(`</tr>`)
	return template.HTML(b.String())
}

// boardPart is one part of the board.
type boardPart struct {
	Key  string
	Rows []template.HTML // see row
	// Count is how many there are, and All the page that lists all of them, for a part of
	// which only the first are shown.
	Count, All string
	Since      bool // the rows say since when, and not by when
}

// boardBody is what the board shows.
type boardBody struct {
	Affected []affectedRow // somebody does not allow what the office does
	More     bool          // there are more
	// Unentered are those for which nobody has entered what the people allow.
	Unentered     []affectedRow
	MoreUnentered bool
	Unworked      unworkedPart
	Parts         []boardPart
	// Handing are cases that were handed over, and whose next track is not open.
	Handing     []caseRow
	MoreHanding bool
	Doubled     [][]caseLink // cases that take one act through one track
	Closed      []guessedRow // letters whose links were closed by wrong codes
	Empty       bool
	Month       monthView
	Calendar    bool   // the officer has an address of a calendar
	Link        string // that address, once
}

// boardPage shows the board. It asks some twenty times, and of one state of the record: what
// moves on meanwhile stands neither in two parts nor in none.
func (w *work) boardPage() error {
	b := &boardBody{}
	request := w.Request
	err := w.cases.Together(w.Context(), func(ctx context.Context) error {
		w.Request = request.WithContext(ctx)
		return w.fillBoard(b)
	})
	w.Request = request
	if err != nil {
		return err
	}
	b.Link = w.desk.sessions.PopString(w.Context(), keyCalendar)
	w.show(&page{visit: w.visit, Template: "case-board", Nav: "board", Title: w.words.Say("case.board.title"), Body: b})
	return nil
}

// fillBoard asks for what the board shows.
func (w *work) fillBoard(b *boardBody) (err error) {
	if b.Affected, b.More, err = w.affected(); err != nil {
		return err
	}
	if b.Unentered, b.MoreUnentered, err = w.unentered(); err != nil {
		return err
	}
	if b.Unworked, err = w.unworked(); err != nil {
		return err
	}
	if b.Handing, b.MoreHanding, err = w.handing(); err != nil {
		return err
	}
	if b.Doubled, err = w.doubled(); err != nil {
		return err
	}
	if b.Closed, err = w.closedLetters(); err != nil {
		return err
	}
	b.Empty = len(b.Closed)+len(b.Affected)+len(b.Unentered)+len(b.Handing)+len(b.Doubled)+len(b.Unworked.Rows) == 0
	for _, key := range fallingKeys {
		part, next, err := w.fallingPart(key, "", firstFalling)
		if err != nil {
			return err
		}
		if next != "" {
			part.All = w.href("board", key)
		}
		b.Parts = append(b.Parts, part)
	}
	if err := w.waitingParts(b); err != nil {
		return err
	}
	for _, part := range b.Parts {
		b.Empty = b.Empty && len(part.Rows) == 0
	}
	if b.Month, err = w.month(w.URL.Query().Get("month")); err != nil {
		return err
	}
	b.Calendar, err = w.cases.HasCalendar(w.Context(), w.officer.ID)
	return err
}

// fallingKeys are the parts of the board about what falls due on a day, in their order.
var fallingKeys = []string{"remind", "overdue", "silent", "week", "month"}

// fallingPart is a page of such a part, and what follows it.
func (w *work) fallingPart(key, after string, limit int) (part boardPart, next string, err error) {
	find, span := w.cases.Board, casework.Span{From: when.Earliest, To: w.today - 1, After: after, Limit: limit + 1}
	switch key {
	case "remind":
		find, span.From, span.To = w.cases.ToRemind, w.today, when.Latest
	case "silent":
		find = w.cases.Unanswered
	case "week":
		span.From, span.To = w.today, w.today+6
	case "month":
		span.From, span.To = w.today+7, w.today+30
	}
	list, err := find(w.Context(), span)
	if len(list) > limit {
		list = list[:limit]
		next = list[limit-1].Place
	}
	part.Key = key
	for i := range list {
		part.Rows = append(part.Rows, w.fallRow(&list[i]))
	}
	return part, next, err
}

// keyCalendar is the address of a calendar in a session, to be shown once.
const keyCalendar = "calendar"

// fallRow is the row of a step that falls due, or fell silent.
func (w *work) fallRow(f *casework.Falling) template.HTML {
	status := clock.Running
	switch {
	case f.Silent:
		status = clock.Silent
	case f.Due < w.today:
		status = clock.Overdue
	case f.Due <= w.today+7:
		status = clock.Due
	}
	owed := w.owed(status)
	return w.row(f, &owed, w.due(clock.State{Status: status, Due: f.Due, HasDue: true, Since: when.Latest}), "")
}

// mustAct names who must act in a step: the State by its name, others by their role.
func (w *work) mustAct(f *casework.Falling) text {
	if f.Who == instrument.SendState && f.State != "" {
		return w.actor(f.State)
	}
	return text{Words: w.words.Say("procedure.role." + string(f.Who))}
}

// monthView is the month of a calendar, and what falls due in it.
type monthView struct {
	Title          string
	Before, After  string // addresses
	Weekdays       []weekday
	Weeks          [][7]dayCell
	Days           []dayList
	BeforeW, NextW string // the names of the months before and after
}

// weekday heads a column: on a phone there is room for three letters, which in each
// of the languages abbreviate the name.
type weekday struct{ Name, Short string }

// dayCell is a day in the table of a month; N is 0 outside of it.
type dayCell struct {
	N     int
	ID    string // of the day's list, where something falls due
	Count string // how much, as far as it is counted
	Today bool
}

// dayList is what falls due on a day.
type dayList struct {
	ID, Title string
	Rows      []template.HTML // see row
	More      string          // that not all is shown, or empty
}

// month is the view of a month, given as YYYY-MM; the present one where empty.
func (w *work) month(s string) (monthView, error) {
	year, month, _ := w.today.Date()
	if s != "" {
		t, err := time.Parse("2006-01", s)
		if err != nil {
			return monthView{}, errNoPage
		}
		year, month = t.Year(), t.Month()
	}
	first := when.DayOf(year, month, 1)
	last := when.DayOf(year, month+1, 1) - 1
	if month == time.December {
		last = when.DayOf(year+1, time.January, 1) - 1
	}
	span := casework.Span{From: first, To: last, Silent: true, Limit: mostInMonth}
	list, err := w.cases.Board(w.Context(), span)
	if err != nil {
		return monthView{}, err
	}
	counts, err := w.cases.PerDay(w.Context(), span)
	if err != nil {
		return monthView{}, err
	}
	name := func(d when.Day) string {
		y, m, _ := d.Date()
		return w.words.Say("case.month", "month", w.words.Say("month."+strconv.Itoa(int(m))), "year", strconv.Itoa(y))
	}
	link := func(d when.Day) string {
		y, m, _ := d.Date()
		return fmt.Sprintf("%s?month=%04d-%02d#calendar", w.href("board"), y, m)
	}
	v := monthView{Title: name(first), Before: link(first - 1), After: link(last + 1), BeforeW: name(first - 1), NextW: name(last + 1)}
	v.Days = w.days(first, last, counts, list)
	for i := range 7 {
		name := w.words.Say("weekday." + strconv.Itoa((i+1)%7))
		letters := []rune(name)
		v.Weekdays = append(v.Weekdays, weekday{name, string(letters[:min(3, len(letters))])})
	}
	at := first - when.Day((int(first.Weekday())+6)%7)
	for at <= last {
		var week [7]dayCell
		for i := range week {
			if at >= first && at <= last {
				_, _, n := at.Date()
				week[i] = dayCell{N: n, Today: at == w.today}
				if counts[at] > 0 {
					week[i].ID, week[i].Count = "day-"+at.String(), w.count(counts[at])
				}
			}
			at++
		}
		v.Weeks = append(v.Weeks, week)
	}
	return v, nil
}

// days are the days of a month on which something falls due, with what of it is
// in the list.
func (w *work) days(first, last when.Day, counts map[when.Day]int, list []casework.Falling) (days []dayList) {
	rows := make(map[when.Day][]template.HTML)
	for i := range list {
		rows[list[i].Due] = append(rows[list[i].Due], w.fallRow(&list[i]))
	}
	for d := first; d <= last; d++ {
		if counts[d] == 0 {
			continue
		}
		day := dayList{ID: "day-" + d.String(), Title: w.words.Day(d), Rows: rows[d]}
		switch more := counts[d] - len(rows[d]); {
		case counts[d] > casework.MostCounted:
			day.More = w.words.Say("case.board.day.over", "n", casework.MostCounted)
		case more > 0:
			day.More = w.words.Say("case.board.day.more", "n", more)
		}
		days = append(days, day)
	}
	return days
}

// giveCalendar makes the officer a secret address of a calendar; the one before is
// good no more.
func (w *work) giveCalendar() error {
	token, err := w.cases.GiveCalendar(w.Context(), w.officer.ID)
	if err != nil {
		return err
	}
	w.desk.sessions.Put(w.Context(), keyCalendar, w.desk.origin.String()+w.href("calendar", token))
	w.done("calendar-given")
	return w.next(w.href("board") + "#feed")
}

func (w *work) dropCalendar() error {
	if err := w.cases.DropCalendar(w.Context(), w.officer.ID); err != nil {
		return err
	}
	w.done("calendar-dropped")
	return w.next(w.href("board") + "#feed")
}

// How far a calendar looks back and ahead, in days.
const (
	calendarBack  = 60
	calendarAhead = 400
)

// calendar writes what falls due as RFC 5545 has it, for a program that knows the
// secret address: the number of the case, and nothing else.
func (w *work) calendar() error {
	officer, err := w.cases.CalendarOf(w.Context(), w.PathValue("token"))
	if err != nil {
		return errNoPage
	}
	if err := w.look(); err != nil {
		return err
	}
	if o := w.state.Officer(officer); o == nil || o.Standing != office.Admitted {
		return errNoPage
	}
	list, err := w.cases.Dates(gate.As(w.Context(), officer), casework.Span{From: w.today - calendarBack, To: w.today + calendarAhead, Limit: mostInFeed})
	if err != nil {
		return err
	}
	var b strings.Builder
	line := func(parts ...string) {
		for _, s := range parts {
			b.WriteString(s)
		}
		b.WriteString("\r\n")
	}
	for _, s := range []string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Temwen//Desk//EN", "CALSCALE:GREGORIAN", "REFRESH-INTERVAL;VALUE=DURATION:PT12H"} {
		line(s)
	}
	day := func(d when.Day) string { return strings.ReplaceAll(d.String(), "-", "") }
	today := day(w.today)
	const here = "\x00"
	before, after, _ := strings.Cut(w.words.Say("case.calendar.due", "number", here), here) // said once: there are very many
	for i := range list {
		f := &list[i]
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", f.Case, f.N))
		line("BEGIN:VEVENT")
		line("UID:", hex.EncodeToString(sum[:16]), "@temwen")
		line("DTSTAMP:", today, "T000000Z")
		line("DTSTART;VALUE=DATE:", day(f.Due))
		line("SUMMARY:", before, strconv.Itoa(f.Number), after)
		line("TRANSP:TRANSPARENT")
		line("END:VEVENT")
	}
	if len(list) == 0 { // a calendar has at least one component (RFC 5545, 3.6)
		for _, s := range []string{"BEGIN:VTIMEZONE", "TZID:UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0000", "TZOFFSETTO:+0000", "END:STANDARD", "END:VTIMEZONE"} {
			line(s)
		}
	}
	line("END:VCALENDAR")
	w.w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.w.WriteHeader(http.StatusOK)
	_, _ = w.w.Write([]byte(b.String())) // the reader has gone; there is nobody to tell
	return nil
}
