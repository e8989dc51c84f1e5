package publish

// Clause is a clause with all that is known of it, by its citation in full, as
// INSTRUMENT/PROVISION. One that was not known on the day has only its ID.
func (v *View) Clause(id string) ClauseLine { return v.clause(id) }
