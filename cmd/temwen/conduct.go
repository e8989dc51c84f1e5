package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"temwen/conduct"
	"temwen/gate"
	"temwen/locale"
	"temwen/office"
	"temwen/publish"
	"temwen/store"
)

// conductCmd is temwen conduct.
type conductCmd struct {
	Show    conductShowCmd    `cmd:"" help:"Show the next edition of a mission's tables as it would be published now."`
	Ask     conductAskCmd     `cmd:"" help:"Ask that the next edition is published: by one officer."`
	Publish conductPublishCmd `cmd:"" help:"Publish what was asked for: by a second officer."`
}

// Help teaches with an example.
func (conductCmd) Help() string {
	return `Numbers of reports, allegations, alleged perpetrators, victims, investigations and actions, by
month and by who is said to be responsible, in which nobody can be found: see
docs/disclosure.md. One officer asks for an edition (where roles were given, a legal officer),
another publishes it (a publisher). Each proves with their own passphrase that it is
they, and needs no key of the office; who has a passkey alone does it at the desk, under Figures.
These commands need the store for themselves: stop the server first.

  temwen conduct show mss --dir /var/lib/temwen
  temwen conduct ask mss --dir /var/lib/temwen --as marin
  temwen conduct publish mss --dir /var/lib/temwen --as adjani`
}

// conductOf is a mission in a store.
type conductOf struct {
	Mission string `arg:"" help:"The mission's ID, such as mss."`
	Dir     string `required:"" type:"path" placeholder:"D" help:"The store."`
}

// with runs f with the office's tables and what is asked of them for the mission.
func (c *conductOf) with(p *program, f func(s *store.Store, o *conduct.Office, ask conduct.Ask) error) error {
	s, err := p.openStore(c.Dir, store.Settings{})
	if err != nil {
		return err
	}
	ask, err := c.ask(p, s)
	if err == nil {
		var zone string
		if zone, err = p.zone(s); err == nil {
			err = f(s, conduct.New(s, p.clockOf(zone)), ask)
		}
	}
	return errors.Join(err, s.Close())
}

// ask is what the dossier says of the mission: whom to count, and what to show.
func (c *conductOf) ask(p *program, s *store.Store) (conduct.Ask, error) {
	dossiers, err := s.Dossiers(p.ctx, 0)
	if err != nil {
		return conduct.Ask{}, err
	}
	var known []string
	for _, d := range dossiers {
		for _, m := range d.Missions {
			known = append(known, m.ID)
			if m.ID == c.Mission {
				return publish.See(d, publish.On(today(p.now(), d.Info.TimeZone))).ConductAsk(m), nil
			}
		}
	}
	return conduct.Ask{}, fmt.Errorf("there is no mission %q in %s; there are %s", c.Mission, c.Dir, strings.Join(known, ", "))
}

// conductShowCmd is temwen conduct show.
type conductShowCmd struct {
	conductOf
	reason
}

// Help teaches with an example.
func (conductShowCmd) Help() string {
	return `Nothing is put on the record. Numbers that would be revised are shown old and new, and who is
counted otherwise than in the last edition is named.

  temwen conduct show mss --dir /var/lib/temwen`
}

// reason is why numbers are revised.
type reason struct {
	Why     string `placeholder:"CODE" help:"Why numbers that were published are revised: merged, corrected, withdrawn, counting or classed."`
	Because string `placeholder:"TEXT" help:"The same in words, for the reader."`
}

func (r *reason) reason() *conduct.Reason {
	if r.Why == "" && r.Because == "" {
		return nil
	}
	return &conduct.Reason{Code: r.Why, Text: r.Because}
}

// Run prints the tables.
func (c *conductShowCmd) Run(p *program) error {
	return c.with(p, func(_ *store.Store, o *conduct.Office, ask conduct.Ask) error {
		ask.Why = c.reason.reason()
		ask, tables, err := o.Prepare(p.ctx, ask)
		silent := unexplained(err)
		if err != nil && silent == nil {
			return err
		}
		if err := printConduct(p, o, &ask, tables); err != nil || silent == nil {
			return err
		}
		_, err = fmt.Fprintln(p.stdout, silent)
		return err
	})
}

// unexplained is that an edition was refused for want of a word why, and how to say it; nil
// where it was not.
func unexplained(err error) error {
	if r := (*conduct.Refused)(nil); errors.As(err, &r) && r.Code == conduct.CodeWhy {
		return fmt.Errorf("%w, with --why CODE --because TEXT; the codes are %s", err, strings.Join(conduct.ReasonCodes, ", "))
	}
	return nil
}

// conductAskCmd is temwen conduct ask.
type conductAskCmd struct {
	conductOf
	asOfficer
	reason
	Invented bool `help:"Mark a mission's first tables as invented: they are about nobody. The next ones are, too."`
}

// Help teaches with an example.
func (conductAskCmd) Help() string {
	return `The tables are shown, and what was asked for is put on the record, sealed. Another officer
publishes exactly these.

  temwen conduct ask mss --dir /var/lib/temwen --as marin
  temwen conduct ask mss --dir D --as marin --why merged --because "Two incidents were one."`
}

