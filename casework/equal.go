package casework

import (
	"bytes"
	"encoding/json"

	"temwen/instrument"
)

// equalProcedures compares two procedures as they are written.
func equalProcedures(a, b *instrument.Procedure) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
