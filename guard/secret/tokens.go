package secret

import "strings"

// prefixes are the beginnings by which makers mark their tokens, with the least
// number of bytes that follow.
var prefixes = []struct {
	text string
	min  int
}{
	{"AKIA", 16}, {"ASIA", 16},
	{"ghp_", 20}, {"gho_", 20}, {"ghu_", 20}, {"ghs_", 20}, {"ghr_", 20}, {"github_pat_", 20},
	{"glpat-", 16}, {"gldt-", 16}, {"glrt-", 16}, {"glptt-", 16}, {"glcbt-", 16},
	{"xoxb-", 10}, {"xoxp-", 10}, {"xoxa-", 10}, {"xoxr-", 10}, {"xoxs-", 10}, {"xoxe-", 10}, {"xapp-", 10},
	{"sk_live_", 16}, {"rk_live_", 16}, {"sk-ant-", 16}, {"sk-proj-", 16},
	{"npm_", 30}, {"pypi-", 30}, {"hf_", 30}, {"AIza", 30}, {"ya29.", 20}, {"dop_v1_", 30}, {"hvs.", 20}, {"hvb.", 20}, {"hvr.", 20}, {"SG.", 40},
	{"AGE-SECRET-KEY-1", 30}, {"AGE-PLUGIN-", 40}, {"dapi", 32}, {"shpat_", 30}, {"sq0csp-", 30}, {"lin_api_", 30}, {"tfp_", 30}, {"rubygems_", 40}, {"cio", 30},
	{"dckr_pat_", 20}, {"gsk_", 30}, {"pul-", 30}, {"nvapi-", 30}, {"figd_", 30}, {"secret_", 40},
}

// findTokens finds tokens by their maker's prefix, JSON web tokens, bearer
// tokens and private keys.
func findTokens(found spans, s string) spans {
	for _, prefix := range prefixes {
		found = findRuns(found, s, prefix.text, func(run string) bool { return len(run)-len(prefix.text) >= prefix.min })
	}
	found = findRuns(found, s, "eyJ", isJWT)
	return findKeys(findBearers(found, s), s)
}

// findRuns finds words of token bytes that begin with prefix.
func findRuns(found spans, s, prefix string, ok func(string) bool) spans {
	for at, to := 0, 0; ; {
		i := strings.Index(s[at:], prefix)
		if i < 0 {
			return found
		}
		from := at + i
		to = max(to, from) // still inside the run of the last one, or a new one
		for to < len(s) && isTokenByte(s[to]) {
			to++
		}
		if (from == 0 || !isNameByte(s[from-1]) || s[from-1] == '-' || s[from-1] == '_') && ok(s[from:to]) {
			found = append(found, span{from, to})
		}
		at = from + len(prefix)
	}
}

func isTokenByte(c byte) bool { return isNameByte(c) || c == '.' }

func isJWT(run string) bool { return len(run) > 30 && strings.Count(run, ".") >= 2 }

func findBearers(found spans, s string) spans {
	lower := strings.ToLower(s)
	if len(lower) != len(s) {
		return found
	}
	for at := 0; ; {
		i := strings.Index(lower[at:], "bearer ")
		if i < 0 {
			return found
		}
		from := at + i + len("bearer ")
		to := from
		for to < len(s) && (isTokenByte(s[to]) || strings.IndexByte("+/=~", s[to]) >= 0) {
			to++
		}
		if to-from >= 16 {
			found = append(found, span{from, to})
		}
		at = from
	}
}

// findKeys finds the blocks of private keys, to their end or that of the text.
func findKeys(found spans, s string) spans {
	const mark = "PRIVATE KEY-----"
	for at := 0; ; {
		i := strings.Index(s[at:], mark)
		if i < 0 {
			return found
		}
		from := at + i + len(mark)
		at = from
		begin := strings.LastIndex(s[max(0, from-80):from], "-----BEGIN ")
		if begin < 0 {
			continue
		}
		to := len(s)
		if end := strings.Index(s[from:], "-----END "); end >= 0 {
			to = from + end
		}
		found = append(found, span{from, to})
		at = to
	}
}