// Run asks.
func (c *conductAskCmd) Run(p *program) error {
	return c.with(p, func(s *store.Store, o *conduct.Office, ask conduct.Ask) error {
		by, err := c.prove(p, office.New(s, p.now))
		if err != nil {
			return err
		}
		passed, ctx := gate.NewConduct(office.New(s, p.now), o), gate.As(p.ctx, by)
		if err := passed.MayAsk(ctx); err != nil {
			return err
		}
		last, err := passed.Asked(ctx, c.Mission)
		if err != nil {
			return err
		}
		if last != nil {
			ask.Instead = last.Index
		}
		ask.Why, ask.Invented = c.reason.reason(), c.Invented
		ask, tables, err := passed.Prepare(ctx, ask)
		if err != nil {
			return cmp.Or(unexplained(err), err)
		}
		if err := passed.Ask(ctx, by, ask); err != nil {
			return err
		}
		if err := printConduct(p, o, &ask, tables); err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "edition %d is asked for by %s; a second officer publishes it with:\n  temwen conduct publish %s --dir %s --as NAME\n",
			ask.Edition, c.As, c.Mission, c.Dir)
		return err
	})
}

// conductPublishCmd is temwen conduct publish.
type conductPublishCmd struct {
	conductOf
	asOfficer
}

// Help teaches with an example.
func (conductPublishCmd) Help() string {
	return `The tables are counted again, and published only if they are those that were asked for. Each
becomes an entry of the ledger.

  temwen conduct publish mss --dir /var/lib/temwen --as adjani`
}

// Run publishes.
func (c *conductPublishCmd) Run(p *program) error {
	return c.with(p, func(s *store.Store, o *conduct.Office, _ conduct.Ask) error {
		by, err := c.prove(p, office.New(s, p.now))
		if err != nil {
			return err
		}
		asked, err := o.Asked(p.ctx, c.Mission)
		if err != nil {
			return err
		}
		if asked == nil || asked.Withdrawn != "" {
			return fmt.Errorf("nobody has asked for an edition for %s that is not published yet", c.Mission)
		}
		tables, err := gate.NewConduct(office.New(s, p.now), o).Publish(gate.As(p.ctx, by), by, c.Mission, asked.Index)
		if err != nil {
			return err
		}
		if err := s.Publish(p.ctx, p.now(), false, nil); err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "edition %d of the tables of %s is published: %d tables, through %s\n", tables[0].Edition, c.Mission, len(tables), tables[0].Through)
		return err
	})
}

// printConduct prints the tables of an edition, and what changes against the last one.
func printConduct(p *program, o *conduct.Office, ask *conduct.Ask, tables []conduct.Published) error {
	before, err := o.Tables(p.ctx, ask.Scope.Mission)
	if err != nil {
		return err
	}
	w := publish.In(locale.English)
	sheet := &publish.Sheet{Title: fmt.Sprintf("%s, edition %d, through %s", ask.Scope.Mission, ask.Edition, ask.Through)}
	if len(tables) > 0 {
		sheet.Title += ", counted by the rules " + tables[0].Rules + ", classed by the vocabulary " + tables[0].Terms
	}
	if ask.Invented {
		sheet.Title += ", invented: about nobody"
	}
	for i := range tables {
		t := &tables[i]
		rule := conduct.RulesOf(t.Rules).Count(t.Count)
		if rule == nil {
			continue
		}
		section := publish.Section{Heading: w.Text(rule.Name), Table: publish.Table{Wrap: 0}}
		row := func(name string, numbers []conduct.Shown, total conduct.Shown) {
			cells := []publish.Cell{{Text: name}}
			for _, n := range numbers {
				cells = append(cells, publish.Cell{Text: n.String()})
			}
			section.Table.Rows = append(section.Table.Rows, append(cells, publish.Cell{Text: total.String()}))
		}
		head := []publish.Cell{{Text: "month"}}
		for _, c := range t.Columns {
			head = append(head, publish.Cell{Text: c})
		}
		section.Table.Rows = append(section.Table.Rows, append(head, publish.Cell{Text: "total"}))
		for i, m := range t.Months {
			row(m.String(), t.Cells[i], t.Rows[i])
		}
		row("total", t.Foot, t.All)
		sheet.Sections = append(sheet.Sections, section)
	}
	if changed := changedConduct(w, before, ask, tables); len(changed.Lines)+len(changed.Table.Rows) > 0 {
		sheet.Sections = append(sheet.Sections, changed)
	}
	return sheet.Text(p.stdout, p.style())
}

// changedConduct is what an edition shows otherwise than the last one, and whom it counts
// otherwise.
func changedConduct(w publish.Words, before []conduct.Stored, ask *conduct.Ask, tables []conduct.Published) publish.Section {
	section := publish.Section{Heading: "What changes against the last edition"}
	if n := len(before); n > 0 {
		come, gone := ask.Scope.Against(&before[n-1].Scope)
		if len(gone) > 0 {
			section.Lines = append(section.Lines, "Not counted any more: "+strings.Join(gone, ", "))
		}
		if len(come) > 0 {
			section.Lines = append(section.Lines, "Counted now, and not before: "+strings.Join(come, ", "))
		}
	}
	rows := &section.Table.Rows
	for i := range tables {
		t := &tables[i]
		for _, r := range t.Revisions {
			if len(*rows) == 0 {
				*rows = append(*rows, []publish.Cell{{Text: "count"}, {Text: "month"}, {Text: "who"}, {Text: "old"}, {Text: "new"}})
			}
			*rows = append(*rows, []publish.Cell{
				{Text: w.Text(conduct.RulesOf(t.Rules).Count(t.Count).Name)},
				{Text: r.Month.String()},
				{Text: cmp.Or(r.Column, "total")},
				{Text: r.Old.String()},
				{Text: r.New.String()},
			})
		}
	}
	return section
}
