package dossier

import "fmt"

// unprintable says why a character is not text that can be shown, or nothing.
// Control characters can move a terminal's cursor and erase what stands there;
// those that turn the direction of writing make a line read otherwise than it
// is. A line ends with \n, \r or both, and tabs stand in tables.
func unprintable(c rune) string {
	switch {
	case c == '\t' || c == '\n' || c == '\r':
	case c < ' ' || 0x7f <= c && c < 0xa0:
		return fmt.Sprintf("the control character U+%04X is not text", c)
	case 0x202a <= c && c <= 0x202e || 0x2066 <= c && c <= 0x2069:
		return fmt.Sprintf("the invisible character U+%04X turns the text around it", c)
	}
	return ""
}

// firstUnprintable says what is wrong with the first such character of a text.
func firstUnprintable(text string) string {
	for _, c := range text {
		if what := unprintable(c); what != "" {
			return what
		}
	}
	return ""
}
