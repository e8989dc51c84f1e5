package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"filippo.io/age"

	"temwen/office"
	"temwen/seal"
)

// Colleagues are the names of the other officers: each has the role of that name,
// and the same passphrase.
func Colleagues() []string {
	names := make([]string, len(office.Roles))
	for i, r := range office.Roles {
		names[i] = string(r)
	}
	return names
}

// colleague is an officer with a role.
type colleague struct {
	role    office.Role
	officer office.Officer
	key     *age.HybridIdentity
}

// staff lets the colleagues in, each with a role, and gives the officer all roles
// but the auditor's, who has no other. The legal officer comes first, with whom the
// office is divided, so that nobody is given a key that their role does not open.
func (p *player) staff(ctx context.Context, offices *office.Office) error {
	roles := slices.SortedFunc(slices.Values(office.Roles), func(a, b office.Role) int { return rank(a) - rank(b) })
	p.colleagues = make(map[office.Role]string)
	for i, role := range roles {
		c := colleague{role: role}
		var err error
		if c.officer, c.key, err = office.NewInventedOfficer(p.office.String(), string(role), Passphrase); err != nil {
			return err
		}
		given := map[string][]office.Role{c.officer.ID: {role}}
		if i == 0 {
			given[p.by] = slices.DeleteFunc(slices.Clone(office.Roles), func(r office.Role) bool { return r == office.Auditor })
		}
		if err := p.admit(ctx, offices, c, i > 0, given); err != nil {
			return fmt.Errorf("letting in %s: %w", role, err)
		}
		p.colleagues[role] = c.officer.ID
	}
	return nil
}

// rank is the order in which the colleagues come.
func rank(r office.Role) int {
	if r == office.LegalOfficer {
		return -1
	}
	return slices.Index(office.Roles, r)
}

// admit lets a colleague in, and gives roles, and keys to whom they open something.
func (p *player) admit(ctx context.Context, offices *office.Office, c colleague, divided bool, roles map[string][]office.Role) error {
	_, link := office.NewLink()
	invite := office.Invite{ID: link, Name: string(c.role), Until: p.at.Add(24 * time.Hour)}
	wrapped, err := seal.WrapIdentity(p.key, c.key.Recipient())
	if err != nil {
		return err
	}
	keys := office.Admit{Officer: c.officer.ID, Wraps: map[int][]byte{1: wrapped}}
	deeds := []office.Command{keys, office.AssignRoles{Roles: roles}}
	if divided {
		deeds = []office.Command{office.Admit{Officer: c.officer.ID}, office.AssignRoles{Roles: roles}}
		if c.role.Opens() {
			deeds = append(deeds, keys)
		}
	}
	if err := offices.Do(ctx, p.by, office.InviteOfficer{Invite: invite}); err != nil {
		return err
	}
	if err := offices.Do(ctx, "", office.Join{Invite: link, Officer: c.officer}); err != nil {
		return err
	}
	for _, d := range deeds {
		if err := offices.Do(ctx, p.by, d); err != nil {
			return err
		}
	}
	return nil
}
