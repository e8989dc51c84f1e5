package locale

import (
	"slices"
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	for _, tt := range []struct {
		header string
		want   Lang
	}{
		{"", English},
		{"*", English},
		{"ht", Creole},
		{"ht-HT,fr;q=0.9,en;q=0.8", Creole},
		{"fr-HT,fr;q=0.9,ht;q=0.8", French},
		{"fr;q=0.3,ht;q=0.9", Creole},
		{"fr-CA,fr;q=0.9,en;q=0.5", French},
		{"en-GB", English},
		{"es-419,es;q=0.9", Spanish},
		{"es-DO", Spanish},
		{"de", English},
		{"de,fr;q=0.5", French},
		{"sw-KE,en;q=0.5", English},
		{"HT", Creole},
		{"ht_HT", Creole},
		{"ht;q=0,fr", French},
		// Garbage beside a language does not hide the language.
		{"ht, \x00\xff;;;, 12345678901", Creole},
		{"!!!,fr;q=0.2,es;q=0.7", Spanish},
		{"fr;q=abc,es", Spanish},
		{",,,,", English},
		{";q=1", English},
		{strings.Repeat("x-", 100_000) + ",ht", English},
		{"ht," + strings.Repeat("de;q=0.1,", 100_000), Creole},
	} {
		if got := Match(tt.header); got != tt.want {
			t.Errorf("Match(%.60q) = %s, want %s", tt.header, got, tt.want)
		}
	}
}

func TestEachLanguageMatchesItself(t *testing.T) {
	for _, lang := range Langs {
		if got := Match(string(lang)); got != lang {
			t.Errorf("who asks for %s gets %s", lang, got)
		}
	}
}

func FuzzMatch(f *testing.F) {
	for _, s := range []string{"", "ht-HT,fr;q=0.9", "*;q=0.1", "en-GB-oed", "\xff\xfe", "a,b;c=d", "zh-Hant-TW-x-private"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		lang := Match(s)
		if !slices.Contains(Langs, lang) {
			t.Fatalf("Match(%q) = %q, which the record does not speak", s, lang)
		}
		if again := Match(s); again != lang {
			t.Fatalf("Match(%q) is %s, then %s", s, lang, again)
		}
	})
}

func TestEndonyms(t *testing.T) {
	want := []string{"Kreyòl ayisyen", "Français", "English", "Español"}
	for i, lang := range Langs {
		if got := lang.Endonym(); got != want[i] {
			t.Errorf("%s calls itself %q, want %q", lang, got, want[i])
		}
	}
	if got := Lang("sw").Endonym(); got != "sw" {
		t.Errorf("an unknown language is named %q", got)
	}
}
