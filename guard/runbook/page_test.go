package runbook

import (
	"fmt"
	"strings"
	"testing"
)

// openQuote stands in for a shell that waits for more.
func openQuote(text string) bool {
	return strings.HasSuffix(text, "\\\n") || strings.Count(text, "'")%2 == 1 || strings.Contains(text, "<<E\n") && !strings.Contains(text, "\nE\n")
}

// cases is a context that knows a program of its own.
var cases = Context{Incomplete: openQuote, Program: func(name string) bool { return name == "poolctl" }}

// shown is a page as the cases write it: "SHELL LINE: commands", one line each,
// empty ones left out.
func shown(page Page) string {
	var all []string
	for _, block := range page.Blocks {
		for i, line := range strings.Split(strings.TrimSuffix(block.Text, "\n"), "\n") {
			if line != "" {
				all = append(all, fmt.Sprintf("%s %d+%d: %s", block.Shell, block.Line+i, block.Cut[i], line))
			}
		}
		if !block.Closed {
			all = append(all, "open")
		}
		if block.Guessed {
			all = append(all, "guessed")
		}
	}
	for _, line := range page.Unlabelled {
		all = append(all, fmt.Sprintf("unlabelled %d", line))
	}
	for _, line := range page.Foreign {
		all = append(all, fmt.Sprintf("foreign %d", line))
	}
	return strings.Join(all, "\n")
}

