package observability

import (
	"encoding/json"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"
)

// accessLogFields are the members of a line of the access log, and the variables that
// they show: first who asked for what and got what, then why it failed, box by box.
var accessLogFields = [][2]string{
	{"requestId", "requestId"},
	{"extendedRequestId", "extendedRequestId"}, // support asks for it
	{"traceId", "xrayTraceId"},
	{"time", "requestTime"},
	{"apiId", "apiId"},
	{"stage", "stage"},
	{"domainName", "domainName"},
	{"protocol", "protocol"},
	{"method", "httpMethod"},
	{"resource", "resourcePath"},
	{"path", "path"},
	{"ip", "identity.sourceIp"},
	{"userAgent", "identity.userAgent"},
	{"caller", "identity.userArn"},
	{"apiKeyId", "identity.apiKeyId"},
	{"principal", "authorizer.principalId"},
	{"status", "status"},
	{"responseLength", "responseLength"},
	{"responseLatency", "responseLatency"},

	{"responseType", "error.responseType"},
	{"error", "error.message"},
	{"validationError", "error.validationErrorString"},
	{"wafStatus", "waf.status"},
	{"wafError", "waf.error"},
	{"wafLatency", "waf.latency"},
	{"authenticateStatus", "authenticate.status"},
	{"authenticateError", "authenticate.error"},
	{"authorizerStatus", "authorizer.status"},
	{"authorizerError", "authorizer.error"},
	{"authorizerLatency", "authorizer.latency"},
	{"authorizerRequestId", "authorizer.requestId"},
	{"authorizeStatus", "authorize.status"},
	{"authorizeError", "authorize.error"},
	{"integrationStatus", "integration.integrationStatus"},
	{"functionStatus", "integration.status"},
	{"integrationError", "integration.error"},
	{"integrationLatency", "integration.latency"},
	{"integrationRequestId", "integration.requestId"}, // the request id in the function's log
}

// AccessLogFormat returns the format of an access log with all that explains a
// failure: one JSON object a line. API Gateway writes a hyphen for what a request does
// not have. Each line costs what a log costs, by its bytes.
func AccessLogFormat() awsapigateway.AccessLogFormat {
	return awsapigateway.AccessLogFormat_Custom(jsii.String(accessLogFormat()))
}

func accessLogFormat() string {
	var members []string
	for _, field := range accessLogFields {
		name, _ := json.Marshal(field[0]) // a string has no error
		members = append(members, string(name)+`:"$context.`+field[1]+`"`)
	}
	return "{" + strings.Join(members, ",") + "}"
}
