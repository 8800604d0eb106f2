package stacks

import (
	"maps"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// ProxyApiName is the name of the API with Lambda proxy integration.
const ProxyApiName = "hello-proxy"

// NewProxyApi adds the REST API with Lambda proxy integration to scope. The
// gateway hands the whole HTTP request to the function, and the function returns
// the whole HTTP response, in the one shape that the gateway takes.
func NewProxyApi(scope constructs.Construct, id string, settings Settings) awsapigateway.RestApi {
	this := constructs.NewConstruct(scope, jsii.String(id))
	api := newRestApi(this, ProxyApiName, "With Lambda proxy integration", settings)

	hello := newProxyFunction(this, "Hello", settings, &GoFunctionProps{
		Source:      "functions/hello-proxy",
		Description: "Answers HTTP requests that API Gateway hands over as they are",
	})

	addRoutes(api, settings,
		route{method: "GET", path: "/hello", call: proxied{hello}},
		route{method: "POST", path: "/hello", call: proxied{hello}},
		route{method: "GET", path: "/hello/{name}", call: proxied{hello}},
	)

	addURLOutput(api, "ProxyUrl", "/hello")
	return api
}

// newProxyFunction adds a Go function behind an API with proxy integration. It
// sends the CORS headers itself, and reads in its environment which.
func newProxyFunction(scope constructs.Construct, id string, settings Settings, props *GoFunctionProps) GoFunction {
	environment := map[string]string{
		"ALLOWED_ORIGINS":   strings.Join(settings.AllowedOrigins, ","),
		"ALLOW_CREDENTIALS": strconv.FormatBool(settings.AllowCredentials),
	}
	maps.Copy(environment, props.Environment)
	props.Environment = environment
	return NewGoFunction(scope, id, props)
}

// proxied is an integration that hands requests over to a function as they are.
type proxied struct{ function GoFunction }

func (p proxied) of(Settings) (awsapigateway.Integration, *awsapigateway.MethodOptions) {
	return awsapigateway.NewLambdaIntegration(p.function.Live, &awsapigateway.LambdaIntegrationOptions{
		Proxy:           jsii.Bool(true),
		AllowTestInvoke: jsii.Bool(false), // the console's test button would need a permission of its own
	}), &awsapigateway.MethodOptions{}
}
