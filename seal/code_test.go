package seal

import (
	"errors"
	"strings"
	"testing"

	"filippo.io/age"
	"pgregory.net/rapid"
)

// patterns are arrangements of 1, 2, 3, 4, one for each group but the last.
var patterns = [codeGroups - 1][groupDigits]int{{1, 2, 3, 4}, {2, 4, 1, 3}, {4, 3, 2, 1}, {3, 1, 4, 2}, {1, 3, 2, 4}}

// shifts are those that mistakes in one group cause: a wrong digit, and two
// digits exchanged.
func shifts(group []int) map[int]bool {
	set := map[int]bool{}
	for i, w := range group {
		addShifts(set, w)
		for _, v := range group[:i] {
			addShifts(set, w-v)
		}
	}
	return set
}

func addShifts(set map[int]bool, weight int) {
	for d := -9; d <= 9; d++ {
		if d != 0 {
			set[((weight*d)%codePrime+codePrime)%codePrime] = true
		}
	}
}

// tells reports whether each shift points to one group. Groups of weight zero
// are not chosen yet.
func tells(weights [codeDigits]int) bool {
	var may [codePrime]int // the groups, as bits, that a shift may point to
	note := func(set map[int]bool, groups int) bool {
		for s := range set {
			if may[s] == 0 {
				may[s] = groups
			}
			if may[s] &= groups; may[s] == 0 || s == 0 {
				return false
			}
		}
		return true
	}
	for g := range codeGroups {
		group := weights[g*groupDigits : (g+1)*groupDigits]
		if group[0] != 0 && !note(shifts(group), 1<<g) {
			return false
		}
	}
	for g := range codeGroups - 1 {
		last, first := weights[g*groupDigits+groupDigits-1], weights[(g+1)*groupDigits]
		exchanged := map[int]bool{}
		addShifts(exchanged, last-first)
		if last != 0 && first != 0 && !note(exchanged, 3<<g) {
			return false
		}
	}
	return true
}

// searchWeights is the search that codeWeights comes from.
func searchWeights() (weights [codeDigits]int, found bool) {
	var choose func(g int) bool
	choose = func(g int) bool {
		if g < 0 {
			return true
		}
		for factor := 1; factor < codePrime; factor++ {
			for k, p := range patterns[g] {
				weights[g*groupDigits+k] = factor * p % codePrime
			}
			if tells(weights) && choose(g-1) {
				return true
			}
		}
		clear(weights[g*groupDigits : (g+1)*groupDigits])
		return false
	}
	for first := 1; first < codePrime; first++ {
		weights = [codeDigits]int{20: first, 21: 100, 22: 10, 23: 1}
		if tells(weights) && choose(codeGroups-2) {
			return weights, true
		}
	}
	return weights, false
}

func TestCodeWeightsAreTheFirstThatTell(t *testing.T) {
	got, found := searchWeights()
	if !found || got != codeWeights {
		t.Errorf("the search finds %v", got)
	}
}

var anyCode = rapid.Custom(func(t *rapid.T) Code {
	var c Code
	for i := range codeRandom {
		c[i] = '0' + byte(rapid.IntRange(0, 9).Draw(t, "digit"))
	}
	return c.withCheck()
})

func TestNewCodeIsRead(t *testing.T) {
	seen := map[Code]bool{}
	for range 1000 {
		c := NewCode()
		if got, err := ParseCode(c.String()); err != nil || got != c {
			t.Fatalf("ParseCode(%q) = %v, %v", c, got, err)
		}
		if seen[c] {
			t.Fatalf("%s was drawn twice", c)
		}
		seen[c] = true
	}
}

func TestCodeIsReadLeniently(t *testing.T) {
	c, err := ParseCode("123456789012345678901" + "000")
	if err == nil {
		t.Fatalf("%s was read", c)
	}
	c = Code([]byte("123456789012345678901000")).withCheck()
	s := c.String()
	for _, typed := range []string{
		s,
		strings.ReplaceAll(s, " ", ""),
		strings.ReplaceAll(s, " ", "-"),
		"\t" + strings.ReplaceAll(s, " ", "\n") + ".\n",
		"kòd: " + strings.Join(strings.Split(s, ""), " "),
	} {
		if got, err := ParseCode(typed); err != nil || got != c {
			t.Errorf("ParseCode(%q) = %v, %v", typed, got, err)
		}
	}
}

