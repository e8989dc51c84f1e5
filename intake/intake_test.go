package intake_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"temwen/intake"
	"temwen/ledger"
	"temwen/locale"
	"temwen/record"
	"temwen/seal"
	"temwen/store"
)

var noon = time.Date(2026, 11, 28, 12, 34, 56, 0, time.UTC)

// keys is an office with real keys, of one epoch or more.
type keys struct {
	id     seal.ID
	epochs []*age.HybridIdentity
	stale  bool
}

func (k *keys) Current(context.Context) (intake.Current, error) {
	return intake.Current{
		Office: k.id, Name: locale.Text{"en": "An invented office"}, Epoch: len(k.epochs),
		Recipient: k.epochs[len(k.epochs)-1].Recipient().String(), Stale: k.stale,
	}, nil
}

func (k *keys) Accepts(_ context.Context, epoch int, _ time.Time) (bool, error) {
	return epoch == len(k.epochs), nil
}

// desk is an intake under test, with its store.
type desk struct {
	*intake.Intake
	office *keys
	store  *store.Store
	dir    string
	now    time.Time
}

func identity(t testing.TB) *age.HybridIdentity {
	t.Helper()
	i, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{office: &keys{id: seal.ID{1}, epochs: []*age.HybridIdentity{identity(t)}}, dir: filepath.Join(t.TempDir(), "store"), now: noon}
	if err := store.Create(t.Context(), d.dir, store.Options{Origin: "example.org/intake"}); err != nil {
		t.Fatal(err)
	}
	d.open(t)
	t.Cleanup(func() { d.close(t) })
	return d
}

