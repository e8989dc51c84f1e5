package publish

import (
	"cmp"
	"math"
	"slices"

	"temwen/dossier"
)

// publisher is what figures must share to be added up with each other: who
// gives them, whose they are, and in which tense and unit.
type publisher struct {
	saidBy, actor, unit string
	modality            dossier.Modality
}

// Reconciliations add up the figures of a mission that are on record: one for
// each publisher, actor, tense and unit of which some period is made up of
// others or some cut has a total. Those that differ come first; a page may show
// the rest as checked.
//
// A metric is a total, its categories a cut of it. Since the record need not
// hold every category, a cut counts as a division of its total only where it
// sums to it in some period. Left out are numbers that are no exact counts
// (ranges, "about", rates) and metrics that do not add up over time.
func (v *View) Reconciliations(mission string) []Reconciliation {
	groups := make(map[publisher]*onRecord)
	var order []*onRecord
	for _, f := range v.Figures {
		n, ok := v.countOf(f)
		if !ok || f.Mission != mission {
			continue
		}
		at := publisher{f.SaidBy, f.Actor, f.Unit, f.Modality}
		if groups[at] == nil {
			groups[at] = newOnRecord(at)
			order = append(order, groups[at])
		}
		groups[at].add(f, n)
	}
	list := []Reconciliation{}
	for _, o := range order {
		if r := Reconcile(&o.CountTable); r.Compared > 0 {
			v.describe(r, mission, o.figures)
			list = append(list, *r)
		}
	}
	slices.SortStableFunc(list, func(a, b Reconciliation) int {
		switch {
		case a.Differs == b.Differs:
			return 0
		case a.Differs:
			return -1
		}
		return 1
	})
	return list
}

// countOf is the exact count that a figure gives, if it gives one that adds up
// over time.
func (v *View) countOf(f *dossier.Figure) (n int64, ok bool) {
	lo, hi := Bounds(f.Amount)
	m := v.Metric(f.Metric)
	switch {
	case m == nil || m.Kind != "flow" && m.Kind != "count",
		lo != hi, lo < 0, lo > MaxCount, lo != math.Trunc(lo),
		f.Bound != "" || !f.Per.IsZero() || f.Milestone != "",
		f.AsOf.First().Open() || f.AsOf.Last().Open():
		return 0, false
	}
	return int64(lo), true
}

// onRecord is a table of figures on record.
type onRecord struct {
	CountTable
	figures []*dossier.Figure
	seen    map[CountRow]bool
}

func newOnRecord(at publisher) *onRecord {
	o := &onRecord{seen: make(map[CountRow]bool)}
	o.Measure, o.TotalCut, o.Totals, o.Proven = at.unit, totalName, make(map[string][]string), true
	return o
}

// add adds a figure as a row. The same number given twice is one figure.
func (o *onRecord) add(f *dossier.Figure, n int64) {
	row := CountRow{Period: f.AsOf.String(), Cut: o.TotalCut, Category: f.Metric, Count: n}
	if f.Category != "" {
		row.Cut, row.Category = f.Metric, f.Category
		o.Totals[f.Metric] = []string{f.Metric}
	}
	o.figures = append(o.figures, f)
	if !o.seen[row] {
		o.seen[row] = true
		row.Fact = "figures/" + f.ID
		o.Rows = append(o.Rows, row)
	}
}

// describe says whose figures they are, where they come from, and what the
// metrics are called.
func (v *View) describe(r *Reconciliation, mission string, figures []*dossier.Figure) {
	asOf, first := v.AsOf, v.figure(figures[0])
	r.Mission, r.SaidBy, r.Actor, r.Modality, r.AsOf = mission, first.SaidBy, first.Actor, first.Modality, &asOf
	r.Name = cmp.Or(figures[0].SaidBy, mission)
	metrics := make([]string, len(figures))
	for i, f := range figures {
		r.Sources = append(r.Sources, f.Sources...)
		metrics[i] = f.Metric
	}
	slices.Sort(r.Sources)
	slices.Sort(metrics)
	r.Sources = slices.Compact(r.Sources)
	for _, id := range slices.Compact(metrics) {
		r.Labels = append(r.Labels, NameLabel{id, v.Metric(id).Name})
	}
}
