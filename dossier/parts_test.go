package dossier

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"temwen/when"
)

func TestParseContributors(t *testing.T) {
	cases := []struct {
		list string
		want []Contributor
		err  string // with its place
	}{
		{list: "Chile (150)", want: []Contributor{{"Chile", 150}}},
		{list: "Chile (150), Morocco (325), Jordan (size unknown)", want: []Contributor{{"Chile", 150}, {"Morocco", 325}, {"Jordan", 0}}},
		{list: "Korea (ROK) (150), Sri Lanka (950)", want: []Contributor{{"Korea (ROK)", 150}, {"Sri Lanka", 950}}},
		{list: "  Chile (0) ,Bosnia, Herzegovina (5) ", want: []Contributor{{"Chile", 0}, {"Bosnia, Herzegovina", 5}}},
		{list: "", err: `0: "" is not a contributor with its number: write Chile (150) or Chile (size unknown)`},
		{list: "Chile", err: `0: "Chile" is not a contributor with its number: write Chile (150) or Chile (size unknown)`},
		{list: "Chile (150), Pérou (some)", err: `13: "Pérou (some)" is not a contributor with its number: write Chile (150) or Chile (size unknown)`},
		{list: "Chile (1,150)", err: `0: "Chile (1,150)" is not a contributor with its number: write Chile (150) or Chile (size unknown)`},
		{list: "Chile (150", err: `0: "Chile (150" is not a contributor with its number: write Chile (150) or Chile (size unknown)`},
		{list: "Chile (150); Peru (5)", err: "11: a comma is missing after Chile"},
		{list: "Chile (150), ", err: "13: the list ends with a comma"},
		{list: "(5)", err: "0: a number stands without a contributor's name before it"},
		{list: "Chile (10000001)", err: "0: the number of Chile is too large"},
	}
	for _, c := range cases {
		got, err := ParseContributors(c.list)
		said := ""
		if e, ok := err.(*ContributorsError); ok {
			said = fmt.Sprintf("%d: %s", e.Offset, e.What)
		}
		if !slices.Equal(got, c.want) || said != c.err {
			t.Errorf("%q gives %v and %q, want %v and %q", c.list, got, said, c.want, c.err)
		}
	}
}

// TestRealTable reads every row of the dataset that the dossier of Haiti uses.
func TestRealTable(t *testing.T) {
	const file = "../missions/haiti/strength/contributors-by-location.csv"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Skip("missions/haiti is not there yet")
	}
	fsys := base(t)
	fsys["t/contributors.csv"] = &fstest.MapFile{Data: data}
	fsys["t/tables.yaml"] = &fstest.MapFile{Data: []byte(`
tables:
  - id: geo-pko
    file: contributors.csv
    kind: deployments
    columns: {mission: mission, as_of: year, place: location, latitude: latitude, longitude: longitude, contributors: year.overview}
    missions: {MINUJUSTH: earlier, MINUSTAH: earlier, UNMIH: earlier, UNSMIH: earlier, UNTMIH: earlier, MIPONUH: earlier, MICAH: earlier}
    sources: [early]
`)}
	d := load(t, fsys)
	if n := strings.Count(strings.TrimSpace(string(data)), "\n") + 1; len(d.Deployments) != n {
		t.Errorf("%d rows become %d deployments (with one of the base)", n-1, len(d.Deployments))
	}
	f := d.Deployment("earlier-2006-cap-haitien")
	if f == nil || f.Place != "Cap-Haïtien" || f.AsOf != when.MustParse("2006") || *f.Latitude != 19.75938 {
		t.Errorf("Cap-Haïtien in 2006 is %+v", f)
	}
	if at, ok := d.Where("deployments", "earlier-2006-cap-haitien"); !ok || at.File != "t/contributors.csv" || at.Line < 2 {
		t.Errorf("Cap-Haïtien in 2006 stands in %v", at)
	}
}

