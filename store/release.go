package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"temwen/record"
)

// releaseNoted is the type of the event that lists what a reporter's browser is
// given to run: {"files":{"/assets/report.js":"<SHA-256, hexadecimal>"},"version":"v1.2.0"}.
// It is public, so that a script that was changed for one visitor is evidence.
const releaseNoted = "release.noted"

// releases is the book of these events.
type releases struct{}

// Release is what a server gives browsers to run.
type Release struct {
	Files   map[string]string `json:"files"`   // SHA-256 in hexadecimal, by path
	Version string            `json:"version"` // of the program
}

func (releases) Name() string { return "release" }

func (releases) Types() []string { return []string{releaseNoted} }

func (releases) Tables() []record.Table {
	return []record.Table{{Name: "noted", Columns: []string{"idx BIGINT NOT NULL PRIMARY KEY", "digest BLOB NOT NULL"}}}
}

func (releases) Enter(ctx context.Context, t *record.Tables, e record.Event) error {
	digest := sha256.Sum256(e.Public)
	_, err := t.Exec(ctx, `INSERT INTO {noted} (idx, digest) VALUES ($1, $2)`, e.Index, digest[:])
	return err
}

// NoteRelease puts a release on the record and into the ledger, unless it is the
// last one that was noted.
func (s *Store) NoteRelease(ctx context.Context, r Release, now time.Time) error {
	public, err := record.Canonical(r)
	if err != nil {
		return fmt.Errorf("noting a release: %w", err)
	}
	done, err := s.Do(ctx, executionKey(), noteRelease(public), now)
	if err != nil {
		return fmt.Errorf("noting a release: %w", err)
	}
	if done.From == done.To {
		return nil
	}
	return s.Publish(ctx, now, false, nil)
}

type noteRelease json.RawMessage

func (noteRelease) Book() string { return releases{}.Name() }
func (noteRelease) Daily() bool  { return false }

func (n noteRelease) Digest() record.Hash { return sha256.Sum256(append([]byte("release"), n...)) }

// Decide implements record.Act.
func (n noteRelease) Decide(ctx context.Context, t *record.Tables) ([]record.Draft, error) {
	var last []byte
	digest := sha256.Sum256(n)
	if _, err := t.Scan(ctx, `SELECT digest FROM {noted} ORDER BY idx DESC LIMIT 1`, nil, &last); err != nil || slices.Equal(last, digest[:]) {
		return nil, err
	}
	return []record.Draft{{Type: releaseNoted, Public: json.RawMessage(n)}}, nil
}

// Release is the last release noted, and the index of its event; nil where there
// is none.
func (r *Reader) Release(ctx context.Context) (*Release, uint64, error) {
	var index uint64
	there := false
	err := r.View(ctx, releases{}.Name(), func(t *record.Tables) (err error) {
		there, err = t.Scan(ctx, `SELECT idx FROM {noted} ORDER BY idx DESC LIMIT 1`, nil, &index)
		return err
	})
	if err != nil || !there {
		return nil, 0, err
	}
	e, err := r.Event(ctx, index)
	if err != nil {
		return nil, 0, err
	}
	release := new(Release)
	if err := json.Unmarshal(e.Public, release); err != nil {
		return nil, 0, fmt.Errorf("reading the release noted in event %d: %w", index, err)
	}
	return release, index, nil
}

// Paths are the files' paths, sorted.
func (r *Release) Paths() []string { return slices.Sorted(maps.Keys(r.Files)) }
