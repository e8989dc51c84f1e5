package demo

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v4"

	"temwen/casework"
	"temwen/instrument"
	"temwen/locale"
	"temwen/office"
	"temwen/seal"
	"temwen/when"
)

//go:embed cases.yaml
var casesYAML []byte

// staged is one invented case.
type staged struct {
	Procedure string `yaml:"procedure"`
	Mission   string `yaml:"mission"`
	State     string `yaml:"state"`
	On        string `yaml:"on"`  // the day of the incident; reckoned from Ago where empty
	Ago       int    `yaml:"ago"` // days before today on which the case was opened
	// Report is that of the report that the case rests on, or 0 for another source.
	Report   int `yaml:"report"`
	Incident struct {
		Acts          []string `yaml:"acts"`
		Department    string   `yaml:"department"`
		Harm          []harm   `yaml:"harm"`
		Circumstances []string `yaml:"circumstances"`
		Confidence    string   `yaml:"confidence"`
		Share         string   `yaml:"share"`
		Grade         string   `yaml:"grade"`
	} `yaml:"incident"`
	Then []act `yaml:"then"`
	// Beside are the further tracks that the same allegation goes through.
	Beside []track `yaml:"beside"`
	// Story says that it is told one by one: the legal officer has it.
	Story bool `yaml:"-"`
}

// track is a further track of the allegation of a case.
type track struct {
	Procedure string `yaml:"procedure"`
	After     int    `yaml:"after"` // days after the first case was opened
	Then      []act  `yaml:"then"`  // in days after this one was
}

// harm is casework's, as YAML has it.
type harm struct {
	Kind string `yaml:"kind"`
	Sex  string `yaml:"sex"`
	Age  string `yaml:"age"`
	Min  int    `yaml:"min"`
	Max  int    `yaml:"max"`
}

// act is what followed in a case, in days after it was opened: one of its deeds.
type act struct {
	After    int               `yaml:"after"`
	Step     string            `yaml:"step"`
	Answer   string            `yaml:"answer"`
	Reasons  bool              `yaml:"reasons"`
	Standard casework.Standard `yaml:"standard"`
	Notice   int               `yaml:"notice"` // days to answer in
	Extend   int               `yaml:"extend"` // days more
	Ground   string            `yaml:"ground"`
	Succeed  string            `yaml:"succeed"`
	Remedy   string            `yaml:"remedy"`
	Left     *left             `yaml:"left"`
	Publish  []string          `yaml:"publish"` // fields, by two officers
	Ask      []string          `yaml:"ask"`     // fields, by one: it waits for the second
	Keep     *exhibit          `yaml:"keep"`
	Hand     *hand             `yaml:"hand"`
}

// left is that a suspect left the country.
type left struct {
	How    string `yaml:"how"`
	Source string `yaml:"source"`
	Before int    `yaml:"before"` // days before the office heard of it; 0: nobody says when
}

// exhibit is evidence that is taken in: a text.
type exhibit struct {
	Name   string `yaml:"name"`
	Text   string `yaml:"text"` // what it is
	Says   string `yaml:"says"` // what is in it
	Origin string `yaml:"origin"`
	Grade  string `yaml:"grade"`
	Of     int    `yaml:"of"`
	Made   string `yaml:"made"`
}

// hand is evidence that is handed to another office.
type hand struct {
	Item int    `yaml:"item"`
	To   string `yaml:"to"`
	Why  string `yaml:"why"`
}

// cases lays out the scenes of all invented cases.
func (p *player) cases(procedures []*instrument.Procedure) error {
	var all []staged
	if err := yaml.Unmarshal(casesYAML, &all); err != nil {
		return fmt.Errorf("reading the invented cases: %w", err)
	}
	p.procedures = procedures
	for i := range all {
		s := &all[i]
		s.Story = true
		if s.On != "" {
			on, err := when.ParseDay(s.On)
			if err != nil {
				return fmt.Errorf("reading the invented cases: %w", err)
			}
			s.Ago = int(when.Today(p.today) - on - toldAfter)
		}
		p.stage(s)
	}
	p.year()
	return nil
}

