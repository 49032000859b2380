package postgres

import (
	"path/filepath"
	"strings"

	"blastguard/guard/probe/database"
)

// configuredUpstream is primary_conninfo as the files of a stopped server say
// it: postgresql.auto.conf goes before postgresql.conf, which may lie elsewhere
// (postmaster.opts then says where). Included files are not followed. It is ""
// when no file that can be read sets it.
func configuredUpstream(dir string) string {
	files := []string{filepath.Join(dir, "postgresql.auto.conf"), filepath.Join(dir, "postgresql.conf")}
	if path := configFileOption(dir); path != "" {
		files = append(files, path)
	}
	for _, file := range files {
		const limit = 4 << 20
		content, err := database.ReadSmall(file, limit)
		if err != nil {
			continue
		}
		if value := setting(string(content), "primary_conninfo"); value != "" {
			return value
		}
	}
	return ""
}

// configFileOption is the config_file that the server was last started with.
func configFileOption(dir string) string {
	const limit = 64 << 10
	content, err := database.ReadSmall(filepath.Join(dir, "postmaster.opts"), limit)
	if err != nil {
		return ""
	}
	_, path, found := strings.Cut(string(content), `"config_file=`)
	path, _, ended := strings.Cut(path, `"`)
	if !found || !ended || !filepath.IsAbs(path) {
		return ""
	}
	return path
}

// setting is the last value of a name in the text of a configuration file: the
// equals sign is optional, values stand in single quotes.
func setting(content, name string) string {
	value := ""
	for line := range strings.Lines(content) {
		line = strings.TrimSpace(line)
		rest, found := cutNameFold(line, name)
		if !found {
			continue
		}
		rest = strings.TrimSpace(rest)
		rest = strings.TrimSpace(strings.TrimPrefix(rest, "="))
		if strings.HasPrefix(rest, "'") {
			value = unquoteSetting(rest[1:])
		}
	}
	return value
}

func cutNameFold(line, name string) (string, bool) {
	if len(line) <= len(name) || !strings.EqualFold(line[:len(name)], name) {
		return "", false
	}
	rest := line[len(name):]
	return rest, strings.ContainsAny(rest[:1], " \t='")
}

// unquoteSetting reads up to the closing quote; a doubled quote is one, and a
// backslash takes the next character as it is.
func unquoteSetting(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case text[i] == '\'' && i+1 < len(text) && text[i+1] == '\'':
			i++
			b.WriteByte('\'')
		case text[i] == '\'':
			return b.String()
		default:
			b.WriteByte(text[i])
		}
	}
	return ""
}
