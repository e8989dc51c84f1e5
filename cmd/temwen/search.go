package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"temwen/dossier"
	"temwen/locale"
	"temwen/publish"
	"temwen/search"
	"temwen/store"
	"temwen/when"
)

// searchCmd is temwen search.
type searchCmd struct {
	Words []string `arg:"" help:"What to look for, in any of the four languages."`
	Kind  string   `placeholder:"KIND" help:"Only results of this kind: ${kinds}."`
	Page  int      `default:"1" placeholder:"N" help:"The page of results; 1 where absent."`
	asOf
	storeDir
	output
}

// Help teaches with examples.
func (searchCmd) Help() string {
	return `Facts, sources and provisions by their words, the best first. Accents and capitals do not
matter, typing errors are forgiven, and the beginning of a word is enough.

  temwen search nine-month review
  temwen search "règles d'engagement" --lang fr
  temwen search revizyon --lang ht --as-of 2024-06-26
  temwen search claims commission --kind obligations --dir /var/lib/temwen

Where each result is on record:

  temwen search 300 million --format json | jq -r '.hits[] | "\(.kind)/\(.id)"'`
}

// Validate is asked by kong before a command runs.
func (c searchCmd) Validate() error {
	if c.Kind != "" && !slices.Contains(search.Kinds, c.Kind) {
		return fmt.Errorf("--kind: there are no results of the kind %q; choose one of %s", c.Kind, strings.Join(search.Kinds, ", "))
	}
	if c.Page < 1 {
		return errors.New("--page: pages are counted from 1")
	}
	return c.storeDir.Validate()
}

// Run prints what was found.
func (c *searchCmd) Run(p *program) error {
	e, file, err := c.edition(p)
	if err != nil {
		return err
	}
	if len(e.Dossiers) == 0 {
		return c.empty()
	}
	x, err := search.Ready(p.ctx, file, e)
	if err != nil {
		return err
	}
	defer func() { _ = x.Close() }() // it was only read
	at := c.in(p, e.Dossiers[0].Info.TimeZone)
	a, err := x.Search(p.ctx, search.Query{
		Words: strings.Join(c.Words, " "), Known: at.Known, Lang: c.Lang, Kind: c.Kind, Page: c.Page,
	})
	if err != nil {
		return err
	}
	if a.Page > max(a.Pages, 1) {
		return fmt.Errorf("there is no page %d: the results have %d", a.Page, a.Pages)
	}
	return c.print(p, a, func(l locale.Lang) *publish.Sheet { return searchSheet(a, at, e.Dossiers, publish.In(l)) })
}

// edition is what is searched, and the file in which a server may keep the
// index of it.
func (c *searchCmd) edition(p *program) (e search.Edition, file string, err error) {
	if c.Dir == "" || c.Edition != 0 {
		e.Dossiers, err = c.dossiers(p)
		return e, "", err
	}
	r, err := store.OpenReader(p.ctx, c.Dir)
	if err != nil {
		return e, "", err
	}
	e, err = latest(p.ctx, r)
	return e, r.IndexFile(), errors.Join(err, r.Close())
}

// latest is the latest edition of a store.
func latest(ctx context.Context, r *store.Reader) (e search.Edition, err error) {
	if e.Number, err = r.Edition(ctx); err != nil {
		return e, err
	}
	checkpoint, err := r.Checkpoint(ctx)
	if err != nil {
		return e, err
	}
	e.Stamp = search.Stamp(r.Key(), e.Number, checkpoint)
	e.Dossiers, err = r.Dossiers(ctx, e.Number)
	return e, err
}

// searchSheet is an answer on paper.
func searchSheet(a *search.Answer, at publish.AsOf, dossiers []*dossier.Dossier, w publish.Words) *publish.Sheet {
	s := &publish.Sheet{Title: w.Say("search.title"), Lead: append([]string{w.AsOf(at)}, found(a, w)...)}
	for i := range a.Hits {
		h := &a.Hits[i]
		about := []string{w.Say("site.kind." + h.Kind), h.Kind + "/" + h.ID}
		for _, d := range dossiers {
			if m := d.Mission(h.Mission); m != nil && d.Info.ID == h.Dossier {
				about = slices.Insert(about, 1, m.Short)
			}
		}
		if h.Known != when.Earliest {
			about = append(about, w.Say("search.known", "day", h.Known))
		}
		n := (a.Page-1)*search.DefaultSize + i + 1
		section := publish.Section{Heading: fmt.Sprintf("%d. %s", n, h.Title), Lines: []string{strings.Join(about, " · ")}}
		if text := h.Snippet.String(); text != "" {
			section.Lines = append(section.Lines, text)
		}
		s.Sections = append(s.Sections, section)
	}
	return s
}

// found says how much was found, and how the words were understood.
func found(a *search.Answer, w publish.Words) []string {
	var lines []string
	say := func(key string, args ...any) { lines = append(lines, w.Say(key, args...)) }
	switch {
	case a.Words == 0:
		say("search.no-words")
	case a.Total == 0 && len(a.Kinds) > 0:
		say("search.none.kind")
	case a.Total == 0:
		say("search.none")
	case a.More:
		say("search.count.more", "n", a.Total)
	default:
		say("search.count", "n", a.Total)
	}
	if a.Whole < a.Total {
		say("search.whole", "n", a.Whole)
	}
	for _, t := range a.Taken {
		say("search.taken", "typed", t.Typed, "taken", t.As)
	}
	if len(a.Missing) > 0 {
		say("search.missing", "words", a.Missing)
	}
	if a.Meant != "" {
		lines = append(lines, w.Say("search.meant")+" "+a.Meant)
	}
	if len(a.Near) > 0 {
		lines = append(lines, w.Say("search.near")+" "+strings.Join(a.Near, ", "))
	}
	if a.Cut {
		say("search.cut", "n", search.MaxWords)
	}
	if a.Pages > 1 {
		say("search.page", "n", a.Page, "of", a.Pages)
	}
	return lines
}
