package site

import (
	"maps"
	"slices"
)

// Paths are the patterns of the pages below the language, so that a test can
// hold that none is left out.
func (s *Site) Paths() []string { return slices.Sorted(maps.Keys(s.paths)) }
