package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestWhatIsSealedIsOpened(t *testing.T) {
	office := testIdentity(t, "office")
	rapid.Check(t, func(r *rapid.T) {
		files := anyFiles.Draw(r, "files")
		d := anyDocument(r, files)
		envelope := seal(t, office, d, files...)
		if err := CheckEnvelope(envelope[:HeadSize], int64(len(envelope))); err != nil {
			r.Fatal(err)
		}
		got, gotFiles, err := open(iotest.HalfReader(bytes.NewReader(envelope)), office)
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(d, got, cmpopts.EquateEmpty()); diff != "" {
			r.Fatal(diff)
		}
		if diff := cmp.Diff(files, gotFiles, cmpopts.EquateEmpty()); diff != "" {
			r.Fatal(diff)
		}
	})
}

// TestLengthTellsThePaddedLengthOnly seals what differs and compares lengths.
func TestLengthTellsThePaddedLengthOnly(t *testing.T) {
	office := testIdentity(t, "office")
	for _, tt := range []struct {
		file int // length, -1 for no file
		want int64
	}{{-1, MinPadded}, {0, MinPadded}, {5000, MinPadded}, {6144, 8704}, {64 << 10, 69_632}, {1_000_000, 1_015_808}} {
		var files [][]byte
		if tt.file >= 0 {
			files = append(files, make([]byte, tt.file))
		}
		envelope := seal(t, office, Document{Report: testReport(files...)}, files...)
		if want := EnvelopeSize(tt.want); int64(len(envelope)) != want {
			t.Errorf("with a file of %d bytes the envelope has %d, want %d", tt.file, len(envelope), want)
		}
	}
}

func TestSealedSizeIsTheSizeOfWhatIsSealed(t *testing.T) {
	office := testIdentity(t, "office")
	rapid.Check(t, func(t *rapid.T) {
		members := []Member{{Name: ReportMember}}
		for i := range rapid.IntRange(0, 3).Draw(t, "files") {
			members = append(members, Member{Name: FileMember(i + 1)})
		}
		for i := range members {
			members[i].Size = rapid.Int64Range(0, 100_000).Draw(t, "size")
			members[i].Content = io.LimitReader(zeros{}, members[i].Size)
		}
		want, err := SealedSize(members...)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := Seal(&b, office.Recipient(), members...); err != nil {
			t.Fatal(err)
		}
		if int64(b.Len()) != want {
			t.Fatalf("it has %d bytes, and %d were told", b.Len(), want)
		}
	})
	if _, err := SealedSize(Member{Name: "notes.txt"}); err == nil {
		t.Error("what cannot be sealed has a size")
	}
}

func TestEnvelopeSizes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.Int64Range(0, MaxPadded), rapid.Map(rapid.Int64Range(0, 4096), func(chunks int64) int64 {
			return max(0, chunks*chunkSize+rapid.Int64Range(-2, 2).Draw(t, "off"))
		})).Draw(t, "n")
		if got, ok := contentSize(EnvelopeSize(n)); !ok || got != n {
			t.Fatalf("contentSize(EnvelopeSize(%d)) = %d, %v", n, got, ok)
		}
		total := rapid.Int64Range(0, 1<<20).Draw(t, "total")
		if n, ok := contentSize(total); ok && EnvelopeSize(n) != total {
			t.Fatalf("contentSize(%d) = %d", total, n)
		}
	})
}

// TestEveryFlippedBitIsFound flips a bit at every few places.
func TestEveryFlippedBitIsFound(t *testing.T) {
	office := testIdentity(t, "office")
	envelope := seal(t, office, Document{Report: testReport()})
	for at := 0; at < len(envelope); at += 1 + at/200 {
		changed := slices.Clone(envelope)
		changed[at] ^= 1 << (at % 8)
		if _, _, err := open(bytes.NewReader(changed), office); err == nil {
			t.Fatalf("bit %d of byte %d was flipped, and nobody saw it", at%8, at)
		}
	}
}

