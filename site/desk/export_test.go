package desk

// Room is an address, for tests that go through all of them.
type Room struct{ Method, Path, Reach string }

// Rooms are all addresses below the language.
func Rooms() []Room {
	var list []Room
	for _, r := range (&Desk{}).rooms() {
		list = append(list, Room{r.method, r.path, []string{"anybody", "joined", "admitted"}[r.reach]})
	}
	return list
}
