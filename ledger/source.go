package ledger

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileWidth = torchwood.TileWidth // entries of a bundle, hashes of a tile
	tileBytes = tileWidth * tlog.HashSize
	// entriesLevel is what x/mod and torchwood call the level of the bundles.
	entriesLevel = -1

	// Limits on the files of a log: more is never needed, and a hostile log
	// must not fill our memory.
	maxCheckpoint = 1 << 20
	maxVkey       = 1 << 10
	maxBundle     = tileWidth * (2 + MaxEntry)
)

// source is where the files of a log are read from: a folder or a base URL,
// with the same paths. It is not trusted.
type source interface {
	// read returns the file, in buf if it is large enough. A file that is
	// not there is fs.ErrNotExist, one longer than limit an error.
	read(ctx context.Context, path string, buf []byte, limit int) ([]byte, error)
	// partials returns the widths of the partial tiles stored beside a full
	// one, as far as the source can list them.
	partials(t tlog.Tile) ([]int, error)
	String() string
}

// openSource opens a folder or an http(s) base URL that has a checkpoint, or
// whose part "ledger" has: a store, or the site that serves it.
func openSource(ctx context.Context, where string) (source, error) {
	var candidates []source
	if strings.HasPrefix(where, "http://") || strings.HasPrefix(where, "https://") {
		u, err := url.Parse(where)
		if err != nil {
			return nil, fmt.Errorf("opening the ledger at %s: %w", where, err)
		}
		u.RawQuery, u.Fragment = "", ""
		u.Path = strings.TrimSuffix(u.Path, "/checkpoint")
		base := strings.TrimRight(u.String(), "/")
		client := newHTTPClient()
		candidates = []source{&site{base: base, client: client}, &site{base: base + "/ledger", client: client}}
	} else {
		path, err := filepath.Abs(where)
		if err != nil {
			return nil, fmt.Errorf("opening the ledger at %s: %w", where, err)
		}
		candidates = []source{folder(path), folder(filepath.Join(path, "ledger"))}
	}
	for _, s := range candidates {
		switch _, err := s.read(ctx, checkpointFile, nil, maxCheckpoint); {
		case err == nil:
			return s, nil
		case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR):
			return nil, fmt.Errorf("opening the ledger at %s: %w", where, err)
		}
	}
	return nil, fmt.Errorf("opening the ledger at %s: there is no checkpoint, here or in %s (%w); name the folder or the address of a ledger, or restore this one from a backup", where, candidates[1], fs.ErrNotExist)
}

// folder is a log on disk.
type folder string

func (f folder) String() string { return string(f) }

func (f folder) read(_ context.Context, path string, buf []byte, limit int) ([]byte, error) {
	// Not blocking, so that a named pipe in a folder we were given does not
	// hold us up before we have seen that it is one.
	file, err := os.OpenFile(filepath.Join(string(f), path), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a file", path)
	}
	if info.Size() > int64(limit) {
		return nil, fmt.Errorf("%s is %d bytes long, and cannot be longer than %d", path, info.Size(), limit)
	}
	if n := int(info.Size()); cap(buf) < n {
		buf = make([]byte, n)
	} else {
		buf = buf[:n]
	}
	n, err := io.ReadFull(file, buf)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return buf[:n], nil
}

