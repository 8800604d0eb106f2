// Package assembly reads a cloud assembly, the output of cdk synth, into the
// model that the local gateway runs: REST APIs with their stages and methods,
// and Lambda functions. Intrinsic functions are resolved, with made-up ids that
// stay the same from run to run.
//
// Whatever a template asks for and the local gateway does not do is a Notice.
package assembly

import (
	"encoding/json"
	"time"

	"example.com/apigw/internal/rules"
)

// Assembly is the APIs and functions that a cloud assembly deploys.
type Assembly struct {
	Dir       string      // where it was read
	APIs      []*API      // in the order of the manifest's stacks, then of their names
	Functions []*Function // likewise
	Domains   []*Domain   // by name
	Notices   []Notice
}

// Domain is a custom domain name that leads to APIs.
type Domain struct {
	Name     string        // lower case
	Rules    []RoutingRule // in the order in which they are tried, before mappings
	Mappings []BasePath    // longer paths before shorter ones
}

// RoutingRule sends the requests that fit all its conditions to a stage.
type RoutingRule struct {
	Priority int
	BasePath string       // without slashes around it; empty fits all paths
	Headers  []HeaderGlob // all of which a request has to have
	API      *API
	Stage    string
	Strip    bool // the base path is not part of the path behind the stage
}

// HeaderGlob is a header of requests and its value, which may begin or end with an
// asterisk that stands for anything.
type HeaderGlob struct{ Name, Value string }

// BasePath is a path of a domain below which a stage is.
type BasePath struct {
	Path  string // without slashes around it; empty is that of all requests
	API   *API
	Stage string // empty if clients name it behind the path
}

// Notice is one thing in an app that does not work, or works differently here.
type Notice struct {
	Path    string // construct path of the resource, or stack and logical id
	Message string // what is wrong, or what happens instead, in sentences
	Rule    rules.Use
}

// NewNotice returns the notice that a rule makes at a construct path.
func NewNotice(path string, rule rules.Use) Notice {
	return Notice{Path: path, Message: rule.Text(), Rule: rule}
}

// API is an AWS::ApiGateway::RestApi with everything that belongs to it.
type API struct {
	Name      string // the RestApi's Name; the logical id when it has none
	LogicalID string
	Path      string // construct path, such as Shop/OrdersApi/RestApi
	ID        string // ten letters and digits, made up
	Account   string // 12 digits
	Region    string
	Partition string

	EndpointType           string   // EDGE, REGIONAL or PRIVATE
	VPCEndpoints           []string // ids of those that a private API names
	BinaryMediaTypes       []string // as configured
	APIKeySource           string   // HEADER or AUTHORIZER
	MinimumCompressionSize int      // bytes; -1 is off
	DisableDefaultEndpoint bool
	Policy                 json.RawMessage // resource policy, resolved; nil without one

	Methods          []*Method // by path, then by HTTP method
	Models           []*Model  // by name
	GatewayResponses map[string]*GatewayResponse
	Stages           []*Stage

	// NotImplemented is why every call responds with 501 here; no rule if it does not.
	NotImplemented rules.Use
}

// Method is one HTTP method of one resource.
type Method struct {
	ResourceID   string // of six letters and digits, made up
	ResourcePath string // such as /hello/{name}; the root is /
	HTTPMethod   string // upper case, or ANY
	Path         string // construct path

	OperationName       string
	AuthorizationType   string      // NONE, AWS_IAM, CUSTOM or COGNITO_USER_POOLS
	AuthorizationScopes []string    // of Cognito
	Authorizer          *Authorizer // of CUSTOM and COGNITO_USER_POOLS
	APIKeyRequired      bool
	RequestParameters   []RequestParameter
	RequestModels       map[string]string // content type to name of a model
	ValidateBody        bool              // by the method's request validator
	ValidateParameters  bool
	Integration         *Integration // if nil, every call fails with 500
	Responses           []MethodResponse

	// NotImplemented is why every call fails with 501 here; no rule if the method
	// works.
	NotImplemented rules.Use
}

// RequestParameter is a parameter that the method request declares.
type RequestParameter struct {
	Location string // header, path or querystring
	Name     string
	Required bool
}

// MethodResponse is one status that a method declares.
type MethodResponse struct {
	StatusCode string
	Headers    []string // that integration responses may set
	Models     map[string]string
}

// Integration is what is behind a method.
type Integration struct {
	Type                string // AWS, AWS_PROXY, HTTP, HTTP_PROXY or MOCK
	HTTPMethod          string // of the call to the backend
	URI                 string // ${stageVariables.x} is not replaced yet
	Credentials         string // ARN of a role, if any
	PassthroughBehavior string // WHEN_NO_MATCH, WHEN_NO_TEMPLATES or NEVER
	ContentHandling     string // CONVERT_TO_BINARY, CONVERT_TO_TEXT or empty
	Timeout             time.Duration
	Stream              bool // the response transfer mode is STREAM
	RequestParameters   []Mapping
	RequestTemplates    []Template
	Responses           []IntegrationResponse
}

