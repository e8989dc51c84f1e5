package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	stdlog "log"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"temwen/casework"
	"temwen/conduct"
	"temwen/dossier"
	"temwen/gate"
	"temwen/intake"
	"temwen/office"
	"temwen/site"
	"temwen/site/desk"
	"temwen/site/report"
	"temwen/store"
	"temwen/told"
	"temwen/when"
)

// addresses are where the three sides listen. A side whose address is empty is
// not served.
type addresses struct {
	Listen       string        `default:"127.0.0.1:8420" placeholder:"ADDRESS" help:"Where the public record listens: host:port; 127.0.0.1:8420 where absent. Port 0 takes a free one."`
	ReportListen string        `default:"127.0.0.1:8421" placeholder:"ADDRESS" help:"Where the reporter's pages listen, if there is an office; 127.0.0.1:8421 where absent, nowhere where empty."`
	ReportAway   string        `placeholder:"URL" help:"Where the quick exit of the reporter's pages leads, such as a page about the weather; to a calendar on the same host where absent."`
	ReportHeader string        `placeholder:"NAME" help:"The header in which a proxy of your own gives the reporter's pages the address that a visitor comes from, such as X-Real-IP, to slow down who sends too much. It is kept as a hash in memory only."`
	DeskListen   string        `default:"127.0.0.1:8422" placeholder:"ADDRESS" help:"Where the officers' desk listens, if there is an office; 127.0.0.1:8422 where absent, nowhere where empty."`
	DeskOrigin   string        `placeholder:"URL" help:"Where officers reach the desk, such as https://desk.example.org; http://localhost and the port where absent."`
	RecordOrigin string        `placeholder:"URL" help:"Where everybody reaches the public record, such as https://record.example.org: links in the office's notices begin with it; its own address where absent."`
	DeskSettings string        `type:"path" placeholder:"FILE" help:"Settings of the desk that are secret or long, in TOML: sign-in elsewhere, gateways for text messages. See docs/desk.md."`
	PublishEvery time.Duration `default:"1h" placeholder:"DURATION" help:"How often what is sealed is published in the ledger, whether or not there is anything; 1h where absent."`
}

// side is one of the listeners with what it serves.
type side struct {
	name     string
	listener net.Listener
	handler  http.Handler
}

// sides are what is served, and how it is ended.
type sides struct {
	list  []side
	close []func() error
	log   *slog.Logger
	// now is the clock of the office's place: its times carry the zone.
	now  func() time.Time
	work *casework.Cases // nil where there is no office
	in   *intake.Intake  // as work
	// guesses are what recipients' pages note and the desk tells.
	guesses desk.Guesses
	// teller tells people what happens to their case; nil where there is no office.
	teller *told.Teller
}

// Validate refuses an interval that would keep the disk busy with nothing.
func (a *addresses) Validate() error {
	if a.PublishEvery < 100*time.Millisecond {
		return fmt.Errorf("--publish-every %s is too often; an hour, 1h, hides best when something came", a.PublishEvery)
	}
	return nil
}

