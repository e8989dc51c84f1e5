package gate_test

import (
	"slices"
	"testing"

	"temwen/casework"
	"temwen/office"
)

// Who may import is refused or not before the import as by it, also where nothing would be
// new; and a role that was taken counts.
func TestImportByRole(t *testing.T) {
	w := staffed(t)
	terms := casework.CurrentTerms()
	list := []casework.Told{{
		Ref:         "2025-1",
		Incident:    casework.Incident{Terms: terms.Version, Acts: []string{terms.Acts[0].ID}, Sources: []casework.Basis{{Kind: "source", ID: "a-newspaper", Grade: "B2"}}},
		Allegations: []casework.Allegation{{Actor: "kenya", Act: terms.Acts[0].ID, Confidence: "likely"}},
	}}
	imports := func(name, want string) (done casework.Imported) {
		t.Helper()
		wants(t, name+" asks whether they may import", w.cases.MayImport(w.as(name)), want)
		done, err := w.cases.Import(w.as(name), w.ids[name], list)
		if want == "done" {
			wants(t, name+" imports", err, want)
		} else if err == nil && len(done.New) > 0 {
			t.Errorf("%s imports %v", name, done.New)
		}
		return done
	}
	others := []string{"intake", "investigator", "publisher", "auditor"}
	for _, name := range others {
		imports(name, office.CodeRole)
	}
	if done := imports("legal", "done"); !slices.Equal(done.New, []string{"2025-1"}) {
		t.Errorf("a legal officer imports %+v", done)
	}
	for _, name := range others {
		imports(name, office.CodeRole)
	}
	if done := imports("legal", "done"); !slices.Equal(done.Known, []string{"2025-1"}) {
		t.Errorf("what is known is %+v", done)
	}
	w.do(w.ids["first"], office.AssignRoles{Roles: map[string][]office.Role{w.ids["legal"]: {office.Auditor}}})
	imports("legal", office.CodeRole)
	if w.cases.MayImport(t.Context()) == nil {
		t.Error("nobody may import")
	}
}
