package blocks

import (
	"sync"

	"github.com/hashicorp/hcl/v2"
)

// BlockDoc describes one kind of block of the policy language. Load reads files by
// this table, so what it says is what is accepted.
type BlockDoc struct {
	Name       string         `json:"name"`
	In         []string       `json:"in,omitempty"`     // the blocks that may hold it; empty: a file
	Labels     []string       `json:"labels,omitempty"` // what its labels mean
	Meaning    string         `json:"meaning"`
	Example    string         `json:"example,omitempty"`
	Attributes []AttributeDoc `json:"attributes,omitempty"`
	// Free: attributes of any name are read.
	Free bool `json:"free,omitempty"`
}

// AttributeDoc describes one attribute of a block.
type AttributeDoc struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Required bool   `json:"required,omitempty"`
	Default  string `json:"default,omitempty"`
	Meaning  string `json:"meaning"`
}

const (
	levels     = `"hard-mandatory" | "soft-mandatory" | "advisory"`
	aDuration  = "duration or seconds"
	expression = "expression"
)

// Reference is the whole language: every block with its attributes.
func Reference() []BlockDoc {
	return append(append(commandBlocks(), policyBlocks()...), append(checkBlocks(), testBlocks()...)...)
}

func commandBlocks() []BlockDoc {
	common := []AttributeDoc{
		{Name: "type", Type: "string | number | bool | list(string) | duration | size", Default: "string", Meaning: "what its text stands for"},
		{Name: "required", Type: "bool", Default: "false", Meaning: "absent or empty is refused"},
		{Name: "default", Type: "value", Meaning: "stands for an absent one; otherwise that is null"},
		{Name: "sensitive", Type: "bool", Default: "false", Meaning: "the value is neither shown nor recorded"},
		{Name: "target", Type: `"path" | "name" | "process" | "none"`, Meaning: `it names what is hit; without any, operands called path, paths, file, files, dir, directory … are paths, other operands names`},
		{Name: "does", Type: `"truncate" | "write" | "replace" | "edit" | "append" | "remove"`, Meaning: "what happens to its paths: policies on a command with that `on` decide it"},
		{Name: "from", Type: "string or list of strings", Meaning: "the flags or operands whose files are the new content; in a directory each is written under its own name"},
		{Name: "with", Type: "string or list of strings", Meaning: "it does so only with all of these flags"},
		{Name: "without", Type: "string or list of strings", Meaning: "it does so only without these flags"},
		{Name: "onto", Type: "string or list of strings", Meaning: "with one of these flags a directory is not gone into, and is hit itself (mv -T)"},
		{Name: "onto_link", Type: "string or list of strings", Meaning: "with one of these flags a link to a directory is not followed, and is hit itself (ln -n)"},
		{Name: "code", Type: `"sed" | "shell" | "compressor" | "remote-shell"`, Meaning: "it is a script of that language, or names a program of that kind: a line in which it may write files or run others is decided as that of a program that nothing governs, and is no transaction by the words of one"},
		{Name: "remote", Type: "bool", Default: "false", Meaning: "HOST:PATH is a path on another host: such a line is decided as that of a program that nothing governs"},
	}
	return []BlockDoc{
		{Name: "command", Labels: []string{"NAME"}, Meaning: "how a program's command line is read",
			Example: "command \"rm\" {\n  program = \"rm\"\n\n  flag \"recursive\" {\n    short = [\"r\", \"R\"]\n    type  = bool\n  }\n  operand \"paths\" {\n    type     = list(string)\n    required = true\n  }\n}",
			Attributes: []AttributeDoc{
				{Name: "program", Type: "string or list of strings", Meaning: "basenames that it stands for"},
				{Name: "subcommand", Type: "string or list of strings", Meaning: "operand words that must come first"},
				{Name: "flags", Type: "string or list of strings", Meaning: `flags that no policy asks about, with spaces between them: "-f --force -L= --label= --color?"; = takes a value, ? may have it in the same word`},
				{Name: "harmless", Type: "string or list of strings", Meaning: `flags of that kind with which the program changes nothing, whatever else stands on the line: "-n --dry-run --help"`},
				{Name: "other_flags", Type: `"confirm" | "harmless"`, Default: `"confirm"`, Meaning: "flags that are not declared: the operation is confirmed at least, and they are listed in arg.undeclared; harmless: they change nothing, and take no word as their value"},
				{Name: "no_operands", Type: `"decide" | "harmless"`, Default: `"decide"`, Meaning: "a line without any operand: decided as every other, or harmless, as that of a program that then only prints how it is used"},
				{Name: "style", Type: `"gnu" | "go" | "words" | "find"`, Default: `"gnu"`, Meaning: "how flags are written: gnu -n5 --long=x, go -long x, words key=value, find options, starts and an expression"},
				{Name: "transaction", Type: "bool or list of strings", Default: "false", Meaning: "it must not be stopped half-way: in a playbook, what it runs is not asked about, and refused only where it is measured to be wrong; a list: when its first operand is one of these"},
				{Name: "bundled", Type: "bool", Default: "false", Meaning: "the first word is flags even without a dash, as tar's xzf"},
				{Name: "otherwise", Type: `"decide" | "harmless"`, Default: `"decide"`, Meaning: "what a line does beside what its does say: decided as that of a program that nothing governs, or harmless, unless there is something in it that is not understood"},
				{Name: "on", Type: "string or list of strings", Meaning: `operations whatever the program: "truncate", a redirection that empties a file; "signal", a script that signals a process outside of itself, read as kill --signal=NAME -- PROCESS; and what other commands' does says, read as --from=FILE -- PATH`},
			}},
		{Name: "flag", In: []string{"command"}, Labels: []string{"NAME"}, Meaning: "one flag; its value is arg.NAME",
			Attributes: append([]AttributeDoc{
				{Name: "short", Type: "string or list of strings", Meaning: "one-character spellings, without the dash"},
				{Name: "long", Type: "string or list of strings", Default: "the name", Meaning: "long spellings, without dashes; [] for none"},
				{Name: "attached", Type: "bool", Default: "false", Meaning: `its value stands in the same word (--color=never, -i.bak) or is ""; the next word is never taken`},
				{Name: "harmless", Type: "bool", Default: "false", Meaning: "a bool flag with which the program changes nothing, whatever else stands on the line, as with those of the attribute harmless of the command"},
			}, common...)},
		{Name: "operand", In: []string{"command"}, Labels: []string{"NAME"}, Meaning: "one operand, in the order of the line; a list takes all that others leave",
			Attributes: append([]AttributeDoc{{Name: "unless", Type: "string or list of strings", Meaning: "names of flags that stand in its place: with one of them there is no such operand (chown --reference=FILE)"}}, common...)},
	}
}

