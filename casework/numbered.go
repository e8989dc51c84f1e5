package casework

import (
	"context"

	"temwen/record"
)

// tableOf is the table of a kind, in which a number is found at once.
var tableOf = map[Kind]string{OfCase: "docket", OfIncident: "incident", OfAllegation: "allegation"}

// Numbered is the ID of what has a number of its kind, or had it until it was erased;
// otherwise the error is a *Refused.
func (k *Cases) Numbered(ctx context.Context, kind Kind, number int) (id string, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		there, err := t.Scan(ctx, `SELECT id FROM {`+tableOf[kind]+`} WHERE number = $1`, []any{number}, &id)
		if err == nil && !there {
			there, err = t.Scan(ctx, `SELECT thing FROM {stone} WHERE kind = $1 AND number = $2`, []any{string(kind), number}, &id)
		}
		if err == nil && !there {
			err = refuse(CodeUnknown)
		}
		return err
	})
	return id, err
}
