package office

import (
	"slices"
)

// Role is a sort of work at the office. An officer may have several.
type Role string

// The roles. Some open what is sealed, see Opens; the others are never given a
// key.
const (
	IntakeOfficer Role = "intake"        // reads what comes, and answers
	Investigator  Role = "investigator"  // works on what is assigned to them
	LegalOfficer  Role = "legal"         // leads cases through their procedures
	Publisher     Role = "publisher"     // decides, as the second, what becomes public
	Auditor       Role = "auditor"       // sees everything but the inside of seals, and does nothing
	Administrator Role = "administrator" // looks after the officers, and has keys to nothing
)

// Roles are all roles, in the order of the table.
var Roles = []Role{IntakeOfficer, Investigator, LegalOfficer, Publisher, Auditor, Administrator}

// Action is something that a role is needed for. What is the same for everybody
// who works here, such as one's own passphrase, is none.
type Action string

// Relation is what somebody has to do with the thread or case that an action is
// about.
type Relation int

// The relations. The last that is true counts.
const (
	Unrelated Relation = iota // or the action is about no thread and no case
	Assigned                  // it is assigned to them
	Walled                    // a conflict of interest keeps them from it
)

// The actions.
const (
	SeeThreads      Action = "see-threads" // that they are there, how far they are, of what size; not what is in them
	OpenEnvelopes   Action = "open-envelopes"
	WriteReplies    Action = "write-replies"
	KeepNotes       Action = "keep-notes"
	MoveThreads     Action = "move-threads"
	AssignThreads   Action = "assign-threads"
	JoinReports     Action = "join-reports"
	EnterReports    Action = "enter-reports"
	SeeIncidents    Action = "see-incidents"
	CodeIncidents   Action = "code-incidents"
	MergeIncidents  Action = "merge-incidents"
	Allege          Action = "allege"
	SeeCases        Action = "see-cases"
	OpenCases       Action = "open-cases"
	AssignCases     Action = "assign-cases"
	WallOff         Action = "wall-off"
	SendNotices     Action = "send-notices"
	RecordAnswers   Action = "record-answers"
	SetAside        Action = "set-aside" // an answer on the record, and all that it began
	MoveClocks      Action = "move-clocks"
	SteerCases      Action = "steer-cases" // reopen, succeed, add an allegation
	RecordRemedies  Action = "record-remedies"
	SeeEvidence     Action = "see-evidence"  // that it is there, and its custody; not what is in it
	KeepEvidence    Action = "keep-evidence" // take in, hand over, take back
	OpenEvidence    Action = "open-evidence"
	AskPublication  Action = "ask-publication"
	Publish         Action = "publish"
	DropPublication Action = "drop-publication" // withdraw what was asked for, or refuse it
	SeeErasures     Action = "see-erasures"     // what is due for erasure, what is asked for, and what would go
	AskErasure      Action = "ask-erasure"
	DropErasure     Action = "drop-erasure"
	EraseForGood    Action = "erase"
	InviteOfficers  Action = "invite-officers"
	AdmitOfficers   Action = "admit-officers"
	RemoveOfficers  Action = "remove-officers"
	GiveRoles       Action = "give-roles"
	GiveKeys        Action = "give-keys"
	BeginEpochs     Action = "begin-epochs"
	ShareOutRescue  Action = "share-out-rescue"
	SeeOfficesDeeds Action = "see-deeds"
)

// reach is the value of a cell: of which threads and cases a role may do an
// action.
type reach int

const (
	none reach = iota
	own        // those that are assigned to them
	all        // those that no wall keeps from them
)

// row says who may do an action, in the order of Roles.
type row struct {
	action Action
	cells  [6]reach
}

