package publish

import (
	"slices"

	"temwen/casework"
	"temwen/locale"
	"temwen/when"
)

// The tables of the cases that were made public.

// What an entry of the ledger is to a public case.
const (
	caseStands  = "stands"  // the last that shows it
	caseEarlier = "earlier" // a later one has taken its place
	caseStone   = "stone"   // a stone: nothing of the case is shown any more
)

// caseRow is one entry that shows a case, or the stone that stands where one did.
type caseRow struct {
	casework.StoredCase
	shown  string
	first  *int // the entry by which the case became public
	ground string
}

// whole is a number of entries as a cell; nil for 0.
func whole(n uint64) *int {
	if n == 0 {
		return nil
	}
	i := int(n)
	return &i
}

// caseData are the public cases of all missions, each with the entries that showed it
// before, and then the stones of each mission.
func (t *tabling) caseData() (rows []caseRow) {
	for _, m := range t.Missions {
		for _, c := range t.publicCases(m.ID) {
			first := whole(c.First())
			for _, e := range c.Earlier {
				rows = append(rows, caseRow{e, caseEarlier, first, ""})
			}
			rows = append(rows, caseRow{c.StoredCase, caseStands, first, ""})
		}
		for _, r := range t.retractedCases(m.ID) {
			stone := casework.Published{Mission: r.Mission, Before: r.Before, Invented: r.Invented}
			rows = append(rows, caseRow{casework.StoredCase{Published: stone, Entry: r.Entry, Day: r.Day}, caseStone, nil, r.Ground})
		}
	}
	return rows
}

var casesTable = tableOf[caseRow]{
	name: "cases", key: []string{"entry"}, refers: []Reference{{"mission", "missions"}},
	list: (*tabling).caseData,
	columns: slices.Concat(
		counted("entry", "", func(r caseRow) *int { return whole(r.Entry) }),
		coded("mission", func(r caseRow) string { return r.Mission }),
		coded("shown", func(r caseRow) string { return r.shown }, caseStands, caseEarlier, caseStone),
		onDay("day", func(r caseRow) *when.Day { return &r.Day }),
		counted("first", "", func(r caseRow) *int { return r.first }),
		counted("before", "", func(r caseRow) *int { return whole(r.Before) }),
		coded("why", func(r caseRow) string { return r.Why }, casework.Whys...),
		coded("ground", func(r caseRow) string { return r.ground }, casework.StoneGrounds...),
		ids("fields", func(r caseRow) []string { return r.Fields }),
		coded("procedure", func(r caseRow) string { return r.Procedure }),
		coded("track", func(r caseRow) string { return r.Track }),
		coded("state", func(r caseRow) string { return r.State }),
		coded("opened", func(r caseRow) string { return r.Opened }),
		coded("terms", func(r caseRow) string { return r.Terms }),
		yesNo("invented", func(r caseRow) bool { return r.Invented }),
	),
}

// caseLineRow is a step at which a public case waits, a silence, an outcome or a
// remedy.
type caseLineRow struct {
	of        *casework.StoredCase
	number    int
	field     string
	step      locale.Text
	who, what string
	promise   bool
	month     string
}

// caseLineData are the lines of each entry that shows a case, in its order.
func (t *tabling) caseLineData() (rows []caseLineRow) {
	for _, c := range t.caseData() {
		number := 0
		add := func(r caseLineRow) {
			number++
			r.of, r.number = &c.StoredCase, number
			rows = append(rows, r)
		}
		for _, s := range c.Steps {
			add(caseLineRow{field: "step", step: s.Title, who: string(s.Who), month: s.Since})
		}
		for _, s := range c.Silences {
			add(caseLineRow{field: "silence", step: s.Title, who: string(s.Who), month: s.Since})
		}
		for _, r := range c.Outcomes {
			add(caseLineRow{field: "outcome", what: r.What, month: r.Month})
		}
		for _, r := range c.Remedies {
			add(caseLineRow{field: "remedy", what: r.What, promise: r.Promise, month: r.Month})
		}
	}
	return rows
}

var caseLinesTable = tableOf[caseLineRow]{
	name: "case-lines", key: []string{"entry", "number"}, refers: []Reference{{"mission", "missions"}},
	list: (*tabling).caseLineData,
	columns: slices.Concat(
		counted("entry", "", func(r caseLineRow) *int { return whole(r.of.Entry) }),
		counted("number", "", func(r caseLineRow) *int { return &r.number }),
		coded("mission", func(r caseLineRow) string { return r.of.Mission }),
		coded("field", func(r caseLineRow) string { return r.field }, "step", "silence", "outcome", "remedy"),
		inLanguages("step", func(r caseLineRow) locale.Text { return r.step }),
		coded("who", func(r caseLineRow) string { return r.who }),
		coded("what", func(r caseLineRow) string { return r.what }),
		yesNo("promise", func(r caseLineRow) bool { return r.promise }),
		coded("month", func(r caseLineRow) string { return r.month }),
		yesNo("invented", func(r caseLineRow) bool { return r.of.Invented }),
	),
}
