package site

import (
	"net/http"

	"temwen/locale"
)

// chooseLanguage sends a reader of the bare address to the front page in a
// language that their browser asks for; without a server, they choose.
func (s *Site) chooseLanguage(w http.ResponseWriter, r *http.Request) {
	if s.options.Static {
		s.page(func(*request) (*page, error) {
			return &page{Template: "languages", Title: "Temwen"}, nil
		}).ServeHTTP(w, r)
		return
	}
	w.Header().Set("Vary", "Accept-Language")
	w.Header().Set("Cache-Control", "no-cache")
	http.Redirect(w, r, "/"+string(locale.Match(r.Header.Get("Accept-Language")))+"/", http.StatusFound)
}
