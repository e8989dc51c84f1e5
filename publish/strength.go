package publish

import (
	"cmp"
	"maps"
	"slices"

	"temwen/dossier"
	"temwen/when"
)

// Strength is who stood where in a mission, year by year, from a data set that
// lists the contributors at each place. It counts by these rules:
//
//   - A size that the source does not know counts as nothing, so every sum is a
//     least one, and the contributors without a size are counted beside it.
//   - A contributor that stands twice at a place of one name in one year counts
//     once, with the larger number: the pair may be one unit. Twice lists them.
//   - Contributors have the names the source gives them; Odd lists the names
//     that stand for no single country, or for one that has another name too.
type Strength struct {
	Years   []StrengthYear `json:"years"`           // oldest first
	Names   []NameLine     `json:"names"`           // the contributors over all years, the largest first
	Twice   []TwiceLine    `json:"twice,omitempty"` // contributors that stand twice at a place
	Odd     []OddName      `json:"odd_names,omitempty"`
	Sources []string       `json:"sources"`
}

// StrengthYear is the people of a mission in one year.
type StrengthYear struct {
	Year    int            `json:"year"`
	People  int            `json:"people_at_least"` // of all contributors with a known size
	Unknown int            `json:"size_unknown"`    // contributors at a place whose size is not known
	Places  []PlaceLine    `json:"places"`          // the largest first
	Names   []Contribution `json:"contributors"`    // the largest first
	Sources []string       `json:"sources"`
}

// PlaceLine is one place in one year.
type PlaceLine struct {
	Place        string         `json:"place"`
	Latitude     *float64       `json:"latitude,omitempty"`
	Longitude    *float64       `json:"longitude,omitempty"`
	People       int            `json:"people_at_least"`
	Unknown      int            `json:"size_unknown"`
	Contributors []Contribution `json:"contributors"`
	Sources      []string       `json:"sources"`
}

// Contribution is one contributor's people, at a place or in a year.
type Contribution struct {
	Name    string `json:"name"` // as the source has it
	People  int    `json:"people_at_least"`
	Unknown int    `json:"size_unknown,omitempty"` // places where its size is not known
}

// NameLine is one contributor over all years of a mission.
type NameLine struct {
	Name        string `json:"name"`
	Years       []int  `json:"years"`
	Most        int    `json:"most"`                   // people in the year with most; 0 where no size is known
	MostYear    int    `json:"most_year,omitempty"`    // the first such year
	SizeUnknown []int  `json:"size_unknown,omitempty"` // years with a place where its size is not known
}

// TwiceLine is a contributor that stands twice at one place in one year, and is
// counted once.
type TwiceLine struct {
	Year  int    `json:"year"`
	Place string `json:"place"`
	Name  string `json:"contributor"`
	Less  int    `json:"not_counted"` // people of the row that is not counted; 0 where unknown
}

// OddName is a contributor's name that no sum should take for a country.
type OddName struct {
	Kind  string   `json:"kind"` // group: not a country; same: names of one country; form: a country with brackets in its name
	Names []string `json:"names"`
}

// oddNames are the names of the Geo-PKO dataset, version 2.3, that are not a
// country's only name.
var oddNames = []OddName{
	{"group", []string{"Multinational", "CARICOM"}},
	{"same", []string{"USA", "Us"}},
	{"form", []string{"Korea (ROK)"}},
}

// Strength is who stood where in a mission, as known on the view's day; nil
// where no data set tells. It errs with a NotFoundError where no such mission
// was known.
func (v *View) Strength(mission string) (*Strength, error) {
	if _, err := v.mission(mission); err != nil {
		return nil, err
	}
	years := make(map[int][]*dossier.Deployment)
	for _, d := range v.Deployments {
		if d.Mission == mission && !d.AsOf.First().Open() && d.AsOf.First() <= v.AsOf.World {
			y := yearOf(d.AsOf)
			years[y] = append(years[y], d)
		}
	}
	if len(years) == 0 {
		return nil, nil
	}
	s := &Strength{}
	for _, y := range slices.Sorted(maps.Keys(years)) {
		line, twice := strengthYear(y, years[y])
		s.Years, s.Twice = append(s.Years, line), append(s.Twice, twice...)
		s.Sources = union(s.Sources, line.Sources)
	}
	s.Names = namesOver(s.Years)
	s.Odd = oddAmong(s.Names)
	return s, nil
}

func yearOf(d when.Date) int {
	y, _, _ := d.First().Date()
	return y
}

