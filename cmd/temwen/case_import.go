package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"temwen/casework"
	"temwen/casework/sheet"
	"temwen/conduct"
	"temwen/dossier"
	"temwen/gate"
	"temwen/instrument"
	"temwen/office"
	"temwen/publish"
	"temwen/site/desk"
	"temwen/store"
	"temwen/when"
)

// caseCmd is temwen case.
type caseCmd struct {
	Import caseImportCmd `cmd:"" help:"Put a year's cases from a spreadsheet on the record: a dry run first."`
	Clocks caseClocksCmd `cmd:"" help:"Note silences and reminders now, as the server does every hour."`
}

// Help teaches with an example.
func (caseCmd) Help() string {
	return `  temwen case import --template > cases.csv
  temwen case import cases.csv --dir /var/lib/temwen
  temwen case clocks --dir /var/lib/temwen`
}

// caseImportCmd is temwen case import.
type caseImportCmd struct {
	File           string `arg:"" optional:"" help:"The file, exported from a spreadsheet as CSV."`
	Dir            string `type:"path" placeholder:"D" help:"The store."`
	Template       bool   `help:"Print a filled example, with every column and code explained; with --dir also the codes of the store."`
	Do             bool   `help:"Put it on the record. Without it nothing is written, and everything that is wrong is told."`
	As             string `placeholder:"NAME" help:"The officer who does it, whose passphrase is asked for; needed with --do."`
	PassphraseFile string `placeholder:"FILE" help:"Read the officer's passphrase from the first line of a file, or of the standard input (-)."`
}

// Help teaches with an example.
func (caseImportCmd) Help() string {
	return `Each row is an incident, what is alleged of it, and its case: procedure, State, days, letters and
answers, all in codes. Rows with one number of the incident are several tracks of one allegation. There is no column for words: no name and no address of a person is
imported. It is done in the name of an officer whose role may code incidents and open cases (where
roles were given: a legal officer), who proves with their passphrase that it is they. A row is known by its ref for ever, so a file can be imported again, also after an
interruption: what is on the record is left as it is. In the figures for the public an imported
incident counts in the month of the import. See docs/import.md.

  temwen case import --template --dir D > cases.csv
  temwen case import cases.csv --dir /var/lib/temwen
  temwen case import cases.csv --dir /var/lib/temwen --do --as marin`
}

// Run prints the template, tries the file, or imports it.
func (c *caseImportCmd) Run(p *program) error {
	switch {
	case c.Template:
		return c.template(p)
	case c.File == "" || c.Dir == "":
		return usageError{errors.New("name the file, and the store with --dir; --template prints an example")}
	case c.Do && c.As == "":
		return usageError{errors.New("--do needs --as: the officer in whose name it is done")}
	case c.Do:
		return c.do(p)
	}
	return c.try(p)
}

// template prints the example.
func (c *caseImportCmd) template(p *program) error {
	w := &sheet.World{Departments: desk.Departments()}
	if c.Dir != "" {
		r, err := p.openReader(c.Dir)
		if err != nil {
			return err
		}
		w, err = p.sheetWorld(r)
		if err := errors.Join(err, r.Close()); err != nil {
			return err
		}
	}
	fmt.Fprintln(p.stdout, "# Rows that begin with # are left out. The last row is an invented example: put yours in its place.")
	return errors.Join(sheet.Explain(p.stdout, w), sheet.Template(p.stdout))
}

// knowsDossiers is a store, or a reader of one.
type knowsDossiers interface {
	Dossiers(ctx context.Context, edition uint64) ([]*dossier.Dossier, error)
}

// sheetWorld is what a file may speak of: all that the store's dossiers have.
func (p *program) sheetWorld(s knowsDossiers) (*sheet.World, error) {
	list, err := s.Dossiers(p.ctx, 0)
	if err != nil {
		return nil, err
	}
	w := &sheet.World{Today: today(p.now(), ""), Departments: desk.Departments(), Procedures: make(map[string][]*instrument.Procedure)}
	for i, d := range list {
		day := today(p.now(), d.Info.TimeZone)
		if i == 0 {
			w.Today = day
		}
		for _, c := range d.Info.Communes() {
			w.Communes = append(w.Communes, c.Code)
		}
		v := publish.See(d, publish.On(day))
		for _, a := range v.Actors {
			if a.MayAnswerFor() {
				w.Actors = append(w.Actors, a.ID)
			}
		}
		for _, s := range v.Sources {
			w.Sources = append(w.Sources, s.ID)
		}
		for _, m := range v.Missions {
			lines, err := v.ProceduresOf(m.ID)
			if err != nil {
				return nil, err
			}
			for _, l := range lines {
				if l.Mission != "" { // otherwise it is a model
					w.Procedures[m.ID] = append(w.Procedures[m.ID], v.Procedure(l.ID))
				}
			}
			if len(w.Procedures[m.ID]) > 0 {
				w.Missions = append(w.Missions, m.ID)
			}
		}
	}
	slices.Sort(w.Actors)
	return w, nil
}