func (d *desk) open(t testing.TB) {
	t.Helper()
	var err error
	d.store, err = store.Open(context.WithoutCancel(t.Context()), d.dir, store.Settings{
		Books:  []record.Book{intake.Book},
		Ledger: ledger.Settings{BatchAge: time.Millisecond, Interval: 100 * time.Millisecond},
		Now:    func() time.Time { return d.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	d.Intake, err = intake.New(d.store, d.office, intake.Options{
		Dir: filepath.Join(d.dir, "sealed"), Now: func() time.Time { return d.now }, WorkBits: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (d *desk) close(t testing.TB) {
	t.Helper()
	if err := errors.Join(d.Intake.Close(), d.store.Close()); err != nil {
		t.Error(err)
	}
}

// person is somebody with a code.
type person struct {
	keys  seal.CodeKeys
	reply *age.HybridIdentity
}

func newPerson(t testing.TB, d *desk) person {
	t.Helper()
	k, err := seal.NewCode().Keys(d.office.id)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := k.Reply()
	if err != nil {
		t.Fatal(err)
	}
	return person{k, reply}
}

// envelope seals a text of some size for a recipient.
func envelope(t testing.TB, to *age.HybridRecipient, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	members := []seal.Member{{Name: seal.MessageMember, Size: int64(len(text)), Content: strings.NewReader(text)}}
	if len(text) > 1<<10 { // a file rather than words
		members = append(members, seal.Member{Name: seal.FileMember(1), Size: int64(len(text)), Content: strings.NewReader(text)})
		members[0].Size, members[0].Content = 0, strings.NewReader("")
	}
	if err := seal.Seal(&b, to, members...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func newID(n byte) seal.ID { return seal.ID{0xff, n} }

// report is the parcel of a person's report.
func (d *desk) report(t testing.TB, p person, id seal.ID, text string) *seal.Parcel {
	t.Helper()
	key, err := d.Key(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e := envelope(t, d.office.epochs[key.Epoch-1].Recipient(), text)
	return &seal.Parcel{
		Head: seal.Head{
			V: 1, ID: id, Kind: seal.ParcelReport, Office: key.Office, Epoch: key.Epoch,
			Lookup: seal.LookupHash(p.keys.Lookup), Reply: p.reply.Recipient().String(),
			Work: seal.DoWork(key.Challenge, key.Bits),
		},
		Envelope: bytes.NewReader(e), Size: int64(len(e)),
	}
}

// message is a parcel that follows a report.
func (d *desk) message(t testing.TB, p person, id seal.ID, kind seal.ParcelKind, text string) *seal.Parcel {
	t.Helper()
	parcel := d.report(t, p, id, text)
	parcel.Head.Kind, parcel.Head.Token = kind, p.keys.Lookup
	parcel.Head.Lookup, parcel.Head.Reply, parcel.Head.Work = seal.Hash{}, "", ""
	return parcel
}

func (d *desk) receive(t testing.TB, p *seal.Parcel) []byte {
	t.Helper()
	receipt, err := d.Receive(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return receipt
}

func (d *desk) publish(t testing.TB) {
	t.Helper()
	if err := d.store.Publish(t.Context(), d.now, false, nil); err != nil {
		t.Fatal(err)
	}
}

// only is the one thread of a view.
func (d *desk) only(t testing.TB, v intake.View) *intake.Thread {
	t.Helper()
	page, err := d.Threads(t.Context(), intake.Query{View: v, Officer: "o1"})
	if err != nil || len(page.Threads) != 1 || page.Counts[v] != 1 {
		t.Fatalf("the view %q has %+v (%v)", v, page, err)
	}
	th, err := d.Thread(t.Context(), page.Threads[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return th
}

func (d *desk) deed(t testing.TB, what intake.Deed) {
	t.Helper()
	if err := d.Do(t.Context(), "o1", what); err != nil {
		t.Fatalf("%T: %v", what, err)
	}
}

func opened(t testing.TB, r io.Reader, with age.Identity) string {
	t.Helper()
	o, err := seal.Open(r, with)
	if err != nil {
		t.Fatal(err)
	}
	m, err := o.Next()
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(m.Content)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A report is taken, read, answered; the person comes back, reads, answers and
// has a receipt that is proven once the entry is published.
func TestReportToAnswer(t *testing.T) {
	d := newDesk(t)
	ayida := newPerson(t, d)
	receipt := d.receive(t, d.report(t, ayida, newID(1), "sa k te pase"))

	file, err := ledger.ParseReceiptFile(receipt)
	if err != nil {
		t.Fatal(err)
	}
	checked, err := file.Check(d.store.Key(), nil)
	if err != nil || checked.Proven != nil || checked.By.Format(time.RFC3339) != "2026-11-28T14:00:00Z" {
		t.Fatalf("the receipt proves %+v (%v)", checked, err)
	}
	if bytes.Contains(receipt, []byte("12:34")) {
		t.Error("the receipt tells the time of the report")
	}

	th := d.only(t, intake.Unread)
	if th.Stage != intake.Received || len(th.Items) != 1 || th.Items[0].Kind != intake.Report || th.Items[0].Day != "2026-11-28" {
		t.Fatalf("the desk has %+v", th)
	}
	sealed, size, err := d.Envelope(t.Context(), "o1", th.ID, 1)
	if err != nil || size == 0 {
		t.Fatal(err)
	}
	defer sealed.Close()
	if got := opened(t, sealed, d.office.epochs[0]); got != "sa k te pase" {
		t.Errorf("the officer reads %q", got)
	}
	d.deed(t, intake.MarkOpened{Thread: th.ID, Items: []int{1}})
	d.now = d.now.AddDate(0, 0, 1)
	d.deed(t, intake.SendReply{Thread: th.ID, Letter: intake.Letter{
		Epoch: 1, Copy: envelope(t, d.office.epochs[0].Recipient(), "nou li l"),
		Person: map[string][]byte{th.ID: envelope(t, ayida.reply.Recipient(), "nou li l")},
	}})
	d.deed(t, intake.WriteNote{Thread: th.ID, Epoch: 1, Envelope: envelope(t, d.office.epochs[0].Recipient(), "a note")})
	if th = d.only(t, intake.Theirs); th.Came != "2026-11-28" || th.Said != "2026-11-29" || th.Ours {
		t.Errorf("after the reply the desk has %+v", th)
	}

	d.publish(t)
	back, err := d.PersonThread(t.Context(), ayida.keys.Lookup)
	if err != nil || back.Stage != intake.Read || !back.Read || back.Proof == nil {
		t.Fatalf("the person sees %+v (%v)", back, err)
	}
	if len(back.Items) != 2 || !back.Items[1].FromOffice || back.Items[1].N != 2 {
		t.Fatalf("the person sees %+v: of notes and copies nothing is to be seen", back.Items)
	}
	letter, _, err := d.PersonItem(t.Context(), ayida.keys.Lookup, 2)
	if err != nil {
		t.Fatal(err)
	}
	defer letter.Close()
	if got := opened(t, letter, ayida.reply); got != "nou li l" {
		t.Errorf("the person reads %q", got)
	}
	if _, _, err := d.PersonItem(t.Context(), ayida.keys.Lookup, 1); !errors.Is(err, intake.ErrUnknown) {
		t.Errorf("what the person sent: %v", err)
	}
	if file, err = ledger.ParseReceiptFile(back.Receipt); err != nil {
		t.Fatal(err)
	}
	if checked, err = file.Check(d.store.Key(), nil); err != nil || checked.Proven == nil {
		t.Errorf("the receipt proves %+v (%v)", checked, err)
	}

	d.receive(t, d.message(t, ayida, newID(2), seal.ParcelMessage, "mèsi"))
	if th = d.only(t, intake.Ours); len(th.Items) != 4 || th.Unread != 1 || th.Items[3].Kind != intake.Message {
		t.Errorf("after the answer the desk has %+v", th)
	}
	if _, err := d.store.Rebuild(t.Context(), nil); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
}

// What comes twice is stored once and acknowledged twice; what is wrong is
// refused by its kind.
func TestWhatIsTaken(t *testing.T) {
	d := newDesk(t)
	p, other := newPerson(t, d), newPerson(t, d)
	first := d.report(t, p, newID(1), "one")
	again := *first
	sealed, err := io.ReadAll(first.Envelope)
	if err != nil {
		t.Fatal(err)
	}
	first.Envelope, again.Envelope = bytes.NewReader(sealed), bytes.NewReader(sealed)
	d.receive(t, first)
	d.receive(t, &again)
	d.only(t, intake.Open)

	for name, c := range map[string]struct {
		change func(*seal.Parcel)
		want   error
	}{
		"its ID was used for another":    {func(p *seal.Parcel) { p.Head.ID = newID(1) }, intake.ErrReused},
		"an epoch to come":               {func(p *seal.Parcel) { p.Head.Epoch = 2 }, intake.ErrEpoch},
		"another office":                 {func(p *seal.Parcel) { p.Head.Office = seal.ID{2} }, intake.ErrEpoch},
		"no work":                        {func(p *seal.Parcel) { p.Head.Work = first.Head.Work }, seal.ErrWork},
		"a challenge of its own":         {func(p *seal.Parcel) { p.Head.Work = seal.DoWork(seal.Challenge{1}, 1) }, seal.ErrWork},
		"cut":                            {func(p *seal.Parcel) { p.Envelope = io.LimitReader(p.Envelope, p.Size-1) }, seal.ErrMalformed},
		"the code of another report":     {func(q *seal.Parcel) { q.Head.Lookup = seal.LookupHash(p.keys.Lookup) }, intake.ErrUnknown},
		"a message to a report not here": {func(q *seal.Parcel) { q.Head.Kind, q.Head.Token = seal.ParcelMessage, other.keys.Lookup }, intake.ErrUnknown},
	} {
		parcel := d.report(t, other, newID(9), "two")
		c.change(parcel)
		if _, err := d.Receive(t.Context(), parcel); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d.only(t, intake.Open)
	if _, err := d.PersonThread(t.Context(), other.keys.Lookup); !errors.Is(err, intake.ErrUnknown) {
		t.Errorf("a code that opens nothing: %v", err)
	}
}

// A parcel comes in pieces, over a link that breaks; the server is started
// again in between.
func TestUploadInPieces(t *testing.T) {
	d := newDesk(t)
	p := newPerson(t, d)
	parcel := d.report(t, p, newID(1), strings.Repeat("x", 3<<20))
	head, err := parcel.Head.Encode()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := io.ReadAll(parcel.Envelope)
	if err != nil {
		t.Fatal(err)
	}
	whole := append(head, sealed...)
	id, at, err := d.CreateUpload(t.Context(), int64(len(whole)), bytes.NewReader(whole[:200_000]))
	if err != nil || at.Offset != 200_000 {
		t.Fatal(at, err)
	}
	broken := errors.New("the link broke")
	for piece := 0; at.Receipt == nil; piece++ {
		if at, err = d.Upload(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		from := whole[at.Offset:]
		var r io.Reader = bytes.NewReader(from[:min(len(from), 300_000)])
		if piece%2 == 0 {
			r = io.MultiReader(bytes.NewReader(from[:min(len(from), 100_000)]), iotestErr{broken})
		}
		at, err = d.AppendUpload(t.Context(), id, at.Offset, r)
		if err != nil && !errors.Is(err, broken) {
			t.Fatal(err)
		}
		if _, err := d.AppendUpload(t.Context(), id, at.Offset+1, strings.NewReader("x")); at.Receipt == nil && !errors.Is(err, intake.ErrOffset) {
			t.Fatalf("a piece at the wrong place: %v", err)
		}
		if piece == 3 { // its work was taken at the beginning
			d.close(t)
			d.open(t)
		}
	}
	if again, err := d.AppendUpload(t.Context(), id, at.Size, strings.NewReader("")); err != nil || !bytes.Equal(again.Receipt, at.Receipt) {
		t.Errorf("asked again: %v", err)
	}
	th := d.only(t, intake.Unread)
	r, size, err := d.Envelope(t.Context(), "o1", th.ID, 1)
	if err != nil || size != int64(len(sealed)) {
		t.Fatalf("%d bytes, %v", size, err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, sealed) {
		t.Errorf("it is not what was sent (%v)", err)
	}
	// No file tells the time of what a person did.
	err = filepath.WalkDir(filepath.Join(d.dir, "sealed"), func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil && !info.ModTime().Equal(info.ModTime().Truncate(24*time.Hour)) {
			t.Errorf("%s is of %s", path, info.ModTime())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

type iotestErr struct{ err error }

func (e iotestErr) Read([]byte) (int, error) { return 0, e.err }

// Many at once are all taken, each once.
func TestManyAtOnce(t *testing.T) {
	d := newDesk(t)
	const n = 100
	parcels := make([]*seal.Parcel, n)
	for i := range parcels {
		parcels[i] = d.report(t, newPerson(t, d), newID(byte(i)), fmt.Sprint(i))
	}
	var done sync.WaitGroup
	for _, p := range parcels {
		done.Go(func() {
			if _, err := d.Receive(context.Background(), p); err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	page, err := d.Threads(t.Context(), intake.Query{View: intake.Open, Limit: 30})
	if err != nil || len(page.Threads) != 30 || page.Counts[intake.Open] != n {
		t.Errorf("%d threads, %v, %v", len(page.Threads), page.Counts, err)
	}
	seen := make(map[string]bool)
	for after := ""; ; after = page.Next {
		if page, err = d.Threads(t.Context(), intake.Query{View: intake.Open, Limit: 30, After: after}); err != nil {
			t.Fatal(err)
		}
		for _, th := range page.Threads {
			seen[th.ID] = true
		}
		if page.Next == "" {
			break
		}
	}
	if len(seen) != n {
		t.Errorf("page by page there are %d threads", len(seen))
	}
}

// While somebody who was removed knows the key, the office seals nothing to it;
// what people send is taken.
func TestAStaleKeyIsForPeopleOnly(t *testing.T) {
	d := newDesk(t)
	d.office.stale = true
	d.receive(t, d.report(t, newPerson(t, d), newID(1), "one"))
	note := intake.WriteNote{
		Thread: d.only(t, intake.Open).ID, Epoch: 1,
		Envelope: envelope(t, d.office.epochs[0].Recipient(), "a note"),
	}
	var refused *intake.Refused
	if err := d.Do(t.Context(), "o1", note); !errors.As(err, &refused) || refused.Code != intake.CodeStale {
		t.Errorf("a note: %v", err)
	}
	d.office.stale = false
	d.deed(t, note)
}

// What an officer may not do is refused, and the loser of a race is told who won.
func TestDeedsThatAreRefused(t *testing.T) {
	d := newDesk(t)
	p := newPerson(t, d)
	d.receive(t, d.report(t, p, newID(1), "one"))
	one := d.only(t, intake.Open)
	d.receive(t, d.report(t, newPerson(t, d), newID(2), "two"))
	page, err := d.Threads(t.Context(), intake.Query{View: intake.Open})
	if err != nil {
		t.Fatal(err)
	}
	two := page.Threads[0].ID
	d.deed(t, intake.Assign{Thread: one.ID, Seen: one.Version, Officer: "o1"})
	old := envelope(t, identity(t).Recipient(), "x")
	for name, c := range map[string]struct {
		by   string
		what intake.Deed
		want string
	}{
		"a thread that is not there": {"o1", intake.Assign{Thread: "x", Officer: "o1"}, intake.CodeUnknown},
		"what was seen is over":      {"o2", intake.Assign{Thread: one.ID, Seen: one.Version, Officer: "o2"}, intake.CodeMoved},
		"joined to itself":           {"o1", intake.JoinThreads{Thread: one.ID, Into: one.ID}, intake.CodeItself},
		"a note for another epoch":   {"o1", intake.WriteNote{Thread: one.ID, Epoch: 2, Envelope: old}, intake.CodeOldEpoch},
		"a note that is not sealed":  {"o1", intake.WriteNote{Thread: one.ID, Epoch: 1, Envelope: []byte("open")}, intake.CodeMalformed},
		"a letter to somebody else":  {"o1", intake.SendReply{Thread: one.ID, Letter: intake.Letter{Epoch: 1, Copy: old, Person: map[string][]byte{two: old}}}, intake.CodeUnknown},
		"a stage that there is not":  {"o1", intake.SetStage{Thread: two, Seen: page.Threads[0].Version, Stage: "lost"}, intake.CodeMalformed},
		"a day that there is not":    {"o1", intake.SetStage{Thread: two, Seen: page.Threads[0].Version, Stage: intake.Waiting, Since: "2026-02-30"}, intake.CodeMalformed},
		"withdrawing for a person":   {"o1", intake.SetStage{Thread: two, Seen: page.Threads[0].Version, Stage: intake.Withdrawn}, intake.CodeMalformed},
		"joined to one that is not":  {"o1", intake.JoinThreads{Thread: two, Seen: page.Threads[0].Version, Into: "x"}, intake.CodeUnknown},
	} {
		var refused *intake.Refused
		if err := d.Do(t.Context(), c.by, c.what); !errors.As(err, &refused) || refused.Code != c.want {
			t.Errorf("%s: %v", name, err)
		} else if c.want == intake.CodeMoved && refused.By != "o1" {
			t.Errorf("%s: because of %q", name, refused.By)
		}
	}
	d.deed(t, intake.JoinThreads{Thread: two, Seen: page.Threads[0].Version, Into: one.ID})
	if th := d.only(t, intake.Open); len(th.Joined) != 1 || th.ID != one.ID {
		t.Errorf("joined: %+v", th)
	}
	if err := d.Withdraw(t.Context(), p.keys.Lookup); err != nil {
		t.Fatal(err)
	}
	if err := d.Withdraw(t.Context(), p.keys.Lookup); err != nil {
		t.Fatal(err)
	}
	if th := d.only(t, intake.Ended); th.Stage != intake.Withdrawn {
		t.Errorf("withdrawn: %+v", th)
	}
	if _, err := d.store.Rebuild(t.Context(), nil); err != nil {
		t.Errorf("rebuilding: %v", err)
	}
}

// What the first bytes of an upload allow to refuse is refused, and leaves
// nothing; too many unfinished ones are, until the idlest may give way.
func TestUploadsAreBounded(t *testing.T) {
	d := newDesk(t)
	parcel := d.report(t, newPerson(t, d), newID(1), strings.Repeat("x", 1<<20))
	head, err := parcel.Head.Encode()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := io.ReadAll(parcel.Envelope)
	if err != nil {
		t.Fatal(err)
	}
	whole := append(head, sealed...)
	begin := func(size int64, first []byte) error {
		_, _, err := d.CreateUpload(t.Context(), size, bytes.NewReader(first))
		return err
	}
	for name, c := range map[string]struct {
		size  int64
		first []byte
		want  error
	}{
		"too large":    {1 << 40, whole[:10000], seal.ErrTooLarge},
		"no head":      {int64(len(whole)), whole[:100], seal.ErrMalformed},
		"garbage":      {1 << 20, make([]byte, 10000), seal.ErrMalformed},
		"not padded":   {int64(len(whole)) + 1, whole[:10000], seal.ErrUnpadded},
		"minus":        {-1, nil, seal.ErrMalformed},
		"used work":    {int64(len(whole)), whole[:10000], nil},
		"used work, 2": {0, nil, seal.ErrMalformed},
	} {
		if err := begin(c.size, c.first); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := begin(int64(len(whole)), whole[:10000]); !errors.Is(err, seal.ErrWork) {
		t.Errorf("work that was used: %v", err)
	}
	if err := d.ForgetUpload(t.Context(), seal.ID{1}); !errors.Is(err, intake.ErrUnknown) {
		t.Errorf("an upload that is not there: %v", err)
	}
}
