package when_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"temwen/when"
)

// utc is the first instant of a day, as package time counts it.
func utc(d when.Day) time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// written draws a day of a year that can be written.
func written() *rapid.Generator[when.Day] {
	return between(when.DayOf(when.MinYear, 1, 1), when.DayOf(when.MaxYear, 12, 31))
}

func between(first, last when.Day) *rapid.Generator[when.Day] {
	return rapid.Map(rapid.Int32Range(int32(first), int32(last)), func(n int32) when.Day { return when.Day(n) })
}

func checkDay(t *testing.T, d when.Day) {
	t.Helper()
	y, m, day := d.Date()
	if wy, wm, wd := utc(d).Date(); y != wy || m != wm || day != wd {
		t.Fatalf("day %d: Date is %d %v %d, package time says %d %v %d", int32(d), y, m, day, wy, wm, wd)
	}
	if got := when.DayOf(y, m, day); got != d {
		t.Fatalf("DayOf(%d, %v, %d) = %d, want %d", y, m, day, int32(got), int32(d))
	}
	if got, want := d.Weekday(), utc(d).Weekday(); got != want {
		t.Fatalf("day %d: Weekday is %v, package time says %v", int32(d), got, want)
	}
}

func TestDayAgreesWithTime(t *testing.T) {
	t.Run("every month that can be written", func(t *testing.T) {
		for year := when.MinYear; year <= when.MaxYear; year++ {
			for month := time.January; month <= time.December; month++ {
				first := when.DayOf(year, month, 1)
				checkDay(t, first)
				checkDay(t, first-1)
			}
		}
	})
	t.Run("every day for 400 years", func(t *testing.T) {
		for d := when.DayOf(1800, 1, 1); d <= when.DayOf(2200, 1, 1); d++ {
			checkDay(t, d)
		}
	})
	t.Run("the whole range of Day", func(t *testing.T) {
		for n := int64(math.MinInt32); n <= math.MaxInt32; n += 99_991 {
			checkDay(t, when.Day(n))
		}
		checkDay(t, when.Earliest)
		checkDay(t, when.Latest)
	})
}

func TestDayOfCarriesOver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		year := rapid.IntRange(when.MinYear, when.MaxYear).Draw(t, "year")
		month := time.Month(rapid.IntRange(-100, 100).Draw(t, "month"))
		day := rapid.IntRange(-1000, 1000).Draw(t, "day")
		got, want := utc(when.DayOf(year, month, day)), time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
		if !got.Equal(want) {
			t.Fatalf("DayOf(%d, %d, %d) is %v, want %v", year, month, day, got, want)
		}
	})
}

func TestDayOfBeyondTheCalendar(t *testing.T) {
	for year, want := range map[int]when.Day{
		6_000_000: when.Latest, math.MaxInt: when.Latest,
		-6_000_000: when.Earliest, math.MinInt: when.Earliest,
	} {
		if got := when.DayOf(year, time.June, 15); got != want {
			t.Errorf("DayOf(%d, June, 15) = %d, want %d", year, int32(got), int32(want))
		}
	}
}

func TestDayString(t *testing.T) {
	for _, test := range []struct {
		day  when.Day
		want string
	}{
		{0, "1970-01-01"},
		{-1, "1969-12-31"},
		{when.DayOf(2024, time.February, 29), "2024-02-29"},
		{when.DayOf(2023, time.February, 29), "2023-03-01"},
		{when.DayOf(794, time.July, 3), "0794-07-03"},
		{when.DayOf(0, time.January, 1), "0000-01-01"},
		{when.DayOf(0, time.January, 0), "-0001-12-31"},
		{when.DayOf(-9999, time.January, 1), "-9999-01-01"},
		{when.DayOf(9999, time.December, 31), "9999-12-31"},
		{when.DayOf(10000, time.January, 1), "10000-01-01"},
		{when.Earliest, ".."},
		{when.Latest, ".."},
	} {
		if got := test.day.String(); got != test.want {
			t.Errorf("day %d: String is %q, want %q", int32(test.day), got, test.want)
		}
	}
}

func TestDayReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := written().Draw(t, "day")
		if got, err := when.ParseDay(want.String()); err != nil || got != want {
			t.Fatalf("ParseDay(%q) = %v, %v", want, got, err)
		}
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got when.Day
		if err := json.Unmarshal(b, &got); err != nil || got != want {
			t.Fatalf("%s reads back as %v, %v", b, got, err)
		}
	})
}

func TestParseDayRefuses(t *testing.T) {
	const notOne = "is not one day: write YYYY-MM-DD"
	for s, want := range map[string]string{
		"":                      "the date is empty",
		"2024":                  notOne,
		"2024-06":               notOne,
		"2024-06-26~":           notOne, // about that day is not that day
		"2024-06-26?":           notOne,
		"2024-06-26/2024-06-26": notOne,
		"2024-06-26T12:00:00Z":  notOne,
		"2024-06-XX":            notOne,
		"2023-02-29":            "February 2023 has 28 days",
		"..":                    "is not a date",
		"10000-01-01":           "is not a date",
	} {
		_, err := when.ParseDay(s)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseDay(%q): error is %v, want ...%s", s, err, want)
		}
	}
}

func TestTodayIsTheDayOnTheWall(t *testing.T) {
	instant := time.Date(2024, time.June, 26, 2, 30, 0, 0, time.UTC)
	portAuPrince := time.FixedZone("EDT", -4*60*60)
	if got := when.Today(instant).String(); got != "2024-06-26" {
		t.Errorf("in UTC it is %s", got)
	}
	if got := when.Today(instant.In(portAuPrince)).String(); got != "2024-06-25" {
		t.Errorf("in Port-au-Prince it is %s", got)
	}
}

var (
	sinkDay when.Day
	sinkInt int
)

func BenchmarkDayOf(b *testing.B) {
	for i := 0; b.Loop(); i++ {
		sinkDay = when.DayOf(2000+i%64, time.Month(i%12+1), 28)
	}
}

func BenchmarkDayDate(b *testing.B) {
	for i := 0; b.Loop(); i++ {
		y, m, d := when.Day(i & 0x7fff).Date()
		sinkInt = y + int(m) + d
	}
}
