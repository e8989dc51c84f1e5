package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"

	"temwen/clock"
	"temwen/dossier"
	"temwen/locale"
	"temwen/missions"
	"temwen/publish"
	"temwen/store"
)

// demoCmd is temwen demo.
type demoCmd struct {
	Dir    string      `type:"path" placeholder:"D" help:"Keep the store here, and go on with it next time. A temporary folder where absent."`
	Listen string      `default:"127.0.0.1:8420" placeholder:"ADDRESS" help:"Where to serve: host:port; 127.0.0.1:8420 where absent. Port 0 takes a free one."`
	Lang   locale.Lang `enum:"ht,fr,en,es" default:"en" placeholder:"LANG" help:"Language of the summary: ht, fr, en or es; en where absent."`
	Once   bool        `help:"Print the summary and end, without serving."`
}

// Help teaches with an example.
func (demoCmd) Help() string {
	return `The whole of it in one command. Ctrl-C ends it, and takes the temporary folder away.

  temwen demo
  temwen demo --once --lang fr

Kept, so that a second start goes on with it:

  temwen demo --dir ./demo-store`
}

// Run loads the dossier, tells what is owed today, and serves the record.
func (c *demoCmd) Run(p *program) (err error) {
	var listener net.Listener
	if !c.Once {
		if listener, err = listen(p.ctx, c.Listen); err != nil {
			return err
		}
		defer func() { _ = listener.Close() }() // the server closes it too
	}
	dir := c.Dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "temwen-demo-"); err != nil {
			return fmt.Errorf("making a temporary folder: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	s, err := p.demoStore(dir)
	if err == nil {
		err = errors.Join(c.show(p, s, listener), s.Close())
	}
	if p.stopped(err) {
		return nil // to be stopped is how a demo ends
	}
	return err
}

// show imports the dossier, tells what is owed, and serves on the listener.
func (c *demoCmd) show(p *program, s *store.Store, listener net.Listener) error {
	d, name, err := p.demoDossier()
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
	_, err = fmt.Fprintf(p.stdout, "\n%s\n%s\n", w.Say("cli.serving", "address", fmt.Sprintf("http://%s/", listener.Addr())), w.Say("cli.stop"))
	if err != nil {
		return err
	}
	return p.serve(listener, s)
}

// demoStore opens the store in a folder, or makes one.
func (p *program) demoStore(dir string) (*store.Store, error) {
	if err := store.Look(dir); errors.Is(err, store.ErrNoStore) {
		if err := store.Create(p.ctx, dir, store.Options{Origin: "temwen.local/demo"}); err != nil {
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
