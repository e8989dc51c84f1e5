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

	"temwen/clock"
	"temwen/dossier"
	"temwen/ledger"
	"temwen/search"
)

// Exit statuses, beside 0: what was asked for was refused, failed or was found
// wrong (1), and the command line makes no sense (2).
const (
	exitRefused = 1
	exitUsage   = 2
)

const description = `Temwen keeps the record of a security mission: what it promised, what it
did, and who answers for it.

  temwen demo                           everything at once, on the case of Haiti
  temwen brief mss --as-of 2024-06-26   what was known of a mission on a day

Exit status: 0, done; 1, refused, failed or found wrong, and a sentence says
why; 2, the command line makes no sense. NO_COLOR=1 turns colours off.`

// commands is the command line: one field for each subcommand.
type commands struct {
	Demo        demoCmd        `cmd:"" help:"Load the dossier of Haiti into a store, show what is owed today, and serve it."`
	Check       checkCmd       `cmd:"" help:"Check a dossier and report everything that is wrong with it."`
	Init        initCmd        `cmd:"" help:"Create a store with its key."`
	Import      importCmd      `cmd:"" help:"Load a dossier into a store: what is new, revised or gone becomes events."`
	Brief       briefCmd       `cmd:"" help:"Show a mission on a day: what it owes, who takes part, people, money, documents, contradictions."`
	Obligations obligationsCmd `cmd:"" help:"List the obligations of a mission with their status."`
	Explain     explainCmd     `cmd:"" help:"Explain one obligation's status step by step."`
	Procedure   procedureCmd   `cmd:"" help:"Check, draw and explain what an instrument prescribes for an allegation."`
	Terms       termsCmd       `cmd:"" help:"Check the vocabulary in which incidents are coded, and list what a newer version touches."`
	Search      searchCmd      `cmd:"" help:"Find facts, sources and provisions by their words."`
	Reconcile   reconcileCmd   `cmd:"" help:"Add up published figures: where parts do not sum to the whole, by how much, and which moves explain it."`
	Serve       serveCmd       `cmd:"" help:"Serve the public record of a store."`
	Export      exportCmd      `cmd:"" help:"Write the open data: tables as CSV, JSON Lines and Parquet, with a data package."`
	Case        caseCmd        `cmd:"" help:"Put a year's cases from a spreadsheet on the record; go over the clocks of all cases."`
	Capture     captureCmd     `cmd:"" help:"Keep public web pages as evidence, on this machine; check such a file."`
	Conduct     conductCmd     `cmd:"" help:"Publish how many reports, allegations and victims there are, so that nobody is found."`
	Publish     publishCmd     `cmd:"" help:"Write the public record as static files for any web server."`
	Verify      verifyCmd      `cmd:"" help:"Check a ledger or a receipt, on disk or at an address, trusting nobody."`
	Receipt     receiptCmd     `cmd:"" help:"Write the receipt of one entry: a proof that it is in the ledger."`
	Prove       proveCmd       `cmd:"" help:"Add to a receipt that somebody keeps the proof that it is in the ledger."`
	Office      officeCmd      `cmd:"" help:"The oversight office: its keys and officers."`
	Rebuild     rebuildCmd     `cmd:"" help:"Replay the record into fresh tables and compare them with the old."`
	Schema      schemaCmd      `cmd:"" help:"Print the JSON Schema of dossier files."`
	Version     versionCmd     `cmd:"" help:"Print the version."`
}

// program is what a command needs of the world around it, so that a test can
// hand in another.
type program struct {
	ctx    context.Context
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	now    func() time.Time
	getenv func(string) string
	// width is how wide stdout is, where it is a terminal.
	width func() (columns int, ok bool)
	// secret asks for a passphrase on the terminal; nil where there is none.
	secret func(prompt string) (string, error)
	// live says that stderr is a terminal, where a line can be written over.
	live bool
	// uninterrupted starts the process again where it must not be interrupted; nil
	// where the process is a test's.
	uninterrupted func() error
	// ledger is how ledgers are written: see there.
	ledger ledger.Settings
}

