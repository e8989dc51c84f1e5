package locale

import (
	"math"
	"testing"

	"temwen/when"
)

func TestAmount(t *testing.T) {
	year, none := when.Months(12), when.Period{}
	for _, tt := range []struct {
		lo, hi      float64
		unit, bound string
		per         when.Period
		want        said
	}{
		{600e6, 600e6, "USD", "", year, said{
			"US$600 million a year", "600 millions de dollars américains par an",
			"600 milyon dola ameriken chak ane", "600 millones de dólares estadounidenses al año",
		}},
		{200, 200, "persons", "about", none, said{
			"about 200 people", "environ 200 personnes", "anviwon 200 moun", "alrededor de 200 personas",
		}},
		{515e6, 600e6, "USD", "", when.Months(24), said{
			"515 to 600 million US dollars over 2 years", "515 à 600 millions de dollars américains sur 2 ans",
			"515 a 600 milyon dola ameriken sou 2 an", "515 a 600 millones de dólares estadounidenses en 2 años",
		}},
		{50, 50, "percent", "up-to", none, said{
			"up to 50 percent", "jusqu’à 50_%", "jiska 50 pousan", "hasta 50_%",
		}},
		{10e9, 10e9, "USD", "nearly", none, said{
			"nearly US$10 billion", "près de 10 milliards de dollars américains",
			"prèske 10 milya dola ameriken", "casi 10 mil millones de dólares estadounidenses",
		}},
		{1e9, 1e9, "USD", "more-than", none, said{
			"more than US$1 billion", "plus de 1 milliard de dollars américains",
			"plis pase 1 milya dola ameriken", "más de mil millones de dólares estadounidenses",
		}},
		{315.8e6, 315.8e6, "USD", "", none, said{
			"US$315.8 million", "315,8 millions de dollars américains",
			"315,8 milyon dola ameriken", "315,8 millones de dólares estadounidenses",
		}},
		{1.3e6, 1.3e6, "persons", "", none, said{
			"1.3 million people", "1,3 million de personnes", "1,3 milyon moun", "1,3 millones de personas",
		}},
		{900e3, 1.2e6, "USD", "", none, said{
			"900,000 to 1.2 million US dollars", "900_000 à 1,2 million de dollars américains",
			"900_000 a 1,2 milyon dola ameriken", "900_000 a 1,2 millones de dólares estadounidenses",
		}},
		{500e3, 500e3, "firearms", "up-to", none, said{
			"up to 500,000 firearms", "jusqu’à 500_000 armes à feu", "jiska 500_000 zam", "hasta 500_000 armas de fuego",
		}},
		{1e6, 1e6, "firearms", "", none, said{
			"1 million firearms", "1 million d’armes à feu", "1 milyon zam", "1 millón de armas de fuego",
		}},
		{1, 1, "allegations", "at-least", none, said{
			"at least 1 allegation", "au moins 1 allégation", "omwen 1 akizasyon", "al menos 1 denuncia",
		}},
		{7, 8, "States", "", none, said{"7 to 8 States", "7 à 8 États", "7 a 8 Eta", "7 a 8 Estados"}},
		{80.5e6, 80.5e6, "CAD", "", none, said{
			"CA$80.5 million", "80,5 millions de dollars canadiens", "80,5 milyon dola kanadyen", "80,5 millones de dólares canadienses",
		}},
		{5e6, 5e6, "JMD", "", none, said{"JMD 5 million", "5 millions de JMD", "5 milyon JMD", "5 millones de JMD"}},
		{1642123, 1642123, "HTG", "", none, said{
			"1,642,123 gourdes", "1_642_123 gourdes", "1_642_123 goud", "1_642_123 gurdas",
		}},
		{10, 10, "ratio", "", none, said{"10", "10", "10", "10"}},
		{3, 3, "flights", "", when.Days(7), said{
			"3 flights a week", "3 vols par semaine", "3 vòl avyon chak semèn", "3 vuelos a la semana",
		}},
		{1, 1, "days", "", when.Months(1), said{"1 day a month", "1 jour par mois", "1 jou chak mwa", "1 día al mes"}},
		{2, 2, "incidents", "no-such-bound", when.Days(1), said{
			"2 incidents a day", "2 incidents par jour", "2 ensidan chak jou", "2 incidentes al día",
		}},
		{math.NaN(), math.NaN(), "USD", "about", year, said{}},
	} {
		tt.want.check(t, tt.unit, func(c *Catalogue) string { return c.Amount(tt.lo, tt.hi, tt.unit, tt.bound, tt.per) })
	}
}

// A figure must not lose digits on its way into words.
func TestAmountsAreNotRounded(t *testing.T) {
	for v, want := range map[float64]string{
		1234567:    "US$1,234,567",
		1250000:    "US$1.25 million",
		1255000:    "US$1,255,000",
		999999:     "US$999,999",
		1999250000: "US$1,999.25 million",
		1500000000: "US$1.5 billion",
		-2000000:   "US$−2 million",
		0:          "US$0",
		100.5:      "US$100.5",
		2300000.5:  "US$2,300,000.5",
		1500000005: "US$1,500,000,005",
	} {
		if got := In(English).Amount(v, v, "USD", "", when.Period{}); got != want {
			t.Errorf("%f is said as %q, want %q", v, got, want)
		}
	}
}
