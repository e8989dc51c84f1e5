// Package conduct is what the public may know of an oversight office's work:
// how many reports, allegations, alleged perpetrators, victims, investigations
// and actions there are, by month and by who is said to be responsible, how long
// steps have been open, and who is silent.
//
// It must never show a number from which a person could be found: small ones are
// kept back, and so is what would tell them, within a table and between editions.
// It must never add counts of different kinds. Start with Counts, the rules of
// counting; then Next, which decides what is shown; then Book, which keeps what
// was published on the record. The rest of the package is pure.
package conduct

// Several is the column of harm that is attributed to several actors together:
// each person stands in one column.
const Several = "several"
