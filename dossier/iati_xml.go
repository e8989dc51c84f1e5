package dossier

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// element is one element of an XML file and where it starts.
type element struct {
	name         string
	attrs        []xml.Attr
	text         strings.Builder
	children     []*element
	line, column int
}

// maxElements is how many elements an XML file may have: each costs far more
// memory than its few bytes.
const maxElements = 200_000

var errCharset = errors.New("another encoding")

// elements reads an XML file into its elements, those of other namespaces left
// out. It refuses a document type before anything in it is read, so no entity
// is ever declared, expanded or fetched.
func (r *tableReader) elements() *element {
	charset := ""
	d := xml.NewDecoder(bytes.NewReader(r.text.data))
	d.CharsetReader = func(label string, _ io.Reader) (io.Reader, error) {
		charset = label
		return nil, errCharset
	}
	top := new(element) // holds the root
	open := []*element{top}
	at := &cursor{text: r.text.data, line: 1, column: 1}
	for count := 0; ; {
		at.to(int(d.InputOffset()))
		line, column := at.line, at.column
		token, err := d.Token()
		if err == io.EOF && len(top.children) == 1 {
			return top.children[0]
		}
		if err != nil {
			r.xmlSyntax(err, at.offset, int(d.InputOffset()), charset)
			return nil
		}
		here := open[len(open)-1]
		switch t := token.(type) {
		case xml.Directive:
			r.doctype(line, column)
			return nil
		case xml.CharData:
			if !r.shown(string(t), line, column) {
				return nil
			}
			here.text.Write(t)
		case xml.StartElement:
			if count++; count > maxElements || len(open) > MaxDepth {
				r.tooMuch(line, column, len(open) > MaxDepth)
				return nil
			}
			for _, a := range t.Attr {
				if !r.shown(a.Value, line, column) {
					return nil
				}
			}
			e := &element{name: t.Name.Local, attrs: t.Copy().Attr, line: line, column: column}
			open = append(open, e)
			if t.Name.Space == "" {
				here.children = append(here.children, e)
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
}

// shown refuses text with characters that cannot be shown, written as &#x202e;.
func (r *tableReader) shown(text string, line, column int) bool {
	what := firstUnprintable(text)
	if what != "" {
		r.problem(line, column, what, "remove it")
	}
	return what == ""
}

func (r *tableReader) doctype(line, column int) {
	r.problem(line, column, "the file declares a document type, which IATI has no use for and entities hide in", "remove <!DOCTYPE and all that belongs to it")
}

func (r *tableReader) tooMuch(line, column int, deep bool) {
	if deep {
		r.problem(line, column, fmt.Sprintf("elements are nested deeper than %d", MaxDepth), "this is not IATI: correct the file")
		return
	}
	r.problem(line, column, fmt.Sprintf("the file has more than %d elements", maxElements), "keep the activities that concern the mission, or split it")
}

// xmlSyntax reports an error of the XML reader. start is where the broken token
// starts, end how far it was read.
func (r *tableReader) xmlSyntax(err error, start, end int, charset string) {
	line, column := r.text.at(end)
	rest := r.text.data[min(start, len(r.text.data)):]
	var e *xml.SyntaxError
	switch {
	case charset != "":
		r.problem(line, 1, fmt.Sprintf("the file says that its encoding is %s", clip(charset, 30)), "save it as UTF-8, and say so in its first line")
	case bytes.HasPrefix(rest, []byte("<!")) && !bytes.HasPrefix(rest, []byte("<!--")) && !bytes.HasPrefix(rest, []byte("<![CDATA[")):
		line, column = r.text.at(start)
		r.doctype(line, column)
	case err == io.EOF:
		r.problem(1, 1, "the file holds no element", "put the IATI file here")
	case errors.As(err, &e):
		r.problem(line, column, "this is not XML: "+clip(strings.TrimSuffix(e.Msg, ";"), 200), "correct it; & is written &amp; and < is written &lt;")
	default:
		r.problem(line, column, "this is not XML: "+clip(err.Error(), 200), "correct it")
	}
}

// attr is an attribute without a namespace, trimmed.
func (e *element) attr(name string) string {
	if e == nil {
		return ""
	}
	for _, a := range e.attrs {
		if a.Name.Local == name && a.Name.Space == "" {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// child is the first child of that name, or nil.
func (e *element) child(name string) *element {
	if e == nil {
		return nil
	}
	for _, c := range e.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// words is the text of the element, trimmed.
func (e *element) words() string {
	if e == nil {
		return ""
	}
	return strings.TrimSpace(e.text.String())
}
