package interpreter

import (
	"os"
	"path/filepath"
	"strings"
)

// responders are the modules that code in a template finds, and code in assets does not
// (documented: "cfn-response module"): functions of custom resources respond with them.
var responders = map[string]struct{ word, text string }{
	filepath.Join("node_modules", "cfn-response.js"): {"cfn-response", `exports.SUCCESS = 'SUCCESS';
exports.FAILED = 'FAILED';
exports.send = (event, context, status, data, physicalId, noEcho) => {
  const log = 'See the details in CloudWatch Log Stream: ' + context.logStreamName;
  const body = JSON.stringify({
    Status: status, Reason: log, PhysicalResourceId: physicalId || context.logStreamName, StackId: event.StackId,
    RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId, NoEcho: noEcho || false, Data: data,
  });
  console.log('Response body:\n', body);
  const url = new URL(event.ResponseURL);
  const sent = require(url.protocol.slice(0, -1)).request(url, { method: 'PUT', headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) } }, (response) => {
    console.log('Status code: ' + response.statusCode);
    context.done?.();
  });
  sent.on('error', (error) => {
    console.log('send(..) failed: ' + error);
    context.done?.();
  });
  sent.end(body);
};
`},
	"cfnresponse.py": {"cfnresponse", `import json
import urllib.request

SUCCESS = "SUCCESS"
FAILED = "FAILED"


def send(event, context, responseStatus, responseData, physicalResourceId=None, noEcho=False, reason=None):
    body = json.dumps({
        "Status": responseStatus,
        "Reason": reason or "See the details in CloudWatch Log Stream: " + context.log_stream_name,
        "PhysicalResourceId": physicalResourceId or context.log_stream_name,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "NoEcho": noEcho,
        "Data": responseData,
    })
    print("Response body:")
    print(body)
    try:
        request = urllib.request.Request(event["ResponseURL"], body.encode(), {"content-type": ""}, method="PUT")
        with urllib.request.urlopen(request) as response:
            print("Status code:", response.status)
    except Exception as error:
        print("send(..) failed executing http.request(..):", error)
`},
}

// WriteResponder writes the module by which functions of custom resources respond to a
// folder, if code that is in a template names it.
func WriteResponder(folder, code string) error {
	for name, responder := range responders {
		if !strings.Contains(code, responder.word) {
			continue
		}
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(responder.text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
