package desk_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"temwen/locale"
	"temwen/seal"
	"temwen/site/desk"
)

// settingsFile is a file of settings that only its owner may read.
func settingsFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "desk.toml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// The example of docs/desk.md is read, and says what it seems to say.
func TestSettingsExample(t *testing.T) {
	doc, err := os.ReadFile("../../docs/desk.md")
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile("(?s)```toml\n(.*?)```").FindSubmatch(doc)
	if example == nil {
		t.Fatal("docs/desk.md has no example in TOML")
	}
	var o desk.Options
	if err := desk.ReadSettings(settingsFile(t, string(example[1])), &o); err != nil {
		t.Fatal(err)
	}
	if o.Idle != 20*time.Minute || o.Lifetime != 8*time.Hour || o.Lock != 5*time.Minute || o.SingleSignOn.Issuer != "https://sso.example.org" || len(o.Gateways) != 1 {
		t.Errorf("the example says %+v", o)
	}
	if g := o.Gateways[0]; g.ID != "sms-1" || len(g.Key) != 32 || g.Channel != seal.ChannelSMS || g.Lang != locale.Creole {
		t.Errorf("its gateway is %+v", g)
	}
}

// Given settings that are wrong, then each mistake is told, all at once.
func TestSettingsThatAreRefused(t *testing.T) {
	const key = `key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="`
	for _, c := range []struct {
		name, text string
		says       []string
	}{
		{"an unknown setting", "idel = \"20m\"\n[single_sign_on]\nsecret = \"x\"", []string{`no setting "idel"`, `no setting "single_sign_on.secret"`, "needs name"}},
		{"no TOML", "idle = \"20m\"\nlock =\n", []string{"line 2"}},
		{"a time that is none", `idle = "soon"`, []string{"soon", "between 1m and 24h"}},
		{"a time too short", `lock = "1s"`, []string{"between 1m and 24h"}},
		{"a provider without https", "[single_sign_on]\nname = \"x\"\nissuer = \"http://sso.example.org\"\nclient_id = \"a\"\nclient_secret = \"b\"", []string{"https://"}},
		{"a key that is none", "[[gateway]]\nid = \"a\"\nkey = \"!\"\nchannel = \"sms\"", []string{"gateway 1", "head -c 32"}},
		{"a short key", "[[gateway]]\nid = \"a\"\nkey = \"AAAA\"\nchannel = \"sms\"", []string{"at least 32"}},
		{"a channel that is none", "[[gateway]]\nid = \"a\"\n" + key + "\nchannel = \"fax\"", []string{"channel"}},
		{"a language that is none", "[[gateway]]\nid = \"a\"\n" + key + "\nchannel = \"sms\"\nlang = \"de\"", []string{"de", "ht, fr, en and es"}},
		{"two of one name", strings.Repeat("[[gateway]]\nid = \"a\"\n"+key+"\nchannel = \"sms\"\n", 2), []string{`two of the name "a"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := desk.ReadSettings(settingsFile(t, c.text), new(desk.Options))
			if err == nil {
				t.Fatal("they are taken")
			}
			for _, s := range c.says {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("the error does not say %q:\n%v", s, err)
				}
			}
		})
	}
	open := settingsFile(t, "")
	if err := os.Chmod(open, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := desk.ReadSettings(open, new(desk.Options)); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a file that anybody can read: %v", err)
	}
	if err := desk.ReadSettings(open+"x", new(desk.Options)); err == nil {
		t.Error("a file that is not there is read")
	}
}
