package when_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"temwen/when"
)

func TestParsePeriod(t *testing.T) {
	for _, test := range []struct {
		s            string
		months, days int32
		written      string
	}{
		{"P9M", 9, 0, "P9M"}, // the review of resolution 2699
		{"P1Y", 12, 0, "P1Y"},
		{"P12M", 12, 0, "P1Y"},
		{"P18M", 18, 0, "P1Y6M"},
		{"P1Y6M", 18, 0, "P1Y6M"},
		{"P30D", 0, 30, "P30D"},
		{"P2W", 0, 14, "P14D"},
		{"P1W1D", 0, 8, "P8D"},
		{"P1Y2M3W4D", 14, 25, "P1Y2M25D"},
		{"P0Y10D", 0, 10, "P10D"},
		{"P010D", 0, 10, "P10D"},
		{"P9999Y11M999999D", 119999, 999999, "P9999Y11M999999D"},
	} {
		p, err := when.ParsePeriod(test.s)
		if err != nil {
			t.Error(err)
			continue
		}
		if p.Months != test.months || p.Days != test.days || p.IsZero() {
			t.Errorf("%s is %d months and %d days", test.s, p.Months, p.Days)
		}
		if p.String() != test.written {
			t.Errorf("%s is written %s, want %s", test.s, p, test.written)
		}
		if p != when.MustPeriod(test.s) {
			t.Errorf("MustPeriod(%s) differs", test.s)
		}
	}
}

func TestParsePeriodRefuses(t *testing.T) {
	const (
		form  = " is not a period: write P and whole numbers of years, months, weeks and days, in this order: P1Y6M, P9M, P2W, P10D"
		hours = " is not a period: clocks count whole days; write days (P3D), not hours"
		long  = " is not a period: it is too long"
		none  = " is not a period: it has no length"
	)
	for _, test := range []struct{ s, want string }{
		{"", `""` + form},
		{"P", `"P"` + form},
		{"9M", `"9M"` + form},
		{"p9m", `"p9m"` + form},
		{"P9", `"P9"` + form},
		{"PM", `"PM"` + form},
		{"P1M1Y", `"P1M1Y"` + form},
		{"P1Y1Y", `"P1Y1Y"` + form},
		{"P1.5Y", `"P1.5Y"` + form},
		{"P-1M", `"P-1M"` + form},
		{"-P1M", `"-P1M"` + form},
		{"P 9M", `"P 9M"` + form},
		{"P9M\n", `"P9M\n"` + form},
		{"P９M", `"P９M"` + form},
		{"nine months", `"nine months"` + form},
		{"PT72H", `"PT72H"` + hours},
		{"P1DT12H", `"P1DT12H"` + hours},
		{"P0D", `"P0D"` + none},
		{"P0Y0M0W0D", `"P0Y0M0W0D"` + none},
		{"P10000Y", `"P10000Y"` + long},
		{"P9999Y12M", `"P9999Y12M"` + long},
		{"P1000000D", `"P1000000D"` + long},
		{"P999999W", `"P999999W"` + long},
		{"P99999999999999999999M", `"P99999999999999999999M"` + long},
		{"P" + strings.Repeat("9", 1<<20) + "D", `"P` + strings.Repeat("9", 23) + `"` + long},
	} {
		p, err := when.ParsePeriod(test.s)
		if err == nil || err.Error() != test.want {
			t.Errorf("ParsePeriod(%.40q):\n got %v\nwant %s", test.s, err, test.want)
		}
		if !p.IsZero() {
			t.Errorf("ParsePeriod(%.40q) fails and still gives %v", test.s, p)
		}
	}
}

func TestMustPeriod(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("MustPeriod accepts hours")
		}
	}()
	when.MustPeriod("PT72H")
}

