package security

import (
	"fmt"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"
)

// addTo leads the domain name to the API. All APIs of a stack share the name, each with
// its base path.
func (d *Domain) addTo(api awsapigateway.RestApi, options *Options) {
	if d == nil {
		return
	}
	stack := awscdk.Stack_Of(api)
	name := *api.RestApiName()
	path, chosen := d.BasePaths[name]
	if !chosen {
		path = name
	}
	const id = "Domain"
	settings := []string{d.Name, d.CertificateARN, d.HostedZoneID, options.tlsPolicy(), options.endpointAccessMode(), strconv.FormatBool(options.DualStack)}
	domain, ok := shared(stack, id, settings).(awsapigateway.CfnDomainName)
	if !ok {
		domain = d.newDomain(stack, id, options)
		share(domain, settings)
	}

	mapping := &awsapigateway.CfnBasePathMappingProps{
		DomainName: domain.Ref(),
		RestApiId:  api.RestApiId(),
		Stage:      api.DeploymentStage().StageName(),
	}
	if path != "" {
		mapping.BasePath = jsii.String(path)
	}
	if stack.Node().TryFindChild(jsii.String("BasePath-"+path)) != nil {
		panic(fmt.Errorf("security.Domain.BasePaths: two APIs have the path %q on %s: give each its own", path, d.Name))
	}
	awsapigateway.NewCfnBasePathMapping(stack, jsii.String("BasePath-"+path), mapping)
}

func (d *Domain) newDomain(stack awscdk.Stack, id string, options *Options) awsapigateway.CfnDomainName {
	endpoint := &awsapigateway.CfnDomainName_EndpointConfigurationProperty{Types: jsii.Strings("REGIONAL")}
	if options.DualStack {
		endpoint.IpAddressType = jsii.String("dualstack")
	}
	if arn := certificate.FindStringSubmatch(d.CertificateARN); arn != nil && !resolvedLater(*stack.Region()) && arn[1] != *stack.Region() {
		panic(fmt.Errorf("security.Domain.CertificateARN: the certificate is in %s and the API in %s, and a regional domain name needs it in its own region: request one in %[2]s", arn[1], *stack.Region()))
	}
	props := &awsapigateway.CfnDomainNameProps{
		DomainName:             jsii.String(d.Name),
		RegionalCertificateArn: jsii.String(d.CertificateARN),
		EndpointConfiguration:  endpoint,
		SecurityPolicy:         jsii.String(options.tlsPolicy()),
	}
	if mode := options.endpointAccessMode(); mode != "" {
		props.EndpointAccessMode = jsii.String(mode)
	}
	domain := awsapigateway.NewCfnDomainName(stack, jsii.String(id), props)
	awscdk.NewCfnOutput(stack, jsii.String("DomainTarget"), &awscdk.CfnOutputProps{
		Description: jsii.String("What " + d.Name + " must point to"),
		Value:       domain.AttrRegionalDomainName(),
	})

	kinds := []string{"A"}
	if options.DualStack {
		kinds = append(kinds, "AAAA") // for IPv6
	}
	for _, kind := range kinds {
		if d.HostedZoneID == "" {
			break
		}
		awscdk.NewCfnResource(stack, jsii.String(id+"Record"+kind), &awscdk.CfnResourceProps{
			Type: jsii.String("AWS::Route53::RecordSet"),
			Properties: &map[string]any{
				"HostedZoneId": d.HostedZoneID,
				"Name":         d.Name,
				"Type":         kind,
				"AliasTarget": map[string]any{
					"DNSName":      domain.AttrRegionalDomainName(),
					"HostedZoneId": domain.AttrRegionalHostedZoneId(),
				},
			},
		})
	}
	return domain
}
