package secret

import "strings"

// sensitive says whether a flag or a variable of this name holds a secret:
// "password", "PGPASSWORD", "api-key", "GITHUB_TOKEN", "clientSecret". The last
// word decides: "password-file" and "max_tokens" hold none.
func sensitive(name string) bool {
	lower := strings.ToLower(strings.Trim(name, "-_."))
	if lower == "pwd" || lower == "oldpwd" {
		return name == "Pwd" || name == "pwd" // of a connection string; PWD is a directory
	}
	for _, ending := range []string{
		"password", "passwd", "passphrase", "passcode", "secret", "token", "apikey", "accesskey", "secretkey", "privatekey", "accountkey", "signingkey", "authkey", "credential", "credentials",
		"dbpass", "userpass", "rootpass", "adminpass", "keypass", "storepass", "sqlpass", "pgpass",
	} {
		if strings.HasSuffix(lower, ending) {
			return true
		}
	}
	last := lower[strings.LastIndexAny(lower, "-_.")+1:]
	before := strings.TrimRight(lower[:len(lower)-len(last)], "-_.")
	switch last {
	case "pass", "pwd", "pw", "psk", "otp", "totp", "pin", "pincode":
		return true
	case "key":
		before = before[strings.LastIndexAny(before, "-_.")+1:]
		switch before {
		case "api", "access", "secret", "private", "auth", "encryption", "signing", "account", "storage", "master":
			return true
		}
	}
	return false
}

// Sensitive says whether something of this name holds a secret: a flag, a variable, a
// member of an object.
func Sensitive(name string) bool { return sensitive(name) }

func isNameByte(c byte) bool {
	return c == '_' || c == '-' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }
