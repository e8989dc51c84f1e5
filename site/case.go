package site

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"temwen/casework"
	"temwen/ledger"
	"temwen/locale"
	"temwen/publish"
)

// caseBody is the page of one public case, or of what is left of it where it was taken
// back.
type caseBody struct {
	conductBody
	Case   *publish.PublicCase
	Stone  *publish.RetractedCase
	Proofs []proven // the entries that showed what was taken back
}

// proven is an entry of the ledger, and its hash in base64 (RFC 6962).
type proven struct {
	Entry uint64
	Hash  string
}

// publicCase shows a case that two people made public. The address has an entry that
// shows it. Where it was taken back the answer is that it is gone, since when and why,
// and the hash by which the ledger still proves that something stood here.
func (s *Site) publicCase(q *request) (*page, error) {
	v, m, err := q.see()
	if err != nil {
		return nil, err
	}
	entry, err := strconv.ParseUint(q.PathValue("entry"), 10, 62)
	if err != nil {
		return nil, errNoPage
	}
	body := &caseBody{conductBody: conductBody{view: v, words: q.words}}
	p := &page{Template: "public-case", Title: q.words.Say("conduct.case.title", "n", entry), Crumbs: q.crumbs(m), Body: body}
	p.Crumbs = append(p.Crumbs, crumb{q.words.Say("conduct.title"), q.href("missions", m.ID, "conduct")})
	switch body.Case, body.Stone = v.PublicCase(m.ID, entry); {
	case body.Case != nil:
		for _, c := range append([]casework.StoredCase{body.Case.StoredCase}, body.Case.Earlier...) {
			p.entries = append(p.entries, checkedEntry{
				Label: q.words.Say("conduct.case.as-of", "day", q.words.Day(c.Day)), place: place{Index: c.Entry}, Openings: strings.Join(c.Openings, " "),
			})
		}
		return p, nil
	case body.Stone == nil:
		return nil, errNoPage
	}
	p.Status, p.Title = http.StatusGone, q.words.Say("conduct.case.title.gone", "n", entry)
	for _, entry := range body.Stone.Entries {
		hash, err := s.hashOf(q, entry)
		if err != nil {
			return nil, err
		}
		body.Proofs = append(body.Proofs, proven{entry, hash})
		p.entries = append(p.entries, checkedEntry{Label: q.words.Say("site.check.stood"), place: place{Index: entry}, Leaf: hash})
	}
	return p, nil
}

// hashOf is the hash of an entry, as the tree of the ledger has it.
func (s *Site) hashOf(q *request, entry uint64) (string, error) {
	receipt, err := s.record.Receipt(q.Context(), entry)
	if err != nil {
		return "", fmt.Errorf("reading entry %d: %w", entry, err)
	}
	r, err := ledger.VerifyReceipt(receipt, nil, s.record.Key(), nil)
	if err != nil {
		return "", fmt.Errorf("reading entry %d: %w", entry, err)
	}
	hash := tlog.RecordHash(r.Entry)
	return base64.StdEncoding.EncodeToString(hash[:]), nil
}

// askedCase is a question about one public case.
type askedCase struct {
	Asked
	Mission string `path:"mission" example:"mss" doc:"The mission's ID"`
	Entry   wholeN `path:"entry" doc:"An entry of the ledger that shows it"`
}

// publicCase answers with a public case, or that it was taken back.
func (a *api) publicCase(ctx context.Context, q *askedCase) (*answer[item[*publish.PublicCase]], error) {
	v, err := a.see(ctx, &q.Asked, q.Mission)
	if err != nil {
		return nil, err
	}
	entry, err := strconv.ParseUint(string(q.Entry), 10, 62)
	if err != nil {
		return nil, problem(http.StatusBadRequest, "The entry is a whole number, not negative.")
	}
	switch c, stone := v.PublicCase(q.Mission, entry); {
	case c != nil:
		return one(v.AsOf, c), nil
	case stone != nil:
		w := publish.In(locale.English)
		return nil, problem(http.StatusGone, w.Say("conduct.case.stone", "day", w.Day(stone.Day))+" "+
			w.Say("conduct.case.ground."+stone.Ground)+" "+w.Say("conduct.case.left.means"))
	}
	return nil, problem(http.StatusNotFound, "No case is public by this entry as of this day. Those that are stand in /api/v1/missions/{mission}/conduct.")
}
