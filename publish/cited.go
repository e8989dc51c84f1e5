package publish

// FactRef names a fact.
type FactRef struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

// CitedBy are the facts that name a source, in the order of the dossier.
func (v *View) CitedBy(source string) []FactRef {
	v.citedOnce.Do(func() {
		v.cited = make(map[string][]FactRef)
		for f := range v.Facts() {
			for _, id := range f.Sources {
				v.cited[id] = append(v.cited[id], FactRef{f.Kind, f.ID})
			}
		}
	})
	return v.cited[source]
}
