package audit

import (
	"slices"

	"blastguard/guard"
	"blastguard/guard/secret"
)

// maskerFor knows the secrets of an intent: those that policies declared, and
// those that follow a known flag, wherever else they are repeated.
func maskerFor(intent guard.Intent) *secret.Masker {
	secrets := slices.Clone(intent.Decision.Secrets)
	if intent.First != nil {
		secrets = append(secrets, intent.First.Secrets...)
	}
	secrets = append(secrets, secret.Found(intent.Request.Argv)...)
	secrets = append(secrets, secret.Found(intent.Argv)...)
	for _, operation := range intent.Operations {
		secrets = append(secrets, secret.Found(operationArgv(operation))...)
	}
	return secret.New(secrets)
}

func operationArgv(operation guard.Operation) []string {
	argv := []string{operation.Program}
	for _, word := range operation.Args {
		argv = append(argv, word.Text)
	}
	return argv
}

// maskOperation masks an operation's arguments as the command line they are.
func maskOperation(operation guard.Operation, mask *secret.Masker) guard.Operation {
	if mask == nil {
		return operation
	}
	argv := mask.Argv(operationArgv(operation))
	operation.Args = slices.Clone(operation.Args)
	for i := range operation.Args {
		operation.Args[i].Text = argv[i+1]
	}
	return operation
}

// maskList masks a list of texts, which may be an argv.
func maskList(list []string, mask *secret.Masker) []string {
	if list == nil || mask == nil {
		return list
	}
	return mask.Argv(list)
}

// maskAnys masks a list in a question's arguments when it may be an argv.
func maskAnys(list []any, mask *secret.Masker) []any {
	if mask == nil {
		return list
	}
	argv := make([]string, len(list))
	for i, item := range list {
		text, ok := item.(string)
		if !ok {
			return list
		}
		argv[i] = text
	}
	masked := slices.Clone(list)
	for i, text := range mask.Argv(argv) {
		masked[i] = text
	}
	return masked
}

// maskClaims masks what claims are counted under, as the body does.
func maskClaims(claims []guard.Claim, mask *secret.Masker) []guard.Claim {
	masked := slices.Clone(claims)
	for i, c := range masked {
		masked[i].Policy, masked[i].Block, masked[i].Key = mask.Text(c.Policy), mask.Text(c.Block), mask.Text(c.Key)
	}
	return masked
}
