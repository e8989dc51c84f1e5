package desk_test

import (
	"os"
	"regexp"
	"testing"
)

// Given the style sheets of the public record and of the desk, then their colours,
// fonts and sizes are the same, so that what docs/design.md measures holds for both.
func TestColoursAreThoseOfTheRecord(t *testing.T) {
	roots := func(file string) []string {
		css, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return regexp.MustCompile(`(?s):root \{.*?\n\s*\}`).FindAllString(string(css), -1)
	}
	record, desk := roots("../assets/style.css"), roots("assets/style.css")
	if len(record) != 3 || len(desk) != 3 {
		t.Fatalf("the style sheets have %d and %d sets of colours", len(record), len(desk))
	}
	for i := range record {
		if record[i] != desk[i] {
			t.Errorf("the sets of colours differ:\n%s\n%s", record[i], desk[i])
		}
	}
}