// toldAfter is how many days after an incident it is coded.
const toldAfter = 3

// stage lays out the scenes of one case, and of the tracks beside it, those that would be
// in the future left out.
func (p *player) stage(s *staged) {
	var allegation string
	p.stageTrack(s, track{Procedure: s.Procedure, Then: s.Then}, func(ctx context.Context) (_ string, err error) {
		_, allegation, err = p.code(ctx, s)
		return allegation, err
	})
	for _, beside := range s.Beside {
		p.stageTrack(s, beside, func(context.Context) (string, error) { return allegation, nil })
	}
}

// stageTrack lays out the scenes of a case that takes an allegation through a track.
func (p *player) stageTrack(s *staged, t track, alleged func(context.Context) (string, error)) {
	ago := s.Ago - t.After
	if ago < 0 {
		return
	}
	var id string
	p.scenes = append(p.scenes, scene{ago, func(ctx context.Context, p *player) error {
		allegation, err := alleged(ctx)
		if err == nil {
			id, err = p.open(ctx, s, t.Procedure, allegation)
		}
		return err
	}})
	for _, a := range t.Then {
		if a.After <= ago {
			p.scenes = append(p.scenes, scene{ago - a.After, func(ctx context.Context, p *player) error { return p.act(ctx, id, a) }})
		}
	}
}

// open opens a case that takes an allegation through a procedure.
func (p *player) open(ctx context.Context, s *staged, procedure, allegation string) (string, error) {
	at := slices.IndexFunc(p.procedures, func(q *instrument.Procedure) bool { return q.ID == procedure })
	if at < 0 {
		return "", fmt.Errorf("there is no procedure %q for an invented case", procedure)
	}
	by := p.colleagues[office.Investigator]
	if s.Story {
		by = p.colleagues[office.LegalOfficer]
	}
	return p.work.Open(ctx, by, casework.Opened{
		Procedure: p.procedures[at], Allegations: []string{allegation}, Mission: s.Mission, State: s.State,
	}, p.day())
}

// code codes the incident and makes the allegation.
func (p *player) code(ctx context.Context, s *staged) (incident, allegation string, err error) {
	in := s.Incident
	about, err := when.Parse((p.day() - toldAfter).String())
	if err != nil {
		return "", "", err
	}
	i := casework.Incident{
		When: about,
		Acts: in.Acts, Terms: casework.CurrentTerms().Version, Circumstances: in.Circumstances,
		Where:   casework.Place{Department: in.Department, Precision: "department"},
		Actors:  []casework.Alleged{{Actor: s.State, Confidence: in.Confidence, Share: in.Share}},
		Sources: p.basis(in.Grade),
	}
	for _, who := range p.people {
		if s.Report != 0 && who.told.Ago == s.Report {
			i.Sources = []casework.Basis{{Kind: "thread", ID: who.thread, Grade: in.Grade}}
			p.followed = who.code.String()
		}
	}
	for _, h := range in.Harm {
		i.Harm = append(i.Harm, casework.Harm(h))
	}
	if incident, err = p.work.Code(ctx, p.by, i); err != nil {
		return "", "", err
	}
	allegation, err = p.work.Allege(ctx, p.by, casework.Allegation{
		Incident: incident, Actor: s.State, Act: in.Acts[0], Confidence: in.Confidence,
	}, 0)
	return incident, allegation, err
}

func (p *player) day() when.Day { return when.Today(p.at) }

