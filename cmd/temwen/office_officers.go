package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"temwen/locale"
	"temwen/office"
	"temwen/seal"
	"temwen/store"
)

// officeInviteCmd is temwen office invite.
type officeInviteCmd struct {
	Name string `arg:"" help:"Name of the officer to be."`
	officeStore
	Desk string      `placeholder:"URL" help:"Address of the desk, to print the whole link: https://desk.example.org."`
	Days int         `default:"3" placeholder:"N" help:"How many days the link is good; 3 where absent."`
	Lang locale.Lang `enum:"ht,fr,en,es" default:"en" placeholder:"LANG" help:"Language of the page it leads to: ht, fr, en or es; en where absent."`
}

// Help teaches with an example.
func (officeInviteCmd) Help() string {
	return `The link is good once, and printed once: the office keeps only its hash. Hand it over in a way
that you trust. Who joins by it makes a key in their own browser, and waits until an officer
admits them; compare the key's fingerprint before.

  temwen office invite odile --dir /var/lib/temwen --desk https://desk.example.org --lang fr`
}

// Run makes the link.
func (c *officeInviteCmd) Run(p *program) error {
	if c.Days < 1 || c.Days > int(office.MaxInviteTime/(24*time.Hour)) {
		return usageError{fmt.Errorf("--days must be 1 to %d", office.MaxInviteTime/(24*time.Hour))}
	}
	return c.with(p, func(_ *store.Store, o *office.Office) error {
		until := p.now().Add(time.Duration(c.Days) * 24 * time.Hour)
		token, err := o.Invite(p.ctx, c.Name, until)
		if err != nil {
			return c.refused(err, "inviting "+c.Name)
		}
		link := strings.TrimSuffix(c.Desk, "/") + "/" + string(c.Lang) + "/join#" + token
		if c.Desk == "" {
			link += "\n(behind the address of the desk)"
		}
		_, err = fmt.Fprintf(p.stdout, "%s is invited until %s, by this link, which is good once:\n%s\n", c.Name, until.UTC().Format("2006-01-02 15:04 UTC"), link)
		return err
	})
}

// asOfficer are the flags of commands that are done in an officer's name, who proves
// with their passphrase that it is they.
type asOfficer struct {
	As             string `required:"" placeholder:"NAME" help:"The officer who does it, whose passphrase is asked for."`
	PassphraseFile string `placeholder:"FILE" help:"Read the officer's passphrase from the first line of a file, or of the standard input (-)."`
}

// prove is the officer's ID, for what opens nothing that is sealed: it needs none of the
// office's keys, but a role that may.
func (c asOfficer) prove(p *program, o *office.Office) (string, error) {
	passphrase, err := p.passphrase(c.PassphraseFile, "Passphrase of "+c.As)
	if err != nil {
		return "", err
	}
	return o.Prove(p.ctx, c.As, passphrase)
}

// unlock opens the officer's key, for what needs those of the office.
func (c asOfficer) unlock(p *program, o *office.Office) (*office.Hand, error) {
	passphrase, err := p.passphrase(c.PassphraseFile, "Passphrase of "+c.As)
	if err != nil {
		return nil, err
	}
	return o.Unlock(p.ctx, c.As, passphrase)
}

// officeAdmitCmd is temwen office admit.
type officeAdmitCmd struct {
	Name string `arg:"" help:"The officer who has joined."`
	officeStore
	asOfficer
	Fingerprint string `required:"" placeholder:"HEX" help:"Fingerprint of the newcomer's key, as they read it to you."`
}

// Help teaches with an example.
func (officeAdmitCmd) Help() string {
	return `Wraps all keys of the office to the newcomer's. Ask them for the fingerprint of their key by
another way than this machine: it is what keeps another key from being put in its place.

  temwen office admit odile --as marin --fingerprint "0782 ddce 51f3 d8ca" --dir /var/lib/temwen`
}

// Run admits the officer.
func (c *officeAdmitCmd) Run(p *program) error {
	return c.with(p, func(_ *store.Store, o *office.Office) error {
		s, err := o.State(p.ctx)
		if err != nil {
			return err
		}
		if n := s.Named(c.Name); n != nil && !sameFingerprint(fingerprint(n.Recipient), c.Fingerprint) {
			return fmt.Errorf("the key that is here for %s has another fingerprint; nobody was admitted; remove them, and let them join by a new link", c.Name)
		}
		h, err := c.unlock(p, o)
		if err != nil {
			return err
		}
		if err := h.Admit(p.ctx, c.Name); err != nil {
			return c.refused(err, "admitting "+c.Name)
		}
		_, err = fmt.Fprintf(p.stdout, "%s can open the office's keys now\n", c.Name)
		return err
	})
}