func TestNearest(t *testing.T) {
	known := map[string]bool{"debtor": true, "creditor": true, "provision": true, "sources": true, "kenya": true, "ayibopost-2024-06-22": true}
	for word, want := range map[string]string{
		"debter": "debtor", "detbor": "debtor", "source": "sources", "kenia": "kenya", "provsion": "provision",
		"ayibopost-2024-06-26": "ayibopost-2024-06-22", "xyz": "", "": "", "debtor": "",
	} {
		if got, _ := nearest(word, maps.Keys(known)); got != want {
			t.Errorf("nearest to %q is %q, want %q", word, got, want)
		}
	}
}

// TestDistance holds the edit distance, which gives up early, against the
// definition.
func TestDistance(t *testing.T) {
	var slow func(a, b string) int
	slow = func(a, b string) int {
		if a == "" || b == "" {
			return len(a) + len(b)
		}
		cost := 1
		if a[0] == b[0] {
			cost = 0
		}
		n := min(slow(a[1:], b)+1, slow(a, b[1:])+1, slow(a[1:], b[1:])+cost)
		if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
			n = min(n, slow(a[2:], b[2:])+1)
		}
		return n
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.StringMatching("[ab]{0,6}").Draw(t, "a"), rapid.StringMatching("[ab]{0,6}").Draw(t, "b")
		limit := rapid.IntRange(0, 6).Draw(t, "limit")
		want := slow(a, b)
		if got := distance(a, b, limit); got != want && !(got > limit && want > limit) {
			t.Fatalf("from %q to %q there are %d steps, want %d (limit %d)", a, b, got, want, limit)
		}
	})
}

