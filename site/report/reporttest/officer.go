package reporttest

import (
	"bytes"
	"crypto/sha256"
	"io"
	"testing"

	"filippo.io/age"

	"temwen/locale"
	"temwen/seal"
	"temwen/site/report"
)

// Opened is an envelope as an officer reads it.
type Opened struct {
	Report  *seal.Report  // of a report
	Message *seal.Message // of everything else
	Files   [][]byte
}

// Len is how many parcels were stored.
func (o *Office) Len() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.parcels)
}

// Latest opens the newest item of the thread that was written to last.
func (o *Office) Latest(t testing.TB) Opened {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.latest == nil {
		t.Fatal("nothing has arrived")
	}
	items := o.latest.items
	opened, err := open(items[len(items)-1].envelope, o.identity)
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

func open(envelope []byte, with *age.HybridIdentity) (Opened, error) {
	var opened Opened
	in, err := seal.Open(bytes.NewReader(envelope), with)
	if err != nil {
		return opened, err
	}
	for {
		m, err := in.Next()
		if err == io.EOF {
			return opened, nil
		}
		if err != nil {
			return opened, err
		}
		b, err := io.ReadAll(m.Content)
		if err != nil {
			return opened, err
		}
		switch m.Name {
		case seal.ReportMember:
			opened.Report, err = seal.ParseReport(b)
		case seal.MessageMember:
			opened.Message, err = seal.ParseMessage(b)
		default:
			opened.Files = append(opened.Files, b)
		}
		if err != nil {
			return opened, err
		}
	}
}

// Reply answers the thread that was written to last, with a file where it has a
// name, and moves it on to a state.
func (o *Office) Reply(t testing.TB, state report.State, lang locale.Lang, text, name string, file []byte) {
	t.Helper()
	m := &seal.Message{V: seal.Version, From: seal.FromOffice, Kind: seal.KindMessage, Lang: lang, Text: text}
	members := []seal.Member{{Name: seal.MessageMember}}
	if name != "" {
		m.Files = []seal.File{{
			Member: seal.FileMember(1), Name: name, Type: "text/plain", Size: int64(len(file)), SHA256: sha256.Sum256(file),
		}}
		members = append(members, seal.Member{Name: seal.FileMember(1), Size: int64(len(file)), Content: bytes.NewReader(file)})
	}
	b, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	members[0].Size, members[0].Content = int64(len(b)), bytes.NewReader(b)
	o.mu.Lock()
	defer o.mu.Unlock()
	var envelope bytes.Buffer
	if err := seal.Seal(&envelope, o.latest.reply, members...); err != nil {
		t.Fatal(err)
	}
	o.latest.items = append(o.latest.items, item{seal.FromOffice, seal.ParcelMessage, envelope.Bytes()})
	o.latest.state, o.latest.since = state, Today
}
