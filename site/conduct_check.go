package site

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"temwen/locale"
	"temwen/publish"
)

// CheckConduct compares the figures on the page of a mission's conduct, as Static wrote it in
// a language, with the tables of a view: every cell and its headings, every bar, every number that
// an edition revised. It makes them anew with the page's own template, so that an edition is
// checked by the version that wrote it. The error names the table, the figure, and what it
// should be. What stands in the page besides, such as rules in words, it does not compare.
func CheckConduct(html []byte, lang locale.Lang, v *publish.View, mission string) error {
	is, err := goquery.NewDocumentFromReader(bytes.NewReader(html))
	if err != nil {
		return fmt.Errorf("reading the page: %w", err)
	}
	made, err := conductFigures(lang, v, mission)
	if err != nil {
		return err
	}
	should, err := goquery.NewDocumentFromReader(bytes.NewReader(made))
	if err != nil {
		return err
	}
	return differ(figuresOf(is), figuresOf(should))
}

// conductFigures are the parts of the page that hold figures.
func conductFigures(lang locale.Lang, v *publish.View, mission string) ([]byte, error) {
	q := &request{lang: lang, words: publish.In(lang), view: v}
	body, err := newConductBody(q, v, mission)
	if err != nil || body.Edition == 0 {
		return nil, err
	}
	var b bytes.Buffer
	for _, part := range []string{"conduct-tables", "conduct-editions"} {
		if err := templates()["conduct"].ExecuteTemplate(&b, part, dict("Page", &page{request: q, Body: body}, "Of", body)); err != nil {
			return nil, fmt.Errorf("making the tables of %s anew: %w", mission, err)
		}
	}
	return b.Bytes(), nil
}

// figure is a number of a page, or what names some: where it is, and what it shows.
type figure struct{ table, name, shows string }

// String says where it is.
func (f *figure) String() string {
	if f.name == "" {
		return fmt.Sprintf("the table %q", f.table)
	}
	return fmt.Sprintf("the table %q, %s,", f.table, f.name)
}

// figuresOf are the figures of a page in its order. Public cases are no figures.
func figuresOf(page *goquery.Document) (list []figure) {
	page.Find("th, td, section li, svg g, svg text").Each(func(_ int, e *goquery.Selection) {
		section := e.Closest("section").AttrOr("id", "")
		if section == "cases" {
			return
		}
		f := figure{table: section, shows: text(e)}
		switch goquery.NodeName(e) {
		case "td":
			f.name = text(e.SiblingsFiltered("th")) + ", " + e.AttrOr("data-label", "")
		case "th":
			f.name = "a heading"
		case "li":
			f.name = "an edition"
			if e.ParentsFiltered("li").Length() > 0 {
				f.name = "a number that was revised"
			}
		default:
			f.name = "the chart"
			bar := e.Find("rect")
			for _, attribute := range []string{"x", "y", "width", "height"} {
				f.shows += " " + bar.AttrOr(attribute, e.AttrOr(attribute, ""))
			}
			f.shows = strings.TrimSpace(f.shows)
		}
		list = append(list, f)
	})
	return list
}

// text is what an element says, its white space as a reader sees it.
func text(e *goquery.Selection) string { return strings.Join(strings.Fields(e.Text()), " ") }

// differ names the first figure that is not what it should be.
func differ(is, should []figure) error {
	for i, f := range should {
		switch {
		case i >= len(is):
			return fmt.Errorf("%s shows %q by the ledger, and the page does not have it", &f, f.shows)
		case is[i].table != f.table || is[i].name != f.name:
			return fmt.Errorf("where the page shows %q in %s the ledger has %q in %s", is[i].shows, &is[i], f.shows, &f)
		case is[i] != f:
			return fmt.Errorf("%s shows %q, and the ledger says %q", &f, is[i].shows, f.shows)
		}
	}
	if extra := len(should); extra < len(is) {
		return fmt.Errorf("%s shows %q, and the ledger has no such figure", &is[extra], is[extra].shows)
	}
	return nil
}
