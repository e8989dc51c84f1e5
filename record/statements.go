package record

import (
	"context"
	"database/sql/driver"
	"strings"
)

// keeping is a connector whose connections keep the statements that they have
// prepared: to prepare one takes SQLite longer than to find a row by it, and a page
// asks some twenty times. Whoever closes a statement gives it back; the connection
// closes it.
type keeping struct{ driver.Connector }

// Connect implements driver.Connector.
func (k keeping) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &keptConn{sqliteConn: c.(sqliteConn), free: make(map[string]driver.Stmt)}, nil
}

// sqliteConn is what database/sql asks of a connection to SQLite.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// keptConn is a connection with its statements. Like every driver's it is used by one
// goroutine at a time.
type keptConn struct {
	sqliteConn
	free map[string]driver.Stmt // by query; one that is in use is not among them
}

// How many statements a connection keeps, and of how many bytes each.
const (
	maxStatements = 200
	maxStatement  = 4000
)

// keeps reports whether a query's statement is kept: of the others, such as PRAGMA, some
// have their effect when they are prepared.
func keeps(query string) bool {
	verb, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	switch verb {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH":
		return len(query) <= maxStatement
	}
	return false
}

// PrepareContext implements driver.ConnPrepareContext.
func (c *keptConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if !keeps(query) {
		return c.sqliteConn.PrepareContext(ctx, query)
	}
	stmt, ok := c.free[query]
	if ok {
		delete(c.free, query)
	} else {
		var err error
		if stmt, err = c.sqliteConn.PrepareContext(ctx, query); err != nil {
			return nil, err
		}
	}
	return &keptStmt{sqliteStmt: stmt.(sqliteStmt), conn: c, query: query}, nil
}

// ExecContext implements driver.ExecerContext: what is kept database/sql is to prepare.
func (c *keptConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if keeps(query) {
		return nil, driver.ErrSkip
	}
	return c.sqliteConn.ExecContext(ctx, query, args)
}

// QueryContext implements driver.QueryerContext, likewise.
func (c *keptConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if keeps(query) {
		return nil, driver.ErrSkip
	}
	return c.sqliteConn.QueryContext(ctx, query, args)
}

// Close closes the connection and its statements.
func (c *keptConn) Close() error {
	for query, stmt := range c.free {
		_ = stmt.Close() // what it has to say, the connection says too
		delete(c.free, query)
	}
	return c.sqliteConn.Close()
}

// sqliteStmt is what database/sql asks of a statement.
type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// keptStmt is a statement that goes back to its connection.
type keptStmt struct {
	sqliteStmt
	conn   *keptConn
	query  string
	failed bool
}

// ExecContext implements driver.StmtExecContext.
func (s *keptStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	r, err := s.sqliteStmt.ExecContext(ctx, args)
	s.failed = s.failed || err != nil
	return r, err
}

// QueryContext implements driver.StmtQueryContext.
func (s *keptStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	r, err := s.sqliteStmt.QueryContext(ctx, args)
	s.failed = s.failed || err != nil
	return r, err
}

// Close gives the statement back, unless it has failed, or another for the same query
// was given back meanwhile.
func (s *keptStmt) Close() error {
	if _, there := s.conn.free[s.query]; there || s.failed {
		return s.sqliteStmt.Close()
	}
	if len(s.conn.free) >= maxStatements {
		for query, other := range s.conn.free { // any of them
			delete(s.conn.free, query)
			if err := other.Close(); err != nil {
				return err
			}
			break
		}
	}
	s.conn.free[s.query] = s.sqliteStmt
	return nil
}
