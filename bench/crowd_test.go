package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"temwen/casework"
	"temwen/conduct"
	"temwen/dossier"
	"temwen/instrument"
	"temwen/intake"
	"temwen/locale"
	"temwen/office"
	"temwen/record"
	"temwen/seal"
	"temwen/store"
	"temwen/when"
)

// crowd is a store whose office has very many invented cases, of ten events each: as
// if they had been worked on one by one, which would take a day.
//
// What happened in a case is decided and applied by casework, once for each of the
// years' days on which a clock can run out; the many are copies, with numbers of their
// own. The events are on the record, salted and summed, and in the ledger; the rows of
// the tables are copies of those that casework's book wrote for a few.
type crowd struct {
	N        int
	Dir      string
	Officers []string          // names: who may do everything, an investigator, and a second who may do everything
	Logins   map[string]string // by name, base64url
	IDs      map[string]string // of officers, by name
	Long     string            // ID of the case with 500 events
	Walled   int               // cases that the first officer is kept from
	Today    string            // the day it was made
	Tables   string            // SHA-256 of how the books' tables are defined: others would be replayed
	Told     int               // cases that rest on a report
}

// eventsEach is how many events each of these cases has.
const eventsEach = 10

// years is over how many days their clocks run out.
const years = 3650

// secret is the officers' second step.
const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

const invented = "nothing here is real"

// allRoles are those that one officer can have together: with them all may be done.
var allRoles = slices.DeleteFunc(slices.Clone(office.Roles), func(r office.Role) bool { return r == office.Auditor })

// crowded is a store of n cases for one run. Where CROWDS in the environment names a
// folder it is made there once, and copied.
func crowded(b *testing.B, n int) *crowd {
	b.Helper()
	kept := os.Getenv("CROWDS")
	if kept == "" {
		return grow(b, filepath.Join(b.TempDir(), "crowd"), n)
	}
	from, file := filepath.Join(kept, strconv.Itoa(n)), filepath.Join(kept, strconv.Itoa(n)+".json")
	c := new(crowd)
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, c)
	}
	if err != nil || c.Today != atOffice() || c.Tables != defined() {
		must(b, os.RemoveAll(from))
		c = grow(b, from, n)
		text, err := json.Marshal(c)
		must(b, err)
		must(b, os.WriteFile(file, text, 0o600))
	}
	c.Dir = filepath.Join(b.TempDir(), "crowd")
	must(b, exec.CommandContext(b.Context(), "cp", "-a", "--reflink=auto", from, c.Dir).Run()) // with who may read the keys
	return c
}

