package property

import "strings"

// Treatment is what becomes of a property that is not read.
type Treatment struct {
	// Known is false for a property that this package has never heard of.
	Known bool
	// Notice says what is asked for and what happens instead, in one sentence;
	// empty if the property has no effect on a laptop.
	Notice string
}

// TreatmentOf looks a property up by the type of the resource and its path,
// as in [Unread].
func TreatmentOf(resourceType, path string) Treatment {
	table := unread(resourceType)
	for {
		if notice, ok := table[path]; ok {
			return Treatment{true, notice}
		}
		dot := strings.LastIndexByte(path, '.')
		if dot < 0 {
			return Treatment{}
		}
		path = path[:dot] // what holds for an object holds for all in it
	}
}

// inert marks a property that has no effect on a laptop.
const inert = ""

const (
	cachingNotice     = "It asks for a cache of responses, which is not there: every request reaches the backend."
	canaryNotice      = "It asks for a canary, which is not done: all requests go to the stage's own deployment."
	certificateNotice = "It asks for a client certificate, which calls to HTTP backends do not carry here."
	networkNotice     = "It asks for a network of its own, which is not there: the function reaches what this machine reaches."
)

// unread are the properties of a resource type that are not read, each with
// its notice. The AWS documentation describes them all.
func unread(resourceType string) map[string]string {
	switch resourceType {
	case "AWS::ApiGateway::RestApi":
		return map[string]string{
			"BodyS3Location.ETag": inert, "BodyS3Location.Version": inert,
			"CloneFrom":                            "It asks to be a clone of another API, which is not done: what it would take from there is missing.",
			"Description":                          inert,
			"EndpointAccessMode":                   inert,
			"EndpointConfiguration.IpAddressType":  inert,
			"EndpointConfiguration.VpcEndpointIds": "It asks for VPC endpoints, which are not there: the API is reached like any other.",
			"FailOnWarnings":                       inert,
			"Mode":                                 inert,
			"SecurityPolicy":                       inert,
			"Tags":                                 inert,
			"Version":                              inert,
		}
	case "AWS::ApiGateway::Method":
		return map[string]string{
			"Integration.CacheKeyParameters": inert, // without caching, which is reported
			"Integration.CacheNamespace":     inert,
			"Integration.ConnectionId":       inert, // of VPC links, which are reported
			"Integration.IntegrationTarget":  inert, // likewise
		}
	case "AWS::ApiGateway::Model":
		return map[string]string{"Description": inert}
	case "AWS::ApiGateway::RequestValidator":
		return map[string]string{"Name": inert}
	case "AWS::ApiGateway::Authorizer":
		return map[string]string{
			"AuthType":     inert,
			"ProviderARNs": inert, // of Cognito, which is reported
		}
	case "AWS::ApiGateway::Deployment":
		table := map[string]string{
			"DeploymentCanarySettings":            canaryNotice,
			"Description":                         inert,
			"StageDescription.CacheDataEncrypted": inert,
			"StageDescription.CacheTtlInSeconds":  inert,
			"StageDescription.CachingEnabled":     cachingNotice,
			"StageDescription.MetricsEnabled":     inert,
		}
		for path, notice := range stage() {
			table["StageDescription."+path] = notice
		}
		return table
	case "AWS::ApiGateway::Stage":
		return stage()
	case "AWS::ApiGateway::ApiKey":
		return map[string]string{
			"CustomerId":         inert,
			"Description":        inert,
			"GenerateDistinctId": inert,
			"StageKeys":          inert, // API Gateway too goes by usage plans alone
			"Tags":               inert,
		}
	case "AWS::ApiGateway::UsagePlan":
		return map[string]string{"Description": inert, "Tags": inert}
	case "AWS::ApiGateway::UsagePlanKey":
		return map[string]string{"KeyType": inert} // API_KEY is all there is
	}
	return unreadOfLambda(resourceType)
}

// stage are those of a stage, and of the stage of a deployment.
func stage() map[string]string {
	return map[string]string{
		"CacheClusterEnabled":                 cachingNotice,
		"CacheClusterSize":                    inert,
		"CanarySetting":                       canaryNotice,
		"ClientCertificateId":                 certificateNotice,
		"Description":                         inert,
		"DocumentationVersion":                inert,
		"MethodSettings.*.CacheDataEncrypted": inert,
		"MethodSettings.*.CacheTtlInSeconds":  inert,
		"MethodSettings.*.CachingEnabled":     cachingNotice,
		"MethodSettings.*.MetricsEnabled":     inert,
		"Tags":                                inert,
	}
}

