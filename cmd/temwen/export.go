package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"temwen/casework"
	"temwen/conduct"
	"temwen/publish"
	"temwen/record"
	"temwen/store"
)

// exportCmd is temwen export.
type exportCmd struct {
	Folder string `arg:"" type:"path" name:"folder" help:"Where to write: a folder that is empty or not there yet."`
	asOf
	storeDir
}

// Help teaches with examples.
func (exportCmd) Help() string {
	return `The whole public record as open data, a folder for each dossier: every table as CSV, JSON Lines
and Parquet, its entities for FollowTheMoney, and a Frictionless data package that describes them
with counting rules, sources and hashes. The same record on the same day gives the same bytes.

  temwen export ./open-data
  temwen export ./open-data --as-of 2024-06-26
  temwen export ./open-data --dir /var/lib/temwen --edition 1374`
}

// Run writes the packages.
func (c *exportCmd) Run(p *program) error {
	if err := emptyFolder(c.Folder); err != nil {
		return err
	}
	dossiers, err := c.dossiers(p)
	if err != nil {
		return err
	}
	if len(dossiers) == 0 {
		return c.empty()
	}
	if c.Edition, err = c.edition(p); err != nil {
		return err
	}
	tables, cases, err := c.published(p)
	if err != nil {
		return err
	}
	for _, d := range dossiers {
		at := c.in(p, d.Info.TimeZone)
		at.Edition = c.Edition
		pack, err := publish.See(d, at).WithConduct(tables).WithCases(cases).DataPackage()
		if err != nil {
			return err
		}
		if err := writePackage(filepath.Join(c.Folder, d.Info.ID), pack); err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "%s: %d files as of %s; read %s first\n", d.Info.ID, len(pack.Files), at.World, filepath.Join(c.Folder, d.Info.ID, publish.PackageFile))
		if err != nil {
			return err
		}
	}
	return nil
}

// edition is the one asked for, or the latest of the store; 0 without a store.
func (c *exportCmd) edition(p *program) (uint64, error) {
	if c.Dir == "" || c.Edition != 0 {
		return c.Edition, nil
	}
	r, err := store.OpenReader(p.ctx, c.Dir)
	if err != nil {
		return 0, err
	}
	edition, err := r.Edition(p.ctx)
	return edition, errors.Join(err, r.Close())
}

// published are the tables of conduct that the store's office has published, and the
// cases that it has made public; none without a store.
func (c *exportCmd) published(p *program) ([]conduct.Stored, *casework.Standing, error) {
	if c.Dir == "" {
		return nil, new(casework.Standing), nil
	}
	r, err := p.openReader(c.Dir)
	if err != nil {
		return nil, nil, err
	}
	tables, err := conduct.Tables(p.ctx, r, "", c.Edition)
	if errors.Is(err, record.ErrNoBook) {
		err = nil
	}
	var cases *casework.Standing
	if err == nil {
		cases, err = casework.PublishedCases(p.ctx, r, c.Edition)
	}
	return tables, cases, errors.Join(err, r.Close())
}

// emptyFolder is nil where nothing would be written over.
func emptyFolder(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("looking at the folder %s: %w", dir, err)
	case !info.IsDir():
		return fmt.Errorf("%s is a file; name a new folder", dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("looking at the folder %s: %w", dir, err)
	}
	if len(entries) > 0 {
		return fmt.Errorf("the folder %s is not empty; name a new one", dir)
	}
	return nil
}

// writePackage writes the files of a package, the one that describes the others
// last.
func writePackage(dir string, pack *publish.DataPackage) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("making a folder for the data package: %w", err)
	}
	for i := range pack.Files {
		f := &pack.Files[i]
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Bytes, 0o644); err != nil {
			return fmt.Errorf("writing the data package: %w", err)
		}
	}
	return nil
}
