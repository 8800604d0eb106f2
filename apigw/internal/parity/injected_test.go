package parity

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"

	"example.com/apigw/contract"
	"example.com/apigw/internal/testapp/greeting"
	"example.com/apigw/proxyresponse"
)

// changing returns a handler that stands before the gateway and changes responses.
func changing(change func(r *http.Request, w *httptest.ResponseRecorder)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			recorded := httptest.NewRecorder()
			next.ServeHTTP(recorded, r)
			change(r, recorded)
			for name, values := range recorded.Header() {
				w.Header()[name] = values
			}
			w.Header().Set("Content-Length", strconv.Itoa(recorded.Body.Len()))
			w.WriteHeader(recorded.Code)
			if r.Method != http.MethodHead {
				_, _ = w.Write(recorded.Body.Bytes())
			}
		})
	}
}

// instead returns a handler that answers in the place of the gateway, where it wants to.
func instead(answer func(w http.ResponseWriter, r *http.Request) bool) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !answer(w, r) {
				next.ServeHTTP(w, r)
			}
		})
	}
}

// refuse writes a response of the gateway itself.
func refuse(w http.ResponseWriter, status int, kind, body string) {
	w.Header().Set("x-amzn-RequestId", "c6af9ac6-7b61-11e6-9a41-93e8deadbeef")
	w.Header().Set("x-amzn-ErrorType", kind)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// toFunction reports whether a request of the contract gets through to a function.
func toFunction(r *http.Request) bool {
	return strings.Contains(r.URL.Path, "/greet") && (r.Method == http.MethodGet || r.Method == http.MethodPost)
}

// setIntegration returns an edit that sets a member of a method's integration.
func setIntegration(method, key string, value any) func(*testing.T, resources) {
	return func(t *testing.T, r resources) { in(t, r.at(t, method), "Integration")[key] = value }
}

func setProperty(resource, key string, value any) func(*testing.T, resources) {
	return func(t *testing.T, r resources) { r.at(t, resource)[key] = value }
}

// corsTo returns an edit that sets the origin that all responses of the API "mapped" allow.
func corsTo(value string) func(*testing.T, resources) {
	return func(_ *testing.T, r resources) {
		r.integrationResponses("MappedRestApi", func(response map[string]any) {
			response["ResponseParameters"].(map[string]any)["method.response.header.Access-Control-Allow-Origin"] = value
		})
	}
}

// authorized adds a token authorizer to a template, whose function lets nobody in.
func authorized(methods ...string) func(*testing.T, resources) {
	return func(t *testing.T, r resources) {
		r["Authorizer"] = map[string]any{"Type": "AWS::ApiGateway::Authorizer", "Properties": map[string]any{
			"RestApiId": map[string]any{"Ref": r.id(t, "DirectRestApi")}, "Name": "token", "Type": "TOKEN", "IdentitySource": "method.request.header.Authorization",
			"AuthorizerCredentials": "arn:aws:iam::123456789012:role/authorizer",
			"AuthorizerUri":         in(t, r.at(t, "DirectRestApigreetGET"), "Integration")["Uri"],
		}}
		for _, method := range methods {
			r.at(t, method)["AuthorizationType"] = "CUSTOM"
			r.at(t, method)["AuthorizerId"] = map[string]any{"Ref": "Authorizer"}
		}
	}
}

// keyRequired returns an edit that lets the API "direct" ask for an API key.
func keyRequired(value string) func(*testing.T, resources) {
	return func(t *testing.T, r resources) {
		for _, method := range directMethods {
			r.at(t, method)["ApiKeyRequired"] = true
		}
		stage := map[string]any{"Ref": r.id(t, "DirectRestApiDeploymentStageprod")}
		r["Key"] = map[string]any{"Type": "AWS::ApiGateway::ApiKey", "Properties": map[string]any{"Enabled": true, "Value": value}}
		r["Plan"] = map[string]any{"Type": "AWS::ApiGateway::UsagePlan", "Properties": map[string]any{
			"ApiStages": []any{map[string]any{"ApiId": map[string]any{"Ref": r.id(t, "DirectRestApi")}, "Stage": stage}},
		}}
		r["PlanKey"] = map[string]any{"Type": "AWS::ApiGateway::UsagePlanKey", "Properties": map[string]any{
			"KeyId": map[string]any{"Ref": "Key"}, "KeyType": "API_KEY", "UsagePlanId": map[string]any{"Ref": "Plan"},
		}}
	}
}

// iam lets methods ask for a signature.
func iam(methods ...string) func(*testing.T, resources) {
	return func(t *testing.T, r resources) {
		for _, method := range methods {
			r.at(t, method)["AuthorizationType"] = "AWS_IAM"
		}
	}
}

var directMethods = []string{"DirectRestApigreetGET", "DirectRestApigreetPOST", "DirectRestApigreetnameGET"}

// signed signs with the credentials that the gateways here accept, or with others.
func signed(secret string) func(*Options) {
	return func(o *Options) {
		o.Sign = &Signer{Credentials: aws.Credentials{AccessKeyID: "AKIALOCALLOCALLOCALX", SecretAccessKey: secret}, Region: "us-east-1"}
	}
}

// direct returns a function behind the API "direct" that changes the response of the
// sample's.
func direct(change func(request events.APIGatewayProxyRequest, r *events.APIGatewayProxyResponse)) any {
	return func(ctx context.Context, request events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error) {
		output, err := greetDirect(ctx, request)
		response := events.APIGatewayProxyResponse{StatusCode: 200, Headers: map[string]string{"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}}
		if refused, ok := errors.AsType[*proxyresponse.HTTPError](err); ok {
			response.StatusCode, response.Body = refused.Status, fmt.Sprintf(`{"message":%q}`, refused.Message)
		} else if g, ok := output.(greeting.Greeting); ok {
			response.Body = fmt.Sprintf(`{"greeting":%q}`, g.Greeting)
		}
		change(request, &response)
		return response, nil
	}
}

// header returns such a function that sets a header.
func header(name, value string) any {
	return direct(func(_ events.APIGatewayProxyRequest, r *events.APIGatewayProxyResponse) { r.Headers[name] = value })
}

// body returns such a function with other bodies of good responses.
func body(text func() string) any {
	return direct(func(_ events.APIGatewayProxyRequest, r *events.APIGatewayProxyResponse) {
		if r.StatusCode == 200 {
			r.Body = text()
		}
	})
}

func fixed(text string) func() string { return func() string { return text } }

// firstRequests lets the first requests of each kind be answered otherwise.
func firstRequests(n int32, answer func(w http.ResponseWriter)) func(http.Handler) http.Handler {
	var seen sync.Map
	return instead(func(w http.ResponseWriter, r *http.Request) bool {
		if !toFunction(r) {
			return false
		}
		key := r.Method + r.URL.EscapedPath() + r.URL.RawQuery + r.Header.Get("Content-Type")
		count, _ := seen.LoadOrStore(key, new(atomic.Int32))
		if count.(*atomic.Int32).Add(1) > n {
			return false
		}
		answer(w)
		return true
	})
}

func throttle(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	refuse(w, 429, "TooManyRequestsException", `{"message":"Too Many Requests"}`)
}

// failing returns a transport whose requests fail.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

const html = "<html><title>Sign in</title></html>"

func elsewhere(w http.ResponseWriter, _ *http.Request) bool {
	w.Header().Set("Location", "https://login.example/")
	w.WriteHeader(302)
	return true
}

func htmlPage(w http.ResponseWriter, _ *http.Request) bool {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, html)
	return true
}

// guarded is the function behind the API "direct" as its own authorizer, which takes
// the token "good".
func guarded(ctx context.Context, event json.RawMessage) (any, error) {
	var call struct{ AuthorizationToken, MethodArn string }
	if err := json.Unmarshal(event, &call); err != nil {
		return nil, err
	}
	if call.MethodArn == "" {
		var request events.APIGatewayProxyRequest
		if err := json.Unmarshal(event, &request); err != nil {
			return nil, err
		}
		output, err := greetDirect(ctx, request)
		if err != nil {
			return nil, err
		}
		text, err := json.Marshal(output)
		return events.APIGatewayProxyResponse{StatusCode: 200, Body: string(text)}, err
	}
	if call.AuthorizationToken != "good" {
		return nil, errors.New("Unauthorized")
	}
	return events.APIGatewayCustomAuthorizerResponse{PrincipalID: "p", PolicyDocument: events.APIGatewayCustomAuthorizerPolicy{
		Version: "2012-10-17", Statement: []events.IAMPolicyStatement{{Action: []string{"execute-api:Invoke"}, Effect: "Allow", Resource: []string{"*"}}},
	}}, nil
}

func TestATokenIsForAuthorizedCasesAlone(t *testing.T) {
	both := side{edit: authorized("DirectRestApigreetGET"), direct: guarded}
	let, refused := get("/greet"), get("/greet?token=none")
	let.Authorized = true
	refused.Gateway, refused.Response = true, contract.Response{Status: 401, Body: `{"message":"Unauthorized"}`}
	for _, test := range []struct {
		name, token string
		cases       []contract.Case
		outcome     Outcome
		compared    int
		shows       string
	}{
		{"a token", "good", []contract.Case{let, refused}, Same, 2, "2 requests, 2 alike, 0 different\n"},
		{"no token", "", []contract.Case{let, refused}, Same, 1, "1 left out, for which --header 'Authorization: …' is missing"},
		{"no token, and nothing else", "", []contract.Case{let}, NotCompared, 0, "All that could be compared needs a token"},
		{"no case is authorized", "good", []contract.Case{get("/greet")}, Same, 1, "1 request, 1 alike, 0 different\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := scenario{here: both, there: both, cases: test.cases, urls: map[string]string{"direct": "/direct/prod"}, options: func(o *Options) {
				if test.token != "" {
					o.Header = http.Header{"authorization": {test.token}}
				}
			}}.run(t)
			if shown := text(t, r, "text"); r.Outcome != test.outcome || r.APIs[0].Compared != test.compared || !strings.Contains(shown, test.shows) {
				t.Errorf("got %s, %d compared, %s; want %s, %d, %q", r.Outcome, r.APIs[0].Compared, shown, test.outcome, test.compared, test.shows)
			}
		})
	}
}

