package gate

import (
	"context"
	"io"

	"temwen/casework"
	"temwen/office"
	"temwen/seal"
	"temwen/shelf"
)

// handlingNeeds is what an act of custody takes. That something was opened is noted
// by OpenEvidence, and by nobody's word.
func handlingNeeds(act string) office.Action {
	switch act {
	case casework.ActHanded, casework.ActReturned:
		return office.KeepEvidence
	case casework.ActExported, casework.ActChecked:
		return office.OpenEvidence
	}
	return "an unknown act"
}

// ofDocket is nil where the officer may do an action in a case; it is asked again when
// it is done.
func (g *Cases) ofDocket(ctx context.Context, by, docket string, action office.Action) error {
	a, err := g.asks(ctx, nil, by)
	if err != nil {
		return err
	}
	c, err := g.cases.Case(ctx, by, docket)
	if err != nil {
		return err
	}
	return a.may(action, a.ofCase(c))
}

// keeps is the context in which an officer takes evidence into a case.
func (g *Cases) keeps(ctx context.Context, by, docket string) (context.Context, error) {
	if err := g.ofDocket(ctx, by, docket, office.KeepEvidence); err != nil { // before its bytes are read
		return nil, err
	}
	return g.provided(ctx, []office.Action{office.KeepEvidence}, thing{docket: docket}), nil
}

// BeginEvidence begins to take an item into a case, where the officer may.
func (g *Cases) BeginEvidence(ctx context.Context, by, docket string, size int64, first io.Reader) (seal.ID, shelf.Upload, error) {
	ctx, err := g.keeps(ctx, by, docket)
	if err != nil {
		return seal.ID{}, shelf.Upload{}, err
	}
	return g.cases.BeginEvidence(ctx, by, docket, size, first)
}

// GoOnEvidence adds bytes to it.
func (g *Cases) GoOnEvidence(ctx context.Context, by, docket string, id seal.ID, offset int64, piece io.Reader) (shelf.Upload, error) {
	ctx, err := g.keeps(ctx, by, docket)
	if err != nil {
		return shelf.Upload{}, err
	}
	return g.cases.GoOnEvidence(ctx, by, docket, id, offset, piece)
}

// EvidenceStands is how far it has come.
func (g *Cases) EvidenceStands(ctx context.Context, by, docket string, id seal.ID) (shelf.Upload, error) {
	ctx, err := g.keeps(ctx, by, docket)
	if err != nil {
		return shelf.Upload{}, err
	}
	return g.cases.EvidenceStands(ctx, by, docket, id)
}

// Label is the sealed label of an item that the officer may open.
func (g *Cases) Label(ctx context.Context, docket string, n int) ([]byte, error) {
	if err := g.ofDocket(ctx, By(ctx), docket, office.OpenEvidence); err != nil {
		return nil, err
	}
	return g.cases.Label(ctx, docket, n)
}

// OpenEvidence hands an officer who may open it the sealed file of an item.
func (g *Cases) OpenEvidence(ctx context.Context, by, docket string, n int, why string) (io.ReadCloser, int64, error) {
	if err := g.ofDocket(ctx, by, docket, office.OpenEvidence); err != nil {
		return nil, 0, err
	}
	return g.cases.OpenEvidence(g.provided(ctx, []office.Action{office.OpenEvidence}, thing{docket: docket}), by, docket, n, why)
}
