package told_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	_ "modernc.org/sqlite"

	"temwen/casework"
	"temwen/dossier"
	"temwen/instrument"
	"temwen/intake"
	"temwen/ledger"
	"temwen/locale"
	"temwen/record"
	"temwen/seal"
	"temwen/store"
	"temwen/told"
	"temwen/when"
)

// world is an office with a key of its own, its casework, and its teller.
type world struct {
	key    *age.HybridIdentity
	dir    string
	now    time.Time
	store  *store.Store
	intake *intake.Intake
	cases  *casework.Cases
	teller *told.Teller
}

func (w *world) Current(context.Context) (intake.Current, error) {
	return intake.Current{Office: seal.ID{1}, Name: locale.Text{"en": "An invented office"}, Epoch: 1, Recipient: w.key.Recipient().String()}, nil
}

func (w *world) Accepts(context.Context, int, time.Time) (bool, error) { return true, nil }

func found(t testing.TB) *world {
	t.Helper()
	w := newWorld(t, filepath.Join(t.TempDir(), "store"))
	if err := store.Create(t.Context(), w.dir, store.Options{Origin: "example.org/told"}); err != nil {
		t.Fatal(err)
	}
	w.open(t)
	t.Cleanup(func() { w.close(t) })
	return w
}

func newWorld(t testing.TB, dir string) *world {
	t.Helper()
	key, err := seal.IdentityFromSeed([32]byte{9})
	if err != nil {
		t.Fatal(err)
	}
	return &world{key: key, dir: dir, now: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)}
}

func (w *world) open(t testing.TB) {
	t.Helper()
	now := func() time.Time { return w.now }
	var err error
	w.store, err = store.Open(context.WithoutCancel(t.Context()), w.dir, store.Settings{
		Books:  []record.Book{intake.Book, casework.Book},
		Ledger: ledger.Settings{BatchAge: time.Millisecond, Interval: 100 * time.Millisecond},
		Now:    now,
	})
	if err != nil {
		t.Fatal(err)
	}
	if w.intake, err = intake.New(w.store, w, intake.Options{Dir: filepath.Join(w.dir, "sealed"), Now: now, WorkBits: 1}); err != nil {
		t.Fatal(err)
	}
	w.cases = casework.New(w.store, now, func() when.Day { return when.Today(w.now) })
	w.teller = told.New(w.store, w.intake, w.cases)
}

func (w *world) close(t testing.TB) {
	t.Helper()
	if err := errors.Join(w.intake.Close(), w.store.Close()); err != nil {
		t.Error(err)
	}
}

// person is somebody who reported, and their thread.
type person struct {
	w      *world
	keys   seal.CodeKeys
	reply  *age.HybridIdentity
	thread string
}

func (w *world) report(t testing.TB) *person {
	t.Helper()
	keys, err := seal.NewCode().Keys(seal.ID{1})
	if err != nil {
		t.Fatal(err)
	}
	p := &person{w: w, keys: keys}
	if p.reply, err = keys.Reply(); err != nil {
		t.Fatal(err)
	}
	report := &seal.Report{V: 1, Path: seal.PathExploitation, Lang: "ht", What: "yon bagay", Consent: seal.ConsentCase, Channel: seal.ChannelBrowser}
	p.send(t, seal.Head{Kind: seal.ParcelReport, Lookup: seal.LookupHash(keys.Lookup), Reply: p.reply.Recipient().String()}, seal.Document{Report: report})
	page, err := w.intake.Threads(t.Context(), intake.Query{View: intake.Open, Limit: 1})
	if err != nil || len(page.Threads) != 1 {
		t.Fatalf("%d threads (%v)", len(page.Threads), err)
	}
	p.thread = page.Threads[0].ID
	return p
}

func (p *person) send(t testing.TB, head seal.Head, d seal.Document) {
	t.Helper()
	var b bytes.Buffer
	if err := seal.SealDocument(&b, p.w.key.Recipient(), d); err != nil {
		t.Fatal(err)
	}
	head.V, head.Office, head.Epoch, head.ID = 1, seal.ID{1}, 1, seal.ID{byte(rand.Int()), byte(rand.Int()), byte(rand.Int()), byte(rand.Int())}
	if _, err := p.w.intake.ReceiveHere(t.Context(), &seal.Parcel{Head: head, Envelope: bytes.NewReader(b.Bytes()), Size: int64(b.Len())}); err != nil {
		t.Fatal(err)
	}
}

