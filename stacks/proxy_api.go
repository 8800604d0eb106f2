package stacks

import (
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

	function := NewGoFunction(this, "Hello", &GoFunctionProps{
		Source:      "functions/hello-proxy",
		Description: "Answers HTTP requests that API Gateway hands over as they are",
		// With proxy integration the function sends the CORS headers itself.
		Environment: map[string]string{
			"ALLOWED_ORIGINS":   strings.Join(settings.AllowedOrigins, ","),
			"ALLOW_CREDENTIALS": strconv.FormatBool(settings.AllowCredentials),
		},
	})
	integration := awsapigateway.NewLambdaIntegration(function.Live, &awsapigateway.LambdaIntegrationOptions{
		Proxy:           jsii.Bool(true),
		AllowTestInvoke: jsii.Bool(false), // the console's test button would need a permission of its own
	})

	hello := api.Root().AddResource(jsii.String("hello"), nil)
	hello.AddMethod(jsii.String("GET"), integration, nil)
	hello.AddMethod(jsii.String("POST"), integration, nil)
	addCorsPreflight(hello, settings, "GET", "POST")

	helloName := hello.AddResource(jsii.String("{name}"), nil)
	helloName.AddMethod(jsii.String("GET"), integration, nil)
	addCorsPreflight(helloName, settings, "GET")

	addURLOutput(api, "ProxyUrl", "/hello")
	return api
}
