package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"temwen/casework"
	"temwen/dossier"
	"temwen/gate"
	"temwen/intake"
	"temwen/locale"
	"temwen/office"
	"temwen/record"
	"temwen/store"
	"temwen/when"
)

// officeDueCmd is temwen office due.
type officeDueCmd struct {
	officeStore
	Ask            bool   `xor:"deed" help:"Ask, as one officer, that all of it is erased."`
	Erase          bool   `xor:"deed" help:"Erase, as a second officer, what another has asked for of it."`
	As             string `placeholder:"NAME" help:"The officer who asks or erases, whose passphrase is asked for."`
	PassphraseFile string `placeholder:"FILE" help:"Read the officer's passphrase from the first line of a file, or of the standard input (-)."`
}

// Help teaches with an example.
func (officeDueCmd) Help() string {
	return `What was kept as long as the missions' dossiers say (keep): ended reports, closed cases, and
incidents that no case takes. For each it tells what erasing destroys, in kinds and numbers, and
never what is in it; and, at the end, what stays and why. Nothing is erased by itself: without
--ask and --erase this only looks, and writes nothing. One officer asks, and another erases, here
or at the desk, where each is looked at by itself. What waits for anybody, or is the evidence of
another office, is never due, and where no rule is published nothing is. What is erased is gone
from this store for good, and not from backups: destroy these.

  temwen office due --dir /var/lib/temwen
  temwen office due --dir /var/lib/temwen --ask --as marin
  temwen office due --dir /var/lib/temwen --erase --as odile`
}

// dueThing is a report, a case or an incident that is due for erasure.
type dueThing struct {
	what, would, askedBy string
	leaves               string // the incidents that a case leaves behind
	last, on             when.Day
	ask, erase           func() error
}

// dueList finds what is due, and what is done with it in an officer's name.
type dueList struct {
	ctx      context.Context
	dossiers []*dossier.Dossier
	today    when.Day
	by       string // an officer's ID; empty for who only looks
	in       *intake.Intake
	work     *casework.Cases
	inbox    *gate.Inbox
	cases    *gate.Cases
}

// Run lists what is due, and asks or erases.
func (c *officeDueCmd) Run(p *program) error {
	if (c.Ask || c.Erase) != (c.As != "") {
		return usageError{errors.New("write --as NAME with --ask or --erase, and with nothing else")}
	}
	return c.with(p, func(s *store.Store, o *office.Office) (err error) {
		l := &dueList{ctx: p.ctx}
		if c.As != "" {
			by, err := asOfficer{c.As, c.PassphraseFile}.prove(p, o)
			if err != nil {
				return err
			}
			l.by = by
			l.ctx = gate.As(p.ctx, l.by)
		}
		if l.dossiers, err = s.Dossiers(p.ctx, 0); err != nil {
			return err
		}
		zone, err := p.zone(s)
		if err != nil {
			return err
		}
		l.today = today(p.now(), zone)
		if l.in, err = intake.New(s, o, intake.Options{Dir: filepath.Join(c.Dir, sealedDir), Now: p.clockOf(zone)}); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, l.in.Close()) }()
		l.work = casework.New(s, p.now, func() when.Day { return l.today })
		if err := l.work.KeepEvidence(filepath.Join(c.Dir, evidenceDir), o); err != nil {
			return err
		}
		l.inbox, l.cases = gate.NewInbox(o, l.in, l.work), gate.NewCases(o, l.work)
		return c.do(p, o, l)
	})
}

func (c *officeDueCmd) do(p *program, o *office.Office, l *dueList) error {
	state, err := o.State(p.ctx)
	if err != nil {
		return err
	}
	name := func(id string) string {
		if o := state.Officer(id); o != nil {
			return o.Name
		}
		return id
	}
	var b strings.Builder
	b.WriteString(l.rules())
	reports, err := l.reports()
	if err != nil {
		return err
	}
	cases, err := l.closedCases()
	if err != nil {
		return err
	}
	incidents, err := l.looseIncidents()
	if err != nil {
		return err
	}
	list := slices.Concat(reports, cases, incidents)
	if len(list) == 0 {
		b.WriteString("nothing is due for erasure\n")
	}
	for i := range list {
		t := &list[i]
		fmt.Fprintf(&b, "%s: since %s, %d days after the last thing that happened; would go: %s", t.what, t.on, t.on-t.last, t.would)
		if t.leaves != "" {
			fmt.Fprintf(&b, "; would stay: %s", t.leaves)
		}
		if t.askedBy != "" {
			fmt.Fprintf(&b, "; asked for by %s", name(t.askedBy))
		}
		did, err := c.deed(t, l.by)
		if err != nil {
			_, werr := fmt.Fprint(p.stdout, b.String(), "\n")
			return errors.Join(fmt.Errorf("%s: %w", t.what, err), werr)
		}
		b.WriteString(did + "\n")
	}
	b.WriteString(stays(len(reports), len(cases), len(incidents)))
	_, err = fmt.Fprint(p.stdout, b.String())
	return err
}

