package web

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"

	"github.com/evanw/esbuild/pkg/api"
)

// pdfjs lets pdf.js have its decoders of scans (JBIG2, fax, JPEG 2000) in the bundle, as
// plain JavaScript: it would load them from an address when a PDF asks for one, and in their other
// form, WebAssembly, a page would have to allow what makes code. It also keeps the licences
// of all that comes with it, which the bundler does not take for such.
var pdfjs = api.Plugin{
	Name: "pdfjs",
	Setup: func(build api.PluginBuild) {
		build.OnLoad(api.OnLoadOptions{Filter: `pdfjs-dist/legacy/build/pdf\.worker\.mjs$`}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			source, err := os.ReadFile(args.Path)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			if len(fromAddress.FindAll(source, -1)) != 1 {
				return api.OnLoadResult{}, errors.New("pdfjs-dist loads its decoders in another way; see pdfjs.go")
			}
			source = fromAddress.ReplaceAll(source, []byte(`{ default: this._noWasmFilename.startsWith("jbig2") ? plainJBIG2 : plainJPEG2000 }`))
			top := filepath.Join(filepath.Dir(args.Path), "..", "..")
			licences, err := licencesOf(top, "LICENSE", "standard_fonts/LICENSE_FOXIT", "wasm/LICENSE_PDFJS_JBIG2", "wasm/LICENSE_JBIG2", "wasm/LICENSE_PDFJS_OPENJPEG", "wasm/LICENSE_OPENJPEG")
			if err != nil {
				return api.OnLoadResult{}, err
			}
			contents := `import plainJBIG2 from "../../wasm/jbig2_nowasm_fallback.js";` + "\n" +
				`import plainJPEG2000 from "../../wasm/openjpeg_nowasm_fallback.js";` + "\n" + licences + string(source)
			return api.OnLoadResult{Contents: &contents}, nil
		})
	},
}

// licencesOf are files as a comment that the bundler keeps.
func licencesOf(top string, names ...string) (string, error) {
	var all bytes.Buffer
	all.WriteString("/*!\n")
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(top, filepath.FromSlash(name)))
		if err != nil {
			return "", err
		}
		all.WriteString("pdfjs-dist/" + name + ":\n\n")
		all.Write(bytes.ReplaceAll(text, []byte("*/"), []byte("* /")))
		all.WriteString("\n")
	}
	all.WriteString("*/\n")
	return all.String(), nil
}

var fromAddress = regexp.MustCompile(`await import\(\s*(?:/\*[^*]*\*/\s*)*` + "`" + `\$\{WasmImage\.#wasmUrl\}\$\{this\._noWasmFilename\}` + "`" + `\)`)
