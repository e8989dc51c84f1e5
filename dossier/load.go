package dossier

import (
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
)

// Options say how a dossier is loaded. The zero value is good.
type Options struct {
	// Name is put before every file's name in messages: the folder as the user
	// named it.
	Name string
	// Progress, where given, is told after each file how many bytes of how many
	// are read. It is called by one goroutine at a time.
	Progress func(done, total int)
}

// Load reads and checks all .yaml and .yml files under fsys, at any depth,
// except hidden ones. The error is Problems: everything that is wrong in any
// file, sorted; there is no dossier then. Files that share a folder with a
// dossier and have other names are left alone.
func Load(fsys fs.FS, opts Options) (*Dossier, error) {
	l := &loading{fsys: fsys, opts: opts}
	l.list()
	if len(l.problems) == 0 && len(l.files) == 0 {
		l.problem("", "there is no .yaml file in this folder", "name the folder that holds the dossier")
	}
	if len(l.problems) > 0 && l.total > MaxTotal {
		return nil, l.problems.sorted()
	}
	l.readAll()
	d, c := l.join()
	c.check()
	problems := append(l.problems, l.locate(c.findings)...)
	if len(problems) > 0 {
		return nil, problems.sorted()
	}
	d.warnings = sync.OnceValue(func() Problems { return l.locate(c.warn()).sorted() })
	d.places = c.placesByID()
	return d, nil
}

// loading is one run of Load.
type loading struct {
	fsys     fs.FS
	opts     Options
	files    []inFile
	total    int64
	done     int64
	facts    atomic.Int64 // seen so far
	tables   atomic.Int64 // read so far
	contents []*content   // of each file
	problems Problems
}

type inFile struct {
	path string
	size int64
}

func (l *loading) problem(file, what, do string) {
	p := Problem{File: l.name(file), What: what, Do: do}
	if file == "" {
		p.File = l.opts.Name
	}
	l.problems = append(l.problems, p)
}

// name is a file's name in messages.
func (l *loading) name(file string) string { return path.Join(l.opts.Name, file) }

// list finds the files, without reading them.
func (l *loading) list() {
	err := fs.WalkDir(l.fsys, ".", func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			l.problem(p, "it cannot be read: "+err.Error(), "")
			return nil
		}
		if p != "." && strings.HasPrefix(e.Name(), ".") {
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if ext := path.Ext(p); e.IsDir() || ext != ".yaml" && ext != ".yml" {
			return nil
		}
		if !e.Type().IsRegular() {
			l.problem(p, "it is not a plain file", "put the file itself here, not a link to it")
			return nil
		}
		info, err := e.Info()
		if err != nil {
			l.problem(p, "it cannot be read: "+err.Error(), "")
			return nil
		}
		l.files = append(l.files, inFile{p, info.Size()})
		l.total += info.Size()
		return nil
	})
	if err != nil {
		l.problem("", "the folder cannot be read: "+err.Error(), "")
	}
	if l.total > MaxTotal {
		l.problem("", fmt.Sprintf("the files have %s together; a dossier may have %s", bytesOf(l.total), bytesOf(MaxTotal)), "split the dossier")
	}
}

// readAll reads the files, a few at once, and keeps what each holds in the
// order of the files.
func (l *loading) readAll() {
	l.contents = make([]*content, len(l.files))
	var next atomic.Int64
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), maxWorkers, len(l.files)) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(l.files) {
					return
				}
				l.contents[i] = l.read(l.files[i])
				mu.Lock()
				l.done += l.files[i].size
				if l.opts.Progress != nil {
					l.opts.Progress(int(l.done), int(l.total))
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

// join puts the contents of all files into one dossier, and into a checker
// that knows where each fact stands.
func (l *loading) join() (*Dossier, *checker) {
	d := &Dossier{}
	c := &checker{d: d, loading: l}
	for i, part := range l.contents {
		l.problems = append(l.problems, part.problems...)
		c.maybe = append(c.maybe, part.maybe)
		for _, f := range part.facts {
			f.kind.add(d, f.value)
			f.place.file = int32(i)
			c.places[f.kind.index] = append(c.places[f.kind.index], f.place)
		}
		for _, t := range part.tables {
			c.tables = append(c.tables, tableAt{t.table, place{file: int32(i), item: t.item}})
		}
		part.facts = nil
		if part.info != nil {
			c.infos = append(c.infos, place{file: int32(i), line: part.infoLine})
			if len(c.infos) == 1 {
				d.Info = *part.info
			}
		}
	}
	if n := l.facts.Load(); n > MaxFacts {
		l.problem("", fmt.Sprintf("there are more than %d facts", MaxFacts), "split the dossier")
	}
	return d, c
}

func bytesOf(n int64) string {
	if n >= 10<<20 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	if n >= 1<<20 {
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d bytes", n)
}
