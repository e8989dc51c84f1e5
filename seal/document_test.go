package seal

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"temwen/locale"
)

func TestDocumentsAreReadAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDocument(t, anyFiles.Draw(t, "files"))
		name, b, err := d.encode()
		if err != nil {
			t.Fatal(err)
		}
		got, err := parseDocument(name, b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(d, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestShortestReport is one sentence.
func TestShortestReport(t *testing.T) {
	r := &Report{V: 1, Path: PathGeneral, Lang: "ht", What: "Yo bat li.", Consent: ConsentOffice, Channel: ChannelPage}
	b, err := r.Encode()
	const want = `{"v":1,"path":"general","lang":"ht","what":"Yo bat li.","consent":"office","channel":"page"}`
	if err != nil || string(b) != want {
		t.Errorf("%s, %v", b, err)
	}
}

const (
	plainReport  = `{"v":1,"path":"general","lang":"ht","what":"x","consent":"office","channel":"page"}`
	plainMessage = `{"v":1,"from":"office","kind":"message","lang":"fr","text":"x"}`
)

func TestReportsThatAreRefused(t *testing.T) {
	with := func(member string) string { return strings.Replace(plainReport, "{", "{"+member+",", 1) }
	file := func(change ...string) string {
		f := `{"member":"files/01","name":"a.jpg","type":"image/jpeg","size":1,"sha256":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}`
		return with(`"files":[` + strings.NewReplacer(change...).Replace(f) + `]`)
	}
	if _, err := ParseReport([]byte(file())); err != nil {
		t.Fatal(err)
	}
	for name, doc := range map[string]string{
		"nothing":           ``,
		"null":              `null`,
		"list":              `[]`,
		"cut":               plainReport[:50],
		"two values":        plainReport + plainReport,
		"unknown member":    with(`"name":"secret"`),
		"unknown, deeper":   with(`"who":{"name":"secret"}`),
		"member twice":      with(`"what":"secret"`),
		"other case":        with(`"What":"secret"`),
		"invalid UTF-8":     with("\"when\":\"secret\xff\""),
		"lone surrogate":    with(`"when":"secret\ud800"`),
		"number as text":    with(`"when":20240626`),
		"text as number":    strings.Replace(plainReport, "1", `"1"`, 1),
		"no version":        strings.Replace(plainReport, `"v":1,`, "", 1),
		"version 2":         strings.Replace(plainReport, `"v":1`, `"v":2`, 1),
		"no sentence":       strings.Replace(plainReport, `"x"`, `" \n"`, 1),
		"unknown path":      strings.Replace(plainReport, "general", "secret", 1),
		"unknown language":  strings.Replace(plainReport, `"ht"`, `"xx"`, 1),
		"unknown consent":   strings.Replace(plainReport, "office", "secret", 1),
		"no consent":        strings.Replace(plainReport, `"consent":"office",`, "", 1),
		"unknown channel":   strings.Replace(plainReport, "page", "secret", 1),
		"unknown need":      with(`"needs":["secret"]`),
		"need twice":        with(`"needs":["legal","legal"]`),
		"unknown witness":   with(`"witness":"secret"`),
		"department":        with(`"where":{"department":"secret"}`),
		"other file":        file("files/01", "files/02"),
		"file with a path":  file("a.jpg", "secret/a.jpg"),
		"file upward":       file("a.jpg", ".."),
		"file without name": file("a.jpg", ""),
		"file with control": file("a.jpg", `secret\u0000.jpg`),
		"file type":         file("image/jpeg", "secret"),
		"size below zero":   file(`"size":1`, `"size":-1`),
		"size too large":    file(`"size":1`, `"size":268435457`),
		"size in parts":     file(`"size":1`, `"size":1.5`),
		"hash too short":    file("AAAAAAAA", "AAAA"),
		"hash, other form":  file(`A"}`, `B"}`),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseReport([]byte(doc))
			if !errors.Is(err, ErrMalformed) {
				t.Fatalf("%v", err)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error repeats what was written: %v", err)
			}
		})
	}
	long := strings.Replace(plainReport, `"x"`, `"`+strings.Repeat("x", MaxDocument)+`"`, 1)
	if _, err := ParseReport([]byte(long)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too long: %v", err)
	}
}

