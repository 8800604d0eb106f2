// Command local runs this app on your machine, without AWS and without Docker:
//
//	go run ./local        serve the app, and take over what changes
//	go run ./local -h     everything else that it does
package main

import "example.com/apigw/cli"

func main() { cli.Main() }
