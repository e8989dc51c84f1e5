package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"github.com/rogpeppe/go-internal/testscript"

	"temwen/casework"
	"temwen/conduct/conducttest"
	"temwen/intake"
	"temwen/locale"
	"temwen/office"
	"temwen/seal"
	"temwen/store"
	"temwen/when"
)

// stockage DIR: builds the age program, and its plugin for passphrases that are
// not typed, as their authors wrote them.
func stockAge(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o700))
	cmd := exec.Command("go", "build", "-o", dir, "filippo.io/age/cmd/age", "filippo.io/age/cmd/age-plugin-batchpass")
	if out, err := cmd.CombinedOutput(); err != nil {
		ts.Fatalf("building age: %v\n%s", err, out)
	}
}

// atOffice runs f with the office in a store.
func atOffice(ts *testscript.TestScript, dir string, f func(ctx context.Context, s *store.Store, o *office.Office)) {
	p := newTestProgram()
	ts.Check(officeStore{ts.MkAbs(dir)}.with(p, func(s *store.Store, o *office.Office) error {
		f(p.ctx, s, o)
		return nil
	}))
}

// joins STORE NAME LINKFILE PASSPHRASEFILE: somebody uses the link that is in a
// file, as their browser would, and tells their fingerprint on stdout.
func joins(ts *testscript.TestScript, _ bool, args []string) {
	_, token, found := strings.Cut(ts.ReadFile(args[2]), "/join#")
	if !found {
		ts.Fatalf("there is no link in %s", args[2])
	}
	token, _, _ = strings.Cut(token, "\n")
	atOffice(ts, args[0], func(ctx context.Context, _ *store.Store, o *office.Office) {
		state, err := o.State(ctx)
		ts.Check(err)
		officer, _, err := office.NewOfficer(state.ID, args[1], oneLine(ts.ReadFile(args[3])))
		ts.Check(err)
		ts.Check(o.Do(ctx, "", office.Join{Invite: office.LinkID(token), Officer: officer}))
		ts.Setenv("FINGERPRINT", fingerprint(officer.Recipient))
	})
}

// reports STORE WORDS: somebody tells something, sealed as their browser would.
func reports(ts *testscript.TestScript, _ bool, args []string) {
	atOffice(ts, args[0], func(ctx context.Context, s *store.Store, o *office.Office) {
		in, err := intake.New(s, o, intake.Options{Dir: filepath.Join(ts.MkAbs(args[0]), sealedDir), Now: newTestProgram().now})
		ts.Check(err)
		parcel := sealReport(ts, ctx, o, args[1])
		_, err = in.EnterParcel(ctx, office.Operator, bytes.NewReader(parcel), int64(len(parcel)))
		ts.Check(err)
		ts.Check(in.Close())
	})
}

// closes STORE OFFICER: an officer closes every report, and one invented case of
// two.
func closes(ts *testscript.TestScript, _ bool, args []string) {
	atOffice(ts, args[0], func(ctx context.Context, s *store.Store, o *office.Office) {
		state, err := o.State(ctx)
		ts.Check(err)
		by := state.Named(args[1]).ID
		now := newTestProgram().now
		in, err := intake.New(s, o, intake.Options{Dir: filepath.Join(ts.MkAbs(args[0]), sealedDir), Now: now})
		ts.Check(err)
		page, err := in.Threads(ctx, intake.Query{View: intake.Open})
		ts.Check(err)
		for _, t := range page.Threads {
			ts.Check(in.Do(ctx, by, intake.SetStage{Thread: t.ID, Seen: t.Version, Stage: intake.Closed}))
		}
		ts.Check(in.Close())
		cases := casework.New(s, now, func() when.Day { return when.Today(now()) })
		for _, answers := range [][]string{{"named", "disciplined"}, {"named"}} {
			incident, err := cases.Code(ctx, by, casework.Incident{
				Acts: []string{"theft"}, Terms: casework.CurrentTerms().Version, Sources: []casework.Basis{{Kind: "source", ID: "early", Grade: "B2"}},
			})
			ts.Check(err)
			allegation, err := cases.Allege(ctx, by, casework.Allegation{Incident: incident, Actor: "kenya", Act: "theft", Confidence: "likely"}, 0)
			ts.Check(err)
			id, err := cases.Open(ctx, by, casework.Opened{
				Procedure: conducttest.Procedure(), Allegations: []string{allegation}, Mission: "support", State: "kenya",
			}, 0)
			ts.Check(err)
			for n, answer := range answers {
				ts.Check(cases.Do(ctx, by, id, 0, casework.RecordAnswer{Step: n + 1, Answer: casework.Answer{Answer: answer, How: "letter", Standard: casework.NotStated}}, 0))
			}
		}
	})
}

