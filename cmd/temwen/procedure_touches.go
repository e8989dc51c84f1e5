package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"temwen/casework"
	"temwen/dossier"
	"temwen/instrument"
	"temwen/locale"
	"temwen/publish"
	"temwen/store"
	"temwen/when"
)

// procedureTouchesCmd is temwen procedure touches.
type procedureTouchesCmd struct {
	Dossier string `arg:"" help:"The folder that holds the dossier's YAML files, as they are or as you mean to change them."`
	Dir     string `required:"" type:"path" placeholder:"D" help:"The store."`
	Format  string `enum:"text,json" default:"text" placeholder:"FORMAT" help:"text or json; text where absent."`
}

// Help teaches with an example.
func (procedureTouchesCmd) Help() string {
	return `Compares the procedures of a dossier with those that open cases follow. For each version it
says in plain words what changes in which step, then which cases wait there now, which may
still come there and which have passed it, each with its days as they are and as they would be;
for a benchmark, since when the case has waited. It names the cases that cannot take the
version, for they have been where it has no place, and the procedures that open cases follow
and the folder does not have. It changes nothing, and the server may go on: a case keeps the
version that it was opened under until an officer adopts the newer one.

  temwen procedure touches missions/haiti --dir /var/lib/temwen
  temwen procedure touches missions/haiti --dir D --format json | jq '.cases[].number'`
}

// touched is what a dossier touches, for other programs.
type touched struct {
	// Gone are procedures of the dossier's missions that open cases follow, and that it does
	// not have; Elsewhere those of other missions, which are compared with nothing.
	Gone      []casework.Unheld `json:"gone"`
	Elsewhere []casework.Unheld `json:"elsewhere"`
	Versions  []*touchedVersion `json:"versions"`
	Cases     []touchedCase     `json:"cases"`
}

// touchedVersion is a version that open cases follow, and what the dossier says otherwise.
type touchedVersion struct {
	Procedure string              `json:"procedure"`
	First     int                 `json:"first"` // the lowest number of a case that follows it
	Cases     int                 `json:"cases"`
	Changes   []instrument.Change `json:"changes"`
	was, is   *instrument.Procedure
	places    map[string]map[casework.Stage][]int // numbers of cases, by step or end
	rows      map[string][]touchedRow             // of cases that wait, by step or end
	lacks     map[string][]int
}

// touchedRow is what is printed of one case.
type touchedRow struct {
	number int
	words  string
}

// touchedCase is one case, for other programs.
type touchedCase struct {
	Number    int    `json:"number"`
	Procedure string `json:"procedure"`
	// Changes says that a day changes, or a step is gone, and Extends that it changes how
	// far a time may be extended.
	Changes bool `json:"changes"`
	Extends bool `json:"extends"`
	// Cannot is what keeps it from taking the version.
	Cannot []casework.Lack `json:"cannot,omitempty"`
	// Places are where it is as the steps and ends go that change.
	Places map[string]casework.Stage `json:"places,omitempty"`
	Steps  []touchedStep             `json:"steps"`
	// Hands are the ends at which it hands on otherwise, or would.
	Hands []touchedHand `json:"hands,omitempty"`
}

type touchedHand struct {
	End   string             `json:"end"`
	Was   *instrument.HandOn `json:"was,omitempty"`
	Is    *instrument.HandOn `json:"is,omitempty"`
	Waits bool               `json:"waits,omitempty"` // the case was handed over, and its next one is not open
}

type touchedStep struct {
	Step string    `json:"step"`
	Was  *when.Day `json:"was,omitempty"`
	Is   *when.Day `json:"is,omitempty"`
	Gone bool      `json:"gone,omitempty"` // the version has no such step
	// Since is the day from which it has waited, and WasBenchmark and IsBenchmark those at
	// which a benchmark ends.
	Since        when.Day  `json:"since"`
	WasBenchmark *when.Day `json:"was_benchmark,omitempty"`
	IsBenchmark  *when.Day `json:"is_benchmark,omitempty"`
	// Could and Can are how far the time may be extended, now and under this version.
	Could *instrument.Extension `json:"could,omitempty"`
	Can   *instrument.Extension `json:"can,omitempty"`
}

