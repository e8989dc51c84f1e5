package desk

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"temwen/casework"
	"temwen/instrument"
	"temwen/locale"
	"temwen/publish"
	"temwen/record"
	"temwen/when"
)

// Writer writes the letters of an office, from its cases and from what is known of its
// missions. What it has written is kept as it was: nobody writes a letter again that was
// sent.
type Writer struct {
	View   *publish.View
	Office locale.Text // its name
}

// Writing is what is chosen for a letter.
type Writing struct {
	Lang locale.Lang
	Day  when.Day  // that it bears
	By   *when.Day // the office's own, or nil where the text sets one
	// Facts are what is alleged, each in a line, or none.
	Facts [][]casework.Phrase
	// Answers is the address below which it can be answered, and Link the hash of the
	// token that follows; or both are empty.
	Answers, Link string
}

// Letter is the next letter of a step of a case.
func (w *Writer) Letter(c *casework.Case, s *casework.Step, o Writing) *casework.Letter {
	p := c.Procedure.Step(s.ID)
	l := &lines{words: publish.In(o.Lang), Letter: &casework.Letter{
		V: casework.LetterVersion, Lang: o.Lang, Case: c.Number, Step: s.N, Notice: len(s.Notices) + 1, Day: o.Day, By: o.By, Link: o.Link,
	}}
	l.add(casework.PartFrom, l.text(w.Office))
	l.add(casework.PartDay, l.plain(l.words.Day(o.Day)))
	l.add(casework.PartTo, l.say("case.letter.to"), l.plain(" "), l.say("procedure.role."+string(p.Who)))
	if a := w.View.Actor(c.State); p.Who == instrument.SendState && a != nil {
		l.add(casework.PartTo, l.text(a.Name))
	}
	l.add(casework.PartRef, l.say("case.letter.ref", "case", strconv.Itoa(l.Case), "step", strconv.Itoa(l.Step), "notice", strconv.Itoa(l.Notice)))
	if stands(s) {
		l.add(casework.PartRef, l.say("case.letter.reminder"))
	}
	l.add(casework.PartTitle, l.text(p.Title))
	if len(o.Facts) > 0 {
		l.add(casework.PartText, l.say("case.letter.facts"))
	}
	for _, fact := range o.Facts {
		l.add(casework.PartItem, fact...)
	}
	l.add(casework.PartHeading, l.say("case.letter.asks"))
	l.add(casework.PartText, l.text(p.Asks))
	if says := l.text(p.Discharge); says.Words != "" {
		l.add(casework.PartText, l.say("case.letter.discharge"), l.plain(" "), says)
	}
	if slices.ContainsFunc(p.Answers, func(b instrument.Branch) bool { return b.Kind.Finds() }) {
		l.add(casework.PartText, l.say("case.letter.standard"))
	}
	w.clause(l, c, p)
	w.when(l, c, s, o)
	if len(c.Away()) > 0 {
		l.add(casework.PartText, l.say("case.letter.left"))
	}
	if o.Link != "" {
		l.add(casework.PartHeading, l.say("case.letter.how"))
		l.add(casework.PartText, l.say("case.letter.link"))
		l.add(casework.PartLink, l.plain(strings.TrimSuffix(o.Answers, "/")+"/"+string(o.Lang)+"/"))
		l.add(casework.PartText, l.say("case.letter.code"))
	}
	l.add(casework.PartEnd, l.text(w.Office))
	return l.Letter
}

// clause says what the letter rests on.
func (w *Writer) clause(l *lines, c *casework.Case, p *instrument.Step) {
	clause := w.View.Clause(c.Procedure.Clause(p.Provision))
	l.add(casework.PartHeading, l.say("case.letter.clause"))
	cites, says := l.words.Clause(clause.ProvisionRef), l.text(clause.Says)
	if says.Words != "" {
		cites = l.words.Label(cites, "")
	}
	l.add(casework.PartText, l.plain(cites), says)
	if clause.Knowledge != "" && clause.Knowledge != instrument.ReadInText {
		l.add(casework.PartKnown, l.say("case.letter.knowledge."+string(clause.Knowledge)))
	}
}

// when says by when, and what that day rests on.
func (w *Writer) when(l *lines, c *casework.Case, s *casework.Step, o Writing) {
	clock := c.Procedure.Step(s.ID).Clock
	l.add(casework.PartHeading, l.say("case.letter.when"))
	due, has := c.Due(s, o.Day)
	switch says, _, ok := clock.Words.In(o.Lang); {
	case o.By != nil && says != "" && ok:
		l.add(casework.PartBy, l.say("case.letter.by", "day", l.words.Day(*o.By)))
		l.add(casework.PartText, l.say("case.letter.ours", "words", strings.TrimSuffix(says, ".")))
	case o.By != nil:
		l.add(casework.PartBy, l.say("case.letter.by", "day", l.words.Day(*o.By)))
		l.add(casework.PartText, l.say("case.letter.ours.plain"))
	case has:
		l.add(casework.PartBy, l.say("case.letter.by", "day", l.words.Day(due)))
		l.add(casework.PartText, l.say("case.letter.text", "period", l.words.Period(clock.Within, clock.Working)))
	}
	l.add(casework.PartText, l.say("case.letter.silence"))
}

// lines are a letter that is being written.
type lines struct {
	*casework.Letter
	words publish.Words
}

