package locale

import (
	"strings"
	"sync"
	"testing"

	"temwen/when"
)

func TestInKnowsTheLanguagesAndFallsBackToEnglish(t *testing.T) {
	for _, lang := range Langs {
		if got := In(lang).Lang(); got != lang {
			t.Errorf("In(%q) speaks %q", lang, got)
		}
	}
	for _, lang := range []Lang{"", "de", "xx-nonsense"} {
		if got := In(lang).Lang(); got != English {
			t.Errorf("In(%q) speaks %q, not English", lang, got)
		}
	}
}

func TestInIsSafeForConcurrentUse(t *testing.T) {
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			if s := In(Langs[i%len(Langs)]).Say("days", "n", i); s == "" {
				t.Error("nothing said")
			}
		})
	}
	wg.Wait()
}

// test is a catalogue in a language with these messages.
func test(t *testing.T, lang Lang, yaml string) *Catalogue {
	t.Helper()
	messages, err := parse("test.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	for key, m := range In(lang).messages {
		if _, ok := messages[key]; !ok {
			messages[key] = m
		}
	}
	return &Catalogue{lang, messages}
}

func TestSayWritesArgumentsByTheirType(t *testing.T) {
	c := test(t, French, `say: "<{x}>"`)
	day := when.DayOf(2024, 6, 26)
	date := when.MustParse("2004/2017")
	for _, tt := range []struct {
		x    any
		want string
	}{
		{day, "<26 juin 2024>"},
		{&day, "<26 juin 2024>"},
		{date, "<2004 à 2017>"},
		{&date, "<2004 à 2017>"},
		{when.Months(18), "<1 an et 6 mois>"},
		{2500, "<2\u202f500>"},
		{int32(2500), "<2\u202f500>"},
		{int64(2500), "<2\u202f500>"},
		{uint16(2500), "<2\u202f500>"},
		{2500.5, "<2\u202f500,5>"},
		{"2024", "<2024>"},
		{Text{French: "oui", English: "yes"}, "<oui>"},
		{Text{English: "yes"}, "<yes>"},
		{Text(nil), "<>"},
		{[]string{"a", "b", "c"}, "<a, b et c>"},
		{[]string(nil), "<>"},
		{(*when.Day)(nil), "<>"},
		{(*when.Date)(nil), "<>"},
		{Creole, "<ht>"},
	} {
		if got := c.Say("say", "x", tt.x); got != tt.want {
			t.Errorf("Say(%#v) = %q, want %q", tt.x, got, tt.want)
		}
	}
}

func TestSayChoosesTheForm(t *testing.T) {
	const forms = `
say: {zero: "none", one: "{n} thing", other: "{n} things"}
plain: {one: "{n} thing", other: "{n} things"}
maybe: {without: "nothing before {to}", other: "{period} before {to}"}
`
	for _, tt := range []struct {
		lang Lang
		key  string
		args []any
		want string
	}{
		{English, "say", []any{"n", 0}, "none"},
		{English, "say", []any{"n", 1}, "1 thing"},
		{English, "say", []any{"n", 2}, "2 things"},
		{English, "say", []any{"n", "many"}, "many things"},
		{English, "plain", []any{"n", 0}, "0 things"},
		{English, "plain", []any{"n", 1.5}, "1.5 things"},
		{English, "plain", []any{"n", -1}, "−1 things"},
		{Spanish, "plain", []any{"n", 0}, "0 things"},
		{Spanish, "plain", []any{"n", 1.5}, "1,5 things"},
		{French, "say", []any{"n", 0}, "none"},
		{French, "plain", []any{"n", 0}, "0 thing"},
		{French, "plain", []any{"n", 1.5}, "1,5 thing"},
		{French, "plain", []any{"n", 2}, "2 things"},
		{Creole, "plain", []any{"n", 1}, "1 thing"},
		{Creole, "plain", []any{"n", 0}, "0 things"},
		{English, "maybe", []any{"period", "9 months", "to", "now"}, "9 months before now"},
		{English, "maybe", []any{"period", "", "to", "now"}, "nothing before now"},
		{English, "maybe", []any{"period", when.Period{}, "to", "now"}, "nothing before now"},
		{English, "maybe", []any{"to", "now"}, "nothing before now"},
		{English, "maybe", []any{"period", when.Latest, "to", "now"}, "nothing before now"},
		{English, "maybe", []any{"period", when.Date{}, "to", "now"}, "nothing before now"},
	} {
		if got := test(t, tt.lang, forms).Say(tt.key, tt.args...); got != tt.want {
			t.Errorf("%s: Say(%q, %v) = %q, want %q", tt.lang, tt.key, tt.args, got, tt.want)
		}
	}
}

func TestSayShowsWhatIsMissing(t *testing.T) {
	c := In(English)
	if got := c.Say("no.such.key", "n", 1); got != "[no.such.key]" {
		t.Errorf("a missing key is said as %q", got)
	}
	if got := c.Say("inherited.from"); got != "inherited from {mission}" {
		t.Errorf("a missing argument is said as %q", got)
	}
	if got := c.Say("inherited.from", "mission"); got != "inherited from {mission}" {
		t.Errorf("a name without a value is said as %q", got)
	}
	if c.Has("no.such.key") || !c.Has("inherited.from") {
		t.Error("Has does not agree with Say")
	}
}

// Words that a dossier gives must not be taken for places.
func TestSayDoesNotReadArgumentsAsMessages(t *testing.T) {
	if got := In(English).Say("inherited.from", "mission", "{n} }{"); got != "inherited from {n} }{" {
		t.Errorf("got %q", got)
	}
}

func TestParseNamesEveryFault(t *testing.T) {
	_, err := parse("bad.yaml", []byte(`good: "fine {name}"
open: "a {place"
close: "a place}"
name: "a {Big} place"
empty: ""
number: 3
list: ["a"]
form: {two: "x", other: "y"}
half: {one: "x"}
good: "again"
`))
	if err == nil {
		t.Fatal("no fault was found")
	}
	for _, want := range []string{
		`bad.yaml:2:7: open: "a {place" has a {`,
		`bad.yaml:3:8: close: "a place}" has a }`,
		`bad.yaml:4:7: name: "a {Big} place" has a {`,
		`bad.yaml:5:8: empty: here must be words`,
		`bad.yaml:6:9: number: here must be words`,
		`bad.yaml:7:7: here must be a mapping`,
		`bad.yaml:8:8: form: "two" is no form`,
		`bad.yaml:9:7: half has no form other`,
		`bad.yaml:10:1: the key good is there twice`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
	for _, bad := range []string{"", "- a", "a: [", "words"} {
		if _, err := parse("bad.yaml", []byte(bad)); err == nil || !strings.Contains(err.Error(), "bad.yaml") {
			t.Errorf("parse(%q): %v", bad, err)
		}
	}
}

func BenchmarkSay(b *testing.B) {
	c := In(English)
	day := when.DayOf(2024, 6, 26)
	for b.Loop() {
		c.Say("step.over-by", "day", day, "n", 225)
	}
}
