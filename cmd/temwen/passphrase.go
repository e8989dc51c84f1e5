package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// newPassphrase is the flag of commands that make an officer.
type newPassphrase struct {
	PassphraseFile string `placeholder:"FILE" help:"Read the new officer's passphrase from the first line of a file, or of the standard input (-), instead of asking twice."`
}

// choose asks for the passphrase of a new officer, twice.
func (c newPassphrase) choose(p *program, officer string) (string, error) {
	first, err := p.passphrase(c.PassphraseFile, "New passphrase of "+officer+", at least five words")
	if err != nil || c.PassphraseFile != "" {
		return first, err
	}
	second, err := p.passphrase("", "The same again")
	if err == nil && first != second {
		err = errors.New("the two passphrases differ; nothing was done")
	}
	return first, err
}

// passphrase reads a passphrase from a file, or asks for it on the terminal. It is
// never an argument: those are seen by everybody on the machine, and kept by the
// shell.
func (p *program) passphrase(file, prompt string) (string, error) {
	if file != "" {
		b, err := p.readFile(file)
		if err != nil {
			return "", err
		}
		return oneLine(string(b)), nil
	}
	if p.secret == nil {
		return "", usageError{errors.New("there is no terminal to ask for the passphrase on; give a file with --passphrase-file, or - for the standard input")}
	}
	return p.secret(prompt)
}

// readFile reads a file, or the standard input for "-".
func (p *program) readFile(path string) ([]byte, error) {
	if path == "-" {
		b, err := io.ReadAll(io.LimitReader(p.stdin, 1<<20))
		if err != nil {
			return nil, fmt.Errorf("reading the standard input: %w", err)
		}
		return b, nil
	}
	return os.ReadFile(path)
}

// terminalSecret asks on the terminal, without showing what is typed.
func terminalSecret(prompt string) (string, error) {
	fmt.Fprintf(os.Stderr, "%s: ", prompt)
	b, err := term.ReadPassword(int(os.Stdin.Fd()))
	fmt.Fprintln(os.Stderr)
	if err != nil {
		return "", fmt.Errorf("asking for a passphrase: %w", err)
	}
	return string(b), nil
}
