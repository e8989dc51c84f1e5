package report_test

import (
	"net/http"
	"strings"
	"testing"

	"temwen/ledger"
	"temwen/locale"
	"temwen/seal"
	"temwen/site/report"
)

// Given a code that is not right, then the page says where the mistake looks to
// be, and keeps what was typed.
func TestMistypedCodes(t *testing.T) {
	s := serve(t)
	code := s.told(t, "They took my goats.")
	other := seal.NewCode().String()
	for _, c := range []struct {
		name, typed string
		status      int
		says        string
	}{
		{"nothing", "", 422, "You wrote 0; 24 are missing"},
		{"too short", code[:14], 422, "You wrote 12; 12 are missing"},
		{"too long", code + " 7", 422, "you wrote 25"},
		{"two digits exchanged", swap(code), 422, "Group 4"},
		{"another code", other, 404, "nothing under this code"},
		{"markup", `"><b>` + code[:4], 422, "You wrote 4"},
		{"other signs between", strings.ReplaceAll(code, " ", "-"), 200, "Your message has arrived"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := s.post(t, "/en/4", fields("do", "open", "code", c.typed))
			if a.Status != c.status || !strings.Contains(a.text("main"), c.says) {
				t.Errorf("status %d: %s", a.Status, a.text("main"))
			}
			if value, _ := a.Find("#code").Attr("value"); c.status != 200 && value != strings.TrimSpace(c.typed) {
				t.Errorf("%q stands in the field", value)
			}
			if suspect := a.text(".suspect"); (c.says == "Group 4") != (len(suspect) == 4) {
				t.Errorf("the group %q is marked", suspect)
			}
		})
	}
}

// Given any code, whether somebody has it or not, then a wrong token gets the same
// answer.
func TestNothingTellsWhetherACodeExists(t *testing.T) {
	s := serve(t)
	s.told(t, "They took my goats.")
	first := s.post(t, "/en/4", fields("do", "open", "code", seal.NewCode().String()))
	for _, do := range []string{"say", "consent", "sure", "withdraw", "receipt", "file", "nonsense", ""} {
		a := s.post(t, "/en/4", fields("do", do, "code", seal.NewCode().String(), "text", "x", "consent", "public", "n", "1"))
		if a.Status != first.Status || a.text("#problem") != first.text("#problem") {
			t.Errorf("%s is answered with %d: %s", do, a.Status, a.text("main"))
		}
	}
}

// Given somebody who comes back, then they see how it stands and what the office
// wrote, can take its file, and can answer, add a file, change the consent.
func TestComingBack(t *testing.T) {
	s := serve(t)
	code := s.told(t, "They took my goats.")
	s.Reply(t, report.Waiting, locale.French, "Bonjour <b>&", "plan d’accès.txt", []byte("à gauche"))
	a := s.post(t, "/en/4", fields("do", "open", "code", code))
	if got := a.text(".theirs .words"); got != "Bonjour <b>&" || a.Find(".theirs .words").AttrOr("lang", "") != "fr" {
		t.Errorf("they read %q", got)
	}
	if !strings.Contains(a.text(".state"), "waiting") || !strings.Contains(a.text(".state"), "Since 28 November 2026.") {
		t.Errorf("the state is %q", a.text(".state"))
	}
	file := s.post(t, "/en/4", fields("do", "file", "code", code, "n", "2", "member", "files/01"))
	if file.raw != "à gauche" || !strings.Contains(file.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the file is %q, %v", file.raw, file.Header)
	}
	for _, n := range []string{"1", "3", "-1", "x", ""} {
		if a := s.post(t, "/en/4", fields("do", "file", "code", code, "n", n, "member", "files/01")); a.Status != http.StatusNotFound {
			t.Errorf("a file of item %s is answered with %d", n, a.Status)
		}
	}
	id := a.Find("form:has([value=say]) [name=id]").AttrOr("value", "")
	for range 2 { // pressed twice
		said := s.post(t, "/en/4", with(fields("do", "say", "code", code, "id", id, "text", "On Monday."), "map.png", "a map"))
		if said.Status != 200 || !strings.Contains(said.text(".good"), "has arrived") || said.text("#text") != "" {
			t.Errorf("answering is answered with %d: %s", said.Status, said.text("main"))
		}
	}
	if got := s.Latest(t); got.Message.Text != "On Monday." || got.Message.From != seal.FromReporter || string(got.Files[0]) != "a map" || s.Len() != 2 {
		t.Errorf("the office has %d parcels, the latest %+v", s.Len(), got.Message)
	}
	s.post(t, "/en/4", fields("do", "consent", "code", code, "consent", "case"))
	if m := s.Latest(t).Message; m.Kind != seal.KindConsent || m.Consent != seal.ConsentCase {
		t.Errorf("the office reads %+v", m)
	}
}

