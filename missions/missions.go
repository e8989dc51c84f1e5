// Package missions is the data: the dossiers that come with the program, one
// folder each. It must never hold anything but data and its embedding; the
// format is package dossier's. Start with haiti/dossier.yaml.
package missions

import "embed"

// Files are the dossiers that come with the program.
//
//go:embed all:haiti
var Files embed.FS
