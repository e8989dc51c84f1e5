package report_test

import (
	"testing"

	"temwen/site/sitetest"
)

func testWeight(t *testing.T, b *sitetest.Browser) {}
