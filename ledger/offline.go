package ledger

import (
	"fmt"
	"strings"
	"time"
)

// ReceiptReport says what CheckReceipt checked.
type ReceiptReport struct {
	Standing
	Key    string
	Pin    Pin
	Policy bool // the proof's checkpoint satisfies a witness policy
	// Checkpoint is the one that has the entry: of no origin where the receipt
	// proves nothing but a promise.
	Checkpoint Checkpoint
}

// CheckReceipt checks a receipt by itself, without the ledger: a receipt file, or
// a C2SP tlog-proof that carries its entry. Of the options it reads Key, Policy
// and Keep, where it changes nothing; where none of them gives the ledger's key it
// takes the one that a receipt file names, which proves nothing by itself.
//
// An error that wraps ErrRefused says what is wrong with the receipt, a promise
// that it proves broken included. Other errors say what kept it from checking.
func CheckReceipt(r NamedReceipt, o Options) (ReceiptReport, error) {
	report := ReceiptReport{Standing: Standing{Name: r.Name}}
	err := report.check(r, o)
	if err == nil && report.State == Broken {
		err = report.damage(report.Checkpoint.Size)
	}
	return report, err
}

// refused says that a receipt is not what it should be.
func refused(name string, err error) error {
	return &Damage{What: fmt.Sprintf("receipt %s: %v", name, err)}
}

func (r *ReceiptReport) check(given NamedReceipt, o Options) error {
	var file *ReceiptFile
	var inFile, origin string
	if IsReceiptFile(given.Data) {
		f, err := ParseReceiptFile(given.Data)
		if err != nil {
			return refused(r.Name, err)
		}
		file, inFile = f, f.Key
		origin, _, _ = strings.Cut(f.Key, "+")
	} else {
		p, err := parseReceipt(given.Data)
		if err != nil {
			return refused(r.Name, err)
		}
		origin, _, _ = strings.Cut(string(p.checkpoint), "\n")
	}
	if err := r.pin(o, inFile, origin); err != nil {
		return err
	}
	if file == nil {
		return r.checkProof(given, o)
	}
	return r.checkFile(file, given.Envelope, o)
}

// pin decides under which key the receipt is checked.
func (r *ReceiptReport) pin(o Options, inFile, origin string) error {
	var known []kept
	if o.Keep != "" {
		var err error
		if known, err = readKept(o.Keep, "", origin); err != nil {
			return err
		}
	}
	vkey, pin, err := chooseKey(o, known)
	if err != nil {
		return err
	}
	if vkey == "" {
		vkey, pin = inFile, PinFile
	}
	if vkey == "" {
		return fmt.Errorf("checking the receipt %s: there is no key: give the ledger's key, which the operator publishes, for this file does not name one", r.Name)
	}
	if _, err := newTrust(vkey, nil); err != nil {
		if pin == PinFile {
			return refused(r.Name, err)
		}
		return err
	}
	if _, err := newTrust(vkey, o.Policy); err != nil {
		return err
	}
	if err := contradicts(known, vkey); err != nil {
		return err
	}
	r.Key, r.Pin = vkey, pin
	return nil
}

func (r *ReceiptReport) checkFile(f *ReceiptFile, envelope string, o Options) error {
	checked, err := f.check(r.Key, o.Policy)
	if err == nil {
		err = r.receive(checked, envelope)
	}
	if err != nil {
		return refused(r.Name, err)
	}
	if checked.Proven != nil {
		r.prove(*checked.Proven, o)
	}
	r.settle(seen{}, time.Time{})
	return nil
}

func (r *ReceiptReport) checkProof(given NamedReceipt, o Options) error {
	proven, err := VerifyReceipt(given.Data, nil, r.Key, o.Policy)
	if err == nil {
		err = r.compare(given.Envelope)
	}
	if err != nil {
		return refused(r.Name, err)
	}
	r.prove(proven, o)
	r.settle(seen{}, time.Time{})
	return nil
}

func (r *ReceiptReport) prove(p Receipted, o Options) {
	r.Index, r.Day = &p.Leaf.Index, p.Leaf.Day
	r.Checkpoint, r.Policy = p.Checkpoint, len(o.Policy) > 0
}

// chooseKey is the key given, the one kept from last time, or the one that the
// policy names, and "" where there is none.
func chooseKey(o Options, known []kept) (vkey string, pin Pin, err error) {
	vkey, pin = o.Key, PinGiven
	if vkey == "" && len(known) > 0 {
		vkey, pin = known[0].vkey, PinKept
	}
	if vkey == "" {
		logs, err := policyLogs(o.Policy)
		if err != nil {
			return "", "", err
		}
		if len(logs) == 1 {
			vkey, pin = logs[0], PinPolicy
		}
	}
	return vkey, pin, nil
}

// contradicts refuses a key that is not the one kept.
func contradicts(known []kept, vkey string) error {
	for _, k := range known {
		if k.vkey != vkey {
			return &Damage{What: fmt.Sprintf("the key kept from last time is %s, and now it is %s: the log has changed its key or its name", k.vkey, vkey)}
		}
	}
	return nil
}
