package desk_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"temwen/intake"
	"temwen/locale"
	"temwen/seal"
	"temwen/site/desk"
)

var sms = desk.Gateway{ID: "sms-1", Key: bytes.Repeat([]byte{7}, 32), Channel: seal.ChannelSMS, Lang: locale.Creole}

// handed is one request of a gateway, as it should be; tests spoil it.
type handed struct {
	gateway       desk.Gateway
	at            time.Time
	message, body string
	sig           string
}

// hand hands in a message.
func (w *world) hand(t testing.TB, h handed) (int, map[string]any) {
	t.Helper()
	seconds := strconv.FormatInt(h.at.Unix(), 10)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.home+"/gateway/messages", strings.NewReader(h.body))
	if err != nil {
		t.Fatal(err)
	}
	sig := h.gateway.Signature(seconds, h.message, []byte(h.body))
	if h.sig != "" {
		sig = h.sig
	}
	r.Header.Set("Temwen-Key", h.gateway.ID)
	r.Header.Set("Temwen-Time", seconds)
	r.Header.Set("Temwen-Message", h.message)
	r.Header.Set("Temwen-Signature", sig)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	said := make(map[string]any)
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, said
}

// unsealed is what an item of a thread says, opened with the office's key.
func (w *world) unsealed(t testing.TB, thread string, n int) seal.Document {
	t.Helper()
	envelope, _, err := w.intake.Envelope(t.Context(), w.first.id, thread, n)
	if err != nil {
		t.Fatal(err)
	}
	defer envelope.Close()
	opened, err := seal.Open(envelope, w.epoch)
	if err != nil {
		t.Fatal(err)
	}
	d, err := opened.Document()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Given a gateway, when it hands in a text message, then it is a sealed report with a
// code; a second message with that code is added to it; what is delivered twice is
// stored once and answered alike, after a restart too.
func TestTextMessages(t *testing.T) {
	w := found(t, func(o *desk.Options) { o.Gateways = []desk.Gateway{sms} })
	first := handed{gateway: sms, at: w.Now(), message: "m-1", body: `{"text":"Yo frape yon timoun devan lekòl la.","from":"+509 0000 0000"}`}
	status, said := w.hand(t, first)
	if status != http.StatusCreated {
		t.Fatalf("%d %v", status, said)
	}
	code, err := seal.ParseCode(said["code"].(string))
	if err != nil {
		t.Fatal(err)
	}
	if say := said["say"].(string); !strings.Contains(say, code.String()) || !strings.Contains(say, "Kenbe kòd sa a") {
		t.Errorf("what is sent back is %q", say)
	}
	page, err := w.intake.Threads(t.Context(), intake.Query{View: intake.Unread})
	if err != nil || len(page.Threads) != 1 {
		t.Fatalf("%+v, %v", page, err)
	}
	thread := page.Threads[0].ID
	if r := w.unsealed(t, thread, 1).Report; r.What != "Yo frape yon timoun devan lekòl la." || r.Channel != seal.ChannelSMS || r.Contact != "+509 0000 0000" || r.Lang != "ht" || r.Consent != seal.ConsentOffice {
		t.Errorf("the report is %+v", r)
	}

	if status, again := w.hand(t, first); status != http.StatusCreated || again["code"] != said["code"] {
		t.Errorf("delivered twice: %d %v", status, again)
	}
	w.pass(11 * time.Minute) // the answer is forgotten, as by a restart
	late := first
	late.at = w.Now()
	if status, again := w.hand(t, late); status != http.StatusOK || again["again"] != true || again["code"] != nil {
		t.Errorf("delivered again later: %d %v", status, again)
	}

	status, said = w.hand(t, handed{gateway: sms, at: w.Now(), message: "m-2", body: `{"text":"` + code.String() + ` Timoun nan lopital.","lang":"fr"}`})
	if status != http.StatusCreated || said["code"] != nil || said["say"] != "Nous l’avons ajouté à votre signalement." {
		t.Errorf("the addition: %d %v", status, said)
	}
	if m := w.unsealed(t, thread, 2).Message; m.Text != "Timoun nan lopital." || m.Kind != seal.KindAddition {
		t.Errorf("the addition is %+v", m)
	}
	if th, err := w.intake.Thread(t.Context(), thread); err != nil || len(th.Items) != 2 {
		t.Errorf("%+v, %v", th, err)
	}
	status, said = w.hand(t, handed{gateway: sms, at: w.Now(), message: "m-4", body: `{"text":"` + code.String() + `"}`})
	if status != http.StatusCreated || !strings.Contains(said["say"].(string), "paj rapò a") {
		t.Errorf("with nothing but the code: %d %v", status, said)
	}
	// A code of nobody is no reason to lose a message, nor told.
	status, said = w.hand(t, handed{gateway: sms, at: w.Now(), message: "m-3", body: `{"text":"` + seal.NewCode().String() + ` Yon lòt bagay."}`})
	if status != http.StatusCreated || said["code"] == nil {
		t.Errorf("with a code of nobody: %d %v", status, said)
	}
}

// Given a gateway's request, when anything about it is wrong, then nothing is taken.
func TestTextMessagesThatAreRefused(t *testing.T) {
	w := found(t, func(o *desk.Options) { o.Gateways = []desk.Gateway{sms} })
	other := sms
	other.Key = bytes.Repeat([]byte{8}, 32)
	unknown := sms
	unknown.ID = "sms-2"
	good := `{"text":"yon bagay"}`
	for _, c := range []struct {
		name   string
		h      handed
		status int
		error  string
	}{
		{"another key", handed{gateway: other, at: w.Now(), message: "a", body: good}, 401, "signature"},
		{"an unknown gateway", handed{gateway: unknown, at: w.Now(), message: "a", body: good}, 401, "signature"},
		{"no signature", handed{gateway: sms, at: w.Now(), message: "a", body: good, sig: "0"}, 401, "signature"},
		{"an old signature", handed{gateway: sms, at: w.Now().Add(-6 * time.Minute), message: "a", body: good}, 401, "signature"},
		{"a clock years ahead", handed{gateway: sms, at: w.Now().AddDate(9, 0, 0), message: "a", body: good}, 401, "signature"},
		{"a message ID that is none", handed{gateway: sms, at: w.Now(), message: "a b", body: good}, 401, "signature"},
		{"no text", handed{gateway: sms, at: w.Now(), message: "a", body: `{"text":"  "}`}, 400, "bad-form"},
		{"unknown members", handed{gateway: sms, at: w.Now(), message: "a", body: `{"text":"x","to":"y"}`}, 400, "bad-form"},
		{"two documents", handed{gateway: sms, at: w.Now(), message: "a", body: good + good}, 400, "bad-form"},
		{"no JSON", handed{gateway: sms, at: w.Now(), message: "a", body: "text=x"}, 400, "bad-form"},
		{"a text too long", handed{gateway: sms, at: w.Now(), message: "a", body: `{"text":"` + strings.Repeat("x", 17000) + `"}`}, 400, "bad-form"},
		{"a body too long", handed{gateway: sms, at: w.Now(), message: "a", body: strings.Repeat("x", 70000)}, 413, "too-large"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if status, said := w.hand(t, c.h); status != c.status || said["error"] != c.error {
				t.Errorf("%d %v", status, said)
			}
		})
	}
	if page, err := w.intake.Threads(t.Context(), intake.Query{View: intake.Open}); err != nil || len(page.Threads) != 0 {
		t.Errorf("%d threads were opened (%v)", len(page.Threads), err)
	}
	w.hand(t, handed{gateway: sms, at: w.Now(), message: "b", body: good})
	if status, said := w.hand(t, handed{gateway: sms, at: w.Now(), message: "b", body: `{"text":"yon lòt"}`}); status != http.StatusConflict || said["error"] != "reused" {
		t.Errorf("another message under the same ID: %d %v", status, said)
	}
}

