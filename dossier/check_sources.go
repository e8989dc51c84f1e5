package dossier

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // so that a time zone is known on every machine

	"temwen/when"
)

// checkInfo checks the dossier's own entry and that there is exactly one.
func (c *checker) checkInfo() {
	problem := func(at place, path, what, do string) {
		f := finding{place: at, list: infoKey, what: what, do: do}
		if path != "" {
			f.path = []string{path}
		}
		c.findings = append(c.findings, f)
	}
	if len(c.infos) == 0 {
		if !slices.ContainsFunc(c.loading.contents, func(p *content) bool { return p.maybe != nil }) && len(c.loading.files) > 0 {
			c.findings = append(c.findings, finding{what: "no file of the folder has `dossier:`", do: "add it to one of them: its id, title and time_zone"})
		}
		return
	}
	for _, other := range c.infos[1:] {
		problem(other, "", "a second file has `dossier:`", fmt.Sprintf("keep one; the other stands in %s:%d", c.fileOf(c.infos[0]), c.infos[0].line))
	}
	there := make(map[string]bool)
	for _, place := range c.d.Info.Communes() {
		if there[place.Code] {
			problem(c.infos[0], "places", fmt.Sprintf("the commune %s stands there twice", place.Code), "keep one")
		}
		there[place.Code] = true
	}
	if b := c.d.Info.Bounds(); b != nil && (b.South >= b.North || b.West >= b.East) {
		problem(c.infos[0], "places", "no point lies within these bounds", "south is less than north, and west less than east: degrees to the south and west are negative")
	}
	if zone := c.d.Info.TimeZone; zone != "" {
		if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
			problem(c.infos[0], "time_zone", fmt.Sprintf("there is no time zone %q", clip(zone, 60)), "write its IANA name, such as America/Port-au-Prince")
		}
	}
}

// checkSources checks addresses and that sources and the lists of sources of
// all facts lead somewhere.
func (c *checker) checkSources() {
	addresses := map[string]int{}
	for i, f := range c.d.Sources {
		s := spot{c, kSources, i}
		s.address("address", f.Address)
		s.address("archived", f.Archived)
		if f.Published.Last().Open() && !f.Published.IsZero() {
			s.problem("published", fmt.Sprintf("the publication %s has no latest day", f.Published), "write the day, month or year")
		}
		if j, twice := addresses[f.Address]; twice && f.Address != "" {
			first := c.d.Sources[j]
			if f.Archived == "" || first.Archived == "" || f.Archived == first.Archived {
				at := c.places[kSources][j]
				s.problem("address", fmt.Sprintf("the source %s has the same address", first.ID),
					fmt.Sprintf("cite that one (%s:%d) and remove this; if the page changed, give each its archived copy", c.fileOf(at), at.line))
			}
		} else {
			addresses[f.Address] = i
		}
	}
	for _, k := range kinds {
		for i := range k.len(c.d) {
			if c.places[k.index][i].table == 0 {
				spot{c, k.index, i}.refs("sources", k.head(k.get(c.d, i)).sources, kSources)
			}
		}
	}
}

// address reports what is not the URL of a page.
func (s spot) address(path, address string) {
	if address == "" {
		return
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.ContainsAny(address, " \t\"<>\\") {
		s.problem(path, fmt.Sprintf("%q is not the address of a page", clip(address, 80)), "write a whole URL, with https:// or http://, without blanks or quotes")
	} else if u.User != nil {
		s.problem(path, "the address holds a user name or password", "remove it")
	}
}

// notAfterSources reports what is dated later than one of its sources was
// published: that source cannot tell it, and since a fact is known from its
// earliest source, it would show before it happened.
func (s spot) notAfterSources(path string, date when.Date, sources []string, do string) {
	if f := s.published(sources, func(a, b when.Day) bool { return a < b }); f != nil && !date.IsZero() && date.First() > f.Published.Last() {
		s.problem(path, fmt.Sprintf("%s is after %s, when its source %s was published", date, f.Published.Last(), f.ID), do)
	}
}

// notAfterLatest reports what is dated later than all of its sources were
// published. An earlier source may have announced it.
func (s spot) notAfterLatest(path string, date when.Date, sources []string, do string) {
	if f := s.published(sources, func(a, b when.Day) bool { return a > b }); f != nil && !date.IsZero() && date.First() > f.Published.Last() {
		s.problem(path, fmt.Sprintf("%s is after %s, when the latest of its sources was published", date, f.Published.Last()), do)
	}
}

// published is the source that goes before all others, by the last day on which
// it may have been published.
func (s spot) published(sources []string, before func(a, b when.Day) bool) *Source {
	var found *Source
	for _, id := range sources {
		f := s.c.d.Source(id)
		if f != nil && !f.Published.IsZero() && (found == nil || before(f.Published.Last(), found.Published.Last())) {
			found = f
		}
	}
	return found
}

const laterSource = "correct the date, or cite only sources that tell it"

// order reports a span that ends before it starts.
func (s spot) order(path string, from, until when.Date) {
	if !from.IsZero() && !until.IsZero() && until.SurelyBefore(from) {
		s.problem(path, fmt.Sprintf("%s is before %s, where it starts", until, from), "correct one of them")
	}
}
