package locale_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"temwen/clock"
	"temwen/dossier"
	"temwen/instrument"
	"temwen/locale"
	"temwen/when"
)

// values are the values of a dossier and of the clock that pages say, by the
// prefix of their keys.
func values(t *testing.T) map[string][]string {
	v := map[string][]string{
		"topic.":           slices.Clone(dossier.Topics),
		"vague.":           dossier.Vague,
		"event.":           slices.Collect(maps.Keys(clock.EventKinds)),
		"knowledge.":       names(instrument.ReadInText, instrument.Reported, instrument.Unverified),
		"publicity.":       names(instrument.Public, instrument.Leaked, instrument.NotPublic),
		"instrument-kind.": names(instrument.Kinds...),
		"modality.":        names(dossier.Modalities...),
		"procedure.track.": names(instrument.Tracks...),
		"procedure.role.":  names(instrument.Roles...),
		"procedure.form.":  names(instrument.Forms...),
		// Answers say their own words; their kinds are for counting.
		"procedure.outcome.": names(instrument.Outcomes...),
		"contradiction.":     {"tense", "numbers", "positions"},
		"trigger.":           {"ask", "discharge"},
		"month.":             {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"},
		"weekday.":           {"0", "1", "2", "3", "4", "5", "6"},
		"season.":            {"21", "22", "23", "24"},
	}
	for prefix, path := range map[string]string{
		"actor-kind.": "actor.kind", "part.": "part.part", "outcome.": "outcome.kind", "read.": "source.read",
		"bound.": "bound", "succeeds.": "succeeds.how", "topic.": "metric.topic",
	} {
		v[prefix] = append(v[prefix], enum(t, path)...)
	}
	v["outcome."] = append(v["outcome."], "silent")
	for _, s := range clock.Statuses {
		v["status."] = append(v["status."], strings.ReplaceAll(s.String(), " ", "-"))
	}
	for _, code := range clock.Codes {
		v["step."] = append(v["step."], string(code))
	}
	return v
}

func names[T ~string](values ...T) []string {
	var out []string
	for _, v := range values {
		out = append(out, string(v))
	}
	return out
}

// enum are the values that the schema of a dossier allows for a property.
func enum(t *testing.T, path string) []string {
	t.Helper()
	type property struct{ Enum []string }
	var schema struct {
		Defs map[string]struct {
			property
			Properties map[string]json.RawMessage
		} `json:"$defs"`
	}
	if err := json.Unmarshal(dossier.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	def, name, inside := strings.Cut(path, ".")
	p := schema.Defs[def].property
	if inside {
		if err := json.Unmarshal(schema.Defs[def].Properties[name], &p); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	if len(p.Enum) == 0 {
		t.Fatalf("the schema of a dossier lists no values for %s", path)
	}
	return p.Enum
}

// explained are the prefixes whose words have a sentence of explanation.
var explained = []string{"status.", "knowledge.", "contradiction."}

// variants are step keys that say a code in more detail.
var variants = []string{"step.met-with.early", "step.met-with.late"}

func TestEveryValueHasWords(t *testing.T) {
	for _, lang := range locale.Langs {
		c := locale.In(lang)
		for prefix, list := range values(t) {
			for _, v := range list {
				if !c.Has(prefix + v) {
					t.Errorf("%s: %s has no words", lang, prefix+v)
				}
				if slices.Contains(explained, prefix) && !c.Has(prefix+v+".means") {
					t.Errorf("%s: %s has no explanation", lang, prefix+v)
				}
			}
		}
	}
}

func TestNoWordsAreLeftOver(t *testing.T) {
	all := values(t)
	for _, key := range locale.In(locale.English).Keys() {
		name, _ := strings.CutSuffix(key, ".means")
		for prefix, list := range all {
			rest, ok := strings.CutPrefix(name, prefix)
			if ok && !slices.Contains(list, rest) && !slices.Contains(variants, key) {
				t.Errorf("%s is the words of nothing", key)
			}
		}
	}
}

// arguments are the fields that go with each code, as package clock names them
// behind it.
var arguments = map[clock.Code]string{
	clock.FixedDay:          "day",
	clock.TriggerHappened:   "trigger day",
	clock.TriggerImprecise:  "trigger day day2",
	clock.TriggerNotYet:     "trigger",
	clock.TriggerExpected:   "trigger day",
	clock.BeforeOpen:        "trigger period",
	clock.CountedBack:       "day period day2",
	clock.Counted:           "day period day2",
	clock.WasPaused:         "event day",
	clock.PauseTooLate:      "event day day2",
	clock.WasResumed:        "event day n day2",
	clock.StoodStill:        "day n day2",
	clock.WasExtended:       "event day period day2",
	clock.ExtensionTooLate:  "event day period day2",
	clock.ExtensionNotLater: "event day period day2",
	clock.WasAsked:          "event day",
	clock.WasAnswered:       "event day",
	clock.WasRefused:        "event day",
	clock.WasPerformed:      "event day",
	clock.WasDischarged:     "event day day2",
	clock.WasWaived:         "event day day2",
	clock.HasLapsed:         "event day day2",
	clock.WasDisputed:       "event day",
	clock.WasSettled:        "event day",
	clock.HadNoEffect:       "event day",
	clock.EndedWith:         "trigger day",
	clock.Recurred:          "day period n n2 day2",
	clock.OwedSince:         "day n",
	clock.BenchmarkFrom:     "day",
	clock.BenchmarkBetween:  "day day2",
	clock.BenchmarkPassed:   "period day n",
	clock.BenchmarkRuns:     "period day n",
	clock.DueIn:             "day n",
	clock.WarningSince:      "period day",
	clock.OverBy:            "day n",
	clock.MetWith:           "day day2 n",
	clock.NoAnswer:          "day day2 n",
	clock.ReadingsDisagree:  "n",
	clock.PassedOn:          "mission mission2 day",
}

// given are arguments for a code: those that the clock sets for it.
func given(c *locale.Catalogue, code clock.Code, n int) []any {
	day, day2 := when.DayOf(2024, 6, 26), when.DayOf(2025, 3, 26)
	all := map[string][]any{
		"trigger":  {"trigger", "TRIGGER"},
		"event":    {"event", "EVENT"},
		"day":      {"day", day, "from", day},
		"day2":     {"day2", day2, "to", day2},
		"period":   {"period", c.Period(when.Months(9), false)},
		"n":        {"n", n},
		"n2":       {"n2", 77},
		"mission":  {"mission", "MISSION"},
		"mission2": {"mission2", "SUCCESSOR"},
	}
	var args []any
	for name := range strings.FieldsSeq(arguments[code]) {
		args = append(args, all[name]...)
	}
	return args
}

func TestStepsSayWhatTheClockGives(t *testing.T) {
	for _, lang := range locale.Langs {
		c := locale.In(lang)
		for _, code := range clock.Codes {
			for _, n := range []int{0, 1, 2, 1000} {
				s := c.Say("step."+string(code), given(c, code, n)...)
				if strings.ContainsAny(s, "{}[]") {
					t.Errorf("%s: step.%s asks for what the clock does not give: %s", lang, code, s)
				}
				if !strings.HasSuffix(s, ".") {
					t.Errorf("%s: step.%s is no sentence: %s", lang, code, s)
				}
			}
			s := c.Say("step."+string(code), given(c, code, 5)...)
			for name, value := range map[string]string{
				"event": "EVENT", "mission": "MISSION", "mission2": "SUCCESSOR", "n": "5", "n2": "77",
				"day2": c.Day(when.DayOf(2025, 3, 26)),
			} {
				unsaid := code == clock.MetWith && name == "n" || code == clock.Recurred && name == "day2"
				if slices.Contains(strings.Fields(arguments[code]), name) && !unsaid && !strings.Contains(s, value) {
					t.Errorf("%s: step.%s keeps %s to itself: %s", lang, code, name, s)
				}
			}
		}
	}
}

// optional are the codes with a field that the clock leaves empty at times.
var optional = map[clock.Code]string{
	clock.BeforeOpen:    "period",
	clock.CountedBack:   "period",
	clock.WasExtended:   "period day2",
	clock.WasDischarged: "day2",
	clock.WasWaived:     "day2",
	clock.HasLapsed:     "day2",
}

// A field that the clock leaves empty must not leave a hole in the sentence.
func TestStepsWithoutAnOptionalField(t *testing.T) {
	for _, lang := range locale.Langs {
		c := locale.In(lang)
		for code, fields := range optional {
			full := c.Say("step."+string(code), given(c, code, 0)...)
			args := given(c, code, 0)
			for i := 0; i < len(args); i += 2 {
				switch name := args[i]; {
				case name == "period" && strings.Contains(fields, "period"):
					args[i+1] = c.Period(when.Period{}, false)
				case (name == "day2" || name == "to") && strings.Contains(fields, "day2"):
					args[i+1] = when.Earliest
				}
			}
			s := c.Say("step."+string(code), args...)
			if s == full || strings.Contains(s, "  ") || strings.HasPrefix(s, " ") ||
				strings.Contains(s, c.Day(when.Earliest)) {
				t.Errorf("%s: step.%s without its %s: %s", lang, code, fields, s)
			}
			if code != clock.CountedBack && len(s) >= len(full) {
				t.Errorf("%s: step.%s says no less without its %s: %s", lang, code, fields, s)
			}
		}
	}
}

func TestSentencesOfExplanation(t *testing.T) {
	for _, lang := range locale.Langs {
		c := locale.In(lang)
		for _, key := range c.Keys() {
			if s := c.Say(key); strings.HasSuffix(key, ".means") && (!strings.HasSuffix(s, ".") || len(s) < 20) {
				t.Errorf("%s: %s is no sentence: %s", lang, key, s)
			}
		}
	}
}

// One account of one promise, as the record would give it on 26 June 2024.
func TestAnAccountInFourLanguages(t *testing.T) {
	adoption, due := when.DayOf(2023, 10, 2), when.DayOf(2024, 7, 2)
	want := map[locale.Lang][]string{
		locale.English: {
			"The event that counts: TRIGGER. It happened on 2 October 2023.",
			"9 months after 2 October 2023 is 2 July 2024.",
			"It falls due on 2 July 2024, in 6 days.",
			"due",
		},
		locale.French: {
			"L’événement qui compte\u202f: TRIGGER. Il a eu lieu le 2 octobre 2023.",
			"9 mois après le 2 octobre 2023, c’est le 2 juillet 2024.",
			"L’échéance est le 2 juillet 2024, dans 6 jours.",
			"échéance proche",
		},
		locale.Creole: {
			"Evènman ki konte a: TRIGGER. Li te rive nan dat 2 oktòb 2023.",
			"9 mwa apre 2 oktòb 2023, se 2 jiyè 2024.",
			"Dat limit la se 2 jiyè 2024, nan 6 jou.",
			"dat limit la pre",
		},
		locale.Spanish: {
			"El hecho que cuenta: TRIGGER. Ocurrió el 2 de octubre de 2023.",
			"Contando 9 meses desde el 2 de octubre de 2023 se llega al 2 de julio de 2024.",
			"La fecha límite es el 2 de julio de 2024, dentro de 6 días.",
			"próxima a vencer",
		},
	}
	for lang, lines := range want {
		c := locale.In(lang)
		got := []string{
			c.Say("step.trigger-happened", "trigger", "TRIGGER", "day", adoption),
			c.Say("step.counted", "period", c.Period(when.Months(9), false), "from", adoption, "to", due),
			c.Say("step.due-in", "day", due, "n", 6),
			c.Say("status.due"),
		}
		for i := range lines {
			if got[i] != lines[i] {
				t.Errorf("%s:\n got %s\nwant %s", lang, got[i], lines[i])
			}
		}
	}
}
