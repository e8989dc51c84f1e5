package publish

import (
	"math"
	"slices"
	"strings"

	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

// What columns are made of: each function makes the columns of one value.

// coded is a column of plain words, IDs or codes.
func coded[T any](name string, get func(T) string, enum ...string) []columnOf[T] {
	return []columnOf[T]{{DataColumn{Name: name, Type: DataString, Enum: enum}, func(v T) any {
		return orNil(get(v))
	}}}
}

// orNil is a string without carriage returns, which no format keeps alike.
func orNil(s string) any {
	if strings.ContainsRune(s, '\r') {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	if s == "" {
		return nil
	}
	return s
}

// idSeparator stands between the IDs of a list. No ID has it.
const idSeparator = ";"

// ids is a column of several IDs.
func ids[T any](name string, get func(T) []string) []columnOf[T] {
	return coded(name, func(v T) string { return strings.Join(get(v), idSeparator) })
}

func actorIDs(actors []ActorRef) []string {
	list := make([]string, len(actors))
	for i := range actors {
		list[i] = actors[i].ID
	}
	return list
}

func actorID(a *ActorRef) string {
	if a == nil {
		return ""
	}
	return a.ID
}

// inLanguages are the columns of a text, one for each language; those that the
// dossier does not have are empty.
func inLanguages[T any](name string, get func(T) locale.Text) []columnOf[T] {
	columns := make([]columnOf[T], len(locale.Langs))
	for i, lang := range locale.Langs {
		columns[i] = columnOf[T]{
			DataColumn{Name: name + "_" + string(lang), Type: DataString, part: columnPart(lang), word: name},
			func(v T) any { return orNil(get(v)[lang]) },
		}
	}
	return columns
}

// dated are the columns of a date: as written (EDTF), and the first and the last
// day that it allows.
func dated[T any](name string, get func(T) when.Date) []columnOf[T] {
	return []columnOf[T]{
		{DataColumn{Name: name, Type: DataString, part: writtenDate}, func(v T) any { return orNil(get(v).String()) }},
		{DataColumn{Name: name + "_first", Type: DataDay, part: firstDay, word: name}, func(v T) any { return closed(get(v).First()) }},
		{DataColumn{Name: name + "_last", Type: DataDay, part: lastDay, word: name}, func(v T) any { return closed(get(v).Last()) }},
	}
}

// closed is a day, or nothing where it is open or cannot be written.
func closed(d when.Day) any {
	if y, _, _ := d.Date(); d.Open() || y < 1 || y > when.MaxYear {
		return nil
	}
	return d
}

// onDay is a column of whole days.
func onDay[T any](name string, get func(T) *when.Day) []columnOf[T] {
	return []columnOf[T]{{DataColumn{Name: name, Type: DataDay}, func(v T) any {
		if d := get(v); d != nil {
			return closed(*d)
		}
		return nil
	}}}
}

// counted is a column of whole numbers.
func counted[T any](name, unit string, get func(T) *int) []columnOf[T] {
	return []columnOf[T]{{DataColumn{Name: name, Type: DataInteger, Unit: unit}, func(v T) any {
		if n := get(v); n != nil {
			return int64(*n)
		}
		return nil
	}}}
}

// measured is a column of numbers; what is no number is left out.
func measured[T any](name, unit string, get func(T) float64) []columnOf[T] {
	return []columnOf[T]{{DataColumn{Name: name, Type: DataNumber, Unit: unit}, func(v T) any {
		if n := get(v); !math.IsNaN(n) && !math.IsInf(n, 0) {
			return n
		}
		return nil
	}}}
}

// yesNo is a column of true and false.
func yesNo[T any](name string, get func(T) bool) []columnOf[T] {
	return []columnOf[T]{{DataColumn{Name: name, Type: DataBoolean}, func(v T) any { return get(v) }}}
}

// origin are the last columns of most tables: since when it is known, and the
// sources.
func origin[T any](get func(T) rooted) []columnOf[T] {
	return slices.Concat(
		onDay("known", func(v T) *when.Day { day := get(v).known; return &day }),
		ids("sources", func(v T) []string { return get(v).sources }),
	)
}

// rooted is where a row comes from.
type rooted struct {
	known   when.Day
	sources []string
}

func (t *tabling) rooted(fact string, sources []string) rooted {
	day, ok := t.known[fact]
	if !ok {
		day = when.Latest
	}
	return rooted{day, sources}
}

// amounts are the columns of a number that may be a range, with its unit, its
// rate and its tense.
func amounts[T any](get func(T) *dossier.Amount) []columnOf[T] {
	of := func(v T) dossier.Amount {
		if a := get(v); a != nil {
			return *a
		}
		return dossier.Amount{}
	}
	end := func(pick func(lo, hi float64) float64) func(T) float64 {
		return func(v T) float64 { return pick(Bounds(of(v))) }
	}
	return slices.Concat(
		coded("modality", func(v T) string { return string(of(v).Modality) }, modalityNames()...),
		measured("value", "", end(func(lo, hi float64) float64 {
			if lo != hi {
				return math.NaN()
			}
			return lo
		})),
		measured("value_min", "", end(func(lo, _ float64) float64 { return lo })),
		measured("value_max", "", end(func(_, hi float64) float64 { return hi })),
		coded("bound", func(v T) string { return of(v).Bound }),
		coded("unit", func(v T) string { return of(v).Unit }),
		coded("per", func(v T) string { return period(of(v).Per) }),
	)
}

func modalityNames() []string {
	names := make([]string, len(dossier.Modalities))
	for i, m := range dossier.Modalities {
		names[i] = string(m)
	}
	return names
}

// period is an ISO 8601 period, or nothing.
func period(p when.Period) string {
	if p.IsZero() {
		return ""
	}
	return p.String()
}
