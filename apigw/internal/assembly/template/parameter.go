package template

import (
	"strings"
)

// pseudoParameter returns the value of a parameter that CloudFormation sets.
func (s *Stack) pseudoParameter(name string, at place) (any, error) {
	switch name {
	case "AWS::AccountId":
		return s.Account, nil
	case "AWS::Region":
		return s.Region, nil
	case "AWS::Partition":
		return s.Partition, nil
	case "AWS::URLSuffix":
		return urlSuffix(s.Partition), nil
	case "AWS::StackName":
		return s.Name, nil
	case "AWS::StackId":
		return s.arn("cloudformation", "stack/"+s.Name+"/"+uuid(s.seed, "stack")), nil
	case "AWS::NotificationARNs":
		return []any{}, nil
	case "AWS::NoValue":
		return noValue{}, nil
	}
	return nil, at.errorf("there is no pseudo parameter %s: check its spelling", name)
}

func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

func urlSuffix(partition string) string {
	if partition == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// parameter returns the value of a parameter of the template: a text, or a list of
// texts if its type is a list.
func (s *Stack) parameter(name string, at place) (any, error) {
	p := s.doc.Parameters[name]
	value, found, err := s.givenValue(name)
	if err != nil {
		return nil, err
	}
	fromStore := strings.HasPrefix(p.Type, "AWS::SSM::Parameter::Value<")
	switch {
	case found:
	case fromStore:
		value = "ssm-" + strings.ToLower(suffix(s.seed, name))
	case p.Default != nil:
		if value, err = scalar(p.Default, place{stack: s, path: "Parameters." + name + ".Default"}); err != nil {
			return nil, err
		}
	case s.app.options.Strict && s.parent != nil:
		return nil, at.errorf("parameter %q has no value: give it one under Parameters of resource %s, or a Default", name, s.parent.LogicalID)
	case s.app.options.Strict:
		return nil, at.errorf("parameter %q has no value: give it one with --parameters %s=VALUE (or %s=VALUE), or a Default in the template", name, name, s.Name+":"+name)
	default:
		value = s.placeholder(Missing{Name: s.parameterName(name)})
		if permitted, ok := p.permitted(); ok {
			if value, err = scalar(permitted, place{stack: s, path: "Parameters." + name}); err != nil {
				return nil, err
			}
		}
	}
	if p.Type != "CommaDelimitedList" && !strings.Contains(p.Type, "List<") {
		return value, nil
	}
	list := []any{}
	if value != "" {
		for _, element := range strings.Split(value, ",") {
			list = append(list, strings.TrimSpace(element))
		}
	}
	return list, nil
}

// parameterName returns the name by which a parameter can be given: with that of the
// stack if another stack has one of the same name.
func (s *Stack) parameterName(name string) string {
	for _, other := range s.app.Stacks {
		if _, has := other.doc.Parameters[name]; has && other != s && other.parent == nil {
			return s.Name + ":" + name
		}
	}
	return name
}

// givenValue returns the value of a parameter from outside of the template: from the
// parent of a nested stack, the options, or the manifest.
func (s *Stack) givenValue(name string) (value string, found bool, err error) {
	given := s.app.options.Parameters
	if s.parent != nil {
		if value, found, err = s.fromParent(name); found || err != nil {
			return value, found, err
		}
		value, found = given[name]
		return value, found, nil
	}
	if value, found = given[s.Name+":"+name]; found {
		return value, true, nil
	}
	if value, found = given[s.DisplayName+":"+name]; found {
		return value, true, nil
	}
	if value, found = given[name]; found {
		return value, true, nil
	}
	value, found = s.given[name]
	return value, found, nil
}

func (s *Stack) fromParent(name string) (value string, found bool, err error) {
	at := s.parent.at("Parameters").in(name)
	parameters, _ := s.parent.Properties["Parameters"].(map[string]any)
	raw, ok := parameters[name]
	if !ok {
		return "", false, nil
	}
	resolved, err := s.parent.Stack.resolve(raw, at)
	if err != nil {
		return "", false, err
	}
	switch v := resolved.(type) {
	case noValue:
		return "", false, nil
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			if parts[i], err = scalar(e, at); err != nil {
				return "", false, err
			}
		}
		return strings.Join(parts, ","), true, nil
	}
	value, err = scalar(resolved, at)
	return value, err == nil, err
}
