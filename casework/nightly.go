package casework

import (
	"context"
	"encoding/json"
	"errors"
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

// reminds reports whether an officer is to send a reminder of a step's day: it was
// noted that it comes near, and since then nobody has answered or sent a letter.
func (c *Case) reminds(s *Step, due int64) bool {
	return s.Reminded != nil && int64(s.RemindedOf) == due && !s.Over && !c.said(s, *s.Reminded) &&
		!slices.ContainsFunc(s.Notices, func(n Notice) bool { return n.Withdrawn == nil && n.Sent >= *s.Reminded })
}

// Pass is what a pass over all clocks has noted.
type Pass struct{ Silences, Reminders int }

// Pass goes over all clocks once: it notes silences, then reminders.
func (k *Cases) Pass(ctx context.Context) (p Pass, err error) {
	var silences, reminders error
	p.Silences, silences = k.NoteSilences(ctx)
	p.Reminders, reminders = k.NoteReminders(ctx)
	return p, errors.Join(silences, reminders)
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

// NoteReminders notes of each step whose day comes near that it is to be reminded
// of. It returns how many there were.
func (k *Cases) NoteReminders(ctx context.Context) (n int, err error) {
	near, err := k.near(ctx)
	if err != nil {
		return 0, err
	}
	return k.noteEach(ctx, near, func(n int) Command { return NoteReminder{n} })
}

// near are steps whose day comes near and that nobody was reminded of.
func (k *Cases) near(ctx context.Context) ([]Falling, error) {
	var list []Falling
	err := k.view(ctx, func(t *record.Tables) error {
		rows, err := t.Query(ctx, `SELECT d.id, s.n, s.due, d.state FROM {step} s JOIN {docket} d ON d.idx = s.docket
			WHERE s.waits = 1 AND s.silent = 0 AND s.due >= $1 AND s.due <= $2 ORDER BY s.due`, int64(k.today()), int64(k.today()+remindBefore))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var f Falling
			var state []byte
			if err := rows.Scan(&f.Case, &f.N, &f.Due, &state); err != nil {
				return err
			}
			var c Case
			if err := json.Unmarshal(state, &c); err != nil {
				return err
			}
			if s := c.Step(f.N); s != nil && (s.Reminded == nil || s.RemindedOf != f.Due) {
				list = append(list, f)
			}
		}
		return rows.Err()
	})
	return list, err
}
