package rules

// gatewayResponseRules are about the responses that the gateway makes itself.
func gatewayResponseRules() []Rule {
	return []Rule{
		{
			ID:       "gateway-response-header-invalid",
			Kind:     Notice,
			Title:    `The gateway response {type} does not set a header, since its parameter "{parameter}" is not one.`,
			Gateway:  "PutGatewayResponse refuses it.",
			Fix:      "Write gatewayresponse.header.NAME.",
			Evidence: Documented,
			Source:   apiGatewayGuide + "api-gateway-gatewayResponse-definition.html",
		},
		{
			ID:       "gateway-response-value-invalid",
			Kind:     Notice,
			Title:    `The gateway response {type} does not set a header, since its value "{value}" is not one.`,
			Gateway:  "PutGatewayResponse refuses it.",
			Fix:      "Write 'text' in single quotes, method.request.header.NAME, method.request.path.NAME, method.request.querystring.NAME, context.NAME or stageVariables.NAME.",
			Evidence: Documented,
			Source:   apiGatewayGuide + "api-gateway-gatewayResponse-definition.html",
		},
	}
}
