package publish

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path"
	"strings"
)

// CheckPackage compares the files of a data package with what its datapackage.json says
// of them, and returns how many there are. read reads one by its name. That they agree proves
// that none was altered by itself; what the record says only the ledger proves.
func CheckPackage(packaged []byte, read func(name string) ([]byte, error)) (files int, err error) {
	var d descriptor
	if err := json.Unmarshal(packaged, &d); err != nil {
		return 0, fmt.Errorf("reading %s: %w", PackageFile, err)
	}
	for _, r := range d.Resources {
		if r.Path == "" || path.Base(r.Path) != r.Path {
			return files, fmt.Errorf("%s names a file %q, which is none of this folder", PackageFile, r.Path)
		}
		b, err := read(r.Path)
		if err != nil {
			return files, fmt.Errorf("reading a file that %s names: %w", PackageFile, err)
		}
		sum := sha256.Sum256(b)
		if want, ok := strings.CutPrefix(r.Hash, "sha256:"); !ok || want != hex.EncodeToString(sum[:]) || len(b) != r.Bytes {
			return files, fmt.Errorf("%s is not the file that %s describes: it was altered, or cut off", r.Path, PackageFile)
		}
		files++
	}
	return files, nil
}
