package locale

import (
	"strconv"
	"strings"

	"temwen/when"
)

// Day writes a day: "26 June 2024", "26 jen 2024", "26 juin 2024", "26 de junio
// de 2024". An open day is said to be none.
func (c *Catalogue) Day(d when.Day) string {
	if d.Open() {
		return c.Say("date.open")
	}
	year, month, day := d.Date()
	return c.Say("date.day", "n", day, "month", c.month(int(month)), "year", c.year(year))
}

func (c *Catalogue) month(m int) string { return c.Say("month." + strconv.Itoa(m)) }

// year writes a year: never grouped, and those before year 1 as years before
// the common era.
func (c *Catalogue) year(y int) string {
	if y < 1 {
		return c.Say("date.before-era", "year", strconv.Itoa(1-y))
	}
	return strconv.Itoa(y)
}

// shape is what a date or an end of an interval names. Languages join a day in
// another way ("depuis le 2 juin") than a month or year ("depuis juin"), and
// those in another way than a span with an article ("jusqu’au printemps").
type shape string

const (
	aDay   shape = "day"
	aMonth shape = "month" // a month or a year
	aSpan  shape = "span"  // a season, a decade, a century
)

// Date writes an EDTF date: "about June 2024", "the 1990s", "2004 to 2017",
// "since 2 October 2023". The zero Date is said to be none.
func (c *Catalogue) Date(d when.Date) string {
	if d.IsZero() {
		return c.Say("date.none")
	}
	start, end, _ := strings.Cut(d.String(), "/")
	if !d.IsInterval() {
		words, _ := c.simple(start)
		return words
	}
	switch from, fromShape := c.simple(start); {
	case end == "..":
		return c.Say("date.since."+string(fromShape), "from", from)
	case end == "":
		return c.Say("date.end-unknown", "from", from)
	default:
		to, toShape := c.simple(end)
		switch {
		case start == "..":
			return c.Say("date.until."+string(toShape), "to", to)
		case start == "":
			return c.Say("date.start-unknown", "to", to)
		case fromShape != toShape:
			fromShape = aSpan
		}
		return c.Say("date.range."+string(fromShape), "from", from, "to", to)
	}
}

// simple writes a date that is no interval, with its marks.
func (c *Catalogue) simple(s string) (string, shape) {
	bare := strings.TrimRight(s, "?~%")
	d, err := when.Parse(bare)
	if err != nil {
		return s, aSpan
	}
	words, shape := c.bare(bare, d)
	mark := s[len(bare):]
	if mark == "~" || mark == "%" {
		words = c.Say("date.about", "date", words)
	}
	if mark == "?" || mark == "%" {
		words = c.Say("date.unsure", "date", words)
	}
	return words, shape
}

// bare writes a date without marks, as precisely as s gives it.
func (c *Catalogue) bare(s string, d when.Date) (string, shape) {
	year, month, _ := d.First().Date()
	s, _, _ = strings.Cut(s, "T")
	digits, rest, _ := strings.Cut(strings.TrimPrefix(s, "-"), "-")
	part, day, hasDay := strings.Cut(rest, "-")
	switch {
	case strings.HasSuffix(digits, "XX") && rest == "":
		last, _, _ := d.Last().Date()
		return c.Say("date.century", "from", c.year(year), "to", c.year(last)), aSpan
	case strings.HasSuffix(digits, "X") && rest == "":
		return c.Say("date.decade", "year", c.year(year)), aSpan
	case part == "" || part == "XX":
		return c.year(year), aMonth
	case part >= "21" && part <= "24":
		return c.Say("season."+part, "year", c.year(year), "next", c.year(year+1)), aSpan
	case !hasDay || day == "XX":
		return c.Say("date.month", "month", c.month(int(month)), "year", c.year(year)), aMonth
	}
	return c.Day(d.First()), aDay
}