func TestDiff(t *testing.T) {
	old := load(t, base(t))
	fsys := base(t)
	data := string(fsys["mission.yaml"].Data)
	for _, change := range [][2]string{
		{"title: Review after nine months", "title: {en: Review after nine months, fr: Examen après neuf mois}"},
		{"due: {within: P9M, of: adoption}", "due: {within: P10M, of: adoption}"},
		{"says: The council reviews after nine months", "says: The council reviews its authorisation after nine months"},
		{"      - {id: water, says: Waste water is cleaned, knowledge: unverified}\n", ""},
		{"people: 200}", "people: 200}\n      - {country: Jamaica, people: 24}"},
		{"    sources: [late]\nevents:", "    sources: [early, late]\nevents:"},
		{"  - {id: kenya-leads, mission: support, actor: kenya, part: leads, from: 2023-10, sources: [early]}\n", ""},
		{"parts:\n", "parts:\n  - {id: kenya-pays, mission: support, actor: kenya, part: pays, sources: [early]}\n"},
	} {
		if !strings.Contains(data, change[0]) {
			t.Fatalf("the base has no %q", change[0])
		}
		data = strings.Replace(data, change[0], change[1], 1)
	}
	fsys["mission.yaml"] = &fstest.MapFile{Data: []byte(data)}
	var got []string
	for _, c := range Diff(old.Facts(), load(t, fsys).Facts()) {
		line := fmt.Sprintf("%s %s/%s", c.How, c.Kind, c.ID)
		for _, f := range c.Fields {
			line += fmt.Sprintf("; %s: %s -> %s", f.Path, f.Old, f.New)
		}
		got = append(got, line)
	}
	want := []string{
		`changed deployments/support-2024-capital; contributors[1]:  -> {"country":"Jamaica","people":24}`,
		`changed instruments/resolution; provisions[review].says.en: "The council reviews after nine months" -> "The council reviews its authorisation after nine months"; provisions[water]: {"id":"water","knowledge":"unverified","says":{"en":"Waste water is cleaned"}} -> `,
		`changed obligations/papers-before-deployment; sources: ["late"] -> ["early","late"]`,
		`changed obligations/review-after-nine-months; due.within: "P9M" -> "P10M"; title.fr:  -> "Examen après neuf mois"`,
		`removed parts/kenya-leads`,
		`added parts/kenya-pays`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if same := Diff(old.Facts(), load(t, base(t)).Facts()); len(same) > 0 {
		t.Errorf("the same dossier loaded twice has changed: %v", same)
	}
}

func TestLookups(t *testing.T) {
	d := load(t, base(t))
	in, p := d.Provision("resolution/papers")
	if in == nil || p == nil || in.ID != "resolution" || p.Ref != "para. 5" {
		t.Errorf("the provision resolution/papers is %v of %v", p, in)
	}
	if in, p := d.Provision("resolution/nothing"); in != nil || p != nil {
		t.Errorf("a provision that is not there is %v of %v", p, in)
	}
	for _, k := range kinds {
		if k.len(d) == 0 {
			t.Errorf("the base has no %s", k.name)
			continue
		}
		id := k.head(k.get(d, 0)).id
		if f, ok := d.Fact(k.name, id); !ok || f.ID != id || f.Kind != k.name {
			t.Errorf("the fact %s/%s is %+v", k.name, id, f)
		}
		if _, ok := d.Fact(k.name, "nothing"); ok {
			t.Errorf("there is a fact %s/nothing", k.name)
		}
	}
	if e := d.EventsOf("papers-before-deployment"); len(e) != 1 || e[0].ID != "papers-asked" {
		t.Errorf("the events of an obligation are %v", e)
	}
	if f, _ := d.Fact("events", "papers-asked"); f.Mission != "support" {
		t.Errorf("the event's mission is %q, want that of its obligation", f.Mission)
	}
	if d.Source("early") == nil || d.Actor("kenya") == nil || d.Obligation("nothing") != nil || d.Matter("command").Position("host") == nil {
		t.Error("a lookup by ID fails")
	}
	counts := map[string]int{}
	for _, c := range d.Counts() {
		counts[c.Kind] = c.Facts
	}
	if counts["missions"] != 2 || counts["actors"] != 3 {
		t.Errorf("the counts are %v", counts)
	}
}

func TestTriggers(t *testing.T) {
	for event, want := range map[string]Trigger{
		"arrival":          {OnMilestone, "arrival"},
		"ask":              {OnAsk, ""},
		"discharge of x-y": {OnDischarge, "x-y"},
	} {
		if got := ParseTrigger(event); got != want {
			t.Errorf("%q is %v, want %v", event, got, want)
		}
	}
}

// TestCircles holds the search for circles against a plain definition: there is
// one exactly where some node reaches itself, and each that is told is one.
func TestCircles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 8).Draw(t, "nodes")
		next := make([][]int, n)
		reach := make([][]bool, n)
		for i := range next {
			reach[i] = make([]bool, n)
			next[i] = rapid.SliceOfN(rapid.IntRange(0, n-1), 0, 2).Draw(t, "edges")
			for _, j := range next[i] {
				reach[i][j] = true
			}
		}
		for k := range n {
			for i := range n {
				for j := range n {
					reach[i][j] = reach[i][j] || reach[i][k] && reach[k][j]
				}
			}
		}
		circular := false
		for i := range n {
			circular = circular || reach[i][i]
		}
		circles := findCircles(next)
		if circular != (len(circles) > 0) {
			t.Fatalf("%v has circles: %t, found %v", next, circular, circles)
		}
		for _, c := range circles {
			for i, node := range c {
				if to := c[(i+1)%len(c)]; !slices.Contains(next[node], to) {
					t.Fatalf("%v is told as a circle of %v, but %d does not lead to %d", c, next, node, to)
				}
			}
		}
	})
}

func TestFromFactsRefuses(t *testing.T) {
	for name, f := range map[string]Fact{
		"an unknown kind": {Kind: "rumours", ID: "x", Body: []byte("{}")},
		"an unknown key":  {Kind: "actors", ID: "x", Body: []byte(`{"id":"x","phone":"1"}`)},
		"a bad date":      {Kind: "sources", ID: "x", Body: []byte(`{"id":"x","published":"2024-02-30"}`)},
		"two values":      {Kind: "actors", ID: "x", Body: []byte(`{"id":"x"} {}`)},
		"no value":        {Kind: "dossiers", ID: "x"},
	} {
		_, err := FromFacts(slices.Values([]Fact{f}))
		if err == nil || !strings.Contains(err.Error(), " x") && !strings.Contains(err.Error(), "/x") {
			t.Errorf("%s gives the error %v, want one that names the fact", name, err)
		}
	}
}
