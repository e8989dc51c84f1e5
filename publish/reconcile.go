package publish

import (
	"temwen/dossier"
	"temwen/locale"
)

// Reconciliation is what a table of counts says when its figures are added up:
// where the parts of a period do not sum to the whole, where a cut does not sum
// to its total, by how much, and the smallest set of moves between categories
// that explains the difference exactly.
//
// It states arithmetic alone. That a difference equals a figure elsewhere is
// pointed out, never given as its cause. Lists that are empty were looked at
// and hold nothing.
type Reconciliation struct {
	Name    string   `json:"name"`              // the file, or who publishes the figures
	Measure string   `json:"measure,omitempty"` // what is counted: the heading of the counts, or the unit
	Figures int      `json:"figures"`           // cells that hold a number
	Periods []string `json:"periods"`           // in time order
	Cuts    []string `json:"cuts"`              // without the totals
	// Compared is how many sums were compared with a stated figure. Where it is
	// 0 nothing was checked, and that nothing differs means nothing.
	Compared int  `json:"compared"`
	Differs  bool `json:"differs"` // a sum differs, a row is repeated, or names are likely the same

	Nested      []Nesting     `json:"nested"` // only those that differ
	Sums        []SumCheck    `json:"sums"`   // only those that differ
	Never       []string      `json:"never"`  // cuts whose sum differs from the total in each of several periods
	Repeated    []Repeat      `json:"repeated"`
	Alike       []Alike       `json:"alike"`
	NotCompared []NotCompared `json:"not_compared"` // for want of figures; no fault by itself

	// Of figures on record only:
	Mission  string           `json:"mission,omitempty"`
	SaidBy   *ActorRef        `json:"said_by,omitempty"`
	Actor    *ActorRef        `json:"actor,omitempty"` // whose figures they are
	Modality dossier.Modality `json:"modality,omitempty"`
	AsOf     *AsOf            `json:"as_of,omitempty"`
	Labels   []NameLabel      `json:"labels,omitempty"`
	Sources  []string         `json:"sources,omitempty"`
}

// NameLabel is words for the name of a cut or a category.
type NameLabel struct {
	Name  string      `json:"name"`
	Label locale.Text `json:"label"`
}

// Nesting is a period against the sum of the shorter periods that make it up,
// for one cut or for one total.
type Nesting struct {
	Whole   string   `json:"whole"`
	Parts   []string `json:"parts"`             // in time order
	Partial bool     `json:"partial,omitempty"` // the parts do not cover the whole, and yet exceed it
	Cut     string   `json:"cut"`
	Total   bool     `json:"total,omitempty"` // a stated total, not a cut: it has one line
	// Lines are all categories of the cut, also those that agree; of a partial
	// one, only those that exceed the whole.
	Lines []NestedLine `json:"lines"`
	// Sum is all lines together; absent where it means nothing: for a partial
	// comparison, for a cut whose categories overlap, and where a figure is
	// missing or in doubt.
	Sum         *NestedLine  `json:"sum,omitempty"`
	Explanation *Explanation `json:"explanation,omitempty"` // where Sum is there, and the cut has several categories
}

// NestedLine is one category: what its parts sum to, what the whole states, and
// the whole less the parts.
type NestedLine struct {
	Category   string      `json:"category,omitempty"`
	Parts      int64       `json:"parts"`
	Whole      int64       `json:"whole"`
	Difference int64       `json:"difference"`
	Missing    []string    `json:"missing,omitempty"` // periods without a figure for it, taken as 0
	Equals     []FigureRef `json:"equals,omitempty"`  // figures that are as large as the difference
	Rows       []int       `json:"rows,omitempty"`    // lines of the file
	Facts      []string    `json:"facts,omitempty"`   // figures on record
}

// SumCheck is a cut within one period that does not sum to a stated total, or,
// where no total is stated, to what another cut sums to.
type SumCheck struct {
	Period     string      `json:"period"`
	Cut        string      `json:"cut"`
	Sum        int64       `json:"sum"`
	Total      string      `json:"total,omitempty"`   // the total's category
	Against    string      `json:"against,omitempty"` // the other cut, where no total is stated
	Stated     int64       `json:"stated"`            // the total, or the other cut's sum
	Difference int64       `json:"difference"`        // Sum less Stated
	Missing    []string    `json:"missing,omitempty"` // categories that the cut has in other periods
	Equals     []FigureRef `json:"equals,omitempty"`
	Rows       []int       `json:"rows,omitempty"`
	Facts      []string    `json:"facts,omitempty"`
}

// FigureRef names one figure of the table.
type FigureRef struct {
	Period   string `json:"period"`
	Cut      string `json:"cut"`
	Category string `json:"category"`
	Count    int64  `json:"count"`
}

// Repeat is a figure that several rows give. Where they agree it is counted
// once; where they do not, none of them is used.
type Repeat struct {
	Period   string   `json:"period"`
	Cut      string   `json:"cut"`
	Category string   `json:"category"`
	Counts   []int64  `json:"counts"` // the different numbers, smallest first
	Rows     []int    `json:"rows,omitempty"`
	Facts    []string `json:"facts,omitempty"`
}

// NotCompared is a comparison that was left out for want of figures.
type NotCompared struct {
	Reason   string   `json:"reason"` // no-number, parts-missing, names
	Period   string   `json:"period,omitempty"`
	Parts    []string `json:"parts,omitempty"` // parts-missing: those that are there
	Cut      string   `json:"cut"`
	Category string   `json:"category,omitempty"`
}

// The reasons why something was not compared.
const (
	NoNumber     = "no-number"     // a cell is empty, or rows for it disagree
	PartsMissing = "parts-missing" // the shorter periods do not cover the longer one
	ManyNames    = "names"         // too many names to look for some that are likely the same
)

// Reconcile adds up a table. The result does not depend on the order of the
// rows, but for the numbers of their lines.
func Reconcile(t *CountTable) *Reconciliation {
	g := t.grid()
	r := &Reconciliation{
		Name: t.Name, Measure: t.Measure, Figures: g.figures, Periods: g.labels(g.all()),
		Cuts: []string{}, Nested: []Nesting{}, Sums: []SumCheck{}, Never: []string{},
		Repeated: g.repeated, Alike: []Alike{}, NotCompared: []NotCompared{},
	}
	for _, s := range g.series {
		if !s.total {
			r.Cuts = append(r.Cuts, s.cut)
		}
		g.noNumbers(s, r)
		g.nest(s, r)
	}
	g.sums(r)
	g.alike(r)
	r.Differs = len(r.Nested)+len(r.Sums)+len(r.Repeated)+len(r.Alike) > 0
	return r
}
