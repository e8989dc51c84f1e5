package main

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// TestNewPassphraseIsAskedTwice on the terminal, and must be the same.
func TestNewPassphraseIsAskedTwice(t *testing.T) {
	for _, tt := range []struct {
		name  string
		typed []string
		says  string
	}{
		{"the same", []string{"senk mo pou yon kle", "senk mo pou yon kle"}, ""},
		{"two", []string{"senk mo pou yon kle", "senk mo pou yon lot"}, "differ; nothing was done"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, asked := newTestProgram(), 0
			p.secret = func(prompt string) (string, error) {
				if slices.Contains(tt.typed, prompt) {
					t.Errorf("the prompt shows the passphrase")
				}
				asked++
				return tt.typed[asked-1], nil
			}
			got, err := newPassphrase{}.choose(p, "marin")
			if asked != 2 || tt.says == "" && (err != nil || got != tt.typed[0]) || tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)) {
				t.Errorf("asked %d times: %q, %v", asked, got, err)
			}
		})
	}
}

func TestPassphraseNeedsATerminalOrAFile(t *testing.T) {
	p := newTestProgram()
	p.secret = nil
	var usage usageError
	if _, err := p.passphrase("", "Passphrase"); !errors.As(err, &usage) {
		t.Errorf("%v", err)
	}
	p.stdin = strings.NewReader("senk mo pou yon kle\r\nanother line\n")
	if got, err := p.passphrase("-", ""); err != nil || got != "senk mo pou yon kle" {
		t.Errorf("%q, %v", got, err)
	}
}
