// Package property has the properties of the CloudFormation resources that make
// up REST APIs and their functions: as Go types where they are read, and as a
// table of what becomes of all the others.
//
// Fields are named as the properties are. A type has a field for every property
// that is read here, and for no other.
package property

// RestApi is AWS::ApiGateway::RestApi.
type RestApi struct {
	Name                      string
	ApiKeySourceType          string
	BinaryMediaTypes          []string
	Body                      any // an OpenAPI document
	BodyS3Location            *S3Location
	DisableExecuteApiEndpoint bool
	EndpointConfiguration     EndpointConfiguration
	MinimumCompressionSize    *int
	Parameters                map[string]string // of the import of an OpenAPI document
	Policy                    any
}

// S3Location is where an OpenAPI document lies.
type S3Location struct{ Bucket, Key string }

// EndpointConfiguration has EDGE, REGIONAL or PRIVATE, and the endpoints that lead to a
// private API.
type EndpointConfiguration struct{ Types, VpcEndpointIds []string }

// DomainName is AWS::ApiGateway::DomainName, and AWS::ApiGatewayV2::DomainName, which
// REST APIs can be mapped to as well.
type DomainName struct{ DomainName, RoutingMode string }

// RoutingRule is AWS::ApiGatewayV2::RoutingRule.
type RoutingRule struct {
	Actions       []RoutingAction
	Conditions    []RoutingCondition
	DomainNameArn string
	Priority      int
}

// RoutingAction is what a routing rule does.
type RoutingAction struct {
	InvokeApi struct {
		ApiId, Stage  string
		StripBasePath bool
	}
}

// RoutingCondition is a condition of a routing rule.
type RoutingCondition struct {
	MatchBasePaths struct{ AnyOf []string }
	MatchHeaders   struct{ AnyOf []HeaderGlob }
}

// HeaderGlob is a header that a request must have.
type HeaderGlob struct{ Header, ValueGlob string }

// BasePathMapping is AWS::ApiGateway::BasePathMapping.
type BasePathMapping struct{ BasePath, DomainName, RestApiId, Stage string }

// ApiMapping is AWS::ApiGatewayV2::ApiMapping.
type ApiMapping struct{ ApiId, ApiMappingKey, DomainName, Stage string }

// Resource is AWS::ApiGateway::Resource.
type Resource struct{ ParentId, PathPart, RestApiId string }

// Method is AWS::ApiGateway::Method.
type Method struct {
	ApiKeyRequired      bool
	AuthorizationScopes []string
	AuthorizationType   string
	AuthorizerId        string
	HttpMethod          string
	Integration         *Integration
	MethodResponses     []MethodResponse
	OperationName       string
	RequestModels       map[string]string
	RequestParameters   map[string]bool
	RequestValidatorId  string
	ResourceId          string
	RestApiId           string
}

// Integration is what is behind a method.
type Integration struct {
	ConnectionType        string
	ContentHandling       string
	Credentials           string
	IntegrationHttpMethod string
	IntegrationResponses  []IntegrationResponse
	PassthroughBehavior   string
	RequestParameters     map[string]string
	RequestTemplates      map[string]string
	ResponseTransferMode  string
	TimeoutInMillis       *int
	Type                  string
	Uri                   string
}

// IntegrationResponse maps one kind of response of the backend.
type IntegrationResponse struct {
	ContentHandling    string
	ResponseParameters map[string]string
	ResponseTemplates  map[string]string
	SelectionPattern   string
	StatusCode         string
}

// MethodResponse is a status that a method declares.
type MethodResponse struct {
	ResponseModels     map[string]string
	ResponseParameters map[string]bool
	StatusCode         string
}

// Model is AWS::ApiGateway::Model.
type Model struct {
	ContentType string
	Name        string
	RestApiId   string
	Schema      any // an object, or its text
}

// RequestValidator is AWS::ApiGateway::RequestValidator.
type RequestValidator struct {
	RestApiId                 string
	ValidateRequestBody       bool
	ValidateRequestParameters bool
}

