package template

import (
	"reflect"
	"strconv"
	"strings"
)

// physicalID returns the value of a Ref to a resource.
func (s *Stack) physicalID(r *Resource, at place) (any, error) {
	switch r.Type {
	case "AWS::ApiGateway::RestApi", "AWS::ApiGateway::ApiKey":
		return r.ID(10, ""), nil
	case "AWS::Lambda::Version":
		arn, err := s.ownFunction(r)
		if err != nil {
			return nil, err
		}
		return arn + ":" + r.VersionNumber(), nil
	case "AWS::Lambda::Alias":
		arn, err := s.ownFunction(r)
		if err != nil {
			return nil, err
		}
		name, err := r.Name()
		return arn + ":" + name, err
	case "AWS::SNS::Topic", "AWS::StepFunctions::StateMachine", "AWS::SecretsManager::Secret",
		"AWS::IAM::ManagedPolicy", "AWS::Lambda::LayerVersion", nestedStack:
		return s.arnOf(r)
	case "AWS::SQS::Queue":
		name, err := r.Name()
		return "https://sqs." + s.Region + "." + urlSuffix(s.Partition) + "/" + s.Account + "/" + name, err
	case "AWS::KMS::Key", "AWS::Lambda::EventSourceMapping":
		return uuid(s.seed, r.LogicalID), nil
	case "AWS::Cognito::UserPool":
		return s.Region + "_" + r.ID(9, ""), nil
	case "AWS::Cognito::UserPoolClient":
		return r.ID(26, ""), nil
	case "AWS::Lambda::Url":
		return r.ResolveText("TargetFunctionArn")
	}
	if strings.HasPrefix(r.Type, "AWS::ApiGateway::") && nameProperty(r.Type) == "" {
		return r.ID(6, ""), nil
	}
	return r.Name()
}

// nameProperty returns the property that names a resource of that type; empty if
// there is none.
func nameProperty(resourceType string) string {
	switch resourceType {
	case "AWS::Lambda::Function":
		return "FunctionName"
	case "AWS::Logs::LogGroup":
		return "LogGroupName"
	case "AWS::IAM::Role":
		return "RoleName"
	case "AWS::IAM::User":
		return "UserName"
	case "AWS::IAM::ManagedPolicy":
		return "ManagedPolicyName"
	case "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable":
		return "TableName"
	case "AWS::S3::Bucket":
		return "BucketName"
	case "AWS::SQS::Queue":
		return "QueueName"
	case "AWS::SNS::Topic":
		return "TopicName"
	case "AWS::ApiGateway::Stage":
		return "StageName"
	case "AWS::ApiGateway::DomainName", "AWS::ApiGateway::DomainNameV2", "AWS::ApiGatewayV2::DomainName":
		return "DomainName"
	case "AWS::ApiGateway::Model", "AWS::Lambda::Alias", "AWS::Events::Rule", "AWS::Events::EventBus",
		"AWS::Kinesis::Stream", "AWS::SSM::Parameter", "AWS::SecretsManager::Secret":
		return "Name"
	case "AWS::StepFunctions::StateMachine":
		return "StateMachineName"
	case "AWS::KinesisFirehose::DeliveryStream":
		return "DeliveryStreamName"
	case "AWS::Lambda::LayerVersion":
		return "LayerName"
	case "AWS::ECR::Repository":
		return "RepositoryName"
	}
	return ""
}

// Name returns the name of the resource in the template, or a made-up one.
func (r *Resource) Name() (string, error) {
	if property := nameProperty(r.Type); property != "" {
		name, err := r.ResolveText(property)
		if err != nil || name != "" {
			return name, err
		}
	}
	name := r.madeUpName()
	switch r.Type {
	case "AWS::S3::Bucket":
		return strings.ToLower(name), nil
	case "AWS::ApiGateway::Model": // letters and digits only
		return r.LogicalID, nil
	}
	return name, nil
}

// ownFunction returns the ARN of the function that a version or an alias belongs
// to.
func (s *Stack) ownFunction(r *Resource) (string, error) {
	name, err := r.ResolveText("FunctionName")
	if err != nil {
		return "", err
	}
	if name == "" {
		return "", r.Errorf("FunctionName", "it is missing: name the function")
	}
	arn, _ := s.FunctionARN(name)
	return arn, nil
}

// VersionNumber returns the number of an AWS::Lambda::Version. Those of a function are
// counted in the order of their logical ids.
func (r *Resource) VersionNumber() string {
	n := 1
	for _, other := range r.Stack.resources {
		if other == r {
			break
		}
		if other.Type == r.Type && reflect.DeepEqual(other.Properties["FunctionName"], r.Properties["FunctionName"]) {
			n++
		}
	}
	return strconv.Itoa(n)
}

