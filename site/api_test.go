package site_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"
)

// Given the API, when a program asks, then the answer has the right status and
// form and says what it should.
func TestAPI(t *testing.T) {
	h := open(t)
	const mss = "/api/v1/missions/mss"
	for _, c := range []struct {
		name, address string
		status        int
		says          string
	}{
		{"the missions", "/api/v1/missions", 200, `"dossier":"haiti"`},
		{"a mission as of a day", mss + "?as_of=2024-06-26", 200, `"as_of":{"world":"2024-06-26","known":"2024-06-26"`},
		{"a mission as known later", mss + "?as_of=2024-06-26&known=2024-09-01", 200, `"world":"2024-06-26","known":"2024-09-01"`},
		{"known alone", mss + "?known=2024-06-26", 200, `"world":"2024-06-26","known":"2024-06-26"`},
		{"an earlier edition", mss + "?edition=1600", 200, `"edition":1600`},
		{"what is overdue", mss + "/obligations?status=overdue&as_of=2024-07-10", 200, `"under":"overdue"`},
		{"a status with a blank", mss + "/obligations?status=discharged+late", 200, `"items":[`},
		{"two statuses", mss + "/obligations?status=overdue&status=silent", 200, `"items":[`},
		{"an empty filter", mss + "/obligations?status=", 200, `"items":[{`},
		{"an obligation", mss + "/obligations/mss-review?as_of=2024-06-26", 200, `"explanation":{"en":[`},
		{"an obligation in Creole", mss + "/obligations/mss-review", 200, `"ht":[`},
		{"who owes", mss + "/actors", 200, `"owes":`},
		{"money", mss + "/money", 200, `"donors":[`},
		{"people", mss + "/people", 200, `"ceiling":[`},
		{"documents", mss + "/documents", 200, `"asked_by":[`},
		{"statements", mss + "/statements", 200, `"contradictory":true`},
		{"milestones", mss + "/milestones", 200, `"slipped_days":`},
		{"contradictions", mss + "/contradictions", 200, `"kind":"positions"`},
		{"conduct", mss + "/conduct", 200, `"withheld"`},
		{"predecessors", mss + "/predecessors", 200, `"short":"MINUSTAH"`},
		{"sources of a mission", mss + "/sources", 200, `"publisher":`},
		{"changes", mss + "/changes?from=2024-06-01&to=2024-07-01", 200, `"statuses":[{`},
		{"changes between editions", mss + "/changes?from_edition=1200", 200, `"facts":[`},
		{"dossiers", "/api/v1/dossiers", 200, `"data_package":"/data/haiti/datapackage.json"`},
		{"actors", "/api/v1/dossiers/haiti/actors", 200, `"id":"kenya"`},
		{"an actor", "/api/v1/dossiers/haiti/actors/kenya", 200, `"owed_to":[`},
		{"sources", "/api/v1/dossiers/haiti/sources?limit=1", 200, `"limit":1`},
		{"a source", "/api/v1/dossiers/haiti/sources/cepr-2024-06-26", 200, `"cited_by":[{`},
		{"facts", "/api/v1/dossiers/haiti/facts?kind=figures&mission=mss", 200, `"fact":{"id":`},
		{"tables", "/api/v1/dossiers/haiti/tables?lang=fr", 200, `"counting_rules":["Un tableau`},
		{"a table", "/api/v1/dossiers/haiti/tables/obligations?mission=mss", 200, `"mission":"mss"`},
		{"a search", "/api/v1/search?q=suppression", 200, `"page":"/en/missions/gsf`},
		{"a search with an error, in Creole", "/api/v1/search?q=suprression&lang=ht&as_of=2026-01-01", 200, `"page":"/ht/`},
		{"a search of one kind", "/api/v1/search?q=review&kind=obligations&limit=1", 200, `"limit":1`},
		{"a search that finds nothing", "/api/v1/search?q=xyzzyqqq", 200, `"items":[]`},
		{"a search before anything was known", "/api/v1/search?q=suppression&as_of=1900-01-01", 200, `"total":0`},

		{"a search for nothing", "/api/v1/search", 400, "parameter q"},
		{"a search for no word", "/api/v1/search?q=%2A%22%28", 400, "no word"},
		{"a search of no kind", "/api/v1/search?q=review&kind=secrets", 400, "The kinds are: obligations"},
		{"a search in no language", "/api/v1/search?q=review&lang=tlh", 400, "ht, fr, en, es"},
		{"a search of an earlier edition", "/api/v1/search?q=review&edition=2", 400, "The parameters are"},
		{"a search on no day", "/api/v1/search?q=review&as_of=2024-02-30", 400, "as_of is not a day"},
		{"a search that is not UTF-8", "/api/v1/search?q=%ff%fe", 400, "not UTF-8"},
		{"a search of great length", "/api/v1/search?q=" + strings.Repeat("a", 5000), 400, "longer than"},
		{"an impossible day", mss + "?as_of=2024-02-30", 400, "as_of is not a day"},
		{"a year", mss + "?as_of=2024", 400, "as_of is not a day"},
		{"year 0", mss + "?as_of=0000-01-01", 400, "as_of is not a day"},
		{"an open day", mss + "?known=..", 400, "known is not a day"},
		{"a far day", mss + "?as_of=9999-12-31", 200, `"world":"9999-12-31"`},
		{"a day before all", mss + "?as_of=1900-01-01", 404, "no such mission as known on 1900-01-01"},
		{"edition 0", mss + "?edition=0", 400, "from 1 on"},
		{"an edition of words", mss + "?edition=latest", 400, "from 1 on"},
		{"an edition to come", mss + "?edition=999999999", 404, "no such edition yet"},
		{"a parameter that is not known", mss + "?color=red", 400, "The parameters are: as_of, known, edition."},
		{"a day twice", mss + "?as_of=2024-06-26&as_of=2024-06-27", 400, "given more than once"},
		{"a limit of none", mss + "/obligations?limit=0", 400, "from 1 to 500"},
		{"a limit too high", mss + "/obligations?limit=501", 400, "from 1 to 500"},
		{"a limit of words", mss + "/obligations?limit=all", 400, "from 1 to 500"},
		{"a negative offset", mss + "/obligations?offset=-1", 400, "not negative"},
		{"an offset beyond the end", mss + "/obligations?offset=9999", 200, `"items":[]`},
		{"an absurd offset", mss + "/obligations?offset=99999999999999999999", 400, "not negative"},
		{"no such status", mss + "/obligations?status=cheerful", 400, "status is not on record"},
		{"no such topic", mss + "/obligations?topic=weather", 400, "topic is not on record"},
		{"no such debtor", mss + "/obligations?debtor=nobody", 400, "debtor is not on record"},
		{"no such instrument", mss + "/obligations?instrument=nothing", 400, "instrument is not on record"},
		{"no such mission", "/api/v1/missions/atlantis", 404, "/api/v1/missions"},
		{"no such obligation", mss + "/obligations/none", 404, "no such obligation"},
		{"no such dossier", "/api/v1/dossiers/none/actors", 404, "/api/v1/dossiers"},
		{"no such actor", "/api/v1/dossiers/haiti/actors/none", 404, "no such actor"},
		{"no such source", "/api/v1/dossiers/haiti/sources/none", 404, "no such source"},
		{"no such kind", "/api/v1/dossiers/haiti/facts?kind=secrets", 400, "kind is not a kind of fact"},
		{"no such table", "/api/v1/dossiers/haiti/tables/none", 404, "no such table"},
		{"a table without missions", "/api/v1/dossiers/haiti/tables/actors?mission=mss", 400, "no column mission"},
		{"no such language", "/api/v1/dossiers/haiti/tables?lang=tlh", 400, "ht, fr, en, es"},
		{"days the wrong way round", mss + "/changes?from=2024-07-01&to=2024-06-01", 400, "the earlier one in from"},
		{"nothing there", "/api/v1/nothing", 404, "/api/openapi.json"},
		{"nothing there at all", "/api/", 404, "/api/openapi.json"},
		{"invalid UTF-8", mss + "?as_of=%ff", 400, ""},
		{"a broken escape", mss + "?as_of=%zz", 400, ""},
		{"ten thousand parameters", mss + "/obligations?" + strings.Repeat("status=overdue&", 10000), 400, "longer than"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := get(t, h, c.address)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("status %d, want %d with %q:\n%.500s", w.Code, c.status, c.says, w.Body.String())
			}
			want := "application/json"
			if c.status != 200 {
				want = "application/problem+json"
			}
			if got := w.Header().Get("Content-Type"); got != want {
				t.Errorf("Content-Type is %q, want %q", got, want)
			}
			if got := w.Header().Get("Access-Control-Allow-Origin"); got != "*" {
				t.Errorf("programs of other origins may not read it: %q", got)
			}
			if c.status != 200 {
				checkProblem(t, w)
			}
		})
	}
}

