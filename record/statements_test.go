package record

import (
	"context"
	"database/sql/driver"
	"fmt"
	"path/filepath"
	"testing"

	sqlite "modernc.org/sqlite"
)

// kept opens one connection that keeps its statements, and counts those that SQLite
// prepares for it.
func kept(t *testing.T) (*keptConn, *counting) {
	t.Helper()
	dsn, err := sqliteDSN(filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	connector, err := sqlite.NewConnector(dsn)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := keeping{connector}.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := conn.(*keptConn)
	counts := &counting{sqliteConn: c.sqliteConn}
	c.sqliteConn = counts
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c, counts
}

type counting struct {
	sqliteConn
	prepared int
}

func (c *counting) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	c.prepared++
	return c.sqliteConn.PrepareContext(ctx, query)
}

// ask runs a query, and returns its first number; it closes nothing that is not of it.
func ask(t *testing.T, c *keptConn, query string) (int64, func()) {
	t.Helper()
	stmt, err := c.PrepareContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := stmt.(driver.StmtQueryContext).QueryContext(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	row := make([]driver.Value, len(rows.Columns()))
	if err := rows.Next(row); err != nil {
		t.Fatal(err)
	}
	return row[0].(int64), func() {
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
		if err := stmt.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestStatementsAreKept(t *testing.T) {
	c, counts := kept(t)
	if _, err := c.ExecContext(t.Context(), `CREATE TABLE a (n BIGINT)`, nil); err != nil {
		t.Fatal(err)
	}
	const query = `SELECT COUNT(*) FROM a`
	for range 3 {
		n, done := ask(t, c, query)
		if n != 0 {
			t.Errorf("the empty table has %d rows", n)
		}
		done()
	}
	if counts.prepared != 1 {
		t.Errorf("a query that was asked three times was prepared %d times", counts.prepared)
	}

	// Two at once are two statements, and the table that one meets is the one that is there.
	_, first := ask(t, c, query)
	_, second := ask(t, c, query)
	first()
	second()
	if counts.prepared != 2 || len(c.free) != 1 {
		t.Errorf("the same query twice at once: prepared %d in all, %d kept", counts.prepared, len(c.free))
	}
	for _, sql := range []string{`DROP TABLE a`, `CREATE TABLE a (n BIGINT, m BIGINT)`} {
		if _, err := c.ExecContext(t.Context(), sql, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.sqliteConn.ExecContext(t.Context(), `INSERT INTO a VALUES (1, 2)`, nil); err != nil {
		t.Fatal(err)
	}
	n, done := ask(t, c, query)
	done()
	if n != 1 {
		t.Errorf("a kept statement finds %d rows in the table that was made anew, not 1", n)
	}
}

func TestWhatActsWhenItIsPreparedIsNotKept(t *testing.T) {
	c, _ := kept(t)
	for _, want := range []int64{1000, 2000, 1000} {
		if _, err := c.ExecContext(t.Context(), fmt.Sprintf(`PRAGMA busy_timeout = %d`, want), nil); err != nil {
			t.Fatal(err)
		}
		got, done := ask(t, c, `PRAGMA busy_timeout`)
		done()
		if got != want {
			t.Errorf("the timeout is %d, not %d", got, want)
		}
	}
	if len(c.free) != 0 {
		t.Errorf("%d statements are kept", len(c.free))
	}
}

func TestFewStatementsAreKept(t *testing.T) {
	c, _ := kept(t)
	for i := range 2 * maxStatements {
		_, done := ask(t, c, fmt.Sprintf(`SELECT %d`, i))
		done()
	}
	if len(c.free) != maxStatements {
		t.Errorf("%d statements are kept, not %d", len(c.free), maxStatements)
	}
}
