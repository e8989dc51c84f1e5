package search

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

var (
	benchFacts = flag.Int("facts", 1_000_000, "how many generated facts the benchmark searches")
	benchIndex = flag.String("index", "", "where the benchmark keeps its index for the next time; nowhere where empty")
)

// The cost of a search over a million facts:
//
//	go test ./search -run '^$' -bench Million -benchtime 1000x -timeout 30m
//
// builds an index of generated facts in a temporary folder and prints, for each
// sort of query, the median and the 99th percentile of its time in milliseconds,
// and of the processor's time within it, then those of all. With -args -facts N it does so with N facts; with -args -index FILE
// it keeps the index and takes it again.
func BenchmarkMillion(b *testing.B) {
	g := newGenerator(b)
	known := make([]when.Day, *benchFacts)
	for i := range known {
		known[i] = g.known(i)
	}
	path := *benchIndex
	if path == "" {
		path = filepath.Join(b.TempDir(), "index.db")
	}
	started, stamp := time.Now(), fmt.Sprint(*benchFacts)
	x, err := Open(context.Background(), path, stamp)
	if err != nil {
		x, err = build(context.Background(), path, stamp, known, g.entry)
	}
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	fmt.Fprintf(os.Stderr, "%d facts, %d words: ready in %.0f s\n", *benchFacts, len(x.vocabulary.words), time.Since(started).Seconds())
	var all, allCPU []float64
	for _, q := range g.queries() {
		b.Run(strings.ReplaceAll(q.name, " ", "-"), func(b *testing.B) {
			runtime.LockOSThread() // for processorTime
			defer runtime.UnlockOSThread()
			random := rand.New(rand.NewPCG(7, 7))
			times, cpu := make([]float64, 0, b.N), make([]float64, 0, b.N)
			hits := 0
			for b.Loop() {
				query := q.make(random)
				ran, started := processorTime(), time.Now()
				a, err := x.Search(context.Background(), query)
				times = append(times, milliseconds(time.Since(started)))
				cpu = append(cpu, milliseconds(processorTime()-ran))
				if err != nil {
					b.Fatal(err)
				}
				hits += a.Total
			}
			all, allCPU = append(all, times...), append(allCPU, cpu...)
			report(b, times, cpu)
			b.ReportMetric(float64(hits)/float64(len(times)), "hits/op")
		})
	}
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
		}
		report(b, all, allCPU)
	})
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// report prints how long searches took, and how much of it a processor worked
// on them: on a machine that is busy otherwise, the rest is waiting for one.
func report(b *testing.B, times, cpu []float64) {
	slices.Sort(times)
	slices.Sort(cpu)
	at := func(list []float64, share float64) float64 { return list[int(share*float64(len(list)-1))] }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(at(times, 0.5), "p50-ms")
	b.ReportMetric(at(times, 0.99), "p99-ms")
	b.ReportMetric(times[len(times)-1], "max-ms")
	b.ReportMetric(at(cpu, 0.5), "p50-cpu-ms")
	b.ReportMetric(at(cpu, 0.99), "p99-cpu-ms")
}

// generator makes facts like those of Haiti: in four languages, from the words
// of its dossier as frequent as they are there, with a long tail of words that
// are made up.
type generator struct {
	words map[locale.Lang][]string // the most frequent first
}

const tail = 50_000 // made-up words of a language

func newGenerator(b *testing.B) *generator {
	d, err := dossier.Load(os.DirFS("../missions/haiti"), dossier.Options{})
	if err != nil {
		b.Fatal(err)
	}
	counts := make(map[locale.Lang]map[string]int)
	for _, lang := range locale.Langs {
		counts[lang] = make(map[string]int)
	}
	for _, e := range Of(d) {
		for _, t := range append([]locale.Text{e.Title}, e.Body...) {
			for _, lang := range locale.Langs {
				for _, w := range strings.Fields(t[lang]) {
					counts[lang][w]++
				}
			}
		}
	}
	g := &generator{words: make(map[locale.Lang][]string)}
	random := rand.New(rand.NewPCG(1, 1))
	for _, lang := range locale.Langs {
		for w := range counts[lang] {
			g.words[lang] = append(g.words[lang], w)
		}
		slices.SortFunc(g.words[lang], func(x, y string) int {
			if n := counts[lang][y] - counts[lang][x]; n != 0 {
				return n
			}
			return strings.Compare(x, y)
		})
		for range tail {
			g.words[lang] = append(g.words[lang], invented(random))
		}
	}
	return g
}

var syllables = strings.Fields("ba bè chan de di fo fran gou ja ka kon la li lo ma mi mon na ni nou o pa pe pi pou ra re ri san se si son ta te ti tou va vi vo wa ye za")

