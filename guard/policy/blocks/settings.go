package blocks

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"blastguard/guard"
)

// Settings are what guard.hcl may say. The zero Settings deny what nothing
// governs; DefaultSettings ask.
type Settings struct {
	// Unmatched is the effect of a command that no policy governs and that is
	// not known to have no lasting effect: Allow, Confirm or Deny.
	Unmatched guard.Effect `json:"unmatched"`
	// Audit is the path of the log; "" for the usual place.
	Audit string `json:"audit,omitempty"`
}

// DefaultSettings are those without a guard.hcl.
func DefaultSettings() Settings { return Settings{Unmatched: guard.Confirm} }

// LoadSettings reads guard.hcl. With an error, the settings deny.
func LoadSettings(file guard.PolicyFile) (Settings, Diagnostics) {
	l := newLoader(nil)
	l.sources[file.Path] = file.Content
	if !l.checkLimits(file.Path, file.Content) {
		return Settings{}, l.sorted()
	}
	parsed, diags := hclsyntax.ParseConfig([]byte(file.Content), file.Path, hcl.InitialPos)
	l.hcl(diags)
	if diags.HasErrors() || parsed == nil {
		return Settings{}, l.sorted()
	}
	settings := DefaultSettings()
	attributes := l.decode(parsed.Body, &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "unmatched"}, {Name: "audit"}}}).Attributes
	if attribute := attributes["unmatched"]; attribute != nil {
		_ = settings.Unmatched.UnmarshalText([]byte(l.word(attribute, "deny", "confirm", "allow")))
	}
	settings.Audit = l.text(attributes["audit"])
	if l.list.HasErrors() {
		return Settings{}, l.sorted()
	}
	return settings, l.sorted()
}
