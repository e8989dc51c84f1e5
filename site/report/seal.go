package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"temwen/locale"
	"temwen/seal"
)

// document writes JSON from what was typed, without making it a string on the
// way. Members without content are left out.
type document struct {
	out  []byte
	open bool // something stands before the next member
}

// newDocument has room for what is written, so that no copy stays behind when it
// grows: the longest escape of a byte has six.
func newDocument(f *form) *document {
	return &document{out: make([]byte, 0, 4096+6*f.length+2048*len(f.files))}
}

func (d *document) name(name string) {
	if d.open {
		d.out = append(d.out, ',')
	}
	d.open = true
	d.out = quote(d.out, name)
	d.out = append(d.out, ':')
}

func quote[T ~string | ~[]byte](dst []byte, text T) []byte {
	dst, err := jsontext.AppendQuote(dst, text)
	if err != nil {
		panic(fmt.Errorf("quoting what was made valid UTF-8: %w", err))
	}
	return dst
}

func text[T ~string | ~[]byte](d *document, name string, text T) {
	if len(text) == 0 {
		return
	}
	d.name(name)
	d.out = quote(d.out, text)
}

func (d *document) raw(name, json string) {
	d.name(name)
	d.out = append(d.out, json...)
}

// object writes an object, unless nothing stands in it.
func (d *document) object(name string, write func()) {
	start, before := len(d.out), d.open
	d.name(name)
	d.out = append(d.out, '{')
	empty := len(d.out)
	d.open = false
	write()
	if len(d.out) == empty {
		d.out, d.open = d.out[:start], before
		return
	}
	d.out, d.open = append(d.out, '}'), true
}

func list[T ~string](d *document, name string, values []T) {
	if len(values) == 0 {
		return
	}
	d.name(name)
	d.out = append(d.out, '[')
	for i, v := range values {
		if i > 0 {
			d.out = append(d.out, ',')
		}
		d.out = quote(d.out, v)
	}
	d.out = append(d.out, ']')
}

// report is report.json, to be overwritten after use.
func (f *form) report(path seal.Path, lang locale.Lang) []byte {
	d := newDocument(f)
	d.out = append(d.out, '{')
	d.raw("v", fmt.Sprint(seal.Version))
	text(d, "path", path)
	text(d, "lang", lang)
	text(d, "what", f.first("what"))
	text(d, "when", f.first("when"))
	if f.Filled("still") {
		d.raw("still", "true")
	}
	d.object("where", func() {
		text(d, "department", choice(f, "department", departmentCodes()))
		text(d, "commune", f.first("commune"))
		text(d, "words", f.first("place"))
	})
	d.object("who", func() {
		for _, name := range []string{"force", "uniform", "vehicle", "unit", "nationality"} {
			text(d, name, f.first(name))
		}
	})
	d.object("harmed", func() {
		text(d, "count", f.first("harmed_count"))
		text(d, "words", f.first("harmed"))
	})
	list(d, "needs", choices(f, "needs", seal.Needs))
	text(d, "witness", choice(f, "witness", seal.Witnesses))
	text(d, "consent", consentOf(f))
	text(d, "contact", f.first("contact"))
	f.describe(d)
	text(d, "channel", seal.ChannelPage)
	d.out = append(d.out, '}')
	return d.out
}

// consentOf is the consent that was chosen: the narrowest where none was.
func consentOf(f *form) seal.Consent {
	if c := choice(f, "consent", seal.Consents); c != "" {
		return c
	}
	return seal.ConsentOffice
}

// message is message.json, to be overwritten after use.
func (f *form) message(kind seal.MessageKind, lang locale.Lang) []byte {
	d := newDocument(f)
	d.out = append(d.out, '{')
	d.raw("v", fmt.Sprint(seal.Version))
	text(d, "from", seal.FromReporter)
	text(d, "kind", kind)
	text(d, "lang", lang)
	if kind == seal.KindConsent {
		text(d, "consent", consentOf(f))
	} else {
		text(d, "text", f.first("text"))
		f.describe(d)
	}
	d.out = append(d.out, '}')
	return d.out
}

// describe lists the files.
func (f *form) describe(d *document) {
	if len(f.files) == 0 {
		return
	}
	d.name("files")
	d.out = append(d.out, '[')
	for i, file := range f.files {
		if i > 0 {
			d.out = append(d.out, ',')
		}
		d.out, d.open = append(d.out, '{'), false
		text(d, "member", seal.FileMember(i+1))
		text(d, "name", file.name)
		text(d, "type", file.kind)
		d.raw("size", fmt.Sprint(file.size))
		sum, _ := file.sum.MarshalText() // it is a hash
		text(d, "sha256", sum)
		d.out = append(d.out, '}')
	}
	d.out, d.open = append(d.out, ']'), true
}

// members are what an envelope holds: the document, and the files after it. What
// is read of them is overwritten with the form.
func (f *form) members(name string, document []byte) ([]seal.Member, error) {
	if len(document) > seal.MaxDocument {
		return nil, errTyped
	}
	members := []seal.Member{{Name: name, Size: int64(len(document)), Content: f.track(bytes.NewReader(document))}}
	for i, file := range f.files {
		content, err := file.content()
		if err != nil {
			return nil, fmt.Errorf("reading a file back: %w", err)
		}
		members = append(members, seal.Member{Name: seal.FileMember(i + 1), Size: file.size, Content: f.track(content)})
	}
	return members, nil
}

// submit seals a form for the office and hands it in, streaming.
func (s *Site) submit(ctx context.Context, key Key, head seal.Head, members []seal.Member) (receipt []byte, err error) {
	to, err := seal.ParseRecipient(key.Recipient)
	if err != nil {
		return nil, fmt.Errorf("reading the office's key: %w", err)
	}
	size, err := seal.SealedSize(members...)
	if err != nil {
		return nil, err
	}
	head.V, head.Office, head.Epoch = seal.Version, key.Office, key.Epoch
	out, in := io.Pipe()
	sealed := make(chan error, 1)
	go func() {
		var err error
		forgetting(func() { err = seal.Seal(in, to, members...) })
		in.CloseWithError(err) // nil is the end
		sealed <- err
	}()
	receipt, err = s.office.ReceiveHere(ctx, &seal.Parcel{Head: head, Envelope: out, Size: size})
	_ = out.Close() // sealing ends, if the office did not want all of it; a pipe's Close does not fail
	if failed := <-sealed; err == nil && failed != nil {
		return nil, failed
	}
	return receipt, err
}

// reportID names the parcel of a report that was sealed here, so that the same
// form sent twice is the same parcel.
func reportID(keys seal.CodeKeys) seal.ID {
	sum := sha256.Sum256(slices.Concat([]byte("temwen page id v1\n"), keys.Lookup[:]))
	return seal.ID(sum[:16])
}
