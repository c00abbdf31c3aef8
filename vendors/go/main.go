// Receives webhooks with the vendors' own libraries, unmodified. The protocol is in ../README.md.
//
// usage: receiver CONTROL
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
)

// webhook is a request and what its endpoint's entry in the control file says.
type webhook struct {
	Library string `json:"library"`
	Dialect string `json:"dialect"`
	Secret  string `json:"secret"`
	URL     string `json:"url"`
	body    []byte
	request *http.Request
}

// answer is what a library made of a webhook; text goes back to the sender, with headers where it set some.
type answer struct {
	status  int
	message string
	text    string
	header  http.Header
}

func accepted(eventType string) answer { return answer{status: http.StatusOK, message: eventType} }

func refused(err error) answer { return answer{status: http.StatusUnauthorized, message: err.Error()} }

type line struct {
	Path    string            `json:"path"`
	Method  string            `json:"method"`
	Status  int               `json:"status"`
	Message string            `json:"message"`
	Headers map[string]string `json:"headers"`
	Body    []byte            `json:"body"`
}

type server struct {
	control    string
	lock       sync.Mutex
	failedOnce map[string]bool
}

func (s *server) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return
	}
	path := request.URL.Path
	if library, found := strings.CutPrefix(path, "/sign/"); found {
		sign(writer, library, body)
		return
	}
	request.Body = io.NopCloser(strings.NewReader(string(body)))
	judged := s.judge(path, body, request)
	s.log(line{path, request.Method, judged.status, judged.message, headers(request), body})
	for name, values := range judged.header {
		writer.Header()[name] = values
	}
	writer.WriteHeader(judged.status)
	fmt.Fprint(writer, judged.text)
}

func (s *server) judge(path string, body []byte, request *http.Request) answer {
	if !isHandshake(request.Method, body) && s.failsFirst(path, body) {
		return answer{status: http.StatusInternalServerError, message: "try again"}
	}
	entries := map[string]webhook{}
	text, err := os.ReadFile(s.control)
	if err == nil {
		err = json.Unmarshal(text, &entries)
	}
	entry := entries[path]
	receive := receivers[entry.Library]
	if err != nil || receive == nil {
		return answer{status: http.StatusNotFound, message: fmt.Sprintf("no receiver at %s (%v)", path, err)}
	}
	entry.body, entry.request = body, request
	return receive(entry)
}

func isHandshake(method string, body []byte) bool {
	return method == http.MethodOptions || bytes.Contains(body, []byte(`"url_verification"`))
}

func (s *server) failsFirst(path string, body []byte) bool {
	s.lock.Lock()
	defer s.lock.Unlock()
	key := path + string(body)
	if !strings.HasSuffix(path, "/flaky") || s.failedOnce[key] {
		return false
	}
	s.failedOnce[key] = true
	return true
}

func (s *server) log(entry line) {
	text, err := json.Marshal(entry)
	if err != nil {
		panic(err)
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	fmt.Println(string(text))
}

func headers(request *http.Request) map[string]string {
	all := map[string]string{}
	for name, values := range request.Header {
		all[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return all
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("ready %d\n", listener.Addr().(*net.TCPAddr).Port)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	panic(http.Serve(listener, &server{control: os.Args[1], failedOnce: map[string]bool{}}))
}