// TestEveryCutIsFound cuts the envelope, and what the key does not check the
// length does.
func TestEveryCutIsFound(t *testing.T) {
	office := testIdentity(t, "office")
	envelope := seal(t, office, Document{Report: testReport()})
	for n := 0; n < len(envelope); n += 1 + n/100 {
		if err := CheckEnvelope(envelope[:n], int64(n)); err == nil {
			t.Fatalf("cut after %d bytes: CheckEnvelope saw nothing", n)
		}
		if _, _, err := open(bytes.NewReader(envelope[:n]), office); !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrRecipient) {
			t.Fatalf("cut after %d bytes: %v", n, err)
		}
	}
}

func TestCheckEnvelopeRefuses(t *testing.T) {
	office, other := testIdentity(t, "office"), testIdentity(t, "other")
	good := seal(t, office, Document{Report: testReport()})
	x25519, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	scrypt, err := age.NewScryptRecipient("passphrase")
	if err != nil {
		t.Fatal(err)
	}
	scrypt.SetWorkFactor(1)
	padded := make([]byte, MinPadded)
	for _, tt := range []struct {
		name     string
		envelope []byte
		want     error
	}{
		{"nothing", nil, ErrMalformed},
		{"garbage", bytes.Repeat([]byte{0xa5}, len(good)), ErrMalformed},
		{"armor", []byte("-----BEGIN AGE ENCRYPTED FILE-----\n"), ErrMalformed},
		{"classic key", raw(t, padded, x25519.Recipient()), ErrRecipient},
		{"passphrase", raw(t, padded, scrypt), ErrRecipient},
		{"two keys", raw(t, padded, office.Recipient(), other.Recipient()), ErrRecipient},
		{"two keys, mixed", raw(t, padded, unlabelled{office.Recipient()}, x25519.Recipient()), ErrRecipient},
		{"two keys, mixed, other order", raw(t, padded, x25519.Recipient(), unlabelled{office.Recipient()}), ErrRecipient},
		{"short", raw(t, padded[1:], office.Recipient()), ErrUnpadded},
		{"empty", raw(t, nil, office.Recipient()), ErrUnpadded},
		{"one byte too many", raw(t, make([]byte, MinPadded+1), office.Recipient()), ErrUnpadded},
		{"something added", append(slices.Clone(good), 0), ErrUnpadded},
		{"carriage return", bytes.Replace(good, []byte("\n"), []byte("\r\n"), 1), ErrMalformed},
		{"upper case", bytes.Replace(good, []byte("mlkem"), []byte("MLKEM"), 1), ErrRecipient},
		{"base64 with padding", bytes.Replace(good, []byte("\n--- "), []byte("=\n--- "), 1), ErrMalformed},
		{"line with a break", bytes.Replace(good, []byte("-> mlkem768x25519 "), []byte("-> mlkem768x25519 \n"), 1), ErrMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := CheckEnvelope(tt.envelope, int64(len(tt.envelope))); !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
		})
	}
	if err := CheckEnvelope(good[:HeadSize], MaxEnvelope+1); !errors.Is(err, ErrTooLarge) {
		t.Errorf("one byte more than the longest: %v", err)
	}
	if err := CheckEnvelope(good[:HeadSize], MaxEnvelope); err != nil {
		t.Errorf("the longest: %v", err)
	}
}

// unlabelled takes away what keeps age from mixing keys.
type unlabelled struct{ age.Recipient }