// read reads the file, and tells everything that is wrong in it.
func (c *caseImportCmd) read(p *program, w *sheet.World) ([]casework.Told, error) {
	f, err := os.Open(c.File)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	table, err := sheet.Read(f)
	if err != nil {
		return nil, c.wrong(err)
	}
	told, repeated, err := table.Told(w)
	if err != nil {
		return nil, c.wrong(err)
	}
	for _, r := range repeated {
		fmt.Fprintln(p.stdout, r)
	}
	return told, nil
}

// mostFaults is how many faults are listed.
const mostFaults = 200

// wrong is the faults of the file as one sentence and a list.
func (c *caseImportCmd) wrong(err error) error {
	var faults sheet.Faults
	if !errors.As(err, &faults) {
		return fmt.Errorf("reading %s: %w", c.File, err)
	}
	shown, more := faults[:min(len(faults), mostFaults)], ""
	if len(faults) > mostFaults {
		more = fmt.Sprintf("\nand %d more", len(faults)-mostFaults)
	}
	return fmt.Errorf("%s has %d %s; nothing was imported:\n%w%s", c.File, len(faults), plural(len(faults), "fault", "faults"), shown, more)
}

func plural(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// try says what --do would do.
func (c *caseImportCmd) try(p *program) (err error) {
	r, err := store.OpenReader(p.ctx, c.Dir, conduct.Book, casework.Book)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	w, err := p.sheetWorld(r)
	if err != nil {
		return err
	}
	told, err := c.read(p, w)
	if err != nil {
		return err
	}
	would, err := casework.Look(p.ctx, r, told)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "nothing is wrong; nothing was written. With --do:\n")
	return c.tell(p, &would)
}

// chunk is how many rows are put on the record at once: all of them or none.
const chunk = 100

// do imports the file.
func (c *caseImportCmd) do(p *program) (err error) {
	s, err := p.openStore(c.Dir, store.Settings{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	w, err := p.sheetWorld(s)
	if err != nil {
		return err
	}
	told, err := c.read(p, w)
	if err != nil {
		return err
	}
	offices := office.New(s, p.now)
	by, err := asOfficer{c.As, c.PassphraseFile}.prove(p, offices)
	if err != nil {
		return err
	}
	cases := gate.NewCases(offices, casework.New(s, p.now, func() when.Day { return w.Today }))
	ctx := gate.As(p.ctx, by)
	if err := cases.MayImport(ctx); err != nil {
		return c.stopped(err, 0, len(told))
	}
	importing := p.progress("importing")
	defer importing.end()
	var done casework.Imported
	for n := 0; n < len(told); n += chunk {
		part := told[n:min(n+chunk, len(told))]
		importing.at(n, len(told))
		d, err := cases.Import(ctx, by, part)
		if err != nil {
			return c.stopped(err, n, len(told))
		}
		done.Add(&d)
	}
	importing.end()
	if err := s.Publish(p.ctx, p.now(), false, nil); err != nil {
		return err
	}
	return c.tell(p, &done)
}

// stopped says why an import did not go on, after how many of the rows.
func (c *caseImportCmd) stopped(err error, n, of int) error {
	if n == 0 {
		return fmt.Errorf("importing %s: %w", c.File, err)
	}
	return fmt.Errorf("importing %s: %w\n%d of %d rows are on the record; import the file again to go on", c.File, err, n, of)
}

// tell says what came of it, or would.
func (c *caseImportCmd) tell(p *program, m *casework.Imported) error {
	var b strings.Builder
	fmt.Fprintf(&b, "new       %d incidents, %d allegations, %d cases, %d letters, answers, remedies and departures\n", m.Incidents, m.Allegations, m.Cases, m.Deeds)
	for _, l := range []struct {
		name string
		refs []string
		say  string
	}{
		{"known", m.Known, "on the record already"},
		{"other", m.Other, "on the record already with other facts: left as they are; revise them at the desk"},
		{"erased", m.Erased, "were erased, and are left out"},
		{"taken", m.Taken, "left out, for another case takes the allegation through the same track: see its incident at the desk"},
		{"apart", m.Apart, "go on from a case that was handed over, and do not name it, for which one it was cannot be told. To have it named leave the row out, and open the next track at the desk, on the page of that case"},
	} {
		if len(l.refs) > 0 {
			shown := strings.Join(l.refs[:min(len(l.refs), 10)], ", ")
			if len(l.refs) > 10 {
				shown += " and more"
			}
			fmt.Fprintf(&b, "%-9s %d %s: %s\n", l.name, len(l.refs), l.say, shown)
		}
	}
	_, err := fmt.Fprint(p.stdout, b.String())
	return err
}