// allows says what the office may do from now on.
func (p *person) allows(t testing.TB, c seal.Consent) {
	t.Helper()
	m := &seal.Message{V: 1, From: seal.FromReporter, Kind: seal.KindConsent, Lang: "ht", Consent: c}
	p.send(t, seal.Head{Kind: seal.ParcelConsent, Token: p.keys.Lookup}, seal.Document{Message: m})
}

// hears is what the person reads in a language, without the days.
func (p *person) hears(t testing.TB, lang locale.Lang) (list []string) {
	t.Helper()
	th, err := p.w.intake.PersonThread(t.Context(), p.keys.Lookup)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range th.Items {
		if !i.FromOffice {
			continue
		}
		envelope, _, err := p.w.intake.PersonItem(t.Context(), p.keys.Lookup, i.N)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := seal.Open(envelope, p.reply)
		if err != nil {
			t.Fatal(err)
		}
		member, err := opened.Next()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(member.Content)
		if err != nil {
			t.Fatal(err)
		}
		m, err := seal.ParseMessage(text)
		if err != nil {
			t.Fatal(err)
		}
		if i.Size != seal.EnvelopeSize(8192) {
			t.Errorf("a word has %d bytes: it does not look like others", i.Size)
		}
		said, in := m.TextIn(lang)
		if in != lang {
			t.Errorf("a word is not there in %s", lang)
		}
		_, said, _ = strings.Cut(said, ". ")
		list = append(list, said)
	}
	return list
}

// heard holds that the person hears these, in English, in this order, each after the
// track that it is about.
func (p *person) heard(t testing.TB, want ...string) {
	t.Helper()
	got := p.hears(t, locale.English)
	if len(got) != len(want) {
		t.Errorf("the person hears %q, and should %q", got, want)
		return
	}
	for i, w := range want {
		if said, about := strings.CutPrefix(got[i], "About "); about {
			_, got[i], _ = strings.Cut(said, ": ")
		}
		if !strings.HasPrefix(got[i], w) {
			t.Errorf("the person hears %q, and should %q", got[i], w)
		}
	}
}

