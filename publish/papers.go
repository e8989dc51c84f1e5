package publish

import (
	"slices"

	"temwen/instrument"
)

// NotPublic are the instruments of a mission that no party to them has
// published, as known on the day.
func (v *View) NotPublic(mission string) []ProvisionRef {
	var list []ProvisionRef
	for _, in := range v.Instruments {
		if in.Publicity != instrument.Public && slices.Contains(in.Missions, mission) {
			list = append(list, ProvisionRef{
				ID: in.ID, Instrument: in.ID, Symbol: in.Symbol, Title: in.Title, Publicity: in.Publicity,
				Says: in.Note, Sources: in.Sources,
			})
		}
	}
	return list
}

// PartsOf are those who play one part in a mission.
func (v *View) PartsOf(mission, part string) []PartLine {
	return slices.DeleteFunc(v.parts(mission), func(p PartLine) bool { return p.Part != part })
}
