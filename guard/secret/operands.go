package secret

import "strings"

// secretOperands are programs that take a secret as an operand, with what finds it among
// the words of their command, the program first.
func secretOperands() map[string]func(words []word, found func(w word, from, to int)) {
	return map[string]func([]word, func(word, int, int)){
		"redis-cli": redisWords, "valkey-cli": redisWords, "keydb-cli": redisWords,
		"rabbitmqctl": rabbitWords, "htpasswd": htpasswdWords, "aws": awsWords, "vault": vaultWords, "bao": vaultWords,
		"sqlplus": oracleWords, "exp": oracleWords, "imp": oracleWords, "expdp": oracleWords, "impdp": oracleWords, "sqlldr": oracleWords, "rman": oracleWords,
		"kubectl": literalWords, "oc": literalWords, "wpa_passphrase": wpaWords, "nmcli": nmcliWords,
	}
}

// redisWords: AUTH [USER] PASSWORD, CONFIG SET requirepass PASSWORD, ACL SETUSER u >PASSWORD.
func redisWords(words []word, found func(w word, from, to int)) {
	for i, w := range words {
		next := func(n int) (word, bool) {
			if i+n < len(words) {
				return words[i+n], true
			}
			return word{}, false
		}
		switch strings.ToLower(w.text) {
		case "auth":
			second, two := next(2)
			first, one := next(1)
			switch {
			case two:
				found(second, 0, len(second.text))
			case one:
				found(first, 0, len(first.text))
			}
		case "requirepass", "masterauth", "primaryauth", "tls-key-file-pass":
			if value, ok := next(1); ok {
				found(value, 0, len(value.text))
			}
		case "setuser":
			for _, rule := range words[i+1:] {
				if strings.HasPrefix(rule.text, ">") || strings.HasPrefix(rule.text, "<") {
					found(rule, 1, len(rule.text))
				}
			}
		}
	}
}

// rabbitWords: change_password USER PASSWORD.
func rabbitWords(words []word, found func(w word, from, to int)) {
	for i, w := range words {
		switch w.text {
		case "change_password", "add_user", "authenticate_user":
			if i+2 < len(words) {
				found(words[i+2], 0, len(words[i+2].text))
			}
		}
	}
}

// htpasswdWords: -b FILE USER PASSWORD, -nb USER PASSWORD.
func htpasswdWords(words []word, found func(w word, from, to int)) {
	batch, operands := false, []word(nil)
	for _, w := range words[1:] {
		if strings.HasPrefix(w.text, "-") {
			batch = batch || !strings.HasPrefix(w.text, "--") && strings.Contains(w.text, "b")
			continue
		}
		operands = append(operands, w)
	}
	if batch && len(operands) >= 2 {
		last := operands[len(operands)-1]
		found(last, 0, len(last.text))
	}
}

// awsWords: configure set aws_secret_access_key VALUE.
func awsWords(words []word, found func(w word, from, to int)) {
	for i, w := range words {
		if w.text == "set" && i > 0 && words[i-1].text == "configure" && i+2 < len(words) && sensitive(words[i+1].text) {
			found(words[i+2], 0, len(words[i+2].text))
		}
	}
}

// vaultWords: login TOKEN, kv put PATH KEY=VALUE.
func vaultWords(words []word, found func(w word, from, to int)) {
	put := false
	for i, w := range words {
		_, value, pair := strings.Cut(w.text, "=")
		switch {
		case w.text == "put" || w.text == "patch" || w.text == "write":
			put = true
		case i > 0 && words[i-1].text == "login" && !strings.HasPrefix(w.text, "-") && !pair:
			found(w, 0, len(w.text))
		case put && pair && !strings.HasPrefix(w.text, "-") && !strings.HasPrefix(value, "@"):
			found(w, len(w.text)-len(value), len(w.text))
		}
	}
}

// oracleWords: USER/PASSWORD@DATABASE.
func oracleWords(words []word, found func(w word, from, to int)) {
	for _, w := range words[1:] {
		_, login, named := strings.Cut(w.text, "userid=")
		if !named {
			login = w.text
		}
		user, rest, ok := strings.Cut(login, "/")
		if !ok || user == "" || rest == "" || strings.ContainsAny(user, "@-.=") {
			continue
		}
		if i := strings.LastIndexByte(rest, '@'); i >= 0 {
			rest = rest[:i]
		}
		from := len(w.text) - len(login) + len(user) + 1
		found(w, from, from+len(rest))
	}
}

// literalWords: --from-literal=KEY=VALUE.
func literalWords(words []word, found func(w word, from, to int)) {
	for i, w := range words {
		text, ok := strings.CutPrefix(w.text, "--from-literal")
		switch {
		case !ok:
			continue
		case text == "" && i+1 < len(words):
			w, text = words[i+1], "="+words[i+1].text
		}
		if _, value, ok := strings.Cut(strings.TrimPrefix(text, "="), "="); ok {
			found(w, len(w.text)-len(value), len(w.text))
		}
	}
}

// wpaWords: SSID PASSPHRASE.
func wpaWords(words []word, found func(w word, from, to int)) {
	if len(words) > 2 {
		found(words[2], 0, len(words[2].text))
	}
}

// nmcliWords: wifi-sec.psk VALUE, password VALUE.
func nmcliWords(words []word, found func(w word, from, to int)) {
	for i, w := range words[:max(len(words)-1, 0)] {
		if sensitive(w.text) || strings.HasSuffix(w.text, ".psk") {
			found(words[i+1], 0, len(words[i+1].text))
		}
	}
}

// pipedSecret: a word of echo or printf that a program reads as a password:
// echo SECRET | sudo -S, echo USER:SECRET | chpasswd.
func pipedSecret(writer, reader []word, found func(w word, from, to int)) {
	if len(writer) == 0 || !contains([]string{"echo", "printf"}, baseName(writer[0].text)) || !readsPassword(reader) {
		return
	}
	for i, w := range writer[1:] {
		switch {
		case strings.HasPrefix(w.text, "-"), i == 0 && strings.Contains(w.text, "%"):
		case strings.Contains(w.text, ":") && baseName(reader[len(reader)-1].text) == "chpasswd":
			found(w, strings.IndexByte(w.text, ':')+1, len(w.text))
		default:
			found(w, 0, len(w.text))
		}
	}
}

func readsPassword(words []word) bool {
	for i, w := range words {
		switch {
		case baseName(w.text) == "chpasswd":
			return true
		case w.text == "--password-stdin" || w.text == "--stdin" && i > 0 && baseName(words[i-1].text) == "passwd":
			return true
		case w.text == "--passphrase-fd" || w.text == "--key-file=-" || w.text == "--pass-stdin":
			return true
		case baseName(w.text) == "sudo":
			for _, flag := range words[i+1:] {
				if !strings.HasPrefix(flag.text, "-") {
					break
				}
				if flag.text == "--stdin" || !strings.HasPrefix(flag.text, "--") && strings.Contains(flag.text, "S") {
					return true
				}
			}
		}
	}
	return false
}
