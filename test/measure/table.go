package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// row is one line of the table: one kind of work, done in two ways.
type row struct {
	what         string
	format, unit string    // of the figures, such as "%.0f" and "ms"
	ours, theirs []float64 // in turns: ours[i] was followed by theirs[i]
	limit        float64   // of the ratio
}

// takeTurns measures one side and the other, so that both meet the same weather.
// The first runs are not counted: they fill caches.
func takeTurns(ctx context.Context, warmUps, runs int, ours, theirs func() (float64, error)) (a, b []float64, err error) {
	for i := range warmUps + runs {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		our, err := ours()
		if err != nil {
			return nil, nil, err
		}
		their, err := theirs()
		if err != nil {
			return nil, nil, err
		}
		if i >= warmUps {
			a, b = append(a, our), append(b, their)
		}
	}
	return a, b, nil
}

func printTable(w io.Writer, rows []row) error {
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "\tRUNS\tTHIS PROJECT\tCOMPARED WITH\tRATIO\tLIMIT\t")
	for _, row := range rows {
		ratios := make([]float64, len(row.ours))
		for i := range ratios {
			ratios[i] = row.ours[i] / row.theirs[i]
		}
		verdict := ""
		if median, _, _ := quartiles(ratios); median > row.limit {
			verdict = "over"
		}
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\t%.2f\t%s\n", row.what, len(ratios),
			spread(row.format, row.unit, row.ours), spread(row.format, row.unit, row.theirs), spread("%.3f", "", ratios), row.limit, verdict)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print the table: %w", err)
	}
	_, err := fmt.Fprintln(w, "\nThe figures are medians, with the quartiles in brackets; so is RATIO, of the ratios of the single turns.")
	return err
}

// spread is "median (first quartile..third quartile)" of several figures, and
// the figure itself if there is one only.
func spread(format, unit string, figures []float64) string {
	median, low, high := quartiles(figures)
	text := strings.TrimSpace(fmt.Sprintf(format+" %s", median, unit))
	if len(figures) > 1 {
		text += fmt.Sprintf(" ("+format+".."+format+")", low, high)
	}
	return text
}

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
