package site_test

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"temwen/site/sitetest"
)

// inText is a page as the text browser w3m shows it, 100 columns wide.
func inText(t *testing.T, html string) string {
	t.Helper()
	tool, err := exec.LookPath("w3m")
	if err != nil {
		sitetest.Missing(t, "w3m", "w3m")
	}
	cmd := exec.Command(tool, "-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8", "-cols", "100")
	cmd.Env = append(cmd.Environ(), "HOME="+t.TempDir(), "LC_ALL=C.UTF-8")
	cmd.Stdin = strings.NewReader(html)
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("w3m: %v", err)
	}
	return string(text)
}

var (
	heading = regexp.MustCompile(`(?s)<h1[^>]*>(.*?)</h1>`)
	tags    = regexp.MustCompile(`<[^>]+>`)
	glued   = regexp.MustCompile(`\]\[\d|\p{L}\[\d{1,3}\]`) // references to sources without a space
)

// Given every type of page, when a text browser shows it, then the way to the
// content and the name of the record come first, then the heading, then the
// sources and the edition; references are told from numbers; and no key of the
// catalogue shows.
func TestInATextBrowser(t *testing.T) {
	h := open(t)
	for i, s := range pageTypes(t) {
		address := "/" + []string{"ht", "en", "fr", "es"}[i%4] + s.Address
		html := get(t, h, address).Body.String()
		text := inText(t, html)
		if !utf8.ValidString(text) {
			t.Errorf("%s: not UTF-8", address)
		}
		for _, bad := range []*regexp.Regexp{missing, glued} {
			if m := bad.FindString(text); m != "" {
				t.Errorf("%s shows %q", address, m)
			}
		}
		title := strings.Join(strings.Fields(tags.ReplaceAllString(heading.FindStringSubmatch(html)[1], "")), " ")
		inOrder(t, address, text, "Temwen", strings.Fields(title)[0])
	}
}

// inOrder holds that words come one after the other.
func inOrder(t *testing.T, address, text string, words ...string) {
	t.Helper()
	at := 0
	for _, w := range words {
		i := strings.Index(text[at:], w)
		if i < 0 {
			t.Errorf("%s: %q does not come in its place in:\n%.800s", address, w, text)
			return
		}
		at += i + len(w)
	}
}

// Given the pages that people come for, when a text browser shows them, then
// their tables are rows to be read: the status with its sign, what, who, since
// when, and the source.
func TestTablesInATextBrowser(t *testing.T) {
	h := open(t)
	for _, c := range []struct {
		address string
		words   []string // in this order
	}{
		{"/en/missions/mss", []string{"Skip to the content", "Temwen", "Multinational Security Support mission", "Authorisation", "Status", "What", "Who", "Due", "Source", "■", "overdue", "Contradictions", "Sources", "1. ", "Edition"}},
		{"/en/missions/mss/obligations/mss-review", []string{"Review of the authorisation after nine months", "■ overdue", "874 days overdue", "Who owes it", "UN Security Council [1]", "How this follows", "1. The event that counts", "What happened", "Sources", "1. "}},
		{"/en/missions/mss/money", []string{"Money", "What", "Number", "Tense", "As of", "Source", "US$240 million a year", "estimated", "April 2024", "[2]"}},
		{"/ht/missions/mss/documents", []string{"Dokiman", "Kiyès ki mande", "Rezilta", "san repons", "[1]", "Sous"}},
	} {
		inOrder(t, c.address, inText(t, get(t, h, c.address).Body.String()), c.words...)
	}
}
