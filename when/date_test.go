package when_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"temwen/when"
)

// The examples of the EDTF specification (Library of Congress, 4 February
// 2019), levels 0 and 1, and dates of the missions in Haiti.
func TestParse(t *testing.T) {
	for _, test := range []struct {
		group string
		dates []string // expression, first day, last day, three by three
	}{
		{"level 0: date", []string{
			"1985-04-12", "1985-04-12", "1985-04-12",
			"1985-04", "1985-04-01", "1985-04-30",
			"1985", "1985-01-01", "1985-12-31",
			"2024-02", "2024-02-01", "2024-02-29",
			"1900-02", "1900-02-01", "1900-02-28",
			"2000-02-29", "2000-02-29", "2000-02-29",
			"0000", "0000-01-01", "0000-12-31",
			"9999-12-31", "9999-12-31", "9999-12-31",
		}},
		{"level 0: date and time", []string{
			"1985-04-12T23:20:30", "1985-04-12", "1985-04-12",
			"1985-04-12T23:20:30Z", "1985-04-12", "1985-04-12",
			"1985-04-12T23:20:30-04", "1985-04-12", "1985-04-12",
			"1985-04-12T23:20:30+04:30", "1985-04-12", "1985-04-12",
			"2016-12-31T23:59:60Z", "2016-12-31", "2016-12-31", // a leap second
		}},
		{"level 0: interval", []string{
			"1964/2008", "1964-01-01", "2008-12-31",
			"2004-06/2006-08", "2004-06-01", "2006-08-31",
			"2004-02-01/2005-02-08", "2004-02-01", "2005-02-08",
			"2004-02-01/2005-02", "2004-02-01", "2005-02-28",
			"2004-02-01/2005", "2004-02-01", "2005-12-31",
			"2005/2006-02", "2005-01-01", "2006-02-28",
			"2024-06-26/2024-06-26", "2024-06-26", "2024-06-26",
			"2024-06/2024", "2024-06-01", "2024-12-31", // the end lies in the start's year
			"2023-10-02/2024-10-02", "2023-10-02", "2024-10-02", // the first mandate of the MSS
		}},
		{"level 1: season", []string{
			"2001-21", "2001-03-01", "2001-05-31",
			"2001-22", "2001-06-01", "2001-08-31",
			"2001-23", "2001-09-01", "2001-11-30",
			"2001-24", "2001-12-01", "2002-02-28",
			"2023-24", "2023-12-01", "2024-02-29",
		}},
		{"level 1: qualification of a date (complete)", []string{
			"1984?", "1984-01-01", "1984-12-31",
			"2004-06~", "2004-06-01", "2004-06-30",
			"2004-06-11%", "2004-06-11", "2004-06-11",
		}},
		{"level 1: unspecified digits from the right", []string{
			"201X", "2010-01-01", "2019-12-31",
			"20XX", "2000-01-01", "2099-12-31",
			"2004-XX", "2004-01-01", "2004-12-31",
			"1985-04-XX", "1985-04-01", "1985-04-30",
			"1985-XX-XX", "1985-01-01", "1985-12-31",
			"2024-02-XX", "2024-02-01", "2024-02-29",
			"000X", "0000-01-01", "0009-12-31",
		}},
		{"level 1: extended interval", []string{
			"1985-04-12/..", "1985-04-12", "latest",
			"1985-04/..", "1985-04-01", "latest",
			"1985/..", "1985-01-01", "latest",
			"../1985-04-12", "earliest", "1985-04-12",
			"../1985-04", "earliest", "1985-04-30",
			"../1985", "earliest", "1985-12-31",
			"1985-04-12/", "1985-04-12", "latest",
			"1985-04/", "1985-04-01", "latest",
			"1985/", "1985-01-01", "latest",
			"/1985-04-12", "earliest", "1985-04-12",
			"/1985-04", "earliest", "1985-04-30",
			"/1985", "earliest", "1985-12-31",
			"1984~/2004-06", "1984-01-01", "2004-06-30",
			"1984/2004-06~", "1984-01-01", "2004-06-30",
			"1984?/2004%", "1984-01-01", "2004-12-31",
			"1984-06-02?/2004-08-08~", "1984-06-02", "2004-08-08",
			"1984-06-02?/", "1984-06-02", "latest",
		}},
		{"level 1: negative calendar year", []string{
			"-1985", "-1985-01-01", "-1985-12-31",
			"-1985-04-12", "-1985-04-12", "-1985-04-12",
			"-0004-02", "-0004-02-01", "-0004-02-29",
			"-201X", "-2019-01-01", "-2010-12-31",
			"-000X", "-0009-01-01", "-0001-12-31", // there is no -0000
			"-9999", "-9999-01-01", "-9999-12-31",
			"-0100/0100", "-0100-01-01", "0100-12-31",
		}},
		{"beyond level 1", []string{
			"2001-21~", "2001-03-01", "2001-05-31",
			"2001-21/2003-22", "2001-03-01", "2003-08-31",
			"201X/2024-XX", "2010-01-01", "2024-12-31",
		}},
	} {
		t.Run(test.group, func(t *testing.T) {
			for ; len(test.dates) > 0; test.dates = test.dates[3:] {
				s := test.dates[0]
				first, last := end(t, test.dates[1]), end(t, test.dates[2])
				d, err := when.Parse(s)
				if err != nil {
					t.Error(err)
					continue
				}
				if d.First() != first || d.Last() != last {
					t.Errorf("%s is %v to %v, want %v to %v", s, d.First(), d.Last(), first, last)
				}
				if d.String() != s || d.IsZero() {
					t.Errorf("%s is written %q", s, d)
				}
				if d.IsInterval() != strings.Contains(s, "/") {
					t.Errorf("%s: IsInterval is %v", s, d.IsInterval())
				}
				if got, want := d.Approximate(), strings.ContainsAny(s, "~%"); got != want {
					t.Errorf("%s: Approximate is %v", s, got)
				}
				if got, want := d.Uncertain(), strings.ContainsAny(s, "?%"); got != want {
					t.Errorf("%s: Uncertain is %v", s, got)
				}
				if got, want := d.Exact(), first == last && !strings.ContainsAny(s, "?~%"); got != want {
					t.Errorf("%s: Exact is %v", s, got)
				}
			}
		})
	}
}

