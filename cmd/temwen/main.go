// Command temwen keeps the record of a security mission: what it promised,
// what it did, and who answers for it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"temwen/dossier"
	"temwen/locale"
)

// Exit statuses, beside 0: what was asked for was refused or found wanting (1),
// and the command line makes no sense (2).
const (
	exitRefused = 1
	exitUsage   = 2
)

// commands is the command line: one field for each subcommand.
type commands struct {
	Demo        demoCmd        `cmd:"" help:"Load the dossier of Haiti into a fresh store, show what is owed today, and serve it."`
	Check       checkCmd       `cmd:"" help:"Check a dossier and report everything that is wrong with it."`
	Init        initCmd        `cmd:"" help:"Create a store with its keys."`
	Import      importCmd      `cmd:"" help:"Load a dossier into a store: what is new, revised or gone becomes events."`
	Brief       briefCmd       `cmd:"" help:"Show a mission on a day: what it owes, who takes part, people, money, documents, contradictions."`
	Obligations obligationsCmd `cmd:"" help:"List the obligations of a mission with their status."`
	Explain     explainCmd     `cmd:"" help:"Explain one obligation's status step by step."`
	Serve       serveCmd       `cmd:"" help:"Serve the public record of a store."`
	Verify      verifyCmd      `cmd:"" help:"Check a ledger, on disk or at an address, trusting nobody."`
	Receipt     receiptCmd     `cmd:"" help:"Write the receipt of one entry: a proof that it is in the ledger."`
	Rebuild     rebuildCmd     `cmd:"" help:"Replay the record into fresh tables and compare them with the old."`
	Schema      schemaCmd      `cmd:"" help:"Print the JSON Schema of dossier files."`
	Version     versionCmd     `cmd:"" help:"Print the version."`
}

// program is what a command needs of the world around it, so that a test can
// hand in another.
type program struct {
	ctx    context.Context
	stdout io.Writer
	stderr io.Writer
	now    func() time.Time
	getenv func(string) string
	// terminal reports whether stdout is a terminal, and how wide it is.
	terminal func() (width int, ok bool)
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	p := &program{
		ctx: ctx, stdout: os.Stdout, stderr: os.Stderr, now: time.Now,
		getenv: os.Getenv, terminal: terminalWidth,
	}
	code := p.run(os.Args[1:])
	stop()
	os.Exit(code)
}

// run runs one command line and returns its exit status.
func (p *program) run(args []string) int {
	var c commands
	exited := -1
	parser, err := kong.New(&c,
		kong.Name("temwen"),
		kong.Description("Temwen keeps the record of a security mission: what it promised, what it did, and who answers for it.\n\nTry: temwen demo\nor:  temwen brief mss --as-of 2024-06-26"),
		kong.Writers(p.stdout, p.stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.Bind(p), kong.Vars{"topics": strings.Join(dossier.Topics, ", ")},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
	)
	if err != nil {
		fmt.Fprintln(p.stderr, "temwen:", err)
		return exitUsage
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		fmt.Fprintf(p.stderr, "temwen: %v. See temwen --help.\n", err)
		return exitUsage
	}
	if err := k.Run(p); err != nil {
		return p.report(err)
	}
	return 0
}

// usageError is a command line that makes no sense.
type usageError struct{ error }

// report tells the user of an error, once, and chooses the exit status.
func (p *program) report(err error) int {
	var usage usageError
	switch {
	case errors.Is(err, errSaid):
		return exitRefused
	case errors.Is(err, context.Canceled) && p.ctx.Err() != nil:
		fmt.Fprintln(p.stderr, "temwen: stopped.")
		return exitRefused
	case errors.As(err, &usage):
		fmt.Fprintf(p.stderr, "temwen: %v\n", err)
		return exitUsage
	}
	fmt.Fprintf(p.stderr, "temwen: %v\n", err)
	return exitRefused
}

// errSaid is returned by a command that has already told what is wrong.
var errSaid = errors.New("said")

// versionCmd prints the version.
type versionCmd struct{}

// Run prints the module's version and the commit it was built from.
func (versionCmd) Run(p *program) error {
	version, commit := "devel", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		if v := info.Main.Version; v != "" && v != "(devel)" {
			version = v
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = " " + s.Value
			}
		}
	}
	_, err := fmt.Fprintf(p.stdout, "temwen %s%s\n", version, commit)
	return err
}

// lang is the language of what a command prints.
func lang(code string) (locale.Lang, error) {
	for _, l := range locale.Langs {
		if string(l) == code {
			return l, nil
		}
	}
	return "", usageError{fmt.Errorf("--lang %s: the languages are ht, fr, en and es", code)}
}
