package dossier

import (
	"fmt"
	"reflect"
	"slices"
	"unicode/utf8"

	"temwen/instrument"
	"temwen/locale"
)

// warn finds what could be better though nothing is wrong.
func (c *checker) warn() []finding {
	c.findings = nil
	c.warnProvisions()
	c.warnMissions()
	c.warnTitles()
	c.warnReadings()
	c.warnCounts()
	return c.findings
}

func (c *checker) warnProvisions() {
	for i, f := range c.d.Instruments {
		s := spot{c, kInstruments, i}
		for j, p := range f.Provisions {
			path := fmt.Sprintf("provisions/%d", j)
			switch {
			case p.Knowledge == instrument.Unverified:
				s.problem(path+"/knowledge", fmt.Sprintf("the provision %s/%s is unverified", f.ID, p.ID), "find the text, or a source that reports it")
			case p.Knowledge == instrument.ReadInText && !slices.ContainsFunc(p.CitedBy(f), func(id string) bool {
				src := c.d.Source(id)
				return src != nil && src.Read != "cited"
			}):
				s.problem(path+"/knowledge", fmt.Sprintf("the provision %s/%s is said to be read in the text, but none of its sources was read", f.ID, p.ID), "write `reported`, or cite the source in which it was read")
			}
		}
	}
}

func (c *checker) warnMissions() {
	played := map[string]bool{}
	for _, p := range c.d.Parts {
		played[p.Mission] = true
	}
	for i, m := range c.d.Missions {
		if !played[m.ID] {
			spot{c, kMissions, i}.problem("", fmt.Sprintf("nobody plays a part in the mission %s", m.ID), "say under `parts:` who authorises, leads, contributes, pays and hosts")
		}
	}
}

// warnTitles finds titles that no longer fit one line of a list.
func (c *checker) warnTitles() {
	long := func(s spot, path string, t locale.Text) {
		for _, lang := range locale.Langs {
			if n := utf8.RuneCountInString(t[lang]); n > MaxTitle {
				s.problem(path, fmt.Sprintf("the title has %d characters in %s; over %d it no longer fits a list", n, languages[lang], MaxTitle), "say the rest in a note")
				return
			}
		}
	}
	for i, f := range c.d.Instruments {
		long(spot{c, kInstruments, i}, "title", f.Title)
	}
	for i, f := range c.d.Procedures {
		long(spot{c, kProcedures, i}, "title", f.Title)
		for j := range f.Steps {
			long(spot{c, kProcedures, i}, fmt.Sprintf("steps/%d/title", j), f.Steps[j].Title)
		}
	}
	for i, f := range c.d.Services {
		long(spot{c, kServices, i}, "name", f.Name)
	}
	for i, f := range c.d.Milestones {
		long(spot{c, kMilestones, i}, "title", f.Title)
	}
	for i, f := range c.d.Obligations {
		long(spot{c, kObligations, i}, "title", f.Title)
		for j, r := range f.Readings {
			long(spot{c, kObligations, i}, fmt.Sprintf("readings/%d/title", j), r.Title)
		}
	}
	for i, f := range c.d.Events {
		long(spot{c, kEvents, i}, "title", f.Title)
	}
}

// warnReadings finds obligations that are known before any of their readings:
// until then they would have no clock.
func (c *checker) warnReadings() {
	known := c.d.days()
	for i, o := range c.d.Obligations {
		if len(o.Readings) == 0 {
			continue
		}
		if first := known.reading(o); first > known.sources(o.Sources) {
			spot{c, kObligations, i}.problem("readings", fmt.Sprintf("the obligation is known from %s, but the first of its readings from %s, and shows from then on", known.sources(o.Sources), first),
				"give the reading that follows from the text no sources of its own, or earlier ones")
		}
	}
}

var languages = map[locale.Lang]string{
	locale.Creole: "Haitian Creole", locale.French: "French", locale.English: "English", locale.Spanish: "Spanish",
}

// warnCounts says once for the whole dossier what is not worth a line each.
func (c *checker) warnCounts() {
	whole := func(what, do string) { c.findings = append(c.findings, finding{what: what, do: do}) }
	bare := 0
	for _, s := range c.d.Sources {
		if s.Archived == "" && s.SHA256 == "" {
			bare++
		}
	}
	if bare > 0 {
		whole(fmt.Sprintf("%d of %d sources have neither an archived copy nor a SHA-256", bare, len(c.d.Sources)), "archive them: pages disappear")
	}
	texts := map[locale.Lang]int{}
	all := 0
	count := func(t locale.Text) {
		all++
		for lang := range t {
			texts[lang]++
		}
	}
	eachText(reflect.ValueOf(&c.d.Info), count)
	for _, k := range kinds {
		for i := range k.len(c.d) {
			eachText(reflect.ValueOf(k.get(c.d, i)), count)
		}
	}
	for _, lang := range locale.Langs {
		if missing := all - texts[lang]; missing > 0 {
			whole(fmt.Sprintf("%d of %d texts are not in %s", missing, all, languages[lang]), "translate titles first")
		}
	}
}

// eachText visits every Text below v that has words.
func eachText(v reflect.Value, visit func(locale.Text)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			eachText(v.Elem(), visit)
		}
	case reflect.Slice:
		if k := v.Type().Elem().Kind(); k == reflect.Struct || k == reflect.Pointer {
			for i := range v.Len() {
				eachText(v.Index(i), visit)
			}
		}
	case reflect.Map:
		if t, ok := v.Interface().(locale.Text); ok && len(t) > 0 {
			visit(t)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				eachText(v.Field(i), visit)
			}
		}
	}
}
