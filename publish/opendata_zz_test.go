package publish

import (
	"fmt"
	"os"
	"temwen/dossier"
	"temwen/when"
	"testing"
	"time"
)

func TestOpenZZ(t *testing.T) {
	d, err := dossier.Load(os.DirFS("../missions/haiti"), dossier.Options{})
	if err != nil {
		t.Fatal(err)
	}
	day, _ := when.ParseDay("2024-07-26")
	v := See(d, On(day))
	s := time.Now()
	n := NewsOf(d, On(day), NewsScope{Mission: "mss"}, 50)
	fmt.Println(time.Since(s), len(n))
	for _, x := range n[:20] {
		fmt.Println(x.Day, x.Kind, x.FactID, x.Was, x.Now, x.ID, x.Title.String())
	}
	for _, x := range v.Falls(NewsScope{Mission: "mss"}) {
		fmt.Println(x.Day, x.UID, x.Status, x.Line.Title.String(), x.Reading.String())
	}
	s = time.Now()
	p, err := v.DataPackage()
	fmt.Println(time.Since(s), err)
	os.MkdirAll("/tmp/oapi/haiti", 0o755)
	for _, f := range p.Files {
		os.WriteFile("/tmp/oapi/haiti/"+f.Name, f.Bytes, 0o644)
	}
}