// listen takes all addresses at once, so that one that is taken is told before
// anything is served. Without an office there is only the record to serve.
func (a *addresses) listen(ctx context.Context, withOffice bool) (*sides, error) {
	s := new(sides)
	for _, at := range []struct{ name, flag, address string }{
		{"record", "--listen", a.Listen}, {"report", "--report-listen", a.ReportListen}, {"desk", "--desk-listen", a.DeskListen},
	} {
		if at.address == "" || !withOffice && at.name != "record" {
			continue
		}
		l, err := listen(ctx, at.flag, at.address)
		if err != nil {
			return nil, errors.Join(err, s.end())
		}
		s.list = append(s.list, side{name: at.name, listener: l})
		s.close = append(s.close, func() error { return ignoreClosed(l.Close()) }) // its server closes it too
	}
	return s, nil
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// end closes everything, the last first.
func (s *sides) end() error {
	var errs []error
	for i := len(s.close) - 1; i >= 0; i-- {
		errs = append(errs, s.close[i]())
	}
	s.close = nil
	return errors.Join(errs...)
}

// address is where a side is served, empty where it is not.
func (s *sides) address(name string) string {
	for _, one := range s.list {
		if one.name == name && one.handler != nil {
			return "http://" + one.listener.Addr().String() + "/"
		}
	}
	return ""
}

// today is the day at the office's place.
func (s *sides) today() when.Day { return when.Today(s.now()) }

// hasOffice reports whether somebody can report in a store.
func (p *program) hasOffice(s *store.Store) (bool, error) {
	state, err := office.New(s, p.now).State(p.ctx)
	return err == nil && state.ID != "", err
}

// furnish makes the handlers of all sides. demo says that the office is invented.
func (s *sides) furnish(p *program, st *store.Store, a *addresses, dir string, demo bool) error {
	s.log = slog.New(slog.NewTextHandler(p.stderr, nil))
	offices := office.New(st, p.now)
	var in *intake.Intake
	var work *casework.Cases
	zone, err := p.zone(st)
	if err != nil {
		return err
	}
	s.now = p.clockOf(zone)
	if slices.ContainsFunc(s.list, func(one side) bool { return one.name != "record" }) {
		in, err = intake.New(st, offices, intake.Options{
			Dir: filepath.Join(dir, sealedDir), Now: s.now, Schedule: store.Schedule{Every: a.PublishEvery},
		})
		if err != nil {
			return err
		}
		s.close = append(s.close, in.Close)
		work = casework.New(st, p.now, s.today)
		if err := work.KeepEvidence(filepath.Join(dir, evidenceDir), offices); err != nil {
			return err
		}
		s.work, s.in, s.teller = work, in, told.New(st, in, work)
	}
	services, err := s.services(p, st, demo)
	if err != nil {
		return err
	}
	for i := range s.list {
		one := &s.list[i]
		switch one.name {
		case "record":
			one.handler = p.recordSide(st, s.log)
			if work != nil {
				one.handler = withAnswers(one.handler, desk.NewAnswers(offices, s.casework(p, st, work, a, demo), s.now, s.log))
			}
		case "report":
			one.handler, err = p.reportSide(st, in, dir, demo, services, s, a)
		case "desk":
			passed := s.casework(p, st, gate.NewCases(offices, work), a, demo)
			passed.Conduct = gate.NewConduct(offices, conduct.New(st, s.now))
			one.handler, err = a.deskSide(offices, gate.NewInbox(offices, in, work), desk.Options{
				Origin: a.origin(one.listener), Now: s.now, Demo: demo, Casework: passed, Services: services, Keep: lately(s.now, keep(st)), Arrivals: in, Log: s.log,
			})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// origin is where officers reach the desk.
func (a *addresses) origin(l net.Listener) string {
	if a.DeskOrigin != "" {
		return a.DeskOrigin
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return "http://localhost"
	}
	return "http://localhost:" + port
}

func (p *program) recordSide(s *store.Store, log *slog.Logger) http.Handler {
	return site.New(s, site.Options{
		Today: func(zone string) when.Day { return today(p.now(), zone) },
		Log:   log, SearchFile: s.IndexFile(),
	})
}

// reportSide notes what it gives browsers to run in the ledger before it serves
// them.
func (p *program) reportSide(st *store.Store, in *intake.Intake, dir string, demo bool, services []report.Contact, s *sides, a *addresses) (http.Handler, error) {
	if err := st.NoteRelease(p.ctx, store.Release{Files: scripts(), Version: version()}, p.now()); err != nil {
		return nil, err
	}
	options := report.Options{
		PromiseKey: st.Key(), Contacts: services, Spool: filepath.Join(dir, sealedDir),
		Away: a.ReportAway, AddressHeader: a.ReportHeader, Now: s.now, Today: s.today, Log: s.log, Invented: demo,
	}
	return report.New(report.At(in), options), nil
}

// services are those that help: of the dossiers, and in a demo invented ones.
func (s *sides) services(p *program, st *store.Store, demo bool) ([]report.Contact, error) {
	dossiers, err := st.Dossiers(p.ctx, 0)
	if err != nil {
		return nil, err
	}
	list := report.ContactsOf(dossiers, s.today())
	if demo {
		list = append(list, report.Examples()...)
	}
	return list, nil
}

// zone is the time zone of the office's place: that of the first dossier, or UTC
// where there is none.
func (p *program) zone(s *store.Store) (string, error) {
	list, err := s.Dossiers(p.ctx, 0)
	if err != nil || len(list) == 0 {
		return "", err
	}
	return list[0].Info.TimeZone, nil
}

// casework is what pages of cases need. Links in notices lead to the public record,
// where their recipients can come.
func (s *sides) casework(p *program, st *store.Store, cases desk.Cases, a *addresses, demo bool) *desk.Casework {
	dossiers := func(ctx context.Context) ([]*dossier.Dossier, error) { return st.Dossiers(ctx, 0) }
	answers := a.RecordOrigin
	if answers == "" {
		answers = strings.TrimSuffix(s.address("record"), "/")
	}
	return &desk.Casework{
		Cases: cases, View: desk.Views(dossiers, p.now, s.today), Today: s.today, Keep: lately(s.now, keepCases(dossiers)),
		Answers: answers + strings.TrimSuffix(desk.AnswersPath, "/"), Invented: demo, Guesses: &s.guesses,
	}
}

// lately is what a function has found within the last minute, as desk.Views are: to read
// all dossiers takes longer than all else on a page.
func lately[T any](now func() time.Time, find func(context.Context) (T, error)) func(context.Context) (T, error) {
	var mu sync.Mutex
	var at time.Time
	var found T
	return func(ctx context.Context) (T, error) {
		mu.Lock()
		defer mu.Unlock()
		if since := now().Sub(at); !at.IsZero() && since >= 0 && since < time.Minute {
			return found, nil
		}
		f, err := find(ctx)
		if err == nil {
			found, at = f, now()
		}
		return f, err
	}
}

// keep is how long ended reports are kept, as the dossiers say together.
func keep(s *store.Store) func(context.Context) (intake.Keep, error) {
	return func(ctx context.Context) (intake.Keep, error) {
		list, err := s.Dossiers(ctx, 0)
		return keepOf(dossier.Together(list)), err
	}
}

func keepOf(d *dossier.Dossier) intake.Keep {
	k := d.Retention()
	return intake.Keep{Closed: k.Closed, Foreign: k.Foreign, Withdrawn: k.Withdrawn}
}

// keepCases is how long closed cases are kept, as the dossiers say of each mission, and
// incidents, as they say together.
func keepCases(dossiers func(context.Context) ([]*dossier.Dossier, error)) func(context.Context) (casework.Keep, error) {
	return func(ctx context.Context) (casework.Keep, error) {
		list, err := dossiers(ctx)
		return caseKeep(list), err
	}
}

func caseKeep(dossiers []*dossier.Dossier) casework.Keep {
	all := dossier.Together(dossiers).Retention()
	keep := casework.Keep{Cases: make(map[string]when.Period), Reported: all.Incident, Public: all.Public}
	for _, d := range dossiers {
		for _, m := range d.Missions {
			if m.Keep != nil {
				keep.Cases[m.ID] = m.Keep.Case
			}
		}
	}
	return keep
}

// withAnswers serves the pages on which notices are answered beside others.
func withAnswers(record, answers http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, desk.AnswersPath) {
			answers.ServeHTTP(w, r)
			return
		}
		record.ServeHTTP(w, r)
	})
}

// deskSide is the desk, with what the operator has set.
func (a *addresses) deskSide(o *office.Office, in *gate.Inbox, options desk.Options) (http.Handler, error) {
	if a.DeskSettings != "" {
		if err := desk.ReadSettings(a.DeskSettings, &options); err != nil {
			return nil, err
		}
	}
	return desk.New(o, in, options)
}

// scripts are all that browsers are given to run where something is sealed or
// opened: the reporter's side and the desk.
func scripts() map[string]string {
	all := maps.Clone(report.Files())
	maps.Copy(all, desk.Files())
	return all
}

// version is the program's, as far as it knows.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "devel"
}

