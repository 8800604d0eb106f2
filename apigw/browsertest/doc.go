// Package browsertest tests the pages of the local gateway in a real Chromium, as a
// person uses them. It is a module of its own, so that no user of the engine depends on
// what drives a browser.
package browsertest
