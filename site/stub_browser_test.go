package site_test

import "testing"

func testTraced(t *testing.T, b *browser) {}
