package dossier

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"temwen/locale"
)

// iatiReader reads a file of IATI 2.0x: its transactions, and its budgets where
// the table names a metric for them, become figures. What else an activity says
// is left in the file, beside the record.
//
// The structure is that of iati-activities-schema.xsd 2.03; the meaning of codes
// that of the standard's code lists.
type iatiReader struct {
	*tableReader
}

// iatiTypes are the codes of the code list TransactionType that promise or pay
// support, and the tense each has. Of an incoming one the reporting organisation
// is the receiver, of the others the provider.
var iatiTypes = map[string]struct {
	modality Modality
	incoming bool
}{
	"1":  {"received", true},   // incoming funds
	"2":  {"committed", false}, // outgoing commitment
	"3":  {"disbursed", false}, // disbursement
	"4":  {"spent", false},     // expenditure
	"11": {"committed", true},  // incoming commitment
	"12": {"pledged", false},   // outgoing pledge
	"13": {"pledged", true},    // incoming pledge
}

// iatiOther are the codes of TransactionType that are none of these.
var iatiOther = map[string]string{
	"5": "interest payment", "6": "loan repayment", "7": "reimbursement", "8": "purchase of equity", "9": "sale of equity", "10": "credit guarantee",
}

// iatiVersions are the versions whose transactions are coded as here.
var iatiVersions = []string{"2.01", "2.02", "2.03"}

// activity is what the figures of one activity share.
type activity struct {
	id, mission, currency string
	reporter              party
}

// party is an organisation: how the file calls it, and the actor it is.
type party struct{ ref, actor string }

func (r *iatiReader) read() {
	root := r.elements()
	if root == nil {
		return
	}
	if root.name != "iati-activities" {
		r.problem(root.line, root.column, fmt.Sprintf("the file is not one of IATI activities: it starts with <%s>", clip(root.name, 40)), "put a file here that starts with <iati-activities>")
		return
	}
	if v := root.attr("version"); !slices.Contains(iatiVersions, v) {
		r.problem(root.line, root.column, fmt.Sprintf("the version of IATI is %q", clip(v, 20)), "the versions read are "+strings.Join(iatiVersions, ", ")+": convert the file")
		return
	}
	before, figures := len(r.content.problems), len(r.content.facts)
	for _, e := range root.children {
		if e.name == "iati-activity" {
			r.activity(e)
		}
	}
	if len(r.content.problems) == before && len(r.content.facts) == figures {
		r.problem(root.line, root.column, "the file has no transaction, so nothing would be recorded", "add the activity's transactions, or name a `budget_metric` for its budgets, or take the table out")
	}
}

// activity adds the figures of one activity.
func (r *iatiReader) activity(e *element) {
	a := activity{id: e.child("iati-identifier").words(), currency: e.attr("default-currency")}
	if a.id == "" {
		r.problem(e.line, e.column, "the activity has no iati-identifier", "add it")
		return
	}
	if id := e.child("iati-identifier"); !r.noFormula(a.id, id.line, id.column) {
		return
	}
	a.mission = r.table.Missions[a.id]
	if a.mission == "" {
		a.mission = r.table.Values["mission"]
	}
	if a.mission == "" {
		r.problem(e.line, e.column, fmt.Sprintf("the activity %s belongs to no mission", clip(a.id, 60)), "add it to the table's `missions`, as "+clip(a.id, 60)+": ID; or take it out of the file")
		return
	}
	reporter := e.child("reporting-org")
	if reporter == nil {
		r.problem(e.line, e.column, fmt.Sprintf("the activity %s has no reporting-org", clip(a.id, 60)), "add it: the organisation that says so")
		return
	}
	var known bool
	if a.reporter, known = r.party(reporter); !known {
		return
	}
	r.percentages(e)
	for _, c := range e.children {
		switch {
		case r.loading.facts.Load() > MaxFacts:
			return
		case c.name == "transaction":
			r.transaction(a, c)
		case c.name == "budget" && r.table.Values["budget_metric"] != "":
			r.budget(a, c)
		}
	}
}

