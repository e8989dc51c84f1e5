package told_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"

	"temwen/casework"
	"temwen/intake"
	"temwen/locale"
	"temwen/seal"
	"temwen/told"
)

// erase has two officers erase a case.
func (w *world) erase(t testing.TB, id string) casework.Erasing {
	t.Helper()
	if err := w.cases.AskErasure(t.Context(), "o1", casework.OfCase, id, "safety"); err != nil {
		t.Fatal(err)
	}
	erased, err := w.cases.Erase(t.Context(), "o2", casework.OfCase, id, 0, false)
	if err != nil {
		t.Fatal(err)
	}
	return erased
}

// replied sends a letter of an officer to a person.
func (p *person) replied(t testing.TB, text string) {
	t.Helper()
	sealed := func(to *age.HybridRecipient) []byte {
		var b bytes.Buffer
		m := &seal.Message{V: 1, From: seal.FromOffice, Kind: seal.KindMessage, Lang: "en", Text: ". " + text}
		if err := seal.SealDocument(&b, to, seal.Document{Message: m}); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	p.w.deed(t, intake.SendReply{Thread: p.thread, Letter: intake.Letter{
		Epoch: 1, Copy: sealed(p.w.key.Recipient()), Person: map[string][]byte{p.thread: sealed(p.reply.Recipient())},
	}})
}

// Given people who were told of a case, when it is erased, then what they were told is
// gone for them and for the office; a message in its place says so, in every language;
// what officers wrote and what was told of other cases stays; and a thread about which
// no case goes on is no further than read.
func TestErasedCaseIsErasedForWhoReported(t *testing.T) {
	w := found(t)
	alone, two, silent := w.report(t), w.report(t), w.report(t)
	i := w.incident(t, alone, two, silent)
	id := w.docket(t, i, "mss-criminal")
	other := w.docket(t, w.incident(t, two), "mss-complaint")
	w.pass(t, 4)
	alone.replied(t, "A letter")
	w.act(t, id, answer(1, "informed"))
	w.act(t, id, answer(2, "official"))
	w.act(t, id, notice(w, 3, 20))
	w.act(t, id, casework.AskPublication{Fields: []string{"state"}})
	w.pass(t, 9)
	w.deed(t, intake.HoldWords{Thread: silent.thread, Held: true})
	alone.heard(t, "The office opened a case", "A letter", "An answer came", "Those who decide it say", "The office wrote to those")

	dry, err := w.cases.Erase(t.Context(), "o2", casework.OfCase, id, 0, true)
	if err != nil || dry.Words != 12 || dry.Threads != 3 || dry.Events != 6+12 {
		t.Errorf("it would erase %+v (%v)", dry, err)
	}
	if erased := w.erase(t, id); erased.Words != 12 || erased.Events != 7+12 {
		t.Errorf("it erased %+v", erased)
	}
	if err := told.Stand(t.Context(), w.intake, w.cases, id); err != nil {
		t.Errorf("how consent stands in a case that was erased: %v", err)
	}
	const gone = "What the office had told you here about a case was erased for good"
	alone.heard(t, "A letter", gone)
	two.heard(t, "The office opened a case", gone)
	silent.heard(t, gone)
	for lang, begins := range map[locale.Lang]string{"ht": "Sa biwo a te di w", "fr": "Ce que le bureau vous avait dit", "es": "Lo que la oficina le había dicho"} {
		if said := silent.hears(t, lang); !strings.HasPrefix(said[0], begins) {
			t.Errorf("in %s the person reads %q", lang, said)
		}
	}
	for p, stage := range map[*person]intake.Stage{alone: intake.Read, two: intake.Noticed, silent: intake.Read} {
		th, err := w.intake.Thread(t.Context(), p.thread)
		if err != nil || th.Stage != stage {
			t.Errorf("thread %d is %s, and should be %s (%v)", th.Number, th.Stage, stage, err)
		}
		said, err := w.intake.ToldIn(t.Context(), p.thread)
		if err != nil || slices.ContainsFunc(said, func(s intake.Told) bool { return s.Case == id }) {
			t.Errorf("the office still knows of %+v (%v)", said, err)
		}
	}
	if said, err := w.intake.ToldOf(t.Context(), id); err != nil || len(said) > 0 {
		t.Errorf("the office still knows of %+v (%v)", said, err)
	}

	// And it goes on: nothing more is told of it, and of the other case what happens.
	w.pass(t, 0)
	w.act(t, other, answer(1, "received"))
	w.pass(t, 1)
	two.heard(t, "The office opened a case", gone, "")
	w.deed(t, intake.HoldWords{Thread: silent.thread})
	w.pass(t, 0)
	if _, err := w.store.Rebuild(t.Context(), nil); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
	w.erase(t, other)
	two.heard(t, gone, gone)
	if _, err := w.store.Rebuild(t.Context(), nil); err != nil {
		t.Errorf("rebuilding: %v", err)
	}

	// A report goes with the message that stands for the others.
	w.deed(t, intake.AskErasure{Thread: two.thread, Ground: "asked"})
	if _, err := w.intake.Erase(t.Context(), "o2", two.thread, false); err != nil {
		t.Fatal(err)
	}
	if _, err := w.intake.PersonThread(t.Context(), two.keys.Lookup); !errors.Is(err, intake.ErrUnknown) {
		t.Errorf("the thread is still there (%v)", err)
	}
	if _, err := w.store.Rebuild(t.Context(), nil); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
}

// Given people who are told of cases while these are erased, then nothing that was told
// of an erased one stays.
func TestErasedWhileTelling(t *testing.T) {
	w := found(t)
	p := w.report(t)
	var ids []string
	for range 8 {
		id := w.docket(t, w.incident(t, p), "mss-criminal")
		w.act(t, id, answer(1, "informed"))
		ids = append(ids, id)
	}
	done := make(chan error, 1)
	go func() {
		_, err := w.teller.Pass(t.Context())
		done <- err
	}()
	for _, id := range ids {
		if err := w.cases.AskErasure(t.Context(), "o1", casework.OfCase, id, "safety"); err != nil {
			t.Fatal(err)
		}
		for {
			_, err := w.cases.Erase(t.Context(), "o2", casework.OfCase, id, 0, false)
			var refused *casework.Refused
			if errors.As(err, &refused) && refused.Code == casework.CodeMoved {
				continue // somebody was told something
			}
			if err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	w.pass(t, 0)
	for _, id := range ids {
		if said, err := w.intake.ToldOf(t.Context(), id); err != nil || len(said) > 0 {
			t.Errorf("of an erased case the office knows %+v (%v)", said, err)
		}
	}
	if _, err := w.store.Rebuild(t.Context(), nil); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
}
