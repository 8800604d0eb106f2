package java

// javaError is an exception that a method throws.
type javaError struct{ class, msg string }

func (e *javaError) Error() string {
	if e.msg == "" {
		return e.class
	}
	return e.class + ": " + e.msg
}

func exception(class, msg string) error { return &javaError{class, msg} }

var (
	errNull        = exception("java.lang.NullPointerException", "null where a value is needed")
	errCast        = exception("java.lang.ClassCastException", "the argument is of another class")
	errUnsupported = exception("java.lang.UnsupportedOperationException", "")
)

func errIndex(msg string) error { return exception("java.lang.IndexOutOfBoundsException", msg) }