func TestPeriodAfterAndBefore(t *testing.T) {
	for _, test := range []struct{ day, period, after, before string }{
		{"2023-10-02", "P9M", "2024-07-02", "2023-01-02"}, // resolution 2699: a review after nine months
		{"2023-10-02", "P12M", "2024-10-02", "2022-10-02"},
		{"2023-01-31", "P1M", "2023-02-28", "2022-12-31"},
		{"2024-01-31", "P1M", "2024-02-29", "2023-12-31"},
		{"2024-02-29", "P1Y", "2025-02-28", "2023-02-28"},
		{"2024-02-29", "P4Y", "2028-02-29", "2020-02-29"},
		{"2024-03-31", "P1M", "2024-04-30", "2024-02-29"},
		{"2023-05-31", "P9M", "2024-02-29", "2022-08-31"},
		{"2024-01-31", "P1M1D", "2024-03-01", "2023-12-30"}, // the month first
		{"2024-02-28", "P30D", "2024-03-29", "2024-01-29"},
		{"2024-06-26", "P2W", "2024-07-10", "2024-06-12"},
		{"0000-01-31", "P1M", "0000-02-29", "-0001-12-31"},
		{"-0001-12-31", "P2M", "0000-02-29", "-0001-10-31"},
	} {
		d, p := when.MustParse(test.day).First(), when.MustPeriod(test.period)
		if got := p.After(d).String(); got != test.after {
			t.Errorf("%s after %s is %s, want %s", test.period, test.day, got, test.after)
		}
		if got := p.Before(d).String(); got != test.before {
			t.Errorf("%s before %s is %s, want %s", test.period, test.day, got, test.before)
		}
	}
}

func TestPeriodAtTheEndsOfTheCalendar(t *testing.T) {
	short, long := when.Months(1).Plus(when.Days(1)), when.Months(math.MaxInt).Plus(when.Days(math.MaxInt))
	for _, open := range []when.Day{when.Earliest, when.Latest} {
		for _, p := range []when.Period{{}, short, long} {
			if got := p.After(open); got != open {
				t.Errorf("%v after an open day is %d", p, int32(got))
			}
			if got := p.Before(open); got != open {
				t.Errorf("%v before an open day is %d", p, int32(got))
			}
		}
	}
	for _, d := range []when.Day{when.Earliest + 1, 0, when.Latest - 1} {
		if got := long.After(d); got != when.Latest {
			t.Errorf("the longest period after %d is %d", int32(d), int32(got))
		}
		if got := long.Before(d); got != when.Earliest {
			t.Errorf("the longest period before %d is %d", int32(d), int32(got))
		}
	}
	if got := short.After(when.Latest - 1); got != when.Latest {
		t.Errorf("a month after the last day is %d", int32(got))
	}
	if got := short.Before(when.Earliest + 1); got != when.Earliest {
		t.Errorf("a month before the first day is %d", int32(got))
	}
	if got := when.Months(9).Times(math.MaxInt); got != when.Months(math.MaxInt) {
		t.Errorf("the longest multiple is %v", got)
	}
}

func period() *rapid.Generator[when.Period] {
	return rapid.Custom(func(t *rapid.T) when.Period {
		return when.Period{
			Months: rapid.Int32Range(0, 2400).Draw(t, "months"),
			Days:   rapid.Int32Range(0, 5000).Draw(t, "days"),
		}
	})
}

func TestPeriodLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, e := written().Draw(t, "d"), written().Draw(t, "e")
		d, e = min(d, e), max(d, e)
		p, q := period().Draw(t, "p"), period().Draw(t, "q")
		months, days := when.Period{Months: p.Months}, when.Period{Days: p.Days}

		// The month-end rule: the same day of the month, or the last one.
		y, m, day := d.Date()
		gy, gm, gday := months.After(d).Date()
		if gy*12+int(gm) != y*12+int(m)+int(p.Months) {
			t.Fatalf("%v after %v is %v, in another month", months, d, months.After(d))
		}
		if _, next, _ := (months.After(d) + 1).Date(); gday != day && (gday > day || next == gm) {
			t.Fatalf("%v after %v is %v", months, d, months.After(d))
		}

		// Later days never lead to earlier ones.
		if p.After(d) > p.After(e) || p.Before(d) > p.Before(e) {
			t.Fatalf("%v turns %v and %v round", p, d, e)
		}
		if p.After(d) < d || p.Before(d) > d {
			t.Fatalf("%v after %v is %v, before it %v", p, d, p.After(d), p.Before(d))
		}

		// Days lead back; months do but for what a month end cuts off, at most
		// three days. (Months and days together promise nothing.)
		if days.After(days.Before(d)) != d || days.Before(days.After(d)) != d {
			t.Fatalf("%v does not lead back to %v", days, d)
		}
		if got := months.After(months.Before(d)); got > d || got < d-3 || day <= 28 && got != d {
			t.Fatalf("%v before and after %v is %v", months, d, got)
		}
		if p.Plus(q) != q.Plus(p) || p.Plus(when.Period{}) != p {
			t.Fatalf("%v and %v do not add up", p, q)
		}
	})
}