func TestCodeOfWrongLength(t *testing.T) {
	s := NewCode().String()
	for typed, digits := range map[string]int{"": 0, "12": 2, s[:len(s)-1]: 23, s + "0": 25, s + s: 48} {
		var wrong *CodeError
		if _, err := ParseCode(typed); !errors.As(err, &wrong) || wrong.Digits != digits || wrong.Group != 0 {
			t.Errorf("%d digits: %v", digits, err)
		}
	}
}

// TestEveryWrongDigitIsLocated tries all 216 of a code.
func TestEveryWrongDigitIsLocated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCode.Draw(t, "code")
		for i := range codeDigits {
			for d := byte('0'); d <= '9'; d++ {
				if wrong := c; d != c[i] {
					wrong[i] = d
					located(t, wrong, i/groupDigits+1)
				}
			}
		}
	})
}

func TestEveryExchangeOfNeighboursIsLocated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCode.Draw(t, "code")
		for i := range codeDigits - 1 {
			if wrong := c; c[i] != c[i+1] {
				wrong[i], wrong[i+1] = c[i+1], c[i]
				located(t, wrong, i/groupDigits+1, (i+1)/groupDigits+1)
			}
		}
	})
}

func TestEveryExchangeInAGroupIsLocated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCode.Draw(t, "code")
		for i := range codeDigits {
			for j := i / groupDigits * groupDigits; j < i; j++ {
				if wrong := c; c[i] != c[j] {
					wrong[i], wrong[j] = c[j], c[i]
					located(t, wrong, i/groupDigits+1)
				}
			}
		}
	})
}

func located(t *rapid.T, typed Code, groups ...int) {
	var wrong *CodeError
	if _, err := ParseCode(typed.String()); !errors.As(err, &wrong) {
		t.Fatalf("%s was read", typed)
	}
	for _, g := range groups {
		if wrong.Group == g {
			return
		}
	}
	t.Fatalf("%s: the mistake is in group %v, and %d is named", typed, groups, wrong.Group)
}

// TestExchangedGroupsAreSeen counts how many exchanges of two groups go unseen:
// about one in 997, as with any other mistake.
func TestExchangedGroupsAreSeen(t *testing.T) {
	tried, unseen := 0, 0
	for range 2000 {
		c := NewCode()
		for g := range codeGroups {
			for h := range g {
				wrong, a, b := c, c[g*groupDigits:][:groupDigits], c[h*groupDigits:][:groupDigits]
				if string(a) == string(b) {
					continue
				}
				copy(wrong[h*groupDigits:], a)
				copy(wrong[g*groupDigits:], b)
				tried++
				if _, err := ParseCode(wrong.String()); err == nil {
					unseen++
				}
			}
		}
	}
	if unseen*200 > tried {
		t.Errorf("%d of %d go unseen", unseen, tried)
	}
}

func TestCodeKeys(t *testing.T) {
	c, office := NewCode(), ID{1}
	k, err := c.Keys(office)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := k.Reply()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := age.ParseHybridRecipient(reply.Recipient().String()); err != nil {
		t.Fatal(err)
	}
	again, _ := c.Keys(office)
	elsewhere, _ := c.Keys(ID{2})
	if again != k || elsewhere.Lookup == k.Lookup || elsewhere.Seed == k.Seed {
		t.Errorf("a code opens the same at one office, and something else at another")
	}
}

func FuzzParseCode(f *testing.F) {
	f.Add(NewCode().String())
	f.Add("1234 5678")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseCode(s)
		if err != nil {
			var wrong *CodeError
			if !errors.As(err, &wrong) {
				t.Fatalf("%T", err)
			}
			return
		}
		if again, err := ParseCode(c.String()); err != nil || again != c {
			t.Fatalf("%s is read as %s, %v", c, again, err)
		}
	})
}
