package main

import (
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/rogpeppe/go-internal/testscript"
)

// page: serves an invented page that needs a picture, and one that is not there; its
// address is $PAGE.
func servePage(ts *testscript.TestScript, _ bool, _ []string) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<title>Invented</title><img src="a.png"><img src="http://10.0.0.1/b.png">`)
	})
	mux.HandleFunc("GET /a.png", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "\x89PNG invented") })
	s := httptest.NewServer(mux)
	ts.Defer(s.Close)
	ts.Setenv("PAGE", s.URL+"/page")
}
