package proxyresponse

// The ids of the rules that other files of this package point at.
const (
	ruleFunctionPanic              = "function-panic"
	ruleFunctionTimeout            = "function-timeout"
	ruleMappedEventInProxyFunction = "mapped-event-in-proxy-function"
	ruleResponseAndError           = "response-and-error"
	ruleResponseTooLarge           = "response-too-large"
	ruleUnsendableResponse         = "unsendable-response"
)
