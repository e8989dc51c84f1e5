package desk

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"temwen/intake"
	"temwen/locale"
	"temwen/seal"
)

// Gateway is a program that hands in text messages, or what was said on a hotline.
// What it hands in is sealed on arrival, before anything is stored; but the
// gateway, the telephone company and whoever listens on the way have read it.
type Gateway struct {
	ID      string // letters, digits, hyphens
	Key     []byte // 32 bytes at least
	Channel seal.Channel
	Lang    locale.Lang // of what is handed in, where it does not say
}

// Arrivals takes what was sealed on this machine, from nobody who is signed in: an
// *intake.Intake.
type Arrivals interface {
	ReceiveHere(ctx context.Context, p *seal.Parcel) (receipt []byte, err error)
}

// gatewayPath is where gateways post to.
const gatewayPath = "/gateway/messages"

const (
	gatewayWindow  = 5 * time.Minute // between its clock and ours; for as long answers are kept in memory
	maxMessage     = 64 << 10        // of a body, in bytes
	maxMessageText = 16_000          // of its text, in characters
	minGatewayKey  = 32
)

var (
	gatewayID = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)
	messageID = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,128}$`)
)

// check says what is wrong with a gateway's settings.
func (g *Gateway) check() error {
	switch {
	case !gatewayID.MatchString(g.ID):
		return fmt.Errorf("the gateway %q: its name must be of letters, digits and hyphens", g.ID)
	case len(g.Key) < minGatewayKey:
		return fmt.Errorf("the gateway %q: its key has %d bytes; draw at least %d", g.ID, len(g.Key), minGatewayKey)
	case g.Channel != seal.ChannelSMS && g.Channel != seal.ChannelPhone:
		return fmt.Errorf("the gateway %q: its channel must be %q or %q", g.ID, seal.ChannelSMS, seal.ChannelPhone)
	}
	return nil
}

// Signature is what a gateway sends as Temwen-Signature: the hexadecimal
// HMAC-SHA-256 of its name, the time in seconds since 1970, the message's ID and the
// SHA-256 of the body, each on a line.
func (g *Gateway) Signature(seconds, message string, body []byte) string {
	sum := sha256.Sum256(body)
	mac := hmac.New(sha256.New, g.Key)
	fmt.Fprintf(mac, "temwen gateway v1\n%s\n%s\n%s\n%x\n", g.ID, seconds, message, sum)
	return hex.EncodeToString(mac.Sum(nil))
}

// incoming is what a gateway hands in.
type incoming struct {
	Text string `json:"text"`
	// From is how to reach the person, only where they want to be reached.
	From string `json:"from"`
	Lang string `json:"lang"`
}

// parseIncoming reads a gateway's body, strictly.
func parseIncoming(body []byte) (incoming, error) {
	var m incoming
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return incoming{}, errBadForm
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return incoming{}, errBadForm
	}
	m.Text, m.From = strings.TrimSpace(m.Text), strings.TrimSpace(m.From)
	if m.Text == "" || utf8.RuneCountInString(m.Text) > maxMessageText || utf8.RuneCountInString(m.From) > 100 || len(m.Lang) > 8 {
		return incoming{}, errBadForm
	}
	return m, nil
}

// written finds a code that somebody wrote into a message.
var written = regexp.MustCompile(`(?:\d[ \t.\-]{0,2}){23}\d`)

// cutCode takes a code out of a message, if there is one.
func cutCode(text string) (rest string, code seal.Code, found bool) {
	for _, at := range written.FindAllStringIndex(text, -1) {
		if c, err := seal.ParseCode(text[at[0]:at[1]]); err == nil {
			return strings.TrimSpace(text[:at[0]] + " " + text[at[1]:]), c, true
		}
	}
	return text, code, false
}

// taken is the answer to a gateway.
type taken struct {
	// Code is the person's, for a new report. It is kept nowhere but in memory, for
	// as long as the same message may be handed in again.
	Code    string `json:"code,omitempty"`
	Receipt string `json:"receipt,omitempty"`
	// Say is what to send back to the person, in their language.
	Say string `json:"say,omitempty"`
	// Again is that the message was taken before, and nothing more is known of it.
	Again bool `json:"again,omitempty"`
}

// gateways take what gateways hand in.
type gateways struct {
	byID map[string]Gateway

	mu      sync.Mutex
	answers map[string]answered // by gateway and message
}

type answered struct {
	taken
	sum [sha256.Size]byte // of the body
	at  time.Time
}

// gateway takes one message.
func (d *Desk) gateway(w http.ResponseWriter, r *http.Request) {
	t, err := d.takeMessage(w, r)
	status, code := http.StatusCreated, ""
	if err != nil {
		status, code, _ = (&visit{}).kind(err)
		if status == http.StatusInternalServerError {
			d.options.Log.Error("taking a message of a gateway", "error", err)
		}
	} else if t.Again {
		status = http.StatusOK
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	var body any = t
	if err != nil {
		body = map[string]string{"error": code}
	}
	_ = json.NewEncoder(w).Encode(body) // the gateway has gone; it asks again
}

var errSignature = &userError{http.StatusUnauthorized, "signature"}

func (d *Desk) takeMessage(w http.ResponseWriter, r *http.Request) (taken, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMessage))
	if err != nil {
		return taken{}, errTooLarge
	}
	defer clear(body)
	g, message, err := d.gateways.authenticate(r.Header, body, d.options.Now())
	if err != nil {
		return taken{}, err
	}
	// One at a time: two deliveries of one message must not race.
	d.gateways.mu.Lock()
	defer d.gateways.mu.Unlock()
	key, sum := g.ID+" "+message, sha256.Sum256(body)
	d.gateways.forget(d.options.Now())
	if a, ok := d.gateways.answers[key]; ok {
		if a.sum != sum {
			return taken{}, intake.ErrReused
		}
		return a.taken, nil
	}
	m, err := parseIncoming(body)
	if err != nil {
		return taken{}, err
	}
	t, err := d.sealMessage(r.Context(), g, message, m)
	if errors.Is(err, intake.ErrReused) {
		return taken{Again: true}, nil // taken before, and sealed anew it has other bytes
	}
	if err == nil {
		d.gateways.answers[key] = answered{t, sum, d.options.Now()}
	}
	return t, err
}

// authenticate finds the gateway that signed a request, recently.
func (gs *gateways) authenticate(h http.Header, body []byte, now time.Time) (*Gateway, string, error) {
	g, ok := gs.byID[h.Get("Temwen-Key")]
	seconds, message := h.Get("Temwen-Time"), h.Get("Temwen-Message")
	if !ok || !messageID.MatchString(message) {
		return nil, "", errSignature
	}
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return nil, "", errSignature
	}
	if off := now.Sub(time.Unix(unix, 0)); off > gatewayWindow || off < -gatewayWindow {
		return nil, "", errSignature
	}
	if !hmac.Equal([]byte(g.Signature(seconds, message, body)), []byte(h.Get("Temwen-Signature"))) {
		return nil, "", errSignature
	}
	return &g, message, nil
}

// forget drops answers that nobody can ask for any more.
func (gs *gateways) forget(now time.Time) {
	for key, a := range gs.answers {
		if now.Sub(a.at) > 2*gatewayWindow {
			delete(gs.answers, key)
		}
	}
}

// sealMessage seals a message to the office, as an addition to the report whose code
// it holds, or as a report of its own.
func (d *Desk) sealMessage(ctx context.Context, g *Gateway, message string, m incoming) (taken, error) {
	state, err := d.office.State(ctx)
	if err != nil {
		return taken{}, err
	}
	lang := g.Lang
	for _, l := range locale.Langs {
		if string(l) == m.Lang {
			lang = l
		}
	}
	words := locale.In(lang)
	var office seal.ID
	if err := office.UnmarshalText([]byte(state.ID)); err != nil {
		return taken{}, fmt.Errorf("reading the office's ID: %w", err)
	}
	s := sealing{d: d, ctx: ctx, recipient: state.Current().Recipient, head: seal.Head{
		V: seal.Version, ID: parcelID(g.ID, message), Office: office, Epoch: state.Current().Number,
	}}
	text, code, found := cutCode(m.Text)
	if found && text == "" { // whoever holds the phone could ask for the answer
		return taken{Say: words.Say("desk.gateway.answers")}, nil
	}
	if found {
		switch receipt, err := s.add(code, lang, text); {
		case err == nil:
			return taken{Receipt: string(receipt), Say: words.Say("desk.gateway.added")}, nil
		case !errors.Is(err, intake.ErrUnknown):
			return taken{}, err
		}
	}
	code = seal.NewCode()
	receipt, err := s.report(code, &seal.Report{
		V: seal.Version, Path: seal.PathGeneral, Lang: lang, What: m.Text, Consent: seal.ConsentOffice,
		Contact: m.From, Channel: g.Channel,
	})
	if err != nil {
		return taken{}, err
	}
	return taken{Code: code.String(), Receipt: string(receipt), Say: words.Say("desk.gateway.reported", "code", code.String())}, nil
}

// parcelID is the same for the same message of the same gateway, so that it is
// stored once.
func parcelID(gateway, message string) seal.ID {
	sum := sha256.Sum256([]byte("temwen gateway parcel v1\n" + gateway + "\n" + message))
	return seal.ID(sum[:16])
}

// sealing is a parcel that is made here.
type sealing struct {
	d         *Desk
	ctx       context.Context
	recipient string
	head      seal.Head
}

// add adds to the report of a code.
func (s sealing) add(code seal.Code, lang locale.Lang, text string) ([]byte, error) {
	keys, err := code.Keys(s.head.Office)
	if err != nil {
		return nil, err
	}
	s.head.Kind, s.head.Token = seal.ParcelAddition, keys.Lookup
	return s.send(seal.Document{Message: &seal.Message{V: seal.Version, From: seal.FromReporter, Kind: seal.KindAddition, Lang: lang, Text: text}})
}

// report opens a thread.
func (s sealing) report(code seal.Code, r *seal.Report) ([]byte, error) {
	keys, err := code.Keys(s.head.Office)
	if err != nil {
		return nil, err
	}
	reply, err := keys.Reply()
	if err != nil {
		return nil, err
	}
	s.head.Kind, s.head.Lookup, s.head.Reply = seal.ParcelReport, seal.LookupHash(keys.Lookup), reply.Recipient().String()
	return s.send(seal.Document{Report: r})
}

func (s sealing) send(document seal.Document) ([]byte, error) {
	to, err := seal.ParseRecipient(s.recipient)
	if err != nil {
		return nil, err
	}
	var envelope bytes.Buffer
	if err := seal.SealDocument(&envelope, to, document); err != nil {
		return nil, err
	}
	return s.d.options.Arrivals.ReceiveHere(s.ctx, &seal.Parcel{Head: s.head, Size: int64(envelope.Len()), Envelope: &envelope})
}
