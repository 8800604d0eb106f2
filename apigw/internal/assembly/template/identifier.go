package template

import (
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"strings"
)

// Identifiers of resources are made up from the stack's name and the logical
// id, so that they stay the same from run to run.

// digest returns the hash that an identifier is cut from.
func digest(parts ...string) [sha256.Size]byte {
	return sha256.Sum256([]byte(strings.Join(parts, "\x00")))
}

// ID returns an identifier of so many lowercase letters and digits, at most 40, as
// API Gateway makes them.
func ID(length int, parts ...string) string {
	sum := digest(parts...)
	text := new(big.Int).SetBytes(sum[:]).Text(36)
	for len(text) < length {
		text += "0"
	}
	return text[len(text)-length:]
}

// suffix returns 12 letters and digits, with which CloudFormation ends names.
func suffix(parts ...string) string {
	return strings.ToUpper(ID(12, parts...))
}

func uuid(parts ...string) string {
	sum := digest(parts...)
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// ID returns an identifier of so many lowercase letters and digits for something that
// belongs to the resource, such as its own id (kind ""), or its root.
func (r *Resource) ID(length int, kind string) string {
	if kind == "" {
		return ID(length, r.Stack.seed, r.LogicalID)
	}
	return ID(length, r.Stack.seed, r.LogicalID, kind)
}

// RootResourceID returns the id of the resource / of a REST API.
func (r *Resource) RootResourceID() string { return r.ID(10, "root") }

// Lengths of the parts of a name that CloudFormation makes up: 64 characters
// are the most that a function's name may have.
const (
	maxStackPart   = 26
	maxLogicalPart = 24
)

// madeUpName returns a name as CloudFormation makes it: stack, logical id, suffix.
func (r *Resource) madeUpName() string {
	return cut(r.Stack.Name, maxStackPart) + "-" + cut(r.LogicalID, maxLogicalPart) + "-" + suffix(r.Stack.seed, r.LogicalID)
}

func cut(text string, length int) string {
	if len(text) > length {
		return text[:length]
	}
	return text
}

// arn returns an ARN in the stack's account and region.
func (s *Stack) arn(service, resource string) string {
	return "arn:" + s.Partition + ":" + service + ":" + s.Region + ":" + s.Account + ":" + resource
}

// FunctionARN completes what a property FunctionName may hold: a name, or an
// ARN. Both may end in a qualifier, which is split off.
func (s *Stack) FunctionARN(name string) (arn, qualifier string) {
	if parts := strings.Split(name, ":"); parts[0] == "arn" {
		if len(parts) == 8 {
			return strings.Join(parts[:7], ":"), parts[7]
		}
		return name, ""
	}
	// 123456789012:function:name is a name too.
	if _, after, ok := strings.Cut(name, ":function:"); ok {
		name = after
	}
	name, qualifier, _ = strings.Cut(name, ":")
	return s.arn("lambda", "function:"+name), qualifier
}
