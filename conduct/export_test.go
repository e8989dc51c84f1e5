package conduct

import "testing"

// CountBy lets a test count by an earlier version of the rules.
func CountBy(t testing.TB, version string) {
	was := current
	current = func() *Rules { return RulesOf(version) }
	t.Cleanup(func() { current = was })
}
