package dossier

// Limits keep a dossier readable by people, and keep a file that was sent to
// do harm from costing more than reading it.
const (
	// MaxFile is the size of one file in bytes. Forty thousand lines are more
	// than anyone reviews in one piece, and a parsed file needs some thirty
	// times its size in memory.
	MaxFile = 4 << 20

	// MaxTotal is the size of all files together in bytes: a hundred times the
	// largest dossier foreseen.
	MaxTotal = 512 << 20

	// MaxFacts is how many facts a dossier may hold. Status of a million
	// obligations is the largest load that the clock is measured with.
	MaxFacts = 1_000_000

	// maxTables is how many CSV files a dossier may read: a file of a few lines
	// could otherwise name one large table thousands of times.
	maxTables = 200

	// MaxDepth is how deep mappings and lists may nest. The format itself needs
	// nine levels.
	MaxDepth = 20

	// MaxFact is the size of one fact in bytes, as JSON. An entry of the
	// ledger holds one fact and has room for 64 KiB.
	MaxFact = 60_000

	// MaxID is the length of an ID: it becomes part of an address.
	MaxID = 80

	// MaxTitle is the length in characters over which a title is warned of: it
	// no longer fits one line of a list.
	MaxTitle = 120

	// maxWorkers is how many files are read at once; each costs up to thirty
	// times MaxFile of memory.
	maxWorkers = 4

	// maxSuggestions is how many "did you mean" are looked for: each compares
	// with every ID of its kind.
	maxSuggestions = 200

	// maxFileProblems is how many problems are kept of one file: a file with
	// more has one cause, and memory stays bounded.
	maxFileProblems = 1000
)
