package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	svix "github.com/svix/svix-webhooks/go"
)

// Generous: only a failure uses it up.
const (
	limit = 60 * time.Second
	pause = 30 * time.Millisecond
)

// Asks until the answer is true: what is waited for is known to the server alone.
func eventually(what string, ask func() bool) {
	for end := time.Now().Add(limit); !ask(); time.Sleep(pause) {
		expect(time.Now().Before(end), "not within %v: %s", limit, what)
	}
}

func ptr[T any](value T) *T { return &value }

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func expect(holds bool, format string, values ...any) {
	if !holds {
		panic(fmt.Errorf(format, values...))
	}
}

func equal[T comparable](found, expected T) {
	expect(found == expected, "%v, and not %v", found, expected)
}

func value[T any](pointer *T) (found T) {
	if pointer != nil {
		found = *pointer
	}
	return
}

// Fails unless the error is the library's own, with this status and, where one is named, this code.
func refused[T any](status int, code string) func(T, error) {
	return func(_ T, err error) { denied(status, code, err) }
}

func denied(status int, code string, err error) {
	expect(err != nil, "accepted, and not answered %d", status)
	var of *svix.Error
	expect(errors.As(err, &of), "not the library's error: %T %v", err, err)
	equal(of.Status(), status)
	var body struct {
		Code   string
		Detail json.RawMessage
	}
	check(json.Unmarshal(of.Body(), &body))
	if status == 422 {
		var details []struct {
			Loc       []string
			Msg, Type string
		}
		check(json.Unmarshal(body.Detail, &details))
		expect(len(details) > 0 && details[0].Msg != "", "a 422 lists what is wrong: %s", of.Body())
	}
	if code != "" {
		equal(body.Code, code)
	}
}

type request struct {
	path    string
	headers http.Header
	body    []byte
}

// Keeps every request; answers 500 below /fail, else 200.
type receiver struct {
	url      string
	mutex    sync.Mutex
	requests []request
	news     chan struct{}
}

func startReceiver() *receiver {
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	r := &receiver{url: "http://" + listener.Addr().String(), news: make(chan struct{})}
	go http.Serve(listener, r)
	return r
}

func (r *receiver) ServeHTTP(answer http.ResponseWriter, asked *http.Request) {
	body := must(io.ReadAll(asked.Body))
	r.mutex.Lock()
	r.requests = append(r.requests, request{asked.URL.Path, asked.Header, body})
	close(r.news)
	r.news = make(chan struct{})
	r.mutex.Unlock()
	if strings.HasPrefix(asked.URL.Path, "/fail") {
		answer.WriteHeader(500)
	}
	fmt.Fprint(answer, "seen")
}

// What has come to a path so far, and what tells of more.
func (r *receiver) at(path string) ([]request, chan struct{}) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	var found []request
	for _, one := range r.requests {
		if one.path == path {
			found = append(found, one)
		}
	}
	return found, r.news
}

// The nth request for a message at a path, once it has come.
func (r *receiver) request(path, message string, n int) request {
	late := time.After(limit)
	for {
		all, news := r.at(path)
		all = slices.DeleteFunc(all, func(one request) bool { return one.headers.Get("svix-id") != message })
		if len(all) >= n {
			return all[n-1]
		}
		select {
		case <-news:
		case <-late:
			panic(fmt.Errorf("request %d for %s has not come to %s", n, message, path))
		}
	}
}

// Runs the cases and prints a line for each.
type cases struct{ failures int }

func (c *cases) run(operation string, check func()) {
	line := map[string]any{"operation": operation, "ok": true}
	defer func() {
		if failure := recover(); failure != nil {
			c.failures++
			line["ok"], line["error"] = false, fmt.Sprint(place(), " ", failure)
		}
		fmt.Println(string(must(json.Marshal(line))))
	}()
	check()
}

// The line of a case that went wrong.
func place() string {
	for _, line := range strings.Split(string(debug.Stack()), "\n") {
		for _, file := range []string{"api.go:", "delivery.go:", "main.go:"} {
			if at := strings.Index(line, "/"+file); at >= 0 {
				return strings.Fields(line[at+1:])[0]
			}
		}
	}
	return ""
}

// A page of a list, whatever it holds.
type page struct {
	keys           []string
	done           bool
	iterator, back *string
}

func pageOf[T any](data []T, key func(T) string, done bool, iterator, back *string) page {
	keys := make([]string, 0, len(data))
	for _, item := range data {
		keys = append(keys, key(item))
	}
	return page{keys, done, iterator, back}
}

// Walks a list to its end and back by the cursors that its pages give; gives the keys in order.
func walk(size uint64, list func(limit *uint64, iterator *string) page) []string {
	pages := []page{list(&size, nil)}
	for !pages[len(pages)-1].done {
		last := pages[len(pages)-1]
		equal(uint64(len(last.keys)), size)
		pages = append(pages, list(&size, last.iterator))
	}
	var there, back []string
	for _, one := range pages {
		there = append(there, one.keys...)
	}
	last := pages[len(pages)-1]
	for range len(pages) - 1 {
		last = list(&size, last.back)
		back = append(slices.Clone(last.keys), back...)
	}
	expect(slices.Equal(back, there[:len(back)]), "the way back differs: %v, %v", back, there)
	sorted := slices.Sorted(slices.Values(there))
	equal(len(slices.Compact(sorted)), len(there))
	return there
}

func reversed(keys []string) []string {
	keys = slices.Clone(keys)
	slices.Reverse(keys)
	return keys
}