// mostCounted is how much that is due for erasure is counted.
const mostCounted = 1000

// due says how much is due for erasure on a day; nothing where nothing is.
func (s *sides) due(ctx context.Context, st *store.Store, day when.Day) (string, error) {
	dossiers, err := st.Dossiers(ctx, 0)
	if err != nil {
		return "", err
	}
	keep := caseKeep(dossiers)
	reports, err := s.work.DueReports(ctx, s.in, keepOf(dossier.Together(dossiers)), day, intake.Query{Limit: mostCounted + 1})
	if err != nil {
		return "", err
	}
	cases, err := s.work.Due(ctx, keep, casework.Query{Limit: mostCounted + 1})
	if err != nil {
		return "", err
	}
	incidents, err := s.work.DueIncidents(ctx, keep, casework.Query{Limit: mostCounted + 1})
	if err != nil || len(reports)+len(cases)+len(incidents) == 0 {
		return "", err
	}
	return fmt.Sprintf("temwen: due for erasure: reports %s, cases %s, incidents %s; nothing is erased by itself: see the desk, or temwen office due\n",
		counted(len(reports)), counted(len(cases)), counted(len(incidents))), nil
}

func counted(n int) string {
	if n > mostCounted {
		return fmt.Sprintf("over %d", mostCounted)
	}
	return fmt.Sprint(n)
}

