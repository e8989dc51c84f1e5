package report

import (
	"html/template"
	"strings"

	"temwen/seal"
	"temwen/site/geo"
)

// form shows one of the forms, empty.
func (s *Site) form(path seal.Path) pageFunc {
	return func(v *visit) (*page, error) {
		return s.formPage(path, seal.NewCode(), emptyForm()), nil
	}
}

// emptyForm is a form with what is chosen before anybody chose: the narrowest
// consent.
func emptyForm() *form {
	f := new(form)
	f.set("consent", string(seal.ConsentOffice))
	return f
}

// formPage is a form with what was typed. The code is the one that the report
// will have if it is sent without a script: it goes with the form, so that the
// same form sent twice is the same report, and so that the code is not lost with
// an answer that does not arrive.
func (s *Site) formPage(path seal.Path, code seal.Code, f *form) *page {
	return &page{Template: "form", Scripted: "main", Listens: true, form: f, Path: path, Token: digits(code)}
}

// digits are a code's digits without spaces.
func digits(c seal.Code) string { return string(c[:]) }

// Ask is the label of a field or the words of a section, in the way of the form.
func (p *page) Ask(name string) string { return p.T(p.asked("report.ask." + name)) }

// Hint is what helps to fill in a field, or empty.
func (p *page) Hint(name string) string {
	if key := p.asked("report.hint." + name); p.words.Has(key) {
		return p.T(key)
	}
	return ""
}

// asked is the key of words in the way of the form.
func (p *page) asked(key string) string {
	if own := key + "." + string(p.Path); p.words.Has(own) {
		return own
	}
	return key
}

// line is one line to write in, for the template of that name.
type line struct {
	P *page
	N string
}

// Mode is the keyboard that suits a line.
func (l line) Mode() string {
	if l.N == "harmed_count" {
		return "numeric"
	}
	return ""
}

// Lines are lines to write in.
func (p *page) Lines(names ...string) []line {
	list := make([]line, len(names))
	for i, name := range names {
		list[i] = line{p, name}
	}
	return list
}

// option is one thing to choose.
type option struct{ Name, Title, Means string }

func options[T ~string](p *page, prefix string, values []T) []option {
	list := make([]option, len(values))
	for i, v := range values {
		key := p.asked(prefix + string(v))
		list[i] = option{Name: string(v), Title: p.T(key)}
		if p.words.Has(key + ".means") {
			list[i].Means = p.T(key + ".means")
		}
	}
	return list
}

// Witnesses are the ways to know.
func (p *page) Witnesses() []option { return options(p, "report.witness.", seal.Witnesses) }

// Consents are the tiers of consent.
func (p *page) Consents() []option { return options(p, "report.consent.", seal.Consents) }

// need is something that somebody may need first, and who helps with it.
type need struct {
	option
	Advice   string
	Contacts []Contact
}

// Needs are all that somebody may need first.
func (p *page) Needs() []need {
	var list []need
	for i, o := range options(p, "report.need.", seal.Needs) {
		advice := p.T(p.asked("report.need." + o.Name + ".advice"))
		list = append(list, need{o, advice, helping(p.site.options.Contacts, seal.Needs[i], p.Path)})
	}
	return list
}

// department is a department to choose.
type department struct{ Code, Name string }

// Departments are those of Haiti.
func (p *page) Departments() []department {
	var list []department
	for _, part := range geo.Haiti().Parts {
		list = append(list, department{part.Code, p.Text(part.Name)})
	}
	return list
}

// departmentCodes are what can be chosen as a department.
func departmentCodes() []string {
	var codes []string
	for _, part := range geo.Haiti().Parts {
		codes = append(codes, part.Code)
	}
	return codes
}

// Office is the office's ID, as scripts know it.
func (p *page) Office() string { return p.Key.Office.String() }

// Epoch is the number of the office's key.
func (p *page) Epoch() int { return p.Key.Epoch }

// Recipient is the office's key.
func (p *page) Recipient() string { return p.Key.Recipient }

// Fingerprint is what people compare of the office's key.
func (p *page) Fingerprint() string { return p.Key.Fingerprint }

// said is something that a script may have to say, under its key.
type said struct {
	Key   string
	Words template.HTML
}

// FormSays are what the form's script may have to say.
func (p *page) FormSays() []said { return p.says(commonSays) }

// BackSays are what the return page's script may have to say.
func (p *page) BackSays() []said { return p.says(commonSays + backSays) }

// The keys that scripts ask for, see web/report/main.ts.
const (
	commonSays = "size-kb size-mb day sealing working sending sent waiting waiting-memory copied recording recorded erased delivered " +
		"cannot-seal need-what too-large too-many-files file-unreadable microphone receipt-bad offline " +
		"error-malformed error-unpadded error-recipient error-epoch error-reused error-too-large error-work error-busy error-full error-unknown"
	backSays = " code-short code-long code-group code-wrong code-unknown opening reading answered consent-changed withdrawn " +
		"state-received state-read state-referred state-case state-notice state-waiting state-closed state-withdrawn"
)

// sayings are the keys of the catalogue for what a page says without a script
// too.
var sayings = map[string]string{
	"error-unpadded": "report.wrong.malformed", "error-recipient": "report.wrong.malformed",
	"answered": "report.done.said", "consent-changed": "report.done.consent", "withdrawn": "report.done.withdrawn",
}

func (p *page) says(keys string) []said {
	var list []said
	for key := range strings.FieldsSeq(keys) {
		list = append(list, said{key, p.saying(key)})
	}
	return list
}

func (p *page) saying(key string) template.HTML {
	if name, ok := sayings[key]; ok {
		return p.Slots(name)
	}
	if name := "report.wrong." + strings.TrimPrefix(key, "error-"); p.words.Has(name) {
		return p.Slots(name)
	}
	words := p.Slots("report.say." + key)
	if strings.HasPrefix(key, "state-") { // the state, and since when where that is known
		words += ` <span data-when="since">` + p.Slots("report.since") + `</span>`
	}
	return words
}
