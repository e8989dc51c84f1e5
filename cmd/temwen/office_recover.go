package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"temwen/office"
	"temwen/seal"
	"temwen/store"
)

// sharesOut says where shares go.
type sharesOut struct {
	Shares string `type:"path" placeholder:"DIR" help:"Write each share to a file of its own, in a folder that is empty or not there yet, instead of printing them."`
}

// hand hands shares out: each to be given to somebody else.
func (c sharesOut) hand(p *program, o *office.Office, shares []seal.Share) error {
	s, err := o.State(p.ctx)
	if err != nil || len(shares) == 0 {
		return err
	}
	for _, share := range shares {
		if err := c.handOne(p, sharePaper(s, share, len(shares), day(p.now())), share.Index); err != nil {
			return fmt.Errorf("handing out share %d: %w; the shares are lost now: make new ones with temwen office shares", share.Index, err)
		}
	}
	if c.Shares != "" {
		_, err = fmt.Fprintf(p.stdout, "%d shares are in %s: give each to another person, and delete the files\n", len(shares), c.Shares)
	}
	return err
}

func (c sharesOut) handOne(p *program, paper string, index int) error {
	if c.Shares == "" {
		_, err := fmt.Fprintf(p.stdout, "%s\n- - - - - - - - - - - - - - - - - cut here - - - - - - - - - - - - - - - - -\n\n", paper)
		return err
	}
	f, err := os.OpenFile(filepath.Join(c.Shares, fmt.Sprintf("share-%d.txt", index)), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(paper); err != nil {
		return err
	}
	return f.Close()
}

// ready makes the folder, before anything is done that cannot be undone.
func (c sharesOut) ready() error {
	if c.Shares == "" {
		return nil
	}
	if err := emptyFolder(c.Shares); err != nil {
		return err
	}
	return os.MkdirAll(c.Shares, 0o700)
}

// sharePaper is what stands on the paper of a share.
func sharePaper(s *office.State, share seal.Share, of int, day string) string {
	text := share.String()
	return fmt.Sprintf(`Share %d of %d of the recovery key of: %s
Given out on %s. Key %s.

If all officers lose their keys, any %d of the %d shares together open what people
told this office, and nothing else does. Keep it on paper, where nobody else reads
it, and never beside another share. To use it: temwen office recover.

    %s
    %s
`, share.Index, of, s.Name, day, fingerprint(s.Recovery.Recipient), share.Need, of, text[:44], text[44:])
}

// officeSharesCmd is temwen office shares.
type officeSharesCmd struct {
	officeStore
	asOfficer
	recoverySplit
	sharesOut
}

// Help teaches with an example.
func (officeSharesCmd) Help() string {
	return `The shares that were given out before are worth nothing afterwards. Nobody keeps the new ones
but those they are given to: they are printed once, or written to files.

  temwen office shares --as marin --need 3 --of 5 --shares ./shares --dir /var/lib/temwen`
}

// Run makes the recovery key.
func (c *officeSharesCmd) Run(p *program) error {
	if err := c.check(); err != nil {
		return err
	}
	if err := c.ready(); err != nil {
		return err
	}
	return c.with(p, func(_ *store.Store, o *office.Office) error {
		h, err := c.unlock(p, o)
		if err != nil {
			return err
		}
		shares, err := h.Share(p.ctx, c.Need, c.Of)
		if err != nil {
			return c.refused(err, "giving out shares")
		}
		return c.hand(p, o, shares)
	})
}

// officeRecoverCmd is temwen office recover.
type officeRecoverCmd struct {
	officeStore
	Officer string   `required:"" placeholder:"NAME" help:"The officer who gets the keys: one who is here, or a new one, for whom a passphrase is asked."`
	Share   []string `required:"" placeholder:"FILE" sep:"none" help:"A file with a share, or with several; - for the standard input."`
	newPassphrase
	sharesOut
}

// Help teaches with an example.
func (officeRecoverCmd) Help() string {
	return `When all officers have lost their keys: so many of those who were given shares as are needed
bring them, and an officer, old or new, can open everything again. New shares are given out
at once, for these have been in one place. If somebody who was removed knows the present key, a
new one begins.

  temwen office recover --officer odile --share share-1.txt --share share-3.txt --dir D`
}

// Run recovers.
func (c *officeRecoverCmd) Run(p *program) error {
	var shares []seal.Share
	for _, path := range c.Share {
		text, err := p.readFile(path)
		if err != nil {
			return err
		}
		found, err := seal.FindShares(string(text))
		if err != nil {
			return fmt.Errorf("reading the share in %s: %w", path, err)
		}
		shares = append(shares, found...)
	}
	if err := c.ready(); err != nil {
		return err
	}
	return c.with(p, func(_ *store.Store, o *office.Office) error {
		h, err := o.Rescue(p.ctx, shares, c.Officer, func() (string, error) { return c.choose(p, c.Officer) })
		if err != nil {
			return c.refused(err, "recovering")
		}
		return c.after(p, o, h)
	})
}

// after begins a new key where that is due, and gives out new shares.
func (c *officeRecoverCmd) after(p *program, o *office.Office, h *office.Hand) error {
	s, err := o.State(p.ctx)
	if err != nil {
		return err
	}
	if s.Stale() {
		if err := h.Rotate(p.ctx, false); err != nil {
			return err
		}
	}
	shares, err := h.Share(p.ctx, s.Recovery.Need, s.Recovery.Of)
	if err != nil {
		return err
	}
	if err := c.hand(p, o, shares); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(p.stdout, "%s can open the office's keys; the old shares are worth nothing now\n", c.Officer); err != nil {
		return err
	}
	return sayEpoch(p, o)
}

// oneLine is the first line of a text.
func oneLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSuffix(line, "\r")
}
