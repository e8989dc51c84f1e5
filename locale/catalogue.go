package locale

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"sync"
)

// Catalogue says things in one language. It is safe for concurrent use.
type Catalogue struct {
	lang     Lang
	messages map[string]message
}

//go:embed catalogue
var files embed.FS

// catalogues parse each file when it is first asked for.
var catalogues = func() map[Lang]func() *Catalogue {
	m := make(map[Lang]func() *Catalogue, len(Langs))
	for _, lang := range Langs {
		m[lang] = sync.OnceValue(func() *Catalogue { return load(lang) })
	}
	return m
}()

// In is the catalogue of a language, English where there is none for it. It is
// never nil.
func In(lang Lang) *Catalogue {
	if c, ok := catalogues[lang]; ok {
		return c()
	}
	return catalogues[English]()
}

// load reads a catalogue that is part of the program: its main file, and the
// files of the same name in the folders beside it, one folder for each group of
// pages. A catalogue that cannot
// be read is a fault of the build, which the package's tests find; so it panics.
func load(lang Lang) *Catalogue {
	names := []string{"catalogue/" + string(lang) + ".yaml"}
	more, err := fs.Glob(files, "catalogue/*/"+string(lang)+".yaml")
	if err != nil {
		panic(fmt.Errorf("locale: %w", err))
	}
	messages := make(map[string]message)
	for _, name := range append(names, more...) {
		b, err := files.ReadFile(name)
		if err != nil {
			panic(fmt.Errorf("locale: %w", err))
		}
		part, err := parse(name, b)
		if err != nil {
			panic(fmt.Errorf("locale: %w", err))
		}
		for key, m := range part {
			if _, twice := messages[key]; twice {
				panic(fmt.Errorf("locale: %s has %s, which another file has too", name, key))
			}
			messages[key] = m
		}
	}
	return &Catalogue{lang: lang, messages: messages}
}

// Lang is the language of the catalogue.
func (c *Catalogue) Lang() Lang { return c.lang }

// Has reports whether there is a message with this key.
func (c *Catalogue) Has(key string) bool { _, ok := c.messages[key]; return ok }

// Keys are the keys of all messages, sorted.
func (c *Catalogue) Keys() []string { return slices.Sorted(maps.Keys(c.messages)) }

// Say is the message with this key. The arguments are name, value pairs, such
// as Say("step.counted", "from", day, "period", p, "to", day2), and are written
// in the way of the language, by their type:
//
//	when.Day, *when.Day   Day
//	when.Date, *when.Date Date
//	when.Period           Period, in calendar days
//	int, int32, ..., float64   Number; a year is therefore given as a string
//	Text                  in the language, or the nearest it has
//	[]string              List
//	string and the rest   as they are
//
// Which form of the message is said follows the argument n and whether an
// argument is empty: see form. A key that is missing is said as "[key]", an
// argument that is missing as "{name}", so that both are seen.
func (c *Catalogue) Say(key string, args ...any) string {
	m, ok := c.messages[key]
	if !ok {
		return "[" + key + "]"
	}
	a := arguments{c, args}
	return m.choose(a).fill(a.words)
}
