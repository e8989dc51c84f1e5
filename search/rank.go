package search

import (
	"cmp"
	"math/bits"
	"slices"
)

// How entries are ranked: BM25 over fields (Robertson, Zaragoza and Taylor,
// 2004), each term in the language in which it fits best, times how much of the
// query an entry has, times what stands side by side as in the query, times
// what kind of fact it is.
const (
	saturation = 1.2 // how soon more of the same word stops to count
	shortness  = 0.4 // how much a short text counts more than a long one
)

// fieldWeights say how much a word counts in the title, in the body, and in
// what is not shown.
var fieldWeights = [fieldCount]float64{4, 1, 2}

// kindWeights put what a reader comes for first: what is owed, and the clauses
// that it comes from.
var kindWeights = map[string]float64{
	"obligations": 1.3, "missions": 1.5, "actors": 1.2, "provisions": 1.1, "instruments": 1.3, "procedures": 1.2, "matters": 1.15,
	"requests": 1.1, "milestones": 1.05, "statements": 1, "figures": 1, "metrics": 0.9, "sources": 0.9, "events": 0.9,
	"parts": 0.75, "deployments": 0.6,
}

// rankedFact is a fact with its rank.
type rankedFact struct {
	candidate
	score    float64
	coverage float64 // the share of the query that it has
	whole    bool    // it has every word that tells entries apart
}

// rank puts facts in order, the best first, each once: by its best entry. Those
// that have much less of the query than the best are left out.
func (x *Index) rank(p *plan, found []candidate) []rankedFact {
	s := x.scorer(p)
	best := make(map[int64]int, len(found))
	list := make([]rankedFact, 0, len(found))
	most := 0.0
	for _, c := range found {
		r := s.score(c)
		most = max(most, r.coverage)
		if i, ok := best[c.fact]; ok {
			if r.score > list[i].score {
				list[i] = r
			}
			continue
		}
		best[c.fact] = len(list)
		list = append(list, r)
	}
	list = slices.DeleteFunc(list, func(r rankedFact) bool { return r.coverage < most/2 })
	slices.SortFunc(list, func(a, b rankedFact) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.id, b.id))
	})
	return list
}

// kinds counts facts by kind, in the order of Kinds.
func kinds(list []rankedFact) []Count {
	n := make([]int, len(Kinds))
	for i := range list {
		n[list[i].kind]++
	}
	counts := []Count{}
	for i, k := range Kinds {
		if n[i] > 0 {
			counts = append(counts, Count{k, n[i]})
		}
	}
	return counts
}

// scorer scores entries for one query.
type scorer struct {
	terms   []term
	total   float64            // weight of all terms
	forms   map[uint32][]match // by a word's number
	lengths [fieldCount]float64
	words   []uint32 // scratch
	at      [languages][fieldCount][MaxWords]float64
}

// match says that a word counts as a term.
type match struct {
	term   int
	weight float64
}

func (x *Index) scorer(p *plan) *scorer {
	s := &scorer{terms: p.terms, forms: make(map[uint32][]match), lengths: [fieldCount]float64{x.title, x.body, 10}}
	for i, t := range p.terms {
		s.total += t.weight
		for _, f := range t.forms {
			id := x.vocabulary.ids[f.word]
			s.forms[id] = append(s.forms[id], match{i, f.weight})
		}
	}
	return s
}

// score scores one entry.
func (s *scorer) score(c candidate) rankedFact {
	s.at = [languages][fieldCount][MaxWords]float64{}
	pairs, exact := 0, false
	segments(c.blob, s.words, func(seg segment) {
		s.words = seg.words
		side := s.count(seg)
		pairs = max(pairs, side)
		exact = exact || seg.field == inTitle && len(seg.words) == len(s.terms) && side == len(s.terms)-1
	})
	r := rankedFact{candidate: c, whole: true}
	for i := range s.terms {
		best := 0.0
		for lang := range s.at {
			w := 0.0
			for f := range s.at[lang] {
				w += fieldWeights[f] * s.at[lang][f][i]
			}
			best = max(best, w)
		}
		if best > 0 {
			r.coverage += s.terms[i].weight
		} else if !s.terms[i].common {
			r.whole = false
		}
		r.score += s.terms[i].weight * best * (saturation + 1) / (best + saturation)
	}
	r.coverage /= max(s.total, 1e-9)
	r.score *= r.coverage * (1 + 0.5*float64(pairs)/float64(max(len(s.terms)-1, 1))) * kindWeights[Kinds[c.kind]]
	if exact {
		r.score *= 1.5
	}
	return r
}

// count counts the terms in a segment, and returns how many stand right after
// the one before them in the query.
func (s *scorer) count(seg segment) (pairs int) {
	length := 1 - shortness + shortness*float64(len(seg.words))/max(s.lengths[seg.field], 1)
	row := &s.at[seg.lang][seg.field]
	var before, side uint32
	for _, word := range seg.words {
		var here uint32
		for _, m := range s.forms[word] {
			row[m.term] += m.weight / length
			here |= 1 << m.term
		}
		side |= before << 1 & here
		before = here
	}
	return bits.OnesCount32(side)
}