func policyBlocks() []BlockDoc {
	return []BlockDoc{
		{Name: "identity", Labels: []string{"NAME"}, Meaning: "on whose behalf some programs act, or where: what --expect NAME=VALUE is compared with",
			Example: "identity \"context\" {\n  program   = [\"kubectl\", \"helm\"]\n  argv      = [\"kubectl\", \"config\", \"current-context\"]\n  chosen_by = [\"--context\", \"--kube\"]\n}",
			Attributes: []AttributeDoc{
				{Name: "program", Type: "string or list of strings", Required: true, Meaning: "basenames of the programs that act so"},
				{Name: "argv", Type: "list of strings", Required: true, Meaning: "the program that prints it in one line, and its arguments; it runs as an exec probe does"},
				{Name: "chosen_by", Type: "string or list of strings", Meaning: "beginnings of flags: a command line with one of them chooses it itself, and it is not known"},
				{Name: "timeout", Type: aDuration, Default: "10s", Meaning: "how long the answer may take"},
			}},
		{Name: "locals", In: []string{"", "policy"}, Free: true, Meaning: "named values, seen as local.NAME; those of a file are shared by the files of its directory (the shipped ones are one directory), those of a policy are its own"},
		{Name: "policy", Labels: []string{"NAME"}, Meaning: "what must hold when a command runs",
			Example: "policy \"few\" {\n  applies_to = [command.rm]\n\n  rule \"few\" {\n    condition     = length(arg.paths) <= 5\n    error_message = \"more than five paths\"\n  }\n}",
			Attributes: []AttributeDoc{
				{Name: "summary", Type: "text", Meaning: `what the command does, only shown; an unknown part prints as "?"`},
				{Name: "applies_to", Type: "list of command.NAME", Required: true, Meaning: "the commands that it is about"},
				{Name: "when", Type: "bool " + expression, Default: "true", Meaning: "whether it applies; not known: it applies; an error or null: refused"},
				{Name: "enforcement", Type: levels, Default: `"hard-mandatory"`, Meaning: "level of its checks: denies, denies unless overridden with a reason, or warns"},
				{Name: "require_expect", Type: "list of strings", Meaning: "names that must be stated with --expect NAME=VALUE"},
			}},
		{Name: "probe", In: []string{"policy"}, Labels: []string{"KIND", "NAME"}, Meaning: "a question to the world; the answer is probe.NAME, or unknown. Its other attributes are those of its kind",
			Attributes: []AttributeDoc{
				{Name: "timeout", Type: aDuration, Default: "3s", Meaning: "how long an answer may take"},
				{Name: "fresh_for", Type: aDuration, Default: "0", Meaning: "after a confirmation it is not measured again within this time"},
				{Name: "for_each", Type: "list or object", Meaning: "one question for each element; the answer is an object by each.key"},
			}},
		{Name: "confirm", In: []string{"policy"}, Meaning: "a person must type a text",
			Attributes: []AttributeDoc{
				{Name: "type", Type: "text", Default: "made from what was measured", Meaning: "what must be typed: one line, at most 80 bytes"},
				{Name: "targets", Type: "list of strings", Default: "all that the command was given", Meaning: "without `type`: the paths that the text names, as they lead"},
				{Name: "show", Type: "bool", Default: "true", Meaning: "false: the text is not shown, they must know it"},
				{Name: "hint", Type: "text", Meaning: "what to type, in words, when the text is not shown"},
				{Name: "delay", Type: aDuration, Default: "0", Meaning: "time to think after the right answer"},
				{Name: "deadline", Type: aDuration, Default: "5m", Meaning: "how long to wait for the answer"},
				{Name: "unattended", Type: `"deny" | "text" | "limits"`, Default: `"deny"`, Meaning: "without a terminal: no; --confirm TEXT must match; runs if every check passes as measured (only beside a maximum)"},
			}},
	}
}

