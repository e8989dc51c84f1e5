package report_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"temwen/locale"
	"temwen/seal"
	"temwen/site/report"
)

// browser is a script's side of the office: it seals and sends.
type browser struct {
	served
	*testing.T
	code seal.Code
	keys seal.CodeKeys
}

func (s served) browser(t *testing.T) *browser {
	t.Helper()
	b := &browser{served: s, T: t, code: seal.NewCode()}
	var err error
	if b.keys, err = b.code.Keys(s.ID); err != nil {
		t.Fatal(err)
	}
	return b
}

// key is what /key answers.
type key struct {
	Office      seal.ID
	Epoch       int
	Recipient   string
	Fingerprint string
	Work        struct {
		Challenge seal.Challenge
		Bits      int
	}
}

// do sends a request and reads the answer as JSON into v, where v is given.
func (b *browser) do(method, address string, header http.Header, body []byte, v any) *http.Response {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), method, b.home+address, bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	for name, values := range header {
		r.Header[name] = values
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		b.Fatal(err)
	}
	if v != nil {
		if err := json.Unmarshal(got, v); err != nil {
			b.Fatalf("%s %s: %d %q: %v", method, address, response.StatusCode, got, err)
		}
	}
	return response
}

// parcel seals a report with a file of some size.
func (b *browser) parcel(what string, size int) []byte {
	b.Helper()
	var k key
	b.do(http.MethodGet, "/key", nil, nil, &k)
	to, err := seal.ParseRecipient(k.Recipient)
	if err != nil {
		b.Fatal(err)
	}
	reply, err := b.keys.Reply()
	if err != nil {
		b.Fatal(err)
	}
	h := seal.Head{
		V: seal.Version, Kind: seal.ParcelReport, Office: k.Office, Epoch: k.Epoch,
		Lookup: seal.LookupHash(b.keys.Lookup), Reply: reply.Recipient().String(), Work: seal.DoWork(k.Work.Challenge, k.Work.Bits),
	}
	copy(h.ID[:], b.keys.Lookup[:])
	b.Logf("sealing for %s", k.Fingerprint)
	r := &seal.Report{V: 1, Path: seal.PathGeneral, Lang: locale.Creole, What: what, Consent: seal.ConsentOffice, Channel: seal.ChannelBrowser}
	text, err := r.Encode()
	if err != nil {
		b.Fatal(err)
	}
	head, err := h.Encode()
	if err != nil {
		b.Fatal(err)
	}
	parcel := bytes.NewBuffer(head)
	if err := seal.Seal(parcel, to,
		seal.Member{Name: seal.ReportMember, Size: int64(len(text)), Content: bytes.NewReader(text)},
		seal.Member{Name: seal.FileMember(1), Size: int64(size), Content: bytes.NewReader(make([]byte, size))},
	); err != nil {
		b.Fatal(err)
	}
	return parcel.Bytes()
}

// refused is how errors are told.
type refused struct{ Error string }

// acknowledged is how a parcel is acknowledged.
type acknowledged struct{ Receipt string }

var parcelHeader = http.Header{"Content-Type": {"application/vnd.temwen.parcel"}}

// Given a parcel, when it is posted, then the office reads it; posted again, it is
// the same.
func TestPostingAParcel(t *testing.T) {
	b := serve(t).browser(t)
	parcel := b.parcel("Yo pran kabrit mwen.", 1000)
	var first, second acknowledged
	if r := b.do(http.MethodPost, "/parcels", parcelHeader, parcel, &first); r.StatusCode != 201 {
		t.Fatalf("status %d", r.StatusCode)
	}
	b.do(http.MethodPost, "/parcels", parcelHeader, parcel, &second)
	if first.Receipt == "" || first != second || b.Len() != 1 {
		t.Errorf("%d parcels; the receipts are the same: %v", b.Len(), first == second)
	}
	if got := b.Latest(t).Report; got.What != "Yo pran kabrit mwen." {
		t.Errorf("the office reads %+v", got)
	}
}

