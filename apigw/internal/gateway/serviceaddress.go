package gateway

import (
	"fmt"
	"net/url"
	"strings"
)

// serviceTarget is what the URI of an integration with an AWS service names:
// arn:aws:apigateway:REGION:SERVICE:path/PATH or …:action/ACTION, where SERVICE may
// begin with a host name, as in BUCKET.s3.
type serviceTarget struct {
	region, host, service string // host is the part in front of the service; may be empty
	path, action          string // one of them
}

// parseService reads such a URI.
func parseService(uri string) (serviceTarget, error) {
	parts := strings.SplitN(uri, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[2] != "apigateway" || parts[3] == "" || parts[4] == "" {
		return serviceTarget{}, fmt.Errorf("%q is not the URI of a service, which is arn:aws:apigateway:REGION:SERVICE:path/PATH or action/ACTION", uri)
	}
	t := serviceTarget{region: parts[3], service: parts[4]}
	if at := strings.LastIndex(t.service, "."); at >= 0 {
		t.host, t.service = t.service[:at], t.service[at+1:]
	}
	kind, rest, found := strings.Cut(parts[5], "/")
	switch {
	case kind == "path":
		t.path = rest
	case kind == "action" && found && rest != "":
		t.action = rest
	default:
		return serviceTarget{}, fmt.Errorf("%q names neither a path nor an action of the service %s: write path/PATH or action/ACTION", uri, t.service)
	}
	return t, nil
}

// url returns where the service is on AWS, with the path. Placeholders such as {key}
// stay.
func (t serviceTarget) url() string {
	name := t.service
	if t.host != "" {
		name = t.host + "." + t.service
	}
	return "https://" + name + "." + t.region + ".amazonaws.com/" + strings.TrimPrefix(t.path, "/")
}

// jsonService is a service whose actions are named by a header.
type jsonService struct{ prefix, version string }

// jsonServices are the services with a JSON protocol; those of the models of the AWS
// SDKs (targetPrefix and jsonVersion).
func jsonServices() map[string]jsonService {
	return map[string]jsonService{
		"athena":         {"AmazonAthena", "1.1"},
		"cognito-idp":    {"AWSCognitoIdentityProviderService", "1.1"},
		"dynamodb":       {"DynamoDB_20120810", "1.0"},
		"events":         {"AWSEvents", "1.1"},
		"firehose":       {"Firehose_20150804", "1.1"},
		"glue":           {"AWSGlue", "1.1"},
		"kinesis":        {"Kinesis_20131202", "1.1"},
		"kms":            {"TrentService", "1.1"},
		"logs":           {"Logs_20140328", "1.1"},
		"secretsmanager": {"secretsmanager", "1.1"},
		"ssm":            {"AmazonSSM", "1.1"},
		"states":         {"AWSStepFunctions", "1.0"},
	}
}

// addAction names the action of the service in a request: by a header for services
// with a JSON protocol, and by the parameter Action for others.
func (t serviceTarget) addAction(out *integrationRequest) {
	if t.action == "" {
		return
	}
	if json, ok := jsonServices()[t.service]; ok {
		out.header = addHeader(out.header, "X-Amz-Target", json.prefix+"."+t.action)
		out.header = addHeader(out.header, "Content-Type", "application/x-amz-json-"+json.version)
		return
	}
	out.query = setParam(out.query, "Action", []string{t.action})
}

// movedTo returns an address of AWS at another place: its path and query behind those
// of the place.
func movedTo(endpoint, address *url.URL) *url.URL {
	moved := *endpoint
	moved.Path = strings.TrimSuffix(endpoint.Path, "/") + address.Path
	moved.RawPath = strings.TrimSuffix(endpoint.EscapedPath(), "/") + address.EscapedPath()
	moved.RawQuery = address.RawQuery
	return &moved
}
