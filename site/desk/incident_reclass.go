package desk

import (
	"strconv"
	"strings"

	"temwen/casework"
)

// reclassForm is the form by which an incident is classed anew.
type reclassForm struct {
	ID      string
	Number  int
	Seen    uint64
	Was, Is string // versions of the vocabulary
	Faults  []string
	Fates   []fate

	WasActs, WasCirc    string
	Acts, Circumstances []option
	Harm                []reclassRow
	Allegations         []reclassRow
	Grounds             []option
}

// fate is what became of a word, and where that is decided.
type fate struct {
	Words   string
	Changes []fateChange
}

type fateChange struct {
	Why     text
	Decided string
}

// reclassRow is something whose one word is chosen.
type reclassRow struct {
	N     int
	ID    string // of an allegation
	Label string
	Words []option
}

func (w *work) reclassPage() error { return w.showReclass(nil) }

func (w *work) reclass() error {
	r := casework.Reclassing{
		Incident: w.PathValue("incident"), Terms: w.form.Get("terms"), Acts: w.form["acts"], Circumstances: w.form["circumstances"],
		Harms: w.form["harm-kind"], Allegations: make(map[string]string), Ground: w.form.Get("ground"),
	}
	for n, id := range w.form["allegation"] {
		r.Allegations[id] = nth(w.form["allegation-act"], n)
	}
	var err error
	if r.Seen, err = w.seen(); err != nil {
		return err
	}
	if err = w.cases.Reclass(w.Context(), w.officer.ID, r); err == nil {
		w.done("incident-reclassed")
		return w.next(w.href("incidents", r.Incident))
	}
	if flaws := flawsOf(err); flaws != nil {
		return w.showReclass(flaws)
	}
	return err
}

// showReclass shows the form, with what is wrong in it. Where the vocabulary says that a
// word became one other, that is chosen; where it became several, the officer chooses.
func (w *work) showReclass(flaws []casework.Flaw) error {
	i, err := w.cases.Incident(w.Context(), w.PathValue("incident"))
	if err != nil {
		return err
	}
	allegations, err := w.cases.Allegations(w.Context(), i.ID, "")
	if err != nil {
		return err
	}
	v := casework.OwnTerms()
	is := v.Newest()
	if i.Terms == is.Version {
		return &casework.Refused{Code: casework.CodeTwice}
	}
	b := &reclassForm{ID: i.ID, Number: i.Number, Seen: i.Changed, Was: i.Terms, Is: is.Version, Faults: w.faults(flaws, i)}
	for _, f := range i.Fates(v, is.Version, allegations) {
		b.Fates = append(b.Fates, w.fate(v, i.Terms, is.Version, f))
	}
	chosen := func(kind string, codes ...string) (list []string) {
		if field := map[string]string{"acts": "acts", "circumstances": "circumstances"}[kind]; w.form.Has("terms") && field != "" {
			return w.form[field]
		}
		for _, c := range codes {
			if became := v.Became(kind, c, i.Terms, is.Version); len(became) == 1 {
				list = append(list, became[0])
			}
		}
		return list
	}
	b.WasActs, b.WasCirc = w.wordsOf(i.Terms, "acts", i.Acts), w.wordsOf(i.Terms, "circumstances", i.Circumstances)
	b.Acts = w.termed(is, "acts", chosen("acts", i.Acts...)...)
	b.Circumstances = w.termed(is, "circumstances", chosen("circumstances", i.Circumstances...)...)
	one := func(field string, n int, kind, code, from string) []option {
		word := ""
		if became := v.Became(kind, code, from, is.Version); len(became) == 1 {
			word = became[0]
		}
		return w.termed(is, kind, w.typed(field, n, word))
	}
	for n, h := range i.Harm {
		b.Harm = append(b.Harm, reclassRow{n + 1, "", w.harm(i.Terms, h), one("harm-kind", n, "harms", h.Kind, i.Terms)})
	}
	for n, a := range allegations {
		row := w.allegationRow(a)
		label := w.said.Label(w.words.Say("case.allegation.title", "number", strconv.Itoa(a.Number)), row.Act.Words)
		b.Allegations = append(b.Allegations, reclassRow{n + 1, a.ID, label, one("allegation-act", n, "acts", a.Act, a.Terms)})
	}
	b.Grounds = w.worded("case.reclass.ground.", casework.ReclassGrounds, w.form.Get("ground"))
	title, status := w.words.Say("case.reclass.title", "number", strconv.Itoa(i.Number)), 0
	if len(flaws) > 0 {
		status = statusBad
	}
	w.show(&page{visit: w.visit, Template: "case-incident-reclass", Nav: "incidents", Title: title, Status: status, Body: b})
	return nil
}

// fate says what became of a word of one version in another.
func (w *work) fate(v casework.Vocabulary, was, is string, f casework.Fate) fate {
	said := fate{Words: w.words.Say("case.reclass."+f.Word(), "word", w.term(was, f.Kind, f.Code).Words, "words", w.wordsOf(is, f.Kind, f.Became))}
	for _, c := range v.Says(f.Kind, f.Code, was, is) {
		said.Changes = append(said.Changes, fateChange{w.text(c.Why), w.words.Say("case.reclass.decided", "source", c.Source, "day", w.words.Day(c.On))})
	}
	return said
}

// wordsOf are the names of words of a version, one after the other.
func (w *work) wordsOf(version, kind string, codes []string) string {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = w.term(version, kind, c).Words
	}
	return strings.Join(names, ", ")
}
