package function

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestEveryLineHasTheIDOfItsInvocation(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(nil)
	var want []string
	for i := range 50 {
		text := fmt.Sprintf("line %d", i)
		id := l.invoke(`{"Do":"print","Text":"` + text + `"}`).RequestID
		want = append(want, id+": "+text, id+": error "+text)
	}
	// Invoke returns after the log has the lines that the function wrote before.
	if got := l.lines(); !slices.Equal(sorted(got), sorted(want)) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// sorted returns the lines in order.
func sorted(lines []string) []string {
	lines = slices.Clone(lines)
	slices.Sort(lines)
	return lines
}

func TestLinesOfTheLogAreBounded(t *testing.T) {
	l := newLab(t, Options{})
	l.fault(nil)
	l.report(`{"Do":"garbage","Size":40}`) // 10 MB without a line break
	size := 0
	for _, line := range l.log {
		if len(line.Text) > maxLine {
			t.Errorf("a line: got %d bytes, want at most %d", len(line.Text), maxLine)
		}
		size += len(line.Text)
	}
	if size != 40*256<<10 || len(l.log) != 40 {
		t.Errorf("got %d bytes in %d lines, want 10 MB in 40", size, len(l.log))
	}
}

func TestLinesOfOutput(t *testing.T) {
	long := strings.Repeat("x", maxLine)
	for _, test := range []struct {
		rule   string
		writes []string
		want   []string
	}{
		{"a line ends at its line feed", []string{"a\nb\n"}, []string{"a", "b"}},
		{"a line may come in pieces", []string{"a", "b", "c\nd", "e\n"}, []string{"abc", "de"}},
		{"the last line needs no end", []string{"a\nb"}, []string{"a", "b"}},
		{"a carriage return is part of the end", []string{"a\r\nb\r\n"}, []string{"a", "b"}},
		{"an empty line is a line", []string{"\n\na\n"}, []string{"", "", "a"}},
		{"a line of 256 KB is whole", []string{long + "\n", "a\n"}, []string{long, "a"}},
		{"a longer line is split", []string{long + "y\n", long, "z\n"}, []string{long, "y", long, "z"}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			r, w, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			o := newOutput(r, &logger{sink: func(line LogLine) { got = append(got, line.Text) }}, origin{name: "f"}, "id")
			for _, text := range test.writes {
				if _, err := w.WriteString(text); err != nil {
					t.Fatal(err)
				}
				o.drain()
			}
			w.Close()
			o.finish()
			o.drain() // does nothing any more
			if !slices.Equal(got, test.want) {
				t.Errorf("got %d lines %.200q\nwant %.200q", len(got), got, test.want)
			}
		})
	}
}

func TestReportLines(t *testing.T) {
	l := newLab(t, Options{ReportLines: true})
	l.fault(func(s *Spec) { s.MemoryMB = 256 })
	cold := l.invoke(`{"Do":"print","Text":"hello"}`).RequestID
	warm := l.invoke(`{}`).RequestID
	numbers := regexp.MustCompile(`\d+(\.\d\d)? ms`)
	var got []string
	for _, line := range l.log {
		if !line.Platform && !strings.Contains(line.Text, "hello") || line.Function != "fault" || line.Time.After(time.Now()) {
			t.Errorf("got the line %+v, want one of fault, by the platform or hello, of no later than now", line)
		}
		if line.Text != "error hello" { // its pipe is another, so its place is open
			got = append(got, numbers.ReplaceAllString(line.Text, "N ms"))
		}
	}
	want := []string{
		"START RequestId: " + cold + " Version: $LATEST",
		"hello",
		"END RequestId: " + cold,
		"REPORT RequestId: " + cold + "\tDuration: N ms\tBilled Duration: N ms\tMemory Size: 256 MB\tInit Duration: N ms\t",
		"START RequestId: " + warm + " Version: $LATEST",
		"END RequestId: " + warm,
		"REPORT RequestId: " + warm + "\tDuration: N ms\tBilled Duration: N ms\tMemory Size: 256 MB\t",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
