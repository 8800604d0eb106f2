package rules

// runsOnLambda is what AWS does with functions that do not run here.
const runsOnLambda = "Lambda runs it."

// functionRules are about functions that Lambda runs and the engine does not, or
// not as it is. Calls of them answer 501.
func functionRules() []Rule {
	return []Rule{
		{
			ID:       "function-not-run",
			Kind:     Difference,
			Title:    "The function {function} does not run here: {reason}",
			Gateway:  runsOnLambda,
			Fix:      tryDeployed,
			Evidence: Documented,
			Source:   lambdaGuide + "lambda-runtimes.html",
		},
		{
			ID:       "function-is-image",
			Kind:     Difference,
			Title:    "Its code is a container image, and there are no containers here.",
			Gateway:  runsOnLambda,
			Fix:      "Use a zip with the runtime provided.al2023.",
			Evidence: Documented,
			Source:   lambdaGuide + "images-create.html",
		},
		{
			ID:       "function-runtime",
			Kind:     Difference,
			Title:    "Its runtime is {runtime}, and only custom runtimes run here.",
			Gateway:  runsOnLambda,
			Fix:      "Use the runtime provided.al2023.",
			Evidence: Documented,
			Source:   lambdaGuide + "lambda-runtimes.html",
		},
		{
			ID:       "function-inline",
			Kind:     Notice,
			Title:    "Its code is written in the template, which a custom runtime cannot run.",
			Gateway:  "Lambda writes the text to a file that no custom runtime starts.",
			Fix:      "Put it into an asset.",
			Evidence: Documented,
			Source:   cloudFormation + "aws-properties-lambda-function-code.html",
		},
		{
			ID:       "function-without-asset",
			Kind:     Notice,
			Title:    "Its code is not an asset of this assembly.",
			Gateway:  runsOnLambda,
			Fix:      "Put it into an asset (lambda.Code.fromAsset), or name its Go package in the metadata go:package.",
			Evidence: Documented,
			Source:   lambdaGuide + "lambda-runtimes.html",
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
