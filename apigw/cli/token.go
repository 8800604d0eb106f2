package cli

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/apigw/internal/assembly"
	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/gateway/userpool"
)

func tokenVerb() verb {
	return verb{name: "token", synopsis: "token [flags]", define: defineToken, help: `  prints a token for methods behind a Cognito user pool, signed by a key of this folder,
  which the local gateway accepts for the user pools of the app and AWS does not. Send it
  as the header Authorization.

  --claim NAME=VALUE      a claim, such as sub=ada or cognito:groups=["admin"]; a value
                          that is JSON is taken as such, and others are texts
  --scope SCOPE           make an access token with this scope, for methods that have
                          scopes; without it the token is an identity token
  --pool ID               the user pool, if the app has several
  --client ID             the app client (local-client)
  --expires DURATION      how long it is valid (1h)
` + appHelp}
}

// tokenFlags is the command line of token.
type tokenFlags struct {
	app          appFlags
	claims       map[string]any
	scopes       []string
	pool, client string
	lifetime     time.Duration
}

func defineToken(set *flag.FlagSet) action {
	f := &tokenFlags{claims: map[string]any{}}
	f.app.add(set)
	pairVar(set, "claim", func(name, value string) error {
		var parsed any
		if json.Unmarshal([]byte(value), &parsed) != nil {
			parsed = value
		}
		f.claims[name] = parsed
		return nil
	})
	set.Func("scope", "", func(scope string) error { f.scopes = append(f.scopes, strings.Fields(scope)...); return nil })
	set.StringVar(&f.pool, "pool", "", "")
	set.StringVar(&f.client, "client", "local-client", "")
	f.lifetime = time.Hour
	set.Func("expires", "", func(text string) (err error) {
		if f.lifetime, err = time.ParseDuration(text); err != nil {
			return errors.New("expected a duration such as 90s, 15m or 1h30m")
		}
		return nil
	})
	return f.token
}

func (f *tokenFlags) token(ctx context.Context, t *terminal, args []string) error {
	if err := noArguments("token", args); err != nil {
		return err
	}
	app, err := f.app.app(showTo(t.err))
	if err != nil {
		return err
	}
	a, err := app.Read(ctx)
	if err != nil {
		return err
	}
	issuer, err := issuerIn(a, f.pool)
	if err != nil {
		return err
	}
	key, err := userpool.OwnKey(dev.UserPoolKeyFile(app.Root))
	if err != nil {
		return fmt.Errorf("the key for tokens: %w", err)
	}
	if len(f.scopes) > 0 {
		f.claims["scope"] = strings.Join(f.scopes, " ")
	}
	token, err := userpool.Token{
		Issuer: issuer, ClientID: f.client, Access: len(f.scopes) > 0, Lifetime: f.lifetime, Claims: f.claims,
	}.Sign(key, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintln(t.out, token)
	return nil
}

// issuerIn returns the issuer of the user pool of an app that has an id, or of its only
// one.
func issuerIn(a *assembly.Assembly, id string) (string, error) {
	var found, all []string
	for _, api := range a.APIs {
		for _, m := range api.Methods {
			if m.Authorizer == nil {
				continue
			}
			for _, arn := range m.Authorizer.ProviderARNs {
				issuer, err := userpool.IssuerOf(arn)
				if err != nil || slices.Contains(all, issuer) {
					continue
				}
				all = append(all, issuer)
				if id == "" || id == issuer || strings.HasSuffix(issuer, "/"+id) {
					found = append(found, issuer)
				}
			}
		}
	}
	switch {
	case len(all) == 0:
		return "", fmt.Errorf("no method of the app is behind a Cognito user pool: there is nothing that a token is for")
	case len(found) == 0:
		return "", usageError(fmt.Sprintf("--pool %s: the app's user pools are %s", id, strings.Join(all, ", ")))
	case len(found) > 1:
		return "", usageError("name the user pool with --pool: the app has " + strings.Join(all, ", "))
	}
	return found[0], nil
}