func checkBlocks() []BlockDoc {
	forEach := AttributeDoc{Name: "for_each", Type: "list or object", Meaning: "one check for each element, seen as each.key and each.value; empty is an error"}
	level := AttributeDoc{Name: "enforcement", Type: levels, Default: "the policy's", Meaning: "level of this check"}
	message := AttributeDoc{Name: "error_message", Type: "text", Meaning: "shown when it does not pass"}
	onUnknown := AttributeDoc{Name: "on_unknown", Type: `"hard-mandatory" | "soft-mandatory"`, Default: "the check's level", Meaning: "level when it could not be measured"}
	return []BlockDoc{
		{Name: "rule", In: []string{"policy"}, Labels: []string{"NAME"}, Meaning: "a condition that must be true",
			Attributes: []AttributeDoc{forEach, {Name: "condition", Type: "bool " + expression, Required: true, Meaning: "true passes; false, null, unknown and errors do not"}, message, level}},
		{Name: "blast_radius", In: []string{"policy"}, Labels: []string{"UNIT"}, Meaning: "how much is hit, and how much may be",
			Attributes: []AttributeDoc{forEach,
				{Name: "affected", Type: "number or list", Required: true, Meaning: "how many, or what: distinct ones are counted and shown"},
				{Name: "total", Type: "number", Meaning: "of how many; zero or less is an error"},
				{Name: "baseline", Type: "number", Default: "total", Meaning: "max_percent counts from here"},
				{Name: "max", Type: "number", Meaning: "at most so many"},
				{Name: "max_percent", Type: "number", Meaning: "at most so much of the baseline"},
				{Name: "keep_at_least", Type: "number", Meaning: "the floor: total - affected - what others have claimed may not fall below"},
				{Name: "settle", Type: aDuration, Default: "60s", Meaning: "how long others' finished claims still count for the floor"},
				{Name: "drift", Type: "number", Default: "10 % of what was confirmed, rounded up", Meaning: "how much it may grow while a person types"},
				message, level, onUnknown}},
		{Name: "budget", In: []string{"blast_radius"}, Meaning: "at most so many in a window of time, across commands, operators and shells of one log",
			Attributes: []AttributeDoc{
				{Name: "key", Type: "text", Default: "each.key", Meaning: "what shares the budget"},
				{Name: "max", Type: "number", Required: true, Meaning: "at most so many"},
				{Name: "per", Type: aDuration, Required: true, Meaning: "the window"},
			}},
		{Name: "role", In: []string{"policy"}, Meaning: "the role of each server or database that is hit",
			Attributes: []AttributeDoc{forEach,
				{Name: "of", Type: "object", Required: true, Meaning: "any object with role and, if wanted, lag and upstream_alive"},
				{Name: "must_be", Type: "text or list", Required: true, Meaning: "the roles that pass"},
				{Name: "max_lag", Type: aDuration, Meaning: "how far it may be behind"},
				{Name: "upstream_alive", Type: "bool", Meaning: "true: its primary must be alive"},
				message, level, onUnknown}},
		{Name: "backup", In: []string{"policy"}, Meaning: "a backup that is new and large enough",
			Attributes: []AttributeDoc{forEach,
				{Name: "of", Type: "object", Required: true, Meaning: "any object with time (seconds since 1970) and bytes; previous, a list of sizes, for a percentage"},
				{Name: "max_age", Type: aDuration, Meaning: "how old it may be; a time in the future is not known"},
				{Name: "min_size", Type: `size, bytes or "50%"`, Meaning: "how large it must be; a percentage is of its predecessor"},
				message, level, onUnknown}},
	}
}