// act does what followed, after the clocks were looked at.
func (p *player) act(ctx context.Context, id string, a act) error {
	if _, err := p.work.NoteSilences(ctx); err != nil {
		return err
	}
	switch {
	case len(a.Publish) > 0:
		return p.show(ctx, id, a.Publish)
	case len(a.Ask) > 0:
		return p.work.Do(ctx, p.colleagues[office.LegalOfficer], id, 0, casework.AskPublication{Fields: a.Ask}, p.day())
	}
	c, err := p.work.Case(ctx, p.by, id)
	if err != nil {
		return err
	}
	if a.Keep != nil {
		return p.keep(ctx, id, a.Keep)
	}
	cmd, err := a.command(c, p.day())
	if err != nil {
		return err
	}
	if send, is := cmd.(casework.SendNotice); is {
		if send.Letter, err = p.writes(officeName, c, send.Step, send.Notice, p.day()); err != nil {
			return err
		}
		cmd = send
	}
	if err := p.work.Do(ctx, p.by, id, 0, cmd, p.day()); err != nil {
		return fmt.Errorf("case %d, %d days after it was opened, %+v: %w", c.Number, a.After, cmd, err)
	}
	return nil
}

// show makes fields of a case public, by two officers.
func (p *player) show(ctx context.Context, id string, fields []string) error {
	first, second := p.colleagues[office.LegalOfficer], p.colleagues[office.Publisher]
	if err := p.work.Do(ctx, first, id, 0, casework.AskPublication{Fields: fields}, p.day()); err != nil {
		return err
	}
	c, err := p.work.Case(ctx, second, id)
	if err != nil {
		return err
	}
	return p.work.Do(ctx, second, id, 0, casework.Publish{Asked: c.Asked.Index, Invented: true}, p.day())
}

// command is the deed, on the last step of that name.
func (a *act) command(c *casework.Case, today when.Day) (casework.Command, error) {
	switch {
	case a.Hand != nil:
		return casework.Handle{Custody: casework.Custody{N: a.Hand.Item, Act: casework.ActHanded, To: a.Hand.To, Why: a.Hand.Why}}, nil
	case a.Succeed != "":
		return casework.Succeed{Mission: a.Succeed}, nil
	case a.Remedy != "":
		return casework.RecordRemedy{Remedy: casework.Remedy{Kind: a.Remedy}}, nil
	case a.Left != nil:
		d := casework.Departure{How: a.Left.How, Source: a.Left.Source}
		if a.Left.Before > 0 {
			d.On = when.On(today - when.Day(a.Left.Before))
		}
		return casework.RecordDeparture{Departure: d}, nil
	}
	step := 0
	for _, s := range c.Steps {
		if s.ID == a.Step {
			step = s.N
		}
	}
	if step == 0 {
		return nil, fmt.Errorf("case %d has not come to the step %q", c.Number, a.Step)
	}
	switch {
	case a.Answer != "":
		return casework.RecordAnswer{Step: step, Answer: casework.Answer{Answer: a.Answer, Reasons: a.Reasons, How: "letter", Standard: a.Standard}}, nil
	case a.Notice > 0:
		n := casework.Notice{How: "courier", Language: "en"}
		if c.Procedure.Step(a.Step).Clock.Unclocked() {
			by := today + when.Day(a.Notice)
			n.By = &by
		}
		return casework.SendNotice{Step: step, Notice: n}, nil
	}
	due, _ := c.Due(c.Step(step), today)
	return casework.MoveClock{Step: step, Move: casework.Move{Kind: casework.Extended, To: due + when.Day(a.Extend), Ground: a.Ground}}, nil
}

// keep takes evidence in, sealed as a browser would.
func (p *player) keep(ctx context.Context, id string, e *exhibit) error {
	head := casework.Head{Epoch: 1, Origin: e.Origin, Grade: e.Grade, Of: e.Of, Made: e.Made, Day: when.On(p.day())}
	parcel, err := casework.Pack(p.key.Recipient(), head, locale.English, seal.Exhibit{Name: e.Name, Type: "text/plain"}, e.Text, []byte(e.Says))
	if err != nil {
		return err
	}
	_, _, err = p.work.BeginEvidence(ctx, p.by, id, int64(len(parcel)), bytes.NewReader(parcel))
	return err
}
