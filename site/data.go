package site

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"temwen/dossier"
	"temwen/locale"
	"temwen/publish"
)

// openData is what programs and readers take away: the API, the files, the
// feeds and the calendars. It keeps what is dear to make.
type openData struct {
	editions editions
	packages keptLast[*publish.DataPackage]
	news     keptLast[[]publish.News]
}

// addOpenData puts it all on the site's mux.
func (s *Site) addOpenData() {
	s.open.packages.most, s.open.news.most = 3, 6
	newAPI(s)
	s.mux.Handle("GET /data/{dossier}/{file}", openly(http.HandlerFunc(s.dataFile)))
	s.addFeeds()
}

// keptLast keeps the last few things that were made, each of one dossier as of
// one moment. Things are made one at a time.
type keptLast[T any] struct {
	mu   sync.Mutex
	most int
	kept []madeAt[T] // oldest first
}

type madeAt[T any] struct {
	key  viewKey
	made T
}

func (k *keptLast[T]) of(d *dossier.Dossier, asOf publish.AsOf, make func() (T, error)) (T, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	key := viewKey{d.Info.ID, asOf}
	for _, m := range k.kept {
		if m.key == key {
			return m.made, nil
		}
	}
	made, err := make()
	if err != nil {
		return made, err
	}
	if len(k.kept) >= k.most {
		k.kept = slices.Delete(k.kept, 0, 1)
	}
	k.kept = append(k.kept, madeAt[T]{key, made})
	return made, nil
}

// dataPackage is the data package of a view.
func (s *Site) dataPackage(v *publish.View) (*publish.DataPackage, error) {
	return s.open.packages.of(v.Dossier, v.AsOf, v.DataPackage)
}

// dataFile serves one file of a data package.
func (s *Site) dataFile(w http.ResponseWriter, r *http.Request) {
	f, err := s.findFile(r)
	if err != nil {
		p, ok := err.(*Problem)
		if !ok {
			s.options.Log.Error("making open data", "error", err)
			p = problem(http.StatusInternalServerError, "The file could not be made. Try again later.")
		}
		writeProblem(w, p)
		return
	}
	w.Header().Set("Content-Type", f.Format.MediaType)
	w.Header().Set("ETag", `"`+f.SHA256[:16]+`"`)
	_, _ = w.Write(f.Bytes) // the reader has gone; there is nobody to tell
}

func (s *Site) findFile(r *http.Request) (*publish.DataFile, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || len(r.URL.RawQuery) > maxQuery {
		return nil, problem(http.StatusBadRequest, "The address cannot be read.")
	}
	for name, values := range query {
		if !slices.Contains([]string{"as_of", "known", "edition"}, name) || len(values) > 1 {
			return nil, problem(http.StatusBadRequest, "The parameters of a file are as_of, known and edition, each at most once.")
		}
	}
	m, err := s.moment(r.Context(), &Asked{AsOf: query.Get("as_of"), Known: query.Get("known"), Edition: wholeN(query.Get("edition"))})
	if err != nil {
		return nil, err
	}
	v, err := m.dossier(r.PathValue("dossier"))
	if err != nil {
		return nil, err
	}
	p, err := s.dataPackage(v)
	if err != nil {
		return nil, err
	}
	if f := p.File(r.PathValue("file")); f != nil {
		return f, nil
	}
	return nil, problem(http.StatusNotFound, "There is no such file. Those that there are stand in /data/"+v.Info.ID+"/"+publish.PackageFile+".")
}

// dataBody is the page of a dossier's open data.
type dataBody struct {
	*publish.DatasetLD
	Title    locale.Text
	Tables   []dataRow
	Entities fileLink
	Rules    []string
	Package  fileLink
	Licence  struct{ Name, Title, Address string }
	Feeds    []feedRow
	API      string // where its description is; empty where there is no server
}

// dataRow is one table with its files and columns.
type dataRow struct {
	Name, Title, Rule string
	Rows              string
	Files             []fileLink
	Columns           []dataColumn
}

type fileLink struct{ Format, Type, Href, Size string }

type dataColumn struct{ Name, Type, Means string }