// Each way in which a stage can differ is found in its box, and leads to a sentence
// that says what to do. The stage is another runner with the difference injected.
func TestInjectedDifferences(t *testing.T) {
	older := "runs another deployment than what is here, most likely an older one: run cdk deploy."
	both := func(api, rest string) []string { return []string{api + ": " + rest} }
	var ids atomic.Int64
	for _, test := range []struct {
		name     string
		scenario scenario
		outcome  Outcome
		found    []string // api: box: rule
		sentence string   // a part of it
		shows    string   // a part of the report
	}{
		// What is no difference.
		{name: "another name of the stage", scenario: scenario{there: side{edit: func(t *testing.T, r resources) {
			r.at(t, "DirectRestApiDeploymentStageprod")["StageName"] = "dev"
			r.at(t, "MappedRestApiDeploymentStageprod")["StageName"] = "dev"
		}}, urls: map[string]string{"direct": "/direct/dev", "mapped": "/mapped/dev"}}, outcome: Same},
		{name: "a base path of a custom domain", scenario: scenario{there: side{before: func(next http.Handler) http.Handler {
			return http.StripPrefix("/shop/v1", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				r.URL.Path, r.URL.RawPath = "/direct/prod"+r.URL.Path, strings.Replace(r.URL.EscapedPath(), "/", "/direct/prod/", 1)
				r.RequestURI = r.URL.RequestURI()
				next.ServeHTTP(w, r)
			}))
		}}, urls: map[string]string{"direct": "/shop/v1"}}, outcome: Same},
		{name: "a URL with the path of an output", scenario: scenario{urls: map[string]string{"direct": "/direct/prod/greet", "mapped": "/mapped/prod/greet"}}, outcome: Same},
		{name: "a URL with a slash at the end", scenario: scenario{urls: map[string]string{"direct": "/direct/prod/"}}, outcome: Same},
		{name: "the root of another local gateway", scenario: scenario{urls: map[string]string{"direct": "", "mapped": ""}}, outcome: Same},
		{name: "headers of CloudFront and of AWS", scenario: scenario{there: side{before: changing(func(_ *http.Request, w *httptest.ResponseRecorder) {
			for name, value := range map[string]string{
				"Via": "1.1 a.cloudfront.net (CloudFront)", "X-Cache": "Error from cloudfront", "X-Amz-Cf-Pop": "FRA1", "X-Amz-Cf-Id": "x", "Age": "1",
				"X-Amzn-Remapped-Date": "y", "Server": "CloudFront", "Alt-Svc": `h3=":443"`,
			} {
				w.Header().Set(name, value)
			}
		})}}, outcome: Same},
		{name: "another order of keys, blanks, and numbers written otherwise", scenario: scenario{
			here:  side{direct: body(fixed(`{"a":1,"b":[1.50,1e2],"c":{"d":null}}`))},
			there: side{direct: body(fixed("{\n \"c\": {\"d\": null}, \"b\": [1.5, 100],\n \"a\": 1.0 }\n"))},
		}, outcome: Same},
		{name: "ids and times that change with each response", scenario: scenario{
			here:  side{direct: body(func() string { return fmt.Sprintf(`{"id":"here-%d"}`, ids.Add(1)) })},
			there: side{direct: body(func() string { return fmt.Sprintf(`{"id":"there-%d"}`, ids.Add(1)) })},
		}, outcome: Same},
		{name: "the value of a cookie", scenario: scenario{here: side{direct: header("Set-Cookie", "session=a; Secure")}, there: side{direct: header("Set-Cookie", "session=b; Secure")}}, outcome: Same},
		{name: "how a Content-Type is written", scenario: scenario{here: side{direct: header("Content-Type", "application/json; charset=utf-8")}, there: side{direct: header("Content-Type", "application/JSON;charset=UTF-8")}}, outcome: Same},
		{name: "the order in Vary", scenario: scenario{here: side{direct: header("Vary", "Origin, Accept")}, there: side{direct: header("Vary", "accept,origin")}}, outcome: Same},
		{name: "a Location at the API itself", scenario: scenario{
			here: side{direct: direct(func(q events.APIGatewayProxyRequest, r *events.APIGatewayProxyResponse) {
				r.Headers["Location"] = "http://" + q.Headers["Host"] + q.RequestContext.Path
			})},
			there: side{direct: direct(func(q events.APIGatewayProxyRequest, r *events.APIGatewayProxyResponse) {
				r.Headers["Location"] = "http://" + q.Headers["Host"] + q.RequestContext.Path
			})},
			urls: map[string]string{"direct": "/direct/prod"},
		}, outcome: Same},
		{name: "throttled at first", scenario: scenario{there: side{before: firstRequests(2, throttle)}}, outcome: Same},
		{name: "a cold start that is over the second time", scenario: scenario{there: side{before: firstRequests(1, func(w http.ResponseWriter) {
			refuse(w, 504, "InternalServerErrorException", `{"message": "Endpoint request timed out"}`)
		})}, cases: []contract.Case{get("/greet")}}, outcome: Same, shows: "1 alike only when asked again"},
		{name: "a connection that breaks once", scenario: scenario{there: side{before: firstRequests(1, func(http.ResponseWriter) { panic(http.ErrAbortHandler) })},
			cases: []contract.Case{get("/greet")}}, outcome: Same},
		{name: "IAM, with a signature", scenario: scenario{there: side{edit: iam(directMethods...)}, options: signed("local-secret-access-key")}, outcome: Same},
		{name: "IAM on both sides, with a signature", scenario: scenario{here: side{edit: iam(directMethods...)}, there: side{edit: iam(directMethods...)}, options: signed("local-secret-access-key")}, outcome: Same},
		{name: "an API key, another one than here", scenario: scenario{
			here: side{edit: keyRequired("the-secret-key-of-this-machine")}, there: side{edit: keyRequired("the-deployed-secret-key-of-aws")},
			options: func(o *Options) { o.APIKey = "the-deployed-secret-key-of-aws" },
		}, outcome: Same},

		// Method request.
		{name: "a route is missing", scenario: scenario{there: side{edit: func(t *testing.T, r resources) { r.remove(t, "DirectRestApigreetnameGET") }}},
			outcome: Different, found: both("direct", "method request: parity-route-missing"), sentence: "The stage of direct has no GET /greet/{name}: run cdk deploy", shows: "GET /greet/Ada: a name in the path (contract.json:6)"},
		{name: "a route has another method", scenario: scenario{there: side{edit: setProperty("MappedRestApigreetPOST", "HttpMethod", "PUT")}},
			outcome: Different, found: both("mapped", "method request: parity-route-missing"), sentence: "The stage of mapped has no POST /greet"},
		{name: "a route is there, and not here", scenario: scenario{here: side{edit: func(t *testing.T, r resources) { r.remove(t, "DirectRestApigreetPOST") }}, cases: []contract.Case{get("/greet"), without(post("x"), 403)}},
			outcome: Different, found: both("direct", "method request: parity-route-more"), sentence: "The stage of direct has POST /greet and the API here does not"},
		{name: "a preflight is missing", scenario: scenario{there: side{edit: func(t *testing.T, r resources) { r.remove(t, "MappedRestApigreetOPTIONS") }}},
			outcome: Different, found: both("mapped", "method request: parity-route-missing"), sentence: "has no OPTIONS /greet"},
		{name: "another path for everything", scenario: scenario{there: side{edit: setProperty("DirectRestApigreet", "PathPart", "greetings")}, urls: map[string]string{"direct": "/direct/prod"}},
			outcome: NotCompared, found: both("direct", "not compared: parity-wrong-path"), sentence: "is that of another API, has a part of the path too many or too few, or has nothing of direct deployed"},
		{name: "the URL has a part too many", scenario: scenario{urls: map[string]string{"mapped": "/mapped/prod/v1"}},
			outcome: NotCompared, found: both("mapped", "not compared: parity-wrong-path"), sentence: "use the one that ends with the stage or with the base path"},
		{name: "the model is less strict", scenario: scenario{there: side{edit: func(t *testing.T, r resources) {
			delete(r.at(t, "MappedRestApigreetPOST"), "RequestValidatorId")
		}}}, outcome: Different, found: both("mapped", "method request: parity-accepts"), sentence: "does not check requests of POST /greet as here: run cdk deploy", shows: "a number in the body"},
		{name: "the model is stricter", scenario: scenario{there: side{edit: func(t *testing.T, r resources) {
			in(t, r.at(t, "MappedRestApiGreetInput"), "Schema")["required"] = []any{"name", "age"}
		}}}, outcome: Different, found: both("mapped", "method request: parity-refuses"), sentence: "checks requests of POST /greet otherwise"},

		// Authorization.
		{name: "IAM, without a signature", scenario: scenario{there: side{edit: iam("DirectRestApigreetGET")}},
			outcome: Different, found: both("direct", "method request: parity-route-missing"), sentence: "or pass --sign if the method has IAM authorization there"},
		{name: "IAM, with a wrong signature", scenario: scenario{there: side{edit: iam(directMethods...)}, options: signed("not-the-secret-access-key")},
			outcome: Different, found: both("direct", "authorization: parity-caller-refused"), sentence: "pass --header 'Authorization: …', --api-key or --sign"},
		{name: "a token is asked for", scenario: scenario{there: side{edit: authorized(directMethods...)}},
			outcome: Different, found: both("direct", "authorization: parity-caller-refused"), sentence: "asks who calls", shows: "401, Unauthorized"},
		{name: "an API key is asked for", scenario: scenario{there: side{edit: keyRequired("the-deployed-secret-key-of-aws")}},
			outcome: Different, found: both("direct", "authorization: parity-caller-refused"), sentence: "--api-key", shows: "403, Forbidden"},
		{name: "a policy denies", scenario: scenario{there: side{before: instead(func(w http.ResponseWriter, r *http.Request) bool {
			if !toFunction(r) {
				return false
			}
			refuse(w, 403, "AccessDeniedException", `{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke"}`)
			return true
		})}, urls: map[string]string{"direct": "/direct/prod"}},
			outcome: Different, found: both("direct", "authorization: parity-caller-refused"), sentence: "asks who calls", shows: "User: anonymous is not authorized"},
		{name: "nobody is asked any more", scenario: scenario{here: side{edit: authorized("DirectRestApigreetGET")}},
			outcome: Different, found: both("direct", "authorization: parity-caller-let-in"), sentence: "lets anybody call GET /greet, and it should not"},

		// Integration request.
		{name: "an older request template", scenario: scenario{there: side{edit: setIntegration("MappedRestApigreetnameGET", "RequestTemplates", map[string]any{"application/json": `{"name": "$input.params('nam')"}`})}},
			outcome: Different, found: both("mapped", "integration request: parity-request-template"), sentence: "The request template of GET /greet/{name} is another one on the stage of mapped: run cdk deploy"},
		{name: "an older request template of the body", scenario: scenario{there: side{edit: setIntegration("MappedRestApigreetPOST", "RequestTemplates", map[string]any{"application/json": `{"name": $input.json('$')}`})}},
			outcome: Different, found: both("mapped", "integration request: parity-request-template"), sentence: "The request template of POST /greet"},
		{name: "templates for other content types", scenario: scenario{there: side{edit: setIntegration("MappedRestApigreetPOST", "RequestTemplates", map[string]any{"application/xml": `{}`})}},
			outcome: Different, found: both("mapped", "integration request: parity-media-type"), sentence: "The request templates of POST /greet, or their passthrough behavior"},
		{name: "bodies pass through", scenario: scenario{there: side{edit: setIntegration("MappedRestApigreetPOST", "PassthroughBehavior", "WHEN_NO_MATCH")}},
			outcome: Different, found: []string{"mapped: integration request: parity-media-type"}, sentence: "The request templates of POST /greet"},

		// Function.
		{name: "another text of a function with proxy integration", scenario: scenario{there: side{direct: body(fixed(`{"greeting":"Moon"}`))}},
			outcome: Different, found: both("direct", "function: parity-function-differs"), sentence: "behind direct is not the one here", shows: `body $.greeting: here "World", there "Moon"`},
		{name: "another status of a function", scenario: scenario{there: side{direct: direct(func(_ events.APIGatewayProxyRequest, r *events.APIGatewayProxyResponse) {
			if r.StatusCode == 200 {
				r.StatusCode = 201
			}
		})}}, outcome: Different, found: both("direct", "function: parity-function-differs"), sentence: "is not the one here", shows: "status: here 200, there 201"},
		{name: "another function without proxy integration", scenario: scenario{there: side{mapped: func() (greeting.Greeting, error) { return greeting.Greeting{Greeting: "Moon"}, nil }}},
			outcome: Different, found: both("mapped", "function: parity-function-differs"), sentence: "behind mapped is not the one here"},
		{name: "a function without proxy integration that fails", scenario: scenario{there: side{mapped: func() error { return errors.New("no table") }}},
			outcome: Different, found: both("mapped", "function: parity-function-differs"), sentence: "behind mapped is not the one here", shows: "status: here 200, there 500"},
		{name: "one value of many", scenario: scenario{
			here: side{direct: body(fixed(`{"items":[{"id":1,"tags":["a"]},{"id":2}]}`))}, there: side{direct: body(fixed(`{"items":[{"id":1,"tags":["b"]},{"id":2}]}`))},
		}, outcome: Different, found: both("direct", "function: parity-function-differs"), sentence: "is not the one here", shows: `body $.items[0].tags[0]: here "a", there "b"`},
		{name: "another type of a value", scenario: scenario{here: side{direct: body(fixed(`{"n":1}`))}, there: side{direct: body(fixed(`{"n":"1"}`))}},
			outcome: Different, found: both("direct", "function: parity-function-differs"), sentence: "is not the one here", shows: `body $.n: here 1, there "1"`},
		{name: "a body of more than 10 MB", scenario: scenario{there: side{before: changing(func(r *http.Request, w *httptest.ResponseRecorder) {
			if w.Code == 200 {
				w.Body = bytes.NewBuffer(bytes.Repeat([]byte("x"), maxBody+1))
			}
		})}, cases: []contract.Case{get("/greet")}, urls: map[string]string{"direct": "/direct/prod"}},
			outcome: Different, found: both("direct", "function: parity-function-differs"), sentence: "is not the one here", shows: "of more than 10 MB"},
		{name: "a function is slow", scenario: scenario{there: side{before: firstRequests(1000, func(w http.ResponseWriter) {
			refuse(w, 504, "InternalServerErrorException", `{"message": "Endpoint request timed out"}`)
		})}, urls: map[string]string{"direct": "/direct/prod"}},
			outcome: Different, found: both("direct", "backend: parity-function-slow"), sentence: "takes too long on AWS"},
		{name: "a header of a function", scenario: scenario{there: side{direct: header("Content-Type", "text/plain")}},
			outcome: Different, found: both("direct", "function: parity-header"), sentence: "The header Content-Type of 3 routes is another one on the stage of direct: run cdk deploy"},
		{name: "a function sends no CORS header", scenario: scenario{there: side{direct: direct(func(_ events.APIGatewayProxyRequest, r *events.APIGatewayProxyResponse) {
			delete(r.Headers, "Access-Control-Allow-Origin")
		})}}, outcome: Different, found: both("direct", "function: parity-cors"), sentence: "The CORS settings of the stage of direct are not those here"},
		{name: "a header of a function is missing", scenario: scenario{here: side{direct: header("X-Total", "3")}},
			outcome: Different, found: both("direct", "function: parity-header-missing"), sentence: "The header X-Total of 3 routes is not set on the stage of direct"},
		{name: "a header more", scenario: scenario{there: side{direct: header("Cache-Control", "no-store")}},
			outcome: Different, found: both("direct", "function: parity-header-more"), sentence: "The stage of direct sets the header Cache-Control"},
		{name: "a cookie more", scenario: scenario{here: side{direct: header("Set-Cookie", "a=1")}, there: side{direct: header("Set-Cookie", "b=1")}},
			outcome: Different, found: both("direct", "function: parity-header"), sentence: "The header Set-Cookie", shows: "Set-Cookie: here a, there b"},
		{name: "another Location", scenario: scenario{here: side{direct: header("Location", "/a")}, there: side{direct: header("Location", "/b")}},
			outcome: Different, found: both("direct", "function: parity-header"), sentence: "The header Location", shows: "Location: here /a, there /b"},
		{name: "it fails here alone", scenario: scenario{here: side{direct: func() (string, error) { return "", errors.New("no table") }}, cases: []contract.Case{get("/greet"), without(get("/none"), 403)}},
			outcome: Different, found: both("direct", "backend: parity-fails-here"), sentence: "The service here breaks its contract, and the stage of direct does not"},

		// Integration response.
		{name: "a function with proxy integration fails", scenario: scenario{there: side{direct: func() error { return errors.New("no table") }}},
			outcome: Different, found: both("direct", "integration response: parity-malformed"), sentence: "fails or returns what is not a proxy response"},
		{name: "a result that is not a proxy response", scenario: scenario{there: side{direct: func() (greeting.Greeting, error) { return greeting.Greeting{Greeting: "World"}, nil }}},
			outcome: Different, found: both("direct", "integration response: parity-malformed"), sentence: "read its log and that of the stage with go run ./local explain"},
		{name: "an older response template", scenario: scenario{there: side{edit: func(_ *testing.T, r resources) {
			r.integrationResponses("MappedRestApi", func(response map[string]any) {
				if response["StatusCode"] == "400" {
					response["ResponseTemplates"] = map[string]any{"application/json": `{"error":$input.json('$.errorMessage')}`}
				}
			})
		}}}, outcome: Different, found: both("mapped", "integration response: parity-response-template"), sentence: "The integration response of all routes for 400"},
		{name: "an older response template of one route", scenario: scenario{there: side{edit: func(_ *testing.T, r resources) {
			r.integrationResponses("MappedRestApigreetGET", func(response map[string]any) {
				if response["StatusCode"] == "200" {
					response["ResponseTemplates"] = map[string]any{"application/json": `{"result":$input.body}`}
				}
			})
		}}}, outcome: Different, found: both("mapped", "integration response: parity-response-template"), sentence: "The integration response of GET /greet for 200"},
		{name: "another selection pattern", scenario: scenario{there: side{edit: func(_ *testing.T, r resources) {
			r.integrationResponses("MappedRestApi", func(response map[string]any) {
				if response["SelectionPattern"] == `BadRequest: [\s\S]*` {
					response["SelectionPattern"] = "Bad Request: .*"
				}
			})
		}}}, outcome: Different, found: both("mapped", "integration response: parity-response-template"), sentence: "its pattern or its template, is another one", shows: "status: here 400, there 200"},
		{name: "a method response is missing", scenario: scenario{there: side{edit: func(t *testing.T, r resources) {
			method := r.at(t, "MappedRestApigreetnameGET")
			method["MethodResponses"] = method["MethodResponses"].([]any)[1:]
		}}}, outcome: Different, found: both("mapped", "integration response: parity-gateway-fails"), sentence: "cannot carry out GET /greet/{name}"},
		{name: "the value of a CORS header", scenario: scenario{there: side{edit: corsTo("'https://page.example'")}},
			outcome: Different, found: both("mapped", "integration response: parity-cors"), sentence: "give parity the settings that cdk deploy had (-c), or run cdk deploy"},
		{name: "the preflight allows other methods", scenario: scenario{there: side{edit: func(_ *testing.T, r resources) {
			r.integrationResponses("DirectRestApigreetOPTIONS", func(response map[string]any) {
				response["ResponseParameters"].(map[string]any)["method.response.header.Access-Control-Allow-Methods"] = "'GET,OPTIONS'"
			})
		}}}, outcome: Different, found: both("direct", "integration response: parity-cors"), sentence: "The CORS settings of the stage of direct", shows: "Access-Control-Allow-Methods: here get, options, post, there get, options"},

		// Method response.
		{name: "a header is declared no more", scenario: scenario{there: side{edit: func(_ *testing.T, r resources) {
			drop := func(response map[string]any) { delete(response, "ResponseParameters") }
			r.integrationResponses("MappedRestApigreetGET", drop)
			r.methodResponses("MappedRestApigreetGET", drop)
		}}}, outcome: Different, found: both("mapped", "method response: parity-cors"), sentence: "The CORS settings of the stage of mapped", shows: "Access-Control-Allow-Origin: here *, there missing"},
		{name: "compressed though nobody asked", scenario: scenario{there: side{before: changing(func(_ *http.Request, w *httptest.ResponseRecorder) {
			if w.Code == 200 {
				var packed bytes.Buffer
				writer := gzip.NewWriter(&packed)
				_, _ = writer.Write(w.Body.Bytes())
				writer.Close()
				w.Body = &packed
				w.Header().Set("Content-Encoding", "gzip")
			}
		})}, urls: map[string]string{"mapped": "/mapped/prod"}},
			outcome: Different, found: both("mapped", "method response: parity-encoding"), sentence: "compresses responses that nobody asked to be", shows: "Content-Encoding: here missing, there gzip"},

		// Gateway response.
		{name: "refusals without CORS", scenario: scenario{there: side{edit: func(t *testing.T, r resources) { r.remove(t, "DirectRestApiDefault4xx") }}},
			outcome: Different, found: both("direct", "gateway response: parity-gateway-response"), sentence: "The gateway responses of the stage of direct are not those here: run cdk deploy"},
		{name: "another sentence for a refusal", scenario: scenario{there: side{edit: func(t *testing.T, r resources) {
			r.at(t, "MappedRestApiInvalidBody")["ResponseTemplates"] = map[string]any{"application/json": `{"message":"No."}`}
		}}}, outcome: Different, found: both("mapped", "gateway response: parity-gateway-response"), sentence: "The gateway responses of the stage of mapped"},

		// Several boxes.
		{name: "an older deployment", scenario: scenario{there: side{
			edit: func(t *testing.T, r resources) {
				r.remove(t, "DirectRestApigreetnameGET")
				r.remove(t, "DirectRestApiDefault4xx")
			},
			direct: body(fixed(`{"greeting":"Moon"}`)),
		}}, outcome: Different, found: []string{"direct: function: parity-function-differs", "direct: gateway response: parity-gateway-response", "direct: method request: parity-route-missing"},
			sentence: "The stage of direct " + older},

		// Deployment.
		{name: "no such stage", scenario: scenario{urls: map[string]string{"direct": "/direct/nope"}},
			outcome: NotCompared, found: both("direct", "not compared: parity-no-stage"), sentence: "There is no such stage at http://127.0.0.1:"},
		{name: "no such API", scenario: scenario{urls: map[string]string{"mapped": "/other/prod"}},
			outcome: NotCompared, found: both("mapped", "not compared: parity-no-stage"), sentence: "take the URL from the outputs of cdk deploy"},
		{name: "the URLs are exchanged", scenario: scenario{urls: map[string]string{"direct": "/mapped/prod", "mapped": "/direct/prod"}},
			outcome: Different, found: []string{"direct: integration request: parity-media-type", "mapped: integration request: parity-media-type", "mapped: method request: parity-accepts"},
			sentence: "Exchange the URLs of"},
		{name: "a login page", scenario: scenario{there: side{before: instead(htmlPage)}, urls: map[string]string{"direct": "/direct/prod"}},
			outcome: NotCompared, found: both("direct", "not compared: parity-not-api-gateway"), sentence: "such as a proxy, a login page or another product", shows: "text/html with the status 200"},
		{name: "a firewall for some paths", scenario: scenario{there: side{before: instead(func(w http.ResponseWriter, r *http.Request) bool {
			return strings.Contains(r.URL.Path, "/Ada") && htmlPage(w, r)
		})}, urls: map[string]string{"direct": "/direct/prod"}},
			outcome: Different, found: both("direct", "deployment: parity-not-api-gateway"), sentence: "look at what stands between"},
		{name: "an HTTP API", scenario: scenario{there: side{before: instead(func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("apigw-requestid", "JKJaXmPLvHcESHA=")
			w.WriteHeader(404)
			_, _ = io.WriteString(w, `{"message":"Not Found"}`)
			return true
		})}, urls: map[string]string{"direct": "/direct/prod"}},
			outcome: NotCompared, found: both("direct", "not compared: parity-not-api-gateway"), sentence: "Something else than the REST API", shows: "which is that of an HTTP API"},
		{name: "a redirect", scenario: scenario{there: side{before: instead(elsewhere)}, urls: map[string]string{"direct": "/direct/prod"}},
			outcome: NotCompared, found: both("direct", "not compared: parity-redirect"), sentence: "redirects to https://login.example/, which nobody follows here"},
		{name: "throttled for good", scenario: scenario{there: side{before: firstRequests(1000, throttle)}, urls: map[string]string{"direct": "/direct/prod"}},
			outcome: NotCompared, found: both("direct", "not compared: parity-throttled"), sentence: "run this later, or slower with --rps"},
		{name: "a name that there is not", scenario: scenario{options: func(o *Options) {
			o.Transport = failing{&net.OpError{Op: "dial", Err: &net.DNSError{Name: "x.example", Err: "no such host", IsNotFound: true}}}
		}, urls: map[string]string{"direct": "/direct/prod"}}, outcome: NotCompared, found: both("direct", "not compared: parity-unknown-host"), sentence: "The name x.example does not exist"},
		{name: "a connection that is refused", scenario: scenario{urls: map[string]string{"direct": "http://127.0.0.1:1/direct/prod"}},
			outcome: NotCompared, found: both("direct", "not compared: parity-no-answer"), sentence: "There is no connection to 127.0.0.1:1"},
		{name: "a certificate for another name", scenario: scenario{options: func(o *Options) {
			o.Transport = failing{&tls.CertificateVerificationError{Err: errors.New("x509: certificate is valid for a.example, not b.example")}}
		}, urls: map[string]string{"direct": "/direct/prod"}}, outcome: NotCompared, found: both("direct", "not compared: parity-certificate"), sentence: "use the name that the certificate is for"},
		{name: "no response in time", scenario: scenario{there: side{before: instead(func(_ http.ResponseWriter, r *http.Request) bool {
			<-r.Context().Done()
			return true
		})}, options: func(o *Options) { o.Timeout = 50 * time.Millisecond }, cases: []contract.Case{get("/greet")}, urls: map[string]string{"direct": "/direct/prod"}},
			outcome: NotCompared, found: both("direct", "not compared: parity-no-answer"), sentence: "allow more with --timeout", shows: "no response within 50ms"},
		{name: "connections that break", scenario: scenario{there: side{before: instead(func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) })}, urls: map[string]string{"direct": "/direct/prod"}},
			outcome: NotCompared, found: both("direct", "not compared: parity-no-answer"), sentence: "There is no connection to 127.0.0.1:"},
		{name: "nothing runs here", scenario: scenario{here: side{noFunctions: true}, cases: []contract.Case{get("/greet")}, urls: map[string]string{"direct": "/direct/prod"}},
			outcome: NotCompared, found: both("direct", "not compared: parity-not-run-here"), sentence: "Nothing answers GET /greet here"},
		{name: "no case", scenario: scenario{cases: []contract.Case{}}, outcome: NotCompared, sentence: "The contract has no case for these APIs"},
		{name: "the service here breaks its contract", scenario: scenario{here: side{direct: body(fixed(`{"greeting":"Moon"}`))}},
			outcome: Different, found: both("direct", "function: parity-function-differs"), sentence: "run the tests, and correct what is here or the contract before you deploy", shows: "not as the contract says here"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := test.scenario.run(t)
			shown := text(t, r, "text")
			if got := found(r); !slices.Equal(got, slices.Concat([]string{}, test.found)) {
				t.Errorf("got %q, want %q", got, test.found)
			}
			if r.Outcome != test.outcome || !strings.Contains(r.Sentence, test.sentence) {
				t.Errorf("got %s, %q; want %s, %q", r.Outcome, r.Sentence, test.outcome, test.sentence)
			}
			if !strings.Contains(shown, test.shows) || !strings.HasSuffix(shown, "\n\n"+r.Sentence+"\n") || strings.Contains(r.Sentence, "{api}") {
				t.Errorf("got a report without %q, or without the sentence at its end", test.shows)
			}
			if t.Failed() {
				t.Log("\n" + shown)
			}
		})
	}
}

// get returns a case whose response is that of the sample app.
func get(target string) contract.Case {
	return contract.Case{Rule: target, Line: 1, Request: contract.Request{Method: "GET", Target: target}, Response: contract.Response{Status: 200, Body: `{"greeting":"World"}`}}
}

// post returns a case with a name in the body.
func post(name string) contract.Case {
	return contract.Case{Rule: "POST", Line: 2, Request: contract.Request{
		Method: "POST", Target: "/greet", Headers: map[string]string{"Content-Type": "application/json"}, Body: fmt.Sprintf(`{"name":%q}`, name),
	}, Response: contract.Response{Status: 200, Body: fmt.Sprintf(`{"greeting":%q}`, name)}}
}

// without returns a case that the gateway refuses as it refuses unknown paths.
func without(c contract.Case, status int) contract.Case {
	c.Gateway, c.Response = true, contract.Response{Status: status, Body: `{"message":"Missing Authentication Token"}`}
	return c
}
