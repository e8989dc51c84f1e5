package search

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

func TestTry(t *testing.T) {
	d, err := dossier.Load(os.DirFS("../missions/haiti"), dossier.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t0 := time.Now()
	es := Of(d)
	t1 := time.Now()
	x, err := Build(context.Background(), "", "s", es)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(len(es), t1.Sub(t0), time.Since(t1), len(x.vocabulary.words))
	for _, q := range []string{"nine-month review", "claims commission", "règles d'engagement", "300 million", "Jérémie", "jeremie", "Suprression", "revizyon", "egzamen nèf mwa", "has the nine-month review been held?", "who said the money had been paid?", "what was promised before deployment and never published?", "MSS", "mission", "Kenya", "cholera", "comission", "deploy", "2699", "S/RES/2699 (2023)", "600,000", "1 000 police", "xyzzyq", "exploitation abuse", "kilès ki di yo te peye lajan an", "Èske yo fè revizyon nèf mwa a?"} {
		t0 := time.Now()
		a, err := x.Search(context.Background(), Query{Words: q, Known: when.MustParse("2026-11-23").First(), Lang: locale.English})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("\n== %s: %d (%d whole, more %v) %v taken %v missing %v meant %q near %v kinds %v\n", q, a.Total, a.Whole, a.More, time.Since(t0).Round(10*time.Microsecond), a.Taken, a.Missing, a.Meant, a.Near, a.Kinds)
		for i, h := range a.Hits {
			if i < 6 {
				fmt.Printf("  %s/%s [%s] %s | %s:%s\n", h.Kind, h.ID, h.Place.Room, h.Title, h.Snippet.Lang, h.Snippet)
			}
		}
	}
}
