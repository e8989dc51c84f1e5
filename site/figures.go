package site

import (
	"slices"

	"temwen/publish"
)

// figuresBody is the page of figures that do not add up.
type figuresBody struct {
	Reconciled     []reconciled
	Contradictions []publish.Contradiction
}

// reconciled is a set of figures compared with their own sums, on paper.
type reconciled struct {
	*publish.Sheet
	Sources []string
}

// figures shows published cuts against their totals, and numbers on one thing
// that cannot all be true. Those about money and people have their own pages.
func (s *Site) figures(q *request) (*page, error) {
	v, m, err := q.see()
	if err != nil {
		return nil, err
	}
	body := &figuresBody{}
	for _, r := range v.Reconciliations(m.ID) {
		if r.Differs {
			body.Reconciled = append(body.Reconciled, reconciled{r.Sheet(nil, q.lang), r.Sources})
		}
	}
	body.Contradictions = slices.DeleteFunc(v.Contradictions(m.ID), func(c publish.Contradiction) bool {
		metric := v.Metric(c.About)
		return c.Kind == "positions" || metric != nil && (metric.Topic == "money" || metric.Topic == "people")
	})
	return &page{Template: "figures", Title: q.words.Say("site.rooms.figures"), Crumbs: q.crumbs(m), Body: body}, nil
}
