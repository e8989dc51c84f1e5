package publish

import (
	"cmp"
	"slices"

	"temwen/dossier"
)

// MatterLine is a matter with the statements made on it, in time order.
type MatterLine struct {
	Matter     *dossier.Matter `json:"matter"`
	Statements []StatementLine `json:"statements"`
	// Contradictory reports whether statements take positions that exclude each
	// other.
	Contradictory bool `json:"contradictory"`
}

// MattersOf are the matters on which statements about a mission were made, those
// with contradictory answers first.
func (v *View) MattersOf(mission string) ([]MatterLine, error) {
	if _, err := v.mission(mission); err != nil {
		return nil, err
	}
	var list []MatterLine
	at := make(map[string]int)
	for _, s := range v.statements(mission) {
		i, ok := at[s.Matter]
		if !ok {
			i = len(list)
			at[s.Matter] = i
			m := v.Matter(s.Matter)
			if m == nil {
				m = &dossier.Matter{ID: s.Matter}
			}
			list = append(list, MatterLine{Matter: m})
		}
		list[i].Statements = append(list[i].Statements, s)
	}
	for i := range list {
		taken := make(map[string]bool)
		for _, s := range list[i].Statements {
			if s.PositionID != "" {
				taken[s.PositionID] = true
			}
		}
		list[i].Contradictory = len(taken) > 1
	}
	slices.SortStableFunc(list, func(a, b MatterLine) int {
		if a.Contradictory != b.Contradictory {
			return map[bool]int{true: -1, false: 1}[a.Contradictory]
		}
		return cmp.Compare(len(b.Statements), len(a.Statements))
	})
	return list, nil
}
