package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"temwen/locale"
	"temwen/publish"
	"temwen/site"
	"temwen/when"
)

// figures compares the figures of conduct in a static edition with the tables of the ledger: the
// table of the open data in each format, and the page of each mission in each language. refused
// says which is not as it should be; err is that something could not be compared.
func (c *conductCheck) figures(dir string, m *manifest, done *conductCounted) (refused, err error) {
	folders, err := filepath.Glob(filepath.Join(dir, "data", "*", "missions.jsonl"))
	if err != nil {
		return nil, err
	}
	shown := make(map[string]bool)
	for _, missions := range folders {
		v, err := c.view(filepath.Dir(missions), m)
		if err != nil {
			return err, nil
		}
		for _, f := range []publish.DataFormat{publish.FormatCSV, publish.FormatJSONLines, publish.FormatParquet} {
			name := filepath.Join(filepath.Dir(missions), "conduct."+f.Extension)
			data, err := os.ReadFile(name)
			if err == nil {
				err = v.CheckConduct(name, data)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", name, err), nil
			}
		}
		for _, mission := range v.Missions {
			shown[mission.ID] = true
			for _, lang := range locale.Langs {
				page := filepath.Join(dir, string(lang), "missions", mission.ID, "conduct", "index.html")
				html, err := os.ReadFile(page)
				if err == nil {
					err = site.CheckConduct(html, lang, v, mission.ID)
				}
				if err != nil {
					return fmt.Errorf("%s: %w", page, err), nil
				}
				done.Pages++
			}
		}
	}
	for i := range c.tables {
		t := &c.tables[i]
		if !shown[t.Scope.Mission] && t.Index < m.Edition && when.Day(t.Day) <= m.AsOf {
			return fmt.Errorf("entry %d is a table of conduct of the mission %s, of which %s shows nothing", t.Index, t.Scope.Mission, dir), nil
		}
	}
	return nil, nil
}

// view is what the tables are made from anew, for the missions of a folder of open data.
func (c *conductCheck) view(folder string, m *manifest) (*publish.View, error) {
	var read [2][]byte
	for i, name := range []string{"missions.jsonl", "actors.jsonl"} {
		b, err := fs.ReadFile(os.DirFS(folder), name)
		if err != nil {
			return nil, fmt.Errorf("reading the open data in %s: %w", folder, err)
		}
		read[i] = b
	}
	v, err := publish.ConductView(read[0], read[1], c.tables, m.AsOf, m.Edition)
	if err != nil {
		return nil, fmt.Errorf("reading the open data in %s: %w", folder, err)
	}
	return v, nil
}