// Run lists the cases.
func (c *procedureTouchesCmd) Run(p *program) (err error) {
	d, err := p.loadFolder(c.Dossier)
	if err != nil {
		return err
	}
	r, err := store.OpenReader(p.ctx, c.Dir, casework.Book)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	now := today(p.now(), d.Info.TimeZone)
	all := touched{Gone: []casework.Unheld{}, Elsewhere: []casework.Unheld{}, Versions: []*touchedVersion{}, Cases: []touchedCase{}}
	var counts touchedCounts
	versions := make(map[*instrument.Procedure]*touchedVersion)
	for t, err := range casework.LookTouched(p.ctx, r, d.Procedures, now, func(u casework.Unheld) {
		ours := slices.ContainsFunc(d.Missions, func(m *dossier.Mission) bool { return slices.Contains(u.Missions, m.ID) })
		if ours {
			all.Gone = append(all.Gone, u)
		} else {
			all.Elsewhere = append(all.Elsewhere, u)
		}
	}) {
		if err != nil {
			return err
		}
		v := versions[t.Case.Procedure]
		if v == nil {
			v = &touchedVersion{
				Procedure: t.Other.ID, First: t.Case.Number, Changes: t.Changes, was: t.Case.Procedure, is: t.Other,
				places: make(map[string]map[casework.Stage][]int), rows: make(map[string][]touchedRow), lacks: make(map[string][]int),
			}
			versions[t.Case.Procedure] = v
			all.Versions = append(all.Versions, v)
		}
		counts.add(t)
		if c.Format == "json" {
			v.First, v.Cases = min(v.First, t.Case.Number), v.Cases+1
			all.Cases = append(all.Cases, newTouchedCase(t))
		} else {
			v.add(t, now)
		}
	}
	slices.SortFunc(all.Versions, func(a, b *touchedVersion) int { return cmp.Or(cmp.Compare(a.Procedure, b.Procedure), a.First-b.First) })
	if c.Format == "json" {
		slices.SortFunc(all.Cases, func(a, b touchedCase) int { return a.Number - b.Number })
		return p.json(all)
	}
	return printTouched(p, &all, counts)
}

func newTouchedCase(t *casework.Touched) touchedCase {
	one := touchedCase{Number: t.Case.Number, Procedure: t.Case.Procedure.ID, Changes: t.Moves(), Extends: t.Extends(), Cannot: t.Lacks, Steps: []touchedStep{}, Places: make(map[string]casework.Stage)}
	for _, id := range changedPlaces(t.Changes) {
		one.Places[id] = t.Case.StageOf(t.Other, id)
	}
	for _, s := range t.Steps {
		step := touchedStep{Step: s.Step, Gone: s.Forgotten, Could: s.Could, Can: s.Can, Since: s.Since, WasBenchmark: s.Mark, IsBenchmark: s.Would}
		if s.Had {
			step.Was = &s.Was
		}
		if s.Has {
			step.Is = &s.Is
		}
		one.Steps = append(one.Steps, step)
	}
	for _, h := range t.Hands {
		one.Hands = append(one.Hands, touchedHand(h))
	}
	return one
}

// extension says how far a time can be extended.
func extension(e *instrument.Extension) string {
	if e == nil {
		return "it says of no extension"
	}
	return "the time " + publish.In(locale.English).ExtensionLimit(e.AtMost, e.Working, e.Times) + " (" + e.Provision + ")"
}

// touchedCounts counts cases.
type touchedCounts struct{ cases, days, benchmarks, hands, extends, cannot int }

func (n *touchedCounts) add(t *casework.Touched) {
	count := func(to *int, is bool) {
		if is {
			*to++
		}
	}
	n.cases++
	count(&n.days, t.Moves())
	count(&n.benchmarks, slices.ContainsFunc(t.Steps, benchmarkMoves))
	count(&n.hands, len(t.Hands) > 0)
	count(&n.extends, t.Extends())
	count(&n.cannot, len(t.Lacks) > 0)
}

func benchmarkMoves(s casework.TouchedStep) bool {
	return (s.Mark == nil) != (s.Would == nil) || s.Mark != nil && *s.Mark != *s.Would
}