func testBlocks() []BlockDoc {
	given := []AttributeDoc{
		{Name: "now", Type: "text (RFC 3339) or seconds", Default: `"2026-01-01T00:00:00Z"`, Meaning: "the time"},
		{Name: "script", Type: "object", Default: "{ began = null }", Meaning: "began: when the script began that this is a step of, in seconds since 1970"},
		{Name: "host", Type: "object", Default: `{ name = "test.example" }`, Meaning: "name, machine_id, boot_id"},
		{Name: "user", Type: "object", Default: "uid 1000", Meaning: "name, uid, home of who runs guard"},
		{Name: "operator", Type: "object", Default: "uid 1000", Meaning: "name, uid, tty, ssh of who typed"},
		{Name: "env", Type: "object", Default: "{}", Meaning: "the environment"},
		{Name: "cwd", Type: "text", Default: `"/work"`, Meaning: "the working directory"},
		{Name: "expect", Type: "object", Default: "{}", Meaning: "what --expect states"},
		{Name: "probe", Type: "object", Default: "{}", Meaning: `answers by the name of the probe, or by "policy/name"`},
		{Name: "claims", Type: "object", Default: "{}", Meaning: "units that others hold, by UNIT"},
		{Name: "resolved", Type: "object", Default: "each path made absolute", Meaning: "where a path really leads, by the path as typed"},
		{Name: "entries", Type: "number", Default: "1", Meaning: "how many entries each tree of the targets has"},
		{Name: "override", Type: "list of strings", Meaning: "POLICY.CHECK that are overridden, with a reason"},
	}
	return []BlockDoc{
		{Name: "test", Labels: []string{"NAME"}, Meaning: "a command, a world, and what must come of it",
			Attributes: []AttributeDoc{
				{Name: "run", Type: "text", Required: true, Meaning: "the command as typed in a shell"},
				{Name: "expect", Type: `"deny" | "confirm" | "warn" | "allow"`, Required: true, Meaning: "the decision"},
				{Name: "checks", Type: "list of strings", Default: "not compared", Meaning: "exactly the checks that must not pass, without [KEY] where all are meant; an error in one fails the test"},
				{Name: "type", Type: "text", Default: "not compared", Meaning: "the text that must be asked for"},
			}},
		{Name: "given", In: []string{"test"}, Meaning: "the world of the test", Attributes: given},
	}
}

// schemas are the parts of the table by "PARENT/NAME", ready for the decoder. They are
// made when the first block is read, and do not change.
var schemas = sync.OnceValue(newSchemas)

func newSchemas() map[string]*hcl.BodySchema {
	all := map[string]*hcl.BodySchema{"": {}}
	for _, block := range Reference() {
		all[block.Name] = schemaOf(block)
	}
	for _, block := range Reference() {
		for _, parent := range parentsOf(block) {
			schema := all[parent]
			schema.Blocks = append(schema.Blocks, hcl.BlockHeaderSchema{Type: block.Name, LabelNames: block.Labels})
		}
	}
	return all
}

func parentsOf(block BlockDoc) []string {
	if len(block.In) == 0 {
		return []string{""}
	}
	return block.In
}

func schemaOf(block BlockDoc) *hcl.BodySchema {
	schema := &hcl.BodySchema{}
	for _, attribute := range block.Attributes {
		schema.Attributes = append(schema.Attributes, hcl.AttributeSchema{Name: attribute.Name, Required: attribute.Required})
	}
	return schema
}
