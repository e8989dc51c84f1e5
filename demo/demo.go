// Package demo plays an invented office in a store: officers, sealed reports and
// answers, so that somebody can look around. All of it is made up, the pages that
// show it say so, and nothing in it is about anybody.
//
// It must never touch a store in which there is an office already, and never use
// anything but what a real office uses: the reports are sealed, the keys are real.
// Start with Play; what is told stands in reports.yaml.
package demo

import (
	"bytes"
	"context"
	"crypto/rand"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
	"go.yaml.in/yaml/v4"

	"temwen/casework"
	"temwen/instrument"
	"temwen/intake"
	"temwen/locale"
	"temwen/office"
	"temwen/seal"
	"temwen/store"
	"temwen/told"
	"temwen/when"
)

//go:embed reports.yaml
var reportsYAML []byte

// The officer who can sign in and do everything, and the passphrase of all: no
// secret, for there is nothing to protect.
const (
	Officer    = "demo"
	Passphrase = "nothing here is real"
)

// account is one invented report and what the office answered.
type account struct {
	Ago     int          `yaml:"ago"` // days before today
	Lang    locale.Lang  `yaml:"lang"`
	Path    seal.Path    `yaml:"path"`
	What    string       `yaml:"what"`
	When    string       `yaml:"when"`
	Still   bool         `yaml:"still"`
	Where   seal.Where   `yaml:"where"`
	Who     seal.Who     `yaml:"who"`
	Harmed  seal.Harmed  `yaml:"harmed"`
	Needs   []seal.Need  `yaml:"needs"`
	Witness seal.Witness `yaml:"witness"`
	Consent seal.Consent `yaml:"consent"`
	Then    []then       `yaml:"then"`
}

// then is what followed, in days after the report.
type then struct {
	After  int          `yaml:"after"`
	Read   bool         `yaml:"read"`
	Reply  string       `yaml:"reply"`
	Note   string       `yaml:"note"`
	Stage  intake.Stage `yaml:"stage"`
	Person string       `yaml:"person"` // the person writes again
	Assign bool         `yaml:"assign"`
}

// Played is what somebody needs to look around.
type Played struct {
	Reports int
	// Code is the receipt code of a report on which a case rests, so that the person
	// was told at each step.
	Code string
}

// Letter writes the letter of a notice of an office, in a step of a case, on a day. It is
// given, for the room that writes letters stands above this one.
type Letter func(office locale.Text, c *casework.Case, step int, n casework.Notice, day when.Day) ([]byte, error)

// Play founds an invented office in a store that was opened with the books of
// intake, office, casework and conduct, and plays its reports, and its cases through the
// procedures given, up to now. Sealed reports are in the folder dir, and sealed evidence in
// another. It does nothing, and returns nil, where there is an
// office.
func Play(ctx context.Context, s *store.Store, dir, evidence string, procedures []*instrument.Procedure, letter Letter, now time.Time) (*Played, error) {
	played, err := play(ctx, s, dir, evidence, procedures, letter, now)
	if err != nil {
		return nil, fmt.Errorf("playing the invented office: %w", err)
	}
	return played, nil
}

func play(ctx context.Context, s *store.Store, dir, evidence string, procedures []*instrument.Procedure, letter Letter, now time.Time) (*Played, error) {
	var all []account
	if err := yaml.Unmarshal(reportsYAML, &all); err != nil {
		return nil, fmt.Errorf("reading the invented reports: %w", err)
	}
	p := &player{today: now, at: now, store: s, writes: letter}
	offices := office.New(s, p.now)
	state, err := offices.State(ctx)
	if err != nil || state.ID != "" {
		return nil, err
	}
	p.days(all)
	if err := p.cases(procedures); err != nil {
		return nil, err
	}
	p.begin()
	if err := p.found(ctx, offices); err != nil {
		return nil, err
	}
	if p.intake, err = intake.New(s, offices, intake.Options{Dir: dir, Now: p.now}); err != nil {
		return nil, err
	}
	defer p.intake.Close()
	p.work = casework.New(s, p.now, p.day)
	if err := p.work.KeepEvidence(evidence, offices); err != nil {
		return nil, err
	}
	teller := told.New(s, p.intake, p.work)
	for _, scene := range p.scenes {
		p.at = now.AddDate(0, 0, -scene.ago)
		if err := scene.play(ctx, p); err != nil {
			return nil, err
		}
		if _, err := teller.Pass(ctx); err != nil {
			return nil, err
		}
	}
	p.at = now
	if _, err := p.work.NoteSilences(ctx); err != nil {
		return nil, err
	}
	if _, err := teller.Pass(ctx); err != nil {
		return nil, err
	}
	return &Played{Reports: len(all), Code: p.followed}, nil
}

