package ledger

import (
	"strings"
	"testing"
)

// TestKeyHasOneForm: keys are compared as texts, so a key that is written in
// another way is not accepted for the same one.
func TestKeyHasOneForm(t *testing.T) {
	var own, other string
	for own == other { // until its hash has a letter
		key, err := GenerateKey("example.org/haiti")
		if err != nil {
			t.Fatal(err)
		}
		own = key.Public()
		parts := strings.SplitN(own, "+", 3)
		other = parts[0] + "+" + strings.ToUpper(parts[1]) + "+" + parts[2]
	}
	if _, err := newTrust(own, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := newTrust(other, nil); err == nil || !strings.Contains(err.Error(), "canonical form") {
		t.Errorf("%s: %v", other, err)
	}
}
