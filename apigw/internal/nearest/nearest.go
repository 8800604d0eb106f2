// Package nearest finds the word that somebody meant to write.
package nearest

// Edits returns how many letters have to be changed, added or removed to turn one
// word into another.
func Edits(from, to string) int {
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(from) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(to) {
			replaced := diagonal
			if from[i] != to[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}

// Word returns the word of a list that is most like another; empty if none is much
// like it.
func Word(word string, list []string) string {
	best, fewest := "", 3 // more edits make another word
	for _, candidate := range list {
		if n := Edits(word, candidate); n < fewest && 2*n < len(word) {
			best, fewest = candidate, n
		}
	}
	return best
}
