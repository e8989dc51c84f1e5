package search

import (
	"time"

	"golang.org/x/sys/unix"
)

// processorTime is how long the calling thread has run so far: what a search
// costs, however busy the machine is.
func processorTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		return 0
	}
	return time.Duration(t.Nano())
}
