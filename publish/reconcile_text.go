package publish

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"temwen/dossier"
)

// readText reads a file of text: UTF-8 without characters that do something to
// a terminal or to the order of letters. A byte order mark is left out.
func readText(name string, r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxTableBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	problem := func(line, column int, what, do string) ([]byte, error) {
		return nil, dossier.Problems{{File: name, Line: line, Column: column, What: what, Do: do}}
	}
	switch {
	case len(data) > MaxTableBytes:
		return problem(0, 0, fmt.Sprintf("the file is larger than %d MB", MaxTableBytes>>20), "leave out what is not to be added up, or divide it")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return problem(1, 1, "the file is a spreadsheet, not CSV", "save it as CSV in UTF-8")
	case bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")):
		return problem(1, 1, "the file is UTF-16", "save it as UTF-8")
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	line, column := 1, 1
	for rest := data; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			return problem(line, column, fmt.Sprintf("the byte 0x%02X is not UTF-8; the file looks like Latin-1 or Windows-1252", rest[0]), "save it as UTF-8")
		case r == utf8.RuneError:
			return problem(line, column, "the character U+FFFD stands where a letter was lost", "export the file again, as UTF-8")
		case harmful(r):
			return problem(line, column, fmt.Sprintf("the character U+%04X cannot be seen and is not allowed here", r), "take it out")
		}
		rest = rest[size:]
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return data, nil
}

// harmful reports whether a character controls a terminal, or turns the order
// in which letters are shown.
func harmful(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return false
	case r < ' ', r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069,
		r == 0x2028, r == 0x2029, r == 0xfeff:
		return true
	}
	return false
}

// characters is a column of bytes as a column of characters.
func characters(data []byte, line, column int) int {
	for ; line > 1; line-- {
		i := bytes.IndexByte(data, '\n')
		if i < 0 {
			return column
		}
		data = data[i+1:]
	}
	return utf8.RuneCount(data[:max(0, min(len(data), column-1))]) + 1
}

// guessDelimiter is the one of , ; and tab that the first line has most of.
func guessDelimiter(data []byte) rune {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	best := ','
	for _, d := range ";\t" {
		if bytes.Count(first, []byte(string(d))) > bytes.Count(first, []byte(string(best))) {
			best = d
		}
	}
	return best
}

var (
	wholeNumber = regexp.MustCompile(`^[0-9]+$`)
	grouped     = regexp.MustCompile(`^[0-9]{1,3}([,.'’_ \x{a0}\x{202f}])[0-9]{3}(?:[,.'’_ \x{a0}\x{202f}][0-9]{3})*$`)
	notKnown    = regexp.MustCompile(`(?i)^(|-|–|—|\.\.|…|\?|n/?a|\*|<\s?[0-9]+)$`)
	decimal     = regexp.MustCompile(`^[0-9]*[.,][0-9]+$`)
)

// parseCount reads a whole number from 0 to MaxCount. ok is false where the
// cell says that the number is not known.
func parseCount(s string, thousands rune) (n int64, ok bool, err error) {
	s = strings.TrimSpace(s)
	if notKnown.MatchString(s) {
		return 0, false, nil
	}
	digits := s
	if m := grouped.FindStringSubmatch(s); m != nil {
		if !sameSeparator(m[1], thousands) {
			return 0, false, fmt.Errorf("%q may be a number with thousands separators; write it without, or say which it is: --thousands %q", s, m[1])
		}
		for _, form := range separators(thousands) {
			digits = strings.ReplaceAll(digits, form, "")
		}
	}
	if !wholeNumber.MatchString(digits) {
		return 0, false, fmt.Errorf("%q is %s", clipText(s, 40), notCount(s))
	}
	if n, err = strconv.ParseInt(digits, 10, 64); err != nil || n > MaxCount {
		return 0, false, fmt.Errorf("%q is too large: a count is at most %d", clipText(s, 40), int64(MaxCount))
	}
	return n, true, nil
}

// separators are the forms in which a thousands separator may stand.
func separators(thousands rune) []string {
	switch thousands {
	case ' ':
		return []string{" ", "\u00a0", "\u202f"}
	case '\'':
		return []string{"'", "’"}
	}
	return []string{string(thousands)}
}

func sameSeparator(s string, thousands rune) bool {
	for _, form := range separators(thousands) {
		if s == form {
			return true
		}
	}
	return false
}

// notCount says why a cell is no count.
func notCount(s string) string {
	bare := strings.TrimLeft(s, "-−+")
	switch {
	case bare != s && (wholeNumber.MatchString(bare) || decimal.MatchString(bare)):
		return "not a count: a count has no sign and is never negative"
	case decimal.MatchString(s):
		return "not a count: a count is a whole number"
	case strings.ContainsRune("=+-@", rune(s[0])):
		return "a formula or text, not a count: put the number in the cell"
	}
	return "not a count: write a whole number in digits, or leave the cell empty where it is not known"
}

// ReadAliases reads names that stand for others from a CSV file in UTF-8 with
// the heading name,same_as. Its error is as that of ReadCounts.
func ReadAliases(name string, r io.Reader) (map[string]string, error) {
	data, err := readText(name, r)
	if err != nil {
		return nil, err
	}
	c := &countReader{name: name, data: data, names: make(map[string]string)}
	c.csv = csv.NewReader(bytes.NewReader(data))
	heading, err := c.csv.Read()
	if err != nil || len(heading) != 2 || c.clean(heading[0]) != "name" || c.clean(heading[1]) != "same_as" {
		return nil, dossier.Problems{{File: name, Line: 1, Column: 1, What: "the first line is not name,same_as", Do: "write it, and under it one alias a line"}}
	}
	aliases := make(map[string]string)
	for len(c.problems) < maxProblems && len(aliases) <= maxAliases {
		record, err := c.csv.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			c.syntax(err)
			if !errors.Is(err, csv.ErrFieldCount) {
				break
			}
			continue
		}
		c.alias(aliases, record)
	}
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	return aliases, nil
}

// maxAliases is how many aliases are read.
const maxAliases = 10_000

func (c *countReader) alias(aliases map[string]string, record []string) {
	from, to := c.clean(record[0]), c.clean(record[1])
	before, twice := aliases[from]
	switch {
	case from == "" || to == "":
		c.at(0, "an alias needs both names", "")
	case twice && before != to:
		c.at(0, fmt.Sprintf("%q stands for two names", clipText(from, 60)), "keep one")
	case len(aliases) == maxAliases:
		c.at(0, fmt.Sprintf("there are more than %d aliases", maxAliases), "")
	case from != to:
		aliases[from] = to
	}
}