// Authorizer is AWS::ApiGateway::Authorizer.
type Authorizer struct {
	AuthorizerCredentials        string
	AuthorizerResultTtlInSeconds *int
	AuthorizerUri                string
	IdentitySource               string // separated by commas
	IdentityValidationExpression string
	Name                         string
	ProviderARNs                 []string // of user pools
	RestApiId                    string
	Type                         string
}

// GatewayResponse is AWS::ApiGateway::GatewayResponse.
type GatewayResponse struct {
	ResponseParameters map[string]string
	ResponseTemplates  map[string]string
	ResponseType       string
	RestApiId          string
	StatusCode         string
}

// Deployment is AWS::ApiGateway::Deployment, which can make a stage too.
type Deployment struct {
	RestApiId        string
	StageDescription StageDescription
	StageName        string
}

// StageDescription is the stage that a deployment makes. The fields that a
// MethodSetting has too hold for all methods.
type StageDescription struct {
	AccessLogSetting     *AccessLogSetting
	DataTraceEnabled     bool
	LoggingLevel         string
	MethodSettings       []MethodSetting
	ThrottlingBurstLimit *int
	ThrottlingRateLimit  *float64
	TracingEnabled       bool
	Variables            map[string]string
}

// Stage is AWS::ApiGateway::Stage.
type Stage struct {
	AccessLogSetting *AccessLogSetting
	DeploymentId     string
	MethodSettings   []MethodSetting
	RestApiId        string
	StageName        string
	TracingEnabled   bool
	Variables        map[string]string
}

// AccessLogSetting is a stage's access log.
type AccessLogSetting struct{ DestinationArn, Format string }

// MethodSetting holds for the methods that it names.
type MethodSetting struct {
	DataTraceEnabled     bool
	HttpMethod           string
	LoggingLevel         string
	ResourcePath         string // with ~1 for slashes
	ThrottlingBurstLimit *int
	ThrottlingRateLimit  *float64
}

// ApiKey is AWS::ApiGateway::ApiKey.
type ApiKey struct {
	Enabled bool
	Name    string
	Value   string
}

// UsagePlan is AWS::ApiGateway::UsagePlan.
type UsagePlan struct {
	ApiStages     []ApiStage
	Quota         *Quota
	Throttle      *Throttle
	UsagePlanName string
}

// ApiStage is a stage that a usage plan is for. Throttle is by path and method,
// such as /hello/GET.
type ApiStage struct {
	ApiId    string
	Stage    string
	Throttle map[string]Throttle
}

// Throttle is a token bucket.
type Throttle struct {
	BurstLimit *int
	RateLimit  *float64
}

// Quota is how many requests a key may make.
type Quota struct {
	Limit  int
	Offset int
	Period string
}

// UsagePlanKey is AWS::ApiGateway::UsagePlanKey.
type UsagePlanKey struct{ KeyId, UsagePlanId string }

// Function is AWS::Lambda::Function.
type Function struct {
	Architectures                []string
	Code                         Unresolved // a Code, once it is resolved
	Environment                  Environment
	FunctionName                 string
	Handler                      string
	Layers                       Unresolved // a list of ARNs, once it is resolved
	LoggingConfig                LoggingConfig
	MemorySize                   *int
	PackageType                  string
	ReservedConcurrentExecutions *int
	Runtime                      string
	Timeout                      *int
	TracingConfig                TracingConfig
}

// Code is where a function's code lies.
type Code struct{ ImageUri, S3Key, ZipFile string }

// LayerVersion is AWS::Lambda::LayerVersion.
type LayerVersion struct {
	Content Unresolved // a LayerContent, once it is resolved
}

// LayerContent is where a layer's content lies.
type LayerContent struct{ S3Key string }

// Environment has a function's environment variables.
type Environment struct{ Variables map[string]string }

// LoggingConfig says how and where a function logs.
type LoggingConfig struct{ ApplicationLogLevel, LogFormat, LogGroup string }

// TracingConfig has Active or PassThrough.
type TracingConfig struct{ Mode string }

// Version is AWS::Lambda::Version.
type Version struct{ FunctionName string }

// Alias is AWS::Lambda::Alias.
type Alias struct{ FunctionName, FunctionVersion, Name string }

// Permission is AWS::Lambda::Permission.
type Permission struct{ Action, FunctionName, Principal, SourceAccount, SourceArn string }
