package sheet

import "slices"

// Column is a column that a file may have.
type Column struct {
	Name   string
	Needed bool
	// Holds says what a cell holds, and Example is one.
	Holds, Example string
}

// Columns are all columns, in the order of the template.
var Columns = []Column{
	{"ref", true, "your own number of the case, with a digit: letters, digits, points, slashes and hyphens. A row is known by it for ever", "2024-014"},
	{"incident", false, "your own number of the incident, where several rows are about one: they say the same of it, and each is a case through another track. Empty: the ref", ""},
	{"when", false, "the day of the incident, as exactly as it is known: 2025-03-12, 2025-03, 2025, 2025-03-12~ for about", "2024-03-12"},
	{"department", false, "p-code of the department", "HT01"},
	{"commune", false, "p-code of the commune", "HT0111"},
	{"acts", true, "sorts of violation, apart by spaces", "injury detention"},
	{"harm", false, "who was harmed: harm/sex/age/how many, apart by spaces; how many is a number or least-most", "injured/male/adult/1-3"},
	{"circumstances", false, "circumstances, apart by spaces", "checkpoint"},
	{"actors", true, "who is said to be responsible: actor/confidence/share, and perhaps /how many of its persons, apart by spaces. Each act is alleged of each actor", "example-a/likely/joined/1-2"},
	{"source", false, "ID of a source of the public record that it rests on; empty: your own file", ""},
	{"grade", true, "reliability and credibility of the source, A1 to F6", "B2"},
	{"mission", false, "mission whose duties these are; empty where no case was opened", "mss"},
	{"procedure", false, "procedure that the case follows", "mss-criminal"},
	{"state", false, "State whose personnel is alleged to be responsible", "example-a"},
	{"opened", false, "the day on which the case was opened", "2024-04-02"},
	{"notices", false, "letters sent: step@day..the day to answer by, apart by spaces", "determine@2024-04-10..2024-04-24"},
	{"answers", false, "answers that came: step=answer@day, apart by spaces; +reasons where reasons were given; for a finding its standard of proof, +not-stated where none was", "inform=informed@2024-04-08 determine=official@2024-04-22+reasons+not-stated"},
	{"remedies", false, "what was done for who was harmed: remedy@day, apart by spaces", ""},
	{"departures", false, "who left the country: how/who says so@the day on which the office learned it, and after = when they left, as exactly as it is known; apart by spaces", "rotated/state=2024-06@2024-07-02"},
	{"terms", false, "version of the vocabulary that the acts, harm and circumstances are words of; empty: the newest", ""},
}

func known(name string) bool {
	return slices.ContainsFunc(Columns, func(c Column) bool { return c.Name == name })
}
