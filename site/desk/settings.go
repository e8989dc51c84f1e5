package desk

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"temwen/locale"
	"temwen/seal"
)

// settings are what an operator can write into a file, in TOML, because it is
// secret or too long for flags. docs/desk.md has an example.
type settings struct {
	Idle     duration         `toml:"idle"`
	Lifetime duration         `toml:"lifetime"`
	Lock     duration         `toml:"lock"`
	SSO      *ssoSettings     `toml:"single_sign_on"`
	Gateways []gatewaySetting `toml:"gateway"`
}

type ssoSettings struct {
	Name         string `toml:"name"`
	Issuer       string `toml:"issuer"`
	ClientID     string `toml:"client_id"`
	ClientSecret string `toml:"client_secret"`
	Claim        string `toml:"claim"`
}

type gatewaySetting struct {
	ID      string `toml:"id"`
	Key     string `toml:"key"` // base64
	Channel string `toml:"channel"`
	Lang    string `toml:"lang"`
}

// duration is a time.Duration as TOML has it: "30m".
type duration time.Duration

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil || v < time.Minute || v > 24*time.Hour {
		return fmt.Errorf("%q is not a time between 1m and 24h", text)
	}
	*d = duration(v)
	return nil
}

// ReadSettings reads a file of settings into options. Everything that is wrong with
// it is told at once, with its line where there is one. A file that others than its
// owner may read is refused, for it holds secrets.
func ReadSettings(file string, options *Options) error {
	info, err := os.Stat(file)
	if err != nil {
		return fmt.Errorf("the desk's settings: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return fmt.Errorf("the desk's settings: %s holds secrets and can be read by others than its owner; run: chmod 600 %s", file, file)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("the desk's settings: %w", err)
	}
	if err := parseSettings(string(b), options); err != nil {
		return fmt.Errorf("the desk's settings, %s:\n%w", file, err)
	}
	return nil
}

// parseSettings reads settings strictly: what it does not know is an error.
func parseSettings(text string, options *Options) error {
	var s settings
	meta, err := toml.Decode(text, &s)
	var syntax toml.ParseError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d: %s", syntax.Position.Line, syntax.Message)
	case err != nil:
		return err
	}
	var problems []error
	for _, key := range meta.Undecoded() {
		problems = append(problems, fmt.Errorf("there is no setting %q", key))
	}
	options.Idle, options.Lifetime, options.Lock = time.Duration(s.Idle), time.Duration(s.Lifetime), time.Duration(s.Lock)
	if s.SSO != nil {
		problems = append(problems, s.SSO.check())
		options.SingleSignOn = &SingleSignOn{
			Name: s.SSO.Name, Issuer: s.SSO.Issuer, ClientID: s.SSO.ClientID, ClientSecret: s.SSO.ClientSecret, Claim: s.SSO.Claim,
		}
	}
	options.Gateways = nil
	for i, g := range s.Gateways {
		made, err := g.gateway()
		if err != nil {
			problems = append(problems, fmt.Errorf("gateway %d: %w", i+1, err))
		}
		if slices.ContainsFunc(options.Gateways, func(o Gateway) bool { return o.ID == made.ID }) {
			problems = append(problems, fmt.Errorf("gateway %d: there are two of the name %q", i+1, made.ID))
		}
		options.Gateways = append(options.Gateways, made)
	}
	return errors.Join(problems...)
}

func (s *ssoSettings) check() error {
	if s.Name == "" || s.ClientID == "" || s.ClientSecret == "" || !strings.HasPrefix(s.Issuer, "https://") {
		return errors.New("single_sign_on needs name, issuer (beginning with https://), client_id and client_secret")
	}
	return nil
}

func (g *gatewaySetting) gateway() (Gateway, error) {
	key, err := base64.StdEncoding.DecodeString(g.Key)
	if err != nil {
		return Gateway{}, errors.New("its key is not base64; draw one with: head -c 32 /dev/urandom | base64")
	}
	made := Gateway{ID: g.ID, Key: key, Channel: seal.Channel(g.Channel), Lang: locale.Lang(g.Lang)}
	if g.Lang == "" {
		made.Lang = locale.Creole
	}
	if !slices.Contains(locale.Langs, made.Lang) {
		return made, fmt.Errorf("its language %q is none of ht, fr, en and es", g.Lang)
	}
	return made, made.check()
}
