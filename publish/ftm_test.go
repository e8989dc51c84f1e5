package publish_test

import (
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"temwen/publish"
)

// ftmModel is what testdata/ftm/model.json has of the published model of
// FollowTheMoney: npm @alephdata/followthemoney 3.8.4, MIT, the schemata used
// here with the properties they inherit.
type ftmModel struct {
	Schemata map[string]struct {
		Is         []string
		Required   []string
		Properties map[string]struct{ Type, Range string }
	}
	Countries, Languages []string
}

func readModel(t *testing.T) *ftmModel {
	t.Helper()
	b, err := os.ReadFile("testdata/ftm/model.json")
	if err != nil {
		t.Fatal(err)
	}
	m := new(ftmModel)
	if err := json.Unmarshal(b, m); err != nil {
		t.Fatal(err)
	}
	return m
}

var (
	ftmID   = regexp.MustCompile(`^[0-9a-zA-Z]([0-9a-zA-Z.\-]*[0-9a-zA-Z])?$`)
	ftmDate = regexp.MustCompile(`^[12]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$`)
)

// Every entity is as the published schema has it: its schema, its properties,
// the type of each value, and what it refers to. None is a person.
func TestEntitiesKeepTheSchema(t *testing.T) {
	model := readModel(t)
	everyPackage(t, func(t *testing.T, v *publish.View, _ *publish.DataPackage) {
		entities := v.Entities()
		schemaOf := make(map[string]string)
		for _, e := range entities {
			if schemaOf[e.ID] != "" || !ftmID.MatchString(e.ID) {
				t.Errorf("%s is there twice, or is no ID", e.ID)
			}
			schemaOf[e.ID] = e.Schema
		}
		for _, e := range entities {
			schema, ok := model.Schemata[e.Schema]
			if !ok || e.Schema == "Person" {
				t.Errorf("%s is a %s, which is none of the schemata used", e.ID, e.Schema)
				continue
			}
			for _, name := range schema.Required {
				if len(e.Properties[name]) == 0 {
					t.Errorf("%s, a %s, has no %s", e.ID, e.Schema, name)
				}
			}
			for name, values := range e.Properties {
				p, ok := schema.Properties[name]
				if !ok {
					t.Errorf("%s: a %s has no property %s", e.ID, e.Schema, name)
				}
				for _, value := range values {
					if !model.accepts(p.Type, p.Range, value, schemaOf) {
						t.Errorf("%s: %s is %q, which is no %s %s", e.ID, name, value, p.Type, p.Range)
					}
				}
			}
		}
	})
}

func (m *ftmModel) accepts(kind, scope, value string, schemaOf map[string]string) bool {
	switch kind {
	case "date":
		return ftmDate.MatchString(value)
	case "url":
		u, err := url.Parse(value)
		return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
	case "country":
		return slices.Contains(m.Countries, value)
	case "language":
		return slices.Contains(m.Languages, value)
	case "number":
		_, err := strconv.ParseFloat(value, 64)
		return err == nil
	case "entity":
		return slices.Contains(m.Schemata[schemaOf[value]].Is, scope)
	case "string", "text", "name", "identifier":
		return value != ""
	}
	return false
}

// What moved is a payment; what was promised is not.
func TestOnlyMoneyThatMovedIsAPayment(t *testing.T) {
	v := publish.See(small(t), publish.On(day("2024-06-26")))
	var paid []string
	for _, e := range v.Entities() {
		if e.Schema == "Payment" {
			paid = append(paid, e.ID, e.Properties["amount"][0], e.Properties["payer"][0], e.Properties["beneficiary"][0], e.Properties["startDate"][0])
		}
	}
	want := []string{"small.figures.paid", "1234567.25", "small.actors.kenya", "small.actors.force", "2024-03"}
	if !slices.Equal(paid, want) {
		t.Errorf("payments: %v, want %v", paid, want)
	}
}
