// Package mapping is what API Gateway's REST APIs add to the Velocity Template
// Language: the references $input, $util, $context and $stageVariables, the
// overrides that templates make, parameter mappings, and how a MOCK integration
// reads its status code.
//
// An [Engine] serves a deployment. For every request of a client it makes an
// [Exchange], which the request template, the response template and the parameter
// mappings of that request share. What is known about the real service, and what is not, is
// written at [Choices].
package mapping