// player plays scenes in the order of their days.
type player struct {
	today, at time.Time
	intake    *intake.Intake
	work      *casework.Cases
	by        string // ID of the officer
	key       *age.HybridIdentity
	office    seal.ID
	scenes    []scene
	people    []*person
	followed  string // code of a report on which a case rests

	store      *store.Store
	procedures []*instrument.Procedure
	writes     Letter
	colleagues map[office.Role]string // IDs
	told       int                    // sources
}

func (p *player) now() time.Time { return p.at }

// person is who told something: nobody.
type person struct {
	told   *account
	keys   seal.CodeKeys
	code   seal.Code
	reply  *age.HybridIdentity
	thread string
}

// scene is something that happens on a day.
type scene struct {
	ago  int
	play func(context.Context, *player) error
}

// days lays out the scenes of all reports.
func (p *player) days(all []account) {
	for i := range all {
		t := &all[i]
		who := &person{told: t}
		p.people = append(p.people, who)
		p.scenes = append(p.scenes, scene{t.Ago, func(ctx context.Context, p *player) error { return p.report(ctx, who) }})
		for _, th := range t.Then {
			p.scenes = append(p.scenes, scene{max(0, t.Ago-th.After), func(ctx context.Context, p *player) error { return p.follow(ctx, who, th) }})
		}
	}
}

// begin puts the scenes in order, and the clock a day before the first.
func (p *player) begin() {
	sortScenes(p.scenes)
	p.at = p.today.AddDate(0, 0, -p.scenes[0].ago-1)
}

var officeName = locale.Text{
	"en": "Invented oversight office", "fr": "Bureau de contrôle inventé",
	"ht": "Biwo siveyans envante", "es": "Oficina de control inventada",
}

// found makes the office and its officers, a day before the first report.
func (p *player) found(ctx context.Context, offices *office.Office) error {
	var id seal.ID
	rand.Read(id[:]) // never fails
	officer, _, err := office.NewInventedOfficer(id.String(), Officer, Passphrase)
	if err != nil {
		return err
	}
	recovery, _, err := office.NewRecovery(2, 3)
	if err != nil {
		return err
	}
	epoch, key, err := office.NewEpoch(1, []office.Officer{officer}, &recovery)
	if err != nil {
		return err
	}
	p.office, p.by, p.key = id, officer.ID, key
	err = offices.Do(ctx, officer.ID, office.Found{
		ID: id.String(), Officer: officer, Epoch: epoch, Recovery: &recovery,
		Name: officeName,
	})
	if err != nil {
		return err
	}
	return p.staff(ctx, offices)
}

// report seals and sends what a person tells.
func (p *player) report(ctx context.Context, who *person) error {
	t := who.told
	who.code = seal.NewCode()
	var err error
	if who.keys, err = who.code.Keys(p.office); err != nil {
		return err
	}
	if who.reply, err = who.keys.Reply(); err != nil {
		return err
	}
	r := &seal.Report{
		V: seal.Version, Path: t.Path, Lang: t.Lang, What: strings.TrimSpace(t.What), When: t.When, Still: t.Still, Where: t.Where,
		Who: t.Who, Harmed: t.Harmed, Needs: t.Needs, Witness: t.Witness, Consent: t.Consent, Channel: seal.ChannelBrowser,
	}
	if r.Path == "" {
		r.Path = seal.PathGeneral
	}
	if r.Consent == "" {
		r.Consent = seal.ConsentCase
	}
	t.Consent = r.Consent
	head := seal.Head{Kind: seal.ParcelReport, Lookup: seal.LookupHash(who.keys.Lookup), Reply: who.reply.Recipient().String()}
	if err := p.send(ctx, head, seal.Document{Report: r}); err != nil {
		return err
	}
	page, err := p.intake.Threads(ctx, intake.Query{View: intake.Open, Limit: 1})
	if err != nil {
		return err
	}
	who.thread = page.Threads[0].ID
	return nil
}

