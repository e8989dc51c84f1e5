package told

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"temwen/casework"
	"temwen/intake"
	"temwen/record"
	"temwen/seal"
)

// Rests is what a case rests on: people who reported, with what they allow, and how
// many other sources.
type Rests struct {
	People []Person
	Others int
}

// Person is the thread of who reported, and what is known outside of the seal of
// what they allow.
type Person struct {
	Thread string
	Number int
	intake.Allowing
	// Erased says that the report is gone, and with it what may be done with it.
	Erased bool
}

// Lets reports whether the person lets the office do what a consent stands for.
func (p *Person) Lets(c seal.Consent) bool { return !p.Erased && p.Allowing.Lets(c) }

// Against are the people who do not let the office do what a consent stands for.
func (r *Rests) Against(c seal.Consent) []Person {
	return slices.DeleteFunc(slices.Clone(r.People), func(p Person) bool { return p.Lets(c) })
}

// Lets reports whether all let the office do what a consent stands for.
func (r *Rests) Lets(c seal.Consent) bool { return len(r.Against(c)) == 0 }

// Unknown reports whether nothing else stands against what a consent stands for than
// that nobody has entered yet what the people allow.
func (r *Rests) Unknown(c seal.Consent) bool {
	against := r.Against(c)
	return len(against) > 0 && !slices.ContainsFunc(against, func(p Person) bool { return p.Erased || !p.Unknown() })
}

// Elsewhere reports whether the case rests on something else than the people who do
// not: it can go on from that.
func (r *Rests) Elsewhere(c seal.Consent) bool {
	return r.Others > 0 || len(r.Against(c)) < len(r.People)
}

// Publishable reports whether a case may be public: the people allow it, or it rests
// on something else, too.
func (r *Rests) Publishable() bool {
	return r.Lets(seal.ConsentPublic) || r.Elsewhere(seal.ConsentPublic)
}

// RestsOf is what a case rests on.
func RestsOf(ctx context.Context, in *intake.Intake, cases *casework.Cases, id string) (*Rests, error) {
	on, err := cases.RestsOn(ctx, id)
	if err != nil {
		return nil, err
	}
	return gather(on, func(id string) (*intake.Thread, error) { return in.Head(ctx, id) })
}

// RestsIn is what a case rests on as the tables of both books say, within the
// transaction of a command.
func RestsIn(ctx context.Context, cases, threads *record.Tables, id string) (*Rests, error) {
	on, err := casework.RestsOnIn(ctx, cases, id)
	if err != nil {
		return nil, err
	}
	return gather(on, func(id string) (*intake.Thread, error) { return intake.HeadIn(ctx, threads, id) })
}

// gather adds to the threads of a case what their people allow, under each of their
// codes.
func gather(on casework.Grounding, head func(string) (*intake.Thread, error)) (*Rests, error) {
	r := &Rests{Others: on.Others}
	seen := make(map[string]bool)
	for todo := on.Threads; len(todo) > 0; {
		id := todo[0]
		todo = todo[1:]
		if id == "" || seen[id] {
			continue
		}
		seen[id] = true
		th, err := head(id)
		if err != nil {
			return nil, err
		}
		if th == nil {
			r.People = append(r.People, Person{Thread: id, Erased: true})
			continue
		}
		r.People = append(r.People, Person{Thread: th.ID, Number: th.Number, Allowing: th.Allowing})
		todo = append(append(todo, th.Joined...), th.Into)
	}
	return r, nil
}

// Stand notes in a case how the consent of the people on whose reports it rests
// stands now, and takes back what is public of it where it may not be any more. Of a
// case that was erased there is nothing to note.
func Stand(ctx context.Context, in *intake.Intake, cases *casework.Cases, id string) error {
	err := stand(ctx, in, cases, id)
	if refused := (*casework.Refused)(nil); errors.As(err, &refused) {
		return nil // it was erased, taken back, or allowed meanwhile
	}
	return err
}

func stand(ctx context.Context, in *intake.Intake, cases *casework.Cases, id string) error {
	c, err := cases.Case(ctx, "", id)
	if err != nil {
		return err
	}
	rests, err := RestsOf(ctx, in, cases, id)
	if err != nil {
		return err
	}
	if c.Stands != nil && !rests.Publishable() {
		if err := retract(ctx, cases, id); err != nil {
			return fmt.Errorf("taking back what is public of a case: %w", err)
		}
	}
	stands := casework.ConsentAgainst
	switch {
	case rests.Lets(seal.ConsentCase):
		stands = casework.ConsentGiven
	case rests.Unknown(seal.ConsentCase):
		stands = casework.ConsentUnentered
	}
	if stands == c.Consent {
		return nil
	}
	return cases.Do(ctx, "", id, 0, casework.NoteConsent{Consent: stands}, 0)
}