// public STORE: two officers make a case public, show it otherwise, and then another one
// about the same allegation, through another track, and that it is; all is invented.
func makesPublic(ts *testscript.TestScript, _ bool, args []string) {
	atOffice(ts, args[0], func(ctx context.Context, s *store.Store, _ *office.Office) {
		now := newTestProgram().now()
		o := conducttest.New(s, now)
		first, _, err := o.Public(ctx, "support", "kenya", when.Today(now), "state", "step", "outcome")
		ts.Check(err)
		for n, answer := range []string{"named", "disciplined"} {
			ts.Check(o.Do(ctx, "first", first, 0, casework.RecordAnswer{Step: n + 1, Answer: casework.Answer{Answer: answer, How: "letter", Standard: casework.NotStated}}, 0))
		}
		ts.Check(o.Decide(ctx, first, casework.AskPublication{Fields: []string{"state", "step", "outcome"}, Why: "went-on"}))
		_, _, err = o.PublicBeside(ctx, first, when.Today(now), "opened", "track", "beside")
		ts.Check(err)
		ts.Check(s.Publish(ctx, now, true, nil))
	})
}

// takesback STORE: two officers take back the last case that stands in public.
func takesBack(ts *testscript.TestScript, _ bool, args []string) {
	atOffice(ts, args[0], func(ctx context.Context, s *store.Store, _ *office.Office) {
		o := conducttest.New(s, newTestProgram().now())
		standing, err := o.Standing(ctx)
		ts.Check(err)
		ts.Check(o.Decide(ctx, standing[len(standing)-1].ID, casework.AskRetraction{Ground: "safety"}))
	})
}

// logsdue STORE WORDS: a server would log, that day, what is due for erasure in these words.
func logsDue(ts *testscript.TestScript, _ bool, args []string) {
	atOffice(ts, args[0], func(ctx context.Context, s *store.Store, o *office.Office) {
		now := newTestProgram().now
		in, err := intake.New(s, o, intake.Options{Dir: filepath.Join(ts.MkAbs(args[0]), sealedDir), Now: now})
		ts.Check(err)
		day, err := when.ParseDay(ts.Getenv(testNow))
		ts.Check(err)
		due, err := (&sides{in: in, work: casework.New(s, now, func() when.Day { return day })}).due(ctx, s, day)
		ts.Check(err)
		ts.Check(in.Close())
		if words := strings.Join(args[1:], " "); due != words && !strings.Contains(due, words+";") {
			ts.Fatalf("it would log %q", due)
		}
	})
}

// sealReport is a parcel with a report, and a photograph that is none.
func sealReport(ts *testscript.TestScript, ctx context.Context, o *office.Office, words string) []byte {
	current, err := o.Current(ctx)
	ts.Check(err)
	to, err := seal.ParseRecipient(current.Recipient)
	ts.Check(err)
	reply, err := age.GenerateHybridIdentity()
	ts.Check(err)
	head := seal.Head{
		V: seal.Version, ID: seal.ID{1}, Kind: seal.ParcelReport, Office: current.Office, Epoch: current.Epoch,
		Lookup: seal.LookupHash(seal.ID{2}), Reply: reply.Recipient().String(), Work: seal.DoWork(seal.Challenge{}, 0),
	}
	parcel, err := head.Encode()
	ts.Check(err)
	b := bytes.NewBuffer(parcel)
	report := &seal.Report{
		V: seal.Version, Path: seal.PathGeneral, Lang: "ht", What: words,
		Consent: seal.ConsentOffice, Channel: seal.ChannelPhone,
	}
	ts.Check(seal.SealDocument(b, to, seal.Document{Report: report}))
	return b.Bytes()
}

// keeps STORE OFFICER WORDS: an officer takes words in as evidence of the first case.
func keeps(ts *testscript.TestScript, _ bool, args []string) {
	atOffice(ts, args[0], func(ctx context.Context, s *store.Store, o *office.Office) {
		state, err := o.State(ctx)
		ts.Check(err)
		by, now := state.Named(args[1]).ID, newTestProgram().now
		cases := casework.New(s, now, func() when.Day { return when.Today(now()) })
		ts.Check(cases.KeepEvidence(filepath.Join(ts.MkAbs(args[0]), evidenceDir), o))
		id, err := caseNumber(ctx, cases, 1)
		ts.Check(err)
		current, err := o.Current(ctx)
		ts.Check(err)
		to, err := seal.ParseRecipient(current.Recipient)
		ts.Check(err)
		parcel, err := casework.Pack(to, casework.Head{Epoch: current.Epoch, Origin: "person"}, locale.Creole, seal.Exhibit{Name: "statement.txt", Type: "text/plain"}, "", []byte(args[2]))
		ts.Check(err)
		_, _, err = cases.BeginEvidence(ctx, by, id, int64(len(parcel)), bytes.NewReader(parcel))
		ts.Check(err)
	})
}
