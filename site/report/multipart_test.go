package report

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// whole is a part with its content.
type whole struct{ Name, File, Kind, Content string }

// ours reads a form to its end, and reports whether all of it was wiped.
func ours(r io.Reader, boundary string) (list []whole, wiped bool, err error) {
	p, err := newParts(r, boundary)
	if err != nil {
		return nil, true, err
	}
	for {
		f, err := p.next()
		if err == nil {
			w := whole{Name: f.name, File: string(f.file), Kind: string(f.kind)}
			var b []byte
			b, err = io.ReadAll(p)
			w.Content = string(b)
			list = append(list, w)
		}
		if err != nil {
			p.wipe()
			left := bytes.Trim(append(p.buf, p.head[:cap(p.head)]...), "\x00")
			if err == io.EOF {
				err = nil
			}
			return list, len(left) == 0, err
		}
	}
}

// theirs reads a form as package mime/multipart does, to compare.
func theirs(r io.Reader, boundary string) (list []whole, err error) {
	m := multipart.NewReader(r, boundary)
	for {
		f, err := m.NextRawPart()
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return list, err
		}
		b, err := io.ReadAll(f)
		if err != nil {
			return list, err
		}
		name := f.FormName()
		if !fieldName.MatchString(name) {
			name = ""
		}
		w := whole{Name: name, Kind: f.Header.Get("Content-Type"), Content: string(b)}
		if _, file, found := strings.Cut(f.Header.Get("Content-Disposition"), "filename="); found {
			unquoted, _, err := readValue([]byte(file)) // package multipart takes the folders off
			if err != nil {
				return list, err
			}
			w.File = string(unquoted)
		}
		list = append(list, w)
	}
}

// Given a form as browsers send it, then it is read as it was written.
func TestFormsOfBrowsers(t *testing.T) {
	const boundary = "----WebKitFormBoundaryAfxbJ1sYxWdbHmQ2"
	disposition := func(rest string) string {
		return "--" + boundary + "\r\nContent-Disposition: form-data; " + rest + "\r\n"
	}
	for _, c := range []struct {
		name, body string
		want       []whole
	}{
		{"nothing", "--" + boundary + "--\r\n", nil},
		{"no line end after it", "--" + boundary + "--", nil},
		{"one field", disposition(`name="what"`) + "\r\nYo antre.\r\nYo pran.\r\n--" + boundary + "--\r\n", []whole{{"what", "", "", "Yo antre.\r\nYo pran."}}},
		{"an empty field", disposition(`name="what"`) + "\r\n\r\n--" + boundary + "--\r\n", []whole{{Name: "what"}}},
		{
			"no file chosen, by Chromium", disposition(`name="files"; filename=""`) + "Content-Type: application/octet-stream\r\n\r\n\r\n--" + boundary + "--\r\n",
			[]whole{{"files", "", "application/octet-stream", ""}},
		},
		{
			"a name with quotation marks", disposition(`name="files"; filename="a %22b%22.jpg"`) + "Content-Type: image/jpeg\r\n\r\n\xff\xd8\r\n--" + boundary + "--\r\n",
			[]whole{{"files", "a %22b%22.jpg", "image/jpeg", "\xff\xd8"}},
		},
		{
			"a name with quotation marks, by an old Firefox", disposition(`name="files"; filename="a \"b\".jpg"`) + "Content-Type: image/jpeg\r\n\r\nx\r\n--" + boundary + "--\r\n",
			[]whole{{"files", `a "b".jpg`, "image/jpeg", "x"}},
		},
		{
			"a path, by an old Internet Explorer", disposition(`name="files"; filename="C:\dokiman\foto.jpg"`) + "Content-Type: image/pjpeg\r\n\r\nx\r\n--" + boundary + "--\r\n",
			[]whole{{"files", `C:\dokiman\foto.jpg`, "image/pjpeg", "x"}},
		},
		{
			"what is nearly a boundary", disposition(`name="what"`) + "\r\na\r\n--" + boundary[:30] + "\r\n-\r\n\r\n--" + boundary + "--\r\n",
			[]whole{{"what", "", "", "a\r\n--" + boundary[:30] + "\r\n-\r\n"}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			for how, r := range map[string]io.Reader{"whole": strings.NewReader(c.body), "by bytes": iotest.OneByteReader(strings.NewReader(c.body))} {
				got, wiped, err := ours(r, boundary)
				if diff := cmp.Diff(c.want, got); diff != "" || err != nil || !wiped {
					t.Errorf("%s: %v, wiped %v\n%s", how, err, wiped, diff)
				}
			}
		})
	}
}