// changedPlaces are the steps and ends of which something is said otherwise, each once.
func changedPlaces(changes []instrument.Change) (ids []string) {
	for _, c := range changes {
		if id := c.Step + c.End; id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// add counts a case, and keeps of it what is printed.
func (v *touchedVersion) add(t *casework.Touched, now when.Day) {
	number := t.Case.Number
	v.First, v.Cases = min(v.First, number), v.Cases+1
	for _, id := range changedPlaces(v.Changes) {
		if v.places[id] == nil {
			v.places[id] = make(map[casework.Stage][]int)
		}
		at := t.Case.StageOf(t.Other, id)
		v.places[id][at] = append(v.places[id][at], number)
	}
	for i := range t.Steps {
		if words := stepRow(&t.Steps[i], now); words != "" {
			v.rows[t.Steps[i].Step] = append(v.rows[t.Steps[i].Step], touchedRow{number, words})
		}
	}
	for _, h := range t.Hands {
		if h.Waits {
			v.rows[h.End] = append(v.rows[h.End], touchedRow{number, "is handed over there, and its next case is not open"})
		}
	}
	var lacks []string
	for _, l := range t.Lacks {
		lacks = append(lacks, lackSays(l))
	}
	if len(lacks) > 0 {
		words := strings.Join(lacks, "; ")
		v.lacks[words] = append(v.lacks[words], number)
	}
}

// lackSays says what keeps a case from taking a version.
func lackSays(l casework.Lack) string {
	switch {
	case l.Track:
		return "the version goes another track"
	case l.End != "":
		return "it has come to " + l.End
	case l.Answer != "":
		return "it was answered with " + l.Answer + " at " + l.Step
	}
	return "it has been at " + l.Step
}

// stepRow says what changes for a step of a case that waits; empty where nothing does.
func stepRow(s *casework.TouchedStep, now when.Day) string {
	if s.Forgotten {
		return ""
	}
	day := func(d when.Day, has bool) string {
		if !has {
			return "no date"
		}
		return d.String()
	}
	var said []string
	was, is := day(s.Was, s.Had), day(s.Is, s.Has)
	benchmark := benchmarkMoves(*s)
	switch {
	case was != is:
		said = append(said, "due "+was+", under this version "+is)
	case s.Extends() || benchmark && s.Had:
		said = append(said, "due "+was+", under this version too")
	}
	if benchmark {
		mark := func(d *when.Day) string {
			switch {
			case d == nil:
				return "none"
			case *d < now:
				return fmt.Sprintf("%s (%d %s ago)", *d, now-*d, plural(int(now-*d), "day", "days"))
			}
			return d.String()
		}
		waited := int(now - s.Since)
		said = append(said, fmt.Sprintf("has waited %d %s, since %s; benchmark until %s, under this version until %s", waited, plural(waited, "day", "days"), s.Since, mark(s.Mark), mark(s.Would)))
	}
	if s.Extends() {
		said = append(said, extension(s.Could)+", under this version "+extension(s.Can))
	}
	return strings.Join(said, "; ")
}

// changeSays says in plain words what a version says otherwise.
func (v *touchedVersion) changeSays(c instrument.Change) string {
	period := func(s string) string {
		days, working := strings.CutSuffix(s, " working")
		p, err := when.ParsePeriod(days)
		if err != nil {
			return "none"
		}
		return publish.In(locale.English).Period(p, working)
	}
	none := func(s string) string { return cmp.Or(s, "none") }
	switch c.What {
	case instrument.InPeriod:
		return "period " + period(c.Was) + " → " + period(c.Is)
	case instrument.InBench:
		return "benchmark " + period(c.Was) + " → " + period(c.Is)
	case instrument.IsAdded:
		return "this version alone has it"
	case instrument.IsGone:
		return "this version does not have it; under another ID it is another one"
	case instrument.InHolidays:
		return "holidays that working days leave out changed"
	case instrument.InWords:
		switch {
		case c.Step != "":
			return "words of the step changed"
		case c.End != "":
			return "words of the end changed"
		}
		return "words of the procedure changed"
	}
	what := map[instrument.Aspect]string{
		instrument.InTrack: "track", instrument.InStart: "begins with", instrument.InRole: "who acts:", instrument.InForm: "form", instrument.InClause: "clause",
		instrument.InBenchOf: "clause of the benchmark", instrument.InBenchDay: "the benchmark counts from", instrument.InExtend: "extension", instrument.InAnswers: "answers:",
		instrument.InSilence: "silence leads", instrument.InOutcome: "outcome", instrument.InHandOn: "hands on to",
	}[c.What]
	return what + " " + none(c.Was) + " → " + none(c.Is)
}

// numbered writes numbers of cases in order, a run of them as 3-9.
func numbered(numbers []int) string {
	numbers = slices.Sorted(slices.Values(numbers))
	var list []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		if j > i+1 {
			list = append(list, fmt.Sprintf("%d-%d", numbers[i], numbers[j]))
		} else {
			for _, n := range numbers[i : j+1] {
				list = append(list, strconv.Itoa(n))
			}
		}
		i = j + 1
	}
	return strings.Join(list, ", ")
}

// countedCases says how many there are, and which.
func countedCases(numbers []int) string {
	return fmt.Sprintf("%d %s: %s", len(numbers), plural(len(numbers), "case", "cases"), numbered(numbers))
}

// print writes what the version says otherwise, step by step, and whom that touches.
func (v *touchedVersion) print(b io.Writer) {
	fmt.Fprintf(b, "\n%s, as case %d follows it: %d open %s\n", v.Procedure, v.First, v.Cases, plural(v.Cases, "case", "cases"))
	for _, c := range v.Changes {
		if c.Step+c.End == "" {
			fmt.Fprintf(b, "  %s\n", v.changeSays(c))
		}
	}
	for _, id := range changedPlaces(v.Changes) {
		who := ""
		if s := cmp.Or(v.is.Step(id), v.was.Step(id)); s != nil {
			who = ", by " + publish.In(locale.English).Say("procedure.role."+string(s.Who))
		}
		isEnd := v.is.End(id) != nil || v.was.End(id) != nil
		var said []string
		for _, c := range v.Changes {
			if c.Step+c.End == id {
				said = append(said, v.changeSays(c))
			}
		}
		fmt.Fprintf(b, "  %s%s: %s\n", id, who, strings.Join(said, "; "))
		for _, at := range []struct {
			place       casework.Stage
			words, ends string
		}{
			{casework.StageWaits, "wait there now", "have come to it"},
			{casework.StageComing, "may still come there", "may still come to it"},
			{casework.StagePassed, "have passed it", "have been there"},
			{casework.StageNever, "do not come there", "do not come to it"},
		} {
			numbers := v.places[id][at.place]
			if len(numbers) == 0 {
				continue
			}
			words := at.words
			if isEnd {
				words = at.ends
			}
			fmt.Fprintf(b, "    %s: %s\n", words, countedCases(numbers))
			if at.place != casework.StageWaits {
				continue
			}
			slices.SortFunc(v.rows[id], func(a, b touchedRow) int { return a.number - b.number })
			for _, r := range v.rows[id] {
				fmt.Fprintf(b, "      case %d: %s\n", r.number, r.words)
			}
		}
	}
	for _, words := range slices.Sorted(maps.Keys(v.lacks)) {
		fmt.Fprintf(b, "  cannot take it, %s: %s\n", words, countedCases(v.lacks[words]))
	}
}

func printTouched(p *program, t *touched, n touchedCounts) error {
	b := bufio.NewWriter(p.stdout)
	for _, g := range t.Gone {
		fmt.Fprintf(b, "%d open %s %s, which is not in this folder: they go on by their own version, and are offered none. If its `id` was changed, change it back; if its file is gone, put it back.\n",
			g.Cases, plural(g.Cases, "case follows", "cases follow"), g.Procedure)
	}
	for _, e := range t.Elsewhere {
		fmt.Fprintf(b, "%d open %s %s, of missions that are not in this folder: not compared\n", e.Cases, plural(e.Cases, "case follows", "cases follow"), e.Procedure)
	}
	switch {
	case n.cases > 0:
		fmt.Fprintf(b, "%d open %s another version of these procedures; a day changes in %d, a hand-over in %d, the day of a benchmark in %d, how far a time can be extended in %d\n",
			n.cases, plural(n.cases, "case follows", "cases follow"), n.days, n.hands, n.benchmarks, n.extends)
		if n.cannot > 0 {
			fmt.Fprintf(b, "%d of them cannot take it\n", n.cannot)
		}
	case len(t.Gone) == 0:
		fmt.Fprintln(b, "no open case follows another version of these procedures")
	}
	for _, v := range t.Versions {
		v.print(b)
	}
	if n.cases > n.cannot {
		fmt.Fprintln(b, "\nNothing was changed. To take the new version: temwen import the dossier, then adopt it on the page of each case that can take it.")
	} else if n.cases > 0 {
		fmt.Fprintln(b, "\nNothing was changed. No case can take this version: give back to what it lacks its ID, or import it for cases to come.")
	}
	return b.Flush()
}