// feedRow is a mission's feed and calendar.
type feedRow struct {
	Name           locale.Text
	Feed, Calendar string
}

// dossiersBody is the list of the dossiers with open data.
type dossiersBody struct{ Dossiers []dossierLink }

type dossierLink struct {
	Title, About locale.Text
	Href         string
}

// data lists the dossiers with open data.
func (s *Site) data(q *request) (*page, error) {
	body := &dossiersBody{}
	for _, d := range q.dossiers {
		body.Dossiers = append(body.Dossiers, dossierLink{d.Info.Title, d.Info.About, q.href("data", d.Info.ID)})
	}
	return &page{Template: "dossiers", Title: q.words.Say("data.title"), Nav: "data", Body: body}, nil
}

// dossierData shows the tables of a dossier with their files and rules.
func (s *Site) dossierData(q *request) (*page, error) {
	v, err := q.open()
	if err != nil {
		return nil, err
	}
	p, err := s.dataPackage(v)
	if err != nil {
		return nil, err
	}
	body := &dataBody{
		DatasetLD: p.DatasetLD(v, q.words, func(file string) string { return q.fromHere(dataHref(q, p, file)) }),
		Title:     v.Info.Title, Rules: publish.CountingRules(q.words), Licence: publish.DataLicence,
		Entities: newFileLink(q, p, publish.EntitiesFile), Package: newFileLink(q, p, publish.PackageFile),
	}
	if !s.options.Static {
		body.API = "/api/openapi.json"
	}
	for _, t := range p.Tables {
		body.Tables = append(body.Tables, newDataRow(q, p, t))
	}
	for _, m := range v.Missions {
		body.Feeds = append(body.Feeds, feedRow{
			m.Name, q.href("missions", m.ID, feedFile), q.href("missions", m.ID, calendarFile),
		})
	}
	return &page{
		Template: "data", Title: q.words.Say("data.title"), Nav: "data", Body: body,
		Crumbs: []crumb{{q.words.Say("data.title"), q.href("data")}},
	}, nil
}

func newDataRow(q *request, p *publish.DataPackage, t *publish.DataTable) dataRow {
	row := dataRow{Name: t.Name, Title: t.Title(q.words), Rule: t.Rule(q.words), Rows: q.words.Number(float64(len(t.Rows)))}
	for i := range p.Files {
		if p.Files[i].Table == t {
			row.Files = append(row.Files, newFileLink(q, p, p.Files[i].Name))
		}
	}
	for _, c := range t.Columns {
		kind := q.words.Say("data.type." + string(c.Type))
		if c.Unit != "" {
			kind = q.words.Say("data.type.unit", "type", kind, "unit", q.words.Say("data.unit."+c.Unit))
		}
		row.Columns = append(row.Columns, dataColumn{c.Name, kind, t.Describe(c, q.words)})
	}
	return row
}

// newFileLink is a link to a file of a package, with its size.
func newFileLink(q *request, p *publish.DataPackage, name string) fileLink {
	f := p.File(name)
	kb := float64(len(f.Bytes)) / 1000
	if kb = float64(int(kb*10+0.5)) / 10; kb >= 10 {
		kb = float64(int(kb + 0.5))
	}
	kind, _, _ := strings.Cut(f.Format.MediaType, ";")
	return fileLink{f.Format.Name, kind, dataHref(q, p, name), q.words.Say("data.size", "n", max(kb, 0.1))}
}

// dataHref is the address of a file as of the page's day.
func dataHref(q *request, p *publish.DataPackage, name string) string {
	return "/data/" + url.PathEscape(p.Dossier) + "/" + url.PathEscape(name) + q.days()
}

// fromHere is an address as something that leaves the page can use it: with the
// host, or, for a place without a server, as the way from the page.
func (q *request) fromHere(address string) string {
	if q.site.options.Static {
		return relative(fileOf(q.URL.Path), fileOf(address))
	}
	return q.origin() + address
}

// origin is the scheme and host under which the reader reached the site.
func (q *request) origin() string {
	scheme := "http"
	if secure(q.Request) {
		scheme = "https"
	}
	return fmt.Sprintf("%s://%s", scheme, q.Host)
}
