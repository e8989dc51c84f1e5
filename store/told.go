package store

import "path/filepath"

// toldFile is no part of the record: see ToldFile.
const toldFile = "told"

// ToldFile is where may be kept how far the record was looked through for what people
// are to be told. Whoever deletes it loses nothing: all of it is looked through anew.
func (r *Reader) ToldFile() string { return filepath.Join(r.dir, toldFile) }
