package devtest

import (
	"strings"
	"testing"

	"example.com/apigw/internal/dev/synth"
)

// The files of the lessons that tests change.
const (
	LessonFile          = "lessons/plain/lesson.json"
	BrokenFile          = "lessons/plain/broken/main.go"
	LessonsTemplateFile = "lessons/stack/L.template.json"
	lessonsManifest     = `{"version": "54.0.0", "artifacts": {"L": {"type": "aws:cloudformation:stack",
  "environment": "aws://unknown-account/unknown-region", "properties": {"templateFile": "L.template.json"}}}}`
)

const lesson = `{
  "title": "The function returns plain JSON",
  "answers": ["Q"],
  "door": "proxy",
  "symptom": "The client sees 502.",
  "why": "The result is not a proxy response.\n\nIt needs a ` + "`body`" + `.",
  "request": {"method": "GET", "path": "?name=Ada"},
  "variants": [
    {"name": "broken", "language": "go", "route": "/lessons/plain/broken", "source": "broken/main.go",
     "expect": {"status": 502, "headers": {"Content-Type": "application/json", "Location": null}, "body": "{\"message\": \"Internal server error\"}",
       "log": ["Malformed Lambda proxy response"], "rule": "missing-envelope"}},
    {"name": "fixed", "language": "go", "route": "/lessons/plain/fixed", "source": "fixed/main.go",
     "expect": {"status": 200, "body": "one", "bodyContains": "n", "log": ["Successfully completed execution"], "rule": ""}},
    {"name": "broken", "language": "javascript", "route": "/lessons/plain/broken-javascript", "source": "javascript/broken/index.js",
     "expect": {"status": 502}}
  ],
  "predict": {"question": "What does the client see?", "choices": ["200", "502"], "answer": 1, "because": "The shape counts."},
  "exercise": {"text": "Let it say two.", "edit": "broken/main.go", "expect": {"status": 200, "body": "two"}, "hint": "It needs a body."}
}
`

// NewWithLessons writes an app with lessons, whose snapshot is up to date: one lesson,
// the function of which returns plain JSON, and the same function mended.
func NewWithLessons(t testing.TB) App {
	t.Helper()
	a := New(t)
	a.Write(t, "cdk.json", `{"app": "case \"$CDK_CONTEXT_JSON\" in *lessons*) cp lessons/stack/* \"$CDK_OUTDIR\";; *) cp stacks/* \"$CDK_OUTDIR\";; esac"}`)
	a.Write(t, "lessons/lessons.json", `{"chapters": [{"title": "Results", "lessons": ["plain"]}]}`)
	a.Write(t, LessonFile, lesson)
	a.Return(t, `{"hello":"one"}`)
	a.Write(t, "lessons/plain/fixed/main.go", Returning(`{"statusCode":200,"headers":{"Content-Type":"text/plain"},"body":"one"}`))
	a.Write(t, "lessons/plain/javascript/broken/index.js", "exports.handler = async () => ({ hello: 'one' });\n")
	for _, folder := range []string{"lessons/stack/", synth.LessonsSnapshot + "/"} {
		a.Write(t, folder+"manifest.json", lessonsManifest)
		a.Write(t, folder+"L.template.json", lessonsTemplate())
	}
	digest, err := synth.Digest(string(a), synth.LessonsContext)
	if err != nil {
		t.Fatal(err)
	}
	a.Write(t, synth.LessonsSnapshot+"/"+synth.DigestFile, digest+"\n")
	return a
}

// Return changes what the broken function of the lesson returns, as JSON.
func (a App) Return(t testing.TB, result string) {
	t.Helper()
	a.Write(t, BrokenFile, Returning(result))
}

// Returning returns the source of a function that returns a result, as JSON.
func Returning(result string) string {
	return strings.Replace(function, `"{\"body\":\"" + answer + "\"}"`, "`"+result+"`", 1)
}

// lessonsTemplate returns a template with an API "lessons", whose stage is "prod".
func lessonsTemplate() string {
	var text, methods strings.Builder
	text.WriteString(`{"Resources": {
  "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "lessons"}},
  "Lessons": {"Type": "AWS::ApiGateway::Resource", "Properties": {"RestApiId": {"Ref": "Api"}, "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "PathPart": "lessons"}},
  "Plain": {"Type": "AWS::ApiGateway::Resource", "Properties": {"RestApiId": {"Ref": "Api"}, "ParentId": {"Ref": "Lessons"}, "PathPart": "plain"}},
`)
	for _, f := range []struct{ id, part, about string }{
		{"Broken", "broken", `"Metadata": {"go:package": "./lessons/plain/broken"}, "Properties": {"Runtime": "provided.al2023", "Handler": "bootstrap",`},
		{"Fixed", "fixed", `"Metadata": {"go:package": "./lessons/plain/fixed"}, "Properties": {"Runtime": "provided.al2023", "Handler": "bootstrap",`},
		{"Script", "broken-javascript", `"Properties": {"Runtime": "nodejs22.x", "Handler": "index.handler",`},
	} {
		text.WriteString(strings.NewReplacer("ID", f.id, "PART", f.part, "ABOUT", f.about).Replace(`  "ID": {"Type": "AWS::ApiGateway::Resource", "Properties": {"RestApiId": {"Ref": "Api"}, "ParentId": {"Ref": "Plain"}, "PathPart": "PART"}},
  "GetID": {"Type": "AWS::ApiGateway::Method", "Properties": {
    "RestApiId": {"Ref": "Api"}, "ResourceId": {"Ref": "ID"}, "HttpMethod": "GET", "AuthorizationType": "NONE",
    "Integration": {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST",
      "Uri": {"Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${FunctionID.Arn}/invocations"}}}},
  "FunctionID": {"Type": "AWS::Lambda::Function", ABOUT
    "FunctionName": "lesson-PART", "Role": "arn:aws:iam::123456789012:role/r", "Code": {"S3Bucket": "b", "S3Key": "k.zip"}}},
  "PermissionID": {"Type": "AWS::Lambda::Permission", "Properties": {
    "Action": "lambda:InvokeFunction", "FunctionName": {"Ref": "FunctionID"}, "Principal": "apigateway.amazonaws.com"}},
`))
		methods.WriteString(`, "Get` + f.id + `"`)
	}
	text.WriteString(`  "Deployment": {"Type": "AWS::ApiGateway::Deployment", "DependsOn": [` + methods.String()[2:] + `], "Properties": {"RestApiId": {"Ref": "Api"}}},
  "Stage": {"Type": "AWS::ApiGateway::Stage", "Properties": {"RestApiId": {"Ref": "Api"}, "DeploymentId": {"Ref": "Deployment"}, "StageName": "prod"}}
}}`)
	return text.String()
}
