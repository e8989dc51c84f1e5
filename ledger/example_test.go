package ledger_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"time"

	"temwen/ledger"
	"temwen/record"
)

// A ledger is created, follows a record of two events, gives a receipt, and is
// verified as anybody can verify it.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "ledger")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	dir = filepath.Join(dir, "ledger")

	key, err := ledger.GenerateKey("record.example.org/haiti")
	if err != nil {
		panic(err)
	}
	if err := ledger.Create(dir, key); err != nil {
		panic(err)
	}
	log, err := ledger.Open(ctx, dir, key, ledger.Settings{})
	if err != nil {
		panic(err)
	}
	events := func(_ context.Context, from uint64) iter.Seq2[record.Event, error] {
		return func(yield func(record.Event, error) bool) {
			for i := from; i < 2; i++ {
				if !yield(exampleEvent(i), nil) {
					return
				}
			}
		}
	}
	size, err := log.Follow(ctx, events, nil)
	if err != nil {
		panic(err)
	}
	receipt, err := log.Receipt(ctx, 1)
	if err != nil {
		panic(err)
	}
	if err := log.Close(); err != nil {
		panic(err)
	}

	report, err := ledger.Verify(ctx, dir, ledger.Options{Key: key.Public(), Events: events})
	if err != nil {
		panic(err)
	}
	fmt.Println(size, report.Entries, report.Compared, report.Pin)
	proved, err := ledger.VerifyReceipt(receipt, nil, key.Public(), nil)
	if err != nil {
		panic(err)
	}
	fmt.Println(proved.Leaf.Index, proved.Leaf.Day, string(proved.Leaf.Public))
	// Output:
	// 2 2 2 given
	// 1 2026-11-23 {"about":"haiti/review-1"}
}

func exampleEvent(i uint64) record.Event {
	return record.Event{
		Index:   i,
		Type:    "fact.stated",
		Time:    time.Date(2026, 11, 23, 19, 10, 0, 0, time.UTC),
		Public:  json.RawMessage(fmt.Sprintf(`{"about":"haiti/review-%d"}`, i)),
		Private: json.RawMessage(`{"by":"officer"}`),
		Salt:    bytes.Repeat([]byte{byte(i + 1)}, 32),
	}
}