// The example of docs/desk.md is right, so that a gateway can be tested against it.
func TestGatewaySignature(t *testing.T) {
	doc, err := os.ReadFile("../../docs/desk.md")
	if err != nil {
		t.Fatal(err)
	}
	g, body := desk.Gateway{ID: "sms-1", Key: []byte("0123456789abcdef0123456789abcdef")}, `{"text":"yon bagay rive"}`
	sum := sha256.Sum256([]byte(body))
	for _, line := range []string{
		"Temwen-Signature: " + g.Signature("1795867200", "2026-11-28.1", []byte(body)), "    " + body + "\n", "    " + hex.EncodeToString(sum[:]) + "\n",
		"key `" + string(g.Key) + "`", "Temwen-Time: 1795867200 ", "Temwen-Message: 2026-11-28.1 ",
	} {
		if !bytes.Contains(doc, []byte(line)) {
			t.Errorf("docs/desk.md does not have %q", line)
		}
	}
}

// Given a setting of a gateway that is not safe, then the desk does not start.
func TestGatewaySettings(t *testing.T) {
	for name, spoil := range map[string]func(*desk.Gateway){
		"a short key": func(g *desk.Gateway) { g.Key = g.Key[:31] },
		"no name":     func(g *desk.Gateway) { g.ID = "" },
		"a name":      func(g *desk.Gateway) { g.ID = "a b" },
		"a channel":   func(g *desk.Gateway) { g.Channel = seal.ChannelBrowser },
	} {
		g := sms
		spoil(&g)
		if _, err := desk.New(nil, nil, desk.Options{Origin: "http://localhost", Now: time.Now, Gateways: []desk.Gateway{g}}); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
