package casework

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"sync"

	"temwen/instrument"
	"temwen/record"
)

// procedureSum identifies a version of a procedure by what is written in it.
func procedureSum(p *instrument.Procedure) []byte {
	b, err := json.Marshal(p)
	if err != nil {
		panic(err) // a plain structure
	}
	sum := sha256.Sum256(b)
	return sum[:]
}

// equalProcedures compares two procedures as they are written.
func equalProcedures(a, b *instrument.Procedure) bool {
	return a == b || bytes.Equal(procedures.sum(a), procedures.sum(b))
}

// versions remembers the procedures that cases follow, by their sum: there are
// few, and each is long. Nobody changes one that is shared.
type versions struct {
	mu   sync.Mutex
	held map[[sha256.Size]byte]*instrument.Procedure
	sums map[*instrument.Procedure][sha256.Size]byte // of those held
}

// sum is the sum of a procedure.
func (v *versions) sum(p *instrument.Procedure) []byte {
	v.mu.Lock()
	key, known := v.sums[p]
	v.mu.Unlock()
	if known {
		return key[:]
	}
	return procedureSum(p)
}

// keptVersions bounds the memory.
const keptVersions = 256

var procedures versions

// of is the procedure with a sum: the one remembered, or the one that the event
// that opened the case, or by which it was adopted, has.
func (v *versions) of(ctx context.Context, t *record.Tables, event uint64, sum []byte) (*instrument.Procedure, error) {
	if len(sum) != sha256.Size {
		return nil, errors.New("its procedure has no sum")
	}
	key := [sha256.Size]byte(sum)
	v.mu.Lock()
	p := v.held[key]
	v.mu.Unlock()
	if p != nil {
		return p, nil
	}
	var private []byte
	there, err := t.Scan(ctx, `SELECT private FROM event WHERE idx = $1`, []any{event}, &private)
	if err != nil {
		return nil, err
	}
	var said struct {
		Body struct {
			Opened    Opened                `json:"opened"`
			Procedure *instrument.Procedure `json:"procedure"`
		} `json:"body"`
	}
	if !there || json.Unmarshal(private, &said) != nil {
		return nil, errors.New("the event that has its procedure cannot be read")
	}
	if p = said.Body.Opened.Procedure; p == nil {
		p = said.Body.Procedure
	}
	if p == nil {
		return nil, errors.New("the event that should have its procedure has none")
	}
	if !bytes.Equal(procedureSum(p), sum) {
		return nil, errors.New("its procedure is not the one that it follows")
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.held == nil || len(v.held) >= keptVersions {
		v.held = make(map[[sha256.Size]byte]*instrument.Procedure)
		v.sums = make(map[*instrument.Procedure][sha256.Size]byte)
	}
	v.held[key] = p
	v.sums[p] = key
	return p, nil
}
