package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"temwen/dossier"
	"temwen/missions"
	"temwen/publish"
	"temwen/store"
	"temwen/when"
)

// asOf is the flags that choose the day that is shown.
type asOf struct {
	AsOf  *dayFlag `placeholder:"DATE" help:"The day that is shown, as known on that day: 2024-06-26. Today where absent."`
	Known *dayFlag `placeholder:"DATE" help:"Show the day as known on this later (or earlier) day."`
}

// dayFlag is a day on the command line.
type dayFlag when.Day

var dayForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

// UnmarshalText reads what a user wrote.
func (f *dayFlag) UnmarshalText(text []byte) error {
	if !dayForm.Match(text) {
		return fmt.Errorf("%q is not a day: write it as 2024-06-26", text)
	}
	d, err := when.ParseDay(string(text))
	*f = dayFlag(d)
	return err
}

// in is the day that is asked for; today is by the dossier's time zone.
func (a asOf) in(p *program, zone string) publish.AsOf {
	at := publish.On(today(p.now(), zone))
	if a.AsOf != nil {
		at = publish.On(when.Day(*a.AsOf))
	}
	if a.Known != nil {
		at.Known = when.Day(*a.Known)
	}
	return at
}

// today is the civil day at the place of a dossier.
func today(now time.Time, zone string) when.Day { return when.Today(now.In(placeOf(zone))) }

// clockOf is the clock of a place: its times carry the zone, so that their days are days there.
func (p *program) clockOf(zone string) func() time.Time {
	return func() time.Time { return p.now().In(placeOf(zone)) }
}

// placeOf is a time zone by its name, and UTC where there is none of that name.
func placeOf(zone string) *time.Location {
	z, ok := zones.Load(zone)
	if !ok {
		found, err := time.LoadLocation(zone)
		if err != nil {
			found = time.UTC
		}
		z, _ = zones.LoadOrStore(zone, found)
	}
	return z.(*time.Location)
}

// zones are the time zones that dossiers name, read once: every page asks.
var zones sync.Map // of *time.Location

// storeDir is the flags that name a store; commands that only read do without.
type storeDir struct {
	Dir     string `type:"path" placeholder:"D" help:"The store to read. Without it, the dossiers in ./missions, or those that come with the program."`
	Edition uint64 `placeholder:"N" help:"With --dir: the record as of its first N entries."`
}

// Validate is asked by kong before a command runs.
func (s storeDir) Validate() error {
	if s.Edition != 0 && s.Dir == "" {
		return errors.New("--edition needs --dir: only a store has editions")
	}
	return nil
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
		}
		if d.Mission(mission) == nil {
			continue
		}
		at := a.in(p, d.Info.TimeZone)
		v := publish.See(d, at)
		if v.Mission(mission) == nil {
			first, _ := d.Fact("missions", mission)
			return nil, fmt.Errorf("nothing was known of the mission %s on %s; it is on record as known from %s on", mission, at.Known, first.Known)
		}
		return v, nil
	}
	if len(known) == 0 {
		return nil, s.empty()
	}
	return nil, fmt.Errorf("there is no mission %q on record; there are %s", mission, strings.Join(known, ", "))
}

// empty says what to do where no mission is on record.
func (s storeDir) empty() error {
	switch {
	case s.Edition != 0:
		return fmt.Errorf("edition %d of the store %s holds no mission yet; ask for a later one", s.Edition, s.Dir)
	case s.Dir != "":
		return fmt.Errorf("the store %s holds no dossier yet; load one with: temwen import DOSSIER --dir %s", s.Dir, s.Dir)
	}
	return errors.New("the folder missions holds no dossier; put one there, or go to another folder")
}

// dossiers loads every dossier of the store, or of the missions folder.
func (s storeDir) dossiers(p *program) ([]*dossier.Dossier, error) {
	if s.Dir != "" {
		return readStore(p.ctx, s.Dir, s.Edition)
	}
	return loadMissions()
}

// readStore reads every dossier of a store as of an edition.
func readStore(ctx context.Context, dir string, edition uint64) ([]*dossier.Dossier, error) {
	r, err := store.OpenReader(ctx, dir)
	if err != nil {
		return nil, err
	}
	dossiers, err := r.Dossiers(ctx, edition)
	return dossiers, errors.Join(err, r.Close())
}

// loadMissions loads the dossiers in ./missions, or those that come with the
// program.
func loadMissions() ([]*dossier.Dossier, error) {
	var root fs.FS = missions.Files
	if isFolder("missions") == nil {
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
		d, err := dossier.Load(sub, dossier.Options{Name: "missions/" + e.Name()})
		if err != nil {
			return nil, fmt.Errorf("the dossier missions/%s has problems; mend it, or name a store with --dir:\n%w", e.Name(), err)
		}
		dossiers = append(dossiers, d)
	}
	return dossiers, nil
}

// loadFolder loads the dossier in a folder, showing how far it has come.
func (p *program) loadFolder(dir string) (*dossier.Dossier, error) {
	if err := isFolder(dir); err != nil {
		return nil, err
	}
	return p.load(os.DirFS(dir), dir)
}

func (p *program) load(files fs.FS, name string) (*dossier.Dossier, error) {
	reading := p.progress("reading " + name)
	defer reading.end()
	return dossier.Load(files, dossier.Options{Name: name, Progress: reading.at})
}

// isFolder is nil where dir is a folder, and else says what to do.
func isFolder(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no folder %s; name the folder that holds the dossier", dir)
	case err != nil:
		return fmt.Errorf("looking at the folder %s: %w", dir, err)
	case !info.IsDir():
		return fmt.Errorf("%s is a file; name the folder that holds the dossier", dir)
	}
	return nil
}

// holds says how many facts of each kind a dossier has.
func holds(d *dossier.Dossier) string {
	var parts []string
	for _, c := range d.Counts() {
		kind := c.Kind
		if c.Facts == 1 {
			kind = strings.TrimSuffix(kind, "s")
		}
		parts = append(parts, fmt.Sprintf("%d %s", c.Facts, kind))
	}
	return strings.Join(parts, ", ")
}
