//go:build unix

package function

import "syscall"

// maxDrains bounds how many chunks drain reads of a process that never stops
// writing. It is more than a pipe holds.
const maxDrains = 64

// prepare remembers the file descriptor for drain.
func (o *output) prepare() {
	o.fd = -1
	if raw, err := o.file.SyscallConn(); err == nil {
		raw.Control(func(fd uintptr) { o.fd = int(fd) })
	}
}

// readAll reads until the other end is closed.
func (o *output) readAll() {
	raw, err := o.file.SyscallConn()
	if err != nil {
		return
	}
	raw.Read(func(fd uintptr) (done bool) {
		for {
			switch n := o.readOnce(int(fd)); {
			case n == 0:
				return true
			case n < 0:
				return false // wait until there is more
			}
		}
	})
}

// drain reads what the process has written so far. Without it, a line could be read
// when the next invocation has begun, and get that one's request id.
func (o *output) drain() {
	for range maxDrains {
		if o.readOnce(o.fd) <= 0 {
			return
		}
	}
}

// readOnce reads a chunk, and returns its size: 0 at the end, and a negative number
// if there is nothing to read now.
func (o *output) readOnce(fd int) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed || fd < 0 {
		return 0
	}
	for {
		n, err := syscall.Read(fd, o.chunk)
		switch {
		case err == syscall.EINTR:
			continue
		case err == syscall.EAGAIN:
			return -1
		case err != nil || n <= 0:
			return 0
		}
		o.lines(o.chunk[:n])
		return n
	}
}
