//go:build !unix

package function

// prepare does nothing here.
func (o *output) prepare() {}

// readAll reads until the other end is closed.
func (o *output) readAll() {
	chunk := make([]byte, len(o.chunk))
	for {
		n, err := o.file.Read(chunk)
		o.mu.Lock()
		o.lines(chunk[:n])
		o.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// drain does nothing here, so a line may get the request id of the next invocation.
func (o *output) drain() {}
