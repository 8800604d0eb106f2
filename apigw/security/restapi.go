package security

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// NewRestApi adds a REST API with the options to scope. It sets EndpointConfiguration in
// place of EndpointTypes, Policy and DefaultMethodOptions of the props, and for
// Domain.OnlyThis also DisableExecuteApiEndpoint, and leaves the others. Nil options are
// the zero value. It panics with one sentence for each option that AWS would refuse:
// constructs have no other way to report an error.
//
// Preflights (the method OPTIONS) must set AuthorizationType_NONE and ApiKeyRequired to
// false themselves, since browsers send them without any of it.
func NewRestApi(scope constructs.Construct, id string, props *awsapigateway.RestApiProps, options *Options) awsapigateway.RestApi {
	if options == nil {
		options = &Options{}
	}
	if err := options.Check(); err != nil {
		panic(err)
	}
	with := *props
	with.EndpointTypes = nil
	with.EndpointConfiguration = options.endpoint()
	with.Policy = options.policy()
	with.DefaultMethodOptions = options.methods()
	if options.Domain != nil && options.Domain.OnlyThis {
		with.DisableExecuteApiEndpoint = jsii.Bool(true)
	}
	api := awsapigateway.NewRestApi(scope, jsii.String(id), &with)

	resource := api.Node().DefaultChild().(awsapigateway.CfnRestApi)
	resource.SetSecurityPolicy(jsii.String(options.tlsPolicy()))
	if mode := options.endpointAccessMode(); mode != "" {
		resource.SetEndpointAccessMode(jsii.String(mode))
	}
	if len(options.PrivateTo) > 0 {
		// The CDK takes constructs here, and the ids are those of endpoints that exist.
		resource.AddPropertyOverride(jsii.String("EndpointConfiguration.VpcEndpointIds"), options.PrivateTo)
	}

	options.APIKey.addTo(scope, api)
	options.Firewall.addTo(api)
	options.Domain.addTo(api, options)
	return api
}

// endpoint returns where the API can be reached: on the internet, or in a VPC.
func (o *Options) endpoint() *awsapigateway.EndpointConfiguration {
	endpoint := &awsapigateway.EndpointConfiguration{Types: &[]awsapigateway.EndpointType{awsapigateway.EndpointType_REGIONAL}}
	if len(o.PrivateTo) > 0 {
		endpoint.Types = &[]awsapigateway.EndpointType{awsapigateway.EndpointType_PRIVATE}
		endpoint.IpAddressType = awsapigateway.IpAddressType_DUAL_STACK // a private API takes no other
	} else if o.DualStack {
		endpoint.IpAddressType = awsapigateway.IpAddressType_DUAL_STACK
	}
	return endpoint
}

// methods returns what every method asks of its callers.
func (o *Options) methods() *awsapigateway.MethodOptions {
	options := &awsapigateway.MethodOptions{}
	if o.IAM {
		options.AuthorizationType = awsapigateway.AuthorizationType_IAM
	}
	if o.APIKey != nil {
		options.ApiKeyRequired = jsii.Bool(true)
	}
	return options
}

// addTo adds the key and its usage plan. The key's value is made by AWS, and stays there.
func (k *APIKey) addTo(scope constructs.Construct, api awsapigateway.RestApi) {
	if k == nil {
		return
	}
	plan := api.AddUsagePlan(jsii.String("UsagePlan"), &awsapigateway.UsagePlanProps{
		Description: jsii.String("What the API key of " + *api.RestApiName() + " may call, and how often"),
		ApiStages:   &[]*awsapigateway.UsagePlanPerApiStage{{Api: api, Stage: api.DeploymentStage()}},
		Throttle:    k.throttle(),
		Quota:       k.quota(),
	})
	key := api.AddApiKey(jsii.String("ApiKey"), nil)
	plan.AddApiKey(key, nil)
	awscdk.NewCfnOutput(scope, jsii.String("ApiKeyId"), &awscdk.CfnOutputProps{
		Description: jsii.String("aws apigateway get-api-key --include-value --api-key prints the key"),
		Value:       key.KeyId(),
	})
}

func (k *APIKey) throttle() *awsapigateway.ThrottleSettings {
	if k.RequestsPerSecond == 0 {
		return nil
	}
	return &awsapigateway.ThrottleSettings{RateLimit: jsii.Number(k.RequestsPerSecond), BurstLimit: jsii.Number(k.Burst)}
}

func (k *APIKey) quota() *awsapigateway.QuotaSettings {
	if k.PerMonth == 0 {
		return nil
	}
	return &awsapigateway.QuotaSettings{Limit: jsii.Number(k.PerMonth), Period: awsapigateway.Period_MONTH}
}

// shared returns the construct that the APIs of a stack share under an id, or nil if
// there is none yet. It panics if that was made with other options, or is not ours.
func shared(stack awscdk.Stack, id string, options any) constructs.IConstruct {
	found := stack.Node().TryFindChild(jsii.String(id))
	if found == nil {
		return nil
	}
	switch found.Node().TryGetContext(jsii.String(madeWith)) {
	case optionsText(options):
		return found
	case nil:
		panic(fmt.Errorf("security.%s: the stack has a construct %q of its own, and this needs the name: give it another id", id, id))
	}
	panic(fmt.Errorf("security.%s: the APIs of a stack share one, and these have different options for it: use the same for all, or another stack", id))
}

// share remembers what a construct was made with, for shared.
func share(construct constructs.IConstruct, options any) {
	construct.Node().SetContext(jsii.String(madeWith), optionsText(options))
}

const madeWith = "security:options"

func optionsText(options any) string { return fmt.Sprintf("%+v", options) }
