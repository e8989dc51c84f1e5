package site

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"temwen/publish"
)

// calendar writes what falls due as RFC 5545 has it: one event of a whole day
// for each day on which something that is owed falls or fell due, without
// alarms.
func calendar(s *subject) ([]byte, string, error) {
	c := &calendarLines{}
	title := s.words.Say("calendar.title", "what", s.name)
	c.line("BEGIN", "VCALENDAR")
	c.line("VERSION", "2.0")
	c.line("PRODID", "-//Temwen//Temwen//"+strings.ToUpper(string(s.lang)))
	c.line("CALSCALE", "GREGORIAN")
	c.line("NAME", calendarText(title))         // RFC 7986
	c.line("X-WR-CALNAME", calendarText(title)) // what most programs read instead
	c.line("REFRESH-INTERVAL;VALUE=DURATION", "P1D")
	falls := s.view.Falls(s.scope)
	for _, f := range falls {
		s.event(c, &f)
	}
	if len(falls) == 0 {
		c.line("BEGIN", "VTIMEZONE") // a calendar has at least one component (RFC 5545, 3.6)
		c.line("TZID", "UTC")
		c.line("BEGIN", "STANDARD")
		c.line("DTSTART", "19700101T000000")
		c.line("TZOFFSETFROM", "+0000")
		c.line("TZOFFSETTO", "+0000")
		c.line("END", "STANDARD")
		c.line("END", "VTIMEZONE")
	}
	c.line("END", "VCALENDAR")
	return c.Bytes(), "text/calendar; charset=utf-8", nil
}

// event writes one due day.
func (s *subject) event(c *calendarLines, f *publish.Fall) {
	w := s.words
	compact := func(day string) string { return strings.ReplaceAll(day, "-", "") }
	about := []string{
		w.Say("calendar.debtor", "who", w.Actors(f.Line.Debtor)),
		w.Say("calendar.status", "day", s.view.AsOf.World, "status", w.Status(f.Status)),
		w.Say("calendar.clause", "clause", w.Clause(f.Line.Provision)),
	}
	if reading := w.Text(f.Reading); reading != "" {
		about = append(about, w.Say("calendar.reading", "reading", reading))
	}
	mission := f.Line.Mission
	if f.Line.Holder != "" {
		mission = f.Line.Holder
	}
	c.line("BEGIN", "VEVENT")
	c.line("UID", f.UID+"@temwen")
	c.line("DTSTAMP", compact(s.view.AsOf.Known.String())+"T000000Z")
	c.line("DTSTART;VALUE=DATE", compact(f.Day.String()))
	c.line("SUMMARY;LANGUAGE="+string(s.lang), calendarText(w.Say("calendar.due", "what", f.Line.Title)))
	c.line("DESCRIPTION;LANGUAGE="+string(s.lang), calendarText(strings.Join(about, "\n")))
	c.line("CATEGORIES", calendarText(w.Status(f.Status)))
	if !s.site.options.Static {
		c.line("URL;VALUE=URI", s.fromHere(s.href("missions", mission, "obligations", f.Line.ID)))
	}
	c.line("TRANSP", "TRANSPARENT")
	c.line("END", "VEVENT")
}

// calendarText escapes words (RFC 5545, 3.3.11).
func calendarText(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`).Replace(s)
}

// calendarLines are the lines of a calendar.
type calendarLines struct{ bytes.Buffer }

// longestLine is how many bytes a line has at most before it is folded.
const longestLine = 75

// line writes one content line, folded between characters.
func (c *calendarLines) line(name, value string) {
	rest := name + ":" + value
	for room := longestLine; len(rest) > room; room = longestLine - 1 {
		cut := room
		for !utf8.RuneStart(rest[cut]) {
			cut--
		}
		c.WriteString(rest[:cut] + "\r\n ")
		rest = rest[cut:]
	}
	c.WriteString(rest + "\r\n")
}