func unreadOfLambda(resourceType string) map[string]string {
	switch resourceType {
	case "AWS::Lambda::Function":
		return map[string]string{
			"CapacityProviderConfig":       "It asks for a capacity provider, which is not there: processes of this machine run it.",
			"Code.S3Bucket":                inert, // the key tells which asset it is
			"Code.S3ObjectStorageMode":     inert,
			"Code.S3ObjectVersion":         inert,
			"Code.SourceKMSKeyArn":         inert,
			"CodeSigningConfigArn":         inert,
			"DeadLetterConfig":             "It asks for a dead-letter queue, which gets nothing here: a failed event is logged and lost.",
			"Description":                  inert,
			"DurableConfig":                "It asks for durable execution, which is not done: each invocation starts from the beginning.",
			"EphemeralStorage":             inert,
			"FileSystemConfigs":            "It asks for a file system, which is not mounted.",
			"FunctionScalingConfig":        inert,
			"ImageConfig":                  inert, // of images, which are reported
			"KmsKeyArn":                    inert,
			"Layers":                       "It asks for layers, which are not there: its process finds nothing of theirs under /opt.",
			"LoggingConfig.SystemLogLevel": inert,
			"PublishToLatestPublished":     inert,
			"RecursiveLoop":                inert,
			"Role":                         inert, // nobody checks here what it allows
			"RuntimeManagementConfig":      inert,
			"SnapStart":                    inert,
			"Tags":                         inert,
			"TenancyConfig":                "It asks for isolation by tenant, which is not done: tenants share its processes.",
			"VpcConfig":                    networkNotice,
		}
	case "AWS::Lambda::Version":
		return map[string]string{
			"CodeSha256":                   inert,
			"Description":                  inert,
			"FunctionScalingConfig":        inert,
			"ProvisionedConcurrencyConfig": inert,
			"RuntimePolicy":                inert,
		}
	case "AWS::Lambda::Alias":
		return map[string]string{
			"Description":                  inert,
			"ProvisionedConcurrencyConfig": inert,
			"RoutingConfig":                "It shares requests among versions, which is not done: all go to the alias's own version.",
		}
	case "AWS::Lambda::Permission":
		return map[string]string{
			"EventSourceToken":      inert, // of Alexa skills
			"FunctionUrlAuthType":   inert, // of function URLs, which are reported
			"InvokedViaFunctionUrl": inert,
			"PrincipalOrgID":        "It asks for callers of one organization, which is not checked: any caller that fits otherwise may invoke.",
		}
	}
	return nil
}

// TypeTreatment is what becomes of the resources of a type as a whole. It is
// not known for the types that are read, nor for those of other services that
// change nothing about APIs and functions.
func TypeTreatment(resourceType string) Treatment {
	switch resourceType {
	case "AWS::ApiGateway::Account", // the role that logs are written with
		"AWS::ApiGateway::ClientCertificate", // where a stage uses it, that is reported
		"AWS::ApiGateway::DocumentationPart", "AWS::ApiGateway::DocumentationVersion",
		"AWS::Lambda::CodeSigningConfig", "AWS::Lambda::LayerVersionPermission":
		return Treatment{Known: true}
	case "AWS::ApiGateway::DomainName", "AWS::ApiGateway::DomainNameV2", "AWS::ApiGateway::DomainNameAccessAssociation":
		return notice("Custom domain names are not served, and so no mutual TLS: call the API by its own URL.")
	case "AWS::ApiGateway::BasePathMapping", "AWS::ApiGateway::BasePathMappingV2":
		return notice("Base path mappings need a custom domain name, which is not served: call the stage by its own URL.")
	case "AWS::ApiGateway::VpcLink":
		return notice("VPC links are not there: methods that use one answer 501.")
	case "AWS::Lambda::EventSourceMapping":
		return notice("Event source mappings are not run: nothing is polled for the function.")
	case "AWS::Lambda::EventInvokeConfig":
		return notice("Retries and destinations of asynchronous invocations are not done: an event is handled once.")
	case "AWS::Lambda::Url":
		return notice("Function URLs are not served: call the function through an API.")
	case "AWS::Lambda::LayerVersion":
		return notice("Layers are not there for functions that run on this machine.")
	case "AWS::Lambda::CapacityProvider":
		return notice("Capacity providers are not there: functions run as processes of this machine.")
	case "AWS::Lambda::MicrovmImage", "AWS::Lambda::NetworkConnector":
		return notice("Micro VMs and their networks are not there: functions run as processes of this machine.")
	case "AWS::Lambda::ResourcePolicy":
		return notice("Resource policies of functions are not read: use AWS::Lambda::Permission, which is.")
	case "AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation":
		return notice("Web ACLs are not applied: no request is filtered.")
	}
	switch {
	case strings.HasPrefix(resourceType, "AWS::ApiGatewayV2::"):
		return notice("HTTP APIs and WebSocket APIs are not run, only REST APIs (AWS::ApiGateway::RestApi).")
	case strings.HasPrefix(resourceType, "AWS::Serverless::"):
		return notice("Resources of the AWS::Serverless transform are not read: run the transform first, or write out what it makes.")
	}
	return Treatment{}
}

func notice(text string) Treatment { return Treatment{true, text} }
