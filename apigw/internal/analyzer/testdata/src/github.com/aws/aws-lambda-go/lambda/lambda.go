// Package lambda has the functions of the real package that the tests need.
package lambda

import "context"

type Handler interface {
	Invoke(ctx context.Context, payload []byte) ([]byte, error)
}

type Option func()

func Start(handler any)                                      {}
func StartWithContext(ctx context.Context, handler any)      {}
func StartWithOptions(handler any, options ...Option)        {}
func NewHandler(handler any) Handler                         { return nil }
func NewHandlerWithOptions(handler any, _ ...Option) Handler { return nil }
