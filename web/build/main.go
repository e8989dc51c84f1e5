// Command build bundles the scripts of the pages into the folders that embed
// them. It is run by go generate, in the folder web, and by nobody else.
package main

import (
	"fmt"
	"os"

	"temwen/web"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	if err := web.Install(".", os.Stderr); err != nil {
		return err
	}
	files, err := web.Bundle(".")
	if err != nil {
		return err
	}
	return web.Write("..", files)
}
