package casework

import (
	"context"
	"slices"

	"temwen/instrument"
	"temwen/record"
)

// One allegation may be in several cases, each through another track: what was done to
// somebody can be a matter for a court, for a claim and for discipline at once. Through
// the same track it goes once.

// casesOf are the cases that take an allegation, by ID, the first to be opened first.
func casesOf(ctx context.Context, t *record.Tables, allegation string) ([]string, error) {
	return column(ctx, t, `SELECT docket FROM {takes} WHERE allegation = $1 ORDER BY idx`, allegation)
}

// free refuses allegations that a case cannot take through a track: those that are not
// there, and those that another case takes through it already, under whatever number
// the allegation has in what was found to be the same incident. self is the case.
func (k *Cases) free(ctx context.Context, t *record.Tables, ids []string, track instrument.Track, self string) error {
	for _, id := range ids {
		by, opened, err := through(ctx, t, id, track, self)
		if err != nil {
			return err
		}
		if by == "" {
			continue
		}
		e, err := k.event(ctx, opened)
		if err != nil {
			return err
		}
		return &Refused{Code: CodeTrack, By: e.By, Did: caseOpened, Case: by}
	}
	return nil
}

// through is the case that takes an allegation, or one that is alike, through a track, but
// for one of an ID, by ID, and the index of the event that opened it; empty where there is
// none.
func through(ctx context.Context, t *record.Tables, allegation string, track instrument.Track, but string) (by string, opened uint64, err error) {
	cases, err := takenAlike(ctx, t, allegation)
	if err != nil {
		return "", 0, err
	}
	for _, id := range cases {
		if id == but {
			continue
		}
		p, opened, err := followed(ctx, t, id)
		if err != nil {
			return "", 0, err
		}
		if p.Track == track {
			return id, opened, nil
		}
	}
	return "", 0, nil
}

// alike are an allegation and those of the same act and actor in incidents that were
// found to be the same. joined are incidents that are about to be, where there are any.
func alike(ctx context.Context, t *record.Tables, id string, joined ...string) (list []Allegation, err error) {
	self, err := allegations(ctx, t, `WHERE id = $1`, id)
	if err != nil {
		return nil, err
	}
	if len(self) == 0 {
		return nil, gone(ctx, t, OfAllegation, id)
	}
	incidents, err := same(ctx, t, []string{self[0].Incident})
	if err == nil && slices.ContainsFunc(joined, func(i string) bool { return slices.Contains(incidents, i) }) {
		incidents, err = same(ctx, t, append(incidents, joined...))
	}
	if err != nil {
		return nil, err
	}
	for _, incident := range incidents {
		more, err := allegations(ctx, t, `WHERE incident = $1 AND actor = $2 ORDER BY idx`, incident, self[0].Actor)
		if err != nil {
			return nil, err
		}
		for _, a := range more {
			if a.word() == self[0].word() {
				list = append(list, a)
			}
		}
	}
	return list, nil
}

// word is the act of an allegation in the newest version of the vocabulary, so that two
// can be compared that were coded in two; see Past.ActIn.
func (a *Allegation) word() string {
	return actIn(Classed{a.Act, a.Terms}, OwnTerms().Newest().Version)
}

// takenAlike are the cases that take an allegation, or one that is alike.
func takenAlike(ctx context.Context, t *record.Tables, id string, joined ...string) (cases []string, err error) {
	list, err := alike(ctx, t, id, joined...)
	for _, a := range list {
		for _, c := range a.Cases {
			if !slices.Contains(cases, c) {
				cases = append(cases, c)
			}
		}
	}
	return cases, err
}

// Beside is another case about the same incident as one.
type Beside struct {
	Case *Case
	// Shares says that it takes one of the same allegations, through another track, and
	// Doubles that it does through the same one: see Doubled.
	Shares, Doubles bool
}

// Beside are the other cases about the same incidents as a case, those that take one of
// its allegations first, then by number.
func (k *Cases) Beside(ctx context.Context, id string) (list []Beside, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		mine, err := column(ctx, t, `SELECT allegation FROM {takes} WHERE docket = $1`, id)
		if err != nil {
			return err
		}
		own, _, err := followed(ctx, t, id)
		if err != nil || own == nil {
			return err
		}
		var share []string
		for _, a := range mine {
			cases, err := takenAlike(ctx, t, a)
			if err != nil {
				return err
			}
			share = append(share, cases...)
		}
		others, err := about(ctx, t, id)
		if err != nil {
			return err
		}
		for _, other := range others {
			c, _, err := loadCase(ctx, t, other)
			if err == nil {
				err = loadAround(ctx, t, c)
			}
			if err != nil {
				return err
			}
			shares := slices.Contains(share, other)
			list = append(list, Beside{c, shares, shares && own.Track == c.Procedure.Track})
		}
		return nil
	})
	slices.SortFunc(list, func(a, b Beside) int {
		if a.Shares != b.Shares {
			return flag(b.Shares) - flag(a.Shares)
		}
		return a.Case.Number - b.Case.Number
	})
	return list, err
}

// Takeable are allegations that a case could take, too: those of its own incidents that
// no case takes through its track, then others that no case takes at all, the latest
// first, at most limit.
func (k *Cases) Takeable(ctx context.Context, id string, limit int) (list []Allegation, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		own, _, err := followed(ctx, t, id)
		if err != nil || own == nil {
			return err
		}
		incidents, err := incidentsOf(ctx, t, []string{id})
		if err != nil {
			return err
		}
		for _, incident := range incidents {
			near, err := allegations(ctx, t, `WHERE incident = $1 ORDER BY number`, incident)
			if err != nil {
				return err
			}
			for _, a := range near {
				by, _, err := through(ctx, t, a.ID, own.Track, "")
				if err != nil {
					return err
				}
				if by == "" {
					list = append(list, a)
				}
			}
		}
		loose, err := allegations(ctx, t, `WHERE taken = 0 ORDER BY idx DESC LIMIT $1`, limit)
		for _, a := range loose {
			if !slices.Contains(incidents, a.Incident) {
				list = append(list, a)
			}
		}
		return err
	})
	return list[:min(len(list), limit)], err
}
