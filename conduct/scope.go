package conduct

import (
	"fmt"
	"slices"
	"strings"

	"temwen/when"
)

// Scope is whose conduct a mission's tables count.
type Scope struct {
	Mission string `json:"mission"`
	// Actors are the mission's: its force, the States that take part in it and
	// what belongs to them. Sorted.
	Actors []string `json:"actors"`
	// From and Until bound the days of the incidents; where an incident has none,
	// the day on which it came on the record counts. Until is zero where the
	// mission goes on.
	From  when.Day `json:"from"`
	Until when.Day `json:"until,omitempty"`
}

// holds reports whether an incident of a day is within the scope.
func (s *Scope) holds(day when.Day) bool {
	return day >= s.From && (s.Until == 0 || day <= s.Until)
}

func (s *Scope) has(actor string) bool {
	_, found := slices.BinarySearch(s.Actors, actor)
	return found
}

// Against is whom a scope has that the one before it lacks, and the other way round:
// who is gone is not counted in any month, as if nothing were said of them.
func (s *Scope) Against(before *Scope) (come, gone []string) {
	without := func(a, b *Scope) []string {
		return slices.DeleteFunc(slices.Clone(a.Actors), b.has)
	}
	return without(s, before), without(before, s)
}

// Rescoped is an edition that counts others than the one before.
type Rescoped struct {
	Mission string `json:"mission"`
	Edition int    `json:"edition"`
	// Come and Gone are the actors of Scope.Against; Why is set where there are any of Gone.
	Come []string `json:"come,omitempty"`
	Gone []string `json:"gone,omitempty"`
	Why  *Reason  `json:"why,omitempty"`
}

// rescoped is how an edition of a table counts others than the one before; nil where it does
// not.
func (p *Published) rescoped(before *Published) *Rescoped {
	if before == nil {
		return nil
	}
	r := &Rescoped{Mission: p.Scope.Mission, Edition: p.Edition}
	if r.Come, r.Gone = p.Scope.Against(&before.Scope); len(r.Come)+len(r.Gone) == 0 {
		return nil
	}
	if len(r.Gone) > 0 {
		r.Why = p.Why
	}
	return r
}

// drops reports whether a table does not count somebody whom the one before counted.
func (p *Published) drops(before *Published) bool {
	r := p.rescoped(before)
	return r != nil && len(r.Gone) > 0
}

// String says it in words.
func (r *Rescoped) String() string {
	var says []string
	if len(r.Gone) > 0 {
		says = append(says, "does not count "+strings.Join(r.Gone, ", ")+" any more")
	}
	if len(r.Come) > 0 {
		says = append(says, "counts "+strings.Join(r.Come, ", ")+", whom the one before did not count")
	}
	return fmt.Sprintf("edition %d for %s %s", r.Edition, r.Mission, strings.Join(says, ", and "))
}
