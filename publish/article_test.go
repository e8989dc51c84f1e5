package publish_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"temwen/dossier"
	"temwen/publish"
	"temwen/when"
)

// The day on which the article appeared.
var articleDay = when.MustParse("2024-06-26").First()

// question is one factual claim of the article, as a question to the record.
type question struct {
	Claim     string `yaml:"claim"`
	Paragraph int    `yaml:"paragraph"`
	Ask       struct {
		Fact          string   `yaml:"fact"`
		Field         string   `yaml:"field"`
		Status        string   `yaml:"status"`
		Due           string   `yaml:"due"`
		Reading       string   `yaml:"reading"`
		MonthsBetween []string `yaml:"months_between"`
		Contradiction string   `yaml:"contradiction"`
		Part          string   `yaml:"part"`
		Plays         string   `yaml:"plays"`
		Request       string   `yaml:"request"`
	} `yaml:"ask"`
	Expect any `yaml:"expect"`
}

func haiti(t testing.TB) *dossier.Dossier {
	t.Helper()
	d, err := dossier.Load(os.DirFS("../missions/haiti"), dossier.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func questions(t *testing.T) []question {
	t.Helper()
	b, err := os.ReadFile("testdata/article-2024-06-26.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var list []question
	if err := yaml.Unmarshal(b, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestArticle asks the record every question that the article answers, as of
// the day it appeared.
func TestArticle(t *testing.T) {
	v := publish.See(haiti(t), publish.On(articleDay))
	list := questions(t)
	if len(list) < 40 {
		t.Fatalf("the table has %d claims; the article makes more", len(list))
	}
	for i, q := range list {
		t.Run(fmt.Sprintf("%02d", i+1), func(t *testing.T) {
			got, err := answer(v, &q)
			if err != nil {
				t.Fatalf("%s\n%v", q.Claim, err)
			}
			if want := canonical(q.Expect); got != want {
				t.Errorf("%s\n got %s\nwant %s", q.Claim, got, want)
			}
		})
	}
}

// canonical is an expected answer as text: lists sorted and joined.
func canonical(v any) string {
	if list, ok := v.([]any); ok {
		words := make([]string, len(list))
		for i := range list {
			words[i] = canonical(list[i])
		}
		slices.Sort(words)
		return strings.Join(words, " | ")
	}
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

func answer(v *publish.View, q *question) (string, error) {
	switch a := q.Ask; {
	case a.Fact != "":
		return field(v, a.Fact, a.Field)
	case a.Status != "":
		e, err := explain(v, a.Status)
		if err != nil {
			return "", err
		}
		return e.Status.String(), nil
	case a.Due != "":
		return due(v, a.Due, a.Reading)
	case len(a.MonthsBetween) == 2:
		return months(v, a.MonthsBetween[0], a.MonthsBetween[1])
	case a.Contradiction != "":
		return contradiction(v, a.Contradiction)
	case a.Part != "":
		return plays(v, a.Part, a.Plays)
	case a.Request != "":
		return request(v, a.Request)
	}
	return "", fmt.Errorf("the question asks for nothing")
}

// field walks a dotted path into the JSON of a fact that was known.
func field(v *publish.View, ref, path string) (string, error) {
	kind, id, _ := strings.Cut(ref, "/")
	for f := range v.Dossier.Facts() {
		if string(f.Kind) != kind || f.ID != id {
			continue
		}
		var value any
		if err := json.Unmarshal(f.Body, &value); err != nil {
			return "", err
		}
		for _, step := range strings.Split(path, ".") {
			switch node := value.(type) {
			case map[string]any:
				value = node[step]
			case []any:
				i, err := strconv.Atoi(step)
				if err != nil || i >= len(node) {
					return "", fmt.Errorf("%s has no %s", ref, path)
				}
				value = node[i]
			}
		}
		if value == nil {
			return "", fmt.Errorf("%s has no %s: %s", ref, path, f.Body)
		}
		return canonical(value), nil
	}
	return "", fmt.Errorf("%s was not known on %s", ref, v.AsOf.Known)
}

func explain(v *publish.View, id string) (*publish.Explained, error) {
	o := v.Obligation(id)
	if o == nil {
		return nil, fmt.Errorf("obligation %s was not known on %s", id, v.AsOf.Known)
	}
	return v.Explain(o.Mission, id)
}

func due(v *publish.View, id, reading string) (string, error) {
	e, err := explain(v, id)
	if err != nil {
		return "", err
	}
	standing := e.Standing
	for i := range e.Readings {
		if e.Readings[i].ID == reading {
			standing = e.Readings[i].Standing
		}
	}
	if standing.Due == nil {
		return "none", nil
	}
	return standing.Due.String(), nil
}

func months(v *publish.View, from, to string) (string, error) {
	a, b := v.Milestone(from), v.Milestone(to)
	if a == nil || b == nil {
		return "", fmt.Errorf("%s or %s was not known", from, to)
	}
	y1, m1, _ := a.Happened.First().Date()
	y2, m2, _ := b.Happened.First().Date()
	return strconv.Itoa((y2-y1)*12 + int(m2) - int(m1)), nil
}

// contradiction is what the program finds about a metric or a matter: the
// numbers, the tenses or the positions that exclude each other.
func contradiction(v *publish.View, about string) (string, error) {
	var found []any
	for _, m := range v.Missions {
		for _, c := range v.Contradictions(m.ID) {
			if c.About != about {
				continue
			}
			for i := range c.Claims {
				lo, _ := publish.Bounds(c.Claims[i].Amount)
				found = append(found, any(lo))
				if c.Kind == "tense" {
					found[len(found)-1] = string(c.Claims[i].Modality)
				}
			}
			for i := range c.Says {
				found = append(found, c.Says[i].PositionID)
			}
		}
	}
	if found == nil {
		return "", fmt.Errorf("no contradiction about %s was found", about)
	}
	slices.SortFunc(found, func(a, b any) int { return strings.Compare(canonical(a), canonical(b)) })
	return canonical(slices.Compact(found)), nil
}

func plays(v *publish.View, mission, part string) (string, error) {
	b, err := v.Brief(mission)
	if err != nil {
		return "", err
	}
	var actors []any
	for _, p := range b.Parts {
		if p.Part == part {
			actors = append(actors, p.Actor.ID)
		}
	}
	return canonical(actors), nil
}

func request(v *publish.View, id string) (string, error) {
	for _, r := range v.Requests {
		if r.ID != id {
			continue
		}
		b, err := v.Brief(r.Mission)
		if err != nil {
			return "", err
		}
		for _, l := range b.Requests {
			if l.ID == id {
				return l.Outcome, nil
			}
		}
	}
	return "", fmt.Errorf("request %s was not known", id)
}

// TestNothingLaterShows asks for everything the record knew on the day, and
// finds no source that was published later.
func TestNothingLaterShows(t *testing.T) {
	v := publish.See(haiti(t), publish.On(articleDay))
	facts := 0
	for f := range v.Dossier.Facts() {
		facts++
		if f.Known > articleDay && f.Known != when.Latest {
			t.Errorf("%s/%s became known on %s", f.Kind, f.ID, f.Known)
		}
	}
	for _, s := range v.Dossier.Sources {
		if s.Published.Last() > articleDay {
			t.Errorf("source %s was published on %s", s.ID, s.Published)
		}
	}
	for _, m := range v.Missions {
		b, err := v.Brief(m.ID)
		if err != nil {
			t.Fatal(err)
		}
		page, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		for _, later := range []string{"2024-07-10", "2024-10-0", "2025-", "2026-", "Suppression"} {
			// Dates to come may be expected or due; nothing may have happened then.
			if strings.Contains(string(page), `"happened":"`+later) {
				t.Errorf("%s shows something that happened in %s", m.ID, later)
			}
		}
	}
	if facts < 100 {
		t.Errorf("only %d facts were known", facts)
	}
}
