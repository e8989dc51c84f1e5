package publish

import (
	"fmt"
	"os"
	"strings"
	"temwen/dossier"
	"temwen/when"
	"testing"
)

func TestOpenZZ(t *testing.T) {
	d, err := dossier.Load(os.DirFS("../missions/haiti"), dossier.Options{})
	if err != nil {
		t.Fatal(err)
	}
	day, _ := when.ParseDay("2026-06-26")
	v := See(d, On(day))
	in := map[string][]string{}
	var order []string
	for _, tb := range v.DataTables() {
		seen := map[string]bool{}
		for _, c := range tb.Columns {
			w := c.word
			if w == "" {
				w = c.Name
			}
			if seen[w] {
				continue
			}
			seen[w] = true
			if in[w] == nil {
				order = append(order, w)
			}
			in[w] = append(in[w], tb.Name)
		}
	}
	for _, w := range order {
		fmt.Println(w, strings.Join(in[w], ","))
	}
	n := map[string]int{}
	for _, e := range v.Entities() {
		n[e.Schema]++
	}
	fmt.Println(n)
}
