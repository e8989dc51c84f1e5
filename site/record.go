package site

import (
	"errors"
	"io/fs"
	"net/http"
	"strconv"
)

// logBody is the record's log page: the edition, its checkpoint, and how to
// check it.
type logBody struct {
	Key        string
	Checkpoint string
	Host       string // where the record is read, for the command
	Dossiers   []dossierLine
}

type dossierLine struct {
	ID, Title string
	Facts     int
}

// log shows the edition and how to check it.
func (s *Site) log(q *request) (*page, error) {
	checkpoint, err := s.record.Checkpoint(q.Context())
	if err != nil {
		return nil, err
	}
	body := &logBody{Key: s.record.Key(), Checkpoint: string(checkpoint), Host: q.Host}
	for _, d := range q.dossiers {
		line := dossierLine{ID: d.Info.ID, Title: q.words.Text(d.Info.Title)}
		for range d.Facts() {
			line.Facts++
		}
		body.Dossiers = append(body.Dossiers, line)
	}
	return &page{Template: "record", Title: q.words.Say("site.log.title"), Nav: "record", Body: body}, nil
}

// receipt hands out the proof that one entry is in the ledger.
func (s *Site) receipt(w http.ResponseWriter, r *http.Request) {
	index, err := strconv.ParseUint(r.PathValue("index"), 10, 62)
	if err != nil {
		http.Error(w, "A receipt has the number of an entry: /receipts/0", http.StatusBadRequest)
		return
	}
	proof, err := s.record.Receipt(r.Context(), index)
	if errors.Is(err, fs.ErrNotExist) {
		http.Error(w, "The ledger has no entry of that number yet.", http.StatusNotFound)
		return
	}
	if err != nil {
		s.options.Log.Error("making a receipt", "index", index, "error", err)
		http.Error(w, "The receipt could not be made. Try again later.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(proof) // the reader has gone; there is nobody to tell
}