// Given what is no parcel, then the answer has the code of the specification, and
// nothing is stored.
func TestParcelsThatAreRefused(t *testing.T) {
	b := serve(t).browser(t)
	good := b.parcel("Yo pran kabrit mwen.", 10)
	n := 4 + int(good[2])<<8 + int(good[3])
	used := bytes.Clone(good)
	stale := bytes.Replace(bytes.Clone(good), []byte(`"epoch":1`), []byte(`"epoch":7`), 1)
	for _, c := range []struct {
		name, code string
		status     int
		kind       string
		parcel     []byte
		fails      error
	}{
		{"nothing", "malformed", 400, "application/vnd.temwen.parcel", nil, nil},
		{"another kind", "malformed", 400, "application/json", good, nil},
		{"noise", "malformed", 400, "application/vnd.temwen.parcel", bytes.Repeat([]byte{0, 0, 1}, 500), nil},
		{"cut in its head", "malformed", 400, "application/vnd.temwen.parcel", good[:n-1], nil},
		{"cut", "unpadded", 400, "application/vnd.temwen.parcel", good[:len(good)-1], nil},
		{"of another length", "unpadded", 400, "application/vnd.temwen.parcel", append(bytes.Clone(good), 0), nil},
		{"for another kind of key", "recipient", 400, "application/vnd.temwen.parcel", bytes.Replace(bytes.Clone(good), []byte("-> mlkem768x25519"), []byte("-> mlkem768x25518"), 1), nil},
		{"of another epoch", "epoch", 410, "application/vnd.temwen.parcel", stale, nil},
		{"too large", "too-large", 413, "application/vnd.temwen.parcel", make([]byte, 1<<20+1), nil},
		{"too many others", "busy", 429, "application/vnd.temwen.parcel", good, report.ErrBusy},
		{"a full disk", "full", 503, "application/vnd.temwen.parcel", good, report.ErrFull},
		{"a fault of ours", "full", 503, "application/vnd.temwen.parcel", good, io.ErrNoProgress},
	} {
		t.Run(c.name, func(t *testing.T) {
			b.Office.Fail(c.fails)
			defer b.Office.Fail(nil)
			var got refused
			r := b.do(http.MethodPost, "/parcels", http.Header{"Content-Type": {c.kind}}, c.parcel, &got)
			if r.StatusCode != c.status || got.Error != c.code {
				t.Errorf("%d %s, want %d %s", r.StatusCode, got.Error, c.status, c.code)
			}
			if (c.code == "busy") != (r.Header.Get("Retry-After") != "") {
				t.Errorf("Retry-After is %q", r.Header.Get("Retry-After"))
			}
			if b.Len() != 0 {
				t.Error("something was stored")
			}
		})
	}
	b.do(http.MethodPost, "/parcels", parcelHeader, good, nil)
	used[len(used)-1] ^= 1
	var got refused
	if r := b.do(http.MethodPost, "/parcels", parcelHeader, used, &got); r.StatusCode != 409 || got.Error != "reused" {
		t.Errorf("another parcel of the same ID is answered with %d %s", r.StatusCode, got.Error)
	}
}

