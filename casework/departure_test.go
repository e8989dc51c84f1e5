package casework

import (
	"testing"

	"temwen/clock"
	"temwen/when"
)

// A suspect rotates home: the case goes on as it was, and what was noted by mistake is taken back.
func TestARotationEndsNothing(t *testing.T) {
	k := begin(t)
	k.do("o1", "2025-01-10", RecordAnswer{1, answer("informed")})
	by := day("2025-02-15")
	k.do("o1", "2025-01-15", SendNotice{Step: 2, Notice: Notice{Language: "en", By: &by}})
	march, err := when.Parse("2025-01~")
	if err != nil {
		t.Fatal(err)
	}
	gone := Departure{On: march, How: "rotated", Source: "public"}
	k.do("o1", "2025-01-20", RecordDeparture{gone})
	k.waits("determine")
	k.status(2, "2025-02-01", clock.Running)
	k.do("", "2025-02-16", NoteSilence{2}) // its clock did not stand still
	k.do("o1", "2025-02-17", Succeed{Mission: "gsf"})
	k.do("o1", "2025-02-17", RecordDeparture{Departure{How: "unknown", Source: "state"}})
	if k.c.Closed() || len(k.c.Away()) != 2 {
		t.Errorf("closed %v, away %v", k.c.Closed(), k.c.Away())
	}
	k.do("o1", "2025-02-18", SetDepartureAside{1})
	if away := k.c.Away(); len(away) != 1 || away[0].How != "unknown" {
		t.Errorf("away %v", away)
	}
	k.refused("o1", "2025-02-18", SetDepartureAside{1}, CodeTwice)
	k.refused("o1", "2025-02-18", SetDepartureAside{3}, CodeUnknown)
	k.refused("o1", "2025-02-18", SetDepartureAside{0}, CodeUnknown)
	k.refused("o1", "2024-12-18", RecordDeparture{gone}, CodeDay)
	k.refused("o1", "2025-02-18", RecordDeparture{Departure{How: "fled", Source: "state"}}, CodeMalformed)
	k.refused("o1", "2025-02-18", RecordDeparture{Departure{How: "unknown", Source: "NAME"}}, CodeMalformed)
}
