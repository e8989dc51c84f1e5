package main

import (
	"fmt"
	"slices"
	"strings"

	"temwen/clock"
	"temwen/locale"
	"temwen/publish"
)

// obligationsCmd is temwen obligations.
type obligationsCmd struct {
	Mission    string   `arg:"" help:"The mission's ID: mss, gsf, minustah, ..."`
	Status     []string `enum:"${statuses}" placeholder:"STATUS" help:"Only these statuses: overdue, silent, contested, unclocked, due, suspended, running, dormant, inherited, discharged-late, discharged, lapsed."`
	Debtor     []string `placeholder:"ACTOR" help:"Only what these actors owe, by ID: kenya, security-council, ..."`
	Topic      []string `enum:"${topics}" placeholder:"TOPIC" help:"Only these topics: authorisation, review, reporting, documents, oversight, conduct, people, money, status, remedy, elections, health, support, arms."`
	Instrument []string `placeholder:"ID" help:"Only what comes from these instruments, by ID: s-res-2699, ..."`
	asOf
	storeDir
	output
}

// Help teaches with examples.
func (obligationsCmd) Help() string {
	return `The most pressing first, with those inherited from earlier missions.

  temwen obligations mss
  temwen obligations mss --as-of 2024-06-26 --status overdue,silent
  temwen obligations gsf --debtor kenya --format json`
}

// Run prints the list.
func (c *obligationsCmd) Run(p *program) error {
	filter, err := c.filter()
	if err != nil {
		return err
	}
	v, err := c.view(p, c.Mission, c.asOf)
	if err != nil {
		return err
	}
	if err := c.known(v); err != nil {
		return err
	}
	lines, err := v.Obligations(c.Mission, filter)
	if err != nil {
		return err
	}
	if lines == nil {
		lines = []publish.Line{}
	}
	return c.print(p, lines, func(l locale.Lang) *publish.Sheet { return v.ObligationsSheet(c.Mission, lines, l) })
}

func (c *obligationsCmd) filter() (publish.Filter, error) {
	f := publish.Filter{Debtor: c.Debtor, Topic: c.Topic, Instrument: c.Instrument}
	for _, name := range c.Status {
		s, err := clock.ParseStatus(name)
		if err != nil {
			return f, usageError{fmt.Errorf("--status: %w", err)}
		}
		f.Status = append(f.Status, s)
	}
	return f, nil
}

// known refuses a debtor or an instrument that is not on record: an empty list
// would say that nothing is owed, where only a name was misspelt.
func (c *obligationsCmd) known(v *publish.View) error {
	lines, err := v.Obligations(c.Mission, publish.Filter{})
	if err != nil {
		return err
	}
	var debtors, instruments []string
	for i := range lines {
		for _, d := range lines[i].Debtor {
			debtors = append(debtors, d.ID)
		}
		instruments = append(instruments, lines[i].Provision.Instrument)
	}
	for _, id := range c.Debtor {
		if v.Actor(id) == nil {
			return unknown("actor", id, "the obligations of "+c.Mission+" are owed by", debtors)
		}
	}
	for _, id := range c.Instrument {
		if v.Instrument(id) == nil {
			return unknown("instrument", id, "the obligations of "+c.Mission+" come from", instruments)
		}
	}
	return nil
}

func unknown(kind, id, there string, known []string) error {
	slices.Sort(known)
	return fmt.Errorf("there is no %s %q on record for that day; %s %s", kind, id, there, strings.Join(slices.Compact(known), ", "))
}

// explainCmd is temwen explain.
type explainCmd struct {
	Obligation obligationName `arg:"" help:"The obligation, MISSION/OBLIGATION, as temwen obligations names it."`
	asOf
	storeDir
	output
}

// obligationName is MISSION/OBLIGATION.
type obligationName struct{ mission, id string }

// UnmarshalText reads what a user wrote.
func (n *obligationName) UnmarshalText(text []byte) error {
	mission, id, ok := strings.Cut(string(text), "/")
	if !ok || mission == "" || id == "" {
		return fmt.Errorf("%q is not MISSION/OBLIGATION: write mss/mss-review, for example", text)
	}
	n.mission, n.id = mission, id
	return nil
}

// Help teaches with examples.
func (explainCmd) Help() string {
	return `The clause, each reading of it, what started the clock, pauses and extensions,
the arithmetic and the day, every step with its source.

  temwen explain mss/mss-review
  temwen explain mss/mss-review --as-of 2024-06-26 --lang fr`
}

// Run prints the explanation.
func (c *explainCmd) Run(p *program) error {
	v, err := c.view(p, c.Obligation.mission, c.asOf)
	if err != nil {
		return err
	}
	e, err := v.Explain(c.Obligation.mission, c.Obligation.id)
	if err != nil {
		return fmt.Errorf("%w; see: temwen obligations %s", err, c.Obligation.mission)
	}
	return c.print(p, e, func(l locale.Lang) *publish.Sheet { return e.Sheet(v, l) })
}