// IntegrationResponse maps one kind of response of the backend.
type IntegrationResponse struct {
	StatusCode       string // of the method response
	SelectionPattern string // empty is the default response
	ContentHandling  string
	Parameters       []Mapping
	Templates        []Template
}

// Mapping is one parameter mapping: integration.request.header.X from
// method.request.querystring.y, for instance. Lists of mappings are in the
// order of their targets.
type Mapping struct{ Target, Source string }

// Template is a mapping template for one media type. Lists of templates are in
// the order of their media types.
type Template struct{ MediaType, Text string }

// Model is a schema that request bodies are checked against.
type Model struct {
	Name        string
	ContentType string
	Schema      json.RawMessage // JSON Schema draft 4
}

// Authorizer decides who may call a method.
type Authorizer struct {
	ID, Name             string
	Type                 string // TOKEN, REQUEST or COGNITO_USER_POOLS
	URI                  string // of the Lambda function
	Credentials          string
	IdentitySources      []string // such as method.request.header.Authorization
	ValidationExpression string
	ProviderARNs         []string      // of the user pools of COGNITO_USER_POOLS
	TTL                  time.Duration // of cached results; 0 is no cache
}

// GatewayResponse replaces a response that API Gateway makes itself.
type GatewayResponse struct {
	Type       string // such as DEFAULT_4XX
	StatusCode int    // 0: that of the error
	Parameters []Mapping
	Templates  []Template
}

// Stage is a deployed stage of an API.
type Stage struct {
	Name         string
	LogicalID    string
	Path         string
	DeploymentID string
	Variables    map[string]string
	Settings     []MethodSetting
	AccessLog    *AccessLog
	Tracing      bool
	Plans        []*UsagePlan

	// NotImplemented is why every call responds with 501 here; no rule if it does not.
	NotImplemented rules.Use
}

// MethodSetting holds for the methods that it names.
type MethodSetting struct {
	ResourcePath string // such as /hello/{name}, or /* for all
	HTTPMethod   string // or * for all
	LoggingLevel string // OFF, ERROR, INFO, or empty
	DataTrace    bool
	Throttle     *Throttle // nil: not set
}

// Throttle is a token bucket.
type Throttle struct {
	Rate  float64 // requests per second
	Burst int
}

// AccessLog is the stage's access log.
type AccessLog struct {
	Destination string // ARN
	Format      string
}

// UsagePlan gives API keys access to stages. A plan of several stages is one
// value in all of them: they share its quota.
type UsagePlan struct {
	ID, Name string
	Throttle *Throttle
	Quota    *Quota
	// Methods has the throttles for single methods of one stage, under its
	// API's id, "/", its name, and the path and method: "a1b2c3d4e5/prod//hello/GET".
	Methods map[string]Throttle
	Keys    []*APIKey
}

// Quota is how many requests a key may make in a period.
type Quota struct {
	Limit  int
	Offset int    // requests taken off the first period
	Period string // DAY, WEEK or MONTH
}

// APIKey is one key. Value is made up if the template has none.
type APIKey struct {
	ID, Name, Value string
	Enabled         bool
}

// Function is an AWS::Lambda::Function.
type Function struct {
	Name      string // FunctionName, else made up
	ARN       string // without a qualifier
	LogicalID string
	Path      string // construct path, such as Shop/OrdersApi/List/Function
	Account   string
	Region    string

	Runtime       string // such as provided.al2023
	Handler       string
	Architectures []string
	Environment   map[string]string
	Timeout       time.Duration
	MemoryMB      int
	Concurrency   *int              // reserved concurrency; nil is none reserved
	Qualifiers    map[string]string // alias or version to version: live to 1, 1 to 1
	Permissions   []Permission
	LogGroup      string
	LogFormat     string // Text or JSON
	LogLevel      string // of the function's own lines, with JSON: TRACE … FATAL; may be empty
	Tracing       bool   // active tracing

	// Package is the Go package of its source, relative to the app, such as
	// ./functions/list-orders; empty if the template does not say (metadata
	// go:package).
	Package string
	// Folder is that of its source, relative to the app, such as ./functions/hello, if
	// it is in JavaScript or Python; from the resource's metadata (key code:folder).
	Folder string
	// AssetDir is the absolute path of its code; empty if it has none here.
	AssetDir string
	// Layers are the absolute paths of the layers that are here, in the template's
	// order.
	Layers []string
	// Inline is its code if that is in the template.
	Inline string
	// NotRunnable is why its code cannot run here whatever is done, such as a
	// container image; no rule if it can.
	NotRunnable rules.Use
}

// Permission lets somebody invoke a function.
type Permission struct {
	Qualifier string // alias or version; empty is the function itself
	Action    string
	Principal string
	SourceARN string // with * and ?; empty is any
	Account   string // SourceAccount; empty is any
}
