package browsertest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// axe returns the source of axe-core, which finds what people with disabilities cannot
// use. Its version and its hash are in package-lock.json.
var axe = sync.OnceValues(func() (string, error) {
	folder := filepath.Join(scratch, "npm")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	for _, name := range []string{"package.json", "package-lock.json"} {
		content, err := os.ReadFile(name)
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, name), content, 0o644)
		}
		if err != nil {
			return "", err
		}
	}
	install := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = folder
	if output, err := install.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm ci for axe-core: %w\n%s", err, output)
	}
	source, err := os.ReadFile(filepath.Join(folder, "node_modules", "axe-core", "axe.min.js"))
	return string(source), err
})

// barriers returns what axe finds that is serious or critical, one line each.
func (p *tab) barriers() []string {
	p.t.Helper()
	source, err := axe()
	if err != nil {
		p.t.Fatal(err)
	}
	eval[bool](p, source+"\n;true")
	return eval[[]string](p, `axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations
		.filter((v) => v.impact === 'serious' || v.impact === 'critical')
		.flatMap((v) => v.nodes.map((n) => v.impact + ' ' + v.id + ': ' + n.target.join(' ') + ': ' + n.failureSummary.replace(/\s+/g, ' '))))`)
}

// accessible fails the test if axe finds anything that is serious.
func (p *tab) accessible(view string) {
	p.t.Helper()
	for _, barrier := range p.barriers() {
		p.t.Errorf("%s, %s: %s", view, p.look, barrier)
	}
}
