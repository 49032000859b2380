// Package format lays policy files out in the canonical way. It stands apart
// from guard/policy because the library it needs costs time at start-up, which
// a guarded command must not pay.
package format

import "github.com/hashicorp/hcl/v2/hclwrite"

// Format is the file in canonical layout: indents, aligned equal signs, spaces.
// Nothing but white space changes. It only looks at tokens, so that it ends for
// any input; whether the file can be parsed at all, policy.CheckSyntax says
// before.
func Format(content []byte) []byte { return hclwrite.Format(content) }
