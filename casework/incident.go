package casework

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"temwen/when"
)

// Incident is something that happened, in coded facts alone: no name, no word of
// a report. What reports say of it stays in their seals; here stand the codes
// that an officer gave.
type Incident struct {
	ID     string    `json:"id"`
	Number int       `json:"number"`
	When   when.Date `json:"when,omitzero"` // EDTF: as exactly as it is known
	Where  Place     `json:"where,omitzero"`
	// Acts are codes of the vocabulary in Terms.
	Acts   []string  `json:"acts"`
	Terms  string    `json:"terms"` // the version of the vocabulary: only Reclass changes it
	Harm   []Harm    `json:"harm,omitempty"`
	Actors []Alleged `json:"actors,omitempty"`
	// Circumstances are codes of the same vocabulary.
	Circumstances []string `json:"circumstances,omitempty"`
	Sources       []Basis  `json:"sources"`
	// Into is the incident that it was found to be the same as.
	Into    string `json:"into,omitempty"`
	Changed uint64 `json:"changed"`
}

// Place is where something happened.
type Place struct {
	Department string `json:"department,omitempty"` // p-code, such as HT01
	Commune    string `json:"commune,omitempty"`    // p-code
	// Point is where it was, if that is known more closely.
	Point *Point `json:"point,omitempty"`
	// Precision says how sure the place is: point, commune, department, unknown.
	Precision string `json:"precision,omitempty"`
}

// Point is a place on the earth, WGS 84, in thousandths of a degree: about a
// hundred metres. A closer one would show whose house it was.
type Point struct {
	North int `json:"north"` // of the equator; negative to the south
	East  int `json:"east"`  // of Greenwich; negative to the west
	// Within is how far off it may be, in metres: one of Distances.
	Within int `json:"within"`
}

// ParsePoint reads degrees as maps give them, such as "18.539, -72.335". Digits
// beyond the third are left away. ok is false where it is no point.
func ParsePoint(s string) (p Point, ok bool) {
	north, east, found := strings.Cut(s, ",")
	if !found {
		if north, east, found = strings.Cut(strings.TrimSpace(s), " "); !found {
			return p, false
		}
	}
	thousandths := func(s string, most float64) (int, bool) {
		d, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		return int(math.Round(d * 1000)), err == nil && math.Abs(d) <= most
	}
	var okNorth, okEast bool
	p.North, okNorth = thousandths(north, 90)
	p.East, okEast = thousandths(east, 180)
	return p, okNorth && okEast
}

// String is the point as ParsePoint reads it.
func (p Point) String() string {
	return fmt.Sprintf("%.3f, %.3f", float64(p.North)/1000, float64(p.East)/1000)
}

// Harm is how many people were harmed, and how: a least and a most, for nobody
// counts exactly.
type Harm struct {
	Kind string `json:"kind"` // killed, injured, ...: a code of the vocabulary
	Sex  string `json:"sex"`  // female, male, unknown
	Age  string `json:"age"`  // child, adult, unknown
	Min  int    `json:"min"`
	Max  int    `json:"max"`
}

// Alleged is an actor who is said to be responsible. "Police, supported by the
// force" is two.
type Alleged struct {
	Actor      string `json:"actor"` // ID in the dossier
	Confidence string `json:"confidence"`
	Share      string `json:"share"` // alone, led, joined, supported, unknown
	// Least and Most are how many of its persons are said to have done it; 0 where
	// nobody says, which stands for one at least.
	Least int `json:"least,omitempty"`
	Most  int `json:"most,omitempty"`
}

// Basis is what a coded fact rests on.
type Basis struct {
	Kind  string `json:"kind"`  // thread, source
	ID    string `json:"id"`    // of a thread of reports, or of a source in the dossier
	Grade string `json:"grade"` // reliability and credibility, A1 to F6
}

// OwnFile begins the ID of a source that is the office's own file, and not public.
const OwnFile = "file/"

// isPublic reports whether it is a public source.
func (b *Basis) isPublic() bool { return b.Kind == "source" && !strings.HasPrefix(b.ID, OwnFile) }

