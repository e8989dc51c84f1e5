// Package evidencetest makes evidence as an officer's browser hands it in, for tests.
// Nothing in it is about anybody.
//
// It must never be used by the program. Start with Parcel.
package evidencetest

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"

	"filippo.io/age"

	"temwen/casework"
	"temwen/locale"
	"temwen/seal"
)

// Parcel is an item of evidence, sealed to a recipient: a text file with a name. The head
// is filled in where it is empty.
func Parcel(to *age.HybridRecipient, h casework.Head, name string, content []byte) ([]byte, error) {
	about := seal.File{Member: seal.FileMember(1), Name: name, Type: "text/plain", Size: int64(len(content)), SHA256: sha256.Sum256(content)}
	label, file := message(), message()
	label.Exhibit = &seal.Exhibit{Name: about.Name, Type: about.Type, Size: about.Size, SHA256: about.SHA256}
	file.Files = []seal.File{about}
	var sealedLabel, sealedFile bytes.Buffer
	if err := seal.SealDocument(&sealedLabel, to, seal.Document{Message: label}); err != nil {
		return nil, fmt.Errorf("sealing a label: %w", err)
	}
	if err := seal.SealDocument(&sealedFile, to, seal.Document{Message: file}, bytes.NewReader(content)); err != nil {
		return nil, fmt.Errorf("sealing a file: %w", err)
	}
	h.V, h.Label = 1, sealedLabel.Len()
	if h.Epoch == 0 {
		h.Epoch = 1
	}
	if h.Origin == "" {
		h.Origin = "person"
	}
	if h.ID == (seal.ID{}) {
		rand.Read(h.ID[:]) // never fails
	}
	head, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("writing a head: %w", err)
	}
	return slices.Concat(binary.BigEndian.AppendUint32(nil, uint32(len(head))), head, sealedLabel.Bytes(), sealedFile.Bytes()), nil
}

func message() *seal.Message {
	return &seal.Message{V: seal.Version, From: seal.FromOffice, Kind: seal.KindEvidence, Lang: locale.English}
}
