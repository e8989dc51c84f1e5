package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"strings"
	"unicode/utf8"

	"temwen/locale"
	"temwen/publish"
)

// reconcileCmd is temwen reconcile.
type reconcileCmd struct {
	File        string   `arg:"" help:"A CSV file in UTF-8 with periods, cuts, categories and counts."`
	Period      string   `placeholder:"COLUMN" help:"The column of periods. Without it, the one called period."`
	Cut         string   `placeholder:"COLUMN" help:"The column of cuts, each a way to divide the same total. Without it, the one called cut."`
	Category    string   `placeholder:"COLUMN" help:"The column of categories. Without it, the one called category."`
	Count       string   `placeholder:"COLUMN" help:"The column of counts. Without it, the one that is left."`
	TotalCut    string   `placeholder:"CUT" help:"The cut that holds totals. Without it, the one called total."`
	Total       string   `placeholder:"CATEGORY" help:"The total that cuts divide. Without it, the one called as the column of counts."`
	Overlapping []string `sep:"none" placeholder:"CUT" help:"A cut whose categories overlap, so that it sums to no total. May be given several times."`
	Alias       []string `sep:"none" placeholder:"NAME=SAME" help:"A name that stands for another. May be given several times."`
	Aliases     string   `placeholder:"FILE" help:"A CSV file of such names, with the heading name,same_as."`
	Delimiter   string   `placeholder:"C" help:"What stands between cells: a character, or tab. Without it, the heading shows it."`
	Thousands   string   `placeholder:"C" help:"The thousands separator of the numbers, as in 1,129. Without it a number that may have one is refused."`
	output
}

// Help teaches with the first case.
func (reconcileCmd) Help() string {
	return `Adds up published figures. Do the months sum to the quarter? Does each cut sum to its total?
Where not: by how much, and the smallest set of moves between categories that explains the
difference exactly, or that none does. The exit status is 0 if nothing differs, 1 if something
does or the file cannot be read, 2 if the command line makes no sense.

The first case is victims in Haiti, January to March 2026, as the UN office there counts them:

  period,cut,category,victims
  2026-01,total,victims,1129
  2026-01,violation,abducted,16
  2026-01,perpetrator,Gangs,174
  2026-01,perpetrator,Unknown,429
  ...
  2026-Q1,total,victims,2444
  2026-Q1,violation,abducted,57
  2026-Q1,perpetrator,Gangs,653
  2026-Q1,perpetrator,Unknown,0

  temwen reconcile binuh-2026q1-by-month.csv

It finds that the months have 735 victims of unknown perpetrators and the quarter has none;
that three moves explain the quarter exactly: 673 of them to the police, 62 to popular justice,
and 57 victims of gangs left out, as many as were abducted; and that no other set of moves is
as small. Why, it cannot tell.

A period is a day, month, year, season or interval in EDTF (2026-01, 2026, 2026-21,
2026-01/2026-03), or a quarter, half or week (2026-Q1, 2026-H1, 2026-W05). A table may also
have a column for each period, or for each category (violation/killed). Names that are likely
the same are pointed out and counted as two:

  temwen reconcile FILE.csv --alias 'Population Justice=Popular justice'
  temwen reconcile FILE.csv --count Victimes --thousands ' ' --lang fr
  temwen reconcile FILE.csv --format json | jq '.nested[].explanation.moves'`
}

// Run prints what the figures add up to.
func (c *reconcileCmd) Run(p *program) error {
	format, err := c.countFormat()
	if err != nil {
		return err
	}
	t, err := c.read(format)
	if err != nil {
		return err
	}
	r := publish.Reconcile(t)
	if err := c.print(p, r, func(l locale.Lang) *publish.Sheet { return r.Sheet(nil, l) }); err != nil {
		return err
	}
	if r.Differs || r.Compared == 0 {
		return errSaid
	}
	return nil
}

// read reads the file.
func (c *reconcileCmd) read(format publish.CountFormat) (*publish.CountTable, error) {
	f, err := open(c.File)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	t, err := publish.ReadCounts(c.File, f, format)
	var column *publish.ColumnError
	if errors.As(err, &column) {
		return nil, usageError{err}
	}
	return t, err
}

// open opens a file of the command line; one that is not there makes the command
// line senseless.
func open(file string) (*os.File, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usageError{fmt.Errorf("there is no file %s", file)}
	}
	if err != nil {
		return nil, fmt.Errorf("reading a table: %w", err)
	}
	return f, nil
}

// countFormat reads the flags.
func (c *reconcileCmd) countFormat() (publish.CountFormat, error) {
	f := publish.CountFormat{
		Period: c.Period, Cut: c.Cut, Category: c.Category, Count: c.Count,
		TotalCut: c.TotalCut, Total: c.Total, Overlapping: c.Overlapping,
	}
	var err error
	if f.Delimiter, err = character("--delimiter", c.Delimiter); err != nil {
		return f, err
	}
	if f.Thousands, err = character("--thousands", c.Thousands); err != nil {
		return f, err
	}
	f.Aliases, err = c.aliases()
	return f, err
}

// character reads a flag that is one character, or tab.
func character(flag, s string) (rune, error) {
	if s == "tab" {
		return '\t', nil
	}
	r, size := utf8.DecodeRuneInString(s)
	if size != len(s) || s != "" && !strings.ContainsRune(",.;:|_'’ \t\u00a0\u202f", r) {
		return 0, usageError{fmt.Errorf("%s %q: write one of , . ; : | _ ' a blank, or tab", flag, s)}
	}
	if size == 0 {
		return 0, nil
	}
	return r, nil
}

// aliases reads the file of aliases and the flags, which come after it.
func (c *reconcileCmd) aliases() (map[string]string, error) {
	all := make(map[string]string)
	if c.Aliases != "" {
		f, err := open(c.Aliases)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		list, err := publish.ReadAliases(c.Aliases, f)
		if err != nil {
			return nil, err
		}
		maps.Copy(all, list)
	}
	for _, a := range c.Alias {
		name, same, ok := strings.Cut(a, "=")
		name, same = strings.TrimSpace(name), strings.TrimSpace(same)
		if !ok || name == "" || same == "" {
			return nil, usageError{fmt.Errorf("--alias %q: write NAME=SAME, as in --alias 'Population Justice=Popular justice'", a)}
		}
		all[name] = same
	}
	return all, nil
}