// end reads a bound of a table without the help of Parse.
func end(t *testing.T, s string) when.Day {
	t.Helper()
	switch s {
	case "earliest":
		return when.Earliest
	case "latest":
		return when.Latest
	}
	var year, month, day int
	positive, negative := strings.CutPrefix(s, "-")
	if _, err := fmt.Sscanf(positive, "%4d-%2d-%2d", &year, &month, &day); err != nil {
		t.Fatalf("table: %q: %v", s, err)
	}
	if negative {
		year = -year
	}
	for d := when.DayOf(year, 1, 1); ; d++ {
		if y, m, dd := d.Date(); y != year {
			t.Fatalf("table: there is no %q", s)
		} else if int(m) == month && dd == day {
			return d
		}
	}
}

func TestParseRefuses(t *testing.T) {
	const (
		form = "write YYYY, YYYY-MM or YYYY-MM-DD, with ~ for about and ? for unsure at its end, or two of these with / between"
		x    = "X stands for the end of a date: write 201X, 20XX, 2024-XX, 2024-XX-XX or 2024-06-XX"
		hour = "a time of day is hh:mm:ss, with nothing, Z or an offset behind it, and follows a whole day"
		y    = "a year beyond four digits (Y) is outside this calendar, -9999 to 9999"
	)
	for _, test := range []struct{ s, want string }{
		// impossible days
		{"2024-02-30", `"2024-02-30" is not a date: February 2024 has 29 days`},
		{"2023-02-29", `"2023-02-29" is not a date: February 2023 has 28 days`},
		{"1900-02-29", `"1900-02-29" is not a date: February 1900 has 28 days`},
		{"2024-04-31", `"2024-04-31" is not a date: April 2024 has 30 days`},
		{"2024-06-00", `"2024-06-00" is not a date: June 2024 has 30 days`},
		{"2024-06-99", `"2024-06-99" is not a date: June 2024 has 30 days`},
		{"2024-13", `"2024-13" is not a date: there is no month 13`},
		{"2024-00", `"2024-00" is not a date: there is no month 00`},
		{"0000-00-00", `"0000-00-00" is not a date: there is no month 00`},
		{"-0000", `"-0000" is not a date: there is no year -0000: write 0000`},
		{"0", `"0" is not a date: ` + form},
		{"2001-21-05", `"2001-21-05" is not a date: a season has no day`},
		{"2001-24-XX", `"2001-24-XX" is not a date: a season has no day`},

		// impossible intervals
		{"2024/2023", `"2024/2023" is not an interval: it ends before it starts`},
		{"2024-06-02/2024-06-01", `"2024-06-02/2024-06-01" is not an interval: it ends before it starts`},
		{"2024-02-30/2024-03", `"2024-02-30/2024-03" is not an interval: "2024-02-30" is not a date: February 2024 has 29 days`},
		{"2024-02/2024-13", `"2024-02/2024-13" is not an interval: "2024-13" is not a date: there is no month 13`},
		{"../..", `"../.." is not an interval: neither its start nor its end is given`},
		{"/", `"/" is not an interval: neither its start nor its end is given`},
		{"2023/2024/2025", `"2023/2024/2025" is not an interval: "2024/2025" is not a date: ` + form},
		{"2024-06-26T10:00:00/..", `"2024-06-26T10:00:00/.." is not an interval: "2024-06-26T10:00:00" is not a date: ` + form},
		{"2024/P9M", `"2024/P9M" is not an interval: "P9M" is not a date: ` + form},

		// times of day
		{"2024-06-26T25:00:00", `"2024-06-26T25:00:00" is not a date: ` + hour},
		{"2024-06-26T24:00:00", `"2024-06-26T24:00:00" is not a date: ` + hour}, // the next day
		{"2024-06-26T5:04:05", `"2024-06-26T5:04:05" is not a date: ` + hour},
		{"2024-06-26T10:00", `"2024-06-26T10:00" is not a date: ` + hour},
		{"2024-06-26T10:00:00.5", `"2024-06-26T10:00:00.5" is not a date: ` + hour},
		{"2024-06-26T10:00:00+25", `"2024-06-26T10:00:00+25" is not a date: ` + hour},
		{"2024-06-26T10:00:00~", `"2024-06-26T10:00:00~" is not a date: ` + hour},
		{"2024-06-26~T10:00:00", `"2024-06-26~T10:00:00" is not a date: ` + hour},
		{"2024-06-XXT10:00:00", `"2024-06-XXT10:00:00" is not a date: ` + hour},
		{"2024-06T10:00:00", `"2024-06T10:00:00" is not a date: ` + hour},
		{"2024-06-26T", `"2024-06-26T" is not a date: ` + hour},
		{"2024-02-30T10:00:00", `"2024-02-30T10:00:00" is not a date: February 2024 has 29 days`},

		// level 1 that is outside the calendar
		{"Y170000002", `"Y170000002" is not a date: ` + y},
		{"Y-170000002", `"Y-170000002" is not a date: ` + y},

		// level 2, by the specification's examples
		{"Y-17E7", `"Y-17E7" is not a date: ` + y},
		{"1950S2", `"1950S2" is not a date: ` + form},
		{"2001-34", `"2001-34" is not a date: there is no month 34`},
		{"[1667,1668,1670..1672]", `"[1667,1668,1670..1672]" is not a date: ` + form},
		{"{1960,1961-12}", `"{1960,1961-12}" is not a date: ` + form},
		{"2004-06~-11", `"2004-06~-11" is not a date: ` + form},
		{"?2004-06-~11", `"?2004-06-~11" is not a date: ` + form},
		{"156X-12-25", `"156X-12-25" is not a date: ` + x},
		{"15XX-12-XX", `"15XX-12-XX" is not a date: ` + x},
		{"1XXX-12", `"1XXX-12" is not a date: ` + x},
		{"1XXX", `"1XXX" is not a date: ` + x},
		{"XXXX", `"XXXX" is not a date: ` + x},
		{"1984-1X", `"1984-1X" is not a date: ` + x},
		{"1984-XX-25", `"1984-XX-25" is not a date: ` + x},
		{"1984-04-2X", `"1984-04-2X" is not a date: ` + x},
		{"201X-21", `"201X-21" is not a date: ` + x},
		{"X201", `"X201" is not a date: ` + x},

		// the draft of 2012
		{"199u", `"199u" is not a date: ` + form},
		{"unknown/2004", `"unknown/2004" is not an interval: "unknown" is not a date: ` + form},
		{"2004/open", `"2004/open" is not an interval: "open" is not a date: ` + form},
		{"2004?~", `"2004?~" is not a date: write % for both about and unsure`},

		// what people write
		{"", "the date is empty"},
		{" 2024", `" 2024" is not a date: ` + form},
		{"2024-6-26", `"2024-6-26" is not a date: ` + form},
		{"20240626", `"20240626" is not a date: ` + form},
		{"2024-06-26-", `"2024-06-26-" is not a date: ` + form},
		{"2024-", `"2024-" is not a date: ` + form},
		{"2024-06-", `"2024-06-" is not a date: ` + form},
		{"+2024", `"+2024" is not a date: ` + form},
		{"26/06/2024", `"26/06/2024" is not an interval: "26" is not a date: ` + form},
		{"26 June 2024", `"26 June 2024" is not a date: ` + form},
		{"Tuesday", `"Tuesday" is not a date: ` + form},
		{"a. d. VI Kal. Iul. MMXXIV", `"a. d. VI Kal. Iul. MMXXIV" is not a date: ` + form},
		{"2024-W26", `"2024-W26" is not a date: ` + form},
		{"2024-178", `"2024-178" is not a date: ` + form},
		{"..", `".." is not a date: ` + form},
		{"~", `"~" is not a date: ` + form},
		{"-", `"-" is not a date: ` + form},
		{"２０２４", `"２０２４" is not a date: ` + form},
		{"٢٠٢٤", `"٢٠٢٤" is not a date: ` + form},
		{"2024−06", `"2024−06" is not a date: ` + form}, // a minus sign, not a hyphen
		{"2024-06\x00", `"2024-06\x00" is not a date: ` + form},
		{"juin 2024, apr\xe8s", `"juin 2024, apr\xe8s" is not a date: ` + form},
		{strings.Repeat("2024-", 1<<20), `"2024-2024-2024-2024-2024"... is too long for a date`},
		{strings.Repeat("é", 40), `"éééééééééééé"... is too long for a date`},
	} {
		d, err := when.Parse(test.s)
		if err == nil || err.Error() != test.want {
			t.Errorf("Parse(%.40q):\n got %v\nwant %s", test.s, err, test.want)
		}
		if !d.IsZero() {
			t.Errorf("Parse(%.40q) fails and still gives %v", test.s, d)
		}
	}
}