// strengthYear gathers the rows of a year: those of one place together.
func strengthYear(year int, rows []*dossier.Deployment) (StrengthYear, []TwiceLine) {
	y := StrengthYear{Year: year}
	at := make(map[string]int)
	var twice []TwiceLine
	for _, d := range rows {
		i, ok := at[d.Place]
		if !ok {
			i = len(y.Places)
			at[d.Place] = i
			y.Places = append(y.Places, PlaceLine{Place: d.Place, Latitude: d.Latitude, Longitude: d.Longitude})
		}
		twice = append(twice, y.Places[i].add(year, d)...)
	}
	by := make(map[string]*Contribution)
	for i := range y.Places {
		p := &y.Places[i]
		p.total()
		y.People, y.Unknown, y.Sources = y.People+p.People, y.Unknown+p.Unknown, union(y.Sources, p.Sources)
		for _, c := range p.Contributors {
			if by[c.Name] == nil {
				by[c.Name] = &Contribution{Name: c.Name}
			}
			by[c.Name].People += c.People
			by[c.Name].Unknown += c.Unknown
		}
	}
	for _, c := range by {
		y.Names = append(y.Names, *c)
	}
	slices.SortFunc(y.Names, byPeople)
	slices.SortStableFunc(y.Places, func(a, b PlaceLine) int {
		return cmp.Or(cmp.Compare(b.People, a.People), cmp.Compare(b.Unknown, a.Unknown), cmp.Compare(a.Place, b.Place))
	})
	return y, twice
}

// add takes a row of the data set into its place; a contributor that stands
// there already is counted once.
func (p *PlaceLine) add(year int, d *dossier.Deployment) (twice []TwiceLine) {
	p.Sources = union(p.Sources, d.Sources)
	for _, c := range d.Contributors {
		i := slices.IndexFunc(p.Contributors, func(o Contribution) bool { return o.Name == c.Country })
		if i < 0 {
			i = len(p.Contributors)
			p.Contributors = append(p.Contributors, Contribution{Name: c.Country, People: c.People})
		} else {
			twice = append(twice, TwiceLine{year, d.Place, c.Country, min(p.Contributors[i].People, c.People)})
		}
		o := &p.Contributors[i]
		o.People = max(o.People, c.People)
		o.Unknown = 0
		if o.People == 0 {
			o.Unknown = 1
		}
	}
	return twice
}

func (p *PlaceLine) total() {
	for _, c := range p.Contributors {
		p.People += c.People
		p.Unknown += c.Unknown
	}
	slices.SortStableFunc(p.Contributors, byPeople)
}

func byPeople(a, b Contribution) int {
	return cmp.Or(cmp.Compare(b.People, a.People), cmp.Compare(b.Unknown, a.Unknown), cmp.Compare(a.Name, b.Name))
}

// namesOver are the contributors over all years.
func namesOver(years []StrengthYear) []NameLine {
	by := make(map[string]*NameLine)
	for i := range years {
		for _, c := range years[i].Names {
			n := by[c.Name]
			if n == nil {
				n = &NameLine{Name: c.Name}
				by[c.Name] = n
			}
			n.Years = append(n.Years, years[i].Year)
			if c.People > n.Most {
				n.Most, n.MostYear = c.People, years[i].Year
			}
			if c.Unknown > 0 {
				n.SizeUnknown = append(n.SizeUnknown, years[i].Year)
			}
		}
	}
	var list []NameLine
	for _, n := range by {
		list = append(list, *n)
	}
	slices.SortFunc(list, func(a, b NameLine) int {
		return cmp.Or(cmp.Compare(b.Most, a.Most), cmp.Compare(len(b.Years), len(a.Years)), cmp.Compare(a.Name, b.Name))
	})
	return list
}

// oddAmong are the odd names that a mission's contributors have.
func oddAmong(names []NameLine) []OddName {
	var found []OddName
	for _, o := range oddNames {
		here := slices.DeleteFunc(slices.Clone(o.Names), func(name string) bool {
			return !slices.ContainsFunc(names, func(n NameLine) bool { return n.Name == name })
		})
		if len(here) > 0 && (o.Kind != "same" || len(here) > 1) {
			found = append(found, OddName{o.Kind, here})
		}
	}
	return found
}

// Peak is the year with most people of known size; nil where no size is known.
func (s *Strength) Peak() *StrengthYear {
	if s == nil || len(s.Years) == 0 {
		return nil
	}
	y := slices.MaxFunc(s.Years, func(a, b StrengthYear) int { return cmp.Compare(a.People, b.People) })
	if y.People == 0 {
		return nil
	}
	return &y
}

// Most is the people of a year; 0 for none.
func (y *StrengthYear) Most() int {
	if y == nil {
		return 0
	}
	return y.People
}

// union is both lists without doubles, in the order of their first mention.
func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, id := range b {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