func checkProblem(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	var p struct {
		Title, Detail string
		Status        int
	}
	d := json.NewDecoder(w.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		t.Fatal(err)
	}
	if p.Status != w.Code || p.Title != http.StatusText(w.Code) || !strings.HasSuffix(p.Detail, ".") {
		t.Errorf("the problem is %+v", p)
	}
}

// Given anything that a stranger may send, then no error says it back.
func TestAPIEchoesNothing(t *testing.T) {
	h := open(t)
	const marker = "zqxmarkerxqz"
	for _, address := range []string{
		"/api/v1/" + marker, "/api/v1/missions/" + marker, "/api/v1/missions/mss/obligations/" + marker, "/data/haiti/" + marker,
		"/data/" + marker + "/x.csv", "/api/v1/dossiers/" + marker + "/facts", "/api/v1/dossiers/haiti/tables/" + marker,
		"/api/v1/missions?" + marker + "=1", "/api/v1/missions?as_of=" + marker, "/api/v1/missions?known=" + marker,
		"/api/v1/missions?edition=" + marker, "/api/v1/missions?limit=" + marker, "/api/v1/missions?offset=" + marker,
		"/api/v1/missions/mss/obligations?status=" + marker, "/api/v1/missions/mss/obligations?debtor=" + marker,
		"/api/v1/missions/mss/changes?from=" + marker, "/api/v1/dossiers/haiti/facts?mission=" + marker,
		"/api/v1/search?q=a&kind=" + marker, "/api/v1/search?q=a&lang=" + marker, "/api/v1/search?q=" + marker + "&edition=1",
		"/data/haiti/obligations.csv?as_of=" + marker, "/data/haiti/obligations.csv?" + marker,
	} {
		w := get(t, h, address)
		if w.Code < 400 || w.Code > 499 {
			t.Errorf("%s: status %d", address, w.Code)
		}
		if strings.Contains(w.Body.String(), marker) {
			t.Errorf("%s says back what was sent: %s", address, w.Body)
		}
	}
}

