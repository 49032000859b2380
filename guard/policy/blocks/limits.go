package blocks

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"blastguard/guard/policy/lang"
)

// The parser and the evaluator of HCL recurse without bound, so tokens are
// counted before either sees them.
const (
	maxFile      = 1 << 20 // bytes
	maxOpen      = 64      // brackets and templates open at once
	maxSigns     = 16      // ! and - in a row
	maxOperators = 1000    // in one attribute
)

// checkLimits reports whether the file may be parsed. It stops at the first
// problem: a file that is too deep is not looked at any further.
func (p *problems) checkLimits(file string, content string) bool {
	start := hcl.Range{Filename: file, Start: hcl.InitialPos, End: hcl.InitialPos}
	switch {
	case len(content) > maxFile:
		p.errorf(start, "split the file", "the file has %d bytes, at most %d are read", len(content), maxFile)
		return false
	case strings.IndexByte(content, 0) >= 0:
		p.errorf(start, "policy files are text", "the file has a NUL byte")
		return false
	}
	tokens, diags := hclsyntax.LexConfig([]byte(content), file, hcl.InitialPos)
	if diags.HasErrors() {
		p.hcl(diags)
		return false
	}
	var count counter
	for _, token := range tokens {
		if problem := count.next(token); problem != "" {
			p.errorf(token.Range, "write it as several locals or rules", "%s", problem)
			return false
		}
	}
	return true
}

// counter counts what makes the parser recurse.
type counter struct {
	open      []hclsyntax.TokenType
	signs     int
	operators int
}

func (c *counter) next(token hclsyntax.Token) string {
	c.bracket(token.Type)
	c.sign(token.Type)
	if isOperator(token.Type) {
		c.operators++
	}
	if token.Type == hclsyntax.TokenNewline && c.endsAttribute() {
		c.operators = 0
	}
	switch {
	case token.Type == hclsyntax.TokenTemplateControl:
		return "template directives (%{ … }) are no part of the language"
	case len(c.open) > maxOpen:
		return fmt.Sprintf("more than %d brackets or templates inside each other", maxOpen)
	case c.signs > maxSigns:
		return fmt.Sprintf("more than %d signs in a row", maxSigns)
	case c.operators > maxOperators:
		return fmt.Sprintf("more than %d operators in one attribute", maxOperators)
	case token.Type == hclsyntax.TokenNumberLit && !lang.PlainNumber(string(token.Bytes)):
		return fmt.Sprintf("a number with more than %d digits or an exponent over %d", lang.MaxDigits, lang.MaxExponent)
	}
	return ""
}

func (c *counter) bracket(kind hclsyntax.TokenType) {
	switch kind {
	case hclsyntax.TokenOBrace, hclsyntax.TokenOParen, hclsyntax.TokenOBrack, hclsyntax.TokenOQuote,
		hclsyntax.TokenOHeredoc, hclsyntax.TokenTemplateInterp:
		c.open = append(c.open, kind)
	case hclsyntax.TokenCBrace, hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenCQuote,
		hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
		c.open = c.open[:max(0, len(c.open)-1)]
	}
}

func (c *counter) sign(kind hclsyntax.TokenType) {
	switch kind {
	case hclsyntax.TokenBang, hclsyntax.TokenMinus:
		c.signs++
	case hclsyntax.TokenNewline, hclsyntax.TokenComment:
	default:
		c.signs = 0
	}
}

// endsAttribute: a newline ends an attribute unless it stands in brackets where
// newlines mean nothing.
func (c *counter) endsAttribute() bool {
	return len(c.open) == 0 || c.open[len(c.open)-1] == hclsyntax.TokenOBrace
}

func isOperator(kind hclsyntax.TokenType) bool {
	switch kind {
	case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenPlus, hclsyntax.TokenStar,
		hclsyntax.TokenSlash, hclsyntax.TokenPercent, hclsyntax.TokenAnd, hclsyntax.TokenOr,
		hclsyntax.TokenEqualOp, hclsyntax.TokenNotEqual, hclsyntax.TokenLessThan, hclsyntax.TokenLessThanEq,
		hclsyntax.TokenGreaterThan, hclsyntax.TokenGreaterThanEq, hclsyntax.TokenQuestion,
		hclsyntax.TokenOBrack, hclsyntax.TokenOParen:
		return true
	default:
		return false
	}
}
