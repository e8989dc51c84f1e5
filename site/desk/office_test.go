package desk_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"

	"temwen/casework"
	"temwen/conduct"
	"temwen/gate"
	"temwen/intake"
	"temwen/ledger"
	"temwen/locale"
	"temwen/office"
	"temwen/record"
	"temwen/seal"
	"temwen/site/desk"
	"temwen/site/report"
	"temwen/store"
	"temwen/when"
)

// The tests run on a real store with a real office and real keys; only the
// clock is theirs.

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

const (
	passphrase = "bako timu rela sodi" // of every officer here
	secret     = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)

// clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is an office with a desk that is served.
type world struct {
	*clock
	dir    string // of the store
	store  *store.Store
	office *office.Office
	intake *intake.Intake
	home   string // address of the desk
	id     seal.ID
	epoch  *age.HybridIdentity // in use
	number int                 // of the epoch in use
	first  *officer            // who founded it
}

// officer is somebody who works there, with what only they have.
type officer struct {
	id   string
	name string
	*making
}

// login is the login secret of a name with the passphrase of the tests.
func (w *world) login(name string) string { return w.loginWith(name, passphrase) }

var logins sync.Map

func (w *world) loginWith(name, passphrase string) string {
	key := w.id.String() + " " + name + " " + passphrase
	if l, ok := logins.Load(key); ok {
		return l.(string)
	}
	l, err := office.Login(w.id.String(), name, passphrase)
	if err != nil {
		panic(err)
	}
	logins.Store(key, b64(l[:]))
	return b64(l[:])
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func hybrid(t testing.TB) *age.HybridIdentity {
	t.Helper()
	i, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// found makes an office whose first officer is "lakay", and serves its desk.
func found(t testing.TB, change ...func(*desk.Options)) *world {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "store")
	w := &world{dir: dir, clock: &clock{now: noon}, epoch: hybrid(t), number: 1}
	if err := store.Create(t.Context(), dir, store.Options{Origin: "example.org/desk"}); err != nil {
		t.Fatal(err)
	}
	var err error
	w.store, err = store.Open(context.WithoutCancel(t.Context()), dir, store.Settings{
		Books:  []record.Book{intake.Book, office.Book, casework.Book, conduct.Book},
		Ledger: ledger.Settings{BatchAge: time.Millisecond, Interval: 100 * time.Millisecond},
		Now:    w.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.office = office.New(w.store, w.Now)
	w.first = w.officer(t, "lakay")
	w.do(t, w.first.id, office.Found{
		ID: w.newID(), Name: locale.Text{"en": "An invented office"},
		Officer: w.joining(t, w.first),
		Epoch:   office.Epoch{Number: 1, Recipient: w.epoch.Recipient().String(), Wraps: map[string][]byte{w.first.id: wrap(t, w.epoch, w.first.key)}},
	})
	w.intake, err = intake.New(w.store, w.office, intake.Options{Dir: filepath.Join(dir, "sealed"), Now: w.Now, WorkBits: 1})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(nil)
	w.home = "http://localhost:" + server.Listener.Addr().String()[strings.LastIndex(server.Listener.Addr().String(), ":")+1:]
	options := desk.Options{Origin: w.home, Now: w.Now, Arrivals: w.intake, Services: report.Examples()}
	for _, c := range change {
		c(&options)
	}
	server.Config.Handler, err = desk.New(w.office, gate.NewInbox(w.office, w.intake, casework.New(w.store, w.Now, func() when.Day { return when.Today(w.Now()) })), options)
	if err != nil {
		t.Fatal(err)
	}
	server.Start()
	t.Cleanup(func() {
		server.Close()
		if err := errors.Join(w.intake.Close(), w.store.Close()); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *world) newID() string {
	id := office.NewID()
	if err := w.id.UnmarshalText([]byte(id)); err != nil {
		panic(err)
	}
	return id
}

// do does a command at the office.
func (w *world) do(t testing.TB, by string, c office.Command) {
	t.Helper()
	if err := w.office.Do(t.Context(), by, c); err != nil {
		t.Fatalf("%T: %v", c, err)
	}
}

func (w *world) state(t testing.TB) *office.State {
	t.Helper()
	s, err := w.office.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// makings are keys by name, with their key files: to seal one takes a second, by
// intent.
var makings sync.Map

type making struct {
	key  *age.HybridIdentity
	file []byte
}

func (w *world) officer(t testing.TB, name string) *officer {
	t.Helper()
	m, ok := makings.Load(name)
	if !ok {
		key := hybrid(t)
		file, err := seal.WrapIdentityWithPassphrase(key, passphrase)
		if err != nil {
			t.Fatal(err)
		}
		m, _ = makings.LoadOrStore(name, &making{key, file})
	}
	return &officer{id: office.NewID(), name: name, making: m.(*making)}
}

// joining is an officer as they come.
func (w *world) joining(t testing.TB, o *officer) office.Officer {
	t.Helper()
	login, err := base64.RawURLEncoding.DecodeString(w.login(o.name))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(login)
	return office.Officer{
		ID: o.id, Name: o.name, Recipient: o.key.Recipient().String(),
		Keys: []office.SealedKey{{File: o.file}}, Login: sum[:], TOTP: secret,
	}
}

// wrap is a key file with one identity for another.
func wrap(t testing.TB, id, to *age.HybridIdentity) []byte {
	t.Helper()
	file, err := seal.WrapIdentity(id, to.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// join brings in an officer who is not admitted yet.
func (w *world) join(t testing.TB, name string) *officer {
	t.Helper()
	_, id := desk.NewLink()
	w.do(t, w.first.id, office.InviteOfficer{Invite: office.Invite{ID: id, Name: name, Until: w.Now().Add(desk.LinkTime)}})
	o := w.officer(t, name)
	w.do(t, "", office.Join{Invite: id, Officer: w.joining(t, o)})
	return o
}

// admit brings in an officer who can open the office's key.
func (w *world) admit(t testing.TB, name string) *officer {
	t.Helper()
	o := w.join(t, name)
	w.do(t, w.first.id, office.Admit{Officer: o.id, Wraps: map[int][]byte{1: wrap(t, w.epoch, o.key)}})
	return o
}

// person is somebody who reported.
type person struct {
	code  seal.Code
	keys  seal.CodeKeys
	reply *age.HybridIdentity
}

// report sends a report of somebody, and returns them and the thread it opened.
func (w *world) report(t testing.TB, r seal.Report, files ...file) (person, string) {
	t.Helper()
	p := person{code: seal.NewCode()}
	var err error
	if p.keys, err = p.code.Keys(w.id); err != nil {
		t.Fatal(err)
	}
	if p.reply, err = p.keys.Reply(); err != nil {
		t.Fatal(err)
	}
	w.send(t, seal.Head{Kind: seal.ParcelReport, Lookup: seal.LookupHash(p.keys.Lookup), Reply: p.reply.Recipient().String()}, seal.Document{Report: &r}, files)
	page, err := w.intake.Threads(t.Context(), intake.Query{View: intake.Unread, Limit: 1})
	if err != nil || len(page.Threads) == 0 {
		t.Fatalf("the report opened no thread: %v", err)
	}
	return p, page.Threads[0].ID
}

// file is one that goes with a report.
type file struct {
	name, kind string
	content    []byte
	meta       seal.Meta
}

// send seals a document and sends it.
func (w *world) send(t testing.TB, h seal.Head, d seal.Document, files []file) {
	t.Helper()
	contents := make([]*bytes.Reader, len(files))
	described := make([]seal.File, len(files))
	for i, f := range files {
		contents[i] = bytes.NewReader(f.content)
		described[i] = seal.File{Member: seal.FileMember(i + 1), Name: f.name, Type: f.kind, Size: int64(len(f.content)), SHA256: sha256.Sum256(f.content), Meta: f.meta}
	}
	if d.Report != nil {
		d.Report.V, d.Report.Files = seal.Version, described
	} else {
		d.Message.V, d.Message.Files = seal.Version, described
	}
	var sealed bytes.Buffer
	if err := seal.SealDocument(&sealed, w.epoch.Recipient(), d, readers(contents)...); err != nil {
		t.Fatal(err)
	}
	if err := h.ID.UnmarshalText([]byte(office.NewID())); err != nil {
		t.Fatal(err)
	}
	h.V, h.Office, h.Epoch = seal.Version, w.id, w.number
	_, err := w.intake.ReceiveHere(t.Context(), &seal.Parcel{Head: h, Size: int64(sealed.Len()), Envelope: &sealed})
	if err != nil {
		t.Fatal(err)
	}
}

// desker is an officer's browser without JavaScript.
type desker struct {
	testing.TB
	*http.Client
	home  string
	token string // of forms
}

// visitor is a browser that was never here.
func (w *world) visitor(t testing.TB) *desker {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &desker{TB: t, Client: &http.Client{Jar: jar}, home: w.home}
}

// signedIn is a browser in which an officer signed in.
func (w *world) signedIn(t testing.TB, name string) *desker {
	t.Helper()
	d := w.visitor(t)
	w.pass(time.Minute) // a code is good once
	status, answer := d.say("/en/sign-in", map[string]any{"name": name, "login": w.login(name), "code": w.code(t)})
	if status != http.StatusOK {
		t.Fatalf("%s cannot sign in: %d %v", name, status, answer)
	}
	d.token, _ = answer["token"].(string)
	return d
}

// code is the code of the second step now.
func (w *world) code(t testing.TB) string {
	t.Helper()
	c, err := totp.GenerateCode(secret, w.Now())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// page gets a page.
func (d *desker) page(address string) (*http.Response, *goquery.Document) {
	d.Helper()
	r, err := d.Get(d.home + address)
	if err != nil {
		d.Fatal(err)
	}
	return r, d.read(r)
}

func (d *desker) read(r *http.Response) *goquery.Document {
	d.Helper()
	defer r.Body.Close()
	doc, err := goquery.NewDocumentFromReader(r.Body)
	if err != nil {
		d.Fatal(err)
	}
	return doc
}

// submit sends a form.
func (d *desker) submit(address string, fields ...string) (*http.Response, *goquery.Document) {
	d.Helper()
	form := url.Values{"token": {d.token}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r, err := d.PostForm(d.home+address, form)
	if err != nil {
		d.Fatal(err)
	}
	return r, d.read(r)
}

// say sends what a script says, and returns the status and the answer.
func (d *desker) say(address string, what any) (int, map[string]any) {
	d.Helper()
	b, err := json.Marshal(what)
	if err != nil {
		d.Fatal(err)
	}
	r, err := http.NewRequestWithContext(d.Context(), http.MethodPost, d.home+address, bytes.NewReader(b))
	if err != nil {
		d.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Temwen-Token", d.token)
	answer, err := d.Do(r)
	if err != nil {
		d.Fatal(err)
	}
	defer answer.Body.Close()
	said := make(map[string]any)
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		d.Fatalf("%s answers %d: %v", address, answer.StatusCode, err)
	}
	return answer.StatusCode, said
}

func readers(list []*bytes.Reader) []io.Reader {
	out := make([]io.Reader, len(list))
	for i, r := range list {
		out[i] = r
	}
	return out
}

// sealed is a message sealed to the office.
func (w *world) sealed(t testing.TB, m seal.Message) []byte {
	t.Helper()
	return sealedTo(t, m, w.epoch.Recipient())
}

func sealedTo(t testing.TB, m seal.Message, to *age.HybridRecipient) []byte {
	t.Helper()
	m.V = seal.Version
	var b bytes.Buffer
	if err := seal.SealDocument(&b, to, seal.Document{Message: &m}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
