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
	"temwen/conduct"
	"temwen/ledger"
	"temwen/publish"
	"temwen/record"
	"temwen/store"
	"temwen/when"
)

// conductCheck checks the published tables of conduct that a ledger holds.
type conductCheck struct {
	audit  conduct.Audit
	tables []conduct.Stored // without what stays in the store
	cases  int              // entries that make a case public, or take it back
	shown  casework.Chain   // of these
}

// conductCounted is what it checked.
type conductCounted struct {
	Editions  int `json:"editions"`
	Tables    int `json:"tables"`
	Cases     int `json:"cases"`        // entries that make one public, or take it back
	Retracted int `json:"retracted"`    // of these: taken back
	Rechecked int `json:"rechecked"`    // of these, against the record's sealed events
	Unopened  int `json:"cases_erased"` // of these: the case was erased, and nothing opens them
	Opened    int `json:"cases_opened"` // of these: the data of a static edition shows what they have the hashes of
	Pages     int `json:"pages"`        // of a static edition, whose figures are those of the tables
	Recounted int `json:"recounted"`    // from the record's sealed events
	Erased    int `json:"erased"`       // that counted something that was erased since
	Events    int `json:"erased_events"`
	Numbers   int `json:"not_recounted"` // that what is left does not give
	// Rescoped are the editions that count others than the one before.
	Rescoped []*conduct.Rescoped `json:"rescoped,omitempty"`
}

// String says it in words.
func (c *conductCounted) String() string {
	s := fmt.Sprintf("%d tables of %d editions add up, and change only with a word why", c.Tables, c.Editions)
	for _, r := range c.Rescoped {
		s += "; " + r.String()
		if r.Why != nil {
			s += fmt.Sprintf(" (%s: %s)", r.Why.Code, r.Why.Text)
		}
	}
	if c.Cases > 0 {
		s += fmt.Sprintf("; %d entries make a case public or take it back, in hashes alone", c.Cases)
	}
	if c.Retracted > 0 {
		s += fmt.Sprintf("; %d of them put a stone where a case stood", c.Retracted)
	}
	if c.Opened > 0 {
		s += fmt.Sprintf("; the data shows %d of them, as the ledger has their hashes, and no other", c.Opened)
	}
	if c.Pages > 0 {
		s += fmt.Sprintf("; %d pages and the data show their figures and no other", c.Pages)
	}
	if c.Rechecked > 0 {
		s += fmt.Sprintf("; %d are what the record says", c.Rechecked)
	}
	if c.Unopened > 0 {
		s += fmt.Sprintf("; %d cannot be compared with it: their case was erased by two officers, as the record says, and what they said in private with it", c.Unopened)
	}
	if c.Recounted > 0 {
		s += fmt.Sprintf("; %d counted again from the record", c.Recounted)
	}
	if c.Erased > 0 {
		s += fmt.Sprintf("; %d stand as they were published: %d events that they counted were erased since, so that %d of their numbers cannot be counted again; what they show follows from what they stand for",
			c.Erased, c.Events, c.Numbers)
	}
	return s
}

// read takes in an entry of the ledger.
func (c *conductCheck) read(leaf ledger.Leaf) error {
	if leaf.Type == casework.PublishedType || leaf.Type == casework.RetractedType {
		c.cases++
		day, err := when.ParseDay(leaf.Day)
		if err != nil {
			return err
		}
		return c.shown.Enter(leaf.Index, day, leaf.Type, leaf.Public)
	}
	day, err := when.ParseDay(leaf.Day)
	if err != nil {
		return err
	}
	if err := c.audit.Enter(leaf.Index, leaf.Public); err != nil {
		return err
	}
	p, err := conduct.ParsePublished(leaf.Public)
	if err != nil {
		return err
	}
	c.tables = append(c.tables, conduct.Stored{Index: leaf.Index, Day: int64(day), Published: *p})
	return nil
}

// edition compares what a static edition shows, in the folder that was checked, with the ledger:
// its public cases, and its figures of conduct. Where there is no static edition it does nothing.
func (c *conductCheck) edition(dir string, v *verified) error {
	if v.Refused != "" || strings.Contains(dir, "://") {
		return nil
	}
	b, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var m manifest
	if err == nil {
		err = json.Unmarshal(b, &m)
	}
	if err != nil {
		return fmt.Errorf("reading which edition is in %s: %w", dir, err)
	}
	if err := c.opens(dir, &m, v); err != nil || v.Refused != "" {
		return err
	}
	refused, err := c.figures(dir, &m, v.Conduct)
	if refused != nil {
		v.Verified, v.Refused = false, refused.Error()
	}
	return err
}

// opens compares the open data of a static edition with the entries that make cases public: what
// it shows opens them, and it shows all that stood on its day.
func (c *conductCheck) opens(dir string, m *manifest, v *verified) error {
	files, err := filepath.Glob(filepath.Join(dir, "data", "*", "cases.jsonl"))
	if err != nil {
		return err
	}
	refuse := func(format string, args ...any) error {
		v.Verified, v.Refused = false, fmt.Sprintf(format, args...)
		return nil
	}
	shown := make(map[uint64]bool)
	for _, file := range files {
		cases, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		lines, err := os.ReadFile(filepath.Join(filepath.Dir(file), "case-lines.jsonl"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		entries, err := publish.CheckCases(cases, lines, &c.shown)
		if err != nil {
			return refuse("%s: %v", file, err)
		}
		for _, index := range entries {
			shown[index] = true
		}
	}
	for index, e := range c.shown.Entries {
		if (e.Stands || e.Retracted != nil) && e.Day <= m.AsOf && !shown[index] {
			return refuse("entry %d makes a case public, or takes it back, and the data of %s does not show it", index, dir)
		}
	}
	v.Conduct.Opened = len(shown)
	return nil
}

// finish counts the tables again from the record, where there is one in the folder that
// was checked and nothing else was refused; of a static edition it checks the data.
func (c *conductCheck) finish(p *program, r *store.Reader, dir string, v *verified) error {
	if len(c.tables) == 0 && c.cases == 0 {
		return nil
	}
	v.Conduct = &conductCounted{Editions: c.audit.Editions, Tables: c.audit.Tables, Cases: c.cases, Retracted: c.shown.Retracted, Rescoped: c.audit.Rescoped}
	if err := c.edition(dir, v); err != nil || r == nil || v.Refused != "" {
		return err
	}
	refused := func(err error) error {
		if errors.Is(err, record.ErrDamaged) {
			v.Verified, v.Refused = false, err.Error()
			return nil
		}
		return err
	}
	if c.cases > 0 {
		done, err := casework.RecheckPublished(r.Events()(p.ctx, 0))
		if err != nil {
			return refused(err)
		}
		v.Conduct.Rechecked, v.Conduct.Unopened = done.Compared, done.Erased
	}
	if len(c.tables) == 0 {
		return nil
	}
	var tables []conduct.Stored
	for i := range c.tables {
		e, err := r.Event(p.ctx, c.tables[i].Index)
		if err != nil {
			return err
		}
		t, err := conduct.FromEvent(e)
		if err != nil {
			return err
		}
		tables = append(tables, t)
	}
	counting := p.progress("counting conduct again")
	defer counting.end()
	done, err := conduct.Recount(r.Events()(p.ctx, 0), tables)
	if errors.Is(err, record.ErrDamaged) {
		return refused(err)
	}
	v.Conduct.Recounted, v.Conduct.Erased, v.Conduct.Events, v.Conduct.Numbers = done.Tables, done.Erased, done.Events, done.Numbers
	return err
}
