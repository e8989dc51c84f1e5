package seal

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// testHead is the head of a report.
func testHead(t testing.TB) *Head {
	return &Head{
		V: Version, ID: ID{1}, Kind: ParcelReport, Office: ID{2}, Epoch: 1,
		Lookup: LookupHash(ID{3}), Reply: testIdentity(t, "reply").Recipient().String(),
		Work: DoWork(Challenge{4}, 8),
	}
}

// testParcel is a parcel with the head, whatever it is.
func testParcel(t testing.TB, head *Head) []byte {
	t.Helper()
	b, err := head.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return append(b, seal(t, testIdentity(t, "office"), Document{Report: testReport()})...)
}

func TestParcelIsRead(t *testing.T) {
	envelope := seal(t, testIdentity(t, "office"), Document{Report: testReport()})
	rapid.Check(t, func(r *rapid.T) {
		h := testHead(t)
		h.ID[0] = rapid.ByteMin(1).Draw(r, "id")
		h.Epoch = rapid.IntRange(1, 1000).Draw(r, "epoch")
		if rapid.Bool().Draw(r, "later") {
			h.Kind = rapid.SampledFrom(ParcelKinds[1:]).Draw(r, "kind")
			h.Lookup, h.Reply, h.Work, h.Token = Hash{}, "", "", ID{9}
		}
		b, err := h.Encode()
		if err != nil {
			r.Fatal(err)
		}
		b = append(b, envelope...)
		p, err := ReadParcel(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(*h, p.Head); diff != "" {
			r.Fatal(diff)
		}
		got, err := io.ReadAll(p.Envelope)
		if err != nil || !bytes.Equal(got, envelope) || p.Size != int64(len(envelope)) {
			r.Fatalf("%d bytes of %d, %v", len(got), p.Size, err)
		}
	})
}

func TestEveryCutParcelIsRefused(t *testing.T) {
	b := testParcel(t, testHead(t))
	for n := 0; n < len(b); n += 1 + n/100 {
		if _, err := ReadParcel(bytes.NewReader(b[:n]), int64(n)); err == nil {
			t.Fatalf("cut after %d bytes", n)
		}
	}
}

func TestParcelsThatAreRefused(t *testing.T) {
	head := func(change func(h *Head)) string {
		h := testHead(t)
		change(h)
		b, _ := encode("", h)
		return string(b)
	}
	good := head(func(*Head) {})
	envelope := string(seal(t, testIdentity(t, "office"), Document{Report: testReport()}))
	for _, tt := range []struct {
		name, head, envelope string
		want                 error
	}{
		{"no head", "", envelope, ErrMalformed},
		{"no envelope", good, "", ErrMalformed},
		{"garbage", good, strings.Repeat("garbage ", 2000), ErrMalformed},
		{"unpadded", good, envelope[:len(envelope)-1], ErrUnpadded},
		{"head too large", good + strings.Repeat(" ", MaxHead), envelope, ErrTooLarge},
		{"unknown member", strings.Replace(good, "{", `{"phone":"1",`, 1), envelope, ErrMalformed},
		{"member twice", strings.Replace(good, "{", `{"v":1,`, 1), envelope, ErrMalformed},
		{"other case", strings.Replace(good, `"kind"`, `"Kind"`, 1), envelope, ErrMalformed},
		{"two values", good + "{}", envelope, ErrMalformed},
		{"invalid UTF-8", strings.Replace(good, `"report"`, "\"re\xffport\"", 1), envelope, ErrMalformed},
		{"version 2", head(func(h *Head) { h.V = 2 }), envelope, ErrMalformed},
		{"no id", head(func(h *Head) { h.ID = ID{} }), envelope, ErrMalformed},
		{"no kind", head(func(h *Head) { h.Kind = "" }), envelope, ErrMalformed},
		{"no office", head(func(h *Head) { h.Office = ID{} }), envelope, ErrMalformed},
		{"epoch 0", head(func(h *Head) { h.Epoch = 0 }), envelope, ErrMalformed},
		{"no lookup", head(func(h *Head) { h.Lookup = Hash{} }), envelope, ErrMalformed},
		{"no reply", head(func(h *Head) { h.Reply = "" }), envelope, ErrMalformed},
		{"classic reply", head(func(h *Head) { h.Reply = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p" }), envelope, ErrMalformed},
		{"reply with a typing error", head(func(h *Head) { h.Reply = h.Reply[:100] + "b" + h.Reply[101:] }), envelope, ErrMalformed},
		{"no work", head(func(h *Head) { h.Work = "" }), envelope, ErrMalformed},
		{"token in a report", head(func(h *Head) { h.Token = ID{1} }), envelope, ErrMalformed},
		{"message with a lookup", head(func(h *Head) { h.Kind, h.Token = ParcelMessage, ID{1} }), envelope, ErrMalformed},
		{"id too short", strings.Replace(good, `"id":"A`, `"id":"`, 1), envelope, ErrMalformed},
		{"id with padding", strings.Replace(good, `AAA","kind`, `AAA==","kind`, 1), envelope, ErrMalformed},
		{"id in another form", strings.Replace(good, `AAA","kind`, `AAB","kind`, 1), envelope, ErrMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := binary.BigEndian.AppendUint32(nil, uint32(len(tt.head)))
			b = append(append(b, tt.head...), tt.envelope...)
			if _, err := ReadParcel(bytes.NewReader(b), int64(len(b))); !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
		})
	}
}

func FuzzReadParcel(f *testing.F) {
	f.Add(testParcel(f, testHead(f)))
	f.Add([]byte{0, 0, 0, 2, '{', '}'})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ReadParcel(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			if !slices.ContainsFunc([]error{ErrMalformed, ErrUnpadded, ErrRecipient, ErrTooLarge}, func(e error) bool { return errors.Is(err, e) }) {
				t.Fatal(err)
			}
			return
		}
		again, err := p.Head.Encode()
		if err != nil {
			t.Fatal(err)
		}
		h, err := ParseHead(again[4:])
		if err != nil || *h != p.Head {
			t.Fatalf("%+v is read as %+v, %v", p.Head, h, err)
		}
		if n, err := io.Copy(io.Discard, p.Envelope); err != nil || n != p.Size {
			t.Fatalf("%d bytes of %d: %v", n, p.Size, err)
		}
	})
}
