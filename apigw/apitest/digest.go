package apitest

import (
	"example.com/apigw/internal/dev/synth"
)

// DigestFile is the name of the file, beside a committed cloud assembly, that
// holds the digest of what the assembly was made from.
const DigestFile = synth.DigestFile

// Digest returns the digest of what the templates of the app in the folder root
// are made from. A committed cloud assembly with the same digest is up to date,
// and is served without Node.js. The context is that of the assembly, as the CDK
// CLI's --context takes it: "lessons=true" for that of the lessons.
func Digest(root string, context ...string) (string, error) {
	return synth.Digest(root, context...)
}
