package report

import (
	"slices"
	"strings"

	"temwen/dossier"
	"temwen/locale"
	"temwen/seal"
	"temwen/when"
)

// Contact is a service that helps, as it is published.
type Contact struct {
	Name locale.Text
	// Needs are what it helps with; Children that it is for children.
	Needs    []seal.Need
	Children bool
	Phone    string      // as it is dialled
	Where    locale.Text // address or area
	Hours    locale.Text
	Note     locale.Text
	Source   string // who publishes it
	// Example says that it is made up.
	Example bool
}

// Dial is what a telephone dials.
func (c Contact) Dial() string { return strings.ReplaceAll(c.Phone, " ", "") }

// ContactsOf are the services of dossiers, as they are known on a day.
func ContactsOf(dossiers []*dossier.Dossier, day when.Day) []Contact {
	var list []Contact
	for _, d := range dossiers {
		then := d.At(day)
		for _, s := range then.Services {
			c := Contact{Name: s.Name, Children: s.Children, Phone: s.Phone, Where: s.Where, Hours: s.Hours, Note: s.Note}
			for _, n := range s.Needs {
				c.Needs = append(c.Needs, seal.Need(n))
			}
			if source := then.Source(s.Sources[0]); source != nil {
				c.Source = source.Publisher
			}
			list = append(list, c)
		}
	}
	return list
}

// helping are the services that help with a need; for a child, those for children
// first.
func helping(contacts []Contact, n seal.Need, path seal.Path) []Contact {
	var list []Contact
	for _, c := range contacts {
		if slices.Contains(c.Needs, n) {
			list = append(list, c)
		}
	}
	if path == seal.PathChild {
		slices.SortStableFunc(list, func(a, b Contact) int {
			switch {
			case a.Children == b.Children:
				return 0
			case a.Children:
				return -1
			}
			return 1
		})
	}
	return list
}

// Examples are made-up services for a demo: nothing in them can be dialled or
// found.
func Examples() []Contact {
	return []Contact{
		{
			Name: locale.Text{
				locale.English: "Example Health Centre", locale.Creole: "Sant Sante Egzanp",
				locale.French: "Centre de santé Exemple", locale.Spanish: "Centro de salud Ejemplo",
			},
			Needs:   []seal.Need{"medical", "psychosocial"},
			Where:   locale.Text{locale.English: "Port-au-Prince", locale.Creole: "Pòtoprens", locale.French: "Port-au-Prince", locale.Spanish: "Puerto Príncipe"},
			Hours:   locale.Text{locale.English: "day and night", locale.Creole: "lajounen kou lannwit", locale.French: "jour et nuit", locale.Spanish: "día y noche"},
			Example: true,
		},
	}
}
