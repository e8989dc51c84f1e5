package told

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"temwen/casework"
	"temwen/dossier"
	"temwen/instrument"
	"temwen/intake"
	"temwen/locale"
	"temwen/when"
)

// haiti is the dossier that comes with the program.
func haiti(t *testing.T) *dossier.Dossier {
	t.Helper()
	d, err := dossier.Load(os.DirFS("../missions/haiti"), dossier.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// story is a case that is decided upon, one day after the other.
type story struct {
	t      *testing.T
	c      casework.Case
	day    when.Day
	events []casework.Event
}

func begin(t *testing.T, procedure string) *story {
	s := &story{t: t, day: when.DayOf(2026, 3, 1)}
	for _, p := range haiti(t).Procedures {
		if p.ID == procedure {
			s.do(casework.Open{ID: "c", Number: 1, Opened: casework.Opened{Procedure: p, Allegations: []string{"a"}, Mission: "mss", State: "kenya"}})
			return s
		}
	}
	t.Fatalf("there is no procedure %s", procedure)
	return nil
}

// do does a command, and a day passes.
func (s *story) do(cmd casework.Command) {
	s.t.Helper()
	events, err := casework.Decide(&s.c, "o", cmd, s.day, s.day)
	if err != nil {
		s.t.Fatalf("%T: %v", cmd, err)
	}
	for i := range events {
		events[i].Case, events[i].Index = "c", uint64(len(s.events)+1)
		s.events = append(s.events, events[i])
		s.c.Apply(&events[i])
	}
	s.day++
}

func (s *story) answer(step int, answer string) {
	s.t.Helper()
	s.do(casework.RecordAnswer{Step: step, Answer: casework.Answer{Answer: answer, How: "letter", Standard: casework.NotStated}})
}

func (s *story) notice(step, days int) {
	s.t.Helper()
	by := s.day + when.Day(days)
	s.do(casework.SendNotice{Step: step, Notice: casework.Notice{Language: "en", How: "post", By: &by}})
}

// said are the codes of what the person was told, one line for each message.
func (s *story) said() string {
	var lines []string
	for _, w := range happened(s.events) {
		w.Words = w.Words[1:] // that it is of this track
		lines = append(lines, strings.TrimSpace(strings.Join(w.Words, " ")+" "+w.Until))
	}
	return strings.Join(lines, "\n")
}

func (s *story) tells(want string) {
	s.t.Helper()
	if got := s.said(); got != strings.TrimSpace(want) {
		s.t.Errorf("the person is told\n%s\nand should be\n%s", got, strings.TrimSpace(want))
	}
}

// A State is silent, the mission is succeeded, and the State answers late.
func TestSilenceAndALateAnswer(t *testing.T) {
	s := begin(t, "mss-criminal")
	s.answer(1, "informed")
	s.answer(2, "official")
	s.notice(3, 20)
	s.do(casework.AskTime{Step: 3, To: s.day + 30, Ground: "asked"})
	s.do(casework.MoveClock{Step: 3, Move: casework.Move{Kind: casework.Extended, To: s.day + 30, Ground: "asked"}})
	s.day += 40
	s.do(casework.NoteSilence{Step: 3})
	s.do(casework.RecordDeparture{Departure: casework.Departure{How: "rotated", Source: "public"}})
	s.do(casework.SetDepartureAside{N: 1})
	s.do(casework.Succeed{Mission: "gsf"})
	s.answer(3, "accepts")
	s.answer(5, "named")
	s.answer(6, "substantiated")
	s.answer(7, "pending")
	s.answer(7, "repatriated")
	s.answer(7, "convicts")
	s.do(casework.RecordRemedy{Remedy: casework.Remedy{Kind: "apology"}})
	s.do(casework.RecordRemedy{Remedy: casework.Remedy{Kind: "paternity", Promise: true}})
	s.answer(8, "told")
	s.do(casework.Reopen{End: "convicted"})
	s.tells(`
opened
answered
official
notice-by 2026-03-24
time-asked 2026-04-04
more-time 2026-04-05
silent
left
not-left
succeeded
late accepted
named
substantiated
prosecuted
repatriated
end-convicted
remedy-apology
promised-paternity
closed
reopened`)
}

// A wrong answer is set aside, with what the case had come to by it; a later one that
// had led nowhere counts then.
func TestAnAnswerSetAside(t *testing.T) {
	s := begin(t, "mss-criminal")
	s.answer(1, "informed")
	s.answer(2, "official")
	s.notice(3, 20)
	s.answer(3, "declines")
	s.answer(4, "told")
	s.do(casework.SetAside{Step: 4, Answer: 1, Ground: "mistake"})
	s.do(casework.SetAside{Step: 3, Answer: 1, Ground: "forged"})
	s.answer(3, "accepts")
	s.notice(5, 20)
	s.do(casework.SetAside{Step: 3, Answer: 2, Ground: "other", Note: "x"})
	s.answer(3, "declines")
	s.answer(3, "accepts")
	s.do(casework.SetAside{Step: 3, Answer: 3, Ground: "mistake"})
	s.tells(`
opened
answered
official
notice-by 2026-03-24
declined end-no-forum
closed
aside-office open-again
aside-forged waits-again
accepted
notice-by 2026-03-30
aside-other waits-again notice-withdrawn
declined end-no-forum
moved
aside-mistake counts-now accepted`)
}

// A letter that came in time, and is written down after its day, takes back the silence.
func TestALetterInTimeLiftsTheSilence(t *testing.T) {
	s := begin(t, "mss-criminal")
	s.answer(1, "informed")
	s.notice(2, 10)
	s.day += 20
	s.do(casework.NoteSilence{Step: 2})
	events, err := casework.Decide(&s.c, "o", casework.RecordAnswer{Step: 2, Answer: casework.Answer{Answer: "official", How: "letter", Standard: casework.NotStated}}, s.day-15, s.day)
	if err != nil {
		t.Fatal(err)
	}
	events[0].Case, events[0].Index = "c", uint64(len(s.events)+1)
	s.events = append(s.events, events[0])
	s.tells(`
opened
answered
notice-by 2026-03-13
silent
in-time official`)
}

// A civil claim is kept from the court by a certificate, and nobody hears it; or
// somebody does.
func TestAClaimAndACertificate(t *testing.T) {
	s := begin(t, "mss-civil")
	s.notice(1, 30)
	s.notice(1, 40)
	s.do(casework.WithdrawNotice{Step: 1, Notice: 2})
	s.do(casework.Acknowledge{Step: 1, Notice: 1})
	s.answer(1, "official")
	s.answer(2, "none")
	s.answer(3, "told")
	s.tells(`
opened
notice-by 2026-04-01
reminder-by 2026-04-12
notice-withdrawn
received
certificate
declined end-no-forum
closed`)

	// After silence the office asks again, by a new day.
	s = begin(t, "mss-civil")
	s.notice(1, 30)
	s.day += 40
	s.do(casework.NoteSilence{Step: 1})
	s.notice(1, 30)
	s.tells(`
opened
notice-by 2026-04-01
silent
reminder-by 2026-05-13`)

	s = begin(t, "mss-civil")
	s.answer(1, "official")
	s.answer(2, "named")
	s.answer(3, "filed")
	s.answer(4, "awards")
	s.tells(`
opened
certificate
forum your-turn
claim-filed
end-compensated`)
}

// The words of sexual exploitation: help first, and what the person does not want
// is no lack of action.
func TestHelpComesFirst(t *testing.T) {
	s := begin(t, "mss-complaint")
	s.answer(1, "received")
	s.answer(2, "sea")
	s.do(casework.MoveClock{Step: 4, Move: casework.Move{Kind: casework.Paused, Ground: "consent"}})
	s.do(casework.MoveClock{Step: 4, Move: casework.Move{Kind: casework.Resumed, Ground: "consent"}})
	s.answer(3, "not-wished")
	s.answer(4, "not-substantiated")
	s.tells(`
opened
answered
answered
paused-consent
resumed
end-not-wished
end-not-substantiated`)
}

// What was erased of a case is told to nobody, and hides nothing else.
func TestWhatWasErasedIsNotTold(t *testing.T) {
	s := begin(t, "mss-criminal")
	s.answer(1, "informed")
	for i := range s.events {
		s.events[i] = casework.Event{Index: s.events[i].Index}
	}
	s.tells("")
}

// Every code has words in every language, and no words are left over. None of them
// says who is accused, who told, or under which number, and all are simple.
func TestEveryCodeHasWords(t *testing.T) {
	codes := Codes()
	pointing := regexp.MustCompile(`(?i)\b(police|polis|policía|soldier|soldat|solda|soldado|army|force|fòs|fuerza|mission|misyon|misión|state|état|eta|estado|kenya|number|numéro|nimewo|número)\b`)
	for _, lang := range locale.Langs {
		c := locale.In(lang)
		for _, code := range codes {
			if !c.Has("told." + code) {
				t.Errorf("%s: there are no words for %s", lang, code)
			}
		}
		for _, key := range c.Keys() {
			code, ours := strings.CutPrefix(key, "told.")
			if !ours || code == "on" {
				continue
			}
			if !slices.Contains(codes, code) {
				t.Errorf("%s: %s is the words of nothing", lang, key)
			}
			words := c.Say(key, "until", "X")
			if m := pointing.FindString(words); m != "" {
				t.Errorf("%s: %s says %q: %s", lang, key, m, words)
			}
			for sentence := range strings.SplitSeq(regexp.MustCompile(`[.?!:;] `).ReplaceAllString(words+" ", "\n"), "\n") {
				if n := len(strings.Fields(sentence)); n > 24 {
					t.Errorf("%s: %s has a sentence of %d words: %s", lang, key, n, sentence)
				}
			}
		}
	}
}

// Every sort of event and of answer is told of, or it is known here that it is not.
func TestEverythingThatHappensIsThoughtOf(t *testing.T) {
	untold := []string{
		"case.assigned", "case.walled", "state.named", "allegation.added", "publication.asked", "publication.withdrawn", "retraction.asked", "step.reminded", "procedure.adopted", "consent.stands",
		"casework.erasure.asked", "casework.erasure.dropped", "casework.erased", "evidence.taken", "evidence.handled", // of no use to the person
		"notice.sent", "case.stopped", "extension.taken-back", // see after
	}
	c := &casework.Case{Procedure: &instrument.Procedure{Steps: []instrument.Step{{ID: "s", Answers: []instrument.Branch{{ID: "a", Kind: instrument.Accepted, Then: []string{"s"}}}}}}}
	c.Steps = []casework.Step{{N: 1, ID: "s"}}
	for _, what := range casework.EventTypes() {
		e := &casework.Event{
			Type: what, Step: 1, Notice: &casework.Notice{N: 1}, Move: &casework.Move{}, Answer: &casework.Answer{Answer: "a"}, Aside: &casework.Aside{Answer: 1, Ground: "mistake"},
			Remedy: &casework.Remedy{Kind: "apology"}, Opened: &casework.Opened{}, Handed: &casework.Handed{},
		}
		w := new(intake.Word)
		before(c, e, w)
		if said := len(w.Words) > 0; said == slices.Contains(untold, what) {
			t.Errorf("whether %s is told: %t", what, said)
		}
	}
	for _, kind := range instrument.AnswerKinds {
		c.Procedure.Steps[0].Answers[0].Kind = kind
		said := answered(c, &c.Steps[0], &casework.Answer{Answer: "a"}, instrument.SendState)
		if kind == instrument.Unfounded {
			continue // the end says it
		}
		if len(said) == 0 || !slices.Contains(Codes(), said[0]) {
			t.Errorf("an answer %s says %q", kind, said)
		}
	}
}

// An end that two steps lead to is told once; what led to it later is told as itself.
func TestEndIsToldOnce(t *testing.T) {
	s := begin(t, "mss-flagrante")
	s.answer(1, "handed-over")
	s.answer(2, "confirmed")
	s.answer(3, "informed")
	if said := s.said(); strings.Count(said, "end-handed-over") != 1 || !strings.HasSuffix(said, "\nanswered") {
		t.Errorf("the person is told\n%s", said)
	}
}

// At a hand-over the person is told that the office has yet to open what comes next, and
// not that all is over; when it is open, that it goes on: once, in the next case, or in
// this one where the next was there before.
func TestHandOverIsTold(t *testing.T) {
	s := begin(t, "mss-flagrante")
	s.answer(1, "released")
	s.answer(2, "informed")
	if said := s.said(); !strings.HasSuffix(said, "\nend-handed-over") {
		t.Errorf("the person is told\n%s", said)
	}
	handed := func(next bool) {
		e := casework.Event{
			Type: "case.handed", Case: "c", On: s.day, By: "o", Index: uint64(len(s.events) + 1), End: "criminal",
			Handed: &casework.Handed{Onward: casework.Onward{Case: "n", Allegations: []string{"a"}}, Next: next},
		}
		s.events = append(s.events, e)
	}
	before := s.said()
	handed(true)
	if said := s.said(); said != before {
		t.Errorf("of the next case the person is told here\n%s", said)
	}
	s.events = s.events[:len(s.events)-1]
	handed(false)
	if said := s.said(); said != before+"\ngoes-on" {
		t.Errorf("the person is told\n%s", said)
	}
	s.events = append(s.events, casework.Event{
		Type: "case.parted", Case: "c", On: s.day, By: "o", Index: uint64(len(s.events) + 1), End: "criminal",
		Handed: &casework.Handed{Onward: casework.Onward{Case: "n", Allegations: []string{"a"}}},
	})
	if said := s.said(); said != before+"\ngoes-on\ngoes-on-not" {
		t.Errorf("where it goes on no more, the person is told\n%s", said)
	}
	next := begin(t, "mss-criminal")
	next.events[0].Opened.From, next.events[0].Opened.End = "c", "criminal"
	if said := next.said(); said != "opened-next" {
		t.Errorf("the next case begins with %q", said)
	}
}

// More time that was given by mistake is taken back, and whoever was told of it is told
// that.
func TestAnExtensionTakenBack(t *testing.T) {
	s := begin(t, "mss-criminal")
	s.answer(1, "informed")
	s.notice(2, 10)
	s.do(casework.MoveClock{Step: 2, Move: casework.Move{Kind: casework.Extended, To: s.day + 60, Ground: "asked"}})
	s.day += 20
	s.do(casework.TakeBack{Step: 2, Move: 1, Ground: "forged"})
	s.do(casework.MoveClock{Step: 2, Move: casework.Move{Kind: casework.Extended, To: s.day + 60, Ground: "asked"}})
	s.do(casework.MoveClock{Step: 2, Move: casework.Move{Kind: casework.Paused, Ground: "safety"}})
	s.do(casework.TakeBack{Step: 2, Move: 2, Ground: "mistake"})
	s.tells(`
opened
answered
notice-by 2026-03-13
more-time 2026-05-03
time-back-by 2026-04-01
more-time 2026-05-25
paused
time-back`)
}

// A silence on a letter that is withdrawn does not count any more, and the person who was
// told of it is told that.
func TestASilenceOnAWithdrawnLetter(t *testing.T) {
	s := begin(t, "mss-criminal")
	s.answer(1, "informed")
	s.notice(2, 10)
	s.day += 20
	s.do(casework.NoteSilence{Step: 2})
	s.do(casework.WithdrawNotice{Step: 2, Notice: 1})
	s.notice(2, 10)
	s.do(casework.WithdrawNotice{Step: 2, Notice: 2})
	s.tells(`
opened
answered
notice-by 2026-03-13
silent
notice-withdrawn silent-no-more
reminder-by 2026-04-05
notice-withdrawn`)
}
