package search

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"temwen/locale"
	"temwen/when"
)

// indexed is the index of the real dossier, in memory.
var indexed = sync.OnceValue(func() *Index {
	x, err := Build(context.Background(), "", "haiti", Of(haiti()))
	if err != nil {
		panic(err)
	}
	return x
})

func ask(t testing.TB, q Query) *Answer {
	t.Helper()
	if q.Known == 0 {
		q.Known = today
	}
	if q.Lang == "" {
		q.Lang = locale.English
	}
	a, err := indexed().Search(t.Context(), q)
	if err != nil {
		t.Fatalf("%.60q: %v", q.Words, err)
	}
	return a
}

func facts(a *Answer) []string {
	list := make([]string, len(a.Hits))
	for i, h := range a.Hits {
		list[i] = h.Kind + "/" + h.ID
	}
	return list
}

// What somebody looks for comes first: the obligation before what is told of
// it, the thing named before what mentions it.
func TestWhatComesFirst(t *testing.T) {
	for _, c := range []struct{ words, first string }{
		{"nine-month review", "obligations/mss-review"},
		{"has the nine-month review been held?", "obligations/mss-review"},
		{"Èske yo fè revizyon nèf mwa a?", "obligations/mss-review"},
		{"examen neuf mois", "obligations/mss-review"},
		{"examen a los nueve meses", "obligations/mss-review"},
		{"claims commission", "obligations/minustah-claims-commission"},
		{"règles d'engagement", "obligations/joint-rules-of-engagement"},
		{"regles engagement", "obligations/joint-rules-of-engagement"},
		{"300 million", "obligations/money-us-300"},
		{"who said the money had been paid?", "matters/us-300-million"},
		{"MSS", "missions/mss"},
		{"GSF", "missions/gsf"},
		{"Kenya", "actors/kenya"},
		{"S/RES/2699 (2023)", "instruments/s-res-2699"},
		{"mss-review", "obligations/mss-review"},
		{"1,000 police Kenya", "obligations/people-kenya"},
		{"1 000 polisye Kenya", "obligations/people-kenya"},
	} {
		found := facts(ask(t, Query{Words: c.words}))
		if len(found) == 0 || found[0] != c.first {
			t.Errorf("%q finds %q first, want %s", c.words, found[:min(3, len(found))], c.first)
		}
	}
}

// However it is written, the same is found.
func TestSpelling(t *testing.T) {
	for _, c := range []struct{ right, other string }{
		{"Jérémie", "jeremie"},
		{"Jérémie", "JÉRÉMIE"},
		{"Jérémie", "Je\u0301re\u0301mie"},
		{"cholera", "choléra"},
		{"Suppression", "Suprression"},
		{"Suppression", "supression"},
		{"Suppression", "supprssion"},
		{"Minustah", "minsutah"},
		{"engagement", "engagment"},
	} {
		right, other := ask(t, Query{Words: c.right, Size: 200}), ask(t, Query{Words: c.other, Size: 200})
		if len(right.Hits) == 0 {
			t.Errorf("%q finds nothing", c.right)
		}
		for _, f := range facts(right) {
			if !slices.Contains(facts(other), f) {
				t.Errorf("%q finds %s, and %q does not", c.right, f, c.other)
			}
		}
	}
	a := ask(t, Query{Words: "Suprression forse"})
	want := []Taken{{"Suprression", []string{"suppression"}}, {"forse", []string{"force", "fòs"}}}
	if len(a.Taken) != 2 || a.Taken[0].Typed != want[0].Typed || a.Taken[0].As[0] != "suppression" || a.Taken[1].As[0] != "force" {
		t.Errorf("the words taken are %+v, want %+v", a.Taken, want)
	}
}

// A word's beginning, its plural, and a word that nothing has.
func TestForms(t *testing.T) {
	if a := ask(t, Query{Words: "deploy"}); a.Total < 10 {
		t.Errorf("the beginning of a word finds %d", a.Total)
	}
	if a := ask(t, Query{Words: "cholera commissions"}); a.Whole == 0 {
		t.Errorf("a plural finds %d, %d of them whole", a.Total, a.Whole)
	}
	a := ask(t, Query{Words: "xyzzyqqq"})
	if a.Total != 0 || !slices.Equal(a.Missing, []string{"xyzzyqqq"}) {
		t.Errorf("a word that is nowhere: %+v", a)
	}
	if a := ask(t, Query{Words: "commizzion"}); !slices.Contains(a.Taken[0].As, "commission") {
		t.Errorf("two errors in a long word: %+v", a.Taken)
	}
	if a := ask(t, Query{Words: "commizzzion"}); a.Total != 0 || !slices.Contains(a.Near, "commission") {
		t.Errorf("three errors: %d found, near are %q, want commission among them", a.Total, a.Near)
	}
	if a := ask(t, Query{Words: "Kenia review"}); a.Meant != "Kenya review" {
		t.Errorf("for Kenia %q is offered", a.Meant)
	}
	if a := ask(t, Query{Words: "Kenya review"}); a.Meant != "" {
		t.Errorf("for Kenya %q is offered", a.Meant)
	}
	if a := ask(t, Query{Words: "review xyzzyqqq"}); a.Total == 0 || a.Words != 2 || len(a.Missing) != 1 {
		t.Errorf("one word of two is there: %d found, %+v", a.Total, a)
	}
	// 2698 is another resolution, not a misspelt one.
	if a := ask(t, Query{Words: "resolution 2698"}); len(a.Taken) > 0 || !slices.Contains(a.Missing, "2698") {
		t.Errorf("a number is taken for another: %+v", a)
	}
}

