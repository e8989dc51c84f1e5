package desk_test

import (
	"strconv"
	"testing"

	"temwen/casework"
	"temwen/site/sitetest"
)

// Given somebody taken in the act, when one officer records that the mission has them and
// the evidence, and another opens the next track on a phone, from the board
// then both pages lead to each other
// when two people make both public, and that they are of one allegation
// then the public pages lead to each other, until one of them is taken back.
func testTracks(t *testing.T, b *sitetest.Browser) {
	k := withCases(t)
	k.admit(t, "marasa")
	first := k.open(t, "mss-flagrante")
	one, two := k.sit(t, b, "en", atDesk), k.sit(t, b, "en", sitetest.Reader{Width: 360, Phone: true})
	one.signIn("lakay")
	two.signIn("marasa")
	one.open("/cases/" + first)
	one.answer(1, "handed-over")
	one.answer(2, "confirmed")
	one.sees("handed over, next track not opened")

	two.open("/board")
	two.sees("Handed over, next track not opened")
	two.send(`#handing ~ ul a[href*="/cases/new?from="]`)
	two.sees("This case takes further what was handed on from Case 1")
	two.send("main form[action$='/cases'] button")
	two.sees("Handed on from")
	one.open("/cases/" + first)
	one.sees("It goes on in Case 2")
	one.send(`#beside a`)
	one.sees("Case 2")
	second := k.beside(t, first)

	one.asks(first, "track")
	two.open("/decisions")
	two.send(`main form[action$="/publish"] button`)
	two.sees("Decided: it is public.")
	one.asks(second, "track", "beside")
	two.open("/decisions")
	two.sees("the other tracks of it that are public")
	two.send(`main form[action$="/publish"] button`)
	two.sees("Decided: it is public.")

	reader := k.reader(t, b)
	entry := func(id string) string {
		c, err := k.cases.Case(t.Context(), "", id)
		if err != nil {
			t.Fatal(err)
		}
		return "/conduct/" + strconv.FormatUint(c.First, 10)
	}
	for id, other := range map[string]string{first: second, second: first} {
		reader.open("/missions/mss" + entry(id))
		reader.sees("Also goes through")
		reader.send(`.also a[href$="` + entry(other) + `"]`)
		reader.sees("Also goes through")
	}
	gone := entry(first)
	k.act(t, first, casework.AskRetraction{Ground: "safety"})
	two.open("/decisions")
	two.send(`main form[action$="/retract"] button`)
	two.sees("Decided: it is taken back.")
	reader.open("/missions/mss" + entry(second))
	if reader.is(`document.body.innerText.includes("Also goes through")`) {
		t.Error("the page still leads to what was taken back")
	}
	if status := reader.open("/missions/mss" + gone); status != 410 {
		t.Errorf("what was taken back answers %d", status)
	}
	for _, w := range []*window{one, two, reader} {
		w.quiet()
	}
}
