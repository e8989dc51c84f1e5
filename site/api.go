package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	jsonx "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"temwen/publish"
)

// api is the record as data for programs, below /api/v1: what the pages show,
// under the pages' own paths, and described by an OpenAPI document.
type api struct {
	site     *Site
	document []byte // OpenAPI 3.1, as JSON
	yaml     []byte
}

const apiAbout = `The record of security missions: what they promised, what they did, and who answers for it.

Every answer is as of a day (as_of), as known on a day (known, the same where it is left out) and as of
an edition of the record (edition, the number of entries in its ledger). Texts are objects of words by
language. Dates are EDTF (ISO 8601-2), days are YYYY-MM-DD, periods are ISO 8601. Every line names the
sources it rests on. Numbers of different modality are never added.

Everything is public, for reading only, without registration. Errors are problem documents (RFC 9457).
Answers carry an ETag; send it back in If-None-Match. Lists come in pages: follow the Link header.`

// apiVersion is the version of the interface. What is under /api/v1 keeps its
// addresses and its meaning; fields may be added.
const apiVersion = "1.0.0"

// newAPI puts the interface on the site's mux.
func newAPI(s *Site) *api {
	a := &api{site: s}
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Temwen", Version: apiVersion, Description: apiAbout,
				License: &huma.License{Name: publish.DataLicence.Title, URL: publish.DataLicence.Address},
			},
			Servers:    []*huma.Server{{URL: "/"}},
			Components: &huma.Components{Schemas: apiSchemas()},
		},
		Formats:       map[string]huma.Format{"application/json": apiJSON, "json": apiJSON},
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{withoutEcho},
	}
	h := huma.NewAPI(config, humago.NewAdapter(openMux{s.mux}, ""))
	h.UseMiddleware(onlyKnownParameters(h))
	a.missions(h)
	a.dossiers(h)
	a.searches(h)
	a.describe(h.OpenAPI())
	s.mux.Handle("GET /api/openapi.json", openly(serveBytes("application/openapi+json", a.document)))
	s.mux.Handle("GET /api/openapi.yaml", openly(serveBytes("application/openapi+yaml", a.yaml)))
	s.mux.Handle("/api/", openly(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		writeProblem(w, &Problem{Status: http.StatusNotFound, Detail: "There is nothing at this address. The addresses that there are stand in /api/openapi.json."})
	})))
	return a
}

// apiJSON writes an answer: a list without entries is [], never null, so that
// programs need not tell the two apart.
var apiJSON = huma.Format{
	Marshal: func(w io.Writer, v any) error {
		return jsonx.MarshalWrite(w, v, jsonv1.DefaultOptionsV1(), jsontext.EscapeForHTML(false),
			jsonx.FormatNilSliceAsNull(false), jsonx.FormatNilMapAsNull(false))
	},
	Unmarshal: json.Unmarshal,
}

// describe keeps the OpenAPI document. Lists are never null here (see apiJSON),
// and every error is a Problem.
func (a *api) describe(doc *huma.OpenAPI) {
	schemas := doc.Components.Schemas.Map()
	delete(schemas, "ErrorModel")
	delete(schemas, "ErrorDetail")
	for _, s := range schemas {
		neverNull(s)
	}
	for _, path := range doc.Paths {
		for _, p := range path.Get.Parameters {
			neverNull(p.Schema)
		}
	}
	var err error
	if a.document, err = json.Marshal(doc); err != nil {
		panic(fmt.Errorf("site: the description of the API: %w", err))
	}
	if a.yaml, err = doc.YAML(); err != nil {
		panic(fmt.Errorf("site: the description of the API: %w", err))
	}
}

// neverNull says of every list in a schema that it is never null.
func neverNull(s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Type == huma.TypeArray {
		s.Nullable = false
	}
	neverNull(s.Items)
	if values, ok := s.AdditionalProperties.(*huma.Schema); ok {
		neverNull(values)
	}
	for _, p := range s.Properties {
		neverNull(p)
	}
}

// Problem is an error of the API: a problem document (RFC 9457) of type
// about:blank. It never holds what was sent.
type Problem struct {
	Title  string `json:"title" doc:"The status in words"`
	Status int    `json:"status" doc:"The HTTP status"`
	Detail string `json:"detail" doc:"What is wrong, and what to do"`
}

// Error is the sentence.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is the media type of problem documents.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// problem is an error that a reader can mend.
func problem(status int, detail string) *Problem {
	return &Problem{Title: http.StatusText(status), Status: status, Detail: detail}
}

// writeProblem answers with a problem document, outside of huma.
func writeProblem(w http.ResponseWriter, p *Problem) {
	p.Title = http.StatusText(p.Status)
	w.Header().Set("Content-Type", p.ContentType(""))
	w.WriteHeader(p.Status)
	_ = apiJSON.Marshal(w, p) // the reader has gone; there is nobody to tell
}

// explain turns what went wrong into a problem. see is where the reader finds
// what there is.
func (a *api) explain(err error, see string) error {
	var p *Problem
	var missing *publish.NotFoundError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &p):
		return p
	case errors.As(err, &missing):
		return problem(http.StatusNotFound, fmt.Sprintf("The record holds no such %s as known on %s. What it holds stands in %s.", missing.Kind, missing.AsOf.Known, see))
	case errors.Is(err, fs.ErrNotExist):
		return problem(http.StatusNotFound, "The record holds no such thing. What it holds stands in "+see+".")
	}
	a.site.options.Log.Error("answering a program", "error", err)
	return problem(http.StatusInternalServerError, "The record could not be read. Try again later.")
}

// withoutEcho replaces what huma itself says of an error, which may hold what
// was sent.
func withoutEcho(_ huma.Context, _ string, v any) (any, error) {
	if e, ok := v.(*huma.ErrorModel); ok {
		return problem(e.Status, "The question cannot be answered as it was asked. How to ask stands in /api/openapi.json."), nil
	}
	return v, nil
}

// onlyKnownParameters refuses a question with a parameter that the operation
// does not have: an answer to another question than the one asked would look
// like an answer.
func onlyKnownParameters(h huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		u := ctx.URL()
		if p := checkParameters(ctx.Operation(), &u); p != nil {
			ctx.SetHeader("Content-Type", p.ContentType(""))
			ctx.SetStatus(p.Status)
			_ = h.Marshal(ctx.BodyWriter(), "application/json", p) // the reader has gone; there is nobody to tell
			return
		}
		next(ctx)
	}
}

func checkParameters(op *huma.Operation, u *url.URL) *Problem {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil || len(u.RawQuery) > maxQuery || !utf8.ValidString(u.Path) || !utf8.ValidString(u.RawQuery) {
		return problem(http.StatusBadRequest, fmt.Sprintf("The address cannot be read, or its parameters are longer than %d characters.", maxQuery))
	}
	var names []string
	several := make(map[string]bool)
	for _, p := range op.Parameters {
		if p.In == "query" {
			names = append(names, p.Name)
			several[p.Name] = p.Schema.Type == huma.TypeArray
		}
	}
	for name, values := range query {
		if !slices.Contains(names, name) {
			return problem(http.StatusBadRequest, "A parameter is not known here. The parameters are: "+strings.Join(names, ", ")+".")
		}
		if len(values) > 1 && !several[name] {
			return problem(http.StatusBadRequest, "The parameter "+name+" is given more than once. Give it once.")
		}
		for _, v := range values {
			if !utf8.ValidString(v) {
				return problem(http.StatusBadRequest, "The parameter "+name+" is not UTF-8.")
			}
		}
	}
	return nil
}
