// Package seal is the sealed form in which somebody's words travel and rest: the
// envelope that only the office can open, the report and the message inside it,
// the parcel that carries it, the code that its sender keeps, and the work that
// makes flooding dear. docs/sealed-reports.md is its specification, which the
// browser's scripts follow too; the vectors in testdata hold the two together.
//
// The package is pure: it reads readers, writes writers and draws from
// crypto/rand. It must never store, log or send anything, keep a key longer than
// the call that needed it, or put a word that was sealed into an error.
//
// Start reading at [Seal] and [Open]; then [ReadParcel], which is what a server
// without any key can check; then [NewCode].
package seal

import (
	"encoding/base64"
	"errors"
)

// What a server tells a sender, as a code of its answers, hangs on these; every
// error about outside bytes wraps one of them, and says more in a sentence.
var (
	// ErrMalformed is for bytes that are not what they should be, or are cut.
	ErrMalformed = errors.New("malformed")
	// ErrUnpadded is for an envelope whose length says how long its content is.
	ErrUnpadded = errors.New("not padded")
	// ErrRecipient is for an envelope that is not for exactly one hybrid key.
	ErrRecipient = errors.New("not sealed to exactly one post-quantum key")
	// ErrTooLarge is for what goes beyond the limits.
	ErrTooLarge = errors.New("too large")
	// ErrWork is for a proof of work that proves too little.
	ErrWork = errors.New("not enough work")
)

// b64 is how binary values are written in JSON.
var b64 = base64.RawURLEncoding.Strict()
