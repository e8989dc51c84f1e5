package record

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
)

// Lock is one process's hold on a store's folder: of record, ledger and blobs
// together. The operating system releases it when the process ends, however it
// ends.
type Lock struct{ file *os.File }

// lockName is the file that is locked. It stays when the lock is released:
// removing it would let two processes lock two files of that name.
const lockName = "lock"

// TakeLock takes the folder dir, which must exist, for this process alone. If
// another one (or another Lock of this one) holds it, the error is ErrLocked
// and names the folder and that process. Folders on network file systems are
// not supported: their locks do not always hold.
func TakeLock(dir string) (*Lock, error) {
	file, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("locking the folder %s: %w", dir, err)
	}
	taken, err := tryLock(file)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("locking the folder %s: %w", dir, err)
	}
	if !taken {
		defer file.Close()
		return nil, fmt.Errorf("the folder %s is %w: %s is using it; end that process first, or use another folder", dir, ErrLocked, holder(file))
	}
	if err := writeHolder(file); err != nil {
		file.Close()
		return nil, fmt.Errorf("locking the folder %s: %w", dir, err)
	}
	return &Lock{file}, nil
}

// Release gives the folder back.
func (l *Lock) Release() error {
	err := errors.Join(l.file.Truncate(0), unlock(l.file))
	if closeErr := l.file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("releasing the lock %s: %w", l.file.Name(), err)
	}
	return nil
}

// writeHolder writes this process's ID into the file, for the one who will be
// refused to read.
func writeHolder(file *os.File) error {
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err := file.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0)
	return err
}

// holder is the process that the file names.
func holder(file *os.File) string {
	text := make([]byte, 20)
	n, err := file.ReadAt(text, 0)
	if err != nil && err != io.EOF {
		return "another process"
	}
	pid, err := strconv.Atoi(string(bytes.TrimSpace(text[:n])))
	if err != nil || pid <= 0 {
		return "another process" // which has not yet written its ID
	}
	return fmt.Sprintf("process %d", pid)
}
