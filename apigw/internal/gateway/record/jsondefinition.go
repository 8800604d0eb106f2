package record

import "example.com/apigw/internal/rules"

type failureJSON struct {
	Type   string    `json:"type"`
	Box    rules.Box `json:"box"`
	Rule   string    `json:"rule"`
	Log    string    `json:"log"`
	Cause  string    `json:"cause"`
	Fix    string    `json:"fix"`
	Detail string    `json:"detail"`
}

func (f *Failure) json() *failureJSON {
	if f == nil {
		return nil
	}
	return &failureJSON{f.Type, f.Box, f.Rule, f.Log, f.Cause, f.Fix, f.Detail}
}

type lineJSON struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type sentJSON struct {
	Method  string     `json:"method"`
	Target  string     `json:"target"`
	Headers []lineJSON `json:"headers"`
	Unread  bool       `json:"bodyUnread,omitempty"`
}

func (s *Sent) json() sentJSON {
	out := sentJSON{s.Method, s.Target, []lineJSON{}, s.Unread}
	for _, line := range s.Lines {
		out.Headers = append(out.Headers, lineJSON{line.Name, masked(line.Name, line.Value)})
	}
	return out
}

type definitionJSON struct {
	Path             string          `json:"path"`
	Method           string          `json:"method"`
	ResourcePath     string          `json:"resourcePath"`
	Integration      string          `json:"integration"`
	ContentHandling  string          `json:"contentHandling"`
	TimeoutMS        float64         `json:"timeoutMs"`
	RequestTemplates []templateJSON  `json:"requestTemplates"`
	Responses        []responseJSON  `json:"responses"`
	Declared         []declaredJSON  `json:"declared"`
	Function         *functionJSON   `json:"function"`
	Authorizer       *authorizerJSON `json:"authorizer"`
}

type templateJSON struct {
	Name      string `json:"name"`
	MediaType string `json:"mediaType"`
	Text      string `json:"text"`
}

type responseJSON struct {
	Status    string              `json:"status"`
	Pattern   string              `json:"pattern"`
	Headers   []headerMappingJSON `json:"headers"`
	Templates []templateJSON      `json:"templates"`
}

type headerMappingJSON struct {
	Name   string `json:"name"`
	Source string `json:"source"`
}

type declaredJSON struct {
	Status  string   `json:"status"`
	Headers []string `json:"headers"`
}

type functionJSON struct {
	Name    string `json:"name"`
	Source  string `json:"source"`
	Runtime string `json:"runtime"`
}

type authorizerJSON struct {
	Name       string `json:"name"`
	TTLSeconds int    `json:"ttlSeconds"` // of its cache
}

func (m *Method) json() *definitionJSON {
	if m == nil {
		return nil
	}
	out := &definitionJSON{
		Path: m.Path, Method: m.HTTPMethod, ResourcePath: m.ResourcePath, Integration: m.Integration, ContentHandling: m.ContentHandling,
		TimeoutMS: inMS(m.Timeout), RequestTemplates: templatesJSON(m.RequestTemplates), Responses: []responseJSON{}, Declared: []declaredJSON{},
	}
	for _, r := range m.Responses {
		response := responseJSON{r.Status, r.Pattern, []headerMappingJSON{}, templatesJSON(r.Templates)}
		for _, h := range r.Headers {
			response.Headers = append(response.Headers, headerMappingJSON(h))
		}
		out.Responses = append(out.Responses, response)
	}
	for _, d := range m.Declared {
		out.Declared = append(out.Declared, declaredJSON{d.Status, list(d.Headers)})
	}
	if f := m.Function; f != nil {
		out.Function = &functionJSON{f.Name, f.Source, f.Runtime}
	}
	if a := m.Authorizer; a != nil {
		out.Authorizer = &authorizerJSON{a.Name, int(a.TTL.Seconds())}
	}
	return out
}

func templatesJSON(templates []Template) []templateJSON {
	out := []templateJSON{}
	for _, t := range templates {
		out = append(out, templateJSON(t))
	}
	return out
}
