package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"time"

	"temwen/site"
	"temwen/store"
	"temwen/when"
)

// serveCmd is temwen serve.
type serveCmd struct {
	Dir    string `required:"" type:"path" placeholder:"D" help:"The store."`
	Listen string `default:"127.0.0.1:8420" placeholder:"ADDRESS" help:"Where to listen: host:port; 127.0.0.1:8420 where absent. Port 0 takes a free one."`
}

// Help teaches with an example.
func (serveCmd) Help() string {
	return `The pages, and the ledger below /ledger/, where anybody can verify it. It logs faults of
the server, never who asked. Ctrl-C ends it, with exit status 0.

  temwen serve --dir /var/lib/temwen --listen 127.0.0.1:8420
  temwen verify http://127.0.0.1:8420/ledger/`
}

// Run serves until the program is told to stop.
func (c *serveCmd) Run(p *program) (err error) {
	listener, err := listen(p.ctx, c.Listen)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }() // the server closes it too
	s, err := p.openStore(c.Dir, store.Settings{})
	if p.stopped(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	_, err = fmt.Fprintf(p.stdout, "serving the public record at http://%[1]s/\nanybody can check it with: temwen verify http://%[1]s/ledger/\npress Ctrl-C to stop\n", listener.Addr())
	if err != nil {
		return err
	}
	return p.serve(listener, s)
}

// listen opens the address, or says what to do.
func listen(ctx context.Context, address string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w; choose another address with --listen, for example 127.0.0.1:0 for a free port", address, err)
	}
	return l, nil
}

// serve serves a store's public record on a listener until the program is told
// to stop, and lets answers that are under way end.
func (p *program) serve(l net.Listener, s *store.Store) error {
	pages := site.New(s, site.Options{
		Today: func(zone string) when.Day { return today(p.now(), zone) },
		Log:   slog.New(slog.NewTextHandler(p.stderr, nil)),

		SearchFile: s.IndexFile(),
	})
	server := &http.Server{
		Handler:           pages,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    32 << 10,
		// What the HTTP server says of a connection names its address.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serving: %w", err)
	case <-p.ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(grace); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("ending the server: %w", err)
	}
	return nil
}
