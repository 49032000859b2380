package lang

import "fmt"

// maxCandidates bounds the lists that names are suggested from: comparing every name
// of a hostile file with every other would never end.
const maxCandidates = 2000

// DidYouMean is ", did you mean X?" for the nearest name, or nothing when none
// is near.
func DidYouMean(name string, known []string) string {
	if len(known) > maxCandidates {
		return ""
	}
	best, distance := "", 1+max(1, len(name)/3)
	for _, candidate := range known {
		if d := editDistance(name, candidate); d < distance {
			best, distance = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(", did you mean %s?", best)
}

// editDistance counts insertions, deletions and replacements. Long names are
// never near.
func editDistance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			diagonal, row[j] = row[j], min(row[j]+1, row[j-1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
