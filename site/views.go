package site

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"temwen/casework"
	"temwen/conduct"
	"temwen/dossier"
	"temwen/publish"
	"temwen/record"
	"temwen/when"
)

// Today tells the civil day at a place, by the IANA name of its time zone.
type Today func(zone string) when.Day

// views keeps the views that were asked for last, so that a page of a day that
// others read too costs no computing.
type views struct {
	record Record

	mu       sync.Mutex
	edition  uint64
	dossiers []*dossier.Dossier
	conduct  []conduct.Stored
	cases    *casework.Standing
	loaded   bool
	kept     map[viewKey]*publish.View
	order    []viewKey // oldest first
}

type viewKey struct {
	dossier string
	asOf    publish.AsOf
}

// keptViews bounds the memory: a view of the Haiti dossier is about a megabyte.
const keptViews = 64

// current are the dossiers of the latest edition.
func (v *views) current(ctx context.Context) ([]*dossier.Dossier, uint64, error) {
	edition, err := v.record.Edition(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("reading the edition: %w", err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.loaded && v.edition == edition {
		return v.dossiers, edition, nil
	}
	dossiers, err := v.record.Dossiers(ctx, edition)
	if err != nil {
		return nil, 0, fmt.Errorf("reading edition %d: %w", edition, err)
	}
	tables, err := conduct.Tables(ctx, v.record, "", edition)
	if err != nil && !errors.Is(err, record.ErrNoBook) {
		return nil, 0, err
	}
	cases, err := casework.PublishedCases(ctx, v.record, edition)
	if err != nil {
		return nil, 0, err
	}
	v.dossiers, v.conduct, v.cases, v.edition, v.loaded = dossiers, tables, cases, edition, true
	v.kept, v.order = make(map[viewKey]*publish.View), nil
	return dossiers, edition, nil
}

// of is the view of a dossier as of a day.
func (v *views) of(d *dossier.Dossier, asOf publish.AsOf) *publish.View {
	key := viewKey{d.Info.ID, asOf}
	v.mu.Lock()
	view, tables, cases := v.kept[key], v.conduct, v.cases
	v.mu.Unlock()
	if view != nil {
		return view
	}
	view = publish.See(d, asOf).WithConduct(tables).WithCases(cases)
	v.mu.Lock()
	defer v.mu.Unlock()
	if asOf.Edition == v.edition && v.kept[key] == nil {
		if len(v.order) == keptViews {
			delete(v.kept, v.order[0])
			v.order = v.order[1:]
		}
		v.kept[key] = view
		v.order = append(v.order, key)
	}
	return view
}