// Given a thread, then a script gets what the page without one shows.
func TestAThreadForAScript(t *testing.T) {
	b := serve(t).browser(t)
	b.do(http.MethodPost, "/parcels", parcelHeader, b.parcel("Yo pran kabrit mwen.", 10), nil)
	b.Reply(t, report.InCase, locale.Creole, "Mèsi.", "", nil)
	ask := func(address, body string, v any) *http.Response {
		return b.do(http.MethodPost, address, nil, []byte(body), v)
	}
	token := `"token":"` + b.keys.Lookup.String() + `"`
	var thread struct {
		State, Since, Receipt, Proof string
		Read                         bool `json:"office_read"`
		Items                        []struct {
			N          int
			From, Kind string
			Size       int64
		}
	}
	if r := ask("/thread", "{"+token+"}", &thread); r.StatusCode != 200 || thread.State != "case" || thread.Since != "2026-11-28" || !thread.Read ||
		len(thread.Items) != 2 || thread.Items[1].From != "office" || thread.Receipt == "" {
		t.Errorf("%d %+v", r.StatusCode, thread)
	}
	if r := ask("/thread/item", "{"+token+`,"n":2}`, nil); r.StatusCode != 200 || r.ContentLength != thread.Items[1].Size {
		t.Errorf("the item is answered with %d, %d bytes", r.StatusCode, r.ContentLength)
	}
	if r := ask("/thread/withdraw", "{"+token+"}", nil); r.StatusCode != 204 {
		t.Errorf("withdrawing is answered with %d", r.StatusCode)
	}
	for _, c := range []struct {
		name, address, body, code string
		status                    int
	}{
		{"another token", "/thread", `{"token":"AAAAAAAAAAAAAAAAAAAAAA"}`, "unknown", 404},
		{"another token", "/thread/withdraw", `{"token":"AAAAAAAAAAAAAAAAAAAAAA"}`, "unknown", 404},
		{"an item that is the person's", "/thread/item", "{" + token + `,"n":1}`, "unknown", 404},
		{"an item that is none", "/thread/item", "{" + token + `,"n":9}`, "unknown", 404},
		{"a member too many", "/thread", "{" + token + `,"x":1}`, "malformed", 400},
		{"no JSON", "/thread", `token`, "malformed", 400},
		{"a short token", "/thread", `{"token":"AAAA"}`, "malformed", 400},
		{"something after it", "/thread", "{" + token + `}{}`, "malformed", 400},
		{"a long question", "/thread", "{" + token + strings.Repeat(" ", 2000) + "}", "malformed", 400},
	} {
		var got refused
		if r := ask(c.address, c.body, &got); r.StatusCode != c.status || got.Error != c.code {
			t.Errorf("%s, %s: %d %s", c.address, c.name, r.StatusCode, got.Error)
		}
	}
}

