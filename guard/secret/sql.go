package secret

import "strings"

// findSQL finds the password of a statement: PASSWORD 'x', IDENTIFIED BY 'x', SET
// PASSWORD = 'x', PASSWORD('x'). The quote may be escaped by a shell.
func findSQL(found spans, s string) spans {
	lower := strings.ToLower(s)
	if len(lower) != len(s) {
		return found
	}
	for _, word := range []string{"password", "identified by", "identified with"} {
		for at := 0; ; {
			i := strings.Index(lower[at:], word)
			if i < 0 {
				break
			}
			at += i + len(word)
			if from, to, ok := quotedSQL(s, at); ok {
				found = append(found, span{from, to})
			}
		}
	}
	return found
}

// quotedSQL is the first quoted text after a place, if nothing but what may stand
// between stands before it.
func quotedSQL(s string, at int) (from, to int, ok bool) {
	const between = 60
	rest := s[at:min(len(s), at+between)]
	i := strings.IndexByte(rest, '\'')
	if i < 0 {
		return 0, 0, false
	}
	for _, word := range strings.Fields(strings.NewReplacer("(", " ", "=", " ", `\`, " ", `"`, " ").Replace(rest[:i])) {
		switch strings.ToLower(word) {
		case "to", "by", "with", "as", "using", "password", "encrypted", "mysql_native_password", "caching_sha2_password", "ed25519":
		default:
			return 0, 0, false
		}
	}
	if i == 0 { // password'x' is a name
		return 0, 0, false
	}
	from = at + i + 1
	if strings.HasPrefix(s[from:], `\''`) { // '\'' of a shell
		from += len(`\''`)
	}
	end := strings.IndexByte(s[from:], '\'')
	if end < 0 {
		return from, len(s), true
	}
	return from, from + end, end > 0
}

// findQuery finds what a URL carries as its key: ?sig=x, &X-Amz-Signature=x.
func findQuery(found spans, s string) spans {
	for i := 0; i < len(s); i++ {
		if s[i] != '?' && s[i] != '&' {
			continue
		}
		name, _, ok := strings.Cut(s[i+1:min(len(s), i+64)], "=")
		if !ok || !signs(name) {
			continue
		}
		from := i + 1 + len(name) + 1
		to := from
		for to < len(s) && !isSpace(s[to]) && !isQuote(s[to]) && s[to] != '&' && s[to] != '#' {
			to++
		}
		if to-from >= 8 {
			found = append(found, span{from, to})
		}
	}
	return found
}

// signs: a parameter of a URL that lets in whoever has it.
func signs(name string) bool {
	switch strings.ToLower(name) {
	case "sig", "signature", "x-amz-signature", "x-amz-security-token", "x-goog-signature", "key", "code", "auth":
		return true
	}
	return false
}

// hooks are the addresses of chat rooms: who knows one may write there. The secret is
// the last part of the path.
var hooks = []string{
	"hooks.slack.com/services/", "hooks.slack.com/workflows/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/",
	"outlook.office.com/webhook/", ".webhook.office.com/webhookb2/", "api.telegram.org/bot", "open.feishu.cn/open-apis/bot/v2/hook/", "hooks.zapier.com/hooks/catch/",
}

func findHooks(found spans, s string) spans {
	for _, hook := range hooks {
		for at := 0; ; {
			i := strings.Index(s[at:], hook)
			if i < 0 {
				break
			}
			from := at + i + len(hook)
			to := from
			for to < len(s) && !isSpace(s[to]) && !isQuote(s[to]) && s[to] != '?' && s[to] != '#' {
				to++
			}
			at = to
			if strings.HasSuffix(hook, "/bot") { // bot1234:SECRET/sendMessage
				if end := strings.IndexByte(s[from:to], '/'); end >= 0 {
					to = from + end
				}
			}
			if to > from {
				found = append(found, span{from, to})
			}
		}
	}
	return found
}
