package main

import (
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// uninterrupted is the setting under which Go's runtime interrupts nothing that
// computes. Otherwise it does, with a signal, many times a second, and the system
// and the runtime each keep a copy of the vector registers where nobody can
// overwrite it: 64 bytes and more of what was just copied, hashed or encrypted.
const uninterrupted = "asyncpreemptoff=1"

// runUninterrupted makes this process begin again, as the same process, unless it
// was started so: the setting is read once, at the very start. What somebody tells
// without a script is in memory while it is sealed, and must not stay there.
func runUninterrupted() error {
	set := os.Getenv("GODEBUG")
	if strings.Contains(set, uninterrupted) {
		signal.Ignore(syscall.SIGPIPE) // comes when a visitor goes, and would interrupt, too
		return nil
	}
	self, err := os.Executable()
	if err == nil {
		err = syscall.Exec(self, os.Args, append(os.Environ(), "GODEBUG="+strings.TrimPrefix(set+","+uninterrupted, ",")))
	}
	return fmt.Errorf("starting again so that no copy of what is told stays in memory: %w", err)
}
