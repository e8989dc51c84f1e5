package casework

import (
	"testing"

	"temwen/instrument"
)

// A case that cannot go on without consent stops where its procedure says so: all
// that waits ends, late answers lead nowhere, and reopened all waits again.
func TestStop(t *testing.T) {
	k := begin(t)
	k.refused("o1", "2025-01-10", Stop{}, CodeProcedure)
	k.c.Procedure.Ends = append(k.c.Procedure.Ends, instrument.End{ID: "stopped", Outcome: instrument.NoConsent})
	if problems := k.c.Procedure.Check(); len(problems) > 0 {
		t.Errorf("an end for want of consent is a fault: %v", problems)
	}
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	k.do("o1", "2025-01-11", RecordAnswer{2, answer("not-official")})
	k.do("", "2025-02-15", NoteSilence{3})
	k.do("o1", "2025-02-16", Stop{})
	k.waits()
	if !k.c.Closed() || len(k.c.Ends) != 1 || k.c.Ends[0].End != "stopped" {
		t.Errorf("the case is %+v", k.c)
	}
	k.refused("o1", "2025-02-17", Stop{}, CodeOver)
	k.refused("o1", "2025-02-17", AddAllegation{"another"}, CodeClosed)
	k.do("", "2025-02-18", RecordAnswer{3, answer("accepts")})
	k.waits()
	k.do("o1", "2025-02-20", Reopen{"stopped"})
	k.waits("civil", "remind")
	k.refused("o1", "2025-02-20", Reopen{"stopped"}, CodeUnknown)
}

// On the first day of silence an answer is late; one that came in time and is
// recorded only later is not. Both are what was waited for, and lead on.
func TestAnswerAtTheEdgeOfSilence(t *testing.T) {
	for on, late := range map[string]bool{"2025-02-11": true, "2025-02-10": false} {
		k := begin(t)
		k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
		k.do("o1", "2025-01-11", RecordAnswer{2, answer("official")})
		k.do("", "2025-02-12", NoteSilence{3})
		if s := k.c.Step(3); s.Silence == nil || *s.Silence != day("2025-02-11") {
			t.Fatalf("the step is silent from %v", s.Silence)
		}
		k.do("o1", on, RecordAnswer{3, answer("accepts")})
		if a := k.c.Step(3).Answers[0]; a.Late != late || a.Moved {
			t.Errorf("an answer of %s is %+v", on, a)
		}
		k.waits("report")
		s := k.c.Step(3)
		if lifted := s.Lifted; (lifted == nil) != late || (s.Silence == nil) == late {
			t.Errorf("an answer of %s lifts the silence: %+v", on, s)
		}
		if !late {
			if l := s.Lifted; l.From != day("2025-02-11") || l.Until != day("2026-11-28") {
				t.Errorf("it was shown as silent from %s until %s", l.From, l.Until)
			}
			k.do("o1", "2026-11-28", aside(3, 1))
			if s := k.c.Step(3); s.Lifted != nil || s.Silence == nil || *s.Silence != day("2025-02-11") {
				t.Errorf("without the answer it is %+v", s)
			}
			k.waits("remind")
		}
	}
}