func TestRead(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"a block", "# Page\n\n```sh\nrm a\nrm b\n```\nrm c\n", "sh 4+0: rm a\nsh 5+0: rm b"},
		{"tildes", "~~~bash\nrm a\n~~~\n", "bash 2+0: rm a"},
		{"a language in capitals", "```BASH\nrm a\n```\n", "bash 2+0: rm a"},
		{"attributes", "```bash title=\"x\" {1,2}\nrm a\n```\n``` {.sh .numbered}\nrm b\n```\n```zsh,ignore\nrm c\n```\n```sh{2}\nrm d\n```\n",
			"bash 2+0: rm a\nsh 5+0: rm b\nzsh 8+0: rm c\nsh 11+0: rm d"},
		{"other languages", "```python\nrm a\n```\n```yaml\nrm b\n```\n", ""},
		{"no language, and not a command", "```\nremoved a\n```\n\n~~~ {#id}\nrm: no such file\n~~~\n```\n+----+\n| rm |\n```\n", "unlabelled 1\nunlabelled 5\nunlabelled 8"},
		{"no language, and a program", "```\nrm a\n```\n\n~~~ {#id}\n\n# first\nX=1 poolctl drain\nthen\n~~~\n```\n./x.sh\n```\n```\n/usr/sbin/reboot\n```\n",
			"bash 2+0: rm a\nguessed\nbash 7+0: # first\nbash 8+0: X=1 poolctl drain\nbash 9+0: then\nguessed\nbash 12+0: ./x.sh\nguessed\nbash 15+0: /usr/sbin/reboot\nguessed"},
		{"no language, and a prompt", "```\n$ frob a\nout\n```\n```\nme@db1:~$ rm b\n```\n```\n# rm -rf /srv/c\ngone\n```\n```\n# remove it\n```\n",
			"bash 2+2: frob a\nguessed\nbash 6+10: rm b\nguessed\nbash 9+2: rm -rf /srv/c\nguessed\nunlabelled 12"},
		{"a longer fence holds a shorter one", "````sh\n```\nrm a\n```\n````\n", "sh 2+0: ```\nsh 3+0: rm a\nsh 4+0: ```"},
		{"a closing fence may be longer", "```sh\nrm a\n`````  \nrm b\n", "sh 2+0: rm a"},
		{"a closing fence has no words", "```sh\n``` x\nrm a\n```\n", "sh 2+0: ``` x\nsh 3+0: rm a"},
		{"the other fence does not close", "```sh\n~~~\n```\n", "sh 2+0: ~~~"},
		{"code between backticks is no fence", "```rm -rf x```\n```sh\nrm a\n```\n", "sh 3+0: rm a"},
		{"never closed", "```sh\nrm a\n", "sh 2+0: rm a\nopen"},
		{"indented a little", "  ```sh\n  rm a\n    rm b\n rm c\n  ```\n", "sh 2+2: rm a\nsh 3+2:   rm b\nsh 4+1: rm c"},
		{"indented code is no fence", "Text\n\n    ```sh\n    rm a\n    ```\n", ""},
		{"in a list", "1. Stop\n\n   ```sh\n   rm a\n   ```\n\n2. Then\n   - deeper\n     ```bash\n     rm b\n     ```\n", "sh 4+3: rm a\nbash 10+5: rm b"},
		{"behind a list marker", "- ```sh\n  rm a\n  ```\n", "sh 2+2: rm a"},
		{"the list has ended", "- item\n\ntext\n\n      ```sh\n      rm a\n      ```\n", ""},
		{"in a list with a wide marker", "10. Stop\n\n    ```sh\n    rm a\n    ```\n", "sh 4+4: rm a"},
		{"tabs", "-\titem\n\n\t```sh\n\trm a\n\t```\n", "sh 4+1: rm a"},
		{"in a quotation", "> ```sh\n> rm a\n>rm b\n> ```\n> rm c\n", "sh 2+2: rm a\nsh 3+1: rm b"},
		{"the end of a quotation ends the block", "> ```sh\n> rm a\nrm b\n```sh\nrm c\n```\n", "sh 2+2: rm a\nopen\nsh 5+0: rm c"},
		{"a redirection is no quotation", "```sh\n> file\n```\n", "sh 2+0: > file"},
		{"in a comment", "<!--\n```sh\nrm a\n```\n-->\n```sh\nrm b\n```\n<!-- one line -->\n```sh\nrm c\n```\n", "sh 7+0: rm b\nsh 11+0: rm c"},
		{"carriage returns", "```sh\r\nrm a\r\n```\r\n", "sh 2+0: rm a"},
		{"a rule of dashes is no list", "---\n```sh\nrm a\n```\n", "sh 3+0: rm a"},
		{"a session", "```console\n$ rm a\nremoved 'a'\n$ rm b\n```\n", "bash 2+2: rm a\nbash 4+2: rm b"},
		{"the prompt of root", "```shell-session\n# rm a\nremoved\n```\n", "bash 2+2: rm a"},
		{"prompts with names", "```console\nmaria@db2:~$ rm a\n[root@db1 ~]# rm b\n(venv) host:/srv$ rm c\ndb1# rm d\nuser@host ~ $ rm e\n% rm f\n```\n",
			"bash 2+13: rm a\nbash 3+14: rm b\nbash 4+18: rm c\nbash 5+5: rm d\nbash 6+14: rm e\nbash 7+2: rm f"},
		{"what looks like a prompt", "```console\n$ psql\npostgres=# DROP TABLE a;\nmysql> DROP TABLE b;\n100% done\nTotal: 5$ each\n>>> exit()\n```\n", "bash 2+2: psql"},
		{"a comment beside dollar prompts", "```console\n$ rm a\n# don't do it twice\n$ rm b\n```\n", "bash 2+2: rm a\nbash 4+2: rm b"},
		{"a command that goes on", "```console\n$ rm a \\\n    b\nremoved\n$ rm 'c\n> d'\n> removed\n```\n", "bash 2+2: rm a \\\nbash 3+0:     b\nbash 5+2: rm 'c\nbash 6+2: d'"},
		{"a here-document in a session", "```console\n$ sh <<E\n> rm a\n> E\ndone\n```\n", "bash 2+2: sh <<E\nbash 3+2: rm a\nbash 4+2: E"},
		{"output that begins like a prompt of more", "```console\n$ npm run build\n> app@1.0 build\n```\n", "bash 2+2: npm run build"},
		{"a new prompt ends an open quote", "```console\n$ echo don't\n$ rm b\n```\n", "bash 2+2: echo don't\nbash 3+2: rm b"},
		{"prompts in a block of a shell", "```bash\n$ rm a\nremoved\n```\n", "bash 2+2: rm a"},
		{"a session without a prompt is a text", "```console\nrm a\nfrob b\n```\n", "bash 2+0: rm a\nbash 3+0: frob b\nguessed"},
		{"a comment that looks like root's prompt", "```console\n# Stop the pool\npoolctl drain\n# then remove it\nrm -rf a\n```\n",
			"bash 2+0: # Stop the pool\nbash 3+0: poolctl drain\nbash 4+0: # then remove it\nbash 5+0: rm -rf a\nguessed"},
		{"root's prompt beside commands without one", "```console\n# rm -rf /srv/a\nrm b\n```\n", "bash 2+2: rm -rf /srv/a\nbash 3+0: rm b\nguessed"},
		{"root's prompt and output", "```console\n# poolctl status\nweb: up\n# find the rest\n```\n", "bash 2+2: poolctl status\nbash 4+2: find the rest"},
		{"a user, and then root", "```console\n$ su -\n# rm -rf /srv/a\n# it is gone\n```\n", "bash 2+2: su -\nbash 3+2: rm -rf /srv/a"},
		{"a comment beside root's prompt with a host", "```console\n[root@db1 ~]# rm a\n# not twice\n```\n", "bash 2+14: rm a"},
		{"another program's prompts", "```console\nmysql> DROP TABLE b;\nERROR\nmysql> quit\n```\n```terminal\n127.0.0.1:6379> FLUSHALL\n```\n```console\nMariaDB [(none)]> DROP DATABASE x;\n```\n", "foreign 1\nforeign 6\nforeign 9"},
		{"an empty session", "```console\n\n```\n```\n```\n", ""},
		{"a command over lines, without a prompt", "```console\n# One\nrm \\\n  a\n```\n", "bash 2+0: # One\nbash 3+0: rm \\\nbash 4+0:   a\nguessed"},
		{"a comment before the prompt of a shell's block", "```bash\n# Stop it\n$ rm a\nremoved\n```\n", "bash 3+2: rm a"},
		{"a prompt in the middle of a shell's block", "```bash\nrm a\n$ rm b\n```\n", "bash 2+0: rm a\nbash 3+2: rm b"},
		{"a host's prompt in a shell's block", "```sh\nroot@db1:~# rm a\n```\n", "sh 2+12: rm a"},
		{"a test with a comment is no prompt", "```bash\n[ -f x ] # there\nrm a\n```\n", "bash 2+0: [ -f x ] # there\nbash 3+0: rm a"},
		{"a prompt without a command", "```console\n$\n$ rm a\n```\n", "bash 3+2: rm a"},
		{"nothing", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := shown(Read(test.text, cases)); got != test.want {
				t.Errorf("%s\ngot:\n%s\nwant:\n%s", test.text, got, test.want)
			}
		})
	}
}

