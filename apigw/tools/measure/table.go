package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// row is one line of the table: one kind of work, done in two ways.
type row struct {
	what    string
	against string    // what theirs is
	format  string    // of the figures, with their unit, such as "%.0f ms"
	ours    []float64 // one figure a round
	theirs  []float64 // of the same rounds
	goal    goal
}

// goal is what a row should come to. The zero value is not a goal.
type goal struct {
	kind  goalKind
	limit float64
}

type goalKind int

const (
	noGoal       goalKind = iota
	ratioAtMost           // the median of the rounds' ratios
	ratioAtLeast          // likewise
	figureBelow           // the median of our figures
)

func (g goal) String() string {
	switch g.kind {
	case ratioAtMost:
		return fmt.Sprintf("ratio <= %g", g.limit)
	case ratioAtLeast:
		return fmt.Sprintf("ratio >= %g", g.limit)
	case figureBelow:
		return fmt.Sprintf("< %g", g.limit)
	}
	return ""
}

// verdict returns, in a word, whether the row comes to its goal.
func (r row) verdict() string {
	ratio, _, _ := quartiles(r.ratios())
	figure, _, _ := quartiles(r.ours)
	met := true
	switch r.goal.kind {
	case noGoal:
		return ""
	case ratioAtMost:
		met = ratio <= r.goal.limit
	case ratioAtLeast:
		met = ratio >= r.goal.limit
	case figureBelow:
		met = figure < r.goal.limit
	}
	if met {
		return "met"
	}
	return "MISSED"
}

func (r row) ratios() []float64 {
	ratios := make([]float64, len(r.ours))
	for i := range ratios {
		ratios[i] = r.ours[i] / r.theirs[i]
	}
	return ratios
}

func printTable(w io.Writer, rows []row) error {
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "\tROUNDS\tHERE\tAGAINST\t\tRATIO\tGOAL\t")
	for _, r := range rows {
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\n", r.what, len(r.ours),
			spread(r.format, r.ours), spread(r.format, r.theirs), r.against, spread("%.2f", r.ratios()), r.goal, r.verdict())
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the table: %w", err)
	}
	_, err := fmt.Fprintln(w, "\nFigures are medians of the rounds, with their quartiles in brackets; RATIO is that of each round.")
	return err
}

// spread returns "median (first quartile .. third quartile)", or the figure if there
// is one only.
func spread(format string, figures []float64) string {
	median, low, high := quartiles(figures)
	if len(figures) == 1 {
		return fmt.Sprintf(format, median)
	}
	return fmt.Sprintf(format+" ("+format+" .. "+format+")", median, low, high)
}

// quartiles returns the three that part the figures into four, between two
// neighbours in proportion. There must be a figure.
func quartiles(figures []float64) (median, low, high float64) {
	sorted := slices.Sorted(slices.Values(figures))
	at := func(part float64) float64 {
		position := part * float64(len(sorted)-1)
		i := int(position)
		if i == len(sorted)-1 {
			return sorted[i]
		}
		return sorted[i] + (position-float64(i))*(sorted[i+1]-sorted[i])
	}
	return at(0.5), at(0.25), at(0.75)
}
