package ledger

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"

	"k8s.io/klog/v2"
)

// Tessera writes to the process's one klog, which prints to stderr, and it is
// the only place where it says why a checkpoint could not be published. So klog
// is pointed here once, before the first log is opened: nothing reaches the
// terminal, and the last complaint is kept, so that the error a person sees
// can name the cause.

var quietOnce sync.Once

// lastComplaint is what Tessera said last about publishing.
var lastComplaint atomic.Pointer[string]

// quietTessera silences Tessera. It is called before any of its goroutines run:
// klog may not be changed while it is used.
func quietTessera() {
	quietOnce.Do(func() { klog.SetSlogLogger(slog.New(complaints{})) })
}

// complaints is a slog.Handler that keeps the complaints about publishing and
// drops all else.
type complaints struct{}

func (complaints) Enabled(context.Context, slog.Level) bool { return true }

func (complaints) Handle(_ context.Context, r slog.Record) error {
	if text, ok := strings.CutPrefix(r.Message, "publishCheckpoint: "); ok {
		text = strings.ReplaceAll(strings.TrimSpace(text), "\n", "; ") // the witnesses each on a line
		lastComplaint.Store(&text)
	}
	return nil
}

func (c complaints) WithAttrs([]slog.Attr) slog.Handler { return c }
func (c complaints) WithGroup(string) slog.Handler      { return c }
