package capture

import (
	"bytes"
	"net/url"
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// needing are the elements of a page that make a browser load something, and by which
// attribute.
var needing = []struct{ selector, attribute string }{
	{"img[src], script[src], iframe[src], frame[src], audio[src], video[src], source[src], track[src], embed[src], input[type=image][src]", "src"},
	{"video[poster]", "poster"},
	{"object[data]", "data"},
	{"link[href][rel~=stylesheet], link[href][rel~=icon], link[href][rel~=preload]", "href"},
	{"image[href], use[href]", "href"},
}

// needed are the addresses that a page needs, each once, as it names them.
func needed(at *url.URL, a *answer) []*url.URL {
	switch {
	case a.css():
		return styleNeeds(at, a.body)
	case !a.is("text/html") && !a.is("application/xhtml"):
		return nil
	}
	page, err := goquery.NewDocumentFromReader(bytes.NewReader(a.body))
	if err != nil {
		return nil // the bytes are kept; nothing can be told of what they need
	}
	if base, ok := page.Find("base[href]").First().Attr("href"); ok {
		if u, err := at.Parse(base); err == nil {
			at = u
		}
	}
	var list []*url.URL
	for _, n := range needing {
		page.Find(n.selector).Each(func(_ int, e *goquery.Selection) { list = add(list, at, e.AttrOr(n.attribute, "")) })
	}
	page.Find("[srcset], [imagesrcset]").Each(func(_ int, e *goquery.Selection) {
		for _, one := range strings.Split(e.AttrOr("srcset", e.AttrOr("imagesrcset", "")), ",") {
			if f := strings.Fields(one); len(f) > 0 {
				list = add(list, at, f[0])
			}
		}
	})
	page.Find("style").Each(func(_ int, e *goquery.Selection) { list = append(list, styleNeeds(at, []byte(e.Text()))...) })
	page.Find("[style]").Each(func(_ int, e *goquery.Selection) {
		list = append(list, styleNeeds(at, []byte(e.AttrOr("style", "")))...)
	})
	return list
}

// add adds an address that can be captured.
func add(list []*url.URL, at *url.URL, s string) []*url.URL {
	u, err := at.Parse(strings.TrimSpace(s))
	if s == "" || err != nil {
		return list
	}
	if u, err = Address(u.String()); err != nil {
		return list // data:, javascript: and the like
	}
	return append(list, u)
}

// styled is what a style sheet loads.
var styled = regexp.MustCompile(`(?i)url\(\s*["']?([^"')]+)["']?\s*\)|@import\s+["']([^"']+)["']`)

// styleNeeds are the addresses that a style sheet needs.
func styleNeeds(at *url.URL, css []byte) (list []*url.URL) {
	for _, m := range styled.FindAllSubmatch(css, -1) {
		list = add(list, at, string(m[1])+string(m[2]))
	}
	return list
}
