package report_test

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"temwen/locale"
	"temwen/seal"
	"temwen/site/report"
)

// Given a form from a browser without a script, when it is sent, then the office
// reads just that.
func TestWhatIsTypedIsWhatTheOfficeReads(t *testing.T) {
	s := serve(t)
	for _, c := range []struct {
		name, address string
		fields        []field
		want          seal.Report
	}{
		{
			"one sentence", "/en/1", fields("what", "They took my goats."),
			seal.Report{Path: seal.PathGeneral, Lang: locale.English, What: "They took my goats.", Consent: seal.ConsentOffice},
		},
		{
			"everything", "/ht/1", fields(
				"path", "general", "lang", "ht", "what", "Yo kraze pòt la.\r\nYo antre.", "when", "semèn pase", "still", "1",
				"department", "HT-OU", "commune", "Delma", "place", "toupre mache a", "force", "lapolis", "uniform", "vèt",
				"vehicle", "blende", "unit", "42", "nationality", "angle", "harmed", "frè m", "harmed_count", "2",
				"needs", "legal", "needs", "medical", "needs", "legal", "witness", "saw", "consent", "case", "contact", "vwazen an"),
			seal.Report{
				Path: seal.PathGeneral, Lang: locale.Creole, What: "Yo kraze pòt la.\nYo antre.", When: "semèn pase", Still: true,
				Where:  seal.Where{Department: "HT-OU", Commune: "Delma", Words: "toupre mache a"},
				Who:    seal.Who{Force: "lapolis", Uniform: "vèt", Vehicle: "blende", Unit: "42", Nationality: "angle"},
				Harmed: seal.Harmed{Count: "2", Words: "frè m"}, Needs: []seal.Need{"medical", "legal"}, Witness: "saw",
				Consent: seal.ConsentCase, Contact: "vwazen an",
			},
		},
		{
			"the path is the address’s, not the field’s", "/fr/3", fields("what", "x", "path", "general", "lang", "es"),
			seal.Report{Path: seal.PathChild, Lang: locale.French, What: "x", Consent: seal.ConsentOffice},
		},
		{
			"what cannot be chosen is not chosen", "/es/2", fields("what", "x", "department", "HT-XX", "needs", "money", "witness", "God", "consent", "everything"),
			seal.Report{Path: seal.PathExploitation, Lang: locale.Spanish, What: "x", Consent: seal.ConsentOffice},
		},
		{
			"bytes that are no text, and control characters", "/en/1", fields("what", "a\xffb\x00c\x1b[31m"),
			seal.Report{Path: seal.PathGeneral, Lang: locale.English, What: "a?bc[31m", Consent: seal.ConsentOffice},
		},
		{
			"fields of other names", "/en/1", fields("what", "x", "Admin", "1", "what\r\n", "y", "", "z"),
			seal.Report{Path: seal.PathGeneral, Lang: locale.English, What: "x", Consent: seal.ConsentOffice},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if a := s.post(t, c.address, c.fields); a.Status != http.StatusCreated {
				t.Fatalf("status %d: %s", a.Status, a.text("main"))
			}
			c.want.V, c.want.Channel = seal.Version, seal.ChannelPage
			if diff := cmp.Diff(&c.want, s.Latest(t).Report); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Given a form with files, then they arrive whole, with their names and kinds.
func TestFilesArriveWhole(t *testing.T) {
	s := serve(t)
	big := strings.Repeat("0123456789abcdef", 20_000)
	list := with(with(with(fields("what", "See the pictures."), "IMG 1.jpg", big), "", ""), `..\..\C:\évil"name.txt`, "x")
	if a := s.post(t, "/en/1", list); a.Status != http.StatusCreated {
		t.Fatalf("status %d: %s", a.Status, a.text("main"))
	}
	got := s.Latest(t)
	if len(got.Files) != 2 || string(got.Files[0]) != big || string(got.Files[1]) != "x" {
		t.Fatalf("%d files arrived", len(got.Files))
	}
	if f := got.Report.Files; f[0].Name != "IMG 1.jpg" || f[0].Type != "application/octet-stream" || strings.ContainsAny(f[1].Name, `\/`) {
		t.Errorf("they are described as %+v", f)
	}
}

// Given a form that cannot be taken, then the page says what to do, in the
// person's language, and what they typed is still there.
func TestWhatIsWrongIsSaidAndNothingIsLost(t *testing.T) {
	many := fields("what", "x <b>\"'&")
	for range 21 {
		many = with(many, "a.txt", "a")
	}
	for _, c := range []struct {
		name   string
		fails  error
		fields []field
		status int
		says   string
	}{
		{"nothing written", nil, fields("what", " \n ", "commune", "Hinche"), 422, "Ekri omwen yon fraz"},
		{"no field at all", nil, nil, 422, "Ekri omwen yon fraz"},
		{"too long", nil, fields("commune", "Hinche", "what", strings.Repeat("a", 201<<10)), 413, "twò long"},
		{"too many files", nil, many, 413, "20 fichye"},
		{"the office is full", report.ErrFull, fields("what", "x <b>\"'&", "consent", "public"), 503, "apre inèdtan"},
		{"too many others", report.ErrBusy, fields("what", "x", "consent", "public"), 429, "tann de minit"},
		{"a fault of ours", errors.New("some fault"), fields("what", "x", "still", "1", "department", "HT-NO"), 500, "peze bouton an ankò"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t)
			s.Fail(c.fails)
			a := s.post(t, "/ht/1", c.fields)
			if a.Status != c.status || !strings.Contains(a.text("#problem"), c.says) {
				t.Errorf("status %d: %s", a.Status, a.text("#problem"))
			}
			if s.Len() != 0 {
				t.Error("something was stored")
			}
			for _, f := range c.fields {
				if len(f.value) > 1000 || f.name == "files" {
					continue
				}
				e := a.Find("[name='" + f.name + "']")
				value, _ := e.Attr("value")
				if kept := value == f.value || strings.TrimSpace(f.value) == e.Text() || a.Find("[name='"+f.name+"'] [value='"+f.value+"'][selected]").Length() == 1 ||
					a.Find("[name='"+f.name+"'][value='"+f.value+"'][checked]").Length() == 1; !kept {
					t.Errorf("%s is not what was typed: %q, %q", f.name, value, e.Text())
				}
			}
			if a.Find("a[href='#what']").Length() > 0 != (c.status == 422) {
				t.Error("the mistake is at another field")
			}
		})
	}
}

// Given a form whose answer was lost, when it is sent again, then it is not stored
// twice and the person gets the same code; once they have kept it, it is not shown
// again.
func TestTheSameFormTwiceIsOneReport(t *testing.T) {
	s := serve(t)
	token, _ := s.get(t, "/en/1").Find("[name=token]").Attr("value")
	list := with(fields("token", token, "what", "They took my goats."), "a.jpg", "picture")
	first := s.post(t, "/en/1", list)
	second := s.post(t, "/en/1", list)
	if first.Status != 201 || second.Status != 200 || s.Len() != 1 {
		t.Fatalf("%d, then %d; %d stored", first.Status, second.Status, s.Len())
	}
	if first.text(".code") != second.text(".code") || strings.ReplaceAll(first.text(".code"), " ", "") != token {
		t.Errorf("the codes are %s and %s", first.text(".code"), second.text(".code"))
	}
	if !strings.Contains(second.text("main"), "was not sent twice") {
		t.Error("the page does not say that it came before")
	}
	kept := s.post(t, "/en/kept", fields("token", token))
	if kept.Status != 303 || kept.Header.Get("Location") != "/en/calendar" || kept.Header.Get("Clear-Site-Data") != `"cache"` {
		t.Errorf("keeping it is answered with %d, %v", kept.Status, kept.Header)
	}
	third := s.post(t, "/en/1", list)
	if strings.Contains(third.raw, token[:4]+" ") || third.Find(".code").Length() > 0 || s.Len() != 1 {
		t.Errorf("the code is shown again: %s", third.text("main"))
	}
	if other := s.post(t, "/en/1", fields("token", "no code at all", "what", "Another.")); other.Status != 201 || s.Len() != 2 {
		t.Errorf("a form with another token is answered with %d", other.Status)
	}
}

// Given many who press the button twice at once, then nothing is stored twice.
func TestPressedTwiceAtOnce(t *testing.T) {
	s := serve(t)
	token, _ := s.get(t, "/en/1").Find("[name=token]").Attr("value")
	codes := make(chan string, 8)
	for range cap(codes) {
		go func() {
			a := s.post(t, "/en/1", fields("token", token, "what", "They took my goats."))
			codes <- a.text(".code")
		}()
	}
	for range cap(codes) {
		if code := <-codes; strings.ReplaceAll(code, " ", "") != token {
			t.Errorf("one of them got the code %q", code)
		}
	}
	if s.Len() != 1 {
		t.Errorf("%d were stored", s.Len())
	}
}

// Given a form that breaks off, then nothing is stored, wherever it breaks off.
func TestAFormThatBreaksOff(t *testing.T) {
	s := serve(t)
	body, kind := multipartOf(t, with(fields("what", "They took my goats."), "a.jpg", strings.Repeat("picture", 100)))
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(0, len(body)-6).Draw(r, "bytes") // the last are the end of the closing line
		q, err := http.NewRequest(http.MethodPost, s.home+"/en/1", bytes.NewReader(body[:n]))
		if err != nil {
			r.Fatal(err)
		}
		q.Header.Set("Content-Type", kind)
		a := s.answer(t, q)
		if a.Status < 400 || s.Len() > 0 {
			r.Fatalf("%d bytes are answered with %d; %d stored", n, a.Status, s.Len())
		}
	})
}

// Given any text, then what the office reads is that text, tidied.
func TestAnyTextArrives(t *testing.T) {
	s := serve(t)
	rapid.Check(t, func(r *rapid.T) {
		what := rapid.String().Filter(func(s string) bool { return strings.TrimSpace(s) != "" && !strings.ContainsFunc(s, control) }).Draw(r, "what")
		if a := s.post(t, "/en/1", fields("what", what, "place", what)); a.Status != http.StatusCreated {
			r.Fatalf("%q is answered with %d", what, a.Status)
		}
		if got := s.Latest(t).Report; got.What != strings.TrimSpace(what) || got.Where.Words != got.What {
			r.Fatalf("%q arrives as %q", what, got.What)
		}
	})
}

func control(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u2028' }
