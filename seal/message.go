package seal

import (
	"slices"
	"strings"

	"temwen/locale"
)

// Message is what is said after a report: message.json. Empty members are left
// out of the JSON.
type Message struct {
	V    int         `json:"v"`
	From From        `json:"from"`
	Kind MessageKind `json:"kind"`
	Lang locale.Lang `json:"lang"`
	Text string      `json:"text,omitzero"`
	// In is the text in other languages, where the office says it in several because
	// it does not know which one the person reads.
	In map[locale.Lang]string `json:"in,omitzero"`
	// Consent is there in a message of the kind consent only.
	Consent Consent `json:"consent,omitzero"`
	Files   []File  `json:"files,omitzero"`
	// Exhibit is there in the label of an item of evidence only.
	Exhibit *Exhibit `json:"exhibit,omitzero"`
}

// Exhibit is what the label of an item of evidence says of its file, which is in
// an envelope of its own: so its name can be read without the file being opened.
type Exhibit struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	SHA256 Hash   `json:"sha256"` // of the plain file
	// Address is that of a web page.
	Address string `json:"address,omitzero"`
	// Stripped and Meta are as in File.
	Stripped bool `json:"stripped,omitzero"`
	Meta     Meta `json:"meta,omitzero"`
}

// TextIn is the text in a language, where it is there in it, and the language that
// it is in.
func (m *Message) TextIn(lang locale.Lang) (string, locale.Lang) {
	if text, ok := m.In[lang]; ok {
		return text, lang
	}
	return m.Text, m.Lang
}

// From is whose message it is.
type From string

// The two sides of a thread.
const (
	FromReporter From = "reporter"
	FromOffice   From = "office"
)

// MessageKind is what a message is for.
type MessageKind string

// The kinds of messages.
const (
	KindMessage  MessageKind = "message"
	KindAddition MessageKind = "addition" // the person adds to the report
	KindConsent  MessageKind = "consent"  // the person changes the consent
	KindNote     MessageKind = "note"     // an officer's, for the office alone
	KindEvidence MessageKind = "evidence" // an item of evidence: its label, or its file
)

// MessageKinds are all kinds.
var MessageKinds = []MessageKind{KindMessage, KindAddition, KindConsent, KindNote, KindEvidence}

// Check says everything that is wrong with m at once; the error wraps
// [ErrMalformed].
func (m *Message) Check() error {
	var p problems
	p.head(m.V, m.Lang)
	oneOf(&p, "from", m.From, []From{FromReporter, FromOffice})
	oneOf(&p, "kind", m.Kind, MessageKinds)
	switch m.Kind {
	case KindAddition, KindConsent:
		p.add(m.From != FromReporter, "kind %s is the reporter’s", m.Kind)
	case KindNote:
		p.add(m.From != FromOffice, "a note comes from the office")
	case KindEvidence:
		p.add(m.From != FromOffice, "evidence is kept by the office")
		p.add((m.Exhibit != nil) == (len(m.Files) > 0) || len(m.Files) > 1, "evidence is a label or one file")
	}
	if m.Exhibit != nil {
		p.add(m.Kind != KindEvidence, "an exhibit belongs to evidence only")
		m.Exhibit.check(&p)
	}
	if m.Kind == KindConsent {
		oneOf(&p, "consent", m.Consent, Consents)
	} else {
		p.add(m.Consent != "", "consent is changed by a message of the kind consent only")
		p.add(strings.TrimSpace(m.Text) == "" && len(m.Files) == 0 && m.Exhibit == nil, "text or a file must be there")
	}
	p.add(len(m.In) > 0 && (m.From != FromOffice || m.Kind != KindMessage || m.Text == ""), "only a message of the office is in several languages")
	for lang, text := range m.In {
		p.add(!slices.Contains(locale.Langs, lang) || lang == m.Lang, "in must have other languages, each one of %s", listed(locale.Langs))
		p.add(strings.TrimSpace(text) == "", "in must have a text in each language")
	}
	p.files(m.Files)
	return p.error(MessageMember)
}

func (e *Exhibit) check(p *problems) {
	p.add(!isFileName(e.Name), "the name of an exhibit must be 1 to 255 bytes without / and \\ or control characters")
	p.add(!mediaType.MatchString(e.Type), "the type of an exhibit must be a media type such as image/jpeg")
	p.add(e.Size < 0 || e.Size > MaxPadded, "the size of an exhibit must be 0 to %d", MaxPadded)
}

// Encode writes m as message.json, after checking it.
func (m *Message) Encode() ([]byte, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	return encode(MessageMember, m)
}

// ParseMessage reads message.json as [ParseReport] reads report.json.
func ParseMessage(b []byte) (*Message, error) {
	m := new(Message)
	if err := decode(MessageMember, MaxDocument, b, m); err != nil {
		return nil, err
	}
	if err := m.Check(); err != nil {
		return nil, err
	}
	return m, nil
}
