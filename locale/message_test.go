package locale

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// names are the arguments that a message asks for in any of its forms.
func (m message) names() []string {
	set := make(map[string]bool)
	for _, t := range m {
		for _, s := range t {
			if s.name != "" {
				set[s.name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// words are a template's own words, a blank for each place.
func (t template) words() string {
	var b strings.Builder
	for _, s := range t {
		b.WriteString(s.words)
		if s.name != "" {
			b.WriteString("_")
		}
	}
	return b.String()
}

// everyTemplate calls f with each template of each language.
func everyTemplate(t *testing.T, f func(lang Lang, key, words string)) {
	t.Helper()
	for _, lang := range Langs {
		c := In(lang)
		for _, key := range c.Keys() {
			for _, tm := range c.messages[key] {
				f(lang, key, tm.words())
			}
		}
	}
}

func TestLanguagesHaveTheSameMessages(t *testing.T) {
	english := In(English)
	for _, lang := range Langs {
		c := In(lang)
		for _, key := range english.Keys() {
			if !c.Has(key) {
				t.Errorf("%s: %s is missing", lang, key)
				continue
			}
			if got, want := c.messages[key].names(), english.messages[key].names(); !slices.Equal(got, want) {
				t.Errorf("%s: %s asks for %v, in English for %v", lang, key, got, want)
			}
		}
		for _, key := range c.Keys() {
			if !english.Has(key) {
				t.Errorf("%s: %s is not in English", lang, key)
			}
		}
	}
}

// A form that a language has for an empty or a zero argument must be there in
// all, or the sentence is wrong in those without it.
func TestLanguagesHaveTheSameSpecialForms(t *testing.T) {
	english := In(English)
	for _, lang := range Langs {
		for key, m := range In(lang).messages {
			for _, f := range []form{zero, without} {
				_, has := m[f]
				_, should := english.messages[key][f]
				if has != should {
					t.Errorf("%s: %s has a form %s: %t, in English %t", lang, key, f, has, should)
				}
			}
		}
	}
}

func TestFormsAskForNoMoreThanOther(t *testing.T) {
	for _, lang := range Langs {
		for key, m := range In(lang).messages {
			all := message{other: m[other]}.names()
			for f, tm := range m {
				for _, name := range (message{f: tm}).names() {
					if !slices.Contains(all, name) {
						t.Errorf("%s: %s: the form %s asks for {%s}, which other does not", lang, key, f, name)
					}
				}
			}
		}
	}
}

func TestWordsAreComposedAndNotEmpty(t *testing.T) {
	bare := map[string]bool{"number.group": true, "list.comma": true, "list.and": true}
	everyTemplate(t, func(lang Lang, key, words string) {
		if strings.TrimSpace(words) == "" && !bare[key] {
			t.Errorf("%s: %s is empty", lang, key)
		}
		if !norm.NFC.IsNormalString(words) {
			t.Errorf("%s: %s is not in normal form C: %q", lang, key, words)
		}
		if words != strings.TrimSpace(words) && !bare[key] || strings.Contains(words, "  ") {
			t.Errorf("%s: %s has blanks too many: %q", lang, key, words)
		}
	})
}

// What each language’s typography forbids, with the reason.
var forbidden = map[Lang][]struct{ why, pattern string }{
	English: {
		{"English quotes with “ ”", `[«»]`},
		{"no space before punctuation", `\s[;:?!%,.]`},
	},
	French: {
		{"a narrow no-break space before ; : ? ! % »", `[^\x{202f}][;:?!%»]`},
		{"a narrow no-break space after «", `«[^\x{202f}]`},
		{"French quotes with « »", `[“”]`},
		{"no space before , and .", `\s[,.]`},
		{"a capital keeps its accent", `\bEtat|\bEdition|\bA la\b`},
	},
	Creole: {
		{"a narrow no-break space before »", `[^\x{202f}]»`},
		{"a narrow no-break space after «", `«[^\x{202f}]`},
		{"no space before punctuation", `\s[;:?!,.]`},
	},
	Spanish: {
		{"no space inside « »", `«\s|\s»`},
		{"no space before punctuation", `\s[;:?!,.]`},
		{"a question is opened by ¿", `^[^¿]*\?`},
		{"an exclamation is opened by ¡", `^[^¡]*!`},
		{"a narrow no-break space before %", `[^\x{202f}]%`},
	},
}

func TestTypography(t *testing.T) {
	rules := make(map[Lang]map[string]*regexp.Regexp)
	for lang, list := range forbidden {
		rules[lang] = map[string]*regexp.Regexp{"write ’ “ ” or «»": regexp.MustCompile(`["'` + "`]")}
		for _, r := range list {
			rules[lang][r.why] = regexp.MustCompile(r.pattern)
		}
	}
	everyTemplate(t, func(lang Lang, key, words string) {
		if key == "number.decimal" || strings.HasPrefix(key, "list.") {
			return
		}
		for why, r := range rules[lang] {
			if r.MatchString(words) {
				t.Errorf("%s: %s: %s: %q", lang, key, why, words)
			}
		}
	})
}

// The orthography of 1979 has no q and x, c only in ch, u only in ou and ui,
// and of the accents è, ò and à.
func TestCreoleOrthography(t *testing.T) {
	foreign := strings.NewReplacer("Ctrl-C", "", "SHA-256", "", "JavaScript", "", "office", "")
	everyTemplate(t, func(lang Lang, key, words string) {
		if lang != Creole {
			return
		}
		r := []rune(strings.ToLower(foreign.Replace(words)))
		at := func(i int) rune {
			if i < 0 || i >= len(r) {
				return ' '
			}
			return r[i]
		}
		for i, c := range r {
			switch {
			case strings.ContainsRune("qxéêëâîïôûùç", c),
				c == 'c' && at(i+1) != 'h',
				c == 'u' && at(i-1) != 'o' && at(i+1) != 'i':
				t.Errorf("%s: %q does not stand so in Creole spelling: %q", key, c, words)
			}
		}
	})
}

// sameAsEnglish are the words, in lower case, that a language shares with English.
var sameAsEnglish = map[Lang][]string{
	French: {
		"_ million", "_ euros", "_ gourde", "_ gourdes", "_ base", "_ bases", "_ commune", "_ communes",
		"_ document", "_ documents", "_ incident", "_ incidents", "_ intervention", "_ interventions",
		"_ mission", "_ missions", "_ obligation", "_ obligations",
		"contradictions", "date", "document", "documents", "force", "mission", "missions", "note", "notes",
		"obligations", "organisation", "public", "source", "sources", "swahili",
		"_ source", "_ sources", "dossier", "instrument", "obligation",
		"_ minute", "_ minutes", "action", "commune", "message", "incident", "incidents", "incident _", "improbable",
		"artibonite", "centre", "grand’anse", "nippes", "nord", "nord-est", "nord-ouest", "ouest", "sud", "sud-est",
	},
	Spanish: {"_ euros", "_ kb", "_ mb", "_ base", "_ bases", "actor", "grand’anse", "nippes"},
	Creole:  {"_ kb", "_ mb"},
}

func TestNothingIsLeftInEnglish(t *testing.T) {
	english := make(map[string]bool)
	everyTemplate(t, func(lang Lang, _, words string) {
		if lang == English && strings.ContainsAny(strings.ToLower(words), "abcdefghijklmnopqrstuvwxyz") {
			english[strings.ToLower(words)] = true
		}
	})
	leftover := regexp.MustCompile(`(?i)\b(the|and|of|with|was|has|been|this|that|it|is|are|by|for|to|known|owed|days?)\b`)
	everyTemplate(t, func(lang Lang, key, words string) {
		if lang == English || key == "site.name" {
			return
		}
		if leftover.MatchString(words) {
			t.Errorf("%s: %s has English words: %q", lang, key, words)
		}
		if lower := strings.ToLower(words); english[lower] && !slices.Contains(sameAsEnglish[lang], lower) {
			t.Errorf("%s: %s is as in English: %q", lang, key, words)
		}
	})
}
