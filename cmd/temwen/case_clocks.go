package main

import (
	"errors"
	"fmt"

	"temwen/casework"
	"temwen/store"
	"temwen/when"
)

// caseClocksCmd is temwen case clocks.
type caseClocksCmd struct {
	Dir string `required:"" type:"path" placeholder:"D" help:"The store."`
}

// Help teaches with an example.
func (caseClocksCmd) Help() string {
	return `Goes over the clocks of all cases as the server does at its start and then every hour, and shows
how far it has come: where nobody answered in time that is put on the record, and where a day
comes near an officer is to send a reminder. Where it is stopped, what it noted stands, and the
next pass notes the rest. It needs the store for itself: stop the server first.

  temwen case clocks --dir /var/lib/temwen`
}

// Run makes one pass.
func (c *caseClocksCmd) Run(p *program) (err error) {
	s, err := p.openStore(c.Dir, store.Settings{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	zone, err := p.zone(s)
	if err != nil {
		return err
	}
	day := today(p.now(), zone)
	going := p.progress("going over clocks")
	defer going.end()
	noted, err := casework.New(s, p.now, func() when.Day { return day }).Pass(p.ctx, going.at)
	going.end()
	if err != nil {
		return fmt.Errorf("noted %s; then: %w", passed(noted), err)
	}
	if err := s.Publish(p.ctx, p.now(), false, nil); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "noted %s, as of %s\n", passed(noted), day)
	return err
}

// passed says what a pass has noted.
func passed(noted casework.Pass) string {
	return fmt.Sprintf("%d %s and %d %s", noted.Silences, plural(noted.Silences, "silence", "silences"), noted.Reminders, plural(noted.Reminders, "reminder", "reminders"))
}
