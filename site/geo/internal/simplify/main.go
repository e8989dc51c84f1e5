// Command simplify makes site/geo/haiti.json from the full shapes of Haiti's
// departments. It is run by go generate in site/geo.
package main

import (
	_ "embed"
	"fmt"
	"os"
)

//go:embed haiti-admin1.geojson
var source []byte

func main() {
	data, err := Country(source)
	if err == nil {
		err = os.WriteFile("haiti.json", data, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "simplify:", err)
		os.Exit(1)
	}
}
