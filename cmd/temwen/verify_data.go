package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"temwen/publish"
)

// noLedger says what is in a folder that has neither a store nor a ledger, and what can be
// proven there: of open data that it agrees with itself, of a static edition only single entries.
func noLedger(dir string) error {
	for _, pattern := range []string{"", "*", "data/*"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern, publish.PackageFile))
		if err != nil {
			return err
		}
		if len(found) > 0 {
			return dataAlone(dir, found)
		}
	}
	if m, err := os.ReadFile(filepath.Join(dir, manifestFile)); err == nil {
		return withoutLedger(dir, m, "")
	}
	return fmt.Errorf("there is neither a store nor a ledger in %s; name the folder or the address of one", dir)
}

// dataAlone compares the files of data packages with what they say of each other.
func dataAlone(dir string, packages []string) error {
	files := 0
	for _, name := range packages {
		packaged, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		n, err := publish.CheckPackage(packaged, func(file string) ([]byte, error) { return os.ReadFile(filepath.Join(filepath.Dir(name), file)) })
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Dir(name), err)
		}
		files += n
	}
	if m, err := os.ReadFile(filepath.Join(dir, manifestFile)); err == nil {
		return withoutLedger(dir, m, fmt.Sprintf("the %d files of its open data are as %s describes them; ", files, publish.PackageFile))
	}
	return fmt.Errorf("%s is open data without a ledger: its %d files are as %s describes them, and nothing here proves that the record says so; "+
		"verify the ledger that its publisher serves, temwen verify https://.../ledger/, or a static edition (temwen publish), which has the ledger beside the data", dir, files, publish.PackageFile)
}

// withoutLedger says what a static edition lacks, and how one entry is proven: by a receipt and
// the ledger's key, which the edition names.
func withoutLedger(dir string, edition []byte, data string) error {
	var m manifest
	if err := json.Unmarshal(edition, &m); err != nil {
		return fmt.Errorf("reading which edition is in %s: %w", dir, err)
	}
	single := ""
	if receipts, err := filepath.Glob(filepath.Join(dir, "receipts", "*")); err == nil && len(receipts) > 0 {
		single = fmt.Sprintf("; without it each of its receipts proves one entry, with the ledger's key, which should come from elsewhere: temwen verify --receipt %s --key %q", receipts[0], m.Key)
	}
	return fmt.Errorf("%s is a static edition without its ledger: %scopy its folder ledger along, and verify again%s", dir, data, single)
}
