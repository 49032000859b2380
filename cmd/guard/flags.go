package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/playbook"

	"github.com/spf13/cobra"
)

// options are the flags that run and check share.
type options struct {
	expect    []string
	overrides []string
	reason    string
	confirm   string
	result    string
	plain     bool
	supervise string
	onDeny    string
	record    string
	as        string
	session   *playbook.Session // of guard shell; nil otherwise
	places    placeOptions
	trace     bool
	json      bool
	scripts   []string // of check: files that are only looked at
	strict    bool     // of check: lines that depend on what is measured count too
	// unsupervisable: a trial of supervising failed for that reason.
	unsupervisable error
}

// placeOptions say where policies and log are. /etc/guard/guard.hcl forbids all
// but policies.
type placeOptions struct {
	policies  []string
	noShipped bool
	audit     string
}

// The values of flags that take one of few; "" is the same as the first.
func superviseValues() []string { return []string{"auto", "require", "never"} }
func onDenyValues() []string    { return []string{"ask", "stop", "continue"} }
func recordValues() []string    { return []string{"governed", "all"} }

// completes offers the values of a flag to the shell. The flag must be defined.
func completes(cmd *cobra.Command, flag string, values []string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // a flag of that name is missing here
	}
}

// oneOf says that a flag's value is none of those; "" is one.
func oneOf(flag, value string, values []string) error {
	if value == "" || slices.Contains(values, value) {
		return nil
	}
	last := len(values) - 1
	return fmt.Errorf("--%s %q: want %s or %s", flag, guard.Printable(value), strings.Join(values[:last], ", "), values[last])
}

func (o *options) addDecision(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SetInterspersed(false)
	flags.StringArrayVar(&o.expect, "expect", nil, "refuse unless `NAME=VALUE` is measured (host, role, count, target, account, context)")
	flags.StringArrayVar(&o.overrides, "override", nil, "run although the soft-mandatory check `POLICY.CHECK` does not pass; needs --reason")
	flags.StringVar(&o.reason, "reason", "", "why, for the audit log")
	flags.StringVar(&o.supervise, "supervise", "auto", "supervise what a script executes, step by step: `auto`, require or never")
	completes(cmd, "supervise", superviseValues())
	o.places.add(cmd)
}

func (o *options) addRun(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&o.confirm, "confirm", "", "the `TEXT` to type, where there is no terminal and the policy allows it")
	flags.StringVar(&o.result, "result", "", "write one line of JSON about what happened to `FILE`, or to fd:N")
	flags.StringVar(&o.onDeny, "on-deny", "ask", "when a step of a script is refused: `ask` on a terminal (elsewhere stop), stop the script, or continue with the next step")
	flags.StringVar(&o.record, "record", "governed", "with a script: which steps get an entry of their own in the log: `governed`, or all")
	completes(cmd, "on-deny", onDenyValues())
	completes(cmd, "record", recordValues())
	flags.StringVar(&o.as, "as", "", "supervise as root and run the script as `USER`; needs root")
	flags.BoolVar(&o.plain, "plain", false, "ask with a plain line instead of the panel")
}

func (p *placeOptions) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&p.policies, "policies", nil, "more policies: a file or a directory of .hcl files at `PATH`")
	flags.BoolVar(&p.noShipped, "no-shipped", false, "leave out the policies that come with guard")
	flags.StringVar(&p.audit, "audit", "", "the audit log's `FILE`")
}

// deciding are the flags that check takes too, as they were given; but for those that the
// request has fields for.
func (o *options) deciding() []string {
	var words []string
	for _, path := range o.places.policies {
		words = append(words, "--policies", path)
	}
	if o.places.noShipped {
		words = append(words, "--no-shipped")
	}
	return given(words, "--audit", o.places.audit, "--supervise", unless(o.supervise, superviseValues()[0]))
}

// running are those of run alone. The text of --confirm is a secret: it is given anew.
func (o *options) running() []string {
	words := given(nil, "--as", o.as, "--on-deny", unless(o.onDeny, onDenyValues()[0]), "--record", unless(o.record, recordValues()[0]), "--result", o.result)
	if o.plain {
		words = append(words, "--plain")
	}
	return words
}

// given adds the flags, each followed by its value, that have one.
func given(words []string, flags ...string) []string {
	for i := 0; i < len(flags); i += 2 {
		if flags[i+1] != "" {
			words = append(words, flags[i], flags[i+1])
		}
	}
	return words
}

// unless is the value, but for the usual one.
func unless(value, usual string) string {
	if value == usual {
		return ""
	}
	return value
}

// into fills the request with what the flags say.
func (o *options) into(request *guard.Request) error {
	for _, err := range []error{
		oneOf("supervise", o.supervise, superviseValues()), oneOf("on-deny", o.onDeny, onDenyValues()), oneOf("record", o.record, recordValues()),
	} {
		if err != nil {
			return err
		}
	}
	for _, text := range o.expect {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" || value == "" {
			return fmt.Errorf("--expect %q: want NAME=VALUE, both not empty", text)
		}
		request.Expect = append(request.Expect, guard.Expectation{Name: name, Value: value})
	}
	if len(o.overrides) > 0 && strings.TrimSpace(o.reason) == "" {
		return errors.New("--override needs --reason TEXT: it is recorded with your name")
	}
	request.Overrides, request.Reason = o.overrides, o.reason
	request.Deciding, request.Running = o.deciding(), o.running()
	request.Text, request.Plain = o.confirm, o.plain
	return nil
}
