package store

import "path/filepath"

// indexFile is no part of the record: see IndexFile.
const indexFile = "index.db"

// IndexFile is where a search index that was made from the record may be kept.
// Whoever deletes it loses nothing: it is made anew.
func (r *Reader) IndexFile() string { return filepath.Join(r.dir, indexFile) }
