package interpreter_test

import (
	"testing"
	"time"

	"example.com/apigw/internal/function"
)

func failure(kind, message, first string) string {
	return `{"errorType":"` + kind + `","errorMessage":"` + message + `","trace":["` + first + `"]}`
}

// settled is what Lambda says of a promise that nothing will settle.
const unsettled = "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes"

const noCallbacks = "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html."

func TestNode(t *testing.T) {
	t.Parallel()
	check(t, "nodejs22.x", "index.js", []contract{
		{rule: "async", source: documented, code: `exports.handler = async (event) => ({ got: event.a })`, event: `{"a":1}`, want: `{"got":1}`},
		{rule: "a promise", source: documented, code: `exports.handler = (event) => Promise.resolve("done")`, want: `"done"`},
		{rule: "a thenable", source: client, code: `exports.handler = () => ({ then: (resolve) => resolve(1) })`, want: `1`},
		{rule: "a callback", source: documented, code: `exports.handler = (event, context, callback) => callback(null, { Hello: "World" })`, want: `{"Hello":"World"}`},
		{rule: "a callback waits for what runs", source: documented, code: `let done = "no"; exports.handler = (event, context, callback) => { setTimeout(() => result.done = "yes", 30); const result = { done }; callback(null, result) }`, want: `{"done":"yes"}`},
		{rule: "a callback that does not wait", source: documented, code: `exports.handler = (event, context, callback) => { context.callbackWaitsForEmptyEventLoop = false; const timer = setInterval(() => {}, 1000); callback(null, "at once") }`, want: `"at once"`},
		{rule: "a callback that waits for a timer without an end", source: documented, code: `exports.handler = (event, context, callback) => { setInterval(() => {}, 1000); callback(null, 1) }`,
			change: func(s *function.Spec) { s.Timeout = 400 * time.Millisecond }, failed: true, want: `{"errorMessage":"TIME ` + requestID + ` Task timed out after 0.40 seconds"}`},
		{rule: "a callback with an error does not wait", source: client, code: `exports.handler = (event, context, callback) => { setInterval(() => {}, 1000); callback(new TypeError("no")) }`, failed: true, want: failure("TypeError", "no", "TypeError: no")},
		{rule: "a callback with a text as its error", source: client, code: `exports.handler = (event, context, callback) => callback("no")`, failed: true, want: `{"errorType":"string","errorMessage":"no","trace":[]}`},
		{rule: "a callback without arguments", source: documented, code: `exports.handler = (event, context, callback) => callback()`, want: `null`},
		{rule: "a second callback", source: client, code: `exports.handler = (event, context, callback) => { callback(null, 1); callback(null, 2); callback(new Error()) }`, want: `1`},
		{rule: "succeed", source: client, code: `exports.handler = (event, context) => { setInterval(() => {}, 1000); context.succeed({ a: 1 }) }`, want: `{"a":1}`},
		{rule: "fail", source: client, code: `exports.handler = (event, context) => { context.fail(new Error("no")) }`, failed: true, want: failure("Error", "no", "Error: no")},
		{rule: "fail without an error", source: client, code: `exports.handler = (event, context) => { context.fail() }`, failed: true, want: `{"errorType":"string","errorMessage":"handled","trace":[]}`},
		{rule: "done", source: client, code: `exports.handler = (event, context) => { context.done(null, 2) }`, want: `2`},
		{rule: "done with an error", source: client, code: `exports.handler = (event, context) => { context.done(new RangeError("far")) }`, failed: true, want: failure("RangeError", "far", "RangeError: far")},
		{rule: "a value without async is lost", source: client, code: `exports.handler = () => ({ statusCode: 200 })`, want: `null`},
		{rule: "a value without async is the result since Node.js 24", source: client, runtime: "nodejs24.x", code: `exports.handler = () => ({ statusCode: 200 })`, want: `{"statusCode":200}`},
		{rule: "no callbacks since Node.js 24", source: client, runtime: "nodejs24.x", code: `exports.handler = (event, context, callback) => callback(null, 1)`, failed: true, want: failure("Runtime.CallbackHandlerDeprecated", noCallbacks, "Runtime.CallbackHandlerDeprecated: "+noCallbacks)},
		{rule: "no callbacks of async functions either", source: published, runtime: "nodejs24.x", code: `exports.handler = async (event, context, callback) => 1`, failed: true, want: failure("Runtime.CallbackHandlerDeprecated", noCallbacks, "Runtime.CallbackHandlerDeprecated: "+noCallbacks)},
		{rule: "no way to end but the result since Node.js 24", source: published, runtime: "nodejs24.x", code: `exports.handler = async (event, context) => [typeof context.done, typeof context.succeed, "callbackWaitsForEmptyEventLoop" in context]`, want: `["undefined","undefined",false]`},

		{rule: "a throw", source: documented, code: `exports.handler = async () => { throw new Error("boom") }`, failed: true, want: failure("Error", "boom", "Error: boom"),
			log: `\d{4}-\S+Z\t` + requestID + `\tERROR\tInvoke Error \t\{"errorType":"Error","errorMessage":"boom","stack":\["Error: boom",.*`},
		{rule: "a throw without async", source: client, code: `exports.handler = () => { throw new Error("boom") }`, failed: true, want: failure("Error", "boom", "Error: boom")},
		{rule: "a throw of a class", source: documented, code: `class NotFound extends Error { constructor(m) { super(m); this.name = "NotFound"; this.code = 7 } }; exports.handler = async () => { throw new NotFound("it") }`, failed: true, want: failure("NotFound", "it", "NotFound: it"),
			log: `.*\tERROR\tInvoke Error \t\{"errorType":"NotFound","errorMessage":"it","code":7,.*`},
		{rule: "a throw of a text", source: client, code: `exports.handler = async () => { throw "boom" }`, failed: true, want: `{"errorType":"string","errorMessage":"boom","trace":[]}`},
		{rule: "a throw of an object", source: client, code: `exports.handler = async () => { throw { a: 1 } }`, failed: true, want: `{"errorType":"object","errorMessage":"[object Object]","trace":[]}`},
		{rule: "a throw of nothing", source: client, code: `exports.handler = async () => { throw null }`, failed: true, want: `{"errorType":"string","errorMessage":"handled","trace":[]}`},
		{rule: "a reject", source: documented, code: `exports.handler = () => Promise.reject(new Error("no"))`, failed: true, want: failure("Error", "no", "Error: no")},
		{rule: "a throw that nobody catches", source: client, code: `exports.handler = (event, context, callback) => { setTimeout(() => { throw new Error("late") }, 1) }`, failed: true, want: failure("Error", "late", "Error: late"),
			log: `.*\tERROR\tUncaught Exception \t\{"errorType":"Error","errorMessage":"late",.*`},
		{rule: "a reject that nobody catches", source: client, code: `exports.handler = async () => { Promise.reject(new Error("lost")); await new Promise((r) => setTimeout(r, 1000)) }`, failed: true,
			want: failure("Runtime.UnhandledPromiseRejection", "Error: lost", "Runtime.UnhandledPromiseRejection: Error: lost"), log: `.*\tERROR\tUnhandled Promise Rejection \t\{"errorType":"Runtime.UnhandledPromiseRejection","errorMessage":"Error: lost",.*`},
		{rule: "a promise that is never settled", source: client, code: `exports.handler = async () => { await new Promise(() => {}) }`, failed: true, want: failure("Runtime.NodeJsExit", unsettled, "Runtime.NodeJsExit: "+unsettled)},
		{rule: "no callback at all", source: documented, code: `exports.handler = (event, context, callback) => {}`, want: `null`},
		{rule: "a timeout", source: documented, code: `exports.handler = async () => { await new Promise((r) => setTimeout(r, 60000)) }`, change: func(s *function.Spec) { s.Timeout = 400 * time.Millisecond },
			failed: true, want: `{"errorMessage":"TIME ` + requestID + ` Task timed out after 0.40 seconds"}`},
		{rule: "a loop without an end", source: documented, code: `exports.handler = async () => { for (;;); }`, change: func(s *function.Spec) { s.Timeout = 400 * time.Millisecond },
			failed: true, want: `{"errorMessage":"TIME ` + requestID + ` Task timed out after 0.40 seconds"}`},
		{rule: "an exit", source: documented, code: `exports.handler = async () => process.exit(0)`, failed: true, want: `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ` + requestID + ` Error: Runtime exited without providing a reason"}`},
		{rule: "an exit with a status", source: documented, code: `exports.handler = async () => process.exit(3)`, failed: true, want: `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ` + requestID + ` Error: Runtime exited with error: exit status 3"}`},
		{rule: "a kill", source: documented, code: `exports.handler = async () => { process.kill(process.pid, "SIGKILL"); for (;;); }`, failed: true, want: `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ` + requestID + ` Error: Runtime exited with error: signal: killed"}`},

		{rule: "no such file", source: published, handler: "other.handler", code: ``, failed: true, want: `/\{"errorType":"Runtime\.ImportModuleError","errorMessage":"Error: Cannot find module 'other'\\nRequire stack:\\n- /client","trace":\["Runtime\.ImportModuleError: Error: Cannot find module 'other'",.*`,
			log: `\S+\tundefined\tERROR\tUncaught Exception \t\{"errorType":"Runtime\.ImportModuleError","errorMessage":"Error: Cannot find module 'other'\\nRequire stack:.*`},
		{rule: "a module that is missing", source: published, code: `require("left-pad")`, failed: true, want: `/\{"errorType":"Runtime\.ImportModuleError","errorMessage":"Error: Cannot find module 'left-pad'\\nRequire stack:\\n- /task/index\.js\\n- /client","trace":.*`},
		{rule: "a module that is missing in an ES module", source: client, file: "index.mjs", code: `import "left-pad"`, failed: true, want: `/\{"errorType":"Error","errorMessage":"Cannot find package 'left-pad' imported from /task/index\.mjs","trace":.*`},
		{rule: "no such function", source: client, code: `exports.other = async () => 1`, failed: true, want: failure("Runtime.HandlerNotFound", "index.handler is undefined or not exported", "Runtime.HandlerNotFound: index.handler is undefined or not exported")},
		{rule: "not a function", source: client, code: `exports.handler = 1`, failed: true, want: failure("Runtime.HandlerNotFound", "index.handler is not a function", "Runtime.HandlerNotFound: index.handler is not a function")},
		{rule: "a bad handler", source: client, handler: "index", code: ``, failed: true, want: failure("Runtime.MalformedHandlerName", "Bad handler", "Runtime.MalformedHandlerName: Bad handler")},
		{rule: "a handler outside", source: client, handler: "../index.handler", code: ``, failed: true, want: failure("Runtime.MalformedHandlerName", "'../index.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler names.", "Runtime.MalformedHandlerName: '../index.handler' is not a valid handler name. Use absolute paths when specifying root directories in handler names.")},
		{rule: "a syntax error", source: published, code: "\n\nexports.handler = async () => { return ) }", failed: true, want: `/\{"errorType":"Runtime\.UserCodeSyntaxError","errorMessage":"SyntaxError: Unexpected token '\)'","trace":\["Runtime\.UserCodeSyntaxError: SyntaxError: Unexpected token '\)'","/task/index\.js:3",.*`},
		{rule: "an import in a script", source: published, code: `import fs from "fs"; export const handler = async () => 1`, failed: true, want: `/\{"errorType":"Runtime\.UserCodeSyntaxError","errorMessage":"SyntaxError: Cannot use import statement outside a module","trace":.*`},
		{rule: "a throw while loading", source: published, code: `throw new Error("early")`, failed: true, want: failure("Error", "early", "Error: early"), log: `\S+\tundefined\tERROR\tUncaught Exception \t\{"errorType":"Error","errorMessage":"early",.*`},
		{rule: "an exit while loading", source: documented, code: `process.exit(4)`, failed: true, want: `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ` + requestID + ` Error: Runtime exited with error: exit status 4"}`},

		{rule: "an ES module", source: documented, file: "index.mjs", code: `import { readFileSync } from "node:fs"; const x = await Promise.resolve(5); export const handler = async () => x + typeof readFileSync`, want: `"5function"`},
		{rule: "a .cjs", source: client, file: "index.cjs", code: `exports.handler = async () => typeof require`, want: `"function"`},
		{rule: "a handler in a folder", source: documented, handler: "src/api/hello.handler", file: "src/api/hello.js", code: `exports.handler = async () => __dirname.split("/").slice(-2)`, want: `["src","api"]`},
		{rule: "a handler without a file is in index.js", source: client, handler: ".handler", code: `exports.handler = async () => 1`, want: `1`},
		{rule: "a handler in the index.js of a folder", source: client, handler: "src/api.handler", file: "src/api/index.js", code: `exports.handler = async () => __dirname.split("/").slice(-2)`, want: `["src","api"]`},
		{rule: "a handler in an object", source: client, handler: "index.routes.get", code: `exports.routes = { get: async () => 1 }`, want: `1`},

		{rule: "undefined", source: client, code: `exports.handler = async () => {}`, want: `null`},
		{rule: "what JSON cannot say", source: client, code: `exports.handler = async () => 1n`, failed: true, want: failure("Error", "Unable to stringify response body", "Error: Unable to stringify response body")},
		{rule: "a circle", source: client, code: `exports.handler = async () => { const a = {}; a.a = a; return a }`, failed: true, want: failure("Error", "Unable to stringify response body", "Error: Unable to stringify response body")},
		{rule: "a circle since Node.js 24", source: client, runtime: "nodejs24.x", code: `exports.handler = async () => { const a = {}; a.a = a; return a }`, failed: true, want: failure("Runtime.JSONStringifyError", "Unable to stringify response body", "Runtime.JSONStringifyError: Unable to stringify response body")},
		{rule: "unicode", source: documented, code: `exports.handler = async (event) => event + " ä€😀\u0000"`, event: `"grüß"`, want: `"grüß ä€😀\u0000"`},
		{rule: "a large event", source: documented, code: `exports.handler = async (event) => event.length`, event: `"` + big(5<<20) + `"`, want: `5242880`},
		{rule: "a large result", source: documented, code: `exports.handler = async () => "x".repeat(5 << 20)`, want: `"` + big(5<<20) + `"`},
		{rule: "a result that is too large", source: documented, code: `exports.handler = async () => "x".repeat(7 << 20)`, failed: true, want: `{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes)."}`},

		{rule: "the context", source: documented, code: `exports.handler = async (event, c) => [c.functionName, c.functionVersion, c.invokedFunctionArn, c.memoryLimitInMB, c.awsRequestId, c.logGroupName, typeof c.logStreamName, c.clientContext, c.identity === undefined, c.callbackWaitsForEmptyEventLoop, c.getRemainingTimeInMillis() > 50000 && c.getRemainingTimeInMillis() <= 60000]`,
			want: `["f","$LATEST","arn:aws:lambda:us-east-1:000000000000:function:f","128","` + requestID + `","/aws/lambda/f","string",{"client":{"app_title":"shop"},"custom":{"a":"b"}},true,true,true]`},
		{rule: "the environment", source: documented, code: `exports.handler = async () => [process.env.AWS_EXECUTION_ENV, process.env._HANDLER, process.env._X_AMZN_TRACE_ID, process.cwd() === process.env.LAMBDA_TASK_ROOT]`, want: `["AWS_Lambda_nodejs22.x","index.handler","Root=1-2-3",true]`},
		{rule: "the log", source: published, code: `console.log("before"); exports.handler = async () => { console.log("a %s", "b", { c: 1 }); console.warn("w"); console.debug("d"); console.info(1) }`, want: `null`,
			log: `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t` + requestID + `\tINFO\ta b \{ c: 1 \}`},
		{rule: "the log while loading", source: published, code: `console.log("before"); exports.handler = async () => {}`, want: `null`, log: `\S+\tundefined\tINFO\tbefore`},
		{rule: "the log as JSON", source: documented, code: `exports.handler = async () => { console.log({ a: 1 }) }`, want: `null`, change: func(s *function.Spec) { s.Environment["AWS_LAMBDA_LOG_FORMAT"] = "JSON" },
			log: `\{"timestamp":"\d{4}-\S+Z","level":"INFO","requestId":"` + requestID + `","message":\{"a":1\}\}`},
		{rule: "an error in a log of JSON", source: client, code: `exports.handler = async () => { throw new TypeError("t") }`, failed: true, want: failure("TypeError", "t", "TypeError: t"), change: func(s *function.Spec) { s.Environment["AWS_LAMBDA_LOG_FORMAT"] = "JSON" },
			log: `\{"timestamp":"\d{4}-\S+Z","level":"ERROR","requestId":"` + requestID + `","message":\{"errorType":"TypeError","errorMessage":"t","stackTrace":\["TypeError: t",.*`},
	})
}

func big(size int) string {
	text := make([]byte, size)
	for i := range text {
		text[i] = 'x'
	}
	return string(text)
}
