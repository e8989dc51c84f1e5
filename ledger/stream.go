package ledger

import (
	"context"
	"iter"
	"runtime"
	"slices"
	"sync"

	"temwen/record"
)

// fetchers is how many bundles are in work at once where they come from afar.
const fetchers = 8

// How many bundles may wait for a worker, or for the collector: enough that on a
// busy machine one worker goes on while another is kept from running. With the
// record, each brings its events.
const (
	queued           = 1024
	queuedWithEvents = 64
)

// run checks every entry. Bundles are read and hashed by several workers; the
// collector takes their results in order, so that what it finds wrong first is
// the first that is wrong.
func (v *verification) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	if _, far := v.src.(*site); far {
		workers = max(workers, fetchers)
	}
	queue := queued
	if v.events != nil {
		queue = queuedWithEvents
	}
	work := make(chan *bundleJob, queue)
	ordered := make(chan *bundleJob, queue)
	var done sync.WaitGroup
	done.Go(func() {
		defer close(ordered)
		defer close(work)
		v.dispatch(ctx, work, ordered)
	})
	for range workers {
		done.Go(func() {
			w := bundleWorker{v: v}
			for job := range work {
				w.check(ctx, job)
				close(job.done)
			}
		})
	}
	err := v.collect(ctx, ordered)
	stop()
	for range ordered { // let the dispatcher end
	}
	done.Wait()
	return err
}

// bundleJob is one bundle on its way through.
type bundleJob struct {
	index  uint64
	width  int
	events []record.Event // to compare with, if the record is given
	leaves bool           // the collector wants the leaves
	err    error          // from the record
	ahead  uint64         // events after the last entry, on the last job

	done   chan struct{}
	result bundleResult
}

func (j *bundleJob) first() uint64 { return j.index * tileWidth }

// dispatch makes the jobs, in order, with the events that belong to them.
func (v *verification) dispatch(ctx context.Context, work, ordered chan<- *bundleJob) {
	next := func() (record.Event, error, bool) { return record.Event{}, nil, false }
	if v.events != nil {
		pull, stop := iter.Pull2(v.events(ctx, 0))
		defer stop()
		next = pull
	}
	wanted := v.wanted()
	jobs := (v.size + tileWidth - 1) / tileWidth
	for i := range max(jobs, 1) { // one, empty, where the log is
		job := &bundleJob{index: i, done: make(chan struct{})}
		job.width = int(min(tileWidth, v.size-job.first()))
		for len(wanted) > 0 && wanted[0] < job.first() {
			wanted = wanted[1:]
		}
		job.leaves = job.width < tileWidth || len(wanted) > 0 && wanted[0] < job.first()+tileWidth
		if v.events != nil {
			for range job.width {
				e, err, ok := next()
				if job.err = err; err != nil || !ok {
					break
				}
				job.events = append(job.events, e)
			}
			for i+1 >= jobs && job.err == nil {
				_, err, ok := next()
				if job.err = err; err != nil || !ok {
					break
				}
				job.ahead++
			}
		}
		select {
		case ordered <- job:
		case <-ctx.Done():
			return
		}
		select {
		case work <- job:
		case <-ctx.Done():
			close(job.done)
			return
		}
	}
}

// wanted are the indexes of the leaves that must be added one by one: those
// asked for, and those where a size asked for ends.
func (v *verification) wanted() []uint64 {
	var list []uint64
	for i := range v.leaves {
		list = append(list, i)
	}
	for n := range v.roots {
		if n > 0 && n%tileWidth != 0 {
			list = append(list, n-1)
		}
	}
	slices.Sort(list)
	return list
}
