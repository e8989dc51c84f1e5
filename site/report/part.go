package report

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// part is what a page shows only with its script: a template of the set t, written
// into the page as data, from which the script makes elements (grow in
// web/report/page.ts). Text browsers show everything that is hidden in a page;
// so there it must not stand as elements, lest somebody read that their message
// has arrived before they wrote it.
//
// An element is [name, {attributes}, children...], text a string.
func part(t *template.Template, name string, p *page) (template.HTML, error) {
	if p.Scripted == "" {
		return "", nil
	}
	var b bytes.Buffer
	within := p.inPart
	p.inPart = true
	err := t.ExecuteTemplate(&b, name, p)
	p.inPart = within
	if err != nil {
		return "", err
	}
	if within { // a part of a part: made already safe by the same templates
		return template.HTML(b.String()), nil
	}
	nodes, err := html.ParseFragment(&b, &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		return "", fmt.Errorf("reading the part %s: %w", name, err)
	}
	data, err := json.Marshal(trees(nodes), json.Deterministic(true), jsontext.EscapeForHTML(true))
	if err != nil {
		return "", fmt.Errorf("writing the part %s: %w", name, err)
	}
	return template.HTML(`<script type="application/json" data-part>` + string(data) + `</script>`), nil
}

// trees are nodes as data.
func trees(nodes []*html.Node) []any {
	list := []any{}
	for _, n := range nodes {
		switch n.Type {
		case html.ElementNode:
			list = append(list, tree(n))
		case html.TextNode:
			if text := strings.Join(strings.Fields(n.Data), " "); text != "" {
				list = append(list, spaced(n.Data, text))
			} else if !strings.Contains(n.Data, "\n") {
				list = append(list, " ")
			}
		}
	}
	return list
}

// spaced is text with one space at an end where there was any.
func spaced(raw, text string) string {
	if strings.TrimLeft(raw, " \n\t") != raw {
		text = " " + text
	}
	if strings.TrimRight(raw, " \n\t") != raw {
		text += " "
	}
	return text
}

// tree is an element as data.
func tree(n *html.Node) []any {
	attributes := make(map[string]string, len(n.Attr))
	for _, a := range n.Attr {
		attributes[a.Key] = a.Val
	}
	var children []*html.Node
	for c := range n.ChildNodes() {
		children = append(children, c)
	}
	return append([]any{n.Data, attributes}, trees(children)...)
}
