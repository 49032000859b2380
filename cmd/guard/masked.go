package main

import (
	"bytes"
	"encoding/json"
	"slices"

	"blastguard/guard"
	"blastguard/guard/secret"
)

// secretsOf are the secrets in a report: those that policies declare, and those
// that follow a known flag or have a known form. Empty: there are none.
func secretsOf(report guard.Report) []string {
	secrets := append(slices.Clone(report.Decision.Secrets), secret.Found(report.Request.Argv)...)
	for _, op := range report.Operations {
		argv := []string{op.Program}
		for _, word := range op.Args {
			argv = append(argv, word.Text)
		}
		secrets = append(secrets, secret.Found(argv)...)
	}
	return secrets
}

// maskJSON is the value as JSON knows it, with the secrets masked in every text
// of it; the value itself where there are none.
func maskJSON(value any, secrets []string) (any, error) {
	if len(secrets) == 0 {
		return value, nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var plain any
	if err := decoder.Decode(&plain); err != nil {
		return nil, err
	}
	return maskValue(plain, secret.New(secrets)), nil
}

func maskValue(value any, mask *secret.Masker) any {
	switch v := value.(type) {
	case string:
		return mask.Text(v)
	case []any:
		for i := range v {
			v[i] = maskValue(v[i], mask)
		}
	case map[string]any:
		for name := range v {
			v[name] = maskValue(v[name], mask)
		}
	}
	return value
}
