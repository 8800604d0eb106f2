package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// limit bounds waits for what the browser does at once unless something is broken.
const limit = 20 * time.Second

// browser is one Chromium for all tests. Each tab has storage of its own in it.
type browser struct {
	once   sync.Once
	ctx    context.Context
	cancel context.CancelFunc
	err    error
}

var chromium browser

func (b *browser) get(t testing.TB) context.Context {
	t.Helper()
	b.once.Do(func() {
		options := append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.NoSandbox, // root has none
			chromedp.DisableGPU,
			chromedp.Flag("disable-quic", true),
			chromedp.Flag("disable-component-update", true),
			chromedp.Flag("no-proxy-server", true),
			chromedp.UserDataDir(filepath.Join(scratch, "chromium")),
		)
		allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
		ctx, cancel := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {})) // events newer than the library
		b.ctx, b.cancel = ctx, func() { cancel(); end() }
		b.err = chromedp.Do(ctx)
	})
	if b.err != nil {
		t.Fatalf("Chromium does not start: %v; on Debian, apt-get install chromium", b.err)
	}
	return b.ctx
}

func (b *browser) close() {
	if b.cancel != nil {
		b.cancel()
	}
}

// look is how a tab shows a page.
type look struct {
	width int64
	dark  bool
}

func (l look) String() string {
	return fmt.Sprintf("%d-%s", l.width, l.scheme())
}

func (l look) scheme() string {
	if l.dark {
		return "dark"
	}
	return "light"
}

// The widths are those of a phone, a laptop and a projector.
var (
	phone     = look{width: 390}
	laptop    = look{width: 1280}
	projector = look{width: 1920}
	night     = look{width: 1280, dark: true}
)

// tab is a tab of a browser that has seen nothing before. What goes wrong in its page,
// an exception, an error on the console, a violation of the policy, fails the test.
type tab struct {
	t    testing.TB
	ctx  context.Context
	look look

	mu       sync.Mutex
	problems []string
	expected []string
}

// open shows an address in a new tab.
func open(t testing.TB, address string, look look) *tab {
	t.Helper()
	p := blank(t, look)
	p.navigate(address)
	return p
}

// blank returns a new tab that shows nothing yet.
func blank(t testing.TB, look look) *tab {
	t.Helper()
	p := unchecked(t, look)
	t.Cleanup(func() {
		if !t.Failed() {
			p.fine()
		} else if name := os.Getenv("SCREENSHOTS"); name != "" {
			p.screenshot("failed-" + t.Name())
		}
	})
	return p
}

// unchecked returns a new tab whose problems fail no test.
func unchecked(t testing.TB, look look) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(chromium.get(t), chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	p := &tab{t: t, ctx: ctx, look: look}
	// The browser's own end is not bounded here, or the first tab would end it.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("no new tab: %v", err)
	}
	if err := chromedp.Listen(ctx, p.notice); err != nil {
		t.Fatal(err)
	}
	call(p, "the log", log.Enable, cdp.Empty{})
	call(p, "accessibility", accessibility.Enable, cdp.Empty{})
	call(p, "the focus", emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	call(p, "the width", emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: look.width, Height: 900, DeviceScaleFactor: 1})
	call(p, "the colours", emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: look.scheme()}}})
	call(p, "the observer", page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: observer})
	return p
}

// observer notes what moves on its own, and what the policy of the page forbids.
const observer = `
	window.seen = { shifts: [], violations: [] };
	new PerformanceObserver((list) => {
		for (const entry of list.getEntries()) {
			if (!entry.hadRecentInput) window.seen.shifts.push(entry.value + ' ' + entry.sources.map((s) => s.node?.id || s.node?.className || s.node?.nodeName).join(', '));
		}
	}).observe({ type: 'layout-shift', buffered: true });
	document.addEventListener('securitypolicyviolation', (e) => window.seen.violations.push(e.violatedDirective + ' ' + e.blockedURI));
`

// notice keeps what an event says of a problem.
func (p *tab) notice(event any) {
	problem := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		problem = "exception: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			problem += " " + e.ExceptionDetails.Exception.Description
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type != "error" && e.Type != "assert" && e.Type != "warning" {
			return
		}
		problem = "console." + string(e.Type) + ":"
		for _, argument := range e.Args {
			problem += " " + string(argument.Value) + argument.Description
		}
	case *log.EventEntryAdded:
		if e.Entry.Level != "error" && e.Entry.Level != "warning" {
			return
		}
		problem = string(e.Entry.Source) + ": " + e.Entry.Text + " " + e.Entry.URL
	case *page.EventJavascriptDialogOpening:
		problem = "dialog: " + e.Message
		// The page stands still until somebody answers, and events wait for this function.
		go try(p, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{})
	default:
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.problems = append(p.problems, problem)
}

