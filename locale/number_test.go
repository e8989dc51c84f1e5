package locale

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"temwen/when"
)

func TestNumber(t *testing.T) {
	for _, tt := range []struct {
		v    float64
		want said
	}{
		{0, said{"0", "0", "0", "0"}},
		{math.Copysign(0, -1), said{"0", "0", "0", "0"}},
		{7, said{"7", "7", "7", "7"}},
		{999, said{"999", "999", "999", "999"}},
		{2500, said{"2,500", "2_500", "2_500", "2500"}},
		{10000, said{"10,000", "10_000", "10_000", "10_000"}},
		{1642123, said{"1,642,123", "1_642_123", "1_642_123", "1_642_123"}},
		{315.8, said{"315.8", "315,8", "315,8", "315,8"}},
		{0.1 + 0.2, said{"0.3", "0,3", "0,3", "0,3"}},
		{-1234.5, said{"−1,234.5", "−1_234,5", "−1_234,5", "−1234,5"}},
		{1e15, said{
			"1,000,000,000,000,000", "1_000_000_000_000_000", "1_000_000_000_000_000", "1_000_000_000_000_000",
		}},
	} {
		tt.want.check(t, tt.v, func(c *Catalogue) string { return c.Number(tt.v) })
	}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64} {
		if In(English).Number(v) == "" {
			t.Errorf("%v is not said", v)
		}
	}
}

// Whatever is said can be read back.
func TestNumbersKeepTheirValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := float64(rapid.Int64Range(-1e15, 1e15).Draw(t, "n")) / 100
		c := In(rapid.SampledFrom(Langs).Draw(t, "lang"))
		s := strings.NewReplacer(c.Say("number.group"), "", c.Say("number.decimal"), ".", "−", "-").Replace(c.Number(v))
		got, err := strconv.ParseFloat(s, 64)
		if err != nil || got != v {
			t.Fatalf("%s: %v is said as %q: %v, %v", c.Lang(), v, c.Number(v), got, err)
		}
	})
}

func TestPeriod(t *testing.T) {
	for _, tt := range []struct {
		period  string
		working bool
		want    said
	}{
		{"P9M", false, said{"9 months", "9 mois", "9 mwa", "9 meses"}},
		{"P1M", false, said{"1 month", "1 mois", "1 mwa", "1 mes"}},
		{"P10D", true, said{"10 working days", "10 jours ouvrables", "10 jou travay", "10 días hábiles"}},
		{"P1D", true, said{"1 working day", "1 jour ouvrable", "1 jou travay", "1 día hábil"}},
		{"P10D", false, said{"10 days", "10 jours", "10 jou", "10 días"}},
		{"P2W", false, said{"14 days", "14 jours", "14 jou", "14 días"}},
		{"P1Y6M", false, said{"1 year and 6 months", "1 an et 6 mois", "1 an ak 6 mwa", "1 año y 6 meses"}},
		{"P12M", false, said{"1 year", "1 an", "1 an", "1 año"}},
		{"P2Y1M3D", true, said{
			"2 years, 1 month and 3 working days", "2 ans, 1 mois et 3 jours ouvrables",
			"2 an, 1 mwa ak 3 jou travay", "2 años, 1 mes y 3 días hábiles",
		}},
	} {
		p := when.MustPeriod(tt.period)
		tt.want.check(t, tt.period, func(c *Catalogue) string { return c.Period(p, tt.working) })
	}
	said{}.check(t, "no period", func(c *Catalogue) string { return c.Period(when.Period{}, true) })
}

func TestList(t *testing.T) {
	for _, tt := range []struct {
		words string
		want  said
	}{
		{"", said{}},
		{"a", said{"a", "a", "a", "a"}},
		{"a b", said{"a and b", "a et b", "a ak b", "a y b"}},
		{"a b c", said{"a, b and c", "a, b et c", "a, b ak c", "a, b y c"}},
		{"Chad Irlanda", said{"Chad and Irlanda", "Chad et Irlanda", "Chad ak Irlanda", "Chad e Irlanda"}},
		{"Chad hijos", said{"Chad and hijos", "Chad et hijos", "Chad ak hijos", "Chad e hijos"}},
		{"Chad hierro", said{"Chad and hierro", "Chad et hierro", "Chad ak hierro", "Chad y hierro"}},
	} {
		tt.want.check(t, tt.words, func(c *Catalogue) string { return c.List(strings.Fields(tt.words)) })
	}
}
