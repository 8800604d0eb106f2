// Package proxyresponse is the contract between a Lambda function and an API
// Gateway REST API with proxy integration: the function must answer with an
// envelope of five keys (statusCode, headers, multiValueHeaders, body,
// isBase64Encoded), and API Gateway turns anything else into a 502 without
// telling the client why.
//
// The package has three verbs:
//
//   - Build: [JSON], [Text], [Binary], [NoContent], [Redirect], [Error] and
//     [Handler] make envelopes that cannot be malformed.
//   - Check: [Check] and [Invocation.Check] say what API Gateway makes of the
//     bytes that a function returned.
//   - Explain: [Rules] and [Lookup] hold the rulebook, one entry per shape or
//     cause, with the evidence behind it.
//
// A function needs the first verb only; the other two are not linked into it.
//
// The rules come from the API Gateway and Lambda developer guides and from
// answers of the real service that were recorded in tests; every [Rule] names
// its source.
package proxyresponse