func TestRecurringPeriodsDoNotDrift(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := between(when.DayOf(1900, 1, 1), when.DayOf(2100, 1, 1)).Draw(t, "start")
		every := when.Months(rapid.IntRange(1, 36).Draw(t, "every"))
		_, _, day := start.Date()
		previous := start
		for k := 1; k <= 40; k++ {
			due := every.Times(k).After(start)
			_, m, got := due.Date()
			if _, next, _ := (due + 1).Date(); got != day && next == m {
				t.Fatalf("occurrence %d of %v from %v is %v: neither day %d nor a month's end", k, every, start, due, day)
			}
			if due <= previous {
				t.Fatalf("occurrence %d of %v from %v is %v, not after %v", k, every, start, due, previous)
			}
			previous = due
		}
	})

	// Thirty-first to thirty-first, through February.
	start := when.DayOf(2024, 1, 31)
	if got := when.Months(1).Times(2).After(start).String(); got != "2024-03-31" {
		t.Errorf("two months after 31 January are %s", got)
	}
}

func TestTimesIsRepeatedPlus(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := period().Draw(t, "p")
		j, k := rapid.IntRange(0, 1000).Draw(t, "j"), rapid.IntRange(0, 1000).Draw(t, "k")
		if p.Times(j).Plus(p.Times(k)) != p.Times(j+k) {
			t.Fatalf("%d and %d times %v are not %d times", j, k, p, j+k)
		}
	})
}

func TestPeriodReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := period().Filter(func(p when.Period) bool { return !p.IsZero() }).Draw(t, "p")
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got when.Period
		if err := json.Unmarshal(b, &got); err != nil || got != want {
			t.Fatalf("%s reads back as %v, %v", b, got, err)
		}
	})
}

func TestZeroPeriodIsLeftOut(t *testing.T) {
	type due struct {
		Within when.Period `json:"within,omitzero"`
	}
	if got := (when.Period{}).String(); got != "P0D" {
		t.Errorf("no period is written %s", got)
	}
	if b, err := json.Marshal(due{}); err != nil || string(b) != "{}" {
		t.Errorf("no period is written %s, %v", b, err)
	}
	for _, in := range []string{`{"within":""}`, `{"within":"P0D"}`, `{"within":9}`} {
		if err := json.Unmarshal([]byte(in), new(due)); err == nil {
			t.Errorf("%s is accepted", in)
		}
	}
}

func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"", "P", "P9M", "P1Y6M", "P2W", "P1Y2M3W4D", "PT72H", "P0D", "P1M1Y", "P9999Y11M", "P-1M", "P９M", "P000001D"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := when.ParsePeriod(s)
		if err != nil {
			if err.Error() == "" || strings.Contains(err.Error(), "\n") || len(err.Error()) > 512 {
				t.Errorf("the error is not one short clause: %q", err)
			}
			return
		}
		if p.Months < 0 || p.Days < 0 || p.IsZero() {
			t.Errorf("%q is %d months and %d days", s, p.Months, p.Days)
		}
		if again, err := when.ParsePeriod(p.String()); err != nil || again != p {
			t.Errorf("%q is written %q and reads back as %v, %v", s, p, again, err)
		}
		if last := when.DayOf(when.MaxYear, 12, 31); p.After(last) <= last || p.After(last).Open() {
			t.Errorf("%q after %v is %v", s, last, p.After(last))
		}
	})
}

func BenchmarkPeriodAfter(b *testing.B) {
	for _, s := range []string{"P9M", "P90D"} {
		p := when.MustPeriod(s)
		b.Run(s, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				sinkDay = p.After(when.Day(i & 0x7fff))
			}
		})
	}
}
