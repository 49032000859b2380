package engine

import "testing"

// Every entry of every directory of a search is looked at: less than 15 ns each.
func BenchmarkIsMark(b *testing.B) {
	names := [][]byte{
		[]byte("main.go"), []byte("IMG_20240817_101112.jpg"), []byte("node_modules"), []byte("16384_fsm"), []byte("mysql"),
		[]byte("index.html"), []byte("000000010000000000000001"), []byte("PG_VERSION"), []byte("member"), []byte("base.css"),
		[]byte("a"), []byte("README.md"), []byte("d1234"), []byte("package.json"), []byte("appendonly.txt"), []byte("x.py"),
	}
	for b.Loop() {
		for _, name := range names {
			IsMark(name)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(names)), "ns/name")
}
