package security

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"
)

// everyRoute is the API that the policy belongs to, with all its routes. API Gateway
// fills in the rest of the ARN.
const everyRoute = "execute-api:/*"

// everyPreflight is the resource of the methods OPTIONS of the API.
const everyPreflight = "execute-api:/*/OPTIONS/*"

// policy returns the resource policy of the API, or nil if everybody may call from
// everywhere. A request needs one statement that allows it and none that denies it.
//
// Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
func (o *Options) policy() awsiam.PolicyDocument {
	if len(o.AllowedCIDRs)+len(o.DeniedCIDRs)+len(o.AllowedAccounts)+len(o.PrivateTo) == 0 {
		return nil
	}
	statements := []awsiam.PolicyStatement{statement(awsiam.Effect_ALLOW, o.callers(), everyRoute, nil)}
	if len(o.AllowedAccounts) > 0 {
		// Browsers do not sign preflights, which are therefore of no account.
		statements = append(statements, statement(awsiam.Effect_ALLOW, anybody(), everyPreflight, nil))
	}
	deny := func(operator, key string, values []string) {
		if len(values) > 0 {
			conditions := map[string]any{operator: map[string]any{key: values}}
			statements = append(statements, statement(awsiam.Effect_DENY, anybody(), everyRoute, &conditions))
		}
	}
	deny("NotIpAddress", "aws:SourceIp", o.AllowedCIDRs)
	deny("IpAddress", "aws:SourceIp", o.DeniedCIDRs)
	deny("StringNotEquals", "aws:SourceVpce", o.PrivateTo)
	return awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements})
}

// callers returns who may call: everybody, or the accounts and this one.
func (o *Options) callers() []awsiam.IPrincipal {
	if len(o.AllowedAccounts) == 0 {
		return anybody()
	}
	callers := []awsiam.IPrincipal{awsiam.NewAccountRootPrincipal()}
	for _, account := range o.AllowedAccounts {
		callers = append(callers, awsiam.NewAccountPrincipal(account))
	}
	return callers
}

func anybody() []awsiam.IPrincipal { return []awsiam.IPrincipal{awsiam.NewAnyPrincipal()} }

func statement(effect awsiam.Effect, principals []awsiam.IPrincipal, routes string, conditions *map[string]any) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Effect:     effect,
		Principals: &principals,
		Actions:    jsii.Strings("execute-api:Invoke"),
		Resources:  jsii.Strings(routes),
		Conditions: conditions,
	})
}
