package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"temwen/ledger"
	"temwen/store"
)

// verifyCmd is temwen verify.
type verifyCmd struct {
	Source  string   `arg:"" placeholder:"DIR-or-URL" help:"A store, a ledger's folder, or the address of one: https://example.org/ledger/"`
	Key     string   `placeholder:"VKEY" help:"The ledger's public key, from somewhere else than the ledger. Where absent, the one kept from last time; the first time, the one found there."`
	Receipt []string `type:"existingfile" placeholder:"FILE" help:"Receipts that the ledger must honour."`
	Policy  string   `type:"existingfile" placeholder:"FILE" help:"A witness policy whose quorum must have cosigned."`
	State   string   `type:"path" placeholder:"DIR" help:"Where the checkpoint is kept for next time. In the user's configuration folder where absent."`
	Forget  bool     `help:"Keep nothing, and do not compare with last time."`
}

// Help teaches with examples.
func (verifyCmd) Help() string {
	return `Needs no server and trusts nobody: the signature, that the ledger continues what was seen
last time, every entry under the signed root, every stored hash, every receipt given; and in
a store, that the record says what the ledger says. The first wrong index is named, and the
exit status is 1.

  temwen verify ./store
  temwen verify https://example.org/ledger/ --key "record.example.org/haiti+1234abcd+A..."
  temwen verify ./store --receipt entry-12.tlog-proof`
}

// Run verifies and prints what was checked, and how many.
func (c *verifyCmd) Run(p *program) error {
	options, err := c.options()
	if err != nil {
		return err
	}
	source := c.Source
	if !strings.Contains(source, "://") && store.Exists(source) {
		r, err := store.OpenReader(p.ctx, source)
		if err != nil {
			return err
		}
		defer func() { _ = r.Close() }()
		source, options.Events = r.LedgerDir(), r.Events()
	}
	checking := p.progress("checking entries")
	options.Progress = func(done, of uint64) { checking.at(int(done), int(of)) }
	report, err := ledger.Verify(p.ctx, source, options)
	checking.end()
	if errors.Is(err, ledger.ErrRefused) {
		fmt.Fprintf(p.stderr, "REFUSED: %v\n", err)
		return errSaid
	}
	if err != nil {
		return err
	}
	return c.print(p, &report)
}

func (c *verifyCmd) options() (ledger.Options, error) {
	o := ledger.Options{Key: c.Key, Keep: c.State}
	if o.Keep == "" && !c.Forget {
		config, err := os.UserConfigDir()
		if err != nil {
			return o, fmt.Errorf("finding the folder to keep the checkpoint in: %w; name one with --state, or use --forget", err)
		}
		o.Keep = filepath.Join(config, "temwen", "verify")
	}
	if c.Policy != "" {
		policy, err := os.ReadFile(c.Policy)
		if err != nil {
			return o, fmt.Errorf("reading the witness policy: %w", err)
		}
		o.Policy = policy
	}
	for _, file := range c.Receipt {
		data, err := os.ReadFile(file)
		if err != nil {
			return o, fmt.Errorf("reading the receipt: %w", err)
		}
		o.Receipts = append(o.Receipts, ledger.NamedReceipt{Name: file, Data: data})
	}
	return o, nil
}

// pins say where the key came from, and what that is worth.
var pins = map[ledger.Pin]string{
	ledger.PinGiven:  "the key given",
	ledger.PinKept:   "the key kept from last time",
	ledger.PinPolicy: "the key of the witness policy",
	ledger.PinFound:  "the key found at the ledger, which proves nothing by itself: compare it with one from elsewhere, and give it with --key",
}

func (c *verifyCmd) print(p *program, r *ledger.Report) error {
	say := func(format string, args ...any) { fmt.Fprintf(p.stdout, format+"\n", args...) }
	say("ledger       %s", r.Key)
	say("signature    good, by %s", pins[r.Pin])
	if r.Policy {
		say("witnesses    the policy's quorum has cosigned")
	} else {
		say("witnesses    not asked for (see --policy)")
	}
	switch {
	case len(r.Kept) > 0:
		say("continuity   continues the %d checkpoints kept from earlier, the last of %d entries", len(r.Kept), r.Kept[len(r.Kept)-1])
	case c.Forget:
		say("continuity   not checked: --forget")
	default:
		say("continuity   nothing was kept from earlier: this is the first time")
	}
	say("entries      %d checked (%d bytes), all under the signed root", r.Entries, r.Bytes)
	if r.FirstDay != "" {
		say("days         %s to %s", r.FirstDay, r.LastDay)
	}
	say("hash tiles   %d compared, and %d parts of tiles", r.Tiles, r.Partials)
	if r.Compared > 0 || r.Ahead > 0 {
		say("record       %d events compared with their entries", r.Compared)
	}
	if r.Erased > 0 {
		say("erased       %d events have had their private part destroyed", r.Erased)
	}
	if r.Ahead > 0 {
		say("behind       %d events are not in the ledger yet; opening the store writes them", r.Ahead)
	}
	if len(c.Receipt) > 0 {
		say("receipts     %d of %d found in the ledger", r.Receipts, len(c.Receipt))
	}
	if r.Saved {
		say("kept         this checkpoint, for next time")
	}
	_, err := fmt.Fprintln(p.stdout, "VERIFIED")
	return err
}

// receiptCmd is temwen receipt.
type receiptCmd struct {
	Index uint64 `arg:"" help:"The number of the entry, from 0."`
	Dir   string `required:"" type:"path" placeholder:"D" help:"The store."`
}

// Help teaches with an example.
func (receiptCmd) Help() string {
	return `A C2SP tlog-proof with the entry in it: whoever has the ledger's key can check it offline.

  temwen receipt 12 --dir ./store > entry-12.tlog-proof
  temwen verify ./store --receipt entry-12.tlog-proof`
}

// Run writes the receipt to the standard output.
func (c *receiptCmd) Run(p *program) error {
	r, err := store.OpenReader(p.ctx, c.Dir)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	receipt, err := r.Receipt(p.ctx, c.Index)
	if err != nil {
		return err
	}
	_, err = p.stdout.Write(receipt)
	return err
}
