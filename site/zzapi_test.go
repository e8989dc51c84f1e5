package site_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestZZFeedCost(t *testing.T) {
	h := open(t)
	var feeds, cals, pages []string
	filepath.Walk("/tmp/api-static", func(p string, i os.FileInfo, err error) error {
		a := strings.TrimPrefix(p, "/tmp/api-static")
		if strings.HasSuffix(a, ".atom") {
			feeds = append(feeds, a)
		}
		if strings.HasSuffix(a, ".ics") {
			cals = append(cals, a)
		}
		if strings.HasSuffix(a, "/index.html") && len(a) > 11 {
			pages = append(pages, strings.TrimSuffix(a, "/index.html"))
		}
		return nil
	})
	for n, l := range map[string][]string{"feeds": feeds, "cals": cals, "pages": pages} {
		s := time.Now()
		for _, a := range l {
			get(t, h, a)
		}
		fmt.Println(n, len(l), time.Since(s))
	}
}
