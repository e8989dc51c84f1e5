package casework

import (
	"slices"
	"testing"
)

// A letter that came in time and is recorded later lifts the silence that was shown: in
// the case, in the lists, and what is public of it is found to be old.
func TestSilenceIsLifted(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	o.do(t, id, RecordAnswer{1, answer("informed")})
	o.do(t, id, RecordAnswer{2, answer("official")})
	due, _ := o.look(t, id).Due(o.look(t, id).Step(3), o.today)
	o.today = due + 5
	if n, err := o.NoteSilences(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d silences (%v)", n, err)
	}
	o.publish(t, id, AskPublication{Fields: []string{"silence"}})
	if err := o.Do(t.Context(), "o1", id, 0, RecordAnswer{3, answer("accepts")}, due); err != nil {
		t.Fatal(err)
	}
	c := o.look(t, id)
	if _, silent := c.SilentFrom(c.Step(3)); silent || c.Step(3).Lifted.Until != o.today {
		t.Errorf("the step is %+v", c.Step(3))
	}
	if old := c.Outdated(); !slices.Equal(old, []string{"silence"}) {
		t.Errorf("public and not so any more are %q", old)
	}
	if list, err := o.Unanswered(t.Context(), Span{}); err != nil || len(list) != 0 {
		t.Errorf("listed as silent are %+v (%v)", list, err)
	}
	o.rebuilds(t)
	o.verifies(t)
}

// On a second letter that was answered in time only the second silence is lifted.
func TestTheSecondSilenceIsLifted(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	first, second := day("2025-02-01"), day("2025-03-20")
	k.do("o1", "2025-01-15", SendNotice{Step: 2, Notice: Notice{Language: "en", By: &first}})
	k.do("", "2025-02-16", NoteSilence{2})
	k.do("o1", "2025-03-01", SendNotice{Step: 2, Notice: Notice{Language: "en", By: &second}})
	k.do("", "2025-03-26", NoteSilence{2})
	k.do("o1", "2025-03-20", RecordAnswer{2, answer("official")})
	s := k.c.Step(2)
	if s.Lifted == nil || s.Lifted.From != day("2025-03-21") || s.Notices[1].Silent != nil || s.Silence == nil || *s.Silence != day("2025-02-02") || s.Answers[0].Late {
		t.Errorf("the step is %+v", s)
	}
}