// table is who may do what. What is not in it nobody may do. A wall stands before
// every cell: whoever it keeps from a thread or case may do nothing with it,
// whatever their role.
var table = []row{
	//                 intake  investigator  legal  publisher  auditor  administrator
	{SeeThreads, [6]reach{all, own, all, none, all, none}},
	{OpenEnvelopes, [6]reach{all, own, own, none, none, none}},
	{WriteReplies, [6]reach{all, own, own, none, none, none}},
	{KeepNotes, [6]reach{all, own, own, none, none, none}},
	{MoveThreads, [6]reach{all, own, own, none, none, none}},
	{AssignThreads, [6]reach{all, own, all, none, none, none}},
	{JoinReports, [6]reach{all, none, none, none, none, none}},
	{EnterReports, [6]reach{all, all, all, none, none, none}},

	{SeeIncidents, [6]reach{all, all, all, all, all, none}},
	{CodeIncidents, [6]reach{all, all, all, none, none, none}},
	{MergeIncidents, [6]reach{all, all, all, none, none, none}},
	{Allege, [6]reach{all, all, all, none, none, none}},

	{SeeCases, [6]reach{none, own, all, all, all, none}},
	{OpenCases, [6]reach{none, all, all, none, none, none}},
	{AssignCases, [6]reach{none, own, all, none, none, none}},
	{WallOff, [6]reach{none, none, all, none, none, none}},
	{SendNotices, [6]reach{none, own, all, none, none, none}},
	{RecordAnswers, [6]reach{none, own, all, none, none, none}},
	{SetAside, [6]reach{none, none, all, none, none, none}},
	{MoveClocks, [6]reach{none, none, all, none, none, none}},
	{SteerCases, [6]reach{none, none, all, none, none, none}},
	{RecordRemedies, [6]reach{none, own, all, none, none, none}},
	{SeeEvidence, [6]reach{none, own, all, none, all, none}},
	{KeepEvidence, [6]reach{none, own, all, none, none, none}},
	{OpenEvidence, [6]reach{none, own, all, none, none, none}},
	{AskPublication, [6]reach{none, own, all, none, none, none}},
	{Publish, [6]reach{none, none, none, all, none, none}},
	{DropPublication, [6]reach{none, own, all, all, none, none}},

	{SeeErasures, [6]reach{all, own, all, none, all, none}},
	{AskErasure, [6]reach{all, own, all, none, none, none}},
	{DropErasure, [6]reach{all, own, all, none, none, none}},
	{EraseForGood, [6]reach{none, none, all, none, none, none}},

	{InviteOfficers, [6]reach{none, none, none, none, none, all}},
	{AdmitOfficers, [6]reach{none, none, none, none, none, all}},
	{RemoveOfficers, [6]reach{none, none, none, none, none, all}},
	{GiveRoles, [6]reach{none, none, none, none, none, all}},
	{GiveKeys, [6]reach{all, all, all, none, none, none}},
	{BeginEpochs, [6]reach{all, all, all, none, none, none}},
	{ShareOutRescue, [6]reach{none, none, all, none, none, none}},
	{SeeOfficesDeeds, [6]reach{none, none, none, none, all, all}},
}

// keyed are the actions that take a key of the office. A role that may do the
// first of them opens what is sealed.
var keyed = []Action{OpenEnvelopes, OpenEvidence, GiveKeys, BeginEpochs, ShareOutRescue}

// fourEyes are the actions of which one person does the first and another the
// second.
var fourEyes = [][2]Action{{AskPublication, Publish}, {AskErasure, EraseForGood}}

// Actions are all actions, in the order of the table.
func Actions() []Action {
	list := make([]Action, len(table))
	for i, r := range table {
		list[i] = r.action
	}
	return list
}

// reachOf is the widest cell of an action over some roles; none for an action
// that is not in the table.
func reachOf(a Action, roles ...Role) (widest reach) {
	i := slices.IndexFunc(table, func(r row) bool { return r.action == a })
	if i < 0 {
		return none
	}
	for _, role := range roles {
		if at := slices.Index(Roles, role); at >= 0 {
			widest = max(widest, table[i].cells[at])
		}
	}
	return widest
}

