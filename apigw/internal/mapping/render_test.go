package mapping

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"example.com/apigw/internal/vtl"
)

// Recorded on AWS, or written in its documentation: see the name of each rule.
func TestReferencesOfAPIGateway(t *testing.T) {
	request := &Request{
		Body:  `{"a":1,"l":[{"id":"x"}],"s":"it's"}`,
		Path:  Params{{"id", []string{"42"}}, {"all", []string{"path"}}},
		Query: Params{{"q", []string{"first", "last"}}, {"all", []string{"query"}}, {"two", []string{"query"}}},
		Header: Params{{"X-H", []string{"first", "last"}}, {"all", []string{"header"}}, {"two", []string{"header"}},
			{"Connection", []string{"close"}}, {"content-length", []string{"3"}}, {"TE", []string{"x"}}, {"Accept", []string{"*/*"}}},
		Context:        map[string]any{"stage": "dev", "identity": map[string]any{"sourceIp": "1.2.3.4", "user": nil}},
		StageVariables: map[string]string{"v": "1", "w": "2"},
	}
	for _, c := range []struct{ rule, template, want string }{
		{"the body as it came", "$input.body", request.Body},
		{"the body is a string", "$input.body.a|$input.body.length()", "|35"},
		{"$input has no other properties", "$input.zz|$input.body()|", "||"},
		{"a path is a live object", "#set($r = $input.path('$'))#set($r.n = 'v')$input.path('$.n')", "v"},
		{"a number of the body calculates", "#set($n = $input.path('$.a') + 1)$n", "2"},
		{"a missing path is empty", "[$input.path('$.zz')]", "[]"},
		{"JSON of a missing path is a pair of quotes", "$input.json('$.zz')", `""`},
		{"JSON of a string", "$input.json('$.s')", `"it's"`},
		{"a path that is not a string is not a method's", "$input.path(1)|$input.json(true)|$input.path()|$input.path('$','$')|", "||||"},

		{"documented: path, then query string, then header", "$input.params('all') $input.params('two')", "path query"},
		{"of several query parameters the last, of headers the first", "$input.params('q') $input.params('X-H')", "last first"},
		{"documented: names are case-sensitive", "[$input.params('x-h')]", "[]"},
		{"recorded: a missing parameter is empty", `"$input.params('zz')"`, `""`},
		{"recorded: headers that are removed before templates see them", "[$input.params('Connection')$input.params('content-length')$input.params('TE')]$input.params('Accept')", "[]*/*"},
		{"all parameters", "$input.params()", "{path={id=42, all=path}, querystring={q=last, all=query, two=query}, header={X-H=first, all=header, two=header, Accept=*/*}}"},
		{"documented: ways to a parameter", "$input.params().path.id $input.params().get('header').get('X-H') $input.params().querystring['q']", "42 first last"},
		{"all parameters are shared", "#set($p = $input.params())#set($p.path.id = 1)$input.params('id')$input.params().path.id$input.params('zz')", "11"},
		{"all parameters can be spoiled", "#set($p = $input.params())#set($p.path = 1)#set($x = $p.remove('header'))$input.params('all')$input.params('id')", "query"},

		{"the context", "$context.stage $context.identity.sourceIp", "dev 1.2.3.4"},
		{"recorded: a map of the context prints as nothing", "[$context.identity$context.get('requestOverride')$context.responseOverride.header]", "[]"},
		{"recorded: a null member is empty", "[$context.identity.user$context.identity.zz$context.zz.yy]", "[]"},
		{"recorded: setting a new key prints nothing", "[$context.requestOverride.path.put('k','v')]", "[]"},
		{"stage variables", "$stageVariables.v ${stageVariables['w']} $stageVariables.get('v') [$stageVariables.zz]", "1 2 1 []"},

		{"$util takes strings only", "[$util.urlEncode(5)$util.base64Encode(true)$util.escapeJavaScript($input.path('$.a'))]", "[]"},
		{"$util takes one", "[$util.urlEncode()$util.urlEncode('a','b')$util.zz('a')$util.zz]", "[]"},
		{"a null text is the empty string", "[$util.escapeJavaScript($zz)$util.urlEncode($zz)]", "[]"},
		{"escapeJavaScript", `$util.escapeJavaScript("it's")`, `it\'s`},
		{"documented: the idiom for single quotes", `$util.escapeJavaScript("it's").replaceAll("\\'","'")`, "it's"},
		{"urlDecode", "$util.urlDecode('a+b')", "a b"},
		{"recorded: base64", "$util.base64Encode('{\"foo\": \"bar1\"}') $util.base64Decode('YQ')", "eyJmb28iOiAiYmFyMSJ9 a"},
		{"recorded: a macro is not defined, and its call is text", "#macro(tryme)$values#end#tryme()", "#tryme()"},
		{"recorded: nor one that calls itself", "#macro ( recur $number)#if ($number > 0)#set($number = $number - 1)#recur($number)X#end#end#recur(5)", "#recur(5)"},
		{"recorded: nor over several lines", "\n#macro ( blah )\nhello##\n#end\n#blah()", "\n#blah()"},
		{"recorded: #evaluate is text", "#set($a = 'b')\n#set($b = \"$a\")\n#evaluate($b)", "#evaluate($b)"},
		{"recorded: so is #return", "#set($v1 = {})#set($ignore = $v1.put('foo', 'bar'))#return($v1)", "#return($v1)"},
		{"the arguments of a call are text too", "#m($input.path('$.a'), \"x\")#macro(m $p $q)$p#end|#{m}|#m", "#m($input.path('$.a'), \"x\")|#{m}|#m"},
		{"what is within a block of a call is text", "#macro(m)$bodyContent#end#@m()a $input.path('$.a')#end.", "#@m()a $input.path('$.a')#end."},
		{"a macro within a string, a loop and a condition", "#set($s = \"#macro(m)x#end#m()\")$s#foreach($i in [1..2])#macro(n)y#end#n()#end#if(true)#macro(o)z#end#o()#end", "#m()#n()#n()#o()"},
		{"a backslash before a word that #macro named is one less", "\\#m()#macro(m)x#end\\#m()", "\\#m()#m()"},
		{"#evaluate with what Velocity refuses", "#evaluate(1)#evaluate()#evaluate\\#evaluate('x')", "#evaluate(1)#evaluate()#evaluate\\#evaluate('x')"},
		{"#define and #stop work", "#define($d)<$input.path('$.a')>#end$d$d#stop more", "<1><1>"},

		{"parseJson", "#set($o = $util.parseJson('{\"a\":[1,2]}'))$o.a[1] $o $util.parseJson('5')", "2 {a=[1,2]} 5"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got := rendered(t, c.template, request); got != c.want {
				t.Errorf("%s\n got %q\nwant %q", c.template, got, c.want)
			}
		})
	}
}