func invented(random *rand.Rand) string {
	w := ""
	for range 2 + random.IntN(3) {
		w += syllables[random.IntN(len(syllables))]
	}
	return w
}

// pick is a word of a language, as often as its rank says (Zipf's law).
func (g *generator) pick(random *rand.Rand, lang locale.Lang) string {
	list := g.words[lang]
	return list[int(math.Pow(float64(len(list)), random.Float64()))-1]
}

func (g *generator) phrase(random *rand.Rand, lang locale.Lang, n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = g.pick(random, lang)
	}
	return strings.Join(words, " ")
}

func (g *generator) text(random *rand.Rand, n int) locale.Text {
	t := make(locale.Text, 4)
	for _, lang := range locale.Langs {
		t[lang] = g.phrase(random, lang, n)
	}
	return t
}

var firstDay = when.MustParse("2015-01-01").First()

const benchDays = 4000

func (g *generator) known(i int) when.Day {
	return firstDay + when.Day(uint64(i)*2654435761%benchDays)
}

// entry is the i-th fact, always the same.
func (g *generator) entry(i int) *Entry {
	random := rand.New(rand.NewPCG(uint64(i), 2))
	e := &Entry{
		Dossier: "bench", Kind: Kinds[min(random.IntN(len(Kinds)), random.IntN(len(Kinds)))], ID: fmt.Sprintf("fact-%d", i),
		Mission: fmt.Sprintf("m%d", i%50), Known: g.known(i), Title: g.text(random, 5+random.IntN(5)),
		Places: []Place{{Room: RoomMission, Mission: fmt.Sprintf("m%d", i%50), From: g.known(i)}},
	}
	if random.IntN(2) == 0 {
		e.Body = append(e.Body, g.text(random, 10))
	}
	e.Body = append(e.Body, locale.Text{locale.English: g.phrase(random, locale.English, 4+random.IntN(16))})
	e.Keys = e.ID + " " + e.Mission
	return e
}

type benchQuery struct {
	name string
	make func(*rand.Rand) Query
}

// queries are the sorts of queries, each made from a fact that there is.
func (g *generator) queries() []benchQuery {
	from := func(random *rand.Rand, n int) []string {
		e := g.entry(random.IntN(*benchFacts))
		words := strings.Fields(e.Title[locale.Langs[random.IntN(4)]])
		random.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		return words[:min(n, len(words))]
	}
	ask := func(words ...string) Query {
		return Query{Words: strings.Join(words, " "), Known: firstDay + benchDays, Lang: locale.Creole}
	}
	return []benchQuery{
		{"one word", func(r *rand.Rand) Query { return ask(from(r, 1)...) }},
		{"two words", func(r *rand.Rand) Query { return ask(from(r, 2)...) }},
		{"four words", func(r *rand.Rand) Query { return ask(from(r, 4)...) }},
		{"a typing error", func(r *rand.Rand) Query {
			words := from(r, 3)
			words[0] = mistyped(r, words[0])
			return ask(words...)
		}},
		{"an error in each", func(r *rand.Rand) Query {
			words := from(r, 4)
			for i := range words {
				words[i] = mistyped(r, words[i])
			}
			return ask(words...)
		}},
		{"the start of a word", func(r *rand.Rand) Query {
			w := []rune(from(r, 1)[0])
			return ask(string(w[:min(3, len(w))]))
		}},
		{"a question", func(r *rand.Rand) Query { return ask(append(from(r, 5), from(r, 5)...)...) }},
		{"common words", func(r *rand.Rand) Query {
			lang := locale.Langs[r.IntN(4)]
			return ask(g.words[lang][r.IntN(10)], g.words[lang][r.IntN(30)])
		}},
		{"an early day", func(r *rand.Rand) Query {
			q := ask(from(r, 2)...)
			q.Known = firstDay + when.Day(r.IntN(200))
			return q
		}},
		{"one kind", func(r *rand.Rand) Query {
			q := ask(from(r, 1)...)
			q.Kind = Kinds[r.IntN(len(Kinds))]
			return q
		}},
		{"an ID", func(r *rand.Rand) Query { return ask(fmt.Sprintf("fact-%d", r.IntN(*benchFacts))) }},
	}
}

// mistyped is a word with one typing error.
func mistyped(random *rand.Rand, word string) string {
	w := []rune(word)
	if len(w) < 4 {
		return word
	}
	i := 1 + random.IntN(len(w)-2)
	switch random.IntN(4) {
	case 0:
		w = slices.Delete(w, i, i+1)
	case 1:
		w = slices.Insert(w, i, w[i])
	case 2:
		w[i] = 'q'
	default:
		w[i], w[i+1] = w[i+1], w[i]
	}
	return string(w)
}