func (p *player) send(ctx context.Context, head seal.Head, d seal.Document) error {
	sealed, err := sealTo(p.key.Recipient(), d)
	if err != nil {
		return err
	}
	head.V, head.Office, head.Epoch = seal.Version, p.office, 1
	rand.Read(head.ID[:]) // never fails
	_, err = p.intake.ReceiveHere(ctx, &seal.Parcel{Head: head, Envelope: bytes.NewReader(sealed), Size: int64(len(sealed))})
	return err
}

func sealTo(to *age.HybridRecipient, d seal.Document) ([]byte, error) {
	var b bytes.Buffer
	err := seal.SealDocument(&b, to, d)
	return b.Bytes(), err
}

// follow does what came after a report.
func (p *player) follow(ctx context.Context, who *person, th then) error {
	thread, err := p.intake.Thread(ctx, who.thread)
	if err != nil {
		return err
	}
	do := func(d intake.Deed) {
		if err == nil {
			err = p.intake.Do(ctx, p.by, d)
		}
	}
	if th.Read {
		opened := intake.MarkOpened{Thread: thread.ID}
		for _, i := range thread.Items {
			opened.Items = append(opened.Items, i.N)
		}
		do(opened)
	}
	if th.Assign {
		do(intake.Assign{Thread: thread.ID, Seen: thread.Version, Officer: p.colleagues[office.Investigator]})
	}
	if th.Read {
		do(intake.HeedConsent{Thread: thread.ID, Seen: thread.Version, Consent: who.told.Consent})
	}
	if th.Reply != "" {
		letter, lerr := p.letter(who, th.Reply)
		if lerr != nil {
			return lerr
		}
		do(intake.SendReply{Thread: thread.ID, Letter: letter})
	}
	if th.Note != "" {
		sealed, serr := sealTo(p.key.Recipient(), message(who, seal.FromOffice, seal.KindNote, th.Note))
		if serr != nil {
			return serr
		}
		do(intake.WriteNote{Thread: thread.ID, Epoch: 1, Envelope: sealed})
	}
	if th.Person != "" && err == nil {
		err = p.send(ctx, seal.Head{Kind: seal.ParcelMessage, Token: who.keys.Lookup}, message(who, seal.FromReporter, seal.KindMessage, th.Person))
	}
	if th.Stage != "" && err == nil {
		if thread, err = p.intake.Thread(ctx, who.thread); err == nil {
			do(intake.SetStage{Thread: thread.ID, Seen: thread.Version, Stage: th.Stage})
		}
	}
	return err
}

// letter seals an answer to the person and to the office.
func (p *player) letter(who *person, text string) (intake.Letter, error) {
	m := message(who, seal.FromOffice, seal.KindMessage, text)
	toPerson, err := sealTo(who.reply.Recipient(), m)
	if err != nil {
		return intake.Letter{}, err
	}
	copied, err := sealTo(p.key.Recipient(), m)
	return intake.Letter{Epoch: 1, Copy: copied, Person: map[string][]byte{who.thread: toPerson}}, err
}

func message(who *person, from seal.From, kind seal.MessageKind, text string) seal.Document {
	return seal.Document{Message: &seal.Message{V: seal.Version, From: from, Kind: kind, Lang: who.told.Lang, Text: strings.TrimSpace(text)}}
}

// sortScenes puts the earliest first; those of one day stay in the order given.
func sortScenes(scenes []scene) {
	slices.SortStableFunc(scenes, func(a, b scene) int { return b.ago - a.ago })
}
