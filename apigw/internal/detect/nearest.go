package detect

// Nearest returns the name that is at most so many edits away, and nearer than the
// others; empty if there is none.
func Nearest(name string, names []string, within int) string {
	best, fewest := "", within+1
	for _, each := range names {
		if n := Edits(name, each); n < fewest && n < len(name) && each != name {
			best, fewest = each, n
		}
	}
	return best
}

// maxName bounds the names that are compared.
const maxName = 64

// Edits returns how many letters have to be changed, added, removed or exchanged
// with the next one to turn one word into another. Letter case counts.
func Edits(from, to string) int {
	if len(from) > maxName || len(to) > maxName {
		return maxName
	}
	before, row := make([]int, len(to)+1), make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(from) {
		next := make([]int, len(to)+1)
		next[0] = i + 1
		for j := range len(to) {
			cost := 1
			if from[i] == to[j] {
				cost = 0
			}
			next[j+1] = min(row[j]+cost, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && from[i] == to[j-1] && from[i-1] == to[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(to)]
}
