package site

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"temwen/clock"
	"temwen/conduct"
	"temwen/dossier"
	"temwen/when"
)

// apiSchemas is the registry of the API's types. The types that write
// themselves as words are described by what they write.
func apiSchemas() huma.Registry {
	r := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	r.RegisterTypeAlias(reflect.TypeFor[clock.Status](), reflect.TypeFor[statusSchema]())
	r.RegisterTypeAlias(reflect.TypeFor[dossier.Modality](), reflect.TypeFor[modalitySchema]())
	r.RegisterTypeAlias(reflect.TypeFor[when.Day](), reflect.TypeFor[daySchema]())
	r.RegisterTypeAlias(reflect.TypeFor[when.Date](), reflect.TypeFor[dateSchema]())
	r.RegisterTypeAlias(reflect.TypeFor[when.Period](), reflect.TypeFor[periodSchema]())
	r.RegisterTypeAlias(reflect.TypeFor[conduct.Month](), reflect.TypeFor[monthSchema]())
	r.RegisterTypeAlias(reflect.TypeFor[conduct.Shown](), reflect.TypeFor[shownSchema]())
	return r
}

type monthSchema struct{}

// Schema is a calendar month.
func (monthSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Description: "A month, YYYY-MM"}
}

type shownSchema struct{}

// Schema is a number, or that it is kept back.
func (shownSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Description: "A number; few: from 1 to one less than least; withheld: any number, which would tell another that is kept back",
		OneOf:       []*huma.Schema{{Type: huma.TypeInteger}, {Type: huma.TypeString, Enum: []any{"few", "withheld"}}},
	}
}

type statusSchema struct{}

// Schema is the words for a status.
func (statusSchema) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString, Description: "What has become of an obligation"}
	for _, status := range clock.Statuses {
		s.Enum = append(s.Enum, status.String())
	}
	return s
}

type modalitySchema struct{}

// Schema is the words for a tense.
func (modalitySchema) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString, Description: "How real the number is"}
	for _, m := range dossier.Modalities {
		s.Enum = append(s.Enum, string(m))
	}
	return s
}

type daySchema struct{}

// Schema is a civil day.
func (daySchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Description: "A day, YYYY-MM-DD; .. where it is open"}
}

type dateSchema struct{}

// Schema is an EDTF date.
func (dateSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Description: "A date in EDTF (ISO 8601-2)"}
}

type periodSchema struct{}

// Schema is an ISO 8601 period.
func (periodSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Description: "A period in ISO 8601"}
}
