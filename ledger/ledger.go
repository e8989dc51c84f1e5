// Package ledger is the transparency log that commits to the record. It writes
// one entry for every event, in the order of the record, into a C2SP
// tlog-tiles log, signs checkpoints, hands out receipts, and lets anybody check
// all of it without trusting the server, the operator or this program's own
// files. It must never hold anything that could identify a reporter: an entry
// carries the public part of an event, its day, and a commitment to the rest.
// It must never sign a tree that it has not computed itself from the record's
// events, never give an entry another index than its event has, and never
// repair damage silently: what was published is only ever added to. Start
// reading at [Entry], then [Log.Follow], then [Verify].
package ledger

import (
	"context"
	"iter"

	"temwen/record"
)

// Events yields the record's events in order, without gaps, starting at index
// from; nothing where the record ends at or before it. An error ends the
// sequence. A yielded event is not changed by the record afterwards.
type Events func(ctx context.Context, from uint64) iter.Seq2[record.Event, error]

// Names of the files of a log, relative to its folder. They are those of C2SP
// tlog-tiles, so that the folder can be served as it is, and two of our own.
const (
	checkpointFile = "checkpoint"
	vkeyFile       = "ledger.vkey" // the public key, as a signed-note vkey and a newline
	stateDir       = ".state"      // Tessera's private state and our lock; not published
)