func TestMustParse(t *testing.T) {
	if got := when.MustParse("2024-06"); got.First() != when.DayOf(2024, 6, 1) {
		t.Errorf("MustParse gives %v", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("MustParse accepts 30 February")
		}
	}()
	when.MustParse("2024-02-30")
}

func TestDateJSON(t *testing.T) {
	type fact struct {
		Date  when.Date `json:"date"`
		Until when.Date `json:"until,omitzero"`
	}
	for _, test := range []struct{ in, date, out string }{
		{`{"date":"2024-06-26"}`, "2024-06-26", `{"date":"2024-06-26"}`},
		{`{"date":"2024-06~","until":"2025/.."}`, "2024-06~", `{"date":"2024-06~","until":"2025/.."}`},
		{`{"date":2024}`, "2024", `{"date":"2024"}`}, // as YAML reads a bare year
		{`{"date":-1985}`, "-1985", `{"date":"-1985"}`},
		{`{"date":"\u0032024"}`, "2024", `{"date":"2024"}`},
		{`{"date":""}`, "", `{"date":""}`},
		{`{"date":null,"until":null}`, "", `{"date":""}`},
		{`{}`, "", `{"date":""}`},
	} {
		var f fact
		if err := json.Unmarshal([]byte(test.in), &f); err != nil {
			t.Errorf("%s: %v", test.in, err)
			continue
		}
		if f.Date.String() != test.date || f.Date.IsZero() != (test.date == "") {
			t.Errorf("%s: the date is %q", test.in, f.Date)
		}
		if out, err := json.Marshal(f); err != nil || string(out) != test.out {
			t.Errorf("%s is written %s, %v; want %s", test.in, out, err, test.out)
		}
	}
	for _, in := range []string{`0`, `99`, `20240626`, `2024.0`, `2.024e3`, `true`, `{"year":2024}`, `["2024"]`, `"2024-02-30"`, `".."`} {
		var d when.Date
		if err := json.Unmarshal([]byte(in), &d); err == nil {
			t.Errorf("%s is read as %q", in, d)
		}
	}
}

