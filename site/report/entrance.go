package report

// entrance is where everybody begins.
func (s *Site) entrance(*visit) (*page, error) {
	return &page{Template: "entrance"}, nil
}

// way is one of the things to do at the entrance.
type way struct{ Href, Title, Means string }

// Ways are the things to do at the entrance.
func (p *page) Ways() []way {
	var list []way
	for i, name := range []string{"general", "exploitation", "child", "back"} {
		key := "report.path." + name
		list = append(list, way{p.Page(i + 1), p.T(key), p.T(key + ".means")})
	}
	return list
}

// help shows who helps, by what somebody needs.
func (s *Site) help(*visit) (*page, error) {
	return &page{Template: "help"}, nil
}

// Contacts are all services that help.
func (p *page) Contacts() []Contact { return p.site.options.Contacts }
