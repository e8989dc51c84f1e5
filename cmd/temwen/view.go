package main

import (
	"fmt"
	"io/fs"
	"os"
	"time"

	"temwen/dossier"
	"temwen/missions"
	"temwen/publish"
	"temwen/when"
)

// asOf is the flags that choose the day that is shown.
type asOf struct {
	AsOf  string `placeholder:"DATE" help:"The day that is shown, as known on that day: 2024-06-26. Today where absent."`
	Known string `placeholder:"DATE" help:"Show the day as known on this later (or earlier) day."`
}

// day reads the flags; today is by the dossier's time zone.
func (a asOf) day(p *program, zone string) (publish.AsOf, error) {
	at := publish.On(today(p.now(), zone))
	for _, f := range []struct {
		flag, value string
		set         func(when.Day)
	}{
		{"--as-of", a.AsOf, func(d when.Day) { at = publish.On(d) }},
		{"--known", a.Known, func(d when.Day) { at.Known = d }},
	} {
		if f.value == "" {
			continue
		}
		d, err := when.ParseDay(f.value)
		if err != nil {
			return at, usageError{fmt.Errorf("%s: %w", f.flag, err)}
		}
		f.set(d)
	}
	return at, nil
}

// today is the civil day at the place of a dossier.
func today(now time.Time, zone string) when.Day {
	if z, err := time.LoadLocation(zone); err == nil {
		return when.Today(now.In(z))
	}
	return when.Today(now.UTC())
}

// storeDir is the flag that names a store; commands that only read do without.
type storeDir struct {
	Dir     string `type:"path" placeholder:"D" help:"The store to read. Without it, the dossiers in ./missions, or those that come with the program."`
	Edition uint64 `placeholder:"N" help:"With --dir: the record as of its first N entries."`
}

// view opens what holds a mission and shows it as of a day.
func (s storeDir) view(p *program, mission string, a asOf) (*publish.View, error) {
	dossiers, err := s.dossiers(p)
	if err != nil {
		return nil, err
	}
	var known []string
	for _, d := range dossiers {
		for _, m := range d.Missions {
			known = append(known, m.ID)
			if m.ID != mission {
				continue
			}
			at, err := a.day(p, d.Info.TimeZone)
			if err != nil {
				return nil, err
			}
			return publish.See(d, at), nil
		}
	}
	return nil, fmt.Errorf("there is no mission %q on record; there is: %s", mission, join(known))
}

func join(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	s := names[0]
	for _, n := range names[1:] {
		s += ", " + n
	}
	return s
}

// dossiers loads every dossier of the store, or of the missions folder.
func (s storeDir) dossiers(p *program) ([]*dossier.Dossier, error) {
	if s.Dir != "" {
		return readStore(p.ctx, s.Dir, s.Edition)
	}
	if s.Edition != 0 {
		return nil, usageError{fmt.Errorf("--edition needs --dir: only a store has editions")}
	}
	return loadMissions(p)
}

// loadMissions loads the dossiers in ./missions, or those that come with the
// program.
func loadMissions(p *program) ([]*dossier.Dossier, error) {
	var root fs.FS = missions.Files
	if info, err := os.Stat("missions"); err == nil && info.IsDir() {
		root = os.DirFS("missions")
	}
	entries, err := fs.ReadDir(root, ".")
	if err != nil {
		return nil, fmt.Errorf("reading the missions: %w", err)
	}
	var dossiers []*dossier.Dossier
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		sub, err := fs.Sub(root, e.Name())
		if err != nil {
			return nil, err
		}
		d, err := dossier.Load(sub, dossier.Options{})
		if err != nil {
			return nil, fmt.Errorf("missions/%s has problems; see: temwen check missions/%s\n%w", e.Name(), e.Name(), err)
		}
		dossiers = append(dossiers, d)
	}
	return dossiers, nil
}

// holds says how many facts of each kind a dossier has.
func holds(d *dossier.Dossier) string {
	var parts []string
	for _, c := range d.Counts() {
		parts = append(parts, fmt.Sprintf("%d %s", c.Facts, c.Kind))
	}
	return join(parts)
}
