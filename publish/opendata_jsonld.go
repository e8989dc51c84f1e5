package publish

import (
	"fmt"

	"temwen/locale"
)

// DatasetLD describes a data package to search engines: a schema.org Dataset in
// JSON-LD.
type DatasetLD struct {
	Context      string           `json:"@context"`
	Type         string           `json:"@type"`
	Name         string           `json:"name"`
	Description  string           `json:"description"`
	Identifier   string           `json:"identifier"`
	Version      string           `json:"version"`
	DateModified string           `json:"dateModified"`
	InLanguage   []string         `json:"inLanguage"`
	Licence      string           `json:"license"`
	Free         bool             `json:"isAccessibleForFree"`
	Distribution []DistributionLD `json:"distribution"`
}

// DistributionLD is one file of a dataset.
type DistributionLD struct {
	Type           string `json:"@type"`
	Name           string `json:"name"`
	EncodingFormat string `json:"encodingFormat"`
	ContentURL     string `json:"contentUrl"`
	ContentSize    string `json:"contentSize"`
	SHA256         string `json:"sha256"`
}

// DatasetLD describes the package in a language. address is where a file of a
// name is to be had.
func (p *DataPackage) DatasetLD(v *View, w Words, address func(name string) string) *DatasetLD {
	d := &DatasetLD{
		Context: "https://schema.org/", Type: "Dataset", Name: w.Text(v.Info.Title), Description: w.Text(v.Info.About),
		Identifier: p.Dossier, Version: p.Version(), DateModified: p.AsOf.Known.String(),
		Licence: DataLicence.Address, Free: true,
	}
	if d.Description == "" {
		d.Description = w.Say("data.lead")
	}
	for _, l := range locale.Langs {
		d.InLanguage = append(d.InLanguage, string(l))
	}
	for i := range p.Files {
		f := &p.Files[i]
		d.Distribution = append(d.Distribution, DistributionLD{
			Type: "DataDownload", Name: f.Name, EncodingFormat: mediaType(f.Format.MediaType),
			ContentURL: address(f.Name), ContentSize: fmt.Sprintf("%d B", len(f.Bytes)), SHA256: f.SHA256,
		})
	}
	return d
}
