package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"temwen/conduct"
	"temwen/conduct/conducttest"
	"temwen/dossier"
	"temwen/store"
)

// Given a static edition with tables of conduct, when a figure on a page or in the data is
// altered, moved, added or taken out, then verify refuses the edition, and names the page, the
// table, the figure, and what it should be. What was not altered verifies.
func TestVerifyRefusesAnAlteredFigure(t *testing.T) {
	public := editionOfConduct(t)
	page := filepath.Join("en", "missions", "support", "conduct", "index.html")
	data := filepath.Join("data", "base")
	cell := regexp.MustCompile(`(<td role="cell" class="num" data-label="Kenya">)([0-9]+)(</td>)`)
	for _, c := range []struct {
		name, file string
		alter      func(string) string
		says       []string
	}{
		{"a number of a month", page, func(s string) string {
			at := cell.FindStringSubmatchIndex(s)
			return s[:at[4]] + "77" + s[at[5]:]
		}, []string{page, `the table "`, "Kenya", `shows "77", and the ledger says "`}},
		{"a number that is kept back", page, once(`<span class="kept">fewer than 5</span>`, `3`), []string{page, `shows "3", and the ledger says "fewer than 5"`}},
		{"a number in another language", strings.Replace(page, "en", "ht", 1), func(s string) string {
			at := cell.FindStringSubmatchIndex(s)
			return s[:at[4]] + "78" + s[at[5]:]
		}, []string{filepath.Join("ht", "missions"), `the table "`, `shows "78"`}},
		{"the headings of two columns", page, func(s string) string {
			return strings.NewReplacer(">Kenya</th>", ">The police of Kenya</th>", ">The police of Kenya</th>", ">Kenya</th>").Replace(s)
		}, []string{page, "a heading", `"The police of Kenya"`}},
		{"a bar of the chart", page, func(s string) string {
			return regexp.MustCompile(`(<g class="whole">.*?height=")[0-9.]+`).ReplaceAllString(s, "${1}9")
		}, []string{page, "the chart"}},
		{"who is silent", page, once(`silent since `, `silent since last `), []string{page, `the table "open"`, "silent since"}},
		{"a row that is gone", page, func(s string) string {
			at := regexp.MustCompile(`(?s)<tbody role="rowgroup"><tr role="row">.*?</tr>`).FindStringIndex(s)
			return s[:at[0]] + `<tbody role="rowgroup">` + s[at[1]:]
		}, []string{page, `the table "reports", a heading, shows "`}},
		{"a table that is added", page, once(`<section id="open">`, `<section id="more"><table><tr><th>Kenya</th><td>0</td></tr></table></section><section id="open">`), []string{page, `the table "more"`}},
		{
			"the page of a mission of which nothing is published", strings.Replace(page, "support", "earlier", 1),
			once(`</main>`, `<section id="reports"><table><tr><td>0</td></tr></table></section></main>`),
			[]string{"earlier", `the table "reports"`, "the ledger has no such figure"},
		},
		{"a number in the data", filepath.Join(data, "conduct.jsonl"), once(`"shown":"few","value":null`, `"shown":"number","value":3`), []string{"conduct.jsonl: line ", `\"few\"`}},
		{"a number in a spreadsheet", filepath.Join(data, "conduct.csv"), once(`,few,,`, `,number,3,`), []string{"conduct.csv: line ", "few"}},
		{"a row that is gone from the data", filepath.Join(data, "conduct.csv"), func(s string) string {
			return strings.TrimSuffix(s, s[strings.LastIndex(strings.TrimSpace(s), "\n")+1:])
		}, []string{"conduct.csv: line "}},
		{"the columns of a table for programs", filepath.Join(data, "conduct.parquet"), func(s string) string { return s + " " }, []string{"conduct.parquet: it is not the table"}},
		{"a page that is gone", page, nil, []string{page, "no such file"}},
		{"a mission that is gone from the data", filepath.Join(data, "missions.jsonl"), func(s string) string {
			return regexp.MustCompile(`(?m)^.*"id":"support".*\n`).ReplaceAllString(s, "")
		}, []string{"conduct.csv: line "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			name := filepath.Join(public, c.file)
			kept, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := os.WriteFile(name, kept, 0o644); err != nil {
					t.Fatal(err)
				}
			}()
			if c.alter == nil {
				err = os.Remove(name)
			} else if altered := c.alter(string(kept)); altered == string(kept) {
				t.Fatal("nothing is altered")
			} else {
				err = os.WriteFile(name, []byte(altered), 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
			said, verified := verifySays(public)
			if verified || !strings.HasPrefix(said, "REFUSED: ") {
				t.Fatalf("it says %s", said)
			}
			for _, part := range c.says {
				if !strings.Contains(said, part) {
					t.Errorf("it does not say %s: %s", part, said)
				}
			}
		})
	}
	said, ok := verifySays(public)
	if !ok || !strings.Contains(said, "8 pages and the data show their figures and no other") {
		t.Errorf("what was not altered: %s", said)
	}
}

// once replaces the first of some words.
func once(was, is string) func(string) string {
	return func(s string) string { return strings.Replace(s, was, is, 1) }
}

// verifySays is what temwen verify says of a folder, and whether it is verified.
func verifySays(dir string) (said string, ok bool) {
	p, out := newTestProgram(), new(bytes.Buffer)
	p.stdout, p.stderr = out, out
	err := (&verifyCmd{Source: dir, Forget: true, Format: "text"}).Run(p)
	if out.Len() == 0 && err != nil {
		return err.Error(), false
	}
	return out.String(), err == nil
}

// editionOfConduct is a static edition with invented tables of conduct in two editions, of
// which the second revises numbers.
func editionOfConduct(t *testing.T) string {
	t.Helper()
	p, out := newTestProgram(), new(bytes.Buffer)
	p.stdout, p.stderr = out, out
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	dir, public := filepath.Join(t.TempDir(), "store"), filepath.Join(t.TempDir(), "public")
	check(store.Create(t.Context(), dir, store.Options{Origin: "record.example.org/figures"}))
	s, err := p.openStore(dir, store.Settings{})
	check(err)
	d, err := dossier.Load(os.DirFS("testdata/dossier"), dossier.Options{})
	check(err)
	o := conducttest.New(s, time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC))
	p.now = func() time.Time { return o.Now }
	scope := conducttest.Scope("support", "kenya", "police")
	for range 5 {
		check(o.Month(t.Context(), "support", scope.Actors...))
	}
	_, err = o.Publish(t.Context(), scope, nil)
	check(err)
	for _, id := range o.Coded[1:20] {
		check(o.Merge(t.Context(), "invented", id, o.Coded[0], 0))
	}
	check(o.Month(t.Context(), "support", scope.Actors...))
	tables, err := o.Publish(t.Context(), scope, &conduct.Reason{Code: "merged", Text: "Invented: many reports were about one thing."})
	check(err)
	revised := 0
	for i := range tables {
		revised += len(tables[i].Revisions)
	}
	if revised == 0 {
		t.Fatal("the second edition revises nothing")
	}
	o.Now = o.Now.AddDate(0, 1, 0)
	_, err = s.Import(t.Context(), d, o.Now, store.Progress{})
	check(err)
	check(s.Publish(t.Context(), o.Now, true, nil))
	check(s.Close())
	check((&publishCmd{Target: public, Dir: dir}).Run(p))
	return public
}
