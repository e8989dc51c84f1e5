package gate_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"temwen/casework"
	"temwen/conduct"
	"temwen/gate"
	"temwen/instrument"
	"temwen/intake"
	"temwen/ledger"
	"temwen/locale"
	"temwen/office"
	"temwen/record"
	"temwen/seal"
	"temwen/store"
	"temwen/when"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// world is a store with an office, an inbox, casework and the gates before them.
type world struct {
	t      *testing.T
	office *office.Office
	in     *intake.Intake
	work   *casework.Cases
	inbox  *gate.Inbox
	cases  *gate.Cases
	tables *conduct.Office
	id     seal.ID
	epoch  *age.HybridIdentity
	ids    map[string]string // of officers, by their names
	today  when.Day
}

var passphraseFile = sync.OnceValues(func() ([]byte, error) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, err
	}
	return seal.WrapIdentityWithPassphrase(id, "x")
})

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, today: when.Today(noon), ids: make(map[string]string), epoch: must[*age.HybridIdentity](t)(age.GenerateHybridIdentity())}
	dir := filepath.Join(t.TempDir(), "store")
	if err := store.Create(t.Context(), dir, store.Options{Origin: "example.org/gate"}); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return noon }
	s := must[*store.Store](t)(store.Open(context.WithoutCancel(t.Context()), dir, store.Settings{
		Books: []record.Book{intake.Book, office.Book, casework.Book, conduct.Book}, Now: now,
		Ledger: ledger.Settings{BatchAge: time.Millisecond, Interval: 100 * time.Millisecond},
	}))
	w.office = office.New(s, now)
	first, key := w.newcomer("first")
	id := office.NewID()
	if err := w.id.UnmarshalText([]byte(id)); err != nil {
		t.Fatal(err)
	}
	w.do(first.ID, office.Found{
		ID: id, Name: locale.Text{"en": "An invented office"}, Officer: first,
		Epoch: office.Epoch{Number: 1, Recipient: w.epoch.Recipient().String(), Wraps: map[string][]byte{first.ID: w.wrap(key)}},
	})
	w.in = must[*intake.Intake](t)(intake.New(s, w.office, intake.Options{Dir: filepath.Join(dir, "sealed"), Now: now, WorkBits: 1}))
	w.work = casework.New(s, now, func() when.Day { return w.today })
	w.tables = conduct.New(s, now)
	w.inbox, w.cases = gate.NewInbox(w.office, w.in, w.work), gate.NewCases(w.office, w.work)
	t.Cleanup(func() {
		if err := errors.Join(w.in.Close(), s.Close()); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *world) newcomer(name string) (office.Officer, *age.HybridIdentity) {
	key := must[*age.HybridIdentity](w.t)(age.GenerateHybridIdentity())
	file := must[[]byte](w.t)(passphraseFile())
	o := office.Officer{
		ID: office.NewID(), Name: name, Recipient: key.Recipient().String(),
		Keys: []office.SealedKey{{File: file}}, Login: make([]byte, sha256.Size),
	}
	w.ids[name] = o.ID
	return o, key
}

func (w *world) wrap(to *age.HybridIdentity) []byte {
	return must[[]byte](w.t)(seal.WrapIdentity(w.epoch, to.Recipient()))
}

func (w *world) do(by string, c office.Command) {
	w.t.Helper()
	if err := w.office.Do(w.t.Context(), by, c); err != nil {
		w.t.Fatalf("%T: %v", c, err)
	}
}

// hire brings in an officer who has the key.
func (w *world) hire(name string) {
	w.t.Helper()
	_, id := office.NewLink()
	w.do(w.ids["first"], office.InviteOfficer{Invite: office.Invite{ID: id, Name: name, Until: noon.Add(time.Hour)}})
	o, key := w.newcomer(name)
	w.do("", office.Join{Invite: id, Officer: o})
	w.do(w.ids["first"], office.Admit{Officer: o.ID, Wraps: map[int][]byte{1: w.wrap(key)}})
}

// divide gives every officer the role that is their name; first is administrator
// and legal officer.
func (w *world) divide() {
	c := office.AssignRoles{Roles: map[string][]office.Role{w.ids["first"]: {office.Administrator, office.LegalOfficer}}}
	for name, id := range w.ids {
		if name != "first" {
			c.Roles[id] = []office.Role{office.Role(strings.TrimRight(name, "0123456789"))}
		}
	}
	w.do(w.ids["first"], c)
}

// staffed is a divided office with somebody of every role, two investigators.
func staffed(t *testing.T) *world {
	w := newWorld(t)
	for _, name := range []string{"intake", "investigator", "investigator2", "legal", "publisher", "auditor"} {
		w.hire(name)
	}
	w.divide()
	return w
}

// as is a context in which an officer asks.
func (w *world) as(name string) context.Context { return gate.As(w.t.Context(), w.ids[name]) }

// report sends a report, and returns the thread that it opened.
func (w *world) report() string {
	w.t.Helper()
	keys := must[seal.CodeKeys](w.t)(seal.NewCode().Keys(w.id))
	reply := must[*age.HybridIdentity](w.t)(keys.Reply())
	var sealed bytes.Buffer
	if err := seal.SealDocument(&sealed, w.epoch.Recipient(), seal.Document{Report: &seal.Report{V: seal.Version, Path: seal.Paths[0], Lang: "en", Consent: seal.Consents[0], Channel: seal.ChannelPage, What: "An invented report."}}); err != nil {
		w.t.Fatal(err)
	}
	h := seal.Head{V: seal.Version, Kind: seal.ParcelReport, Office: w.id, Epoch: 1, Lookup: seal.LookupHash(keys.Lookup), Reply: reply.Recipient().String()}
	if err := h.ID.UnmarshalText([]byte(office.NewID())); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.in.ReceiveHere(w.t.Context(), &seal.Parcel{Head: h, Size: int64(sealed.Len()), Envelope: &sealed}); err != nil {
		w.t.Fatal(err)
	}
	page := must[intake.Page](w.t)(w.in.Threads(w.t.Context(), intake.Query{View: intake.Open, Limit: 1}))
	return page.Threads[0].ID
}

func (w *world) assign(thread, name string) {
	w.t.Helper()
	t := must[*intake.Thread](w.t)(w.in.Thread(w.t.Context(), thread))
	if err := w.in.Do(w.t.Context(), "test", intake.Assign{Thread: thread, Seen: t.Version, Officer: w.ids[name]}); err != nil {
		w.t.Fatal(err)
	}
}

// allows enters what the person of a thread allows.
func (w *world) allows(thread string, c seal.Consent) {
	w.t.Helper()
	t := must[*intake.Thread](w.t)(w.in.Thread(w.t.Context(), thread))
	if err := w.in.Do(w.t.Context(), "test", intake.HeedConsent{Thread: thread, Seen: t.Version, Consent: c}); err != nil {
		w.t.Fatal(err)
	}
}

// coded makes an incident that rests on a thread, with an allegation.
func (w *world) coded(thread string) (incident, allegation string) {
	w.t.Helper()
	terms := casework.CurrentTerms()
	incident = must[string](w.t)(w.work.Code(w.t.Context(), "test", casework.Incident{
		Terms: terms.Version, Acts: []string{terms.Acts[0].ID}, Sources: []casework.Basis{{Kind: "thread", ID: thread, Grade: "B2"}},
	}))
	allegation = must[string](w.t)(w.work.Allege(w.t.Context(), "test", casework.Allegation{
		Incident: incident, Actor: "police", Act: terms.Acts[0].ID, Confidence: "likely",
	}, 0))
	return incident, allegation
}

// outcome is how a call ended: allowed, or the code of its refusal.
func outcome(err error) string {
	var refused *office.Refused
	var notSo *intake.Refused
	var neither *casework.Refused
	var tables *conduct.Refused
	switch {
	case errors.As(err, &tables):
		return tables.Code
	case err == nil:
		return "done"
	case errors.As(err, &refused):
		return refused.Code
	case errors.As(err, &notSo):
		return notSo.Code
	case errors.As(err, &neither):
		return neither.Code
	}
	return err.Error()
}

func wants(t *testing.T, what string, err error, want string) {
	t.Helper()
	if got := outcome(err); got != want {
		t.Errorf("%s: %s, want %s", what, got, want)
	}
}

// TestEnvelopes are handed to whose role opens them, and to nobody else; a refusal
// leaves nothing on the record.
func TestEnvelopes(t *testing.T) {
	w := staffed(t)
	thread := w.report()
	w.assign(thread, "investigator")
	for name, want := range map[string]string{
		"intake": "done", "investigator": "done", "investigator2": office.CodeRole, "legal": office.CodeRole,
		"publisher": office.CodeRole, "auditor": office.CodeRole, "first": office.CodeRole,
	} {
		body, _, err := w.inbox.Envelope(w.as(name), w.ids[name], thread, 1)
		wants(t, name, err, want)
		if err == nil {
			body.Close()
		}
	}
	_, _, err := w.inbox.Envelope(t.Context(), "", thread, 1)
	wants(t, "nobody", err, office.CodeRole)
	_, _, err = w.inbox.Envelope(w.as("auditor"), w.ids["intake"], thread, 1)
	wants(t, "in another's name", err, office.CodeNotAllow)
}

// TestWhatIsSeen: each role is listed what it may see, and counts as much.
func TestWhatIsSeen(t *testing.T) {
	w := staffed(t)
	one, two := w.report(), w.report()
	w.assign(one, "investigator")
	for name, want := range map[string]int{"intake": 2, "investigator": 1, "investigator2": 0, "legal": 2, "auditor": 2} {
		page, err := w.inbox.Threads(w.as(name), intake.Query{View: intake.Open})
		if err != nil || len(page.Threads) != want || page.Counts[intake.Open] != want {
			t.Errorf("%s sees %d threads of %d (%v)", name, len(page.Threads), page.Counts[intake.Open], err)
		}
	}
	_, err := w.inbox.Threads(w.as("publisher"), intake.Query{View: intake.Open})
	wants(t, "the publisher", err, office.CodeRole)
	_, err = w.inbox.Thread(w.as("investigator"), two)
	wants(t, "a thread of another", err, office.CodeRole)
	_, err = w.inbox.Threads(t.Context(), intake.Query{View: intake.Open})
	wants(t, "nobody", err, office.CodeRole)
}

// TestWalls: a conflict of interest hides a case, its incidents and their threads.
func TestWalls(t *testing.T) {
	w := staffed(t)
	thread, other := w.report(), w.report()
	incident, allegation := w.coded(thread)
	twin, _ := w.coded(other)
	if err := w.work.Merge(t.Context(), "test", twin, incident, 0); err != nil {
		t.Fatal(err)
	}
	docket := must[string](t)(w.cases.Open(w.as("first"), w.ids["first"], casework.Opened{
		Procedure: procedure(t), Allegations: []string{allegation}, Mission: "mss",
	}, 0))
	wall := casework.Wall{Officer: w.ids["legal"]}
	wants(t, "a wall by an investigator", w.cases.Do(w.as("investigator"), w.ids["investigator"], docket, 0, wall, 0), office.CodeRole)
	wants(t, "a wall", w.cases.Do(w.as("first"), w.ids["first"], docket, 0, wall, 0), "done")

	legal := w.as("legal")
	_, err := w.cases.Case(legal, w.ids["legal"], docket)
	wants(t, "the case", err, casework.CodeWalled)
	_, err = w.cases.History(legal, docket)
	wants(t, "its history", err, casework.CodeWalled)
	for what, id := range map[string]string{"the incident": incident, "what is the same": twin} {
		_, err = w.cases.Incident(legal, id)
		wants(t, what, err, office.CodeWalled)
	}
	for what, id := range map[string]string{"the thread": thread, "the other thread": other} {
		_, err = w.inbox.Thread(legal, id)
		wants(t, what, err, office.CodeWalled)
		wants(t, "asking to erase "+what, w.inbox.Do(legal, w.ids["legal"], intake.AskErasure{Thread: id, Ground: "law"}), office.CodeWalled)
	}
	list := must[casework.Page](t)(w.cases.List(legal, casework.Query{}))
	incidents := must[[]*casework.Incident](t)(w.cases.Incidents(legal, 10))
	page := must[intake.Page](t)(w.inbox.Threads(legal, intake.Query{View: intake.Open}))
	board := must[[]casework.Falling](t)(w.cases.Board(legal, casework.Span{From: when.Earliest, To: when.Latest, Limit: 10}))
	if dates := must[[]casework.Dated](t)(w.cases.Dates(legal, casework.Span{From: when.Earliest, To: when.Latest, Limit: 10})); len(dates) != 0 {
		t.Errorf("behind the wall the calendar has %+v", dates)
	}
	if len(list.Cases)+len(incidents)+len(page.Threads)+page.Counts[intake.Open]+len(board) != 0 {
		t.Errorf("behind the wall are listed %d cases, %d incidents, %d threads, %d steps", len(list.Cases), len(incidents), len(page.Threads), len(board))
	}
	if list := must[casework.Page](t)(w.cases.List(w.as("auditor"), casework.Query{})); len(list.Cases) != 1 {
		t.Errorf("the auditor sees %d cases", len(list.Cases))
	}
}

// TestCommands: who may do what with a case.
func TestCommands(t *testing.T) {
	w := staffed(t)
	thread := w.report()
	w.allows(thread, seal.ConsentPublic)
	_, allegation := w.coded(thread)
	docket := must[string](t)(w.cases.Open(w.as("investigator"), w.ids["investigator"], casework.Opened{
		Procedure: procedure(t), Allegations: []string{allegation}, Mission: "mss",
	}, 0))
	remedy := casework.RecordRemedy{Remedy: casework.Remedy{Kind: "apology"}}
	for _, tt := range []struct {
		who  string
		c    casework.Command
		want string
	}{
		{"investigator", remedy, "done"},
		{"investigator2", remedy, office.CodeRole},
		{"legal", remedy, "done"},
		{"auditor", remedy, office.CodeRole},
		{"intake", remedy, office.CodeRole},
		{"publisher", remedy, office.CodeRole},
		{"investigator", casework.Succeed{Mission: "gsf"}, office.CodeRole},
		{"legal", casework.Succeed{Mission: "gsf"}, "done"},
		{"investigator", casework.NameState{State: "jamaica"}, office.CodeRole},
		{"auditor", casework.NameState{State: "jamaica"}, office.CodeRole},
		{"investigator", casework.SetAside{Step: 1, Answer: 1}, office.CodeRole},
		{"intake", casework.SetAside{Step: 1, Answer: 1}, office.CodeRole},
		{"publisher", casework.SetAside{Step: 1, Answer: 1}, office.CodeRole},
		{"auditor", casework.SetAside{Step: 1, Answer: 1}, office.CodeRole},
		{"legal", casework.SetAside{Step: 1, Answer: 1}, casework.CodeUnknown}, // allowed; there is none
		{"investigator", casework.Adopt{}, office.CodeRole},
		{"legal", casework.Adopt{}, casework.CodeProcedure}, // allowed; there is none
		{"legal", casework.NoteSilence{Step: 1}, office.CodeRole},
		{"publisher", casework.AskPublication{}, office.CodeRole},
		{"legal", casework.AskPublication{Fields: []string{"track"}}, "done"},
		{"legal", casework.Publish{}, office.CodeRole},
		{"publisher", casework.Publish{}, casework.CodeUnknown}, // allowed; nothing was asked
	} {
		wants(t, fmt.Sprintf("%T by %s", tt.c, tt.who), w.cases.Do(w.as(tt.who), w.ids[tt.who], docket, 0, tt.c, 0), tt.want)
	}
	_, err := w.cases.Case(w.as("investigator2"), w.ids["investigator2"], docket)
	wants(t, "the case of another", err, office.CodeRole)
}

// TestWhoMayHaveIt: a case or a report is given to nobody who could do nothing with
// it.
func TestWhoMayHaveIt(t *testing.T) {
	w := staffed(t)
	w.ids["a stranger"], w.ids["nobody"] = "stranger", ""
	thread := w.report()
	_, allegation := w.coded(thread)
	docket := w.docket(allegation)
	for _, tt := range []struct{ who, docket, thread string }{
		{"intake", office.CodeCannotHave, "done"},
		{"investigator", "done", "done"},
		{"first", "done", "done"}, // who is a legal officer
		{"publisher", office.CodeCannotHave, office.CodeCannotHave},
		{"auditor", office.CodeCannotHave, office.CodeCannotHave},
		{"a stranger", office.CodeCannotHave, office.CodeCannotHave},
		{"nobody", "done", "done"},
	} {
		wants(t, "a case to "+tt.who, w.cases.Do(w.as("legal"), w.ids["legal"], docket, 0, casework.Assign{Officer: w.ids[tt.who]}, 0), tt.docket)
		th := must[*intake.Thread](t)(w.in.Thread(t.Context(), thread))
		wants(t, "a report to "+tt.who, w.inbox.Do(w.as("legal"), w.ids["legal"], intake.Assign{Thread: thread, Seen: th.Version, Officer: w.ids[tt.who]}), tt.thread)
	}
}

// procedure is one step with one answer.
func procedure(t *testing.T) *instrument.Procedure {
	t.Helper()
	p := &instrument.Procedure{
		ID: "p", Track: instrument.Criminal, Start: "inform",
		Steps: []instrument.Step{{
			ID: "inform", Provision: "a", Clock: instrument.Clock{Within: when.Days(10)},
			Answers: []instrument.Branch{{ID: "informed", Then: []string{"nothing"}}},
			Silence: &instrument.Branch{Then: []string{"inform"}},
		}},
		Ends: []instrument.End{{ID: "nothing", Outcome: instrument.NoAction}},
	}
	if flaws := p.Check(); len(flaws) > 0 {
		t.Fatal(flaws)
	}
	return p
}

// TestErasureTakesTwo who may, and is asked for and done under the roles of that
// moment.
func TestErasureTakesTwo(t *testing.T) {
	w := staffed(t)
	thread := w.report()
	erase := func(name string, dry bool) error {
		_, err := w.inbox.Erase(w.as(name), w.ids[name], thread, dry)
		return err
	}
	ask := intake.AskErasure{Thread: thread, Ground: "asked"}
	wants(t, "asking by the auditor", w.inbox.Do(w.as("auditor"), w.ids["auditor"], ask), office.CodeRole)
	wants(t, "asking", w.inbox.Do(w.as("legal"), w.ids["legal"], ask), "done")
	wants(t, "a dry run by the auditor", erase("auditor", true), "done")
	wants(t, "a dry run by the publisher", erase("publisher", true), office.CodeRole)
	wants(t, "erasing by the auditor", erase("auditor", false), office.CodeRole)
	wants(t, "a dry run", erase("intake", true), "done")
	wants(t, "by the same", erase("legal", false), intake.CodeFourEyes)
	wants(t, "by one who may not", erase("intake", false), office.CodeRole)
	wants(t, "by the second", erase("first", false), "done")
	wants(t, "again", erase("first", false), intake.CodeUnknown)
}

// TestARoleTakenInMidAction: the page was shown while they had the role; what they
// then do is refused.
func TestARoleTakenInMidAction(t *testing.T) {
	w := staffed(t)
	w.hire2(t)
	thread := w.report()
	seen := must[*intake.Thread](t)(w.inbox.Thread(w.as("intake"), thread))
	w.do(w.ids["first"], office.AssignRoles{Roles: map[string][]office.Role{w.ids["intake"]: {}}})
	err := w.inbox.Do(w.as("intake"), w.ids["intake"], intake.SetStage{Thread: thread, Seen: seen.Version, Stage: intake.Closed})
	wants(t, "closing", err, office.CodeRole)
	if !strings.Contains(err.Error(), "intake") {
		t.Errorf("the refusal does not say who may: %v", err)
	}
	if now := must[*intake.Thread](t)(w.in.Thread(t.Context(), thread)); now.Version != seen.Version {
		t.Error("something was done")
	}
}

// hire2 lets the investigator2 be an intake officer as well.
func (w *world) hire2(t *testing.T) {
	t.Helper()
	w.do(w.ids["first"], office.AssignRoles{Roles: map[string][]office.Role{w.ids["investigator2"]: {office.Investigator, office.IntakeOfficer}}})
}

// TestTwoAtOnce: an officer acts while an administrator takes the role. Whichever
// comes first, the record is as if one had come after the other.
func TestTwoAtOnce(t *testing.T) {
	w := staffed(t)
	w.hire2(t)
	for range 5 {
		thread := w.report()
		give := func(roles ...office.Role) error {
			return w.office.Do(t.Context(), w.ids["first"], office.AssignRoles{Roles: map[string][]office.Role{w.ids["intake"]: roles}})
		}
		var acted, took error
		var both sync.WaitGroup
		both.Go(func() {
			acted = w.inbox.Do(w.as("intake"), w.ids["intake"], intake.MarkOpened{Thread: thread, Items: []int{1}})
		})
		both.Go(func() { took = give() })
		both.Wait()
		if took != nil {
			t.Fatal(took)
		}
		now := must[*intake.Thread](t)(w.in.Thread(t.Context(), thread))
		switch outcome(acted) {
		case "done":
			if now.Unread != 0 {
				t.Error("done, and nothing happened")
			}
		case office.CodeRole:
			if now.Unread != 1 {
				t.Error("refused, and it happened")
			}
		default:
			t.Errorf("%v", acted)
		}
		if err := give(office.IntakeOfficer); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTwoErase: of two who erase at once one does it, and the other is told.
func TestTwoErase(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"one", "two"} {
		w.hire(name)
	}
	thread := w.report()
	wants(t, "asking", w.inbox.Do(w.as("first"), w.ids["first"], intake.AskErasure{Thread: thread, Ground: "safety"}), "done")
	outcomes := make([]string, 2)
	var both sync.WaitGroup
	for i, name := range []string{"one", "two"} {
		both.Go(func() {
			_, err := w.inbox.Erase(w.as(name), w.ids[name], thread, false)
			outcomes[i] = outcome(err)
		})
	}
	both.Wait()
	slices.Sort(outcomes)
	if outcomes[0] != "done" || outcomes[1] != intake.CodeUnknown {
		t.Errorf("%v", outcomes)
	}
}

// TestUndivided: before roles are given, everybody may do what one person may, and
// four eyes are still four.
func TestUndivided(t *testing.T) {
	w := newWorld(t)
	w.hire("other")
	thread := w.report()
	body, _, err := w.inbox.Envelope(w.as("other"), w.ids["other"], thread, 1)
	wants(t, "an envelope", err, "done")
	body.Close()
	wants(t, "asking", w.inbox.Do(w.as("other"), w.ids["other"], intake.AskErasure{Thread: thread, Ground: "safety"}), "done")
	_, err = w.inbox.Erase(w.as("other"), w.ids["other"], thread, false)
	wants(t, "erasing alone", err, intake.CodeFourEyes)
	_, err = w.inbox.Threads(gate.As(t.Context(), "stranger"), intake.Query{View: intake.Open})
	wants(t, "a stranger", err, office.CodeRole)
}

// erased erases a report, by two officers.
func (w *world) erased(thread string) {
	w.t.Helper()
	if err := w.in.Do(w.t.Context(), "one", intake.AskErasure{Thread: thread, Ground: "asked"}); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.in.Erase(w.t.Context(), "two", thread, false); err != nil {
		w.t.Fatal(err)
	}
}