func TestOn(t *testing.T) {
	d := when.On(when.DayOf(2024, 6, 26))
	if d != when.MustParse("2024-06-26") || !d.Exact() {
		t.Errorf("On gives %#v", d)
	}
	for _, open := range []when.Day{when.Earliest, when.Latest} {
		if d := when.On(open); !d.IsZero() {
			t.Errorf("On an open day gives %#v", d)
		}
	}
}

func TestComparison(t *testing.T) {
	for _, test := range []struct{ a, relation, b string }{
		{"2024-06-25", "before", "2024-06-26"},
		{"2024-06", "before", "2024-07-01"},
		{"2024-06", "overlaps", "2024-06-26"},
		{"2024-06-26~", "before", "2024-06-27"}, // a qualifier does not widen
		{"2024~", "before", "2025?"},
		{"2023-24", "overlaps", "2024-02-29"}, // the winter ends in the next year
		{"2023-24", "before", "2024-21"},
		{"202X", "overlaps", "2024-06-26"},
		{"../2023", "before", "2024"},
		{"../2024", "overlaps", "1804-01-01"},
		{"2024/..", "overlaps", "9999"},
		{"2024/", "overlaps", "9999"},
		{"2023/2024", "overlaps", "2024/2025"},
		{"", "overlaps", "2024"}, // no date is no claim
		{"", "overlaps", ""},
		{"", "overlaps", "1970-01-01"},
	} {
		a, b := date(t, test.a), date(t, test.b)
		before := test.relation == "before"
		if a.SurelyBefore(b) != before || a.Overlaps(b) == before || b.SurelyBefore(a) || b.Overlaps(a) == before {
			t.Errorf("%q and %q: not %q", test.a, test.b, test.relation)
		}
	}
}

