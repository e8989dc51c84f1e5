package locale

import (
	"fmt"
	"strings"

	"temwen/when"
)

// message is what a catalogue holds under a key: one template, or one for each
// form that differs.
type message map[form]template

// form says when a template of a message is the one to say.
type form string

// The forms. Every message has other; it stands in for each form that a message
// does not have.
const (
	other form = "other"
	// one is said where the argument n is one of what it counts: in English and
	// Spanish 1; in French 0, 1 and what lies between. Creole words do not
	// change with a number, but its sentences may.
	one form = "one"
	// zero is said where n is 0.
	zero form = "zero"
	// without is said where an argument that other names is empty or missing:
	// "the day before" instead of "{period} before".
	without form = "without"
	// bare is said where one that without names is, too.
	bare form = "bare"
	// many is for a unit after a number that is itself a noun: "600 millones de
	// personas". Only Amount chooses it.
	many form = "many"
	// between is for a unit after two numbers: "515 to 600 million US dollars",
	// but "US$600 million". Only Amount chooses it.
	between form = "between"
)

var forms = map[form]bool{
	other: true, one: true, zero: true, without: true, bare: true, many: true, between: true,
}

// pick is the template of the first of these forms that m has, or else other.
func (m message) pick(wanted ...form) template {
	for _, f := range wanted {
		if t, ok := m[f]; ok {
			return t
		}
	}
	return m[other]
}

// choose is the template to say with these arguments.
func (m message) choose(a arguments) template {
	if len(m) == 1 {
		return m[other]
	}
	if t, ok := m[without]; ok && a.lack(m[other]) {
		if u, ok := m[bare]; ok && a.lack(t) {
			return u
		}
		return t
	}
	if n, ok := number(a.value("n")); ok {
		return m.pick(a.in.forms(n)...)
	}
	return m[other]
}

// forms are the forms for a count of n, the most fitting first.
func (c *Catalogue) forms(n float64) []form {
	switch {
	case n == 0 && c.lang == French:
		return []form{zero, one}
	case n == 0:
		return []form{zero}
	case n == 1, c.lang == French && n > -2 && n < 2:
		return []form{one}
	}
	return nil
}

// template is words with named places in them.
type template []segment

// segment is words, followed by the value of an argument where one is named.
type segment struct{ words, name string }

// compile reads words with places written as {name}.
func compile(s string) (template, error) {
	var t template
	for s != "" {
		words, rest, found := strings.Cut(s, "{")
		if strings.Contains(words, "}") {
			return nil, fmt.Errorf("%q has a } without {", s)
		}
		if !found {
			return append(t, segment{words: words}), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || !isName(name) {
			return nil, fmt.Errorf("%q has a { that opens no {name}", s)
		}
		t = append(t, segment{words, name})
		s = after
	}
	return t, nil
}

func isName(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// fill puts values into the named places.
func (t template) fill(value func(name string) (string, bool)) string {
	if len(t) == 1 && t[0].name == "" {
		return t[0].words
	}
	var b strings.Builder
	for _, s := range t {
		b.WriteString(s.words)
		if s.name == "" {
			continue
		}
		if v, ok := value(s.name); ok {
			b.WriteString(v)
		} else {
			b.WriteString("{" + s.name + "}")
		}
	}
	return b.String()
}

// arguments are name, value pairs in the language of a catalogue.
type arguments struct {
	in    *Catalogue
	pairs []any
}

// value is the value of a name; nil where it is not given.
func (a arguments) value(name string) any {
	for i := 0; i+1 < len(a.pairs); i += 2 {
		if n, ok := a.pairs[i].(string); ok && n == name {
			return a.pairs[i+1]
		}
	}
	return nil
}

// words is the value of a name in words, and whether it is given.
func (a arguments) words(name string) (string, bool) {
	v := a.value(name)
	return a.in.word(v), v != nil
}

// lack reports whether an argument that t names is missing, empty or open.
func (a arguments) lack(t template) bool {
	for _, s := range t {
		if s.name == "" {
			continue
		}
		switch v := a.value(s.name).(type) {
		case when.Day:
			if v.Open() {
				return true
			}
		case when.Date:
			if v.IsZero() {
				return true
			}
		default:
			if a.in.word(v) == "" {
				return true
			}
		}
	}
	return false
}

// word writes one argument in the way of the language.
func (c *Catalogue) word(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case when.Day:
		return c.Day(v)
	case *when.Day:
		if v == nil {
			return ""
		}
		return c.Day(*v)
	case when.Date:
		return c.Date(v)
	case *when.Date:
		if v == nil {
			return ""
		}
		return c.Date(*v)
	case when.Period:
		return c.Period(v, false)
	case Text:
		s, _, _ := v.In(c.lang)
		return s
	case []string:
		return c.List(v)
	}
	if n, ok := number(v); ok {
		return c.Number(n)
	}
	return fmt.Sprint(v)
}

// number is v as a number, and whether it is one.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case int8:
		return float64(v), true
	case int16:
		return float64(v), true
	case int32:
		return float64(v), true
	case int64:
		return float64(v), true
	case uint:
		return float64(v), true
	case uint8:
		return float64(v), true
	case uint16:
		return float64(v), true
	case uint32:
		return float64(v), true
	case uint64:
		return float64(v), true
	case float32:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}
