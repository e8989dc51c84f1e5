package office

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"temwen/seal"
)

// The vectors in testdata hold Go and the browser's scripts together: see
// docs/sealed-reports.md.
var update = flag.Bool("update", false, "write the vectors in testdata anew")

// loginVector is a passphrase and the login that is made of it, base64url.
type loginVector struct {
	Office     string `json:"office"`
	Name       string `json:"name"`
	Passphrase string `json:"passphrase"`
	Login      string `json:"login"`
}

func TestVectorsOfLogins(t *testing.T) {
	var got []loginVector
	for _, passphrase := range []string{"senk mo pou yon kle", "kafe\u0301 ak pen cho", "kafé ak pen cho"} {
		v := loginVector{Office: "BwcHAAAAAAAAAAAAAAAAAA", Name: "marin.1", Passphrase: passphrase}
		login, err := Login(v.Office, v.Name, v.Passphrase)
		if err != nil {
			t.Fatal(err)
		}
		v.Login = base64.RawURLEncoding.EncodeToString(login[:])
		got = append(got, v)
	}
	if got[1].Login != got[2].Login {
		t.Error("letters that look alike make different logins")
	}
	b, err := json.MarshalIndent(got, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "logins.json")
	if *update {
		if err := os.WriteFile(path, append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(bytes.TrimSpace(want), b) {
		t.Errorf("%s is not current; see the flag -update (%v)", path, err)
	}
}

func TestNewOfficerIsUnlocked(t *testing.T) {
	o, id, err := NewOfficer(NewID(), "marin", "senk mo pou yon kle")
	if err != nil {
		t.Fatal(err)
	}
	got, err := o.Unlock("senk mo pou yon kle")
	if err != nil || got.String() != id.String() || got.Recipient().String() != o.Recipient {
		t.Errorf("%v", err)
	}
	if _, err := o.Unlock("senk mo pou yon lot"); !errors.Is(err, seal.ErrWrongKey) {
		t.Errorf("%v", err)
	}
	o.Keys[0].Passkey = []byte("id")
	if _, err := o.Unlock("senk mo pou yon kle"); err == nil || !strings.Contains(err.Error(), "passkey") {
		t.Errorf("%v", err)
	}
}

func TestNewOfficerRefuses(t *testing.T) {
	for _, tt := range []struct{ name, passphrase, says string }{
		{"marin", "twa mo kout", "11 characters"},
		{"Two Words", "senk mo pou yon kle", "small letters"},
		{Operator, "senk mo pou yon kle", "cannot be"},
	} {
		if _, _, err := NewOfficer(NewID(), tt.name, tt.passphrase); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// TestAnotherKeyIsNotTakenForTheEpochs: who wrapped may have been lying.
func TestAnotherKeyIsNotTakenForTheEpochs(t *testing.T) {
	officer, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	o := Officer{ID: NewID(), Recipient: officer.Recipient().String()}
	e, key, err := NewEpoch(1, []Officer{o}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := e.Open(o.ID, officer); err != nil || got.String() != key.String() {
		t.Errorf("%v", err)
	}
	other, _, err := NewEpoch(1, []Officer{o}, nil)
	if err != nil {
		t.Fatal(err)
	}
	e.Wraps = other.Wraps
	if _, err := e.Open(o.ID, officer); !errors.Is(err, seal.ErrMalformed) {
		t.Errorf("%v", err)
	}
	if _, err := e.Open(NewID(), officer); err == nil {
		t.Error("opened for somebody to whom it was not wrapped")
	}
}
