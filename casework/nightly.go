package casework

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"temwen/record"
	"temwen/when"
)

// NoteReminder records that the day of a step comes near, so that an officer sends
// its recipient a reminder in time.
type NoteReminder struct{ Step int }

// remindBefore is how long before its day a step is reminded of: as long as it
// counts as due.
const remindBefore = when.Day(7)

func (n NoteReminder) decide(d *decision) error {
	s, err := d.step(n.Step, true)
	if err != nil {
		return err
	}
	due, has := d.c.Due(s, d.on)
	if s.Reminded != nil && s.RemindedOf == due {
		return nil
	}
	if !has || due < d.on || due > d.on+remindBefore || d.c.isPaused(s) {
		return refuse(CodeRunning)
	}
	return d.happen(Event{Type: stepReminded, Step: n.Step})
}

// reminder is what the table says of a step that falls due on a day: an officer is to
// send a reminder from when it was noted until somebody answers or sends a letter.
func (c *Case) reminder(s *Step, due int64) int {
	switch {
	case s.Reminded == nil || int64(s.RemindedOf) != due || s.Over:
		return reminderNot
	case c.said(s, *s.Reminded) || slices.ContainsFunc(s.Notices, func(n Notice) bool { return n.Withdrawn == nil && n.Sent >= *s.Reminded }):
		return reminderDone
	}
	return reminderDue
}

// Pass is what a pass over all clocks has noted.
type Pass struct{ Silences, Reminders int }

// together is how many steps a pass goes through in one transaction. In between, whoever
// reports or works at the desk has their turn.
const together = 100

// Pass goes over all clocks once: it notes silences, then reminders, some at a time,
// each time in a transaction of its own. A process that is killed has noted some,
// and the next pass notes the others. What cannot be noted is tried again the next
// time, and keeps no other from being noted, unless the disk is full. progress hears
// of how many steps the pass has gone through, of those that there were when it began.
func (k *Cases) Pass(ctx context.Context, progress ...record.Progress) (p Pass, err error) {
	g := &going{Cases: k}
	if len(progress) > 0 {
		for _, r := range []*round{k.silences(), k.reminders()} {
			n, err := k.count(ctx, r)
			if err != nil {
				return p, err
			}
			g.total += n
		}
		g.progress = progress[0]
		g.tell(0)
	}
	p.Silences, err = g.through(ctx, k.silences())
	if err == nil {
		p.Reminders, err = g.through(ctx, k.reminders())
	}
	if err == nil {
		err = g.failure()
	}
	return p, err
}

// NoteSilences makes an event of each silence that is none yet, as Pass does, and
// returns how many there were.
func (k *Cases) NoteSilences(ctx context.Context) (int, error) { return k.only(ctx, k.silences()) }

// NoteReminders notes of each step whose day comes near that it is to be reminded
// of, as Pass does, and returns how many there were.
func (k *Cases) NoteReminders(ctx context.Context) (int, error) { return k.only(ctx, k.reminders()) }

func (k *Cases) only(ctx context.Context, r *round) (int, error) {
	g := &going{Cases: k}
	n, err := g.through(ctx, r)
	return n, cmp.Or(err, g.failure())
}

// round is one of the two things that a pass does: the steps in question, by a condition
// on {step} s and their days, and the command that notes it of one.
type round struct {
	where    string
	from, to when.Day
	command  func(step int) Command
}

// silences is about steps whose day has passed and that are not silent yet.
func (k *Cases) silences() *round {
	return &round{`s.waits = 1 AND s.silent = 0`, when.Earliest, k.today() - 1, func(n int) Command { return NoteSilence{n} }}
}

// reminders is about steps whose day comes near and that nobody was reminded of.
func (k *Cases) reminders() *round {
	return &round{`s.waits = 1 AND s.silent = 0 AND s.reminder = 0`, k.today(), k.today() + remindBefore, func(n int) Command { return NoteReminder{n} }}
}

// place is a step, and its place in the order of days.
type place struct {
	id     string // of the case
	n      int
	due    when.Day
	docket int64
}

// after are the steps of a round that come after a place, some of them.
func (k *Cases) after(ctx context.Context, r *round, last place) (list []place, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		rows, err := t.Query(ctx, `SELECT d.id, s.n, s.due, s.docket FROM {step} s JOIN {docket} d ON d.idx = s.docket
			WHERE `+r.where+` AND s.due <= $1 AND (s.due, s.docket, s.n) > ($2, $3, $4) ORDER BY s.due, s.docket, s.n LIMIT $5`,
			int64(r.to), int64(last.due), last.docket, last.n, together)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var p place
			if err := rows.Scan(&p.id, &p.n, &p.due, &p.docket); err != nil {
				return err
			}
			list = append(list, p)
		}
		return rows.Err()
	})
	return list, err
}