// attribute returns the value of Fn::GetAtt for a resource.
func (s *Stack) attribute(r *Resource, attribute string, at place) (any, error) {
	switch r.Type + " " + attribute {
	case "AWS::ApiGateway::RestApi RootResourceId":
		return r.RootResourceID(), nil
	case "AWS::Lambda::Version Version":
		return r.VersionNumber(), nil
	case "AWS::SQS::Queue QueueUrl":
		return s.physicalID(r, at)
	case "AWS::SSM::Parameter Value":
		return r.ResolveText("Value")
	case "AWS::DynamoDB::Table StreamArn", "AWS::DynamoDB::GlobalTable StreamArn":
		arn, err := s.arnOf(r)
		return arn + "/stream/2025-01-01T00:00:00.000", err
	case "AWS::Lambda::Version FunctionArn", "AWS::Lambda::Url FunctionArn", "AWS::Lambda::Alias AliasArn",
		"AWS::Cognito::UserPool UserPoolId", "AWS::SecretsManager::Secret Id":
		return s.physicalID(r, at)
	case "AWS::Lambda::Url FunctionUrl":
		return "https://" + r.ID(32, "url") + ".lambda-url." + s.Region + ".on.aws/", nil
	}
	switch {
	case strings.HasSuffix(attribute, "Arn"), strings.HasSuffix(attribute, "ARN"):
		return s.arnOf(r)
	case strings.HasPrefix(r.Type, "AWS::ApiGateway::") && strings.HasSuffix(attribute, "Id"):
		return s.physicalID(r, at)
	case strings.HasSuffix(attribute, "DomainName"), strings.HasSuffix(attribute, "Endpoint"), strings.HasSuffix(attribute, "Address"):
		return r.ID(14, attribute) + "." + service(r.Type) + "." + s.Region + "." + urlSuffix(s.Partition), nil
	case strings.HasSuffix(attribute, "Url"), strings.HasSuffix(attribute, "URL"):
		return "https://" + r.ID(14, attribute) + "." + service(r.Type) + "." + s.Region + "." + urlSuffix(s.Partition), nil
	case strings.HasSuffix(attribute, "Name") && nameProperty(r.Type) != "":
		return r.Name()
	}
	return r.ID(20, attribute), nil
}

// arnOf returns the ARN of a resource. It has the right form for the types that
// functions and APIs usually refer to, and a plausible one for all others.
func (s *Stack) arnOf(r *Resource) (string, error) {
	name, err := r.Name()
	if err != nil {
		return "", err
	}
	switch r.Type {
	case nestedStack:
		name = s.Name + "-" + r.LogicalID + "-" + suffix(s.seed, r.LogicalID)
		return s.arn("cloudformation", "stack/"+name+"/"+uuid(s.seed, r.LogicalID)), nil
	case "AWS::Lambda::Function":
		return s.arn("lambda", "function:"+name), nil
	case "AWS::Lambda::LayerVersion":
		return s.arn("lambda", "layer:"+name+":1"), nil
	case "AWS::Lambda::Version", "AWS::Lambda::Alias":
		arn, err := s.physicalID(r, place{stack: s, resource: r})
		if err != nil {
			return "", err
		}
		return arn.(string), nil
	case "AWS::Logs::LogGroup":
		return s.arn("logs", "log-group:"+name+":*"), nil
	case "AWS::SNS::Topic":
		return s.arn("sns", name), nil
	case "AWS::SQS::Queue":
		return s.arn("sqs", name), nil
	case "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable":
		return s.arn("dynamodb", "table/"+name), nil
	case "AWS::ApiGateway::DomainName", "AWS::ApiGatewayV2::DomainName":
		return "arn:" + s.Partition + ":apigateway:" + s.Region + "::/domainnames/" + name, nil
	case "AWS::S3::Bucket":
		return "arn:" + s.Partition + ":s3:::" + name, nil
	case "AWS::IAM::Role":
		return s.global("iam", "role/"+name), nil
	case "AWS::IAM::User":
		return s.global("iam", "user/"+name), nil
	case "AWS::IAM::ManagedPolicy":
		return s.global("iam", "policy/"+name), nil
	case "AWS::KMS::Key":
		return s.arn("kms", "key/"+uuid(s.seed, r.LogicalID)), nil
	case "AWS::StepFunctions::StateMachine":
		return s.arn("states", "stateMachine:"+name), nil
	case "AWS::SecretsManager::Secret":
		return s.arn("secretsmanager", "secret:"+name+"-"+r.ID(6, "")), nil
	case "AWS::Events::Rule":
		return s.arn("events", "rule/"+name), nil
	case "AWS::Events::EventBus":
		return s.arn("events", "event-bus/"+name), nil
	case "AWS::Kinesis::Stream":
		return s.arn("kinesis", "stream/"+name), nil
	case "AWS::KinesisFirehose::DeliveryStream":
		return s.arn("firehose", "deliverystream/"+name), nil
	case "AWS::SSM::Parameter":
		return s.arn("ssm", "parameter/"+strings.TrimPrefix(name, "/")), nil
	case "AWS::Cognito::UserPool":
		return s.arn("cognito-idp", "userpool/"+s.Region+"_"+r.ID(9, "")), nil
	}
	return s.arn(service(r.Type), name), nil
}

// global returns an ARN of a service that has no regions.
func (s *Stack) global(service, resource string) string {
	return "arn:" + s.Partition + ":" + service + "::" + s.Account + ":" + resource
}

// service returns the service of a resource type, as most ARNs have it.
func service(resourceType string) string {
	parts := strings.Split(resourceType, "::")
	if len(parts) < 2 || parts[0] != "AWS" {
		return "custom"
	}
	return strings.ToLower(parts[1])
}
