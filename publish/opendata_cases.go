package publish

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

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

// numbers are entries as a cell has several.
func numbers(entries []uint64) (cells []string) {
	for _, n := range entries {
		cells = append(cells, strconv.FormatUint(n, 10))
	}
	return cells
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
			rows = append(rows, stoneRow(&r))
		}
	}
	return rows
}

func stoneRow(r *casework.StoredStone) caseRow {
	stone := casework.Published{Mission: r.Mission, Before: r.Before, Invented: r.Invented}
	return caseRow{casework.StoredCase{Published: stone, Entry: r.Entry, Day: r.Day}, caseStone, nil, r.Ground}
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
		ids("beside", func(r caseRow) []string { return numbers(r.Beside) }),
		ids("openings", func(r caseRow) []string { return r.Openings }),
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
func (t *tabling) caseLineData() []caseLineRow { return caseLines(t.caseData()) }

func caseLines(cases []caseRow) (rows []caseLineRow) {
	for _, c := range cases {
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

// saidCase is what a row of the table of cases says that its entry does not.
type saidCase struct {
	Entry    uint64 `json:"entry"`
	First    uint64 `json:"first"`
	Shown    string `json:"shown"`
	Openings string `json:"openings"`
}

// row is what the row must be by the ledger.
func (s *saidCase) row(in *casework.Chain) (caseRow, error) {
	e := in.Entries[s.Entry]
	bad := func(what string) (caseRow, error) {
		return caseRow{}, fmt.Errorf("the data shows entry %d as a public case, and %s", s.Entry, what)
	}
	switch {
	case e == nil:
		return bad("the ledger has none by it")
	case e.Retracted != nil && s.Shown == caseStone:
		return stoneRow(&casework.StoredStone{Retracted: *e.Retracted, Entry: s.Entry, Day: e.Day}), nil
	case e.Retracted != nil:
		return bad("by it one was taken back")
	case e.Stands != (s.Shown == caseStands) || s.Shown == caseStone:
		return bad("the ledger says otherwise whether it stands")
	}
	openings := strings.Split(s.Openings, idSeparator)
	p, err := e.Showing.Open(openings...)
	if err != nil {
		return bad(err.Error())
	}
	return caseRow{casework.StoredCase{Published: *p, Entry: s.Entry, Day: e.Day, Openings: openings}, s.Shown, whole(s.First), ""}, nil
}

// CheckCases compares the tables of public cases, both as JSON Lines, with a ledger:
// each row is what its openings show of its entry, nothing is shown as if it stood that
// does not, and nothing of what was taken back is shown. It returns the entries that have
// a row.
func CheckCases(cases, lines []byte, in *casework.Chain) ([]uint64, error) {
	var shown []uint64
	var rows []caseRow
	standing := make(map[uint64]bool) // cases that stand, by their first entry
	for line := range bytes.Lines(cases) {
		var said saidCase
		if err := json.Unmarshal(line, &said); err != nil {
			return nil, fmt.Errorf("reading the table of cases: %w", err)
		}
		row, err := said.row(in)
		if err != nil {
			return nil, err
		}
		shown, rows = append(shown, row.Entry), append(rows, row)
		standing[said.First] = standing[said.First] || row.shown == caseStands
	}
	for _, r := range rows {
		if r.shown == caseEarlier && !standing[uint64(*r.first)] {
			return nil, fmt.Errorf("the data shows entry %d of a case that does not stand any more", r.Entry)
		}
		for _, beside := range r.Beside {
			if !in.Standing(beside) {
				return nil, fmt.Errorf("the data shows that the case of entry %d is beside the one of entry %d, which does not stand", r.Entry, beside)
			}
		}
	}
	for _, t := range []struct {
		*DataTable
		is []byte
	}{{casesTable.of(rows), cases}, {caseLinesTable.of(caseLines(rows)), lines}} {
		var b bytes.Buffer
		if err := t.JSONLines(&b); err != nil {
			return nil, err
		}
		if !bytes.Equal(b.Bytes(), t.is) {
			return nil, fmt.Errorf("the table %s says of cases what their entries do not", t.Name)
		}
	}
	return shown, nil
}