// Without words there is nothing to find, and nothing to mend.
func TestNoWords(t *testing.T) {
	for _, words := range []string{"", "   ", "🙂🙃", "?!* --", "\xff\xfe", "\x00"} {
		if a := ask(t, Query{Words: words}); a.Words != 0 || a.Total != 0 || len(a.Missing) > 0 {
			t.Errorf("%q: %+v", words, a)
		}
	}
}

// FTS5 has a language of its own. Nobody speaks it here.
func TestWordsAreOnlyWords(t *testing.T) {
	for _, words := range []string{
		`"`, `""`, `"review`, `review"`, `review OR`, `AND`, `NOT review`, `NEAR(review nine, 2)`, `title : review`, `{title} : review`,
		`review*`, `^review`, `(review`, `review)`, `- review`, `+ review`, `'; DROP TABLE found; --`, `$1`, `?1`, `:a`, "review\x00nine", `\`, `%`, `_`,
	} {
		a := ask(t, Query{Words: words})
		if strings.Contains(strings.ToLower(words), "review") && a.Total == 0 {
			t.Errorf("%q finds nothing", words)
		}
	}
	if plain, odd := ask(t, Query{Words: "nine review"}), ask(t, Query{Words: `nine" AND {title}:("review*`}); len(odd.Hits) == 0 || facts(odd)[0] != facts(plain)[0] {
		t.Errorf("operators change what comes first: %q", facts(odd))
	}
}

func TestVeryManyWords(t *testing.T) {
	for _, c := range []struct{ name, words string }{
		{"10,000 different words", manyWords(10_000)},
		{"10,000 times one", strings.Repeat("review ", 10_000)},
		{"a very long word", strings.Repeat("x", 1<<20)},
		{"very many accents", "e" + strings.Repeat("\u0301", 1<<16)},
	} {
		a := ask(t, Query{Words: c.words})
		if a.Words > MaxWords || len(a.Missing) > MaxWords || len(a.Hits) > DefaultSize {
			t.Errorf("%s: %d words, %d missing, %d hits", c.name, a.Words, len(a.Missing), len(a.Hits))
		}
	}
	if a := ask(t, Query{Words: manyWords(20)}); !a.Cut {
		t.Error("20 words are not said to be too many")
	}
}

func manyWords(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "review%d ", i)
	}
	return b.String()
}

// As of a day, nothing shows that became known later: no fact, no text of one,
// no word that is taken for another or offered.
func TestNothingShowsThatBecameKnownLater(t *testing.T) {
	for _, c := range []struct {
		words string
		day   string
		gone  bool // nothing at all is found on that day
	}{
		{"suppression", "2024-06-26", true},
		{"Suprression", "2024-06-26", true}, // not even as what may be meant
		{"suppressoin force", "2024-06-26", false},
		{"GSF", "2024-06-26", true},
		{"substantiated allegations", "2024-06-26", false},
		{"mission", "2003-01-01", false},
		{"review", "2023-10-01", false},
		{"Kenya", "1990-01-01", false},
	} {
		day := when.MustParse(c.day).First()
		known := make(map[string]bool)
		for _, e := range Of(haiti().At(day)) {
			for _, t := range append([]locale.Text{e.Title}, e.Body...) {
				for _, s := range t {
					for _, w := range folded(s) {
						known[w] = true
					}
				}
			}
			for _, w := range folded(e.Keys) {
				known[w] = true
			}
		}
		a := ask(t, Query{Words: c.words, Known: day, Size: 500})
		if c.gone && a.Total > 0 {
			t.Errorf("%s on %s finds %q", c.words, c.day, facts(a))
		}
		var shown []string
		for _, h := range a.Hits {
			if h.Known > day || h.Place.From > day || h.Place.Room == "" {
				t.Errorf("%s on %s: %s/%s is known since %s, shown since %s", c.words, c.day, h.Kind, h.ID, h.Known, h.Place.From)
			}
			shown = append(shown, h.Title.String(), strings.Trim(h.Snippet.String(), " …"))
		}
		for _, taken := range a.Taken {
			shown = append(shown, taken.As...)
		}
		shown = append(shown, a.Near...)
		for _, s := range shown {
			for _, w := range folded(s) {
				if !known[w] {
					t.Errorf("%s on %s shows %q, which nobody had written yet", c.words, c.day, w)
				}
			}
		}
	}
}

// A hit is shown in the language asked for; what it has in another is told in
// that one, and marked.
func TestLanguages(t *testing.T) {
	hit := func(words string, lang locale.Lang) Hit {
		a := ask(t, Query{Words: words, Lang: lang})
		if len(a.Hits) == 0 || a.Hits[0].ID != "mss-review" {
			t.Fatalf("%q in %s finds %q", words, lang, facts(a))
		}
		return a.Hits[0]
	}
	h := hit("nine month review", locale.Creole)
	if h.Title.Lang != locale.Creole || !h.Title.Own || h.Title.String() != "Revizyon otorizasyon an apre nèf mwa" {
		t.Errorf("the title is %q in %s", h.Title, h.Title.Lang)
	}
	if h.Snippet.Lang != locale.English || h.Snippet.Own {
		t.Errorf("the snippet of an English query is %q in %s", h.Snippet, h.Snippet.Lang)
	}
	h = hit("revizyon nèf mwa", locale.Creole)
	want := []Piece{{"Revizyon", true}, {" otorizasyon an apre ", false}, {"nèf", true}, {" ", false}, {"mwa", true}}
	if !slices.Equal(h.Title.Pieces, want) {
		t.Errorf("the title is marked as %+v, want %+v", h.Title.Pieces, want)
	}
	if h.Snippet.Lang != locale.Creole {
		t.Errorf("the snippet of a Creole query is %q in %s", h.Snippet, h.Snippet.Lang)
	}
}

// A figure's number never goes without its tense.
func TestFiguresHaveTheirTense(t *testing.T) {
	for _, lang := range locale.Langs {
		a := ask(t, Query{Words: "trust fund 110 million", Kind: "figures", Lang: lang})
		if len(a.Hits) == 0 {
			t.Fatal("the fund's figures are not found")
		}
		for _, h := range a.Hits {
			f := haiti().Figure(h.ID)
			if tense := locale.In(lang).Say("modality." + string(f.Modality)); !strings.HasSuffix(h.Title.String(), tense) {
				t.Errorf("%s in %s is %q, without %q", h.ID, lang, h.Title, tense)
			}
		}
	}
}

func TestKindsAndPages(t *testing.T) {
	all := ask(t, Query{Words: "police"})
	sum := 0
	for _, k := range all.Kinds {
		sum += k.N
		one := ask(t, Query{Words: "police", Kind: k.Kind, Size: 1000})
		if one.Total != k.N || len(one.Hits) != k.N {
			t.Errorf("%s: %d are counted, %d found", k.Kind, k.N, one.Total)
		}
		for _, h := range one.Hits {
			if h.Kind != k.Kind {
				t.Errorf("among %s there is %s/%s", k.Kind, h.Kind, h.ID)
			}
		}
	}
	if sum != all.Total || all.Pages != (all.Total+DefaultSize-1)/DefaultSize || all.Pages < 2 {
		t.Errorf("%d by kind, %d in all, on %d pages", sum, all.Total, all.Pages)
	}
	seen := make(map[string]bool)
	for page := 1; page <= all.Pages+1; page++ {
		for _, f := range facts(ask(t, Query{Words: "police", Page: page})) {
			if seen[f] {
				t.Errorf("%s is on two pages", f)
			}
			seen[f] = true
		}
	}
	if len(seen) != all.Total {
		t.Errorf("the pages have %d, want %d", len(seen), all.Total)
	}
}

// Nothing that anybody types fails, takes long, or shows what it should not.
func FuzzSearch(f *testing.F) {
	for _, s := range []string{"nine-month review", `"a" OR b*`, "\xff\x00", "1 000 000", "é\u0301🙂", "l'accord 2.5", strings.Repeat("a b ", 50)} {
		f.Add(s, "en", 20_000)
	}
	x := indexed()
	f.Fuzz(func(t *testing.T, words, lang string, day int) {
		q := Query{Words: words, Lang: locale.Lang(lang), Known: when.Day(day), Page: day % 7}
		a, err := x.Search(context.Background(), q)
		if err != nil {
			t.Fatalf("%q: %v", words, err)
		}
		if a.Whole > a.Total || len(a.Hits) > DefaultSize || a.Words > MaxWords {
			t.Fatalf("%q: %d words, %d of %d whole, %d shown", words, a.Words, a.Whole, a.Total, len(a.Hits))
		}
		for _, h := range a.Hits {
			if h.Known > q.Known || h.Title.String() == "" {
				t.Fatalf("%q: %s/%s known %s, title %q", words, h.Kind, h.ID, h.Known, h.Title)
			}
		}
	})
}
