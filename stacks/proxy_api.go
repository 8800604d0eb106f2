package stacks

import (
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// ProxyApi is the door with Lambda proxy integration: the gateway hands the
// whole HTTP request to the function, and the function answers with the whole
// HTTP response, in the one shape that the gateway understands.
type ProxyApi struct {
	constructs.Construct
	RestApi awsapigateway.RestApi
}

// NewProxyApi adds the door with proxy integration to scope.
func NewProxyApi(scope constructs.Construct, id string, props *ApiProps) ProxyApi {
	this := constructs.NewConstruct(scope, jsii.String(id))
	api := newRestApi(this, "hello-proxy", "Hello, with Lambda proxy integration", props.Settings)

	function := NewGoFunction(this, "Hello", &GoFunctionProps{
		Source:      "functions/hello-proxy",
		Description: "Answers HTTP requests that API Gateway hands over as they are",
		// With proxy integration the function sends the CORS headers itself.
		Environment: map[string]string{
			"ALLOWED_ORIGINS":   strings.Join(props.Settings.AllowedOrigins, ","),
			"ALLOW_CREDENTIALS": strconv.FormatBool(props.Settings.AllowCredentials),
		},
		Compile: props.Compile,
	})

	integration := awsapigateway.NewLambdaIntegration(function.Live, &awsapigateway.LambdaIntegrationOptions{
		Proxy:           jsii.Bool(true),
		AllowTestInvoke: jsii.Bool(false), // the console's test button would need a permission of its own
	})

	hello := api.Root().AddResource(jsii.String("hello"), nil)
	hello.AddMethod(jsii.String("GET"), integration, nil)
	hello.AddMethod(jsii.String("POST"), integration, nil)
	addCorsPreflight(hello, props.Settings, "GET", "POST")

	helloName := hello.AddResource(jsii.String("{name}"), nil)
	helloName.AddMethod(jsii.String("GET"), integration, nil)
	addCorsPreflight(helloName, props.Settings, "GET")

	return ProxyApi{Construct: this, RestApi: api}
}
