package site_test

import "testing"

func testTraced(t *testing.T, b *browser) {}
func testPrint(t *testing.T, b *browser)  {}
