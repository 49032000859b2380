package blocks

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"blastguard/guard/policy/lang"
)

// Evaluate is what becomes of the expression in a scope. Secrets are masked in what is
// said of an error.
func (e *Expr) Evaluate(scope *hcl.EvalContext, sources lang.Sources, secrets []string) lang.Outcome {
	value, diags := e.Value(scope)
	if diags.HasErrors() {
		return e.unevaluated(diags, sources, secrets)
	}
	o := lang.Settle(value)
	if e.want != nil && o.State == lang.Known {
		if err := e.want.fits(o.Value); err != nil {
			return e.Failed(fmt.Sprintf("%s must be %s: %v", e.name, e.want.what, err))
		}
	}
	return o
}

// unevaluated is the outcome of an expression that HCL could not evaluate.
func (e *Expr) unevaluated(diags hcl.Diagnostics, sources lang.Sources, secrets []string) lang.Outcome {
	const most = 3 // of a list of thousands each may be another one
	var reasons []string
	at := e.Range()
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
		reasons = appendNew(reasons, sources.Explain(diag, secrets))
	}
	o := lang.Failed(reasons...)
	o.Pos = Pos(at)
	return o
}

// Failed is an expression whose value is not what is needed in its place.
func (e *Expr) Failed(reason string) lang.Outcome {
	o := lang.Failed(reason)
	if e != nil {
		o.Pos = Pos(e.Range())
	}
	return o
}
