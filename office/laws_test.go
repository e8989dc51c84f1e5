package office

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"testing"
	"time"

	"temwen/seal"
)

// laws hold of every office, after every step of its life.
var laws = []struct {
	name string
	hold func(w *world)
}{
	{"every admitted officer opens every epoch", admittedOpenAll},
	{"recovery opens every epoch", recoveryOpensAll},
	{"a removed officer opens no later epoch", removedOpenNothingLater},
	{"who waits opens nothing", waitingOpenNothing},
	{"a name is taken once", namesAreTakenOnce},
	{"only old epochs are refused", oldEpochsAreRefused},
	{"a decision changes nothing", decisionsChangeNothing},
	{"parts are the state", partsAreTheState},
	{"events are read as written", eventsAreReadAsWritten},
}

// TestLaws lives many lives of an office, with real keys. What must be refused
// on the way is tried where a step is (world_test.go).
func TestLaws(t *testing.T) {
	check(t, 20, func(w *world) {
		for _, law := range laws {
			w.law = law.name
			law.hold(w)
		}
	})
}

func admittedOpenAll(w *world) {
	if len(w.state.Admitted()) == 0 {
		w.fatal("nobody can open anything")
	}
	for _, o := range w.state.Admitted() {
		for i := range w.state.Epochs {
			e := &w.state.Epochs[i]
			if key, err := e.Open(o.ID, w.ids[o.ID]); err != nil || key.String() != w.keys[e.Number].String() {
				w.fatalf("%s, epoch %d: %v", o.Name, e.Number, err)
			}
		}
	}
}

func recoveryOpensAll(w *world) {
	for i := range w.state.Epochs {
		e := &w.state.Epochs[i]
		if w.recovery == nil {
			if e.Rescue != nil {
				w.fatalf("epoch %d is wrapped to nobody", e.Number)
			}
			continue
		}
		if key, err := e.OpenRescue(w.recovery); err != nil || key.String() != w.keys[e.Number].String() {
			w.fatalf("epoch %d: %v", e.Number, err)
		}
	}
}

// removedOpenNothingLater tries their identity on every wrap.
func removedOpenNothingLater(w *world) {
	for id, last := range w.removed {
		if o := w.state.Officer(id); o.Standing != Removed || o.Login != nil || o.Keys != nil || o.Passkeys != nil || o.TOTP != "" {
			w.fatalf("%s was removed, and can still sign in", o.Name)
		}
		for _, e := range w.state.Epochs {
			for to, file := range e.Wraps {
				if _, err := seal.UnwrapIdentity(file, w.ids[id]); e.Number > last && err == nil {
					w.fatalf("epoch %d, wrapped to %s, is opened by an officer who was removed in epoch %d", e.Number, to, last)
				}
			}
		}
	}
}

func waitingOpenNothing(w *world) {
	for _, o := range w.state.Officers {
		for _, e := range w.state.Epochs {
			if _, has := e.Wraps[o.ID]; has && o.Standing == Joined {
				w.fatalf("%s was not admitted, and epoch %d is wrapped to them", o.Name, e.Number)
			}
		}
	}
}

func namesAreTakenOnce(w *world) {
	names := map[string]bool{}
	for _, o := range w.state.Officers {
		if o.Standing != Removed && names[o.Name] {
			w.fatalf("there are two %s", o.Name)
		}
		names[o.Name] = names[o.Name] || o.Standing != Removed
	}
}

// oldEpochsAreRefused: the present epoch always takes envelopes, others
// for 30 days at most, and none that was stolen.
func oldEpochsAreRefused(w *world) {
	current := w.state.Current()
	for _, e := range w.state.Epochs {
		takes := w.state.Accepts(e.Number, w.at)
		switch next := w.state.Epoch(e.Number + 1); {
		case e.Number == current.Number && !takes:
			w.fatal("the present epoch takes nothing")
		case next == nil:
		case takes != (!e.Stolen && w.at.Sub(next.Since) < 30*24*time.Hour):
			w.fatalf("epoch %d, %v after the next began: %v", e.Number, w.at.Sub(next.Since), takes)
		}
	}
	if w.state.Accepts(0, w.at) || w.state.Accepts(current.Number+1, w.at) {
		w.fatal("an epoch that never was takes envelopes")
	}
}

func decisionsChangeNothing(w *world) {
	was := taken(w, w.state)
	o := w.anyOf(Joined, Admitted)
	for _, c := range []Command{
		SetTOTP{""}, SignOut{}, Remove{Officer: o.ID}, Admit{o.ID, w.wraps(o.Recipient)}, DropPasskey{[]byte("none")},
	} {
		_, _ = Decide(w.state, o.ID, w.at, c)
		_, _ = Decide(w.state, Operator, w.at, c)
	}
	if !maps.Equal(was, taken(w, w.state)) {
		w.fatal("a decision has changed the state")
	}
}

// partsAreTheState: taken apart and put together, it is the same.
func partsAreTheState(w *world) {
	was := taken(w, w.state)
	s, err := was.state()
	if err != nil {
		w.fatal(err)
	}
	if !maps.Equal(was, taken(w, s)) {
		w.fatal("the parts make another state")
	}
}

// taken are the parts of a state.
func taken(w *world, s *State) parts {
	p, err := partsOf(s)
	if err != nil {
		w.fatal(err)
	}
	return p
}

func eventsAreReadAsWritten(w *world) {
	for _, n := range w.notes {
		b, err := n.encode()
		if err != nil {
			w.fatal(err)
		}
		if len(b) > 200<<10 {
			w.fatalf("a %s has %d bytes", n.Event.Type(), len(b))
		}
		again, err := parseNote(n.Event.Type(), b)
		if err != nil {
			w.fatal(err)
		}
		if once, err := again.encode(); err != nil || !bytes.Equal(b, once) {
			w.fatalf("a %s is read as another (%v)", n.Event.Type(), err)
		}
	}
	w.notes = nil
}

func TestEveryEventHasATypeOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range eventTypes {
		if seen[e.Type()] {
			t.Errorf("%s is there twice", e.Type())
		}
		seen[e.Type()] = true
		if !reflect.ValueOf(fresh(e)).Elem().IsZero() {
			t.Errorf("a fresh %s is not empty", e.Type())
		}
	}
}

func FuzzParseNote(f *testing.F) {
	for _, e := range eventTypes {
		b, err := Note{Operator, e}.encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(e.Type(), []byte(b))
	}
	f.Fuzz(func(t *testing.T, eventType string, b []byte) {
		n, err := parseNote(eventType, json.RawMessage(b))
		if err != nil {
			return
		}
		new(State).Apply(n, noon)
		b, err = n.encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := parseNote(eventType, b)
		if err != nil {
			t.Fatal(err)
		}
		if once, err := again.encode(); err != nil || !bytes.Equal(b, once) {
			t.Fatalf("%s is read as %s, %v", b, once, err)
		}
	})
}