// expect says that problems with a text in them are not any.
func (p *tab) expect(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expected = append(p.expected, text)
}

// wrong returns the problems of the page until now.
func (p *tab) wrong() []string {
	p.t.Helper()
	violations := eval[[]string](p, `window.seen ? window.seen.violations : []`)
	p.mu.Lock()
	defer p.mu.Unlock()
	list := []string{}
	for _, violation := range violations {
		list = append(list, "policy: "+violation)
	}
problems:
	for _, problem := range p.problems {
		for _, text := range p.expected {
			if strings.Contains(problem, text) {
				continue problems
			}
		}
		list = append(list, problem)
	}
	return list
}

// fine fails the test if the page has a problem.
func (p *tab) fine() {
	p.t.Helper()
	for _, problem := range p.wrong() {
		p.t.Errorf("%s: the page has a problem: %s", p.look, problem)
	}
}

// call runs a command of the browser, within the limit.
func call[P, R any](p *tab, what string, command cdp.Command[P, R], parameters P) R {
	p.t.Helper()
	result, err := try(p, command, parameters)
	if err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
	return result
}

func try[P, R any](p *tab, command cdp.Command[P, R], parameters P) (R, error) {
	return act(p, func(ctx context.Context, target *chromedp.Target) (R, error) {
		return cdp.Call(ctx, target, command, parameters)
	})
}

func act[R any](p *tab, action chromedp.Action[R]) (R, error) {
	ctx, cancel := context.WithTimeout(p.ctx, limit)
	defer cancel()
	return chromedp.Run(ctx, action)
}

func (p *tab) do(what string, action chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if _, err := act(p, action); err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
}

func (p *tab) navigate(address string) {
	p.t.Helper()
	p.do("open "+address, chromedp.Navigate(address))
}

// eval returns the value of an expression, or of the promise that it is.
func eval[T any](p *tab, expression string) T {
	p.t.Helper()
	value, err := evaluate[T](p, expression)
	if err != nil {
		p.t.Fatalf("%s: %v", short(expression), err)
	}
	return value
}

