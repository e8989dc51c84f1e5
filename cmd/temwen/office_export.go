package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"temwen/casework"
	"temwen/intake"
	"temwen/office"
	"temwen/store"
	"temwen/when"
)

// officeExportCmd is temwen office export.
type officeExportCmd struct {
	Folder string `arg:"" type:"path" help:"Where to write: a folder that is empty or not there yet."`
	officeStore
	Officer string `required:"" placeholder:"NAME" help:"The officer whose keys are written, sealed as they are."`
	Thread  []int  `placeholder:"N" help:"The number of a report; what was sent and said in its thread is written, sealed. Several: 3,4,7."`
	Case    []int  `placeholder:"N" help:"The number of a case; its evidence is written, sealed, with the labels."`
}

// Help teaches with an example.
func (officeExportCmd) Help() string {
	return `Nothing that is written is open: the officer's key as their passphrase seals it, the office's
keys as they are wrapped to the officer, and the envelopes of the reports and cases asked for.
With these and the passphrase, the age program opens them on any machine; README.txt in the
folder tells how. That somebody took the envelopes is noted on the record, in the custody log too.

  temwen office export ./odile --officer odile --thread 12 --dir /var/lib/temwen
  temwen office export ./odile --officer odile --case 3 --dir /var/lib/temwen`
}

// Run writes the files.
func (c *officeExportCmd) Run(p *program) error {
	if err := emptyFolder(c.Folder); err != nil {
		return err
	}
	return c.with(p, func(s *store.Store, o *office.Office) error {
		state, err := o.State(p.ctx)
		if err != nil {
			return err
		}
		officer := state.Named(c.Officer)
		if officer == nil {
			return fmt.Errorf("there is no officer %q here; temwen office list tells who is", c.Officer)
		}
		if err := os.MkdirAll(c.Folder, 0o700); err != nil {
			return err
		}
		if err := c.keys(state, officer); err != nil {
			return err
		}
		written, err := c.envelopes(p, s, o)
		if err != nil {
			return err
		}
		kept, err := c.evidence(p, s, o)
		if err != nil {
			return err
		}
		written += kept
		if err := c.write("README.txt", []byte(exportReadme(officer))); err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "%s: the key of %s, %d keys of the office, %d envelopes; read %s first\n",
			c.Folder, c.Officer, len(state.Epochs), written, filepath.Join(c.Folder, "README.txt"))
		return err
	})
}

func (c *officeExportCmd) write(name string, b []byte) error {
	return os.WriteFile(filepath.Join(c.Folder, name), b, 0o600)
}

// keys writes the officer's sealed key, and those of epochs that it opens.
func (c *officeExportCmd) keys(s *office.State, o *office.Officer) error {
	for _, k := range o.Keys {
		if k.Passkey != nil {
			continue // what opens it never leaves a browser
		}
		if err := c.write("officer.age", k.File); err != nil {
			return err
		}
	}
	for _, e := range s.Epochs {
		file, has := e.Wraps[o.ID]
		if !has {
			return fmt.Errorf("the officer %s was not admitted yet, and can open nothing", o.Name)
		}
		if err := c.write(fmt.Sprintf("epoch-%d.age", e.Number), file); err != nil {
			return err
		}
	}
	return nil
}

// envelopes writes what is in the threads that were asked for.
func (c *officeExportCmd) envelopes(p *program, s *store.Store, o *office.Office) (written int, err error) {
	if len(c.Thread) == 0 {
		return 0, nil
	}
	zone, err := p.zone(s)
	if err != nil {
		return 0, err
	}
	in, err := intake.New(s, o, intake.Options{Dir: filepath.Join(c.Dir, sealedDir), Now: p.clockOf(zone)})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	threads, err := allThreads(p.ctx, in)
	if err != nil {
		return 0, err
	}
	for _, number := range c.Thread {
		th, there := threads[number]
		if !there {
			return written, fmt.Errorf("there is no report with the number %d", number)
		}
		for _, item := range th.Items {
			if err := c.envelope(p, in, th, item); err != nil {
				return written, err
			}
			written++
		}
	}
	return written, nil
}

