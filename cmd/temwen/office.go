package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"temwen/locale"
	"temwen/office"
	"temwen/record"
	"temwen/seal"
	"temwen/store"
)

// officeCmd is temwen office.
type officeCmd struct {
	Init    officeInitCmd    `cmd:"" help:"Found the office: its key, its first officer, and the shares of its recovery key."`
	Invite  officeInviteCmd  `cmd:"" help:"Make a link by which an officer joins."`
	List    officeListCmd    `cmd:"" help:"List officers, invitations, keys and recovery."`
	Admit   officeAdmitCmd   `cmd:"" help:"Give an officer who has joined the office's keys."`
	Remove  officeRemoveCmd  `cmd:"" help:"End an officer's work, and begin a key that they do not know."`
	Roles   officeRolesCmd   `cmd:"" help:"Give officers roles, or list who has which."`
	Due     officeDueCmd     `cmd:"" help:"List what was kept as long as the missions say, ask that it is erased, or erase it as a second officer."`
	Rotate  officeRotateCmd  `cmd:"" help:"Begin a new key."`
	Shares  officeSharesCmd  `cmd:"" help:"Make a new recovery key and give out its shares."`
	Recover officeRecoverCmd `cmd:"" help:"Open the office's keys with shares of its recovery key."`
	Export  officeExportCmd  `cmd:"" help:"Write an officer's keys, and sealed reports, as files for the age program."`
}

// Help teaches with an example.
func (officeCmd) Help() string {
	return `The oversight office reads what people send, and nobody else can. Its key is wrapped to each
of its officers; officers work at the desk, in their browser. These commands are for the
machine that the store is on, and need the store for themselves: stop the server first.

  temwen office init --dir /var/lib/temwen --name "The office" --officer marin`
}

// sealedDir is the folder of a store where long envelopes are.
const sealedDir = "sealed"

// evidenceDir is the folder of a store in which the evidence of cases is kept.
const evidenceDir = "evidence"

// officeStore is the flag of every command of the office.
type officeStore struct {
	Dir string `required:"" type:"path" placeholder:"D" help:"The store."`
}

// with runs f with the office in the store, which is open for writing meanwhile.
func (c officeStore) with(p *program, f func(s *store.Store, o *office.Office) error) error {
	s, err := p.openStore(c.Dir, store.Settings{})
	if err != nil {
		return err
	}
	return errors.Join(f(s, office.New(s, p.now)), s.Close())
}

// officeInitCmd is temwen office init.
type officeInitCmd struct {
	officeStore
	Name       []string `required:"" placeholder:"NAME" sep:"none" help:"What people know the office by; for each language once: \"fr=Le bureau\". English where no language is given."`
	Officer    string   `required:"" placeholder:"NAME" help:"Name of the first officer to sign in with; it need not be their own."`
	NoRecovery bool     `help:"Make no recovery key. If all officers lose theirs, nothing can be read any more."`
	recoverySplit
	newPassphrase
	sharesOut
}

// Help teaches with an example.
func (officeInitCmd) Help() string {
	return `Makes the office's first key, its first officer, whose key a passphrase opens, and a recovery
key in shares, of which any two open everything if all officers lose their keys. Nobody keeps
the shares but those they are given to: they are printed once, or written to files.

  temwen office init --dir /var/lib/temwen --name "The office" --officer marin
  temwen office init --dir D --name Office --name "fr=Le bureau" --officer marin --shares ./shares`
}

// Run founds the office.
func (c *officeInitCmd) Run(p *program) error {
	name, err := officeName(c.Name)
	if err != nil {
		return usageError{err}
	}
	if err := c.prepare(); err != nil {
		return err
	}
	return c.with(p, func(_ *store.Store, o *office.Office) error {
		if s, err := o.State(p.ctx); err != nil || s.ID != "" {
			return errors.Join(err, officeThere(s))
		}
		passphrase, err := c.choose(p, c.Officer)
		if err != nil {
			return err
		}
		_, shares, err := o.Begin(p.ctx, office.Founding{Name: name, Officer: c.Officer, Passphrase: passphrase, Need: c.Need, Of: c.Of})
		if err != nil {
			return c.refused(err, "founding the office")
		}
		return errors.Join(c.hand(p, o, shares), c.next(p, o))
	})
}

// prepare looks at what can be wrong before anything is asked for or done.
func (c *officeInitCmd) prepare() error {
	if c.NoRecovery {
		c.Need, c.Of = 0, 0
		return nil
	}
	if err := c.check(); err != nil {
		return err
	}
	return c.ready()
}

// officeThere is an error where there is an office already.
func officeThere(s *office.State) error {
	if s == nil || s.ID == "" {
		return nil
	}
	return fmt.Errorf("there is an office in this store already: %s", s.Name)
}

// next says what to do next.
func (c *officeInitCmd) next(p *program, o *office.Office) error {
	s, err := o.State(p.ctx)
	if err != nil {
		return err
	}
	key, err := seal.ParseRecipient(s.Current().Recipient)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, `the office %q is founded, with %s as its first officer
its key, for people to compare: %s
next: invite a second officer, so that no report depends on one person:
  temwen office invite NAME --dir %s
`, s.Name, c.Officer, seal.Fingerprint(key), c.Dir)
	return err
}

// officeName reads names with their languages.
func officeName(names []string) (locale.Text, error) {
	text := make(locale.Text)
	for _, n := range names {
		lang := locale.English
		for _, l := range locale.Langs {
			if rest, ok := strings.CutPrefix(n, string(l)+"="); ok {
				lang, n = l, rest
			}
		}
		if n = strings.TrimSpace(n); n == "" {
			return nil, errors.New("--name: the office's name is empty")
		}
		if text[lang] != "" {
			return nil, fmt.Errorf("--name: there are two for the language %s", lang)
		}
		text[lang] = n
	}
	return text, nil
}

// refused says what was refused, in a sentence.
func (c officeStore) refused(err error, doing string) error {
	if errors.Is(err, record.ErrRefused) {
		return fmt.Errorf("%s in %s was refused: %w", doing, filepath.Clean(c.Dir), err)
	}
	return err
}
