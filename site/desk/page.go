package desk

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"temwen/locale"
	"temwen/office"
	"temwen/site/asset"
	"temwen/when"
)

//go:embed templates assets
var files embed.FS

var assets = asset.Load(files, "assets")

// Files are the SHA-256, in hexadecimal, of all that a page has a browser load, by
// address: what the operator notes in the ledger.
func Files() map[string]string { return assets.Sums() }

// templates are the pages, each together with the frame.
var templates = sync.OnceValue(func() map[string]*template.Template {
	pages, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		panic(err)
	}
	set := make(map[string]*template.Template)
	for _, file := range pages {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if name == "page" || name == "parts" || name == "case-parts" {
			continue
		}
		set[name] = template.Must(template.New(name).Funcs(functions).ParseFS(files, "templates/page.html", "templates/parts.html", "templates/case-parts.html", file))
	}
	return set
})

// functions are what templates may call.
var functions = template.FuncMap{
	"asset":       assets.Href,
	"integrity":   assets.Integrity,
	"fingerprint": fingerprint,
	"dict":        dict,
}

// page is one page: which template shows what.
type page struct {
	*visit
	Template string // file in templates, without .html
	Title    string
	Nav      string // the part of the menu it belongs to
	Status   int    // 0 for 200
	Body     any    // the template's own structure
}

// errorBody is what an error page says.
type errorBody struct{ Title, Do string }

// show writes a page.
func (v *visit) show(p *page) {
	var b bytes.Buffer
	b.Grow(64 << 10) // as most pages have
	if err := templates()[p.Template].ExecuteTemplate(&b, "page.html", p); err != nil {
		v.desk.options.Log.Error("showing a page", "template", p.Template, "error", err)
		http.Error(v.w, v.words.Say("desk.error.server"), http.StatusInternalServerError)
		return
	}
	h := v.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(v.lang))
	if p.Status != 0 {
		v.w.WriteHeader(p.Status)
	}
	_, _ = v.w.Write(b.Bytes()) // the reader has gone; there is nobody to tell
}

// Lang is the language of the page.
func (p *page) Lang() locale.Lang { return p.lang }

// T says a message of the catalogue.
func (p *page) T(key string, args ...any) string { return p.words.Say(key, args...) }

// Colon stands between a label and what it names, in the punctuation of the page's language.
func (p *page) Colon() string { return p.words.Say("joined.label", "label", "", "words", "") }

// Semicolon stands between two things that are said of one, likewise.
func (p *page) Semicolon() string { return p.words.Say("joined.also", "first", "", "second", "") }

// Has reports whether the catalogue has a message.
func (p *page) Has(key string) bool { return p.words.Has(key) }

// Go is an address of the desk in the page's language.
func (p *page) Go(parts ...string) string { return p.href(parts...) }

// Demo reports whether everything is invented.
func (p *page) Demo() bool { return p.desk.options.Demo }

// Officer is who is signed in, or nil.
func (p *page) Officer() *office.Officer { return p.officer }

// Ready reports whether they may work.
func (p *page) Ready() bool { return p.officer != nil && p.ready() }

// OfficeID is the ID of the office.
func (p *page) OfficeID() string {
	if err := p.look(); err != nil {
		return ""
	}
	return p.state.ID
}

// Token is what a form of the session brings along.
func (p *page) Token() string {
	if p.officer == nil {
		return ""
	}
	return p.desk.token(p.Context())
}

// Done says what was done before this page, once.
func (p *page) Done() string {
	if code := p.desk.sessions.PopString(p.Context(), keyDone); code != "" {
		return p.T("desk.done." + code)
	}
	return ""
}

// Lock is after how many seconds without use a tab forgets its keys.
func (p *page) Lock() int { return int(p.desk.options.Lock / time.Second) }

// Wraps is how many of the office's keys this officer can open.
func (p *page) Wraps() int {
	n := 0
	for _, e := range p.state.Epochs {
		if _, ok := e.Wraps[p.officer.ID]; ok && p.state.Opens(p.officer) {
			n++
		}
	}
	return n
}

// Keyed reports whether the page has a use for the officer's key: not where their
// role opens nothing, but for the page on which they change it.
func (p *page) Keyed() bool {
	return p.officer != nil && (!p.ready() || p.state.Opens(p.officer) || p.Nav == "me")
}

// Day writes a time as its day at the place of the office.
func (p *page) Day(t time.Time) string { return p.words.Day(when.Today(p.there(t))) }

// there is a time as a clock at the place of the office shows it.
func (p *page) there(t time.Time) time.Time { return t.In(p.desk.options.Now().Location()) }

// DayOf writes a day given as YYYY-MM-DD.
func (p *page) DayOf(s string) string {
	d, err := when.ParseDay(s)
	if err != nil {
		return s
	}
	return p.words.Day(d)
}

// Time writes the time of a day at the place of the office, and which zone's it is.
func (p *page) Time(t time.Time) string { return p.Day(t) + ", " + p.there(t).Format("15:04 MST") }

// Name is an officer's name.
func (p *page) Name(id string) string {
	if id == office.Operator {
		return p.T("desk.operator")
	}
	if err := p.look(); err == nil {
		if o := p.state.Officer(id); o != nil {
			return o.Name
		}
	}
	return id
}

// language is one entry of the choice of languages.
type language struct {
	Code, Name, Href string
	Current          bool
}

// Languages are this page in each language.
func (p *page) Languages() []language {
	var list []language
	first, rest, _ := strings.Cut(strings.TrimPrefix(p.URL.EscapedPath(), "/"), "/")
	if first != string(p.lang) || p.Method != http.MethodGet {
		rest = ""
	}
	for _, l := range locale.Langs {
		href := "/" + string(l) + "/" + rest
		if p.URL.RawQuery != "" && rest != "" {
			href += "?" + p.URL.RawQuery
		}
		list = append(list, language{string(l), l.Endonym(), href, l == p.lang})
	}
	return list
}

// fingerprint is a recipient for people to compare: the first 16 hexadecimal
// digits of its SHA-256, in groups of four.
func fingerprint(recipient string) string {
	sum := sha256.Sum256([]byte(recipient))
	s := hex.EncodeToString(sum[:8])
	return s[0:4] + " " + s[4:8] + " " + s[8:12] + " " + s[12:16]
}

// dict hands several named values to a template.
func dict(pairs ...any) map[string]any {
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1]
	}
	return m
}
