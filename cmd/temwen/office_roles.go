package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"temwen/office"
	"temwen/store"
)

// officeRolesCmd is temwen office roles.
type officeRolesCmd struct {
	Roles []string `arg:"" optional:"" name:"officer" help:"An officer with the roles that they have from now on: NAME=ROLE,ROLE. None: NAME=."`
	officeStore
}

// Help teaches with an example.
func (officeRolesCmd) Help() string {
	return `Gives officers roles, in the operator's name: for when no administrator can be reached. Without any
it lists who has which. The roles: intake, investigator, legal, publisher, auditor, administrator. The
first ones divide the office; there must always be somebody for everything.

  temwen office roles --dir /var/lib/temwen
  temwen office roles marin=legal,administrator odile=intake tidjo=publisher --dir /var/lib/temwen`
}

// Run gives the roles, and lists them.
func (c *officeRolesCmd) Run(p *program) error {
	return c.with(p, func(_ *store.Store, o *office.Office) error {
		s, err := o.State(p.ctx)
		if err != nil {
			return err
		}
		if len(c.Roles) > 0 {
			given, err := parseRoles(s, c.Roles)
			if err != nil {
				return err
			}
			if err := o.Do(p.ctx, office.Operator, office.AssignRoles{Roles: given}); err != nil {
				return c.refused(err, "giving roles")
			}
			if s, err = o.State(p.ctx); err != nil {
				return err
			}
		}
		w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
		fmt.Fprintf(w, "OFFICER\tROLES\n")
		for _, a := range s.Admitted() {
			fmt.Fprintf(w, "%s\t%s\n", a.Name, rolesInWords(s, a.Roles))
		}
		if err := w.Flush(); err != nil || !s.Stale() {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "somebody whose role opens nothing knows the office's key\nnext: temwen office rotate --as NAME --dir %s\n", c.Dir)
		return err
	})
}

func rolesInWords(s *office.State, roles []office.Role) string {
	switch {
	case !s.Divided:
		return "everything: no roles were given yet"
	case len(roles) == 0:
		return "none"
	}
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, ", ")
}

// parseRoles reads NAME=ROLE,ROLE of officers who are here.
func parseRoles(s *office.State, words []string) (map[string][]office.Role, error) {
	given := make(map[string][]office.Role)
	for _, word := range words {
		name, list, ok := strings.Cut(word, "=")
		o := s.Named(name)
		if !ok {
			return nil, usageError{fmt.Errorf("%q is not of the form NAME=ROLE,ROLE", word)}
		}
		if o == nil {
			return nil, fmt.Errorf("there is no officer %q here; temwen office list tells who is", name)
		}
		roles := []office.Role{}
		for r := range strings.SplitSeq(list, ",") {
			if r == "" {
				continue
			}
			if !slices.Contains(office.Roles, office.Role(r)) {
				return nil, usageError{fmt.Errorf("%q is no role; write some of %v", r, office.Roles)}
			}
			roles = append(roles, office.Role(r))
		}
		given[o.ID] = roles
	}
	return given, nil
}
