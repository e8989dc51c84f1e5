package publish

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"temwen/conduct"
	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

// ConductView is a view that has nothing but tables of conduct: those that a ledger holds by a
// day and an edition, for the missions and with the names that the open data of a dossier has. missions
// and actors are these tables of the data, as JSON Lines.
func ConductView(missions, actors []byte, tables []conduct.Stored, day when.Day, edition uint64) (*View, error) {
	d := new(dossier.Dossier)
	for line := range bytes.Lines(missions) {
		m := new(dossier.Mission)
		var said struct{ ID string }
		if err := json.Unmarshal(line, &said); err != nil {
			return nil, fmt.Errorf("reading the table of missions: %w", err)
		}
		m.ID = said.ID
		d.Missions = append(d.Missions, m)
	}
	for line := range bytes.Lines(actors) {
		said := make(map[string]any)
		if err := json.Unmarshal(line, &said); err != nil {
			return nil, fmt.Errorf("reading the table of actors: %w", err)
		}
		a := &dossier.Actor{Name: make(locale.Text)}
		a.ID, _ = said["id"].(string)
		for _, lang := range locale.Langs {
			if name, ok := said["name_"+string(lang)].(string); ok {
				a.Name[lang] = name
			}
		}
		d.Actors = append(d.Actors, a)
	}
	v := &View{Dossier: d, AsOf: AsOf{World: day, Known: day, Edition: edition}}
	return v.WithConduct(tables), nil
}

// CheckConduct compares a file of open data that has the table of conduct, in the format that
// its name ends with, with the view's tables. The error names the first row that is not theirs.
func (v *View) CheckConduct(name string, data []byte) error {
	table := conductTable.build(&tabling{View: v})
	write, compressed := table.JSONLines, false
	switch path.Ext(name) {
	case "." + FormatCSV.Extension:
		write = table.CSV
	case "." + FormatParquet.Extension:
		write, compressed = table.Parquet, true
	}
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	if bytes.Equal(b.Bytes(), data) {
		return nil
	}
	if compressed {
		return fmt.Errorf("it is not the table that the ledger's tables of conduct give")
	}
	is, should := strings.Split(string(data), "\n"), strings.Split(b.String(), "\n")
	for i, row := range should {
		if i >= len(is) || is[i] != row {
			return fmt.Errorf("line %d says %q, and the ledger gives %q", i+1, append(is, make([]string, len(should))...)[i], row)
		}
	}
	return fmt.Errorf("line %d says %q, and the ledger has no such number", len(should), is[len(should)-1])
}
