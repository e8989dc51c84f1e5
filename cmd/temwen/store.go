package main

import (
	"errors"
	"fmt"

	"temwen/casework"
	"temwen/conduct"
	"temwen/dossier"
	"temwen/intake"
	"temwen/office"
	"temwen/record"
	"temwen/store"
)

// initCmd is temwen init.
type initCmd struct {
	Dir    string `required:"" type:"path" placeholder:"D" help:"The folder of the new store; made if it is not there."`
	Origin string `placeholder:"NAME" help:"The ledger's name in every checkpoint, such as record.example.org/haiti. It cannot be changed later. One is made up where absent."`
}

// Help teaches with an example.
func (initCmd) Help() string {
	return `A folder with an empty record, its ledger, and the key that signs the ledger. Keep a copy
of D/keys in a safe place: whoever has it can sign for this record.

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
	_, err = fmt.Fprintf(p.stdout, "created %s\nledger key, for those who verify: %s\nnext: temwen import DOSSIER --dir %s\n", c.Dir, r.Key(), c.Dir)
	return errors.Join(err, r.Close())
}

// importCmd is temwen import.
type importCmd struct {
	Dossier string `arg:"" help:"The folder that holds the dossier's YAML files."`
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
	d, err := p.loadFolder(c.Dossier)
	var problems dossier.Problems
	if errors.As(err, &problems) {
		fmt.Fprintf(p.stderr, "%s\ntemwen: nothing was imported; mend the dossier and run: temwen check %s\n", problems, c.Dossier)
		return errSaid
	}
	if err != nil {
		return err
	}
	s, err := p.openStore(c.Dir, store.Settings{})
	if err != nil {
		return err
	}
	return errors.Join(p.importDossier(s, d, c.Dossier), s.Close())
}

// books are what is kept on the record besides facts.
func books() []record.Book {
	return []record.Book{office.Book, intake.Book, casework.Book, conduct.Book}
}

// openReader opens a store for reading, with the published tables of conduct; one
// of an earlier Temwen has none, and is read without.
func (p *program) openReader(dir string) (*store.Reader, error) {
	r, err := store.OpenReader(p.ctx, dir, casework.Book, conduct.Book)
	if errors.Is(err, record.ErrSchema) {
		return store.OpenReader(p.ctx, dir)
	}
	return r, err
}

// openStore opens a store with all its books for writing, showing the repair of
// its ledger if there is any.
func (p *program) openStore(dir string, settings store.Settings) (*store.Store, error) {
	repair := p.progress("bringing the ledger up to the record")
	defer repair.end()
	settings.Ledger, settings.Progress, settings.Now, settings.Books = p.ledger, repair.at, p.now, books()
	return store.Open(p.ctx, dir, settings)
}

// importDossier imports a dossier, which was read from a place of that name,
// and says what that did.
func (p *program) importDossier(s *store.Store, d *dossier.Dossier, name string) error {
	recording, writing := p.progress("recording "+d.Info.ID), p.progress("writing the ledger")
	done, err := s.Import(p.ctx, d, p.now(), store.Progress{
		Record: recording.at,
		Ledger: func(size, of int) { recording.end(); writing.at(size, of) },
	})
	recording.end()
	writing.end()
	switch {
	case errors.Is(err, record.ErrRefused):
		return fmt.Errorf("importing %s was refused, and the store is unchanged:\n%w", name, err)
	case err != nil && done.Recorded():
		return fmt.Errorf("%s is on the record, %s; but its ledger does not hold all of that yet (%w); whatever opens the store next for writing goes on with it", name, changes(done), err)
	case err != nil:
		return fmt.Errorf("importing %s, of which nothing was recorded: %w", name, err)
	}
	_, err = fmt.Fprintf(p.stdout, "%s: %s\n%s: %d facts, %s; edition %d\n", name, holds(d), d.Info.ID, done.Facts, changes(done), done.Edition)
	return err
}

// changes says what an import changed.
func changes(done store.Imported) string {
	if done.Unchanged() {
		return "nothing new"
	}
	return fmt.Sprintf("%d new, %d revised, %d retracted", done.Stated, done.Revised, done.Retracted)
}

// rebuildCmd is temwen rebuild.
type rebuildCmd struct {
	Dir string `required:"" type:"path" placeholder:"D" help:"The store."`
}

// Help teaches with an example.
func (rebuildCmd) Help() string {
	return `The fresh tables are compared with those in use, row by row. Where they differ, the first
row is named, the fresh ones take their place, and the exit status is 1.

  temwen rebuild --dir /var/lib/temwen`
}

// Run rebuilds the tables.
func (c *rebuildCmd) Run(p *program) (err error) {
	s, err := p.openStore(c.Dir, store.Settings{Repair: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	replay := p.progress("replaying the record")
	done, err := s.Rebuild(p.ctx, replay.at)
	replay.end()
	if err != nil {
		return fmt.Errorf("rebuilding %s: %w", c.Dir, err)
	}
	_, err = fmt.Fprintf(p.stdout, "%s: %d events replayed, %d versions of facts compared: the tables are what the record says\n", c.Dir, done.Events, done.Versions)
	return err
}
