package casework

import (
	"context"
	"testing"

	"temwen/record"
)

// Who has a case and who is kept from it is remembered, and no longer than nothing happens:
// a wall stands for the next look, for whoever it is around, and for nobody else.
func TestWallsStandAtOnce(t *testing.T) {
	o := newOffice(t)
	id, other := o.open(t), o.open(t)
	looks := func(officer, docket, has, code string) {
		t.Helper()
		for range 2 { // the second time it is remembered
			got, err := o.Assigned(t.Context(), officer, docket)
			if code != "" {
				refusedAs(t, err, code, "")
			} else if err != nil || got != has {
				t.Errorf("to %s the case is that of %q (%v), and not of %q", officer, got, err, has)
			}
		}
	}
	looks("o2", id, "o1", "")
	o.do(t, id, Assign{"o2"})
	looks("o2", id, "o2", "")
	looks("o3", id, "o2", "")
	o.do(t, id, Wall{"o2"})
	looks("o2", id, "", CodeWalled)
	looks("o3", id, "", "")
	looks("", id, "", "")
	looks("o2", id, "", CodeWalled)
	looks("o2", other, "o1", "")
	looks("o3", "nothing", "", CodeUnknown)
}

// Given a board that is looked at while a wall is put up
// then what it found of before is not remembered as what holds.
func TestWallsStandAlsoWhereABoardIsOpen(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	may := func(ctx context.Context) error {
		_, err := o.Assigned(ctx, "o2", id)
		return err
	}
	err := o.Together(t.Context(), func(ctx context.Context) error {
		if err := o.view(ctx, func(t *record.Tables) error { _, err := column(ctx, t, `SELECT id FROM {docket}`); return err }); err != nil {
			return err
		}
		o.do(t, id, Wall{"o2"})
		return may(ctx)
	})
	if err != nil {
		t.Errorf("in the state of before the wall: %v", err)
	}
	refusedAs(t, may(t.Context()), CodeWalled, "")
}
