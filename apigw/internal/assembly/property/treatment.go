package property

import (
	"strings"

	"example.com/apigw/internal/rules"
)

// Treatment is what becomes of a property that is not read.
type Treatment struct {
	// Known is false for a property that is not in this package's tables.
	Known bool
	// Notice is the rule about what is asked for and what happens instead; zero if
	// the property has no effect on a laptop.
	Notice rules.Use
}

// TreatmentOf returns the treatment of a property, by the type of its resource and
// its path, as in [Unread].
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
var inert rules.Use

var (
	cachingNotice     = rules.Of("cache-not-done")
	canaryNotice      = rules.Of("canary-not-done")
	certificateNotice = rules.Of("client-certificate-not-done")
)

// unread returns the properties of a resource type that are not read, each with its
// notice. The AWS documentation describes them all.
func unread(resourceType string) map[string]rules.Use {
	switch resourceType {
	case "AWS::ApiGateway::DomainName":
		return map[string]rules.Use{
			"CertificateArn": inert, "OwnershipVerificationCertificateArn": inert, "RegionalCertificateArn": inert, "SecurityPolicy": inert,
			"EndpointAccessMode": inert, "EndpointConfiguration": inert, "Tags": inert,
			"MutualTlsAuthentication": rules.Of("mutual-tls-not-done"),
		}
	case "AWS::ApiGateway::BasePathMapping":
		return map[string]rules.Use{"Id": inert}
	case "AWS::ApiGateway::RestApi":
		return map[string]rules.Use{
			"BodyS3Location.ETag": inert, "BodyS3Location.Version": inert,
			"CloneFrom":                           rules.Of("clone-not-done"),
			"Description":                         inert,
			"EndpointAccessMode":                  inert,
			"EndpointConfiguration.IpAddressType": inert,
			"FailOnWarnings":                      inert,
			"Mode":                                inert,
			"SecurityPolicy":                      inert,
			"Tags":                                inert,
			"Version":                             inert,
		}
	case "AWS::ApiGateway::Method":
		return map[string]rules.Use{
			"Integration.CacheKeyParameters": inert, // without caching, which is reported
			"Integration.CacheNamespace":     inert,
			"Integration.ConnectionId":       inert, // of VPC links, which are reported
			"Integration.IntegrationTarget":  inert, // likewise
		}
	case "AWS::ApiGateway::Model":
		return map[string]rules.Use{"Description": inert}
	case "AWS::ApiGateway::RequestValidator":
		return map[string]rules.Use{"Name": inert}
	case "AWS::ApiGateway::Authorizer":
		return map[string]rules.Use{
			"AuthType": inert,
		}
	case "AWS::ApiGateway::Deployment":
		table := map[string]rules.Use{
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
		return map[string]rules.Use{
			"CustomerId":         inert,
			"Description":        inert,
			"GenerateDistinctId": inert,
			"StageKeys":          inert, // API Gateway uses usage plans alone too
			"Tags":               inert,
		}
	case "AWS::ApiGateway::UsagePlan":
		return map[string]rules.Use{"Description": inert, "Tags": inert}
	case "AWS::ApiGateway::UsagePlanKey":
		return map[string]rules.Use{"KeyType": inert} // API_KEY is all there is
	}
	return unreadOfLambda(resourceType)
}

// stage returns those of a stage, and of the stage of a deployment.
func stage() map[string]rules.Use {
	return map[string]rules.Use{
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

func unreadOfLambda(resourceType string) map[string]rules.Use {
	switch resourceType {
	case "AWS::Lambda::Function":
		return map[string]rules.Use{
			"CapacityProviderConfig":       rules.Of("function-capacity-not-done"),
			"Code.S3Bucket":                inert, // the key says which asset it is
			"Code.S3ObjectStorageMode":     inert,
			"Code.S3ObjectVersion":         inert,
			"Code.SourceKMSKeyArn":         inert,
			"CodeSigningConfigArn":         inert,
			"DeadLetterConfig":             rules.Of("dead-letter-not-done"),
			"Description":                  inert,
			"DurableConfig":                rules.Of("durable-not-done"),
			"EphemeralStorage":             inert,
			"FileSystemConfigs":            rules.Of("file-system-not-done"),
			"FunctionScalingConfig":        inert,
			"ImageConfig":                  inert, // of images, which are reported
			"KmsKeyArn":                    inert,
			"LoggingConfig.SystemLogLevel": inert,
			"PublishToLatestPublished":     inert,
			"RecursiveLoop":                inert,
			"Role":                         inert, // what it allows is not checked here
			"RuntimeManagementConfig":      inert,
			"SnapStart":                    inert,
			"Tags":                         inert,
			"TenancyConfig":                rules.Of("tenancy-not-done"),
			"VpcConfig":                    rules.Of("network-not-done"),
		}
	case "AWS::Lambda::Version":
		return map[string]rules.Use{
			"CodeSha256":                   inert,
			"Description":                  inert,
			"FunctionScalingConfig":        inert,
			"ProvisionedConcurrencyConfig": inert,
			"RuntimePolicy":                inert,
		}
	case "AWS::Lambda::Alias":
		return map[string]rules.Use{
			"Description":                  inert,
			"ProvisionedConcurrencyConfig": inert,
			"RoutingConfig":                rules.Of("alias-routing-not-done"),
		}
	case "AWS::Lambda::LayerVersion":
		return map[string]rules.Use{
			"CompatibleArchitectures":     inert,
			"CompatibleRuntimes":          inert,
			"Content.S3Bucket":            inert, // as for functions
			"Content.S3ObjectStorageMode": inert,
			"Content.S3ObjectVersion":     inert,
			"Description":                 inert,
			"LayerName":                   inert, // it is part of the ARN
			"LicenseInfo":                 inert,
		}
	case "AWS::Lambda::Permission":
		return map[string]rules.Use{
			"EventSourceToken":      inert, // of Alexa skills
			"FunctionUrlAuthType":   inert, // of function URLs, which are reported
			"InvokedViaFunctionUrl": inert,
			"PrincipalOrgID":        rules.Of("organization-not-checked"),
		}
	}
	return nil
}

// TypeTreatment returns the treatment of all resources of a type. It is not known for
// types that are read, and for those of other services that do not matter to APIs
// and functions.
func TypeTreatment(resourceType string) Treatment {
	switch resourceType {
	case "AWS::ApiGateway::Account", // the role that logs are written with
		"AWS::ApiGateway::ClientCertificate", // where a stage uses it, that is reported
		"AWS::ApiGateway::DocumentationPart", "AWS::ApiGateway::DocumentationVersion",
		"AWS::Lambda::CodeSigningConfig", "AWS::Lambda::LayerVersionPermission":
		return Treatment{Known: true}
	case "AWS::ApiGateway::DomainNameV2", "AWS::ApiGateway::DomainNameAccessAssociation", "AWS::ApiGateway::BasePathMappingV2":
		return notice(rules.Of("domain-not-done"))
	case "AWS::ApiGatewayV2::DomainName", "AWS::ApiGatewayV2::ApiMapping", "AWS::ApiGatewayV2::RoutingRule": // read, for REST APIs
		return Treatment{}
	case "AWS::ApiGateway::VpcLink":
		return notice(rules.Of("vpc-link-missing"))
	case "AWS::Lambda::EventSourceMapping":
		return notice(rules.Of("event-source-not-done"))
	case "AWS::Lambda::EventInvokeConfig":
		return notice(rules.Of("event-config-not-done"))
	case "AWS::Lambda::Url":
		return notice(rules.Of("function-url-not-done"))
	case "AWS::Lambda::CapacityProvider":
		return notice(rules.Of("capacity-provider-not-done"))
	case "AWS::Lambda::MicrovmImage", "AWS::Lambda::NetworkConnector":
		return notice(rules.Of("micro-vm-not-done"))
	case "AWS::Lambda::ResourcePolicy":
		return notice(rules.Of("function-policy-not-read"))
	case "AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation":
		return notice(rules.Of("web-acl-not-done"))
	}
	switch {
	case strings.HasPrefix(resourceType, "AWS::ApiGatewayV2::"):
		return notice(rules.Of("http-api-not-run"))
	case strings.HasPrefix(resourceType, "AWS::Serverless::"):
		return notice(rules.Of("serverless-not-run"))
	}
	return Treatment{}
}

func notice(rule rules.Use) Treatment { return Treatment{true, rule} }
