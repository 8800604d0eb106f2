package record

import "time"

// API is an API as it was deployed, as plain values that all records of its requests
// share.
type API struct {
	Key              string // as URLs name it
	Stages           []string
	BinaryMediaTypes []string
	Routes           []Route
}

// Route is one method of an API.
type Route struct {
	Method string // of HTTP, or ANY
	Path   string // such as /hello/{name}
	// CORS is whether a response of it has Access-Control-Allow-Origin, as far as the
	// API itself says so.
	CORS bool
}

// Method is a method as it was deployed, as plain values that all records of its
// requests share.
type Method struct {
	Path         string // construct path
	HTTPMethod   string // or ANY
	ResourcePath string

	// StageVariables are those of its stage. Nobody changes them.
	StageVariables map[string]string

	Integration      string // type; empty without an integration
	ContentHandling  string
	Timeout          time.Duration
	RequestTemplates []Template
	Responses        []Response // as the API has them
	Declared         []Declared
	Function         *Function   // nil without one that is known
	Authorizer       *Authorizer // nil without one
}

// Template is a mapping template.
type Template struct {
	Name      string // such as "request template application/json"
	MediaType string
	Text      string
}

// Response is an integration response.
type Response struct {
	Status    string
	Pattern   string // empty is the default response
	Headers   []HeaderMapping
	Templates []Template
}

// HeaderMapping sets a header of the response.
type HeaderMapping struct{ Name, Source string }

// Declared is a method response.
type Declared struct {
	Status  string
	Headers []string
}

// Function is the function that a method calls.
type Function struct {
	ARN     string // without a qualifier
	Name    string
	Source  string // for people: its package, else its construct path
	Package string // of Go; empty if it is not known
	Runtime string
}

// Authorizer is the Lambda authorizer of a method.
type Authorizer struct {
	Name string
	TTL  time.Duration // of its cache; 0 is no cache
}
