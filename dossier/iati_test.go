package dossier

import (
	"encoding/xml"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"temwen/when"
)

const canada = "../missions/haiti/imports/canada-p014129001.xml"

// iatiOrder is the order of the elements of an activity and of a transaction in
// iati-activities-schema.xsd 2.03 (both are xsd:sequence), as far as the
// fixture may use them.
var iatiOrder = map[string][]string{
	"iati-activity": {
		"iati-identifier", "reporting-org", "title", "description", "participating-org", "other-identifier", "activity-status",
		"activity-date", "contact-info", "activity-scope", "recipient-country", "recipient-region", "location", "sector", "tag",
		"country-budget-items", "humanitarian-scope", "policy-marker", "collaboration-type", "default-flow-type",
		"default-finance-type", "default-aid-type", "default-tied-status", "budget", "planned-disbursement", "capital-spend", "transaction",
	},
	"transaction": {
		"transaction-type", "transaction-date", "value", "description", "provider-org", "receiver-org", "disbursement-channel",
		"sector", "recipient-country", "recipient-region", "flow-type", "finance-type", "aid-type", "tied-status",
	},
}

// iatiNeeds are the elements (minOccurs="1") and the attributes, written @,
// (use="required") that the schema requires.
var iatiNeeds = map[string][]string{
	"iati-activities":   {"@version", "iati-activity"},
	"iati-activity":     {"iati-identifier", "reporting-org", "title", "description", "participating-org", "activity-status", "activity-date"},
	"reporting-org":     {"@ref", "@type", "narrative"},
	"title":             {"narrative"},
	"description":       {"narrative"},
	"participating-org": {"@role"},
	"activity-status":   {"@code"},
	"activity-date":     {"@iso-date", "@type"},
	"recipient-country": {"@code"},
	"sector":            {"@code"},
	"transaction":       {"transaction-type", "transaction-date", "value"},
	"transaction-type":  {"@code"},
	"transaction-date":  {"@iso-date"},
	"value":             {"@value-date"},
}

// TestFixtureIsIATI checks Canada's project in the dossier of Haiti against the
// structure of the standard.
func TestFixtureIsIATI(t *testing.T) {
	data, err := os.ReadFile(canada)
	if err != nil {
		t.Fatal(err)
	}
	c := &content{}
	r := &tableReader{content: c, table: &Table{}, text: newTableText(data)}
	root := r.elements()
	if root == nil || len(c.problems) > 0 {
		t.Fatalf("the fixture is refused: %v", c.problems)
	}
	structure(t, root)
	a := root.child("iati-activity")
	if id, by := a.child("iati-identifier").words(), a.child("reporting-org").attr("ref"); !strings.HasPrefix(id, by+"-") {
		t.Errorf("the identifier %s does not start with that of its organisation, %s", id, by)
	}
	if a.child("recipient-country") == nil || a.child("sector").attr("code") != "15230" {
		t.Error("the fixture names no recipient, or another sector")
	}
}

func structure(t *testing.T, e *element) {
	for _, need := range iatiNeeds[e.name] {
		if name, isAttr := strings.CutPrefix(need, "@"); isAttr && e.attr(name) == "" || !isAttr && e.child(need) == nil {
			t.Errorf("line %d: %s has no %s", e.line, e.name, need)
		}
	}
	last := 0
	for _, c := range e.children {
		if order := iatiOrder[e.name]; order != nil {
			at := slices.Index(order, c.name)
			if at < last {
				t.Errorf("line %d: %s does not stand where the standard has it in %s", c.line, c.name, e.name)
			}
			last = at
		}
		structure(t, c)
	}
}

