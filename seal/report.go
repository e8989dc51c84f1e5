package seal

import (
	"regexp"
	"strings"

	"temwen/locale"
)

// Report is what somebody tells: report.json. Empty members are left out of the
// JSON.
type Report struct {
	V    int         `json:"v"`
	Path Path        `json:"path"`
	Lang locale.Lang `json:"lang"`
	// What happened, in one sentence at least: the only thing that is asked for.
	What string `json:"what"`
	// When is as remembered, in words or a date.
	When string `json:"when,omitzero"`
	// Still says that it goes on.
	Still   bool    `json:"still,omitzero"`
	Where   Where   `json:"where,omitzero"`
	Who     Who     `json:"who,omitzero"`
	Harmed  Harmed  `json:"harmed,omitzero"`
	Needs   []Need  `json:"needs,omitzero"`
	Witness Witness `json:"witness,omitzero"`
	Consent Consent `json:"consent"`
	// Contact is there only if the person wants to give one.
	Contact string  `json:"contact,omitzero"`
	Files   []File  `json:"files,omitzero"`
	Channel Channel `json:"channel"`
}

// Where it happened, as far as the person can tell.
type Where struct {
	// Department is an ISO 3166-2 code: "HT-OU".
	Department string `json:"department,omitzero"`
	Commune    string `json:"commune,omitzero"`
	Words      string `json:"words,omitzero"`
}

// Who did it, as far as the person can tell.
type Who struct {
	Force       string `json:"force,omitzero"`
	Uniform     string `json:"uniform,omitzero"`
	Vehicle     string `json:"vehicle,omitzero"`
	Unit        string `json:"unit,omitzero"`
	Nationality string `json:"nationality,omitzero"`
}

// Harmed says who was harmed. No name is asked for.
type Harmed struct {
	Count string `json:"count,omitzero"`
	Words string `json:"words,omitzero"`
}

// Path is the form that was filled in.
type Path string

// The forms.
const (
	PathGeneral      Path = "general"
	PathExploitation Path = "exploitation" // sexual exploitation and abuse
	PathChild        Path = "child"
)

// Paths are all forms.
var Paths = []Path{PathGeneral, PathExploitation, PathChild}

// Need is what the person needs first.
type Need string

// Needs are all that can be asked for, in the order they are offered.
var Needs = []Need{"medical", "safety", "legal", "psychosocial", "shelter"}

// Witness is how the person knows.
type Witness string

// Witnesses are all ways to know: it happened to the person, they saw it, they
// were told.
var Witnesses = []Witness{"self", "saw", "told"}

// Consent is what may be done with a report: a tier that includes those before.
type Consent string

// The tiers of consent.
const (
	ConsentOffice Consent = "office" // only the oversight office reads it
	ConsentRefer  Consent = "refer"  // services that help may be told what is needed
	ConsentCase   Consent = "case"   // the facts, without who told them, may be put to the mission or State
	ConsentPublic Consent = "public" // they may be published without anything that points to a person
)

// Consents are all tiers, the narrowest first.
var Consents = []Consent{ConsentOffice, ConsentRefer, ConsentCase, ConsentPublic}

// Channel is how a report came.
type Channel string

// The channels: sealed in a browser, sealed by the server for a browser without
// JavaScript, and those taken down at the office.
const (
	ChannelBrowser Channel = "browser"
	ChannelPage    Channel = "page"
	ChannelPhone   Channel = "phone"
	ChannelPaper   Channel = "paper"
	ChannelPerson  Channel = "person"
	ChannelSMS     Channel = "sms"
)

// Channels are all channels.
var Channels = []Channel{ChannelBrowser, ChannelPage, ChannelPhone, ChannelPaper, ChannelPerson, ChannelSMS}

var department = regexp.MustCompile(`^[A-Z]{2}-[A-Z0-9]{1,3}$`)

// Check says everything that is wrong with r at once; the error wraps
// [ErrMalformed].
func (r *Report) Check() error {
	var p problems
	p.head(r.V, r.Lang)
	oneOf(&p, "path", r.Path, Paths)
	p.add(strings.TrimSpace(r.What) == "", "what must be one sentence at least")
	p.add(r.Where.Department != "" && !department.MatchString(r.Where.Department), "where/department must be a code such as HT-OU")
	seen := map[Need]bool{}
	for _, n := range r.Needs {
		oneOf(&p, "needs", n, Needs)
		p.add(seen[n], "needs must name each need once")
		seen[n] = true
	}
	if r.Witness != "" {
		oneOf(&p, "witness", r.Witness, Witnesses)
	}
	oneOf(&p, "consent", r.Consent, Consents)
	oneOf(&p, "channel", r.Channel, Channels)
	p.files(r.Files)
	return p.error(ReportMember)
}

// Encode writes r as report.json, after checking it.
func (r *Report) Encode() ([]byte, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	return encode(ReportMember, r)
}

// ParseReport reads report.json strictly: nothing unknown, nothing twice, nothing
// beyond the limits. The error wraps [ErrMalformed] or [ErrTooLarge], and repeats
// nothing of what the person wrote.
func ParseReport(b []byte) (*Report, error) {
	r := new(Report)
	if err := decode(ReportMember, MaxDocument, b, r); err != nil {
		return nil, err
	}
	if err := r.Check(); err != nil {
		return nil, err
	}
	return r, nil
}
