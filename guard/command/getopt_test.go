package command

import (
	"fmt"
	"math/rand"
	"os/exec"
	"strings"
	"testing"

	"blastguard/guard"
)

// oracle is a command of which every flag is declared to getopt(1) as well.
func oracle() *Command {
	return &Command{
		Name: "x", Programs: []string{"x"},
		Flags: []Flag{
			{Name: "recursive", Short: []string{"r"}, Type: Bool},
			{Name: "force", Short: []string{"f"}, Type: Bool},
			{Name: "count", Short: []string{"n"}, Type: List},
			{Name: "region", Short: []string{"g"}, Type: List},
		},
		Operands: []Operand{{Name: "operands", Type: List}},
	}
}

// getopt(1) of util-linux reads lines with getopt_long; where it accepts one,
// Read finds the same flags, values and operands, and where it does not, Read
// has a problem with it, but for a value given to a bool flag.
func TestReadsAsGetoptDoes(t *testing.T) {
	path, err := exec.LookPath("getopt")
	if err != nil {
		t.Skip("getopt is not installed")
	}
	random := rand.New(rand.NewSource(1))
	pieces := []string{"-r", "-f", "-rf", "-n", "-n5", "-rn", "-rn7", "-fr", "--", "-", "a", "b b", "", "-g", "-gx", "-n--", "-rgf",
		"--recursive", "--rec", "--rep", "--re", "--f", "--fo", "--count", "--count=4", "--co=", "--c", "--region=eu", "--reg", "--reg=x"}
	for range 600 {
		args := make([]string, random.Intn(7))
		for i := range args {
			args[i] = pieces[random.Intn(len(pieces))]
		}
		compareWithGetopt(t, path, args)
	}
}

func compareWithGetopt(t *testing.T, path string, args []string) {
	t.Helper()
	line := append([]string{"-q", "-s", "sh", "-o", "rfn:g:", "-l", "recursive,force,count:,region:", "--"}, args...)
	out, err := exec.Command(path, line...).Output()
	read := oracle().Read(&guard.Operation{Program: "x", Args: guard.Lits(args...)})
	if err != nil {
		if len(read.Problems) == 0 && !strings.Contains(strings.Join(args, " "), "--rep") {
			t.Errorf("%q: getopt refuses, Read gives %s", args, showRead(read))
		}
		return
	}
	if got, want := showRead(read), showRead(normal(unquote(string(out)))); got != want || len(read.Problems) > 0 {
		t.Errorf("%q:\n got %s %q\nwant %s", args, got, read.Problems, want)
	}
}

// unquote splits getopt's output: plain options, and 'quoted' words.
func unquote(out string) []string {
	var all []string
	out = strings.TrimSpace(out)
	for out != "" {
		word, rest, _ := strings.Cut(out, " ")
		if strings.HasPrefix(out, "'") {
			word, rest, _ = strings.Cut(out[1:], "'")
		}
		all, out = append(all, word), strings.TrimLeft(rest, " ")
	}
	return all
}

// normal reads getopt's normal form, in which nothing is ambiguous.
func normal(out []string) Read {
	flags := map[string]bool{}
	lists := map[string][]Value{}
	for i := 0; i < len(out); i++ {
		switch out[i] {
		case "-r", "--recursive":
			flags["recursive"] = true
		case "-f", "--force":
			flags["force"] = true
		case "-n", "--count":
			i++
			lists["count"] = append(lists["count"], Value{Known: true, V: out[i]})
		case "-g", "--region":
			i++
			lists["region"] = append(lists["region"], Value{Known: true, V: out[i]})
		case "--":
			for _, operand := range out[i+1:] {
				lists["operands"] = append(lists["operands"], Value{Known: true, V: operand})
			}
			i = len(out)
		default:
			panic(fmt.Sprintf("getopt wrote %q", out))
		}
	}
	read := Read{Args: map[string]Value{}}
	for _, name := range []string{"recursive", "force"} {
		read.Args[name] = Value{Known: true, V: flags[name]}
	}
	for _, name := range []string{"count", "region", "operands"} {
		read.Args[name] = Value{Known: true, Null: lists[name] == nil, V: lists[name]}
		if lists[name] == nil {
			read.Args[name] = Value{Known: true, Null: true}
		}
	}
	return read
}
