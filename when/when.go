// Package when is the calendar of the record: civil days, dates that may be
// imprecise or open (EDTF, ISO 8601-2 levels 0 and 1), periods (ISO 8601
// durations in calendar units) and working days over a calendar.
//
// It must never read a clock or a time zone: every day is a civil day at the
// place the fact is about, and "today" is handed in from outside. Start with
// Day, then Date (an EDTF expression and the earliest and latest day it
// allows), then Period and Calendar.
//
// The rules that others build on:
//
//   - Comparison. A Date allows every day from First to Last. SurelyBefore
//     holds where each day of the one is before each day of the other, Overlaps
//     where some day is allowed by both; of any two dates exactly one of
//     "surely before", "surely after" and "overlaps" is true. An interval that
//     is open ("..") or unknown (nothing) at an end reaches to Earliest or
//     Latest there, and no date given allows every day: what is not known is
//     never surely before anything.
//   - Qualifiers. "?", "~" and "%" say how sure an author is. They do not widen
//     a date, since the standard does not say by how much, and so do not change
//     a comparison.
//   - Seasons. 21 to 24 are the northern hemisphere's seasons in whole months:
//     spring is March to May, and the winter of a year ends with February of
//     the next.
//   - Month ends. A period counts its months first and then its days. Where the
//     month reached is too short, its last day is taken: one month after 31
//     January is 28 or 29 February, and two months after it is 31 March again.
//     So k times a period is counted from its start, not from the day before.
package when

import "math"

// clamp is n, or the end of the range of int32 where n is beyond it.
func clamp(n int64) int32 { return int32(min(max(n, math.MinInt32), math.MaxInt32)) }
