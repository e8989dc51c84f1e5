package casework

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"

	"temwen/record"
)

// An officer can have one secret address of a calendar. The record keeps its
// hash only; a new one, or none, takes its place.

// The type of event about an officer's calendar.
const calendarSet = "calendar.set"

// GiveCalendar gives an officer the token of a new calendar, and takes back the
// one they had.
func (k *Cases) GiveCalendar(ctx context.Context, officer string) (token string, err error) {
	var b [20]byte
	rand.Read(b[:]) // never fails
	token = base64.RawURLEncoding.EncodeToString(b[:])
	return token, k.note(ctx, calendarSet, noted{By: officer, ID: calendarHash(token)}, 0)
}

// DropCalendar takes an officer's calendar back.
func (k *Cases) DropCalendar(ctx context.Context, officer string) error {
	return k.note(ctx, calendarSet, noted{By: officer}, 0)
}

// CalendarOf is the officer whose calendar a token is of, or a *Refused.
func (k *Cases) CalendarOf(ctx context.Context, token string) (officer string, err error) {
	err = k.view(ctx, func(t *record.Tables) error {
		there, err := t.Scan(ctx, `SELECT officer FROM {calendar} WHERE hash = $1`, []any{calendarHash(token)}, &officer)
		if err == nil && !there {
			err = refuse(CodeUnknown)
		}
		return err
	})
	return officer, err
}

// HasCalendar reports whether an officer has a calendar.
func (k *Cases) HasCalendar(ctx context.Context, officer string) (has bool, err error) {
	err = k.view(ctx, func(t *record.Tables) (err error) {
		var hash string
		has, err = t.Scan(ctx, `SELECT hash FROM {calendar} WHERE officer = $1`, []any{officer}, &hash)
		return err
	})
	return has, err
}

func calendarHash(token string) string {
	sum := sha256.Sum256([]byte("temwen calendar\n" + token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func enterCalendar(ctx context.Context, t *record.Tables, index uint64, b *noted) error {
	if _, err := t.Exec(ctx, `DELETE FROM {calendar} WHERE officer = $1`, b.By); err != nil || b.ID == "" {
		return err
	}
	_, err := t.Exec(ctx, `INSERT INTO {calendar} (idx, officer, hash) VALUES ($1, $2, $3)`, index, b.By, b.ID)
	return err
}
