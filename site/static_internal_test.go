package site

import (
	"slices"
	"testing"
)

// Given a page, when it is written for a place without a server, then each of
// our addresses becomes the way from its file, whatever stands around it, and
// words that only look like one are left alone.
func TestFromPage(t *testing.T) {
	const name = "ht/missions/mss/index.html"
	for _, c := range []struct {
		in, out string
		links   []string
	}{
		{`<a href="/ht/missions/mss/money">`, `<a href="money/index.html">`, []string{"/ht/missions/mss/money"}},
		{`<a class="x" href="/ht/">Temwen</a> <img src="/assets/icon.svg">`, `<a class="x" href="../../index.html">Temwen</a> <img src="../../../assets/icon.svg">`, []string{"/ht/", "/assets/icon.svg"}},
		{`<a href="/ht/record#verify">`, `<a href="../../record/index.html#verify">`, []string{"/ht/record"}},
		{`<a href="/ht/a&#43;b?x=1&amp;y=2">`, `<a href="../../a+b/index.html">`, []string{"/ht/a+b?x=1&y=2"}},
		{`<a href="https://example.org/x">`, `<a href="https://example.org/x">`, nil},
		{`<form action="/ht/search"><p title="/x">a="/b</p>`, `<form action="/ht/search"><p title="/x">a="/b</p>`, nil},
		{`<a href="/never-ends`, `<a href="/never-ends`, nil},
		{``, ``, nil},
	} {
		out, links := fromPage(name, []byte(c.in))
		if string(out) != c.out || !slices.Equal(links, c.links) {
			t.Errorf("%s becomes %s with links %q,\nwant %s with %q", c.in, out, links, c.out, c.links)
		}
	}
}