// defined tells definitions of tables from others.
func defined() string {
	h := sha256.New()
	for _, b := range books {
		fmt.Fprintf(h, "%q", b.Tables())
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// atOffice is today at the place of the office, as the dossier of Haiti has it.
func atOffice() string {
	zone, err := time.LoadLocation("America/Port-au-Prince")
	if err != nil {
		panic(err)
	}
	return when.Today(time.Now().In(zone)).String()
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// grow makes a store of n cases.
func grow(b *testing.B, dir string, n int) *crowd {
	b.Helper()
	c := &crowd{N: n, Dir: dir, Officers: []string{"marin", "odile", "celine"}, Logins: make(map[string]string), IDs: make(map[string]string), Today: atOffice(), Tables: defined()}
	must(b, os.MkdirAll(filepath.Dir(dir), 0o700))
	must(b, store.Create(b.Context(), dir, store.Options{Origin: "temwen.local/crowd"}))
	mold := c.found(b)
	started := time.Now()
	say := func(what string) {
		b.Logf("%d cases: %s after %.0f s", n, what, time.Since(started).Seconds())
	}
	s := c.open(b, copies{})
	following, growing := make(chan error, 1), make(chan struct{})
	go func() { // the ledger, meanwhile
		for {
			select {
			case <-growing:
				following <- s.Publish(context.WithoutCancel(b.Context()), time.Now(), false, nil)
				return
			case <-time.After(time.Second):
				if err := s.Publish(context.WithoutCancel(b.Context()), time.Now(), false, nil); err != nil {
					following <- err
					return
				}
			}
		}
	}()
	for at := 0; at < n; at += together {
		done, err := s.Do(b.Context(), "crowd "+strconv.Itoa(at), &copying{mold: mold, book: "copies", from: at, to: min(at+together, n)}, time.Now())
		must(b, err)
		mold.first = append(mold.first, done.From)
	}
	close(growing)
	say("the record")
	must(b, <-following)
	say("the ledger")
	must(b, s.Close())
	mold.fill(b, filepath.Join(dir, "record.db"), n)
	say("the tables")
	return c
}

// together is how many cases are copied in one transaction.
const together = 10_000

// books are those of the program.
var books = []record.Book{office.Book, intake.Book, casework.Book, conduct.Book}

func (c *crowd) open(b *testing.B, books ...record.Book) *store.Store {
	b.Helper()
	s, err := store.Open(context.WithoutCancel(b.Context()), c.Dir, store.Settings{Books: books})
	must(b, err)
	return s
}

// today is the day on which the crowd was made.
func (c *crowd) today() when.Day { return when.MustParse(c.Today).First() }

// found makes what is not copied: the office and its officers, people who reported
// and the cases that rest on them, a case with 500 events, and the mold.
func (c *crowd) found(b *testing.B) *mold {
	b.Helper()
	ctx := b.Context()
	s := c.open(b, books...)
	defer func() { must(b, s.Close()) }()
	d := withKeep(b)
	_, err := s.Import(ctx, d, time.Now(), store.Progress{})
	must(b, err)
	o := office.New(s, time.Now)
	hand, _, err := o.Begin(ctx, office.Founding{Name: locale.Text{locale.English: "An invented office"}, Officer: c.Officers[0], Passphrase: invented})
	must(b, err)
	state, err := o.State(ctx)
	must(b, err)
	c.IDs[c.Officers[0]] = hand.ID()
	roles := map[string][]office.Role{hand.ID(): allRoles}
	for i, name := range c.Officers[1:] {
		_, invite := office.NewLink()
		must(b, o.Do(ctx, hand.ID(), office.InviteOfficer{Invite: office.Invite{ID: invite, Name: name, Until: time.Now().Add(time.Hour)}}))
		other, _, err := office.NewOfficer(state.ID, name, invented)
		must(b, err)
		must(b, o.Do(ctx, "", office.Join{Invite: invite, Officer: other}))
		must(b, hand.Admit(ctx, name))
		c.IDs[name], roles[other.ID] = other.ID, [][]office.Role{{office.Investigator}, allRoles}[i]
	}
	must(b, o.Do(ctx, office.Operator, office.AssignRoles{Roles: roles}))
	for name, id := range c.IDs {
		must(b, o.Do(ctx, id, office.SetTOTP{Secret: secret}))
		login, err := office.Login(state.ID, name, invented)
		must(b, err)
		c.Logins[name] = base64.RawURLEncoding.EncodeToString(login[:])
	}
	cases := casework.New(s, time.Now, c.today)
	m := &mold{crowd: c, procedure: slim(d), casts: make(map[cast]*caste)}
	id := c.docket(b, cases, m.procedure)
	must(b, cases.Do(ctx, hand.ID(), id, 0, casework.Wall{Officer: c.IDs[c.Officers[1]]}, 0))
	other := c.docket(b, cases, m.procedure)
	must(b, cases.Do(ctx, c.IDs[c.Officers[2]], other, 0, casework.Wall{Officer: hand.ID()}, 0))
	c.Walled = 1
	m.learn(b, s, id)
	m.specimens(b, s)
	criminal := d.Procedures[slices.IndexFunc(d.Procedures, func(p *dossier.Procedure) bool { return p.ID == "mss-criminal" })]
	c.Long = c.docket(b, cases, criminal)
	for i := range 500 - 1 {
		var deed casework.Command = casework.SendNotice{Step: 1, Notice: casework.Notice{Language: "en", How: "post"}}
		if i%2 == 1 {
			deed = casework.RecordRemedy{Remedy: casework.Remedy{Kind: "apology"}}
		}
		must(b, cases.Do(ctx, hand.ID(), c.Long, 0, deed, 0))
	}
	c.people(b, s, o, cases, m.procedure)
	return m
}

// withKeep is the dossier of Haiti, with an invented rule of how long cases are kept.
func withKeep(b *testing.B) *dossier.Dossier {
	b.Helper()
	dir := filepath.Join(b.TempDir(), "haiti")
	must(b, os.CopyFS(dir, os.DirFS("../missions/haiti")))
	found := false
	files, err := filepath.Glob(filepath.Join(dir, "missions", "*.yaml"))
	must(b, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(b, err)
		if with := bytes.Replace(text, []byte("  - id: mss\n"), []byte("  - id: mss\n    keep: {closed: P5Y, foreign: P1Y, withdrawn: P1Y, case: P10Y}\n"), 1); !bytes.Equal(with, text) {
			found = true
			must(b, os.WriteFile(file, with, 0o600))
		}
	}
	if !found {
		b.Fatal("the dossier of Haiti has no mission mss")
	}
	d, err := dossier.Load(os.DirFS(dir), dossier.Options{})
	must(b, err)
	return d
}

// slim is the criminal procedure as far as these cases come in it, with its words in
// one language: each case has its own copy on the record, and the disk is for cases.
func slim(d *dossier.Dossier) *instrument.Procedure {
	p := *d.Procedures[slices.IndexFunc(d.Procedures, func(p *dossier.Procedure) bool { return p.ID == "mss-criminal" })]
	words := locale.Text{locale.English: "Invented"}
	p.Title, p.Applies, p.Note = words, words, nil
	known := []string{"inform", "determine", "state-answers", "state-reminded", "tell"}
	then := func(b instrument.Branch) instrument.Branch {
		b.Title = words
		b.Then = slices.DeleteFunc(slices.Clone(b.Then), func(id string) bool { return p.Step(id) != nil && !slices.Contains(known, id) })
		if len(b.Then) == 0 {
			b.Then = []string{"no-forum"}
		}
		return b
	}
	var steps []instrument.Step
	for _, s := range p.Steps {
		if !slices.Contains(known, s.ID) {
			continue
		}
		s.Title, s.Asks, s.Discharge, s.Note, s.Clock.Words = words, words, nil, nil, words
		s.Answers = slices.Clone(s.Answers)
		for k := range s.Answers {
			s.Answers[k] = then(s.Answers[k])
		}
		if s.Silence != nil {
			b := then(*s.Silence)
			s.Silence = &b
		}
		steps = append(steps, s)
	}
	var ends []instrument.End
	for _, e := range p.Ends {
		if e.ID == "no-forum" || e.ID == "told" {
			e.Title = words
			ends = append(ends, e)
		}
	}
	p.Steps, p.Ends = steps, ends
	return &p
}

// incident is an invented one.
func (c *crowd) incident(sources ...casework.Basis) casework.Incident {
	if len(sources) == 0 {
		sources = []casework.Basis{{Kind: "source", ID: "unscr-2699", Grade: "B2"}}
	}
	return casework.Incident{
		When: when.MustParse("2024-03-12"), Where: casework.Place{Department: "HT01", Precision: "department"},
		Acts: []string{"injury", "detention"}, Terms: casework.CurrentTerms().Version,
		Harm:    []casework.Harm{{Kind: "injured", Sex: "male", Age: "adult", Min: 1, Max: 3}},
		Actors:  []casework.Alleged{{Actor: "haitian-national-police", Confidence: "likely", Share: "led"}, {Actor: "mss-force", Confidence: "possible", Share: "supported"}},
		Sources: sources,
	}
}

// docket opens a case of the first officer.
func (c *crowd) docket(b *testing.B, cases *casework.Cases, p *instrument.Procedure, sources ...casework.Basis) string {
	b.Helper()
	by := c.IDs[c.Officers[0]]
	i, err := cases.Code(b.Context(), by, c.incident(sources...))
	must(b, err)
	a, err := cases.Allege(b.Context(), by, casework.Allegation{Incident: i, Actor: "mss-force", Act: "injury", Confidence: "possible"}, 0)
	must(b, err)
	id, err := cases.Open(b.Context(), by, casework.Opened{Procedure: p, Allegations: []string{a}, Mission: "mss", State: "kenya"}, 0)
	must(b, err)
	return id
}

// people are those who reported: one for a thousand cases. To each of these cases
// something happened that they are told.
func (c *crowd) people(b *testing.B, s *store.Store, o *office.Office, cases *casework.Cases, p *instrument.Procedure) {
	b.Helper()
	in, err := intake.New(s, o, intake.Options{Dir: filepath.Join(c.Dir, "sealed"), Now: time.Now})
	must(b, err)
	defer func() { must(b, in.Close()) }()
	current, err := o.Current(b.Context())
	must(b, err)
	key := &reportKey{Office: current.Office, Epoch: current.Epoch, Recipient: current.Recipient}
	c.Told = max(10, c.N/1000)
	for range c.Told {
		_, err := in.ReceiveHere(b.Context(), key.parcel(b))
		must(b, err)
	}
	page, err := in.Threads(b.Context(), intake.Query{View: intake.Open, Limit: c.Told})
	must(b, err)
	for _, t := range page.Threads {
		id := c.docket(b, cases, p, casework.Basis{Kind: "thread", ID: t.ID, Grade: "B2"})
		must(b, cases.Do(b.Context(), c.IDs[c.Officers[0]], id, 0, casework.RecordAnswer{Step: 1, Answer: casework.Answer{Answer: "informed", How: "letter", Standard: casework.NotStated}}, 0))
	}
	c.Told = len(page.Threads)
}

// reportKey is what who reports must know of the office.
type reportKey struct {
	Office    seal.ID
	Epoch     int
	Recipient string
	Work      struct {
		Challenge seal.Challenge
		Bits      int
	}
}

// parcel is a report sealed to the office, with the work that it asks for.
func (k *reportKey) parcel(b *testing.B) *seal.Parcel {
	b.Helper()
	to, err := seal.ParseRecipient(k.Recipient)
	must(b, err)
	keys, err := seal.NewCode().Keys(k.Office)
	must(b, err)
	reply, err := keys.Reply()
	must(b, err)
	var envelope bytes.Buffer
	must(b, seal.SealDocument(&envelope, to, seal.Document{Report: &seal.Report{
		V: seal.Version, Path: seal.PathGeneral, Lang: "ht", What: "Envante.", Consent: seal.ConsentCase, Channel: seal.ChannelBrowser,
	}}))
	head := seal.Head{V: seal.Version, Kind: seal.ParcelReport, Office: k.Office, Epoch: k.Epoch, Lookup: seal.LookupHash(keys.Lookup), Reply: reply.Recipient().String()}
	if k.Work.Bits > 0 {
		head.Work = seal.DoWork(k.Work.Challenge, k.Work.Bits)
	}
	rand.Read(head.ID[:])
	return &seal.Parcel{Head: head, Envelope: &envelope, Size: int64(envelope.Len())}
}

// Stand-ins in what is copied, each of the length of what takes its place, where that
// has one.
const (
	anID       = "case-id-of-a-mold"
	anIncident = "incident-of-a-mold"
	aClaim     = "claim-of-a-mold"
	anOfficer  = "officer-of-a-mold"
	aNumber    = 777_777_777
	anIndex    = 888_888_880 // of the first of its events
)

// kind is what became of a case.
type kind int

const (
	waiting kind = iota // for a State's answer
	away                // so, and somebody has left the country
	closed
)

// mold is what cases are copied from.
type mold struct {
	crowd     *crowd
	procedure *instrument.Procedure
	first     []uint64 // index of the first event of each together of cases
	incident  string   // state of an incident
	casts     map[cast]*caste
	// rows are what casework's book wrote of one case of each kind, and of an incident,
	// an allegation, and that a case takes it.
	rows     map[kind]*written
	coded    *row
	alleged  *row
	takes    *row
	specimen map[int]cast // cases beyond the many
}

// written are the rows of a case whose cast has that day.
type written struct {
	day    when.Day
	docket *row
	steps  []*row
}

// row is one of a table.
type row struct {
	columns []string
	values  []any
	days    []bool // columns that go with the day of the cast
}

// with are the values for a case whose day is so many days later, with others in some
// columns.
func (r *row) with(later int64, others map[string]any) []any {
	values := slices.Clone(r.values)
	for i, c := range r.columns {
		if other, ok := others[c]; ok {
			values[i] = other
		} else if r.days != nil && r.days[i] {
			values[i] = values[i].(int64) + later
		}
	}
	return values
}

// insert is the statement that puts such a row into a table.
func (r *row) insert(table string) string {
	marks := make([]string, len(r.columns))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	return `INSERT INTO book_casework_` + table + ` (` + strings.Join(r.columns, ", ") + `) VALUES (` + strings.Join(marks, ", ") + `)`
}

// rowsOf are the rows that a query finds.
func rowsOf(ctx context.Context, t *record.Tables, query string, args ...any) (list []*row, err error) {
	rows, err := t.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		r := &row{columns: columns, values: make([]any, len(columns))}
		into := make([]any, len(columns))
		for i := range into {
			into[i] = &r.values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

// cast is a case whose day is so many days after today: on which its clock runs out, or
// on which it was opened.
type cast struct {
	kind kind
	day  when.Day
}

// caste is what is copied.
type caste struct {
	types  []string
	bodies []string
	state  string
	opened when.Day
}

// learn reads from a real case what the tables say of the incidents and allegations of all.
func (m *mold) learn(b *testing.B, s *store.Store, id string) {
	b.Helper()
	must(b, s.View(b.Context(), "casework", func(t *record.Tables) error {
		for _, of := range []struct {
			into  **row
			query string
		}{
			{&m.takes, `SELECT * FROM {takes} WHERE docket = $1`},
			{&m.alleged, `SELECT a.* FROM {allegation} a JOIN {takes} t ON t.allegation = a.id WHERE t.docket = $1`},
			{&m.coded, `SELECT i.* FROM {incident} i JOIN {takes} t ON t.incident = i.id WHERE t.docket = $1`},
		} {
			rows, err := rowsOf(b.Context(), t, of.query, id)
			if err != nil {
				return err
			}
			*of.into = rows[0]
		}
		i := m.crowd.incident()
		i.ID, i.Number, i.Changed = anIncident, aNumber, anIndex
		state, err := json.Marshal(i)
		m.incident = string(state)
		return err
	}))
}

// specimens puts two cases of each kind on the record, as casework does, and learns
// what its book writes of them. What differs between the two by as much as their days
// is a day.
func (m *mold) specimens(b *testing.B, s *store.Store) {
	b.Helper()
	const apart = 100
	m.rows, m.specimen = make(map[kind]*written), make(map[int]cast)
	number := m.crowd.N
	for k, day := range map[kind]when.Day{waiting: m.crowd.today() + 200, away: m.crowd.today() + 200, closed: m.crowd.today() - 4000} {
		var two [2]written
		for j := range two {
			m.specimen[number] = cast{k, day + when.Day(j*apart)}
			_, err := s.Do(b.Context(), "specimen "+strconv.Itoa(number), &copying{mold: m, book: "casework", from: number, to: number + 1}, time.Now())
			must(b, err)
			must(b, s.View(b.Context(), "casework", func(t *record.Tables) error {
				docket, err := rowsOf(b.Context(), t, `SELECT * FROM {docket} WHERE id = $1`, caseID(number))
				if err != nil {
					return err
				}
				two[j].docket = docket[0]
				two[j].steps, err = rowsOf(b.Context(), t, `SELECT s.* FROM {step} s JOIN {docket} d ON d.idx = s.docket WHERE d.id = $1 ORDER BY s.n`, caseID(number))
				return err
			}))
			number++
		}
		first, second := append(two[0].steps, two[0].docket), append(two[1].steps, two[1].docket)
		for i, r := range first {
			r.days = make([]bool, len(r.values))
			for c := range r.values {
				was, isInt := r.values[c].(int64)
				is, _ := second[i].values[c].(int64)
				r.days[c] = isInt && is-was == apart
			}
		}
		m.rows[k] = &written{day, two[0].docket, two[0].steps}
	}
}

// of is the cast of case i.
func (m *mold) of(i int) cast {
	if k, ok := m.specimen[i]; ok {
		return k
	}
	today := m.crowd.today()
	switch k := i % 100; {
	case k < 25:
		return cast{closed, today - 12*365 + when.Day(i/100%years)}
	case k < 35: // all on one night
		return cast{waiting, today - 1}
	case k < 36: // the office was off
		return cast{waiting, today - 30 + when.Day(i/100%29)}
	}
	waits := cast{waiting, today + 1 + when.Day((i*7919)%years)}
	if i%10 == 9 {
		waits.kind = away
	}
	return waits
}

// make takes a case through a procedure.
func (m *mold) make(k cast) *caste {
	if made, ok := m.casts[k]; ok {
		return made
	}
	made := new(caste)
	c := new(casework.Case)
	do := func(on when.Day, cmd casework.Command) {
		events, err := casework.Decide(c, anOfficer, cmd, on, m.crowd.today())
		if err != nil {
			panic(fmt.Errorf("%T: %w", cmd, err))
		}
		for i := range events {
			e := &events[i]
			if e.Case = anID; e.Opened != nil {
				e.Opened.Number = aNumber
			}
			e.Index = anIndex + uint64(len(made.types))
			c.Apply(e)
			body, err := record.Canonical(e)
			if err != nil {
				panic(err)
			}
			made.types, made.bodies = append(made.types, e.Type), append(made.bodies, string(body))
		}
	}
	opened := m.crowd.today() - 60
	if k.kind == closed {
		opened = k.day
	}
	answer := func(step int, a string) casework.RecordAnswer {
		return casework.RecordAnswer{Step: step, Answer: casework.Answer{Answer: a, How: "letter", Standard: casework.NotStated}}
	}
	do(opened, casework.Open{ID: anID, Number: aNumber, Opened: casework.Opened{Procedure: m.procedure, Allegations: []string{aClaim}, Mission: "mss", State: "kenya"}})
	do(opened, casework.Assign{Officer: "assigned-" + anOfficer})
	do(opened+1, answer(1, "informed"))
	do(opened+2, casework.SendNotice{Step: 2, Notice: casework.Notice{Language: "en", How: "post"}})
	do(opened+10, answer(2, "official"))
	switch k.kind {
	case waiting, away:
		do(opened+12, casework.SendNotice{Step: 3, Notice: casework.Notice{Language: "en", How: "post", By: &k.day}})
		if k.kind == away {
			do(opened+13, casework.RecordDeparture{Departure: casework.Departure{How: "rotated", Source: "state"}})
		}
	case closed:
		do(opened+12, casework.SendNotice{Step: 3, Notice: casework.Notice{Language: "en", How: "post"}})
		do(opened+30, answer(3, "declines"))
		for _, s := range c.Open() {
			do(opened+31, answer(s.N, "told"))
		}
	}
	for len(made.types) < eventsEach {
		do(opened+29, casework.RecordRemedy{Remedy: casework.Remedy{Kind: "apology"}})
	}
	if len(made.types) != eventsEach {
		panic(fmt.Sprintf("a case has %d events", len(made.types)))
	}
	state, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	made.opened, made.state = opened, string(state)
	m.casts[k] = made
	return made
}

// named puts the names of case i in place of the stand-ins.
func (m *mold) named(i int, first uint64) *strings.Replacer {
	pairs := []string{
		anID, caseID(i), anIncident, fmt.Sprintf("incident-%09d", i), aClaim, fmt.Sprintf("claim-%09d", i),
		"assigned-" + anOfficer, m.officer(i), anOfficer, m.crowd.IDs[m.crowd.Officers[0]],
		strconv.Itoa(aNumber), strconv.Itoa(firstNumber + i),
	}
	for k := range uint64(eventsEach) {
		pairs = append(pairs, strconv.FormatUint(anIndex+k, 10), strconv.FormatUint(first+k, 10))
	}
	return strings.NewReplacer(pairs...)
}

// firstNumber is the number of the first case that is copied; those that are not have
// lower ones.
const firstNumber = 100_000

func caseID(i int) string { return fmt.Sprintf("case-%011d", i) }

// officer is who has case i: one of forty, two of whom are there.
func (m *mold) officer(i int) string {
	if k := i / 100 % 40; k < len(m.crowd.Officers) {
		return m.crowd.IDs[m.crowd.Officers[k]]
	}
	return fmt.Sprintf("officer-%d", i/100%40)
}

// copies is the book of the events of the copies while they are put on the record.
type copies struct{}

func (copies) Name() string                                              { return "copies" }
func (copies) Types() []string                                           { return casework.EventTypes() }
func (copies) Tables() []record.Table                                    { return nil }
func (copies) Enter(context.Context, *record.Tables, record.Event) error { return nil }

// copying is the command that puts the events of some cases on the record.
type copying struct {
	mold     *mold
	book     string
	from, to int
}

func (c *copying) Book() string { return c.book }
func (*copying) Daily() bool    { return false }
func (c *copying) Digest() record.Hash {
	return sha256.Sum256(fmt.Appendf(nil, "copying %d %d", c.from, c.to))
}

func (c *copying) Decide(context.Context, *record.Tables) ([]record.Draft, error) {
	var drafts []record.Draft
	for i := c.from; i < c.to; i++ {
		made, names := c.mold.make(c.mold.of(i)), c.mold.named(i, 0)
		for k, body := range made.bodies {
			drafts = append(drafts, record.Draft{Type: made.types[k], Body: json.RawMessage(names.Replace(body))})
		}
	}
	return drafts, nil
}

// fill fills the tables, and makes their indexes afterwards, which is faster.
func (m *mold) fill(b *testing.B, path string, n int) {
	b.Helper()
	ctx := b.Context()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=synchronous(0)&_pragma=cache_size(-400000)")
	must(b, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	exec := func(query string, args ...any) {
		b.Helper()
		if _, err := db.ExecContext(ctx, query, args...); err != nil {
			b.Fatalf("%s: %v", query, err)
		}
	}
	var indexes []string
	rows, err := db.QueryContext(ctx, `SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name LIKE 'book_casework_%'`)
	must(b, err)
	var names []string
	for rows.Next() {
		var name, made string
		must(b, rows.Scan(&name, &made))
		names, indexes = append(names, name), append(indexes, made)
	}
	must(b, errors.Join(rows.Err(), rows.Close()))
	for _, name := range names {
		exec(`DROP INDEX ` + name)
	}
	for at := 0; at < n; at += together {
		tx, err := db.BeginTx(ctx, nil)
		must(b, err)
		prepare := func(query string) *sql.Stmt {
			stmt, err := tx.PrepareContext(ctx, query)
			must(b, err)
			return stmt
		}
		docket, step := prepare(m.rows[waiting].docket.insert("docket")), prepare(m.rows[waiting].steps[0].insert("step"))
		incident, allegation := prepare(m.coded.insert("incident")), prepare(m.alleged.insert("allegation"))
		takes := prepare(m.takes.insert("takes"))
		run := func(stmt *sql.Stmt, args []any) {
			if _, err := stmt.ExecContext(ctx, args...); err != nil {
				b.Fatal(err)
			}
		}
		for i := at; i < min(at+together, n); i++ {
			k := m.of(i)
			c, rows := m.make(k), m.rows[k.kind]
			later := int64(k.day - rows.day)
			idx := m.first[i/together] + uint64(i%together*eventsEach)
			changed := idx + eventsEach - 1
			names := m.named(i, idx)
			run(docket, rows.docket.with(later, map[string]any{
				"idx": idx, "id": caseID(i), "number": firstNumber + i, "state": names.Replace(c.state), "follows": idx, "officer": m.officer(i), "changed": changed,
			}))
			for _, s := range rows.steps {
				run(step, s.with(later, map[string]any{"docket": idx, "officer": m.officer(i)}))
			}
			run(incident, m.coded.with(0, map[string]any{
				"idx": idx, "id": names.Replace(anIncident), "number": firstNumber + i, "state": names.Replace(m.incident), "changed": idx, "last": int64(c.opened),
			}))
			run(allegation, m.alleged.with(0, map[string]any{
				"idx": idx, "id": names.Replace(aClaim), "number": firstNumber + i, "incident": names.Replace(anIncident), "day": int64(c.opened),
			}))
			run(takes, m.takes.with(0, map[string]any{
				"idx": idx, "docket": caseID(i), "allegation": names.Replace(aClaim), "incident": names.Replace(anIncident),
			}))
		}
		first := m.first[at/together]
		_, err = tx.ExecContext(ctx, `WITH RECURSIVE did(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM did WHERE i + 1 < $1)
			INSERT INTO book_casework_did (idx, docket) SELECT $2 + i, $2 + i - i % $3 FROM did`, eventsEach*(min(at+together, n)-at), first, eventsEach)
		must(b, err)
		must(b, tx.Commit())
	}
	exec(`INSERT OR IGNORE INTO book_casework_away (idx, officer, due) SELECT idx, officer, due FROM book_casework_docket WHERE closed = 0 AND state LIKE '%"departures":%'`)
	for _, made := range indexes {
		exec(made)
	}
	exec(`UPDATE book SET events = (SELECT MAX(idx) + 1 FROM event)`)
	exec(`DELETE FROM book WHERE name = 'copies'`)
}
