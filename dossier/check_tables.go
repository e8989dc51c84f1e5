package dossier

import (
	"fmt"
	"maps"
	"slices"
)

// checkTables checks what tables themselves name. Their rows are checked as
// facts, and leave alone what is told here.
func (c *checker) checkTables() {
	for i, t := range c.tables {
		for j, id := range t.table.Sources {
			c.inTable(t, id, kSources, "sources", fmt.Sprint(j))
		}
		for _, name := range slices.Sorted(maps.Keys(t.table.Actors)) {
			c.inTable(t, t.table.Actors[name], kActors, "actors", name)
		}
		for field, kind := range tableRefs {
			c.inTable(t, t.table.Values[field], kind, "values", field)
		}
		for _, other := range c.tables[:i] {
			if other.table.ID == t.table.ID && t.table.ID != "" {
				c.findings = append(c.findings, finding{
					place: t.place, list: tablesKey, path: []string{"id"},
					what: fmt.Sprintf("there are two tables with the ID %q", clip(t.table.ID, MaxID)), do: "give one of them another ID",
				})
			}
		}
	}
}

// tableRefs are the values of a table that are IDs, and of which kind.
var tableRefs = map[string]int{
	"mission": kMissions, "metric": kMetrics, "budget_metric": kMetrics, "actor": kActors, "said_by": kActors, "milestone": kMilestones,
}

// inTable reports an ID in a table that names no fact.
func (c *checker) inTable(t tableAt, id string, target int, path ...string) {
	if _, ok := c.d.find().byID[target][id]; id == "" || ok || c.mayExist(id) {
		return
	}
	c.findings = append(c.findings, finding{
		place: t.place, list: tablesKey, path: path,
		what: fmt.Sprintf("there is no %s %q", kinds[target].one, clip(id, 60)), do: c.instead(id, target),
	})
}

// toldOfTable reports whether an ID of a figure that leads nowhere is what the
// figure's table says of all its rows: that is told once, of the table.
func (s spot) toldOfTable(field, id string, target int) bool {
	at := s.c.places[s.kind][s.i]
	if s.kind != kFigures || at.table == 0 {
		return false
	}
	t := s.c.tableOf(at)
	mapped := target == kActors && slices.Contains(slices.Collect(maps.Values(t.Actors)), id)
	return mapped || t.Values[field] == id || field == "metric" && t.Values["budget_metric"] == id
}
