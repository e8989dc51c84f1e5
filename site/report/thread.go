package report

import (
	"strings"

	"temwen/ledger"
	"temwen/when"
)

// threadBody is what the page of a thread shows.
type threadBody struct {
	thread   *Thread
	messages []*message
	code, id string
	done     string
}

// inThread is the thread that a page shows.
func (p *page) inThread() *threadBody { return p.Body.(*threadBody) }

// StateWords say how the report stands, and since when.
func (p *page) StateWords() string {
	t := p.inThread().thread
	words := []string{p.T("report.say.state-" + string(t.State))}
	if !t.Since.Open() {
		words = append(words, p.T("report.since", "since", t.Since))
	}
	return strings.Join(words, " ")
}

// Choice says whether the office does as the person decided, where they have changed
// what it may do.
func (p *page) Choice() string {
	switch t := p.inThread().thread; {
	case t.Asked:
		return p.T("report.choice.sent")
	case t.Heeded != 0:
		return p.T("report.choice.heeded", "day", t.Heeded)
	}
	return ""
}

// Done says what was just done, or nothing.
func (p *page) Done() string { return p.inThread().done }

// Code is the code, for the forms of the page.
func (p *page) Code() string {
	switch body := p.Body.(type) {
	case *threadBody:
		return body.code
	case codeBody:
		return body.Code
	case string:
		return body
	}
	return ""
}

// NewID names the next message, so that it is not sent twice.
func (p *page) NewID() string { return p.inThread().id }

// Withdrawn reports that the office was told to stop.
func (p *page) Withdrawn() bool { return p.inThread().thread.State == Withdrawn }

// shownMessage is a message as the template shows it.
type shownMessage struct {
	*message
	Kind  string
	Files []shownFile
}

type shownFile struct {
	attached
	Size string
}

// Messages are what both sides sent.
func (p *page) Messages() []shownMessage {
	var list []shownMessage
	for _, m := range p.inThread().messages {
		shown := shownMessage{message: m, Kind: p.T("report.message." + string(m.kind))}
		for _, f := range m.Files {
			shown.Files = append(shown.Files, shownFile{f, p.size(f.Bytes)})
		}
		list = append(list, shown)
	}
	return list
}

// NoAnswer reports that the office has written nothing.
func (p *page) NoAnswer() bool {
	for _, m := range p.inThread().messages {
		if m.Office {
			return false
		}
	}
	return true
}

// size writes a length in bytes.
func (p *page) size(n int64) string {
	if n < 1_000_000 {
		return p.T("report.say.size-kb", "n", max(1, int(n/1000)))
	}
	return p.T("report.say.size-mb", "n", float64(n/100_000)/10)
}

// Proven reports that the receipt has its proof.
func (p *page) Proven() bool { return len(p.inThread().thread.Proof) > 0 }

// Promised says by when the report will be published.
func (p *page) Promised() string {
	file, err := ledger.ParseReceiptFile(p.inThread().thread.Receipt)
	if err != nil || file.Promise == nil {
		return p.T("report.receipt.unchecked")
	}
	promise, err := ledger.OpenPromise(file.Promise, file.Key)
	if err != nil {
		return p.T("report.receipt.bad")
	}
	by := p.words.Day(when.DayOf(promise.By.Date())) + ", " + promise.By.Format("15:04") + " UTC"
	return p.T("report.receipt.promise", "by", by)
}
