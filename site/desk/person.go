package desk

import (
	"slices"
	"strconv"

	"temwen/casework"
	"temwen/intake"
	"temwen/seal"
	"temwen/told"
)

// What the people who reported allow, and what they were told, on the pages of
// threads and cases.

// toldRow is something that the program told.
type toldRow struct {
	Day, Words string
	Number     int // of the report
}

// toldRows are what the program told, the latest first: once where a person with
// two codes was told it under each.
func (v *visit) toldRows(list []intake.Told) []toldRow {
	var rows []toldRow
	seen := make(map[[2]uint64]bool)
	for i := range list {
		w := &list[i]
		key := [2]uint64{w.About, uint64(w.Number)}
		if !seen[key] {
			seen[key] = true
			words := w.Said(v.lang)
			if w.On != w.Day { // told later than it happened
				words = w.Text(v.lang)
			}
			rows = append(rows, toldRow{w.Day, words, w.Number})
		}
	}
	slices.Reverse(rows)
	return rows
}

// allowing is what is known of what one person allows.
type allowing struct {
	Thread   string // where the officer may see it
	Words    string
	Number   int
	Against  bool // a case is not allowed, or it is unknown
	Unheeded bool
	Heeded   string // day
	Held     bool
}

// allows says what a person allows.
func (v *visit) allows(p *told.Person) allowing {
	number := strconv.Itoa(p.Number)
	a := allowing{Thread: p.Thread, Number: p.Number, Against: !p.Lets(seal.ConsentCase), Unheeded: p.Asked, Held: p.Held}
	switch {
	case p.Erased:
		a.Thread, a.Words = "", v.words.Say("case.consent.erased")
	case p.Stage == intake.Withdrawn:
		a.Words = v.words.Say("case.consent.withdrawn", "number", number)
	case p.Asked:
		a.Words = v.words.Say("case.consent.asked", "number", number)
	case p.Allows != "":
		a.Words = v.words.Say("case.consent.allows", "number", number, "consent", v.words.Say("desk.consent."+string(p.Allows)))
	default:
		a.Words = v.words.Say("case.consent.unknown", "number", number)
	}
	if !v.seesThread(a.Thread) {
		a.Thread = ""
	}
	if !p.Asked && p.Heeded != "" {
		a.Heeded = (&page{visit: v}).DayOf(p.Heeded)
	}
	return a
}

// seesThread reports whether the officer may see a thread, so that it is worth leading
// there.
func (v *visit) seesThread(id string) bool {
	if id == "" {
		return false
	}
	_, err := v.desk.inbox.Thread(v.Context(), id)
	return err == nil
}

// restsBody is what the page of a case says of the people whose reports it rests on.
type restsBody struct {
	People    []allowing
	Against   bool // somebody does not allow a case, or it is unknown
	Unknown   bool // nothing is against it than that
	Elsewhere bool // it rests on something else, too
	Told      []toldRow
}

func (w *work) restsBody(id string) (*restsBody, error) {
	rests, err := w.desk.inbox.RestsOf(w.Context(), id)
	if err != nil {
		return nil, err
	}
	said, err := w.desk.inbox.ToldOf(w.Context(), id)
	if err != nil {
		return nil, err
	}
	b := &restsBody{Against: !rests.Lets(seal.ConsentCase), Unknown: rests.Unknown(seal.ConsentCase), Elsewhere: rests.Elsewhere(seal.ConsentCase), Told: w.toldRows(said)}
	for i := range rests.People {
		b.People = append(b.People, w.allows(&rests.People[i]))
	}
	return b, nil
}

// affectedRow is a case on the board that consent affects.
type affectedRow struct {
	Case   string
	Number int
	People []allowing
	Runs   bool // a clock runs
}

// maxAffected is how many cases the board shows that consent affects, and how many
// in which it waits to be entered.
const maxAffected = 20

// affected are the cases in which somebody does not allow what the office does, and
// whether there are more.
func (w *work) affected() (rows []affectedRow, more bool, err error) {
	list, err := w.cases.ByConsent(w.Context(), casework.Consenting{Consent: casework.ConsentAgainst, Limit: maxAffected + 1})
	if err != nil {
		return nil, false, err
	}
	for _, c := range list[:min(len(list), maxAffected)] {
		rests, err := w.desk.inbox.RestsOf(w.Context(), c.ID)
		if err != nil {
			return nil, false, err
		}
		r := affectedRow{Case: c.ID, Number: c.Number, Runs: c.Runs()}
		for _, p := range rests.Against(seal.ConsentCase) {
			r.People = append(r.People, w.allows(&p))
		}
		rows = append(rows, r)
	}
	return rows, len(list) > maxAffected, nil
}

// unentered are the cases for which nobody has entered what the people allow.
func (w *work) unentered() (rows []affectedRow, more bool, err error) {
	list, err := w.cases.ByConsent(w.Context(), casework.Consenting{Consent: casework.ConsentUnentered, Limit: maxAffected + 1})
	if err != nil {
		return nil, false, err
	}
	for _, c := range list[:min(len(list), maxAffected)] {
		rows = append(rows, affectedRow{Case: c.ID, Number: c.Number})
	}
	return rows, len(list) > maxAffected, nil
}

// heed says that the office does as a person says.
func (d *Desk) heed(v *visit) error {
	seen, err := v.seen()
	if err != nil {
		return err
	}
	if err := v.deal(intake.HeedConsent{Thread: v.PathValue("thread"), Seen: seen, Consent: seal.Consent(v.form.Get("consent"))}); err != nil {
		return err
	}
	v.done("heeded")
	return v.back()
}

// hold holds the program's messages to a person back, or lets them go.
func (d *Desk) hold(v *visit) error {
	held := v.form.Get("held") == "1"
	if err := v.deal(intake.HoldWords{Thread: v.PathValue("thread"), Held: held}); err != nil {
		return err
	}
	if held {
		v.done("held")
	} else {
		v.done("released")
	}
	return v.back()
}

// follow adds to the page of a thread what the program told the person, and the
// cases that rest on their report.
func (v *visit) follow(body *threadBody) error {
	var said []intake.Told
	for _, t := range body.Threads {
		list, err := v.desk.inbox.ToldIn(v.Context(), t.ID)
		if err != nil {
			return err
		}
		said = append(said, list...)
		if v.desk.options.Casework == nil {
			continue
		}
		cases, err := v.desk.inbox.RestOn(v.Context(), t.ID)
		if err != nil {
			return err
		}
		for _, c := range cases {
			if !slices.ContainsFunc(body.Cases, func(have *casework.Case) bool { return have.ID == c.ID }) {
				body.Cases = append(body.Cases, c)
			}
		}
	}
	body.Told = v.toldRows(said)
	return nil
}
