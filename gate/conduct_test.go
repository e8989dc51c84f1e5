package gate_test

import (
	"testing"

	"temwen/conduct"
	"temwen/gate"
	"temwen/office"
	"temwen/when"
)

// TestTablesByRole walks who may see the tables of conduct, ask for an edition, withdraw
// or refuse it, and publish it; that it takes two people; and that a role that was
// taken counts.
func TestTablesByRole(t *testing.T) {
	w := staffed(t)
	tables := gate.NewConduct(w.office, w.tables)
	scope := conduct.Scope{Mission: "mss", Actors: []string{"kenya"}, From: when.DayOf(2024, 1, 1)}
	prepared := func(name string) (conduct.Ask, error) {
		a, _, err := tables.Prepare(w.as(name), conduct.Ask{Scope: scope, Least: 5, Delay: when.Days(30), Through: conduct.Through(w.today, when.Days(30)), Invented: true})
		if last, _ := w.tables.Asked(t.Context(), "mss"); last != nil {
			a.Instead = last.Index
		}
		return a, err
	}
	ask := func(name string) error {
		a, err := prepared("legal")
		if err != nil {
			t.Fatal(err)
		}
		return tables.Ask(w.as(name), w.ids[name], a)
	}
	asked := func() uint64 { return must[*conduct.Ask](t)(w.tables.Asked(t.Context(), "mss")).Index }
	publish := func(name string) error {
		_, err := tables.Publish(w.as(name), w.ids[name], "mss", asked())
		return err
	}
	withdraw := func(name string) error { return tables.Withdraw(w.as(name), w.ids[name], "mss", asked()) }

	for _, name := range []string{"intake", "investigator"} { // who sees no cases, or their own alone
		_, err := prepared(name)
		wants(t, name+" sees what would be published", err, office.CodeRole)
		_, err = tables.Tables(w.as(name), "mss")
		wants(t, name+" sees what was published", err, office.CodeRole)
		_, err = tables.Asked(w.as(name), "mss")
		wants(t, name+" sees what is asked for", err, office.CodeRole)
	}
	for _, name := range []string{"legal", "publisher", "auditor"} {
		_, err := prepared(name)
		wants(t, name+" sees what would be published", err, "done")
	}
	for name, want := range map[string]string{"intake": office.CodeRole, "investigator": office.CodeRole, "publisher": office.CodeRole, "auditor": office.CodeRole, "legal": "done"} {
		wants(t, name+" asks", ask(name), want)
	}
	for _, name := range []string{"intake", "investigator", "auditor"} {
		wants(t, name+" publishes", publish(name), office.CodeRole)
	}
	wants(t, "who asked publishes", publish("legal"), conduct.CodeFourEyes)
	for _, name := range []string{"intake", "investigator", "auditor"} {
		wants(t, name+" withdraws", withdraw(name), office.CodeRole)
	}
	wants(t, "the publisher refuses", withdraw("publisher"), "done")
	wants(t, "publishing what was refused", publish("publisher"), conduct.CodeWithdrawn)
	wants(t, "asking again", ask("legal"), "done")
	wants(t, "the asker withdraws", withdraw("legal"), "done")
	wants(t, "asking again", ask("legal"), "done")
	if _, err := tables.Publish(t.Context(), w.ids["publisher"], "mss", asked()); outcome(err) == "done" {
		t.Errorf("nobody publishes: %v", err)
	}
	index := asked()
	wants(t, "the publisher publishes", publish("publisher"), "done")
	_, err := tables.Publish(w.as("publisher"), w.ids["publisher"], "mss", index)
	wants(t, "publishing it twice", err, conduct.CodePublished)

	w.today += 60 // the next months
	roles := func(of ...office.Role) {
		w.do(w.ids["first"], office.AssignRoles{Roles: map[string][]office.Role{w.ids["legal"]: of}})
	}
	roles(office.LegalOfficer, office.Publisher)
	wants(t, "asking for the next", ask("legal"), "done")
	wants(t, "who asked publishes, having both roles", publish("legal"), conduct.CodeFourEyes)
	roles(office.LegalOfficer)
	w.do(w.ids["first"], office.AssignRoles{Roles: map[string][]office.Role{w.ids["publisher"]: {}, w.ids["first"]: {office.Administrator, office.LegalOfficer, office.Publisher}}})
	wants(t, "whose role was taken publishes", publish("publisher"), office.CodeRole)
	wants(t, "another publisher publishes", publish("first"), "done")
	list, err := tables.Tables(w.as("first"), "mss")
	if err != nil || len(list) == 0 || list[len(list)-1].Edition != 2 {
		t.Errorf("published are %d tables (%v)", len(list), err)
	}
}