// party is the actor that an organisation is, by its reference or one of its
// names; one that the table does not map is a problem.
func (r *iatiReader) party(e *element) (party, bool) {
	ref, name := e.attr("ref"), e.child("narrative").words()
	if !r.noFormula(ref, e.line, e.column) || !r.noFormula(name, e.line, e.column) {
		return party{}, false
	}
	called := ref
	if called == "" {
		called = name
	}
	if called == "" {
		r.problem(e.line, e.column, fmt.Sprintf("the %s has neither a ref nor a narrative", e.name), "add one: who it is")
		return party{}, false
	}
	for _, c := range append([]string{ref}, narratives(e)...) {
		if id := r.table.Actors[c]; c != "" && id != "" {
			return party{called, id}, true
		}
	}
	r.problem(e.line, e.column, fmt.Sprintf("the %s %q is no actor here", e.name, clip(called, 60)), "add it to the table's `actors`, as "+yamlKey(clip(called, 60))+": ID")
	return party{}, false
}

// yamlKey puts quotes around a key that YAML would not take as one word.
func yamlKey(key string) string {
	if strings.ContainsAny(key, ":#,[]{}&*!|>%'\"") {
		return "'" + strings.ReplaceAll(key, "'", "''") + "'"
	}
	return key
}

func narratives(e *element) []string {
	var names []string
	for _, c := range e.children {
		if c.name == "narrative" {
			names = append(names, c.words())
		}
	}
	return names
}

// transaction adds the figure of one transaction. It is about the day of the
// transaction; the value-date only says at which rate others convert it.
func (r *iatiReader) transaction(a activity, e *element) {
	typed := e.child("transaction-type")
	code := typed.attr("code")
	kind, ok := iatiTypes[code]
	if !ok {
		r.noType(e, typed, code)
		return
	}
	giver, before := a.reporter, len(r.content.problems)
	switch provider := e.child("provider-org"); {
	case provider != nil:
		giver, _ = r.party(provider)
	case kind.incoming:
		r.problem(e.line, e.column, "the transaction brings money in and names no provider-org", "add it: who gives the money")
	}
	taker := party{}
	if receiver := e.child("receiver-org"); receiver != nil {
		taker, _ = r.party(receiver)
	} else if kind.incoming {
		taker = a.reporter
	}
	row := r.amount(a, e)
	row["metric"] = cell{text: r.table.Values["metric"]}
	row["actor"] = cell{giver.actor, e.line, e.column}
	row["modality"] = cell{string(kind.modality), e.line, e.column}
	row["as_of"] = r.day(e, "transaction-date")
	if len(r.content.problems) > before {
		return
	}
	r.add(a, row, e, strings.TrimSuffix(giver.ref+" → "+taker.ref, " → "))
}

func (r *iatiReader) noType(e, typed *element, code string) {
	if typed == nil {
		typed = e
	}
	switch name := iatiOther[code]; {
	case name != "":
		r.problem(typed.line, typed.column, fmt.Sprintf("a transaction of the type %s (%s) is neither a promise nor a payment of support", code, name), "take it out of the file, and say so in the table's `note`")
	case code == "":
		r.problem(typed.line, typed.column, "the transaction does not say its type", `add <transaction-type code="..."/>`)
	default:
		r.problem(typed.line, typed.column, fmt.Sprintf("there is no transaction type %q", clip(code, 20)), "write 1, 2, 3, 4, 11, 12 or 13, as the code list TransactionType has them")
	}
}

// budget adds the figure of one budget: committed where its status says so,
// estimated otherwise.
func (r *iatiReader) budget(a activity, e *element) {
	before := len(r.content.problems)
	modality := map[string]Modality{"": "estimated", "1": "estimated", "2": "committed"}[e.attr("status")]
	if modality == "" {
		r.problem(e.line, e.column, fmt.Sprintf("there is no budget status %q", clip(e.attr("status"), 20)), "write 1 (indicative) or 2 (committed)")
	}
	row := r.amount(a, e)
	row["metric"] = cell{text: r.table.Values["budget_metric"]}
	row["actor"] = cell{a.reporter.actor, e.line, e.column}
	row["modality"] = cell{string(modality), e.line, e.column}
	from, until := r.day(e, "period-start"), r.day(e, "period-end")
	if len(r.content.problems) > before {
		return
	}
	row["as_of"] = cell{from.text + "/" + until.text, from.line, from.column}
	r.add(a, row, e, a.reporter.ref)
}

