package locale

import (
	"math"
	"strconv"
	"strings"

	"temwen/when"
)

// Number writes v with its digits grouped in the language's way, and decimals
// only where there are any, at most six.
func (c *Catalogue) Number(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	whole, decimals, _ := strings.Cut(strconv.FormatFloat(math.Abs(v), 'f', 6, 64), ".")
	decimals = strings.TrimRight(decimals, "0")
	var b strings.Builder
	if v < 0 && (strings.Trim(whole, "0") != "" || decimals != "") {
		b.WriteString("−")
	}
	if len(whole) < c.groupFrom() {
		b.WriteString(whole)
	} else {
		first := (len(whole)-1)%3 + 1
		b.WriteString(whole[:first])
		for ; first < len(whole); first += 3 {
			b.WriteString(c.Say("number.group"))
			b.WriteString(whole[first : first+3])
		}
	}
	if decimals != "" {
		b.WriteString(c.Say("number.decimal"))
		b.WriteString(decimals)
	}
	return b.String()
}

// groupFrom is how many digits a number has at least where they are grouped:
// Spanish leaves four together (Ortografía de la lengua española, 2010).
func (c *Catalogue) groupFrom() int {
	if c.lang == Spanish {
		return 5
	}
	return 4
}

// Period writes a length of time: "9 months", "10 working days", "1 year and 6
// months". With working, its days are working days. A period without length is
// the empty string.
func (c *Catalogue) Period(p when.Period, working bool) string {
	days := "period.days"
	if working {
		days = "period.working-days"
	}
	var parts []string
	for _, part := range []struct {
		key string
		n   int32
	}{{"period.years", p.Months / 12}, {"period.months", p.Months % 12}, {days, p.Days}} {
		if part.n != 0 {
			parts = append(parts, c.Say(part.key, "n", part.n))
		}
	}
	return c.List(parts)
}

// List joins words: "a, b and c".
func (c *Catalogue) List(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	last := words[len(words)-1]
	first := strings.Join(words[:len(words)-1], c.Say("list.comma"))
	return first + c.and(last) + last
}

// and is the word before the last of a list. Spanish y is e before the sound
// i, but not before the glide of "hierro".
func (c *Catalogue) and(next string) string {
	and := c.Say("list.and")
	if c.lang != Spanish {
		return and
	}
	next = strings.ToLower(next)
	for _, sound := range []string{"i", "í", "hi", "hí"} {
		if strings.HasPrefix(next, sound) && !strings.HasPrefix(next, "hie") && !strings.HasPrefix(next, "hia") {
			return strings.Replace(and, "y", "e", 1)
		}
	}
	return and
}
