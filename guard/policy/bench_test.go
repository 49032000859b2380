package policy

import (
	"testing"

	"blastguard/guard"
)

func BenchmarkLoad(b *testing.B) {
	content := []byte(designFile(b))
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		if _, diags := Load([]guard.PolicyFile{{Path: "a.hcl", Content: string(content)}}, Options{Kinds: kinds()}); diags.HasErrors() {
			b.Fatal(diags)
		}
	}
}

func BenchmarkDecideUngoverned(b *testing.B) {
	set := load(b, designFile(b))
	r, ops := request("ls"), []guard.Operation{operation("ls", "-l")}
	for b.Loop() {
		set.Decide(r, ops, nil)
	}
}

func BenchmarkDecideGoverned(b *testing.B) {
	set := load(b, capacity)
	for b.Loop() {
		held(0).run(b, set, "take", "a", "b")
	}
}
