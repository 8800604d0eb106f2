package diagnose_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"example.com/apigw/internal/assembly"
)

// go test ./internal/diagnose -run Generated -seed 7 -generated 10000 makes others.
var (
	seed      = flag.Uint64("seed", 1, "of the generated mistakes")
	generated = flag.Int("generated", 400, "how many mistakes are generated")
)

// generator makes requests with one mistake each.
type generator struct{ *rand.Rand }

var words = []string{
	"orders", "customers", "invoices", "products", "shipments", "payments", "addresses", "accounts", "messages", "sessions", "reports", "devices", "measurements",
}

func pick[T any](g generator, list []T) T { return list[g.IntN(len(list))] }

// typo changes one letter, leaves one out, adds one, or exchanges two. The result
// differs in more than letter case, and is not one of the others.
func (g generator) typo(word string, others ...string) string {
	for {
		i := g.IntN(len(word) - 1)
		letter := string(rune('a' + g.IntN(26)))
		var out string
		switch g.IntN(4) {
		case 0:
			out = word[:i] + letter + word[i+1:]
		case 1:
			out = word[:i] + word[i+1:]
		case 2:
			out = word[:i] + letter + word[i:]
		case 3:
			out = word[:i] + word[i+1:i+2] + word[i:i+1] + word[i+2:]
		}
		if !strings.EqualFold(out, word) && !slices.Contains(others, out) && out != "" {
			return out
		}
	}
}

// otherCase changes the case of one letter.
func (g generator) otherCase(word string) string {
	for {
		i := g.IntN(len(word))
		upper, lower := strings.ToUpper(word[i:i+1]), strings.ToLower(word[i:i+1])
		switch {
		case upper == lower:
		case word[i:i+1] == upper:
			return word[:i] + lower + word[i+1:]
		default:
			return word[:i] + upper + word[i+1:]
		}
	}
}

// value returns some JSON.
func (g generator) value(depth int) any {
	switch n := g.IntN(6); {
	case n == 0 && depth > 0:
		list := []any{}
		for range g.IntN(4) {
			list = append(list, g.value(depth-1))
		}
		return list
	case n <= 2 && depth > 0:
		return g.object(depth - 1)
	case n == 3:
		return g.IntN(1000)
	case n == 4:
		return g.IntN(2) == 0
	}
	return pick(g, words) + " " + pick(g, words)
}

func (g generator) object(depth int) map[string]any {
	object := map[string]any{}
	for range 1 + g.IntN(4) {
		object[pick(g, words)] = g.value(depth)
	}
	return object
}

func (g generator) envelope() map[string]any {
	return map[string]any{
		"statusCode": pick(g, []int{200, 201, 400, 404, 409, 500}),
		"headers":    map[string]any{"Content-Type": "application/json", "X-" + pick(g, words): pick(g, words)},
		"body":       marshal(g.object(2)),
	}
}

// messageOf returns an error message that begins with a word.
func (g generator) messageOf(word string) string {
	return word + ": no " + pick(g, words) + " " + fmt.Sprint(g.IntN(100))
}

// sample returns a request with a mistake.
func (g generator) sample() sample {
	kinds := []func() sample{g.brokenEnvelope, g.brokenKey, g.brokenPattern, g.brokenRoute, g.brokenName, g.brokenPage, g.brokenEvent, g.brokenFunction, g.otherDoor}
	return pick(g, kinds)()
}

func (g generator) brokenEnvelope() sample {
	for {
		m := pick(g, envelopeMutations())
		if payload := m.apply(g.envelope()); payload != "" {
			s := proxied(payload)
			s.name, s.rule = "envelope, "+m.name+": "+payload, m.rule
			return s
		}
	}
}

func (g generator) brokenKey() sample {
	e := g.envelope()
	key := pick(g, []string{"statusCode", "headers"})
	wrong, rule := g.typo(key), "key-misspelt"
	if g.IntN(2) == 0 {
		wrong, rule = g.otherCase(key), "key-case"
	}
	s := proxied(renamed(key, wrong)(e))
	s.name, s.rule = "key "+wrong, rule
	return s
}

func (g generator) brokenPattern() sample {
	word := strings.ToUpper(pick(g, words)[:1]) + pick(g, words)
	message := g.messageOf(word)
	type breaks struct{ rule, pattern, message string }
	b := pick(g, []breaks{
		{"pattern-is-prefix", word + "*", message},
		{"pattern-is-prefix", "^" + word, message},
		{"pattern-letter-case", g.otherCase(word) + ".*", message},
		{"pattern-stops-at-line-break", word + ".*", message + "\n" + g.messageOf("because")},
		{"pattern-is-part", word + ".*", pick(g, words) + ": " + message},
		{"pattern-brackets", "[" + word + "].*", "[" + word + "] " + message},
		{"pattern-is-status", fmt.Sprint(400 + g.IntN(200)), message},
		{"error-matches-no-pattern", "Never" + word + ".*", message},
	})
	s := mapped("")
	s.name, s.rule, s.result = "pattern "+b.pattern+" for "+b.message, b.rule, failedWith(b.message)
	s.api.Methods[0].Integration.Responses = []assembly.IntegrationResponse{response("200", ""), response("400", b.pattern)}
	declare(s.api.Methods[0])
	return s
}

