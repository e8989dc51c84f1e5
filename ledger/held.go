package ledger

import (
	"encoding/base64"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// held is a receipt on its way through a verification.
type held struct {
	standing Standing
	// sought is the commitment in base64 that is to be found in the log, where
	// no proof says at which index.
	sought     string
	proof      *proof
	checkpoint Checkpoint // the proof's
}

// sighting is an entry whose commitment was sought.
type sighting struct {
	commitment string // base64
	index      uint64
	day        string
}

// addReceipt checks a receipt by itself, and asks for what will show whether it
// is one of this log.
func (v *verification) addReceipt(r NamedReceipt) error {
	h := &held{standing: Standing{Name: r.Name}}
	data := r.Data
	var err error
	if IsReceiptFile(data) {
		data, err = v.addFile(h, r)
	} else {
		err = h.standing.compare(r.Envelope)
	}
	if err != nil {
		return refused(r.Name, err)
	}
	v.receipts = append(v.receipts, h)
	if data == nil {
		return nil
	}
	return v.addProof(h, data)
}

// addFile checks a receipt file, and returns its proof or asks for its entry to
// be found.
func (v *verification) addFile(h *held, r NamedReceipt) (proof []byte, err error) {
	f, err := ParseReceiptFile(r.Data)
	if err != nil {
		return nil, err
	}
	// Its checkpoint may be from before there were witnesses.
	checked, err := f.check(v.trust.vkey, nil)
	if err != nil {
		return nil, err
	}
	if err := h.standing.receive(checked, r.Envelope); err != nil {
		return nil, err
	}
	if f.Proof == nil {
		h.sought = base64.StdEncoding.EncodeToString(commitment(f.Salt, f.Private))
		if v.sought == nil {
			v.sought, v.found = make(map[string]bool), make(map[string]sighting)
		}
		v.sought[h.sought] = true
	}
	return f.Proof, nil
}

// addProof checks a tlog-proof by itself.
func (v *verification) addProof(h *held, data []byte) error {
	name := h.standing.Name
	p, err := parseReceipt(data)
	if err != nil {
		return refused(name, err)
	}
	own, err := newTrust(v.trust.vkey, nil)
	if err != nil {
		return err
	}
	c, err := own.open(p.checkpoint)
	if err != nil {
		return &Damage{What: fmt.Sprintf("receipt %s: its checkpoint: %v", name, err)}
	}
	if p.index >= c.Size {
		return &Damage{What: fmt.Sprintf("receipt %s: it is for entry %d of a log of %d", name, p.index, c.Size)}
	}
	if c.Size > v.size {
		return &Damage{
			Found: true, First: v.size,
			What: fmt.Sprintf("receipt %s shows that the log had %d entries, and it has %d: it was cut, or this is an older copy", name, c.Size, v.size),
		}
	}
	v.roots[c.Size], v.leaves[p.index] = tlog.Hash{}, tlog.Hash{}
	h.proof, h.checkpoint = &p, c
	return nil
}

// note remembers the first entry of each commitment sought.
func (v *verification) note(found []sighting) {
	for _, s := range found {
		if _, ok := v.found[s.commitment]; !ok {
			v.found[s.commitment] = s
		}
	}
}

// settle says how things stand with every receipt, once all entries are checked.
func (v *verification) settle() error {
	shows := seen{size: v.size, lastDay: v.report.LastDay, latest: v.trust.latestAt(v.report.Checkpoint)}
	for _, h := range v.receipts {
		s := &h.standing
		if h.proof != nil {
			if err := v.checkProof(h); err != nil {
				return err
			}
		} else if found, ok := v.found[h.sought]; ok {
			s.Index, s.Day = &found.index, found.day
		}
		s.settle(shows, v.now)
		if s.Index != nil {
			v.report.Receipts++
		}
		v.report.Standings = append(v.report.Standings, *s)
	}
	return nil
}

// checkProof checks that a proof is one of this log: its checkpoint is of this
// history, and its entry is in it.
func (v *verification) checkProof(h *held) error {
	p, name := h.proof, h.standing.Name
	leaf := v.leaves[p.index]
	if p.entry != nil && tlog.RecordHash(p.entry) != leaf {
		return damagedAt(p.index, "", "receipt %s carries another entry than the log has", name)
	}
	if v.roots[h.checkpoint.Size] != h.checkpoint.Root {
		return &Damage{What: fmt.Sprintf("receipt %s was signed for another history: the log had %d entries then, and they are not these", name, h.checkpoint.Size)}
	}
	if tlog.CheckRecord(p.path, int64(h.checkpoint.Size), h.checkpoint.Root, int64(p.index), leaf) != nil {
		return damagedAt(p.index, "", "receipt %s does not prove the entry the log has", name)
	}
	h.standing.Index = &p.index
	if p.entry != nil {
		entry, err := scanEntry(p.entry, p.index)
		if err != nil {
			return refused(name, err)
		}
		h.standing.Day = string(entry.day)
	}
	return nil
}

// broken refuses the log for the first promise that is proven broken.
func (v *verification) broken() error {
	for _, s := range v.report.Standings {
		if s.State == Broken {
			return s.damage(v.size)
		}
	}
	return nil
}
