package assembly

import (
	"fmt"

	"example.com/apigw/internal/assembly/cloudassembly"
	"example.com/apigw/internal/assembly/template"
	"example.com/apigw/internal/rules"
)

// apart reads the resources of stacks. Stacks that are bound to no account, and have
// functions of one name, cannot be deployed to the same account and region: each of
// their groups gets an account of its own.
func apart(stacks []*cloudassembly.Stack, o template.Options) (*template.App, *resources, error) {
	o.Accounts = map[int]string{}
	var notices []Notice
	for {
		app, err := template.New(stacks, o)
		if err != nil {
			return nil, nil, err
		}
		found := collect(app)
		moved := found.sharedName()
		if moved == nil || o.Accounts[moved.Group] != "" {
			found.notices = append(found.notices, notices...)
			return app, found, nil
		}
		account := otherAccount(len(o.Accounts) + 1)
		o.Accounts[moved.Group] = account
		notices = append(notices, NewNotice(moved.DisplayName, rules.Of("stack-apart", "stack", moved.DisplayName, "account", account)))
	}
}

// otherAccount returns the number of an account other than the usual one.
func otherAccount(n int) string { return fmt.Sprintf("123456%06d", 789012+n) }

// sharedName returns a stack that has a function of the name of another group's, and
// is bound to no account; nil if there is none.
func (c *resources) sharedName() *template.Stack {
	owners := map[string]*template.Stack{} // by ARN
	for _, r := range c.functions {
		name, err := r.Name()
		if err != nil {
			continue // whoever needs the name says so
		}
		arn, _ := r.Stack.FunctionARN(name)
		owner := owners[arn]
		switch {
		case owner == nil:
			owners[arn] = r.Stack
		case owner.Group == r.Stack.Group:
		case !r.Stack.Bound:
			return r.Stack
		case !owner.Bound:
			return owner
		}
	}
	return nil
}
