package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"temwen/casework"
	"temwen/clock"
	"temwen/demo"
	"temwen/dossier"
	"temwen/locale"
	"temwen/missions"
	"temwen/publish"
	"temwen/site/desk"
	"temwen/store"
	"temwen/when"
)

// demoCmd is temwen demo.
type demoCmd struct {
	Dir  string      `type:"path" placeholder:"D" help:"Keep the store here, and go on with it next time. A temporary folder where absent."`
	Lang locale.Lang `enum:"ht,fr,en,es" default:"en" placeholder:"LANG" help:"Language of the summary: ht, fr, en or es; en where absent."`
	Once bool        `help:"Print the summary and end, without serving."`
	addresses
}

// Help teaches with an example.
func (demoCmd) Help() string {
	return `The whole of it in one command: the public record of the missions in Haiti, and an invented
oversight office with invented reports, so that the reporter's pages and the desk can be looked
at. Ctrl-C ends it, and takes the temporary folder away.

  temwen demo
  temwen demo --once --lang fr

Kept, so that a second start goes on with it:

  temwen demo --dir ./demo-store`
}

// Run loads the dossier, plays the office, tells what is owed today, and serves.
func (c *demoCmd) Run(p *program) (err error) {
	sides := new(sides)
	if !c.Once {
		if sides, err = c.listen(p.ctx, true); err != nil {
			return err
		}
	}
	dir := c.Dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "temwen-demo-"); err != nil {
			return errors.Join(fmt.Errorf("making a temporary folder: %w", err), sides.end())
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	s, err := p.demoStore(dir)
	if err == nil {
		err = errors.Join(c.show(p, s, sides, dir), sides.end(), s.Close())
	} else {
		err = errors.Join(err, sides.end())
	}
	if p.stopped(err) {
		return nil // to be stopped is how a demo ends
	}
	return err
}

// show plays the office, imports the dossier, tells what is owed, and serves.
func (c *demoCmd) show(p *program, s *store.Store, sides *sides, dir string) error {
	d, name, err := p.demoDossier()
	if err != nil {
		return err
	}
	demo.Invent(d)
	// First what is invented: it is of earlier days than the import.
	playing := p.progress("playing an invented office")
	played, err := demo.Play(p.ctx, s, filepath.Join(dir, sealedDir), filepath.Join(dir, evidenceDir), d.Procedures, letters(d, p.now()), p.clockOf(d.Info.TimeZone)())
	playing.end()
	if err != nil {
		return err
	}
	if err := p.importDossier(s, d, name); err != nil {
		return err
	}
	w := publish.In(c.Lang)
	if err := p.summary(s, w); err != nil || c.Once {
		return err
	}
	if err := sides.furnish(p, s, &c.addresses, dir, true); err != nil {
		return err
	}
	if err := c.tell(p, w, sides, played); err != nil {
		return err
	}
	return sides.serve(p, s, c.PublishEvery)
}

// letters writes the letters of the invented office as its desk would, from what is
// known today.
func letters(d *dossier.Dossier, now time.Time) demo.Letter {
	view := publish.See(d, publish.On(today(now, d.Info.TimeZone)))
	return func(office locale.Text, c *casework.Case, step int, n casework.Notice, day when.Day) ([]byte, error) {
		w := desk.Writer{View: view, Office: office}
		return w.Letter(c, c.Step(step), desk.Writing{Lang: locale.Lang(n.Language), Day: day, By: n.By}).Encode()
	}
}

// tell says where everything is, and how to sign in.
func (c *demoCmd) tell(p *program, w publish.Words, s *sides, played *demo.Played) error {
	say := []string{"", w.Say("cli.serving", "address", s.address("record"))}
	if at := s.address("report"); at != "" {
		say = append(say, w.Say("cli.demo.report", "address", at))
		if played != nil {
			say = append(say, "  "+w.Say("cli.demo.code", "code", played.Code))
		}
	}
	if at := s.deskAddress(&c.addresses); at != "" {
		say = append(say, w.Say("cli.demo.desk", "address", at),
			"  "+w.Say("cli.demo.signin", "name", demo.Officer, "passphrase", demo.Passphrase),
			"  "+w.Say("cli.demo.colleagues", "names", strings.Join(demo.Colleagues(), ", ")))
	}
	say = append(say, w.Say("cli.demo.invented"), w.Say("cli.stop"))
	_, err := fmt.Fprintln(p.stdout, strings.Join(say, "\n"))
	return err
}

