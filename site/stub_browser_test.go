package site_test

import "testing"

func testQuestions(t *testing.T, b *browser) {}
func testTraced(t *testing.T, b *browser)    {}
func testPrint(t *testing.T, b *browser)     {}