// incident codes one that rests on reports.
func (w *world) incident(t testing.TB, people ...*person) string {
	t.Helper()
	i := casework.Incident{Acts: []string{"injury"}, Terms: casework.CurrentTerms().Version}
	for _, p := range people {
		i.Sources = append(i.Sources, casework.Basis{Kind: "thread", ID: p.thread, Grade: "B2"})
	}
	id, err := w.cases.Code(t.Context(), "o1", i)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// docket opens a case about an incident.
func (w *world) docket(t testing.TB, incident, procedure string) string {
	t.Helper()
	a, err := w.cases.Allege(t.Context(), "o1", casework.Allegation{Incident: incident, Actor: "mss-force", Act: "injury", Confidence: "likely"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	id, err := w.cases.Open(t.Context(), "o1", casework.Opened{Procedure: procedureOf(t, procedure), Allegations: []string{a}, Mission: "mss"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func procedureOf(t testing.TB, id string) *instrument.Procedure {
	t.Helper()
	d, err := dossier.Load(os.DirFS("../missions/haiti"), dossier.Options{})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(d.Procedures, func(p *dossier.Procedure) bool { return p.ID == id })
	return d.Procedures[i]
}

func (w *world) act(t testing.TB, id string, c casework.Command) {
	t.Helper()
	if err := w.cases.Do(t.Context(), "o1", id, 0, c, 0); err != nil {
		t.Fatalf("%T: %v", c, err)
	}
}

func (w *world) deed(t testing.TB, d intake.Deed) {
	t.Helper()
	if err := w.intake.Do(t.Context(), "o1", d); err != nil {
		t.Fatalf("%T: %v", d, err)
	}
}

// pass makes a pass, and holds how many messages it sent.
func (w *world) pass(t testing.TB, want int) {
	t.Helper()
	if n, err := w.teller.Pass(t.Context()); err != nil || n != want {
		t.Errorf("a pass sends %d messages, and should %d (%v)", n, want, err)
	}
}

func answer(step int, a string) casework.RecordAnswer {
	return casework.RecordAnswer{Step: step, Answer: casework.Answer{Answer: a, How: "letter", Standard: casework.NotStated}}
}

func notice(w *world, step, days int) casework.SendNotice {
	by := when.Today(w.now) + when.Day(days)
	return casework.SendNotice{Step: step, Notice: casework.Notice{Language: "en", How: "post", By: &by}}
}

// Given a case that rests on a report, when something happens to it, by an officer,
// a recipient or the clock, then the person is told once, in every language, and
// their thread moves on; the office's own view of who has the last word does not.
func TestToldAtEachStep(t *testing.T) {
	w := found(t)
	p, stranger := w.report(t), w.report(t)
	id := w.docket(t, w.incident(t, p), "mss-criminal")
	w.pass(t, 1)
	w.pass(t, 0)
	p.heard(t, "The office opened a case")
	w.act(t, id, answer(1, "informed"))
	w.act(t, id, answer(2, "official"))
	w.act(t, id, notice(w, 3, 20))
	w.pass(t, 3)
	w.now = w.now.AddDate(0, 0, 21)
	if pass, err := w.cases.Pass(t.Context()); err != nil || pass.Silences != 1 {
		t.Fatalf("%+v (%v)", pass, err)
	}
	w.now = w.now.AddDate(0, 0, 1)
	if err := w.cases.Do(t.Context(), "", id, 0, answer(3, "accepts"), 0); err != nil { // by the recipient
		t.Fatal(err)
	}
	w.pass(t, 2)
	p.heard(t, "The office opened a case", "An answer came", "Those who decide it say", "The office wrote to those who must answer. They must answer by 18 December 2026.",
		"Those who must answer did not answer in time", "An answer came, too late.")
	stranger.heard(t)
	if creole := p.hears(t, locale.Creole); !strings.HasPrefix(creole[0], "Sou pinisyon devan tribinal: Biwo a louvri yon dosye") {
		t.Errorf("in Creole it begins %q", creole[0])
	}
	th, err := w.intake.Thread(t.Context(), p.thread)
	if err != nil || th.Stage != intake.Noticed || !th.Ours || len(th.Items) != 1 {
		t.Errorf("the thread is %+v (%v)", th, err)
	}
	said, err := w.intake.ToldOf(t.Context(), id)
	if err != nil || len(said) != 6 || !slices.Equal(said[3].Words, []string{"of-criminal", "notice-by"}) || said[3].Until != "2026-12-18" || said[3].On != "2026-11-28" || said[4].Day != "2026-12-20" {
		t.Errorf("the office knows of %+v (%v)", said, err)
	}

	// And nothing is told again by a program that begins anew, on tables made anew.
	if _, err := w.store.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	w.teller = told.New(w.store, w.intake, w.cases)
	w.pass(t, 0)
}

// Given people who withdrew, whose words are held, whose report is not for this
// office or was erased, then they are told nothing; and who is let go is told what
// happened meanwhile.
func TestWhoIsToldNothing(t *testing.T) {
	w := found(t)
	withdrawn, held, foreign, erased := w.report(t), w.report(t), w.report(t), w.report(t)
	id := w.docket(t, w.incident(t, withdrawn, held, foreign, erased), "mss-complaint")
	w.pass(t, 4)
	if err := w.intake.Withdraw(t.Context(), withdrawn.keys.Lookup); err != nil {
		t.Fatal(err)
	}
	w.deed(t, intake.HoldWords{Thread: held.thread, Held: true})
	head, err := w.intake.Head(t.Context(), foreign.thread)
	if err != nil {
		t.Fatal(err)
	}
	w.deed(t, intake.SetStage{Thread: foreign.thread, Seen: head.Version, Stage: intake.Closed, Foreign: true})
	w.deed(t, intake.AskErasure{Thread: erased.thread, Ground: "asked"})
	if _, err := w.intake.Erase(t.Context(), "o2", erased.thread, false); err != nil {
		t.Fatal(err)
	}
	w.act(t, id, answer(1, "received"))
	w.act(t, id, answer(2, "sea"))
	w.pass(t, 0)
	for _, p := range []*person{withdrawn, held, foreign} {
		p.heard(t, "The office opened a case")
	}
	if _, err := w.intake.PersonThread(t.Context(), erased.keys.Lookup); !errors.Is(err, intake.ErrUnknown) {
		t.Errorf("what was erased opens (%v)", err)
	}
	rests, err := told.RestsOf(t.Context(), w.intake, w.cases, id)
	if err != nil || len(rests.People) != 4 || len(rests.Against(seal.ConsentOffice)) != 2 || rests.Elsewhere(seal.ConsentCase) || rests.Unknown(seal.ConsentCase) {
		t.Errorf("the case rests on %+v, of whom these allow nothing: %+v (%v)", rests, rests.Against(seal.ConsentOffice), err)
	}
	w.deed(t, intake.HoldWords{Thread: held.thread})
	w.pass(t, 2)
	held.heard(t, "The office opened a case", "An answer came", "An answer came")
	withdrawn.heard(t, "The office opened a case")
}

// Given what one person told under two codes, and two reports of what turns out to
// be one incident, then each code hears of the case, also where this is found out
// later.
func TestToldUnderEachCode(t *testing.T) {
	w := found(t)
	one, again, other := w.report(t), w.report(t), w.report(t)
	head, err := w.intake.Head(t.Context(), again.thread)
	if err != nil {
		t.Fatal(err)
	}
	w.deed(t, intake.JoinThreads{Thread: again.thread, Seen: head.Version, Into: one.thread})
	first, second := w.incident(t, again), w.incident(t, other)
	id := w.docket(t, first, "mss-complaint")
	w.pass(t, 2)
	if err := w.cases.Merge(t.Context(), "o1", second, first, 0); err != nil {
		t.Fatal(err)
	}
	w.act(t, id, answer(1, "received"))
	w.pass(t, 4)
	for _, p := range []*person{one, again, other} {
		p.heard(t, "The office opened a case", "An answer came")
	}
}

// What a person allows is known as far as it is known outside of the seal: before an
// officer has entered it, and from the moment it changes until one has read it,
// nothing is allowed.
func TestConsentIsHeeded(t *testing.T) {
	w := found(t)
	p := w.report(t)
	lets := func(want bool) *intake.Thread {
		t.Helper()
		th, err := w.intake.Thread(t.Context(), p.thread)
		if err != nil || th.Lets(seal.ConsentCase) != want {
			t.Errorf("the thread is %+v, and a case is allowed: %t (%v)", th, !want, err)
		}
		return th
	}
	heeded := func(asked bool, day string) {
		t.Helper()
		th, err := w.intake.PersonThread(t.Context(), p.keys.Lookup)
		if err != nil || th.Asked != asked || day != "" && th.Heeded.String() != day {
			t.Errorf("the person sees %+v (%v)", th, err)
		}
	}
	before := lets(false)
	if !before.Unknown() || !before.Lets(seal.ConsentOffice) {
		t.Errorf("before anybody entered it the thread is %+v", before)
	}
	w.deed(t, intake.HeedConsent{Thread: p.thread, Seen: before.Version, Consent: seal.ConsentPublic})
	before = lets(true)
	p.allows(t, seal.ConsentOffice)
	th := lets(false)
	heeded(true, "")
	var refused *intake.Refused
	for _, d := range []intake.HeedConsent{
		{Thread: p.thread, Seen: before.Version, Consent: seal.ConsentOffice}, // who has not seen it
		{Thread: p.thread, Seen: th.Version, Consent: "all"},
		{Thread: p.thread, Seen: th.Version},
	} {
		if err := w.intake.Do(t.Context(), "o1", d); !errors.As(err, &refused) {
			t.Errorf("%+v is not refused (%v)", d, err)
		}
	}
	w.deed(t, intake.HeedConsent{Thread: p.thread, Seen: th.Version, Consent: seal.ConsentOffice})
	heeded(false, "2026-11-28")
	lets(false)
	p.allows(t, seal.ConsentPublic)
	th = lets(false)
	w.deed(t, intake.HeedConsent{Thread: p.thread, Seen: th.Version, Consent: seal.ConsentPublic})
	lets(true)
	if err := w.intake.Withdraw(t.Context(), p.keys.Lookup); err != nil {
		t.Fatal(err)
	}
	th = lets(false)
	heeded(true, "")
	w.deed(t, intake.HeedConsent{Thread: p.thread, Seen: th.Version})
	heeded(false, "2026-11-28")
}

// Given a program that begins anew, when there is a mark of how far people were told,
// then it looks at what is new and at nothing else; without one, or with one of another
// record, it looks at everything. Nobody hears a thing twice.
func TestBeginsWhereItEnded(t *testing.T) {
	w := found(t)
	p, q := w.report(t), w.report(t)
	old := w.incident(t, p)
	w.docket(t, old, "mss-criminal")
	w.pass(t, 1)
	w.pass(t, 0) // over what the first has put on the record
	id := w.docket(t, w.incident(t, q), "mss-criminal")
	mark, err := os.ReadFile(w.store.ToldFile())
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(w.dir, "record.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var whole string
	if err := db.QueryRowContext(t.Context(), `SELECT state FROM book_casework_incident WHERE id = $1`, old).Scan(&whole); err != nil {
		t.Fatal(err)
	}
	state := func(s string) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), `UPDATE book_casework_incident SET state = $1 WHERE id = $2`, s, old); err != nil {
			t.Fatal(err)
		}
	}
	state("cannot be read") // whoever looks at what is old is told so
	w.close(t)
	w.open(t)
	w.pass(t, 1)
	w.act(t, id, answer(1, "informed"))
	w.close(t)
	w.open(t)
	w.pass(t, 1)
	q.heard(t, "The office opened a case", "An answer came")
	write := func(text []byte) func() error {
		return func() error { return os.WriteFile(w.store.ToldFile(), text, 0o600) }
	}
	for _, c := range []struct {
		name  string
		spoil func() error
	}{
		{"of another record", write(another(mark))},
		{"of a longer one", write(append([]byte("9"), mark...))},
		{"no mark", write([]byte("as far as I know"))},
		{"none", func() error { return os.Remove(w.store.ToldFile()) }},
	} {
		name := c.name
		if err := c.spoil(); err != nil {
			t.Fatal(err)
		}
		w.close(t)
		w.open(t)
		if n, err := w.teller.Pass(t.Context()); n != 0 || err == nil {
			t.Errorf("with a mark that is %s it sends %d messages, and looks at nothing old (%v)", name, n, err)
		}
		if _, err := os.Stat(w.store.ToldFile()); name == "none" && err == nil {
			t.Error("it says that all was told, and one case could not be")
		}
	}
	state(whole) // what could not be told is tried again
	w.pass(t, 0)
	size, err := w.store.Recorded(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(w.store.ToldFile()); err != nil || !strings.HasPrefix(string(text), fmt.Sprintf("%d ", size)) {
		t.Errorf("of %d events the mark is %q (%v)", size, text, err)
	}
	p.heard(t, "The office opened a case")
	q.heard(t, "The office opened a case", "An answer came")
}

// Given a code of a person who was told already, when another of theirs is joined to it,
// then that one hears of the case, too, without anything else having to happen.
func TestToldWhenJoined(t *testing.T) {
	w := found(t)
	one, again := w.report(t), w.report(t)
	w.docket(t, w.incident(t, one), "mss-complaint")
	w.pass(t, 1)
	head, err := w.intake.Head(t.Context(), again.thread)
	if err != nil {
		t.Fatal(err)
	}
	w.deed(t, intake.JoinThreads{Thread: again.thread, Seen: head.Version, Into: one.thread})
	w.pass(t, 1)
	again.heard(t, "The office opened a case")
}

// victimDir is the environment variable that makes this process a victim: the
// folder of the store whose people it tells until it is killed.
const victimDir = "TEMWEN_TOLD_VICTIM"

// A process that is killed at any moment loses no message and doubles none.
func TestKilledWhileTelling(t *testing.T) {
	if dir := os.Getenv(victimDir); dir != "" {
		tellUntilKilled(t, dir)
		return
	}
	w := found(t)
	var people []*person
	var ids []string
	for range 6 {
		p := w.report(t)
		id := w.docket(t, w.incident(t, p), "mss-criminal")
		ids = append(ids, id)
		w.act(t, id, answer(1, "informed"))
		for range 4 {
			w.act(t, id, casework.RecordRemedy{Remedy: casework.Remedy{Kind: "apology"}})
		}
		people = append(people, p)
	}
	for range 3 {
		w.close(t)
		runVictim(t, "TestKilledWhileTelling", w.dir, 0, 1+rand.IntN(3000))
		w.open(t)
	}
	for _, id := range ids { // after the mark, if one was left
		w.act(t, id, casework.RecordRemedy{Remedy: casework.Remedy{Kind: "apology"}})
	}
	w.close(t)
	runVictim(t, "TestKilledWhileTelling", w.dir, 0, 1+rand.IntN(3000))
	w.open(t)
	if _, err := w.teller.Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []string{"The office opened", "An answer came", "An apology", "An apology", "An apology", "An apology", "An apology"}
	for _, p := range people {
		p.heard(t, want...)
	}
}

func tellUntilKilled(t *testing.T, dir string) {
	w := newWorld(t, dir)
	w.open(t)
	go func() {
		for {
			fmt.Println("alive")
		}
	}()
	if _, err := w.teller.Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {} // until it is killed
}

// runVictim kills the process after it has said so many times that it is done with
// something, and then n times that it lives.
func runVictim(t *testing.T, test, dir string, done, n int) {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run", "^"+test+"$")
	c.Env = append(os.Environ(), victimDir+"="+dir)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		switch {
		case done > 0 && lines.Text() == "done":
			done--
		case done == 0 && n >= 0:
			if n--; n < 0 {
				_ = c.Process.Kill()
			}
		}
	}
	if err := c.Wait(); err == nil {
		t.Fatal("the victim ended by itself")
	}
}

// another is a mark that says something else in its last digit.
func another(mark []byte) []byte {
	mark = bytes.Clone(mark)
	last := &mark[len(mark)-2]
	if *last == '0' {
		*last = '1'
	} else {
		*last = '0'
	}
	return mark
}
