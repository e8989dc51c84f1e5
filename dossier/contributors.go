package dossier

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ContributorsError says what is wrong in a list of contributors, and where.
type ContributorsError struct {
	Offset int // in characters from the start of the list
	What   string
}

// Error is the clause that says what is wrong.
func (e *ContributorsError) Error() string { return e.What }

// unknownSize is how a list of contributors says that a size is not known.
const unknownSize = "size unknown"

// ParseContributors reads a list such as "Chile (150), Morocco (325), Jordan
// (size unknown)", as the Geo-PKO dataset writes it: names, each with a whole
// number of people or "size unknown" in brackets, separated by commas. A name
// may itself hold brackets and commas: "Korea (ROK) (150)". The error is a
// *ContributorsError.
func ParseContributors(list string) ([]Contributor, error) {
	var found []Contributor
	rest, at := list, 0
	fail := func(what string) ([]Contributor, error) {
		return nil, &ContributorsError{utf8.RuneCountInString(list[:at]), what}
	}
	step := func(n int) { rest, at = rest[n:], at+n }
	skip := func() { step(len(rest) - len(strings.TrimLeft(rest, " "))) }
	for {
		skip()
		name, people, n, ok := contributor(rest)
		if !ok && rest == "" && len(found) > 0 {
			return fail("the list ends with a comma")
		}
		if !ok {
			return fail(fmt.Sprintf("%q is not a contributor with its number: write Chile (150) or Chile (%s)", clip(strings.TrimSpace(rest), 40), unknownSize))
		}
		if name == "" {
			return fail("a number stands without a contributor's name before it")
		}
		if people < 0 {
			return fail(fmt.Sprintf("the number of %s is too large", clip(name, 40)))
		}
		found = append(found, Contributor{Country: name, People: people})
		step(n)
		skip()
		if rest == "" {
			return found, nil
		}
		if rest[0] != ',' {
			return fail(fmt.Sprintf("a comma is missing after %s", clip(name, 40)))
		}
		step(1)
	}
}

// contributor reads one name and number from the start of s, and says how much
// of s it took. people is -1 where the number is too large.
func contributor(s string) (name string, people, n int, ok bool) {
	for open := 0; ; {
		i := strings.IndexByte(s[open:], '(')
		if i < 0 {
			return "", 0, 0, false
		}
		open += i + 1
		inside, _, closed := strings.Cut(s[open:], ")")
		if !closed {
			return "", 0, 0, false
		}
		if inside != unknownSize && (inside == "" || strings.Trim(inside, "0123456789") != "") {
			continue // these brackets belong to the name
		}
		if inside != unknownSize {
			var err error
			if people, err = strconv.Atoi(inside); err != nil || people > 10_000_000 {
				people = -1
			}
		}
		return strings.TrimSpace(s[:open-1]), people, open + len(inside) + 1, true
	}
}