func date(t *testing.T, s string) (d when.Date) {
	t.Helper()
	if err := d.UnmarshalText([]byte(s)); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestZeroDateAllowsEveryDay(t *testing.T) {
	var d when.Date
	if !d.IsZero() || d.First() != when.Earliest || d.Last() != when.Latest || d.Exact() || d.String() != "" {
		t.Errorf("the zero Date is %v to %v, %q", d.First(), d.Last(), d)
	}
}

// expression draws an expression of levels 0 and 1 whose parts are possible.
func expression() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		one := func(name string) string {
			whole := written().Draw(t, name).String()
			year := whole[:len(whole)-len("-01-02")]
			s := rapid.SampledFrom([]string{
				whole, whole[:len(whole)-3], year,
				year[:len(year)-1] + "X", year[:len(year)-2] + "XX",
				year + "-XX", year + "-XX-XX", whole[:len(whole)-2] + "XX",
				year + "-21", year + "-22", year + "-23", year + "-24",
			}).Draw(t, name+" form")
			return s + rapid.SampledFrom([]string{"", "", "?", "~", "%"}).Draw(t, name+" qualifier")
		}
		switch rapid.IntRange(0, 5).Draw(t, "shape") {
		case 0:
			return one("start") + "/" + rapid.SampledFrom([]string{"", ".."}).Draw(t, "open")
		case 1:
			return rapid.SampledFrom([]string{"", ".."}).Draw(t, "open") + "/" + one("end")
		case 2:
			start, end := one("start"), one("end")
			if _, err := when.Parse(start + "/" + end); err != nil {
				start, end = end, start
			}
			return start + "/" + end
		}
		return one("date")
	})
}

func TestDateLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := expression().Draw(t, "a")
		a, err := when.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		b := when.MustParse(expression().Draw(t, "b"))
		if a.First() > a.Last() {
			t.Fatalf("%v starts on %v after its end %v", a, a.First(), a.Last())
		}
		text, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var back when.Date
		if err := json.Unmarshal(text, &back); err != nil || back != a {
			t.Fatalf("%s reads back as %#v, %v; want %#v", text, back, err, a)
		}

		relations := 0
		for _, holds := range []bool{a.SurelyBefore(b), b.SurelyBefore(a), a.Overlaps(b)} {
			if holds {
				relations++
			}
		}
		if relations != 1 || a.Overlaps(b) != b.Overlaps(a) {
			t.Fatalf("%v and %v: %d of before, after and overlaps hold", a, b, relations)
		}
		if !a.Overlaps(a) || !a.Overlaps(when.Date{}) {
			t.Fatalf("%v does not overlap itself, or no date", a)
		}
		if !a.First().Open() && !a.Overlaps(when.On(a.First())) {
			t.Fatalf("%v does not overlap its first day", a)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "2024", "2024-06-26", "2024-06-26T10:00:00-04:00", "201X", "20XX~", "2004-XX", "1985-XX-XX",
		"2001-24", "-1985?", "-000X", "1984-06-02?/2004-08-08~", "../1985%", "1985/", "/", "Y170000002",
		"2024-02-30", "-", "9999-24", "2024-\xe8", "２０２４", "[1667,1668]",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := when.Parse(s)
		if err != nil {
			if err.Error() == "" || strings.Contains(err.Error(), "\n") || len(err.Error()) > 512 {
				t.Errorf("the error is not one short clause: %q", err)
			}
			return
		}
		if d.First() > d.Last() {
			t.Errorf("%q starts on %v after its end %v", s, d.First(), d.Last())
		}
		if again, err := when.Parse(d.String()); err != nil || again != d || d.String() != s {
			t.Errorf("%q reads back as %#v, %v; want %#v", s, again, err, d)
		}
		if day, err := when.ParseDay(s); err == nil && (when.On(day) != d || !d.Exact()) {
			t.Errorf("%q is the day %v, but not exactly", s, day)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		if _, err := when.Parse("2024-06-26"); err != nil {
			b.Fatal(err)
		}
	}
}
