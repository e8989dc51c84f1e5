package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
)

// The vectors in testdata hold Go and the browser's scripts together. They are
// written by
//
//	go test ./seal -run Vectors -update
//
// and read by the tests of both sides. Binary values are base64url without
// padding. All keys in them are for tests.
var update = flag.Bool("update", false, "write the vectors in testdata anew")

// vectors compares a file of testdata with v, or writes it.
func vectors[T any](t *testing.T, name string, v T) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		b, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(v, readVectors[T](t, name)); diff != "" {
		t.Errorf("%s is not current; see the flag -update:\n%s", path, diff)
	}
}

func readVectors[T any](t *testing.T, name string) (v T) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

type codeVectors struct {
	Weights []int        `json:"weights"`
	Codes   []codeVector `json:"codes"`
	Typed   []typedCode  `json:"typed"`
}

type codeVector struct {
	Digits      string `json:"digits"`
	Shown       string `json:"shown"`
	Office      ID     `json:"office"`
	Lookup      ID     `json:"lookup"`
	LookupHash  Hash   `json:"lookupHash"`
	Seed        Hash   `json:"seed"`
	Identity    string `json:"identity"`
	Recipient   string `json:"recipient"`
	Fingerprint string `json:"fingerprint"`
}

// typedCode is what somebody types: code is empty where it is not accepted.
type typedCode struct {
	Typed  string `json:"typed"`
	Code   string `json:"code"`
	Digits int    `json:"digits"`
	Group  int    `json:"group"`
}

func TestVectorsOfCodes(t *testing.T) {
	v := codeVectors{Weights: codeWeights[:]}
	for _, digits := range []string{"000000000000000000000", "123456789012345678901", "999999999999999999999", "314159265358979323846"} {
		c := Code([]byte(digits + "000")).withCheck()
		v.Codes = append(v.Codes, vectorOf(t, c, ID{7, 7, 7}))
	}
	c := Code([]byte("314159265358979323846000")).withCheck()
	typed := []string{"", "12", c.String(), string(c[:]) + "1", " " + string(c[:12]) + " - " + string(c[12:]) + "."}
	for i := range codeDigits - 1 {
		one, two := c, c
		one[i] = '0' + (c[i]-'0'+3)%10
		two[i], two[i+1] = c[i+1], c[i]
		typed = append(typed, one.String(), two.String())
	}
	for _, s := range typed {
		v.Typed = append(v.Typed, typedVector(s))
	}
	vectors(t, "codes.json", v)
}

func vectorOf(t *testing.T, c Code, office ID) codeVector {
	k, err := c.Keys(office)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := k.Reply()
	if err != nil {
		t.Fatal(err)
	}
	return codeVector{
		Digits: string(c[:]), Shown: c.String(), Office: office,
		Lookup: k.Lookup, LookupHash: LookupHash(k.Lookup), Seed: k.Seed,
		Identity: reply.String(), Recipient: reply.Recipient().String(), Fingerprint: Fingerprint(reply.Recipient()),
	}
}

func typedVector(s string) typedCode {
	c, err := ParseCode(s)
	if err == nil {
		return typedCode{Typed: s, Code: string(c[:]), Digits: codeDigits}
	}
	wrong := err.(*CodeError)
	return typedCode{Typed: s, Digits: wrong.Digits, Group: wrong.Group}
}

// sizeVector has the length of a content, of it padded, and of the envelope.
type sizeVector struct {
	Content  int64 `json:"content"`
	Padded   int64 `json:"padded"`
	Envelope int64 `json:"envelope"`
}

func TestVectorsOfSizes(t *testing.T) {
	var v []sizeVector
	for _, n := range []int64{0, 1, 2560, 8191, 8192, 8193, 8704, 8705, 16_383, 16_384, 16_385, 65_536, 65_537, 100_000, 1 << 20, 1_000_000, 52_428_800, 52_430_000, MaxPadded - 1, MaxPadded} {
		v = append(v, sizeVector{n, Padded(n), EnvelopeSize(Padded(n))})
	}
	vectors(t, "sizes.json", v)
}

// documentVector is a document as bytes that are JSON or should be.
type documentVector struct {
	Member string `json:"member"`
	Text   string `json:"text"`
	OK     bool   `json:"ok"`
}

