package seal

import (
	"bytes"
	"crypto/sha256"
	"io"
	"testing"

	"filippo.io/age"
	"pgregory.net/rapid"

	"temwen/locale"
)

// testIdentity is an identity that everybody knows.
func testIdentity(t testing.TB, name string) *age.HybridIdentity {
	t.Helper()
	id, err := IdentityFromSeed(sha256.Sum256([]byte("temwen test " + name)))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// testReport is an invented report with the files.
func testReport(files ...[]byte) *Report {
	r := &Report{
		V: Version, Path: PathGeneral, Lang: locale.Creole,
		What:    "Egzanp envante: yon machin fòs la frape yon machann.",
		When:    "2024-07, yon madi maten",
		Where:   Where{Department: "HT-OU", Commune: "Delmas"},
		Who:     Who{Vehicle: "MaxxPro"},
		Harmed:  Harmed{Count: "1"},
		Needs:   []Need{"medical"},
		Witness: "saw", Consent: ConsentRefer, Channel: ChannelBrowser,
	}
	r.Files = describe(files)
	return r
}

func describe(files [][]byte) (list []File) {
	for i, b := range files {
		list = append(list, File{
			Member: FileMember(i + 1), Name: "foto.jpg", Type: "image/jpeg",
			Size: int64(len(b)), SHA256: sha256.Sum256(b),
		})
	}
	return list
}

func readers(files [][]byte) (list []io.Reader) {
	for _, b := range files {
		list = append(list, bytes.NewReader(b))
	}
	return list
}

// seal seals a document with files.
func seal(t testing.TB, to *age.HybridIdentity, d Document, files ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := SealDocument(&b, to.Recipient(), d, readers(files)...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// open reads an envelope to its end.
func open(envelope io.Reader, id age.Identity) (Document, [][]byte, error) {
	o, err := Open(envelope, id)
	if err != nil {
		return Document{}, nil, err
	}
	d, err := o.Document()
	if err != nil {
		return d, nil, err
	}
	var files [][]byte
	for {
		m, err := o.Next()
		if err == io.EOF {
			return d, files, nil
		}
		if err != nil {
			return d, files, err
		}
		b, err := io.ReadAll(m.Content)
		if err != nil {
			return d, files, err
		}
		files = append(files, b)
	}
}

var anyWords = rapid.OneOf(rapid.Just(""), rapid.String())

var someWords = rapid.Map(rapid.String(), func(s string) string { return "x" + s })

var anyFiles = rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 3000), 0, 4)

func anyReport(t *rapid.T, files [][]byte) *Report {
	return &Report{
		V: Version, Path: rapid.SampledFrom(Paths).Draw(t, "path"), Lang: rapid.SampledFrom(locale.Langs).Draw(t, "lang"),
		What: someWords.Draw(t, "what"), When: anyWords.Draw(t, "when"), Still: rapid.Bool().Draw(t, "still"),
		Where:   Where{Department: rapid.SampledFrom([]string{"", "HT-OU", "KE-30"}).Draw(t, "department"), Words: anyWords.Draw(t, "where")},
		Who:     Who{Force: anyWords.Draw(t, "force"), Unit: anyWords.Draw(t, "unit")},
		Harmed:  Harmed{Count: anyWords.Draw(t, "count")},
		Needs:   rapid.SliceOfNDistinct(rapid.SampledFrom(Needs), 0, len(Needs), rapid.ID).Draw(t, "needs"),
		Witness: rapid.SampledFrom(append(Witnesses, "")).Draw(t, "witness"),
		Consent: rapid.SampledFrom(Consents).Draw(t, "consent"), Contact: anyWords.Draw(t, "contact"),
		Channel: rapid.SampledFrom(Channels).Draw(t, "channel"), Files: describe(files),
	}
}

func anyMessage(t *rapid.T, files [][]byte) *Message {
	m := &Message{
		V: Version, From: FromReporter, Kind: rapid.SampledFrom(MessageKinds).Draw(t, "kind"),
		Lang: rapid.SampledFrom(locale.Langs).Draw(t, "lang"), Text: someWords.Draw(t, "text"), Files: describe(files),
	}
	if m.Kind == KindEvidence && len(files) > 1 {
		m.Kind = KindNote
	}
	if m.Kind == KindNote || m.Kind == KindEvidence {
		m.From = FromOffice
		if m.Kind == KindEvidence && len(files) == 0 {
			m.Exhibit = &Exhibit{Name: "IMG_1.jpg", Type: "image/jpeg", Size: rapid.Int64Range(0, MaxPadded).Draw(t, "size"), Address: anyWords.Draw(t, "address")}
		}
	}
	if m.Kind == KindConsent {
		m.Consent = rapid.SampledFrom(Consents).Draw(t, "consent")
	}
	return m
}

func anyDocument(t *rapid.T, files [][]byte) Document {
	if rapid.Bool().Draw(t, "report") {
		return Document{Report: anyReport(t, files)}
	}
	return Document{Message: anyMessage(t, files)}
}
