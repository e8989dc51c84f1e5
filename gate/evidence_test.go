package gate_test

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"testing"

	"temwen/casework"
	"temwen/intake"
	"temwen/locale"
	"temwen/office"
	"temwen/seal"
)

// firstKey is the office's first key, as if nobody without a role for it knew it.
type firstKey struct{ *world }

func (k firstKey) Current(context.Context) (intake.Current, error) {
	return intake.Current{Office: k.id, Epoch: 1, Recipient: k.epoch.Recipient().String()}, nil
}

// TestEvidence: who sees, keeps and opens evidence. The auditor sees that it is there
// and its custody, and opens nothing; a wall keeps everything.
func TestEvidence(t *testing.T) {
	w := staffed(t)
	if err := w.work.KeepEvidence(filepath.Join(t.TempDir(), "evidence"), firstKey{w}); err != nil {
		t.Fatal(err)
	}
	_, allegation := w.coded(w.report())
	docket := must[string](t)(w.cases.Open(w.as("investigator"), w.ids["investigator"], casework.Opened{
		Procedure: procedure(t), Allegations: []string{allegation}, Mission: "mss",
	}, 0))
	in := func(name string) error {
		b := must[[]byte](t)(casework.Pack(w.epoch.Recipient(), casework.Head{Epoch: 1, Origin: "person"}, locale.English, seal.Exhibit{Name: "a.txt", Type: "text/plain"}, "", []byte("invented")))
		_, _, err := w.cases.BeginEvidence(w.as(name), w.ids[name], docket, int64(len(b)), bytes.NewReader(b))
		return err
	}
	opens := func(name string) error {
		body, _, err := w.cases.OpenEvidence(w.as(name), w.ids[name], docket, 1, "work")
		if err == nil {
			body.Close()
		}
		return err
	}
	label := func(name string) error {
		_, err := w.cases.Label(w.as(name), docket, 1)
		return err
	}
	act := func(c casework.Custody) func(string) error {
		return func(name string) error {
			return w.cases.Do(w.as(name), w.ids[name], docket, 0, casework.Handle{Custody: c}, 0)
		}
	}
	no := office.CodeRole
	for _, tt := range []struct {
		what string
		call func(string) error
		want map[string]string
	}{
		{"taking in", in, map[string]string{"investigator": "done", "investigator2": no, "legal": "done", "intake": no, "publisher": no, "auditor": no}},
		{"opening", opens, map[string]string{"investigator": "done", "investigator2": no, "legal": "done", "intake": no, "publisher": no, "auditor": no}},
		{"the label", label, map[string]string{"investigator": "done", "investigator2": no, "legal": "done", "intake": no, "publisher": no, "auditor": no}},
		{"checking", act(casework.Custody{N: 1, Act: casework.ActChecked}), map[string]string{"investigator": "done", "investigator2": no, "auditor": no}},
		{"saying that it was opened", act(casework.Custody{N: 1, Act: casework.ActOpened, Why: "work"}), map[string]string{"investigator": no, "legal": no}},
		{"handing over", act(casework.Custody{N: 1, Act: casework.ActHanded, Why: "request", To: "judge"}), map[string]string{"auditor": no, "legal": "done"}},
		{"taking back", act(casework.Custody{N: 1, Act: casework.ActReturned}), map[string]string{"publisher": no, "investigator": "done"}},
	} {
		for name, want := range tt.want {
			wants(t, tt.what+" by "+name, tt.call(name), want)
		}
	}
	for name, sees := range map[string]bool{"investigator": true, "legal": true, "auditor": true, "publisher": false} {
		c := must[*casework.Case](t)(w.cases.Case(w.as(name), w.ids[name], docket))
		events := must[[]casework.Event](t)(w.cases.History(w.as(name), docket))
		log := slices.ContainsFunc(events, func(e casework.Event) bool { return e.Evidence != nil || e.Custody != nil })
		if (len(c.Evidence) == 2) != sees || log != sees {
			t.Errorf("%s sees %d items, and the custody log: %v", name, len(c.Evidence), log)
		}
		// What they may not see stands in the way of nothing that they may.
		var latest []casework.Event
		for before, more := uint64(0), true; more; more = before != 0 {
			page, next, err := w.cases.Latest(w.as(name), docket, before, 1)
			if err != nil {
				t.Fatal(err)
			}
			latest, before = slices.Concat(page, latest), next
		}
		if len(latest) != len(events) {
			t.Errorf("%s sees %d events one by one, and %d at once", name, len(latest), len(events))
		}
	}
	wants(t, "a wall", w.cases.Do(w.as("first"), w.ids["first"], docket, 0, casework.Wall{Officer: w.ids["legal"]}, 0), "done")
	for what, call := range map[string]func(string) error{"taking in": in, "opening": opens, "the label": label} {
		wants(t, what+" behind a wall", call("legal"), casework.CodeWalled)
	}
	wants(t, "in another's name", func() error {
		_, _, err := w.cases.OpenEvidence(w.as("auditor"), w.ids["investigator"], docket, 1, "work")
		return err
	}(), office.CodeNotAllow)
}
