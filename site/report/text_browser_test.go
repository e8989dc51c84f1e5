package report_test

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"temwen/locale"
	"temwen/site/sitetest"
)

// inText is a page as the text browser w3m shows it, 60 columns wide.
func inText(t *testing.T, html string) string {
	t.Helper()
	tool, err := exec.LookPath("w3m")
	if err != nil {
		sitetest.Missing(t, "w3m", "w3m")
	}
	cmd := exec.Command(tool, "-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8", "-cols", "60")
	cmd.Env = append(cmd.Environ(), "HOME="+t.TempDir(), "LC_ALL=C.UTF-8")
	cmd.Stdin = strings.NewReader(html)
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("w3m: %v", err)
	}
	return string(text)
}

// plain is what a page says, in one line.
func plain(text string) string { return strings.Join(strings.Fields(text), " ") }

// dense is text without any space: text browsers do not show all there are.
func dense(text string) string { return strings.Join(strings.Fields(text), "") }

// Given a text browser, then every page begins with the way to its content and
// the way out, has one heading, says what a person without a script must know
// before they write, and keeps to itself what is for scripts.
func TestInATextBrowser(t *testing.T) {
	s := serve(t)
	for _, lang := range locale.Langs {
		c := locale.In(lang)
		for _, address := range addresses(lang) {
			a := s.get(t, address)
			text := plain(inText(t, a.raw))
			if strings.HasSuffix(address, "/calendar") {
				continue
			}
			skip, exit := strings.Index(text, c.Say("site.skip")), strings.Index(text, c.Say("report.exit"))
			if skip != 0 || exit < skip || exit > 200 {
				t.Errorf("%s begins with %.200q", address, text)
			}
			if n := a.Find("h1").Length(); n != 1 {
				t.Errorf("%s has %d headings", address, n)
			}
			if arrived := c.Say("report.code.arrived"); strings.Contains(text, arrived) || strings.Contains(text, c.Say("report.scripted")) {
				t.Errorf("%s says what only a script may say: %s", address, text)
			}
			if form := regexp.MustCompile(`/[123]$`).MatchString(address); form {
				notice, question := strings.Index(dense(text), dense(c.Say("report.plain"))), strings.Index(dense(text), dense(c.Say("report.ask.what")))
				if notice < 0 || question < notice {
					t.Errorf("%s does not say, before one writes, where the message is locked", address)
				}
			}
		}
	}
	code := s.told(t, "They took my goats.")
	text := inText(t, s.post(t, "/en/4", fields("do", "open", "code", code)).raw)
	if !strings.Contains(plain(text), "Your message has arrived. Nobody has read it yet. Since 28 November 2026.") {
		t.Errorf("a thread reads\n%s", text)
	}
}