func (c *officeExportCmd) envelope(p *program, in *intake.Intake, th intake.Thread, item intake.Item) (err error) {
	r, _, err := in.Envelope(p.ctx, office.Operator, th.ID, item.N)
	if err != nil {
		return err
	}
	return c.copied(fmt.Sprintf("report-%d-item-%d-%s-epoch-%d.age", th.Number, item.N, item.Kind, item.Epoch), r)
}

// copied writes sealed bytes to a file that is new.
func (c *officeExportCmd) copied(name string, r io.ReadCloser) (err error) {
	defer func() { err = errors.Join(err, r.Close()) }()
	f, err := os.OpenFile(filepath.Join(c.Folder, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}

// evidence writes what is kept in the cases that were asked for.
func (c *officeExportCmd) evidence(p *program, s *store.Store, o *office.Office) (written int, err error) {
	if len(c.Case) == 0 {
		return 0, nil
	}
	zone, err := p.zone(s)
	if err != nil {
		return 0, err
	}
	work := casework.New(s, p.now, func() when.Day { return today(p.now(), zone) })
	if err := work.KeepEvidence(filepath.Join(c.Dir, evidenceDir), o); err != nil {
		return 0, err
	}
	for _, number := range c.Case {
		id, err := caseNumber(p.ctx, work, number)
		if err != nil {
			return written, err
		}
		of, err := work.Case(p.ctx, office.Operator, id)
		if err != nil {
			return written, err
		}
		for _, item := range of.Evidence {
			if err := c.item(p, work, of, &item); err != nil {
				return written, err
			}
			written += 2
		}
	}
	return written, nil
}

// item writes the label and the file of an item of evidence.
func (c *officeExportCmd) item(p *program, work *casework.Cases, of *casework.Case, item *casework.Evidence) (err error) {
	name := fmt.Sprintf("case-%d-evidence-%d-%%s-epoch-%d.age", of.Number, item.N, item.Epoch)
	label, err := work.Label(p.ctx, of.ID, item.N)
	if err != nil {
		return err
	}
	if err := c.write(fmt.Sprintf(name, "label"), label); err != nil {
		return err
	}
	r, _, err := work.OpenEvidence(p.ctx, office.Operator, of.ID, item.N, "safety")
	if err != nil {
		return err
	}
	return c.copied(fmt.Sprintf(name, "file"), r)
}

// caseNumber is the ID of the case with a number.
func caseNumber(ctx context.Context, work *casework.Cases, number int) (string, error) {
	for _, closed := range []bool{false, true} {
		for q := (casework.Query{Closed: closed, Limit: 100}); ; {
			page, err := work.List(ctx, q)
			if err != nil {
				return "", err
			}
			for _, one := range page.Cases {
				if one.Number == number {
					return one.ID, nil
				}
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
	}
	return "", fmt.Errorf("there is no case with the number %d", number)
}

// allThreads are the threads with their items, by number.
func allThreads(ctx context.Context, in *intake.Intake) (map[int]intake.Thread, error) {
	threads := make(map[int]intake.Thread)
	add := func(id string) error {
		th, err := in.Thread(ctx, id)
		if err == nil {
			threads[th.Number] = *th
		}
		return err
	}
	for _, view := range []intake.View{intake.Open, intake.Ended} {
		for after := ""; ; {
			page, err := in.Threads(ctx, intake.Query{View: view, After: after, Limit: 100})
			if err != nil {
				return nil, err
			}
			for _, th := range page.Threads {
				for _, id := range append([]string{th.ID}, th.Joined...) {
					if err := add(id); err != nil {
						return nil, err
					}
				}
			}
			if after = page.Next; after == "" {
				break
			}
		}
	}
	return threads, nil
}

// exportReadme tells how the stock programs open what was written.
func exportReadme(o *office.Officer) string {
	var b strings.Builder
	fmt.Fprintf(&b, `These files are sealed. The passphrase of the officer %s opens them, with the
age program (https://age-encryption.org), version 1.3 or later, and tar:

    age -d -i officer.age epoch-1.age > epoch-1.key
    age -d -i epoch-1.key report-1-item-1-report-epoch-1.age | tar -x

The first command asks for the passphrase, and writes a key that opens everything
that was sealed to epoch 1 of the office: keep it on a machine that only you use,
and delete it afterwards. The number behind "epoch" in a file's name tells which
key opens it.
`, o.Name)
	return b.String()
}