func TestVectorsOfDocuments(t *testing.T) {
	var v []documentVector
	add := func(member, text string) {
		_, err := parseDocument(member, []byte(text))
		v = append(v, documentVector{member, text, err == nil})
	}
	full, err := testReport([]byte("a file"), []byte("another")).Encode()
	if err != nil {
		t.Fatal(err)
	}
	add(ReportMember, plainReport)
	add(ReportMember, string(full))
	add(ReportMember, `{"v":1}`)
	add(ReportMember, `{"v":1,"path":"general","lang":"ht","what":" ","consent":"office","channel":"page"}`)
	add(ReportMember, `{"v":1,"path":"general","lang":"ht","what":"x","consent":"office","channel":"page","name":"x"}`)
	add(ReportMember, `{"v":1,"path":"general","lang":"ht","what":"x","what":"y","consent":"office","channel":"page"}`)
	add(MessageMember, plainMessage)
	add(MessageMember, `{"v":1,"from":"reporter","kind":"consent","lang":"es","consent":"case"}`)
	add(MessageMember, `{"v":1,"from":"reporter","kind":"addition","lang":"en","text":"x"}`)
	add(MessageMember, `{"v":1,"from":"reporter","kind":"note","lang":"en","text":"x"}`)
	add(MessageMember, `{"v":1,"from":"office","kind":"message","lang":"en"}`)
	add(MessageMember, `{"v":1,"from":"office","kind":"message","lang":"ht","text":"x","in":{"en":"y","fr":"z"}}`)
	add(MessageMember, `{"v":1,"from":"office","kind":"message","lang":"ht","text":"x","in":{"ht":"y"}}`)
	add(MessageMember, `{"v":1,"from":"office","kind":"message","lang":"ht","text":"x","in":{"de":"y"}}`)
	add(MessageMember, `{"v":1,"from":"office","kind":"message","lang":"ht","text":"x","in":{"en":" "}}`)
	add(MessageMember, `{"v":1,"from":"office","kind":"message","lang":"ht","in":{"en":"y"}}`)
	add(MessageMember, `{"v":1,"from":"reporter","kind":"message","lang":"ht","text":"x","in":{"en":"y"}}`)
	add(MessageMember, `{"v":1,"from":"office","kind":"note","lang":"ht","text":"x","in":{"en":"y"}}`)
	vectors(t, "documents.json", v)
}

// envelopeVector is an envelope with what opens it and what is in it.
type envelopeVector struct {
	Identity    string   `json:"identity"`
	Recipient   string   `json:"recipient"`
	Fingerprint string   `json:"fingerprint"`
	Document    string   `json:"document"`
	Files       []string `json:"files"`
	Content     string   `json:"content"`
	Envelope    string   `json:"envelope"`
}

// TestVectorsOfEnvelopes cannot seal the same bytes twice, so it opens the
// envelope that is there.
func TestVectorsOfEnvelopes(t *testing.T) {
	office := testIdentity(t, "office")
	files := [][]byte{[]byte("a file"), bytes.Repeat([]byte{0, 1, 2}, 400)}
	report := testReport(files...)
	if *update {
		document, err := report.Encode()
		if err != nil {
			t.Fatal(err)
		}
		envelope := seal(t, office, Document{Report: report}, files...)
		vectors(t, "envelope.json", envelopeVector{
			office.String(), office.Recipient().String(), Fingerprint(office.Recipient()),
			string(document),
			[]string{b64.EncodeToString(files[0]), b64.EncodeToString(files[1])},
			b64.EncodeToString(contentOf(t, envelope, office)), b64.EncodeToString(envelope),
		})
	}
	v := readVectors[envelopeVector](t, "envelope.json")
	envelope, err := b64.DecodeString(v.Envelope)
	if err != nil {
		t.Fatal(err)
	}
	d, got, err := open(bytes.NewReader(envelope), office)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(report, d.Report) + cmp.Diff(files, got); diff != "" || v.Identity != office.String() {
		t.Error(diff)
	}
	// The archive has one form: sealed again, the content is the same.
	again := contentOf(t, seal(t, office, d, files...), office)
	if v.Content != b64.EncodeToString(again) {
		t.Error("the content has another form")
	}
}

