package lang

// FunctionDoc describes one function of the language.
type FunctionDoc struct {
	Name    string `json:"name"`
	Meaning string `json:"meaning"`
	Example string `json:"example"`
	Result  string `json:"result"` // of the example, as a text
}

// FunctionDocs are all functions of the language, but for unknown(), which only
// tests have. Texts are never read as numbers; what is not known stays so.
func FunctionDocs() []FunctionDoc {
	return append(listFunctions(), valueFunctions()...)
}

func listFunctions() []FunctionDoc {
	return []FunctionDoc{
		{"length", "number of elements of a list or an object", `length(["a", "b"])`, "2"},
		{"contains", "whether a list holds a value, compared as == does", `contains(["a", "b"], "b")`, "true"},
		{"keys", "names of an object, sorted", `join(",", keys({ b = 1, a = 2 }))`, "a,b"},
		{"values", "values of an object, by the order of its names", `sum(values({ b = 1, a = 2 }))`, "3"},
		{"concat", "lists one after the other", `length(concat(["a"], ["b"]))`, "2"},
		{"flatten", "a list without lists inside", `length(flatten([["a"], ["b", "c"]]))`, "3"},
		{"distinct", "a list with each value once", `length(distinct(["a", "a"]))`, "1"},
		{"element", "the element at an index from 0; none there is an error", `element(["a", "b"], 1)`, "b"},
		{"one", "the only element; none or several are an error", `one(["a"])`, "a"},
		{"alltrue", "whether all are true; an empty list is an error", `alltrue([true, false])`, "false"},
		{"anytrue", "whether one is true; an empty list is an error", `anytrue([true, false])`, "true"},
		{"join", "elements in a row, with a text between them", `join(", ", ["a", "b"])`, "a, b"},
		{"toset", "a list with each value once, as distinct; there are no other sets", `length(toset(["a", "a"]))`, "1"},
		{"setsubtract", "a list without the values of another", `join(",", setsubtract(["a", "b", "c"], ["b"]))`, "a,c"},
		{"setunion", "the values of two lists, each once", `join(",", setunion(["a"], ["b", "a"]))`, "a,b"},
		{"setintersection", "the values that two lists have in common", `join(",", setintersection(["a", "b"], ["b", "c"]))`, "b"},
		{"sort", "texts by their bytes, or numbers, in order", `join(",", sort(["b", "a"]))`, "a,b"},
		{"range", "numbers up to a limit, without it; also range(start, limit) and range(start, limit, step); at most 1024", `join(",", range(3))`, "0,1,2"},
		{"lookup", "an attribute of an object by its name, or what to take where there is none of that name", `lookup({ a = 1 }, "b", 0)`, "0"},
		{"inside", "whether a path is one of the directories or below one, as they are written", `inside("/etc/ssh", ["/etc", "/usr"])`, "true"},
	}
}

func valueFunctions() []FunctionDoc {
	return []FunctionDoc{
		{"duration", "seconds of a text with units (w d h m s ms)", `duration("1h30m")`, "5400"},
		{"size", "bytes of a text with a unit (GB is 10⁹, GiB 2³⁰)", `size("2KiB")`, "2048"},
		{"time", "seconds since 1970 of an RFC 3339 time", `time("1970-01-02T00:00:00Z")`, "86400"},
		{"abs", "a number without its sign", `abs(-2)`, "2"},
		{"ceil", "the next whole number above", `ceil(1.2)`, "2"},
		{"floor", "the next whole number below", `floor(1.8)`, "1"},
		{"max", "the largest of numbers", `max(1, 3, 2)`, "3"},
		{"min", "the smallest of numbers", `min(2, 1)`, "1"},
		{"sum", "numbers of a list added up", `sum([1, 2])`, "3"},
		{"format", "a text by a pattern as of printf; widths up to 999", `format("%s-%02d", "db", 3)`, "db-03"},
		{"lower", "a text in small letters", `lower("Ab")`, "ab"},
		{"upper", "a text in capitals", `upper("Ab")`, "AB"},
		{"trimspace", "a text without white space around it", `trimspace(" a ")`, "a"},
		{"startswith", "whether a text begins with another", `startswith("OPS-1", "OPS-")`, "true"},
		{"endswith", "whether a text ends with another", `endswith("a.dump", ".dump")`, "true"},
		{"strcontains", "whether a text holds another", `strcontains("OPS-1", "S-")`, "true"},
		{"trimprefix", "a text without a beginning, if it has it", `trimprefix("v1.2", "v")`, "1.2"},
		{"trimsuffix", "a text without an end, if it has it", `trimsuffix("a.dump", ".dump")`, "a"},
		{"cidrcontains", "whether a network holds an address, or all of another network", `cidrcontains("10.0.0.0/8", "10.1.2.3")`, "true"},
		{"regex", "what a regular expression finds first in a text: a text, the list of its groups, or an object of named ones; nothing found is an error", `regex("v([0-9]+)", "db-v15")[0]`, "15"},
		{"regexall", "all that a regular expression finds, as a list", `length(regexall("a.", "ab ac"))`, "2"},
		{"matches", "whether a regular expression matches somewhere in a text, or in each text of a list; not known for one that cannot be read", `matches("^a.c", "abcd")`, "true"},
		{"split", "parts of a text between separators", `length(split(",", "a,b"))`, "2"},
		{"replace", "a text with each occurrence of another replaced", `replace("a.b.c", ".", "/")`, "a/b/c"},
		{"substr", "part of a text: where it starts, how long", `substr("abcdef", 1, 2)`, "bc"},
		{"basename", "the last part of a path", `basename("/a/b")`, "b"},
		{"dirname", "a path without its last part", `dirname("/a/b")`, "/a"},
		{"tonumber", "a number of a plain decimal text", `tonumber("12")`, "12"},
		{"tostring", "a text of a number or a bool", `tostring(12)`, "12"},
		{"jsondecode", "the value of a JSON text", `jsondecode("{\"a\": 1}").a`, "1"},
	}
}
