package web

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"
	"github.com/evanw/esbuild/pkg/api"
	"github.com/google/go-cmp/cmp"

	"temwen/locale"
	"temwen/seal"
)

// crossing is what test/cross.ts is asked: to seal a report with files, and to
// open an envelope.
type crossing struct {
	Recipient string       `json:"recipient"`
	Head      *seal.Head   `json:"head"`
	Report    *seal.Report `json:"report"`
	Files     []crossFile  `json:"files"`
	Seed      []byte       `json:"seed"`
	Envelope  []byte       `json:"envelope"`
}

type crossFile struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Content []byte `json:"content"`
}

// crossed is its answer.
type crossed struct {
	Parcel []byte      `json:"parcel"`
	Opened []crossFile `json:"opened"`
}

// TestGoAndTheScriptsOpenEachOther seals with the scripts of the pages, in Node,
// and opens with package seal and with age itself; and the other way round.
func TestGoAndTheScriptsOpenEachOther(t *testing.T) {
	for _, sizes := range [][]int{{}, {0}, {1, 511, 512}, {5_000, 65_536, 3_000_000}} {
		t.Run(fmt.Sprint(sizes), func(t *testing.T) { testCrossing(t, sizes) })
	}
}

func testCrossing(t *testing.T, sizes []int) {
	office, seed := newIdentity(t)
	reply, _ := newIdentity(t)
	asked := crossing{
		Recipient: office.Recipient().String(),
		Head: &seal.Head{
			V: seal.Version, ID: seal.ID{1}, Kind: seal.ParcelReport, Office: seal.ID{2}, Epoch: 3, Lookup: seal.Hash{4},
			Reply: reply.Recipient().String(), Work: seal.DoWork(seal.Challenge{5}, 0),
		},
		Report: &seal.Report{
			V: seal.Version, Path: seal.PathChild, Lang: locale.Creole, What: "Egzanp envante: « yon kamyon » 🚚",
			Where: seal.Where{Department: "HT-OU"}, Consent: seal.ConsentRefer, Channel: seal.ChannelBrowser,
		},
		Files: randomFiles(t, sizes),
		Seed:  seed,
	}
	want := described(asked)
	asked.Envelope = sealedByGo(t, office, want, asked.Files)
	var answer crossed
	ask(t, "cross", asked, &answer)

	p, err := seal.ReadParcel(bytes.NewReader(answer.Parcel), int64(len(answer.Parcel)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(asked.Head, &p.Head); diff != "" {
		t.Error(diff)
	}
	envelope, err := io.ReadAll(p.Envelope)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(contentOf(t, office, asked.Envelope), contentOf(t, office, envelope)); diff != "" {
		t.Error("the scripts' archive is not the one that Go makes")
	}
	opened, err := seal.Open(bytes.NewReader(envelope), office)
	if err != nil {
		t.Fatal(err)
	}
	d, err := opened.Document()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, d.Report); diff != "" {
		t.Error(diff)
	}
	if len(answer.Opened) != 1+len(asked.Files) || answer.Opened[0].Name != seal.ReportMember {
		t.Fatalf("the scripts open %d members", len(answer.Opened))
	}
	for i, f := range asked.Files {
		if got := answer.Opened[i+1]; got.Name != seal.FileMember(i+1) || !bytes.Equal(got.Content, f.Content) {
			t.Errorf("the scripts open file %d as %s, with %d bytes", i+1, got.Name, len(got.Content))
		}
	}
}

func newIdentity(t *testing.T) (*age.HybridIdentity, []byte) {
	t.Helper()
	var seed [32]byte
	rand.Read(seed[:]) // never fails
	id, err := seal.IdentityFromSeed(seed)
	if err != nil {
		t.Fatal(err)
	}
	return id, seed[:]
}

func randomFiles(t *testing.T, sizes []int) []crossFile {
	t.Helper()
	files := []crossFile{}
	for i, n := range sizes {
		f := crossFile{Name: fmt.Sprintf("vidéo %d.mp4", i), Type: "video/mp4", Content: make([]byte, n)}
		rand.Read(f.Content) // never fails
		files = append(files, f)
	}
	return files
}

// described is the report with its files, as the scripts should describe them.
func described(asked crossing) *seal.Report {
	r := *asked.Report
	for i, f := range asked.Files {
		r.Files = append(r.Files, seal.File{
			Member: seal.FileMember(i + 1), Name: f.Name, Type: f.Type, Size: int64(len(f.Content)), SHA256: sha256.Sum256(f.Content),
		})
	}
	return &r
}

func sealedByGo(t *testing.T, to *age.HybridIdentity, r *seal.Report, files []crossFile) []byte {
	t.Helper()
	var contents []io.Reader
	for _, f := range files {
		contents = append(contents, bytes.NewReader(f.Content))
	}
	var b bytes.Buffer
	if err := seal.SealDocument(&b, to.Recipient(), seal.Document{Report: r}, contents...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// contentOf is what age itself finds in an envelope, without the report, whose members
// may stand in another order.
func contentOf(t *testing.T, id age.Identity, envelope []byte) []byte {
	t.Helper()
	r, err := age.Decrypt(bytes.NewReader(envelope), id)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	const block = 512
	var size int
	if _, err := fmt.Sscanf(string(b[124:135]), "%o", &size); err != nil {
		t.Fatal(err)
	}
	return b[block+(size+block-1)/block*block:]
}

// built is test/NAME.ts made fit for Node.
func built(t *testing.T, name string) string {
	t.Helper()
	needNode(t)
	scripts, err := bundle(".", []string{"test/" + name + ".ts"}, api.BuildOptions{Platform: api.PlatformNode, Target: api.ES2022})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name+".mjs")
	if err := os.WriteFile(path, scripts[name+".js"], 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