func (g generator) brokenRoute() sample {
	names := slices.Clone(words)
	g.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	a, b := names[0], names[1]
	s := sample{api: apiOf(proxyMethod("GET", "/"+a), proxyMethod("GET", "/"+a+"/{id}"), proxyMethod("PUT", "/"+b+"/{id}/"+a)), method: "GET"}
	switch g.IntN(5) {
	case 0:
		s.rule, s.path = "route-similar", "/"+g.typo(a, b)
	case 1:
		s.rule, s.path = "route-letter-case", "/"+g.otherCase(a)+"/7"
	case 2:
		s.rule, s.path, s.method = "route-other-method", "/"+a, pick(g, []string{"POST", "PUT", "DELETE", "PATCH"})
	case 3:
		s.rule, s.path = "route-stage-twice", "/prod/"+a
	case 4:
		s.rule, s.path, s.method = "route-similar", "/"+b+"/7/"+g.typo(a), "PUT"
	}
	s.name = "route " + s.method + " " + s.path
	return s
}

func (g generator) brokenName() sample {
	variable := pick(g, words)
	names := map[string]string{"input": "$input.params('lang')", "context": "$context.requestId", "stageVariables": "$stageVariables.table", "util": "$util.urlEncode('a')", variable: "$" + variable}
	name := pick(g, []string{"input", "context", "stageVariables", "util", variable})
	right := names[name]
	wrong := strings.Replace(right, name, g.typo(name, "input", "context", "stageVariables", "util", variable), 1)
	text := "#set($" + variable + ` = "x")` + "\n" + `{"a": "` + names["context"] + `", "b": "` + wrong + `", "c": "` + names[variable] + `"}`
	s := mapped(`{}`)
	s.name, s.rule = "template with "+wrong, "template-name-unknown"
	s.api.Methods[0].Integration.RequestTemplates = jsonTemplate(text)
	return s
}

func (g generator) brokenPage() sample {
	s := withCORS()
	host := pick(g, words) + ".example"
	switch g.IntN(4) {
	case 0:
		s.rule, s.header[0] = "cors-origin-differs", "Origin: https://"+host
	case 1:
		s.rule, s = "cors-method-not-allowed", asking(s, pick(g, []string{"DELETE", "PATCH"}))
		s.rule = "cors-method-not-allowed"
	case 2:
		s = asking(s, "PUT", "content-type", "x-"+pick(g, words))
		s.rule = "cors-request-header-not-allowed"
	case 3:
		s.rule = "mapped-cors-several-origins"
		s.api.Methods[0].Integration.Responses[0].Parameters[0].Source = "'https://shop.example, https://" + host + "'"
	}
	s.name = "page " + strings.Join(s.header, "; ")
	return s
}

// brokenEvent has a template that leaves out one character of JSON.
func (g generator) brokenEvent() sample {
	text := marshal(g.object(1))
	for {
		i := g.IntN(len(text))
		broken := text[:i] + text[i+1:]
		if strings.ContainsAny(text[i:i+1], `{}[]":,`) && !json.Valid([]byte(broken)) {
			s := mapped(`{}`)
			s.name, s.rule = "event "+broken, "event-not-json"
			s.api.Methods[0].Integration.RequestTemplates = jsonTemplate(broken)
			return s
		}
	}
}

func (g generator) brokenFunction() sample {
	e := pick(g, endings())
	s := proxied("")
	if g.IntN(2) == 0 {
		s = mapped("")
	}
	s.name, s.rule, s.result, s.runtime = "function: "+e.name, e.rule, e.result, e.runtime
	return s
}

func (g generator) otherDoor() sample {
	if g.IntN(2) == 0 {
		s := proxied(marshal(g.object(2)))
		s.name, s.rule = "no envelope: "+string(s.result.Payload), "missing-envelope"
		return s
	}
	s := mapped(marshal(g.envelope()))
	s.name, s.rule = "an envelope: "+string(s.result.Payload), "proxy-off-for-envelope"
	return s
}

// goodSample returns a request without a mistake.
func (g generator) goodSample() sample {
	switch g.IntN(4) {
	case 0:
		return proxied(marshal(g.envelope()))
	case 1:
		return mapped(marshal(g.value(2)))
	case 2:
		s := mapped("")
		s.result = failedWith(pick(g, []string{"[BadRequest] ", "[NotFound] ", "Internal "}) + pick(g, words))
		return s
	}
	s := withCORS()
	s.result = returned(marshal(g.object(2)))
	if g.IntN(2) == 0 {
		s = asking(s, pick(g, []string{"GET", "PUT", "POST"}), "content-type")
	}
	return s
}

func TestNothingIsSaidOfGeneratedGoodResponses(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(*seed, 1))}
	for range *generated {
		s := g.goodSample()
		s.name = "generated: " + s.method + " " + string(s.result.Payload)
		s.check(t)
	}
}

func TestTheFirstFindingIsTheCauseOfGeneratedMistakes(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(*seed, 0))}
	labels := map[string]int{}
	for range *generated {
		s := g.sample()
		s.check(t)
		labels[s.rule]++
	}
	t.Logf("%d generated requests with %d causes, seed %d", *generated, len(labels), *seed)
}
