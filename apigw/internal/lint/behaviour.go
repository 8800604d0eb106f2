package lint

import (
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.com/apigw/internal/rules"
)

// behaviourChecks are about what happens to requests once the app is deployed.
func behaviourChecks() []*Check {
	return []*Check{
		{Name: "calls of functions", Rules: []string{"lambda-method-not-post", "function-outlives-integration", "permission-missing"}, Run: checkCalls},
		{Name: "streams", Rules: []string{"stream-uri-buffered", "stream-mode-missing", "stream-without-proxy"}, Run: checkStreams},
		{Name: "MOCK", Rules: []string{"mock-without-status"}, Run: checkMocks},
		{Name: "headers", Rules: []string{"header-mapping-forbidden", "response-header-renamed"}, Run: checkHeaders},
		{Name: "body validation", Rules: []string{"validator-without-model"}, Run: checkBodyValidation},
		{Name: "plans", Rules: []string{"api-key-without-any-plan"}, Run: checkPlans},
		{Name: "LambdaRestApi", Rules: []string{"rest-api-proxy-false"}, Run: checkLambdaRestAPI},
	}
}

// defaultFunctionTimeout is that of Lambda, in seconds.
const defaultFunctionTimeout = 3

func checkCalls(p *Pass) {
	permitted := p.permitted()
	slow := map[rules.Use]bool{} // one for a function, and not for each of its methods
	p.integrations(func(m *Method, in *integration) {
		if !in.lambda() {
			return
		}
		if in.httpMethod != "" && in.httpMethod != "POST" && slices.Contains(httpMethods, in.httpMethod) {
			p.reportMethod(m, "Integration.IntegrationHttpMethod", rules.Of("lambda-method-not-post", "method", in.httpMethod))
		}
		arn, qualifier := in.function()
		f := p.functions[arn]
		if f == nil {
			return
		}
		if _, anybody := permitted[arn+":"]; !in.credentials && !permitted[arn+":"+qualifier] && !(anybody && qualifier == "") {
			p.reportMethod(m, "Integration.Uri", rules.Of("permission-missing", "function", f.Path))
		}
		seconds, ok := f.number("Timeout")
		if _, there := f.get("Timeout"); !there {
			seconds, ok = defaultFunctionTimeout, true
		}
		limit, waits := time.Duration(seconds)*time.Second, time.Duration(in.timeout)*time.Millisecond
		if waits == 0 {
			waits = defaultTimeout * time.Millisecond
		}
		use := rules.Of("function-outlives-integration", "function", f.Path, "limit", limit, "timeout", waits)
		if ok && limit >= waits && !in.asynchronous() && in.mode != "STREAM" && !slow[use] {
			slow[use] = true
			p.reportMethod(m, "Integration", use)
		}
	})
}

// permitted returns the functions that API Gateway may invoke for some request, by
// ARN, a colon and the qualifier.
func (p *Pass) permitted() map[string]bool {
	permitted := map[string]bool{}
	for _, r := range p.byType["AWS::Lambda::Permission"] {
		v, _ := r.get("Principal")
		principal, known := textOf(v)
		if known && principal != "apigateway.amazonaws.com" && principal != "*" {
			continue
		}
		name, known := textOf(r.props["FunctionName"])
		if !known {
			continue
		}
		arn, qualifier := r.Stack.FunctionARN(name)
		permitted[arn+":"+qualifier] = true
	}
	return permitted
}

func checkStreams(p *Pass) {
	p.integrations(func(m *Method, in *integration) {
		stream := strings.HasSuffix(in.uri, "/response-streaming-invocations")
		switch {
		case in.mode == "STREAM" && !in.proxy():
			p.reportMethod(m, "Integration.ResponseTransferMode", rules.Of("stream-without-proxy", "type", in.kind))
		case in.mode == "STREAM" && in.lambda() && in.uriKnown && !stream:
			p.reportMethod(m, "Integration.Uri", rules.Of("stream-uri-buffered"))
		case in.mode != "STREAM" && in.lambda() && stream && m.own:
			p.reportMethod(m, "Integration.ResponseTransferMode", rules.Of("stream-mode-missing"))
		}
	})
}

func checkMocks(p *Pass) {
	p.integrations(func(m *Method, in *integration) {
		if in.kind != "MOCK" {
			return
		}
		if !slices.ContainsFunc(in.templates, func(t pair) bool { return !t.known || strings.Contains(t.value, "statusCode") }) {
			p.reportMethod(m, "Integration.RequestTemplates", rules.Of("mock-without-status"))
		}
	})
}

