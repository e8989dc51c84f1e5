package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"temwen/casework"
	"temwen/site"
	"temwen/store"
	"temwen/when"
)

// publishCmd is temwen publish.
type publishCmd struct {
	Target string   `arg:"" placeholder:"DIR" help:"The folder to write. A static edition that is there is replaced."`
	Dir    string   `required:"" type:"path" placeholder:"D" help:"The store."`
	AsOf   *dayFlag `placeholder:"DATE" help:"The day that the pages show. The day of the last entry where absent."`
}

// Help teaches with an example.
func (publishCmd) Help() string {
	return `Writes the whole public record as files for any web server or object store: every page in
every language, and the ledger. Links are relative; for one edition and day the bytes are
always the same. Choosing a day, filters and search need a server and are left out.

  temwen publish ./public --dir /var/lib/temwen`
}

// manifestFile says that a folder is a static edition, and which.
const manifestFile = "edition.json"

// manifest is what manifestFile holds.
type manifest struct {
	Edition uint64   `json:"edition"`
	AsOf    when.Day `json:"as_of"`
	Key     string   `json:"ledger_key"`
	Files   int      `json:"files"`
}

// Run writes the edition beside the target and then puts it in its place, so
// that the target is never half an edition.
func (c *publishCmd) Run(p *program) (err error) {
	target, err := filepath.Abs(c.Target)
	if err != nil {
		return err
	}
	if err := mayReplace(target); err != nil {
		return err
	}
	r, err := p.openReader(c.Dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	m := manifest{Key: r.Key()}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return fmt.Errorf("writing the edition: %w", err)
	}
	staging, err := os.MkdirTemp(filepath.Dir(target), ".temwen-publish-")
	if err != nil {
		return fmt.Errorf("writing the edition: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(staging)) }()
	fresh := filepath.Join(staging, "new")
	err = casework.Steadily(p.ctx, r, func() error {
		return errors.Join(os.RemoveAll(fresh), c.write(p, r, fresh, &m))
	})
	if err != nil {
		return err
	}
	if err := replace(target, fresh, filepath.Join(staging, "old")); err != nil {
		return fmt.Errorf("putting the edition in its place: %w", err)
	}
	_, err = fmt.Fprintf(p.stdout, "%s: edition %d as of %s, %d files\n", c.Target, m.Edition, m.AsOf, m.Files)
	return err
}

// replace moves what is at target to old, and fresh to target.
func replace(target, fresh, old string) error {
	if err := os.Rename(target, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(fresh, target); err != nil {
		_ = os.Rename(old, target) // back; the first error is the one to tell
		return err
	}
	return nil
}

// day is the day that the pages show.
func (c *publishCmd) day(p *program, r *store.Reader) (when.Day, error) {
	if c.AsOf == nil {
		return r.LastDay(p.ctx)
	}
	return when.Day(*c.AsOf), nil
}

// mayReplace refuses a folder that holds something else than a static edition.
func mayReplace(target string) error {
	entries, err := os.ReadDir(target)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(target, manifestFile)); err != nil {
		return fmt.Errorf("%s holds something else than a static edition; choose an empty or new folder", target)
	}
	return nil
}

func (c *publishCmd) write(p *program, r *store.Reader, dir string, m *manifest) (err error) {
	if m.AsOf, err = c.day(p, r); err != nil {
		return err
	}
	g := p.progress("writing pages")
	defer g.end()
	files := 0
	written, err := site.Static(p.ctx, r, m.AsOf, func(name string, data []byte) error {
		files++
		g.at(files, max(files, 1000))
		return writeFile(filepath.Join(dir, filepath.FromSlash(name)), data)
	})
	if err != nil {
		return err
	}
	m.Files, m.Edition = written.Files, written.Edition
	if err := copyLedger(r.LedgerDir(), filepath.Join(dir, "ledger")); err != nil {
		return fmt.Errorf("copying the ledger: %w", err)
	}
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, manifestFile), append(b, '\n'))
}

func writeFile(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}

// copyLedger copies the published files of a ledger, not its private state.
func copyLedger(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.HasPrefix(d.Name(), ".") && path != from {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return writeFile(filepath.Join(to, rel), data)
	})
}
