package report

import (
	"strconv"

	"temwen/when"
)

// calendar is a page that says nothing of what this is: the month. It is where
// the quick exit and "I have kept it" lead.
func (s *Site) calendar(v *visit) (*page, error) {
	v.w.Header().Set("Clear-Site-Data", `"cache"`) // pages that the back button would show
	return &page{Template: "calendar", Body: s.options.Today()}, nil
}

// Month is the month in words.
func (p *page) Month() string {
	year, month, _ := p.Body.(when.Day).Date()
	return p.T("date.month", "month", p.T("month."+strconv.Itoa(int(month))), "year", strconv.Itoa(year))
}

// Weekdays are the heads of the columns, from Monday.
func (p *page) Weekdays() []option {
	var list []option
	for i := range 7 {
		name := p.T("weekday." + strconv.Itoa((i+1)%7))
		list = append(list, option{Name: string([]rune(name)[:2]), Title: name})
	}
	return list
}

// cell is a day of the month, 0 before and after it.
type cell struct {
	Day   int
	Today bool
}

// Weeks are the days of the month, Monday to Sunday.
func (p *page) Weeks() [][]cell {
	today := p.Body.(when.Day)
	year, month, of := today.Date()
	first := when.DayOf(year, month, 1)
	days := int(when.DayOf(year, month+1, 1) - first)
	row := make([]cell, (int(first.Weekday())+6)%7, 7)
	var weeks [][]cell
	for day := 1; day <= days; day++ {
		if len(row) == 7 {
			weeks, row = append(weeks, row), make([]cell, 0, 7)
		}
		row = append(row, cell{day, day == of})
	}
	return append(weeks, append(row, make([]cell, 7-len(row))...))
}