func evaluate[T any](p *tab, expression string) (T, error) {
	return act(p, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// until waits until an expression of the page is true. It says what the page shows if
// that takes too long.
func (p *tab) until(what, expression string) {
	p.t.Helper()
	var last error
	for end := time.Now().Add(limit); ; time.Sleep(10 * time.Millisecond) {
		holds, err := evaluate[bool](p, "Promise.resolve("+expression+").then(Boolean)")
		if holds {
			return
		}
		if last = err; time.Now().After(end) {
			break
		}
	}
	p.t.Fatalf("%s: not so after %v: %s (%v)\nthe page shows:\n%s\nproblems: %q", p.look, limit, what, last, short(p.text("main")), p.wrong())
}

// text returns what an element shows.
func (p *tab) text(selector string) string {
	p.t.Helper()
	return eval[string](p, fmt.Sprintf(`(document.querySelector(%s)?.innerText ?? 'there is no such element')`, quoted(selector)))
}

// shows waits until an element shows a text.
func (p *tab) shows(selector, text string) {
	p.t.Helper()
	p.until(fmt.Sprintf("%s shows %q", selector, text),
		fmt.Sprintf(`document.querySelector(%s)?.innerText.includes(%s)`, quoted(selector), quoted(text)))
}

// quoted returns a text as a JavaScript literal.
func quoted(text string) string {
	literal, err := json.Marshal(text)
	if err != nil {
		panic(err) // no text fails
	}
	return string(literal)
}

func short(text string) string {
	if len(text) > 1500 {
		return text[:1500] + "…"
	}
	return text
}

// element is an element of the page.
type element struct {
	p    *tab
	what string
	id   cdp.BackendNodeID
}

// all returns the elements with a role and a name as assistive technology knows them.
// The expression finds the name somewhere.
func (p *tab) all(role, name string) []element {
	p.t.Helper()
	pattern := regexp.MustCompile(name)
	document, err := try(p, dom.GetDocument, dom.GetDocumentParams{})
	if err != nil {
		return nil
	}
	found, err := try(p, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{BackendNodeID: document.Root.BackendNodeID, Role: role})
	if err != nil {
		return nil // the page was replaced meanwhile
	}
	var list []element
	for _, node := range found.Nodes {
		var label string
		if node.Name != nil {
			json.Unmarshal(node.Name.Value, &label)
		}
		if !node.Ignored && pattern.MatchString(label) {
			list = append(list, element{p, fmt.Sprintf("the %s %q", role, label), node.BackendDOMNodeID})
		}
	}
	return list
}

// find waits for the first element with a role and a name.
func (p *tab) find(role, name string) element {
	p.t.Helper()
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if list := p.all(role, name); len(list) > 0 {
			return list[0]
		}
	}
	p.t.Fatalf("%s: no %s with the name %q after %v\nthe page shows:\n%s\nproblems: %q", p.look, role, name, limit, short(p.text("main")), p.wrong())
	panic("unreachable")
}

// center returns the middle of an element in the window, after it was scrolled there.
func (e element) center() (x, y float64, err error) {
	if _, err := try(e.p, dom.ScrollIntoViewIfNeeded, dom.ScrollIntoViewIfNeededParams{BackendNodeID: e.id}); err != nil {
		return 0, 0, err
	}
	quads, err := try(e.p, dom.GetContentQuads, dom.GetContentQuadsParams{BackendNodeID: e.id})
	if err != nil {
		return 0, 0, err
	}
	if len(quads.Quads) == 0 {
		return 0, 0, fmt.Errorf("%s has no place on the page", e.what)
	}
	quad := quads.Quads[0]
	for i := 0; i < 8; i += 2 {
		x += quad[i] / 4
		y += quad[i+1] / 4
	}
	return x, y, nil
}

// click clicks as a mouse does, at the middle of the element.
func (e element) click() {
	e.p.t.Helper()
	x, y, err := e.center()
	if err != nil {
		e.p.t.Fatalf("click %s: %v", e.what, err)
	}
	e.p.do("click "+e.what, chromedp.MouseClickXY(x, y))
}

// place returns the middle of the first line of the nth element that a selector finds,
// after it was scrolled there.
func (p *tab) place(selector string, nth int) (x, y float64) {
	p.t.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll(%s)][%d]`, quoted(selector), nth)
	p.until("there is "+find, find)
	at := eval[[]float64](p, find+`.scrollIntoView({ block: 'center', behavior: 'instant' }), (({ x, y, width, height }) => [x + width / 2, y + height / 2])(`+find+`.getClientRects()[0])`)
	return at[0], at[1]
}

// clickOn clicks in the middle of the nth element that a selector finds.
func (p *tab) clickOn(selector string, nth int) {
	p.t.Helper()
	x, y := p.place(selector, nth)
	p.do("click "+selector, chromedp.MouseClickXY(x, y))
}

// pointAt puts the pointer there.
func (p *tab) pointAt(selector string, nth int) {
	p.t.Helper()
	x, y := p.place(selector, nth)
	p.do("point at "+selector, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
}

// with calls a function of JavaScript with the element, and returns what it returns.
func with[T any](e element, function string) T {
	e.p.t.Helper()
	resolved := call(e.p, e.what, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: e.id})
	yes := true
	result := call(e.p, e.what, runtime.CallFunctionOn, runtime.CallFunctionOnParams{
		FunctionDeclaration: function, ObjectID: resolved.Object.ObjectID, ReturnByValue: &yes, AwaitPromise: &yes,
		Arguments: []*runtime.CallArgument{{ObjectID: resolved.Object.ObjectID}},
	})
	if result.ExceptionDetails != nil {
		e.p.t.Fatalf("%s: %s: %s", e.what, short(function), result.ExceptionDetails.Text)
	}
	var value T
	if len(result.Result.Value) > 0 {
		if err := json.Unmarshal(result.Result.Value, &value); err != nil {
			e.p.t.Fatalf("%s: %s returned %s: %v", e.what, short(function), result.Result.Value, err)
		}
	}
	return value
}

// fill replaces what is in a field, with keys.
func (e element) fill(text string) {
	e.p.t.Helper()
	e.click()
	e.p.press("a", chromedp.ModifierCtrl)
	e.p.press("\b")
	e.p.insert(text)
}

// press types keys; see the package kb for those that have no character.
func (p *tab) press(keys string, modifiers ...chromedp.Modifier) {
	p.t.Helper()
	p.do("press "+keys, chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...)))
}

// insert types a text where the focus is, at once.
func (p *tab) insert(text string) {
	p.t.Helper()
	call(p, "type "+short(text), input.InsertText, input.InsertTextParams{Text: text})
}

// screenshot writes a picture of the whole page to the folder that the environment
// variable SCREENSHOTS names, if it does.
func (p *tab) screenshot(name string) {
	p.t.Helper()
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		return
	}
	picture, err := act(p, chromedp.FullScreenshot(100))
	if err != nil {
		p.t.Errorf("screenshot %s: %v", name, err)
		return
	}
	name = strings.NewReplacer("/", "-", " ", "-").Replace(name) + "-" + p.look.String() + ".png"
	if err := os.MkdirAll(folder, 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name), picture, 0o644); err != nil {
		p.t.Fatal(err)
	}
}
