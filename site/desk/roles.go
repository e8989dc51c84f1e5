package desk

import (
	"slices"
	"strings"

	"temwen/office"
)

// rolesBody is what the page of the roles shows.
type rolesBody struct {
	Officers []office.Officer // admitted
	Divided  bool
	May      bool // the officer may give roles
	Rights   []right
}

// right says who may do an action.
type right struct {
	Action office.Action
	Whom   []string // the roles, in words
}

// rolesPage says who has which role, and what a role may do.
func (d *Desk) rolesPage(v *visit) error {
	body := &rolesBody{Officers: v.state.Admitted(), Divided: v.state.Divided, May: v.may(office.GiveRoles)}
	for _, a := range office.Actions() {
		r := right{Action: a}
		for _, role := range office.RolesFor(a) {
			words := v.words.Say("desk.role." + string(role))
			if !role.May(a, office.Unrelated) {
				words += " (" + v.words.Say("desk.reach.own") + ")"
			}
			r.Whom = append(r.Whom, words)
		}
		body.Rights = append(body.Rights, r)
	}
	v.show(&page{visit: v, Template: "roles", Nav: "office", Title: v.words.Say("desk.roles.title"), Body: body})
	return nil
}

// Roles are all roles.
func (p *page) Roles() []office.Role { return office.Roles }

// Has reports whether an officer has a role.
func (b *rolesBody) Has(o office.Officer, r office.Role) bool { return slices.Contains(o.Roles, r) }

// RoleNames are an officer's roles in words.
func (p *page) RoleNames(o office.Officer) string {
	names := make([]string, len(o.Roles))
	for i, r := range o.Roles {
		names[i] = p.T("desk.role." + string(r))
	}
	return p.words.List(names)
}

// Divided reports whether roles were given.
func (p *page) Divided() bool { return p.state != nil && p.state.Divided }

// giveRoles makes the roles of the officers on the form those that are marked.
// Those that were not changed on it are left as they are now.
func (d *Desk) giveRoles(v *visit) error {
	c := office.AssignRoles{Roles: make(map[string][]office.Role), Seen: make(map[string][]office.Role)}
	for _, id := range v.form["officer"] {
		marked, seen := rolesOf(v.form["role-"+id]), rolesOf(strings.Fields(v.form.Get("seen-"+id)))
		if !slices.Equal(marked, seen) {
			c.Roles[id], c.Seen[id] = marked, seen
		}
	}
	if err := v.do(c); err != nil {
		return err
	}
	v.done("roles")
	return v.next(v.href("office", "roles"))
}

// rolesOf are roles as a form says them.
func rolesOf(words []string) []office.Role {
	list := make([]office.Role, len(words))
	for i, w := range words {
		list[i] = office.Role(w)
	}
	return list
}

// letIn admits an officer to an office that is divided, without a key.
func (d *Desk) letIn(v *visit) error {
	if err := v.do(office.Admit{Officer: v.PathValue("officer")}); err != nil {
		return err
	}
	v.done("let-in")
	return v.next(v.href("office", "roles"))
}

// may reports whether the officer may do an action, at least of what is assigned to
// them: whether it is worth offering.
func (v *visit) may(a office.Action) bool {
	return v.officer != nil && office.May(v.state, v.officer.ID, a, office.Assigned)
}

// only is a handler for those whose role may do an action, of something at least.
func only(a office.Action, serve func(*visit) error) func(*visit) error {
	return func(v *visit) error {
		if v.may(a) {
			return serve(v)
		}
		return &office.Refused{Code: office.CodeRole, Action: a}
	}
}

// May is may for templates.
func (p *page) May(action string) bool { return p.may(office.Action(action)) }

// MayAll reports whether the officer may do an action of any thread or case, and not
// only of those assigned to them.
func (p *page) MayAll(action string) bool {
	return office.May(p.state, p.officer.ID, office.Action(action), office.Unrelated)
}

// HasKey reports whether the officer has the office's present key.
func (p *page) HasKey() bool {
	return p.officer != nil && slices.ContainsFunc(p.state.Holders(), func(o office.Officer) bool { return o.ID == p.officer.ID })
}

// whoMay says which roles and officers may do what was refused, or empty.
func (v *visit) whoMay(r *office.Refused) string {
	if r.Action == "" || v.look() != nil {
		return ""
	}
	var roles, names []string
	for _, role := range office.RolesFor(r.Action) {
		roles = append(roles, v.words.Say("desk.role."+string(role)))
	}
	for _, o := range v.state.WhoMay(r.Action) {
		names = append(names, o.Name)
	}
	if r.Code == office.CodeLacking {
		return v.words.Say("desk.error.lacking.who", "action", v.words.Say("desk.action."+string(r.Action)), "roles", v.words.List(roles))
	}
	return v.words.Say("desk.error.role.who", "roles", v.words.List(roles), "names", v.words.List(names))
}
