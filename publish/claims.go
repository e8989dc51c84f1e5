package publish

import (
	"math"
	"slices"

	"temwen/dossier"
	"temwen/locale"
	"temwen/when"
)

// Claim is one number that somebody published, be it as a figure or in a
// statement: what contradictions are found among.
type Claim struct {
	Fact      string           `json:"fact"` // figures/ID or statements/ID
	Mission   string           `json:"mission"`
	Metric    string           `json:"metric"`
	Actor     *ActorRef        `json:"actor,omitempty"` // whose number: the donor, the contributor
	Milestone string           `json:"milestone,omitempty"`
	Category  string           `json:"category,omitempty"`
	Amount    dossier.Amount   `json:"amount"`
	AsOf      when.Date        `json:"as_of"`
	SaidBy    *ActorRef        `json:"said_by,omitempty"`
	Wording   string           `json:"wording,omitempty"`
	Note      locale.Text      `json:"note,omitempty"`
	Sources   []string         `json:"sources"`
	Modality  dossier.Modality `json:"modality"`
}

// claims are all numbers of the view, figures first. The list is the caller's;
// what its claims refer to is shared.
func (v *View) claims() []Claim {
	v.claimsOnce.Do(func() { v.allClaims = v.findClaims() })
	return slices.Clone(v.allClaims)
}

func (v *View) findClaims() []Claim {
	var claims []Claim
	for _, f := range v.Figures {
		claims = append(claims, v.figure(f))
	}
	for _, s := range v.Statements {
		if s.Amount == nil {
			continue
		}
		c := Claim{
			Fact: "statements/" + s.ID, Mission: s.Mission, Metric: s.Amount.Metric, Amount: *s.Amount,
			AsOf: s.Date, Wording: s.Quote, Note: s.Says, Sources: s.Sources, Modality: s.Amount.Modality,
		}
		by := v.actor(s.By)
		c.SaidBy = &by
		if s.About != "" {
			about := v.actor(s.About)
			c.Actor = &about
		}
		if !slices.ContainsFunc(claims, c.repeats) {
			claims = append(claims, c)
		}
	}
	return claims
}

// repeats reports whether a statement's number is on record as a figure too:
// the same number of the same day, from the same source.
func (c *Claim) repeats(f Claim) bool {
	lo, hi := Bounds(c.Amount)
	lo2, hi2 := Bounds(f.Amount)
	return f.Metric == c.Metric && f.Modality == c.Modality && f.Mission == c.Mission && f.actorID() == c.actorID() &&
		f.Amount.Unit == c.Amount.Unit && lo == lo2 && hi == hi2 && f.AsOf.Overlaps(c.AsOf) &&
		slices.ContainsFunc(f.Sources, func(id string) bool { return slices.Contains(c.Sources, id) })
}

func (v *View) figure(f *dossier.Figure) Claim {
	c := Claim{
		Fact: "figures/" + f.ID, Mission: f.Mission, Metric: f.Metric, Milestone: f.Milestone,
		Category: f.Category, Amount: f.Amount, AsOf: f.AsOf, Wording: f.Wording, Note: f.Note,
		Sources: f.Sources, Modality: f.Modality,
	}
	if f.Actor != "" {
		a := v.actor(f.Actor)
		c.Actor = &a
	}
	if f.SaidBy != "" {
		a := v.actor(f.SaidBy)
		c.SaidBy = &a
	}
	return c
}

// Bounds are the least and the greatest number an amount gives, as written.
func Bounds(a dossier.Amount) (lo, hi float64) {
	switch {
	case a.Value != nil:
		return *a.Value, *a.Value
	case a.Min != nil && a.Max != nil:
		return *a.Min, *a.Max
	}
	return math.NaN(), math.NaN()
}

// AboutTolerance is how far a number said to be "about" or "nearly" may be from
// the truth, as a share of it.
const AboutTolerance = 0.10

// allowed is the range in which the true number lies if the claim is right,
// rates brought to a year.
func (c *Claim) allowed() (lo, hi float64) {
	lo, hi = Bounds(c.Amount)
	switch c.Amount.Bound {
	case "about":
		lo, hi = lo*(1-AboutTolerance), hi*(1+AboutTolerance)
	case "nearly":
		lo *= 1 - AboutTolerance
	case "at-least", "more-than":
		hi = math.Inf(1)
	case "up-to":
		lo = 0
	}
	if years := years(c.Amount.Per); years > 0 {
		lo, hi = lo/years, hi/years
	}
	return lo, hi
}

func years(p when.Period) float64 { return float64(p.Months)/12 + float64(p.Days)/365.25 }

// agrees reports whether two claims can both be true.
func (c *Claim) agrees(d *Claim) bool {
	lo, hi := c.allowed()
	lo2, hi2 := d.allowed()
	return lo <= hi2 && lo2 <= hi
}

// actorID is whose number it is; "" for the whole.
func (c *Claim) actorID() string {
	if c.Actor == nil {
		return ""
	}
	return c.Actor.ID
}
