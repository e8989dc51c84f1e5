package intake

import (
	"context"
	"errors"
	"slices"

	"temwen/record"
	"temwen/seal"
)

// HeedConsent says that the office has read what the person allows now, and does
// as they say. It is refused where they have said something else since the version
// that was seen, and not because anything else has happened. Consent is what an officer read in the seal; it is empty where the
// person has withdrawn all.
type HeedConsent struct {
	Thread  string
	Seen    uint64
	Consent seal.Consent
}

func (m HeedConsent) thread() string { return m.Thread }

func (m HeedConsent) drafts(d *deed) error {
	withdrawn := d.at.Stage == Withdrawn
	switch {
	case d.at.asked > m.Seen: // the person said something else meanwhile
		return &Refused{Code: CodeMoved}
	case withdrawn != (m.Consent == ""), !withdrawn && !slices.Contains(seal.Consents, m.Consent):
		return &Refused{Code: CodeMalformed}
	case !d.at.Asked && d.at.Allows == m.Consent:
		return nil
	}
	return d.add(consentHeeded, d.at, body{Consent: m.Consent}, nil)
}

// Allowing is what is known outside of the seal of what a person allows.
type Allowing struct {
	Stage  Stage
	Asked  bool         // the person changed or withdrew consent, and no officer has heeded it yet
	Allows seal.Consent // as an officer read it, or empty
	Heeded string       // day on which they did, or empty
	Held   bool         // the program tells the person nothing
}

// Unknown reports whether nobody has entered yet what the person allows: it stands
// in the seal alone.
func (a *Allowing) Unknown() bool { return a.Stage != Withdrawn && !a.Asked && a.Allows == "" }

// Lets reports whether the person lets the office do what a consent stands for, as
// far as that is known outside of the seal. What is unknown they do not allow, nor
// anything where they have changed it and nobody has read that yet; but that the
// office itself reads what was reported to it.
func (a *Allowing) Lets(c seal.Consent) bool {
	if a.Stage == Withdrawn || a.Asked {
		return false
	}
	return max(slices.Index(seal.Consents, a.Allows), 0) >= slices.Index(seal.Consents, c)
}

// HeadIn is a thread without its items, as the tables of Book say, within the
// transaction of another command; nil where there is no such thread.
func HeadIn(ctx context.Context, t *record.Tables, id string) (*Thread, error) {
	th, err := headOf(ctx, t, id)
	if err != nil {
		return nil, ignoreUnknown(err)
	}
	return th, nil
}

// Head is HeadIn by itself.
func (in *Intake) Head(ctx context.Context, id string) (th *Thread, err error) {
	err = in.view(ctx, func(t *record.Tables) error {
		th, err = HeadIn(ctx, t, id)
		return err
	})
	return th, err
}

func ignoreUnknown(err error) error {
	if errors.Is(err, ErrUnknown) {
		return nil
	}
	return err
}

// Changed are the threads with which something was done in the events from one to
// before another, and nothing since.
func (in *Intake) Changed(ctx context.Context, from, to uint64) ([]string, error) {
	return in.ids(ctx, `version >= $1 AND version < $2`, from, to)
}

func (in *Intake) ids(ctx context.Context, where string, args ...any) (list []string, err error) {
	err = in.view(ctx, func(t *record.Tables) error {
		rows, err := t.Query(ctx, `SELECT id FROM {thread} WHERE `+where+` ORDER BY idx`, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				return err
			}
			list = append(list, id)
		}
		return rows.Err()
	})
	return list, err
}