func TestEmptyPayloads(t *testing.T) {
	for template, want := range map[string]string{
		"$input.body": "{}", "$input.json('$')": "{}", "$input.path('$')": "{}", "[$input.path('$.a')]": "[]",
	} {
		if got := rendered(t, template, &Request{}); got != want {
			t.Errorf("%s: %s, want %s", template, got, want)
		}
	}
	if got := rendered(t, "$input.json('$') [$input.path('$.a')]", &Request{Body: "null"}); got != `"" []` {
		t.Errorf("null: got %q, want %q", got, `"" []`)
	}
}

// The order of the keys as recorded on AWS, for a REST API without authorizer.
func TestContextIteratesAsRecorded(t *testing.T) {
	values := map[string]any{}
	for _, name := range strings.Fields(`resourceId resourcePath httpMethod extendedRequestId requestTime path accountId protocol stage
		domainPrefix requestTimeEpoch requestId domainName deploymentId apiId`) {
		values[name] = name
	}
	identity := map[string]any{}
	for _, name := range strings.Fields(`cognitoIdentityPoolId accountId cognitoIdentityId caller sourceIp principalOrgId accessKey
		cognitoAuthenticationType cognitoAuthenticationProvider userArn userAgent user`) {
		identity[name] = nil
	}
	values["identity"] = identity
	for template, want := range map[string]string{
		"$context.keySet()": "[resourceId, resourcePath, httpMethod, extendedRequestId, requestTime, path, accountId, protocol, requestOverride, stage, " +
			"domainPrefix, requestTimeEpoch, requestId, identity, domainName, deploymentId, responseOverride, apiId]",
		"$context.identity.keySet()": "[cognitoIdentityPoolId, accountId, cognitoIdentityId, caller, sourceIp, principalOrgId, accessKey, " +
			"cognitoAuthenticationType, cognitoAuthenticationProvider, userArn, userAgent, user]",
		"$context.requestOverride.keySet()":                  "[path, header, querystring]",
		"$context.responseOverride.keySet()":                 "[header]",
		"#foreach($k in $context.authorizer.keySet())$k#end": "",
	} {
		if got := rendered(t, template, &Request{Context: values}); got != want {
			t.Errorf("%s\n got %s\nwant %s", template, got, want)
		}
	}
}

