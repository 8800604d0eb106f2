package function

import (
	"errors"
	"net/http"
	"time"
)

// eventRetries is how often Lambda retries an Event invocation that ended in a
// function error (documented).
const eventRetries = 2

// enqueue accepts an Event invocation, which runs in the background.
func (h *Host) enqueue(key string, in Invocation) (Result, error) {
	if len(in.Payload) > maxEvent {
		return Result{}, requestTooLarge(maxEvent)
	}
	if h.isClosed() {
		return Result{}, ErrClosed
	}
	if h.pool(key) == nil {
		arn := in.InvokedARN
		if arn == "" {
			arn = key
		}
		return Result{}, notFound(arn)
	}
	select {
	case h.events <- struct{}{}:
	default:
		return Result{}, throttled("CallerRateLimitExceeded")
	}
	if !h.enter() {
		return Result{}, ErrClosed
	}
	go func() {
		defer h.work.Done()
		defer func() { <-h.events }()
		h.deliver(key, in)
	}()
	return Result{RequestID: in.RequestID}, nil
}

// deliver runs an event until the function succeeds or has failed too often. An
// attempt that is throttled does not count.
func (h *Host) deliver(key string, in Invocation) {
	delay := h.options.EventRetryDelay
	for failures := 0; ; delay *= 2 {
		result, err := h.invoke(h.ctx, key, in)
		refusal, refused := errors.AsType[*InvokeError](err)
		switch {
		case refused && refusal.Status == http.StatusTooManyRequests:
			delay = min(delay, time.Minute)
		case err != nil: // the function has been removed, or the host closed
			return
		case result.FunctionError == "":
			return
		default:
			if failures++; failures > eventRetries {
				return
			}
		}
		select {
		case <-h.ctx.Done():
			return
		case <-time.After(delay):
		}
	}
}
