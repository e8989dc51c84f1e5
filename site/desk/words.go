package desk

import (
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"temwen/intake"
	"temwen/office"
	"temwen/seal"
)

// What scripts say is on the page, in the officer's language: scripts hold no
// words.

// Slots says a message with a place for a script to fill in for each name.
func (p *page) Slots(key string, names ...string) template.HTML {
	args := make([]any, 0, 2*len(names))
	for _, name := range names {
		args = append(args, name, "\x00"+name+"\x00")
	}
	words := template.HTMLEscapeString(strings.ReplaceAll(p.words.Say(key, args...), "\x00", "\ue000"))
	for _, name := range names {
		words = strings.ReplaceAll(words, "\ue000"+name+"\ue000", `<span data-slot="`+name+`"></span>`)
	}
	return template.HTML(words)
}

// saying is what a script says under a key.
type saying struct {
	Key   string
	Words template.HTML
}

// refusals are the codes of errors that a script can meet.
var refusals = []string{
	office.CodeUnknown, office.CodeUsed, office.CodeLate, office.CodeTaken, office.CodeNotAllow, office.CodeLastOne,
	office.CodeOldEpoch, office.CodeIncomplete, office.CodeStale, office.CodeMalformed, office.CodeNone,
	office.CodeRole, office.CodeWalled, office.CodeLacking, office.CodeAlone, office.CodeChanged, office.CodeNoKeys, office.CodeCannotHave, office.CodeNobodyLeft, intake.CodeFourEyes,
	intake.CodeOver, intake.CodeItself, intake.CodeMoved, intake.CodeTooLarge, intake.CodeFull,
	"office-full", "bad-form", "no-token", "not-yet", "no-page", "signed-out", "server", "wrong", "wait", "use-passkey",
	"no-passkeys", "passkey", "bad-day", "reused", "busy", "offline",
}

// spoken are the other things that scripts say, and what they fill in.
var spoken = []struct {
	key   string
	slots []string
}{
	{key: "deriving"},
	{key: "making"},
	{key: "sealing"},
	{key: "sending"},
	{key: "opening"},
	{key: "copied"},
	{key: "wrong-passphrase"},
	{key: "short-passphrase"},
	{key: "other-passphrase"},
	{key: "not-kept"},
	{key: "not-same"},
	{key: "not-sure"},
	{key: "not-given"},
	{key: "need-unlock"},
	{key: "need-name"},
	{key: "need-text"},
	{key: "need-what"},
	{key: "need-needs"},
	{key: "no-passkey"},
	{key: "passkey-no-key"},
	{key: "passkey-no-prf"},
	{key: "shares-few", slots: []string{"n", "need"}},
	{key: "shares-wrong"},
	{key: "shares-line", slots: []string{"n"}},
	{key: "need-most"},
	{key: "no-wrap"},
	{key: "file-unreadable", slots: []string{"name"}},
	{key: "too-many-files"},
	{key: "too-large"},
	{key: "sealing-part", slots: []string{"n"}},
	{key: "sending-part", slots: []string{"n"}},
	{key: "evidence-taken"},
	{key: "need-file"},
	{key: "need-grade"},
	{key: "need-box"},
	{key: "need-passage"},
	{key: "need-span"},
	{key: "sound-unreadable"},
	{key: "sound-too-long", slots: []string{"n"}},
	{key: "picture-unreadable"},
	{key: "picture-too-large"},
	{key: "picture-altered"},
	{key: "need-page"},
	{key: "pdf-unreadable"},
	{key: "pdf-locked"},
	{key: "pdf-leaf", slots: []string{"n"}},
	{key: "pdf-slow"},
	{key: "pdf-stopped"},
	{key: "pdf-too-large", slots: []string{"n"}},
	{key: "pdf-too-long", slots: []string{"n"}},
	{key: "pdf-full"},
	{key: "pdf-copying", slots: []string{"n", "of"}},
	{key: "referred", slots: []string{"needs", "to"}},
}

