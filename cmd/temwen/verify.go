package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"temwen/casework"
	"temwen/conduct"
	"temwen/ledger"
	"temwen/record"
	"temwen/store"
)

// verifyCmd is temwen verify.
type verifyCmd struct {
	Source   string   `arg:"" optional:"" placeholder:"DIR-or-URL" help:"A store, a ledger's folder, or the address of one: https://example.org/ledger/. Without it, only receipts are checked."`
	Key      string   `placeholder:"VKEY" help:"The ledger's public key, from somewhere else than the ledger. Where absent, the one kept from last time; the first time, the one found there."`
	Receipt  []string `placeholder:"FILE" sep:"none" help:"A receipt that the ledger must honour; may be given several times."`
	Envelope string   `placeholder:"FILE" help:"The sealed envelope that the receipt must be for."`
	Policy   string   `placeholder:"FILE" help:"A witness policy whose quorum must have cosigned."`
	State    string   `type:"path" placeholder:"DIR" help:"Where the checkpoint is kept for next time. In your configuration folder where absent."`
	Forget   bool     `help:"Keep nothing, and do not compare with last time."`
	Format   string   `enum:"text,json" default:"text" placeholder:"FORMAT" help:"text or json; text where absent."`
}

// Help teaches with examples.
func (verifyCmd) Help() string {
	return `Needs no server and trusts nobody: the signature, that the ledger continues what was seen
last time, every entry under the signed root, every stored hash, every receipt given; that the
published tables of conduct add up, and change only with a word why; in a static edition, that
its data shows of public cases what the ledger has the hashes of, and that data and pages show
the figures of these tables; and in a store, that the record says what the ledger says, its
tables what the record says, the tables of conduct what the office's sealed events give, and
that letters are kept as they were sent. The first wrong index is named, and the exit status is 1.

  temwen verify ./store
  temwen verify https://example.org/ledger/ --key "record.example.org/haiti+1234abcd+A..."
  temwen verify ./store --receipt entry-12.tlog-proof

A receipt that somebody keeps is checked by itself, offline, or against the ledger: what was
promised must be there. A promise that the ledger proves broken is refused; one that is late
by this machine's clock alone is told, with exit status 1 too.

  temwen verify --receipt mine.receipt
  temwen verify --receipt mine.receipt --envelope sealed.age
  temwen verify https://example.org/ledger/ --receipt mine.receipt`
}

// Run verifies and prints what was checked, and how many.
func (c *verifyCmd) Run(p *program) error {
	options, err := c.options()
	if err != nil {
		return err
	}
	if c.Source == "" {
		return c.receiptsAlone(p, options)
	}
	options.Now = p.now()
	source := c.Source
	var whole *store.Reader
	var kept keptCheck
	if !strings.Contains(source, "://") {
		r, err := openAudited(p, source)
		if errors.Is(err, record.ErrDamaged) {
			return c.tell(p, newVerified(&ledger.Report{Source: source}, err, options))
		}
		if err != nil {
			return err
		}
		if r != nil {
			defer func() { _ = r.Close() }()
			whole = r
			source, options.Events = r.LedgerDir(), kept.watch(r.Events())
		}
	}
	checking := p.progress("checking entries")
	options.Progress = func(done, of uint64) { checking.at(int(done), int(of)) }
	var counted conductCheck
	options.Types, options.Read = []string{conduct.EventType, casework.PublishedType, casework.RetractedType}, counted.read
	report, err := ledger.Verify(p.ctx, source, options)
	checking.end()
	if err != nil && !errors.Is(err, ledger.ErrRefused) && !errors.Is(err, record.ErrDamaged) {
		return err
	}
	v := newVerified(&report, err, options)
	if whole != nil && err == nil {
		if err := c.audit(p, whole, v); err != nil {
			return err
		}
	}
	if err := counted.finish(p, whole, c.Source, v); err != nil {
		return err
	}
	if err := kept.finish(p, whole, c.Source, v); err != nil {
		return err
	}
	return c.tell(p, v)
}

