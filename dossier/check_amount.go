package dossier

import (
	"fmt"
	"slices"
	"strings"
)

func (c *checker) checkFigures() {
	for i, f := range c.d.Figures {
		s := spot{c, kFigures, i}
		s.ref("mission", f.Mission, kMissions)
		s.ref("actor", f.Actor, kActors)
		s.ref("said_by", f.SaidBy, kActors)
		s.ref("milestone", f.Milestone, kMilestones)
		s.amount("", &f.Amount)
		if slices.Contains(happened, f.Modality) {
			s.notAfterSources("as_of", f.AsOf, f.Sources, "a number for a time to come is requested, pledged, estimated or authorised; otherwise "+laterSource)
		}
	}
}

func (c *checker) checkStatements() {
	for i, f := range c.d.Statements {
		s := spot{c, kStatements, i}
		s.ref("mission", f.Mission, kMissions)
		s.ref("by", f.By, kActors)
		s.ref("about", f.About, kActors)
		s.notAfterSources("date", f.Date, f.Sources, laterSource)
		if f.Amount != nil {
			s.amount("amount/", f.Amount)
		}
		if !s.ref("matter", f.Matter, kMatters) || f.Position == "" {
			continue
		}
		if m := c.d.Matter(f.Matter); m.Position(f.Position) == nil {
			var ids []string
			for _, p := range m.Positions {
				ids = append(ids, p.ID)
			}
			s.problem("position", fmt.Sprintf("the matter %s has no position %q", m.ID, clip(f.Position, 60)), "add it to the matter, or correct it"+didYouMean(f.Position, ids))
		}
	}
}

// happened are the modalities of what is done: no such number can be about a
// day later than its source.
var happened = []Modality{"received", "disbursed", "spent", "frozen", "deployed", "reported", "alleged", "substantiated"}

// amount checks a number against itself and its metric.
func (s spot) amount(prefix string, a *Amount) {
	s.ref(prefix+"metric", a.Metric, kMetrics)
	one, ends := a.Value != nil, a.Min != nil || a.Max != nil
	switch {
	case one && ends:
		s.problem(prefix+"value", "the amount has `value` and also `min` or `max`", "keep `value`, or `min` and `max`")
	case !one && (a.Min == nil) != (a.Max == nil):
		s.problem(prefix+"unit", "the amount has only one end of a range", "give `min` and `max`, or `value` with `bound: at-least` or `bound: up-to`")
	case !one && !ends:
		s.problem(prefix+"metric", "the amount has no number", "add `value`, or `min` and `max`")
	case ends && *a.Min > *a.Max:
		s.problem(prefix+"min", fmt.Sprintf("the lowest number (%v) is above the highest (%v)", *a.Min, *a.Max), "swap them")
	}
	s.unit(prefix+"unit", a)
}

// unit checks that the unit fits the metric and the modality.
func (s spot) unit(path string, a *Amount) {
	if a.Unit == "" {
		return
	}
	currency := len(a.Unit) == 3 && strings.ToUpper(a.Unit) == a.Unit
	metric := s.c.d.Metric(a.Metric)
	switch {
	case currency && !slices.Contains(currencies, a.Unit):
		s.problem(path, fmt.Sprintf("%q is not the code of a currency (ISO 4217)", a.Unit), "write USD, EUR, HTG, CAD, KES, ...; units that are no currency are small letters")
	case metric != nil && metric.Topic == "money" && !currency && a.Unit != "percent":
		s.problem(path, fmt.Sprintf("the metric %s is money, and %q is not the code of a currency", metric.ID, clip(a.Unit, 40)), "write USD, EUR, HTG, CAD, KES, ...")
	case metric != nil && metric.Topic == "people" && currency:
		s.problem(path, fmt.Sprintf("the metric %s counts people, and %s is a currency", metric.ID, a.Unit), "write persons, or another metric")
	case a.Modality == "deployed" && currency:
		s.problem(path, "money is not deployed", "write disbursed or spent, or correct the unit")
	}
}

// currencies are the codes of ISO 4217 in use, without those for funds, metals
// and tests.
var currencies = strings.Fields(`AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD
	BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD
	GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD
	LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN
	PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD
	TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XDR XOF XPF YER ZAR ZMW ZWG`)
