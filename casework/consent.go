package casework

import (
	"context"
	"fmt"
	"slices"

	"temwen/record"
)

// NoteConsent records how the consent of the people on whose reports a case rests
// stands now: what the reports themselves say, made an event of the case.
type NoteConsent struct{ Consent Consent }

func (n NoteConsent) decide(d *decision) error {
	switch {
	case !slices.Contains(consents, n.Consent):
		return refuse(CodeMalformed)
	case n.Consent == d.c.Consent:
		return nil
	}
	return d.happen(Event{Type: consentStands, Consent: n.Consent})
}

// Consenting asks for cases by how consent stands.
type Consenting struct {
	Consent Consent
	Limit   int
	For     string // who asks: cases that they are kept from are left out
	Own     bool   // and so are those that are not theirs
}

// ByConsent are the open cases whose consent stands like that, those first in which
// something happened last.
func (k *Cases) ByConsent(ctx context.Context, q Consenting) (list []*Case, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		unwalled, err := apart(ctx, t, q.For, "idx")
		if err != nil {
			return err
		}
		args := []any{q.Limit}
		if q.For != "" && q.Own {
			unwalled, args = unwalled+` AND officer = $2`, append(args, q.For)
		}
		rows, err := t.Query(ctx, fmt.Sprintf(`SELECT idx, state, procedure FROM {docket}
			WHERE consent = %d AND closed = 0%s ORDER BY changed DESC LIMIT $1`, slices.Index(consents, q.Consent), unwalled), args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var docket uint64
			var state, sum []byte
			if err := rows.Scan(&docket, &state, &sum); err != nil {
				return err
			}
			c, err := readCase(ctx, t, docket, state, sum)
			if err != nil {
				return err
			}
			list = append(list, c)
		}
		return rows.Err()
	})
	return list, err
}
