// Package format lays policy files out in the canonical way. It stands apart
// from guard/policy because the library it needs costs time at start-up, which
// a guarded command must not pay.
package format

import (
	"github.com/hashicorp/hcl/v2/hclwrite"

	"blastguard/guard"
	"blastguard/guard/policy"
)

// Format is the file in canonical layout: indents, aligned equal signs, spaces.
// Nothing but white space changes. A file that does not parse is returned as it
// is, with the problems.
func Format(file guard.PolicyFile) ([]byte, policy.Diagnostics) {
	if diags := policy.CheckSyntax(file); diags.HasErrors() {
		return file.Content, diags
	}
	return hclwrite.Format(file.Content), nil
}
