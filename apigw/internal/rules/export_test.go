package rules

// CountFixes returns how many fixes there are in other languages.
func CountFixes() (n int) {
	for _, fixes := range fixes() {
		n += len(fixes)
	}
	return n
}

// MaxValues is maxValues.
const MaxValues = maxValues
