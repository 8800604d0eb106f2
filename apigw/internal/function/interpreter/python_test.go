package interpreter_test

import (
	"testing"
	"time"

	"example.com/apigw/internal/function"
)

// fault is what Lambda makes of an error in Python.
func fault(kind, message, id, trace string) string {
	return `{"errorMessage": "` + message + `", "errorType": "` + kind + `", "requestId": "` + id + `", "stackTrace": [` + trace + `]}`
}

func TestPython(t *testing.T) {
	t.Parallel()
	check(t, "python3.12", "index.py", []contract{
		{rule: "a dict", source: documented, code: "def handler(event, context):\n    return {'got': event['a']}", event: `{"a": 1}`, want: `{"got": 1}`},
		{rule: "nothing", source: documented, code: "def handler(event, context):\n    pass", want: `null`},
		{rule: "a list, a tuple and a text", source: documented, code: "def handler(event, context):\n    return [1, (2.5, None), 'x', True]", want: `[1, [2.5, null], "x", true]`},
		{rule: "a named tuple is an object", source: client, code: "from collections import namedtuple\nP = namedtuple('P', 'x y')\ndef handler(event, context):\n    return [P(1, P(2, 3))]", want: `[{"x": 1, "y": {"x": 2, "y": 3}}]`},
		{rule: "a Decimal is a number", source: client, code: "from decimal import Decimal\ndef handler(event, context):\n    return {'a': Decimal('1.10'), 'b': [Decimal('NaN')]}", want: `{"a": 1.10, "b": [NaN]}`},
		{rule: "bytes are sent as they are", source: client, code: "def handler(event, context):\n    return b'raw'", want: `raw`},
		{rule: "unicode", source: client, code: "def handler(event, context):\n    return event + ' ä€😀'", event: `"grüß"`, want: `"grüß ä€😀"`},
		{rule: "unicode before Python 3.12", source: client, runtime: "python3.11", code: "def handler(event, context):\n    return 'ä'", want: `"\u00e4"`},
		{rule: "a set has no JSON", source: client, code: "def handler(event, context):\n    return {1}", failed: true, want: fault("Runtime.MarshalError", "Unable to marshal response: Object of type set is not JSON serializable", requestID, ""),
			log: `\[ERROR\] Runtime\.MarshalError: Unable to marshal response: Object of type set is not JSON serializable`},
		{rule: "a circle has no JSON", source: client, code: "def handler(event, context):\n    a = []\n    a.append(a)\n    return a", failed: true, want: fault("Runtime.MarshalError", "Unable to marshal response: Circular reference detected", requestID, "")},

		{rule: "a raise", source: documented, code: "def handler(event, context):\n    raise ValueError('boom')", failed: true, want: fault("ValueError", "boom", requestID, `"  File \"/task/index.py\", line 2, in handler\n    raise ValueError('boom')\n"`),
			log: `\[ERROR\] ValueError: boom`},
		{rule: "a raise of a class", source: documented, code: "class NotFound(Exception): pass\ndef handler(event, context):\n    deep()\ndef deep():\n    raise NotFound('it')", failed: true,
			want: fault("NotFound", "it", requestID, `"  File \"/task/index.py\", line 3, in handler\n    deep()\n", "  File \"/task/index.py\", line 5, in deep\n    raise NotFound('it')\n"`), log: `  File ".*/index\.py", line 5, in deep`},
		{rule: "a raise without a message", source: client, code: "def handler(event, context):\n    assert False", failed: true, want: fault("AssertionError", "", requestID, `"  File \"/task/index.py\", line 2, in handler\n    assert False\n"`), log: `\[ERROR\] AssertionError`},
		{rule: "a timeout", source: documented, code: "import time\ndef handler(event, context):\n    time.sleep(60)", change: func(s *function.Spec) { s.Timeout = 400 * time.Millisecond }, failed: true, want: `{"errorMessage":"TIME ` + requestID + ` Task timed out after 0.40 seconds"}`},
		{rule: "an exit", source: documented, code: "import sys\ndef handler(event, context):\n    sys.exit(3)", failed: true, want: `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ` + requestID + ` Error: Runtime exited with error: exit status 3"}`},
		{rule: "an exit without a reason", source: documented, code: "import os\ndef handler(event, context):\n    os._exit(0)", failed: true, want: `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ` + requestID + ` Error: Runtime exited without providing a reason"}`},
		{rule: "a kill", source: documented, code: "import os, signal\ndef handler(event, context):\n    os.kill(os.getpid(), signal.SIGKILL)", failed: true, want: `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ` + requestID + ` Error: Runtime exited with error: signal: killed"}`},

		{rule: "no such module", source: published, handler: "other.handler", code: "", failed: true, want: fault("Runtime.ImportModuleError", "Unable to import module 'other': No module named 'other'", "", ""), log: `\[ERROR\] Runtime\.ImportModuleError: Unable to import module 'other': No module named 'other'`},
		{rule: "a module that is missing", source: published, code: "import left_pad", failed: true, want: fault("Runtime.ImportModuleError", "Unable to import module 'index': No module named 'left_pad'", "", "")},
		{rule: "no such function", source: client, code: "x = 1", failed: true, want: fault("Runtime.HandlerNotFound", "Handler 'handler' missing on module 'index'", "", "")},
		{rule: "a bad handler", source: client, handler: "index", code: "", failed: true, want: fault("Runtime.MalformedHandlerName", "Bad handler 'index': not enough values to unpack (expected 2, got 1)", "", "")},
		{rule: "a module of the interpreter", source: client, handler: "sys.handler", code: "", failed: true, want: fault("Runtime.BuiltInModuleConflict", "Cannot use built-in module sys as a handler module", "", "")},
		{rule: "a syntax error", source: client, code: "def handler(event, context)\n    return 1", failed: true, want: fault("Runtime.UserCodeSyntaxError", "Syntax error in module 'index': expected ':' (index.py, line 1)", "", `"  File \"/task/index.py\" Line 1\n    def handler(event, context)\n"`)},
		{rule: "a raise while loading", source: published, code: "raise KeyError('TABLE')", failed: true, want: `/\{"errorMessage": "'TABLE'", "errorType": "KeyError", "requestId": "", "stackTrace": \[.*"  File \\"/task/index\.py\\", line 1, in <module>\\n    raise KeyError\('TABLE'\)\\n"\]\}`, log: `\[ERROR\] KeyError: 'TABLE'`},
		{rule: "an exit while loading", source: documented, code: "import sys\nsys.exit(4)", failed: true, want: `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ` + requestID + ` Error: Runtime exited with error: exit status 4"}`},

		{rule: "a handler in a package", source: documented, handler: "shop.api.handler", file: "shop/api.py", code: "def handler(event, context):\n    return __name__", want: `"shop.api"`},
		{rule: "a handler in a folder", source: documented, handler: "src/shop/api.handler", file: "src/shop/api.py", code: "def handler(event, context):\n    return __name__", want: `"src.shop.api"`},
		{rule: "a class as a handler", source: assumed, handler: "index.handler", code: "class H:\n    def __call__(self, event, context):\n        return 1\nhandler = H()", want: `1`},

		{rule: "a large event", source: documented, code: "def handler(event, context):\n    return len(event)", event: `"` + big(5<<20) + `"`, want: `5242880`},
		{rule: "a large result", source: documented, code: "def handler(event, context):\n    return 'x' * (5 << 20)", want: `"` + big(5<<20) + `"`},
		{rule: "a result that is too large", source: documented, code: "def handler(event, context):\n    return 'x' * (7 << 20)", failed: true, want: `{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}`},

		{rule: "the context", source: documented, code: "def handler(event, c):\n    return [c.function_name, c.function_version, c.invoked_function_arn, c.memory_limit_in_mb, c.aws_request_id, c.log_group_name, type(c.log_stream_name).__name__, c.client_context.client.app_title, c.client_context.custom, c.identity.cognito_identity_id, 50000 < c.get_remaining_time_in_millis() <= 60000, type(c).__name__]",
			want: `["f", "$LATEST", "arn:aws:lambda:us-east-1:000000000000:function:f", "128", "` + requestID + `", "/aws/lambda/f", "str", "shop", {"a": "b"}, null, true, "LambdaContext"]`},
		{rule: "the environment", source: documented, code: "import os, sys\ndef handler(event, c):\n    return [os.environ['AWS_EXECUTION_ENV'], os.environ['_HANDLER'], os.environ['_X_AMZN_TRACE_ID'], os.getcwd() == os.environ['LAMBDA_TASK_ROOT'] == sys.path[0], len(sys.argv)]",
			want: `["AWS_Lambda_python3.12", "index.handler", "Root=1-2-3", true, 1]`},
		{rule: "print", source: documented, code: "def handler(event, context):\n    print('a', 1)\n    print('ü')", want: `null`, log: `ü`},
		{rule: "the module logging", source: documented, code: "import logging\nlogging.getLogger().setLevel(logging.INFO)\ndef handler(event, context):\n    logging.getLogger(__name__).info('hello %s', 'you')", want: `null`,
			log: `\[INFO\]\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t` + requestID + `\thello you`},
		{rule: "the log as JSON", source: documented, code: "import logging\ndef handler(event, context):\n    logging.warning('w', extra={'a': 1})", want: `null`, change: func(s *function.Spec) { s.Environment["AWS_LAMBDA_LOG_FORMAT"] = "JSON" },
			log: `\{"timestamp": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "level": "WARNING", "message": "w", "logger": "root", "requestId": "` + requestID + `", "a": 1\}`},
	})
}
