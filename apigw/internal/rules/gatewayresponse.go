package rules

// gatewayResponseRules are about the responses that the gateway makes itself.
func gatewayResponseRules() []Rule {
	return []Rule{
		{
			ID:       "gateway-response-type-unknown",
			Kind:     Notice,
			Title:    "There is no gateway response of the type {type}: it changes nothing.",
			Gateway:  "It refuses a type that it does not know.",
			Fix:      "Write one of the types in the developer guide, such as DEFAULT_4XX.",
			Evidence: Documented,
			Source:   apiGatewayGuide + "supported-gateway-response-types.html",
		},
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
		{
			ID:       "origin-taken-as-http2",
			Kind:     Difference,
			Title:    "A gateway response maps method.request.header.origin: the browser sent Origin over HTTP/1.1 here, which counts as the origin that it sends over HTTP/2 to AWS.",
			Gateway:  "Browsers speak HTTP/2 with it, where names of headers are in small letters; letters count in mappings.",
			Fix:      "Nothing is to be done. A client that speaks HTTP/1.1 with AWS and writes Origin gets no such header.",
			Evidence: Assumed,
			Source:   "https://www.rfc-editor.org/rfc/rfc9113.html#section-8.2 (names of fields); " + guideMappings + " (names are case-sensitive)",
		},
		{
			ID:       "origin-of-http1-mapped",
			Kind:     Difference,
			Title:    "A gateway response maps method.request.header.{name}, which is empty for browsers on AWS: over HTTP/2 they send origin.",
			Gateway:  "Browsers speak HTTP/2 with it, where names of headers are in small letters; letters count in mappings. The header is not set.",
			Fix:      "Map method.request.header.origin, in small letters.",
			Evidence: Assumed,
			Source:   "https://www.rfc-editor.org/rfc/rfc9113.html#section-8.2 (names of fields); " + guideMappings + " (names are case-sensitive)",
		},
	}
}