// stays says what stays of what is listed, and why.
func stays(reports, cases, incidents int) string {
	words := locale.In(locale.English)
	var b strings.Builder
	for _, k := range []struct {
		n     int
		of    string
		codes []string
	}{
		{reports, "a report", intake.Stays},
		{cases, "a case", casework.Stays[casework.OfCase]},
		{incidents, "an incident", casework.Stays[casework.OfIncident]},
	} {
		if k.n == 0 {
			continue
		}
		fmt.Fprintf(&b, "what stays of %s:\n", k.of)
		for _, code := range k.codes {
			if code == "entries" {
				b.WriteString("  its entries in the ledger, which nothing opens any more: so that everybody can see that nothing else is missing\n")
				continue
			}
			fmt.Fprintf(&b, "  %s\n", lowered(words.Say("erasure.stays."+code)))
		}
	}
	return b.String()
}

// lowered writes a sentence as a part of another.
func lowered(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// would says what an erasure destroys.
func would(events int, bytes int64, parts []intake.Part) string {
	words := locale.In(locale.English)
	list := []string{words.Say("desk.erasure.events", "n", events)}
	for _, p := range parts {
		list = append(list, words.Say("erasure.part."+p.What, "n", p.N))
	}
	if bytes > 0 {
		list = append(list, fmt.Sprintf("%d bytes of sealed files", bytes))
	}
	return strings.Join(list, ", ")
}

// incidents names the incidents that a case leaves behind.
func incidents(numbers []int) string {
	named := make([]string, len(numbers))
	for i, n := range numbers {
		named[i] = fmt.Sprint(n)
	}
	return "incidents " + strings.Join(named, ", ")
}

// deed asks or erases, and says what it did.
func (c *officeDueCmd) deed(t *dueThing, by string) (string, error) {
	switch {
	case c.Ask && t.askedBy == "":
		return ": now asked for; another officer erases it", t.ask()
	case c.Erase && t.askedBy == "":
		return ": not erased, for nobody has asked for it", nil
	case c.Erase && t.askedBy == by:
		return ": not erased, for who asks does not erase", nil
	case c.Erase:
		err := t.erase()
		if errors.Is(err, record.ErrLingers) {
			return ": " + err.Error(), nil
		}
		return ": erased", err
	}
	return "", nil
}

// rules says how long what is kept.
func (l *dueList) rules() string {
	words := locale.In(locale.English)
	var b strings.Builder
	keep := l.keep()
	for _, part := range []struct {
		what   string
		period when.Period
	}{{"closed reports", keep.Closed}, {"reports not for this office", keep.Foreign}, {"withdrawn reports", keep.Withdrawn}} {
		if !part.period.IsZero() {
			fmt.Fprintf(&b, "%s are kept %s\n", part.what, words.Period(part.period, false))
		}
	}
	if keep == (intake.Keep{}) {
		b.WriteString("no mission's dossier says how long reports are kept\n")
	}
	some := false
	for _, d := range l.dossiers {
		for _, m := range d.Missions {
			if m.Keep != nil && !m.Keep.Case.IsZero() {
				some = true
				fmt.Fprintf(&b, "closed cases of %s are kept %s\n", m.ID, words.Period(m.Keep.Case, false))
			}
		}
	}
	if !some {
		b.WriteString("no mission's dossier says how long cases are kept\n")
	}
	of := caseKeep(l.dossiers)
	for _, part := range []struct {
		what   string
		period when.Period
	}{{"incidents that were reported", of.Reported}, {"incidents that rest on public sources alone", of.Public}} {
		if part.period.IsZero() {
			fmt.Fprintf(&b, "no mission's dossier says how long %s are kept\n", part.what)
		} else {
			fmt.Fprintf(&b, "%s, and that no case takes, are kept %s\n", part.what, words.Period(part.period, false))
		}
	}
	return b.String()
}

func (l *dueList) keep() intake.Keep {
	if len(l.dossiers) == 0 {
		return intake.Keep{}
	}
	return keepOf(dossier.Together(l.dossiers))
}

// reports are the reports that are due.
func (l *dueList) reports() (list []dueThing, err error) {
	q := intake.Query{Limit: 1 << 20}
	due, err := l.work.DueReports(l.ctx, l.in, l.keep(), l.today, q)
	if l.by != "" {
		due, err = l.inbox.Due(l.ctx, l.keep(), l.today, q)
	}
	if err != nil {
		return nil, err
	}
	for _, d := range due {
		id := d.ID
		last, err := when.ParseDay(d.Since)
		if err != nil {
			return nil, err
		}
		erasing, err := l.in.Erase(l.ctx, "", id, true)
		refused := (*intake.Refused)(nil)
		if errors.As(err, &refused) && refused.Code == intake.CodeOver {
			continue // it is parted first, at the desk
		} else if err != nil {
			return nil, err
		}
		list = append(list, dueThing{
			what: fmt.Sprintf("report %d", d.Number), last: last, on: d.On, askedBy: d.ErasureBy,
			would: would(erasing.Events, 0, erasing.Parts) + fmt.Sprintf(", %d sealed envelopes of %d bytes", erasing.Envelopes, erasing.Bytes),
			ask: func() error {
				return l.inbox.Do(l.ctx, l.by, intake.AskErasure{Thread: id, Ground: intake.KeptLongEnough})
			},
			erase: func() error {
				_, err := l.inbox.Erase(l.ctx, l.by, id, false)
				return err
			},
		})
	}
	return list, nil
}

// closedCases are the cases that are due.
func (l *dueList) closedCases() (list []dueThing, err error) {
	keep := caseKeep(l.dossiers)
	due, err := l.work.Doomed(l.ctx, keep, casework.Query{})
	if l.by != "" {
		due, err = l.cases.Doomed(l.ctx, keep, casework.Query{})
	}
	if err != nil {
		return nil, err
	}
	leaves, err := l.work.Numbers(l.ctx, due)
	if err != nil {
		return nil, err
	}
	for i := range due {
		d := &due[i]
		t := l.thing(casework.OfCase, d.Case.ID, &d.Would, d.Asked)
		t.what, t.last, t.on = fmt.Sprintf("case %d", d.Case.Number), d.Last, d.On
		t.leaves = incidents(leaves[i])
		list = append(list, t)
	}
	return list, nil
}

// looseIncidents are the incidents that are due.
func (l *dueList) looseIncidents() (list []dueThing, err error) {
	keep := caseKeep(l.dossiers)
	due, err := l.work.DueIncidents(l.ctx, keep, casework.Query{})
	if l.by != "" {
		due, err = l.cases.DueIncidents(l.ctx, keep, casework.Query{})
	}
	if err != nil {
		return nil, err
	}
	for _, d := range due {
		erasing, err := l.work.Erase(l.ctx, "", casework.OfIncident, d.Incident.ID, 0, true)
		if err != nil {
			return nil, err
		}
		asked, err := l.work.Asking(l.ctx, casework.OfIncident, d.Incident.ID)
		if err != nil {
			return nil, err
		}
		t := l.thing(casework.OfIncident, d.Incident.ID, &erasing, asked)
		t.what, t.last, t.on = fmt.Sprintf("incident %d", d.Incident.Number), d.Last, d.On
		list = append(list, t)
	}
	return list, nil
}

// thing is a case or an incident that is due, with what erasing it destroys.
func (l *dueList) thing(kind casework.Kind, id string, erasing *casework.Erasing, asked *casework.Asking) dueThing {
	seen := erasing.Seen
	t := dueThing{
		would: would(erasing.Events, erasing.Bytes, erasing.Parts),
		ask:   func() error { return l.cases.AskErasure(l.ctx, l.by, kind, id, intake.KeptLongEnough) },
		erase: func() error {
			_, err := l.cases.Erase(l.ctx, l.by, kind, id, seen, false)
			return err
		},
	}
	if asked != nil {
		t.askedBy = asked.By
	}
	return t
}
