package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"temwen/seal"
)

// TestCrowd: what 64 people send at once is all acknowledged, each receipt is for
// what its sender sent, and nothing is lost or there twice.
func TestCrowd(t *testing.T) {
	t.Parallel()
	const people, each = 64, 2
	dir := newOffice(t)
	p := serve(t, dir)
	var (
		done     sync.WaitGroup
		mu       sync.Mutex
		receipts [][2][]byte // with the envelope that each is for
	)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: people}}
	for n := range people {
		done.Go(func() {
			for i := range each {
				someone := &person{client: client, home: p.Report}
				s, err := someone.seal(t.Context(), &seal.Report{
					V: seal.Version, Path: seal.PathGeneral, Lang: "ht", What: fmt.Sprintf("Moun %d, fwa %d.", n, i),
					Consent: seal.ConsentOffice, Channel: seal.ChannelBrowser,
				})
				if err != nil {
					t.Error(err)
					return
				}
				receipt, err := someone.send(t.Context(), s)
				if err != nil {
					t.Error(err)
					return
				}
				again, err := someone.send(t.Context(), s)
				if err != nil || len(again) == 0 {
					t.Errorf("sent once more it is answered with %q (%v)", again, err)
				}
				mu.Lock()
				receipts = append(receipts, [2][]byte{receipt, s.envelope})
				mu.Unlock()
			}
		})
	}
	done.Wait()
	if len(receipts) != people*each {
		t.Fatalf("%d of %d are acknowledged", len(receipts), people*each)
	}
	key := ledgerKey(p)
	p.signal(os.Interrupt, 0)
	if said := p.stderr.String(); said != "" {
		t.Errorf("the server says: %s", said)
	}

	// All that was acknowledged is published, and each proves it.
	q := serve(t, dir, "--publish-every", "100ms")
	first := q.edition()
	for q.edition() == first {
	}
	q.signal(os.Interrupt, 0)
	folder := t.TempDir()
	args := []string{"verify", dir, "--forget", "--key", key}
	for i, r := range receipts {
		file, envelope := filepath.Join(folder, fmt.Sprintf("%d.txt", i)), filepath.Join(folder, fmt.Sprintf("%d.age", i))
		if err := os.WriteFile(file, r[0], 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(envelope, r[1], 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--receipt", file)
		if i%16 == 0 { // each is one run of the program
			stdout, _ := temwen(t, 0, "verify", "--receipt", file, "--envelope", envelope, "--key", key)
			says(t, stdout, "the one in hand is the one committed to")
		}
		if !bytes.Contains(r[0], []byte("temwen receipt v1")) {
			t.Errorf("it is no receipt: %s", r[0])
		}
	}
	stdout, _ := temwen(t, 0, args...)
	says(t, stdout, "VERIFIED")
}