// Allegation is one incident, one actor and one sort of violation.
type Allegation struct {
	ID         string `json:"id"`
	Number     int    `json:"number"`
	Incident   string `json:"incident"`
	Actor      string `json:"actor"`
	Act        string `json:"act"`
	Terms      string `json:"terms"` // the version of the vocabulary that has the act: that of the incident
	Confidence string `json:"confidence"`
	// Cases take it, by ID, each through another track: as the tables say.
	Cases []string `json:"-"`
}

// The words of coded facts that are not of a vocabulary.
var (
	Distances   = []int{100, 500, 1000, 5000} // metres
	Precisions  = []string{"point", "commune", "department", "unknown"}
	Sexes       = []string{"female", "male", "unknown"}
	Ages        = []string{"child", "adult", "unknown"}
	Confidences = []string{"confirmed", "likely", "possible", "unknown"}
	Shares      = []string{"alone", "led", "joined", "supported", "unknown"}
)

// Flaw is one thing that is wrong in coded facts: which member, and why, as a
// code of the catalogue.
type Flaw struct{ Member, Code string }

// mostPeople is how many people an incident can count: more is a slip of the hand.
const mostPeople = 100_000

// Check is everything that is wrong in an incident's coded facts, under a
// vocabulary.
func (i *Incident) Check(terms *Terms) []Flaw {
	var flaws []Flaw
	flaw := func(wrong bool, member, code string) {
		if wrong {
			flaws = append(flaws, Flaw{member, code})
		}
	}
	word := func(member, s string, words []string) { flaw(!slices.Contains(words, s), member, "no-such-word") }
	flaw(i.Terms != terms.Version, "terms", "other-version")
	flaw(len(i.Acts) == 0, "acts", "missing")
	for _, a := range i.Acts {
		flaw(terms.Act(a) == nil, "acts", "no-such-word")
	}
	for _, c := range i.Circumstances {
		word("circumstances", c, terms.Codes("circumstances"))
	}
	if i.Where.Precision != "" {
		word("where", i.Where.Precision, Precisions)
	}
	flaw(i.Where.Precision == "commune" && i.Where.Commune == "", "where", "needs-commune")
	flaw(i.Where.Precision == "department" && i.Where.Department == "", "where", "needs-department")
	flaw((i.Where.Precision == "point") != (i.Where.Point != nil), "where", "point")
	if at := i.Where.Point; at != nil {
		flaw(max(at.North, -at.North) > 90_000 || max(at.East, -at.East) > 180_000 || !slices.Contains(Distances, at.Within), "where", "no-point")
	}
	for _, h := range i.Harm {
		word("harm", h.Kind, terms.Codes("harms"))
		word("harm", h.Sex, Sexes)
		word("harm", h.Age, Ages)
		flaw(h.Min < 0 || h.Max < h.Min, "harm", "min-max")
		flaw(h.Max > mostPeople, "harm", "too-many")
	}
	named, alone := make(map[string]bool), 0
	for _, a := range i.Actors {
		flaw(a.Actor == "", "actors", "missing")
		word("actors", a.Confidence, Confidences)
		word("actors", a.Share, Shares)
		flaw(a.Least < 0 || a.Most != 0 && a.Most < a.Least, "actors", "min-max")
		flaw(max(a.Least, a.Most) > mostPeople, "actors", "too-many")
		flaw(a.Actor != "" && named[a.Actor], "actors", "twice")
		named[a.Actor] = true
		if a.Share == "alone" {
			alone++
		}
	}
	flaw(alone > 0 && len(i.Actors) > 1, "actors", "not-alone")
	flaw(len(i.Sources) == 0, "sources", "missing")
	for _, s := range i.Sources {
		word("sources", s.Kind, []string{"thread", "source"})
		flaw(s.ID == "", "sources", "missing")
		flaw(!isGrade(s.Grade), "sources", "grade")
	}
	return flaws
}

// isGrade reports whether s is a grade of a source: its reliability, A to F, and
// the credibility of what it says, 1 to 6 (the admiralty system).
func isGrade(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'F' && s[1] >= '1' && s[1] <= '6'
}