// Given somebody who came back, when what they send cannot be taken, then the page
// says why, and what they typed is still there.
func TestWhatIsWrongInAThread(t *testing.T) {
	s := serve(t)
	code := s.told(t, "They took my goats.")
	for _, c := range []struct {
		name, says string
		fails      error
		status     int
		fields     []field
	}{
		{"nothing to say", "Write something", nil, 422, fields("do", "say", "code", code, "text", " ")},
		{"no choice", "Choose one of the four", nil, 422, fields("do", "consent", "code", code, "consent", "all")},
		{"too long", "too long", nil, 413, fields("code", code, "do", "say", "text", strings.Repeat("a", 201<<10))},
		{"the office is full", "in an hour", report.ErrFull, 503, with(fields("do", "say", "code", code, "text", "On Monday."), "a", "b")},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.Fail(c.fails)
			a := s.post(t, "/en/4", c.fields)
			if a.Status != c.status || !strings.Contains(a.text("#problem"), c.says) {
				t.Errorf("status %d: %s", a.Status, a.text("main"))
			}
			if c.fails != nil && (a.text("#text") != "On Monday." || !strings.Contains(a.text("#problem"), "Choose the files again")) {
				t.Errorf("%q stands in the field; %s", a.text("#text"), a.text("#problem"))
			}
		})
	}
	if s.Len() != 1 {
		t.Errorf("%d parcels were stored", s.Len())
	}
}

// Given somebody who wants it to stop, then they are asked once, and then it has
// stopped.
func TestWithdrawing(t *testing.T) {
	s := serve(t)
	code := s.told(t, "They took my goats.")
	sure := s.post(t, "/en/4", fields("do", "sure", "code", code))
	if sure.Find("button[value=withdraw]").Length() != 1 || strings.Contains(s.post(t, "/en/4", fields("do", "open", "code", code)).text(".state"), "stop") {
		t.Fatalf("it was not asked whether they are sure: %s", sure.text("main"))
	}
	for range 2 {
		a := s.post(t, "/en/4", fields("do", "withdraw", "code", code))
		if a.Status != 200 || !strings.Contains(a.text(".state"), "You made it stop.") || a.Find("textarea").Length() > 0 {
			t.Errorf("status %d: %s", a.Status, a.text("main"))
		}
	}
}

// Given a report, then its receipt can be taken, and it is one.
func TestReceiptCanBeTaken(t *testing.T) {
	s := serve(t)
	code := s.told(t, "They took my goats.")
	a := s.post(t, "/en/4", fields("do", "receipt", "code", code))
	if a.Header.Get("Content-Disposition") != `attachment; filename="receipt.txt"` || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("it comes with %v", a.Header)
	}
	file, err := ledger.ParseReceiptFile([]byte(a.raw))
	if err != nil {
		t.Fatal(err)
	}
	if checked, err := file.Check(s.Options().PromiseKey, nil); err != nil || checked.By.IsZero() {
		t.Errorf("it proves %+v, %v", checked, err)
	}
}
