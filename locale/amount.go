package locale

import (
	"math"
	"strings"

	"temwen/when"
)

// Amount writes a number with its unit: "US$600 million a year", "about 200
// people", "515 to 600 million US dollars over 2 years", "50 percent". A single
// value has lo and hi alike. The unit is an ISO 4217 code or a unit of count;
// one for which the catalogue has no word goes unsaid, except that a currency
// is named by its code. The bound is empty, about, at-least, more-than, up-to
// or nearly. Per is the time that a rate is for, zero for none. An amount that is
// no number (NaN) is the empty string.
func (c *Catalogue) Amount(lo, hi float64, unit, bound string, per when.Period) string {
	if math.IsNaN(lo) || math.IsNaN(hi) {
		return ""
	}
	s := c.quantity(lo, hi, unit)
	if key := "bound." + bound; bound != "" && c.Has(key) {
		s = c.Say(key, "amount", s)
	}
	switch {
	case per.IsZero():
		return s
	case per == when.Months(12):
		return c.Say("per.year", "amount", s)
	case per == when.Months(1):
		return c.Say("per.month", "amount", s)
	case per == when.Days(7):
		return c.Say("per.week", "amount", s)
	case per == when.Days(1):
		return c.Say("per.day", "amount", s)
	}
	return c.Say("per.over", "amount", s, "period", per)
}

// quantity writes one or two numbers with their unit.
func (c *Catalogue) quantity(lo, hi float64, unit string) string {
	from, fromScale := scaled(lo)
	to, scale := scaled(hi)
	var n string
	var chosen []form
	switch {
	case lo == hi:
		n = c.scale(c.Number(to), to, scale)
	case fromScale == scale:
		n = c.scale(c.Say("number.range", "from", from, "to", to), to, scale)
		chosen = append(chosen, between)
	default:
		n = c.Say("number.range", "from", c.scale(c.Number(from), from, fromScale), "to", c.scale(c.Number(to), to, scale))
		chosen = append(chosen, between)
	}
	if scale != "" {
		chosen = append(chosen, many)
	} else {
		chosen = append(chosen, c.forms(hi)...)
	}
	m, ok := c.unit(unit)
	if !ok {
		return n
	}
	return m.pick(chosen...).fill(func(name string) (string, bool) {
		if name == "currency" {
			return unit, true
		}
		return n, true
	})
}

// unit is the message for a unit, and whether there is one.
func (c *Catalogue) unit(unit string) (message, bool) {
	m, ok := c.messages["units."+unit]
	if !ok && isCurrency(unit) {
		m, ok = c.messages["units.currency"]
	} else if !ok {
		m, ok = c.messages["units."+strings.ToLower(unit)]
	}
	return m, ok
}

// scale puts the word for millions or billions behind digits, in the form for
// v of them.
func (c *Catalogue) scale(digits string, v float64, scale string) string {
	if scale == "" {
		return digits
	}
	return c.messages[scale].pick(c.forms(v)...).fill(func(string) (string, bool) { return digits, true })
}

// scaled is v in millions or thousand millions, with the key of the word for
// that, where this loses nothing: where no more than two decimals are left.
func scaled(v float64) (float64, string) {
	for _, s := range []struct {
		by  float64
		key string
	}{{1e9, "number.billion"}, {1e6, "number.million"}} {
		step := s.by / 100
		if hundredths := math.Round(v / step); math.Abs(v) >= s.by && hundredths*step == v {
			return hundredths / 100, s.key
		}
	}
	return v, ""
}

func isCurrency(unit string) bool {
	if len(unit) != 3 {
		return false
	}
	for _, c := range []byte(unit) {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return true
}