// count is how many steps a round has.
func (k *Cases) count(ctx context.Context, r *round) (n int, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		_, err := t.Scan(ctx, `SELECT COUNT(*) FROM {step} s WHERE `+r.where+` AND s.due >= $1 AND s.due <= $2`, []any{int64(r.from), int64(r.to)}, &n)
		return err
	})
	return n, err
}

// going is a pass on its way.
type going struct {
	*Cases
	progress    record.Progress // or nil
	done, total int
	failed      int
	first       error // of what failed: all may fail alike
}

func (g *going) tell(n int) {
	g.done += n
	if g.progress != nil {
		g.progress(min(g.done, g.total), g.total)
	}
}

// failure says what could not be noted.
func (g *going) failure() error {
	if g.failed == 0 {
		return nil
	}
	return fmt.Errorf("%d steps could not be noted, for one: %w", g.failed, g.first)
}

// through goes through a round, and returns how much was noted. It errs where going on
// is of no use.
func (g *going) through(ctx context.Context, r *round) (n int, err error) {
	last := place{due: r.from, docket: -1}
	for {
		steps, err := g.after(ctx, r, last)
		if err != nil || len(steps) == 0 {
			return n, err
		}
		noted, err := g.note(ctx, steps, r.command)
		n += noted
		if err != nil {
			return n, err
		}
		g.tell(len(steps))
		last = steps[len(steps)-1]
	}
}

// note notes something of some steps in one transaction; where that fails, of each by
// itself.
func (g *going) note(ctx context.Context, steps []place, command func(step int) Command) (n int, err error) {
	act := &ticking{today: g.today(), steps: steps, command: command}
	_, err = g.store.Do(ctx, newKey(), act, g.now())
	switch {
	case err == nil:
		return act.noted, nil
	case ctx.Err() != nil || errors.Is(err, record.ErrFull):
		return 0, err
	case len(steps) == 1:
		g.failed, g.first = g.failed+1, cmp.Or(g.first, err)
		return 0, nil
	}
	for i := range steps {
		one, err := g.note(ctx, steps[i:i+1], command)
		n += one
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// ticking is the command by which the clock notes something of some steps.
type ticking struct {
	today   when.Day
	steps   []place
	command func(step int) Command
	noted   int
}

func (*ticking) Book() string { return bookName }
func (*ticking) Daily() bool  { return false }

// Digest implements record.Command.
func (c *ticking) Digest() record.Hash {
	h := sha256.New()
	for _, p := range c.steps {
		fmt.Fprintf(h, "%q %d %#v %d ", p.id, p.n, c.command(p.n), c.today)
	}
	return record.Hash(h.Sum(nil))
}

// Decide implements record.Act. What is refused, or whose case is gone, has changed
// meanwhile.
func (c *ticking) Decide(ctx context.Context, t *record.Tables) (drafts []record.Draft, err error) {
	c.noted = 0
	cases := make(map[string]*Case)
	for _, p := range c.steps {
		of, known := cases[p.id]
		if !known {
			if of, _, err = loadCase(ctx, t, p.id); err != nil {
				return nil, err
			}
			cases[p.id] = of
		}
		if of == nil {
			continue
		}
		events, err := Decide(of, "", c.command(p.n), c.today, c.today)
		if refused := (*Refused)(nil); errors.As(err, &refused) {
			continue
		} else if err != nil {
			return nil, err
		}
		for i := range events {
			of.Apply(&events[i])
		}
		some, err := draftsOf(p.id, events, nil)
		if err != nil {
			return nil, err
		}
		drafts = append(drafts, some...)
		if len(events) > 0 {
			c.noted++
		}
	}
	return drafts, nil
}

// Nightly makes a pass at once and then at every interval, an hour where 0, until
// ctx ends: a day begins at the office's midnight, and a pass in which nothing is
// to be noted only reads. told hears of each, and may be nil.
func (k *Cases) Nightly(ctx context.Context, every time.Duration, told func(Pass, error)) {
	if every <= 0 {
		every = time.Hour
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		p, err := k.Pass(ctx)
		if ctx.Err() != nil {
			return
		}
		if told != nil {
			told(p, err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
