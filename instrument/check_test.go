package instrument

import (
	"slices"
	"testing"
)

func TestCheck(t *testing.T) {
	in := Instrument{
		ID: "x", Kind: "treaty", Publicity: "secret",
		Provisions: []Provision{
			{ID: "a", Knowledge: ReadInText},
			{ID: "a", Knowledge: Reported, Sources: []string{"s"}},
			{ID: "b", Knowledge: Unverified},
			{ID: "c", Knowledge: "heard"},
		},
	}
	want := []Problem{
		{"kind", `there is no kind of instrument "treaty"`, "write one of resolution, status-agreement, concept-of-operations, memorandum, agreement, pledge, policy, letter, judgment, decree, model", ""},
		{"publicity", `publicity cannot be "secret"`, "write one of public, leaked, not-public", ""},
		{"provisions/0/knowledge", `the provision "a" is said to be known, and neither it nor its instrument has a source`, "add `sources`, or write `unverified`", ""},
		{"provisions/1/id", `there are two provisions "a" in this instrument`, "give one of them another ID", ""},
		{"provisions/3/knowledge", `knowledge cannot be "heard"`, "write one of text, reported, unverified", ""},
	}
	if got := in.Check(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	in.Kind, in.Publicity, in.Sources = Resolution, Public, []string{"s"}
	in.Provisions = []Provision{{ID: "a", Knowledge: ReadInText}, {ID: "b", Knowledge: Unverified}}
	if got := in.Check(); len(got) > 0 {
		t.Errorf("an instrument without fault has %q", got)
	}
}

func TestCitedBy(t *testing.T) {
	in := &Instrument{Sources: []string{"whole"}}
	for _, c := range []struct {
		p    Provision
		want []string
	}{
		{Provision{Knowledge: Reported}, []string{"whole"}},
		{Provision{Knowledge: ReadInText, Sources: []string{"own"}}, []string{"own"}},
		{Provision{Knowledge: Unverified}, nil},
	} {
		if got := c.p.CitedBy(in); !slices.Equal(got, c.want) {
			t.Errorf("%+v is cited by %v, want %v", c.p, got, c.want)
		}
	}
}
