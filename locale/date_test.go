package locale

import (
	"strings"
	"testing"

	"temwen/when"
)

// said is how something is said in English, French, Creole and Spanish. Where
// a no-break space belongs it stands as "_".
type said [4]string

var saidIn = [4]Lang{English, French, Creole, Spanish}

// check compares what say says with what is expected, in each language.
func (want said) check(t *testing.T, what any, say func(c *Catalogue) string) {
	t.Helper()
	for i, lang := range saidIn {
		if got := strings.ReplaceAll(say(In(lang)), "\u202f", "_"); got != want[i] {
			t.Errorf("%s: %v is said as %q, want %q", lang, what, got, want[i])
		}
	}
}

func TestDate(t *testing.T) {
	for _, tt := range []struct {
		edtf string
		want said
	}{
		{"2024-06-26", said{"26 June 2024", "26 juin 2024", "26 jen 2024", "26 de junio de 2024"}},
		{"2024-06-01", said{"1 June 2024", "1er juin 2024", "premye jen 2024", "1 de junio de 2024"}},
		{"2024-08-26T10:00:00Z", said{"26 August 2024", "26 août 2024", "26 out 2024", "26 de agosto de 2024"}},
		{"2024-06", said{"June 2024", "juin 2024", "jen 2024", "junio de 2024"}},
		{"2024-06-XX", said{"June 2024", "juin 2024", "jen 2024", "junio de 2024"}},
		{"2024", said{"2024", "2024", "2024", "2024"}},
		{"2024-XX", said{"2024", "2024", "2024", "2024"}},
		{"2024-XX-XX", said{"2024", "2024", "2024", "2024"}},
		{"2024-21", said{"spring 2024", "printemps 2024", "prentan 2024", "primavera de 2024"}},
		{"2024-22", said{"summer 2024", "été 2024", "ete 2024", "verano de 2024"}},
		{"2024-23", said{"autumn 2024", "automne 2024", "otòn 2024", "otoño de 2024"}},
		{"2024-24", said{"winter 2024–2025", "hiver 2024–2025", "ivè 2024–2025", "invierno de 2024–2025"}},
		{"199X", said{"the 1990s", "les années 1990", "ane 1990 yo", "la década de 1990"}},
		{"19XX", said{"the years 1900 to 1999", "les années 1900 à 1999", "soti ane 1900 rive 1999", "los años 1900 a 1999"}},
		{"-0044-03-15", said{"15 March 45 BC", "15 mars 45 av. J.-C.", "15 mas 45 anvan Jezikri", "15 de marzo de 45 a. C."}},

		{"2024-06~", said{"about June 2024", "juin 2024 environ", "anviwon jen 2024", "junio de 2024 aproximadamente"}},
		{"2024-06-02?", said{
			"2 June 2024 (not certain)", "2 juin 2024 (date incertaine)",
			"2 jen 2024 (dat la pa sèten)", "2 de junio de 2024 (fecha incierta)",
		}},
		{"2024%", said{
			"about 2024 (not certain)", "2024 environ (date incertaine)",
			"anviwon 2024 (dat la pa sèten)", "2024 aproximadamente (fecha incierta)",
		}},

		{"2004/2017", said{"2004 to 2017", "2004 à 2017", "soti 2004 rive 2017", "de 2004 a 2017"}},
		{"2004-06-01/2017-10-15", said{
			"1 June 2004 to 15 October 2017", "du 1er juin 2004 au 15 octobre 2017",
			"soti premye jen 2004 rive 15 oktòb 2017", "del 1 de junio de 2004 al 15 de octubre de 2017",
		}},
		{"2024-05~/2024-09", said{
			"about May 2024 to September 2024", "mai 2024 environ à septembre 2024",
			"soti anviwon me 2024 rive septanm 2024", "de mayo de 2024 aproximadamente a septiembre de 2024",
		}},
		{"2024-22/2024-12-31", said{
			"summer 2024 to 31 December 2024", "été 2024 à 31 décembre 2024",
			"soti ete 2024 rive 31 desanm 2024", "verano de 2024 a 31 de diciembre de 2024",
		}},
		{"2023-10-02/..", said{
			"since 2 October 2023", "depuis le 2 octobre 2023", "depi 2 oktòb 2023", "desde el 2 de octubre de 2023",
		}},
		{"2023-04/..", said{"since April 2023", "depuis avril 2023", "depi avril 2023", "desde abril de 2023"}},
		{"../2024-06-25", said{
			"until 25 June 2024", "jusqu’au 25 juin 2024", "jiska 25 jen 2024", "hasta el 25 de junio de 2024",
		}},
		{"../2024", said{"until 2024", "jusqu’en 2024", "jiska 2024", "hasta 2024"}},
		{"2024-06/", said{
			"from June 2024, end not known", "juin 2024 au plus tôt, fin inconnue",
			"apati jen 2024, yo pa konnen kilè sa fini", "junio de 2024 como pronto, final desconocido",
		}},
		{"/2024", said{
			"until 2024, start not known", "2024 au plus tard, début inconnu",
			"jiska 2024, yo pa konnen kilè sa te kòmanse", "2024 a más tardar, comienzo desconocido",
		}},
	} {
		d := when.MustParse(tt.edtf)
		tt.want.check(t, tt.edtf, func(c *Catalogue) string { return c.Date(d) })
	}
	said{"no date", "sans date", "san dat", "sin fecha"}.check(t, "no date",
		func(c *Catalogue) string { return c.Date(when.Date{}) })
}

func TestOpenDays(t *testing.T) {
	for _, d := range []when.Day{when.Earliest, when.Latest} {
		said{"no set date", "sans date fixée", "san dat fiks", "sin fecha fija"}.check(t, d,
			func(c *Catalogue) string { return c.Day(d) })
	}
}

func TestMonthsOfTheYear(t *testing.T) {
	want := map[Lang]string{
		English: "January February March April May June July August September October November December",
		French:  "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
		Creole:  "janvye fevriye mas avril me jen jiyè out septanm oktòb novanm desanm",
		Spanish: "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
	}
	for lang, months := range want {
		for m, name := range strings.Fields(months) {
			if got := In(lang).Day(when.DayOf(2024, 1, 15) + when.Day(30*m+m/2)); !strings.Contains(got, name) {
				t.Errorf("%s: %q is not in %s", lang, got, name)
			}
		}
	}
}

// Two days are never said in the same words, and a date of one day is said as
// the day is.
func TestDaysAreSaidApart(t *testing.T) {
	for _, lang := range Langs {
		c := In(lang)
		seen := make(map[string]when.Day)
		for d := when.DayOf(2023, 12, 1); d < when.DayOf(2026, 2, 1); d++ {
			words := c.Day(d)
			if other, twice := seen[words]; twice {
				t.Fatalf("%s: %s and %s are both %q", lang, d, other, words)
			}
			seen[words] = d
			if date := c.Date(when.On(d)); date != words {
				t.Fatalf("%s: the date %s is %q, the day %q", lang, d, date, words)
			}
		}
	}
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"2024-06-26", "199X", "2024-24~", "../2024", "2004/", "-0001-12-31%", "0000", "2024-06-26T00:00:00+05"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := when.Parse(s)
		if err != nil {
			return
		}
		for _, lang := range Langs {
			if words := In(lang).Date(d); words == "" || strings.ContainsAny(words, "[]{}/~%?") {
				t.Errorf("%s: %q is said as %q", lang, s, words)
			}
		}
	})
}
