package desk

import (
	"strings"

	"temwen/locale"
	"temwen/site/report"
)

// service is a service that helps, as an officer refers somebody to it.
type service struct {
	page *page
	report.Contact
}

// Services are those of the missions' dossiers.
func (p *page) Services() []service {
	var list []service
	for _, c := range p.desk.options.Services {
		list = append(list, service{p, c})
	}
	return list
}

func wordsIn(t locale.Text, lang locale.Lang) string {
	words, _, _ := t.In(lang)
	return words
}

// Name is the service's, in the page's language.
func (s service) Name() string { return wordsIn(s.Contact.Name, s.page.lang) }

// Helps is what it helps with.
func (s service) Helps() string {
	var needs []string
	for _, n := range s.Needs {
		needs = append(needs, s.page.T("desk.need."+string(n)))
	}
	return strings.Join(needs, ", ")
}

// Words are what a person is told of it, in a language.
func (s service) Words(code string) string {
	lang := locale.Lang(code)
	say := locale.In(lang).Say
	words := []string{say("desk.refer.words", "name", wordsIn(s.Contact.Name, lang))}
	for _, part := range []struct{ key, text string }{
		{"phone", s.Phone}, {"where", wordsIn(s.Where, lang)}, {"hours", wordsIn(s.Hours, lang)},
	} {
		if part.text != "" {
			words = append(words, say("desk.refer.words."+part.key, part.key, part.text))
		}
	}
	if note := wordsIn(s.Note, lang); note != "" {
		words = append(words, note)
	}
	return strings.Join(append(words, say("desk.refer.words.free")), " ")
}