// renamed are the headers that the client gets under another name, or not at all.
var renamed = []string{
	"Authorization", "Connection", "Content-Length", "Content-Md5", "Date", "Expect", "Host", "Max-Forwards",
	"Proxy-Authenticate", "Server", "Trailer", "Transfer-Encoding", "Upgrade", "User-Agent", "Www-Authenticate",
	"X-Amzn-Requestid", "X-Amz-Apigw-Id",
}

func checkHeaders(p *Pass) {
	p.integrations(func(m *Method, in *integration) {
		for _, mapping := range in.parameters {
			name, ok := strings.CutPrefix(mapping.key, "integration.request.header.")
			forbidden := []string{"Content-Length", "Transfer-Encoding"}
			if strings.HasPrefix(in.kind, "AWS") {
				forbidden = append(forbidden, "Authorization", "Connection", "Expect", "Proxy-Authenticate", "Te")
			}
			if ok && slices.Contains(forbidden, textproto.CanonicalMIMEHeaderKey(name)) {
				p.reportMethod(m, "Integration.RequestParameters", rules.Of("header-mapping-forbidden", "header", name))
			}
		}
		if !in.custom() {
			return
		}
		for _, r := range in.responses {
			for _, mapping := range r.parameters {
				name, ok := strings.CutPrefix(mapping.key, "method.response.header.")
				if ok && slices.Contains(renamed, textproto.CanonicalMIMEHeaderKey(name)) {
					p.reportMethod(m, "Integration.IntegrationResponses", rules.Of("response-header-renamed", "status", r.status, "header", name))
				}
			}
		}
	})
}

func checkBodyValidation(p *Pass) {
	for _, m := range p.methods {
		body := m.httpMethod == "POST" || m.httpMethod == "PUT" || m.httpMethod == "PATCH"
		if m.validatesBody && !m.validatesParams && body && len(m.requestModels) == 0 {
			p.reportMethod(m, "RequestModels", rules.Of("validator-without-model"))
		}
	}
}

func checkPlans(p *Pass) {
	planned := map[[2]string]bool{}
	for _, r := range p.of("UsagePlan") {
		for _, each := range r.list("ApiStages") {
			id, _ := at(each, "ApiId")
			stage, _ := at(each, "Stage")
			api, knownAPI := textOf(id)
			name, knownStage := textOf(stage)
			if !knownAPI || !knownStage {
				return
			}
			planned[[2]string{api, name}] = true
		}
	}
	for _, api := range p.apis {
		for _, m := range api.methods {
			if !m.apiKeyRequired {
				continue
			}
			for _, s := range api.stages {
				if name := s.text("StageName"); name != "" && !planned[[2]string{api.id, name}] {
					p.reportMethod(m, "ApiKeyRequired", rules.Of("api-key-without-any-plan", "stage", name))
				}
			}
		}
	}
}

func checkLambdaRestAPI(p *Pass) {
	for _, api := range p.apis {
		greedy := slices.ContainsFunc(api.methods, func(m *Method) bool { return strings.HasSuffix(m.resourcePath, "+}") })
		var suspects []*Method
		for _, m := range api.methods {
			if m.in != nil && m.in.kind == "AWS_PROXY" && len(m.responses) > 0 {
				suspects = append(suspects, m)
			}
		}
		if greedy || len(suspects) == 0 || !p.isLambdaRestAPI(api) {
			continue
		}
		for _, m := range suspects {
			p.reportMethod(m, "Integration.Type", rules.Of("rest-api-proxy-false"))
		}
	}
}

// maxTree bounds the file that has the classes of constructs, in bytes.
const maxTree = 32 << 20

// isLambdaRestAPI reports whether the construct of an API is a LambdaRestApi, which
// the file tree.json of the assembly says.
func (p *Pass) isLambdaRestAPI(api *API) bool {
	file, err := os.Open(filepath.Join(filepath.Dir(api.Stack.File), "tree.json"))
	if err != nil {
		return false
	}
	defer file.Close()
	var tree struct{ Tree node }
	if err := json.NewDecoder(io.LimitReader(file, maxTree)).Decode(&tree); err != nil {
		return false
	}
	return strings.HasSuffix(tree.Tree.class(api.Path), "LambdaRestApi")
}

// node is a construct in tree.json.
type node struct {
	Path          string
	Children      map[string]node
	ConstructInfo struct{ FQN string }
}

// class returns the class of the construct at a path, or at the path above it.
func (n node) class(path string) string {
	if n.Path == path && n.ConstructInfo.FQN != "" {
		return n.ConstructInfo.FQN
	}
	for _, child := range n.Children {
		if path == child.Path || strings.HasPrefix(path, child.Path+"/") {
			return child.class(path)
		}
	}
	return fmt.Sprint(n.ConstructInfo.FQN)
}
