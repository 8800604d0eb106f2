package function

import (
	"errors"
	"time"
)

// eventRetries is how often Lambda tries an Event invocation again that ended in
// a function error.
const eventRetries = 2

// enqueue accepts an Event invocation, which runs in the background.
func (h *Host) enqueue(name string, in Invocation) (Result, error) {
	if len(in.Payload) > maxEvent {
		return Result{}, requestTooLarge(maxEvent)
	}
	if h.isClosed() {
		return Result{}, ErrClosed
	}
	if h.pool(name) == nil {
		arn := in.InvokedARN
		if arn == "" {
			arn = name
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
		h.deliver(name, in)
	}()
	return Result{RequestID: in.RequestID}, nil
}

// deliver runs an event until the function succeeds, or has failed too often.
// While the function is throttled, nothing is counted.
func (h *Host) deliver(name string, in Invocation) {
	delay := h.options.EventRetryDelay
	for failures := 0; ; delay *= 2 {
		result, err := h.invoke(h.ctx, name, in)
		var refusal *InvokeError
		switch {
		case errors.As(err, &refusal) && refusal.Status == 429:
			delay = min(delay, time.Minute)
		case err != nil: // the function or the host is gone
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
