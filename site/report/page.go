package report

import (
	"bytes"
	"cmp"
	"errors"
	"html"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"temwen/locale"
	"temwen/seal"
)

// visit is one request for a page: its language and what was typed, if anything.
type visit struct {
	*http.Request
	w     http.ResponseWriter
	site  *Site
	lang  locale.Lang
	named bool // the address names the language
	words *locale.Catalogue
	typed []*form // what was read, to be overwritten when the answer is written
}

// page is one page: which template shows what. A page that answers with what
// somebody typed, or was sent, is private.
type page struct {
	*visit
	*form           // what was typed, where the page has a form; never nil while it is shown
	Template string // file in templates, without .html
	Status   int    // 0 for 200
	Scripted string // the script of the page, without .js; the quick exit's where empty
	Listens  bool   // may use the microphone
	Private  bool   // is written to the connection past every buffer that others will use
	Key      Key    // of the office
	Path     seal.Path
	Token    string // digits of the code that a form sent without a script will have
	Body     any    // the template's own structure

	redirect string // address of the page to go to instead
	problems []problem
	inPart   bool // what is made now is only for a script
}

// problem is what is wrong with a form, in words.
type problem struct{ Field, Words string }

// pageFunc makes a page, or says why it cannot.
type pageFunc func(*visit) (*page, error)

// page is the handler of a page: it makes the page and shows it or the error, in
// one place for all.
func (s *Site) page(make pageFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{Request: r, w: w, site: s, lang: locale.Match(r.Header.Get("Accept-Language"))}
		first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		for _, l := range locale.Langs {
			if string(l) == first {
				v.lang, v.named = l, true
			}
		}
		v.words = locale.In(v.lang)
		defer func() {
			for _, f := range v.typed {
				f.wipe()
			}
		}()
		p, err := make(v)
		if err == nil && p != nil && p.Key.Recipient == "" && p.redirect == "" && p.Template != "calendar" {
			p.Key, err = s.office.Key(r.Context())
		}
		if err != nil {
			p = s.errorPage(err)
		}
		if p == nil { // the answer was something else than a page
			return
		}
		p.visit = v
		s.show(p)
	})
}

// privatePage is room for a page that holds a code or the office's answers, in bytes.
const privatePage = 256 << 10

// show writes a page.
func (s *Site) show(p *page) {
	h := p.w.Header()
	if p.redirect != "" {
		h.Set("Location", p.redirect)
		p.w.WriteHeader(http.StatusSeeOther)
		return
	}
	if p.form == nil {
		p.form = new(form)
	}
	var b bytes.Buffer
	if p.Private {
		b.Grow(privatePage) // so that no copy stays behind when it grows
	}
	name := cmp.Or(map[string]string{"calendar": "calendar.html"}[p.Template], "page.html")
	if err := templates()[p.Template].ExecuteTemplate(&b, name, p); err != nil {
		s.options.Log.Error("showing a page", "template", p.Template, "error", err)
		http.Error(p.w, p.words.Say("site.error.server"), http.StatusInternalServerError)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(p.lang))
	if p.Listens {
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(self)")
	}
	status := cmp.Or(p.Status, http.StatusOK)
	if p.Private {
		whole := p.form.fill(b.Bytes())
		clear(b.Bytes())
		answerPrivately(p.w, status, whole)
		return
	}
	h.Add("Vary", "Accept-Encoding")
	body := b.Bytes()
	if strings.Contains(p.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = pack(body)
	}
	p.w.WriteHeader(status)
	_, _ = p.w.Write(body) // the visitor has gone; there is nobody to tell
}

var errNoPage = errors.New("no such page")

// errorBody is what an error page says.
type errorBody struct{ Words, Do string }

// errorPage says what is wrong and what to do.
func (s *Site) errorPage(err error) *page {
	key, status := "server", http.StatusInternalServerError
	switch code := codeOf(err); {
	case errors.Is(err, errNoPage), code == "unknown":
		key, status = "no-page", http.StatusNotFound
	case errors.Is(err, errCut), code == "malformed", code == "too-large":
		key, status = "cut", http.StatusBadRequest
	case code != "":
		status = statuses[code]
	default:
		s.options.Log.Error("making a page", "error", err)
	}
	return &page{Template: "error", Status: status, Body: errorBody{"report.error." + key, "report.error." + key + ".do"}}
}

