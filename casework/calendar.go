package casework

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"temwen/record"
	"temwen/when"
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

// Dated is a step on the day on which it falls due, with what a calendar for programs has
// of it: no content.
type Dated struct {
	Case   string
	Number int
	N      int
	Due    when.Day
}

// Dates are the days of what falls due within a span across cases, and of what is silent
// still, the first first; of the span count From, To, Limit, For and Own.
func (k *Cases) Dates(ctx context.Context, span Span) (list []Dated, err error) {
	span.Silent = true
	condition, args := span.where()
	args = append(args, span.Limit)
	err = k.view(ctx, func(t *record.Tables) error {
		unwalled, err := apart(ctx, t, span.For, "s.docket")
		if err != nil {
			return err
		}
		const order = `s.due, s.docket, s.n` // an index has all of it
		rows, err := t.Query(ctx, fmt.Sprintf(`SELECT d.id, d.number, s.n, s.due FROM (%s) s JOIN {docket} d ON d.idx = s.docket ORDER BY %s`,
			firstOf(span.ways(), order, condition+unwalled, order, len(args)), order), args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var d Dated
			if err := rows.Scan(&d.Case, &d.Number, &d.N, &d.Due); err != nil {
				return err
			}
			list = append(list, d)
		}
		return rows.Err()
	})
	return list, err
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
