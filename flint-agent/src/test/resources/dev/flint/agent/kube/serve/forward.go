// Forwards to a port of a pod as kubectl does: by the SPDY library of Kubernetes, in a WebSocket.
//
//	forward URL TOKEN PORT TEXT COUNT
//
// opens COUNT connections one after the other in one session, says TEXT on each, and prints what
// comes back and what is said of errors.
package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/docker/spdystream"
	"github.com/gorilla/websocket"
)

// A WebSocket as a connection, as client-go's TunnelingConnection has it.
type tunnel struct {
	*websocket.Conn
	reader io.Reader
}

func (t *tunnel) Read(p []byte) (int, error) {
	for {
		if t.reader == nil {
			_, reader, err := t.NextReader()
			if err != nil {
				return 0, io.EOF
			}
			t.reader = reader
		}
		n, err := t.reader.Read(p)
		if err == io.EOF {
			t.reader = nil
			if n == 0 {
				continue
			}
			err = nil
		}
		return n, err
	}
}

func (t *tunnel) Write(p []byte) (int, error) {
	return len(p), t.WriteMessage(websocket.BinaryMessage, p)
}

func (t *tunnel) SetDeadline(at time.Time) error {
	if err := t.SetReadDeadline(at); err != nil {
		return err
	}
	return t.SetWriteDeadline(at)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	dialer := websocket.Dialer{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
		Subprotocols:    []string{"SPDY/3.1+portforward.k8s.io"},
	}
	socket, answer, err := dialer.Dial(os.Args[1], http.Header{"Authorization": {"Bearer " + os.Args[2]}})
	if err != nil && answer != nil {
		body, _ := io.ReadAll(answer.Body)
		err = fmt.Errorf("%v: %s", err, body)
	}
	check(err)
	var conn net.Conn = &tunnel{Conn: socket}
	session, err := spdystream.NewConnection(conn, false)
	check(err)
	go session.Serve(spdystream.NoOpStreamHandler)
	count, err := strconv.Atoi(os.Args[5])
	check(err)
	for i := 0; i < count; i++ {
		if _, err := session.Ping(); err != nil {
			check(err)
		}
		forward(session, i)
	}
	check(session.Close())
}

func forward(session *spdystream.Connection, request int) {
	headers := http.Header{}
	headers.Set("port", os.Args[3])
	headers.Set("requestID", strconv.Itoa(request))
	headers.Set("streamType", "error")
	errors, err := session.CreateStream(headers, nil, true)
	check(err)
	check(errors.Wait())
	headers.Set("streamType", "data")
	data, err := session.CreateStream(headers, nil, false)
	check(err)
	check(data.Wait())
	_, err = data.Write([]byte(os.Args[4]))
	check(err)
	check(data.Close())
	heard, err := io.ReadAll(data)
	check(err)
	said, err := io.ReadAll(errors)
	check(err)
	fmt.Printf("%s|%s\n", heard, said)
	// As client-go does it.
	data.Reset()
}