func (f folder) partials(t tlog.Tile) ([]int, error) {
	dir, err := os.Open(filepath.Join(string(f), tilePath(t.L, uint64(t.N), tileWidth)+".p"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	var widths []int
	for _, name := range names {
		// Other names are Tessera's temporary files; no client asks for them.
		if w, ok := partialWidth(name); ok {
			widths = append(widths, w)
		}
	}
	return widths, nil
}

// partialWidth reads the name of a partial tile in its folder: 1 to 255.
func partialWidth(name string) (int, bool) {
	if len(name) == 0 || len(name) > 3 || name[0] == '0' {
		return 0, false
	}
	w := 0
	for _, c := range []byte(name) {
		if c < '0' || c > '9' {
			return 0, false
		}
		w = w*10 + int(c-'0')
	}
	return w, w < tileWidth
}

// site is a log behind HTTP.
type site struct {
	base   string // without trailing slash
	client *http.Client
}

func newHTTPClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = fetchers
	return &http.Client{Transport: t, Timeout: time.Minute}
}

// tries is how often a request is made that fails for a reason that may pass.
const tries = 4

func (s *site) String() string { return s.base }

func (s *site) read(ctx context.Context, path string, buf []byte, limit int) ([]byte, error) {
	address := s.base + "/" + path
	for try := 1; ; try++ {
		data, again, err := s.get(ctx, address, buf, limit)
		if err == nil || !again || try == tries {
			return data, err
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(time.Duration(try*try) * 100 * time.Millisecond):
		}
	}
}

// get makes one request. again says that another may succeed.
func (s *site) get(ctx context.Context, address string, buf []byte, limit int) (data []byte, again bool, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, false, err
	}
	req.Header.Set("User-Agent", "temwen-verify")
	res, err := s.client.Do(req)
	if err != nil {
		return nil, ctx.Err() == nil, err
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusNotFound || res.StatusCode == http.StatusGone || res.StatusCode == http.StatusForbidden:
		// Object stores say forbidden of what is not there.
		return nil, false, &fs.PathError{Op: "get", Path: address, Err: fs.ErrNotExist}
	case res.StatusCode != http.StatusOK:
		again := res.StatusCode == http.StatusTooManyRequests || res.StatusCode >= 500
		return nil, again, fmt.Errorf("getting %s: the server answers %s", address, res.Status)
	}
	data, err = appendAll(buf[:0], io.LimitReader(res.Body, int64(limit)+1))
	if err != nil {
		return nil, true, fmt.Errorf("getting %s: %w", address, err)
	}
	if len(data) > limit {
		return nil, false, fmt.Errorf("%s is longer than %d bytes", address, limit)
	}
	return data, false, nil
}

func (s *site) partials(tlog.Tile) ([]int, error) { return nil, nil }

// appendAll is io.ReadAll into a buffer.
func appendAll(b []byte, r io.Reader) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
	}
}

// tilePath is the path of a tile or bundle of the given width (C2SP tlog-tiles).
func tilePath(level int, index uint64, width int) string {
	return torchwood.TilePath(tlog.Tile{H: torchwood.TileHeight, L: level, N: int64(index), W: width})
}

// readTile reads the hashes of a tile of the given width. Where a partial tile
// is gone, because the full one has replaced it, it takes the beginning of that
// one. It returns the path it read, and complains of another length.
func readTile(ctx context.Context, src source, level int, index uint64, width int, buf []byte) (hashes []byte, path string, err error) {
	path, full, data, err := readPartial(ctx, src, level, index, width, buf, tileBytes)
	if err != nil {
		return nil, path, err
	}
	want := width * tlog.HashSize
	if full {
		want = tileBytes
	}
	if len(data) != want {
		return data[:min(len(data), width*tlog.HashSize)], path, fmt.Errorf("it is %d bytes long, not %d", len(data), want)
	}
	return data[:width*tlog.HashSize], path, nil
}

// readPartial reads a tile or bundle of the given width, or the full one where
// the partial one is gone.
func readPartial(ctx context.Context, src source, level int, index uint64, width int, buf []byte, limit int) (path string, full bool, data []byte, err error) {
	path = tilePath(level, index, width)
	data, err = src.read(ctx, path, buf, limit)
	if width < tileWidth && errors.Is(err, fs.ErrNotExist) {
		whole := tilePath(level, index, tileWidth)
		if data, werr := src.read(ctx, whole, buf, limit); !errors.Is(werr, fs.ErrNotExist) {
			return whole, true, data, werr
		}
	}
	return path, width == tileWidth, data, err
}

// tiles lets x/mod and torchwood read the tiles of a source.
type tiles struct {
	ctx context.Context
	src source
	// instead, if set, is read in place of the stored tile of that name.
	instead map[tlog.Tile][]byte
}

func (r tiles) Height() int                     { return torchwood.TileHeight }
func (r tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (r tiles) ReadTiles(list []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(list))
	for i, t := range list {
		if data, ok := r.instead[t]; ok {
			out[i] = data
			continue
		}
		data, path, err := readTile(r.ctx, r.src, t.L, uint64(t.N), t.W, nil)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		out[i] = data
	}
	return out, nil
}

// readBundle reads the entries of a bundle of the given width.
func readBundle(ctx context.Context, src source, index uint64, width int) ([][]byte, error) {
	path, full, data, err := readPartial(ctx, src, entriesLevel, index, width, nil, maxBundle)
	if err != nil {
		return nil, err
	}
	entries := make([][]byte, 0, width)
	for range width {
		entry, rest, err := torchwood.ReadTileEntry(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		entries, data = append(entries, entry), rest
	}
	if !full && len(data) > 0 || width == tileWidth && len(data) > 0 {
		return nil, fmt.Errorf("%s: it has %d bytes too many", path, len(data))
	}
	return entries, nil
}
