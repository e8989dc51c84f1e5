package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"temwen/dossier"
	"temwen/ledger"
	"temwen/record"
	"temwen/record/recordtest"
	"temwen/store"
)

var noon = time.Date(2024, time.July, 10, 12, 0, 0, 0, time.UTC)

// hurry does not wait for more entries.
var hurry = store.Settings{Ledger: ledger.Settings{BatchAge: time.Millisecond, Interval: 100 * time.Millisecond}}

// base is a dossier of some figures, of which each has the value given.
func base(t testing.TB, id string, figures, value int) *dossier.Dossier {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, `dossier: {id: %[1]s, title: A dossier, time_zone: America/Port-au-Prince}
sources:
  - {id: source, title: A source, publisher: A newspaper, published: 2024-06-20, language: en, address: "https://example.org/", read: full}
metrics:
  - {id: people, name: People, kind: level, topic: people}
missions:
  - {id: %[1]s-mission, name: {en: A mission, fr: Une mission}, short: M, period: 2024/2025, sources: [source]}
figures:
`, id)
	for i := range figures {
		fmt.Fprintf(&b, "  - {id: figure-%d, mission: %s-mission, metric: people, value: %d, unit: persons, modality: deployed, as_of: 2024-01, sources: [source]}\n", i, id, value)
	}
	d, err := dossier.Load(fstest.MapFS{"dossier.yaml": {Data: []byte(b.String())}}, dossier.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// others are the facts of base beside its figures: the dossier itself, a
// source, a metric and a mission.
const others = 4

func create(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "store")
	if err := store.Create(t.Context(), dir, store.Options{}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func open(t testing.TB, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dir, hurry)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func imports(t testing.TB, s *store.Store, d *dossier.Dossier) store.Imported {
	t.Helper()
	done, err := s.Import(t.Context(), d, noon, store.Progress{})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// verify checks a store's ledger against its record.
func verify(t testing.TB, dir string) ledger.Report {
	t.Helper()
	r, err := store.OpenReader(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	report, err := ledger.Verify(t.Context(), r.LedgerDir(), ledger.Options{Events: r.Events()})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// TestWhatIsImportedIsRead: a dossier comes out as it went in, fact by fact,
// as of every edition it was in.
func TestWhatIsImportedIsRead(t *testing.T) {
	dir := create(t)
	s := open(t, dir)
	one, two, less := base(t, "a", 10, 1), base(t, "a", 10, 2), base(t, "a", 7, 2)
	other := base(t, "b", 3, 1)
	var editions []uint64
	for i, c := range []struct {
		d                          *dossier.Dossier
		stated, revised, retracted int
	}{
		{one, 10 + others, 0, 0},
		{one, 0, 0, 0},
		{two, 0, 10, 0},
		{one, 0, 10, 0},
		{two, 0, 10, 0},
		{other, 3 + others, 0, 0},
		{less, 0, 0, 3},
		{two, 3, 0, 0},
	} {
		done := imports(t, s, c.d)
		if done.Stated != c.stated || done.Revised != c.revised || done.Retracted != c.retracted {
			t.Errorf("import %d: %+v", i, done)
		}
		if done.Unchanged() != (c.stated+c.revised+c.retracted == 0) || done.Recorded() == done.Unchanged() {
			t.Errorf("import %d: unchanged %v, recorded %v", i, done.Unchanged(), done.Recorded())
		}
		editions = append(editions, done.Edition)
	}
	for i, want := range []*dossier.Dossier{one, one, two, one, two, other, less, two} {
		all, err := s.Dossiers(t.Context(), editions[i])
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(all, func(d *dossier.Dossier) bool { return d.Info.ID == want.Info.ID })
		if at < 0 {
			t.Fatalf("edition %d has no dossier %s", editions[i], want.Info.ID)
		}
		if got, want := facts(all[at]), facts(want); !slices.Equal(got, want) {
			t.Errorf("edition %d has\n%s\nwant\n%s", editions[i], strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if report := verify(t, dir); report.Entries != editions[len(editions)-1] || report.Ahead != 0 {
		t.Errorf("the ledger has %d entries, and %d events are ahead; the edition is %d", report.Entries, report.Ahead, editions[len(editions)-1])
	}
}

// facts are a dossier's facts in words, in the order of their names.
func facts(d *dossier.Dossier) []string {
	var list []string
	for f := range d.Facts() {
		list = append(list, fmt.Sprintf("%s/%s of %q known %v by %v: %s", f.Kind, f.ID, f.Mission, f.Known, f.Sources, f.Body))
	}
	slices.Sort(list)
	return list
}

// TestMissionsBelongToOneDossier: the ID of a mission is part of addresses.
func TestMissionsBelongToOneDossier(t *testing.T) {
	s := open(t, create(t))
	imports(t, s, base(t, "a", 1, 1))
	thief := base(t, "b", 1, 1)
	thief.Missions[0].ID, thief.Figures[0].Mission = "a-mission", "a-mission"
	_, err := s.Import(t.Context(), thief, noon, store.Progress{})
	if !errors.Is(err, record.ErrRefused) || !strings.Contains(err.Error(), `mission "a-mission" belongs to dossier "a"`) {
		t.Errorf("the error is %v", err)
	}
	if size, err := s.Edition(t.Context()); err != nil || size != 1+others {
		t.Errorf("the edition is %d (%v)", size, err)
	}
}

// TestImportsAtOnce: a store may be used by several goroutines.
func TestImportsAtOnce(t *testing.T) {
	dir := create(t)
	s := open(t, dir)
	var all sync.WaitGroup
	for i := range 8 {
		d := base(t, fmt.Sprintf("d%d", i), 20, i)
		all.Go(func() {
			if _, err := s.Import(t.Context(), d, noon.Add(time.Duration(i)*time.Second), store.Progress{}); err != nil {
				t.Errorf("dossier %d: %v", i, err)
			}
			if _, err := s.Dossiers(t.Context(), 0); err != nil {
				t.Errorf("reading beside dossier %d: %v", i, err)
			}
		})
	}
	all.Wait()
	if report := verify(t, dir); report.Compared != 8*(20+others) {
		t.Errorf("%d events were compared", report.Compared)
	}
}

// TestTimeDoesNotGoBack: the ledger's entries carry their day, and would refuse
// an earlier one for ever; so the record refuses it first.
func TestTimeDoesNotGoBack(t *testing.T) {
	dir := create(t)
	s := open(t, dir)
	imports(t, s, base(t, "a", 1, 1))
	if _, err := s.Import(t.Context(), base(t, "a", 1, 2), noon.AddDate(0, 0, -1), store.Progress{}); err == nil || !strings.Contains(err.Error(), "set the clock right") {
		t.Errorf("a day earlier: %v", err)
	}
	// Within the day the clock may be set.
	if done, err := s.Import(t.Context(), base(t, "a", 1, 2), noon.Add(-time.Hour), store.Progress{}); err != nil || done.Revised != 1 {
		t.Errorf("an hour earlier: %+v, %v", done, err)
	}
	if report := verify(t, dir); report.Ahead != 0 {
		t.Errorf("%d events are not in the ledger", report.Ahead)
	}
}

// TestLedgerFollowsLater: an import that was stopped between record and ledger
// is on the record, and the next Open brings the ledger up to it.
func TestLedgerFollowsLater(t *testing.T) {
	dir := create(t)
	s := open(t, dir)
	ctx, stop := context.WithCancel(t.Context())
	done, err := s.Import(ctx, base(t, "a", 1000, 1), noon, store.Progress{Ledger: func(int, int) { stop() }})
	if !errors.Is(err, context.Canceled) || !done.Recorded() || done.Stated != 1000+others {
		t.Fatalf("stopped: %+v, %v", done, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if report := verify(t, dir); report.Ahead == 0 {
		t.Error("the ledger holds all: the test shows nothing")
	}
	steps := 0
	settings := hurry
	settings.Progress = func(done, total int) {
		steps++
		if total != 1000+others || done > total {
			t.Errorf("progress says %d of %d", done, total)
		}
	}
	if s, err = store.Open(t.Context(), dir, settings); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil || steps == 0 {
		t.Errorf("closing: %v; progress was told %d times", err, steps)
	}
	if report := verify(t, dir); report.Ahead != 0 || report.Entries != 1000+others {
		t.Errorf("the ledger has %d entries, and %d events are ahead", report.Entries, report.Ahead)
	}
}

// TestOneWriterManyReaders: a second writer is refused, readers are not, and a
// store that is closed is free.
func TestOneWriterManyReaders(t *testing.T) {
	dir := create(t)
	s := open(t, dir)
	imports(t, s, base(t, "a", 5, 1))
	if _, err := store.Open(t.Context(), dir, hurry); !errors.Is(err, record.ErrLocked) || !strings.Contains(err.Error(), dir) {
		t.Errorf("a second writer: %v", err)
	}
	r, err := store.OpenReader(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	imports(t, s, base(t, "a", 5, 2))
	all, err := r.Dossiers(t.Context(), 0)
	if err != nil || *all[0].Figures[0].Value != 2 {
		t.Errorf("a reader that was open before an import reads %v (%v)", all, err)
	}
	receipt, err := r.Receipt(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ledger.VerifyReceipt(receipt, nil, r.Key(), nil); err != nil || got.Leaf.Index != 3 {
		t.Errorf("a receipt: %+v, %v", got, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
	open(t, dir)
}

// TestRebuildRepairs: a store whose query tables are wrong is refused by Open,
// which says what helps, and opened for that.
func TestRebuildRepairs(t *testing.T) {
	dir := create(t)
	s := open(t, dir)
	imports(t, s, base(t, "a", 5, 1))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "record.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE projection SET events = 3`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), dir, hurry); !errors.Is(err, record.ErrDamaged) || !strings.Contains(err.Error(), "temwen rebuild") {
		t.Errorf("opening: %v", err)
	}
	settings := hurry
	settings.Repair = true
	if s, err = store.Open(t.Context(), dir, settings); err != nil {
		t.Fatal(err)
	}
	var different *record.Difference
	if _, err := s.Rebuild(t.Context(), nil); !errors.As(err, &different) {
		t.Errorf("the first rebuild: %v", err)
	}
	if done, err := s.Rebuild(t.Context(), nil); err != nil || done.Events != 5+others {
		t.Errorf("the second rebuild: %+v, %v", done, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
}

// TestKeyIsAskedFor: without its key a store is not opened for writing, and
// nothing is made in its place.
func TestKeyIsAskedFor(t *testing.T) {
	dir := create(t)
	key := filepath.Join(dir, "keys", "ledger.key")
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), dir, hurry); err == nil || !strings.Contains(err.Error(), key) || !strings.Contains(err.Error(), "put ") {
		t.Errorf("opening: %v", err)
	}
	if _, err := os.Stat(key); err == nil {
		t.Error("a new key was made")
	}
}

// Sealed events wait for the schedule, and their number is filled up; an import
// in between publishes them too.
func TestSealedEventsArePublishedTogether(t *testing.T) {
	settings := hurry
	settings.Books = []record.Book{recordtest.Diary{}}
	settings.Now = func() time.Time { return noon }
	dir := create(t)
	s, err := store.Open(t.Context(), dir, settings)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	edition := func(want uint64) {
		t.Helper()
		if got, err := s.Edition(t.Context()); err != nil || got != want {
			t.Errorf("the edition is %d (%v), and should be %d", got, err, want)
		}
	}
	write := func(titles ...string) {
		t.Helper()
		if _, err := s.Do(t.Context(), titles[0], recordtest.Write{Titles: titles}, noon); err != nil {
			t.Fatal(err)
		}
	}
	publish := func(always bool) {
		t.Helper()
		if err := s.Publish(t.Context(), noon, always, nil); err != nil {
			t.Fatal(err)
		}
	}
	publish(false)
	edition(0)
	publish(true)
	edition(16)
	write("a", "b", "c")
	edition(16)
	publish(false)
	edition(32)
	write("d")
	imports(t, s, base(t, "haiti", 4, 1))
	edition(48 + 4 + others)
	if r, err := ledger.Verify(t.Context(), s.LedgerDir(), ledger.Options{Events: s.Events()}); err != nil || r.Ahead != 0 {
		t.Errorf("verifying: %+v, %v", r, err)
	}
}

// A promise names the second full interval from now.
func TestPromised(t *testing.T) {
	at := time.Date(2024, 7, 10, 12, 34, 56, 0, time.UTC)
	for every, want := range map[time.Duration]string{
		0: "14:00:00", time.Hour: "14:00:00", 10 * time.Minute: "12:50:00", 5 * time.Second: "12:36:00",
	} {
		if got := (store.Schedule{Every: every}).Promised(at).Format(time.TimeOnly); got != want {
			t.Errorf("every %v: %s, and should be %s", every, got, want)
		}
	}
}

// On its schedule the ledger grows also while nothing happens.
func TestPublishOnSchedule(t *testing.T) {
	s := open(t, create(t))
	ctx, stop := context.WithCancel(t.Context())
	heard := make(chan error)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.PublishOn(ctx, store.Schedule{Every: time.Millisecond}, func() time.Time { return noon }, func(err error) { heard <- err })
	}()
	for want := uint64(16); want <= 32; want += 16 {
		if err := <-heard; err != nil {
			t.Fatal(err)
		}
		if got, err := s.Edition(t.Context()); err != nil || got != want {
			t.Errorf("the edition is %d (%v), and should be %d", got, err, want)
		}
	}
	stop()
	for {
		select {
		case <-heard:
		case <-ended:
			return
		}
	}
}

// A release is noted once, for anybody to read, also after another.
func TestReleaseIsNotedOnce(t *testing.T) {
	s := open(t, create(t))
	one := store.Release{Version: "v1", Files: map[string]string{"/assets/a.js": "00"}}
	two := store.Release{Version: "v1", Files: map[string]string{"/assets/a.js": "01"}}
	for i, r := range []store.Release{one, one, two, one} {
		if err := s.NoteRelease(t.Context(), r, noon); err != nil {
			t.Fatal(err)
		}
		got, index, err := s.Release(t.Context())
		if err != nil || !reflect.DeepEqual(*got, r) || index != []uint64{0, 0, 1, 2}[i] {
			t.Errorf("release %d is %+v of event %d (%v)", i, got, index, err)
		}
	}
	entry, err := s.Receipt(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	proven, err := ledger.VerifyReceipt(entry, nil, s.Key(), nil)
	if err != nil || proven.Leaf.Type != "release.noted" || !strings.Contains(string(proven.Leaf.Public), `"/assets/a.js":"01"`) {
		t.Errorf("the ledger has %s (%v)", proven.Entry, err)
	}
}
