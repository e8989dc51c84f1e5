package record

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

// The schema is a list of migrations, one SQL file each. Going down never drops
// what cannot be made again from something else, and a migration that changes
// the query tables drops them and makes them anew: catchUp then fills them.

//go:embed schema/sqlite/*.sql
var sqliteSchema embed.FS

const (
	// sqliteApplication is the application_id of a record's file: "Temw".
	sqliteApplication = 1415933303
	// sqliteVersion is the version of the schema, which is the last migration,
	// and sqliteSum the hash of what they make, as schemaSum finds it.
	sqliteVersion = 3
	sqliteSum     = "88a2863f3f2b5451ee99eb526a1169ebcb9920cc0e0809bd66cfcd0f326174ff"
	// versionTable is where the migrations done are listed.
	versionTable = "schema_version"
)

func migrations(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(sqliteSchema, "schema/sqlite")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, files,
		goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
}

// migrate brings the schema up to this version, and then the query tables,
// which a migration may have made anew, up to the record.
func (s *sqlStore) migrate(ctx context.Context) error {
	provider, err := migrations(s.write)
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bringing its schema up to version %d: %w", sqliteVersion, err)
	}
	return s.catchUp(ctx)
}

// catchUp enters the events that are not yet in the query tables.
func (s *sqlStore) catchUp(ctx context.Context) error {
	return s.update(ctx, func(steady context.Context, tx *sql.Tx) error {
		size, err := countEvents(steady, tx)
		if err != nil {
			return err
		}
		var projected uint64
		if err := tx.QueryRowContext(steady, `SELECT events FROM projection`).Scan(&projected); err != nil {
			return err
		}
		if projected == size {
			return nil
		}
		if err := s.replay(ctx, steady, tx, liveTables, nil, projected, size, nil); err != nil {
			return err
		}
		_, err = tx.ExecContext(steady, `UPDATE projection SET events = $1`, size)
		return err
	})
}