// sameFingerprint compares without regard to spaces and case.
func sameFingerprint(a, b string) bool {
	plain := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }
	return plain(a) == plain(b)
}

// officeRemoveCmd is temwen office remove.
type officeRemoveCmd struct {
	Name string `arg:"" help:"The officer who is to go."`
	officeStore
	As             string `placeholder:"NAME" help:"The officer who does it, whose passphrase is asked for. Without it no new key begins."`
	PassphraseFile string `placeholder:"FILE" help:"Read that passphrase from the first line of a file, or of the standard input (-)."`
	Stolen         bool   `help:"The key is known to others: nothing more that is sealed to it is taken."`
}

// Help teaches with an example.
func (officeRemoveCmd) Help() string {
	return `They cannot sign in any more, and a new key begins that they do not know. What was sealed to
the keys they know they could still open, if they get at it. Without --as, for when no other
officer can be reached, they are only removed, and the new key must follow: temwen office rotate.

  temwen office remove odile --as marin --dir /var/lib/temwen
  temwen office remove odile --dir /var/lib/temwen`
}

// Run removes the officer.
func (c *officeRemoveCmd) Run(p *program) error {
	if c.As == "" && c.Stolen {
		return usageError{errors.New("--stolen needs --as: only an officer can begin a new key")}
	}
	return c.with(p, func(_ *store.Store, o *office.Office) error {
		if c.As == "" {
			return c.byOperator(p, o)
		}
		h, err := asOfficer{c.As, c.PassphraseFile}.unlock(p, o)
		if err != nil {
			return err
		}
		if err := h.Remove(p.ctx, c.Name, c.Stolen); err != nil {
			return c.refused(err, "removing "+c.Name)
		}
		return sayRemoved(p, o, c.Name)
	})
}

func (c *officeRemoveCmd) byOperator(p *program, o *office.Office) error {
	s, err := o.State(p.ctx)
	if err != nil {
		return err
	}
	gone := s.Named(c.Name)
	if gone == nil {
		return fmt.Errorf("there is no officer %q here; temwen office list tells who is", c.Name)
	}
	if err := o.Do(p.ctx, office.Operator, office.Remove{Officer: gone.ID}); err != nil {
		return c.refused(err, "removing "+c.Name)
	}
	if s, err = o.State(p.ctx); err != nil || !s.Stale() {
		return errors.Join(err, sayRemoved(p, o, c.Name))
	}
	_, err = fmt.Fprintf(p.stdout, "%s is removed, but knows the office's key\nnext: temwen office rotate --as NAME --dir %s\n", c.Name, c.Dir)
	return err
}

func sayRemoved(p *program, o *office.Office, name string) error {
	_, err := fmt.Fprintf(p.stdout, "%s is removed\n", name)
	return errors.Join(err, sayEpoch(p, o))
}

// sayEpoch tells of the present epoch.
func sayEpoch(p *program, o *office.Office) error {
	s, err := o.State(p.ctx)
	if err != nil {
		return err
	}
	e := s.Current()
	_, err = fmt.Fprintf(p.stdout, "epoch %d, since %s; its key, for people to compare: %s\n", e.Number, day(e.Since), fingerprint(e.Recipient))
	return err
}

// officeRotateCmd is temwen office rotate.
type officeRotateCmd struct {
	officeStore
	asOfficer
	Stolen bool `help:"The key before is known to others: nothing more that is sealed to it is taken."`
}

// Help teaches with an example.
func (officeRotateCmd) Help() string {
	return `Begins an epoch with a new key, wrapped to every officer and to recovery. What is sealed to the
key before is taken for 30 days more, since it may wait on a phone without a network.

  temwen office rotate --as marin --dir /var/lib/temwen`
}

// Run begins the epoch.
func (c *officeRotateCmd) Run(p *program) error {
	return c.with(p, func(_ *store.Store, o *office.Office) error {
		h, err := c.unlock(p, o)
		if err != nil {
			return err
		}
		if err := h.Rotate(p.ctx, c.Stolen); err != nil {
			return c.refused(err, "beginning a new key")
		}
		return sayEpoch(p, o)
	})
}

// recoverySplit says how a recovery key is split.
type recoverySplit struct {
	Need int `default:"2" placeholder:"K" help:"How many shares open everything; 2 where absent."`
	Of   int `default:"3" placeholder:"N" help:"How many shares are given out; 3 where absent."`
}

// check refuses what cannot be, before anything is asked for.
func (c recoverySplit) check() error {
	if c.Need < 2 || c.Of < c.Need || c.Of > seal.MaxShares {
		return usageError{fmt.Errorf("--need must be at least 2 and --of at least that, at most %d", seal.MaxShares)}
	}
	return nil
}
