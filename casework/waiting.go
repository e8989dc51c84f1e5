package casework

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"temwen/record"
	"temwen/when"
)

// Wait is how a step waits that falls due on no day, so that no clock brings it to
// mind.
type Wait string

// The ways. Every step that waits has a day, is silent, or waits in one of these.
const (
	WaitOffice Wait = "office" // nobody is asked, or what came led on nowhere: the office's own next move
	WaitAsked  Wait = "asked"  // a letter asks, and sets no day
	WaitPaused Wait = "paused" // its clock is stopped
)

// Waits are all of them, in the order of what the office can do.
var Waits = []Wait{WaitOffice, WaitAsked, WaitPaused}

// code is what the table says of it, and 0 of none.
func (w Wait) code() int { return slices.Index(Waits, w) + 1 }

// waiting is how a step waits for which the table has a day and a silence; since is the
// day from which it does, and ground why its clock is stopped.
func (c *Case) waiting(s *Step, due int64, silent int) (w Wait, since when.Day, ground string) {
	if s.Over || silent == silentStill {
		return "", 0, ""
	}
	if c.isPaused(s) {
		stop := s.Moves[len(s.Moves)-1] // a clock that is stopped is not extended
		for _, m := range slices.Backward(s.Moves) {
			if m.Kind == Paused {
				stop = m
				break
			}
		}
		return WaitPaused, stop.On, stop.Ground
	}
	if due != noDay && silent == silentNot {
		return "", 0, ""
	}
	since = s.Begun
	if s.Again != nil {
		since = max(since, *s.Again)
	}
	asked := when.Day(0)
	for _, n := range s.Notices {
		if n.Withdrawn == nil {
			asked = max(asked, n.Sent)
		} else {
			since = max(since, *n.Withdrawn)
		}
	}
	if asked > 0 && !c.said(s, asked) {
		return WaitAsked, asked, ""
	}
	for _, a := range s.Answers {
		if a.Stands() && !c.acknowledges(s, a.Answer) {
			since = max(since, a.On)
		}
	}
	return WaitOffice, since, ""
}

// Waiting asks for a page of the steps that wait in one way.
type Waiting struct {
	Wait  Wait
	After string // WaitingPage.Next of the page before, or empty
	Limit int
	For   string // who asks: cases that they are kept from are left out
	Own   bool   // and so are those that are not theirs
}

// WaitingPage is a page of steps that wait, those first that have done so for longest.
type WaitingPage struct {
	Steps []Falling
	Next  string // empty at the end
	// Count is how many there are on all pages, MostCounted + 1 for more than that.
	Count int
}

// MostCounted is how far the steps that wait, and the cases on which nobody works, are
// counted: the cost of a page is bounded.
const MostCounted = 1000

// Waiting is a page of steps that fall due on no day.
func (k *Cases) Waiting(ctx context.Context, q Waiting) (page WaitingPage, err error) {
	var last place
	if q.After != "" {
		if n, err := fmt.Sscanf(q.After, "%d.%d.%d", &last.due, &last.docket, &last.n); n != 3 || err != nil {
			return page, refuse(CodeUnknown)
		}
	} else {
		last.due = when.Earliest
	}
	// In the words of the query: SQLite plans one anew whose argument is another.
	where, args := fmt.Sprintf(`s.wait = %d`, q.Wait.code()), []any(nil)
	if q.For != "" && q.Own {
		where, args = where+` AND s.officer = $1`, append(args, q.For)
	}
	err = k.view(ctx, func(t *record.Tables) error {
		unwalled, err := apart(ctx, t, q.For, "s.docket")
		if err != nil {
			return err
		}
		where += unwalled
		if page.Count, err = counted(ctx, t, `{step} s WHERE `+where, args); err != nil {
			return err
		}
		n := len(args)
		rows, err := t.Query(ctx, fmt.Sprintf(`SELECT d.id, d.number, s.step, s.n, s.since, s.ground, s.officer, d.actor, d.follows, d.procedure, s.docket
			FROM (SELECT s.* FROM {step} s WHERE %s AND (s.since, s.docket, s.n) > ($%d, $%d, $%d) ORDER BY s.since, s.docket, s.n LIMIT $%d) s
			JOIN {docket} d ON d.idx = s.docket ORDER BY s.since, s.docket, s.n`, where, n+1, n+2, n+3, n+4),
			append(args, int64(last.due), last.docket, last.n, q.Limit+1)...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if len(page.Steps) == q.Limit {
				page.Next = fmt.Sprintf("%d.%d.%d", last.due, last.docket, last.n)
				break
			}
			var f Falling
			var follows uint64
			var sum []byte
			if err := rows.Scan(&f.Case, &f.Number, &f.Step, &f.N, &f.Since, &f.Ground, &f.Officer, &f.State, &follows, &sum, &last.docket); err != nil {
				return err
			}
			last.due, last.n = f.Since, f.N
			if err := f.name(ctx, t, follows, sum); err != nil {
				return err
			}
			page.Steps = append(page.Steps, f)
		}
		return rows.Err()
	})
	return page, err
}