// covers reports whether a cell's value lets somebody of a relation do it.
func (c reach) covers(r Relation) bool {
	switch r {
	case Unrelated:
		return c == all
	case Assigned:
		return c >= own
	}
	return false
}

// Opens reports whether a role opens what is sealed, so that who has it needs the
// office's keys.
func (r Role) Opens() bool { return reachOf(OpenEnvelopes, r) > none }

// May reports whether a role may do an action of something of a relation.
func (r Role) May(a Action, relation Relation) bool { return reachOf(a, r).covers(relation) }

// May reports whether an officer may do an action, as the office stands. It is
// pure, and denies what it does not know: only who was admitted may do anything.
// Before any role was given the office is undivided, and every officer may do
// what a wall does not keep from them.
func May(s *State, officer string, a Action, r Relation) bool {
	o := s.Officer(officer)
	switch {
	case o == nil || o.Standing != Admitted || r == Walled:
		return false
	case !s.Divided:
		return reachOf(a, Roles...) > none
	}
	return reachOf(a, o.Roles...).covers(r)
}

// Allow is May as an error: nil, or the *Refused that says who may.
func Allow(s *State, officer string, a Action, r Relation) error {
	switch {
	case May(s, officer, a, r):
		return nil
	case r == Walled:
		return refuse(CodeWalled)
	}
	return &Refused{Code: CodeRole, Action: a}
}

// RolesFor are the roles that may do an action of what is assigned to them at
// least.
func RolesFor(a Action) []Role {
	return slices.DeleteFunc(slices.Clone(Roles), func(r Role) bool { return reachOf(a, r) == none })
}

// MayHaveThreads reports whether an officer may be given a thread, and MayHaveCases a
// case: their role works on what is assigned to them.
func (s *State) MayHaveThreads(officer string) bool { return May(s, officer, MoveThreads, Assigned) }

// MayHaveCases: see MayHaveThreads.
func (s *State) MayHaveCases(officer string) bool { return May(s, officer, RecordAnswers, Assigned) }

// WhoMay are the officers who may do an action of any thread or case.
func (s *State) WhoMay(a Action) []Officer {
	return slices.DeleteFunc(s.Admitted(), func(o Officer) bool { return !May(s, o.ID, a, Unrelated) })
}

// Opens reports whether an officer may have keys: their role opens what is sealed.
func (s *State) Opens(o *Officer) bool {
	return o.Standing == Admitted && (!s.Divided || slices.ContainsFunc(o.Roles, Role.Opens))
}

// holds reports whether an officer has the present key, and may have it.
func (s *State) holds(o *Officer) bool {
	e := s.Current()
	return e != nil && e.Wraps[o.ID] != nil && s.Opens(o)
}

// Holders are the officers who have the office's keys, and may have them: a new
// key is wrapped to exactly these. In an undivided office they are all who were
// admitted.
func (s *State) Holders() []Officer {
	return slices.DeleteFunc(s.Admitted(), func(o Officer) bool { return !s.holds(&o) })
}

// Keyless are the officers whose role opens what is sealed, and who wait for
// somebody to give them the keys.
func (s *State) Keyless() []Officer {
	return slices.DeleteFunc(s.Admitted(), func(o Officer) bool { return !s.Opens(&o) || s.holds(&o) })
}

// lacking is an action that nobody could do to its full reach as the office
// stands, or empty. Of an undivided office nothing is lacking.
func (s *State) lacking() Action {
	if !s.Divided {
		return ""
	}
	can := func(a Action) (ids []string) {
		for _, o := range s.Admitted() {
			if reachOf(a, o.Roles...) == reachOf(a, Roles...) && (!slices.Contains(keyed, a) || s.holds(&o)) {
				ids = append(ids, o.ID)
			}
		}
		return ids
	}
	for _, a := range Actions() {
		if len(can(a)) == 0 {
			return a
		}
	}
	for _, pair := range fourEyes {
		first, second := can(pair[0]), can(pair[1])
		if len(first) == 1 && slices.Equal(first, second) {
			return pair[1]
		}
	}
	return ""
}
