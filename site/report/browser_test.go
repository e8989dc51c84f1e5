package report_test

import (
	"log/slog"
	"net/http/httptest"
	"testing"

	"temwen/site/report"
	"temwen/site/report/reporttest"
	"temwen/site/sitetest"
)

// The pages in a real browser, each test a file of its own.
func TestInChromium(t *testing.T) {
	b := sitetest.Start(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *sitetest.Browser)
	}{
		{"the story without a script", testStory},
		{"a first visit is light and stays at home", testWeight},
		{"every page suits everybody", testPages},
		{"pictures", testPictures},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, b) })
	}
}

// served is an office whose pages are served on loopback.
type served struct {
	*reporttest.Office
	home string
}

func serve(t *testing.T) served {
	t.Helper()
	return serveWith(t, func(*report.Options) {})
}

// serveWith serves an office with other options.
func serveWith(t *testing.T, change func(*report.Options)) served {
	t.Helper()
	o := reporttest.New(t)
	options := o.Options()
	change(&options)
	options.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	server := httptest.NewUnstartedServer(nil)
	server.Config = report.NewServer(report.New(o, options))
	server.Start()
	t.Cleanup(server.Close)
	return served{o, server.URL}
}

// People: somebody with an old phone whose browser has no script, one with a
// newer phone, and one at a desk at night.
var (
	oldPhone = sitetest.Reader{Width: 320, Phone: true, NoScript: true}
	newPhone = sitetest.Reader{Width: 360, Phone: true}
	desk     = sitetest.Reader{Width: 1200, Dark: true}
)
