package publish

// CountTable is counts by period, cut and category, as a file or the record
// gives them. A cut is one way to divide the same total: by violation, by
// perpetrator.
type CountTable struct {
	Name    string
	Measure string // what is counted
	Rows    []CountRow
	// TotalCut is the cut whose categories are no division of anything but
	// totals by themselves: victims, incidents.
	TotalCut string
	// Totals are the totals that a cut divides, as categories of TotalCut.
	Totals map[string][]string
	// Total is the total that a cut without Totals divides. Where such a cut
	// never sums to it, but does to another total, it divides that one.
	Total string
	// Overlapping are cuts of which a case may stand in several categories, so
	// that their sum means nothing.
	Overlapping []string
	// Aliases are names of cuts or categories that stand for another name. Rows
	// put under one name by it are added. TotalCut, Totals, Total and
	// Overlapping use the names that are stood for.
	Aliases map[string]string
	// Proven says that a cut counts as a division of its total only where it
	// sums to it in some period, and that cuts are not compared with each other;
	// for tables that do not say which categories are all there are.
	Proven bool
}

// CountRow is one figure.
type CountRow struct {
	Period   string // see ParseSpan
	Cut      string
	Category string
	Count    int64  // 0 to MaxCount
	Empty    bool   // there is a cell, but no number in it
	Line     int    // of the file, from 1
	Fact     string // of the record: figures/ID
}

// totalName is the cut that holds totals, where nothing else is said.
const totalName = "total"

// Limits of a table. They keep every sum within 64 bits, and the work within
// seconds.
const (
	MaxCount      = 1_000_000_000_000
	MaxTableRows  = 200_000
	MaxTableBytes = 32 << 20
	MaxPeriods    = 2_000
	MaxCuts       = 100
)

// maxChain is how long a chain of aliases is followed.
const maxChain = 100

// alias is the name that a name stands for.
func (t *CountTable) alias(name string) string {
	for range min(len(t.Aliases), maxChain) {
		to, ok := t.Aliases[name]
		if !ok {
			break
		}
		name = to
	}
	return name
}
