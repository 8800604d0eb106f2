package metrics

import (
	"context"
	"strings"
)

// TraceID returns the id of the X-Ray trace that an invocation belongs to, such as
// 1-5759e988-bd862e3fe1be46a994272793: the one that API Gateway has in its access log as
// $context.xrayTraceId. It is empty if there is none.
func TraceID(ctx context.Context) string {
	header, _ := ctx.Value("x-amzn-trace-id").(string) // as aws-lambda-go names it
	for part := range strings.SplitSeq(header, ";") {
		if root, found := strings.CutPrefix(part, "Root="); found {
			return root
		}
	}
	return ""
}
