package main

import (
	"fmt"
	"strings"

	"temwen/clock"
	"temwen/dossier"
	"temwen/locale"
	"temwen/publish"
)

// obligationsCmd is temwen obligations.
type obligationsCmd struct {
	Mission    string   `arg:"" help:"The mission's ID: mss, gsf, minustah, ..."`
	Status     []string `placeholder:"STATUS" help:"Only these statuses: overdue, silent, contested, unclocked, due, ..."`
	Debtor     []string `placeholder:"ACTOR" help:"Only what these actors owe, by ID: kenya, un-security-council, ..."`
	Topic      []string `placeholder:"TOPIC" help:"Only these topics: ${topics}."`
	Instrument []string `placeholder:"ID" help:"Only what comes from these instruments."`
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
			return f, usageError{fmt.Errorf("--status: %w; the statuses are %s", err, statusNames())}
		}
		f.Status = append(f.Status, s)
	}
	for _, t := range c.Topic {
		if !strings.Contains(" "+strings.Join(dossier.Topics, " ")+" ", " "+t+" ") {
			return f, usageError{fmt.Errorf("--topic: %q is not a topic; the topics are %s", t, strings.Join(dossier.Topics, ", "))}
		}
	}
	return f, nil
}

func statusNames() string {
	names := make([]string, len(clock.Statuses))
	for i, s := range clock.Statuses {
		names[i] = strings.ReplaceAll(s.String(), " ", "-")
	}
	return strings.Join(names, ", ")
}

// explainCmd is temwen explain.
type explainCmd struct {
	Obligation string `arg:"" placeholder:"MISSION/OBLIGATION" help:"The obligation, as temwen obligations names it: mss/nine-month-review."`
	asOf
	storeDir
	output
}

// Help teaches with examples.
func (explainCmd) Help() string {
	return `The clause, each reading of it, what started the clock, pauses and extensions,
the arithmetic and the day, every step with its source.

  temwen explain mss/nine-month-review
  temwen explain mss/nine-month-review --as-of 2024-06-26 --lang fr`
}

// Run prints the explanation.
func (c *explainCmd) Run(p *program) error {
	mission, id, ok := strings.Cut(c.Obligation, "/")
	if !ok {
		return usageError{fmt.Errorf("%q is not MISSION/OBLIGATION: write mss/nine-month-review, for example", c.Obligation)}
	}
	v, err := c.view(p, mission, c.asOf)
	if err != nil {
		return err
	}
	e, err := v.Explain(mission, id)
	if err != nil {
		return err
	}
	return c.print(p, e, func(l locale.Lang) *publish.Sheet { return e.Sheet(v, l) })
}
