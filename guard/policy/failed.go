package policy

import (
	"github.com/hashicorp/hcl/v2"

	"blastguard/guard/policy/lang"
)

// fail is the outcome of an expression that HCL could not evaluate.
func (s *Set) fail(x *expr, diags hcl.Diagnostics, secrets []string) lang.Outcome {
	const most = 3 // of a list of thousands each may be another one
	var reasons []string
	at := x.Range()
	for _, diag := range diags {
		if diag.Severity != hcl.DiagError {
			continue
		}
		if len(reasons) == 0 && diag.Subject != nil {
			at = *diag.Subject
		}
		if len(reasons) == most {
			reasons = append(reasons, "and more")
			break
		}
		reasons = appendNew(reasons, s.sources.Explain(diag, secrets))
	}
	o := lang.Failed(reasons...)
	o.Pos = pos(at)
	return o
}

// failed is an expression whose value is not what is needed in its place.
func (e *expr) failed(reason string) lang.Outcome {
	o := lang.Failed(reason)
	if e != nil {
		o.Pos = pos(e.Range())
	}
	return o
}
