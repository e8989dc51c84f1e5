package locale

import (
	"strings"

	"golang.org/x/text/language"
)

// endonyms are the names that languages give themselves.
var endonyms = map[Lang]string{
	Creole: "Kreyòl ayisyen", French: "Français", English: "English", Spanish: "Español",
}

// Endonym is the name that the language gives itself; its tag where the record
// does not speak it.
func (l Lang) Endonym() string {
	if name, ok := endonyms[l]; ok {
		return name
	}
	return string(l)
}

// matched are the languages in the order of matcher's indices. The first is
// what somebody gets who reads none of the four.
var matched = []Lang{English, Creole, French, Spanish}

var matcher = language.NewMatcher([]language.Tag{
	language.English, language.MustParse("ht"), language.French, language.Spanish,
})

// Match is the language of the record that suits a reader best, by the
// Accept-Language header of their browser (RFC 9110, 12.5.4); English where it
// names no language that helps. Whatever is not a language in the header is
// passed over.
func Match(acceptLanguage string) Lang {
	tags := wanted(acceptLanguage)
	if len(tags) == 0 {
		return English
	}
	_, i, _ := matcher.Match(tags...)
	return matched[i]
}

// The header comes from anyone: no browser sends as much as this.
const maxHeader, maxWanted = 1024, 32

// wanted are the languages of a header, the most wanted first.
func wanted(header string) []language.Tag {
	if len(header) > maxHeader {
		header = header[:maxHeader]
	}
	if tags, _, err := language.ParseAcceptLanguage(header); err == nil {
		return tags[:min(len(tags), maxWanted)]
	}
	var good []string
	for item := range strings.SplitSeq(header, ",") {
		if tags, _, err := language.ParseAcceptLanguage(item); err == nil && len(tags) == 1 && len(good) < maxWanted {
			good = append(good, item)
		}
	}
	tags, _, err := language.ParseAcceptLanguage(strings.Join(good, ","))
	if err != nil {
		return nil
	}
	return tags
}