func TestPlaceholders(t *testing.T) {
	for text, want := range map[string]string{
		"rm <dir>":                       "<dir>",
		"rm /srv/<app>/<version>":        "<app> <version>",
		`ssh "<user@host>" x`:            "<user@host>",
		"rm <the old directory>":         "<the old directory>",
		"rm {{ dir }} {{dir}}":           "{{ dir }} {{dir}}",
		"echo <...>":                     "<...>",
		"sort < in > out":                "",
		"sort <in >out":                  "",
		"sort <in > out":                 "",
		"cat <<EOF >out":                 "",
		"cat <<EOF>out":                  "",
		"cat <<<word>out":                "",
		"sort 0<in>out":                  "",
		"diff <(a) >(b)":                 "",
		"grep x <in 2>err":               "",
		"a && b <in &>out":               "",
		"[ 1 -lt 2 ] && [[ a < b ]]":     "",
		"awk '{print $1}' ${a} {a,b}":    "",
		"docker ps --format '{{.Name}}'": "{{.Name}}",
		"{{\n}}":                         "",
	} {
		var got []string
		for _, span := range Placeholders(text) {
			got = append(got, text[span[0]:span[1]])
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// Every line of a block is on the page where it says, after what was cut off.
func FuzzRead(f *testing.F) {
	f.Add("# Page\n```sh\nrm a\n```\n- ```console\n  $ rm b\n  > c\n  ```\n> ~~~bash\n> $ rm\n")
	f.Add("1. x\n\n   ````{.sh}\n\trm\n   ````\n<!--\n```\n-->\n")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\n")
		page := Read(text, cases)
		for _, block := range page.Blocks {
			own := strings.Split(strings.TrimSuffix(block.Text, "\n"), "\n")
			if block.Text == "" {
				own = nil
			}
			if len(own) != len(block.Cut) {
				t.Fatalf("%q: %d lines, %d cuts", text, len(own), len(block.Cut))
			}
			for i, line := range own {
				number := block.Line + i
				if number < 1 || number > len(lines) {
					t.Fatalf("%q: line %d is not on the page", text, number)
				}
				whole := strings.TrimSuffix(lines[number-1], "\r")
				if line != "" && (block.Cut[i] > len(whole) || whole[block.Cut[i]:] != line) {
					t.Errorf("%q: line %d is %q, not %q behind %d bytes", text, number, whole, line, block.Cut[i])
				}
			}
		}
		for _, number := range append(page.Unlabelled, page.Foreign...) {
			if number < 1 || number > len(lines) {
				t.Errorf("%q: line %d is not on the page", text, number)
			}
		}
		for _, span := range Placeholders(text) {
			if part := text[span[0]:span[1]]; strings.Contains(part, "\n") {
				t.Errorf("%q: the placeholder %q has more than one line", text, part)
			}
		}
	})
}
