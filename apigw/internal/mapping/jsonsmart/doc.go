// Package jsonsmart reads and writes JSON as json-smart 2 does in its permissive
// mode, which is how API Gateway reads payloads: unquoted and single-quoted
// strings, stray commas and text behind the document are accepted.
//
// Objects become [java.Map], arrays become [java.List] that print as JSON, numbers
// become int32, int64, *big.Int, float64 or [java.Decimal] by their size.
package jsonsmart
