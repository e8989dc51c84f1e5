package desk

import (
	"html/template"
	"net/http"
	"net/url"
)

// pdfPath is where the frame is that draws PDFs (web/desk/pdf.ts). It is nobody's page: it has no words,
// and no need of a session.
const pdfPath = "/pdf"

// pdfFrame is the whole of it.
var pdfFrame = template.Must(template.New("pdf").Funcs(functions).Parse(`<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>PDF</title>
<script type="module" src="{{asset "pdf.js"}}" integrity="{{integrity "pdf.js"}}"></script>
</html>
`))

// pdfPolicy is the content security policy of the frame: its one script and nothing else, no network of any kind,
// no origin, wherever it is opened.
func pdfPolicy(origin *url.URL) string {
	return "default-src 'none'; script-src " + origin.String() + assets.Href("pdf.js") + "; sandbox allow-scripts; webrtc 'block'; form-action 'none'; base-uri 'none'; " +
		"frame-ancestors " + origin.String() + "; require-trusted-types-for 'script'; trusted-types 'none'"
}

// pdf serves the frame.
func (d *Desk) pdf(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", pdfPolicy(d.origin))
	h.Set("Permissions-Policy", "geolocation=(), camera=(), microphone=()")
	h.Set("X-DNS-Prefetch-Control", "off")
	h.Set("Content-Type", "text/html; charset=utf-8")
	_ = pdfFrame.Execute(w, nil) // the reader has gone; there is nobody to tell
}

// pdfScript serves the script of the frame, which has no origin and would be refused it otherwise.
func pdfScript(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	assets.ServeHTTP(w, r)
}

// PDF is the address of the frame.
func (p *page) PDF() string { return pdfPath }