// Lang is the language of the page.
func (p *page) Lang() locale.Lang { return p.lang }

// T says a message of the catalogue.
func (p *page) T(key string, args ...any) string { return p.words.Say(key, args...) }

// Text is words of the office's in the page's language, or the nearest they have.
func (p *page) Text(t locale.Text) string {
	words, _, _ := t.In(p.lang)
	return words
}

// Asset is the address of a file that the page loads.
func (p *page) Asset(name string) string { return assets.Href(name) }

// script is how a page loads its script.
type script struct{ Href, Integrity string }

// Script is the script of the page, or nil where there is none.
func (p *page) Script() *script {
	name := cmp.Or(p.Scripted, "exit") + ".js"
	if assets.Href(name) == "" {
		return nil
	}
	return &script{assets.Href(name), assets.Integrity(name)}
}

// Months are the names of the months for a script that writes days, parted by |.
func (p *page) Months() string {
	if p.Scripted == "" {
		return ""
	}
	names := make([]string, 12)
	for i := range names {
		names[i] = p.T("month." + strconv.Itoa(i+1))
	}
	return strings.Join(names, "|")
}

// Home is the address of the entrance.
func (p *page) Home() string { return "/" + string(p.lang) + "/" }

// Page is the address of the page of a number.
func (p *page) Page(n int) string { return p.Home() + strconv.Itoa(n) }

// Self is the page's own address, for forms.
func (p *page) Self() string { return p.URL.EscapedPath() }

// Kept is where somebody says that they kept their code.
func (p *page) Kept() string { return p.Home() + "kept" }

// Neutral is the address of the page that says nothing of what this is.
func (p *page) Neutral() string { return p.Home() + "calendar" }

// Away is where the quick exit leads.
func (p *page) Away() string { return cmp.Or(p.site.options.Away, p.Neutral()) }

// Invented reports that all of it is made up.
func (p *page) Invented() bool { return p.site.options.Invented }

// OfficeName is the name of the office.
func (p *page) OfficeName() string { return p.Text(p.Key.Name) }

// Problems are what is wrong with the form, in words.
func (p *page) Problems() []problem { return p.problems }

// Problem is what is wrong with a field, in words.
func (p *page) Problem(field string) string {
	for _, f := range p.problems {
		if f.Field == field {
			return f.Words
		}
	}
	return ""
}

// wrong notes what is wrong with a field, or with the whole where that is empty.
func (p *page) wrong(field, words string) {
	p.problems = append(p.problems, problem{field, words})
}

// language is one entry of the choice of languages.
type language struct {
	Code, Name, Href string
	Current          bool
}

// Languages are this page in each language. A page that answers a form has none:
// what was typed would be gone.
func (p *page) Languages() []language {
	if p.Method == http.MethodPost {
		return nil
	}
	_, rest, _ := strings.Cut(strings.TrimPrefix(p.URL.EscapedPath(), "/"), "/")
	if !p.named || p.Template == "error" {
		rest = ""
	}
	var list []language
	for _, l := range locale.Langs {
		name, _, _ := strings.Cut(l.Endonym(), " ")
		list = append(list, language{string(l), name, "/" + string(l) + "/" + rest, l == p.lang})
	}
	return list
}

// slotNames are the arguments that a script fills in; see web/report/main.ts.
var slotNames = []string{
	"percent", "n", "name", "day", "have", "missing", "group", "other", "of", "since", "by", "count", "size",
	"d", "month", "y", "taken", "place", "camera",
}

// Slots is a message of the catalogue whose arguments are left for a script to
// fill in.
func (p *page) Slots(key string) template.HTML {
	args := make([]any, 0, 2*len(slotNames))
	pairs := make([]string, 0, 2*len(slotNames))
	for _, name := range slotNames {
		mark := "\x00" + name + "\x00"
		args = append(args, name, mark)
		pairs = append(pairs, html.EscapeString(mark), `<span data-slot="`+name+`"></span>`)
	}
	return template.HTML(strings.NewReplacer(pairs...).Replace(html.EscapeString(p.T(key, args...))))
}

// Slips reports that printing the page prints the slip with the code alone.
func (p *page) Slips() bool { return p.Template == "form" || p.Template == "code" }
