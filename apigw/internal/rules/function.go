package rules

// runsOnLambda is what AWS does with functions that do not run here.
const runsOnLambda = "Lambda runs it."

// notRunHere begins what is said of a function that does not run here.
const notRunHere = "The function {function} does not run here: "

// functionRules are about functions that Lambda runs and the engine does not, or
// not as it is. Calls of them answer 501.
func functionRules() []Rule {
	return []Rule{
		{
			ID:       "function-is-image",
			Kind:     Difference,
			Title:    notRunHere + "its code is a container image, and there are no containers here.",
			Gateway:  runsOnLambda,
			Fix:      "Give the function a zip file or a folder (lambda.Code.fromAsset) in place of the image.",
			Evidence: Documented,
			Source:   lambdaGuide + "images-create.html",
		},
		{
			ID:       "function-runtime",
			Kind:     Difference,
			Title:    notRunHere + "its runtime is {runtime}, and here run Node.js, Python and custom runtimes.",
			Gateway:  runsOnLambda,
			Fix:      "Call the function on AWS. In a test, apitest.Handler takes its place.",
			Evidence: Documented,
			Source:   lambdaGuide + "lambda-runtimes.html",
		},
		{
			ID:       "function-interpreter-missing",
			Kind:     Notice,
			Title:    notRunHere + "its runtime is {runtime}, and {problem}.",
			Gateway:  runsOnLambda,
			Fix:      "Install it, or name its program with {flag}.",
			Evidence: Documented,
			Source:   lambdaGuide + "lambda-runtimes.html",
		},
		{
			ID:       "function-runtime-version",
			Kind:     Difference,
			Title:    "Functions with the runtime {runtime} run in {version} here, which is {program}.",
			Gateway:  "Lambda runs them in the version that the runtime names.",
			Fix:      "Name a program of that version with {flag}, if the difference matters.",
			Evidence: Documented,
			Source:   lambdaGuide + "lambda-runtimes.html",
		},
		{
			ID:       "function-inline",
			Kind:     Notice,
			Title:    notRunHere + "its code is written in the template, which a custom runtime cannot run.",
			Gateway:  "Lambda writes the text to a file that no custom runtime starts.",
			Fix:      "Put it into an asset.",
			Evidence: Documented,
			Source:   cloudFormation + "aws-properties-lambda-function-code.html",
		},
		{
			ID:       "function-without-asset",
			Kind:     Notice,
			Title:    notRunHere + "its code is not an asset of this assembly.",
			Gateway:  runsOnLambda,
			Fix:      "Put it into an asset (lambda.Code.fromAsset). A function in Go can also name its package in the metadata go:package.",
			Evidence: Documented,
			Source:   lambdaGuide + "lambda-runtimes.html",
		},
		{
			ID:       "function-unreadable",
			Kind:     Notice,
			Title:    notRunHere + "a property of it cannot be read: {problem}.",
			Gateway:  "CloudFormation refuses such a function.",
			Fix:      "Correct the property.",
			Evidence: Documented,
			Source:   lambdaGuide + "lambda-runtimes.html",
		},
		{
			ID:       "function-asset-missing",
			Kind:     Notice,
			Title:    notRunHere + "{problem}.",
			Gateway:  "Lambda runs the asset, which is uploaded when it is deployed.",
			Fix:      "Take the whole directory of the cloud assembly.",
			Evidence: Documented,
			Source:   lambdaGuide + "lambda-runtimes.html",
		},
		{
			ID:       "function-module-missing",
			Kind:     Notice,
			Title:    notRunHere + "its package {package} is looked for in the Go module of this folder, which is not in a module.",
			Gateway:  "Lambda runs the asset, which is built before it is deployed.",
			Fix:      "Run the command in the folder of the app.",
			Evidence: Documented,
			Source:   lambdaGuide + "golang-package.html",
		},
		{
			ID:       "function-package-missing",
			Kind:     Notice,
			Title:    notRunHere + "its package {package} is missing, since there is no such folder in {folders}.",
			Gateway:  "Lambda runs the asset, which is built before it is deployed.",
			Fix:      "Name a package that is there, in the stack.",
			Evidence: Documented,
			Source:   lambdaGuide + "golang-package.html",
		},
		{
			ID:       "function-not-built",
			Kind:     Notice,
			Title:    notRunHere + "its code cannot be built: {problem}.",
			Gateway:  "Lambda runs the asset, which is built before it is deployed: such code cannot be deployed.",
			Fix:      "Correct the code. It is built again as soon as you save it.",
			Evidence: Documented,
			Source:   lambdaGuide + "golang-package.html",
		},
		{
			ID:       "function-asset-unusable",
			Kind:     Notice,
			Title:    notRunHere + "{problem}.",
			Gateway:  "Lambda starts the file bootstrap at the root of the zip, in a custom runtime.",
			Fix:      "Synthesize again. A custom runtime needs a program named bootstrap that is built for this host; one in Go is built here, if its module is below this folder or its package is in the metadata go:package.",
			Evidence: Documented,
			Source:   lambdaGuide + "golang-package.html",
		},
		{
			ID:       "function-without-handler",
			Kind:     Notice,
			Title:    "The function {function} does not run in this test, since it has no apitest.Handler.",
			Gateway:  runsOnLambda,
			Fix:      "Give apitest.New one for it, or apitest.Build to run its own code.",
			Evidence: Documented,
			Source:   lambdaGuide + "golang-handler.html",
		},
		{
			ID:       "function-variable-dynamic",
			Kind:     Difference,
			Title:    "The function's environment variable {variable} is read from another service at deployment; here it holds the reference as it is written.",
			Gateway:  "CloudFormation replaces the reference by the value.",
			Fix:      "Give the variable a value for this machine.",
			Evidence: Documented,
			Source:   "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html",
		},
	}
}