// Given what no browser sends, then it is no form, or a form that was cut.
func TestNoForms(t *testing.T) {
	part := "--b\r\nContent-Disposition: form-data; name=\"what\"\r\n\r\nx\r\n"
	for _, c := range []struct {
		name, body, boundary string
		want                 error
	}{
		{"no boundary", part + "--b--", "", errNotForm},
		{"a boundary that is too long", part, strings.Repeat("b", 71), errNotForm},
		{"something before the first part", "x\r\n" + part + "--b--", "b", errNotForm},
		{"something in the line of a boundary", "--b \r\n" + part[5:] + "--b--", "b", errNotForm},
		{"lines that end otherwise", strings.ReplaceAll(part, "\r\n", "\n") + "--b--", "b", errNotForm},
		{"a part without a name", "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--", "b", errNotForm},
		{"a part that is no field", strings.Replace(part, "form-data", "attachment", 1) + "--b--", "b", errNotForm},
		{"two names", strings.Replace(part, "\r\n\r\n", "; name=\"code\"\r\n\r\n", 1) + "--b--", "b", errNotForm},
		{"two lines with names", strings.Replace(part, "\r\n\r\n", "\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\n", 1) + "--b--", "b", errNotForm},
		{"a name that does not end", strings.Replace(part, "what\"", "what", 1) + "--b--", "b", errNotForm},
		{"a line without a colon", strings.Replace(part, "\r\n\r\n", "\r\nx\r\n\r\n", 1) + "--b--", "b", errNotForm},
		{"lines without end", "--b\r\n" + strings.Repeat("X: y\r\n", 10_000), "b", errNotForm},
		{"nothing at all", "", "b", errCut},
		{"cut in its words", part[:len(part)-3], "b", errCut},
		{"cut in its lines", part[:20], "b", errCut},
		{"cut before the last boundary", part, "b", errCut},
		{"cut in the last boundary", part + "--b-", "b", errCut},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, wiped, err := ours(strings.NewReader(c.body), c.boundary); !errors.Is(err, c.want) || !wiped {
				t.Errorf("%v, not %v; wiped %v", err, c.want, wiped)
			}
		})
	}
}

// Given any form that package mime/multipart writes, then it is read here as it is
// read there, in whatever pieces it comes.
func TestFormsAreReadAsOthersReadThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for range rapid.IntRange(0, 4).Draw(t, "parts") {
			content := rapid.OneOf(
				rapid.SliceOfN(rapid.Byte(), 0, 300),
				rapid.Custom(func(t *rapid.T) []byte {
					return bytes.Repeat([]byte("\r\n--"+w.Boundary()[:20]), rapid.IntRange(0, 8000).Draw(t, "times"))
				})).Draw(t, "content")
			var to io.Writer
			var err error
			if rapid.Bool().Draw(t, "file") {
				to, err = w.CreateFormFile("files", rapid.StringMatching(`[ -~é]{0,40}`).Draw(t, "name"))
			} else {
				to, err = w.CreateFormField(rapid.SampledFrom([]string{"what", "harmed_count", "Other", "é"}).Draw(t, "field"))
			}
			if err == nil {
				_, err = to.Write(content)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		want, err := theirs(bytes.NewReader(b.Bytes()), w.Boundary())
		if err != nil {
			t.Fatal(err)
		}
		r := &pieces{b.Bytes(), rapid.SampledFrom([]int{1, 7, 100, 4096, 1 << 20}).Draw(t, "pieces")}
		got, wiped, err := ours(r, w.Boundary())
		if diff := cmp.Diff(want, got); diff != "" || err != nil || !wiped {
			t.Fatalf("%v, wiped %v\n%s", err, wiped, diff)
		}
	})
}

// pieces reads at most size bytes at a time.
type pieces struct {
	left []byte
	size int
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.left) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.left[:min(len(p.left), p.size)])
	p.left = p.left[n:]
	return n, nil
}

// FuzzMultipart reads any bytes as a form: what is read here is read by package
// mime/multipart in the same way, and all of it is wiped.
func FuzzMultipart(f *testing.F) {
	f.Add("b", []byte("--b\r\nContent-Disposition: form-data; name=\"what\"\r\n\r\nx\r\n--b--\r\n"))
	f.Add("b", []byte("--b\r\nContent-Disposition: form-data; name=files; filename=\"a\\\"\\\\b.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\r\n--b--\r\n"))
	f.Add("b", []byte("\r\n--b--"))
	f.Add("b", []byte("--b\r\nA: b\r\nContent-Disposition: form-data ; name = \"x\r\n\r\n--b"))
	f.Fuzz(func(t *testing.T, boundary string, body []byte) {
		got, wiped, err := ours(bytes.NewReader(body), boundary)
		if !wiped {
			t.Error("something of it is left")
		}
		if err != nil {
			if !errors.Is(err, errNotForm) && !errors.Is(err, errCut) {
				t.Errorf("it is refused with %v", err)
			}
			return
		}
		want, err := theirs(bytes.NewReader(body), boundary)
		if err != nil {
			t.Skipf("others do not read it: %v", err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}