func main() { os.Exit(newProgram().run(os.Args[1:])) }

// newProgram is the program in the world it is started in. Ctrl-C ends it in an
// orderly way.
func newProgram() *program {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// Who asks twice does not want to wait for that.
	context.AfterFunc(ctx, stop)
	p := &program{
		ctx: ctx, stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, now: time.Now,
		getenv: os.Getenv, width: stdoutWidth, live: isTerminal(os.Stderr), uninterrupted: runUninterrupted,
	}
	if isTerminal(os.Stdin) {
		p.secret = terminalSecret
	}
	return p
}

// parser reads command lines into c. exit is called after a help was printed.
func (p *program) parser(c *commands, exit func(int)) (*kong.Kong, error) {
	return kong.New(c,
		kong.Name("temwen"), kong.Description(description),
		kong.Writers(p.stdout, p.stderr), kong.Exit(exit), kong.Bind(p),
		kong.Vars{"topics": strings.Join(dossier.Topics, ","), "statuses": strings.Join(statusNames(), ","), "kinds": strings.Join(search.Kinds, ", ")},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100, NoAppDescFormat: true}),
		kong.PostBuild(func(k *kong.Kong) error {
			k.Model.HelpFlag.Help = "Show this help."
			return nil
		}),
	)
}

// run runs one command line and returns its exit status.
func (p *program) run(args []string) int {
	exited := -1
	parser, err := p.parser(new(commands), func(code int) { exited = code })
	if err != nil {
		fmt.Fprintln(p.stderr, "temwen:", err)
		return exitUsage
	}
	switch {
	case len(args) == 0:
		args = []string{"--help"}
	case len(args) == 1 && args[0] == "--version":
		args = []string{"version"}
	}
	k, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		fmt.Fprintln(p.stderr, "temwen:", misread(err))
		return exitUsage
	}
	if err := k.Run(p); err != nil {
		return p.report(err)
	}
	return 0
}

// misread says what is wrong with a command line, and where to read on.
func misread(err error) string {
	what, command := err.Error(), "temwen"
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil && parse.Context.Selected() != nil {
		command = parse.Context.Selected().FullPath()
	}
	if missing, ok := strings.CutPrefix(what, "expected "); ok {
		what = strings.Trim(missing, `"`) + " is missing"
	}
	if missing, ok := strings.CutPrefix(what, "missing flags: "); ok {
		what = missing + " is missing"
	}
	return fmt.Sprintf("%s; see: %s --help", what, command)
}

// usageError is a command line that makes no sense.
type usageError struct{ error }

// errSaid is returned by a command that has already told what is wrong.
var errSaid = errors.New("said")

// report tells the user of an error, once, and chooses the exit status.
func (p *program) report(err error) int {
	var usage usageError
	switch {
	case errors.Is(err, errSaid):
		return exitRefused
	case p.stopped(err):
		fmt.Fprintln(p.stderr, "temwen: stopped:", err)
		return exitRefused
	case errors.As(err, &usage):
		fmt.Fprintln(p.stderr, "temwen:", err)
		return exitUsage
	}
	fmt.Fprintln(p.stderr, "temwen:", err)
	return exitRefused
}

// stopped reports whether err is the user's own wish to end.
func (p *program) stopped(err error) bool {
	return p.ctx.Err() != nil && errors.Is(err, context.Canceled)
}

// statusNames are the names of all statuses, as flags take them.
func statusNames() []string {
	names := make([]string, len(clock.Statuses))
	for i, s := range clock.Statuses {
		names[i] = strings.ReplaceAll(s.String(), " ", "-")
	}
	return names
}

// versionCmd prints the version.
type versionCmd struct{}

// Help teaches with an example.
func (versionCmd) Help() string {
	return `The version, and the commit that the program was built from.

  temwen version`
}

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
