package rules

const functionFails = `With proxy integration 502 with the body {"message": "Internal server error"}; without, the default integration response with the error as its body. `

// functionFailureRules are about the ways in which a function's process ends that
// the function itself has no say in. Those about what it returns are in package
// proxyresponse.
func functionFailureRules() []Rule {
	return []Rule{
		{
			ID:       "function-out-of-memory",
			Kind:     Situation,
			Title:    "The function needed more memory than it has, and Lambda ended its process.",
			Gateway:  functionFails + "Lambda starts a new process for the next request.",
			Log:      "Lambda execution failed with status 200 due to customer function error: RequestId: {request} Error: Runtime exited with error: signal: killed. Lambda request id: {request}",
			Fix:      "Give the function more memory, or make it read large things in pieces. The REPORT line of its log says how much it used.",
			Signs:    []Sign{{FunctionLog, "Runtime exited with error: signal: killed"}, {FunctionLog, "Runtime exited with error: exit status 137"}, {FunctionLog, "Runtime.OutOfMemory"}},
			Evidence: Documented,
			Source:   lambdaGuide + "configuration-memory.html; " + published + "logs of such functions",
		},
		{
			ID:       "function-exited",
			Kind:     Situation,
			Title:    "The function's process ended by itself before it had a result.",
			Gateway:  functionFails + "Lambda starts a new process for the next request.",
			Log:      "Lambda execution failed with status 200 due to customer function error: RequestId: {request} Error: Runtime exited with error: exit status {status}. Lambda request id: {request}",
			Fix:      "Look for os.Exit and log.Fatal (Go), process.exit (JavaScript) or sys.exit (Python) in the function, and return an error in their place. Its log has the last words before the line about the exit.",
			Signs:    []Sign{{FunctionLog, "Runtime exited with error: exit status {status}"}, {FunctionLog, "Runtime exited without providing a reason"}, {FunctionLog, "Runtime.ExitError"}},
			Evidence: Documented,
			Source:   runtimeErrors,
		},
		{
			ID:       "function-not-started",
			Kind:     Situation,
			Title:    "The function's program could not be started.",
			Gateway:  functionFails + "No line of the function runs.",
			Fix:      "For Go: name the program bootstrap, put it at the root of the zip, and build it for the function's architecture with GOOS=linux, CGO_ENABLED=0 and GOARCH=arm64 or amd64.",
			Signs:    []Sign{{FunctionLog, "fork/exec {program}: {problem}"}, {FunctionLog, "Couldn't find valid bootstrap(s): {programs}"}, {FunctionLog, "Runtime.InvalidEntrypoint"}, {FunctionLog, "exec format error"}},
			Evidence: Documented,
			Source:   lambdaGuide + "golang-package.html; " + published + "logs of such functions",
		},
		{
			ID:       "function-code-not-found",
			Kind:     Situation,
			Title:    "Lambda could not load the function's code.",
			Gateway:  functionFails + "No line of the handler runs.",
			Fix:      "Correct the handler's name (FILE.FUNCTION), and put everything that it imports into the zip or a layer.",
			Signs:    []Sign{{FunctionLog, "Unable to import module {module}"}, {FunctionLog, "Cannot find module {module}"}, {FunctionLog, "Runtime.ImportModuleError"}, {FunctionLog, "Runtime.HandlerNotFound"}},
			Evidence: Documented,
			Source:   "https://repost.aws/knowledge-center/build-python-lambda-deployment-package; " + published + "logs of such functions",
		},
		{
			ID:       "function-syntax-error",
			Kind:     Situation,
			Title:    "The function's code has a mistake in its syntax.",
			Gateway:  functionFails + "No line of the function runs.",
			Fix:      "Correct the line. node --check FILE, or python3 -m py_compile FILE, finds such mistakes before a deployment.",
			Signs:    []Sign{{FunctionLog, "Runtime.UserCodeSyntaxError"}},
			Evidence: Documented,
			Source:   "https://repost.aws/knowledge-center/build-python-lambda-deployment-package; " + published + "logs of such functions",
		},
		{
			ID:       "function-module-outside",
			Kind:     Situation,
			Title:    "The function imports a module that this machine has and its code has not.",
			Gateway:  "Lambda has the function's code, its layers and the AWS SDK, and nothing else: the function fails with Runtime.ImportModuleError.",
			Fix:      "Bundle the module with the function (NodejsFunction, PythonFunction, or an install into the folder of the asset), or put it into a layer.",
			Signs:    []Sign{{FunctionLog, "Lambda does not have it: there the import fails"}},
			Evidence: Documented,
			Source:   lambdaGuide + "nodejs-package.html; " + lambdaGuide + "python-package.html",
		},
		{
			ID:       "function-sdk-missing",
			Kind:     Situation,
			Title:    "The function needs {module}, which Lambda's runtimes bring along and this machine does not have.",
			Gateway:  "Lambda has it: the function runs there.",
			Fix:      "Install it beside the app, and not in the function: {command}",
			Evidence: Documented,
			Source:   lambdaGuide + "lambda-nodejs.html; " + lambdaGuide + "lambda-python.html",
		},
	}
}

const runtimeErrors = "https://repost.aws/knowledge-center/lambda-runtime-error"