func TestReportTellsEverythingAtOnce(t *testing.T) {
	_, err := ParseReport([]byte(`{"v":2,"path":"x","lang":"x","what":"","consent":"x","channel":"x"}`))
	for _, member := range []string{"v must", "path must", "lang must", "what must", "consent must", "channel must"} {
		if err == nil || !strings.Contains(err.Error(), member) {
			t.Errorf("%q is not in %v", member, err)
		}
	}
}

func TestMessagesThatAreRefused(t *testing.T) {
	if _, err := ParseMessage([]byte(plainMessage)); err != nil {
		t.Fatal(err)
	}
	replaced := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(plainMessage) }
	const exhibit = `{"name":"a.jpg","type":"image/jpeg","size":1,"sha256":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}`
	if _, err := ParseMessage([]byte(replaced(`"message"`, `"evidence"`, `"text":"x"`, `"exhibit":`+exhibit))); err != nil {
		t.Error(err)
	}
	for name, doc := range map[string]string{
		"report":              plainReport,
		"unknown side":        replaced("office", "secret"),
		"unknown kind":        replaced(`"message"`, `"secret"`),
		"nothing said":        replaced(`"x"`, `""`),
		"note of a reporter":  replaced("office", "reporter", `"message"`, `"note"`),
		"addition of office":  replaced(`"message"`, `"addition"`),
		"consent of office":   replaced(`"message"`, `"consent"`, `"text":"x"`, `"consent":"case"`),
		"consent to nothing":  replaced("office", "reporter", `"message"`, `"consent"`),
		"consent in passing":  replaced(`"text":"x"`, `"text":"x","consent":"case"`),
		"evidence by nobody":  replaced(`"message"`, `"evidence"`),
		"exhibit in passing":  replaced(`"text":"x"`, `"text":"x","exhibit":`+exhibit),
		"exhibit of a person": replaced("office", "reporter", `"message"`, `"evidence"`, `"text":"x"`, `"exhibit":`+exhibit),
		"exhibit with a path": replaced(`"message"`, `"evidence"`, `"text":"x"`, `"exhibit":`+strings.Replace(exhibit, "a.jpg", "secret/a.jpg", 1)),
		"21 files, one wrong": replaced(`"text":"x"`, `"files":[`+strings.Repeat(`{},`, 20)+`{}]`),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseMessage([]byte(doc))
			if !errors.Is(err, ErrMalformed) || strings.Contains(err.Error(), "secret") {
				t.Fatalf("%v", err)
			}
		})
	}
}

func FuzzParseReport(f *testing.F) {
	f.Add([]byte(plainReport))
	b, _ := testReport([]byte("x")).Encode()
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) { fuzzDocument(t, ReportMember, b) })
}

func FuzzParseMessage(f *testing.F) {
	f.Add([]byte(plainMessage))
	f.Fuzz(func(t *testing.T, b []byte) { fuzzDocument(t, MessageMember, b) })
}

// fuzzDocument holds that what is read can be written, unless it got too long by
// that, and is read as the same.
func fuzzDocument(t *testing.T, name string, b []byte) {
	d, err := parseDocument(name, b)
	if err != nil {
		if !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrTooLarge) {
			t.Fatal(err)
		}
		return
	}
	_, b, err = d.encode()
	if errors.Is(err, ErrTooLarge) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	again, err := parseDocument(name, b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d, again, cmpopts.EquateEmpty()); diff != "" {
		t.Fatal(diff)
	}
}

// A message that is there in several languages is read in one's own, any other as it is.
func TestTextIn(t *testing.T) {
	several := &Message{Lang: locale.Creole, Text: "bonjou", In: map[locale.Lang]string{locale.English: "good morning"}}
	for lang, want := range map[locale.Lang]string{locale.English: "good morning en", locale.Creole: "bonjou ht", locale.French: "bonjou ht"} {
		if text, in := several.TextIn(lang); text+" "+string(in) != want {
			t.Errorf("in %s it is %q, in %s", lang, text, in)
		}
	}
}
