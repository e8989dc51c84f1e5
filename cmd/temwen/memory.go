package main

// spared is how many bytes a server keeps that it never writes to.
const spared = 64 << 20

// spare keeps the collector of garbage from running all the time where little memory is
// used: it lets garbage grow to what is in use, which is some 25 MB here, and a page of a
// case leaves more than one. Bytes that are only asked for count as in use, and the system
// gives no memory for them; so a server has up to 64 MiB more of garbage, whatever it has
// in use, and fewer pages wait for the collector. An operator who has set GOGC or
// GOMEMLIMIT has decided on that, and there it is nothing. The caller keeps it alive.
func (p *program) spare() []byte {
	if p.getenv("GOGC") != "" || p.getenv("GOMEMLIMIT") != "" {
		return nil
	}
	return make([]byte, spared)
}
