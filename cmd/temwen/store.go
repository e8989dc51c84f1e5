package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"temwen/dossier"
	"temwen/record"
	"temwen/store"
)

// readStore reads every dossier of a store as of an edition.
func readStore(ctx context.Context, dir string, edition uint64) ([]*dossier.Dossier, error) {
	r, err := store.OpenReader(ctx, dir)
	if err != nil {
		return nil, err
	}
	dossiers, err := r.Dossiers(ctx, edition)
	return dossiers, errors.Join(err, r.Close())
}

// initCmd is temwen init.
type initCmd struct {
	Dir    string `required:"" type:"path" placeholder:"D" help:"The folder of the new store; made if it is not there."`
	Origin string `placeholder:"NAME" help:"The ledger's name in every checkpoint, such as record.example.org/haiti. It cannot be changed later."`
}

// Help teaches with an example.
func (initCmd) Help() string {
	return `Makes a folder with an empty record, its ledger, and the key that signs the ledger.
Keep a copy of D/keys in a safe place: whoever has it can sign for this record.

  temwen init --dir /var/lib/temwen --origin record.example.org/haiti`
}

// Run creates the store.
func (c *initCmd) Run(p *program) error {
	if err := store.Create(p.ctx, c.Dir, store.Options{Origin: c.Origin}); err != nil {
		return err
	}
	r, err := store.OpenReader(p.ctx, c.Dir)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	_, err = fmt.Fprintf(p.stdout, "created %s\nledger key, for those who verify: %s\nnext: temwen import missions/haiti --dir %s\n", c.Dir, r.Key(), c.Dir)
	return err
}

// importCmd is temwen import.
type importCmd struct {
	Dossier string `arg:"" type:"existingdir" help:"The folder that holds the dossier's YAML files."`
	Dir     string `required:"" type:"path" placeholder:"D" help:"The store."`
}

// Help teaches with an example.
func (importCmd) Help() string {
	return `Makes the record hold the dossier exactly as the files say. New, revised and retracted
facts become events; an unchanged dossier adds none. All of it goes in at once, or nothing.

  temwen import missions/haiti --dir /var/lib/temwen`
}

// Run checks the dossier, then imports it.
func (c *importCmd) Run(p *program) error {
	reading := p.progress("reading " + c.Dossier)
	d, err := dossier.Load(os.DirFS(c.Dossier), dossier.Options{Name: c.Dossier, Progress: reading.at})
	var problems dossier.Problems
	if errors.As(err, &problems) {
		fmt.Fprintln(p.stderr, problems.Error())
		fmt.Fprintf(p.stderr, "temwen: nothing was imported; mend the dossier and run: temwen check %s\n", c.Dossier)
		return errSaid
	}
	if err != nil {
		return err
	}
	reading.done(holds(d))
	s, err := p.openStore(c.Dir)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	return p.importDossier(s, d)
}

// openStore opens a store for writing, showing the repair of its ledger if
// there is any.
func (p *program) openStore(dir string) (*store.Store, error) {
	repair := p.progress("bringing the ledger up to the record")
	return store.Open(p.ctx, dir, store.Settings{Progress: repair.at})
}

// importDossier imports a dossier and says what that did.
func (p *program) importDossier(s *store.Store, d *dossier.Dossier) error {
	recording, writing := p.progress("recording "+d.Info.ID), p.progress("writing the ledger")
	done, err := s.Import(p.ctx, d, p.now(), store.Progress{Record: recording.at, Ledger: writing.at})
	if errors.Is(err, record.ErrRefused) {
		return fmt.Errorf("importing %s was refused, and the store is unchanged:\n%w", d.Info.ID, err)
	}
	if err != nil {
		return err
	}
	if done.Unchanged() {
		recording.done(fmt.Sprintf("%d facts, nothing new; edition %d", done.Facts, done.Edition))
		return nil
	}
	recording.done(fmt.Sprintf("%d facts: %d new, %d revised, %d retracted; edition %d",
		done.Facts, done.Stated, done.Revised, done.Retracted, done.Edition))
	return nil
}

// rebuildCmd is temwen rebuild.
type rebuildCmd struct {
	Dir string `required:"" type:"path" placeholder:"D" help:"The store."`
}

// Help teaches with an example.
func (rebuildCmd) Help() string {
	return `Replays the record into fresh tables and compares them with those in use, row by row.
Where they differ, the first row is named, the fresh ones take their place, and the exit
status is 1.

  temwen rebuild --dir /var/lib/temwen`
}

// Run rebuilds the tables.
func (c *rebuildCmd) Run(p *program) error {
	s, err := p.openStore(c.Dir)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	replay := p.progress("replaying the record")
	done, err := s.Rebuild(p.ctx, replay.at)
	if err != nil {
		return fmt.Errorf("rebuilding %s: %w", c.Dir, err)
	}
	replay.done(fmt.Sprintf("%d events, %d versions of facts; the tables are what the record says", done.Events, done.Versions))
	return nil
}
