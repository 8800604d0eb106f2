// Command apigw runs the REST APIs of any CDK app on your machine, without AWS
// and without Docker:
//
//	apigw --app cdk.out    serve a cloud assembly
//	apigw -h               everything else that it does
package main

import "example.com/apigw/cli"

func main() { cli.Main() }