// audit compares the tables that answer questions with the record: a row hidden
// there would be hidden from every reader.
func (c *verifyCmd) audit(p *program, r *store.Reader, v *verified) error {
	comparing := p.progress("comparing tables")
	done, err := r.Audit(p.ctx, comparing.at)
	comparing.end()
	if errors.Is(err, record.ErrDamaged) {
		v.Verified, v.Refused = false, err.Error()
		return nil
	}
	v.Versions = done.Versions
	return err
}

// tell prints what came of it, and returns what the exit status is to be.
func (c *verifyCmd) tell(p *program, v *verified) error {
	say := v.print
	if c.Format == "json" {
		say = func(p *program) error { return p.json(v) }
	}
	if err := say(p); err != nil {
		return err
	}
	if !v.Verified {
		return errSaid
	}
	return nil
}

// openAudited opens the store in a folder, for its record is to be compared. It
// returns nil where there is none but what may be a ledger by itself.
func openAudited(p *program, dir string) (*store.Reader, error) {
	r, err := store.OpenReader(p.ctx, dir)
	if !errors.Is(err, store.ErrNoStore) {
		return r, err
	}
	for _, checkpoint := range []string{"checkpoint", "ledger/checkpoint"} {
		if _, err := os.Stat(filepath.Join(dir, checkpoint)); err == nil {
			return nil, nil
		}
	}
	return nil, noLedger(dir)
}

// options reads the flags, before any work is done.
func (c *verifyCmd) options() (ledger.Options, error) {
	o := ledger.Options{Key: c.Key}
	if scheme, _, ok := strings.Cut(c.Source, "://"); ok && scheme != "http" && scheme != "https" {
		return o, usageError{fmt.Errorf("%s: an address starts with https:// or http://", c.Source)}
	}
	if _, err := note.NewVerifier(c.Key); c.Key != "" && err != nil {
		return o, usageError{fmt.Errorf("--key %s is not a ledger's key: write it as its operator published it, ORIGIN+HASH+KEY", c.Key)}
	}
	if c.Source == "" && len(c.Receipt) == 0 {
		return o, usageError{errors.New("<source> is missing; see: temwen verify --help")}
	}
	if c.Envelope != "" && len(c.Receipt) != 1 {
		return o, usageError{errors.New("--envelope needs one --receipt: the one that was given for it")}
	}
	if c.Forget && c.State != "" {
		return o, usageError{errors.New("--forget and --state exclude each other")}
	}
	if c.Policy != "" {
		policy, err := os.ReadFile(c.Policy)
		if err != nil {
			return o, fmt.Errorf("reading the witness policy: %w", err)
		}
		o.Policy = policy
	}
	var err error
	if o.Receipts, err = c.receipts(); err != nil || c.Forget {
		return o, err
	}
	if c.Source == "" {
		o.Keep, _ = c.state() // where there is none, nothing was kept
		return o, nil
	}
	o.Keep, err = c.keep()
	return o, err
}

// receipts reads the receipts, and what the envelope must be.
func (c *verifyCmd) receipts() ([]ledger.NamedReceipt, error) {
	var list []ledger.NamedReceipt
	for _, file := range c.Receipt {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("reading the receipt: %w", err)
		}
		list = append(list, ledger.NamedReceipt{Name: file, Data: data})
	}
	if c.Envelope != "" {
		sum, err := sumOf(c.Envelope)
		if err != nil {
			return nil, fmt.Errorf("reading the envelope: %w", err)
		}
		list[0].Envelope = sum
	}
	return list, nil
}

// sumOf is the SHA-256 of a file, in hexadecimal.
func sumOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// state is the folder where checkpoints are kept.
func (c *verifyCmd) state() (string, error) {
	if c.State != "" {
		return c.State, nil
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(config, "temwen", "verify"), nil
}

// keep is the folder where the checkpoint is kept, which can be written.
func (c *verifyCmd) keep() (string, error) {
	const do = "name another with --state, or use --forget"
	dir, err := c.state()
	if err != nil {
		return "", fmt.Errorf("there is no folder to keep the checkpoint in for next time (%w); %s", err, do)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("the checkpoint cannot be kept for next time (%w); %s", err, do)
	}
	f, err := os.CreateTemp(dir, ".try-*")
	if err != nil {
		return "", fmt.Errorf("the checkpoint cannot be kept for next time (%w); %s", err, do)
	}
	return dir, errors.Join(f.Close(), os.Remove(f.Name()))
}