func contentOf(t *testing.T, envelope []byte, id age.Identity) []byte {
	r, err := age.Decrypt(bytes.NewReader(envelope), id)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// parcelVector is the beginning of a parcel, which an envelope follows.
type parcelVector struct {
	Head  *Head  `json:"head"`
	Start string `json:"start"`
	// SHA256 is that of the parcel with the envelope of envelope.json.
	SHA256 Hash `json:"sha256"`
}

func TestVectorsOfParcels(t *testing.T) {
	envelope, err := b64.DecodeString(readVectors[envelopeVector](t, "envelope.json").Envelope)
	if err != nil {
		t.Fatal(err)
	}
	report := testHead(t)
	message := &Head{V: Version, ID: ID{5}, Kind: ParcelMessage, Office: report.Office, Epoch: 2, Token: ID{3}}
	var v []parcelVector
	for _, h := range []*Head{report, message} {
		start, err := h.Encode()
		if err != nil {
			t.Fatal(err)
		}
		parcel := append(bytes.Clone(start), envelope...)
		if _, err := ReadParcel(bytes.NewReader(parcel), int64(len(parcel))); err != nil {
			t.Fatal(err)
		}
		v = append(v, parcelVector{h, b64.EncodeToString(start), sha256.Sum256(parcel)})
	}
	vectors(t, "parcels.json", v)
}

// workVector is the first nonce, from 0 on, that is good for so many bits.
type workVector struct {
	Challenge Challenge `json:"challenge"`
	Bits      int       `json:"bits"`
	Work      string    `json:"work"`
}

func TestVectorsOfWork(t *testing.T) {
	var v []workVector
	for i, bits := range []int{0, 1, 8, 9, 15} {
		c := Challenge{byte(i), 0xff}
		v = append(v, workVector{c, bits, DoWork(c, bits)})
	}
	vectors(t, "work.json", v)
}

// shareVector is a recovery key and its shares, any of which make it again if
// they are as many as are needed.
type shareVector struct {
	Need     int      `json:"need"`
	Identity string   `json:"identity"`
	Proof    Hash     `json:"proof"`
	Shares   []string `json:"shares"`
}

// TestVectorsOfShares cannot split the same key twice the same way, so it joins
// the shares that are there.
func TestVectorsOfShares(t *testing.T) {
	if *update {
		var v []shareVector
		for _, n := range [][2]int{{2, 3}, {3, 5}, {5, 5}} {
			key, shares, err := SplitKey(n[0], n[1])
			if err != nil {
				t.Fatal(err)
			}
			one := shareVector{Need: n[0], Identity: key.String(), Proof: Proof(key)}
			for _, s := range shares {
				one.Shares = append(one.Shares, s.String())
			}
			v = append(v, one)
		}
		vectors(t, "shares.json", v)
	}
	for _, v := range readVectors[[]shareVector](t, "shares.json") {
		var shares []Share
		for _, text := range v.Shares {
			s, err := ParseShare(text)
			if err != nil {
				t.Fatal(err)
			}
			shares = append(shares, s)
		}
		for i := range len(shares) - v.Need + 1 {
			key, err := JoinShares(shares[i : i+v.Need])
			if err != nil || key.String() != v.Identity || Proof(key) != v.Proof {
				t.Errorf("from share %d on: %v", i+1, err)
			}
		}
	}
}

// keyFileVector is an identity wrapped to a key, and to a passphrase.
type keyFileVector struct {
	Identity     string `json:"identity"`
	Key          string `json:"key"` // opens File
	File         string `json:"file"`
	Passphrase   string `json:"passphrase"`
	ByPassphrase string `json:"byPassphrase"`
}

func TestVectorsOfKeyFiles(t *testing.T) {
	office, officer := testIdentity(t, "office"), testIdentity(t, "officer")
	const passphrase = "senk mo pou yon kle"
	if *update {
		file, err := WrapIdentity(office, officer.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		by, err := WrapIdentityWithPassphrase(office, passphrase)
		if err != nil {
			t.Fatal(err)
		}
		vectors(t, "keyfiles.json", keyFileVector{office.String(), officer.String(), b64.EncodeToString(file), passphrase, b64.EncodeToString(by)})
	}
	v := readVectors[keyFileVector](t, "keyfiles.json")
	file, err := b64.DecodeString(v.File)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := UnwrapIdentity(file, officer); err != nil || got.String() != v.Identity {
		t.Error(err)
	}
	by, err := b64.DecodeString(v.ByPassphrase)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := UnwrapIdentityWithPassphrase(by, v.Passphrase); err != nil || got.String() != v.Identity {
		t.Error(err)
	}
}
