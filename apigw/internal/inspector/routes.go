package inspector

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/tabwriter"

	"example.com/apigw/internal/gateway"
	"example.com/apigw/internal/gateway/sigv4"
	"example.com/apigw/internal/rules"
)

// WriteRoutes writes a table of what is deployed, with a command to try for each
// stage. It is for people, and names functions by their packages or construct
// paths.
func WriteRoutes(w io.Writer, deployed []gateway.Deployed) {
	if len(deployed) == 0 {
		fmt.Fprintln(w, "This app has no REST API with a stage.")
		return
	}
	for i, d := range deployed {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, rules.Printable(fmt.Sprintf("%s, stage %s", d.Name, d.Stage)))
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, r := range d.Routes {
			line := fmt.Sprintf("  %s\t%s\t%s", r.Method, r.Path, r.Integration)
			if rest := strings.Join(remarks(r), ", "); rest != "" {
				line += "\t" + rest
			}
			fmt.Fprintln(table, rules.Printable(line))
		}
		table.Flush()
		for _, key := range d.APIKeys {
			fmt.Fprintln(w, rules.Printable(fmt.Sprintf("  API key %s: %s", key.Name, key.Value)))
		}
		if try := curl(d); try != "" {
			fmt.Fprintln(w, "  "+rules.Printable(try))
		}
		for _, address := range d.Domains {
			fmt.Fprintln(w, "  "+rules.Printable(address+" leads here too: "+curlDomain(d, address)))
		}
	}
}

// remarks returns what there is to say of a route besides its integration.
func remarks(r gateway.Route) (list []string) {
	if name := cmp.Or(r.Source, r.Function); name != "" {
		list = append(list, name)
	}
	switch r.Authorization {
	case "", "NONE":
	case "AWS_IAM":
		list = append(list, "signed (IAM)")
	case "CUSTOM":
		list = append(list, "authorizer "+r.Authorizer)
	default:
		list = append(list, strings.TrimSpace(r.Authorization+" "+r.Authorizer))
	}
	if r.APIKeyRequired {
		list = append(list, "API key")
	}
	if r.Reason != "" {
		list = append(list, "responds with 501")
	}
	return list
}

// curlDomain returns the command of [curl] for a URL of a custom domain name.
func curlDomain(d gateway.Deployed, address string) string {
	name, path, _ := strings.Cut(strings.TrimPrefix(address, "https://"), "/")
	here, err := url.Parse(d.URL)
	if err != nil {
		return address
	}
	here.Path, here.RawPath = "", ""
	d.URL = strings.TrimSuffix(here.String()+"/"+path, "/")
	return strings.Replace(cmp.Or(curl(d), "curl "+quoted(d.URL)), "curl ", "curl --header "+quoted("Host: "+name)+" ", 1)
}

// curl returns a command that calls the plainest route: one that works here before
// others, GET before others, and without path parameters before others.
func curl(d gateway.Deployed) string {
	var best gateway.Route
	rank := func(r gateway.Route) int {
		n := strings.Count(r.Path, "{")
		if r.Method != "GET" && r.Method != "ANY" {
			n += 10
		}
		if r.Reason != "" {
			n += 100
		}
		return n
	}
	for _, r := range d.Routes {
		if r.Method != "OPTIONS" && (best.Method == "" || rank(r) < rank(best)) {
			best = r
		}
	}
	if best.Method == "" {
		return ""
	}
	command := []string{"curl"}
	switch best.Method {
	case "GET", "ANY":
	case "HEAD":
		command = append(command, "--head")
	default:
		command = append(command, "-X", best.Method, "--header", quoted("Content-Type: application/json"), "--data", "'{}'")
	}
	if best.APIKeyRequired && len(d.APIKeys) > 0 {
		command = append(command, "--header", quoted("x-api-key: "+d.APIKeys[0].Value))
	}
	if best.Authorization == "AWS_IAM" {
		who := sigv4.Local()
		command = append(command, "--aws-sigv4", quoted("aws:amz:"+d.Region+":execute-api"), "--user", quoted(who.AccessKeyID+":"+who.SecretAccessKey))
	}
	path := strings.NewReplacer("{", "", "+}", "", "}", "").Replace(best.Path)
	return strings.Join(append(command, quoted(d.URL+path)), " ")
}

// quoted returns a word of a command as shells read it: in single quotes where a
// character means something to them.
func quoted(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.,/:@%+=", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