// tusHeader are the headers of a piece.
func tusHeader(pairs ...string) http.Header {
	h := http.Header{"Tus-Resumable": {"1.0.0"}, "Content-Type": {"application/offset+octet-stream"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		h[http.CanonicalHeaderKey(pairs[i])] = []string{pairs[i+1]}
	}
	return h
}

// Given a large parcel and a network that breaks, when it is sent in pieces, each
// from where the upload stands, then it arrives whole and is acknowledged, again
// and again.
func TestUploadInPieces(t *testing.T) {
	b := serve(t).browser(t)
	parcel := b.parcel("Gade videyo a.", 3<<20)
	r := b.do(http.MethodPost, "/uploads", tusHeader("Upload-Length", strconv.Itoa(len(parcel))), parcel[:4000], nil)
	at := r.Header.Get("Location")
	if r.StatusCode != 201 || !strings.HasPrefix(at, "/uploads/") || r.Header.Get("Upload-Offset") != "4000" {
		t.Fatalf("creating is answered with %d, %v", r.StatusCode, r.Header)
	}
	until, err := time.Parse(http.TimeFormat, r.Header.Get("Upload-Expires"))
	if err != nil || !until.Equal(until.Truncate(24*time.Hour)) || time.Until(until) < 5*24*time.Hour {
		t.Errorf("it expires %s, %v", until, err)
	}
	var last acknowledged
	for offset := 4000; offset < len(parcel); {
		end := min(offset+1<<20, len(parcel))
		var v any
		if end == len(parcel) {
			v = &last
		}
		r := b.do(http.MethodPatch, at, tusHeader("Upload-Offset", strconv.Itoa(offset)), parcel[offset:end], v)
		if want := map[bool]int{false: 204, true: 201}[end == len(parcel)]; r.StatusCode != want {
			t.Fatalf("the piece at %d is answered with %d", offset, r.StatusCode)
		}
		stands := b.do(http.MethodHead, at, tusHeader(), nil, nil)
		if offset, err = strconv.Atoi(stands.Header.Get("Upload-Offset")); err != nil || offset != end || stands.Header.Get("Upload-Length") != strconv.Itoa(len(parcel)) {
			t.Fatalf("it stands at %v", stands.Header)
		}
	}
	var again acknowledged
	if r := b.do(http.MethodPatch, at, tusHeader("Upload-Offset", strconv.Itoa(len(parcel))), nil, &again); r.StatusCode != 201 || again != last || last.Receipt == "" {
		t.Errorf("asked again, the answer is %d, the same: %v", r.StatusCode, again == last)
	}
	if got := b.Latest(t); got.Report.What != "Gade videyo a." || len(got.Files[0]) != 3<<20 || b.Len() != 1 {
		t.Errorf("the office has %d parcels", b.Len())
	}
}

// Given what is no upload, then the answer has the code of the specification.
func TestUploadsThatAreRefused(t *testing.T) {
	b := serve(t).browser(t)
	parcel := b.parcel("Gade foto a.", 10)
	size := strconv.Itoa(len(parcel))
	at := b.do(http.MethodPost, "/uploads", tusHeader("Upload-Length", size), parcel[:4000], nil).Header.Get("Location")
	none := "/uploads/" + seal.ID{1}.String()
	for _, c := range []struct {
		name, method, address string
		header                http.Header
		body                  []byte
		status                int
		code                  string
	}{
		{"no version", http.MethodPost, "/uploads", http.Header{}, nil, 412, ""},
		{"another version", http.MethodHead, at, http.Header{"Tus-Resumable": {"0.2.2"}}, nil, 412, ""},
		{"no length", http.MethodPost, "/uploads", tusHeader(), parcel, 400, "malformed"},
		{"a length that is none", http.MethodPost, "/uploads", tusHeader("Upload-Length", "-1"), parcel, 400, "malformed"},
		{"a length with a sign", http.MethodPost, "/uploads", tusHeader("Upload-Length", "+"+size), parcel, 400, "malformed"},
		{"too large", http.MethodPost, "/uploads", tusHeader("Upload-Length", "999999999999"), parcel[:4000], 413, "too-large"},
		{"no head", http.MethodPost, "/uploads", tusHeader("Upload-Length", size), parcel[:100], 400, "malformed"},
		{"more than its length", http.MethodPost, "/uploads", tusHeader("Upload-Length", "3900"), parcel[:4000], 413, "too-large"},
		{"a piece too large", http.MethodPatch, at, tusHeader("Upload-Offset", "4000"), make([]byte, 1<<20+1), 413, "too-large"},
		{"another kind of piece", http.MethodPatch, at, http.Header{"Tus-Resumable": {"1.0.0"}, "Upload-Offset": {"4000"}}, parcel[4000:], 400, "malformed"},
		{"no offset", http.MethodPatch, at, tusHeader(), parcel[4000:], 400, "malformed"},
		{"another offset", http.MethodPatch, at, tusHeader("Upload-Offset", "3999"), parcel[3999:], 409, "offset"},
		{"no such upload", http.MethodPatch, none, tusHeader("Upload-Offset", "0"), parcel, 404, "unknown"},
		{"no such upload", http.MethodHead, none, tusHeader(), nil, 404, ""},
		{"no such upload", http.MethodDelete, none, tusHeader(), nil, 404, "unknown"},
		{"no ID", http.MethodPatch, "/uploads/x", tusHeader("Upload-Offset", "0"), parcel, 404, "unknown"},
		{"forgotten", http.MethodDelete, at, tusHeader(), nil, 204, ""},
		{"after that", http.MethodHead, at, tusHeader(), nil, 404, ""},
	} {
		t.Run(c.method+" "+c.name, func(t *testing.T) {
			var got refused
			var v any
			if c.code != "" {
				v = &got
			}
			if r := b.do(c.method, c.address, c.header, c.body, v); r.StatusCode != c.status || got.Error != c.code {
				t.Errorf("%d %s, want %d %s", r.StatusCode, got.Error, c.status, c.code)
			}
		})
	}
	if b.Len() != 0 {
		t.Error("something was stored")
	}
}
