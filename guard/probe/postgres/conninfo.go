package postgres

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
)

// endpoint is where a server listens: a host name, an address, or a socket
// directory.
type endpoint struct {
	host string
	port int
}

var errConninfo = errors.New("the connection string cannot be read")

// parseConninfo reads a libpq connection string, in either form. Its errors
// never quote it, for it may hold a password.
func parseConninfo(text string) (map[string]string, error) {
	if strings.HasPrefix(text, "postgresql://") || strings.HasPrefix(text, "postgres://") {
		return parseConninfoURL(text)
	}
	settings := map[string]string{}
	for rest := strings.TrimLeft(text, conninfoSpace); rest != ""; rest = strings.TrimLeft(rest, conninfoSpace) {
		name, after, found := strings.Cut(rest, "=")
		name = strings.TrimRight(name, conninfoSpace)
		if !found || name == "" || strings.ContainsAny(name, conninfoSpace) {
			return nil, errConninfo
		}
		value, remaining, ok := conninfoValue(strings.TrimLeft(after, conninfoSpace))
		if !ok {
			return nil, errConninfo
		}
		settings[name], rest = value, remaining
	}
	return settings, nil
}

const conninfoSpace = " \t\n\r\v\f"

// conninfoValue reads one value: up to a space, or in single quotes; a
// backslash takes the next character as it is.
func conninfoValue(text string) (value, rest string, ok bool) {
	quoted := strings.HasPrefix(text, "'")
	if quoted {
		text = text[1:]
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			if i++; i < len(text) {
				b.WriteByte(text[i])
			}
		case quoted && c == '\'', !quoted && strings.IndexByte(conninfoSpace, c) >= 0:
			return b.String(), text[i+1:], true
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), "", !quoted
}

func parseConninfoURL(text string) (map[string]string, error) {
	parsed, err := url.Parse(text)
	if err != nil {
		return nil, errConninfo // the error of url would quote the text
	}
	settings := map[string]string{}
	for name, values := range parsed.Query() {
		settings[name] = values[len(values)-1]
	}
	if host := parsed.Hostname(); host != "" {
		settings["host"] = host
	}
	if port := parsed.Port(); port != "" {
		settings["port"] = port
	}
	if name := parsed.User.Username(); name != "" {
		settings["user"] = name
	}
	if password, set := parsed.User.Password(); set {
		settings["password"] = password
	}
	return settings, nil
}

// endpoints are the hosts of a connection string, in their order; hostaddr goes
// before host.
func endpoints(settings map[string]string) ([]endpoint, error) {
	hosts := strings.Split(settings["host"], ",")
	if addresses := strings.Split(settings["hostaddr"], ","); settings["hostaddr"] != "" {
		hosts = addresses
	}
	ports := strings.Split(settings["port"], ",")
	if len(ports) != 1 && len(ports) != len(hosts) {
		return nil, errConninfo
	}
	var found []endpoint
	for i, host := range hosts {
		text := ports[min(i, len(ports)-1)]
		port := defaultPort
		if text != "" {
			number, err := strconv.ParseUint(strings.TrimSpace(text), 10, 16)
			if err != nil || number == 0 {
				return nil, errConninfo
			}
			port = int(number)
		}
		found = append(found, endpoint{host: host, port: port})
	}
	return found, nil
}