// add adds a part; without words there is none.
func (l *lines) add(is string, words ...casework.Phrase) {
	words = slices.DeleteFunc(words, func(p casework.Phrase) bool { return p.Words == "" })
	if len(words) > 0 {
		l.Parts = append(l.Parts, casework.Part{Is: is, Words: words})
	}
}

func (l *lines) plain(words string) casework.Phrase { return casework.Phrase{Words: words} }

func (l *lines) say(key string, args ...any) casework.Phrase {
	return l.plain(l.words.Say(key, args...))
}

func (l *lines) text(t locale.Text) casework.Phrase { return phrase(textIn(t, l.Lang)) }

func phrase(t text) casework.Phrase { return casework.Phrase(t) }

// writ is a letter as the pages show it: the kept words and nothing else, and below
// them the SHA-256 of what is kept.
type writ struct {
	*casework.Letter
	Sum   string
	Token string // what follows the link, on the letter that is to be sent; else empty
}

// T says a message of the foot, in the letter's language.
func (l *writ) T(key string, args ...any) string { return locale.In(l.Lang).Say(key, args...) }

// block is parts of one kind that are shown together.
type block struct {
	Is    string
	Parts []casework.Part
}

// Blocks are the parts of the letter; lines that follow each other are one.
func (l *writ) Blocks() []block {
	together := []string{casework.PartTo, casework.PartRef, casework.PartItem}
	var list []block
	for _, p := range l.Parts {
		if n := len(list); n > 0 && list[n-1].Is == p.Is && slices.Contains(together, p.Is) {
			list[n-1].Parts = append(list[n-1].Parts, p)
			continue
		}
		list = append(list, block{p.Is, []casework.Part{p}})
	}
	return list
}

// sentLetter is a letter that was sent, and what happened since.
type sentLetter struct {
	Writ    *writ // nil where it is not kept, or what is kept is another
	Damaged bool
	Ref     string   // which letter it is
	Later   []string // each with its day, the first first
}

// sent is the letter of a notice as it is kept. It is never written anew.
func sent(ctx context.Context, cases Cases, said publish.Words, today when.Day, c *casework.Case, s *casework.Step, n *casework.Notice) (*sentLetter, error) {
	l := &sentLetter{
		Ref:   said.Say("case.letter.ref", "case", strconv.Itoa(c.Number), "step", strconv.Itoa(s.N), "notice", strconv.Itoa(n.N)),
		Later: later(said, today, c, s, n),
	}
	if n.Letter == "" {
		return l, nil
	}
	b, err := cases.Letter(ctx, c.ID, s.N, n.N)
	if errors.Is(err, record.ErrDamaged) {
		l.Damaged = true
		return l, nil
	}
	if err != nil {
		return nil, err
	}
	letter, err := casework.ParseLetter(b)
	l.Writ = &writ{Letter: letter, Sum: n.Letter}
	return l, err
}

// later is what happened to a step since a letter was sent in it, and how it stands
// today. None of it stands in the letter.
func later(said publish.Words, today when.Day, c *casework.Case, s *casework.Step, n *casework.Notice) []string {
	type happening struct {
		on    when.Day
		words string
	}
	var list []happening
	add := func(on when.Day, key string, args ...any) {
		list = append(list, happening{on, said.Say("case.later."+key, append(args, "day", said.Day(on))...)})
	}
	for _, d := range []struct {
		on  *when.Day
		key string
	}{{n.Acknowledged, "acknowledged"}, {n.Silent, "silent"}, {n.Withdrawn, "withdrawn"}} {
		if d.on != nil {
			add(*d.on, d.key)
		}
	}
	if s.Silence != nil && *s.Silence > n.Sent && n.Silent == nil {
		add(*s.Silence, "silent")
	}
	if l := s.Lifted; l != nil && l.From > n.Sent {
		key := "lifted"
		if l.Notice > 0 {
			key = "lifted.withdrawn"
		}
		add(l.Until, key, "from", said.Day(l.From))
	}
	for _, o := range s.Notices[n.N:] {
		add(o.Sent, "letter", "number", strconv.Itoa(o.N))
	}
	for _, m := range slices.Concat(s.Asked, s.Moves) {
		switch {
		case m.On < n.Sent:
		case m.To != 0:
			add(m.On, string(m.Kind), "to", said.Day(m.To))
			if m.Aside != nil {
				add(m.Aside.On, "taken-back", "to", said.Day(m.To))
			}
		default:
			add(m.On, string(m.Kind))
		}
	}
	for _, a := range s.Answers {
		if a.On >= n.Sent {
			title := a.Answer // an adopted version may have no such answer
			if b := c.AnswerOf(s, a.Answer); b != nil {
				title = said.Text(b.Title)
			}
			add(a.On, "answer", "answer", title)
			if !a.Stands() {
				add(a.Aside.On, "aside", "answer", title)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b happening) int { return int(a.on) - int(b.on) })
	var words []string
	for _, h := range list {
		words = append(words, h.words)
	}
	switch due, has := c.Due(s, today); {
	case s.Over:
		words = append(words, said.Say("case.later.over"))
	case c.Paused(s):
	case has:
		words = append(words, said.Say("case.later.due", "day", said.Day(today), "due", said.Day(due)))
	}
	return words
}

// stands tells whether a letter of the step was sent and not withdrawn: another one reminds
// of it.
func stands(s *casework.Step) bool {
	return slices.ContainsFunc(s.Notices, func(n casework.Notice) bool { return n.Withdrawn == nil })
}
