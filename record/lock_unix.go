//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package record

import (
	"os"

	"golang.org/x/sys/unix"
)

// tryLock takes an flock, which belongs to the open file and not to the
// process, so that a second one in this process is refused as well.
func tryLock(file *os.File) (bool, error) {
	for {
		switch err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err {
		case nil:
			return true, nil
		case unix.EWOULDBLOCK:
			return false, nil
		case unix.EINTR:
			continue
		default:
			return false, &os.PathError{Op: "flock", Path: file.Name(), Err: err}
		}
	}
}

// unlock gives a lock back. Closing the file would not while a child that is
// being forked still has it.
func unlock(file *os.File) error { return unix.Flock(int(file.Fd()), unix.LOCK_UN) }

// writable reports whether this process may make files in a folder.
func writable(dir string) bool { return unix.Access(dir, unix.W_OK) == nil }
