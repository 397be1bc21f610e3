// Go's plain reverse proxy before one server: the mark for processor time a request.
//
//	go build -o plain-proxy Benchmarks/gateway/plain-proxy.go
//	./plain-proxy PORT SERVERS-PORT
//
// As in its manual, with as many connections kept as there are clients: the two a host that it keeps by itself would
// have it open one for most requests.
package main

import (
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
)

func main() {
	target, err := url.Parse("http://127.0.0.1:" + os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns = 1024
	transport.MaxIdleConnsPerHost = 1024
	proxy.Transport = transport
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[1], proxy))
}
