package report_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

type selection = goquery.Selection

// answer is what a browser without a script got.
type answer struct {
	*goquery.Document
	Status int
	Header http.Header
	raw    string
}

// text is what an element says, in one line.
func (a *answer) text(selector string) string {
	return strings.Join(strings.Fields(a.Find(selector).Text()), " ")
}

// field is one field of a form that is sent; a file where it has a name.
type field struct{ name, value, file string }

// fields are pairs of names and values.
func fields(pairs ...string) []field {
	var list []field
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, field{name: pairs[i], value: pairs[i+1]})
	}
	return list
}

// with adds a file.
func with(list []field, name, content string) []field {
	return append(list, field{"files", content, name})
}

// multipartOf is the body that a browser sends for a form, and its type.
func multipartOf(t testing.TB, list []field) ([]byte, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range list {
		var part io.Writer
		var err error
		if f.name == "files" {
			part, err = w.CreateFormFile("files", f.file)
		} else {
			part, err = w.CreateFormField(f.name)
		}
		if err == nil {
			_, err = io.WriteString(part, f.value)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), w.FormDataContentType()
}

// post sends a form as a browser does.
func (s served) post(t *testing.T, address string, list []field) *answer {
	t.Helper()
	body, kind := multipartOf(t, list)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.home+address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	return s.answer(t, r)
}

// get asks for a page.
func (s served) get(t *testing.T, address string) *answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.home+address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s.answer(t, r)
}

func (s served) answer(t *testing.T, r *http.Request) *answer {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	b, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return &answer{doc, response.StatusCode, response.Header, string(b)}
}

// told sends a report and returns its code.
func (s served) told(t *testing.T, what string) string {
	t.Helper()
	a := s.post(t, "/en/1", fields("what", what))
	if a.Status != http.StatusCreated {
		t.Fatalf("sending is answered with %d: %s", a.Status, a.text("main"))
	}
	return a.text(".code")
}

// grow makes elements of what stands in a page as data for its script, as the
// script does.
func grow(t *testing.T, doc *goquery.Document) {
	t.Helper()
	doc.Find("script[data-part]").Each(func(_ int, part *selection) {
		var trees []any
		if err := json.Unmarshal([]byte(part.Text()), &trees); err != nil {
			t.Fatal(err)
		}
		for _, tree := range trees {
			part.BeforeNodes(plant(tree))
		}
		part.Remove()
	})
}

func plant(tree any) *html.Node {
	if text, ok := tree.(string); ok {
		return &html.Node{Type: html.TextNode, Data: text}
	}
	parts := tree.([]any)
	e := &html.Node{Type: html.ElementNode, Data: parts[0].(string)}
	for key, value := range parts[1].(map[string]any) {
		e.Attr = append(e.Attr, html.Attribute{Key: key, Val: value.(string)})
	}
	for _, child := range parts[2:] {
		e.AppendChild(plant(child))
	}
	return e
}
