package search

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFolding(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"Jérémie", "jeremie"},
		{"Je\u0301re\u0301mie", "jeremie"}, // decomposed
		{"Règ angajman yo, revizyon", "reg angajman yo revizyon"},
		{"ESPAÑA ¿Cuándo?", "espana cuando"},
		{"l’accord d'engagement", "l accord d engagement"},
		{"cœur, Straße, Ærø", "coeur strasse aero"},
		{"ﬁnal ＡＢＣ１２", "final abc12"},
		{"S/RES/2699 (2023)", "s res 2699 2023"},
		{"US$600 million", "us 600 million"},
		{"1,000 1.000 1\u202f000 1\u00a0000 1’000", "1000 1000 1000 1000 1000"},
		{"2,699,000 and 1,000.50", "2699000 and 1000.50"},
		{"1 000", "1 000"}, // a plain blank may be two numbers
		{"1.5 or 1,5", "1.5 or 1.5"},
		{"2.10.2023, 3.2.1", "2 10 2023 3 2 1"},
		{"paras. 14, 15 and 16.", "paras 14 15 and 16"},
		{"2023,000", "2023 000"},
		{"9430th P9M", "9430th p9m"},
		{"soft\u00adhyphen zero\u200dwidth", "softhyphen zerowidth"},
		{"🙂🙃 ---", ""},
		{"\xff\xfeab\xffcd", "ab cd"},
		{strings.Repeat("a", 100) + " b", strings.Repeat("a", maxRunes) + " b"},
		{strings.Repeat("1", 100), strings.Repeat("1", maxRunes)},
	} {
		if got := strings.Join(folded(c.text), " "); got != c.want {
			t.Errorf("%q is %q, want %q", c.text, got, c.want)
		}
	}
}

// Whatever the text: words stand in it in order, and folding them again changes
// nothing, so that the index and a question agree.
func FuzzTokens(f *testing.F) {
	for _, s := range []string{"Jérémie", "1,000.5", "l’accord", "ﬁ½Ⅷ", "\xff", "a\u0301\u0302", "1\u202f000\u202f", "ſ K Å"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		tokens(text, func(tk token) bool {
			if tk.from < last || tk.to <= tk.from || tk.to > len(text) {
				t.Fatalf("%q: a word from %d to %d after %d", text, tk.from, tk.to, last)
			}
			last = tk.to
			if tk.word == "" || !utf8.ValidString(tk.word) || utf8.RuneCountInString(tk.word) > maxRunes+3 {
				t.Fatalf("%q: %q is no word", text, tk.word)
			}
			if again := folded(tk.word); !slices.Equal(again, []string{tk.word}) {
				t.Fatalf("%q: %q folded again is %q", text, tk.word, again)
			}
			return true
		})
	})
}
