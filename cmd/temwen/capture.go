package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	"temwen/capture"
)

// captureCmd is temwen capture.
type captureCmd struct {
	Page  capturePageCmd  `cmd:"" default:"withargs" help:"Keep public web pages as they are now, with what they directly need, in one WARC file."`
	Check captureCheckCmd `cmd:"" help:"Check every digest of a WARC file."`
}

// Help teaches with an example.
func (captureCmd) Help() string {
	return `Keeps public web pages as evidence, on this machine and not on the office's server: whoever runs
the page sees who asks.

  temwen capture https://example.org/statement --proxy socks5://127.0.0.1:9050
  temwen capture check capture-2026-11-28-120000.warc.gz`
}

// capturePageCmd is temwen capture page, or temwen capture alone.
type capturePageCmd struct {
	URL   []string      `arg:"" placeholder:"URL" help:"The addresses of pages, such as https://example.org/statement."`
	Proxy string        `placeholder:"URL" help:"A SOCKS5 proxy, such as socks5://127.0.0.1:9050 for Tor. Names are resolved there. Proxies of the environment are not used."`
	Out   string        `placeholder:"FILE" help:"The file to write, which must not exist; capture-, the time and .warc.gz where absent."`
	Size  int64         `default:"64" placeholder:"MB" help:"How many megabytes may come in all; 64 where absent. One answer has at most 16."`
	Time  time.Duration `default:"2m" placeholder:"DURATION" help:"How long it may take in all; 2m where absent."`
}

// Help teaches with an example.
func (capturePageCmd) Help() string {
	return `The page, where it leads, and what it directly needs (pictures, styles, scripts, frames) are
written as they came, in the form WARC/1.1, with a SHA-256 of each answer. Scripts are not run: a
page that only scripts fill is captured empty, and wants a picture of the screen beside it. What
could not be had is listed.

Whoever runs the page sees the address that asks, and that it was a program. Use Tor, and not the
network of the office. The request names a widespread browser; no cookie is sent or kept.

  temwen capture page https://example.org/statement --proxy socks5://127.0.0.1:9050
  temwen capture https://example.org/a https://example.org/b --out pages.warc.gz`
}

// Validate refuses what cannot be captured before anything is asked for.
func (c *capturePageCmd) Validate() error {
	if c.Size < 1 || c.Size > 256 {
		return errors.New("--size is between 1 and 256: evidence has at most 256 MB")
	}
	if c.Time <= 0 {
		return errors.New("--time must be longer than nothing")
	}
	for _, u := range c.URL {
		if _, err := capture.Address(u); err != nil {
			return err
		}
	}
	_, err := c.proxy()
	return err
}

// proxy is the proxy, or nil.
func (c *capturePageCmd) proxy() (*url.URL, error) {
	if c.Proxy == "" {
		return nil, nil
	}
	u, err := url.Parse(c.Proxy)
	if err != nil || u.Scheme != "socks5" && u.Scheme != "socks5h" || u.Host == "" {
		return nil, fmt.Errorf("--proxy %q is not of the form socks5://127.0.0.1:9050", c.Proxy)
	}
	return u, nil
}

// Run captures pages.
func (c *capturePageCmd) Run(p *program) error {
	through, err := c.proxy()
	if err != nil {
		return err
	}
	now := p.now().UTC()
	name := c.Out
	if name == "" {
		name = "capture-" + now.Format("2006-01-02-150405") + ".warc.gz"
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	r, err := capture.Capture(p.ctx, f, c.URL, capture.Options{Proxy: through, Bytes: c.Size << 20, Time: c.Time, Now: p.now})
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	for _, one := range r.Fetched {
		switch {
		case one.Missing != "":
			fmt.Fprintf(p.stdout, "missing  %s: %s\n", one.URL, one.Missing)
		case one.Cut:
			fmt.Fprintf(p.stdout, "%d cut  %s: only the first %d bytes\n", one.Status, one.URL, one.Bytes)
		default:
			fmt.Fprintf(p.stdout, "%d      %s\n", one.Status, one.URL)
		}
	}
	_, err = fmt.Fprintf(p.stdout, `
%s, %d bytes
SHA-256  %s

Next: at the desk, on the page of the case, add this file under Evidence as a public web page,
captured on %s. Compare the SHA-256 that the desk shows. Then delete the file here.
`, name, r.Bytes, r.SHA256, now.Format(time.DateOnly))
	return err
}

// captureCheckCmd is temwen capture check.
type captureCheckCmd struct {
	File string `arg:"" placeholder:"FILE" help:"A WARC file, compressed or not."`
}

// Help teaches with an example.
func (captureCheckCmd) Help() string {
	return `Reads the file to its end and compares each digest in it with what it is of. Exit status 1 where
one differs, is missing, or the file cannot be read. That the file is the one that was taken in as
evidence, only its own SHA-256 tells.

  temwen capture check capture-2026-11-28-120000.warc.gz`
}

// Run checks a file.
func (c *captureCheckCmd) Run(p *program) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := capture.Check(f)
	if err != nil {
		return err
	}
	for _, page := range r.Pages {
		fmt.Fprintf(p.stdout, "%s  %s\n", page.Date, page.URL)
	}
	for _, fault := range r.Faults {
		fmt.Fprintf(p.stdout, "record %d: %s\n", fault.Record, fault.What)
	}
	fmt.Fprintf(p.stdout, "SHA-256  %s\n%d records, %d bytes\n", r.SHA256, r.Records, r.Bytes)
	if len(r.Faults) > 0 {
		fmt.Fprintln(p.stdout, "NOT WHOLE")
		return errSaid
	}
	_, err = fmt.Fprintln(p.stdout, "WHOLE")
	return err
}