// amount is the value of a transaction or budget with its currency.
func (r *iatiReader) amount(a activity, e *element) cells {
	row := cells{}
	v := e.child("value")
	if v == nil {
		r.problem(e.line, e.column, "the "+e.name+" has no value", "add it")
		return row
	}
	currency := v.attr("currency")
	if currency == "" {
		currency = a.currency
	}
	if currency == "" {
		r.problem(v.line, v.column, "the value has no currency, nor has the activity a default-currency", "add one of them: USD, CAD, ...")
	}
	if v.attr("value-date") == "" {
		r.problem(v.line, v.column, "the value has no value-date", "add the day for which the amount is given")
	} else {
		r.date(v, "value-date")
	}
	if v.words() == "" {
		r.problem(v.line, v.column, "the value is empty", "write the amount in digits")
	}
	row["value"] = cell{v.words(), v.line, v.column}
	row["unit"] = cell{currency, v.line, v.column}
	return row
}

// day is the date that a child of e holds in its attribute iso-date.
func (r *iatiReader) day(e *element, name string) cell {
	c := e.child(name)
	if c.attr("iso-date") == "" {
		if c == nil {
			c = e
		}
		r.problem(c.line, c.column, fmt.Sprintf("the %s has no %s", e.name, name), fmt.Sprintf(`add <%s iso-date="2024-02-28"/>`, name))
		return cell{}
	}
	return r.date(c, "iso-date")
}

// date is a day in an attribute. XML allows a time zone after it, which a day of
// the record does not have.
func (r *iatiReader) date(e *element, attr string) cell {
	text := e.attr(attr)
	day := text
	if len(text) > 10 && strings.ContainsRune("Z+-", rune(text[10])) {
		day = text[:10]
	}
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		r.problem(e.line, e.column, fmt.Sprintf("the %s %q is not a day", attr, clip(text, 30)), "write it as 2024-02-28")
	}
	return cell{day, e.line, e.column}
}

// add makes the figure; its note says which activity it is from and between
// whom the money goes, as the file calls them.
func (r *iatiReader) add(a activity, row cells, e *element, between string) {
	row["mission"] = cell{a.mission, e.line, e.column}
	row["said_by"] = cell{a.reporter.actor, e.line, e.column}
	if r.loading.facts.Add(1) > MaxFacts {
		return
	}
	f := r.figure(row, cell{line: e.line, column: e.column}, func(f *Figure) string {
		return strings.Join([]string{a.id, string(f.Modality), f.AsOf.String()}, "-")
	})
	if f == nil {
		return
	}
	origin := "IATI: " + a.id + ", " + between
	if f.Note == nil {
		f.Note = locale.Text{"en": origin}
		return
	}
	for lang, words := range f.Note {
		f.Note[lang] = words + " " + origin
	}
}

// percentages checks what the standard has sum to 100: the recipients of an
// activity, and its sectors in each vocabulary.
func (r *iatiReader) percentages(e *element) {
	type share struct {
		sum  big.Rat
		last *element
		n    int
	}
	shares := map[string]*share{}
	for _, c := range e.children {
		group := map[string]string{"recipient-country": "recipients", "recipient-region": "recipients", "sector": "sectors"}[c.name]
		if group == "" || c.attr("percentage") == "" {
			continue
		}
		if v := c.attr("vocabulary"); c.name == "sector" && v != "" && v != "1" {
			group += " of vocabulary " + clip(v, 10)
		}
		percent := c.attr("percentage")
		if !isNumber(percent) {
			r.problem(c.line, c.column, fmt.Sprintf("the percentage %q is not a number", clip(percent, 30)), "write digits with at most one point")
			return
		}
		s := shares[group]
		if s == nil {
			s = new(share)
			shares[group] = s
		}
		x, _ := new(big.Rat).SetString(percent)
		s.sum.Add(&s.sum, x)
		s.last, s.n = c, s.n+1
	}
	for group, s := range shares {
		if off := new(big.Rat).Sub(&s.sum, big.NewRat(100, 1)); off.Abs(off).Cmp(big.NewRat(1, 10)) > 0 {
			r.problem(s.last.line, s.last.column, fmt.Sprintf("the percentages of the activity's %s sum to %s, not 100", group, digits(&s.sum)), "correct them: the standard has them sum to 100")
		}
	}
}
