package casework

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"temwen/locale"
	"temwen/record"
	"temwen/store"
	"temwen/when"
)

// written is the letter of a notice of a step.
func written(t testing.TB, number, step int, n Notice, day when.Day, words string) []byte {
	t.Helper()
	l := Letter{
		V: LetterVersion, Lang: locale.Lang(n.Language), Case: number, Step: step, Notice: n.N, Day: day, By: n.By, Link: n.Link,
		Parts: []Part{{PartTitle, []Phrase{{Words: words}}}, {PartText, []Phrase{{Words: "Clause "}, {Words: "the Force informs", Lang: "en"}}}},
	}
	if n.Link != "" {
		l.Parts = append(l.Parts, Part{PartLink, []Phrase{{Words: "https://example.org/answer/fr/"}}})
	}
	b, err := l.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A letter as it was sent is kept with its notice, and a reminder beside it; what is
// another letter than the notice says is refused; a rebuild makes the same of it.
func TestLetterIsKept(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	by := o.today + 30
	n := Notice{N: 1, Language: "fr", Proof: "RR 1", Link: LinkHash("token"), By: &by}
	sent := written(t, 1, 1, n, o.today, "What is asked & said <here>")
	later, another := o.today+1, n
	another.By = &later
	for name, letter := range map[string][]byte{
		"another case": written(t, 2, 1, n, o.today, "x"), "another step": written(t, 1, 2, n, o.today, "x"), "another day": written(t, 1, 1, another, o.today, "x"),
		"a day to come": written(t, 1, 1, n, o.today+1, "x"), "another link": written(t, 1, 1, Notice{N: 1, Language: "fr", By: &by, Link: "l"}, o.today, "x"),
		"another language": written(t, 1, 1, Notice{N: 1, Language: "en", By: &by, Link: n.Link}, o.today, "x"),
		"another notice":   written(t, 1, 1, Notice{N: 2, Language: "fr", By: &by, Link: n.Link}, o.today, "x"),
		"no letter":        []byte("{}"), "nothing": {}, "no form": append(slices.Clone(sent), '\n'),
	} {
		err := o.Do(t.Context(), "o1", id, 0, SendNotice{Step: 1, Notice: n, Letter: letter}, o.today)
		if refusedAs(t, err, CodeMalformed, ""); t.Failed() {
			t.Fatalf("%s", name)
		}
	}
	o.do(t, id, SendNotice{Step: 1, Notice: n, Letter: sent})
	reminder := Notice{N: 2, Language: "en", By: &by}
	o.do(t, id, SendNotice{Step: 1, Notice: reminder, Letter: written(t, 1, 1, reminder, o.today, "Reminder")})
	o.do(t, id, SendNotice{Step: 1, Notice: Notice{Language: "en", By: &by, Letter: "made up"}})
	o.do(t, id, WithdrawNotice{1, 1})

	check := func() {
		t.Helper()
		c, err := o.Case(t.Context(), "", id)
		if err != nil {
			t.Fatal(err)
		}
		if kept := c.Step(1).Notices[0]; kept.Letter != LetterSum(sent) {
			t.Errorf("the notice has the letter %q, and should %q", kept.Letter, LetterSum(sent))
		}
		if b, err := o.Letter(t.Context(), id, 1, 1); err != nil || !bytes.Equal(b, sent) {
			t.Errorf("kept is %s (%v)", b, err)
		}
		if b, err := o.Letter(t.Context(), id, 1, 2); err != nil || !strings.Contains(string(b), "Reminder") {
			t.Errorf("of the reminder is kept %s (%v)", b, err)
		}
		if _, err := o.Letter(t.Context(), id, 1, 3); !errors.Is(err, record.ErrNoContent) || c.Step(1).Notices[2].Letter != "" {
			t.Errorf("of a letter that was not given is kept %q (%v)", c.Step(1).Notices[2].Letter, err)
		}
		_, err = o.Letter(t.Context(), id, 1, 4)
		refusedAs(t, err, CodeUnknown, "")
	}
	check()
	o.rebuilds(t)
	check()
	if whole, err := o.letters(t); whole != 2 || err != nil {
		t.Errorf("%d letters are whole (%v)", whole, err)
	}

	if err := o.AskErasure(t.Context(), "o1", OfCase, id, "law"); err != nil {
		t.Fatal(err)
	}
	if len(o.onDisk(t, "<here>")) == 0 {
		t.Fatal("the letter is not on the disk: the test shows nothing")
	}
	if _, err := o.Erase(t.Context(), "o2", OfCase, id, 0, false); err != nil {
		t.Fatal(err)
	}
	if files := o.onDisk(t, "<here>"); len(files) > 0 {
		t.Errorf("the letter of a case that was erased is still in %q", files)
	}
	_, err := o.Letter(t.Context(), id, 1, 1)
	refusedAs(t, err, CodeErased, "o2")
	if whole, err := o.letters(t); whole != 0 || err != nil {
		t.Errorf("after the erasure %d letters are whole (%v)", whole, err)
	}
}

// letters compares what is kept with the record.
func (o *office) letters(t testing.TB) (int, error) {
	t.Helper()
	r, err := store.OpenReader(t.Context(), o.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var l Letters
	for e, err := range r.Events()(t.Context(), 0) {
		if err == nil {
			err = l.Enter(&e)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return l.Compare(t.Context(), r.Content, func(ctx context.Context, index uint64) (bool, error) {
		e, err := r.Event(ctx, index)
		return len(e.Body) == 0, err
	})
}

// A kept letter whose bytes are others, or are gone, is noticed by whoever reads it
// and by who checks the record.
func TestLetterThatWasChangedIsNoticed(t *testing.T) {
	o := newOffice(t)
	id := o.open(t)
	n := Notice{N: 1, Language: "fr"}
	o.do(t, id, SendNotice{Step: 1, Notice: n, Letter: written(t, 1, 1, n, o.today, "What is asked")})
	db, err := sql.Open("sqlite", "file:"+filepath.Join(o.dir, "record.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, change := range []string{
		`UPDATE content SET bytes = CAST(replace(bytes, 'asked', 'agreed') AS BLOB)`, `DELETE FROM content`,
	} {
		if _, err := db.ExecContext(t.Context(), change); err != nil {
			t.Fatal(err)
		}
		if _, err := o.Letter(t.Context(), id, 1, 1); !errors.Is(err, record.ErrDamaged) {
			t.Errorf("after %s who reads it is told %v", change, err)
		}
		if whole, err := o.letters(t); whole != 0 || !errors.Is(err, record.ErrDamaged) {
			t.Errorf("after %s who checks is told that %d are whole (%v)", change, whole, err)
		}
	}
}

// Whatever bytes are kept, they are read as one letter or refused, and what is read is
// written as the same bytes.
func FuzzParseLetter(f *testing.F) {
	by := day("2025-02-01")
	f.Add(written(f, 1, 1, Notice{N: 1, Language: "fr", By: &by, Link: "l"}, day("2025-01-10"), "What is asked"))
	for _, s := range []string{
		`{}`, `null`, `{"case":1,"day":"2025-01-10","lang":"fr","notice":1,"parts":[{"is":"text","words":[{"words":"x"}]}],"step":1,"v":1}`,
		`{"case":1,"day":"2025-01-10","lang":"fr","notice":1,"parts":[{"is":"text","words":[{"words":"` + "\xff" + `"}]}],"step":1,"v":1}`,
		`{"case":1,"day":"2025-01-10","lang":"xx","notice":1,"parts":null,"step":1,"v":1}`, `{"case":1,"CASE":2}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := ParseLetter(b)
		if err != nil {
			return
		}
		again, err := l.Encode()
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%q is read, and written as %q (%v)", b, again, err)
		}
	})
}