func TestContextValues(t *testing.T) {
	got := rendered(t, "$context.n $context.big $context.f $context.b $context.list[1].k $context.claims.sub [$context.claims]", &Request{Context: map[string]any{
		"n": 5, "big": 1700000000000, "f": 1.5, "b": true, "list": []any{1, map[string]any{"k": "v"}}, "claims": map[string]string{"sub": "me"},
	}})
	if want := "5 1700000000000 1.5 true v me []"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOverrides(t *testing.T) {
	ctx := context.Background()
	call := new(Engine).NewExchange(&Request{Body: "{}"})
	if _, err := call.RenderRequest(ctx, template(t, lines(
		"#set($context.requestOverride.header.one = 1)",
		"#set($context.requestOverride.header['two'] = ['a', 2])",
		"#set($name = 'three')",
		"#set($context.requestOverride.querystring[$name] = 'q')",
		"#set($context['requestOverride'].path['id'] = 'p')",
		"$context.responseOverride.header.put('X', 'v')",
		"#set($context.responseOverride.status = 444)",
		"#set($context.responseOverride.custom = 'kept')"))); err != nil {
		t.Fatal(err)
	}
	out, err := call.RenderResponse(ctx, template(t, "#set($context.requestOverride.header.one = 'last')$context.responseOverride.custom $context.requestOverride.path.id $input.body"), "response")
	if err != nil || out.Text != "kept p response" {
		t.Errorf("maps of overrides live as long as the exchange (recorded): got %q, %v; want %q", out.Text, err, "kept p response")
	}
	got, _ := json.Marshal(call.Overrides())
	want := `{"Path":[{"Name":"id","Values":["p"]}],"Query":[{"Name":"three","Values":["q"]}],` +
		`"Header":[{"Name":"one","Values":["last"]},{"Name":"two","Values":["a","2"]}],` +
		`"ResponseHeader":[{"Name":"X","Values":["v"]}],"Status":444,"Ignored":null}`
	if string(got) != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestOverridesThatATemplateSetsTwice(t *testing.T) {
	for _, c := range []struct{ rule, template, twice string }{
		{"a header of the request", "#set($context.requestOverride.header.h = 1)#set($context.requestOverride.header.h = 2)", "requestOverride.header.h"},
		{"in two ways", "#set($context.requestOverride.querystring['q'] = 1)$context.requestOverride.querystring.put('q', 1)", "requestOverride.querystring.q"},
		{"in a loop", "#foreach($i in [1..3])#set($context.requestOverride.path.p = $i)#end", "requestOverride.path.p"},
		{"the status", "#set($context.responseOverride.status = 400)#if(true)#set($context.responseOverride.status = 401)#end", "responseOverride.status"},
		{"of several the first", "#set($m = $context.responseOverride.header)#set($m.a = 1)#set($m.b = 1)#set($m.b = 2)#set($m.a = 2)", "responseOverride.header.b"},
		{"another", "#set($context.requestOverride.header.h = 1)#set($context.requestOverride.header.H = 2)#set($context.requestOverride.path.h = 1)", ""},
		{"another member of $context", "#set($context.x = 1)#set($context.x = 2)", ""},
	} {
		_, err := new(Engine).NewExchange(&Request{}).RenderRequest(context.Background(), template(t, c.template))
		twice, ok := errors.AsType[*OverrideError](err)
		if ok != (c.twice != "") || ok && twice.Name != c.twice || !ok && err != nil {
			t.Errorf("%s: got %v, want an error about %q", c.rule, err, c.twice)
		}
	}
}

func TestStatusOverridesThatDoNotCount(t *testing.T) {
	for status, want := range map[string]string{
		"99": "99 is not from 100 to 599", "600": "600 is not from 100 to 599", "'400'": `"400" is not an integer`, "400.0": `"400.0" is not an integer`,
	} {
		call := new(Engine).NewExchange(&Request{})
		if _, err := call.RenderRequest(context.Background(), template(t, "#set($context.responseOverride.status = "+status+")")); err != nil {
			t.Fatal(err)
		}
		if o := call.Overrides(); o.Status != 0 || len(o.Ignored) != 1 || !strings.Contains(o.Ignored[0], want) {
			t.Errorf("status %s: got %+v, want it ignored: %s", status, o, want)
		}
	}
	for _, status := range []int{100, 599} {
		call := new(Engine).NewExchange(&Request{Context: map[string]any{"responseOverride": map[string]any{"status": status}}})
		if o := call.Overrides(); o.Status != status || o.Ignored != nil {
			t.Errorf("got %+v, want the status %d", o, status)
		}
	}
}

func TestOverridesThatAreNoMaps(t *testing.T) {
	call := new(Engine).NewExchange(&Request{})
	if _, err := call.RenderRequest(context.Background(), template(t, lines(
		"#set($context.requestOverride = 'x')",
		"#set($context.responseOverride.header = 5)",
		"#set($m = $util.parseJson('{\"k\":null}'))",
		"$context.responseOverride.put('header', $m)"))); err != nil {
		t.Fatal(err)
	}
	if o := call.Overrides(); o.Header != nil || len(o.ResponseHeader) != 1 || o.ResponseHeader[0].Values != nil {
		t.Errorf("got %+v, want one header of the response without values", o)
	}
}

func TestErrorsAreLocated(t *testing.T) {
	for _, c := range []struct{ rule, template, body, want string }{
		{"a body that is broken JSON", "\n  $input.path('$.a')", `{"a":`, `t.vtl:2:10: `},
		{"the same through json", "$input.json('$')", `{"a":`, `this key has no value`},
		{"a path that does not compile", "x $input.path('$.a b')", "{}", `t.vtl:1:10: `},
		{"its problem", "$input.path('$.a b')", "{}", "a blank is not allowed outside brackets"},
		{"an index of a string", "$input.json('$.a[0]')", `{"a":"x"}`, "an index needs an array"},
		{"urlDecode", "$util.urlDecode('%zz')", "", `"%zz" is not a percent sign with two hexadecimal digits`},
		{"base64Decode", "$util.base64Decode('!!')", "", "the text is not base64"},
		{"parseJson", `$util.parseJson('{"a"')`, "", "this key has no value"},
		{"JSON that holds itself", "#set($r = $input.path('$'))#set($r.r = $r)$input.json('$')", "{}", "nested too deep"},
	} {
		call := new(Engine).NewExchange(&Request{Body: c.body})
		_, err := call.RenderRequest(context.Background(), template(t, c.template))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %s", c.rule, err, c.want)
		}
	}
}

func TestNullArgumentsOfPlainVelocity(t *testing.T) {
	call := new(Engine).NewExchange(&Request{})
	for text, fails := range map[string]bool{
		"$input.path($zz)": true, "$input.json($zz)": true, "$util.urlEncode($zz)": true, "$util.parseJson($zz)": true,
		"$util.escapeJavaScript($zz)": false, "$input.params($zz)": false,
	} {
		_, err := template(t, text).Append(context.Background(), nil, call.references(&input{exchange: call}), &vtl.Options{})
		if (err != nil) != fails {
			t.Errorf("%s: got %v, want an error: %v", text, err, fails)
		}
	}
}

func TestUndefinedAsACondition(t *testing.T) {
	const text = "#if($zz)T#{else}F#end#if($input.path('$.zz'))T#{else}F#end#if($input.params('zz'))T#{else}F#end"
	if got := rendered(t, text, &Request{}); got != "TTT" {
		t.Errorf("by default: got %s, want TTT", got)
	}
	out, err := (&Engine{Choices: Choices{UndefinedIsFalse: true}}).NewExchange(&Request{}).RenderRequest(context.Background(), template(t, text))
	if err != nil || out.Text != "FFT" { // a parameter is a string in any case
		t.Errorf("with the other choice: got %q, %v; want FFT", out.Text, err)
	}
}

func TestLimitsOfTheEngine(t *testing.T) {
	engine := &Engine{limits: vtl.Options{MaxOutput: 10}}
	_, err := engine.NewExchange(&Request{Body: "12345678901"}).RenderRequest(context.Background(), template(t, "$input.body"))
	var limit *vtl.LimitError
	if !errors.As(err, &limit) {
		t.Errorf("got %v, want a limit", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := new(Engine).NewExchange(&Request{}).RenderRequest(ctx, template(t, "#foreach($i in [1..1000])#foreach($j in [1..1000])$j#end#end")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestNotesTellWhatIsEmptyWithoutAnError(t *testing.T) {
	out, err := new(Engine).NewExchange(&Request{Body: "{}"}).RenderRequest(context.Background(), template(t, lines(
		"$util.toJson($x)$util.toJson($x)$util.urlEncode(5)$util.time",
		"$input.params.id$input.querystring$input.path($input.path('$'))$input.body()",
		"$input.path('$.zz')$input.params('zz')$util.urlEncode($zz)")))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"$util.toJson is empty: $util.toJson belongs to AWS AppSync", "$util.urlEncode is empty: $util has", "$util.time is empty: $util has",
		"$input.params is empty: $input.params is a method", "$input.querystring is empty: $input has", "$input.path(…) is empty: $input.path takes one string",
		"$input.body(…) is empty: $input has"}
	for i, note := range out.Notes {
		if i >= len(want) || !strings.HasPrefix(note.String(), want[i]) {
			t.Errorf("note %d: got %q, want %d notes, which begin with %q", i, note, len(want), want)
		}
	}
	if len(out.Notes) != len(want) {
		t.Errorf("%d notes, want %d: %q", len(out.Notes), len(want), out.Notes)
	}
}

func TestHints(t *testing.T) {
	for reference, want := range map[string]string{
		"$util.toJson($x)":   "belongs to AWS AppSync; here $input.json",
		"$!util.qr($x)":      "belongs to AWS AppSync",
		"${util.error('x')}": "belongs to AWS AppSync",
		"$util.time.now()":   "$util has escapeJavaScript, parseJson",
		"$ctx.args.id":       "$ctx belongs to AWS AppSync",
		"$input.path($x)":    "$input.path takes one string",
		"$input.json()":      "$input.json takes one string",
		"$input.params":      "$input.params is a method",
		"$input.querystring": "$input has body, json(path)",
		"$x.y":               "",
	} {
		if got := hint(reference); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%s: %s; want %s", reference, got, want)
		}
	}
}

func TestTraceTellsWhereTheOutputComesFrom(t *testing.T) {
	request := &Request{
		Body:           `{"pets":[{"id":1},{"id":2}],"s":"x"}`,
		Path:           Params{{"id", []string{"42"}}},
		Context:        map[string]any{"stage": "dev"},
		StageVariables: map[string]string{"v": "1"},
	}
	for _, c := range []struct{ rule, template, want string }{
		{"a text", "text", "text←"},
		{"a parameter", "$input.params('id')", "42←$input.params('id')"},
		{"a parameter out of all", "$input.params().path.id", "42←$input.params().path.id"},
		{"the body", "$input.body.length()", "36←$input.body"},
		{"a path", "$input.path('$.s')", "x←$.s"},
		{"the document", "$input.json('$').length()", "36←$"},
		{"an element of a path", "$input.path('$.pets')[1].id", "2←$.pets[1].id"},
		{"an element of a result", "$input.path('$.pets[*]')[1].id", "2←$.pets[1].id"},
		{"a list of one result", "$input.path('$..[0]')[0].id", "1←$.pets[0].id"},
		{"elements of a loop", "#foreach($p in $input.path('$.pets'))$p.id#end", "1←$.pets[0].id|2←$.pets[1].id"},
		{"JSON", "$input.json('$.s')", `"x"←$.s`},
		{"through a function", "$util.urlEncode($input.params('id'))", "42←$input.params('id')"},
		{"the context", "$context.stage", "dev←$context.stage"},
		{"a stage variable", "$stageVariables.v", "1←$stageVariables.v"},
		{"through a variable", "#set($x = $input.path('$.s'))$x", "x←$.s"},
	} {
		out, err := new(Engine).NewExchange(request).TraceRequest(context.Background(), template(t, c.template))
		if err != nil {
			t.Fatal(err)
		}
		var spans []string
		for _, s := range out.Trace.Spans {
			spans = append(spans, out.Text[s.Start:s.End]+"←"+strings.Join(s.Inputs, ","))
		}
		if got := strings.Join(spans, "|"); got != c.want {
			t.Errorf("%s: %s, want %s", c.rule, got, c.want)
		}
	}
	half, err := new(Engine).NewExchange(&Request{Body: `"\ud83d"`}).TraceRequest(context.Background(), template(t, "$input.path('$')"))
	if spans := half.Trace.Spans; err != nil || half.Text != "?" || len(spans) != 1 || spans[0].End != 1 {
		t.Errorf("half a surrogate pair: got %q, %v, %v; want ? and one span of it", half.Text, spans, err)
	}
	out, err := new(Engine).NewExchange(request).TraceResponse(context.Background(), template(t, "$input.body"), "r")
	if err != nil || out.Text != "r" || out.Trace == nil {
		t.Errorf("got %+v, %v; want r with a trace", out, err)
	}
}