// counted is how many rows there are, MostCounted + 1 for more than that.
func counted(ctx context.Context, t *record.Tables, from string, args []any) (n int, err error) {
	_, err = t.Scan(ctx, fmt.Sprintf(`SELECT COUNT(*) FROM (SELECT 1 FROM %s LIMIT %d) c`, from, MostCounted+1), args, &n)
	return n, err
}

// Unworked asks for a page of the open cases that some officers have.
type Unworked struct {
	Officers []string // empty for nobody
	After    string   // Page.Next of the page before, or empty
	Limit    int
	For      string // who asks: cases that they are kept from are left out
}

// Unworked is a page of the open cases of officers who are not there to work on them, the first to fall due
// first, and how many there are on all pages: MostCounted + 1 for more than that.
func (k *Cases) Unworked(ctx context.Context, q Unworked) (page Page, count int, err error) {
	type at struct{ due, idx int64 }
	after := at{int64(when.Earliest), -1}
	if q.After != "" {
		if n, err := fmt.Sscanf(q.After, "%d.%d", &after.due, &after.idx); n != 2 || err != nil {
			return page, 0, refuse(CodeUnknown)
		}
	}
	err = k.view(ctx, func(t *record.Tables) error {
		unwalled, err := apart(ctx, t, q.For, "idx")
		if err != nil {
			return err
		}
		var places []at
		for _, officer := range q.Officers { // the first of each: an index has them in order
			n, err := counted(ctx, t, `{docket} WHERE officer = $1 AND closed = 0`+unwalled, []any{officer})
			if err != nil {
				return err
			}
			count = min(count+n, MostCounted+1)
			rows, err := t.Query(ctx, `SELECT due, idx FROM {docket} WHERE officer = $1 AND closed = 0 AND (due, idx) > ($2, $3)`+unwalled+` ORDER BY due, idx LIMIT $4`,
				officer, after.due, after.idx, q.Limit+1)
			if err != nil {
				return err
			}
			for rows.Next() {
				var p at
				if err := rows.Scan(&p.due, &p.idx); err != nil {
					return errors.Join(err, rows.Close())
				}
				places = append(places, p)
			}
			if err := errors.Join(rows.Err(), rows.Close()); err != nil {
				return err
			}
		}
		slices.SortFunc(places, func(a, b at) int { return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.idx, b.idx)) })
		for i, p := range places[:min(len(places), q.Limit)] {
			var state, sum []byte
			if _, err := t.Scan(ctx, `SELECT state, procedure FROM {docket} WHERE idx = $1`, []any{p.idx}, &state, &sum); err != nil {
				return err
			}
			c, err := readCase(ctx, t, uint64(p.idx), state, sum)
			if err != nil {
				return err
			}
			page.Cases = append(page.Cases, c)
			if i == q.Limit-1 && len(places) > q.Limit {
				page.Next = fmt.Sprintf("%d.%d", p.due, p.idx)
			}
		}
		return nil
	})
	return page, count, err
}
