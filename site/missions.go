package site

import (
	"cmp"
	"net/http"
	"slices"

	"temwen/publish"
	"temwen/when"
)

// frontBody is the front page: the missions on record.
type frontBody struct {
	Missions []missionCard
}

// missionCard is one mission on the front page.
type missionCard struct {
	publish.MissionRef
	Period string
	Tally  []publish.Count
	Next   *publish.Line        // what falls due next
	Newest []publish.FactChange // what became known last
	began  when.Day
}

// front lists the missions that were known on the day, those with obligations
// first.
func (s *Site) front(q *request) (*page, error) {
	var body frontBody
	var quiet []missionCard
	for _, d := range q.dossiers {
		v := s.views.of(d, q.on(d))
		q.view = v
		for _, m := range v.Missions {
			lines, err := v.Obligations(m.ID, publish.Filter{})
			if err != nil {
				return nil, err
			}
			card := missionCard{
				MissionRef: publish.MissionRef{ID: m.ID, Short: m.Short, Name: m.Name},
				Period:     q.words.Date(v.Period(m)), Tally: publish.Tally(lines), began: v.Period(m).First(),
			}
			card.Next, card.Newest = nextDue(lines), v.Newest(m.ID, 3)
			if len(lines) == 0 {
				quiet = append(quiet, card)
			} else {
				body.Missions = append(body.Missions, card)
			}
		}
	}
	if len(body.Missions)+len(quiet) == 0 && q.chosen {
		return nil, &userError{status: http.StatusNotFound, key: "site.error.not-yet", args: []any{"day", q.known}}
	}
	// The latest mission first.
	slices.SortStableFunc(body.Missions, func(a, b missionCard) int { return cmp.Compare(b.began, a.began) })
	slices.SortStableFunc(quiet, func(a, b missionCard) int { return cmp.Compare(b.began, a.began) })
	body.Missions = append(body.Missions, quiet...)
	return &page{Template: "front", Title: q.words.Say("site.missions.title"), Nav: "missions", Body: &body}, nil
}

// missionBody is the page of a mission.
type missionBody struct {
	*publish.Brief
	PeriodWords string
	Timeline    *timeline
	Gaps        []publish.Line  // the most pressing
	Behind      []publish.Count // of what was passed on to another mission
	Next        []publish.Line  // what falls due next
}

// mission shows the mission's brief.
func (s *Site) mission(q *request) (*page, error) {
	v, m, err := q.see()
	if err != nil {
		return nil, err
	}
	b, err := v.Brief(m.ID)
	if err != nil {
		return nil, err
	}
	body := &missionBody{Brief: b, PeriodWords: q.words.Date(v.Period(m)), Timeline: newTimeline(q, b), Behind: publish.Behind(b.Obligations)}
	for _, l := range b.Obligations {
		if len(body.Gaps) < 5 && l.Pressing() {
			body.Gaps = append(body.Gaps, l)
		}
		if l.Due != nil && *l.Over <= 0 && l.Met == nil && !l.Status.Over() && len(body.Next) < 5 {
			body.Next = append(body.Next, l)
		}
	}
	return &page{Template: "mission", Title: q.words.Text(m.Name), Nav: "mission", Body: body}, nil
}

// nextDue is the obligation that falls due next, or nil.
func nextDue(lines []publish.Line) *publish.Line {
	var next *publish.Line
	for i := range lines {
		l := &lines[i]
		if l.Due == nil || *l.Over > 0 || l.Met != nil || l.Status.Over() {
			continue
		}
		if next == nil || *l.Due < *next.Due {
			next = l
		}
	}
	return next
}