// serve serves all sides until the program is told to stop, and lets answers that
// are under way end. Meanwhile what is sealed is published on its schedule.
func (s *sides) serve(p *program, st *store.Store, every time.Duration) error {
	spared := p.spare()
	defer runtime.KeepAlive(spared)
	ctx, stop := context.WithCancel(p.ctx)
	defer stop()
	var running sync.WaitGroup
	ended := make(chan error, len(s.list))
	var servers []*http.Server
	for _, one := range s.list {
		if one.handler == nil {
			continue
		}
		server := newServer(one.handler, one.name, s.log)
		servers = append(servers, server)
		running.Go(func() {
			if err := server.Serve(one.listener); !errors.Is(err, http.ErrServerClosed) {
				ended <- fmt.Errorf("serving the %s: %w", one.name, err)
			}
		})
	}
	if s.address("report") != "" || s.address("desk") != "" {
		running.Go(func() {
			st.PublishOn(ctx, store.Schedule{Every: every}, p.now, func(err error) {
				if err != nil {
					fmt.Fprintf(p.stderr, "temwen: publishing what is sealed: %v; it is tried again next time\n", err)
				}
			})
		})
	}
	if s.work != nil {
		running.Go(func() {
			var said when.Day
			s.work.Nightly(ctx, 0, func(_ casework.Pass, err error) {
				if err != nil {
					fmt.Fprintf(p.stderr, "temwen: going over the clocks of cases: %v; it is tried again in an hour\n", err)
				}
				if day := s.today(); day != said {
					due, err := s.due(ctx, st, day)
					if ctx.Err() != nil {
						return
					}
					if err != nil {
						fmt.Fprintf(p.stderr, "temwen: looking for what is due for erasure: %v; it is tried again in an hour\n", err)
						return
					}
					said = day
					fmt.Fprint(p.stderr, due)
				}
			})
		})
	}
	if s.teller != nil {
		running.Go(func() {
			s.teller.Follow(ctx, 0, func(err error) {
				fmt.Fprintf(p.stderr, "temwen: telling people what happens to their case: %v; it is tried again in a second\n", err)
			})
		})
	}
	var err error
	select {
	case err = <-ended:
	case <-p.ctx.Done():
	}
	stop()
	grace, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), 5*time.Second)
	defer cancel()
	for _, server := range servers {
		if e := server.Shutdown(grace); e != nil && !errors.Is(e, context.DeadlineExceeded) {
			err = errors.Join(err, fmt.Errorf("ending the server: %w", e))
		}
	}
	running.Wait()
	return err
}

// newServer serves one side. A report may take long to come, over a slow network.
func newServer(h http.Handler, name string, log *slog.Logger) *http.Server {
	read := 30 * time.Second
	if name != "record" {
		read = 30 * time.Minute
	}
	return &http.Server{
		Handler:           guarded(h, name, log),
		ReadHeaderTimeout: 30 * time.Second,
		ReadTimeout:       read,
		WriteTimeout:      read + 2*time.Minute,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    32 << 10,
		// What the HTTP server says of a connection names its address.
		ErrorLog: stdlog.New(io.Discard, "", 0),
	}
}

// guarded tells of a handler that panics where in the program that was, and
// nothing of what it was asked. The connection ends, as without it.
func guarded(h http.Handler, name string, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch e := recover().(type) {
			case nil:
				return
			case runtime.Error: // says what happened, and has no word of a request
				log.Error("a request was given up: "+e.Error(), "side", name, "stack", string(debug.Stack()))
			default:
				if e != http.ErrAbortHandler {
					log.Error("a request was given up", "side", name, "stack", string(debug.Stack()))
				}
			}
			panic(http.ErrAbortHandler)
		}()
		h.ServeHTTP(w, r)
	})
}

// deskAddress is where officers reach the desk, empty where it is not served.
func (s *sides) deskAddress(a *addresses) string {
	for _, one := range s.list {
		if one.name == "desk" && one.handler != nil {
			return a.origin(one.listener) + "/"
		}
	}
	return ""
}