// raw encrypts what is no archive.
func raw(t testing.TB, content []byte, to ...age.Recipient) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := age.Encrypt(&b, to...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// archive is the content of an envelope with one file.
func archive(t testing.TB) []byte {
	t.Helper()
	office := testIdentity(t, "office")
	file := []byte("a file")
	r, err := age.Decrypt(bytes.NewReader(seal(t, office, Document{Report: testReport(file)}, file)), office)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestOpenRefusesOtherArchives(t *testing.T) {
	office := testIdentity(t, "office")
	for _, tt := range []struct {
		name   string
		change func(b []byte) []byte
		want   error
	}{
		{"zeros", func(b []byte) []byte { clear(b); return b }, ErrMalformed},
		{"no content", func(b []byte) []byte { return nil }, ErrMalformed},
		{"other first name", func(b []byte) []byte { return renamed(b, 0, "rapport.json") }, ErrMalformed},
		{"path upward", func(b []byte) []byte { return renamed(b, 2, "../../01") }, ErrMalformed},
		{"second file only", func(b []byte) []byte { return renamed(b, 2, "files/02") }, ErrMalformed},
		{"executable", func(b []byte) []byte { b[104] = '7'; return sealedSum(b, 0) }, ErrMalformed},
		{"link", func(b []byte) []byte { b[156] = '2'; return sealedSum(b, 0) }, ErrMalformed},
		{"owner", func(b []byte) []byte { copy(b[265:], "root"); return sealedSum(b, 0) }, ErrMalformed},
		{"time", func(b []byte) []byte { b[146] = '1'; return sealedSum(b, 0) }, ErrMalformed},
		{"checksum", func(b []byte) []byte { b[150] ^= 1; return b }, ErrMalformed},
		{"size below zero", func(b []byte) []byte { copy(b[124:], "-0000000001"); return sealedSum(b, 0) }, ErrMalformed},
		{"document too large", func(b []byte) []byte { copy(b[124:], "00001000001"); return sealedSum(b, 0) }, ErrTooLarge},
		{"file too large", func(b []byte) []byte { copy(b[1024+124:], "02000000001"); return sealedSum(b, 1024) }, ErrTooLarge},
		{"file beyond the end", func(b []byte) []byte { copy(b[1024+124:], "00000100000"); return sealedSum(b, 1024) }, ErrMalformed},
		{"something in the filling", func(b []byte) []byte { b[1023] = 1; return b }, ErrMalformed},
		{"something in the padding", func(b []byte) []byte { b[len(b)-1] = 1; return b }, ErrMalformed},
		{"too little padding", func(b []byte) []byte { return b[:len(b)-512] }, ErrMalformed},
		{"too much padding", func(b []byte) []byte { return append(b, make([]byte, 512)...) }, ErrUnpadded},
		{"file missing", func(b []byte) []byte { clear(b[1024:]); return b }, ErrMalformed},
		{"other file", func(b []byte) []byte { b[1536] ^= 1; return b }, ErrMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			content := tt.change(archive(t))
			if _, _, err := open(bytes.NewReader(raw(t, content, office.Recipient())), office); !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
		})
	}
	if _, _, err := open(bytes.NewReader(raw(t, archive(t), office.Recipient())), office); err != nil {
		t.Errorf("the unchanged archive: %v", err)
	}
}

func renamed(b []byte, block int, name string) []byte {
	at := block * blockSize
	clear(b[at : at+100])
	copy(b[at:], name)
	return sealedSum(b, at)
}

// sealedSum corrects the checksum of the header at a place.
func sealedSum(b []byte, at int) []byte {
	copy(b[at+148:], "        ")
	sum := 0
	for _, c := range b[at : at+blockSize] {
		sum += int(c)
	}
	copy(b[at+148:], fmt.Sprintf("%06o\x00 ", sum))
	return b
}

func TestOpenWithAnotherKey(t *testing.T) {
	envelope := seal(t, testIdentity(t, "office"), Document{Report: testReport()})
	var noMatch *age.NoIdentityMatchError
	if _, err := Open(bytes.NewReader(envelope), testIdentity(t, "other")); !errors.As(err, &noMatch) {
		t.Errorf("%v", err)
	}
}

// TestOpenTellsADiskFromAForgery: an error of the reader is not blamed on the
// envelope.
func TestOpenTellsADiskFromAForgery(t *testing.T) {
	office := testIdentity(t, "office")
	envelope := seal(t, office, Document{Report: testReport()})
	broken := errors.New("the disk is broken")
	for _, n := range []int{0, 10, HeadSize, HeadSize + nonceSize + 5} {
		r := io.MultiReader(bytes.NewReader(envelope[:n]), iotest.ErrReader(broken))
		if _, _, err := open(r, office); !errors.Is(err, broken) || errors.Is(err, ErrMalformed) {
			t.Errorf("after %d bytes: %v", n, err)
		}
	}
}

func TestSealRefuses(t *testing.T) {
	to := testIdentity(t, "office").Recipient()
	text := func(name, s string) Member { return Member{name, int64(len(s)), strings.NewReader(s)} }
	var many []Member
	many = append(many, text(ReportMember, "{}"))
	for i := range MaxFiles + 1 {
		many = append(many, text(FileMember(i+1), ""))
	}
	for _, tt := range []struct {
		name    string
		members []Member
	}{
		{"nothing", nil},
		{"file only", []Member{text(FileMember(1), "x")}},
		{"other name", []Member{text(ReportMember, "{}"), text("photo.jpg", "x")}},
		{"out of order", []Member{text(ReportMember, "{}"), text(FileMember(2), "x")}},
		{"both documents", []Member{text(ReportMember, "{}"), text(MessageMember, "{}")}},
		{"21 files", many},
		{"too short", []Member{{ReportMember, 3, strings.NewReader("{}")}}},
		{"too long", []Member{{ReportMember, 1, strings.NewReader("{}")}}},
		{"document too large", []Member{{ReportMember, MaxDocument + 1, zeros{}}}},
		{"file too large", []Member{text(ReportMember, "{}"), {FileMember(1), MaxPadded - 2*blockSize, zeros{}}}},
		{"size below zero", []Member{{ReportMember, -1, zeros{}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := Seal(io.Discard, to, tt.members...); err == nil {
				t.Error("it was sealed")
			}
		})
	}
}

func TestSealDocumentComparesFiles(t *testing.T) {
	to := testIdentity(t, "office").Recipient()
	d := Document{Report: testReport([]byte("described"))}
	for _, files := range [][]io.Reader{nil, {strings.NewReader("exchanged")}, {strings.NewReader("described"), strings.NewReader("")}} {
		if err := SealDocument(io.Discard, to, d, files...); err == nil {
			t.Errorf("%d files were sealed", len(files))
		}
	}
}

// TestSealTellsOfAFullDisk at every few bytes.
func TestSealTellsOfAFullDisk(t *testing.T) {
	to := testIdentity(t, "office").Recipient()
	full := errors.New("the disk is full")
	for n := 0; n < 9000; n += 500 {
		w := &limitedWriter{n: n, err: full}
		if err := SealDocument(w, to, Document{Report: testReport()}); !errors.Is(err, full) {
			t.Errorf("full after %d bytes: %v", n, err)
		}
	}
}

type limitedWriter struct {
	n   int
	err error
}

func (w *limitedWriter) Write(p []byte) (int, error) {
	if len(p) > w.n {
		return 0, w.err
	}
	w.n -= len(p)
	return len(p), nil
}

func FuzzCheckEnvelope(f *testing.F) {
	f.Add(seal(f, testIdentity(f, "office"), Document{Report: testReport()}))
	f.Add([]byte(envelopeIntro + envelopeStanza))
	f.Fuzz(func(t *testing.T, b []byte) {
		if CheckEnvelope(b, int64(len(b))) != nil {
			return
		}
		// What is accepted without the key has the form that age reads.
		var noMatch *age.NoIdentityMatchError
		if _, err := age.Decrypt(bytes.NewReader(b), testIdentity(t, "other")); !errors.As(err, &noMatch) {
			t.Fatal(err)
		}
	})
}

// FuzzOpen changes the archive, which the key does not protect from who sealed it.
func FuzzOpen(f *testing.F) {
	f.Add(archive(f))
	f.Add(make([]byte, MinPadded))
	office := testIdentity(f, "office")
	f.Fuzz(func(t *testing.T, content []byte) {
		d, files, err := open(bytes.NewReader(raw(t, content, office.Recipient())), office)
		if err != nil {
			if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrUnpadded) {
				t.Fatal(err)
			}
			return
		}
		if err := SealDocument(io.Discard, office.Recipient(), d, readers(files)...); err != nil {
			t.Fatalf("what was opened cannot be sealed: %v", err)
		}
	})
}