// Sayings are all that scripts can say.
func (p *page) Sayings() []saying {
	var list []saying
	for _, code := range refusals {
		words := p.words.Say("desk.error."+code, "by", "") + ". " + p.words.Say("desk.error."+code+".means")
		list = append(list, saying{"error-" + code, template.HTML(template.HTMLEscapeString(words))})
	}
	for _, t := range spoken {
		list = append(list, saying{t.key, p.Slots("desk.say."+t.key, t.slots...)})
	}
	if p.officer == nil {
		return list
	}
	for _, unit := range []string{"kb", "mb"} {
		list = append(list, saying{"size-" + unit, p.Slots("desk.size."+unit, "n")})
	}
	for _, set := range []struct {
		prefix string
		values []string
	}{
		{"need", p.Needs()},
		{"consent", p.Consents()},
		{"witness", p.Witnesses()},
		{"path", p.PathsOf()},
		{"channel", strs(seal.Channels)},
		{"language", []string{"ht", "fr", "en", "es"}},
	} {
		for _, v := range set.values {
			list = append(list, saying{set.prefix + "-" + v, p.Slots("desk." + set.prefix + "." + v)})
		}
	}
	for _, d := range p.Departments() {
		list = append(list, saying{"department-" + d.Code, template.HTML(template.HTMLEscapeString(d.Name))})
	}
	return list
}

func strs[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

// Needs are what a person can need first.
func (p *page) Needs() []string { return strs(seal.Needs) }

// Consents are what may be done with a report, the narrowest first.
func (p *page) Consents() []string { return strs(seal.Consents) }

// Witnesses are the ways to know.
func (p *page) Witnesses() []string { return strs(seal.Witnesses) }

// PathsOf are the paths of the form.
func (p *page) PathsOf() []string { return strs(seal.Paths) }

// Channels are the ways in which a report reaches an officer's desk.
func (p *page) Channels() []string {
	return []string{string(seal.ChannelPhone), string(seal.ChannelPerson), string(seal.ChannelPaper)}
}

// WhoFields are what can be known of who did it.
func (p *page) WhoFields() []string {
	return []string{"force", "uniform", "vehicle", "unit", "nationality"}
}

// department is one of the country, by its ISO 3166-2 code.
type department struct{ Code, Name string }

// departments are Haiti's ten (ISO 3166-2:HT).
var departments = []string{"HT-AR", "HT-CE", "HT-GA", "HT-ND", "HT-NE", "HT-NI", "HT-NO", "HT-OU", "HT-SD", "HT-SE"}

// Departments are those that a place can be in.
func (p *page) Departments() []department {
	list := make([]department, len(departments))
	for i, code := range departments {
		list[i] = department{code, p.T("desk.department." + strings.ToLower(strings.TrimPrefix(code, "HT-")))}
	}
	return list
}

// Months are the names of the months, for scripts that write days.
func (p *page) Months() string {
	names := make([]string, 12)
	for i := range names {
		names[i] = p.T("month." + strconv.Itoa(i+1))
	}
	return strings.Join(names, "|")
}

// Minutes is after how long without use a tab forgets its keys.
func (p *page) Minutes() int { return int(p.desk.options.Lock / time.Minute) }

// Span writes a length of time in hours or minutes.
func (p *page) Span(d time.Duration) string {
	if d >= time.Hour && d%time.Hour == 0 {
		return p.T("desk.hours", "n", int(d/time.Hour))
	}
	return p.T("desk.minutes", "n", int(d/time.Minute))
}

// Size writes a size in bytes.
func (p *page) Size(n int64) string {
	if n < 1e6 {
		return p.T("desk.size.kb", "n", (n+999)/1000)
	}
	return p.T("desk.size.mb", "n", float64(n/1e5)/10)
}

// SignsIn says with what an officer signs in.
func (p *page) SignsIn(o office.Officer) string {
	var ways []string
	if n := len(o.Passkeys); n > 0 {
		ways = append(ways, p.T("desk.office.with-passkeys", "n", n))
	}
	if o.TOTP != "" {
		ways = append(ways, p.T("desk.office.with-app"))
	}
	if len(ways) == 0 {
		return p.T("desk.office.with-nothing")
	}
	return p.words.List(ways)
}

// List joins names.
func (p *page) List(names []string) string { return p.words.List(names) }

// Names joins the names of officers.
func (p *page) Names(officers []office.Officer) string {
	names := make([]string, len(officers))
	for i, o := range officers {
		names[i] = o.Name
	}
	slices.Sort(names)
	return p.words.List(names)
}

// NextEpoch is the number of the epoch that a new key would begin.
func (p *page) NextEpoch() int { return p.state.Current().Number + 1 }

// LastWord says who said the last word in a thread, and when.
func (p *page) LastWord(t intake.Thread) string {
	who := "desk.inbox.office"
	if t.Ours {
		who = "desk.inbox.person"
	}
	return p.T(who) + ", " + p.DayOf(t.Said)
}
