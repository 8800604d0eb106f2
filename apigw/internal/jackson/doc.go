// Package jackson says why a text is not JSON in the words of Jackson, the Java
// library with which Lambda reads an event before it runs a function. The words are
// those of version 2.14 with its default settings.
//
// Lambda's own code is not public. That it reads the whole text, and refuses a
// second value behind the first, is assumed.
package jackson
