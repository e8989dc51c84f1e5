package publish

import (
	"cmp"
	"slices"
)

// Money is what a mission needs and what was said to be given for it. Figures
// of different tense stand side by side and are never added.
type Money struct {
	Needs          []Claim         `json:"needs"`  // estimates of what the whole costs
	Fund           []Claim         `json:"fund"`   // common funds over time
	Donors         []Donor         `json:"donors"` // by the largest amount
	Gap            *Gap            `json:"gap,omitempty"`
	Contradictions []Contradiction `json:"contradictions"`
}

// Donor is what one actor said, or was said, to give, in time order.
type Donor struct {
	Actor  ActorRef `json:"actor"`
	Claims []Claim  `json:"claims"`
}

// Gap sets the latest figure of what a common fund received beside the latest
// estimate of what a year costs, in one currency.
type Gap struct {
	Need     Claim `json:"need"`
	Received Claim `json:"received"`
	// Percent of a year's cost, at least and at most: the estimate and the
	// figure may be ranges.
	Least float64 `json:"percent_least"`
	Most  float64 `json:"percent_most"`
}

// Money is the money of a mission. It errs with a NotFoundError where no such
// mission was known.
func (v *View) Money(mission string) (*Money, error) {
	if _, err := v.mission(mission); err != nil {
		return nil, err
	}
	m := &Money{}
	donors := make(map[string]*Donor)
	var order []string
	for _, c := range v.claims() {
		metric := v.Metric(c.Metric)
		if c.Mission != mission || metric == nil || metric.Topic != "money" {
			continue
		}
		switch {
		case metric.Kind == "need":
			m.Needs = append(m.Needs, c)
		case c.Actor == nil:
			m.Fund = append(m.Fund, c)
		default:
			if donors[c.Actor.ID] == nil {
				donors[c.Actor.ID] = &Donor{Actor: *c.Actor}
				order = append(order, c.Actor.ID)
			}
			d := donors[c.Actor.ID]
			d.Claims = append(d.Claims, c)
		}
	}
	for _, id := range order {
		inTime(donors[id].Claims)
		m.Donors = append(m.Donors, *donors[id])
	}
	slices.SortStableFunc(m.Donors, func(a, b Donor) int { return cmp.Compare(b.largest(), a.largest()) })
	inTime(m.Needs)
	inTime(m.Fund)
	m.Gap = shortfall(m.Needs, m.Fund)
	m.Contradictions = v.contradictionsOn(mission, "money")
	return m, nil
}

// largest is the greatest amount said of a donor, whatever its currency: it
// orders the page and is not shown.
func (d Donor) largest() (most float64) {
	for i := range d.Claims {
		_, hi := Bounds(d.Claims[i].Amount)
		most = max(most, hi)
	}
	return most
}

// shortfall is the latest received against the latest need in the same currency.
func shortfall(needs, fund []Claim) *Gap {
	received := slices.IndexFunc(reversed(fund), func(c Claim) bool { return c.Modality == "received" })
	if received < 0 || len(needs) == 0 {
		return nil
	}
	g := &Gap{Received: reversed(fund)[received]}
	for _, n := range reversed(needs) {
		if n.Amount.Unit == g.Received.Amount.Unit && years(n.Amount.Per) > 0 {
			g.Need = n
			least, most := Bounds(g.Received.Amount)
			lo, hi := Bounds(n.Amount)
			year := years(n.Amount.Per)
			g.Least, g.Most = least/(hi/year)*100, most/(lo/year)*100
			return g
		}
	}
	return nil
}

func reversed(claims []Claim) []Claim {
	list := slices.Clone(claims)
	slices.Reverse(list)
	return list
}

// contradictionsOn are a mission's contradictions in numbers on a topic of
// metrics.
func (v *View) contradictionsOn(mission, topic string) []Contradiction {
	return slices.DeleteFunc(v.Contradictions(mission), func(c Contradiction) bool {
		m := v.Metric(c.About)
		return c.Kind == "positions" || m == nil || m.Topic != topic
	})
}
