package casework

import (
	"context"
	"fmt"
	"strings"

	"temwen/instrument"
	"temwen/locale"
	"temwen/record"
	"temwen/when"
)

// Falling is a step that falls due on a day, or fell silent after it.
type Falling struct {
	Case   string
	Number int
	Step   string // of the procedure
	N      int
	Due    when.Day
	Silent bool
	// Title is the procedure's own for the step, and Who must act in it.
	Title locale.Text
	Who   instrument.Role
	// State is the actor whose personnel the case is about, or empty.
	State string
	// Officer is who has the case.
	Officer string
	// Place is where in the order of what was asked for it stands: see Span.After.
	Place string
	// Since is the day from which it waits without a day, and Ground why its clock is
	// stopped; see Cases.Waiting.
	Since  when.Day
	Ground string
}

// name says what the step of a procedure is, and who must act in it.
func (f *Falling) name(ctx context.Context, t *record.Tables, follows uint64, sum []byte) error {
	procedure, err := procedures.of(ctx, t, follows, sum)
	if err != nil {
		return err
	}
	p := procedure.Step(f.Step)
	f.Title, f.Who = p.Title, p.Who
	return nil
}

// Span asks for steps by their days.
type Span struct {
	From, To when.Day // both included; a silent step's is the last on which it could be answered
	// Silent asks also for what is silent already, where what falls due is asked for.
	Silent bool
	Limit  int
	After  string // Falling.Place of the last one that was seen, or empty
	For    string // who asks: cases that they are kept from are left out
	Own    bool   // and so are those that are not theirs
}

// where is a condition on {step} s that asks for these days, and for whose cases,
// and its arguments.
func (s *Span) where() (condition string, args []any) {
	condition, args = `s.due >= $1 AND s.due <= $2`, []any{int64(s.From), int64(min(s.To, when.Latest-1))}
	if s.For != "" && s.Own {
		condition, args = condition+` AND s.officer = $3`, append(args, s.For)
	}
	return condition, args
}

// The ways in which a step stands on the board, as conditions on {step} s: it falls due,
// it is silent and still waited for, it is silent and the case has moved on. An index
// has the steps of each in the order of their days, and of two together the database
// would sort all.
var (
	falls   = fmt.Sprintf(`s.silent = %d AND s.waits = 1`, silentNot)
	silence = fmt.Sprintf(`s.silent = %d AND s.waits = 1`, silentStill)
	movedOn = fmt.Sprintf(`s.silent = %d AND s.waits = 0`, silentStill)
)

// ways are those in which what the span asks for falls due.
func (s *Span) ways() []string {
	if s.Silent {
		return []string{falls, silence}
	}
	return []string{falls}
}

// firstOf asks for some columns of the first of the steps that stand in some ways, in an
// order; limit is the number of the argument that says how many.
func firstOf(ways []string, columns, condition, order string, limit int) string {
	parts := make([]string, len(ways))
	for i, way := range ways {
		parts[i] = fmt.Sprintf(`SELECT * FROM (SELECT %s FROM {step} s WHERE %s AND %s ORDER BY %s LIMIT $%d)`, columns, way, condition, order, limit)
	}
	return fmt.Sprintf(`SELECT * FROM (%s) s ORDER BY %s LIMIT $%d`, strings.Join(parts, ` UNION ALL `), order, limit)
}

// Board is what falls due within a span across cases, the first first.
func (k *Cases) Board(ctx context.Context, span Span) ([]Falling, error) {
	return k.falling(ctx, span, ``, span.ways()...)
}

// PerDay is how much falls due on each day of a span, whatever its limit: MostCounted + 1
// for more than that. Each day is asked for by itself, so that one on which very much
// falls due costs no more than another.
func (k *Cases) PerDay(ctx context.Context, span Span) (map[when.Day]int, error) {
	days := make(map[when.Day]int)
	err := k.view(ctx, func(t *record.Tables) error {
		unwalled, err := apart(ctx, t, span.For, "s.docket")
		if err != nil {
			return err
		}
		for day := span.From; day <= span.To; day++ {
			on := span
			on.From, on.To = day, day
			condition, args := on.where()
			for _, way := range span.ways() {
				n, err := counted(ctx, t, `{step} s WHERE `+way+` AND `+condition+unwalled, args)
				if err != nil {
					return err
				}
				if n > 0 {
					days[day] = min(days[day]+n, MostCounted+1)
				}
			}
		}
		return nil
	})
	return days, err
}

// Unanswered are the steps of a span that nobody has answered in time, those of
// late first: also where the case has moved on since, and waits for somebody
// else.
func (k *Cases) Unanswered(ctx context.Context, span Span) ([]Falling, error) {
	return k.falling(ctx, span, ` DESC`, silence, movedOn)
}

// ToRemind are the steps of a span of which an officer is to send a reminder, the
// first to fall due first.
func (k *Cases) ToRemind(ctx context.Context, span Span) ([]Falling, error) {
	return k.falling(ctx, span, ``, fmt.Sprintf(`s.reminder = %d AND %s`, reminderDue, falls))
}

// falling finds the steps of a span that stand in some ways, by their days: the last
// first where order is DESC. Each way is looked up by itself: see falls.
func (k *Cases) falling(ctx context.Context, span Span, order string, ways ...string) ([]Falling, error) {
	condition, args := span.where()
	if span.After != "" {
		var due, docket, n int64
		if got, err := fmt.Sscanf(span.After, "%d.%d.%d", &due, &docket, &n); got != 3 || err != nil {
			return nil, refuse(CodeUnknown)
		}
		follows := ">"
		if order != "" {
			follows = "<"
		}
		condition += fmt.Sprintf(` AND (s.due, s.docket, s.n) %s ($%d, $%d, $%d)`, follows, len(args)+1, len(args)+2, len(args)+3)
		args = append(args, due, docket, n)
	}
	order = fmt.Sprintf(`s.due%[1]s, s.docket%[1]s, s.n%[1]s`, order)
	args = append(args, span.Limit)
	var list []Falling
	err := k.view(ctx, func(t *record.Tables) error {
		unwalled, err := apart(ctx, t, span.For, "s.docket")
		if err != nil {
			return err
		}
		first := firstOf(ways, `s.*`, condition+unwalled, order, len(args))
		rows, err := t.Query(ctx, fmt.Sprintf(`SELECT d.id, d.number, s.step, s.n, s.due, s.silent, s.officer, d.actor, d.follows, d.procedure, s.docket
			FROM (%s) s JOIN {docket} d ON d.idx = s.docket ORDER BY %s`, first, order), args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var f Falling
			var silent int
			var follows, docket uint64
			var sum []byte
			if err := rows.Scan(&f.Case, &f.Number, &f.Step, &f.N, &f.Due, &silent, &f.Officer, &f.State, &follows, &sum, &docket); err != nil {
				return err
			}
			f.Place = fmt.Sprintf("%d.%d.%d", f.Due, docket, f.N)
			if err := f.name(ctx, t, follows, sum); err != nil {
				return err
			}
			f.Silent = silent == silentStill
			list = append(list, f)
		}
		return rows.Err()
	})
	return list, err
}
