package search

import (
	"cmp"
	"slices"

	"temwen/dossier"
	"temwen/instrument"
	"temwen/locale"
	"temwen/when"
)

// frame reads what other facts stand on: sources, actors, missions and who
// takes part in them, instruments with each of their provisions.
func (r *reader) frame() {
	for _, s := range r.d.Sources {
		day := r.since("sources", s.ID)
		r.add(Entry{
			Kind: "sources", ID: s.ID, Known: day, Places: []Place{{Room: RoomSource, ID: s.ID, From: day}},
			Title: locale.Text{language(s.Language): s.Title}, Body: body(named(s.Publisher), s.Note, date(s.Published)),
			Keys: s.Published.String(),
		})
	}
	for _, a := range r.d.Actors {
		day := r.since("actors", a.ID)
		r.add(Entry{
			Kind: "actors", ID: a.ID, Known: day, Places: []Place{{Room: RoomActor, ID: a.ID, From: day}},
			Title: a.Name, Body: body(a.Note, r.names(a.Of)),
		})
	}
	for _, m := range r.d.Missions {
		day := r.since("missions", m.ID)
		r.add(Entry{
			Kind: "missions", ID: m.ID, Mission: m.ID, Known: day, Places: []Place{{Room: RoomMission, Mission: m.ID, From: day}},
			Title: m.Name, Body: body(m.Summary, named(m.Short)),
		})
	}
	r.parts()
	r.instruments()
	r.procedures()
}

func (r *reader) parts() {
	for _, p := range r.d.Parts {
		a := r.d.Actor(p.Actor)
		if a == nil {
			continue
		}
		day := r.since("parts", p.ID)
		r.add(Entry{
			Kind: "parts", ID: p.ID, Mission: p.Mission, Known: day,
			Places: []Place{{Room: RoomParts, Mission: p.Mission, From: day}},
			Title: inEach(a.Name, func(c *locale.Catalogue) string {
				return c.Say("joined.label", "label", a.Name[c.Lang()], "words", c.Say("part."+p.Part))
			}),
			Body: body(p.Note, date(p.From), date(p.Until)),
		})
	}
}

func (r *reader) instruments() {
	duties := r.dutiesOf()
	for _, in := range r.d.Instruments {
		day := r.since("instruments", in.ID)
		places := r.secret(in, day)
		for i := range in.Provisions {
			for _, o := range duties[in.ID+"/"+in.Provisions[i].ID] {
				places = append(places, Place{Room: RoomInstrument, Mission: o.Mission, ID: in.ID, From: max(day, o.From)})
			}
		}
		r.add(Entry{
			Kind: "instruments", ID: in.ID, Known: day, Places: append(places, r.cited(in.Sources, day)...),
			Title: in.Title, Body: body(in.Note, named(in.Symbol), r.names(in.By...), date(in.Date)), Keys: in.Symbol + " " + in.Date.String(),
		})
		for i := range in.Provisions {
			r.provision(in, &in.Provisions[i], day, duties)
		}
	}
}

func (r *reader) procedures() {
	for _, p := range r.d.Procedures {
		day := r.since("procedures", p.ID)
		passages := []locale.Text{p.Applies, p.Note}
		for i := range p.Steps {
			passages = append(passages, p.Steps[i].Title)
		}
		r.add(Entry{Kind: "procedures", ID: p.ID, Known: day, Places: r.followed(p, day), Title: p.Title, Body: body(passages...)})
	}
}

// followed are the pages that show a procedure: of the missions that follow it,
// or, of a model, of the mission that was known first.
func (r *reader) followed(p *dossier.Procedure, day when.Day) []Place {
	var places []Place
	place := func(mission string) {
		places = append(places, Place{Room: RoomProcedure, Mission: mission, ID: p.ID, From: max(day, r.since("missions", mission))})
	}
	for _, m := range p.Missions {
		place(m)
	}
	if len(p.Missions) == 0 && len(r.d.Missions) > 0 {
		place(slices.MinFunc(r.d.Missions, func(a, b *dossier.Mission) int {
			return cmp.Compare(r.since("missions", a.ID), r.since("missions", b.ID))
		}).ID)
	}
	return places
}

// secret is where papers are listed that no party to them has published.
func (r *reader) secret(in *instrument.Instrument, day when.Day) []Place {
	var places []Place
	for _, m := range in.Missions {
		if in.Publicity != instrument.Public {
			places = append(places, Place{Room: RoomDocuments, Mission: m, From: max(day, r.since("missions", m))})
		}
	}
	return places
}

// provision reads one clause. It is shown by the obligations that come from it;
// one from which none comes, by the sources that tell of it.
func (r *reader) provision(in *instrument.Instrument, p *instrument.Provision, known when.Day, duties map[string][]Place) {
	day := r.own(p.Sources, known)
	var places []Place
	for _, o := range duties[in.ID+"/"+p.ID] {
		places = append(places, Place{Room: RoomObligation, Mission: o.Mission, ID: o.ID, From: max(day, o.From)})
	}
	places = append(places, r.cited(p.CitedBy(in), day)...)
	places = append(places, r.cited(in.Sources, day)...)
	clause := in.Symbol
	if p.Ref != "" && clause != "" {
		clause += ", "
	}
	r.add(Entry{
		Kind: "provisions", ID: in.ID + "/" + p.ID, Known: day, Places: places,
		Title: p.Says, Body: body(p.Note, named(clause+p.Ref), in.Title),
	})
}

// dutiesOf are the obligations that come from each provision, as places.
func (r *reader) dutiesOf() map[string][]Place {
	duties := make(map[string][]Place)
	for _, o := range r.d.Obligations {
		duties[o.Provision] = append(duties[o.Provision], Place{
			Room: RoomObligation, Mission: o.Mission, ID: o.ID, From: r.since("obligations", o.ID),
		})
	}
	return duties
}