// demoStore opens the store in a folder, or makes one. Each has a ledger of its
// own name: who verified one demonstration is not told that the next one, with
// its own key, is the same ledger changed.
func (p *program) demoStore(dir string) (*store.Store, error) {
	if err := store.Look(dir); errors.Is(err, store.ErrNoStore) {
		if err := store.Create(p.ctx, dir, store.Options{Origin: "temwen.local/demo-" + strings.ToLower(rand.Text()[:8])}); err != nil {
			return nil, err
		}
	}
	return p.openStore(dir, store.Settings{})
}

// demoDossier reads missions/haiti, from the working folder or the program.
func (p *program) demoDossier() (d *dossier.Dossier, name string, err error) {
	files, err := fs.Sub(missions.Files, "haiti")
	if err != nil {
		return nil, "", err
	}
	name = "the dossier of Haiti"
	if isFolder("missions/haiti") == nil {
		files, name = os.DirFS("missions/haiti"), "missions/haiti"
	}
	if d, err = p.load(files, name); err != nil {
		return nil, "", fmt.Errorf("%s has problems:\n%w", name, err)
	}
	return d, name, nil
}

// mostShown is how many obligations of one status the summary lists.
const mostShown = 6

// summary prints, for each mission that still owes something, what is overdue,
// silent, unclocked and contested today.
func (p *program) summary(s *store.Store, w publish.Words) error {
	dossiers, err := s.Dossiers(p.ctx, 0)
	if err != nil {
		return err
	}
	for _, d := range dossiers {
		v := publish.See(d, publish.On(today(p.now(), d.Info.TimeZone)))
		for _, m := range v.Missions {
			sheet, err := missionSummary(v, m, w)
			if err != nil {
				return err
			}
			if sheet == nil {
				continue
			}
			fmt.Fprintln(p.stdout)
			if err := sheet.Text(p.stdout, p.style()); err != nil {
				return err
			}
		}
	}
	return nil
}

// missionSummary is nil where the mission owes nothing that presses.
func missionSummary(v *publish.View, m *dossier.Mission, w publish.Words) (*publish.Sheet, error) {
	sheet := &publish.Sheet{Title: w.Say("cli.title", "mission", w.Text(m.Name), "day", v.AsOf.World)}
	for _, part := range []struct {
		key    string
		status clock.Status
	}{
		{"cli.overdue", clock.Overdue},
		{"cli.silent", clock.Silent},
		{"cli.unclocked", clock.UnclockedOwed},
		{"cli.contested", clock.Contested},
	} {
		lines, err := v.Obligations(m.ID, publish.Filter{Status: []clock.Status{part.status}, Holder: m.ID})
		if err != nil {
			return nil, err
		}
		if len(lines) == 0 {
			continue
		}
		section := publish.Section{Heading: w.Say(part.key, "n", len(lines)), Table: publish.Table{Wrap: 0}}
		for i := range lines[:min(len(lines), mostShown)] {
			l := &lines[i]
			section.Table.Rows = append(section.Table.Rows, []publish.Cell{
				{Text: w.Text(l.Title)}, {Text: w.Actors(l.Debtor)}, {Text: w.When(&l.Standing)},
			})
		}
		if more := len(lines) - mostShown; more > 0 {
			section.Table.Rows = append(section.Table.Rows, []publish.Cell{
				{Text: w.Say("cli.more", "n", more)}, {Text: "temwen obligations " + m.ID}, {},
			})
		}
		sheet.Sections = append(sheet.Sections, section)
	}
	if len(sheet.Sections) == 0 {
		return nil, nil
	}
	return sheet, nil
}
