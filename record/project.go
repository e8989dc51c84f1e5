package record

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// projector enters changes in query tables. Commands and replays go through it
// alike, and nothing else writes them.
type projector struct {
	tx     *sql.Tx
	tables tables
	insert *sql.Stmt
	end    *sql.Stmt
	cite   map[int]*sql.Stmt // by number of sources
}

// tables are the names of a set of query tables.
type tables struct{ fact, cites, mission string }

var liveTables = tables{fact: "fact", cites: "cites", mission: "mission"}

func newProjector(ctx context.Context, tx *sql.Tx, t tables) (*projector, error) {
	p := &projector{tx: tx, tables: t, cite: make(map[int]*sql.Stmt)}
	var err error
	if p.insert, err = tx.PrepareContext(ctx, `INSERT INTO `+t.fact+` (from_idx, dossier, kind, id, hash) VALUES ($1, $2, $3, $4, $5)`); err != nil {
		return nil, err
	}
	p.end, err = tx.PrepareContext(ctx, `UPDATE `+t.fact+` SET to_idx = $1 WHERE dossier = $2 AND kind = $3 AND id = $4 AND to_idx IS NULL AND hash = $5`)
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *projector) close() {
	for _, stmt := range p.cite {
		stmt.Close()
	}
	if p.end != nil {
		p.end.Close()
	}
	p.insert.Close()
}

// apply enters the change that event index makes. It is an error where that
// does not follow from what is in the tables.
func (p *projector) apply(ctx context.Context, index uint64, c *Change) error {
	f := &c.Fact
	if c.Type != FactStated {
		done, err := p.end.ExecContext(ctx, index, f.Dossier, f.Kind, f.ID, c.Prior[:])
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, fmt.Errorf("%s is not on file as %s", f.Ref(), c.Prior))
		}
	}
	if f.Kind == KindMission {
		if err := p.mission(ctx, c); err != nil {
			return err
		}
	}
	if c.Type == FactRetracted {
		return nil
	}
	hash := f.Hash()
	if _, err := p.insert.ExecContext(ctx, index, f.Dossier, f.Kind, f.ID, hash[:]); err != nil {
		return err
	}
	return p.cites(ctx, index, f.Sources)
}

func (p *projector) mission(ctx context.Context, c *Change) (err error) {
	switch c.Type {
	case FactStated:
		_, err = p.tx.ExecContext(ctx, `INSERT INTO `+p.tables.mission+` (id, dossier) VALUES ($1, $2)`, c.Fact.ID, c.Fact.Dossier)
	case FactRetracted:
		_, err = p.tx.ExecContext(ctx, `DELETE FROM `+p.tables.mission+` WHERE id = $1`, c.Fact.ID)
	}
	return err
}

// citesAtOnce is how many sources one statement enters.
const citesAtOnce = 8

func (p *projector) cites(ctx context.Context, index uint64, sources []string) error {
	args := make([]any, 0, 2*citesAtOnce)
	for len(sources) > 0 {
		n := min(len(sources), citesAtOnce)
		args = args[:0]
		for _, source := range sources[:n] {
			args = append(args, source, index)
		}
		sources = sources[n:]
		if p.cite[n] == nil {
			var b strings.Builder
			b.WriteString(`INSERT INTO ` + p.tables.cites + ` (source, from_idx) VALUES `)
			for i := range n {
				if i > 0 {
					b.WriteString(", ")
				}
				fmt.Fprintf(&b, "($%d, $%d)", 2*i+1, 2*i+2)
			}
			stmt, err := p.tx.PrepareContext(ctx, b.String())
			if err != nil {
				return err
			}
			p.cite[n] = stmt
		}
		if _, err := p.cite[n].ExecContext(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}