// document is the OpenAPI document, as far as the tests look at it.
type document struct {
	OpenAPI string
	Info    struct{ Title, Version string }
	Paths   map[string]map[string]struct {
		OperationID string `json:"operationId"`
		Summary     string
		Parameters  []struct {
			Name, In, Description string
			Required              bool
			Schema                map[string]any
		}
		Responses map[string]struct {
			Content map[string]struct{ Schema map[string]any }
		}
	}
	Components struct{ Schemas map[string]any }
}

func apiDocument(t *testing.T, h http.Handler) (*document, []byte) {
	t.Helper()
	w := get(t, h, "/api/openapi.json")
	doc := new(document)
	if err := json.Unmarshal(w.Body.Bytes(), doc); err != nil {
		t.Fatal(err)
	}
	return doc, w.Body.Bytes()
}

// Given the description of the API, then it is OpenAPI 3.1, names every
// operation and parameter in words, points to no other host, and says the same
// as YAML.
func TestAPIDocument(t *testing.T) {
	h := open(t)
	doc, raw := apiDocument(t, h)
	if !strings.HasPrefix(doc.OpenAPI, "3.1.") || doc.Info.Title == "" || doc.Info.Version == "" {
		t.Errorf("it is OpenAPI %s of %+v", doc.OpenAPI, doc.Info)
	}
	names := regexp.MustCompile(`\{([a-z]+)\}`)
	ids := make(map[string]bool)
	for path, methods := range doc.Paths {
		op, ok := methods["get"]
		if !ok || len(methods) != 1 || op.OperationID == "" || ids[op.OperationID] || op.Summary == "" {
			t.Errorf("%s has %d operations, the first called %q", path, len(methods), op.OperationID)
		}
		ids[op.OperationID] = true
		var inPath []string
		for _, p := range op.Parameters {
			if p.Description == "" || len(p.Schema) == 0 {
				t.Errorf("%s: the parameter %s is not described", path, p.Name)
			}
			if p.In == "path" {
				inPath = append(inPath, p.Name)
			}
		}
		for _, m := range names.FindAllStringSubmatch(path, -1) {
			if !slices.Contains(inPath, m[1]) {
				t.Errorf("%s: the parameter %s is not described", path, m[1])
			}
		}
		if op.Responses["200"].Content["application/json"].Schema == nil || op.Responses["default"].Content["application/problem+json"].Schema == nil {
			t.Errorf("%s does not say what it answers", path)
		}
	}
	if len(ids) < 20 {
		t.Errorf("only %d operations", len(ids))
	}
	for _, m := range regexp.MustCompile(`https?://[^/"]+`).FindAllString(string(raw), -1) {
		if m != "https://creativecommons.org" {
			t.Errorf("it points to %s", m)
		}
	}
	var fromJSON, fromYAML any
	if err := json.Unmarshal(raw, &fromJSON); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(get(t, h, "/api/openapi.yaml").Body.Bytes(), &fromYAML); err != nil {
		t.Fatal(err)
	}
	normal := func(v any) any {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var out any
		if err := json.Unmarshal(b, &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if diff := cmp.Diff(fromJSON, normal(fromYAML)); diff != "" {
		t.Errorf("JSON and YAML differ:\n%.1000s", diff)
	}
}

// questions are one address for each operation.
var apiQuestions = map[string]string{
	"missions": "/api/v1/missions", "mission": "/api/v1/missions/mss?as_of=2024-06-26",
	"obligations": "/api/v1/missions/mss/obligations?limit=500", "obligation": "/api/v1/missions/mss/obligations/mss-review",
	"debtors": "/api/v1/missions/mss/actors", "money": "/api/v1/missions/mss/money", "people": "/api/v1/missions/minustah/people",
	"conduct": "/api/v1/missions/mss/conduct", "publicCase": "/api/v1/missions/mss/conduct/{case}",
	"predecessors": "/api/v1/missions/gsf/predecessors", "documents": "/api/v1/missions/mss/documents",
	"statements": "/api/v1/missions/mss/statements", "milestones": "/api/v1/missions/mss/milestones",
	"contradictions": "/api/v1/missions/mss/contradictions", "missionSources": "/api/v1/missions/mss/sources",
	"changes":  "/api/v1/missions/mss/changes?from=2024-01-01&to=2024-07-01",
	"dossiers": "/api/v1/dossiers", "actors": "/api/v1/dossiers/haiti/actors", "actor": "/api/v1/dossiers/haiti/actors/kenya",
	"sources": "/api/v1/dossiers/haiti/sources", "source": "/api/v1/dossiers/haiti/sources/cepr-2024-06-26",
	"facts": "/api/v1/dossiers/haiti/facts?limit=500", "tables": "/api/v1/dossiers/haiti/tables",
	"table": "/api/v1/dossiers/haiti/tables/figures", "search": "/api/v1/search?q=revew+of+the+authorisation&as_of=2024-06-26",
}

// Given any operation, then its answer is as its schema says, and so is its
// error. The schemas are compiled by a validator of JSON Schema 2020-12, which
// is what OpenAPI 3.1 has.
func TestAPIAnswersKeepTheirSchema(t *testing.T) {
	h := open(t)
	doc, raw := apiDocument(t, h)
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("api.json", whole); err != nil {
		t.Fatal(err)
	}
	check := func(t *testing.T, path, status, mediaType string, w *httptest.ResponseRecorder) {
		t.Helper()
		pointer := fmt.Sprintf("api.json#/paths/%s/get/responses/%s/content/%s/schema",
			strings.ReplaceAll(path, "/", "~1"), status, strings.ReplaceAll(mediaType, "/", "~1"))
		schema, err := c.Compile(pointer)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := jsonschema.UnmarshalJSON(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(answer); err != nil {
			t.Errorf("%s:\n%.2000v", path, err)
		}
	}
	for path, methods := range doc.Paths {
		op := methods["get"]
		t.Run(op.OperationID, func(t *testing.T) {
			address := strings.ReplaceAll(apiQuestions[op.OperationID], "{case}", fmt.Sprint(publicEntry))
			if address == "" {
				t.Fatal("no question is put to this operation")
			}
			w := get(t, h, address)
			if w.Code != http.StatusOK {
				t.Fatalf("%s: status %d", address, w.Code)
			}
			if bytes.Contains(w.Body.Bytes(), []byte(":null")) && op.OperationID != "table" && op.OperationID != "facts" {
				t.Error("something is null")
			}
			check(t, path, "200", "application/json", w)
			joined := "?"
			if strings.Contains(address, "?") {
				joined = "&"
			}
			check(t, path, "default", "application/problem+json", get(t, h, address+joined+"nonsense=1"))
		})
	}
}

// Given what a program has already, when it asks again, then it is told so, be
// it compressed or not; HEAD is answered like GET, without a body.
func TestAPIConditionalRequests(t *testing.T) {
	h := open(t)
	for _, address := range []string{
		"/api/v1/missions/mss/money", "/api/openapi.json", "/data/haiti/figures.csv", "/data/haiti/figures.parquet",
		"/en/missions/mss/changes.atom", "/ht/missions/mss/due.ics",
	} {
		ask := func(method string, headers ...string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(method, address, nil)
			for i := 0; i+1 < len(headers); i += 2 {
				r.Header.Set(headers[i], headers[i+1])
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			return w
		}
		plain, compressed := ask("GET"), ask("GET", "Accept-Encoding", "gzip")
		tag := plain.Header().Get("ETag")
		for _, has := range []string{tag, "W/" + tag, compressed.Header().Get("ETag"), `"other", ` + tag, "*"} {
			if w := ask("GET", "If-None-Match", has); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
				t.Errorf("%s: with %s status %d and %d bytes", address, has, w.Code, w.Body.Len())
			}
		}
		if w := ask("GET", "If-None-Match", `"other"`); w.Code != http.StatusOK {
			t.Errorf("%s: status %d for what changed", address, w.Code)
		}
		if w := ask("HEAD"); w.Code != http.StatusOK || w.Header().Get("ETag") != tag {
			t.Errorf("%s: HEAD gives status %d and ETag %s", address, w.Code, w.Header().Get("ETag"))
		}
		if w := ask("OPTIONS", "Origin", "https://example.org", "Access-Control-Request-Method", "GET"); w.Code != http.StatusNoContent || w.Header().Get("Access-Control-Allow-Methods") != "GET, HEAD" {
			t.Errorf("%s: a preflight gives status %d", address, w.Code)
		}
		if w := ask("POST"); w.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s: POST gives status %d", address, w.Code)
		}
	}
}

// page is a page of a list.
type listPage struct {
	Total, Limit, Offset int
	Items                []json.RawMessage
}

var nextPage = regexp.MustCompile(`<([^>]+)>; rel="next"`)

// follow reads a list from a page on.
func follow(t interface{ Fatalf(string, ...any) }, h http.Handler, address string) (items []string, pages int) {
	for address != "" && pages < 1000 {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
		var p listPage
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s: status %d, %v", address, w.Code, err)
		}
		if p.Offset != len(items) {
			t.Fatalf("%s: the page starts at %d, want %d", address, p.Offset, len(items))
		}
		for _, i := range p.Items {
			items = append(items, string(i))
		}
		pages++
		next := nextPage.FindStringSubmatch(strings.Join(w.Header().Values("Link"), "\n"))
		if address = ""; next != nil {
			address = next[1]
		} else if p.Total != len(items) {
			t.Fatalf("%d entries were given of %d", len(items), p.Total)
		}
	}
	return items, pages
}

// The pages of a list, whatever their size, are the whole list.
func TestLawPagesMakeTheWhole(t *testing.T) {
	h := open(t)
	lists := []string{
		"/api/v1/missions?", "/api/v1/missions/mss/obligations?as_of=2024-06-26&", "/api/v1/missions/gsf/obligations?status=overdue&status=silent&",
		"/api/v1/dossiers/haiti/sources?", "/api/v1/dossiers/haiti/tables/milestones?", "/api/v1/missions/mss/statements?known=2024-06-26&",
		"/api/v1/search?q=police+kenya&as_of=2024-06-26&",
	}
	wholes := make(map[string][]string)
	for _, l := range lists {
		wholes[l], _ = follow(t, h, l+"limit=500")
	}
	rapid.Check(t, func(t *rapid.T) {
		l := rapid.SampledFrom(lists).Draw(t, "list")
		limit := rapid.IntRange(7, 90).Draw(t, "limit")
		items, pages := follow(t, h, fmt.Sprintf("%slimit=%d", l, limit))
		if !slices.Equal(items, wholes[l]) {
			t.Errorf("%s in pages of %d: %d entries, the whole has %d", l, limit, len(items), len(wholes[l]))
		}
		if want := max(1, (len(items)+limit-1)/limit); pages != want {
			t.Errorf("%s in pages of %d: %d pages, want %d", l, limit, pages, want)
		}
	})
}

// The API and the pages count the same.
func TestAPIAgreesWithThePages(t *testing.T) {
	h := open(t)
	for _, day := range []string{"2024-06-26", "2026-11-23"} {
		for _, status := range []string{"overdue", "silent", "unclocked", "contested"} {
			query := "?as_of=" + day + "&status=" + status
			var p listPage
			if err := json.Unmarshal(get(t, h, "/api/v1/missions/mss/obligations"+query).Body.Bytes(), &p); err != nil {
				t.Fatal(err)
			}
			page := get(t, h, "/en/missions/mss/obligations"+query).Body.String()
			if rows := strings.Count(page, "<tr role=\"row\">\n  <td"); rows != p.Total {
				t.Errorf("%s: %d rows on the page, %d in the API", query, rows, p.Total)
			}
		}
	}
}