// TestCanadasProject reads the project as the dossier of Haiti has it: one
// figure, which nobody wrote by hand beside it.
func TestCanadasProject(t *testing.T) {
	d, err := Load(os.DirFS("../missions/haiti"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var found []*Figure
	for _, f := range d.Figures {
		if f.Value != nil && *f.Value == 75833135 {
			found = append(found, f)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d figures say CAD 75,833,135, want 1", len(found))
	}
	f := found[0]
	got := fmt.Sprintln(f.ID, f.Mission, f.Metric, f.Unit, f.Modality, f.Actor, f.SaidBy, f.AsOf, f.Sources)
	want := "ca-3-p014129001-committed-2024-02-28 mss financial-support CAD committed canada canada 2024-02-28 [canada-project-p014129001]\n"
	if got != want {
		t.Errorf("the project is %swant %s", got, want)
	}
	if !strings.HasSuffix(f.Note["ht"], " IATI: CA-3-P014129001, CA-3 → XM-DAC-41305") {
		t.Errorf("the note is %q", f.Note["ht"])
	}
	at, _ := d.Where("figures", f.ID)
	if at.File != "imports/canada-p014129001.xml" || at.Line == 0 {
		t.Errorf("the figure stands in %v", at)
	}
	before := d.Source("canada-project-p014129001").Published.Last() - 1
	if d.At(before).Figure(f.ID) != nil || d.At(before+1).Figure(f.ID) == nil {
		t.Error("the figure is not known from the day of its source")
	}
}

// TestTransactionTypes reads one transaction of each type.
func TestTransactionTypes(t *testing.T) {
	for code, want := range map[string]struct {
		modality Modality
		actor    string
	}{
		"1": {"received", "council"}, "2": {"committed", "kenya"}, "3": {"disbursed", "kenya"}, "4": {"spent", "kenya"},
		"11": {"committed", "council"}, "12": {"pledged", "kenya"}, "13": {"pledged", "council"},
	} {
		provider := ""
		if want.actor == "council" {
			provider = `<provider-org><narrative>A name</narrative><narrative xml:lang="fr">Le Conseil</narrative></provider-org>`
		}
		d := load(t, iatiFiles(t, fmt.Sprintf(`<transaction><transaction-type code="%s"/><transaction-date iso-date="2024-01-05Z"/>
			<value value-date="2024-01-05">-12.50</value>%s</transaction>
			<x:other xmlns:x="https://example.org/x"><transaction/></x:other>`, code, provider)))
		f := d.Figure("xx-1-7-" + string(want.modality) + "-2024-01-05")
		if f == nil {
			t.Errorf("a transaction of the type %s is no figure", code)
			continue
		}
		if f.Modality != want.modality || f.Actor != want.actor || f.SaidBy != "kenya" || *f.Value != -12.5 || f.Unit != "EUR" {
			t.Errorf("a transaction of the type %s is %+v", code, f)
		}
	}
}

func TestBudget(t *testing.T) {
	const budget = `<budget%s><period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/><value value-date="2024-01-01" currency="USD">9</value></budget>`
	d := load(t, iatiFiles(t, fmt.Sprintf(budget+budget, "", ` status="2"`)))
	for _, modality := range []string{"estimated", "committed"} {
		f := d.Figure("xx-1-7-" + modality + "-2024-01-01-2024-12-31")
		if f == nil || f.Metric != "cost" || f.AsOf != when.MustParse("2024-01-01/2024-12-31") {
			t.Errorf("the budget is %+v", f)
		}
	}
}

// iatiFiles are the base and an activity with some elements at its end.
func iatiFiles(t testing.TB, elements string) fstest.MapFS {
	fsys := base(t)
	fsys["t.yaml"] = &fstest.MapFile{Data: []byte(`
tables:
  - id: t
    file: t.xml
    kind: iati
    values: {metric: cost, mission: earlier, budget_metric: cost}
    missions: {XX-1-7: support}
    actors: {XX-1: kenya, Le Conseil: council}
    sources: [early]
`)}
	fsys["t.xml"] = &fstest.MapFile{Data: []byte(`<?xml version="1.0" encoding="utf-8"?>
<iati-activities version="2.03"><iati-activity default-currency="EUR"><iati-identifier>XX-1-7</iati-identifier>
<reporting-org ref="XX-1" type="10"><narrative>Kenya</narrative></reporting-org>` + elements + `</iati-activity></iati-activities>`)}
	return fsys
}

// TestHostileBytes has what no text file of a scenario can hold. One line of
// two hundred thousand elements is read in one pass.
func TestHostileBytes(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"elements": {`<iati-activities version="2.03">` + strings.Repeat("<a/>", maxElements), "t.xml:1:800029: the file has more than 200000 elements; keep the activities that concern the mission, or split it"},
		"latin-1":  {"<iati-activities version=\"2.03\">\n<!-- Ha\xefti -->", "t.xml:2:8: the byte 0xEF is not UTF-8; the file looks like Latin-1 or Windows-1252; save it as UTF-8"},
		"utf-16":   {"\xff\xfe<\x00a\x00", "t.xml:1:1: the file is UTF-16, not UTF-8; save it as UTF-8"},
		"nul":      {"<iati-activities>\n é\x00", "t.xml:2:3: the control character U+0000 is not text; remove it"},
		"text":     {"<iati-activities>\n<a>b&#x202e;c</a>", "t.xml:2:4: the invisible character U+202E turns the text around it; remove it"},
		"value":    {"<iati-activities>\n<a ref='&#x9b;2J'/>", "t.xml:2:1: the control character U+009B is not text; remove it"},
		"large":    {strings.Repeat(" ", MaxFile+1), "t.xml:1:1: the file is larger than 4.0 MiB; split it"},
	} {
		fsys := iatiFiles(t, "")
		fsys["t.xml"] = &fstest.MapFile{Data: []byte(c.data)}
		if got := problems(t, fsys).Error(); got != c.want {
			t.Errorf("%s: got %s\nwant %s", name, got, c.want)
		}
	}
}

// FuzzIATI reads any bytes as a file of IATI: every problem has a place, and
// what is read is a figure that the record can hold.
func FuzzIATI(f *testing.F) {
	if data, err := os.ReadFile(canada); err == nil {
		f.Add(data)
	}
	for _, s := range []string{
		"", "<", "<a", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<?xml version='1.0' encoding='utf-16'?><a/>", "<a:b xmlns:a=''/>",
		string(iatiFiles(f, `<transaction><transaction-type code="2"/><transaction-date iso-date="2024-01-05"/><value value-date="2024-01-05">1</value></transaction><sector percentage="1"/>`)["t.xml"].Data),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		fsys := iatiFiles(t, "")
		fsys["t.xml"] = &fstest.MapFile{Data: data}
		d, err := Load(fsys, Options{})
		if err != nil {
			for _, p := range err.(Problems) {
				if p.File == "t.xml" && (p.Line < 1 || p.Column < 1 || strings.Contains(p.String(), "\n")) {
					t.Errorf("a problem of the file has no place: %#v", p)
				}
			}
			return
		}
		if strings.Contains(strings.ToUpper(string(data)), "<!ENTITY") && xml.Unmarshal(data, new(struct{})) != nil {
			t.Errorf("a file that declares an entity is read: %q", data)
		}
		if _, err := FromFacts(d.Facts()); err != nil {
			t.Fatal(err)
		}
	})
}
