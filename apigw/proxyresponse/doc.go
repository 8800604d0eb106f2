// Package proxyresponse is the contract between a Lambda function and an API
// Gateway REST API with proxy integration. The function must return an envelope of
// five keys (statusCode, headers, multiValueHeaders, body, isBase64Encoded). API
// Gateway turns anything else into a 502, and does not tell the client why.
//
// The package has three verbs:
//
//   - Build: [JSON], [Text], [Binary], [NoContent], [Redirect], [Error] and
//     [Handler] return envelopes that cannot be malformed. [Stream], [StreamFunc]
//     and [StreamHandler] do so for integrations that stream.
//   - Check: [Check], [Invocation.Check] and [CheckStream] report what API Gateway
//     makes of the bytes that a function returned.
//   - Explain: [Rules] and [Lookup] hold the rulebook, one entry for each
//     shape or cause, with the evidence behind it.
//
// A function needs the first verb only; the other two are not linked into it.
//
// The rules come from the API Gateway and Lambda developer guides, and from
// responses of the real service that public test suites recorded. Every [Rule]
// names its source.
package proxyresponse
