// Package processgroup ends a child process together with all that it started,
// on systems that have process groups.
package processgroup
