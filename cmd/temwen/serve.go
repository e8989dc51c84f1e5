package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"temwen/store"
)

// serveCmd is temwen serve.
type serveCmd struct {
	Dir string `required:"" type:"path" placeholder:"D" help:"The store."`
	addresses
}

// Help teaches with an example.
func (serveCmd) Help() string {
	return `The public record, with the ledger below /ledger/, where anybody can verify it; and, where the
store has an office (temwen office init), the reporter's pages and the officers' desk, each on
a listener of its own. It logs faults of the server, never who asked. Ctrl-C ends it, with
exit status 0. docs/deployment.md says how to put them where they belong.

  temwen serve --dir /var/lib/temwen
  temwen serve --dir D --listen 127.0.0.1:8420 --report-listen 127.0.0.1:8421 --desk-listen ""
  temwen verify http://127.0.0.1:8420/ledger/`
}

// Run serves until the program is told to stop.
func (c *serveCmd) Run(p *program) error {
	err := c.run(p)
	if p.stopped(err) {
		return nil
	}
	return err
}

func (c *serveCmd) run(p *program) (err error) {
	if p.uninterrupted != nil {
		if err := p.uninterrupted(); err != nil {
			return err
		}
	}
	s, err := p.openStore(c.Dir, store.Settings{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	withOffice, err := p.hasOffice(s)
	if err != nil {
		return err
	}
	sides, err := c.listen(p.ctx, withOffice)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sides.end()) }()
	if err := sides.furnish(p, s, &c.addresses, c.Dir, false); err != nil {
		return err
	}
	if err := c.tell(p, sides, withOffice); err != nil {
		return err
	}
	return sides.serve(p, s, c.PublishEvery)
}

// tell says where everything is.
func (c *serveCmd) tell(p *program, s *sides, withOffice bool) error {
	lines := []struct{ format, address string }{
		{"serving the public record at %[1]s\nanybody can check it with: temwen verify %[1]sledger/\n", s.address("record")},
		{"serving the reporter's pages at %s\n", s.address("report")},
		{"serving the officers' desk at %s\n", s.deskAddress(&c.addresses)},
	}
	for _, l := range lines {
		if l.address == "" {
			continue
		}
		if _, err := fmt.Fprintf(p.stdout, l.format, l.address); err != nil {
			return err
		}
	}
	if !withOffice {
		if _, err := fmt.Fprintf(p.stdout, "the store has no office: no reports are taken; to found one: temwen office init --dir %s --name NAME --officer NAME\n", c.Dir); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(p.stdout, "press Ctrl-C to stop")
	return err
}

// listen opens the address that a flag gave, or says what to do.
func listen(ctx context.Context, flag, address string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w; choose another address with %s, for example 127.0.0.1:0 for a free port", address, err, flag)
	}
	return l, nil
}
