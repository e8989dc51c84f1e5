package web

import (
	"errors"
	"os"
	"regexp"

	"github.com/evanw/esbuild/pkg/api"
)

// lighter lets the bundler leave out what no page uses of @noble/post-quantum.
// Its hybrid.js makes the keys of two more curves when it is loaded, by calls that the
// bundler must keep because they might do something; they do not, and saying so takes
// a quarter off what an old phone loads.
var lighter = api.Plugin{
	Name: "lighter",
	Setup: func(build api.PluginBuild) {
		build.OnLoad(api.OnLoadOptions{Filter: `@noble/post-quantum/hybrid\.js$`}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			source, err := os.ReadFile(args.Path)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			if !atLoad.Match(source) {
				return api.OnLoadResult{}, errors.New("@noble/post-quantum makes its keys in another way; see lighter.go")
			}
			contents := string(atLoad.ReplaceAll(source, []byte("$1 /* @__PURE__ */ $2(")))
			contents = inside.ReplaceAllString(contents, ", /* @__PURE__ */ $1(")
			return api.OnLoadResult{Contents: &contents}, nil
		})
	},
}

var (
	atLoad = regexp.MustCompile(`(?m)^((?:export )?const \w+ =) (QSF|ecdhKem|createKitchenSink)\(`)
	inside = regexp.MustCompile(`, (ecdhKem)\(`)
)
